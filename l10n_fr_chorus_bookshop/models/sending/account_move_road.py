from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ...chorus.lifecycle.states import STATES
from ...chorus.platform_time import day_in_france
from ..common import in_user_lang

# Nobody is there to read an alert: the context of a sending without a dialog.
UNATTENDED = "l10n_fr_chorus_unattended"
# What Odoo's own network says of an invoice, and its words for one that it has not: a
# word that nobody knows is taken for one that it has.
OTHER_STATE = "peppol_move_state"
FINAL = [code for code, one in STATES.items() if one.final and not one.send_again]
FREE_OF_OTHER = (False, "ready", "skipped", "error")


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_fr_chorus_road(self):
        """Return the channel by which invoices leave today, a day of France."""
        self.ensure_one()
        due = self.l10n_fr_chorus_next_on
        if due and due <= day_in_france(fields.Datetime.now()):
            return self.l10n_fr_chorus_next_channel
        return self.l10n_fr_chorus_channel


class AccountMove(models.Model):
    """By which road an invoice leaves; one owner beside Odoo's own networks (R44)."""

    _inherit = "account.move"

    # ---- BY WHICH ROAD --------------------------------------------------------------

    def _l10n_fr_chorus_usual_road(self):
        """Return the channel of this customer, else of the company (R11)."""
        self.ensure_one()
        customer = self.commercial_partner_id.sudo().with_company(self.company_id)
        return customer.l10n_fr_chorus_road or self.company_id._l10n_fr_chorus_road()

    def _l10n_fr_chorus_way(self):
        """The channel of a sending made again, else the customer's, else the company's.

        :return: values of a new submission
        """
        before = self.l10n_fr_chorus_submission_id
        if before.channel_reason:
            return {"channel": before.channel, "channel_reason": before.channel_reason}
        return {"channel": self._l10n_fr_chorus_usual_road()}

    def _l10n_fr_chorus_road(self):
        """Return the channel by which this invoice leaves, or would."""
        self.ensure_one()
        submission = self.sudo().l10n_fr_chorus_submission_id
        if submission and (submission.channel_reason or not submission._may_leave()):
            return submission.channel
        return self._l10n_fr_chorus_usual_road()

    def _l10n_fr_chorus_channel(self):
        """Return the model that speaks for the channel by which it leaves, or would."""
        channels = self.env["l10n_fr_chorus.channel"]
        return channels._named(self._l10n_fr_chorus_road())

    # ---- BY ANOTHER CHANNEL ---------------------------------------------------------

    def l10n_fr_chorus_send_by(self, channel, reason):
        """Send invoices by another channel than the company's, saying why (R11).

        What has not left yet is taken back and made again for that channel.

        :param channel: one of the channels' codes
        :param reason: why, kept with the sending and in the chatter
        :return: same as `l10n_fr_chorus_send`; what has left is told, and left alone
        :raises UserError: no reason, or no such channel
        """
        self._l10n_fr_chorus_need_user()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why these invoices leave another way."))
        self.env["l10n_fr_chorus.channel"]._check_code(channel)
        moves = in_user_lang(self)
        refused = moves._l10n_fr_chorus_free_to_leave()
        free = moves.filtered(lambda move: move.id not in refused)
        answers = free._l10n_fr_chorus_send(channel=channel, channel_reason=reason)
        leaving = [answer["id"] for answer in answers if answer["queued"]]
        free.browse(leaving)._l10n_fr_chorus_trace(channel, reason)
        items = {**refused, **{answer["id"]: answer for answer in answers}}
        return [items[move.id] for move in self]

    def _l10n_fr_chorus_free_to_leave(self):
        """Take back what has not left.

        :return: the answers on those that have left, by id
        """
        refused = {}
        for move in self:
            try:
                move._l10n_fr_chorus_refuse_locked()
                move._l10n_fr_chorus_take_back()
            except UserError as error:
                item = move._l10n_fr_chorus_item((None, []))
                item["problems"].append(
                    {
                        "code": "has_left",
                        "severity": "error",
                        "field": "state",
                        "message": str(error),
                        "remedy": "",
                    }
                )
                refused[move.id] = item
        return refused

    def _l10n_fr_chorus_trace(self, channel, reason):
        """Say in the chatter which way these leave, and why."""
        label = self.env._(self.env["l10n_fr_chorus.channel"]._named(channel)._label)
        lines = [self.env._("Leaves by another channel: %s", label), reason]
        body = Markup("<br/>").join(lines)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    def action_l10n_fr_chorus_send_by(self):
        """Choose another channel for these invoices."""
        self.check_access("read")
        return self._l10n_fr_chorus_ask_why(
            "send_by", self.env._("Send by another channel")
        )

    def _l10n_fr_chorus_ask_why(self, kind, name):
        """Open the dialog that asks for a reason.

        :param kind: what is to be done, as `l10n_fr_chorus.reason` knows it
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "l10n_fr_chorus.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kind": kind, "default_move_ids": self.ids},
        }

    # ---- BESIDE ODOO'S OWN NETWORK ---------------------------------------------

    def _l10n_fr_chorus_other_network(self):
        """Tell whether Odoo's own network has this invoice, or was asked to take it.

        Its fields are there beside `account_peppol` only; `l10n_fr_pdp` has the same.
        """
        return (self._l10n_fr_chorus_other_state() or False) not in FREE_OF_OTHER

    def _l10n_fr_chorus_other_state(self):
        """Return the word of Odoo's own network on this invoice, "" without any."""
        self.ensure_one()
        return (self.sudo()[OTHER_STATE] if OTHER_STATE in self._fields else "") or ""

    def _l10n_fr_chorus_other_domain(self):
        """Domain of posted invoices of which Odoo's own network says something."""
        if OTHER_STATE not in self._fields:
            return [(0, "=", 1)]
        silent = [word for word in FREE_OF_OTHER if word != "error"]
        return [
            (OTHER_STATE, "not in", silent),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund")),
            "|",
            ("l10n_fr_chorus_submission_id", "=", False),
            ("l10n_fr_chorus_submission_id.state", "not in", FINAL),
        ]

    def _l10n_fr_chorus_elsewhere(self):
        """Tell whether this invoice's road is another program of this Odoo."""
        self.ensure_one()
        return self._l10n_fr_chorus_channel()._elsewhere

    def _generate_and_send(self, *args, **kwargs):
        # EXTENDS 'account': a till invoices once the customer has paid; what is wrong
        # waits to be corrected, and the sale stands
        unattended = self.with_context(**{UNATTENDED: True})
        return super(AccountMove, unattended)._generate_and_send(*args, **kwargs)

    def _l10n_fr_chorus_is_ours(self):
        """Tell whether this invoice is for us to send, or has been sent from here."""
        self.ensure_one()
        if self._l10n_fr_chorus_other_network() or self._l10n_fr_chorus_elsewhere():
            return False
        current = self.sudo().l10n_fr_chorus_submission_id
        return bool(
            self.l10n_fr_chorus_concerned
            or (current and not current._state().send_again)
        )
