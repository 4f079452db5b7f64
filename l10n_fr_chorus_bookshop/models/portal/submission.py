from datetime import UTC
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ...chorus.channels.portal import export as portal_export
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

    # ---- DEPOSIT ------------------------------------------------------------------

    def _await_person(self):
        """The file is sealed: someone must upload it now."""
        self._set_state("to_deposit")
        self._notify_state()

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
        self._record_by_hand(moment, "DEPOSEE", BY_HAND, reference=number)

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
        self._notify_state()

    # ---- NEWS THAT A PERSON RELAYS ------------------------------------------------

    def _confirm(self, code, moment, reason="", source="hand", reference=False):
        """Note what the platform says of these invoices, as a person read it (R37).

        :param code: the platform's code
        :param moment: when the platform set it, naive UTC
        :param source: hand, mail or export
        :raises UserError: it cannot be so, or the platform itself is asked about one
        """
        self._lock_heard()
        self._check_not_heard()
        if source != "mail":  # a mail's own date is nobody's to correct
            self._check_past(moment)
        if source == "hand":
            self._check_asked(moment)
        unexplained = source == "hand" and not (reason or "").strip()
        if unexplained and state_of(code).needs_person:
            raise UserError(
                self.env._(
                    "%(state)s: give the reason, as the platform writes it.",
                    state=self.env._(state_of(code).label),
                )
            )
        self._record_by_hand(moment, code, source, reason, reference)

    def _lock_heard(self):
        """Lock these, of which the platform may have said something.

        :raises UserError: one has not left
        """
        self._lock_by_hand(*ACCEPTS_NEWS)

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

    def _check_asked(self, moment):
        for submission in self:
            asked = submission._asked_since("hand")
            if moment < asked:
                raise UserError(
                    self.env._(
                        "%(invoice)s was sent after %(date)s: check the date.",
                        invoice=submission.number,
                        date=self._local(moment),
                    )
                )

    def _record_by_hand(self, moment, code, source, reason="", reference=False):
        """Record one word of the platform about each of these."""
        rows = [
            (
                submission,
                submission._as_news(
                    code,
                    moment.replace(tzinfo=UTC),
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

    # ---- THE PORTAL'S EXPORT -------------------------------------------------------

    @api.model
    def _absorb_export(self, company, rows):
        """Note what an export says of our invoices; tell what was left aside, and why.

        :param rows: list of chorus.portal_export.Row
        :return: see `l10n_fr_chorus_import_export`
        """
        by_number = self._hearable([row.number for row in rows], company).grouped(
            "number"
        )
        recorded, known, left = 0, 0, []
        for row in rows:
            try:
                submission = self._meant(row, by_number.get(row.number, self.browse()))
                if submission.state_code == row.code:
                    known += 1
                    continue
                with self.env.cr.savepoint():
                    submission._note_row(row)
                recorded += 1
            except UserError as error:
                left.append(
                    {"line": row.line, "number": row.number, "message": str(error)}
                )
        return {"rows": len(rows), "recorded": recorded, "known": known, "left": left}

    @api.model
    def _hearable(self, numbers, company):
        """Return the current sendings with these numbers that the platform may have."""
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("number", "in", list(numbers)),
                ("state", "in", ACCEPTS_NEWS),
            ]
        )
        return found.filtered(
            lambda sub: sub == sub.move_id.l10n_fr_chorus_submission_id
        )

    @api.model
    def _named_by(self, words, company):
        """Return the current sendings that some words name.

        :param words: numbers of invoices, or of deposits on the platform
        :return: dict word -> sendings; a number that several have names none
        """
        by_number = self._hearable(words, company).grouped("number")
        named = {word: found for word, found in by_number.items() if len(found) == 1}
        in_deposits = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ACCEPTS_NEWS),
                "|",
                ("transmission_id.flux_number", "in", list(words)),
                ("deposit_number", "in", list(words)),
            ]
        ).filtered(lambda sub: sub == sub.move_id.l10n_fr_chorus_submission_id)
        by_deposit = in_deposits.grouped(lambda sub: sub._deposit_reference())
        return {**by_deposit, **named}

    def _meant(self, row, candidates):
        """Return the one sending of which a row speaks, by number, body and amount."""
        meant = candidates.filtered(
            lambda sub: (
                row.siret in ("", sub.buyer_siret)
                and (row.total is None or abs(row.total) == sub._total())
            )
        )
        if len(meant) != 1:
            raise UserError(
                self.env._("No invoice sent from here has this number and amount.")
                if not meant
                else self.env._("Several invoices have this number: note it by hand.")
            )
        return meant

    def _total(self):
        """The invoice's amount with tax, exactly, positive."""
        invoice = self.move_id
        return abs(portal_export.amount(f"{invoice.amount_total:.2f}"))

    def _note_row(self, row):
        """Note what one row says; a row without a date speaks of now."""
        moment = fields.Datetime.now()
        if row.occurred_at:
            moment = row.occurred_at.astimezone(UTC).replace(tzinfo=None)
        self._confirm(row.code, moment, row.reason, "export")


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _adopt(self):
        """Follow from now on what was carried to the portal by hand."""
        if not self._channel()._is_platform:
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
