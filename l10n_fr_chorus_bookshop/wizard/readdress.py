from odoo import api, fields, models

from ..chorus import siret as siret_rules
from ..chorus.lifecycle.actions import RECYCLE


class L10nFrChorusReaddress(models.TransientModel):
    """Give the right body, service or engagement; the number stays."""

    _name = "l10n_fr_chorus.readdress"
    _description = "Change the address of an invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True)
    reason = fields.Text(
        "What the body says", related="move_id.l10n_fr_chorus_said", related_sudo=False
    )
    siret = fields.Char("SIRET", compute="_compute_address", store=True, readonly=False)
    said = fields.Char("On Chorus Pro", compute="_compute_said")
    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure", "Body", compute="_compute_structure_id"
    )
    service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        compute="_compute_service_id",
        inverse="_inverse_service_id",
        domain="[('structure_id', '=', structure_id)]",
    )
    service = fields.Char(
        "Service code", compute="_compute_address", store=True, readonly=False
    )
    engagement = fields.Char(
        "Engagement number", compute="_compute_address", store=True, readonly=False
    )
    market = fields.Char(
        "Market number", compute="_compute_address", store=True, readonly=False
    )
    comment = fields.Text("Comment for the body")

    @api.depends("move_id")
    def _compute_address(self):
        for dialog in self:
            address = dialog.move_id and dialog.move_id._l10n_fr_chorus_address()
            dialog.update(address or {})

    @api.depends("siret")
    @api.depends_context("lang")
    def _compute_said(self):
        for dialog in self:
            dialog.said = self.env["res.partner"]._l10n_fr_chorus_say_typed(
                dialog.siret or ""
            )

    @api.onchange("siret")
    def _onchange_siret(self):
        """The platform is asked about a body unknown here as soon as it is typed."""
        partners = self.env["res.partner"]
        self.said = partners._l10n_fr_chorus_say_typed(self.siret or "", ask=True)

    @api.depends("siret")
    def _compute_structure_id(self):
        """The body of this SIRET in the directory, as the invoice's company sees it."""
        structures = self.env["l10n_fr_chorus.structure"]
        for dialog in self:
            siret = siret_rules.clean(dialog.siret or "")
            found = structures._by_siret([siret], dialog.move_id.company_id)
            dialog.structure_id = found.get(siret)

    @api.depends("structure_id", "service")
    def _compute_service_id(self):
        for dialog in self:
            dialog.service_id = dialog.structure_id.service_ids.filtered(
                lambda one, code=dialog.service: one.code == code
            )[:1]

    @api.onchange("service_id")
    def _inverse_service_id(self):
        """Chosen among the body's own, instead of typed."""
        for dialog in self.filtered("service_id"):
            dialog.service = dialog.service_id.code

    def action_readdress(self):
        """Write it down; the worker sends it in a moment.

        :raises UserError: another state, or an address that the directory refuses
        """
        move = self.move_id
        move._l10n_fr_chorus_need_user()
        move._l10n_fr_chorus_check_answer(RECYCLE)
        address = {
            "siret": siret_rules.clean(self.siret or ""),
            "service": self.service or "",
            "engagement": self.engagement or "",
            "market": self.market or "",
        }
        operation = move._l10n_fr_chorus_recycle(address, self.comment or "")
        return move._l10n_fr_chorus_given(operation)
