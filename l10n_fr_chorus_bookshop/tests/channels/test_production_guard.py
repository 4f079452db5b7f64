"""R15: a copy of the database attempts no call to production."""

import os
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import SECRETS, ChorusCase

NEUTRALIZE = Path(__file__).parents[2] / "data" / "neutralize.sql"
PROOF = (
    "l10n_fr_chorus_original",
    "l10n_fr_chorus_seal",
    "l10n_fr_chorus_event",
)


@tagged("post_install", "-at_install")
class TestProductionGuard(ChorusCase):
    def setUp(self):
        super().setUp()
        self.connection.active = False
        self.company.l10n_fr_chorus_environment = "production"
        self.connection = self.connect(self.company, environment="production")

    def variables(self):
        """What the server's environment holds for this company."""
        siren = self.company.company_registry[:9]
        named = {
            f"CHORUS_{siren}_PRODUCTION_{name}".upper(): value
            for name, value in SECRETS.items()
        }
        return {**named, "CHORUS_TRUSTED_HOSTS": "127.0.0.1, localhost"}

    def duplicate(self):
        """What a copy of a database does at least: another identity."""
        self.env["ir.config_parameter"].set_param("database.uuid", "a-copy")

    def neutralise(self):
        """What Odoo does of a neutralised copy, this module's part."""
        self.env.flush_all()
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.env.invalidate_all()

    def check_silence(self, move):
        """Days of work, without one call."""
        self.platform.clear_calls()
        for _round in range(3):
            self.work()
            self.later(days=1)
        self.connection.action_test()
        self.ref("partner_lille").l10n_fr_chorus_refresh()
        self.assertEqual(self.calls(), [])
        self.assertNotIn(move.l10n_fr_chorus_state, ("deposited", "sending"))

    def test_production_works_where_it_was_opened(self):
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")

    def test_duplicated_database_calls_nothing(self):
        queued, asked = self.make_invoices(2)
        queued.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.duplicate()
        asked.l10n_fr_chorus_send()
        self.check_silence(queued)
        self.assertIn("This database is a copy", queued.l10n_fr_chorus_reason)
        self.assertIn("This database is a copy", asked.l10n_fr_chorus_reason)

    def test_duplicated_database_calls_nothing_with_secrets_of_the_environment(self):
        self.connection.write(dict.fromkeys(SECRETS, False))
        with patch.dict(os.environ, self.variables()):
            first = self.make_invoice()
            self.deposit(first)
            self.assertState(first, "deposited")
            self.duplicate()
            move = self.make_invoice()
            move.l10n_fr_chorus_send()
            self.check_silence(move)

    def test_neutralised_database_calls_nothing(self):
        queued, asked = self.make_invoices(2)
        queued.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.neutralise()
        self.assertFalse(self.connection.client_secret)
        self.assertFalse(self.connection.password)
        self.assertFalse(self.connection.active)
        self.assertEqual(self.company.l10n_fr_chorus_environment, "qualification")
        asked.l10n_fr_chorus_send()
        self.check_silence(queued)

    def test_neutralised_database_calls_nothing_with_secrets_of_the_environment(self):
        queued = self.make_invoice()
        queued.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.neutralise()
        with patch.dict(os.environ, self.variables()):
            self.check_silence(queued)

    def test_neutralised_database_asks_no_authority_for_time_stamps(self):
        self.env.cr.execute(
            "UPDATE res_company SET l10n_fr_chorus_stamp_url = 'https://tsa.example/'"
        )
        self.neutralise()
        self.assertFalse(self.company.l10n_fr_chorus_stamp_url)

    def test_neutralised_database_cannot_be_opened_again(self):
        self.neutralise()
        self.company.l10n_fr_chorus_environment = "production"
        self.connection = self.connect(self.company, environment="production")
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.check_silence(move)
        self.assertIn("neutralised", self.connection.test_result)

    def test_news_of_production_are_not_read_by_a_copy(self):
        move = self.make_invoice()
        self.integrate(move)
        self.duplicate()
        self.platform.clear_calls()
        self.follow()
        self.assertEqual(self.calls(), [])
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_neutralising_leaves_the_proof_as_it_is(self):
        self.integrate(self.make_invoice())
        before = {table: self.rows(table) for table in PROOF}
        self.assertTrue(all(before.values()))
        self.neutralise()
        self.assertEqual({table: self.rows(table) for table in PROOF}, before)

    def rows(self, table):
        """Every row of a table, each as one text."""
        self.env.flush_all()
        query = SQL("SELECT t::text FROM %s t ORDER BY id", SQL.identifier(table))
        return self.env.execute_query(query)

    def test_manager_opens_production_again_where_the_copy_replaces_it(self):
        self.duplicate()
        self.connection.environment = "qualification"
        self.connection.environment = "production"
        url = self.platform.url
        self.connection.write(
            {"api_url": url, "oauth_url": f"{url}/api/oauth/token", **SECRETS}
        )
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")
