import hashlib
import logging
from datetime import UTC, timedelta

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from ...chorus.channels.answers import News
from ...chorus.channels.edi import returns
from ...chorus.channels.edi.answer import ACCEPTED, RECEIVED, REJECTED, Unreadable

_logger = logging.getLogger(__name__)

# Clocks differ: an answer is not older than its deposit by less than this.
TOLERANCE = timedelta(minutes=10)


class L10nFrChorusOperatorReply(models.Model):
    """A file the operator answered with, kept as it came (R11)."""

    _name = "l10n_fr_chorus.operator_reply"
    _description = "Operator's answer"
    _order = "id DESC"

    name = fields.Char("File name", required=True, readonly=True)
    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    content = fields.Binary(attachment=False, readonly=True)
    sha256 = fields.Char(required=True, readonly=True)
    received_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("new", "To be read"),
            ("read", "Read"),
            ("unreadable", "Not understood"),
            ("refused", "Not fetched"),
        ],
        required=True,
        default="new",
        readonly=True,
    )
    note = fields.Char(readonly=True)
    mark = fields.Char(readonly=True, help="Its size and date in the mailbox.")
    is_left = fields.Boolean(
        "Still in the mailbox", readonly=True, help="It was not archived there."
    )

    # The same file may be there again: a crash came before it was put away.
    _once = models.UniqueIndex(
        "(connection_id, sha256, name)", "This answer is already kept."
    )
    _to_read = models.Index("(connection_id, id) WHERE state = 'new'")

    # ---- STORE --------------------------------------------------------------------

    @api.model
    def _unread(self, connection, entries):
        """Part a folder's files that were not fetched as they are now.

        :return: those that are new, then those whose reading was refused before
        """
        kept = self._named(connection, entries).filtered(
            lambda one: one.is_left or one.state == "refused"
        )
        before = {(one.name, one.mark): one.state for one in kept}
        states = [before.get((_ascii(one.name), one.mark), "") for one in entries]
        pairs = list(zip(entries, states, strict=True))
        return (
            [entry for entry, state in pairs if not state],
            [entry for entry, state in pairs if state == "refused"],
        )

    @api.model
    def _left(self, connection, entries):
        """Return what was fetched and still lies in the folder as it was."""
        marks = {(one.name, one.mark) for one in entries}
        kept = self._named(connection, entries)
        return kept.filtered(lambda one: one.is_left and (one.name, one.mark) in marks)

    @api.model
    def _named(self, connection, entries):
        names = list({_ascii(one.name) for one in entries})
        return self.search(
            [("connection_id", "=", connection.id), ("name", "in", names)], order="id"
        )

    @api.model
    def _store_file(self, connection, entry, content):
        """Store a file just fetched, unless it already is."""
        digest = hashlib.sha256(content).hexdigest()
        same = [
            ("connection_id", "=", connection.id),
            ("name", "=", entry.name),
            ("sha256", "=", digest),
        ]
        if known := self.search(same, limit=1):
            known.write({"mark": entry.mark, "is_left": True})
            return
        values = {
            "connection_id": connection.id,
            "name": entry.name,
            "content": content,
            "sha256": digest,
            "mark": entry.mark,
            "is_left": True,
        }
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.create(values)
        except UniqueViolation:
            return  # another worker was quicker
        self._settle_refused(connection, entry)

    @api.model
    def _keep_refused(self, connection, entry, error):
        """Note, once, a file that was left where it is."""
        refused = self._refused(connection, entry)
        if refused.filtered(lambda one: one.mark == entry.mark):
            return
        self._settle_refused(connection, entry)
        why = self.env._(error.template, **error.values)
        reply = self.create(
            {
                "connection_id": connection.id,
                "name": _ascii(entry.name),
                "sha256": f"refused {entry.mark}",
                "state": "refused",
                "note": why,
                "mark": entry.mark,
            }
        )
        reply._set_aside("file", why=why)

    @api.model
    def _refused(self, connection, entry):
        return self.search(
            [
                ("connection_id", "=", connection.id),
                ("name", "=", _ascii(entry.name)),
                ("state", "=", "refused"),
            ]
        )

    @api.model
    def _settle_refused(self, connection, entry):
        """A file that changed or could be fetched since needs nobody any more."""
        refused = self._refused(connection, entry)
        unmatched = self.env["l10n_fr_chorus.unmatched"].sudo()
        unmatched.search([("operator_reply_id", "in", refused.ids)]).sorted = True

    # ---- READ ---------------------------------------------------------------------

    @api.model
    def _read_new(self, connection):
        """Read what is stored and was not read yet, file by file."""
        domain = [("connection_id", "=", connection.id), ("state", "=", "new")]
        run_step = self.env["l10n_fr_chorus.transmission"]._run_step
        for returned in self.sudo().search(domain, order="id"):
            run_step(returned._read_file)

    def _read_file(self):
        """Apply one file: all of it, or nothing and it is read again."""
        if not self.try_lock_for_update():
            return
        self.invalidate_recordset()
        if self.state != "new":
            return
        if self._is_repeated():
            note = self.env._("Already read, under another name.")
            self.write({"state": "read", "note": note})
            return
        dictionary = self.connection_id.profile_id._dictionary()
        try:
            reading = returns.read(self.content or b"", dictionary)
        except Unreadable as error:
            why = self.env._(error.template)
            self.write({"state": "unreadable", "note": why})
            self._set_aside("file", why=why)
            return
        self.state = "read"
        for rank, answer in enumerate(reading.answers, start=1):
            if why := self._try_to_place(answer):
                self._set_aside(rank, answer, why)
        for rank, one in enumerate(reading.asides, start=1):
            why = self.env._(
                "Part %(place)s: %(why)s",
                place=one.place,
                why=self.env._(one.template, **one.values),
            )
            self._set_aside(f"part {rank}", why=why, text=one.text)

    def _try_to_place(self, answer):
        """As `_place`; what the database or our own code refuses stops no other."""
        try:
            with self.env.cr.savepoint():
                return self._place(answer)
        except psycopg2.OperationalError:
            raise  # another worker was quicker: the whole file is read again
        except Exception:
            _logger.exception("Chorus Pro: an answer of %s", self.name)
            return self.env._("It could not be noted: show it to your integrator.")

    def _is_repeated(self):
        """Tell whether the same bytes came before.

        An answer often bears no date: repeated late, a rejection would be taken for
        that of the next sending. A new answer has a control reference of its own.
        """
        domain = [
            ("connection_id", "=", self.connection_id.id),
            ("sha256", "=", self.sha256),
            ("id", "<", self.id),
        ]
        return bool(self.search_count(domain, limit=1))

    def action_download(self):
        """Give the file as it came."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.name}"
            "?download=true",
            "target": "download",
        }

    def _place(self, answer):
        """Give an answer to the invoice it speaks of.

        :param answer: chorus.channels.edi.answer.Answer
        :return: why a person must sort it, "" when it found its place
        """
        if not answer.references:
            return self.env._("It names no invoice.")
        if not answer.meaning:
            return self.env._("Its verdict is not understood.")
        submissions = self._submissions_of(answer)
        if not submissions:
            return self.env._("It names no invoice that was sent from here.")
        if len(submissions.move_id) > 1:
            return self.env._("Several invoices sent from here bear this number.")
        return self._apply(answer, submissions[:1])

    def _submissions_of(self, answer):
        """The sendings an answer may name, the last one first.

        Chorus Pro's identifier tells one, the control reference tells one; a number may
        be that of invoices of several years.
        """
        sent = self.env["l10n_fr_chorus.submission"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                # Nobody speaks of what has not left.
                ("transmission_id.sha256", "!=", False),
                "|",
                ("interchange", "in", answer.references),
                ("number", "in", answer.references),
            ],
            order="id DESC",
        )
        borne = sent.filtered(
            lambda one: one.platform_id and one.platform_id == answer.platform_id
        )
        exact = sent.filtered(lambda one: one.interchange in answer.references)
        return borne or exact or sent

    def _apply(self, answer, submission, source="mailbox"):
        """Note a verdict or a state.

        :param source: where the news comes from, as events keep it
        :return: why it contradicts what is known, "" when it does not
        """
        transmission = submission.transmission_id
        if answer.meaning in (ACCEPTED, REJECTED, RECEIVED):
            if self._is_older(answer, submission):
                return self.env._("It is older than the last sending of this invoice.")
            if answer.meaning == REJECTED and submission.state_code:
                return self.env._(
                    "The operator stops an invoice that Chorus Pro already has."
                )
            if answer.meaning == ACCEPTED and transmission.verdict == REJECTED:
                return self.env._("The operator takes what it had stopped.")
            transmission._hear(answer)
            return ""
        transmission._hear(answer)
        submission._record_news([(submission, self._news(answer, submission), source)])
        return ""

    def _dated(self, answer, submission):
        """When an answer happened, naive UTC; False when its date cannot be true."""
        left_at = submission.transmission_id.deposited_at or self.received_at
        at = answer.dated(
            left_at.replace(tzinfo=UTC), self.received_at.replace(tzinfo=UTC)
        )
        return at and at.astimezone(UTC).replace(tzinfo=None)

    def _is_older(self, answer, submission):
        """Whether it speaks of an earlier sending under the same number."""
        occurred_at = self._dated(answer, submission)
        deposited_at = submission.transmission_id.deposited_at
        if not occurred_at or not deposited_at:
            return False
        return occurred_at < deposited_at - TOLERANCE

    def _news(self, answer, submission) -> News:
        at = self._dated(answer, submission)
        if not at and not answer.occurred_at:
            at = self.received_at
        return submission._as_news(
            answer.meaning,
            at and at.replace(tzinfo=UTC),
            platform_id=answer.platform_id,
            precision="second" if answer.precise and answer.occurred_at else "minute",
            reason=answer.reason,
            flux_number=submission.transmission_id.name,
        )

    def _set_aside(self, rank, answer=None, why="", text=""):
        """Keep for a person what found no place.

        :param rank: what tells it from the others of its file
        """
        values = {
            "connection_id": self.connection_id.id,
            "platform_id": f"{self.id}/{rank}",
            "operator_reply_id": self.id,
            "why": why,
            "reason": text,
            "occurred_at": self.received_at,
        }
        if answer:
            received_at = self.received_at.replace(tzinfo=UTC)
            moment = answer.dated(received_at, received_at)
            values |= {
                "number": (answer.references or ("",))[0],
                "code": answer.code,
                "reason": answer.reason,
                "occurred_at": moment.astimezone(UTC).replace(tzinfo=None)
                if moment
                else self.received_at,
            }
        self.env["l10n_fr_chorus.unmatched"].sudo().create(values)


def _ascii(name):
    """A name from outside as it may be kept: its odd bytes as question marks."""
    return name.encode("ascii", "replace").decode()[:200]
