"""R27: an inspector reads the vault until a day, and nothing else."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import MODULE, ChorusCase

CLOSED = (
    *("account.move", "account.move.line", "account.payment", "sale.order"),
    *("sale.order.line", "stock.picking", "res.partner.bank"),
)


@tagged("post_install", "-at_install")
class TestInspection(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "manager",
            groups=f"{MODULE}.{MODULE}_group_manager",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        cls.tomorrow = cls.today() + timedelta(days=1)

    def give(self, **values):
        grant = (
            self.env["l10n_fr_chorus.inspection.grant"]
            .with_user(self.manager)
            .with_company(self.company)
            .create(
                {
                    "name": "Inès Pecteur",
                    "email": "ines@impots.example",
                    "date_until": self.tomorrow,
                    "why": "Avis 2026-12",
                    **values,
                }
            )
        )
        action = grant.action_give()
        return self.env["l10n_fr_chorus.inspection"].browse(action["res_id"])

    def test_given_with_an_invitation(self):
        inspection = self.give()
        user = inspection.user_id
        self.assertTrue(user.share)
        self.assertEqual(user.group_ids, self.env.ref("base.group_portal"))
        self.assertEqual(user.company_ids, self.company)
        self.assertEqual(inspection._open_to(user), inspection)
        mail = self.env["mail.mail"].search([("email_to", "ilike", user.email)])
        self.assertIn(f"/chorus/inspection/{inspection.id}", mail.body_html)
        self.assertIn("token=", mail.body_html)
        self.assertIn("Avis 2026-12", mail.body_html)

    def test_readable_models_are_those_of_any_portal_user(self):
        """Must show: no right of ours, over RPC, on any model."""
        inspector = self.give().user_id
        portal = new_test_user(self.env, "some_portal", groups="base.group_portal")
        for mode in ("read", "write", "create", "unlink"):
            allowed = [
                self.env["ir.model.access"].with_user(user)._get_allowed_models(mode)
                for user in (inspector, portal)
            ]
            self.assertEqual(*allowed)
            ours = {name for name in allowed[0] if "l10n_fr_chorus" in name}
            self.assertEqual(ours, set())

    def test_no_record_is_reachable_over_rpc(self):
        self.integrate(self.make_invoice())
        inspector = self.give().user_id
        for name in CLOSED:
            model = self.env[name].with_user(inspector)
            if model.has_access("read"):
                self.assertFalse(model.search([]), name)
        partners = self.env["res.partner"].with_user(inspector).search([])
        self.assertEqual(partners, inspector.partner_id, "its own card only")

    def test_every_role_and_every_model_of_ours(self):
        """Must show: an access test over every model and every role."""
        names = [name for name in self.env if name.startswith("l10n_fr_chorus.")]
        # What managers alone see, and the dialogs of what they alone may do.
        hidden = {"inspection", "access_log", "inspection.grant"}
        hidden |= {"profile.import", "takeover.dialog", "approved_platform.import"}
        hidden |= {"ticket"}
        inspector = self.give().user_id
        for name in names:
            model = self.env[name]
            if model._abstract:
                continue
            short = name.removeprefix("l10n_fr_chorus.")
            with self.subTest(name):
                self.assertFalse(model.with_user(inspector).has_access("read"))
                self.assertTrue(model.with_user(self.manager).has_access("read"))
                self.assertEqual(
                    model.with_user(self.claire).has_access("read"),
                    short not in hidden,
                )
                for user in (self.claire, self.manager):
                    proof = "made_by" in model._fields
                    if proof or short in ("inspection", "verification"):
                        for right in ("write", "create", "unlink"):
                            self.assertFalse(model.with_user(user).has_access(right))

    def test_what_was_read_is_told_in_words(self):
        log = self.env["l10n_fr_chorus.access_log"]
        for what in ("list", "document", "trail", "export", "verify"):
            self.assertNotEqual(log.new({"what": what}).page, what)

    def test_nothing_after_the_day(self):
        inspection = self.give()
        user = inspection.user_id
        self.env.cr.execute(
            "UPDATE l10n_fr_chorus_inspection SET date_until = %s WHERE id = %s",
            (self.today() - timedelta(days=1), inspection.id),
        )
        self.env.invalidate_all()
        self.assertFalse(inspection._open_to(user), "before any job has run")
        inspection._cron_end()
        self.assertTrue(inspection.ended_at)
        self.assertFalse(user.active)

    def test_last_day_is_included(self):
        inspection = self.give(date_until=self.today())
        inspection._cron_end()
        self.assertTrue(inspection._open_to(inspection.user_id))

    def test_the_day_ends_at_midnight_in_france(self):
        with freeze_time("2026-12-01 12:00:00"):
            inspection = self.give(date_until=date(2026, 12, 1))
            self.assertTrue(inspection.is_open)
        inspection.invalidate_recordset()
        with freeze_time("2026-12-01 23:30:00"):
            self.assertFalse(inspection.is_open, "in Paris it is half past midnight")

    def test_ended_at_once_by_a_manager(self):
        inspection = self.give()
        with self.assertRaises(AccessError):
            inspection.with_user(self.claire).action_end()
        inspection.with_user(self.manager).action_end()
        self.assertFalse(inspection.is_open)
        self.assertFalse(inspection.user_id.active)

    def test_second_inspection_keeps_the_user(self):
        first, second = self.give(), self.give(why="Suite")
        self.assertEqual(first.user_id, second.user_id)
        first.with_user(self.manager).action_end()
        self.assertTrue(first.user_id.active)
        second.with_user(self.manager).action_end()
        self.assertFalse(first.user_id.active)

    def test_customers_portal_user_outlives_it(self):
        user = new_test_user(
            self.env,
            "client@ville.example",
            groups="base.group_portal",
            email="client@ville.example",
        )
        inspection = self.give(email="client@ville.example", existing=True)
        self.assertEqual(inspection.user_id, user)
        inspection.with_user(self.manager).action_end()
        self.assertTrue(user.active)

    def portal_user(self, login):
        return new_test_user(self.env, login, groups="base.group_portal", email=login)

    def test_a_customers_portal_user_is_asked_about(self):
        user = self.portal_user("client@ville.example")
        with self.refused(UserError, "portal user of"):
            self.give(email="Client@Ville.example")
        self.assertFalse(self.env["l10n_fr_chorus.inspection"]._open_to(user))

    def test_an_address_is_never_a_pattern(self):
        """G8: `jean_dupont` and `%` opened the vault to somebody else."""
        user = self.portal_user("jean.dupont@impots.example")
        for pattern in ("jean_dupont@impots.example", "%@impots.example"):
            with self.subTest(pattern):
                inspection = self.give(email=pattern, existing=True)
                self.assertNotEqual(inspection.user_id, user)
                self.assertEqual(inspection.user_id.login, pattern)

    def test_who_is_opened_again_is_archived_again(self):
        user = self.portal_user("ancien@impots.example")
        user.active = False
        inspection = self.give(email="ancien@impots.example", existing=True)
        self.assertTrue(user.active)
        inspection.with_user(self.manager).action_end()
        self.assertFalse(user.active)

    def test_an_invitation_is_not_kept(self):
        inspection = self.give()
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", inspection.user_id.email)]
        )
        self.assertTrue(mail.auto_delete)
        self.assertNotIn("token=", mail.mail_message_id.body or "")

    def test_a_known_user_gets_no_link_to_a_new_password(self):
        self.portal_user("client@ville.example")
        inspection = self.give(email="client@ville.example", existing=True)
        mail = self.env["mail.mail"].search([("email_to", "ilike", "client@ville")])
        self.assertNotIn("token=", mail.body_html)
        self.assertIn(f"/chorus/inspection/{inspection.id}", mail.body_html)

    def test_dialog_refuses_what_makes_no_sense(self):
        today = self.today()
        for values, words in (
            ({"email": "nobody"}, "e-mail address"),
            ({"date_until": today - timedelta(days=1)}, "between today"),
            ({"date_until": today + timedelta(days=400)}, "between today"),
            ({"email": self.claire.login}, "e-mail address|works in this Odoo"),
        ):
            with self.subTest(**values), self.refused(UserError, words):
                self.give(**values)

    def test_the_vault_of_another_company_is_opened_by_nobody_here(self):
        other = self.other_company()
        with self.assertRaises(AccessError):
            self.give(company_id=other.id)
        inspections = self.env["l10n_fr_chorus.inspection"].with_user(self.manager)
        with self.refused(UserError, "companies you work in"):
            inspections._give(other, "I", "i@impots.example", self.tomorrow, "x")

    def test_clerk_gives_no_access(self):
        grant = self.env["l10n_fr_chorus.inspection.grant"].with_user(self.claire)
        with self.assertRaises(AccessError):
            grant.create({})
