"""R36: what changes in the directory is told before anything is sent, once."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .directory_case import (
    AUBE,
    BODIES,
    LILLE,
    SEINE,
    SERVICES,
    DirectoryCase,
    changed,
    without,
)

TOLD = "directory has changed"


@tagged("post_install", "-at_install")
class TestChange(DirectoryCase):
    def setUp(self):
        super().setUp()
        self.load()

    def changes(self, siret):
        """Facts that changed: (fact, code, before, after)."""
        found = self.env["l10n_fr_chorus.change"].search(
            [("structure_id.siret", "=", siret)], order="id"
        )
        return [
            (one.fact, one.service_code or "", one.told_before, one.told_after)
            for one in found
        ]

    def told(self, document):
        """The activities that tell a change on a document."""
        activities = document.sudo().activity_ids
        return activities.filtered(lambda one: TOLD in (one.summary or ""))

    def order(self, partner):
        return self.shop["sale.order"].create(
            {
                "partner_id": self.ref(partner).id,
                "order_line": [Command.create({"product_id": self.book.id})],
            }
        )

    def test_file_that_closes_a_body_is_told_on_what_is_open(self):
        order, draft = (
            self.order("partner_lille"),
            self.make_invoice("partner_lille", post=False),
        )
        other = self.make_invoice("partner_aube", post=False)
        rows = changed(BODIES, LILLE, StructureActive="false")
        self.load(rows)
        self.assertEqual(self.changes(LILLE), [("is_active", "", "yes", "no")])
        for document in (order, draft):
            activity = self.told(document)
            self.assertEqual(len(activity), 1)
            self.assertIn("Active on Chorus Pro: yes, now no.", activity.note)
            self.assertEqual(activity.user_id, self.claire)
        self.assertFalse(self.told(other))
        self.load(rows)
        self.assertEqual(len(self.told(draft)), 1, "once")

    def test_answer_on_line_is_told_too(self):
        move = self.make_invoice("partner_aube", service="MEDIATHEQUE", post=False)
        aube = self.ref("partner_aube")
        aube.l10n_fr_chorus_refresh()
        before = len(self.changes(AUBE))
        self.platform.structure(AUBE, engagement_required=False)
        self.platform.remove_service(AUBE, "MEDIATHEQUE")
        aube.l10n_fr_chorus_refresh()
        found = self.changes(AUBE)[before:]
        self.assertIn(("engagement_required", "", "yes", "no"), found)
        self.assertIn(("service", "MEDIATHEQUE", "yes", "no"), found)
        self.assertIn("MEDIATHEQUE", self.told(move)[-1:].note)
        latest = self.env["l10n_fr_chorus.change"].search([], limit=1)
        self.assertEqual(latest.source, "api")

    def test_code_now_needed_or_gone(self):
        move = self.make_invoice("partner_lille", post=False)
        rows = changed(
            BODIES, LILLE, GestionService="true", GestionServiceEngagement="false"
        )
        self.load(rows, without(SERVICES, "BIBLIO"))
        self.assertEqual(
            sorted(self.changes(LILLE)),
            [
                ("service", "BIBLIO", "yes", "no"),
                ("service_or_engagement_required", "", "yes", "no"),
                ("service_required", "", "no", "yes"),
            ],
        )
        self.assertEqual(len(self.told(move)), 1, "one activity for all of it")

    def test_bodies_without_anything_open_are_not_kept(self):
        self.load(changed(BODIES, SEINE, RaisonSociale="SEINE"))
        self.assertFalse(self.changes(SEINE))

    def test_what_was_handed_over_is_not_disturbed(self):
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "deposited")
        self.load(changed(BODIES, SEINE, StructureActive="false"))
        self.assertFalse(self.told(move))

    def test_what_waits_is_told(self):
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        self.load(changed(BODIES, SEINE, StructureActive="false"))
        self.assertEqual(len(self.told(move)), 1)

    def test_new_address_is_no_change_that_matters(self):
        self.make_invoice("partner_lille", post=False)
        self.load(changed(BODIES, LILLE, Adresse="2 PLACE DE LA MAIRIE"))
        self.assertFalse(self.changes(LILLE))

    def test_other_systems_read_the_changes(self):
        self.make_invoice("partner_lille", post=False)
        self.load(changed(BODIES, LILLE, StructureActive="false"))
        changes = self.shop["l10n_fr_chorus.change"]
        [answer] = changes.l10n_fr_chorus_changes()
        self.assertEqual((answer["siret"], answer["fact"]), (LILLE, "is_active"))
        self.assertEqual((answer["before"], answer["after"]), ("yes", "no"))
        self.assertNotIn(None, answer.values())
        self.assertEqual(changes.l10n_fr_chorus_changes(answer["changed_at"]), [answer])
        self.assertFalse(changes.l10n_fr_chorus_changes("2999-01-01"))
        with self.assertRaises(AccessError):
            changes.create({"structure_id": self.body(LILLE).id, "fact": "name"})
