from odoo import fields, models


class AccountMove(models.Model):
    """From the invoice to its customer: verify, write to it, leave on paper."""

    _inherit = "account.move"

    l10n_fr_chorus_paper_reason = fields.Char(
        "Why not through Chorus Pro", copy=False, tracking=True, readonly=True
    )
    l10n_fr_chorus_structure_active = fields.Boolean(
        related="partner_id.l10n_fr_chorus_is_active", string="Body active"
    )

    def action_l10n_fr_chorus_refresh(self):
        """Verify the customer's SIRET in the directory, and the engagement (R34)."""
        self.ensure_one()
        self._l10n_fr_chorus_ask_engagements()
        return self.partner_id.with_company(
            self.company_id
        ).action_l10n_fr_chorus_refresh()

    def action_l10n_fr_chorus_letter(self):
        """Write to a body that cannot receive this invoice (R35)."""
        self.ensure_one()
        return self.partner_id.with_company(
            self.company_id
        )._l10n_fr_chorus_compose_letter(self.invoice_origin or self.name or "")

    # ---- ON PAPER, BY AN EXPLICIT CHOICE (R35) ------------------------------------

    def l10n_fr_chorus_leave(self, reason):
        """Let these invoices leave on paper or by e-mail, and keep why.

        Nothing is sent: they only stop waiting for Chorus Pro.

        :param reason: why they do not go through Chorus Pro, as the law requires;
            "" brings them back
        :return: list of {"id", "number", "state", "done", "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        reason = (reason or "").strip()

        def leave(move):
            move._l10n_fr_chorus_refuse_locked()
            move._l10n_fr_chorus_take_back()
            move.l10n_fr_chorus_paper_reason = reason or False

        return self._l10n_fr_chorus_answer_each(leave)

    def action_l10n_fr_chorus_back(self):
        """The invoice goes through Chorus Pro after all."""
        self.l10n_fr_chorus_leave("")
