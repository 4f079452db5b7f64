from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.lifecycle.delays import PAYMENT
from ..common import USER, in_user_lang

TEMPLATE = "l10n_fr_chorus_bookshop.mail_template_reminder"
# Context: which invoices a reminder names.
REMINDED = "l10n_fr_chorus_reminded"


class AccountMove(models.Model):
    """A gentle letter about what a body has not paid in time (R19)."""

    _inherit = "account.move"

    def _l10n_fr_chorus_reminded(self):
        """Return the invoices that the letter on this one names, oldest first.

        A context may come from outside: it names nothing of another customer or shop.
        """
        ids = self.env.context.get(REMINDED) or self.ids
        mine = self.browse(ids).filtered(
            lambda move: (
                move.commercial_partner_id in self.commercial_partner_id
                and move.company_id in self.company_id
            )
        )
        return mine.sorted(lambda move: (move.invoice_date, move.name))

    def _l10n_fr_chorus_letters(self):
        """Return the invoices to remind of, one recordset a body and company.

        :raises UserError: one of them is not late
        """
        early = self.filtered(lambda move: move.l10n_fr_chorus_late != PAYMENT)
        if early:
            raise UserError(
                self.env._(
                    "Nothing to remind of: %(invoices)s. A public body has thirty "
                    "days to pay, a hospital fifty, from the day the invoice was made "
                    "available.",
                    invoices=", ".join(move.name or "" for move in early),
                )
            )
        return list(
            self.grouped(
                lambda move: (move.commercial_partner_id, move.company_id)
            ).values()
        )

    @api.model
    def _l10n_fr_chorus_late_of(self, partner):
        """Return all that a body has not paid in time, in the current company."""
        return self.search(
            [
                ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "=", self.env.company.id),
                ("l10n_fr_chorus_late", "=", PAYMENT),
            ]
        )

    def _l10n_fr_chorus_note_reminder(self):
        """Say on every invoice named when its body was reminded."""
        self.sudo().l10n_fr_chorus_submission_id.reminded_at = fields.Datetime.now()
        bodies = {
            move.id: Markup("%s") % self.env._("Chorus Pro: the body was reminded.")
            for move in self
        }
        self._message_log_batch(bodies=bodies)

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': the letter stands on one invoice, and names others. A context
        # comes from anywhere, and who only reads may comment: that is no reminder
        if self.env.context.get(REMINDED) and self.env.user.has_group(USER):
            reminded = self._l10n_fr_chorus_reminded().with_context(**{REMINDED: False})
            reminded._l10n_fr_chorus_note_reminder()
        return super()._message_post_after_hook(message, msg_vals)

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_remind(self):
        """Send one reminder to each body about what it has not paid in time.

        :return: list of {"id", "number", "state", "done", "message"}, one an invoice
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        moves, sent = in_user_lang(self), set()
        late = moves.filtered(lambda move: move.l10n_fr_chorus_late == PAYMENT)
        letters = late._l10n_fr_chorus_letters()

        def remind(move):
            move._l10n_fr_chorus_letters()
            [letter] = [one for one in letters if move in one]
            if letter not in sent:
                letter._l10n_fr_chorus_send_reminder()
                sent.add(letter)

        return moves._l10n_fr_chorus_answer_each(remind)

    def _l10n_fr_chorus_send_reminder(self):
        """Send the letter about these invoices of one body.

        :raises UserError: it has no e-mail address
        """
        first = self._l10n_fr_chorus_reminded()[0]
        first.partner_id._l10n_fr_chorus_need_email()
        first.with_context(**{REMINDED: self.ids}).message_post_with_source(
            self.env.ref(TEMPLATE).sudo(),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=first.partner_id.ids,
        )

    # ---- BUTTONS ------------------------------------------------------------------

    def action_l10n_fr_chorus_remind(self):
        """Open one letter about these late invoices, to be read before it leaves."""
        letters = self._l10n_fr_chorus_letters()
        if len(letters) != 1:
            raise UserError(
                self.env._(
                    "A letter goes to one public body: choose invoices of one "
                    "customer. Group the list by customer to find them together."
                )
            )
        named = self._l10n_fr_chorus_reminded()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reminder to %s", named[0].partner_id.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "account.move",
                "default_res_ids": named[0].ids,
                "default_template_id": self.env.ref(TEMPLATE).id,
                "default_composition_mode": "comment",
                REMINDED: named.ids,
            },
        }
