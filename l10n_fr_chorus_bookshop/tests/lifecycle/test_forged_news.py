"""G4, G5: no event by another door than a confirmation's; no row stops another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.answers import News, Unread
from ..edi.dilifac_case import DilifacCase

QUIET = [
    f"odoo.addons.l10n_fr_chorus_bookshop.models.{name}"
    for name in ("lifecycle.submission", "common", "lifecycle.connection")
]
FAR = datetime(2099, 1, 1, tzinfo=UTC)


@tagged("post_install", "-at_install")
class TestForgedNews(DilifacCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_fr_chorus_channel = "piste"

    def submission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id

    def told(self, move, **values):
        """What the platform says of one of ours, by its connection."""
        submission = self.submission(move)
        return News(
            **{
                "number": move.name,
                "kind": "380",
                "seller_siret": submission.seller_siret,
                "buyer_siret": submission.buyer_siret,
                "platform_id": submission.platform_id or "",
                "state": "SUSPENDUE",
                "occurred_at": submission.state_date.replace(tzinfo=UTC),
                "invoice_date": move.invoice_date.isoformat(),
                **values,
            }
        )

    def absorb(self, *news):
        with self.worker() as env:
            self.connection.with_env(env)._absorb(list(news))
        self.env.invalidate_all()

    def stray(self, move, **values):
        """An answer of the operator's mailbox that found no invoice."""
        reply = self.env["l10n_fr_chorus.operator_reply"].create(
            {"name": "S.csv", "connection_id": self.mailbox.id, "sha256": move.name}
        )
        stray = self.env["l10n_fr_chorus.unmatched"].create(
            {
                "connection_id": self.mailbox.id,
                "platform_id": f"{reply.id}/1",
                "operator_reply_id": reply.id,
                "number": "F9",
                "code": "MANDATEE",
                "occurred_at": fields.Datetime.now(),
                **values,
            }
        )
        return stray.with_env(self.shop)

    # ---- A DATE THAT CANNOT BE ----------------------------------------------------

    @mute_logger(*QUIET)
    def test_a_date_that_cannot_be_never_wins(self):
        """It shows, since it is the last word; what is dated shows after it."""
        move = self.make_invoice()
        self.integrate(move)
        since = self.submission(move).state_date
        for year, word in ((2099, "MISE_EN_PAIEMENT"), (1999, "MANDATEE")):
            at = datetime(year, 1, 1, tzinfo=UTC)
            self.absorb(self.told(move, state=word, occurred_at=at))
            self.assertState(move, word)
            count = len(self.submission(move).event_ids)
            self.absorb(self.told(move, state=word, occurred_at=at))
            self.assertEqual(len(self.submission(move).event_ids), count, "said once")
        later = since.replace(tzinfo=UTC) + timedelta(hours=1)
        self.absorb(self.told(move, occurred_at=later))
        self.assertState(move, "SUSPENDUE")
        self.absorb(self.told(move, state="MISE_EN_PAIEMENT", occurred_at=FAR))
        self.assertState(move, "SUSPENDUE")

    @mute_logger(*QUIET)
    def test_the_cursor_does_not_run_ahead(self):
        """A row of 2099 would have all news before it passed over."""
        move = self.make_invoice()
        self.integrate(move)
        pages = [[self.told(move, occurred_at=FAR, platform_id="")]]
        channel = type(self.env["l10n_fr_chorus.channel.piste"])
        with patch.object(channel, "_news", lambda *args: iter(pages)):
            self.later(hours=2)
            with self.worker() as env:
                self.connection.with_env(env)._sync()
        self.env.invalidate_all()
        until = self.connection.synced_until
        self.assertFalse(until and until > fields.Datetime.now())

    def test_a_stray_of_a_day_to_come_yields_to_what_comes_after(self):
        news = News("F-9", "380", "1", "2", "77", "MANDATEE", FAR)
        unmatched = self.env["l10n_fr_chorus.unmatched"]
        unmatched._store_unmatched(self.connection, [news])
        today = datetime.now(UTC)
        unmatched._store_unmatched(
            self.connection, [replace(news, state="REJETEE", occurred_at=today)]
        )
        kept = unmatched.search([("platform_id", "=", "77")])
        self.assertEqual(kept.code, "REJETEE")

    # ---- LINKED BY A PERSON -------------------------------------------------------

    def test_what_a_stray_says_is_nobodys_to_change(self):
        move = self.make_invoice()
        stray = self.stray(move)
        for values in (
            {"code": "REFUSEE"},
            {"reason": "x"},
            {"occurred_at": "2099-01-01"},
            {"connection_id": self.connection.id},
            {"operator_reply_id": False},
            {"number": move.name},
        ):
            with self.assertRaises(AccessError):
                stray.write(values)

    def test_an_operator_speaks_of_what_left_by_its_mailbox(self):
        move = self.make_invoice()
        self.integrate(move)
        with self.refused(UserError, "did not leave through this mailbox"):
            self.stray(move).l10n_fr_chorus_link(move.id)
        self.assertState(move, "MISE_A_DISPOSITION")

    @mute_logger(*QUIET)
    def test_a_link_checks_what_a_confirmation_checks(self):
        self.company.l10n_fr_chorus_channel = "dilifac"
        move = self.send()
        self.operate()
        self.assertState(move, "MISE_A_DISPOSITION")
        submission = self.submission(move)
        asked = submission.requested_at
        for date in ("2099-01-01", asked - timedelta(days=2)):
            stray = self.stray(move, occurred_at=date)
            with self.refused(UserError, "cannot have been said"):
                stray.l10n_fr_chorus_link(move.id)
            stray.operator_reply_id.sudo().unlink()
            stray.sudo().unlink()
        self.assertState(move, "MISE_A_DISPOSITION")
        stray = self.stray(move)
        self.assertTrue(stray.l10n_fr_chorus_link(move.id)["sorted"])
        self.assertState(move, "MANDATEE")
        with self.refused(UserError, "nothing to apply"):
            stray.l10n_fr_chorus_link(move.id)
        stray.sudo().sorted = False
        auditor = self.env["res.users"].create(
            {
                "name": "Auditor",
                "login": "news_auditor",
                "group_ids": [
                    (6, 0, self.env.ref("account.group_account_readonly").ids)
                ],
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        with self.assertRaises(AccessError):
            stray.with_user(auditor).l10n_fr_chorus_link(move.id)

    # ---- EACH ROW FOR ITSELF ------------------------------------------------------

    @mute_logger(*QUIET)
    def test_no_row_stops_another(self):
        bad, good = self.make_invoices(2)
        moves = bad + good
        self.integrate(moves)
        later = self.submission(bad).state_date.replace(tzinfo=UTC) + timedelta(hours=1)
        long = "x" * 100_000
        for rank, hostile in enumerate(
            (
                {"reason": "a\0b\ud800"},
                {"reason": long},
                {"state": "EN_ORBITE\0"},
                {"state": long},
                {"number": "F\0"},
                {"number": long, "platform_id": long},
                {"flux_number": "\0", "total": "\ud800", "invoice_date": "\0"},
            )
        ):
            at = later + timedelta(minutes=2 * rank)
            self.absorb(
                self.told(bad, occurred_at=at, **hostile),
                self.told(bad, **{"number": f"T{rank}", "platform_id": "", **hostile}),
                Unread(f"{rank}\0\ud800"),
                self.told(good, occurred_at=at, reason=f"r{rank}"),
            )
            self.assertEqual(good.l10n_fr_chorus_reason, f"r{rank}", hostile)
        self.assertFalse(self.connection.last_error)
        self.assertTrue(self.connection.l10n_fr_chorus_health()["ok"])

    @mute_logger(*QUIET)
    def test_what_the_database_refuses_is_set_aside_alone(self):
        """Whatever it may be: one row, and those of its page are stored."""
        moves = self.make_invoices(4)
        self.integrate(moves)
        events = type(self.env["l10n_fr_chorus.event"])
        record = events._record

        def refusing(model, rows):
            if any(row["reason"] == "poison" for row in rows):
                model.env.cr.execute("SELECT 1/0")
            return record(model, rows)

        news = [self.told(move, reason="ok") for move in moves[:3]]
        news.insert(1, self.told(moves[3], reason="poison"))
        with patch.object(events, "_record", refusing), mute_logger("odoo.sql_db"):
            self.absorb(*news)
        self.assertState(moves[:3], "SUSPENDUE")
        self.assertState(moves[3], "MISE_A_DISPOSITION")
        kept = self.env["l10n_fr_chorus.unmatched"].search(
            [("reason", "ilike", "poison")]
        )
        self.assertEqual(len(kept), 1)
        self.assertIn(moves[3].name, kept.reason)

    @mute_logger(*QUIET)
    def test_a_report_with_hidden_signs_is_read(self):
        self.platform.structure("22760540900019", active=False)
        move, other = self.make_invoices(2)
        with patch(
            "odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.piste.answer.json.loads",
            _with_nul,
        ):
            self.integrate(move + other)
        self.assertState(move + other, "not_integrated")
        self.assertNotIn("\0", move.l10n_fr_chorus_reason)


def _with_nul(content, **options):
    """JSON in which each text of more than a word ends with a NUL."""
    import json

    def poisoned(value):
        if isinstance(value, dict):
            return {name: poisoned(one) for name, one in value.items()}
        if isinstance(value, list):
            return [poisoned(one) for one in value]
        return f"{value}\0" if isinstance(value, str) and " " in value else value

    return poisoned(json.JSONDecoder(**options).decode(content.decode()))
