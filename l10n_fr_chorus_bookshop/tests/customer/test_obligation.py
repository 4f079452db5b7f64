"""R5: who must be served by Chorus Pro, who is not and why, what was forgotten."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..common import MODULE, ChorusCase

SEINE = "22760540900019"


@tagged("post_install", "-at_install")
class TestObligation(ChorusCase):
    def customer(self, siret=SEINE, **values):
        """A customer made by another system, which says nothing of the sending."""
        return self.shop["res.partner"].create(
            {
                "name": "Customer",
                "is_company": True,
                "company_registry": siret,
                **values,
            }
        )

    def forgotten(self):
        found = self.shop["account.move"].l10n_fr_chorus_forgotten()
        return [one["number"] for one in found]

    # ---- CHORUS PRO BY DEFAULT ----------------------------------------------------

    def test_active_body_goes_by_chorus_pro(self):
        self.assertEqual(self.customer().invoice_sending_method, "chorus")
        late = self.customer(False)
        self.assertFalse(late.invoice_sending_method)
        late.company_registry = SEINE
        self.assertEqual(late.invoice_sending_method, "chorus")

    def test_others_are_left_alone(self):
        lyon = self.customer("21690123100011")
        self.assertFalse(lyon.invoice_sending_method, "not in the directory here")
        self.structures.filtered(lambda one: one.siret == SEINE).is_public = False
        self.assertFalse(self.customer().invoice_sending_method, "not a public body")

    def test_leaving_chorus_pro_needs_a_reason(self):
        seine = self.ref("partner_seine_maritime")
        for method in ("email", "manual"):
            with self.refused(ValidationError, "say why"):
                seine.invoice_sending_method = method
        with self.refused(ValidationError, "say why"):
            self.customer(invoice_sending_method="email")
        with Form(seine) as form:
            form.invoice_sending_method = "email"
            form.l10n_fr_chorus_paper_reason = "The body asks for it"
        self.assertEqual(seine.invoice_sending_method, "email")
        with self.refused(ValidationError, "say why"):
            seine.l10n_fr_chorus_paper_reason = " "

    # ---- OUTSIDE CHORUS PRO -------------------------------------------------------

    def test_exempt_bodies_ship_and_are_known(self):
        sncf = self.customer("55204944776279")
        self.assertTrue(sncf.l10n_fr_chorus_exempt)
        self.assertIn("SNCF", sncf.l10n_fr_chorus_exempt_reason)
        for name in ("SENAT", "Assemblée Nationale"):
            self.assertTrue(self.customer(False, name=name).l10n_fr_chorus_exempt)
        sncf.company_registry = SEINE
        self.assertFalse(sncf.l10n_fr_chorus_exempt, "the list spoke of the old SIRET")

    def test_list_of_the_exempt_is_the_shops(self):
        seine = self.ref("partner_seine_maritime")
        groups = f"{MODULE}.{MODULE}_group_manager,base.group_system"
        manager = new_test_user(self.env, "m", groups=groups)
        listed = self.env["l10n_fr_chorus.exemption"].with_user(manager)
        with self.assertRaises(AccessError):
            listed.with_user(self.claire).create({"name": "X", "siren": SEINE[:9]})
        with self.refused(ValidationError, "9 digits"):
            listed.create({"name": "X", "siren": "12345678"})
        one = listed.create({"name": "X", "siren": SEINE[:9]})
        self.assertTrue(seine.l10n_fr_chorus_exempt)
        self.assertIn("X is in the list", seine.l10n_fr_chorus_exempt_reason)
        self.assertFalse(self.make_invoice(post=False).l10n_fr_chorus_concerned)
        one.active = False
        self.assertFalse(seine.l10n_fr_chorus_exempt)
        one.active = True
        one.siren = "552049448"
        self.assertFalse(seine.l10n_fr_chorus_exempt)
        one.siren = SEINE[:9]
        one.unlink()
        self.assertFalse(seine.l10n_fr_chorus_exempt)

    # ---- IN THE DIRECTORY, NOT SET TO CHORUS PRO (R34) ----------------------------

    def unserved(self):
        found = self.shop["res.partner"].l10n_fr_chorus_unserved_customers()
        return {one["id"] for one in found}

    def test_customers_of_the_directory_not_set_to_it_are_listed_and_set(self):
        seine, aube = self.ref("partner_seine_maritime"), self.ref("partner_aube")
        both = seine + aube
        self.make_invoice(seine)
        self.make_invoice(aube)
        self.assertFalse(self.unserved() & set(both.ids))
        # As before the module was installed.
        both.sudo().with_context(mail_notrack=True).invoice_sending_method = False
        self.assertEqual(self.unserved() & set(both.ids), set(both.ids))
        self.assertTrue(seine.l10n_fr_chorus_unserved)
        aube.l10n_fr_chorus_paper_reason = "They print everything"
        self.assertEqual(self.unserved() & set(both.ids), {seine.id})
        action = seine.action_l10n_fr_chorus_serve()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(seine.invoice_sending_method, "chorus")
        self.assertFalse(self.unserved() & set(both.ids))

    def test_one_that_cannot_be_set_stops_no_other(self):
        self.company.l10n_fr_chorus_environment = "production"
        bad = self.customer("RCS 1")
        good = self.customer("21690123100011")
        answers = (bad + good).l10n_fr_chorus_serve()
        self.assertEqual([one["done"] for one in answers], [False, True])
        self.assertIn("14 digits", answers[0]["message"])
        self.assertEqual(good.invoice_sending_method, "chorus")
        reader = new_test_user(self.env, "r", groups="base.group_partner_manager")
        with self.assertRaises(AccessError):
            good.with_user(reader).l10n_fr_chorus_serve()

    # ---- FORGOTTEN ----------------------------------------------------------------

    def test_forgotten_lists_what_anyone_posted_and_nobody_sent(self):
        till = self.make_invoice()
        self.assertIn(till.name, self.forgotten())
        self.assertTrue(till.l10n_fr_chorus_is_forgotten)
        draft = self.make_invoice(post=False)
        other = self.make_invoice("partner_parents")
        exempt = self.make_invoice("partner_sncf")
        for move in draft + other + exempt:
            self.assertFalse(move.l10n_fr_chorus_is_forgotten)
        credit = till._reverse_moves([{"invoice_date": till.invoice_date}])
        credit._post()
        self.assertIn(credit.name, self.forgotten())
        till.l10n_fr_chorus_send()
        self.assertNotIn(till.name, self.forgotten())
        till.l10n_fr_chorus_withdraw()
        self.assertIn(till.name, self.forgotten(), "withdrawn: nobody has it")
        self.integrate(till)
        self.assertNotIn(till.name, self.forgotten())

    def test_forgotten_sees_a_body_served_by_another_way_without_reason(self):
        seine = self.ref("partner_seine_maritime")
        seine.sudo().invoice_sending_method = False
        contact = self.shop["res.partner"].create(
            {"name": "Library", "parent_id": seine.id, "type": "other"}
        )
        move, of_contact = self.make_invoice(), self.make_invoice(contact)
        self.assertFalse(move.l10n_fr_chorus_concerned)
        self.assertLessEqual({move.name, of_contact.name}, set(self.forgotten()))
        seine.l10n_fr_chorus_paper_reason = "They have no computer"
        self.assertFalse({move.name, of_contact.name} & set(self.forgotten()))

    def test_forgotten_before_the_shops_first_day_is_not_listed(self):
        move = self.make_invoice()
        self.assertEqual(
            self.company.l10n_fr_chorus_watched_from, self.company.create_date.date()
        )
        self.company.l10n_fr_chorus_watched_from = "2999-01-01"
        self.assertNotIn(move.name, self.forgotten())
        self.company.l10n_fr_chorus_watched_from = False
        self.assertIn(move.name, self.forgotten())

    def test_forgotten_keeps_companies_apart(self):
        other = self.other_company()
        here = self.make_invoice()
        there = self.shop["account.move"].with_user(self.env.user)
        there = there.with_context(allowed_company_ids=other.ids)
        self.assertNotIn(
            here.id, [one["id"] for one in there.l10n_fr_chorus_forgotten()]
        )

    # ---- ON PAPER, BY AN EXPLICIT CHOICE (R35) ------------------------------------

    def test_a_waiting_invoice_leaves_on_paper_by_choice(self):
        self.ref("partner_rennes").l10n_fr_chorus_refresh()
        move = self.make_invoice("partner_rennes")
        self.deposit(move)
        self.assertState(move, "waiting")
        self.cr.precommit.run()
        action = move.action_l10n_fr_chorus_leave()
        wizard = self.shop[action["res_model"]].with_context(**action["context"])
        with Form(wizard) as form:
            form.reason = "Not active yet, and they want it now"
        action = form.record.action_confirm()
        self.assertEqual(action["res_model"], "account.move.send.wizard")
        self.assertState(move, "withdrawn")
        self.assertFalse(move.l10n_fr_chorus_concerned)
        self.assertFalse(move.l10n_fr_chorus_is_forgotten, "it was chosen")
        self.cr.precommit.run()
        traced = move.message_ids.sudo().tracking_value_ids.mapped("new_value_char")
        self.assertIn("Not active yet, and they want it now", traced)
        self.platform.structure("21350238800019", active=True)
        self.later(hours=2)
        self.work()
        self.assertEqual(self.deposits(), 0, "it must not leave by itself any more")
        move.action_l10n_fr_chorus_back()
        self.deposit(move)
        self.assertState(move, "deposited")

    def test_what_has_left_cannot_leave_on_paper(self):
        gone, waits = self.make_invoice(), self.make_invoice()
        self.deposit(gone)
        answers = (gone + waits).l10n_fr_chorus_leave("Why not")
        self.assertEqual([one["done"] for one in answers], [False, True])
        self.assertIn("is with Chorus Pro", answers[0]["message"])
        stranger = new_test_user(
            self.env,
            "s",
            groups="account.group_account_readonly",
            company_ids=[Command.set(self.company.ids)],
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            waits.with_user(stranger).l10n_fr_chorus_leave("")
