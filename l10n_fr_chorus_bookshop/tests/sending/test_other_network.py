"""R44: beside Odoo's approved platform (`l10n_fr_pdp`), an invoice has one owner.

A stand-in with its public interface, in its two layers: `account_peppol`, which Odoo
loads before us, brings the sending method `peppol`, the fields that say what became of
an invoice and the hook that hands it over; `l10n_fr_pdp`, loaded after us, another name
of the method, its company's registration and its own format.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import MODULE, ChorusCase

OTHER = "peppol"
TWO_NETWORKS = "l10n_fr_chorus_two_networks"
SENT_ELSEWHERE = "l10n_fr_chorus_sent_elsewhere"


class Move(models.Model):
    _module = None
    _name = "account.move"
    _inherit = ["account.move"]

    peppol_message_uuid = fields.Char(copy=False)
    peppol_move_state = fields.Selection(
        [
            *(("ready", "Ready"), ("to_send", "Queued"), ("skipped", "Skipped")),
            *(("processing", "Pending"), ("done", "Done"), ("error", "Error")),
        ],
        copy=False,
    )


class Partner(models.Model):
    _module = None
    _name = "res.partner"
    _inherit = ["res.partner"]

    invoice_sending_method = fields.Selection(
        selection_add=[(OTHER, "by the Approved Platform")]
    )


class Send(models.AbstractModel):
    _module = None
    _name = "account.move.send"
    _inherit = ["account.move.send"]

    def _get_default_sending_methods(self, move):
        methods = super()._get_default_sending_methods(move)
        applies = self._is_applicable_to_move(OTHER, move)
        return methods | {OTHER} if applies else methods

    def _is_applicable_to_move(self, method, move, **move_data):
        if method == OTHER:
            return move.peppol_move_state not in ("processing", "done")
        return super()._is_applicable_to_move(method, move, **move_data)

    def _call_web_service_after_invoice_pdf_render(self, invoices_data):
        # pylint: disable=missing-return
        super()._call_web_service_after_invoice_pdf_render(invoices_data)
        for move, data in invoices_data.items():
            # Some versions hand over whatever was ticked.
            if OTHER in data["sending_methods"]:
                move.sudo().write(
                    {
                        "peppol_move_state": "processing",
                        "peppol_message_uuid": f"uuid-{move.id}",
                    }
                )


class SendFrench(models.AbstractModel):
    _module = None
    _name = "account.move.send"
    _inherit = ["account.move.send"]

    def _get_default_invoice_edi_format(self, move, **kwargs):
        if OTHER in kwargs.get("sending_methods", ()):
            return "ubl_21_fr"
        return super()._get_default_invoice_edi_format(move, **kwargs)

    def _is_applicable_to_company(self, method, company):
        if method == OTHER:
            return True  # registered
        return super()._is_applicable_to_company(method, company)


BEFORE_US, AFTER_US = (Move, Partner, Send), (SendFrench,)
COLUMNS = """
    ALTER TABLE account_move
        ADD COLUMN peppol_message_uuid varchar, ADD COLUMN peppol_move_state varchar;
    INSERT INTO ir_model_fields_selection (field_id, value, name, sequence)
    SELECT id, 'peppol', '{"en_US": "by the Approved Platform"}', 90
      FROM ir_model_fields
     WHERE model = 'res.partner' AND name = 'invoice_sending_method'
