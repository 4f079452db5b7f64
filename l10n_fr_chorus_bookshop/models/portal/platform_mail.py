import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...chorus.channels.portal import mail as platform_mail
from ...chorus.lifecycle.order import SLACK
from ...chorus.text import kept, storable
from ..common import answer_each, notification
from .submission import platform_states

_logger = logging.getLogger(__name__)


class L10nFrChorusMail(models.Model):
    """A mail of the platform: it proposes states, and a person confirms them (R37).

    Anyone may write to an address, and the layout of these mails is not public: nothing
    read here changes an invoice by itself, and what cannot be read is kept.
    """

    _name = "l10n_fr_chorus.mail"
    _description = "Mail of Chorus Pro"
    _inherit = ["mail.thread"]
    _order = "received_at DESC, id DESC"

    name = fields.Char("Subject", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        readonly=True,
    )
    sender = fields.Char(readonly=True)
    received_at = fields.Datetime(
        "Received on",
        required=True,
        default=fields.Datetime.now,
        readonly=True,
    )
    text = fields.Text(readonly=True)
    proposal_ids = fields.One2many(
        "l10n_fr_chorus.proposal", "mail_id", "Proposed states"
    )
    state = fields.Selection(
        [("to_confirm", "To confirm"), ("to_sort", "To be sorted"), ("done", "Done")],
        required=True,
        default="to_sort",
        index=True,
        readonly=True,
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # EXTENDS 'mail': whatever the mail holds, it is kept
        _clean(msg_dict)
        text = platform_mail.text_of(str(msg_dict.get("body") or ""))
        mail = super().message_new(
            msg_dict,
            {
                **(custom_values or {}),
                "name": kept(msg_dict.get("subject") or "", 1000)
                or self.env._("(no subject)"),
                "sender": msg_dict.get("email_from"),
                "received_at": msg_dict["date"],
                "text": kept(text, platform_mail.MAX_TEXT),
            },
        )
        try:
            with self.env.cr.savepoint():
                mail._propose()
        except Exception:
            _logger.exception("Chorus Pro: mail %s could not be read", mail.id)
        return mail

    def _propose(self):
        """Read the mail, and propose what it says of invoices sent from here."""
        self.ensure_one()
        text = self.text or ""
        words = platform_mail.candidates(f"{self.name}\n{text}")
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        ours = submissions._named_by(words, self.company_id)
        proposals = {}
        for mention in platform_mail.read(self.name, text, ours):
            for submission in ours[mention.number]:
                if mention.code and mention.code == submission.state_code:
                    continue
                by_number = mention.number == submission.number
                if by_number or submission not in proposals:
                    proposals[submission] = self._proposal(submission, mention)
        self.env["l10n_fr_chorus.proposal"].sudo().create(list(proposals.values()))
        if proposals:
            self.sudo().state = "to_confirm"

    def _proposal(self, submission, mention):
        """What the mail says of one invoice, with the words that say it."""
        return {
            "mail_id": self.id,
            "move_id": submission.move_id.id,
            "state": mention.code or False,
            "is_told": bool(mention.code),
            "occurred_at": self.received_at,
            "reason": mention.reason or False,
            "sentence": "\n".join(mention.sentences),
        }

    def action_confirm(self):
        """Confirm every proposal of these mails that has a state."""
        return self.proposal_ids.action_confirm()

    def action_sorted(self):
        """Someone has dealt with these mails: nothing is left to do."""
        self.check_access("write")
        self.proposal_ids._dismiss()
        self.sudo().state = "done"
        return notification(self.env, [self.env._("Noted: it is dealt with.")])

    def l10n_fr_chorus_sorted(self):
        """Say that nothing is left to do with these mails.

        :return: list of {"id", "state"}
        """
        self.action_sorted()
        return [{"id": one.id, "state": one.state} for one in self]

    def _close_settled(self):
        """A mail is done once none of its proposals waits any more."""
        for mail in self:
            if "proposed" not in mail.proposal_ids.mapped("fate"):
                mail.sudo().state = "done"


class L10nFrChorusProposal(models.Model):
    """One state that a mail proposes for one invoice."""

    _name = "l10n_fr_chorus.proposal"
    _description = "State proposed by a mail of Chorus Pro"
    _order = "id"
    _rec_name = "move_id"
    _check_company_auto = True

    mail_id = fields.Many2one(
        "l10n_fr_chorus.mail",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        related="mail_id.company_id", store=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        readonly=True,
    )
    present_state = fields.Selection(
        related="move_id.l10n_fr_chorus_state", string="Present state"
    )
    state = fields.Selection(
        selection=lambda self: platform_states(self.env),
        string="Proposed state",
        help="Where the mail tells none, choose it.",
    )
    is_told = fields.Boolean("The mail tells the state", readonly=True)
    occurred_at = fields.Datetime(
        "Date",
        required=True,
        default=fields.Datetime.now,
        readonly=True,
        help="The mail's.",
    )
    reason = fields.Text(readonly=True)
    sentence = fields.Text("Read from", readonly=True, help="As the mail has it.")
    fate = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        readonly=True,
        default="proposed",
    )

    def write(self, vals):
        # EXTENDS 'base': what the mail says is not a person's to change
        if "state" in vals and not self.env.su and any(self.mapped("is_told")):
            raise AccessError(
                self.env._(
                    "The mail tells this state. Confirm it, or dismiss it and note on "
                    "the invoice what you read on the portal."
                )
            )
        return super().write(vals)

    def action_confirm(self):
        """Note these states; those that cannot be are told, and stay."""
        return self.env["account.move"]._l10n_fr_chorus_show_noted(
            self.l10n_fr_chorus_confirm()
        )

    def action_dismiss(self):
        """The mail is wrong, or says nothing new."""
        self._dismiss()
        self.mail_id._close_settled()
        return notification(self.env, [self.env._("Left aside: nothing changes.")])

    def _dismiss(self):
        self.filtered(lambda one: one.fate == "proposed").sudo().fate = "dismissed"

    def l10n_fr_chorus_confirm(self):
        """Note the states that these proposals hold.

        An invoice on which Chorus Pro itself answers is asked about instead.

        :return: list of {"id", "number", "state", "done", "message"}; `id` is the
            proposal's
        """
        self.check_access("write")
        answers = answer_each(
            self,
            lambda proposal: proposal._confirm(),
            lambda proposal: {
                "number": proposal.move_id.name or "",
                "state": proposal.move_id.sudo().l10n_fr_chorus_state or "",
            },
        )
        self.mail_id._close_settled()
        return answers

    def l10n_fr_chorus_dismiss(self):
        """Leave these proposals aside.

        :return: list of {"id", "fate"}
        """
        self.action_dismiss()
        return [{"id": one.id, "fate": one.fate} for one in self]

    def _confirm(self):
        """Note one state, or have the platform asked when it answers on line."""
        if self.fate != "proposed":
            raise UserError(self.env._("This proposal is settled already."))
        if not self.state:
            raise UserError(self.env._("Choose the state that the mail tells."))
        submission = self.move_id._l10n_fr_chorus_sending()
        if submission.platform_id:
            self.move_id.l10n_fr_chorus_sync()
        else:
            submission._confirm(
                self.state,
                self.occurred_at,
                self.reason,
                source="mail" if self.is_told else "person",
                reference=self.mail_id.name,
            )
        self.sudo().fate = "confirmed"


def _clean(message):
    """Make a parsed mail such that the database takes it, dated no later than now."""
    for key, value in message.items():
        if isinstance(value, str):
            message[key] = storable(value)
    message["attachments"] = [
        one._replace(fname=storable(one.fname or ""))
        for one in message.get("attachments") or ()
    ]
    now = fields.Datetime.now()
    try:
        told = fields.Datetime.to_datetime(message.get("date")) or now
    except ValueError:
        told = now
    message["date"] = told if told <= now + SLACK else now
