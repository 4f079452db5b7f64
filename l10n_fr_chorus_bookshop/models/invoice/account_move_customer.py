from odoo import api, fields, models

from ..common import notification


class AccountMove(models.Model):
    """Invoices that leave on paper, by an explicit choice (R35)."""

    _inherit = "account.move"

    l10n_fr_chorus_paper_reason = fields.Char(
        "Why not through Chorus Pro", copy=False, tracking=True, readonly=True
    )

    l10n_fr_chorus_probably_public = fields.Boolean(
        "Probably a public body",
        compute="_compute_l10n_fr_chorus_probably_public",
        compute_sudo=True,
    )

    @api.depends(
        "partner_id.l10n_fr_chorus_probably_public",
        "company_id.l10n_fr_chorus_in_use",
    )
    @api.depends_context("company")
    def _compute_l10n_fr_chorus_probably_public(self):
        """A company that does not use Chorus Pro is not asked about its customers."""
        for move in self:
            move.l10n_fr_chorus_probably_public = (
                move.company_id._l10n_fr_chorus_uses()
                and move.partner_id.l10n_fr_chorus_probably_public
            )

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
            move.sudo().l10n_fr_chorus_paper_reason = reason or False
            if reason:
                move._l10n_fr_chorus_over()

        return self._l10n_fr_chorus_answer_each(leave)

    def action_l10n_fr_chorus_leave(self):
        """Ask why these invoices leave on paper or by e-mail."""
        self.check_access("read")
        return self._l10n_fr_chorus_ask_why("leave", self.env._("Send by another way"))

    def action_l10n_fr_chorus_back(self):
        """The invoice goes through Chorus Pro after all."""
        self.l10n_fr_chorus_leave("")
        said = self.env._("It goes through Chorus Pro again: send it from this page.")
        return notification(self.env, [said])
