from odoo import models
from odoo.exceptions import UserError

from ..common import answer_each

LETTER = "l10n_fr_chorus_bookshop.mail_template_letter"


class ResPartner(models.Model):
    """Write to a body that cannot receive its invoices through Chorus Pro (R35)."""

    _inherit = "res.partner"

    def _l10n_fr_chorus_compose_letter(self, about=""):
        """Open the letter to this body, ready to be read again and sent.

        :param about: the order or invoice that waits, as the body knows it
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
