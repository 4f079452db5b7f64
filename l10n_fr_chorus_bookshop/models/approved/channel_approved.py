# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath

from odoo import models
from odoo.tools import split_every

from ...chorus.channels import APPROVED
from ...chorus.channels.answers import INTEGRATED, PENDING, REJECTED, Report
from ...chorus.channels.approved import cdar, flow, ubl
from ...chorus.errors import ChorusError, Doubtful, Refused
from ...chorus.facturx import archive, cii, schemas
from ...chorus.facturx import pdf as facturx_pdf
from ...chorus.facturx.dialect import (
    EXTENDED_CTC_FR,
    FACTURX_EXTENDED,
    Reform,
    electronic_address,
    open_line,
)
from ...chorus.invoice import CREDIT_NOTE, Attachment
from ...chorus.lifecycle.actions import COMPLETE
from ...chorus.text import _
from ...chorus.typeset import title
from ..channels.channel import Document
from ..lifecycle.connection import OVERLAP
from .incoming_flow import KEPT, OUTAGE_AFTER, moment

# Minutes of silence that prove a doubtful flow never arrived.
SILENCE = 240
# For how long a list of what left serves other doubts.
LISTING_SERVES = timedelta(minutes=1)
# How far Odoo's dates are cut down.
_DATED_TO = timedelta(seconds=1)
# Flows noted, fetched and stored together: no more are asked for again after a crash.
FLOWS_AT_ONCE = 50
XML = "application/xml"


