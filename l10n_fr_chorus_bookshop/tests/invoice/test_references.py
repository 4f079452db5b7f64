"""R7, R8: service, engagement and market, from the order to the platform."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ChorusCase


@tagged("post_install", "-at_install")
class TestReferences(ChorusCase):
    def queued(self, **values):
        """An invoice ready to leave, its original kept."""
        move = self.make_invoice(**values)
        move.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.assertState(move, "queued")
        return move

    def test_references_flow_from_the_order_to_the_platform(self):
        order = self.shop["sale.order"].create(
            {
                "partner_id": self.ref("partner_aube").id,
                "l10n_fr_chorus_service_code": "MEDIATHEQUE",
                "l10n_fr_chorus_engagement": "eJ-2026 / a",
                "l10n_fr_chorus_market": "M-1",
                "order_line": [Command.create({"product_id": self.book.id})],
            }
        )
        self.assertEqual(order.l10n_fr_chorus_siret, "22100005200011")
        self.assertEqual(order.l10n_fr_chorus_service_id.code, "MEDIATHEQUE")
        order.action_confirm()
        order.picking_ids.button_validate()
        move = order._create_invoices()
        self.assertEqual(move.buyer_reference, "MEDIATHEQUE")
        self.assertEqual(move.purchase_order_reference, "eJ-2026 / a")
        self.assertEqual(move.contract_reference, "M-1")
        move.action_post()
        self.integrate(move)
        document = self.platform.invoice(move.name)
        self.assertEqual(document["service"], "MEDIATHEQUE")
        self.assertEqual(document["engagement"], "eJ-2026 / a", "byte for byte (R7)")
        self.assertEqual(document["market"], "M-1")

    def test_service_is_chosen_in_the_bodys_list(self):
        move = self.make_invoice("partner_aube", post=False, engagement="EJ-1")
        move.l10n_fr_chorus_service_id = self.ref("service_aube_library")
        self.assertEqual(move.buyer_reference, "MEDIATHEQUE")

    def test_change_after_queueing_withdraws_and_makes_again(self):
        move = self.queued(engagement="EJ-OLD")
        old = move.sudo().l10n_fr_chorus_submission_id
        move.purchase_order_reference = "EJ-NEW"
        self.cr.precommit.run()
        self.assertEqual(old.state, "withdrawn")
        self.assertState(move, "requested")
        self.integrate(move)
        self.assertEqual(self.deposits(), 1)
        self.assertEqual(self.platform.invoice(move.name)["engagement"], "EJ-NEW")
        originals = self.env["l10n_fr_chorus.original"].search(
            [("move_id", "=", move.id)]
        )
        self.assertEqual(len(originals), 2, "the withdrawn version is kept too")
        current = move.sudo().l10n_fr_chorus_submission_id
        self.assertEqual(current.original_id, originals[0])
        self.assertFalse(old.transmission_id)

    def test_change_is_traced(self):
        move = self.queued(engagement="EJ-OLD")
        self.cr.precommit.run()
        move.purchase_order_reference = "EJ-NEW"
        self.cr.precommit.run()
        traced = move.message_ids.sudo().tracking_value_ids.filtered(
            lambda one: one.field_id.name == "purchase_order_reference"
        )
        self.assertEqual(
            [(one.old_value_char, one.new_value_char) for one in traced],
            [("EJ-OLD", "EJ-NEW")],
        )
        self.assertIn("Withdrawn", self.chatter(move))

    def test_change_after_packing_leaves_without_the_old_version(self):
        move, other = self.queued(engagement="EJ-OLD"), self.queued()
        self.work("_seal_due")
        self.work("_pack_due")
        move.purchase_order_reference = "EJ-NEW"
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertState(move + other, "MISE_A_DISPOSITION")
        self.assertEqual(self.platform.invoice(move.name)["engagement"], "EJ-NEW")
        self.assertEqual(self.ledger(), sorted((move + other).mapped("name")))

    def test_same_value_withdraws_nothing(self):
        move = self.queued(engagement="EJ-1")
        move.write({"purchase_order_reference": "EJ-1", "contract_reference": False})
        self.assertState(move, "queued")

    def test_change_is_refused_once_deposited(self):
        move = self.make_invoice(engagement="EJ-OLD")
        self.deposit(move)
        for name in (
            "purchase_order_reference",
            "buyer_reference",
            "contract_reference",
        ):
            with self.refused(UserError, "is with Chorus Pro"):
                move[name] = "EJ-NEW"
        self.assertEqual(move.purchase_order_reference, "EJ-OLD")

    def test_change_while_it_waits_is_taken(self):
        move = self.make_invoice(engagement="EJ-OLD")
        self.platform.fault("status", "deposer/flux", times=None, code=429)
        self.deposit(move)
        self.assertState(move, "queued")
        move.purchase_order_reference = "EJ-NEW"
        self.platform.clear_faults()
        self.later(minutes=30)
        self.work()
        self.later(minutes=2)
        self.work()
        self.assertEqual(self.platform.invoice(move.name)["engagement"], "EJ-NEW")
        self.assertEqual(self.ledger(), [move.name])
