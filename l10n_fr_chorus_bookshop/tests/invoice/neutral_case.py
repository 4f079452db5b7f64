"""A French bookshop's invoices, made cheaply."""

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

from ...chorus import rules
from ...models.invoice.neutral import neutral_invoices

COMPANY = "l10n_fr_chorus_bookshop.company_bookshop"
AMOUNT_FIELDS = {"lines", "taxes", "untaxed", "tax", "total", "due", "frame"}


class NeutralCase(TransactionCase):
    """Invoices of the demonstration bookshop, seen by one who may only invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref(COMPANY)
        cls.user = new_test_user(
            cls.env,
            "neutral",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        context = {"allowed_company_ids": cls.company.ids, "tracking_disable": True}
        cls.env = cls.env(context={**cls.env.context, **context})
        cls.company = cls.company.with_env(cls.env)
        cls.chart = cls.env["account.chart.template"].with_company(cls.company)
        cls.town = cls.partner("Commune de Vernon", company_registry="21270680800012")

    @classmethod
    def partner(cls, name, country="base.fr", **values):
        """Make a body, in France unless told otherwise."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": "Place Barette",
                "zip": "27200",
                "city": "Vernon",
                "country_id": cls.env.ref(country).id,
                **values,
            }
        )

    @classmethod
    def tax(cls, name):
        """Return a tax of the French chart, ready for use."""
        tax = cls.chart.ref(name)
        tax.active = True
        return tax

    @classmethod
    def line(cls, price, taxes, quantity=1, **values):
        """Return the command that adds a line; `taxes` may be empty."""
        return Command.create(
            {
                "name": "Le Petit Prince",
                "price_unit": price,
                "quantity": quantity,
                "tax_ids": [Command.set(taxes.ids if taxes else [])],
                **values,
            }
        )

    @classmethod
    def values(cls, *lines, **values):
        """Return the values of an invoice to the town."""
        return {
            "move_type": "out_invoice",
            "company_id": cls.company.id,
            "partner_id": cls.town.id,
            "invoice_date": fields.Date.from_string("2026-11-20"),
            "invoice_line_ids": list(lines),
            **values,
        }

    @classmethod
    def invoice(cls, *lines, post=True, **values):
        """Make an invoice to the town, posted unless told otherwise."""
        move = cls.env["account.move"].create(cls.values(*lines, **values))
        if post:
            move.action_post()
        return move

    @classmethod
    def pay(cls, moves, **values):
        """Pay invoices, each with a payment of its own."""
        context = {"active_model": "account.move", "active_ids": moves.ids}
        wizard = cls.env["account.payment.register"].with_context(**context)
        return wizard.create({"group_payment": False, **values})._create_payments()


class NeutralInvoiceCase(NeutralCase):
    """Reads an invoice and checks that its sums hold (EN 16931 BR-CO)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat_55 = cls.tax("tva_reduite")
        cls.vat_20 = cls.tax("tva_normale")
        cls.vat_0 = cls.tax("tva_sale_good_0")

    def neutral(self, move):
        """Return the neutral invoice of a move, whose amounts must be coherent."""
        invoice = neutral_invoices(move.with_user(self.user))[move.id]
        found = rules.check(invoice, None)
        wrong = [p.code for p in found if p.field in AMOUNT_FIELDS]
        self.assertFalse(wrong)
        return invoice

    def only_line(self, *args, **values):
        """Return the line of an invoice of one line."""
        (line,) = self.neutral(self.invoice(self.line(*args, **values))).lines
        return line
