from odoo import models

from ..common import in_user_lang


def refreshed(documents, customer):
    """Verify in the directory whom documents are invoiced to (R34).

    :param documents: orders or invoices
    :param customer: name of the field that holds who is invoiced
    :return: list of the customers' answers, each with its document's id and number
    """
    known = {}
    for company, ours in documents.grouped("company_id").items():
        ours._l10n_fr_chorus_ask_engagements()
        for answer in ours[customer].with_company(company).l10n_fr_chorus_refresh():
            known[company.id, answer["id"]] = answer
    return [
        {
            **(
                known.get((document.company_id.id, document[customer].id))
                or document[customer]._l10n_fr_chorus_answer()
            ),
            "id": document.id,
            "number": document.name or "",
        }
        for document in documents
    ]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_ask_engagements(self):
        """Ask about the engagement numbers that the platform knows (R9)."""
        engagements = self.env["l10n_fr_chorus.engagement"]
        company = self.company_id
        pairs = self._l10n_fr_chorus_engagement_pairs()
        engagements._ask(company, engagements._to_ask(company, pairs))

    def l10n_fr_chorus_refresh(self):
        """Verify these invoices' SIRET and engagement number, on line (R34).

        :return: list of dicts, one per invoice: "number", and what
            `res.partner.l10n_fr_chorus_refresh` tells of its customer
        """
        self.check_access("read")
        return refreshed(in_user_lang(self), "partner_id")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _l10n_fr_chorus_ask_engagements(self):
        """Ask about the engagement numbers that the platform knows (R9)."""
        engagements = self.env["l10n_fr_chorus.engagement"]
        company = self.company_id
        pairs = {
            (one.l10n_fr_chorus_siret, one.l10n_fr_chorus_engagement or "")
            for one in self
            if one.l10n_fr_chorus_siret
        }
        engagements._ask(company, engagements._to_ask(company, pairs))

    def l10n_fr_chorus_refresh(self):
        """Verify the SIRET these orders will be invoiced under, on line (R34).

        :return: list of dicts, one per order: "number", and what
            `res.partner.l10n_fr_chorus_refresh` tells of who will be invoiced
        """
        self.check_access("read")
        return refreshed(in_user_lang(self), "partner_invoice_id")
