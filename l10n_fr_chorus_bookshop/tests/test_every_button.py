"""R33: what a person can do on screen, another system can do with one public method.

A button, a server action or a call of our scripts that is neither answered by the rule
of names nor told in a table below fails here: give it its public method.
"""

import re
from pathlib import Path

from lxml import etree

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged

MODULE = "l10n_fr_chorus_bookshop"
PUBLIC = "l10n_fr_chorus_"
MOVE, PARTNER = "account.move", "res.partner"
GUIDE = "l10n_fr_chorus.guide"

# Public methods whose name is not the button's.
ELSEWHERE = {
    (MOVE, "action_l10n_fr_chorus_correct"): (MOVE, "credit"),
    (MOVE, "action_l10n_fr_chorus_letter"): (PARTNER, "letter"),
    (MOVE, "action_l10n_fr_chorus_back"): (MOVE, "leave"),
    (MOVE, "action_l10n_fr_chorus_deposit"): (MOVE, "portal_values"),
    (MOVE, "action_l10n_fr_chorus_deposit_all"): (MOVE, "portal_values"),
    (MOVE, "action_l10n_fr_chorus_note"): (MOVE, "confirm"),
    (MOVE, "action_l10n_fr_chorus_original"): (
        "l10n_fr_chorus.original",
        "download",
    ),
    (PARTNER, "action_l10n_fr_chorus_remind"): (MOVE, "remind"),
    ("sale.order", "action_l10n_fr_chorus_letter"): (PARTNER, "letter"),
    ("l10n_fr_chorus.bank_candidate", "action_register"): (
        "account.bank.statement.line",
        "register",
    ),
    ("account.move.reversal", "action_l10n_fr_chorus_correct"): (MOVE, "credit"),
    ("account.move.reversal", "refund_moves"): (MOVE, "credit"),
    ("l10n_fr_chorus.complete", "action_complete"): (MOVE, "complete"),
    ("l10n_fr_chorus.portal_import", "action_import"): (MOVE, "import_export"),
    ("l10n_fr_chorus.portal_import", "action_read"): (MOVE, "import_export"),
    ("l10n_fr_chorus.portal_round", "action_record"): (MOVE, "record_deposit"),
    ("l10n_fr_chorus.portal_round", "action_refused"): (MOVE, "record_refusal"),
    ("l10n_fr_chorus.portal_state", "action_confirm"): (MOVE, "confirm"),
    ("l10n_fr_chorus.readdress", "action_readdress"): (MOVE, "recycle"),
    ("l10n_fr_chorus.reason", "action_confirm"): (MOVE, "send_by"),
    ("l10n_fr_chorus.import", "action_look"): (
        "l10n_fr_chorus.import",
        "import_status",
    ),
    ("l10n_fr_chorus.import", "action_read"): ("l10n_fr_chorus.import", "import"),
    (GUIDE, "action_end_training"): (GUIDE, "train"),
    (f"{GUIDE}.cost", "action_choose"): (GUIDE, "choose"),
    (f"{GUIDE}.step", "action_asked"): (GUIDE, "asked"),
    (f"{GUIDE}.step", "action_production"): (GUIDE, "open_production"),
    (f"{GUIDE}.step", "action_test"): ("l10n_fr_chorus.connection", "test"),
    (f"{GUIDE}.step", "action_tick"): (GUIDE, "tick"),
    (f"{GUIDE}.step", "action_untick"): (GUIDE, "tick"),
    ("l10n_fr_chorus.inspection.grant", "action_give"): (
        "l10n_fr_chorus.inspection",
        "give",
    ),
    ("l10n_fr_chorus.mail", "action_confirm"): ("l10n_fr_chorus.proposal", "confirm"),
    ("l10n_fr_chorus.connection", "action_unsubscribe"): (
        "l10n_fr_chorus.connection",
        "subscribe",
    ),
    ("l10n_fr_chorus.approved_platform.import", "action_import"): (
        "l10n_fr_chorus.approved_platform",
        "import",
    ),
    ("l10n_fr_chorus.profile.import", "action_import"): (
        "l10n_fr_chorus.profile",
        "import",
    ),
    ("l10n_fr_chorus.transmission", "action_arrived"): (
        "l10n_fr_chorus.transmission",
        "settle",
    ),
    ("l10n_fr_chorus.takeover.dialog", "action_take_over"): (
        "l10n_fr_chorus.takeover",
        "take_over",
    ),
    ("l10n_fr_chorus.transmission", "action_not_arrived"): (
        "l10n_fr_chorus.transmission",
        "settle",
    ),
}
# What Odoo's own `read`, `write` and `create` do: the model and the fields.
CORE = {
    (PARTNER, "action_l10n_fr_chorus_answered"): (
        PARTNER,
        {"l10n_fr_chorus_contacted_on"},
    ),
    (PARTNER, "action_l10n_fr_chorus_by_hand"): (
        "l10n_fr_chorus.structure",
        {"siret", "name", "service_required", "engagement_required"},
    ),
    (PARTNER, "action_l10n_fr_chorus_questions"): (
        PARTNER,
        {"l10n_fr_chorus_copy_method", "l10n_fr_chorus_slips", "l10n_fr_chorus_notes"},
    ),
    ("l10n_fr_chorus.operator_reply", "action_download"): (
        "l10n_fr_chorus.operator_reply",
        {"content", "name"},
    ),
}
# What does nothing but show.
ONLY_SHOWS = {
    ("l10n_fr_chorus.to_sort", "action_open"): "where it can be dealt with",
    ("l10n_fr_chorus.to_sort", "action_download"): "the file as it came",
    ("account.journal", "action_l10n_fr_chorus_card"): "the list a card counts",
    (MOVE, "action_l10n_fr_chorus_card"): "the list a card counts",
    (MOVE, "action_l10n_fr_chorus_customer"): "the customer",
    (MOVE, "action_l10n_fr_chorus_open_original"): "the document in the vault",
    (GUIDE, "action_open"): "the guide",
    (GUIDE, "action_open_training"): "the exercises",
    (f"{GUIDE}.step", "action_open"): "what the step is about",
    ("l10n_fr_chorus.portal_round", "action_next"): "the next invoice of the pile",
    ("l10n_fr_chorus.portal_round", "action_previous"): "the one before",
    ("res.config.settings", "action_l10n_fr_chorus_connection"): "the connection",
}

