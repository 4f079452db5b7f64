import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

YEAR = timedelta(days=365)
# Of each invoice; what nobody wishes fills a printer, or the memory.
MOST_COPIES = 20
QUESTIONS = "l10n_fr_chorus_bookshop.mail_activity_type_questions"


class ResPartner(models.Model):
    """What a public customer wishes beside the invoice, asked once a year (R6)."""

    _inherit = "res.partner"

    l10n_fr_chorus_copy_method = fields.Selection(
        [("no", "No copy"), ("email", "By e-mail"), ("print", "Printed")],
        "Copy of the invoice",
        default="no",
        required=True,
        help="A copy is neither an original nor a duplicate: the original is the one "
        "that goes through Chorus Pro.",
    )
    l10n_fr_chorus_copy_partner_id = fields.Many2one(
        "res.partner",
        "Copy to",
        index="btree_not_null",
        help="Empty: the delivery contact of each sale, since those who receive the "
        "books are not those who pay.",
    )
    l10n_fr_chorus_copy_count = fields.Integer(
        "Number of copies",
        default=1,
        help="A customer who asks for several originals gets as many copies.",
    )
    l10n_fr_chorus_copy_report_id = fields.Many2one(
        "ir.actions.report",
        "Layout of the copy",
        domain=[("model", "=", "account.move"), ("report_type", "=", "qweb-pdf")],
        help="Empty: the layout of the customer's invoices.",
    )
    l10n_fr_chorus_slips = fields.Selection(
        [
            ("none", "Not joined"),
            ("copy", "With the copy"),
            ("deposit", "With the deposit on Chorus Pro"),
            ("both", "With the copy and the deposit"),
        ],
        "Delivery slips",
        default="none",
        required=True,
    )
    l10n_fr_chorus_notes = fields.Text("What else this customer wishes")
    l10n_fr_chorus_contacted_on = fields.Date("Last asked on")
    l10n_fr_chorus_reminder = fields.Boolean(
        "Ask again every year",
        default=True,
        help="Each year with sales, someone is reminded to ask these questions again.",
    )

    _l10n_fr_chorus_copy_count_positive = models.Constraint(
        f"CHECK (l10n_fr_chorus_copy_count BETWEEN 1 AND {MOST_COPIES})",
        f"The number of copies is between 1 and {MOST_COPIES}. Choose « No copy » to "
        "make none.",
    )

    @api.constrains("l10n_fr_chorus_copy_report_id")
    def _check_l10n_fr_chorus_copy_report(self):
        """The report is rendered from invoices, whatever list it was chosen from."""
        for partner in self:
            report = partner.l10n_fr_chorus_copy_report_id.sudo()
            if report and not report._l10n_fr_chorus_is_invoices():
                raise ValidationError(
                    self.env._(
                        "%(customer)s: « %(report)s » is no layout of invoices. Choose "
                        "one of those, or none for the usual one.",
                        customer=partner.display_name,
                        report=report.name,
                    )
                )

    def _l10n_fr_chorus_close_questions(self):
        """Once asked, nobody needs reminding any more."""
        self.activity_feedback([QUESTIONS])

    def action_l10n_fr_chorus_questions(self):
        """Open the few questions which fill this form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Questions to ask %s", self.display_name),
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "l10n_fr_chorus_bookshop.res_partner_view_form_questions"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_l10n_fr_chorus_answered(self):
        """The questions were asked today."""
        self.l10n_fr_chorus_contacted_on = fields.Date.context_today(self)
        return {"type": "ir.actions.act_window_close"}

    # ---- REMINDER -----------------------------------------------------------------

    @api.model
    def _cron_l10n_fr_chorus_remind(self):
        """Remind the salesperson of the public customers not asked for a year."""
        last_invoices = self._l10n_fr_chorus_to_ask()
        for partner, invoice in last_invoices.items():
            try:
                with self.env.cr.savepoint():
                    partner._l10n_fr_chorus_remind(invoice)
            except Exception:  # one customer does not stop the others
                _logger.exception("Chorus Pro: reminder about %s", partner.id)
        self.env["ir.cron"]._commit_progress(len(last_invoices))

    @api.model
    def _l10n_fr_chorus_to_ask(self):
        """Return dict customer -> its last invoice, of those to be asked again.

        Public bodies with sales within the year, last asked more than a year ago and
        without a reminder already; one never asked counts from its first day here.
        """
        a_year_ago = fields.Date.today() - YEAR
        asked = Domain("l10n_fr_chorus_contacted_on", "<=", a_year_ago) | (
            Domain("l10n_fr_chorus_contacted_on", "=", False)
            & Domain("create_date", "<=", a_year_ago)
        )
        reminded = Domain("activity_type_id", "=", self.env.ref(QUESTIONS).id)
        customers = self.search(
            asked
            & Domain("l10n_fr_chorus_reminder", "=", True)
            & Domain("l10n_fr_chorus_structure_id", "any", [("is_public", "=", True)])
            & ~Domain("activity_ids", "any", reminded)
        ).filtered(lambda partner: partner == partner.commercial_partner_id)
        sales = self.env["account.move"]._read_group(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", a_year_ago),
                ("commercial_partner_id", "in", customers.ids),
            ],
            ["commercial_partner_id"],
            ["id:max"],
        )
        moves = self.env["account.move"]
        return {partner: moves.browse(last) for partner, last in sales}

    def _l10n_fr_chorus_remind(self, invoice):
        """Give the questions to whoever looks after this customer."""
        keeper = self.user_id or invoice.invoice_user_id or invoice.create_uid
        lang = invoice.company_id._l10n_fr_chorus_lang()
        speaking = self.with_company(invoice.company_id).with_context(lang=lang)
        speaking.activity_schedule(
            QUESTIONS,
            summary=speaking.env._("Ask this customer its wishes again"),
            note=speaking.env._(
                "Copies, delivery slips, service codes: are they still right? « Ask "
                "the questions », on the customer's invoicing page, lists them."
            ),
            user_id=keeper.id,
        )
