"""R29: from nothing to the first invoice, and what only a manager does."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...chorus.guide import EXERCISES, steps_of
from ..common import MODULE, SECRETS
from .guide_case import GuideCase


@tagged("post_install", "-at_install")
class TestGuide(GuideCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({**dict.fromkeys(SECRETS, False), "login": False})
        cls.company.l10n_fr_chorus_channel = "portal"
        cls.guide.channel = "piste"

    def test_there_is_one_guide_for_each_company(self):
        self.assertEqual(self.guides._for_company(self.company), self.guide)
        other = self.guides.sudo()._for_company(self.other_company())
        self.assertNotEqual(other, self.guide)
        self.assertFalse(self.guides.search([("id", "=", other.id)]))

    def test_steps_follow_the_channel(self):
        for channel in ("portal", "piste", "dilifac"):
            self.guide.channel = channel
            codes = self.guide.step_ids.sorted().mapped("code")
            self.assertEqual(codes, list(steps_of(channel)))
        self.assertEqual(set(self.guide.exercise_ids.mapped("code")), EXERCISES)

    # ---- TICKED BY THEMSELVES -----------------------------------------------------

    def test_the_shop_tells_what_it_lacks(self):
        self.assertDone("shop", "bank", "numbers")
        self.company.write({"vat": False, "l10n_fr_chorus_registration": False})
        self.assertToDo("shop", "the VAT number, the legal form")
        self.company.company_registry = "123"
        self.assertToDo("shop", "123 is not a SIRET")
        self.company.partner_id.bank_ids.active = False
        self.assertToDo("bank", "no IBAN")

    def test_a_manager_fills_the_shop_in_without_being_administrator(self):
        self.assertFalse(self.manager.has_group("base.group_erp_manager"))
        self.company.l10n_fr_chorus_registration = False
        with Form(self.guide, f"{MODULE}.guide_view_form_shop") as form:
            form.registration = "SARL au capital de 1 000 € - RCS ROUEN 1"
            form.street = "9 quai des Libraires"
        self.assertEqual(self.company.street, "9 quai des Libraires")
        self.assertDone("shop")

    def test_numbers_the_platform_would_refuse(self):
        self.make_invoice().name = "LIBRAIRIE-DES-DEUX-RIVES/2026/00001"
        self.assertToDo("numbers", "20 characters at most")

    def test_missing_numbers_are_told_without_stopping(self):
        first, _second, third = self.make_invoices(3)
        third.name = f"{first.name[:-5]}90000"
        self.assertIn("keep a note of why", self.step("numbers").remark)
        self.assertDone("numbers")

    def test_keys_and_passwords_one_after_the_other(self):
        self.assertToDo("application", "the PISTE client secret")
        self.assertToDo("technical", "the technical account, its password")
        self.connection.write(
            {**SECRETS, "login": f"TECH_1_{self.company.company_registry}@cpro.fr"}
        )
        self.assertDone("application", "technical")
        self.assertIn("The password ends on", self.step("technical").remark)
        self.assertToDo("connection", "Not tested yet")

    def test_the_test_says_exactly_what_is_wrong_and_whom_to_ask(self):
        self.connection.write({**SECRETS, "login": "TECH_nobody"})
        self.step("connection").action_test()
        self.assertToDo("connection", "refuses the credentials")
        self.assertToDo("connection", "communaute.chorus-pro.gouv.fr")
        self.assertEqual(self.company.l10n_fr_chorus_channel, "portal")

    def test_a_connection_that_works_carries_the_invoices(self):
        self.connection.write(
            {**SECRETS, "login": f"TECH_1_{self.company.company_registry}@cpro.fr"}
        )
        self.step("connection").action_test()
        self.assertDone("connection", "channel")
        self.assertEqual(self.company.l10n_fr_chorus_channel, "piste")

    def test_no_connection_at_all(self):
        self.connection.active = False
        self.assertToDo("application", "Still missing")
        self.assertToDo("technical", "Still missing")
        self.assertFalse(self.step("technical").remark)
        with self.refused(UserError, "Type the keys"):
            self.step("connection").action_test()
        with self.refused(UserError, "its text says where"):
            self.step("account").action_open()
        window = self.step("application").action_open()
        self.assertEqual(window["context"]["default_channel"], "piste")
        self.assertFalse(window["res_id"])

    def test_dilicom_has_steps_of_its_own(self):
        self.guide.channel = "dilifac"
        self.company.l10n_fr_chorus_gln = False
        self.assertToDo("gln", "GLN is missing")
        self.assertToDo("mailbox", "the server, the login")
        self.connect(
            self.company,
            channel="dilifac",
            profile_id=self.env.ref(f"{MODULE}.profile_eancom").id,
            host="sftp.example.com",
            offered_key="ssh-ed25519 AAAA",
        )
        self.assertToDo("mailbox", "fingerprint")

    # ---- TICKED BY HAND -----------------------------------------------------------

    def test_ticked_by_hand_with_who_and_when(self):
        step = self.step("account")
        self.assertFalse(step.is_done)
        step.action_tick()
        self.assertDone("account")
        self.assertEqual(step.ticked_by, self.manager.name)
        self.assertTrue(step.ticked_at)
        step.action_untick()
        self.assertFalse(self.step("account").is_done)

    def test_what_is_observed_is_not_ticked(self):
        with self.refused(UserError, "ticked by itself"):
            self.step("first").action_tick()

    def test_a_link_that_lasts_a_few_days_is_reminded_of(self):
        step = self.step("structure")
        step.action_asked()
        [reminder] = self.guide.activity_ids
        self.assertEqual(reminder.user_id, self.manager)
        self.assertEqual(
            reminder.date_deadline, fields.Date.context_today(step) + timedelta(days=2)
        )
        self.assertIn(step.title, reminder.summary)
        step.action_asked()
        self.assertEqual(len(self.guide.activity_ids), 1)
        step.action_tick()
        self.assertFalse(self.guide.activity_ids)

    # ---- THE WAY OUT --------------------------------------------------------------

    def test_costs_come_from_the_shops_own_volume_and_prices(self):
        self.make_invoices(3)
        self.make_invoice("partner_parents")  # no public body
        self.env.invalidate_all()
        self.assertEqual(self.guide.counted, 3)
        costs = {cost.channel: cost for cost in self.guide.cost_ids}
        self.assertEqual(costs["portal"].yearly, 8)  # 3 × 8 minutes at 20 €
        self.guide.expected = 300
        self.assertEqual(costs["portal"].yearly, 800)
        costs["dilifac"].write({"monthly": 45, "each": 0.1, "minutes": 0})
        self.assertEqual(costs["dilifac"].yearly, 570)
        self.assertTrue(all(cost.gives for cost in costs.values()))

    def test_a_channel_without_connection_is_only_a_wish(self):
        chosen = self.guide.cost_ids.filtered(lambda one: one.channel == "dilifac")
        chosen.action_choose()
        self.assertEqual(self.guide.channel, "dilifac")
        self.assertEqual(self.company.l10n_fr_chorus_channel, "portal")
        self.assertDone("channel")
        self.assertTrue(chosen.is_chosen)

    # ---- PRODUCTION ---------------------------------------------------------------

    def test_production_opens_after_a_test_invoice(self):
        self.guide.channel = "portal"
        with self.refused(UserError, "No test invoice"):
            self.guide.action_open_production()
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "to_deposit")
        self.assertToDo("first", "has taken no invoice")
        move.l10n_fr_chorus_record_deposit()
        self.assertDone("first")
        self.step("production").action_production()
        self.assertEqual(self.company.l10n_fr_chorus_environment, "production")
        self.assertDone("production")

    def test_production_asks_for_its_own_connection(self):
        self.connection.write(
            {**SECRETS, "login": f"TECH_1_{self.company.company_registry}@cpro.fr"}
        )
        self.step("connection").action_test()
        self.integrate(self.make_invoice())
        self.assertDone("first")
        window = self.guide.action_open_production()
        self.assertFalse(window["res_id"])
        self.assertEqual(window["context"]["default_environment"], "production")
        self.assertToDo("production", "not tested yet")

    def test_an_unqualified_profile_opens_nothing(self):
        self.guide.channel = "dilifac"
        with self.refused(UserError, "not qualified"):
            self.guide.action_open_production()

    # ---- RIGHTS -------------------------------------------------------------------

    def test_a_clerk_reads_and_a_manager_does(self):
        with self.assertRaises(AccessError):
            self.seen_by(self.claire).action_open()
        for action in ("action_tick", "action_asked", "action_untick"):
            with self.assertRaises(AccessError):
                getattr(self.step("account", self.claire), action)()
        for action in (
            lambda guide: guide.write({"street": "x"}),
            lambda guide: guide._choose("portal"),
            lambda guide: guide.action_open_production(),
            lambda guide: guide.cost_ids[0].action_choose(),
        ):
            with self.assertRaises(AccessError):
                action(self.guide.with_user(self.claire))
        self.assertFalse(self.step("account", self.claire).is_done)

    def test_a_manager_reaches_no_other_company(self):
        other = self.other_company()
        street = other.street
        with self.assertRaises(AccessError):
            self.guide.write({"company_id": other.id, "street": "1 rue d'ici"})
        self.assertEqual(other.street, street)
        theirs = self.guides.sudo()._for_company(other).with_env(self.guides.env)
        with self.assertRaises(AccessError):
            theirs.write({"street": "1 rue d'ici"})

    # ---- HELP ---------------------------------------------------------------------

    def test_a_company_without_a_journal_has_no_numbers_yet(self):
        empty = self.env["res.company"].create({"name": "Librairie neuve"})
        step = self.env["l10n_fr_chorus.guide"]._for_company(empty)._steps(["numbers"])
        self.assertFalse(step.is_done)
        self.assertIn("no sales journal", step.missing)
        self.assertEqual(step.action_open()["context"], {"default_type": "sale"})

    def test_every_screen_of_the_menu_has_its_help_in_french(self):
        """R38: the cog shows it at any time, an empty list by itself."""
        self.env["res.lang"]._activate_lang("fr_FR")
        ours = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.ui.menu")]
        )
        menus = self.env["ir.ui.menu"].browse(ours.mapped("res_id"))
        windows = (
            self.env["ir.actions.act_window"]
            .union(
                *(
                    menu.action
                    for menu in menus
                    if menu.action and menu.action._name == "ir.actions.act_window"
                )
            )
            .filtered(lambda window: window.target != "new")
        )
        self.assertGreater(len(windows), 20)
        for window in windows:
            with self.subTest(window.name):
                self.assertTrue(window.help)
                self.assertNotEqual(window.with_context(lang="fr_FR").help, window.help)

    # ---- JOBS ---------------------------------------------------------------------

    def test_jobs_are_on_and_safe_when_nothing_is_set_up(self):
        self.connection.unlink()
        jobs = (
            self.env["ir.cron"]
            .with_context(active_test=False)
            .search([("model_id.model", "=like", "l10n_fr_chorus.%")])
        )
        self.assertGreater(len(jobs), 3)
        self.assertTrue(all(jobs.mapped("active")))
        for job in jobs:
            with self.subTest(job.name), self.worker() as env:
                job.with_env(env).method_direct_trigger()
        self.assertEqual(self.calls(), [])

    # ---- OTHER SYSTEMS ------------------------------------------------------------

    def test_another_system_does_the_same(self):
        told = self.guides.l10n_fr_chorus_guide()
        self.assertEqual([one["code"] for one in told["steps"]], [*steps_of("piste")])
        self.assertEqual(
            {contact["name"] for contact in told["contacts"]},
            {"ALIRE", "Dilicom", "Communauté Chorus Pro", "Intégrateur Odoo"},
        )
        told = self.guides.l10n_fr_chorus_tick("account")
        [account] = [one for one in told["steps"] if one["code"] == "account"]
        self.assertTrue(account["done"])
        self.assertEqual(account["ticked_by"], self.manager.name)
        told = self.guides.l10n_fr_chorus_tick("account", done=False)
        self.assertFalse(
            next(one for one in told["steps"] if one["code"] == "account")["done"]
        )
        self.assertEqual(
            self.guides.l10n_fr_chorus_choose("dilifac")["channel"], "dilifac"
        )
        for call, words in (
            (lambda: self.guides.l10n_fr_chorus_tick("nothing"), "no step"),
            (lambda: self.guides.l10n_fr_chorus_choose("fax"), "no channel"),
            (lambda: self.guides.l10n_fr_chorus_asked("shop"), "No link"),
            (lambda: self.guides.l10n_fr_chorus_open_production(), "not qualified"),
        ):
            with self.refused(UserError, words):
                call()
        self.guides.l10n_fr_chorus_asked("structure")
        self.assertTrue(self.guide.activity_ids)
        connection = self.connection.with_user(self.manager)
        [answer] = connection.l10n_fr_chorus_test()
        self.assertFalse(answer["ok"])
        self.assertIn("no credentials", answer["message"])
        with self.assertRaises(AccessError):
            connection.with_user(self.claire).l10n_fr_chorus_test()
        clerk = self.seen_by(self.claire)
        self.assertTrue(clerk.l10n_fr_chorus_guide()["steps"])
        with self.assertRaises(AccessError):
            clerk.l10n_fr_chorus_choose("portal")
