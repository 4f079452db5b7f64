import logging

from markupsafe import Markup

from odoo import api, fields, models

from ...chorus.errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ...chorus.invoice import Attachment
from ...chorus.lifecycle.actions import COMPLETE, RECYCLE, TAKEN_IN, TREAT
from ..common import describe, notification
from ..sending.transmission import LEASE, RETRIES, pause_after

_logger = logging.getLogger(__name__)

# A call on its way: the same one is not asked for twice.
OPEN = ("ready", "sending", "doubtful", "by_hand")


class L10nFrChorusOperation(models.Model):
    """One call by which the shop answers a body: complete, readdress, treat (R20, R21).

    ready ──► sending ──► done
      ▲          │  └──► refused
      └────── doubtful ──► done (seen on the platform)          by_hand ──► done

    Written and committed before the network is touched, like a deposit. The platform
    takes each call in one state only and leaves it: asking for the invoice's state
    settles a doubt.
    """

    _name = "l10n_fr_chorus.operation"
    _description = "Answer to a public body"
    _order = "id DESC"
    _rec_name = "kind"

    submission_id = fields.Many2one(
        "l10n_fr_chorus.submission", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="submission_id.move_id", string="Invoice")
    company_id = fields.Many2one("res.company", required=True, index=True)
    kind = fields.Selection(
        [
            (COMPLETE, "Add what is missing"),
            (RECYCLE, "Change the address"),
            (TREAT, "Mark the refusal as treated"),
        ],
        required=True,
    )
    state = fields.Selection(
        [
            ("ready", "About to leave"),
            ("by_hand", "To do on the portal"),
            ("sending", "Being sent"),
            ("doubtful", "Doubtful"),
            ("done", "Done"),
            ("refused", "Refused by the platform"),
        ],
        required=True,
        default="ready",
    )
    comment = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    uploaded = fields.Char(help="What the platform calls the files it already has.")
    siret = fields.Char("SIRET")
    service = fields.Char("Service code")
    engagement = fields.Char("Engagement number")
    market = fields.Char("Market number")
    reason = fields.Text()
    attempts = fields.Integer()
    next_try = fields.Datetime(default=fields.Datetime.now)
    lease_until = fields.Datetime()
    asked_by = fields.Many2one("res.users", default=lambda self: self.env.user)

    _one_open = models.UniqueIndex(
        f"(submission_id, kind) WHERE state IN {OPEN}",
        "This answer is already on its way to Chorus Pro.",
    )
    _due = models.Index("(next_try) WHERE state IN ('ready', 'sending', 'doubtful')")

    # ---- ASKING -------------------------------------------------------------------

    @api.model
    def _request(self, submission, kind, files=(), **values):
        """Write down a call; the worker makes it.

        Where the channel cannot, it is left to a person, on the portal.

        :param files: list of (name, bytes) to add
        :return: the operation, the one already open if there is one
        """
        known = self.search(
            [
                ("submission_id", "=", submission.id),
                ("kind", "=", kind),
                ("state", "in", OPEN),
            ]
        )
        if known:
            return known
        carried = kind in submission._carried()
        operation = self.create(
            {
                "submission_id": submission.id,
                "company_id": submission.company_id.id,
                "kind": kind,
                "state": "ready" if carried else "by_hand",
                **values,
            }
        )
        operation.attachment_ids = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": operation.id,
                }
                for name, content in files
            ]
        )
        operation._keep_sent()
        if carried:
            self.env["l10n_fr_chorus.transmission"]._wake()
        return operation

    def _keep_sent(self):
        """Keep in the vault what goes to the body with this answer (R25)."""
        files = [
            Attachment(file.name, file.raw, file.mimetype)
            for file in self.attachment_ids
        ]
        if files or self.comment:
            self.env["l10n_fr_chorus.complementary_file"]._store_files(
                self.submission_id, files, self.comment or ""
            )

    # ---- WORKER -------------------------------------------------------------------

    @api.model
    def _carry_out_due(self):
        """Make every call that is due, each in its own transactions."""
        self._doubt_dead_leases()
        worker = self.env["l10n_fr_chorus.transmission"]
        worker._commit()
        for operation in self.search(
            [
                ("state", "in", ("ready", "doubtful")),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            order="next_try, id",
        ):
            lang = operation.company_id._l10n_fr_chorus_lang()
            worker._run_step(operation.with_context(lang=lang)._carry_out)

    @api.model
    def _doubt_dead_leases(self):
        """A worker that died while calling leaves a doubt."""
        dead = self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        ).try_lock_for_update()
        dead.write({"state": "doubtful", "next_try": fields.Datetime.now()})

    def _still(self, state):
        """Lock again and tell whether the state is still the one expected."""
        self.invalidate_recordset()
        return bool(self.try_lock_for_update()) and self.state == state

    def _carry_out(self):
        """Make one call: written and committed, then the network, then the outcome."""
        if self._still("doubtful"):
            self._resolve()
        if not self._still("ready"):
            return
        self.write(
            {
                "state": "sending",
                "attempts": self.attempts + 1,
                "lease_until": fields.Datetime.now() + LEASE,
            }
        )
        self._commit()
        connection, trouble = self.submission_id.connection_id, None
        try:
            getattr(connection._channel(), f"_{self.kind}")(self)
        except ChorusError as error:
            trouble = error
        except Exception as error:  # whatever it is, it may have been carried out
            self.env.cr.rollback()
            _logger.exception("Chorus Pro: %s %s", self.kind, self.id)
            trouble = Doubtful(str(error))
        self._commit()
        if self._still("sending"):
            self._conclude(trouble)
            self._commit()
        away = isinstance(trouble, (Unreachable, Denied))
        connection._note_health(trouble if away else None)

    def _conclude(self, trouble):
        """Write what became of the call.

        :param trouble: the ChorusError that came instead of an answer, if any
        """
        match trouble:
            case None:
                self._end()
            case Unreachable() | Denied():
                self._reschedule("ready", trouble)
            case Refused():
                self._refuse(trouble)
            case _:
                self._reschedule("doubtful", trouble)

    def _reschedule(self, state, error):
        """Leave the call for later, saying why."""
        self.write(
            {
                "state": state,
                "reason": describe(self.env, error),
                "next_try": fields.Datetime.now()
                + pause_after(RETRIES, self.attempts - 1),
                "lease_until": False,
            }
        )

    def _resolve(self):
        """Ask the platform whether a doubtful call was carried out."""
        self.next_try = fields.Datetime.now() + pause_after(RETRIES, self.attempts)
        if self._taken_note() is False and self._still("doubtful"):
            self.write({"state": "ready", "next_try": fields.Datetime.now()})

    def _taken_note(self):
        """Read the invoice's state again, which ends what it shows as done.

        :return: whether the platform has moved on; None when nobody can tell
        """
        submission, expected = self.submission_id, TAKEN_IN[self.kind]
        connection, identity = submission.connection_id, submission._identity()
        self._commit()
        try:
            found = connection._channel()._find(connection, identities=[identity])
        except ChorusError as error:
            self._commit()
            connection._note_health(error)
            return None
        self._commit()
        matches = connection._match_among(found, submission)
        rows, _trouble = connection._detailed(matches)
        submission._absorb(rows)
        if submission.state != expected:
            return True
        hidden = connection._may_hide_some(found)
        # The platform has it: an answer that does not show it tells nothing.
        unseen = not matches and (hidden or submission.platform_id)
        return None if unseen else False

    def _end(self):
        """The platform has carried it out; its new word is read at once."""
        self.write({"state": "done", "reason": False, "lease_until": False})
        if self.kind == RECYCLE:
            self._readdress()
        self._log(self.env._("Chorus Pro: carried out on the platform"))
        self._commit()
        if self.kind != TREAT:
            self._taken_note()

    def _readdress(self):
        """Write the new address on the invoice, as it now stands on the platform."""
        self.submission_id.buyer_siret = self.siret
        self.move_id.with_context(
            l10n_fr_chorus_readdressed=True,
            skip_invoice_sync=True,
            skip_is_manually_modified=True,
        ).write(
            {
                "buyer_reference": self.service,
                "purchase_order_reference": self.engagement,
                "contract_reference": self.market,
            }
        )

    def _refuse(self, error):
        """The platform refuses the call: unless an earlier try of it has passed."""
        if self.attempts > 1 and self.kind != TREAT and self._taken_note():
            return
        reason = describe(self.env, error)
        self.write({"state": "refused", "reason": reason, "lease_until": False})
        self._log(self.env._("Chorus Pro: refused by the platform"), reason)
        if self.kind != TREAT:
            self.submission_id._open_cases()

    @api.model
    def _end_by_news(self, submissions):
        """Close what the platform's news shows as carried out, by whatever way."""
        for operation in self.search(
            [("submission_id", "in", submissions.ids), ("state", "in", OPEN)]
        ):
            if operation.submission_id.state != TAKEN_IN[operation.kind]:
                operation.write({"state": "done", "reason": False})

    def action_done_by_hand(self):
        """A person has done it on the portal."""
        self.env["account.move"]._l10n_fr_chorus_need_user()
        for operation in self.filtered(lambda one: one.state == "by_hand"):
            operation.sudo().state = "done"
            operation._log(self.env._("Chorus Pro: done by hand on the portal"))
        return notification(self.env, [self.env._("Noted: done on the portal.")])

    def l10n_fr_chorus_done_by_hand(self):
        """Say that a person has done these on the portal.

        :return: list of {"id", "state"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self.check_access("read")
        self.action_done_by_hand()
        return [{"id": one.id, "state": one.state} for one in self]

    # ---- TELLING ------------------------------------------------------------------

    def _commit(self):
        self.env["ir.cron"]._commit_progress()

    def _log(self, lead, *lines):
        """Say in the invoice's chatter what became of this."""
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        names = ", ".join(self.sudo().attachment_ids.mapped("name"))
        said = [f"{lead} ({label}).", *lines, names, self.comment or ""]
        self.sudo().move_id._message_log(
            body=Markup("<br/>").join(line for line in said if line)
        )
