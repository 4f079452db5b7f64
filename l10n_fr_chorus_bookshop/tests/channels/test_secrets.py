"""Secrets follow their address; those of the server go to the State's hosts alone."""

import os
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from ...chorus.errors import Denied
from ...models.channels.secret import DOTS
from ...models.channels.secret import SECRETS as ALL_SECRETS
from ..common import MODULE, SECRETS, ChorusCase

STORED = (*(f"stored_{name}" for name in ALL_SECRETS), "token")


@tagged("post_install", "-at_install")
class TestSecrets(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "secrets_manager",
            groups=f"{MODULE}.{MODULE}_group_manager",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        cls.siren = cls.company.company_registry[:9]

    def kept(self):
        return [bool(self.connection[name]) for name in STORED]

    def test_another_address_empties_what_was_trusted_to_the_first(self):
        """G6: a manager points the connection at a host of his own, and tests it."""
        mine = self.connection.with_user(self.manager)
        for name, value in (
            ("api_url", "https://collector.example"),
            ("oauth_url", "https://collector.example/token"),
            ("host", "sftp.collector.example"),
            ("port", 2222),
            ("flow_url", "https://collector.example/v1"),
            ("token_url", "https://collector.example/token"),
            ("environment", "production"),
        ):
            with self.subTest(name):
                self.connection.write(dict.fromkeys(ALL_SECRETS, "PRIVATE"))
                self.connection.write({"token": "live", "host_key": "ssh-ed25519 AAAA"})
                mine.write({name: value})
                self.assertEqual(self.kept(), [False] * len(STORED))
                self.assertFalse(self.connection.host_key)
                self.assertFalse(self.connection.tested_ok)

    def test_every_secret_is_typed_stored_and_shown_as_dots(self):
        for name in ALL_SECRETS:
            with self.subTest(name):
                self.connection.write({name: f"of {name}"})
                self.assertEqual(self.connection.sudo()[f"stored_{name}"], f"of {name}")
                self.assertEqual(self.connection[name], DOTS)
        for name in ALL_SECRETS:
            self.assertEqual(self.connection._secret(name), f"of {name}")
            self.connection.write({name: DOTS})
            self.assertEqual(self.connection._secret(name), f"of {name}")
            self.connection.write({name: False})
            self.assertFalse(self.connection.sudo()[f"stored_{name}"])

    def test_an_address_that_is_emptied_keeps_them_for_the_others(self):
        """As the test of a platform without directory does."""
        self.connection.write({"directory_url": "https://pa.example/directory/v1"})
        self.connection.write(SECRETS)
        self.connection.directory_url = False
        self.assertTrue(self.connection.stored_client_secret)
        self.connection.directory_url = "https://collector.example/v1"
        self.assertFalse(self.connection.stored_client_secret)

    def test_another_company_empties_them_too(self):
        other = self.env["res.company"].create({"name": "Another shop"})
        self.connection.company_id = other
        self.assertFalse(any(self.kept()))

    def test_the_same_address_written_again_keeps_them(self):
        mine = self.connection.with_user(self.manager)
        mine.write({"api_url": mine.api_url, "environment": mine.environment})
        self.assertEqual(self.kept()[:2], [True, True])

    def test_what_is_typed_with_the_new_address_stays(self):
        mine = self.connection.with_user(self.manager)
        mine.write({"api_url": "https://api.example", "client_secret": "new"})
        self.assertEqual(self.connection._secret("client_secret"), "new")
        self.assertFalse(self.connection.stored_password)

    def test_dots_written_with_a_new_address_are_no_secret(self):
        mine = self.connection.with_user(self.manager)
        mine.write({"api_url": "https://api.example", "password": mine.password})
        self.assertFalse(self.connection.stored_password)

    def test_the_servers_secret_goes_to_the_state_alone(self):
        """G7, must show: a host typed in the database receives nothing."""
        held = {f"CHORUS_{self.siren}_QUALIFICATION_PASSWORD": "of the server"}
        self.connection.stored_password = False
        with patch.dict(os.environ, held):
            with self.assertRaises(Denied):
                self.connection._secret("password")
            self.connection.write(
                {
                    "api_url": "https://sandbox-api.piste.gouv.fr",
                    "oauth_url": "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
                }
            )
            self.assertEqual(self.connection._secret("password"), "of the server")
            self.connection.api_url = "https://piste.gouv.fr.collector.example"
            with self.assertRaises(Denied):
                self.connection._secret("password")

    def test_the_servers_secret_names_its_company(self):
        """G7: another company's manager receives nothing of ours."""
        others = {
            "CHORUS_QUALIFICATION_PASSWORD": "nobody's",
            "CHORUS_000000000_QUALIFICATION_PASSWORD": "another's",
            "CHORUS_TRUSTED_HOSTS": "127.0.0.1",
        }
        self.connection.stored_password = False
        with patch.dict(os.environ, others):
            self.assertEqual(self.connection._secret("password"), "")

    def test_a_dump_restored_elsewhere_has_another_mark(self):
        mark = self.connection._database_mark()
        self.assertEqual(mark, self.connection._database_mark())
        uuid, cluster, number = mark.split(":")
        self.assertTrue(uuid and cluster.isdigit() and number.isdigit())
        self.connection.database_mark = f"{uuid}:{cluster}:{int(number) + 1}"
        with self.assertRaises(Denied):
            self.connection._check_database()
