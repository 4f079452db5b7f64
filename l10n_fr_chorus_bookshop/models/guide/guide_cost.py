from odoo import api, fields, models

from ...chorus.channels.cost import COSTS, yearly
from ..common import REFRESH


class L10nFrChorusGuideCost(models.Model):
    """What a channel costs this shop, at prices the shop corrects (R29)."""

    _name = "l10n_fr_chorus.guide.cost"
    _description = "Yearly cost of a channel"
    _order = "id"
    _rec_name = "channel"

    guide_id = fields.Many2one(
        "l10n_fr_chorus.guide",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="guide_id.currency_id")
    monthly = fields.Monetary("Each month")
    each = fields.Monetary("Each invoice")
    minutes = fields.Float(digits=(6, 1))
    yearly = fields.Monetary("A year", compute="_compute_yearly")
    gives = fields.Text("What it gives, what it asks for", compute="_compute_gives")
    is_chosen = fields.Boolean("Chosen", compute="_compute_is_chosen")

    @api.depends(
        *("monthly", "each", "minutes"),
        *("guide_id.hourly", "guide_id.expected", "guide_id.counted"),
    )
    def _compute_yearly(self):
        for cost in self:
            guide = cost.guide_id
            cost.yearly = yearly(
                guide._volume(), cost.monthly, cost.each, cost.minutes, guide.hourly
            )

    @api.depends("channel")
    @api.depends_context("lang")
    def _compute_gives(self):
        for cost in self:
            known = COSTS.get(cost.channel)
            cost.gives = known and self.env._(known.gives)

    @api.depends("channel", "guide_id.channel")
    def _compute_is_chosen(self):
        for cost in self:
            cost.is_chosen = cost.channel == cost.guide_id.channel

    def action_choose(self):
        """Take this way out."""
        self.guide_id._choose(self.channel)
        return REFRESH
