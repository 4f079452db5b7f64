from odoo import http
from odoo.fields import Domain
from odoo.http import request

from .parameters import found, read_date, read_number, read_text
from .vault import send, send_export

PAGE = 50
# What an inspector may open of the documents a trail names: the report of each.
REPORTS = {
    "sale.order": "sale.action_report_saleorder",
    "stock.picking": "stock.action_report_delivery",
    "account.move": "account.account_invoices",
}
ROOT = "/chorus/inspection/<int:inspection_id>"


class InspectionController(http.Controller):
    """An inspector's pages: to read only, each reading written down (R27).

    The person has no right on any model: each page first finds the inspection that is
    open to it today, then reads within the inspection's company and nothing else.
    """

    @http.route(
        "/chorus/inspection", type="http", auth="user", website=True, methods=["GET"]
    )
    def inspections(self, **_other):
        """The vaults that are open to this person."""
        mine = request.env["l10n_fr_chorus.inspection"]._open_to(request.env.user)
        if not mine:
            raise request.not_found()
        return self._render("inspection_choice", inspections=mine)

    @http.route(ROOT, type="http", auth="user", website=True, methods=["GET"])
    def originals(
        self, inspection_id, page="1", number="", date_from="", date_to="", **_other
    ):
        """The originals, newest first; by number and by the invoice's date."""
        inspection = self._open(inspection_id)
        number = read_text(number)
        start, end = read_date(date_from), read_date(date_to)
        domain = Domain("company_id", "=", inspection.company_id.id)
        if number:
            domain &= Domain("number", "ilike", number)
        if start:
            domain &= Domain("move_id.invoice_date", ">=", start)
        if end:
            domain &= Domain("move_id.invoice_date", "<=", end)
        vault = request.env["l10n_fr_chorus.original"].sudo()
        count = vault.search_count(domain)
        last = max(1, -(-count // PAGE))
        page = min(max(read_number(page), 1), last)
        shown = vault.search(domain, offset=(page - 1) * PAGE, limit=PAGE)
        self._log_access(inspection, "list", number)
        return self._render(
            "inspection_list",
            inspection=inspection,
            originals=shown,
            count=count,
            page=page,
            last=last,
            number=number,
            date_from=start or "",
            date_to=end or "",
        )

    @http.route(
        f"{ROOT}/document/<int:original_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def document(self, inspection_id, original_id, **_other):
        """The exact bytes of one original."""
        inspection = self._open(inspection_id)
        original = self._readable(inspection, "l10n_fr_chorus.original", original_id)
        self._log_access(inspection, "document", original.filename)
        return send(original._content(), original.mimetype, original.filename)

    @http.route(
        f"{ROOT}/trail/<int:move_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def trail(self, inspection_id, move_id, **_other):
        """One invoice's audit trail, with what it links to."""
        inspection = self._open(inspection_id)
        move = self._invoice(inspection, move_id)
        self._log_access(inspection, "trail", move.name)
        return self._render(
            "inspection_trail",
            inspection=inspection,
            move=move,
            trail=move._l10n_fr_chorus_trail(),
            link=lambda step: self._link(inspection, move, step),
        )

    @http.route(
        f"{ROOT}/trail/<int:move_id>.pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def trail_pdf(self, inspection_id, move_id, **_other):
        """The same, as a PDF."""
        inspection = self._open(inspection_id)
        move = self._invoice(inspection, move_id)
        self._log_access(inspection, "trail", f"{move.name} (PDF)")
        name = f"piste_audit_{move.name}.pdf".replace("/", ".")
        return send(move._l10n_fr_chorus_trail_pdf(), "application/pdf", name)

    @http.route(
        f"{ROOT}/trail/<int:move_id>/<string:model>/<int:record_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def linked(self, inspection_id, move_id, model, record_id, **_other):
        """A document that the trail of this invoice names, and no other."""
        if model not in REPORTS:
            # Bare: core's page of errors looks its own address up, NUL or not.
            return request.make_response("", status=404)
        inspection = self._open(inspection_id)
        move = self._invoice(inspection, move_id)
        named = {
            (step["model"], step["id"])
            for section in move._l10n_fr_chorus_trail()["sections"]
            for step in section["steps"]
        }
        if (model, record_id) not in named:
            raise request.not_found()
        record = found(request.env[model].sudo(), record_id)
        self._log_access(inspection, "linked", record.display_name)
        report = request.env["ir.actions.report"].sudo()
        content, _kind = report.with_company(inspection.company_id)._render_qweb_pdf(
            REPORTS[model], res_ids=record.ids
        )
        name = f"{record.display_name}.pdf".replace("/", ".")
        return send(content, "application/pdf", name)

    @http.route(
        f"{ROOT}/export", type="http", auth="user", website=True, methods=["GET"]
    )
    def export(self, inspection_id, date_from="", date_to="", move_id="", **_other):
        """The sealed export of a period or of one invoice, with its verifier."""
        inspection = self._open(inspection_id)
        start, end = read_date(date_from), read_date(date_to)
        moves = None
        if move_id:
            moves = self._invoice(inspection, move_id)
        vault = request.env["l10n_fr_chorus.original"].sudo()
        chosen = vault._chosen(inspection.company_id, start, end, moves)
        self._log_access(inspection, "export", chosen._period(start, end))
        return send_export(chosen, inspection.company_id, start, end)

    @http.route(
        f"{ROOT}/verify", type="http", auth="user", website=True, methods=["GET"]
    )
    def verify(self, inspection_id, **_other):
        """Verify the whole vault now."""
        inspection = self._open(inspection_id)
        self._log_access(inspection, "verify")
        vault = request.env["l10n_fr_chorus.original"].sudo()
        verdict = vault.with_company(inspection.company_id).l10n_fr_chorus_verify()
        return self._render("inspection_verify", inspection=inspection, found=verdict)

    # ---- RIGHTS -------------------------------------------------------------------

    def _open(self, inspection_id):
        """The inspection, when it is this person's and not over; else there is none."""
        mine = request.env["l10n_fr_chorus.inspection"]._open_to(request.env.user)
        opened = mine.filtered(lambda one: one.id == inspection_id)
        if not opened:
            raise request.not_found()
        request.update_context(lang=request.env.user.lang, tz="Europe/Paris")
        return opened.with_env(request.env(su=True))

    def _readable(self, inspection, model, record_id):
        """A record of the inspection's company; that of another does not exist."""
        record = found(request.env[model].sudo(), record_id)
        if record.company_id != inspection.company_id:
            raise request.not_found()
        return record

    def _invoice(self, inspection, move_id):
        """An invoice of the company that went into the vault."""
        move = self._readable(inspection, "account.move", move_id)
        vault = request.env["l10n_fr_chorus.original"].sudo()
        if not vault.search_count([("move_id", "=", move.id)], limit=1):
            raise request.not_found()
        return move

    def _link(self, inspection, move, step):
        """Where a step's document is read, "" when it has none."""
        place = f"/chorus/inspection/{inspection.id}"
        if step["model"] == "l10n_fr_chorus.original":
            return f"{place}/document/{step['id']}"
        if step["model"] in REPORTS:
            return f"{place}/trail/{move.id}/{step['model']}/{step['id']}"
        return ""

    def _log_access(self, inspection, what, about=""):
        request.env["l10n_fr_chorus.access_log"].sudo()._log(
            inspection, what, about, request.httprequest.remote_addr
        )

    def _render(self, template, inspection=None, **values):
        """A page; its links all stand under the inspection's own place."""
        place = inspection and f"/chorus/inspection/{inspection.id}"
        return request.render(
            f"l10n_fr_chorus_bookshop.{template}",
            {
                "no_breadcrumbs": True,
                "inspection": inspection,
                "place": place,
                **values,
            },
        )