SUB_VIEWS = ("list", "form", "kanban")
INSIDE = re.compile(r"field\[@name='(\w+)'\]/(?:list|form|kanban)\b")
SERVER_CALL = re.compile(r"\b(?:records?|model)\.(\w+)\(")
SCRIPT_CALL = re.compile(r"""\.call\(\s*["']([\w.]+)["'],\s*["'](\w+)["']""")


@tagged("post_install", "-at_install")
class TestEveryButton(TransactionCase):
    def ours(self, model, domain=()):
        """The module's records of a model."""
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)]
        )
        return self.env[model].search([("id", "in", data.mapped("res_id")), *domain])

    # ---- WHAT A PERSON CAN PRESS --------------------------------------------------

    def model_of(self, button, model):
        """The model a button acts upon: that of the list it stands in, if any."""
        for node in reversed(list(button.iterancestors())):
            names = []
            if node.tag == "xpath":
                names = INSIDE.findall(node.get("expr"))
            elif node.tag == "field" and any(node.iterchildren(*SUB_VIEWS)):
                names = [node.get("name")]
            for name in names:
                model = self.env[model]._fields[name].comodel_name
        return model

    def buttons(self):
        """(model, method) of every button of our views."""
        for view in self.ours("ir.ui.view", [("type", "!=", "qweb")]):
            arch = etree.fromstring(view.arch_db)
            for button in arch.xpath("//*[@type='object'][@name]"):
                yield self.model_of(button, view.model), button.get("name")

    def server_actions(self):
        """(model, method) of what the lists' menus run; jobs are no one's to press."""
        for action in self.ours("ir.actions.server", [("usage", "!=", "ir_cron")]):
            for method in SERVER_CALL.findall(action.code or ""):
                yield action.model_id.model, method

    def scripts(self):
        """(model, method) of what our own pages call."""
        for path in Path(get_module_path(MODULE), "static", "src").rglob("*.js"):
            yield from SCRIPT_CALL.findall(path.read_text())

    def pressed(self):
        return {*self.buttons(), *self.server_actions(), *self.scripts()}

    # ---- WHAT ANOTHER SYSTEM CAN CALL ---------------------------------------------

    def is_public(self, model, name):
        """Whether a documented public method answers to this name."""
        method = getattr(type(self.env[model]), f"{PUBLIC}{name}", None)
        return callable(method) and ":return:" in (method.__doc__ or "")

    def answered(self, model, method):
        """Whether a public method does what this one does."""
        if method.startswith(PUBLIC):
            return self.is_public(model, method.removeprefix(PUBLIC))
        there, name = ELSEWHERE.get(
            (model, method),
            (model, method.removeprefix("action_").removeprefix(PUBLIC)),
        )
        return self.is_public(there, name)

    def test_everything_a_person_presses_has_its_public_method(self):
        pressed = self.pressed()
        self.assertGreater(len(pressed), 60)
        alone = [
            f"{model}.{method}"
            for model, method in sorted(pressed - CORE.keys() - ONLY_SHOWS.keys())
            if not self.answered(model, method)
        ]
        self.assertEqual(alone, [], "no public method does what these do")

    def test_the_tables_speak_of_what_there_is(self):
        told = {*ELSEWHERE, *CORE, *ONLY_SHOWS}
        self.assertEqual(sorted(told - self.pressed()), [], "nobody presses these")
        needless = [key for key in ELSEWHERE if self.is_public(*self.by_name(*key))]
        self.assertEqual(needless, [], "the rule of names finds these")
        for model, names in CORE.values():
            self.assertLessEqual(names, self.env[model]._fields.keys())

    def by_name(self, model, method):
        return model, method.removeprefix("action_").removeprefix(PUBLIC)

    def test_a_button_of_a_view_acts_on_records(self):
        """A view gives the ids: a method of the model alone cannot take them."""
        wrong = [
            f"{model}.{method}"
            for model, method in sorted(set(self.buttons()))
            if getattr(getattr(type(self.env[model]), method), "_api_model", False)
        ]
        self.assertEqual(wrong, [])

    def test_a_button_without_public_method_is_seen(self):
        self.assertFalse(self.answered(MOVE, "action_l10n_fr_chorus_none_such"))
        self.assertFalse(self.answered(MOVE, "action_post"))
        self.assertFalse(self.answered(MOVE, f"{PUBLIC}concerned"))

    def test_buttons_are_found_in_their_own_lists(self):
        operation = ("l10n_fr_chorus.operation", "action_done_by_hand")
        proposal = ("l10n_fr_chorus.proposal", "action_dismiss")
        self.assertLessEqual({operation, proposal}, set(self.buttons()))
        self.assertIn((MOVE, "action_l10n_fr_chorus_send"), set(self.server_actions()))

    def test_calls_of_scripts_are_found(self):
        script = 'await this.orm.call(\n    "res.partner",\n    "write", [ids])'
        self.assertEqual(SCRIPT_CALL.findall(script), [(PARTNER, "write")])