class L10nFrChorusChannelApproved(models.AbstractModel):
    """Any approved platform, through AFNOR XP Z12-013 (R43).

    Each flow bears an identifier and a name that no other has, fixed before it leaves:
    a lost answer is looked for by the one, or by the other and the file's fingerprint.
    """

    _name = "l10n_fr_chorus.channel.approved"
    _inherit = "l10n_fr_chorus.channel"
    _description = "Approved platform"

    _label, _rank = _("Approved platform"), 25
    _run_by = "operator"
    _reform = True
    # What a page says is stored before its flows are noted as read.
    _pages_at_once = 1
    # By the platform alone: Chorus Pro says itself what it has received.
    _integrated_as = "DEPOSEE_PLATEFORME"
    _sends_credit_notes = False

    def _connection_values(self):
        platforms = self.env["l10n_fr_chorus.approved_platform"].sudo()
        return {
            "batch_size": 1,
            "quarantine": SILENCE,
            "approved_id": platforms.search([("company_id", "=", False)], limit=1).id,
        }

    def _reads(self, connection):
        return bool(connection.directory_url)

    def _production_obstacle(self, connection):
        if connection.approved_tried:
            return ""
        return self.env._(
            "The platform « %s » was not tried yet: production stays closed until a "
            "manager ticks that test invoices went through it.",
            connection.approved_id.name or "",
        )

    def _guarantee(self):
        return self.env._(
            "This is the seller's legal original. The approved platform hands it to "
            "Chorus Pro, tells the tax administration, and may keep a copy of its own: "
            "its contract says so."
        )

    # ---- DOCUMENT -----------------------------------------------------------------

    def _document(self, move, invoice):
        connection = self.env["l10n_fr_chorus.connection"]._of_company(
            move.company_id, APPROVED
        )
        profile = connection.approved_id._profile()
        invoice = self._addressed(move, invoice)
        stem = archive.name_for(
            invoice.number, invoice.kind, invoice.issue_date.year, ""
        )
        make = self._facturx if profile.syntax == "Factur-X" else self._data
        return make(move, invoice, stem, profile)

    def _facturx(self, move, invoice, stem, profile):
        make = partial(
            facturx_pdf.facturx,
            invoice,
            move._l10n_fr_chorus_pages(invoice),
            move._l10n_fr_chorus_attachments(),
            self._check(move, invoice, schemas.FACTURX_EXTENDED),
            title=title(invoice),
            accessible=move._l10n_fr_chorus_typesets(),
            dialect=Reform(FACTURX_EXTENDED, marked=profile.b2g_note),
        )

        def made():
            content, problems = make()
            return Document(f"{stem}pdf", content, profile.syntax, problems=problems)

        return made

    def _data(self, move, invoice, stem, profile):
        """An XML with the readable invoice and the files inside."""
        pages = move._l10n_fr_chorus_pages(invoice)
        files = move._l10n_fr_chorus_attachments()
        dialect = Reform(EXTENDED_CTC_FR, marked=profile.b2g_note)
        write, book = cii.write_reform, schemas.CII_CTC_FR
        if profile.syntax == "UBL":
            credit = invoice.kind == CREDIT_NOTE
            book = schemas.UBL_CREDIT_NOTE if credit else schemas.UBL_INVOICE
            write = ubl.write
        check = self._check(move, invoice, book)

        def made():
            readable = Attachment(f"{stem}pdf", pages())
            xml = write(invoice, readable, files, dialect)
            problems = tuple(check(xml))
            return Document(f"{stem}xml", xml, profile.syntax, XML, problems)

        return made

    def _addressed(self, move, invoice):
        """The invoice with the electronic address by which its buyer is reached."""
        structures = self.env["l10n_fr_chorus.structure"]._by_siret(
            [invoice.buyer.siret], move.company_id
        )
        structure = structures.get(invoice.buyer.siret)
        lines = structure and structure._addresses()
        line = open_line(invoice.buyer.siret, invoice.service, lines)
        buyer = replace(invoice.buyer, address_id=line)
        return replace(invoice, buyer=buyer)

    def _archive(self, originals):
        """One invoice a flow, under a name that nothing else ever bears."""
        originals.ensure_one()
        path = PurePosixPath(originals.filename)
        name = f"{path.stem}_{originals.id}{path.suffix}"
        return name, originals._content(), originals.syntax

    # ---- OUT ----------------------------------------------------------------------

    @contextmanager
    def _depositor(self, connection):
        with connection._approved_client() as client:
            yield _Depositor(client, self._database())

    def _tracking(self, name):
        """Our identifier of a flow: of its name, which is unique, and this database."""
        return str(uuid.uuid5(self._database(), name))

    def _database(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return uuid.UUID(parameters.get_param("database.uuid"))

    def _report(self, transmission):
        """What the platform says of a flow; a copy's refusal is not its first's.

        A platform that refuses a copy has the first one, even where it does not show
        it yet: for as long as a doubt lasts, that is no verdict.
        """
        with transmission.connection_id._approved_client() as client:
            report = client.report(transmission.flux_number)
            if not report.duplicate:
                return report
            first = self._look_for(client, transmission)
        if first and first.status != flow.ERROR:
            outcome = INTEGRATED if first.status == flow.OK else PENDING
            return Report(first.flow_id, outcome, first.status)
        if transmission._with_lost_outcome() and not transmission._waits_for_long():
            return replace(report, outcome=PENDING)
        return report

    def _shows_within(self, connection):
        return timedelta(seconds=connection.approved_id.index_delay) + LISTING_SERVES

    def _look_for(self, client, transmission):
        """The flow of a deposit, whatever was answered to it; None without any."""
        return client.find(
            tracking=self._tracking(transmission.name),
            name=transmission.name,
            content_sha256=transmission.sha256,
            since=transmission._left_after(),
            outgoing=partial(self._outgoing, client, transmission),
        )

    def _outgoing(self, client, transmission, since):
        """List what left since: once for all that a round finds in doubt.

        A list serves what was over before it was read. It goes back to the oldest
        doubt, or what is about to go again, so that it serves them all.
        """
        connection = transmission.connection_id
        round_ = self.env.context.get("l10n_fr_chorus_round")
        known = round_.known if round_ else {}
        listed = known.get(connection)
        if listed and self._serves(listed, transmission, since):
            return listed
        unsure = transmission.search(
            [
                ("connection_id", "=", connection.id),
                ("state", "in", ("doubtful", "ready")),
                ("attempts", ">", 0),
            ]
        )
        oldest = min((one._left_after() for one in unsure), default=since)
        listed = known[connection] = client.outgoing(min(since, oldest))
        return listed

    def _serves(self, listed, transmission, since):
        """Tell whether what was listed shows what came of a deposit's attempts."""
        over = transmission.doubtful_since or transmission.deposited_at
        return (
            transmission.state != "sending"
            and bool(over)
            and over.replace(tzinfo=UTC) + _DATED_TO < listed.read_at
            and datetime.now(UTC) - listed.read_at < LISTING_SERVES
            and listed.since <= since
        )

    def _find(self, connection, identities=(), flux_number=""):
        """Tell which flows the platform has, and of states what we said ourselves."""
        if not identities:
            return []
        sent = self.env["l10n_fr_chorus.submission"].search(
            [
                ("connection_id", "=", connection.id),
                ("identity", "in", [one.text for one in identities]),
                ("transmission_id.sha256", "!=", False),
            ]
        )
        with connection._approved_client() as client:
            there = [
                self._seen(submission, found)
                for submission in sent
                if (found := self._arrived(client, submission.transmission_id))
            ]
            return there + self._completed(client, connection, identities)

    def _arrived(self, client, transmission):
        """The flow by which a deposit arrived though nobody knew; None without any.

        Of one that was settled, only an attempt whose answer was lost counts. A refused
        flow settles a doubt; it is no arrival where a verdict is being read.
        """
        settled = transmission.state in ("reported", "refused")
        if settled and not transmission._with_lost_outcome():
            return None
        found = self._look_for(client, transmission)
        if found is None or (settled and found.flow_id == transmission.flux_number):
            return None
        judged = settled or transmission.state == "deposited"
        return None if judged and found.status == flow.ERROR else found

    def _seen(self, submission, found):
        return submission._as_news("", found.updated_at, flux_number=found.flow_id)

    # ---- IN -----------------------------------------------------------------------

    def _news(self, connection, since):
        """Read what came in since the newest flow read, then what was parked.

        Nothing is written in the transaction of a call, and the watermark passes over
        a page once what it says is stored: not before, nor with what comes next.
        """
        flows = self.env["l10n_fr_chorus.incoming_flow"].sudo()
        parked = flows._parked(connection)
        newest, failures, trouble = moment(connection.flows_until, since), [0], None
        # A flow dated after today would hide all those that come before its day.
        now = datetime.now(UTC)
        begin = self._read_from(connection, since)
        with connection._approved_client() as client:
            try:
                for page, asides in client.incoming(begin):
                    connection._commit_read()
                    flows._set_aside(connection, asides)
                    for few in split_every(FLOWS_AT_ONCE, page):
                        told = flows._noted(connection, few)
                        connection._commit_read()
                        yield from self._fetched(connection, client, *told, failures)
                    newest = max([newest, *(min(one.updated_at, now) for one in page)])
                connection._commit_read()
                connection.sudo().flows_until = newest.isoformat()
                connection._commit_read()
            except ChorusError as error:
                # What is parked may be had all the same: one call tells.
                trouble, failures = error, [OUTAGE_AFTER - 1]
            else:
                failures = [0]
            yield from self._fetched(connection, client, parked, {}, failures)
        if trouble:
            raise trouble

    def _fetched(self, connection, client, noted, listed, failures):
        """Yield as one page what flows say, then note them as read.

        Between the two the page is stored: a flow that a crash leaves unread is asked
        for again.

        :param noted: their records
        :param listed: dict identifier -> Flow, of those that a list told of
        :raises ChorusError: what ended the reading, once the rest of it is stored
        """
        page, outcomes, trouble = [], [], None
        try:
            for record in noted:
                flow = listed.get(record.flow_number)
                news, outcome = record._fetch(client, flow, failures)
                page += news
                outcomes.append((record, outcome))
        except ChorusError as error:
            trouble = error
        connection._commit_read()
        if page:
            yield self._placed(connection, page)
        for record, outcome in outcomes:
            record.write(outcome)
        connection._commit_read()
        if trouble:
            raise trouble

    def _read_from(self, connection, since):
        """Return the moment from which flows are listed; none is fetched twice.

        The watermark is the platform's own clock, and a clock may be set back: what
        the dates of statuses ask for, and a deposit never heard of, reach further.
        """
        profile = connection.approved_id._profile()
        newest = moment(connection.flows_until, since)
        unheard = self.env["l10n_fr_chorus.transmission"].search(
            [("connection_id", "=", connection.id), ("state", "=", "deposited")],
            order="deposited_at",
            limit=1,
        )
        asked = [newest - timedelta(seconds=profile.overlap), since]
        if unheard.deposited_at:
            asked.append(unheard.deposited_at.replace(tzinfo=UTC) - OVERLAP)
        # What was read is remembered for so long only.
        return min(newest, max(min(asked), datetime.now(UTC) - KEPT + OVERLAP))

    def _placed(self, connection, told):
        """Give each status the SIRET of the sending it is about, where there is one.

        A status names the seller by its SIREN, and the invoice by number and date: the
        year tells two invoices of one number apart.
        """
        sent = self.env["l10n_fr_chorus.submission"].search_fetch(
            [
                ("connection_id", "=", connection.id),
                ("number", "in", list({news.number for news in told})),
                ("original_id", "!=", False),
            ],
            ["number", "kind", "seller_siret", "original_id"],
            order="id DESC",
        )
        return [self._place(news, sent) for news in told]

    def _place(self, news, sent):
        year = news.invoice_date[:4]
        ours = sent.filtered(
            lambda sub: (
                sub.number == news.number
                and sub.kind == (news.kind or sub.kind)
                and sub.seller_siret[:9] == (news.seller_siret or sub.seller_siret)[:9]
                and str(sub.original_id.year) == (year or str(sub.original_id.year))
            )
        )
        if len(set(ours.mapped("move_id"))) != 1:
            return news
        ours = ours[:1]
        return replace(
            news,
            kind=ours.kind,
            seller_siret=ours.seller_siret,
            flux_number=ours.transmission_id.flux_number or "",
        )

    def _history(self, connection, news):
        return []

    def _kept_as(self, submission):
        return submission.transmission_id.flux_number or ""

    def _download(self, connection, reference):
        with connection._approved_client() as client:
            content = client.original(reference)
        if content is None:
            raise Refused(self.env._("The platform gives no document back."))
        return [content]

    # ---- DIRECTORY ----------------------------------------------------------------

    def _structure(self, connection, siret, service_codes=()):
        with connection._approved_client() as client:
            return client.structure(siret, service_codes)

    def _lacks_directory(self, error):
        return error.code == "501"

    def _knows_engagement(self, connection, siret, number):
        return None

    def _test(self, connection):
        siret = connection.company_id._l10n_fr_chorus_siret()
        with connection._approved_client() as client:
            account = client.test(siret)
        if account.directory or not connection.directory_url:
            return {}
        return {
            "test_result": self.env._(
                "This platform offers no directory today. If it has none, empty the "
                "address of the directory service: public bodies are then read by "
                "another connection, or in the imported file."
            )
        }

    # ---- ANSWERS ------------------------------------------------------------------

    def _carried(self):
        return (COMPLETE,)

    def _complete(self, operation):
        """Hand over a 209 with the files; it is done once the platform has taken it.

        :raises Doubtful: the platform is still checking it
        """
        connection = operation.submission_id.connection_id
        with connection._approved_client() as client:
            if not operation.uploaded:
                taken = self._hand_over_209(client, operation)
                operation._commit()
                operation.uploaded = taken
                operation._commit()
            report = client.report(operation.uploaded)
            first = report.duplicate and self._find_209(client, operation)
        if report.duplicate:
            # What refuses a copy has the files: an earlier try arrived.
            operation._commit()
            operation.uploaded = first.flow_id if first else operation.uploaded
            operation._commit()
            return
        if report.outcome == REJECTED:
            raise Refused(
                self.env._("The platform does not take these files."),
                reasons=report.reasons,
            )
        if report.outcome != INTEGRATED:
            raise Doubtful(self.env._("The platform is still checking these files."))

    def _hand_over_209(self, client, operation):
        """Deposit the 209, unless an earlier try has arrived; return its flow."""
        if operation.attempts > 1 and (earlier := self._find_209(client, operation)):
            return earlier.flow_id
        name, content = self._file_209(operation)
        tracking = self._tracking(name)
        return client.deposit(content, name, flow.CDAR, tracking).flux_number

    def _find_209(self, client, operation):
        """The flow by which a 209 arrived; None where there is none to see."""
        name, content = self._file_209(operation)
        return client.find(
            tracking=self._tracking(name),
            name=name,
            content_sha256=sha256(content).hexdigest(),
            since=operation.submission_id.transmission_id._left_after(),
        )

    def _file_209(self, operation):
        name = f"cdv_209_{operation.id}.xml"
        return name, self._209(operation, self._tracking(name))

    def _209(self, operation, message_id):
        """Write the 209 of an answer: the same bytes each time."""
        submission = operation.submission_id
        move, buyer = submission.move_id, submission.buyer_siret or ""
        files = operation.sudo().attachment_ids.sorted("id")
        answer = cdar.Answer(
            message_id=message_id,
            made_at=operation.create_date.replace(tzinfo=UTC),
            number=submission.number,
            kind=move._l10n_fr_chorus_type_code(),
            issued_on=move.invoice_date,
            seller_siren=submission.seller_siret[:9],
            seller_name=submission.company_id.name,
            buyer_siren=buyer[:9],
            buyer_name=move.commercial_partner_id.name or buyer,
            buyer_address=electronic_address(buyer),
            files=tuple(Attachment(one.name, one.raw, one.mimetype) for one in files),
            comment=operation.comment or "",
        )
        zone = submission.connection_id.approved_id.time_zone
        return cdar.complete(answer, zone)

    def _completed(self, client, connection, identities):
        """What the platform has taken of our own 209s, as `News`: no one else tells."""
        operations = self.env["l10n_fr_chorus.operation"].search(
            [
                ("submission_id.connection_id", "=", connection.id),
                ("submission_id.identity", "in", [one.text for one in identities]),
                ("submission_id.state", "=", "SUSPENDUE"),
                ("kind", "=", COMPLETE),
                ("uploaded", "!=", False),
            ]
        )
        told = []
        for operation in operations:
            found = client.metadata(operation.uploaded)
            if found and found.status == flow.OK:
                seen = self._seen(operation.submission_id, found)
                told.append(replace(seen, state="COMPLETEE"))
        return told


class _Depositor:
    """A client that gives each flow its own identifier."""

    def __init__(self, client, database):
        self._client = client
        self._database = database

    def deposit(self, content, name, syntax):
        """Deposit a file; see `Approved.deposit` for the errors."""
        tracking = str(uuid.uuid5(self._database, name))
        return self._client.deposit(content, name, syntax, tracking)
