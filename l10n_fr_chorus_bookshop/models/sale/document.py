from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common import in_user_lang

ENGAGEMENT_DATE = "l10n_fr_chorus_engagement_date"


class L10nFrChorusDocument(models.AbstractModel):
    """What an order and an invoice share: a body, its service, an engagement."""

    _name = "l10n_fr_chorus.document"
    _description = "Order or invoice to a public body"

    # Which of the document's fields holds what.
    _l10n_fr_chorus_customer = ""
    _l10n_fr_chorus_service = ""
    _l10n_fr_chorus_engagement = ""

    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Body's service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
    )
    l10n_fr_chorus_engagement_date = fields.Date(
        "Engagement number entered on",
        help="On the order where it comes from one; or last confirmed by a person.",
    )
    l10n_fr_chorus_structure_inactive = fields.Boolean(
        "Body inactive", compute="_compute_l10n_fr_chorus_structure_inactive"
    )
    l10n_fr_chorus_concerned = fields.Boolean(
        compute="_compute_l10n_fr_chorus_concerned",
        help="This customer's invoices go through Chorus Pro.",
    )
    l10n_fr_chorus_problems = fields.Html(
        compute="_compute_l10n_fr_chorus_problems", sanitize=False
    )

    def _l10n_fr_chorus_siret(self):
        """Return the 14 digits of the body invoiced, "" without any."""
        return self[self._l10n_fr_chorus_customer]._l10n_fr_chorus_siret()

    def _l10n_fr_chorus_invoiced(self):
        """Return who is invoiced, seen from the document's company."""
        self.ensure_one()
        return self[self._l10n_fr_chorus_customer].with_company(self.company_id)

    @api.depends("l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_structure_inactive(self):
        for document in self:
            structure = document.l10n_fr_chorus_structure_id
            document.l10n_fr_chorus_structure_inactive = (
                structure and not structure.is_active
            )

    # ---- THE SERVICE (R7) ---------------------------------------------------------

    @api.depends(
        lambda self: (self._l10n_fr_chorus_service, "l10n_fr_chorus_structure_id")
    )
    def _compute_l10n_fr_chorus_service_id(self):
        for document in self:
            document.l10n_fr_chorus_service_id = (
                document.l10n_fr_chorus_structure_id._service(
                    document[self._l10n_fr_chorus_service]
                )
            )

    def _inverse_l10n_fr_chorus_service_id(self):
        for document in self:
            code = document.l10n_fr_chorus_service_id.code
            document[self._l10n_fr_chorus_service] = code

    @api.onchange("l10n_fr_chorus_service_id")
    def _onchange_l10n_fr_chorus_service_id(self):
        """The code follows the choice at once, not only when the form is saved."""
        self._inverse_l10n_fr_chorus_service_id()

    # ---- THE ENGAGEMENT (R9) ------------------------------------------------------

    def _l10n_fr_chorus_dated(self, vals):
        """Return values that say when their engagement number was entered.

        The same number written again is not a new one.
        """
        engagement, dated = self._l10n_fr_chorus_engagement, ENGAGEMENT_DATE
        number = vals.get(engagement)
        known = self and all(document[engagement] == number for document in self)
        if not number or vals.get(dated) or known:
            return vals
        return {**vals, dated: fields.Date.context_today(self)}

    def _l10n_fr_chorus_engagement_pairs(self):
        """Return dict document -> (SIRET, number) of those that have an engagement."""
        return {
            document: (siret, number)
            for document in self
            if (number := document[self._l10n_fr_chorus_engagement])
            and (siret := document._l10n_fr_chorus_siret())
        }

    def _l10n_fr_chorus_ask_engagements(self):
        """Ask about the engagement numbers that the platform knows."""
        engagements = self.env["l10n_fr_chorus.engagement"]
        company = self.company_id
        pairs = self._l10n_fr_chorus_engagement_pairs()
        engagements._ask(company, engagements._to_ask(company, pairs.values()))

    # ---- VERIFY (R34), WRITE TO THE BODY (R35) ------------------------------------

    def l10n_fr_chorus_refresh(self):
        """Verify in the directory whom these documents are invoiced to (R34).

        :return: list of dicts, one per document: "number", and what
            `res.partner.l10n_fr_chorus_refresh` tells of who is invoiced
        """
        self.check_access("read")
        self.env["res.partner"]._l10n_fr_chorus_need_asker()
        documents, known = in_user_lang(self), {}
        for company, ours in documents.grouped("company_id").items():
            ours._l10n_fr_chorus_ask_engagements()
            customers = ours[self._l10n_fr_chorus_customer].with_company(company)
            for answer in customers.l10n_fr_chorus_refresh():
                known[company.id, answer["id"]] = answer
        answers = []
        for document in documents:
            customer = document._l10n_fr_chorus_invoiced()
            answer = known.get((document.company_id.id, customer.id))
            answers.append(
                {
                    **(answer or customer._l10n_fr_chorus_answer()),
                    "id": document.id,
                    "number": document.name or "",
                }
            )
        return answers

    def action_l10n_fr_chorus_refresh(self):
        """Verify the SIRET invoiced, and the engagement number (R34).

        :raises UserError: there is no SIRET, or nothing could be learnt
        """
        self.check_access("read")
        self.env["res.partner"]._l10n_fr_chorus_need_asker()
        customer = self._l10n_fr_chorus_invoiced()
        if not self._l10n_fr_chorus_siret():
            raise UserError(
                self.env._(
                    "%s has no SIRET: enter it on the customer's form.",
                    customer.display_name,
                )
            )
        self._l10n_fr_chorus_ask_engagements()
        return customer.action_l10n_fr_chorus_refresh()

    def action_l10n_fr_chorus_letter(self):
        """Write to a body that cannot receive this invoice (R35)."""
        customer = self._l10n_fr_chorus_invoiced()
        return customer._l10n_fr_chorus_compose_letter(
            self._l10n_fr_chorus_about(), self
        )

    def _l10n_fr_chorus_about(self):
        """Return what the body calls this document by."""
        return self.name or ""
