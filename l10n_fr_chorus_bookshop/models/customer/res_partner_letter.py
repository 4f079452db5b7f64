from odoo import models
from odoo.exceptions import UserError

from ..common import answer_each

LETTER = "l10n_fr_chorus_bookshop.mail_template_letter"
# Context: the order or invoice for which a letter is written.
ABOUT_RECORD = "l10n_fr_chorus_waiting"


class ResPartner(models.Model):
    """Write to a body that cannot receive its invoices through Chorus Pro (R35)."""

    _inherit = "res.partner"

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': the letter stands on the body, and is told where it began
        waiting = self.env.context.get(ABOUT_RECORD)
        if waiting:
            self.with_context(**{ABOUT_RECORD: False})._l10n_fr_chorus_trace(*waiting)
        return super()._message_post_after_hook(message, msg_vals)

    def _l10n_fr_chorus_trace(self, model, record_id):
        """Say on the order or invoice that waits that its body was written to.

        A context may come from outside: nothing of another customer is named.
        """
        if model not in ("account.move", "sale.order"):
            return
        document = self.env[model].browse(record_id).exists()
        if document and document._l10n_fr_chorus_invoiced() in self:
            document.check_access("read")
            document._message_log(
                body=self.env._("The body was written to: %s", self.display_name)
            )

    def _l10n_fr_chorus_compose_letter(self, about="", waiting=None):
        """Open the letter to this body, ready to be read again and sent.

        :param about: the order or invoice that waits, as the body knows it
        :param waiting: that order or invoice, where the letter is told
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter to %s", self.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(LETTER).id,
                "default_composition_mode": "comment",
                "l10n_fr_chorus_about": about,
                ABOUT_RECORD: waiting and (waiting._name, waiting.id),
            },
        }

    def action_l10n_fr_chorus_letter(self):
        """The button on the customer's form."""
        return self._l10n_fr_chorus_compose_letter()

    def l10n_fr_chorus_letter(self, about=""):
        """Send the letter to these bodies, traced on each; one failing stops no other.

        :param about: the order or invoice that waits, as the body knows it
        :return: list of {"id", "siret", "done", "message"}
        """
        self.check_access("write")
        return answer_each(
            self,
            lambda partner: partner._l10n_fr_chorus_send_letter(about),
            lambda partner: {"siret": partner._l10n_fr_chorus_siret()},
        )

    def _l10n_fr_chorus_send_letter(self, about):
        """Send the letter to one body, and trace it.

        :raises UserError: it has no e-mail address
        """
        self._l10n_fr_chorus_need_email()
        self.with_context(l10n_fr_chorus_about=about).message_post_with_source(
            self.env.ref(LETTER).sudo(),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.ids,
        )

    def _l10n_fr_chorus_need_email(self):
        """Refuse to write to whom has no address.

        :raises UserError: no e-mail address
        """
        if not self.email:
            raise UserError(self.env._("%s has no e-mail address.", self.display_name))
