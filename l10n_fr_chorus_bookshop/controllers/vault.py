import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import request

from ..models.copies.account_move import COPIES
from .parameters import found, read_date, read_ids, read_number


def send(content, mimetype, filename):
    """Answer with a file that a browser downloads, and keeps to its type."""
    return request.make_response(
        content,
        [
            ("Content-Type", mimetype),
            ("Content-Length", len(content)),
            ("Content-Disposition", http.content_disposition(filename)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
        ],
    )


def send_export(originals, company, date_from, date_to):
    """Answer with an export, written to disk first: its size knows no limit."""
    period = originals._period(date_from, date_to)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        originals._export(file, company, period)
        size = file.tell()
        file.seek(0)
    except Exception:
        file.close()
        raise
    response = http.Response(
        wrap_file(request.httprequest.environ, file, 1 << 20),
        headers=[
            ("Content-Type", "application/zip"),
            ("Content-Length", str(size)),
            (
                "Content-Disposition",
                http.content_disposition(
                    originals._export_name(company, date_from, date_to)
                ),
            ),
            ("Cache-Control", "private, no-store"),
        ],
        direct_passthrough=True,
    )
    response.call_on_close(file.close)
    return response


class VaultController(http.Controller):
    """What is too big for RPC, for the people of the shop; a key works as a session."""

    @http.route(
        "/l10n_fr_chorus/vault/export", type="http", auth="bearer", methods=["GET"]
    )
    def export(self, company_id="", date_from="", date_to="", move_ids="", **_other):
        """The export of a period, or of some invoices."""
        company = self._company(company_id)
        model = self._vault().with_company(company)
        moves = None
        if move_ids:
            moves = request.env["account.move"].browse(read_ids(move_ids)).exists()
            moves.check_access("read")
        start, end = read_date(date_from), read_date(date_to)
        chosen = model._chosen(company, start, end, moves)
        return send_export(chosen, company, start, end)

    @http.route(
        "/l10n_fr_chorus/vault/original/<int:original_id>",
        type="http",
        auth="bearer",
        methods=["GET"],
    )
    def original(self, original_id, **_other):
        """The exact bytes of one original."""
        original = found(self._vault(), original_id)
        original.check_access("read")
        return send(original._content(), original.mimetype, original.filename)

    @http.route(
        "/l10n_fr_chorus/audit/<int:move_id>.pdf",
        type="http",
        auth="bearer",
        methods=["GET"],
    )
    def audit(self, move_id, **_other):
        """One invoice's audit trail."""
        self._vault()
        move = found(request.env["account.move"], move_id)
        move.check_access("read")
        lang = request.env.user.lang
        content = move.with_context(lang=lang).sudo()._l10n_fr_chorus_trail_pdf()
        return send(content, "application/pdf", move._l10n_fr_chorus_trail_name())

    @http.route("/l10n_fr_chorus/copies", type="http", auth="bearer", methods=["GET"])
    def copies(self, move_ids="", **_other):
        """The copies that customers wish, to print; they are taken as done then."""
        moves = request.env["account.move"].browse(read_ids(move_ids)).exists()
        moves.check_access("read")
        return send(moves._l10n_fr_chorus_printed(), "application/pdf", COPIES)

    def _vault(self):
        """The vault, for the people of the shop: a customer reads its invoices alone.

        :raises AccessError: the user may not read it
        """
        vault = request.env["l10n_fr_chorus.original"]
        vault.check_access("read")
        return vault

    def _company(self, company_id):
        companies = request.env.user.company_ids
        mine = companies.filtered(lambda one: one.id == read_number(company_id))
        if not mine:
            raise request.not_found()
        return mine
