import base64
import binascii
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.channels.portal import export as portal_export
from ...chorus.files import table as table_file
from ..common import in_user_lang
from .submission import ACCEPTS_NEWS


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_export_columns = fields.Json(
        help="What each column of the portal's export holds: part by title."
    )

    def _l10n_fr_chorus_remember_columns(self, parts):
        """Keep what a person said of some columns: part by title, "" for none."""
        if parts:
            known = self.sudo().l10n_fr_chorus_export_columns or {}
            self.sudo().l10n_fr_chorus_export_columns = {**known, **parts}


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def l10n_fr_chorus_import_export(self, content, columns=None):
        """Read the portal's export of issued invoices, CSV or XLSX (R11).

        :param content: the file, base64
        :param columns: title of the column by part (number, state, date, siret, total,
            reason), where it is not remembered nor guessed; remembered from then on
        :return: {"rows", "recorded", "known", "left": [{"line", "number", "message"}]}
        :raises UserError: not a table, or the columns of number and state are missing
        """
        self._l10n_fr_chorus_need_user()
        move = in_user_lang(self)
        table = move._l10n_fr_chorus_table(content)
        company = move.env.company
        company._l10n_fr_chorus_remember_columns(
            {title: part for part, title in (columns or {}).items()}
        )
        known = company.sudo().l10n_fr_chorus_export_columns or {}
        found = portal_export.guess(table.titles, known)
        if missing := [part for part in portal_export.NEEDED if part not in found]:
            raise UserError(
                move.env._(
                    "Which column holds « %(part)s »? The file has: %(titles)s.",
                    part=move.env._(portal_export.PARTS[missing[0]]),
                    titles=", ".join(filter(None, table.titles)),
                )
            )
        submissions = move.env["l10n_fr_chorus.submission"].sudo()
        return submissions._absorb_export(company, portal_export.rows(table, found))

    @api.model
    def _l10n_fr_chorus_table(self, content):
        """Read a table from base64, telling a person what is wrong with it."""
        try:
            return table_file.read(base64.b64decode(content or ""))
        except table_file.UnreadableTable as error:
            raise UserError(self.env._(error.template)) from error
        except (binascii.Error, ValueError, TypeError) as error:
            raise UserError(self.env._("The file is not in base64.")) from error


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

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
