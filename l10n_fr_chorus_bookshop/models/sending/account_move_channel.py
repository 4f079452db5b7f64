from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ...chorus.channels import CHANNELS
from ..common import in_user_lang


class AccountMove(models.Model):
    _inherit = "account.move"

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
        if channel not in dict(CHANNELS):
            raise UserError(
                self.env._(
                    "« %(channel)s » is no channel. Choose among: %(channels)s.",
                    channel=channel,
                    channels=", ".join(dict(CHANNELS)),
                )
            )
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
        labels = dict(
            self.env["l10n_fr_chorus.submission"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        lines = [self.env._("Leaves by another channel: %s", labels[channel]), reason]
        body = Markup("<br/>").join(lines)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    def action_l10n_fr_chorus_send_by(self):
        """Choose another channel for these invoices."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by another channel"),
            "res_model": "l10n_fr_chorus.send_by",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }
