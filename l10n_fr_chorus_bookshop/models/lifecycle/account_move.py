from datetime import timedelta

from babel.dates import format_skeleton
from babel.units import format_unit

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.misc import get_lang

from ...chorus.lifecycle import actions
from ...chorus.lifecycle.order import (
    CURRENT,
    DONE,
    NEXT,
    POSITIONS,
    SOURCES,
    Moment,
    timeline,
)
from ...chorus.lifecycle.states import STATES, UNKNOWN, without_code
from ..common import (
    in_user_lang,
    iso,
    need_staff,
    notification,
)


class AccountMove(models.Model):
    """The life cycle of an invoice, told on its page from top to bottom (R16)."""

    _inherit = "account.move"

    l10n_fr_chorus_timeline = fields.Json(
        "Life cycle on Chorus Pro", compute="_compute_l10n_fr_chorus_timeline"
    )
    l10n_fr_chorus_strip = fields.Json(
        "Life cycle in one line", compute="_compute_l10n_fr_chorus_timeline"
    )
    l10n_fr_chorus_said = fields.Text(
        "Reason given",
        compute="_compute_l10n_fr_chorus_said",
        help="The platform's reason in words, without its code.",
    )

    @api.depends(
        "l10n_fr_chorus_submission_id.state",
        "l10n_fr_chorus_submission_id.reason",
        "l10n_fr_chorus_submission_id.event_ids",
    )
    @api.depends_context("lang", "tz")
    def _compute_l10n_fr_chorus_timeline(self):
        # Most invoices are none of ours, and cost no query.
        sent = self._origin.filtered("l10n_fr_chorus_submission_id")
        lines = sent._l10n_fr_chorus_lines()
        for move in self:
            line = lines.get(move._origin.id, [])
            move.l10n_fr_chorus_timeline = move.l10n_fr_chorus_strip = line

    @api.depends("l10n_fr_chorus_submission_id.reason")
    def _compute_l10n_fr_chorus_said(self):
        for move in self:
            move.l10n_fr_chorus_said = without_code(move.l10n_fr_chorus_reason or "")

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_timeline_steps(self):
        """Tell the life cycle of invoices, every sending of each, as on their page.

        :return: list of {"id", "number", "steps": [{"state", "label", "position"
            (done, current or next), "standing", "tone", "since" (ISO text), "date",
            "day", "duration", "meaning", "actor", "reason", "source"}]}
        """
        need_staff(self)
        moves = in_user_lang(self)
        lines = moves._l10n_fr_chorus_lines()
        return [
            {"id": move.id, "number": move.name or "", "steps": lines.get(move.id, [])}
            for move in moves
        ]

    # ---- THE LINE -----------------------------------------------------------------

    def _l10n_fr_chorus_lines(self):
        """Return dict id -> the steps of those that were ever sent, in plain values."""
        sendings = self.env["l10n_fr_chorus.submission"].sudo()
        by_move = sendings.search([("move_id", "in", self.ids)], order="id").grouped(
            "move_id"
        )
        now = fields.Datetime.now()
        return {
            move.id: [
                move._l10n_fr_chorus_step(step)
                for step in timeline(
                    [moment for one in submissions for moment in one._moments()],
                    now,
                    move._l10n_fr_chorus_kind(),
                )
            ]
            for move, submissions in by_move.items()
        }

    def _l10n_fr_chorus_step(self, step):
        """One step in the user's language and time."""
        state, kind = STATES[step.state], self._l10n_fr_chorus_kind()
        unknown = state is UNKNOWN and step.word
        reached = step.position != NEXT
        answered = step.position == DONE or self._l10n_fr_chorus_answered()
        meaning = self.env._(actions.meaning(step.state, kind))
        actor = self.env._(actions.ACTORS[actions.actor(step.state, kind)])
        if step.position == CURRENT and step.state == self.l10n_fr_chorus_state:
            # What became of it since: credited, waiting for its body…
            meaning = self.l10n_fr_chorus_meaning or meaning
            actor = self.l10n_fr_chorus_actor or ""
        return {
            "state": step.state,
            "label": step.word if unknown else self.env._(state.label),
            "position": step.position,
            "standing": self.env._(POSITIONS[step.position]),
            "tone": actions.tone(step.state, kind, answered) if reached else "muted",
            "since": iso(step.since),
            "date": self._l10n_fr_chorus_shown_date(step.since),
            "day": self._l10n_fr_chorus_shown_day(step.since),
            "duration": self._l10n_fr_chorus_shown_duration(
                step.lasted, step.position == CURRENT
            ),
            "meaning": meaning,
            "actor": actor,
            "reason": step.reason,
            "source": self.env._(SOURCES[step.source])
            if step.source in SOURCES
            else "",
        }

    def _l10n_fr_chorus_shown_date(self, moment):
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    def _l10n_fr_chorus_shown_day(self, moment):
        """Day and month in the user's time, with the year when it is another one."""
        if not moment:
            return ""
        day, today = (
            fields.Datetime.context_timestamp(self, one)
            for one in (moment, fields.Datetime.now())
        )
        pattern = "MMMd" if day.year == today.year else "yMMMd"
        return format_skeleton(pattern, day, locale=get_lang(self.env).code)

    def _l10n_fr_chorus_shown_duration(self, span, running=False):
        """Whole days, else hours, else minutes; "" below one.

        :param running: it is not over
        """
        locale = get_lang(self.env).code
        for unit in ("day", "hour", "minute"):
            count = (span or timedelta()) // timedelta(**{f"{unit}s": 1})
            if count:
                shown = format_unit(count, f"duration-{unit}", locale=locale)
                return self.env._("for %s", shown) if running else shown
        return ""

    # ---- WHERE IT STANDS: XML-RPC and JSON-2 -----------------------------------------

    def l10n_fr_chorus_status(self):
        """Tell where invoices stand on Chorus Pro.

        :return: list of {"id", "number", "state", "state_code", "label", "meaning",
            "since", "reason", "platform_ref", "flux_number", "channel",
            "payment_request", "actions": [{"code", "label", "method"}], "events":
            [{"code", "label", "occurred_at", "source", "reason"}]}
        """
        need_staff(self)
        moves = in_user_lang(self)
        return [move._l10n_fr_chorus_status() for move in moves]

    def _l10n_fr_chorus_status(self):
        submission = self.sudo().l10n_fr_chorus_submission_id
        return {
            "id": self.id,
            "number": self.name or "",
            "state": submission.state or "",
            "state_code": submission.state_code or "",
            "label": self._l10n_fr_chorus_label(submission),
            "meaning": self.l10n_fr_chorus_meaning or "",
            "since": iso(submission.state_date),
            "reason": submission.reason or "",
            "platform_ref": submission.platform_id or "",
            "flux_number": submission._deposit_reference(),
            "channel": submission.channel or "",
            "payment_request": submission.payment_request or "",
            **self._l10n_fr_chorus_payment_status(),
            "actions": [
                {
                    "code": one.code,
                    "label": self.env._(one.label),
                    "method": one.method,
                }
                for one in self._l10n_fr_chorus_answers()
            ],
            "events": [
                {
                    "code": event.code,
                    "label": event.label,
                    "occurred_at": iso(event.occurred_at),
                    "source": event.source or "",
                    "reason": event.reason or "",
                }
                for event in submission.event_ids._in_order()
            ],
        }

    def _l10n_fr_chorus_label(self, submission):
        state = STATES.get(submission.state)
        if state is None:
            return ""
        if state.code == "unknown":
            return submission.state_code or ""
        return self.env._(state.label)

    def l10n_fr_chorus_sync(self):
        """Have the platform asked about these invoices now rather than later.

        :return: same as `l10n_fr_chorus_status`, as known at this moment
        """
        self._l10n_fr_chorus_need_user()
        now = fields.Datetime.now()
        submissions = self.sudo().l10n_fr_chorus_submission_id
        submissions._try_now()
        submissions.connection_id.next_sync = now
        self.env["l10n_fr_chorus.transmission"]._wake()
        return self.l10n_fr_chorus_status()

    def action_l10n_fr_chorus_sync(self):
        """Ask the platform soon; the page shows the answer once it is in."""
        self.l10n_fr_chorus_sync()
        asked = self.env._("Chorus Pro is asked: its answer shows here in a moment.")
        return notification(self.env, [asked])


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    def _moments(self):
        """Return what happened to one sending, oldest first."""
        self.ensure_one()
        ours = (
            ("requested", self.requested_at),
            ("queued", self.original_id.made_at),
            ("deposited", self.sent_at),
        )
        told = [
            Moment(
                event.state,
                event.occurred_at,
                event.code,
                without_code(self._readable(event.reason or "")),
                event.source or "",
            )
            for event in self.event_ids._in_order()
        ]
        moments = [Moment(state, since) for state, since in ours if since] + told
        if not STATES[self.state].platform and not (told and self.state_code):
            last = Moment(self.state, self.state_date, reason=self.reason or "")
            moments.append(last)
        return moments
