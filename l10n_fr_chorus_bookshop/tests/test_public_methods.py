"""Other systems get plain JSON values, whatever the state (R33)."""

import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ChorusCase

PLAIN = (str, int, float, bool, list, dict)
METHODS = (
    *("check", "status", "timeline_steps", "sync", "send"),
    *("portal_values", "record_deposit", "withdraw"),
    *("complete", "recycle", "credit", "confirm_engagement"),
)
ITEM = {"id", "number", "state", "queued", "problems"}
PROBLEM = {"code", "severity", "field", "message", "remedy"}
STATUS = {
    "id",
    "number",
    "state",
    "state_code",
    "label",
    "meaning",
    "since",
    "reason",
    "platform_ref",
    "flux_number",
    "channel",
    "payment_request",
    "late",
    "payment",
    "payment_due",
    "delay",
    "actions",
    "events",
}


def plain(value, path="answer"):
    """Return the places of what is not plain JSON; a subclass is not."""
    if type(value) not in PLAIN:
        return [f"{path}: {type(value).__name__}"]
    items = []
    if isinstance(value, dict):
        items = [(f"{path}.{key}", item) for key, item in value.items()]
        if not all(type(key) is str for key in value):
            return [f"{path}: a key"]
    elif isinstance(value, list):
        items = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
    return [place for name, item in items for place in plain(item, name)]


@tagged("post_install", "-at_install")
class TestPublicMethods(ChorusCase):
    def check_plain(self, value):
        """No None, no record, no date at any depth: XML-RPC would fault."""
        self.assertEqual(plain(value), [])
        json.dumps(value)

    def in_every_state(self):
        """Draft, bad, requested, waiting, deposited, suspended, not served."""
        suspended, deposited = self.make_invoices(2)
        self.integrate(suspended)
        self.deposit(deposited)
        self.later(hours=2)
        self.platform.status(suspended.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.work()
        self.ref("partner_rennes").l10n_fr_chorus_refresh()
        waiting = self.make_invoice("partner_rennes")
        self.deposit(waiting)
        requested = self.make_invoice()
        requested.l10n_fr_chorus_send()
        return (
            self.make_invoice("partner_aube", post=False)
            + self.make_invoice("partner_aube")
            + requested
            + waiting
            + deposited
            + suspended
            + self.make_invoice("partner_parents")
        )

    def test_case_20_public_methods_return_plain_values(self):
        moves = self.in_every_state()
        for name in (*METHODS, "audit_trail"):
            with self.subTest(name):
                answers = getattr(moves, f"l10n_fr_chorus_{name}")()
                self.assertEqual([one["id"] for one in answers], moves.ids)
                self.check_plain(answers)
        vault = self.shop["l10n_fr_chorus.original"]
        self.check_plain(vault.l10n_fr_chorus_verify())
        self.check_plain(vault.l10n_fr_chorus_export(move_ids=moves.ids))

    def test_case_20_directory_methods_return_plain_values(self):
        names = ("partner_lille", "partner_rennes", "partner_parents", "partner_sncf")
        partners = self.shop["res.partner"].union(*map(self.ref, names))
        answers = partners.l10n_fr_chorus_refresh()
        self.assertEqual([one["id"] for one in answers], partners.ids)
        self.check_plain(answers)
        for text in ("2159035", "lille", "LILLE", "nothing of the kind"):
            self.check_plain(partners.l10n_fr_chorus_find(text))

    def test_case_20_customer_methods_return_plain_values(self):
        moves = self.in_every_state()
        self.check_plain(moves.l10n_fr_chorus_leave("No computer there"))
        self.check_plain(moves.l10n_fr_chorus_leave(False))
        self.check_plain(moves.l10n_fr_chorus_forgotten())
        partners = moves.partner_id
        for name in ("serve", "letter", "unserved_customers"):
            with self.subTest(name):
                self.check_plain(getattr(partners, f"l10n_fr_chorus_{name}")())
        orders = self.shop["sale.order"].create(
            [{"partner_id": partner.id} for partner in partners]
        )
        answers = orders.l10n_fr_chorus_check()
        self.assertEqual([one["id"] for one in answers], orders.ids)
        self.check_plain(answers)

    def test_empty_selection_answers_an_empty_list(self):
        nothing = self.shop["account.move"]
        for name in METHODS:
            self.assertEqual(getattr(nothing, f"l10n_fr_chorus_{name}")(), [])

    def test_shape_of_the_answers(self):
        moves = self.in_every_state()
        for answer in moves.l10n_fr_chorus_check() + moves.l10n_fr_chorus_send():
            self.assertEqual(answer.keys(), ITEM)
            for problem in answer["problems"]:
                self.assertEqual(problem.keys(), PROBLEM)
        for answer in moves.l10n_fr_chorus_status():
            self.assertEqual(answer.keys(), STATUS)

    def test_status_tells_the_whole_way(self):
        move = self.make_invoice()
        self.integrate(move)
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual(status["state"], "MISE_A_DISPOSITION")
        self.assertIsInstance(status["platform_ref"], str)
        known = self.platform.invoice(move.name)
        self.assertEqual(status["platform_ref"], str(known["id"]))
        self.assertTrue(status["flux_number"].startswith("CPP"))

    def test_sync_has_the_platform_asked_now(self):
        move = self.make_invoice()
        self.integrate(move)
        self.platform.advance(60)
        self.platform.status(move.name, "MANDATEE")
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        [status] = move.l10n_fr_chorus_sync()
        self.assertEqual(status["state"], "MISE_A_DISPOSITION", "as known now")
        self.work()
        self.assertState(move, "MANDATEE")

    def test_find_by_siret_name_and_town(self):
        lille = self.ref("partner_lille")
        lille.l10n_fr_chorus_refresh()
        for text in ("215 903 501 00017", "2159", "LILLE", "lille"):
            with self.subTest(text):
                found = lille.l10n_fr_chorus_find(text)
                self.assertIn("21590350100017", [one["siret"] for one in found])

    # ---- RIGHTS -------------------------------------------------------------------

    def test_sending_needs_the_right(self):
        reader = new_test_user(
            self.env,
            "reader",
            groups="account.group_account_readonly",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        move = self.make_invoice()
        theirs = move.with_user(reader)
        for name in ("send", "sync", "withdraw", "credit", "complete", "recycle"):
            with self.assertRaises(AccessError):
                getattr(theirs, f"l10n_fr_chorus_{name}")()
        with self.assertRaises(AccessError):
            theirs.action_l10n_fr_chorus_send()
        self.assertFalse(move.l10n_fr_chorus_state)
        move.l10n_fr_chorus_send()
        [status] = theirs.l10n_fr_chorus_status()
        self.assertEqual(status["state"], "requested", "reading is enough to follow")

    def test_another_system_is_answered_in_its_users_language(self):
        """R9: a till gives no language; its user is French."""
        self.claire.lang = "fr_FR"
        bad = self.make_invoice("partner_aube")
        till = bad.with_context(lang=None)
        [answer] = till.l10n_fr_chorus_check()
        messages = " ".join(problem["message"] for problem in answer["problems"])
        self.assertIn("exige un code service", messages)
        good = self.make_invoice().with_context(lang=None)
        good.l10n_fr_chorus_send()
        [status] = good.l10n_fr_chorus_status()
        self.assertEqual(status["label"], "Demandée")
