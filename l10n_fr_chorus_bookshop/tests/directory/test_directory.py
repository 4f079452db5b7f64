"""R2 to R4: what the directory says, from where, since when."""

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...chorus.channels.answers import Structure
from ..common import ChorusCase

RECHERCHER, LILLE = "structures/v1", "21590350100017"
# A body that the demonstration does not know.
NEW = "21330063500017"


@tagged("post_install", "-at_install")
class TestDirectory(ChorusCase):
    def structure(self, siret):
        return self.env["l10n_fr_chorus.structure"].search([("siret", "=", siret)])

    # ---- ON LINE ------------------------------------------------------------------

    def test_look_up_writes_flags_services_source_and_date(self):
        lille = self.ref("partner_lille")
        self.assertFalse(lille.l10n_fr_chorus_structure_id)
        [answer] = lille.l10n_fr_chorus_refresh()
        self.assertEqual(answer["message"], "")
        self.assertTrue(answer["found"] and answer["active"])
        self.assertTrue(answer["either_required"])
        self.assertFalse(answer["service_required"] or answer["engagement_required"])
        services = {
            one["code"]: one["engagement_required"] for one in answer["services"]
        }
        self.assertEqual(services, {"BIBLIO": False, "ECOLES": True})
        self.assertEqual(lille.l10n_fr_chorus_source, "api")
        age = fields.Datetime.now() - lille.l10n_fr_chorus_checked_at
        self.assertLess(age.total_seconds(), 60)

    def test_inactive_service_is_kept_archived(self):
        aube = self.ref("partner_aube")
        aube.l10n_fr_chorus_refresh()
        services = aube.l10n_fr_chorus_service_ids
        archived = services.filtered(lambda one: not one.active)
        self.assertEqual(archived.mapped("code"), ["ARCHIVES-OLD"])

    def test_a_service_that_cannot_be_read_is_set_aside_and_silences_none(self):
        aube = self.ref("partner_aube")
        aube.l10n_fr_chorus_refresh()
        services = aube.l10n_fr_chorus_service_ids.filtered("active")
        self.assertTrue(services)
        self.platform.fault("unreadable_row", "rechercher/services")
        [answer] = aube.l10n_fr_chorus_refresh()
        self.assertEqual(answer["message"], "")
        self.assertEqual(services, services.filtered("active"))
        [kept] = self.env["l10n_fr_chorus.unmatched"].search([])
        self.assertIn(aube.company_registry, kept.reason)
        self.assertIn("cannot be read", kept.why)

    def test_an_answer_that_cannot_be_read_stops_no_other_body(self):
        bodies = self.ref("partner_aube") + self.ref("partner_lille")
        self.platform.fault("wrong_types", "structures/v1/consulter$", codeRetour=0)
        messages = [one["message"] for one in bodies.l10n_fr_chorus_refresh()]
        self.assertEqual(len([one for one in messages if "cannot be read" in one]), 1)
        self.assertIn("", messages)

    def test_unknown_siret_is_kept_as_unknown(self):
        siret = "21270681300018"
        partner = self.ref("partner_lille").copy({"company_registry": siret})
        partner.invoice_sending_method = "chorus"
        [answer] = partner.l10n_fr_chorus_refresh()
        self.assertFalse(answer["found"])
        self.assertIn(siret, answer["message"])
        self.assertFalse(self.structure(siret).is_known)
        move = self.make_invoice(partner)
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("does not know", move.l10n_fr_chorus_reason)
        self.assertEqual(self.deposits(), 0)

    # ---- FRESH BEFORE SENDING (R4) ------------------------------------------------

    def test_stale_answer_is_refreshed_before_sending(self):
        self.later(hours=25)
        self.platform.service("22100005200011", "NEW", active=True)
        move = self.make_invoice("partner_aube", service="NEW", engagement="EJ-1")
        [answer] = move.l10n_fr_chorus_send()
        self.assertTrue(answer["queued"], "an old answer must not refuse a new code")
        self.integrate(move)
        self.assertState(move, "MISE_A_DISPOSITION")
        self.assertIn(
            "NEW", move.l10n_fr_chorus_structure_id.service_ids.mapped("code")
        )

    def test_fresh_answer_is_not_asked_again(self):
        self.deposit(self.make_invoice())
        self.assertEqual(self.deposits(), 1)
        self.assertFalse(self.calls(RECHERCHER))

    def test_answer_of_the_demonstration_is_asked_again(self):
        self.structures.source = "demo"
        self.deposit(self.make_invoice())
        self.assertEqual(self.structure("22760540900019").source, "api")
        self.assertTrue(self.calls(RECHERCHER))

    def test_age_is_the_companys_choice(self):
        self.company.l10n_fr_chorus_directory_age = 48
        self.later(hours=25)
        self.deposit(self.make_invoice())
        self.assertFalse(self.calls(RECHERCHER))

    def test_directory_down_waits_and_leaves_by_itself(self):
        self.later(hours=25)
        self.platform.fault("status", RECHERCHER, times=None, code=503)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("directory could not be asked", move.l10n_fr_chorus_reason)
        since = move.sudo().l10n_fr_chorus_submission_id.waiting_since
        self.assertTrue(since)
        self.work()
        self.assertEqual(len(self.calls("structures/v1/rechercher")), 1, "back-off")
        self.later(minutes=10)
        self.work()
        self.assertState(move, "waiting")
        self.assertEqual(len(self.calls("structures/v1/rechercher")), 2)
        kept = move.sudo().l10n_fr_chorus_submission_id.waiting_since
        self.assertLess(kept, since, "it says since when, not since the last try")
        said = self.chatter(move).count("directory could not be asked")
        self.assertEqual(said, 1, "the same reason is told once")
        self.platform.clear_faults()
        self.later(hours=1)
        self.work()
        self.assertState(move, "deposited")

    @mute_logger(
        "odoo.addons.l10n_fr_chorus_bookshop.models.channels.connection_directory"
    )
    def test_answer_that_cannot_be_kept_does_not_stop_the_others(self):
        self.later(hours=25)
        model = type(self.env["l10n_fr_chorus.structure"])
        original = model._store_answer

        def store(structures, siret, answer, source):
            if siret == "12345678200051":
                raise ValueError("poison")
            return original(structures, siret, answer, source)

        self.patch(model, "_store_answer", store)
        bad = self.make_invoice("partner_qualification_none")
        good = self.make_invoice()
        self.deposit(bad + good)
        self.assertState(good, "deposited")
        self.assertState(bad, "waiting")
        self.assertIn("poison", bad.l10n_fr_chorus_reason)

    def test_a_body_is_written_before_its_services(self):
        """Two workers with the same answer meet on the body, and one begins again."""
        services = type(self.env["l10n_fr_chorus.service"])
        create, seen = services.create, []

        def watched(model, vals_list):
            self.env.cr.execute(
                "SELECT source FROM l10n_fr_chorus_structure WHERE siret = %s", [LILLE]
            )
            seen.extend(self.env.cr.fetchone())
            return create(model, vals_list)

        lille = self.structure(LILLE)
        lille.write({"source": "demo", "service_ids": [Command.clear()]})
        self.env.flush_all()
        self.patch(services, "create", watched)
        self.ref("partner_lille").l10n_fr_chorus_refresh()
        self.assertEqual(set(seen), {"api"})

    def test_two_who_ask_for_the_same_new_body_at_once(self):
        """Real transactions: the second begins again, as Odoo does by itself."""
        answer = Structure(siret=NEW, name="Ville neuve", active=True)
        database = db_connect(self.cr.dbname)
        with database.cursor() as one, database.cursor() as two:
            first, second = (
                api.Environment(cr, SUPERUSER_ID, {})["l10n_fr_chorus.structure"]
                for cr in (one, two)
            )
            self.assertFalse(second.search([("siret", "=", NEW)]), "it looks first")
            made = first._store_answer(NEW, answer, "api")
            one.commit()
            self.addCleanup(self.forget, made.id)
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                second._store_answer(NEW, answer, "api")
            two.rollback()
            self.assertEqual(second._store_answer(NEW, answer, "api").id, made.id)

    def forget(self, structure_id):
        """Delete a body that was really written."""
        with db_connect(self.cr.dbname).cursor() as cr:
            cr.execute(
                "DELETE FROM l10n_fr_chorus_structure WHERE id = %s", [structure_id]
            )

    # ---- BY HAND (R3) -------------------------------------------------------------

    def test_typed_by_hand_holds_for_one_company_until_the_directory_speaks(self):
        typed = self.shop["l10n_fr_chorus.structure"].create(
            {"siret": "21590350100017", "name": "Lille", "is_active": True}
        )
        self.assertEqual(typed.source, "manual")
        self.assertEqual(typed.company_id, self.company)
        lille = self.ref("partner_lille")
        self.assertEqual(lille.l10n_fr_chorus_structure_id, typed)
        other = self.env.ref("base.demo_company_fr", raise_if_not_found=False)
        other = other or self.env["res.company"].search([("id", "!=", self.company.id)])
        elsewhere = lille.sudo().with_company(other[0])
        self.assertFalse(elsewhere.l10n_fr_chorus_structure_id)
        lille.l10n_fr_chorus_refresh()
        self.assertEqual(lille.l10n_fr_chorus_structure_id.source, "api")
        self.assertFalse(lille.l10n_fr_chorus_structure_id.company_id)
        self.assertTrue(lille.l10n_fr_chorus_either_required)

    # ---- REGRESSION CASES ---------------------------------------------------------

    def test_case_01_inactive_structure(self):
        rennes = self.ref("partner_rennes")
        rennes.l10n_fr_chorus_refresh()
        self.assertFalse(rennes.l10n_fr_chorus_is_active)
        move = self.make_invoice(rennes, post=False)
        self.assertIn("not active", move.l10n_fr_chorus_problems)
        move.action_post()  # what merely waits does not stop the invoice
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("not active", move.l10n_fr_chorus_reason)
        self.assertEqual(self.deposits(), 0)
        self.platform.structure("21350238800019", active=True)
        self.later(hours=2)
        self.work()
        self.assertState(move, "deposited")

    def test_case_02_siret_changed_after_lookup(self):
        aube = self.ref("partner_aube")
        self.assertTrue(aube.l10n_fr_chorus_service_required)
        move = self.make_invoice(aube, service="MEDIATHEQUE", engagement="EJ-1")
        aube.company_registry = "21590350100017"
        self.assertFalse(aube.l10n_fr_chorus_structure_id)
        self.assertFalse(aube.l10n_fr_chorus_service_required)
        self.assertFalse(aube.l10n_fr_chorus_checked_at)
        [answer] = move.l10n_fr_chorus_send()
        self.assertFalse(answer["queued"])
        codes = {one["code"]: one["message"] for one in answer["problems"]}
        self.assertIn("21590350100017", codes["changed_since"])
        self.assertEqual(self.structure("22100005200011").service_required, True)

    def test_case_03_service_removed_upstream(self):
        self.platform.remove_service("22100005200011", "MEDIATHEQUE")
        self.later(hours=25)
        move = self.make_invoice(
            "partner_aube", service="MEDIATHEQUE", engagement="EJ-1"
        )
        self.deposit(move)
        self.assertState(move, "not_integrated")
        self.assertIn("no longer active", move.l10n_fr_chorus_reason)
        service = self.structure("22100005200011").service_ids.filtered(
            lambda one: one.code == "MEDIATHEQUE"
        )
        self.assertFalse(service.active)
        self.assertEqual(self.deposits(), 0)

    def test_case_04_engagement_flag_true_then_false(self):
        siret = "22760540900019"
        self.assertTrue(self.structure(siret).engagement_required)
        self.platform.structure(siret, engagement_required=False)
        self.ref("partner_seine_maritime").l10n_fr_chorus_refresh()
        self.assertFalse(self.structure(siret).engagement_required)
        without = self.make_invoice(engagement=False)
        self.deposit(without)
        self.assertState(without, "deposited")
        [answer] = self.make_invoice().l10n_fr_chorus_send()
        codes = [problem["code"] for problem in answer["problems"]]
        self.assertEqual(codes, ["engagement_superfluous"])
