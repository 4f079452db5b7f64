from datetime import UTC
from decimal import Decimal, InvalidOperation

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ...chorus.channels.answers import News
from ...chorus.lifecycle.states import STATES, state_of
from ..lifecycle.event import BY_HAND
from ..lifecycle.submission import FOLLOWED

# States in which the platform may have the invoice, so that its word may be relayed.
ACCEPTS_NEWS = [
    code for code, state in STATES.items() if state.platform or code in FOLLOWED
]


def platform_states(env):
    """Return (code, label) of every state that the platform tells."""
    return [
        (code, env._(state.label)) for code, state in STATES.items() if state.platform
    ]


class L10nFrChorusSubmission(models.Model):
    """What people do by hand: carry the file to the portal, and tell what they read.

    queued ──► to_deposit ──► DEPOSEE ──► …        (a person notes the deposit)
                   │  └─────► …                    (or the API finds the invoice there)
                   └──► not_integrated             (the portal does not take the file)
    """

    _inherit = "l10n_fr_chorus.submission"

    deposit_number = fields.Char(
        "Portal's number",
        index="btree_not_null",
        help="What the portal gave when the file was uploaded.",
    )
    sent_at = fields.Datetime("Left on", help="When it left for Chorus Pro.")
    channel_reason = fields.Text(
        "Why another channel", help="Why it does not leave by the company's channel."
    )

    # ---- DEPOSIT ------------------------------------------------------------------

    def _await_person(self):
        """The file is sealed: someone must upload it now."""
        self._set_state("to_deposit")
        self._tell()

    def _record_deposit(self, moment, number=""):
        """Note that a person uploaded these files on the portal.

        :param moment: when, naive UTC; to the minute
        :param number: the number that the portal gave, "" without any
        :raises UserError: one of them is not to be uploaded, or not at that time
        """
        self._lock_by_hand("to_deposit")
        moment = moment.replace(second=0, microsecond=0)
        for submission in self:
            submission._check_deposit_time(moment)
        self.write({"deposit_number": number or False, "sent_at": moment})
        self._note(moment, "DEPOSEE", BY_HAND, reference=number)

    def _check_deposit_time(self, moment):
        """A deposit is past, and later than the file that was uploaded."""
        self._check_past(moment)
        made_at = self.original_id.made_at.replace(second=0, microsecond=0)
        if moment < made_at:
            raise UserError(
                self.env._(
                    "%(invoice)s: its file was prepared on %(date)s, after that "
                    "deposit. Upload this one, or check the date.",
                    invoice=self.number,
                    date=self._local(made_at),
                )
            )

    def _record_refusal(self, reason):
        """Note that the portal did not take the file: same number, once corrected.

        :param reason: the portal's own words
        :raises UserError: one of them is not to be uploaded, or no reason is given
        """
        self._lock_by_hand("to_deposit")
        if not (reason or "").strip():
            raise UserError(self.env._("Copy here what the portal says is wrong."))
        self._set_state("not_integrated", reason=reason.strip(), next_try=False)
        self._tell()

    # ---- NEWS THAT A PERSON RELAYS ------------------------------------------------

    def _confirm(self, code, moment, reason="", source="hand", reference=False):
        """Note what the platform says of these invoices, as a person read it (R37).

        :param code: the platform's code
        :param moment: when the platform set it, naive UTC
        :param source: hand, mail or export
        :raises UserError: it cannot be so, or the platform itself is asked about one
        """
        self._lock_by_hand(*ACCEPTS_NEWS)
        self._check_past(moment)
        self._check_not_heard()
        unexplained = source == "hand" and not (reason or "").strip()
        if unexplained and state_of(code).needs_person:
            raise UserError(
                self.env._(
                    "%(state)s: give the reason, as the platform writes it.",
                    state=self.env._(state_of(code).label),
                )
            )
        self._note(moment, code, source, reason, reference)

    def _check_not_heard(self):
        """What the platform itself answers is never overwritten from hearsay (R37)."""
        for submission in self:
            if submission.platform_id:
                raise UserError(
                    self.env._(
                        "%s: Chorus Pro itself is asked about this invoice. Use « Ask "
                        "for news ».",
                        submission.number,
                    )
                )

    def _check_past(self, moment):
        if moment > fields.Datetime.now():
            raise UserError(
                self.env._("%s is in the future: check the date.", self._local(moment))
            )

    def _note(self, moment, code, source, reason="", reference=False):
        """Record one word of the platform about each of these."""
        rows = [
            (
                submission,
                News(
                    number=submission.number,
                    kind=submission.kind,
                    seller_siret=submission.seller_siret,
                    buyer_siret=submission.buyer_siret,
                    platform_id="",
                    state=code,
                    occurred_at=moment.replace(tzinfo=UTC),
                    precision="minute",
                    reason=(reason or "").strip(),
                ),
                source,
            )
            for submission in self
        ]
        self._record_news(rows, reference or False)

    def _lock_by_hand(self, *states):
        """Lock these, and refuse those that are in another state."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("These invoices are being worked on: try again in a minute.")
            ) from error
        self.invalidate_recordset(["state"])
        for submission in self:
            if submission.state not in states:
                raise UserError(
                    self.env._(
                        "%(invoice)s is « %(state)s »: this cannot be noted now.",
                        invoice=submission.number or submission.move_id.name,
                        state=self.env._(submission._state().label),
                    )
                )

    def _local(self, moment):
        """A moment as people of the shop read it."""
        local = self.with_context(tz=self.env.user.tz or "Europe/Paris")
        return fields.Datetime.context_timestamp(local, moment).strftime(
            "%d/%m/%Y %H:%M"
        )

    # ---- FOUND ON THE PLATFORM ----------------------------------------------------

    def _is_the_one(self, news):
        """Tell whether the platform speaks of the very invoice we prepared (R11).

        Another program of the shop may have used the number: the body and the amount
        must be ours too, unless the deposit's own number proves it.
        """
        if self != self.move_id.l10n_fr_chorus_submission_id:
            return False
        if self.deposit_number and self.deposit_number == news.flux_number:
            return True
        try:
            total = Decimal(news.total)
        except InvalidOperation:
            return False
        ours = self.move_id.amount_total
        same = self.move_id.currency_id.compare_amounts(abs(float(total)), ours) == 0
        return same and news.buyer_siret == self.buyer_siret

    def _record_news(self, rows, reference=False):
        # What is found on the platform before its deposit was noted has left, too.
        for submission, news, _source in rows:
            if not submission.sent_at:
                submission.sent_at = news.occurred_at.replace(
                    tzinfo=None, microsecond=0
                )
        return super()._record_news(rows, reference)

    # ---- WHICH WAY ----------------------------------------------------------------

    def _way(self, company):
        """The channel of a sending made again, else the company's own.

        :return: values of a new submission
        """
        if self.channel_reason:
            return {"channel": self.channel, "channel_reason": self.channel_reason}
        return {"channel": company.l10n_fr_chorus_channel}

    def _deposit_reference(self):
        """The number by which the platform finds the deposit, "" without any."""
        return self.transmission_id.flux_number or self.deposit_number or ""


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _adopt(self):
        """Follow from now on what was carried to the portal by hand."""
        if self.channel != "piste":
            return
        self.env["l10n_fr_chorus.submission"].search(
            [
                ("channel", "=", "portal"),
                ("connection_id", "=", False),
                ("company_id", "=", self.company_id.id),
                ("original_id.environment", "=", self.environment),
                ("state", "in", ACCEPTS_NEWS),
            ]
        ).try_lock_for_update().connection_id = self
