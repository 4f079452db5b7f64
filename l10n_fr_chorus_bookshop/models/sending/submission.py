from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.channels.answers import News
from ...chorus.lifecycle.identity import Identity, Ours
from ...chorus.lifecycle.states import (
    FREE,
    SENDER_OR_PLATFORM_OWES,
    STATES,
    without_code,
)

# States, as SQL, in which an invoice may be requested anew.
FINISHED = ", ".join(f"'{code}'" for code, one in STATES.items() if one.send_again)
# Going round among these while the platform is down is one and the same wait.
ONE_WAIT = ("requested", "waiting", "queued", "sending")

# What became of what was made.
WITHDRAWN, NOT_INTEGRATED, RECEIVED = "withdrawn", "not_integrated", "received"

# Rung on the pages that show an invoice, or all of a company.
BELL = "l10n_fr_chorus/news"
# How long a state that the shop's side or the platform owes may last before a person
# is told (R19). A body's silence is no fault: its states stand nowhere here.
PATIENCE = {
    "requested": timedelta(hours=4),
    "queued": timedelta(hours=4),
    "waiting": timedelta(days=1),
    "to_deposit": timedelta(days=2),
    "sending": timedelta(hours=1),
    "doubtful": timedelta(hours=8),
    **dict.fromkeys(SENDER_OR_PLATFORM_OWES, timedelta(days=2)),
}


