"""What the neutral invoice says of lines and VAT, seen by one who may only invoice."""

from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ...models.invoice.neutral import neutral_invoices
from .neutral_case import NeutralInvoiceCase


@tagged("post_install", "-at_install")
class TestLines(NeutralInvoiceCase):
    """Order, designations, prices."""

    def test_order_sections_and_notes(self):
        """Lines by sequence; a note belongs to the product above it."""
        move = self.invoice(
            self.line(1, self.vat_55, name="Deux\nen poche", sequence=20),
            self.line(2, self.vat_55, name="Un", sequence=10),
            *(
                Command.create(
                    {"display_type": kind, "name": name, "sequence": sequence}
                )
                for kind, name, sequence in [
                    ("line_note", "Rentrée", 1),
                    ("line_section", "École", 5),
                    ("line_note", "CM2", 21),
                ]
            ),
        )
        invoice = self.neutral(move)
        self.assertEqual([line.name for line in invoice.lines], ["Un", "Deux"])
        self.assertEqual([line.position for line in invoice.lines], [1, 2])
        self.assertEqual(invoice.lines[1].description, "en poche\nCM2")
        self.assertEqual(invoice.note, "Rentrée")

    def test_book(self):
        """R10: EAN-13 from the barcode, the shop's code apart from the name."""
        book = self.env["product.product"].create(
            {
                "name": "Germinal",
                "default_code": "GER",
                "barcode": "9782070360024",
                "description_sale": "Émile Zola",
            }
        )
        move = self.invoice(
            Command.create({"product_id": book.id, "tax_ids": self.vat_55.ids})
        )
        (line,) = self.neutral(move).lines
        self.assertEqual((line.name, line.reference), ("Germinal", "GER"))
        self.assertEqual((line.ean, line.unit), ("9782070360024", "C62"))
        self.assertEqual(line.description, "Émile Zola")
        for barcode in ("9782070360025", "0012345678905", False):
            book.barcode = barcode
            known = barcode == "0012345678905"
            self.assertEqual(bool(self.neutral(move).lines[0].ean), known)

    def test_discount(self):
        """The price typed is the gross price."""
        line = self.only_line(20, self.vat_55, 3, discount=9)
        self.assertEqual((line.gross_price, line.discount), (20, 9))
        self.assertEqual(line.unit_price, Decimal("18.2"))
        self.assertEqual(line.total, Decimal("54.60"))
        self.assertEqual(line.public_price, 0, "the books hold no price with tax")

    def test_tax_included(self):
        """Prices before tax lead to the amount in the books."""
        line = self.only_line(8.9, self.tax("tva_reduite_ttc"), 7, discount=9)
        self.assertEqual(line.total, Decimal("53.73"))
        self.assertEqual(line.unit_price, Decimal("7.675714"))
        self.assertAlmostEqual(line.gross_price * Decimal("0.91"), line.unit_price, 5)
        self.assertEqual(line.public_price, Decimal("8.9"), "as printed on the book")

    def test_free_line(self):
        """A line discounted by 100 % keeps its gross price, before tax."""
        line = self.only_line(10.55, self.tax("tva_reduite_ttc"), discount=100)
        self.assertEqual((line.total, line.unit_price), (0, 0))
        self.assertEqual(line.gross_price, 10)

    def test_surcharge(self):
        """A negative discount is a higher price."""
        line = self.only_line(10, self.vat_55, discount=-5)
        self.assertEqual((line.unit_price, line.gross_price), (Decimal("10.5"),) * 2)
        self.assertEqual(line.discount, 0)

    def test_negative_line(self):
        """EN 16931 BR-27: a price is never negative; so down payments come off."""
        move = self.invoice(
            self.line(100, self.vat_55),
            self.line(-10, self.vat_55, 2),
            self.line(15, self.vat_55, -1),
        )
        lines = self.neutral(move).lines[1:]
        self.assertEqual([line.quantity for line in lines], [-2, -1])
        self.assertEqual([line.unit_price for line in lines], [10, 15])
        self.assertEqual([line.total for line in lines], [-20, -15])

    def test_no_quantity(self):
        """A quantity of zero is told as it is: the rules report it."""
        move = self.invoice(self.line(10, self.vat_55), self.line(5, self.vat_55, 2))
        move.button_draft()
        move.invoice_line_ids[0].quantity = 0
        line = neutral_invoices(move)[move.id].lines[0]
        self.assertEqual((line.quantity, line.total, line.unit_price), (0, 0, 10))

    def test_queries_do_not_depend_on_lines(self):
        """R14: a batch costs a handful of queries."""
        small, large = (
            self.env["account.move"].create(
                [self.values(*[self.line(9, self.vat_55)] * lines)] * 3
            )
            for lines in (1, 12)
        )
        (small | large).action_post()
        self._queries(small)  # access rights are read once
        few, many = map(self._queries, (small, large))
        self.assertEqual(few, many)
        self.assertLess(many, 40)

    def test_queries_do_not_depend_on_payments(self):
        """Payments are read together too."""
        moves = self.env["account.move"].create(
            [self.values(self.line(9, self.vat_55)) for _each in range(6)]
        )
        moves.action_post()
        self.pay(moves)
        self._queries(moves)  # access rights are read once
        few, many = map(self._queries, (moves[:2], moves))
        self.assertEqual(few, many)
        self.assertLess(many, 40)

    def _queries(self, moves):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        neutral_invoices(moves.with_user(self.user))
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestTaxes(NeutralInvoiceCase):
    """VAT breakdown, charges, roundings."""

    def rows(self, move):
        """Return the breakdown by category and rate."""
        return {
            (row.category, float(row.rate)): (float(row.base), float(row.amount))
            for row in self.neutral(move).taxes
        }

    def test_rates(self):
        """Several rates, and an exempt line, as the books hold them."""
        move = self.invoice(
            self.line(100, self.vat_55),
            self.line(50, self.vat_20),
            self.line(10, self.vat_55),
            self.line(7, self.vat_0),
        )
        expected = {("S", 5.5): (110, 6.05), ("S", 20): (50, 10), ("E", 0): (7, 0)}
        self.assertEqual(self.rows(move), expected)

    def test_tax_edited_by_hand(self):
        """The amount in the books wins over any computation."""
        move = self.invoice(self.line(100, self.vat_55), post=False)
        tax = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda i: i.display_type == "payment_term")
        move.line_ids = [
            Command.update(tax.id, {"amount_currency": -5.51}),
            Command.update(term.id, {"amount_currency": 105.51}),
        ]
        self.assertEqual(self.rows(move), {("S", 5.5): (100, 5.51)})

    def test_reason(self):
        """The legal mention set on the tax, else the usual one."""
        move = self.invoice(self.line(10, self.vat_0))
        (row,) = self.neutral(move).taxes
        self.assertEqual(row.exemption_reason, "Exonération de TVA")
        self.vat_0.invoice_legal_notes = "<p>Article 261 du CGI</p>"
        (row,) = self.neutral(move).taxes
        self.assertEqual(row.exemption_reason, "Article 261 du CGI")
        self.vat_0.ubl_cii_tax_category_code = "Z"
        (row,) = self.neutral(move).taxes
        self.assertEqual((row.category, row.exemption_reason), ("Z", ""))

    def test_overseas(self):
        """Article 294: no VAT in Guiana; a sale to La Réunion is no export."""
        kourou = self.partner("Commune de Kourou", "base.gf")
        tampon = self.partner("Commune du Tampon", "base.re")
        line = self.line(10, self.vat_0)
        to_reunion = self.invoice(line, partner_id=tampon.id)
        self._assert_article_294(to_reunion)
        self.company.partner_id.country_id = kourou.country_id
        self._assert_article_294(self.invoice(line, partner_id=kourou.id))
        self._assert_article_294(
            self.invoice(self.line(10, None), partner_id=kourou.id)
        )

    def _assert_article_294(self, move):
        (row,) = self.neutral(move).taxes
        self.assertEqual((row.category, row.rate, row.amount), ("E", 0, 0))
        self.assertIn("294", row.exemption_reason)

    def test_abroad(self):
        """An embassy: intra-Community in Europe, export elsewhere."""
        for country, category in (("base.de", "K"), ("base.jp", "G")):
            embassy = self.partner("Ambassade", country)
            move = self.invoice(self.line(10, self.vat_0), partner_id=embassy.id)
            (row,) = self.neutral(move).taxes
            self.assertEqual(row.category, category)
            self.assertTrue(row.exemption_reason)

    def test_eco_participation(self):
        """An amount per unit is a line, taxed as it is in the books."""
        eco = self.env["account.tax"].create(
            {
                "name": "Éco-participation",
                "amount_type": "fixed",
                "amount": 0.5,
                "include_base_amount": True,
                "sequence": 0,
                "company_id": self.company.id,
            }
        )
        move = self.invoice(self.line(10, eco | self.vat_20, 4))
        invoice = self.neutral(move)
        names = [(line.name, line.total) for line in invoice.lines]
        self.assertEqual(names, [("Le Petit Prince", 40), ("Éco-participation", 2)])
        self.assertEqual((invoice.untaxed, invoice.tax), (42, Decimal("8.40")))
        self.assertEqual(self.rows(move), {("S", 20): (42, 8.4)})

    def test_cash_rounding_line(self):
        """BT-114: what is asked differs from the total by the rounding."""
        invoice = self._rounded("add_invoice_line")
        self.assertEqual(invoice.untaxed, Decimal("9.98"))
        self.assertEqual(invoice.rounding, Decimal("0.02"))
        self.assertEqual(invoice.total, Decimal("10.53"))
        self.assertEqual(invoice.due, Decimal("10.55"))

    def test_cash_rounding_in_tax(self):
        """Put on the biggest tax, it is VAT in the books, so on the invoice.

        The rules report it when it strays too far from the rate.
        """
        invoice = self._rounded("biggest_tax")
        self.assertEqual(invoice.rounding, 0)
        self.assertEqual(invoice.tax, Decimal("0.57"))
        self.assertEqual(invoice.total, Decimal("10.55"))

    def _rounded(self, strategy):
        account = self.company.get_unaffected_earnings_account()
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "5 centimes",
                "rounding": 0.05,
                "strategy": strategy,
                "profit_account_id": account.id,
                "loss_account_id": account.id,
            }
        )
        line = self.line(9.98, self.vat_55)
        move = self.invoice(line, invoice_cash_rounding_id=rounding.id)
        return neutral_invoices(move.with_user(self.user))[move.id]

    def test_early_payment_discount(self):
        """A "mixed" discount lowers the base of VAT and not the total."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2 %",
                "early_discount": True,
                "discount_percentage": 2,
                "early_pay_discount_computation": "mixed",
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        line = self.line(100, self.vat_20)
        move = self.invoice(line, invoice_payment_term_id=term.id)
        self.assertEqual(self.rows(move), {("S", 20): (98, 19.6), ("E", 0): (2, 0)})
        self.assertEqual(self.neutral(move).untaxed, 100)

    def test_vat_on_payment(self):
        """Services are taxed when they are paid."""
        line = self.line(10, self.tax("tva_normale_encaissement"))
        self.assertTrue(self.neutral(self.invoice(line)).vat_on_payment)
