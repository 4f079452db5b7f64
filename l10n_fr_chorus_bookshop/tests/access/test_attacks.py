"""G1 to G3, G13, G14: what was done to the product once, tried again by each road."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_case import AccessCase

SENDING = "l10n_fr_chorus_submission_id"


@tagged("post_install", "-at_install")
class TestAttacks(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice()

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger("odoo.models", "odoo.addons.base.models.ir_rule"))

    def clerk(self, model="account.move"):
        return self.as_user(self.people["clerk"])[model]

    def other(self, model="account.move", role="clerk"):
        return self.as_user(self.strangers[role])[model]

    def test_g1_a_paid_invoice_is_not_made_again_under_its_number(self):
        self.answer(self.move, "MISE_EN_PAIEMENT")
        mine = self.clerk().browse(self.move.id)
        for name, attempt in {
            "sending": lambda: mine.write({SENDING: False}),
            "form": lambda: mine.web_save({SENDING: False, "ref": "x"}, {"id": {}}),
            "button": mine.button_draft,
            "cancel": mine.button_cancel,
            "delete": mine.unlink,
            "state": lambda: mine.write({"state": "draft"}),
            "cancelled": lambda: mine.write({"state": "cancel"}),
            **self.rewritings(mine),
        }.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                attempt()

    def rewritings(self, move):
        """Each way to change what was invoiced, without leaving the posted state."""
        line = move.invoice_line_ids[0]
        own = {"price_unit": 1097.87}
        one = {"move_id": move.id, "name": "x", "account_id": line.account_id.id}
        tried = {
            "price": {"price_unit": 1097.87},
            "quantity": {"quantity": 70},
            "discount": {"discount": 50},
            "product": {"product_id": self.ref("product_book_02").id},
            "words": {"name": "Another book"},
            "balance": {"balance": -1000},
            "taxes": {"tax_ids": [Command.clear()]},
        }
        attempts = {}
        for name, values in tried.items():
            attempts[f"{name} of the line"] = lambda values=values: line.write(values)
            command = [Command.update(line.id, values)]
            attempts[f"{name} by the invoice"] = lambda command=command: move.write(
                {"invoice_line_ids": command}
            )
            attempts[f"{name} by all lines"] = lambda command=command: move.write(
                {"line_ids": command}
            )
        return {
            **attempts,
            "a line less": line.unlink,
            "a line less by force": line.with_context(force_delete=True).unlink,
            "a line less by the invoice": lambda: move.write(
                {"invoice_line_ids": [Command.delete(line.id)]}
            ),
            "a line more": lambda: line.create({**one, **own}),
            "a line more by the invoice": lambda: move.write(
                {"invoice_line_ids": [Command.create({"name": "x", **own})]}
            ),
        }

    def test_g2_a_draft_of_another_company_takes_no_sending_of_ours(self):
        self.integrate(self.move)
        theirs = self.move[SENDING]
        draft = self.other().create({"move_type": "out_invoice"})
        with self.assertRaises(AccessError):
            draft.write({SENDING: theirs.id})
        stolen = self.other().browse(self.move.id)
        rounds = self.other("l10n_fr_chorus.portal_round")
        for attempt in (
            stolen.l10n_fr_chorus_status,
            stolen.l10n_fr_chorus_withdraw,
            lambda: stolen.l10n_fr_chorus_complete([], "x"),
            lambda: rounds.create({"move_id": stolen.id}),
            lambda: rounds.create({"move_ids": [Command.set(stolen.ids)]}),
            lambda: rounds.with_context(default_move_id=stolen.id).create({}),
            lambda: (
                self.other("l10n_fr_chorus.original")
                .browse(theirs.original_id.id)
                .l10n_fr_chorus_download()
            ),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()

    def test_g3_what_identifies_or_justifies_what_left_is_locked(self):
        self.integrate(self.move)
        mine = self.as_user(self.people["manager"])["account.move"].browse(self.move.id)
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        for name, value in {
            "name": "FAC/2026/99999",
            "move_type": "out_refund",
            "partner_id": self.ref("partner_lille").id,
            "invoice_date": "2026-01-02",
            "date": "2026-01-02",
            "journal_id": journal.copy({"code": "ZZ"}).id,
            "l10n_fr_chorus_internal": True,
            "l10n_fr_chorus_paper_reason": "x",
        }.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                mine.write({name: value})
        wizards = self.as_user(self.people["manager"])["account.resequence.wizard"]
        context = {"active_ids": mine.ids, "active_model": "account.move"}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard = wizards.with_context(**context).create(
                {"first_name": "FAC/2026/77777", "ordering": "keep"}
            )
            wizard.resequence()

    def test_g13_a_dialog_of_anothers_shows_and_does_nothing(self):
        self.integrate(self.move)
        for name in ("readdress", "complete", "portal_state", "reason"):
            dialogs = self.other(f"l10n_fr_chorus.{name}")
            many = "move_ids" in dialogs._fields
            value = [Command.set(self.move.ids)] if many else self.move.id
            values = {"move_ids" if many else "move_id": value}
            for role in ("clerk", "manager"):
                asked = self.other(f"l10n_fr_chorus.{name}", role)
                with self.subTest(name, role=role), self.assertRaises(AccessError):
                    asked.create({**self.required(asked), **values})
        rows = self.clerk("l10n_fr_chorus.portal_import").create({"content": "eA=="})
        for who in (self.other, lambda model: self.other(model, "manager")):
            with self.assertRaises(AccessError):
                who(rows._name).browse(rows.id).read(["content"])
        grants = self.as_user(self.people["manager"])["l10n_fr_chorus.inspection.grant"]
        grant = grants.create({"name": "I", "email": "i@impots.example", "why": "x"})
        with self.assertRaises(AccessError):
            self.other(grant._name, "manager").browse(grant.id).read(["email"])

    def required(self, model):
        return {
            field.name: self.sample(field)
            for field in model._fields.values()
            if field.required
            and field.store
            and not field.default
            and not field.compute
            and not field.relational
            and field.name != "id"
        }

    def test_g14_what_is_shared_is_no_managers_of_one_company(self):
        shared = {
            "l10n_fr_chorus.profile": {"operator": "x"},
            "l10n_fr_chorus.profile.status": {"code": "x"},
            "l10n_fr_chorus.directory.source": {"url": "https://x.example/"},
            "l10n_fr_chorus.exemption": {"siren": "732829320"},
            "l10n_fr_chorus.approved_platform": {"name": "x"},
        }
        for name, values in shared.items():
            records = self.env[name].with_context(active_test=False).search([], limit=1)
            self.assertTrue(records, name)
            theirs = self.other(name, "manager").browse(records.id)
            for attempt in (
                lambda theirs=theirs, values=values: theirs.write(values),
                theirs.unlink,
            ):
                with (
                    self.subTest(name),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    attempt()

    def test_a_salesperson_reads_what_was_read_of_its_own_orders(self):
        seller = self.person("seller", self.company, "sales_team.group_sale_salesman")
        orders = self.env["sale.order"].with_company(self.company)
        order = orders.create(
            {"partner_id": self.move.partner_id.id, "user_id": self.claire.id}
        )
        form = self.env["l10n_fr_chorus.order_form"].create(
            {"name": "bon.pdf", "order_id": order.id, "value_ids": [], "book_ids": []}
        )
        book = self.env["l10n_fr_chorus.order_form.book"].create({"form_id": form.id})
        for one in (form, book):
            with self.subTest(one._name):
                mine = self.as_user(seller)[one._name].browse(one.id)
                order.user_id = self.claire
                self.assertFalse(mine.search_count([("id", "=", one.id)]))
                with self.assertRaises(AccessError):
                    mine.read(["display_name"])
                order.user_id = seller
                self.assertTrue(mine.read(["display_name"]))

    def test_who_only_reads_reminds_nobody(self):
        """A comment is no reminder, whatever its context says."""
        self.integrate(self.move)
        auditor = self.as_user(self.people["auditor"])["account.move"]
        commented = auditor.browse(self.move.id).with_context(
            l10n_fr_chorus_reminded=self.move.ids
        )
        commented.message_post(body=commented.name)
        self.assertFalse(self.move[SENDING].sudo().reminded_at)
