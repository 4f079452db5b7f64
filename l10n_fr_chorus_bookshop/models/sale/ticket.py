from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import REFERENCES

# No reference that the platform takes is longer.
LONGEST = 100


class L10nFrChorusTicket(models.Model):
    """References given at the till, kept until the ticket is invoiced (R47).

    The till is another module, which may be absent: a ticket is known by the
    identifier that it gives itself before it is paid. Only these methods read or write.
    """

    _name = "l10n_fr_chorus.ticket"
    _description = "References given at the till"
    _rec_name = "uuid"

    uuid = fields.Char("Ticket", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    service = fields.Char(readonly=True)
    engagement = fields.Char(readonly=True)
    market = fields.Char(readonly=True)

    _uuid = models.UniqueIndex("(uuid, company_id)", "This ticket is known already.")

    @api.model
    def l10n_fr_chorus_ask(self, uuid, partner_id, references=None):
        """Tell what a till must ask before it invoices a public body; keep the answers.

        :param uuid: the ticket's own identifier
        :param partner_id: its customer
        :param references: dict of "service", "engagement" and "market", once given
        :return: {"public", "asked": whether something is to give or to correct,
            "customer", "service", "engagement", "market", "services": list of [code,
            name], "missing": fields to give, "problems": sentences}
        """
        company = self.env.company
        customer = self.env["res.partner"].browse(partner_id).exists()
        customer.check_access("read")
        if not customer or not uuid:
            raise UserError(self.env._("This ticket has no customer."))
        invoiced = customer.browse(customer.address_get(["invoice"])["invoice"])
        ticket = self.sudo().search(
            [("uuid", "=", str(uuid)), ("company_id", "=", company.id)]
        )
        if references is not None:
            said = {
                name: str(references.get(name) or "").strip()[:LONGEST]
                for name in REFERENCES
            }
            ticket = ticket._keep(str(uuid), company, invoiced, said)
        given = {}
        if ticket.partner_id == invoiced:
            given = {name: ticket[name] for name in REFERENCES}
        return invoiced._l10n_fr_chorus_asked(company, given)

    def _references(self):
        """What was given: service, engagement, market."""
        return tuple(self[name] or "" for name in REFERENCES)

    def _keep(self, uuid, company, partner, said):
        values = {"partner_id": partner.id, **said}
        if self:
            self.write(values)
            return self
        return self.create({"uuid": uuid, "company_id": company.id, **values})


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_tickets(self):
        """Return what was given at the till for one invoice, if there is a till."""
        if "pos_order_ids" not in self._fields:
            return self.env["l10n_fr_chorus.ticket"]
        return (
            self.env["l10n_fr_chorus.ticket"]
            .sudo()
            .search(
                [
                    ("uuid", "in", self.sudo().pos_order_ids.mapped("uuid")),
                    ("company_id", "=", self.company_id.id),
                    ("partner_id", "=", self.partner_id.id),
                ]
            )
        )

    def _l10n_fr_chorus_take_tickets(self):
        """Write on till invoices what their tickets were given, where they agree."""
        for move in self:
            tickets = move._l10n_fr_chorus_tickets()
            said = {one._references() for one in tickets}
            if len(said) == 1:
                service, engagement, market = said.pop()
                move.write(
                    {
                        "buyer_reference": service or move.buyer_reference,
                        "purchase_order_reference": engagement,
                        "contract_reference": market,
                    }
                )
