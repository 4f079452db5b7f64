"""R25: an authority's time stamps of the vault, which nothing waits for."""

from datetime import timedelta
from unittest import skipUnless
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from simulator.authority import Authority, is_possible

from ...chorus.outside import TRUSTED_HOSTS
from ...chorus.vault import timestamp as stamping
from ...models.vault import timestamp
from ..transactions import written_after_calls
from .proof_case import ProofCase

LOGGER = "odoo.addons.l10n_fr_chorus_bookshop.models.vault.timestamp"


@tagged("post_install", "-at_install")
@skipUnless(
    is_possible() and stamping.is_installed(),
    "OpenSSL's program or rfc3161-client is absent",
)
class TestTimestamp(ProofCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = cls.enterClassContext(Authority())

    def setUp(self):
        super().setUp()
        self.authority.says = None
        self.startPatcher(patch.dict("os.environ", {TRUSTED_HOSTS: "127.0.0.1"}))
        self.company.l10n_fr_chorus_stamp_url = self.authority.url
        self.stamps = self.env["l10n_fr_chorus.timestamp"]

    def stamp(self):
        """What the two jobs do at night, and the worker after them."""
        self.anchors._cron_publish()
        with self.worker() as env:
            env["l10n_fr_chorus.timestamp"]._cron_stamp()
        self.env.invalidate_all()
        self.work("_seal_due")
        return self.stamps.search([("company_id", "=", self.company.id)], limit=1)

    def alarms(self):
        return self.env["mail.message"].search([("subject", "ilike", "time stamp")])

    def health(self):
        return self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()["vault"]

    def fail(self, said=(503, {}, b"")):
        self.authority.says = said
        with self.assertLogs(LOGGER, "WARNING"):
            return self.stamp()

    def test_each_head_once_in_the_chain_and_in_the_export(self):
        with written_after_calls() as late:
            stamp = self.stamp()
        self.assertFalse(late)
        self.assertEqual(stamp.anchor_id.sent_to, "127.0.0.1")
        self.assertTrue(stamp.anchor_id.stamped_at)
        self.assertTrue(self.authority.confirms(stamp._content(), stamp.anchor_id.hash))
        self.assertEqual(self.stamp(), stamp, "nothing new, nobody asked")
        self.assertEqual(self.verify()["unsealed"], 0)
        self.assertTrue(self.verify()["ok"])
        self.integrate(self.make_invoice())
        self.assertGreater(self.stamp().anchor_id.seq, stamp.anchor_id.seq)
        _answer, archive = self.exported()
        kept = [one for one in archive.namelist() if one.startswith("timestamps/")]
        self.assertEqual(archive.read(kept[0]), stamp._content())
        self.assertEqual(len(kept), 2)
        done = self.run_verifier(archive)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(stamp.anchor_id.hash, done.stdout)
        self.assertIn("Horodatages / time stamps: 2.", done.stdout)

    def test_a_stamp_finds_out_a_chain_rebuilt_whole(self):
        self.stamp()
        self.env.cr.execute("ALTER TABLE l10n_fr_chorus_anchor DISABLE TRIGGER USER")
        self.rebuild(self.originals()[0])
        _answer, archive = self.exported()
        done = self.run_verifier(archive)
        self.assertEqual(done.returncode, 1)
        [line] = [
            one
            for one in done.stdout.splitlines()
            if "timestamps/0" in one and "FAUX" in one
        ]
        self.assertIn("la chaîne a été refaite", line)

    def test_what_was_published_and_no_longer_holds_is_not_stamped(self):
        self.anchors._cron_publish()
        self.rebuild(self.originals()[0])
        before = self.authority.asked
        self.assertFalse(self.stamp())
        self.assertEqual(self.authority.asked, before)

    def test_not_sealed_yet_it_waits_for_the_next_export(self):
        with patch.object(type(self), "work"):
            self.stamp()
        _answer, archive = self.exported()
        done = self.run_verifier(archive)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_an_authority_that_fails_stops_nothing_and_is_told_after_days(self):
        with written_after_calls() as late:
            self.assertFalse(self.fail())
        self.assertFalse(late)
        self.assertTrue(self.health()["ok"])
        self.assertFalse(self.alarms(), "a night is nothing")
        self.integrate(self.make_invoice())
        with patch.object(timestamp, "PATIENCE", timedelta(0)):
            self.fail((200, {}, b"<html>"))
            self.fail((307, {"Location": "https://tsa.example/"}, b""))
            self.assertIn("no time stamp since", self.health()["fault"])
        alarm = self.alarms()
        self.assertEqual(len(alarm), 1, "told once")
        self.assertIn("is no time stamp of the vault", alarm.body)
        self.assertIn(self.env.ref("base.user_admin").partner_id, alarm.partner_ids)
        self.authority.says = None
        self.assertTrue(self.stamp())
        with patch.object(timestamp, "PATIENCE", timedelta(0)):
            self.assertTrue(self.health()["ok"])

    def test_a_crash_is_not_raised(self):
        crash = patch.object(stamping, "ask", side_effect=ZeroDivisionError("oh"))
        with crash, self.assertLogs(LOGGER, "ERROR"):
            self.assertFalse(self.stamp())
        states = self.env["l10n_fr_chorus.verification"]
        self.assertEqual(states._for_company(self.company.id).stamp_error, "oh")

    def test_chosen_no_longer_it_is_no_trouble(self):
        with patch.object(timestamp, "PATIENCE", timedelta(0)):
            self.fail()
            self.company.l10n_fr_chorus_stamp_url = False
            self.assertTrue(self.health()["ok"])
        before = self.authority.asked
        self.stamp()
        self.assertEqual(self.authority.asked, before)

    def test_address_is_checked_when_it_is_chosen(self):
        for url in ("http://tsa.example/", "tsa", "https://me:secret@tsa.example/"):
            with self.refused(ValidationError, "Time-stamping authority"):
                self.company.l10n_fr_chorus_stamp_url = url
        with (
            patch.object(stamping, "find_spec", lambda _name: None),
            self.refused(ValidationError, "rfc3161-client"),
        ):
            self.company.l10n_fr_chorus_stamp_url = "https://tsa.example/"

    def test_nobody_else_writes_one(self):
        stamp = self.stamp().with_env(self.shop)
        with self.assertRaises(AccessError):
            stamp.write({"authority": "https://other.example/"})
        with self.assertRaises(AccessError):
            stamp.create({"company_id": self.company.id})
        with self.assertRaises(AccessError):
            stamp.read(["content"])
