from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...chorus.orders.labels import (
    DATE,
    ENGAGEMENT,
    LOT,
    MARKET,
    ORDER,
    PLACE,
    SERVICE,
    SIRET,
)
from ..common import answer_each, given_dict, in_user_lang

# No order asks for more of one book.
MOST_COPIES = 1_000_000

# Where each value goes on the order; a SIRET chooses who is invoiced.
TARGETS = {
    SERVICE: "l10n_fr_chorus_service_code",
    ENGAGEMENT: "l10n_fr_chorus_engagement",
    MARKET: "l10n_fr_chorus_market",
    ORDER: "client_order_ref",
    DATE: "l10n_fr_chorus_ordered_on",
    PLACE: "l10n_fr_chorus_place",
}


class L10nFrChorusOrderForm(models.Model):
    """What was read of a customer's order: proposals that a person confirms (R45).

    The files are the order's proof. What is proposed is written by the software alone;
    a person ticks what to keep.
    """

    _name = "l10n_fr_chorus.order_form"
    _description = "Customer's order, as read"
    _order = "id DESC"

    name = fields.Char("Read from", required=True)
    order_id = fields.Many2one(
        "sale.order", "Quotation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    state = fields.Selection(
        [
            ("proposed", "To confirm"),
            ("kept", "Confirmed"),
            ("left", "Set aside"),
        ],
        required=True,
        default="proposed",
    )
    notes = fields.Text("What could not be read")
    announced = fields.Integer("Copies by its own total")
    copies = fields.Integer("Copies read", compute="_compute_copies")
    value_ids = fields.One2many("l10n_fr_chorus.order_form.value", "form_id", "Values")
    book_ids = fields.One2many("l10n_fr_chorus.order_form.book", "form_id", "Books")
    join = fields.Boolean(
        "Send with the invoice",
        help="The files go to Chorus Pro beside the invoice, as complementary files.",
    )
    settled_at = fields.Datetime("Confirmed or set aside on", readonly=True)
    settled_by = fields.Char("By", readonly=True)

    @api.depends("book_ids.quantity")
    def _compute_copies(self):
        for form in self:
            form.copies = sum(form.book_ids.mapped("quantity"))

    def write(self, vals):
        """A person chooses; what was read stays as it was read."""
        if not self.env.su and set(vals) - {"join", "value_ids", "book_ids"}:
            raise AccessError(
                self.env._("What was read of an order cannot be rewritten.")
            )
        return super().write(vals)

    # ---- A PERSON DECIDES ------------------------------------------------------

    def _keep(self):
        """Write what is ticked on the quotation, and say where it was read.

        :raises UserError: it is settled already, or two values are kept of one field
        """
        self.ensure_one()
        self._need_open()
        kept = self.value_ids.filtered("keep")
        names = [value.name for value in kept]
        if twice := [value for value in kept if names.count(value.name) > 1]:
            raise UserError(
                self.env._("Keep only one value for “%s”.", twice[0]._label("name"))
            )
        order = self.order_id
        values = self._order_values(kept)
        books = self.book_ids.filtered("keep")
        values["order_line"] = books._lines()
        order.write(values)
        self._settle("kept")
        others = order.l10n_fr_chorus_form_ids.filtered(lambda one: one._is_open())
        others.book_ids._ordered_already(books.product_id)
        if said := kept._say() + books._say():
            order._message_log(
                body=Markup("%s<ul>%s</ul>")
                % (
                    self.env._("From %s:", self.name),
                    Markup().join(Markup("<li>%s</li>") % one for one in said),
                )
            )

    def _order_values(self, kept):
        """Return what the kept values change on the quotation."""
        order, values = self.order_id, {}
        for value in kept:
            if value.name in TARGETS:
                values[TARGETS[value.name]] = value.value
            elif value.name == SIRET and value.partner_id:
                values["partner_invoice_id"] = value.partner_id.id
                if order._l10n_fr_chorus_unknown_customer():
                    values["partner_id"] = value.partner_id.commercial_partner_id.id
        return values

    def _leave(self):
        """Set the proposals aside; the files stay on the quotation."""
        self.ensure_one()
        self._need_open()
        self._settle("left")

    def _is_open(self):
        return self.state == "proposed"

    def _need_open(self):
        self.order_id.check_access("write")
        if not self._is_open():
            raise UserError(
                self.env._("%s was confirmed or set aside already.", self.name)
            )
        if self.order_id.state == "cancel":
            raise UserError(self.env._("%s is cancelled.", self.order_id.name))

    def _settle(self, state):
        self.sudo().write(
            {
                "state": state,
                "settled_at": fields.Datetime.now(),
                "settled_by": self.env.user.name,
            }
        )

    def action_keep(self):
        """Fill in the quotation with what is ticked."""
        self._keep()
        return {"type": "ir.actions.act_window_close"}

    def action_leave(self):
        """Set the proposals aside."""
        self._leave()
        return {"type": "ir.actions.act_window_close"}

    # ---- PUBLIC: XML-RPC and JSON-2 --------------------------------

    def l10n_fr_chorus_keep(self, values=None, books=None):
        """Confirm what was read of these orders, and fill in their quotations.

        :param values: dict field -> value to keep, among those proposed; by default
            those proposed as sure
        :param books: dict EAN -> quantity to order, among those proposed; by default
            those of known products with a quantity
        :return: list of {"id", "order_id", "state", "done", "message"}
        """

        def keep(form):
            form._choose(values, books)
            form._keep()

        return answer_each(self, keep, lambda form: form._item())

    def l10n_fr_chorus_leave(self):
        """Set aside what was read of these orders.

        :return: list of {"id", "order_id", "state", "done", "message"}
        """
        return answer_each(self, lambda form: form._leave(), lambda form: form._item())

    def _item(self):
        return {"order_id": self.order_id.id, "state": self.state}

    def _choose(self, values, books):
        """Tick what another system chose.

        :raises UserError: it was not read on this order
        """
        self.order_id.check_access("write")
        # XML-RPC knows no None.
        if values not in (None, False):
            self.value_ids.keep = False
            for name, value in given_dict(self.env, values).items():
                found = self.value_ids.filtered(
                    lambda one, name=name, value=value: (
                        one.name == name and one.value == value
                    )
                )
                self._need_read(found, value)
                found.keep = True
        if books not in (None, False):
            self.book_ids.keep = False
            for ean, quantity in given_dict(self.env, books).items():
                found = self.book_ids.filtered(lambda one, ean=ean: one.ean == ean)
                self._need_read(found, ean)
                found._need_quantity(quantity)
                found.write({"keep": True, "quantity": quantity})

    def _need_read(self, found, value):
        if not found:
            raise UserError(
                self.env._(
                    "“%(value)s” was not read on %(form)s: write it on the quotation "
                    "itself.",
                    value=value,
                    form=self.name,
                )
            )

    def _told(self):
        """What was read, in plain JSON values."""
        form = in_user_lang(self)
        return {
            "form_id": form.id,
            "name": form.name,
            "state": form.state,
            "values": [value._told() for value in form.value_ids],
            "books": [book._told() for book in form.book_ids],
            "notes": form.notes or "",
        }

    # ---- PROOF -----------------------------------------------------------------

    def _trail_detail(self):
        """What was kept of this order, for the audit trail; one line a fact."""
        self.ensure_one()
        kept = self.value_ids.filtered("keep")
        books = self.book_ids.filtered("keep")
        files = [
            self.env._("File %(name)s, SHA-1 %(digest)s", name=one.name, digest=digest)
            for one in self.sudo().attachment_ids
            if (digest := one.checksum)
        ]
        lines = [
            *kept._say(),
            books and self.env._("Books: %s", len(books)),
            self.env._("Confirmed by: %s", self.settled_by),
            *files,
        ]
        return "\n".join(filter(None, lines))


