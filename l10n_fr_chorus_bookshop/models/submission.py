import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models

from ..chorus.lifecycle import latest
from ..chorus.vocabulary import (
    FINAL_WITHOUT_PAYMENT,
    FREE,
    REASONS,
    STATES,
    reason_code,
    state_of,
)
from .channel import CHANNELS

_logger = logging.getLogger(__name__)

# How long a waiting invoice rests before it is looked at again, per attempt.
WAITS = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240)]
# States that are not the platform's, in which it may have news all the same.
FOLLOWED = ("to_deposit", "deposited", "unknown")
# States, as SQL, in which an invoice may be requested anew.
FINISHED = ", ".join(f"'{code}'" for code, one in STATES.items() if one.send_again)
# Invoices prepared in one transaction: what a crash would prepare again.
PREPARE_BATCH = 20


class L10nFrChorusSubmission(models.Model):
    """One invoice on its way to a public body: outbox row, then life-cycle state.

    requested ──► queued ──► sending ──► deposited ──► DEPOSEE ──► … MISE_EN_PAIEMENT
        │  ▲         │          │            └──► not_integrated ──► (same number again)
        ▼  │         ▼          ▼
      waiting    withdrawn   doubtful ──► deposited, or the same bytes again

    What each state allows stands in `chorus/vocabulary.py`, nowhere else. Once the
    platform has spoken, the state is a function of the events.
    """

    _name = "l10n_fr_chorus.submission"
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
    channel = fields.Selection(CHANNELS, required=True)
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
    payment_not_reported = fields.Boolean(
        help="The body does not report payments: following ends before them (R19)."
    )

    # At most one living submission per invoice: it cannot leave twice (R13).
    _one_alive = models.UniqueIndex(
        f"(move_id) WHERE state NOT IN ({FINISHED})",
        "This invoice is already on its way to Chorus Pro.",
    )
    _to_prepare = models.Index("(next_try, id) WHERE state IN ('requested', 'waiting')")
    _to_pack = models.Index("(company_id, id) WHERE state = 'queued'")

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

    def _channel(self):
        """Return the model that speaks for this submission's channel."""
        return self.env[f"l10n_fr_chorus.channel.{self.channel}"]

    def _unheard(self):
        """Those on which the platform has not spoken yet: their state is still ours."""
        return self.filtered(lambda submission: not submission.state_code)

    def _is_told_by(self, news):
        """Tell whether news of this number is about this sending.

        Another program of the shop may have used the number: before the platform's
        first word, the news must come from our deposit, or from an attempt whose
        outcome we did not know.
        """
        self.ensure_one()
        if self._channel()._by_hand and not self.platform_id:
            return self._is_the_one(news)
        if self.state_code:
            return True
        if self != self.move_id.l10n_fr_chorus_submission_id:
            return False
        flux_number = self.transmission_id.flux_number
        ours = bool(flux_number) and news.flux_number == flux_number
        return ours or self._may_have_arrived_before()

    def _may_have_arrived_before(self):
        """Tell whether this invoice may stand on the platform by an unknown flux."""
        self.ensure_one()
        sendings = self.search([("move_id", "=", self.move_id.id)])
        return any(
            sending.attempts > 1 or sending.doubtful_since or sending.state == "sending"
            for sending in sendings.transmission_id
        )

    # ---- PREPARE ------------------------------------------------------------------

    @api.model
    def _due_to_prepare(self):
        return self.search(
            [
                ("state", "in", ("requested", "waiting")),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            order="next_try, id",
            # More than a batch: what another worker holds is stepped over.
            limit=PREPARE_BATCH * 10,
        )

    @api.model
    def _prepare_due(self):
        """Check and prepare what was asked for, batch after batch (DESIGN §4).

        A batch is one transaction: a crash makes it again, nothing has left yet.

        :return: number of submissions looked at
        """
        looked_at, down = 0, {}
        while due := self._due_to_prepare():
            unreachable = self._refresh_directory(due, down)
            due._check_engagements(down)
            batch = due.try_lock_for_update(limit=PREPARE_BATCH)
            self.env.invalidate_all()
            batch = batch.filtered(lambda sub: sub.state in ("requested", "waiting"))
            if not batch:
                break
            batch._prepare_batch(unreachable)
            self.env["ir.cron"]._commit_progress(len(batch))
            looked_at += len(batch)
        return looked_at

    @api.model
    def _refresh_directory(self, batch, down):
        """Ask the directory again for answers too old to send on (R4).

        Every answer is its own transaction: no lock is held during a call.

        :param down: connections that do not answer, see `_refresh_structures`
        :return: dict (company, SIRET) -> why the directory could not be asked
        """
        problems = {}
        for company in batch.company_id:
            sirets = {
                siret
                for sub in batch.filtered(lambda sub, c=company: sub.company_id == c)
                if (siret := sub.move_id._l10n_fr_chorus_siret())
            }
            stale = self.env["l10n_fr_chorus.structure"]._stale_sirets(
                sorted(sirets), company
            )
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            # Without it, what was typed or imported is relied upon.
            if stale and connection:
                failures = connection._refresh_structures(stale, down)
                problems.update(
                    {(company.id, siret): why for siret, why in failures.items()}
                )
        return problems

    def _prepare_batch(self, unreachable):
        """Prepare each submission of a locked batch; none stops the others."""
        for submission in self:
            submission = submission.with_context(
                lang=submission.company_id._l10n_fr_chorus_lang()
            )
            why = unreachable.get(
                (submission.company_id.id, submission.move_id._l10n_fr_chorus_siret())
            )
            if why:
                submission._wait(why)
                continue
            try:
                with self.env.cr.savepoint():
                    submission._prepare()
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.exception("Chorus Pro: preparing %s", submission.move_id.name)
                submission._wait(
                    self.env._("The document could not be made: %s", error)
                )

    def _prepare(self):
        """Check one invoice with fresh answers, then keep its document."""
        invoice, problems = self.move_id._l10n_fr_chorus_checks()[self.move_id.id]
        blocking = [p for p in problems if p.severity == "error" or p.waits]
        if not blocking:
            self._make_original(invoice, problems)
            return
        texts = self.env["l10n_fr_chorus.channel"]._problem_lines(blocking)
        if all(problem.waits for problem in blocking):
            self._wait(texts)
        else:
            self._set_state("not_integrated", reason=texts, next_try=False)
            self._tell()

    def _wait(self, why, retry_after=None):
        """Keep the invoice for later, saying why and since when."""
        for submission in self:
            pause = WAITS[min(submission.attempts, len(WAITS) - 1)]
            if retry_after:
                pause = timedelta(seconds=retry_after)
            told = submission.state == "waiting" and submission.reason == why
            submission.write(
                {
                    "state": "waiting",
                    "reason": why,
                    "waiting_since": submission.waiting_since or fields.Datetime.now(),
                    "next_try": fields.Datetime.now() + pause,
                    "attempts": submission.attempts + 1,
                }
            )
            if not told:
                submission._tell()

    def _make_original(self, invoice, problems):
        """Make the document of one submission and keep its exact bytes (R25)."""
        self.ensure_one()
        connection = self.env["l10n_fr_chorus.connection"]._of_company(
            self.company_id, self.channel
        )
        if not connection and not self._channel()._by_hand:
            self._wait(
                self.env._(
                    "No connection to Chorus Pro is set up for %s.",
                    self.company_id.name,
                )
            )
            return
        document = self._channel()._document(self.move_id, invoice)
        if document.problems:
            lead = self.env._(
                "The document made is not one that Chorus Pro accepts. Show these "
                "details to whoever looks after your Odoo:"
            )
            said = [] if document.correctable else [lead]
            self._set_state(
                "not_integrated", reason="\n".join([*said, *document.problems])
            )
            self._tell()
            return
        original = self.env["l10n_fr_chorus.original"]._store(
            self._original_values(invoice, document, problems)
        )
        structure = self.env["l10n_fr_chorus.structure"]._by_siret(
            [invoice.buyer.siret], self.company_id
        )
        self._set_state(
            "queued",
            original_id=original.id,
            connection_id=connection.id,
            interchange=document.reference or False,
            number=invoice.number,
            kind=invoice.kind,
            seller_siret=invoice.seller.siret,
            buyer_siret=invoice.buyer.siret,
            payment_not_reported=any(
                body.payment_not_reported for body in structure.values()
            ),
            next_try=False,
            attempts=0,
        )

    def _original_values(self, invoice, document, problems):
        return {
            "content": document.content,
            "filename": document.name,
            "mimetype": document.mimetype,
            "syntax": document.syntax,
            "kind": invoice.kind,
            "number": invoice.number,
            "year": invoice.issue_date.year,
            "seller_siren": invoice.seller.siret[:9],
            "seller_siret": invoice.seller.siret,
            "buyer_siret": invoice.buyer.siret,
            "channel": self.channel,
            "environment": self.company_id.l10n_fr_chorus_environment,
            "company_id": self.company_id.id,
            "move_id": self.move_id.id,
            "submission_id": self.id,
            "checks": self.env["l10n_fr_chorus.channel"]._problem_lines(problems),
        }

    # ---- NEWS ---------------------------------------------------------------------

    def _record_news(self, rows, reference=False):
        """Store life-cycle facts and let them give the state.

        :param rows: list of (submission, chorus.answers.News, source); news without a
            state only says that the invoice has arrived
        :param reference: the file or message in which a person found them
        :return: the submissions whose state changed
        """
        rows = [row for row in rows if row[1].state]
        for submission, news, _source in rows:
            if news.platform_id and submission.platform_id != news.platform_id:
                submission.platform_id = news.platform_id
        fresh_ids = self.env["l10n_fr_chorus.event"]._record(
            [
                {
                    "submission_id": submission.id,
                    "code": news.state,
                    "state": state_of(news.state).code,
                    "occurred_at": news.occurred_at.replace(tzinfo=None),
                    "precision": news.precision,
                    "platform_sequence": news.sequence,
                    "source": source,
                    "reference": reference,
                    "reason": news.reason,
                }
                for submission, news, source in rows
            ]
        )
        unheard = self.browse(row[0].id for row in rows)._unheard()
        return self.browse(sorted(fresh_ids.union(unheard.ids)))._apply_events()

    def _apply_events(self):
        """Make the state what the events say, grouped writes, and tell the chatter."""
        events = self.env["l10n_fr_chorus.event"].search_fetch(
            [("submission_id", "in", self.ids)],
            [
                "submission_id",
                "code",
                "occurred_at",
                "precision",
                "platform_sequence",
                "source",
                "reason",
            ],
        )
        facts = defaultdict(dict)
        for event in events:
            facts[event.submission_id.id].setdefault(event._fact(), event)
        groups = defaultdict(self.browse)
        for submission in self:
            fact = latest(facts[submission.id])
            if fact is None:
                continue
            event = facts[submission.id][fact]
            reason = self._readable(event.reason or "")
            values = (fact.code, fact.occurred_at, reason or False)
            if values != (
                submission.state_code,
                submission.state_date,
                submission.reason,
            ):
                groups[values] += submission
        changed = self.browse()
        for (code, since, reason), submissions in groups.items():
            moved = submissions.filtered(lambda sub, c=code: sub.state_code != c)
            submissions.write(
                {
                    "state": state_of(code).code,
                    "state_code": code,
                    "state_date": since,
                    "reason": reason,
                    "waiting_since": False,
                    "next_try": False,
                }
            )
            changed += moved
        changed._tell()
        return changed

    def _readable(self, reason):
        """The platform's reason with its code put into words."""
        label = REASONS.get(reason_code(reason))
        return f"{self.env._(label)} ({reason})" if label else reason

    @api.model
    def _followed_domain(self):
        """Submissions whose news is still awaited (R17, R19)."""
        return [
            "|",
            (
                "state",
                "in",
                [
                    code
                    for code, state in STATES.items()
                    if (state.platform or code in FOLLOWED)
                    and not state.final
                    and code not in FINAL_WITHOUT_PAYMENT
                ],
            ),
            "&",
            ("state", "in", FINAL_WITHOUT_PAYMENT),
            ("payment_not_reported", "=", False),
        ]

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
        waiting._tell()

    # ---- TELLING ------------------------------------------------------------------

    def _tell(self):
        """Log the new state in the invoices' chatter, in one go."""
        bodies = {}
        for submission in self:
            state = submission._state()
            label = (
                submission.state_code
                if state.code == "unknown"
                else self.env._(state.label)
            )
            lines = [self.env._("Chorus Pro: %s", label)]
            lines += (submission.reason or "").splitlines()
            bodies[submission.move_id.id] = Markup("<br/>").join(lines)
        if bodies:
            self.move_id._message_log_batch(bodies=bodies)
