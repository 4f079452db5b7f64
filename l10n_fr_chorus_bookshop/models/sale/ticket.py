from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common import given_dict, given_ids
from .res_partner import REFERENCES
from .sale_order import REFERENCES as DOCUMENT
from .sale_order import say_references

NONE = ("", "", "")
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
    def l10n_fr_chorus_ask(
        self, uuid, partner_id, references=None, sale_order_ids=None
    ):
        """Tell what a till must ask before it invoices a public body; keep the answers.

        :param uuid: the ticket's own identifier
        :param partner_id: its customer
        :param references: dict of "service", "engagement" and "market", once given
        :param sale_order_ids: the orders that the ticket settles: what they say is not
            asked again
        :return: {"public", "asked": whether something is to give or to correct,
            "customer", "service", "engagement", "market", "services": list of [code,
            name], "missing": fields to give, "problems": sentences}
        """
        company = self.env.company
        customer = self.env["res.partner"].browse(given_ids(partner_id)).exists()
        customer.check_access("read")
        if not customer or not uuid:
            raise UserError(self.env._("This ticket has no customer."))
        orders = self.env["sale.order"].browse(given_ids(sale_order_ids)).exists()
        if orders:
            orders.check_access("read")
        invoiced = customer.browse(customer.address_get(["invoice"])["invoice"])
        # As the till's own invoice does.
        invoiced = orders[:1].partner_invoice_id or invoiced
        ticket = self.sudo().search(
            [("uuid", "=", str(uuid)), ("company_id", "=", company.id)]
        )
        if references is not None:
            given = given_dict(self.env, references)
            said = {
                name: str(given.get(name) or "").strip()[:LONGEST]
                for name in REFERENCES
            }
            ticket = ticket._keep(str(uuid), company, invoiced, said)
        given = _agreed(one._l10n_fr_chorus_references() for one in orders)
        if ticket.partner_id == invoiced:
            given = ticket._references()
        given = dict(zip(REFERENCES, given, strict=True))
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

    def _l10n_fr_chorus_said_at_till(self):
        """List what each ticket of one invoice was given: (its name, references).

        What was answered at the till comes first, then what the orders that it settles
        say, or the invoice that it gives back.
        """
        self.ensure_one()
        if "pos_order_ids" not in self._fields:
            return []
        sold = self.sudo().pos_order_ids
        tickets = self.env["l10n_fr_chorus.ticket"].sudo()
        tickets = sold and tickets.search(
            [
                ("uuid", "in", sold.mapped("uuid")),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ]
        )
        by_uuid = {ticket.uuid: ticket for ticket in tickets}
        said = []
        for one in sold:
            name = one.pos_reference or one.name
            if ticket := by_uuid.get(one.uuid):
                said.append((name, ticket._references()))
            else:
                said += _settled(one) or [(name, NONE)]
        return said

    def _l10n_fr_chorus_tickets(self):
        """List the tickets of one invoice, each with what it was given in words."""
        said = dict(self._l10n_fr_chorus_said_at_till())
        sold = self.pos_order_ids if said else ()
        return [
            (one, name in said and say_references(self.env, said[name]))
            for one in sold
            for name in [one.pos_reference or one.name]
        ]

    def _l10n_fr_chorus_settled_orders(self):
        """Return the orders that were settled at the till, if there is one."""
        if "pos_order_ids" not in self._fields:
            return self.env["sale.order"]
        return _orders(self.sudo().pos_order_ids)

    def _l10n_fr_chorus_take_tickets(self):
        """Write on till invoices what their tickets were given, where they agree.

        :raises UserError: several tickets that do not agree are to be one invoice (R8)
        """
        for move in self:
            said = move._l10n_fr_chorus_said_at_till()
            references = {one for _name, one in said}
            if len(references) > 1 and len(move.sudo().pos_order_ids) > 1:
                move._l10n_fr_chorus_refuse_together(said)
            given = dict(zip(DOCUMENT, _agreed(references), strict=True))
            if given := {name: value for name, value in given.items() if value}:
                move.write(given)

    def _l10n_fr_chorus_refuse_together(self, said):
        """Refuse to make one invoice of tickets that bear different references."""
        if not self.partner_id._l10n_fr_chorus_served_by(self.company_id):
            return
        lines = [f"{name}: {say_references(self.env, one)}" for name, one in said]
        raise UserError(
            self.env._(
                "One invoice bears one service, one engagement and one market: invoice "
                "these tickets apart.\n%s",
                "\n".join(lines),
            )
        )


def _orders(sold):
    """The orders that tickets settle, where another module brings both together."""
    if "sale_order_origin_id" in sold.lines._fields:
        return sold.lines.sale_order_origin_id
    return sold.env["sale.order"]


def _settled(sold):
    """What a ticket takes over: of the orders it settles, of the invoice it refunds."""
    return [(one.name, one._l10n_fr_chorus_references()) for one in _orders(sold)] or [
        (move.name, tuple(move[name] or "" for name in DOCUMENT))
        for move in sold.refunded_order_id.account_move
    ]


def _agreed(references):
    """The references that all say, none when they differ."""
    found = set(references)
    return found.pop() if len(found) == 1 else NONE
