# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
from dataclasses import replace
from datetime import UTC, datetime

from odoo import fields, models

from ...chorus.channels.answers import INTEGRATED, PENDING, REJECTED, News, Report
from ...chorus.channels.edi import invoic_verify, invoic_write
from ...chorus.channels.edi.answer import REJECTED as STOPPED
from ...chorus.channels.edi.invoic import Envelope, obstacles
from ...chorus.channels.edi.mailbox import (
    FACTURX,
    INVOIC,
    INVOIC_WITH_PDF,
    last_name,
)
from ...chorus.errors import ChorusError, Doubtful
from ...chorus.facturx import archive
from ...chorus.text import _
from ..channels.channel import Document

SEQUENCE = "l10n_fr_chorus.interchange"
REFERENCE_DIGITS = 14
# Minutes: operators rest at the weekend, their silence proves nothing.
WEEKEND = 3 * 24 * 60


class L10nFrChorusChannelDilifac(models.AbstractModel):
    """An EDI operator's mailbox: files go in, answers come back (R11).

    A file bears a name that no other ever has, so leaving it again does no harm while
    it lies there. Once it is taken, the operator's answer, or the folder of what it
    took, proves that it arrived. Where neither can be seen, silence proves nothing and
    a person decides.
    """

    _name = "l10n_fr_chorus.channel.dilifac"
    _inherit = "l10n_fr_chorus.channel"
    _description = "EDI operator's mailbox"

    _label, _rank = _("Dilifac (Dilicom)"), 30
    _run_by = "operator"

    def _connection_values(self):
        return {"batch_size": 1, "quarantine": WEEKEND}

    def _production_obstacle(self, connection):
        profile = connection.profile_id
        if profile.qualified:
            return ""
        return self.env._(
            "The profile « %s » is not qualified: production stays closed until the "
            "operator has accepted test files made with it.",
            profile.name or "",
        )

    def _guarantee(self):
        return self.env._(
            "The legal original is the one that Dilicom archives; this one is a second "
            "proof."
        )

    # ---- DOCUMENT -----------------------------------------------------------------

    def _document(self, move, invoice):
        company = move.company_id
        connection = self.env["l10n_fr_chorus.connection"]._of_company(
            company, "dilifac"
        )
        profile = connection.profile_id
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz="Europe/Paris"), fields.Datetime.now()
        )
        number = self.env["ir.sequence"].sudo().next_by_code(SEQUENCE)
        envelope = Envelope(
            sender=company.l10n_fr_chorus_gln or "",
            reference=number.zfill(REFERENCE_DIGITS),
            made_at=moment,
            test=connection.environment == "qualification",
        )
        stem = profile._name_of(envelope.sender, invoice, envelope.reference, moment)
        if profile.payload == "facturx":
            return self._facturx(move, invoice, stem)
        return self._invoic(move, invoice, profile, envelope, stem)

    def _facturx(self, move, invoice, stem):
        make = self.env["l10n_fr_chorus.channel.piste"]._facturx(
            move, invoice, f"{stem}."
        )
        return lambda: replace(make(), syntax=FACTURX)

    def _invoic(self, move, invoice, profile, envelope, stem):
        """One interchange, read back before it is kept."""
        settings = profile._settings(move.company_id)
        if stopped := obstacles(invoice, settings, envelope):
            told = tuple(self.env._(one.template, **one.values) for one in stopped)
            return Document("", b"", INVOIC, problems=told, correctable=True)
        content = invoic_write.write(invoice, settings, envelope)
        problems = tuple(invoic_verify.problems(content, invoice))
        made = {"problems": problems, "reference": envelope.reference}
        if not profile.with_pdf:
            mimetype = "application/EDIFACT"
            return Document(f"{stem}.edi", content, INVOIC, mimetype, **made)
        pages = move._l10n_fr_chorus_pages(invoice)

        def packed():
            files = [(f"{stem}.edi", content), (f"{stem}.pdf", pages())]
            name, kind = f"{stem}.tar.gz", "application/gzip"
            return Document(name, archive.pack(files), INVOIC_WITH_PDF, kind, **made)

        return packed

    def _archive(self, originals):
        originals.ensure_one()
        return originals.filename, originals._content(), originals.syntax

    # ---- NETWORK ------------------------------------------------------------------

    def _depositor(self, connection):
        return connection._depositor()

    def _collect(self, connection):
        connection._collect()

    def _all_heard(self, connection):
        return connection._all_heard()

    def _report(self, transmission) -> Report:
        """What the operator has said of a deposit so far."""
        name, word = transmission.name, transmission.flux_state or ""
        if transmission.verdict == STOPPED:
            reason = transmission.verdict_reason or word
            return Report(name, REJECTED, word, tuple(reason.splitlines()))
        if (
            transmission.submission_ids
            and not transmission.submission_ids._before_platform_reply()
        ):
            return Report(name, INTEGRATED, word)
        return Report(name, PENDING, word)

    def _news(self, connection, since):
        """Nothing is left to place: what a file says is applied when it is read."""
        yield from ()

    def _find(self, connection, identities=(), flux_number=""):
        """Tell which invoices have arrived, without a word on their state.

        :raises Doubtful: nothing can prove that one did not
        """
        if not identities:
            return []
        sent = self.env["l10n_fr_chorus.submission"].search(
            [
                ("connection_id", "=", connection.id),
                ("identity", "in", [one.text for one in identities]),
                # What became of an earlier file of this number is known, and no proof.
                ("transmission_id.state", "not in", ("reported", "refused")),
                ("transmission_id.sha256", "!=", False),
                # What never left cannot have arrived: that needs no proof.
                ("transmission_id.attempts", ">", 0),
            ]
        )
        with connection._mailbox() as mailbox:
            return [self._seen(one) for one in sent if self._arrived(mailbox, one)]

    def _arrived(self, mailbox, submission):
        transmission = submission.transmission_id
        name = last_name(transmission.name, transmission.syntax)
        if transmission.verdict or mailbox.trace(name):
            return True
        if self._is_only_begun(mailbox, transmission):
            return False
        if self._may_be_named(submission):
            # pylint: disable=prefer-env-translation
            why = _(
                "An answer that waits to be sorted out may be about %(name)s: deal "
                "with it first."
            )
            raise Doubtful(why, values={"name": name})
        profile = submission.connection_id.profile_id
        if profile.acknowledges or profile.taken_folder:
            return False
        error = Doubtful(
            _(  # pylint: disable=prefer-env-translation
                "Nothing shows whether %(name)s has arrived: ask the operator, then "
                "say so on the deposit."
            ),
            values={"name": name},
        )
        raise error

    def _may_be_named(self, submission):
        """Whether an answer set aside since it left may be about this sending.

        What nobody could read, and what names it in words that nobody knows.
        """
        aside = [
            ("connection_id", "=", submission.connection_id.id),
            ("operator_reply_id", "!=", False),
            ("sorted", "=", False),
            ("create_date", ">=", submission.transmission_id.create_date),
            ("number", "in", [False, "", submission.number, submission.interchange]),
        ]
        unmatched = self.env["l10n_fr_chorus.unmatched"].sudo()
        return bool(unmatched.search_count(aside, limit=1))

    def _never_left(self, transmission):
        try:
            with transmission.connection_id._mailbox() as mailbox:
                return self._is_only_begun(mailbox, transmission)
        except ChorusError:
            return False  # it waits, as anything that nobody sees

    def _is_only_begun(self, mailbox, transmission):
        """A draft of the one and only attempt: later ones would hide the first."""
        name = last_name(transmission.name, transmission.syntax)
        return transmission.attempts == 1 and mailbox.is_draft(name)

    def _seen(self, submission) -> News:
        name = submission.transmission_id.name
        return submission._as_news("", datetime.now(UTC), flux_number=name)

    def _history(self, connection, news):
        return []

    def _test(self, connection):
        if connection.mailbox_kind == "sftp" and not connection.host_key:
            connection._ask_for_key()
        with connection._mailbox() as mailbox:
            mailbox.answers()
            mailbox.trace("test.edi")
        return {"offered_key": False}