"""


@tagged("post_install", "-at_install")
class TestOtherNetwork(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = {one._name for one in BEFORE_US}
        known = {name: cls.registry[name]._base_classes__ for name in names}
        cls.addClassCleanup(cls._set_up, known)
        for one in (*BEFORE_US, *AFTER_US):
            add_to_registry(cls.registry, one)
        cls._set_up(
            {name: cls._in_order(cls.registry[name]._base_classes__) for name in names}
        )
        cls.env.cr.execute(SQL(COLUMNS))

    @classmethod
    def _in_order(cls, bases):
        """Put those that Odoo loads before us below the last class of ours."""
        moved = [one for one in bases if one in BEFORE_US]
        rest = [one for one in bases if one not in BEFORE_US]
        ours = [
            place
            for place, one in enumerate(rest)
            if MODULE in one.__module__ and one not in AFTER_US
        ]
        below = max(ours) + 1
        return (*rest[:below], *moved, *rest[below:])

    @classmethod
    def _set_up(cls, bases):
        for name, classes in bases.items():
            cls.registry[name]._base_classes__ = classes
        cls.registry._setup_models__(cls.env.cr, list(bases))

    def dialog(self, moves):
        kind = "account.move.send.batch.wizard"
        if len(moves) == 1:
            kind = "account.move.send.wizard"
        context = {"active_model": "account.move", "active_ids": moves.ids}
        return self.shop[kind].with_context(**context).create({})

    def send_by_queue(self, moves):
        with self.worker() as env:
            env["account.move"]._cron_account_move_send()
        moves.invalidate_recordset()

    def owners(self, move):
        """Who has an invoice: us, them."""
        ours = move.sudo().l10n_fr_chorus_state
        return ours or "", move.sudo().peppol_move_state or ""

    def test_the_dialog_ticks_ours_alone(self):
        move = self.make_invoice()
        dialog = self.dialog(move)
        self.assertEqual(dialog.sending_methods, ["chorus"])
        dialog.action_send_and_print()
        self.assertEqual(self.owners(move), ("requested", ""))

    def test_both_ticked_are_refused_in_words(self):
        move = self.make_invoice()
        dialog = self.dialog(move)
        dialog.sending_methods = ["chorus", OTHER]
        self.assertIn(TWO_NETWORKS, dialog.alerts)
        with self.refused(UserError, "receive them twice"):
            dialog.action_send_and_print()
        self.assertEqual(self.owners(move), ("", ""))

    def test_a_private_customer_goes_by_theirs(self):
        move = self.make_invoice("partner_parents")
        dialog = self.dialog(move)
        self.assertIn(OTHER, dialog.sending_methods)
        self.assertNotIn("chorus", dialog.sending_methods)
        dialog.sending_methods = [OTHER]
        dialog.action_send_and_print()
        self.assertEqual(self.owners(move), ("", "processing"))

    def test_core_queue_gives_each_to_its_own(self):
        ours, theirs = self.make_invoice(), self.make_invoice("partner_parents")
        both = ours | theirs
        self.dialog(both).action_send_and_print()
        self.send_by_queue(both)
        self.assertEqual(self.owners(ours), ("requested", ""))
        self.assertEqual(self.owners(theirs), ("", "processing"))
        self.assertFalse(any(both.mapped("sending_data")), "nothing holds the queue up")

    def test_what_they_have_does_not_leave_from_here(self):
        for state in ("to_send", "processing", "done"):
            move = self.make_invoice()
            move.sudo().peppol_move_state = state
            self.assertFalse(move.l10n_fr_chorus_can_send)
            [answer] = move.l10n_fr_chorus_send()
            self.assertFalse(answer["queued"])
            self.assertEqual(answer["problems"][0]["code"], "sent_elsewhere")
            self.assertNotIn("chorus", self.dialog(move).sending_methods or [])
        move.sudo().peppol_move_state = "error"
        [answer] = move.l10n_fr_chorus_send()
        self.assertTrue(answer["queued"])

    def test_a_batch_says_what_cannot_leave_from_here(self):
        taken, free = self.make_invoice(), self.make_invoice()
        taken.sudo().peppol_move_state = "processing"
        alert = self.dialog(taken | free).alerts[SENT_ELSEWHERE]
        self.assertEqual(alert["action"]["res_id"], taken.id)
        self.assertIn("receive it twice", alert["message"])
        self.assertFalse(self.dialog(free | self.make_invoice()).alerts or {})

    def test_their_registration_opens_and_ours_leave_all_the_same(self):
        """`account_peppol` opens its registration instead of sending anything."""
        good, bad = self.make_invoice(), self.make_invoice("partner_aube")
        opened = {"type": "ir.actions.act_window", "res_model": "peppol.registration"}
        wizard = type(self.shop["account.move.send.batch.wizard"])
        core = next(
            one
            for one in wizard.__mro__
            if one.__module__.startswith("odoo.addons.account.")
            and "action_send_and_print" in vars(one)
        )
        self.patch(core, "action_send_and_print", lambda *_args, **_options: opened)
        told = self.dialog(good | bad).action_send_and_print()
        self.assertEqual(self.owners(good), ("requested", ""))
        texts = {row["name"]: row["text"] for row in told["params"]["rows"]}
        self.assertEqual(set(texts), {good.name, bad.name})
        self.assertIn("requires a service code", texts[bad.name])
        self.assertEqual(told["params"]["next"], opened)

    def test_an_online_payment_posts_and_sends_to_one(self):
        self.company.l10n_fr_chorus_auto_send = True
        move = self.make_invoice(post=False)
        move.sudo().action_post()
        self.assertEqual(self.owners(move), ("requested", ""))
