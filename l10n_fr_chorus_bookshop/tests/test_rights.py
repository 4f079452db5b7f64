"""R30: who may see and do what; secrets are read by nobody."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..models.channels.secret import DOTS
from ..models.channels.secret import SECRETS as ALL_SECRETS
from .common import MODULE, SECRETS, ChorusCase

OUTBOX = ("submission", "transmission", "original", "seal", "event")
HIDDEN = (*(f"stored_{name}" for name in ALL_SECRETS), "token")


@tagged("post_install", "-at_install")
class TestRights(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("manager", f"{MODULE}.{MODULE}_group_manager")
        cls.stranger = cls.user("stranger", "base.group_user")
        export = cls.env.ref("base.group_allow_export")
        export.user_ids += cls.claire + cls.manager
        cls.portal = cls.user("portal_body", "base.group_portal")

    @classmethod
    def user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def model(self, name, user):
        return self.env[f"l10n_fr_chorus.{name}"].with_user(user)

    # ---- SECRETS ------------------------------------------------------------------

    def test_secrets_are_shown_as_dots(self):
        for user in (self.claire, self.manager, self.env.ref("base.user_admin")):
            [shown] = self.connection.with_user(user).read(list(SECRETS))
            self.assertEqual([shown[name] for name in SECRETS], [DOTS, DOTS])

    def test_secrets_are_read_by_nobody(self):
        self.deposit(self.make_invoice())
        admin = self.env.ref("base.user_admin")
        for user in (self.claire, self.manager, admin):
            connection = self.connection.with_user(user)
            for name in HIDDEN:
                with self.subTest(user=user.login, field=name):
                    self.assertNotIn(name, connection.fields_get())
                    for attempt in (
                        lambda c=connection, n=name: c.read([n]),
                        lambda c=connection, n=name: c.export_data([n]),
                        lambda c=connection, n=name: c.search([(n, "like", "s")]),
                        lambda c=connection, n=name: c.search([], order=n),
                        lambda c=connection, n=name: c._read_group([], [n]),
                        lambda c=connection, n=name: c.write({n: "x"}),
                    ):
                        with self.assertRaises(AccessError):
                            attempt()

    def test_secrets_are_nowhere_else(self):
        secrets = {"client_secret": "S3cr3t-one", "password": "S3cr3t-two"}
        connection = self.connection.with_user(self.manager)
        connection.write(secrets)
        connection.action_test()
        everything = str(connection.read()) + str(connection.message_ids.mapped("body"))
        for secret in secrets.values():
            self.assertNotIn(secret, everything)
        copied = connection.copy({"environment": "production"})
        self.assertFalse(any(copied[name] for name in SECRETS))

    def test_dots_written_back_change_nothing(self):
        connection = self.connection.with_user(self.manager)
        connection.write({"password": DOTS, "client_secret": "other"})
        self.assertEqual(self.connection._secret("password"), "password")
        self.assertEqual(self.connection._secret("client_secret"), "other")

    def test_one_secret_changes_without_the_other(self):
        for name in SECRETS:
            connection = self.connection.with_user(self.manager)
            connection.write({name: "another"})
            self.assertEqual(connection[name], DOTS)
            for other in SECRETS.keys() - {name}:
                self.assertTrue(self.connection._secret(other), f"{name} wipes {other}")
            self.assertEqual(self.connection._secret(name), "another")

    # ---- RECORDS ------------------------------------------------------------------

    def test_clerk_follows_and_changes_nothing(self):
        self.integrate(self.make_invoice())
        for name in OUTBOX:
            records = self.model(name, self.claire).search([], limit=1)
            self.assertTrue(records, name)
            for right in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(right), f"{name} {right}")
        for right in ("write", "create", "unlink"):
            self.assertFalse(self.connection.with_user(self.claire).has_access(right))

    def test_manager_sets_up_and_rewrites_no_history(self):
        self.integrate(self.make_invoice())
        self.assertTrue(self.model("connection", self.manager).has_access("create"))
        for name in OUTBOX:
            for right in ("write", "create", "unlink"):
                self.assertFalse(self.model(name, self.manager).has_access(right))

    def test_without_a_right_nothing_is_seen(self):
        for user in (self.stranger, self.portal, self.env.ref("base.public_user")):
            for name in (*OUTBOX, "connection", "unmatched"):
                with self.subTest(user=user.login, model=name):
                    self.assertFalse(self.model(name, user).has_access("read"))
        for user in (self.portal, self.env.ref("base.public_user")):
            for name in ("structure", "service"):
                self.assertFalse(self.model(name, user).has_access("read"))

    def test_connection_is_tested_by_managers_only(self):
        with self.assertRaises(AccessError):
            self.connection.with_user(self.claire).action_test()
        self.connection.with_user(self.manager).action_test()
        self.assertEqual(self.connection.test_result, "Everything answers.")

    def test_directory_is_not_rewritten_by_hand(self):
        structure = self.structures[0].with_user(self.manager)
        with self.assertRaises(AccessError):
            structure.write({"is_active": False})
        with self.assertRaises(AccessError):
            structure.unlink()

    # ---- SETTINGS -----------------------------------------------------------------

    def test_settings_screen_saves(self):
        admin = self.env.ref("base.user_admin")
        settings = self.env["res.config.settings"].with_user(admin)
        with Form(settings.with_company(self.company)) as form:
            form.l10n_fr_chorus_superfluous = "warning"
            form.l10n_fr_chorus_directory_age = 48
            form.l10n_fr_chorus_auto_send = True
        record = form.record
        record.execute()
        self.assertEqual(record.l10n_fr_chorus_connection_id, self.connection)
        action = record.action_l10n_fr_chorus_connection()
        self.assertEqual(action["res_id"], self.connection.id)
        self.assertEqual(self.company.l10n_fr_chorus_superfluous, "warning")
        self.assertEqual(self.company.l10n_fr_chorus_directory_age, 48)
        self.assertTrue(self.company.l10n_fr_chorus_auto_send)