class L10nFrChorusSubmission(models.Model):
    """One invoice on its way to a public body: outbox row, then life-cycle state.

    requested ──► queued ──► sending ──► deposited ──► DEPOSEE ──► … MISE_EN_PAIEMENT
        │  ▲         │          │            └──► not_integrated ──► (same number again)
        ▼  │         ▼          ▼
      waiting    withdrawn   doubtful ──► deposited, or the same bytes again

    What each state allows stands in `chorus/lifecycle/states.py`, nowhere else. Once
    the platform has spoken, the state is a function of the events.
    """

    _name = "l10n_fr_chorus.submission"
    _inherit = ["l10n_fr_chorus.by_channel"]
    _description = "Invoice sent to Chorus Pro"
    _order = "id DESC"
    _rec_name = "number"

    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", index="btree_not_null", ondelete="restrict"
    )
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(), required=True
    )
    environment = fields.Char(readonly=True)
    identity = fields.Char(
        "Key on the platform",
        readonly=True,
        help="Year of the invoice's date, seller's SIREN, number.",
    )
    transmission_id = fields.Many2one(
        "l10n_fr_chorus.transmission",
        "Deposit",
        index="btree_not_null",
        ondelete="restrict",
    )
    original_id = fields.Many2one(
        "l10n_fr_chorus.original", index="btree_not_null", ondelete="restrict"
    )
    event_ids = fields.One2many(
        "l10n_fr_chorus.event", "submission_id", "Life cycle", readonly=True
    )
    state = fields.Selection(
        selection=lambda self: [
            (state.code, self.env._(state.label)) for state in STATES.values()
        ],
        required=True,
        default="requested",
        index=True,
    )
    state_code = fields.Char(
        "Platform's word", help="As received, also when this software does not know it."
    )
    state_date = fields.Datetime("Since", default=fields.Datetime.now)
    reason = fields.Text()
    said = fields.Text("What it says", compute="_compute_said")
    waiting_since = fields.Datetime()
    next_try = fields.Datetime(index="btree_not_null", default=fields.Datetime.now)
    attempts = fields.Integer()
    platform_id = fields.Char("Platform identifier", index="btree_not_null")
    number = fields.Char(index=True)
    kind = fields.Char()
    seller_siret = fields.Char()
    buyer_siret = fields.Char()
    interchange = fields.Char(
        index="btree_not_null", help="What the operator calls it by."
    )
    requested_at = fields.Datetime(default=fields.Datetime.now)
    sent_at = fields.Datetime("Left on", help="When it left for Chorus Pro.")
    deposit_number = fields.Char(
        "Portal's number",
        index="btree_not_null",
        help="What the portal gave when the file was uploaded.",
    )
    channel_reason = fields.Text(
        "Why another channel", help="Why it does not leave by the company's channel."
    )
    payment_not_reported = fields.Boolean(
        help="The body does not report payments: following ends before them."
    )
    told_at = fields.Datetime(
        help="When a person was told that the present state lasts too long."
    )

    # At most one living submission per invoice: it cannot leave twice (R13).
    _one_alive = models.UniqueIndex(
        f"(move_id) WHERE state NOT IN ({FINISHED})",
        "This invoice is already on its way to Chorus Pro.",
    )
    # The platform's own key and identifier: never of two of ours (R41).
    _one_identity = models.UniqueIndex(
        f"(environment, identity) WHERE state NOT IN ({FINISHED})",
        "Another invoice of this SIREN already bears this number in this year.",
    )
    _one_platform_id = models.UniqueIndex(
        "(environment, platform_id) WHERE platform_id IS NOT NULL",
        "Another invoice already has this identifier on the platform.",
    )
    _to_prepare = models.Index("(next_try, id) WHERE state IN ('requested', 'waiting')")
    _to_pack = models.Index("(company_id, id) WHERE state = 'queued'")

    def write(self, vals):
        """Write; a new state forgets what was done about the one before."""
        if not self or "state" not in vals:
            return super().write(vals)
        before = self._outcomes()
        # The state may bring a payment request's number, and last too long in its turn.
        forgotten = {"payment_request_asked": False}
        if vals["state"] not in ONE_WAIT:
            forgotten["told_at"] = False
        result = super().write({**forgotten, **vals})
        self._note_outcomes(before)
        self._ring()
        return result

    # ---- WHAT BECAME OF IT ---------------------------------------------------------

    def _outcome(self) -> str:
        """What the present state says of the version made, "" while nothing does.

        A draft left on the platform was received by nobody.
        """
        self.ensure_one()
        if self.state in (WITHDRAWN, NOT_INTEGRATED):
            return self.state
        heard = self.state_code and self.state != "BROUILLON"
        return RECEIVED if heard and STATES[self.state].platform else ""

    def _outcomes(self):
        """What the present states say, by submission."""
        return {submission: submission._outcome() for submission in self}

    def _note_outcomes(self, before):
        """Write down what a change of states has decided.

        :param before: what `_outcomes()` said before it
        """
        decided = self.filtered(lambda sub: sub._outcome() not in ("", before[sub]))
        if decided:
            self.env["l10n_fr_chorus.outcome"].sudo()._record_outcomes(decided)

    # ---- WORDS --------------------------------------------------------------------

    def _state(self):
        """Return the vocabulary's `State` of one submission; FREE without any."""
        self.ensure_one()
        return STATES[self.state]

    def _set_state(self, state, **values):
        """Move these submissions to a local state, dated now, in one write."""
        self.write(
            {
                "state": state,
                "state_code": False,
                "state_date": fields.Datetime.now(),
                "reason": False,
                "waiting_since": False,
                **values,
            }
        )

    def _ours(self) -> Ours:
        """Return what tells this invoice from another of the same number."""
        self.ensure_one()
        move = self.move_id
        return Ours(
            key=self.id,
            number=self.number or "",
            invoice_date=move.invoice_date or None,
            kind=self.kind or "",
            seller_siret=self.seller_siret or "",
            buyer_sirets=(self.buyer_siret or "",),
            total=Decimal(f"{abs(move.amount_total):.2f}"),
            platform_id=self.platform_id or "",
            flux_number=self._deposit_reference(),
        )

    def _as_news(self, state, occurred_at, **told) -> News:
        """Return what one learns of this invoice as the platform would tell it.

        :param state: the platform's code, "" for none
        :param occurred_at: aware datetime, None when it is not known
        :param told: more attributes of `News`
        """
        self.ensure_one()
        said = {"platform_id": "", "state": state, "occurred_at": occurred_at, **told}
        return News(
            number=self.number,
            kind=self.kind,
            seller_siret=self.seller_siret,
            buyer_siret=self.buyer_siret,
            **said,
        )

    def _identity(self) -> Identity:
        """Return the platform's key of this invoice."""
        self.ensure_one()
        identity = self.move_id._l10n_fr_chorus_identities()[self.move_id]
        return identity._replace(number=self.number.strip())

    def _before_platform_reply(self):
        """Those on which the platform has not spoken yet: their state is still ours."""
        return self.filtered(lambda submission: not submission.state_code)

    def _may_leave(self):
        """Tell whether a sending may be requested anew, by any road."""
        return self._state().send_again

    # ---- WHICH WAY ----------------------------------------------------------------

    def _deposit_reference(self):
        """The number by which the platform finds the deposit, "" without any."""
        return self.transmission_id.flux_number or self.deposit_number or ""

    def _try_now(self):
        """Have these looked at again at once, and their deposits with them."""
        now = fields.Datetime.now()
        self.filtered(lambda one: one.state in ("requested", "waiting")).next_try = now
        self.transmission_id.filtered(
            lambda one: one.state in ("ready", "doubtful", "deposited")
        ).next_try = now

    # ---- WITHDRAW -----------------------------------------------------------------

    def _withdraw(self):
        """Take back what has not left, under the rows' lock.

        :raises LockError: a worker has one of them in hand at this moment
        """
        waiting = self.sudo().filtered(lambda sub: sub._state().draft != FREE)
        waiting.lock_for_update()
        waiting._set_state("withdrawn", next_try=False, transmission_id=False)
        # A new version may follow at once: only one may live in the table.
        waiting.flush_recordset(["state"])
        waiting._notify_state()

    # ---- READ BY PEOPLE -----------------------------------------------------------

    @api.depends("reason")
    def _compute_said(self):
        for submission in self:
            submission.said = without_code(submission.reason or "")

    # ---- TELLING ------------------------------------------------------------------

    def _notify_state(self):
        """Say the new state to those whom it concerns, and close what it ends (R18)."""
        self._log_state()
        self.env["l10n_fr_chorus.operation"].sudo()._end_by_news(self)
        self._open_cases()
        self._treat()

    def _ring(self):
        """Have the pages that show these read them again: who may read, no content."""
        bus = self.env["bus.bus"]
        for move in self.sudo().move_id:
            bus._sendone(move, BELL, {"id": move.id})
        for company in self.sudo().company_id:
            bus._sendone((company, "l10n_fr_chorus"), BELL, {"company": company.id})

    def _log_state(self):
        """Log the state in the invoices' chatter, in one go."""
        bodies = {}
        for submission in self:
            state = submission._state()
            label = (
                submission.state_code
                if state.code == "unknown"
                else self.env._(state.label)
            )
            lines = [self.env._("Chorus Pro: %s", label)]
            lines += without_code(submission.reason or "").splitlines()
            bodies[submission.move_id.id] = Markup("<br/>").join(lines)
        if bodies:
            self.move_id._message_log_batch(bodies=bodies)

    # ---- WHAT LASTS TOO LONG (R19) ---------------------------------------------------

    @api.model
    def _overdue_domain(self, states=tuple(PATIENCE)):
        """Domain of what has stayed in one of these states beyond patience."""
        now = fields.Datetime.now()
        found = Domain.FALSE
        for state in states:
            limit = now - PATIENCE[state]
            late = Domain("waiting_since", "<", limit) | (
                Domain("waiting_since", "=", False) & Domain("state_date", "<", limit)
            )
            found |= Domain("state", "=", state) & late
        return found

    @api.model
    def _overdue(self, company=None):
        """Return what the shop's side or the platform has owed for too long."""
        mine = Domain("company_id", "=", company.id) if company else Domain.TRUE
        return self.search(self._overdue_domain() & mine)

    @api.model
    def _cron_watch(self):
        """Tell the managers, once for each state, what lasts too long.

        This job also tells when the working one is asleep: Odoo switches off a job
        that fails, and nobody would know.
        """
        if self.env["l10n_fr_chorus.verification"]._watch_locks():
            return
        connections = self.env["l10n_fr_chorus.connection"]
        overdue = self._overdue().filtered(lambda late: not late.told_at)
        for late in overdue.grouped("company_id").values():
            connections._tell_overdue(late)
            late.told_at = fields.Datetime.now()
        connections._tell_job_asleep()
        self.env["l10n_fr_chorus.verification"]._watch()
        active = connections.search([("active", "=", True)])
        active._warn_of_ends()
        self.env["res.company"]._l10n_fr_chorus_watch_roads()
