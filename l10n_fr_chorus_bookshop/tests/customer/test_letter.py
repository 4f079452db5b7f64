"""R35: the letter to a body that cannot receive, and the invoice that waits for it."""

# pylint: disable=translation-required

from odoo.tests import Form, tagged

from ..common import ChorusCase

RENNES = "21350238800019"
UNKNOWN = "21270681300018"


@tagged("post_install", "-at_install")
class TestLetter(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rennes = cls.ref("partner_rennes")

    def compose(self, action):
        """Send what the composer proposes; return the message."""
        composer = self.shop[action["res_model"]].with_context(**action["context"])
        with Form(composer) as form:
            pass
        form.record.action_send_mail()
        return self.rennes.message_ids[0]

    def test_the_letter_is_written_and_the_invoice_goes_once_active(self):
        self.rennes.l10n_fr_chorus_refresh()
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertEqual(move.l10n_fr_chorus_actor, "The public body")
        message = self.compose(move.action_l10n_fr_chorus_letter())
        self.assertIn(self.rennes, message.partner_ids)
        for said in (RENNES, self.company.company_registry, move.name):
            self.assertIn(said, message.subject + message.body)
        self.assertIn("n'est pas actif", message.body)
        self.assertIn("was written to", self.chatter(move), "told on the invoice too")
        self.platform.structure(RENNES, active=True)
        self.later(hours=2)
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.ledger(), [move.name])

    def test_the_order_has_its_letter_too(self):
        self.rennes.l10n_fr_chorus_refresh()
        order = self.shop["sale.order"].create(
            {"partner_id": self.rennes.id, "client_order_ref": "BC-2026-7"}
        )
        self.assertTrue(order.l10n_fr_chorus_structure_inactive)
        message = self.compose(order.action_l10n_fr_chorus_letter())
        self.assertIn("BC-2026-7", message.body)

    def test_a_letter_names_no_other_customers_invoice(self):
        theirs = self.make_invoice("partner_aube")
        forged = {"l10n_fr_chorus_waiting": ("account.move", theirs.id)}
        self.rennes.with_context(**forged).message_post(body="Bonjour")
        self.rennes.with_context(l10n_fr_chorus_waiting=("res.users", 2)).message_post(
            body="Bonjour"
        )
        self.assertNotIn("was written to", self.chatter(theirs))

    def test_another_system_writes_too(self):
        unknown = self.rennes.copy({"company_registry": UNKNOWN, "email": "a@b.fr"})
        unknown.l10n_fr_chorus_refresh()
        mute = self.rennes.copy({"email": False})
        answers = (unknown + mute).l10n_fr_chorus_letter("FAC/1")
        self.assertEqual([one["done"] for one in answers], [True, False])
        self.assertIn("no e-mail", answers[1]["message"])
        self.assertIn("ne connaît pas", unknown.message_ids[0].body)
        self.assertIn("FAC/1", unknown.message_ids[0].body)
