import hashlib
from datetime import UTC, timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from ...chorus.channels.answers import News
from ...chorus.channels.edi import returns
from ...chorus.channels.edi.returns import ACCEPTED, REJECTED

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

    # The same file may be there again: a crash came before it was put away.
    _once = models.UniqueIndex(
        "(connection_id, sha256, name)", "This answer is already kept."
    )
    _to_read = models.Index("(connection_id, id) WHERE state = 'new'")

    @api.model
    def _keep(self, connection, name, content):
        """Store a file just fetched, unless it already is."""
        digest = hashlib.sha256(content).hexdigest()
        if self._is_kept(connection, name, digest):
            return
        values = {
            "connection_id": connection.id,
            "name": name,
            "content": content,
            "sha256": digest,
        }
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.create(values)
        except UniqueViolation:
            return  # another worker was quicker

    @api.model
    def _keep_refused(self, connection, entry, error):
        """Note, once, a file that was left where it is."""
        digest = f"refused {entry.size}"
        name = entry.name.encode("ascii", "replace").decode()[:200]
        if self._is_kept(connection, name, digest):
            return
        why = self.env._(error.template, **error.values)
        returned = self.create(
            {
                "connection_id": connection.id,
                "name": name,
                "sha256": digest,
                "state": "refused",
                "note": why,
            }
        )
        returned._unmatched(1, why=why)

    @api.model
    def _is_kept(self, connection, name, digest):
        domain = [
            ("connection_id", "=", connection.id),
            ("name", "=", name),
            ("sha256", "=", digest),
        ]
        return bool(self.search_count(domain, limit=1))

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
            answers = returns.read(self.content or b"", dictionary)
        except returns.Unreadable as error:
            why = self.env._(error.template)
            self.write({"state": "unreadable", "note": why})
            self._unmatched(1, why=why)
            return
        self.state = "read"
        for rank, answer in enumerate(answers, start=1):
            why = self._place(answer)
            if why:
                self._unmatched(rank, answer, why)

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

        :param answer: chorus.returns.Answer
        :return: why a person must sort it, "" when it found its place
        """
        if not answer.references:
            return self.env._("It names no invoice.")
        if not answer.meaning:
            return self.env._("Its verdict is not understood.")
        submission = self._submission_of(answer)
        if not submission:
            return self.env._("It names no invoice that was sent from here.")
        return self._apply(answer, submission)

    def _submission_of(self, answer):
        """The sending an answer names: by its control reference, else by number."""
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
        exact = sent.filtered(lambda one: one.interchange in answer.references)
        return (exact or sent)[:1]

    def _apply(self, answer, submission, source="mailbox"):
        """Note a verdict or a state.

        :param source: where the news comes from, as events keep it
        :return: why it contradicts what is known, "" when it does not
        """
        transmission = submission.transmission_id
        if answer.meaning in (ACCEPTED, REJECTED):
            if self._is_older(answer, transmission):
                return self.env._("It is older than the last sending of this invoice.")
            if answer.meaning == REJECTED and submission.state_code:
                return self.env._(
                    "The operator stops an invoice that Chorus Pro already has."
                )
            if answer.meaning == ACCEPTED and transmission.verdict == REJECTED:
                return self.env._("The operator takes what it had stopped.")
            transmission._hear(answer)
            transmission._settle_heard()
            return ""
        transmission._hear(answer)
        news = self._news(answer, submission)
        submission._record_news([(submission, news, source)])
        transmission._settle_heard()
        return ""

    def _is_older(self, answer, transmission):
        """Whether it speaks of an earlier sending under the same number."""
        if not answer.occurred_at or not transmission.deposited_at:
            return False
        occurred_at = answer.occurred_at.astimezone(UTC).replace(tzinfo=None)
        return occurred_at < transmission.deposited_at - TOLERANCE

    def _news(self, answer, submission) -> News:
        received_at = self.received_at.replace(tzinfo=UTC)
        return News(
            number=submission.number,
            kind=submission.kind,
            seller_siret=submission.seller_siret,
            buyer_siret=submission.buyer_siret,
            platform_id=answer.platform_id,
            state=answer.meaning,
            occurred_at=(answer.occurred_at or received_at).astimezone(UTC),
            precision="second" if answer.precise else "minute",
            reason=answer.reason,
            flux_number=submission.transmission_id.name,
        )

    def _unmatched(self, rank, answer=None, why=""):
        """Keep aside what a person must sort."""
        values = {
            "connection_id": self.connection_id.id,
            "platform_id": f"{self.id}/{rank}",
            "operator_reply_id": self.id,
            "why": why,
            "occurred_at": self.received_at,
        }
        if answer:
            moment = answer.occurred_at
            values |= {
                "number": (answer.references or ("",))[0],
                "code": answer.code,
                "reason": answer.reason,
                "occurred_at": moment.astimezone(UTC).replace(tzinfo=None)
                if moment
                else self.received_at,
            }
        self.env["l10n_fr_chorus.unmatched"].sudo().create(values)
