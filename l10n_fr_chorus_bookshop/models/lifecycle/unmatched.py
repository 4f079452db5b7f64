import hashlib
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.channels.edi.answer import Answer
from ...chorus.lifecycle.order import SLACK
from ...chorus.lifecycle.states import UNKNOWN, state_of
from ..common import describe, reason_in_words

# What is set aside of a mailbox itself, rather than of one of its files.
ARCHIVE = "archive"


class L10nFrChorusUnmatched(models.Model):
    """News that belongs to no invoice sent from here, kept for a person to sort."""

    _name = "l10n_fr_chorus.unmatched"
    _description = "Chorus Pro news without an invoice"
    _order = "occurred_at DESC, id DESC"
    _rec_name = "number"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    number = fields.Char(readonly=True)
    kind = fields.Selection([("380", "Invoice"), ("381", "Credit note")], readonly=True)
    code = fields.Char("Platform's word", readonly=True)
    label = fields.Char("State", compute="_compute_label")
    occurred_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    said = fields.Text("What it says", compute="_compute_label")
    platform_id = fields.Char("Platform identifier", readonly=True)
    flux_number = fields.Char("Flux number", readonly=True)
    seller_siret = fields.Char(readonly=True)
    buyer_siret = fields.Char("Body's SIRET", readonly=True)
    sorted = fields.Boolean(help="Someone has dealt with it.")

    _platform_unique = models.UniqueIndex(
        "(connection_id, platform_id)", "This news is already kept."
    )

    @api.depends("code", "reason")
    @api.depends_context("lang")
    def _compute_label(self):
        """As people say it; a word nobody knows is shown as it came."""
        for unmatched in self:
            state = state_of(unmatched.code or "")
            unmatched.label = (
                unmatched.code if state is UNKNOWN else self.env._(state.label)
            )
            unmatched.said = reason_in_words(self.env, unmatched.reason or "")

    @api.model
    def _store_unmatched(self, connection, page):
        """Keep the last word on each unknown invoice of a page of news."""
        keys = [news.platform_id or self._key(news) for news in page]
        known = {
            unmatched.platform_id: unmatched
            for unmatched in self.search(
                [("connection_id", "=", connection.id), ("platform_id", "in", keys)]
            )
        }
        for key, news in zip(keys, page, strict=True):
            values = {
                "number": news.number,
                "kind": news.kind,
                "code": news.state,
                "occurred_at": self._past(news.occurred_at),
                "reason": news.reason,
                "flux_number": news.flux_number,
                "seller_siret": news.seller_siret,
                "buyer_siret": news.buyer_siret,
            }
            unmatched = known.get(key)
            if unmatched is None:
                known[key] = self.create(
                    {"connection_id": connection.id, "platform_id": key, **values}
                )
            elif not unmatched.occurred_at or (
                values["occurred_at"] and unmatched.occurred_at <= values["occurred_at"]
            ):
                unmatched.write(values)

    @api.model
    def _past(self, moment):
        """A moment as Odoo keeps it; False when it was not told, or is to come."""
        at = moment and moment.replace(tzinfo=None)
        return at if at and at <= fields.Datetime.now() + SLACK else False

    @api.model
    def _key(self, news):
        """What tells an invoice without a platform identifier from another."""
        said = (news.invoice_date, news.seller_siret, news.kind, news.number)
        return " ".join(said)[:500]

    @api.model
    def _keep_unread(self, connection, rows):
        """Keep, once, each row that could not be read, with its text."""
        for row in filter(lambda one: one.text, rows):
            digest = hashlib.sha256(row.text.encode()).hexdigest()
            known = [
                ("connection_id", "=", connection.id),
                ("platform_id", "=", digest),
            ]
            if not self.search_count(known, limit=1):
                self.create(
                    {
                        "connection_id": connection.id,
                        "platform_id": digest,
                        "reason": row.text,
                        "why": self.env._("This row of the answer cannot be read."),
                        "occurred_at": fields.Datetime.now(),
                    }
                )

    operator_reply_id = fields.Many2one(
        "l10n_fr_chorus.operator_reply", "File", ondelete="set null", readonly=True
    )
    why = fields.Char("Why it is here", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Belongs to",
        domain="[('company_id', '=', company_id), "
        "('l10n_fr_chorus_submission_id', '!=', False)]",
        check_company=True,
        help="The invoice it is about, if you know.",
    )

    def action_link(self):
        """Give the news to the invoice a person has chosen."""
        for unmatched in self:
            unmatched.l10n_fr_chorus_link(unmatched.move_id.id)

    @api.model
    def _note_archive(self, connection, trouble):
        """Tell a person, once, that answers cannot be archived; untell when they can.

        :param trouble: the ChorusError that refused it, None when all is well
        """
        told = self.search(
            [("connection_id", "=", connection.id), ("platform_id", "=", ARCHIVE)]
        )
        if not trouble:
            told.unlink()
        elif not told:
            self.create(
                {
                    "connection_id": connection.id,
                    "platform_id": ARCHIVE,
                    "occurred_at": fields.Datetime.now(),
                    "why": self.env._(
                        "Answers are read, but the mailbox refuses to archive them: "
                        "ask the operator for the right to move or delete them."
                    ),
                    "reason": describe(self.env, trouble),
                }
            )

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_link(self, move_id):
        """Say which invoice an answer of the operator is about.

        As when a person notes a state: never on an invoice that left another way, nor
        at a date at which it cannot have been said.

        :param move_id: id of the invoice
        :return: {"id", "sorted": bool, "message"}
        """
        self.ensure_one()
        self.check_access("write")
        move = self.env["account.move"].browse(move_id or []).exists()
        move._l10n_fr_chorus_need_user()
        submission = move.sudo().l10n_fr_chorus_submission_id
        if not submission or submission.company_id != self.company_id:
            raise UserError(
                self.env._("Choose an invoice of this company that was sent.")
            )
        if not self.operator_reply_id or not self.code or self.sorted:
            raise UserError(
                self.env._("There is nothing to apply: only tick it as dealt with.")
            )
        if submission.connection_id != self.connection_id:
            raise UserError(
                self.env._(
                    "%s did not leave through this mailbox: its operator cannot speak "
                    "of it. Choose another invoice.",
                    submission.number,
                )
            )
        submission._lock_heard()
        said_at = self.occurred_at
        if said_at and not submission._may_be_said(said_at, "person"):
            raise UserError(
                self.env._(
                    "It bears the date %(date)s, at which this cannot have been said "
                    "of %(invoice)s. Look on the portal, and note on the invoice what "
                    "you read there.",
                    date=submission._local(said_at),
                    invoice=submission.number,
                )
            )
        returned = self.operator_reply_id.sudo()
        dictionary = returned.connection_id.profile_id._dictionary()
        answer = Answer(
            self.code,
            dictionary.meaning(self.code),
            (submission.number,),
            said_at.replace(tzinfo=UTC) if said_at else None,
            reason=self.reason or "",
        )
        message = returned._apply(answer, submission, "person")
        self.write({"move_id": move.id, "sorted": not message})
        return {"id": self.id, "sorted": self.sorted, "message": message}
