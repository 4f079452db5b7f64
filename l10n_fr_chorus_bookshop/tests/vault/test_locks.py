"""G17, G20: what another transaction holds stops nobody for ever, and is told."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models import common
from ...models.vault import seal, verification
from ..common import ChorusCase

QUIET = [
    f"odoo.addons.l10n_fr_chorus_bookshop.models.{name}"
    for name in ("sending.transmission_worker", "vault.verification")
]
SHORT = "100ms"


@tagged("post_install", "-at_install")
class TestLocks(ChorusCase):
    def setUp(self):
        super().setUp()
        self.patch(common, "LOCK_TIMEOUT", SHORT)
        self.patch(seal, "LOCK_TIMEOUT", SHORT)
        self.patch(verification, "LOCK_PATIENCE", timedelta(0))

    @contextmanager
    def held(self, table, mode):
        """Another program's transaction holds one of our tables."""
        with db_connect(self.cr.dbname).cursor() as other:
            name = SQL.identifier(f"l10n_fr_chorus_{table}")
            other.execute(SQL("LOCK TABLE %s IN %s MODE NOWAIT", name, SQL(mode)))
            yield
            other.rollback()

    def health(self):
        return self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()

    def told(self):
        found = self.env["mail.message"].search(
            [("subject", "ilike", "nothing leaves")]
        )
        return found.filtered(lambda one: "held the tables" in one.body)

    def watch(self):
        with self.worker() as env:
            env["l10n_fr_chorus.submission"]._cron_watch()
        self.env.invalidate_all()

    @mute_logger("odoo.sql_db", *QUIET)
    def check(self, table, mode):
        self.env["l10n_fr_chorus.verification"]._for_company(self.company.id)
        move = self.make_invoice()
        with self.held(table, mode):
            move.l10n_fr_chorus_send()
            self.work()
            self.work()
            health = self.health()
            self.watch()
            self.assertEqual(len(self.told()), 1, "once")
        self.assertFalse(health["ok"])
        self.assertIn("Another program has held the tables", health["vault"]["fault"])
        self.assertIn(
            self.env.ref("base.user_admin").partner_id, self.told().partner_ids
        )
        self.watch()
        self.assertTrue(self.health()["ok"], "it is over")
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertEqual(self.deposits(), 1)

    def test_the_chain_held_by_another_program(self):
        self.check("seal", "EXCLUSIVE")

    def test_the_chain_that_not_even_can_be_read(self):
        self.check("seal", "ACCESS EXCLUSIVE")

    def test_a_shop_that_deposits_by_hand_hears_of_it(self):
        self.company.l10n_fr_chorus_channel = "portal"
        self.connection.active = False
        self.env["l10n_fr_chorus.verification"]._for_company(self.company.id)
        with self.held("seal", "EXCLUSIVE"), mute_logger("odoo.sql_db", *QUIET):
            self.work()
            self.assertFalse(self.health()["ok"])
            self.assertTrue(self.told())

    def test_a_person_waits_for_nobody(self):
        """The time-out is the worker's: it does not outlast its round."""
        self.work()
        with self.worker() as env:
            env.cr.execute("SHOW lock_timeout")
            self.assertEqual(env.cr.fetchone(), ("0",))

    # ---- TWO PEOPLE ---------------------------------------------------------------

    def test_two_people_send_the_same_invoice_at_once(self):
        """Real transactions: the second one's batch goes on, and one item says so."""
        database = db_connect(self.cr.dbname)
        with database.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            moves = self._written(env)
            ids = moves.ids
            cr.commit()  # pylint: disable=invalid-commit
        self.addCleanup(self._forget, ids)
        with database.cursor() as one, database.cursor() as two:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})["account.move"]
                for cr in (one, two)
            )
            for moves in (first, second):
                moves.browse(ids).mapped("l10n_fr_chorus_state")
            [queued] = first.browse(ids[0])._l10n_fr_chorus_send()
            self.assertTrue(queued["queued"], queued)
            first.env.flush_all()
            two.execute("SET LOCAL lock_timeout = '2s'")
            busy, free = second.browse(ids)._l10n_fr_chorus_send()
            second.env.flush_all()
            self.assertTrue(free["queued"], free)
            self.assertFalse(busy["queued"])
            self.assertIn("in_hand", [one["code"] for one in busy["problems"]])
            two.rollback()
            one.rollback()

    def _written(self, env):
        """Two invoices that other transactions see."""
        company = env["res.company"].browse(self.company.id)
        values = self._invoice_values("partner_seine_maritime")
        moves = env["account.move"].with_company(company).create([values] * 2)
        moves._post()
        return moves

    def _forget(self, ids):
        with db_connect(self.cr.dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            moves = env["account.move"].browse(ids)
            moves.button_draft()
            moves.with_context(force_delete=True).unlink()
            cr.commit()  # pylint: disable=invalid-commit