class L10nFrChorusOrderFormValue(models.Model):
    """One value that the order may have meant, with the words it was read from."""

    _name = "l10n_fr_chorus.order_form.value"
    _description = "Value read on a customer's order"
    _order = "id"

    form_id = fields.Many2one(
        "l10n_fr_chorus.order_form", required=True, ondelete="cascade", index=True
    )
    name = fields.Selection(
        [
            (SIRET, "SIRET to invoice"),
            (SERVICE, "Service code"),
            (ENGAGEMENT, "Engagement number"),
            (ORDER, "Customer's order number"),
            (MARKET, "Market number"),
            (LOT, "Lot"),
            (DATE, "Date of the order"),
            (PLACE, "Place of delivery"),
        ],
        "Field",
        required=True,
        readonly=True,
    )
    value = fields.Char(required=True, readonly=True)
    shown = fields.Char("As read", compute="_compute_shown")
    sentence = fields.Char("Read in", readonly=True)
    page = fields.Integer(readonly=True)
    source = fields.Char("File", readonly=True)
    confidence = fields.Float("Sure", digits=(3, 2), readonly=True)
    why = fields.Char(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    keep = fields.Boolean()

    @api.depends("name", "value")
    @api.depends_context("lang")
    def _compute_shown(self):
        """A date is read as people write it; machines keep the ISO text."""
        for one in self:
            is_date = one.name == DATE
            one.shown = format_date(one.env, one.value) if is_date else one.value

    def write(self, vals):
        """A person chooses; what was read stays as it was read."""
        if not self.env.su and set(vals) - {"keep"}:
            raise AccessError(
                self.env._("What was read of an order cannot be rewritten.")
            )
        return super().write(vals)

    def _label(self, name):
        """The words that a selection's value is shown as."""
        options = self.fields_get([name])[name]["selection"]
        return dict(options).get(self[name], self[name])

    def _say(self):
        """One sentence a value: what, and the words it was read from."""
        return [
            self.env._(
                "%(field)s: %(value)s, read in “%(sentence)s” (page %(page)s)",
                field=one._label("name"),
                value=one.shown,
                sentence=one.sentence,
                page=one.page or 1,
            )
            for one in self
        ]

    def _told(self):
        return {
            "field": self.name,
            "value": self.value,
            "sentence": self.sentence or "",
            "page": self.page,
            "file": self.source or "",
            "confidence": self.confidence,
            "why": self.why or "",
            "keep": self.keep,
        }


class L10nFrChorusOrderFormBook(models.Model):
    """One book that the order asks for."""

    _name = "l10n_fr_chorus.order_form.book"
    _description = "Book read on a customer's order"
    _order = "id"

    form_id = fields.Many2one(
        "l10n_fr_chorus.order_form", required=True, ondelete="cascade", index=True
    )
    ean = fields.Char("ISBN", readonly=True)
    quantity = fields.Integer()
    product_id = fields.Many2one("product.product", "Book", readonly=True)
    sentence = fields.Char("Read in", readonly=True)
    page = fields.Integer(readonly=True)
    note = fields.Char("To know", readonly=True)
    keep = fields.Boolean("Order")

    def write(self, vals):
        """A person chooses; what was read stays as it was read."""
        if not self.env.su and set(vals) - {"keep", "quantity"}:
            raise AccessError(
                self.env._("What was read of an order cannot be rewritten.")
            )
        return super().write(vals)

    def _lines(self):
        """Commands that add these books to the quotation.

        :raises UserError: one is unknown, or without a quantity
        """
        for book in self:
            if not book.product_id:
                raise UserError(
                    self.env._(
                        "%s is in no catalogue of yours: create the book first, or "
                        "leave it out.",
                        book.ean,
                    )
                )
            book._need_quantity(book.quantity)
        return [
            Command.create(
                {"product_id": book.product_id.id, "product_uom_qty": book.quantity}
            )
            for book in self
        ]

    def _need_quantity(self, quantity):
        """Tell copies from anything else.

        :raises UserError: this is no number of copies
        """
        if not isinstance(quantity, int) or not 0 < quantity <= MOST_COPIES:
            raise UserError(
                self.env._("Say how many copies of %s are ordered.", self[:1].ean)
            )

    def _ordered_already(self, products):
        """Propose no more what another copy of the order has put on the quotation."""
        for book in self.filtered(lambda one: one.keep and one.product_id in products):
            said = self.env._("already on the quotation by another file")
            note = ", ".join(filter(None, (book.note, said)))
            book.sudo().write({"keep": False, "note": note})

    def _say(self):
        return [
            self.env._(
                "%(quantity)s × %(book)s",
                quantity=book.quantity,
                book=book.product_id.display_name,
            )
            for book in self
        ]

    def _told(self):
        return {
            "ean": self.ean or "",
            "quantity": self.quantity,
            "known": bool(self.product_id),
            "product_id": self.product_id.id or False,
            "sentence": self.sentence or "",
            "page": self.page,
            "note": self.note or "",
            "keep": self.keep,
        }
