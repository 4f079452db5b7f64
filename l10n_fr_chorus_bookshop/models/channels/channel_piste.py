# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
from datetime import UTC, datetime
from functools import partial

from odoo import fields, models

from ...chorus.channels import CII_WITH_PDF, FACTURX
from ...chorus.errors import Refused
from ...chorus.facturx import archive, cii, schemas
from ...chorus.facturx import pdf as facturx_pdf
from ...chorus.invoice import Attachment
from ...chorus.lifecycle.actions import COMPLETE, RECYCLE, TREAT
from ...chorus.siret import is_state
from ...chorus.text import _
from ...chorus.typeset import title
from .channel import Document


class L10nFrChorusChannelPiste(models.AbstractModel):
    """Direct deposit through Chorus Pro's API on PISTE (ARCHITECTURE, « Channels »)."""

    _name = "l10n_fr_chorus.channel.piste"
    _inherit = "l10n_fr_chorus.channel"
    _description = "Chorus Pro API"

    _label, _rank = _("Chorus Pro API"), 20
    _is_platform = True
    _password_lasts = True

    def _password_remedy(self):
        return self.env._(
            "On the Chorus Pro portal, have a new password made for the technical "
            "account, type it here, then test the connection. Past that day "
            "nothing leaves: invoices wait."
        )

    def _document(self, move, invoice):
        year = invoice.issue_date.year
        stem = archive.name_for(invoice.number, invoice.kind, year, "")
        if move.company_id.l10n_fr_chorus_syntax == CII_WITH_PDF:
            return self._cii_with_pdf(move, invoice, stem)
        return self._facturx(move, invoice, stem)

    def _facturx(self, move, invoice, stem):
        """A PDF/A-3 with the XML inside, checked (DECISIONS, « Every document »)."""
        accessible = move._l10n_fr_chorus_typesets()
        pages = move._l10n_fr_chorus_pages(invoice)
        files = move._l10n_fr_chorus_attachments()
        make = partial(
            facturx_pdf.facturx,
            invoice,
            pages,
            files,
            self._check(move, invoice),
            title=title(invoice),
            accessible=accessible,
        )

        def made():
            content, problems = make()
            return Document(f"{stem}pdf", content, FACTURX, problems=problems)

        return made

    def _cii_with_pdf(self, move, invoice, stem):
        """An XML with the readable invoice and the files inside.

        The EN 16931 rules know neither several files nor the market's type: they are
        run on the same data without them.
        """
        pages = move._l10n_fr_chorus_pages(invoice)
        files = move._l10n_fr_chorus_attachments()
        check = self._check(move, invoice)

        def made():
            pdf = Attachment(f"{stem}pdf", pages())
            xml = cii.write_with_pdf(invoice, pdf, files)
            problems = schemas.xsd_problems(xml, huge=True)
            problems = problems or check(cii.write(invoice))
            return Document(
                f"{stem}xml", xml, CII_WITH_PDF, "application/xml", tuple(problems)
            )

        return made

    def _archive(self, originals):
        if len(set(originals.mapped("filename"))) != len(originals):
            raise Refused(_("Two invoices of one deposit have the same file name."))
        syntax = originals[0].syntax
        if len(originals) == 1:
            return originals.filename, originals._content(), syntax
        name = f"chorus_lot_{originals[0].id}_{originals[-1].id}.tar.gz"
        return name, archive.pack(originals._contents()), syntax

    def _depositor(self, connection):
        return connection._client()

    def _report(self, transmission):
        with transmission.connection_id._client() as client:
            return client.report(transmission.flux_number)

    def _session(self, connection):
        return connection._session()

    def _news(self, connection, since):
        with connection._client() as client:
            yield from client.news(since, datetime.now(UTC))

    def _find(self, connection, identities=(), flux_number=""):
        with connection._client() as client:
            return client.find_invoices(identities=identities, flux_number=flux_number)

    def _dated(self, connection, news):
        connection._commit_read()
        with connection._client() as client:
            dated = client.dated(news)
        connection._commit_read()
        return dated

    def _history(self, connection, news):
        with connection._client() as client:
            return client.history(
                news.platform_id,
                number=news.number,
                kind=news.kind,
                seller_siret=news.seller_siret,
                buyer_siret=news.buyer_siret,
            )

    def _download(self, connection, platform_id):
        with connection._client() as client:
            return client.download(platform_id)

    def _structure(self, connection, siret, service_codes=()):
        with connection._client() as client:
            return client.structure(siret, service_codes=service_codes)

    def _knows_engagement(self, connection, siret, number):
        if not is_state(siret):
            return None
        with connection._client() as client:
            supplier_id = connection._own_platform_id(client)
            if not supplier_id:
                return None
            return client.knows_engagement(supplier_id, number)

    def _directory_file(self, connection):
        with connection._client() as client:
            return client.directory_file()

    def _test(self, connection):
        siret = connection.company_id._l10n_fr_chorus_siret()
        with connection._client() as client:
            account = client.test(siret)
        if not account.password_expires_on:
            return {}
        return {"password_expires_on": fields.Date.to_date(account.password_expires_on)}

    # ---- ANSWERS ---------------------------------------------------------------------

    def _carried(self):
        return (COMPLETE, RECYCLE, TREAT)

    def _complete(self, operation):
        # A file handed over is noted at once, so that it goes once.
        submission, files = operation.submission_id, operation.sudo().attachment_ids
        files = files.sorted("id")
        known = (operation.uploaded or "").split()
        with submission.connection_id._client() as client:
            for file in files[len(known) :]:
                known.append(client.add_file(file.name, file.raw, file.mimetype))
                operation._commit()
                operation.uploaded = " ".join(known)
                operation._commit()
            client.complete(
                submission.platform_id,
                list(zip(known, files.mapped("name"), strict=True)),
                operation.comment or "",
            )

    def _recycle(self, operation):
        with operation.submission_id.connection_id._client() as client:
            client.recycle(
                operation.submission_id.platform_id,
                siret=operation.siret,
                service=operation.service or "",
                engagement=operation.engagement or "",
                market=operation.market or "",
                comment=operation.comment or "",
            )

    def _treat(self, operation):
        with operation.submission_id.connection_id._client() as client:
            client.treat_rejection(operation.submission_id.platform_id)

    def _payment_request(self, connection, platform_id):
        with connection._client() as client:
            return client.payment_request(platform_id)
