"""R11: what was uploaded by hand is followed through a connection, or another way."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import ChorusCase

DEPOSITS = "deposer/flux"


@tagged("post_install", "-at_install")
class TestPortalFollowed(ChorusCase):
    """A shop that uploads by hand, with a connection that reads the news."""

    def setUp(self):
        super().setUp()
        self.company.l10n_fr_chorus_channel = "portal"

    def prepare(self):
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "to_deposit")
        return move

    def upload(self, move, **values):
        """A person uploads the file on the portal; returns the number it shows."""
        original = move.sudo().l10n_fr_chorus_submission_id.original_id
        number = self.platform.upload(
            self.company.company_registry,
            values.get("name", original.filename),
            values.get("content", original._content()),
        )["flux"]
        self.platform.advance(10)
        return number

    def test_invoice_is_found_on_the_platform_and_followed(self):
        move = self.prepare()
        number = self.upload(move)
        move.l10n_fr_chorus_record_deposit(number=number)
        self.later(hours=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        submission = move.sudo().l10n_fr_chorus_submission_id
        self.assertEqual(submission.connection_id, self.connection)
        self.assertEqual(submission.platform_id, self.platform.invoice(move.name)["id"])
        self.follow()
        self.platform.status(move.name, "MANDATEE")
        self.follow()
        self.assertState(move, "MANDATEE")

    def test_deposit_nobody_noted_is_found_by_number_amount_and_siret(self):
        move = self.prepare()
        self.upload(move)
        self.follow()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertTrue(move.sudo().l10n_fr_chorus_submission_id.sent_at)

    def test_same_number_with_another_amount_is_someone_elses(self):
        move = self.prepare()
        self.upload(move)
        self.env.cr.execute(
            "UPDATE account_move SET amount_total = amount_total + 1 WHERE id = %s",
            [move.id],
        )
        self.env.invalidate_all()
        self.follow()
        self.assertState(move, "to_deposit")
        unmatched = self.env["l10n_fr_chorus.unmatched"].search(
            [("number", "=", move.name)]
        )
        self.assertEqual(len(unmatched), 1)

    def test_what_the_platform_answers_is_not_overwritten_by_hand(self):
        """R37: hearsay never wins over the platform itself."""
        move = self.prepare()
        self.upload(move)
        self.follow()
        [answer] = move.l10n_fr_chorus_confirm("REJETEE", "", "On me l'a dit")
        self.assertFalse(answer["done"])
        self.assertIn("Ask for news", answer["message"])
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_what_nobody_uploads_is_told(self):
        """R19: the shop itself owes the deposit."""
        move = self.prepare()
        self.later(days=3)
        self.env["l10n_fr_chorus.submission"]._cron_watch()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self.connection._name),
                ("res_id", "=", self.connection.id),
                ("body", "like", f"{move.name}: To deposit on the portal"),
            ]
        )
        self.assertEqual(len(messages), 1)

    # ---- WHICH WAY ----------------------------------------------------------------

    def test_one_invoice_leaves_by_another_channel_with_a_reason(self):
        move = self.prepare()
        self.assertEqual(self.calls(DEPOSITS), [])
        with self.refused(UserError, "Say why"):
            move.l10n_fr_chorus_send_by("piste", " ")
        with self.refused(UserError, "no channel"):
            move.l10n_fr_chorus_send_by("pigeon", "Plus sûr")
        action = move.action_l10n_fr_chorus_send_by()
        wizard = self.shop[action["res_model"]].with_context(**action["context"])
        with Form(wizard) as form:
            form.channel = "piste"
            form.reason = "The portal is closed today"
        form.record.action_confirm()
        self.assertIn("The portal is closed today", self.chatter(move))
        self.work()
        self.assertState(move, "deposited")
        self.assertEqual(move.l10n_fr_chorus_channel, "piste")
        self.assertEqual(len(self.calls(DEPOSITS)), 1)
        other = self.make_invoice()
        late, free = (move + other).l10n_fr_chorus_send_by("portal", "Too late")
        self.assertFalse(late["queued"])
        self.assertIn("with Chorus Pro", late["problems"][0]["message"])
        self.assertTrue(free["queued"], "one that has left does not stop the others")
        self.assertNotIn("Too late", self.chatter(move))
        other = self.prepare()
        self.assertEqual(other.l10n_fr_chorus_channel, "portal", "the others do not")

    def test_another_channel_is_kept_when_the_file_is_made_again(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send_by("piste", "Because")
        move.purchase_order_reference = "EJ-2"
        self.assertEqual(move.l10n_fr_chorus_channel, "piste")
        self.assertEqual(move.l10n_fr_chorus_channel_reason, "Because")

    def test_company_sends_by_the_portal_until_a_connection_works(self):
        self.assertEqual(
            self.env["res.company"].create({"name": "New"}).l10n_fr_chorus_channel,
            "portal",
        )
        self.platform.fault("status", "token", times=None, code=503)
        self.connection.action_test()
        self.assertEqual(self.company.l10n_fr_chorus_channel, "portal")
        self.platform.clear_faults()
        self.connection.action_test()
        self.assertEqual(self.company.l10n_fr_chorus_channel, "piste")
        self.assertIn("From now on", self.connection.test_result)
        self.company.l10n_fr_chorus_channel = "portal"
        self.connection.action_test()
        self.assertEqual(
            self.company.l10n_fr_chorus_channel, "portal", "a choice stays"
        )

    def test_volume_counts_what_left_by_month_and_channel(self):
        by_hand = self.prepare()
        by_hand.l10n_fr_chorus_record_deposit()
        by_api = self.make_invoice()
        by_api.l10n_fr_chorus_send_by("piste", "Because")
        self.work()
        rows = self.shop["l10n_fr_chorus.submission"].formatted_read_group(
            [("sent_at", "!=", False), ("company_id", "=", self.company.id)],
            ["sent_at:month", "channel"],
            ["__count"],
        )
        counts = {row["channel"]: row["__count"] for row in rows}
        self.assertEqual(counts, {"portal": 1, "piste": 1})
