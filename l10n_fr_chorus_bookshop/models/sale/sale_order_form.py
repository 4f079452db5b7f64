import logging

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...chorus import orders, siret
from ...chorus.orders.labels import ENGAGEMENT, LOT, SERVICE, SIRET
from ...chorus.orders.reading import IN_DIRECTORY, NOT_A_SERVICE
from ..common import given_files, in_user_lang
from .order_form import TARGETS

_logger = logging.getLogger(__name__)

# A file that looked like an order's, and told nothing.
UNREAD = (orders.NO_TEXT, orders.FAILED)
# What makes a file an order, and not any paper put on a quotation.
TELLING = (SIRET, SERVICE, ENGAGEMENT)
FORM = "l10n_fr_chorus.order_form"


class SaleOrder(models.Model):
    """The customer's order is read where it is put: dropped, attached, mailed (R45)."""

    _inherit = "sale.order"

    l10n_fr_chorus_form_ids = fields.One2many(FORM, "order_id", "Orders read")
    l10n_fr_chorus_form_id = fields.Many2one(
        FORM, "Order to confirm", compute="_compute_l10n_fr_chorus_form_id"
    )
    l10n_fr_chorus_ordered_on = fields.Date("Customer's order dated", copy=False)
    l10n_fr_chorus_place = fields.Char("Delivery asked at", copy=False)

    @api.depends("l10n_fr_chorus_form_ids.state")
    @api.depends_context("uid")
    def _compute_l10n_fr_chorus_form_id(self):
        # Who prepares parcels opens orders too, and has no order to confirm.
        forms = self.env[FORM]
        may_read = forms.has_access("read")
        for order in self:
            found = order.l10n_fr_chorus_form_ids if may_read else forms
            order.l10n_fr_chorus_form_id = found.filtered(
                lambda form: form.state == "proposed"
            )[:1]

    # ---- WHERE IT COMES IN -----------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # EXTENDS 'mail': an order that arrives by mail is a quotation to check
        values = {**self.default_get(["name"]), **(custom_values or {})}
        if not values.get("partner_id"):
            author = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
            sender = msg_dict.get("email_from") or ""
            author = author or self._partner_find_from_emails_single([sender])
            values["partner_id"] = author.id
        # The mail's reader is no salesperson: theirs, else nobody's yet.
        customer = self.env["res.partner"].browse(values["partner_id"])
        seller = customer.user_id or customer.commercial_partner_id.user_id
        values.setdefault("user_id", seller.id)
        return super().message_new(msg_dict, values)

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': a mail that came in, a note, what a customer wrote on its own
        # page; not what the shop sends
        files = message.sudo().attachment_ids
        if message.message_type == "email":
            mail = str(message.subject or ""), str(message.body or "")
            self._l10n_fr_chorus_offer(files, mail)
        elif files and message.message_type == "comment":
            given = self._l10n_fr_chorus_not_ours(files)
            if given and not message._l10n_fr_chorus_ours():
                self._l10n_fr_chorus_offer(given)
        return super()._message_post_after_hook(message, msg_vals)

    def _l10n_fr_chorus_not_ours(self, files):
        """Leave out of files the quotation itself, as a customer signed it."""
        return files.filtered(lambda one: one.name != f"{self.name}.pdf")

    def _extend_with_attachments(self, files_data, new=False):
        # EXTENDS 'account': files dropped on the list make quotations
        done = super()._extend_with_attachments(files_data, new=new)
        if new:
            self._l10n_fr_chorus_offer(self._from_files_data(files_data))
        return done

    def _l10n_fr_chorus_offer(self, attachments, mail=None):
        """Read what was put on a quotation; whatever it is, putting it there holds."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._l10n_fr_chorus_read(attachments, mail, told=False)
        except Exception:
            _logger.exception("Chorus Pro: order of %s could not be read", self.name)

    # ---- READING ---------------------------------------------------------------

    def _l10n_fr_chorus_read(self, attachments, mail=None, told=True):
        """Read files, and propose what they say.

        :param mail: (subject, body) of the mail they came with
        :param told: a person asked: say also that nothing was found
        :return: the order read, none when these files are no order
        """
        self.ensure_one()
        pages = [
            sheet
            for one in attachments.sudo()
            for sheet in orders.pages(one.raw or b"", one.name or "")
        ]
        pages += orders.mail_pages(*mail) if mail else ()
        reading = self._l10n_fr_chorus_settled(
            orders.read(pages, self._l10n_fr_chorus_is_siret)
        )
        telling = any(reading.best(name) for name in TELLING)
        if not (telling or reading.books or told):
            self._l10n_fr_chorus_say_unread(reading)
            return self.env[FORM]
        return self._l10n_fr_chorus_propose(reading, attachments, mail)

    def _l10n_fr_chorus_say_unread(self, reading):
        """Say on the quotation that a file could not be read: it may be the order."""
        env = in_user_lang(self).env
        notes = [_said(env, one) for one in reading.notes if one.template in UNREAD]
        if notes:
            lines = Markup().join(Markup("<p>%s</p>") % one for one in notes)
            self._message_log(body=lines)

    def _l10n_fr_chorus_is_siret(self, digits):
        """A wrong key is accepted when the directory knows the number (R1)."""
        return siret.is_valid(digits) or bool(
            self.env["l10n_fr_chorus.structure"]._by_siret([digits], self.company_id)
        )

    def _l10n_fr_chorus_settled(self, reading):
        """Weigh what was read by what the directory knows."""
        body = self.l10n_fr_chorus_siret or ""
        known = {one.value for one in reading.of(SIRET)} | ({body} if body else set())
        structures = self.env["l10n_fr_chorus.structure"]._by_siret(
            known, self.company_id
        )
        services = {
            number: structure.service_ids.filtered("active").mapped("code")
            for number, structure in structures.items()
            if structure.is_known
        }
        own = {siret.siren(self.company_id.company_registry or "")} - {""}
        return orders.settle(reading, services, own, body)

    def _l10n_fr_chorus_propose(self, reading, attachments, mail):
        """Write down what was read, the sure values ticked."""
        env = in_user_lang(self).env
        names = [*attachments.mapped("name"), *([mail[0] or "mail"] if mail else ())]
        form = (
            self.env[FORM]
            .sudo()
            .create(
                {
                    "name": ", ".join(filter(None, names))[:200] or self.name,
                    "order_id": self.id,
                    "attachment_ids": [Command.set(attachments.ids)],
                    "notes": "\n".join(_said(env, note) for note in reading.notes),
                    "announced": reading.announced or 0,
                    "value_ids": [
                        Command.create(self._l10n_fr_chorus_value(env, reading, one))
                        for one in reading.candidates
                    ],
                    "book_ids": [
                        *self._l10n_fr_chorus_books(env, reading),
                        *(
                            Command.create(
                                {
                                    "ean": bad.printed,
                                    "sentence": bad.sentence,
                                    "page": bad.page,
                                    "note": env._(bad.why),
                                }
                            )
                            for bad in reading.unreadable
                        ),
                    ],
                }
            )
        )
        form = form.sudo(self.env.su)
        if self._l10n_fr_chorus_fills(form, mail):
            form._keep()
        return form

    def _l10n_fr_chorus_fills(self, form, mail):
        """Tell whether what was read is written without a person, as its customer asks.

        Never over what a person wrote, on an order already confirmed, or for another
        customer than the one who wrote.
        """
        kept = form.value_ids.filtered("keep")
        contact = self.partner_invoice_id
        if not mail and self._l10n_fr_chorus_unknown_customer():
            contact = kept.partner_id or contact
        customer = contact.commercial_partner_id
        return (
            any((contact | customer).mapped("l10n_fr_chorus_fill_orders"))
            and self.state in ("draft", "sent")
            and not any(self._l10n_fr_chorus_other(one.name, one.value) for one in kept)
            and kept.partner_id.commercial_partner_id <= customer
        )

    def _l10n_fr_chorus_other(self, name, value):
        """What the quotation says instead of a value that was read, "" when nothing."""
        said = self[TARGETS[name]] if name in TARGETS else ""
        return str(said) if said and str(said) != value else ""

    def _l10n_fr_chorus_value(self, env, reading, one):
        """Return one candidate's values."""
        why = [env._(text) for text in one.why]
        partner = self.env["res.partner"]
        sure = reading.best(one.name) == one
        if other := self._l10n_fr_chorus_other(one.name, one.value):
            why.append(env._("the quotation says %s", other))
        if one.name == SIRET:
            customers = self._l10n_fr_chorus_customers_of(one.value)
            partner = customers[:1]
            several = len(customers.commercial_partner_id) > 1
            body = self._l10n_fr_chorus_body(one.value)
            if not partner:
                why.append(env._("no customer has this SIRET"))
            if several:
                names = ", ".join(customers.mapped("display_name"))
                why.append(env._("several customers have this SIRET: %s", names))
            if not body.is_known:
                why.append(env._("unknown in the directory so far: verify it"))
            elif not body.is_active:
                why.append(env._("not active on Chorus Pro"))
            sure = sure and bool(partner) and not several
        if one.name == SERVICE and IN_DIRECTORY not in one.why:
            sure = False
            if NOT_A_SERVICE not in one.why:
                why.append(env._("the body's services are not known: verify its SIRET"))
        return {
            "name": one.name,
            "value": one.value,
            "sentence": one.sentence[:500],
            "page": one.page,
            "source": one.source,
            "confidence": one.confidence,
            "why": ", ".join(why),
            "partner_id": partner.id,
            "keep": sure and one.name != LOT,
        }

    def _l10n_fr_chorus_body(self, number):
        """What the directory knows of a SIRET; nothing when it does not."""
        structures = self.env["l10n_fr_chorus.structure"]
        return structures._by_siret([number], self.company_id).get(number, structures)

    def _l10n_fr_chorus_customers_of(self, number):
        """Find the customers of a SIRET: the one of this quotation first, alone."""
        found = self.env["res.partner"].search(
            [
                ("company_registry", "=", number),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        family = self.partner_id.commercial_partner_id
        return (self.partner_invoice_id & found) or (
            found.filtered(lambda one: one.commercial_partner_id == family)[:1] or found
        )

    def _l10n_fr_chorus_unknown_customer(self):
        """A quotation made from a file or a mail, before anyone said for whom."""
        customer = self.partner_id.commercial_partner_id
        ours = self.company_id.partner_id | self.env.user.partner_id
        return customer in ours.commercial_partner_id | ours or (
            not customer.company_registry and not self.order_line
        )

    def _l10n_fr_chorus_books(self, env, reading):
        """Commands that propose the books, known ones ticked."""
        eans = [book.ean for book in reading.books]
        products = self.env["product.product"].search(
            [
                ("barcode", "in", eans),
                ("company_id", "in", [False, self.company_id.id]),
                ("sale_ok", "=", True),
            ]
        )
        by_ean = {product.barcode: product for product in products}
        ordered = {line.product_id: line.product_uom_qty for line in self.order_line}
        for book in reading.books:
            product = by_ean.get(book.ean, self.env["product.product"])
            notes = [_said(env, note) for note in book.notes]
            if not product:
                notes.append(env._("unknown here"))
            if not book.is_book:
                notes.append(env._("an EAN, not a book"))
            if book.assumed:
                notes.append(env._("no quantity is written: one copy assumed"))
            elif book.quantity is None:
                notes.append(env._("the quantity could not be told"))
            if product in ordered:
                notes.append(
                    env._("already on the quotation: %g copies", ordered[product])
                )
            yield Command.create(
                {
                    "ean": book.ean,
                    "quantity": book.quantity or 0,
                    "product_id": product.id,
                    "sentence": book.sentence[:500],
                    "page": book.page,
                    "note": ", ".join(notes),
                    "keep": bool(product and book.quantity and product not in ordered),
                }
            )

    # ---- ASKED FOR -------------------------------------------------------------

    def _l10n_fr_chorus_unread_files(self):
        """The files on a quotation that nobody has read yet."""
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], order="id"
        )
        messages = self.env["mail.message"].sudo()
        sent = messages.search(
            [("attachment_ids", "in", files.ids), ("message_type", "!=", "email")]
        ).filtered(lambda one: one._l10n_fr_chorus_ours())
        # What was set aside may be asked for again.
        forms = self.sudo().l10n_fr_chorus_form_ids
        read = forms.filtered(lambda form: form.state != "left").attachment_ids
        return self._l10n_fr_chorus_not_ours(files - read - sent.attachment_ids)

    def action_l10n_fr_chorus_read_order(self):
        """Read the files put on this quotation, and show what they propose.

        :raises UserError: there is no file to read
        """
        self.ensure_one()
        self.check_access("write")
        form = self.l10n_fr_chorus_form_id
        if not form:
            files = self._l10n_fr_chorus_unread_files()
            if not files:
                raise UserError(
                    self.env._(
                        "Drop the customer's order on the quotation first: a PDF, a "
                        "mail, a Word, Excel or CSV file."
                    )
                )
            form = self._l10n_fr_chorus_read(files)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read on the customer's order"),
            "res_model": FORM,
            "res_id": form.id,
            "view_mode": "form",
            "target": "new",
        }

    def l10n_fr_chorus_read_order(self, files=None):
        """Read the customer's order, and propose what it says (R45).

        :param files: list of {"name", "content" in base64}, put on the quotation as
            the order's proof; by default its files that were not read yet
        :return: list of {"id", "number", "form_id", "name", "state", "values": [{
            "field", "value", "sentence", "page", "file", "confidence", "why",
            "keep"}], "books": [{"ean", "quantity", "known", "product_id", "sentence",
            "page", "note", "keep"}], "notes"}; `form_id` is False when there is
            nothing to read
        """
        self.check_access("write")
        answers = []
        for order in self:
            attachments = order._l10n_fr_chorus_unread_files()
            if files is not None:
                attachments = order._l10n_fr_chorus_put(files)
            form = attachments and order._l10n_fr_chorus_read(attachments)
            told = form._told() if form else {"form_id": False}
            answers.append({"id": order.id, "number": order.name or "", **told})
        return answers

    def _l10n_fr_chorus_put(self, files):
        """Put files from another system on a quotation.

        :raises UserError: one has no name or no content
        """
        where = {"res_model": self._name, "res_id": self.id}
        return self.env["ir.attachment"].create(
            [
                {"name": name or self.name, "raw": raw, **where}
                for name, raw in given_files(self.env, files)
            ]
        )

    # ---- WITH THE INVOICE ------------------------------------------------------

    def _create_account_invoices(self, invoice_vals_list, final):
        # EXTENDS 'sale': the order goes beside the invoice where that was asked
        moves = super()._create_account_invoices(invoice_vals_list, final)
        self._l10n_fr_chorus_join(moves)
        return moves

    @api.model
    def _l10n_fr_chorus_join(self, moves):
        """Put the orders that are to go with them beside invoices."""
        for move in moves.sudo().filtered("l10n_fr_chorus_concerned"):
            forms = move.line_ids.sale_line_ids.order_id.l10n_fr_chorus_form_ids
            files = forms.filtered("join").attachment_ids
            if files:
                move.l10n_fr_chorus_attachment_ids += files


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _l10n_fr_chorus_ours(self):
        """Tell whether the shop wrote this to the customer; a note stays inside."""
        self.ensure_one()
        inside = self.is_internal or self.subtype_id.internal
        return not inside and not self.author_id.partner_share


def _said(env, note):
    """A note of the core, in the reader's language."""
    return env._(note.template, **dict(note.values))
