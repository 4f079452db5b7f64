from base64 import b64encode
from collections import Counter

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, formatLang

from ...chorus.lifecycle.states import without_code
from ...chorus.vault.audit_trail import (
    GAPS,
    SECTIONS,
    Step,
    assemble,
    days_late,
    write_trail,
)
from ..common import (
    in_user_lang,
    iso,
    need_staff,
)

PARIS = "Europe/Paris"


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_trail_html = fields.Html(
        "Audit trail",
        compute="_compute_l10n_fr_chorus_trail_html",
        sanitize=False,
        groups="base.group_user",
    )

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_audit_trail(self):
        """Tell each sale from its market to the bank (R28).

        :return: list of {"id", "number", "customer", "siret", "date", "total",
            "currency", "copy": bool (a neutralised copy of the database), "sections":
            [{"code", "title", "gap": what is missing or "", "steps": [{"when": ISO
            text or "", "day": as the reader writes it, "what", "reference", "detail",
            "said": the detail without codes, "model", "id": the document behind it}]}]}
        """
        need_staff(self)
        moves = in_user_lang(self).sudo()
        return [move._l10n_fr_chorus_trail() for move in moves]

    def l10n_fr_chorus_audit_pdf(self):
        """Give the audit trail of each invoice as a PDF (R28).

        :return: list of {"id", "number", "filename", "content": base64}
        """
        need_staff(self)
        moves = in_user_lang(self).sudo()
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "filename": move._l10n_fr_chorus_trail_name(),
                "content": b64encode(move._l10n_fr_chorus_trail_pdf()).decode(),
            }
            for move in moves
        ]

    def _l10n_fr_chorus_trail_name(self):
        return f"piste_audit_{self.name or self.id}.pdf".replace("/", ".")

    def action_l10n_fr_chorus_audit_trail(self):
        """Open the audit trail of one invoice."""
        self.check_access("read")
        self.ensure_one()
        view = self.env.ref("l10n_fr_chorus_bookshop.account_move_view_form_audit")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Audit trail"),
            "res_model": "account.move",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "context": {"create": False, "edit": False},
        }

    def action_l10n_fr_chorus_audit_pdf(self):
        """Download the audit trail as a PDF."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/l10n_fr_chorus/audit/{self.id}.pdf",
            "target": "self",
        }

    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_trail_html(self):
        for move in self:
            move.l10n_fr_chorus_trail_html = self.env["ir.qweb"]._render(
                "l10n_fr_chorus_bookshop.audit_trail",
                {"trail": move.sudo()._l10n_fr_chorus_trail(), "link": False},
            )

    # ---- TRAIL --------------------------------------------------------------------

    def _l10n_fr_chorus_trail(self):
        """One invoice's trail, as plain values. The caller checks the right to."""
        self.ensure_one()
        steps = [
            *self._l10n_fr_chorus_reference_steps(),
            *self._l10n_fr_chorus_sale_steps(),
            *self._l10n_fr_chorus_invoice_steps(),
            *self._l10n_fr_chorus_sending_steps(),
            *self._l10n_fr_chorus_correction_steps(),
            *self._l10n_fr_chorus_money_steps(),
        ]
        # Built by literal templates of the core: their translations are its own.
        titles = {code: self.env._(text) for code, text in SECTIONS.items()}
        gaps = {code: self.env._(text) for code, text in GAPS.items()}
        sections = assemble(steps, titles, gaps)
        for section in sections:
            for step in section["steps"]:
                step["day"] = self._l10n_fr_chorus_day(step["when"])
                step["said"] = without_code(step["detail"])
        neutralized = (
            self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        )
        return {
            "id": self.id,
            "number": self.name or "",
            "customer": self.partner_id.name or "",
            "siret": self._l10n_fr_chorus_siret(),
            "date": iso(self.invoice_date),
            "total": self.amount_total,
            "currency": self.currency_id.name,
            "copy": bool(neutralized),
            "sections": sections,
        }

    def _l10n_fr_chorus_trail_pdf(self, trail=None):
        """One invoice's trail as a PDF, in the context's language."""
        trail = trail or self._l10n_fr_chorus_trail()
        lines = [
            f"{self.company_id.name} · SIRET {self.company_id.company_registry or '?'}",
            f"{trail['customer']} · SIRET {trail['siret'] or '?'}",
        ]
        if trail["copy"]:
            lines.append(
                self.env._(
                    "From a copy of the database made for tests: proves nothing."
                )
            )
        return write_trail(
            trail,
            self.env._("Audit trail of %s", trail["number"] or "?"),
            lines,
            self.env._("page %(page)s", page="%(page)s"),
        )

    def _l10n_fr_chorus_day(self, when):
        """A date or time as the reader writes it, in Paris."""
        if not when:
            return ""
        if "T" not in when:
            return format_date(self.env, when)
        moment = fields.Datetime.to_datetime(when.replace("T", " ").split(".")[0])
        return format_datetime(self.env, moment, tz=PARIS, dt_format="short")

    def _l10n_fr_chorus_amount(self, amount, currency=None):
        return formatLang(self.env, amount, currency_obj=currency or self.currency_id)

    # ---- STEPS: BEFORE THE INVOICE ------------------------------------------------

    def _l10n_fr_chorus_reference_steps(self):
        for what, text in (
            (self.env._("Market number"), self.contract_reference),
            (self.env._("Engagement number"), self.purchase_order_reference),
            (self.env._("Service code"), self.buyer_reference),
        ):
            if text:
                yield Step("references", what, reference=text)

    def _l10n_fr_chorus_orders(self):
        """The orders this invoice bills; a credit note's are its invoice's."""
        orders = self.invoice_line_ids.sale_line_ids.order_id
        orders |= self._l10n_fr_chorus_settled_orders()
        return orders or self.reversed_entry_id.invoice_line_ids.sale_line_ids.order_id

    def _l10n_fr_chorus_ticket_steps(self):
        """The tickets of the till that this invoice bills, and what they were given."""
        for sold, said in self._l10n_fr_chorus_tickets():
            amount = self._l10n_fr_chorus_amount(sold.amount_total, sold.currency_id)
            yield Step(
                "orders",
                self.env._("Sold at the till"),
                sold.date_order,
                sold.pos_reference or sold.name,
                "\n".join(filter(None, [said, self.env._("Total: %s", amount)])),
                "pos.order",
                sold.id,
            )

    def _l10n_fr_chorus_sale_steps(self):
        yield from self._l10n_fr_chorus_ticket_steps()
        for order in self._l10n_fr_chorus_orders():
            named = (order.name, "", "sale.order", order.id)
            confirmed = order.state == "sale"
            yield Step(
                "orders", self.env._("Quotation written"), order.create_date, *named
            )
            for form in order.l10n_fr_chorus_form_ids:
                if form.state == "kept":
                    yield Step(
                        "orders",
                        self.env._("Customer's order read and confirmed"),
                        form.settled_at,
                        form.name,
                        form._trail_detail(),
                    )
            details = [
                order.client_order_ref
                and self.env._("Customer's order: %s", order.client_order_ref),
                order.l10n_fr_chorus_engagement
                and self.env._("Engagement: %s", order.l10n_fr_chorus_engagement),
                self.env._(
                    "Total: %s",
                    self._l10n_fr_chorus_amount(order.amount_total, order.currency_id),
                ),
            ]
            if confirmed:
                yield Step(
                    "orders",
                    self.env._("Order confirmed"),
                    order.date_order,
                    order.name,
                    "\n".join(filter(None, details)),
                    "sale.order",
                    order.id,
                )
            for picking in order.picking_ids:
                yield self._l10n_fr_chorus_picking_step(picking)

    def _l10n_fr_chorus_picking_step(self, picking):
        done = picking.state == "done"
        late = days_late(
            picking.date_deadline or picking.scheduled_date, picking.date_done
        )
        details = [
            self.env._(
                "Planned: %s",
                self._l10n_fr_chorus_day(
                    (picking.date_deadline or picking.scheduled_date).isoformat()
                ),
            ),
            done and late and self.env._("Late by days: %s", late),
            self._l10n_fr_chorus_goods(picking, done),
        ]
        if picking.state == "cancel":
            what = self.env._("Cancelled")
        elif not done:
            what = self.env._("Not delivered yet")
        elif picking.return_id:
            what = self.env._("Goods returned")
        else:
            what = self.env._("Goods delivered")
        return Step(
            "returns" if picking.return_id else "deliveries",
            what,
            picking.date_done if done else None,
            picking.name,
            "\n".join(filter(None, details)),
            "stock.picking",
            picking.id,
        )

    def _l10n_fr_chorus_goods(self, picking, done):
        """What a delivery note carries, one line."""
        counts = Counter()
        for line in picking.move_ids:
            counts[line.product_id.display_name] += (
                line.quantity if done else line.product_uom_qty
            )
        return ", ".join(f"{count:g} × {name}" for name, count in counts.items())

    # ---- STEPS: THE INVOICE AND ITS SENDING ---------------------------------------

    def _l10n_fr_chorus_invoice_steps(self):
        what = (
            self.env._("Credit note")
            if self.move_type == "out_refund"
            else self.env._("Invoice")
        )
        yield self._l10n_fr_chorus_move_step("invoice", self, what)

    def _l10n_fr_chorus_move_step(self, section, move, what):
        details = [
            self.env._("Total: %s", move._l10n_fr_chorus_amount(move.amount_total)),
            move.move_type == "out_invoice"
            and move.invoice_date_due
            and self.env._(
                "Due: %s", self._l10n_fr_chorus_day(move.invoice_date_due.isoformat())
            ),
            move.state == "draft" and self.env._("Still a draft"),
            move.state == "cancel" and self.env._("Cancelled"),
            move != self
            and move.l10n_fr_chorus_submission_id
            and self._l10n_fr_chorus_label(move.l10n_fr_chorus_submission_id),
        ]
        return Step(
            section,
            what,
            move.invoice_date or None,
            move.name or "",
            "\n".join(filter(None, details)),
            "account.move",
            move.id,
        )

    def _l10n_fr_chorus_sending_steps(self):
        """Checks, originals, deposits and news of every version, in order."""
        submissions = self.env["l10n_fr_chorus.submission"].search(
            [("move_id", "=", self.id)], order="id"
        )
        for submission in submissions:
            yield from self._l10n_fr_chorus_check_steps(submission)
            for original in submission.original_id:
                yield self._l10n_fr_chorus_original_step(original)
            for one in submission.complementary_file_ids:
                yield Step(
                    "originals",
                    self.env._("File or comment beside it"),
                    one.made_at,
                    one.filename,
                    f"SHA-256 {one.sha256}",
                )
            deposit = submission.transmission_id
            if deposit.flux_number:
                yield Step(
                    "deposits",
                    self.env._("Deposited"),
                    deposit.deposited_at or None,
                    deposit.flux_number,
                    submission.platform_id
                    and self.env._("Platform identifier: %s", submission.platform_id)
                    or "",
                )
            for event in submission.event_ids._in_order():
                yield Step(
                    "life_cycle",
                    event.label,
                    event.occurred_at,
                    event.code,
                    event.reason and submission._readable(event.reason) or "",
                )

    def _l10n_fr_chorus_check_steps(self, submission):
        original = submission.original_id
        if original:
            yield Step(
                "checks",
                self.env._("Checked before sending"),
                original.made_at,
                "",
                original.checks or self.env._("Nothing to report."),
            )
        elif submission.state == "not_integrated":
            yield Step(
                "checks",
                self.env._("Stopped by the checks"),
                submission.state_date,
                "",
                submission.reason or "",
            )

    def _l10n_fr_chorus_original_step(self, original):
        details = [
            original.outcome,
            f"SHA-256 {original.sha256}",
            original.guarantee,
            *(
                self.env._("Compared with the platform's document: %s", one.label)
                for one in original.comparison_ids
            ),
        ]
        return Step(
            "originals",
            self.env._("Version kept"),
            original.made_at,
            original.filename,
            "\n".join(details),
            "l10n_fr_chorus.original",
            original.id,
        )

    # ---- STEPS: AFTERWARDS --------------------------------------------------------

    def _l10n_fr_chorus_correction_steps(self):
        related = [(self.reversed_entry_id, self.env._("Credits the invoice"))]
        related += [(one, self.env._("Credit note")) for one in self.reversal_move_ids]
        related += [
            (one, self.env._("New invoice for the same order"))
            for one in self._l10n_fr_chorus_next_invoices()
        ]
        for move, what in related:
            if move:
                yield self._l10n_fr_chorus_move_step("corrections", move, what)

    def _l10n_fr_chorus_next_invoices(self):
        """Later invoices of the same orders, once this one was credited."""
        if not self.reversal_move_ids:
            return self.browse()
        invoices = self._l10n_fr_chorus_orders().invoice_ids
        return invoices.filtered(
            lambda move: move.move_type == "out_invoice" and move.id > self.id
        ).sorted("id")

    def _l10n_fr_chorus_money_steps(self):
        payments = self.reconciled_payment_ids | self._get_reconciled_payments()
        lines = (
            self._get_reconciled_statement_lines()
            | payments.reconciled_statement_line_ids
        )
        for payment in payments:
            yield Step(
                "payments",
                self.env._("Payment"),
                payment.date,
                payment.name or "",
                "\n".join(
                    filter(
                        None,
                        [
                            self._l10n_fr_chorus_amount(
                                payment.amount, payment.currency_id
                            ),
                            payment.memo,
                        ],
                    )
                ),
                "account.payment",
                payment.id,
            )
        for line in lines:
            yield Step(
                "bank",
                line.journal_id.name,
                line.date,
                line.payment_ref or "",
                self._l10n_fr_chorus_amount(line.amount, line.currency_id),
                "account.bank.statement.line",
                line.id,
            )
