from odoo import api, fields, models
from odoo.tools import SQL

from ...chorus.lifecycle.order import Fact, in_order
from ...chorus.lifecycle.states import REASONS, STATES, UNKNOWN
from ..common import reason_in_words

# Where a deposit that a person made on the portal comes from.
BY_HAND = "portal"
# Where a deposit comes from that only a report tells: its time is not the platform's.
REPORT = "report"
# What a body said no with; the end of a credit note is none (R23).
REFUSALS = ("REJETEE", "SUSPENDUE", "A_RECYCLER")


class BigInteger(fields.Integer):
    """An integer of 64 bits: the platform's ids exceed 32."""

    _column_type = ("int8", "int8")


class L10nFrChorusEvent(models.Model):
    """Life-cycle history as received, in any order: late news is kept too (R17).

    One fact comes by several ways, to the second from one and to the minute from
    another: the same code in the same minute of a submission is the same event.
    """

    _name = "l10n_fr_chorus.event"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Life-cycle event of Chorus Pro"
    _log_access = False
    _company_path = "submission_id.company_id"
    _order = "occurred_at DESC, platform_sequence DESC, id DESC"
    _rec_name = "code"

    submission_id = fields.Many2one(
        "l10n_fr_chorus.submission",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    code = fields.Char("Platform's word", required=True, readonly=True)
    state = fields.Char(
        "Code",
        required=True,
        readonly=True,
        help='Ours for that word; "unknown" without any.',
    )
    occurred_at = fields.Datetime("Date", required=True, readonly=True)
    precision = fields.Char(
        required=True,
        readonly=True,
        help="How precise the date is: second or minute; none: none was told, or one "
        "that cannot be, and it stands after what was known.",
    )
    platform_sequence = BigInteger(
        "Platform's order", readonly=True, aggregator=None, help="0 when not told."
    )
    received_at = fields.Datetime("Received on", required=True, readonly=True)
    source = fields.Char(
        required=True, readonly=True, help="report, search, history, file, person…"
    )
    reference = fields.Char(
        readonly=True, help="Flux, file or message in which the news came."
    )
    reason = fields.Text(readonly=True)

    label = fields.Char("State", compute="_compute_label")

    # Also what finds the events of a submission.
    _unique_fact = models.UniqueIndex(
        "(submission_id, code, date_trunc('minute', occurred_at))"
    )

    @api.depends("code", "occurred_at")
    def _compute_display_name(self):
        for event in self:
            event.display_name = f"{event.code} ({event.occurred_at})"

    @api.depends("state", "code")
    @api.depends_context("lang")
    def _compute_label(self):
        """The platform's word in the user's language; as received when unknown."""
        for event in self:
            state = STATES[event.state]
            event.label = event.code if state is UNKNOWN else self.env._(state.label)

    def _fact(self):
        """Return one event as far as ordering it goes."""
        self.ensure_one()
        return Fact(
            self.code,
            self.occurred_at,
            self.precision,
            int(self.platform_sequence or 0),
            noted=self.source in (BY_HAND, REPORT),
        )

    def _in_order(self):
        """Return the events of one submission, oldest first: the last is its state."""
        events = {event._fact(): event for event in self}
        return self.browse().union(*(events[fact] for fact in in_order(events)))

    @api.model
    def _record(self, rows):
        """Add the events that are new, in one statement; the others are dropped.

        Of two rows on the same fact the one that says more is kept.

        :param rows: dicts of `submission_id`, `code`, `state`, `occurred_at` (naive,
            UTC), `precision`, `source` and, where known, `platform_sequence`, `reason`,
            `reference`, `received_at`
        :return: ids of the submissions with something new
        """
        now = fields.Datetime.now()
        fullest_first = sorted(
            ({"received_at": now, **row} for row in rows),
            key=lambda row: (not row.get("reason"), not row.get("platform_sequence")),
        )
        added = self._insert(fullest_first, SQL("ON CONFLICT DO NOTHING"))
        return set(added.submission_id.ids)


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
            REFUSALS,
        )
