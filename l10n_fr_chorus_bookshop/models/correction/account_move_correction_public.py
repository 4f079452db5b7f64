from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """The smaller answers of the invoice's page, for other systems (DESIGN §7)."""

    _inherit = "account.move"

    def l10n_fr_chorus_fix(self):
        """Apply the one-click remedies: remove or respell a reference (R9).

        :return: list of {"id", "number", "state", "done", "message"}
        """
        return self._l10n_fr_chorus_answer_each(
            lambda move: move.action_l10n_fr_chorus_fix()
        )

    def l10n_fr_chorus_make_whole(self):
        """Make draft partial credit notes cancel the whole invoice again (R22).

        :return: list of {"id", "number", "state", "done", "message"}
        """

        def make_whole(move):
            move._l10n_fr_chorus_need_credit_note()
            if move.state != "draft":
                raise UserError(
                    move.env._("%s is confirmed already.", move.display_name)
                )
            move.action_l10n_fr_chorus_make_whole()

        return self._l10n_fr_chorus_answer_each(make_whole)

    def l10n_fr_chorus_allow_partial(self, reason):
        """Allow partial credit notes, and keep why (R22).

        Only a Chorus Pro manager may: others read so in `message`.

        :param reason: why the credit is not in full
        :return: list of {"id", "number", "state", "done", "message"}
        """

        def allow(move):
            move._l10n_fr_chorus_need_credit_note()
            if not (reason or "").strip():
                raise UserError(move.env._("Say why a partial credit is allowed."))
            move._l10n_fr_chorus_allow_partial(reason.strip())

        return self._l10n_fr_chorus_answer_each(allow)

    def l10n_fr_chorus_send_internal(self):
        """Send credit notes that were kept inside the shop (R21).

        :return: same as `l10n_fr_chorus_send`
        """
        self._l10n_fr_chorus_need_user()
        self.l10n_fr_chorus_internal = False
        return self.l10n_fr_chorus_send()

    def l10n_fr_chorus_ask_rejection(self):
        """Write to each body: please reject this credit note, it is closed (R23).

        :return: list of {"id", "number", "state", "done", "message"}
        """
        template = self.env.ref("l10n_fr_chorus_bookshop.mail_template_ask_rejection")

        def ask(move):
            move._l10n_fr_chorus_need_credit_note()
            body = move.partner_id
            body._l10n_fr_chorus_need_email()
            move.message_post_with_source(
                template.sudo(),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=body.ids,
            )

        return self._l10n_fr_chorus_answer_each(ask)

    def _l10n_fr_chorus_allow_partial(self, reason):
        """Keep why, and trace it."""
        self.l10n_fr_chorus_partial_reason = reason
        self._message_log(
            body=self.env._(
                "Partial credit note allowed by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
        )

    def _l10n_fr_chorus_need_credit_note(self):
        """Refuse what is not the credit note of an invoice.

        :raises UserError: it is not one
        """
        if self.move_type != "out_refund" or not self.reversed_entry_id:
            raise UserError(
                self.env._(
                    "%s is not the credit note of an invoice.", self.display_name
                )
            )
