from odoo import api, fields, models
from odoo.tools import SQL

from ...chorus.lifecycle.states import REASONS
from ..common import reason_in_words

# What a body said no with; the end of a credit note is none (R23).
STATES = ("REJETEE", "SUSPENDUE", "A_RECYCLER")


class L10nFrChorusRefusal(models.Model):
    """Refusals and suspensions as data: what to put right at the source (R39)."""

    _name = "l10n_fr_chorus.refusal"
    _description = "Refusals of public bodies"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "move_id"

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one("res.partner", "Public body", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("REJETEE", "Refused"),
            ("SUSPENDUE", "Suspended"),
            ("A_RECYCLER", "To be readdressed"),
        ],
        "Answer",
        readonly=True,
    )
    reason_code = fields.Selection(
        selection=lambda self: [
            (code, self.env._(label)) for code, label in REASONS.items()
        ],
        string="Reason given",
        readonly=True,
    )
    reason = fields.Text("In the body's words", readonly=True)
    said = fields.Text("What it says", compute="_compute_said")
    amount = fields.Float(readonly=True, digits=(16, 2))

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_said(self):
        for refusal in self:
            refusal.said = reason_in_words(self.env, refusal.reason or "")

    @property
    def _table_query(self):
        """One row an event; its reason's code is found as `reason_code` finds it."""
        codes = "|".join(sorted(REASONS, key=len, reverse=True))
        return SQL(
            """
            SELECT event.id, submission.move_id, submission.company_id,
                   move.commercial_partner_id AS partner_id,
                   event.occurred_at AS date, event.state,
                   substring(event.reason FROM %s) AS reason_code, event.reason,
                   move.amount_total AS amount
              FROM l10n_fr_chorus_event event
              JOIN l10n_fr_chorus_submission submission
                ON submission.id = event.submission_id
              JOIN account_move move ON move.id = submission.move_id
             WHERE event.state IN %s
               AND NOT (event.state = 'REJETEE' AND submission.kind = '381')
            """,
            rf"\y({codes})\y",
            STATES,
        )
