from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.lifecycle.delays import RUNNING, clock, payment_due
from ...chorus.platform_time import day_in_france


class L10nFrChorusSubmission(models.Model):
    """The public payment delay of one invoice (R19)."""

    _inherit = "l10n_fr_chorus.submission"

    available_at = fields.Datetime(
        "Made available on",
        compute="_compute_available_at",
        store=True,
        help="When the public body could first see it.",
    )
    payable_since = fields.Datetime(
        "Payment delay from",
        compute="_compute_available_at",
        store=True,
        help="Made available, or completed after a suspension.",
    )
    payment_due = fields.Date(
        "Payment due by", compute="_compute_payment_due", store=True
    )
    reminded_at = fields.Datetime(
        "Reminded on", help="When the body was last reminded of this payment."
    )

    _payment_due = models.Index("(payment_due) WHERE payment_due IS NOT NULL")
    _available_at = models.Index("(available_at) WHERE available_at IS NOT NULL")

    @api.depends("event_ids.code", "event_ids.occurred_at")
    def _compute_available_at(self):
        for submission in self:
            facts = [event._fact() for event in submission.event_ids]
            submission.available_at, submission.payable_since = clock(facts)

    @api.depends(
        "payable_since", "move_id.commercial_partner_id.l10n_fr_chorus_payment_days"
    )
    def _compute_payment_due(self):
        for submission in self:
            days = submission.move_id.commercial_partner_id.l10n_fr_chorus_payment_days
            since = submission.payable_since
            submission.payment_due = since and payment_due(since, days)

    @api.model
    def _unpaid_domain(self):
        """Domain of what the body has in hand beyond its payment delay.

        Whether the money is in is the invoice's to say.
        """
        today = day_in_france(fields.Datetime.now())
        return Domain("state", "in", RUNNING) & Domain("payment_due", "<", today)
