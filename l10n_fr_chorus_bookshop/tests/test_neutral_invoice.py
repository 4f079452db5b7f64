"""What the neutral invoice says of each kind of invoice, as one who may only invoice
sees it.
"""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..chorus import rules
from ..models import neutral_payment
from ..models.neutral_invoice import expected_number, neutral_invoices
from .neutral_case import NeutralCase

AMOUNT_FIELDS = {"lines", "taxes", "untaxed", "tax", "total", "due", "frame"}


@tagged("post_install", "-at_install")
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


class TestHeader(NeutralInvoiceCase):
    """Number, dates, references, texts, parties."""

    def test_references_byte_for_byte(self):
        """R7: case and spaces are kept."""
        move = self.invoice(
            self.line(10, self.vat_55),
            buyer_reference=" Cult-01",
            purchase_order_reference="ej 2026/7 ",
            contract_reference="mA",
        )
        invoice = self.neutral(move)
        self.assertEqual(invoice.service, " Cult-01")
        self.assertEqual(invoice.engagement, "ej 2026/7 ")
        self.assertEqual(invoice.market, "mA")

    def test_service_name(self):
        """The directory's name of the service goes with its code."""
        structure = self.env["l10n_fr_chorus.structure"].create(
            {"siret": self.town.company_registry, "name": "VERNON"}
        )
        self.env["l10n_fr_chorus.service"].create(
            {"structure_id": structure.id, "code": "CULT", "name": "Culture"}
        )
        self.env.invalidate_all()
        move = self.invoice(self.line(10, self.vat_55), buyer_reference="CULT")
        self.assertEqual(self.neutral(move).service_name, "Culture")

    def test_head(self):
        """Number, kind, dates and currency are those of the books."""
        move = self.invoice(
            self.line(10, self.vat_55),
            invoice_date_due=date(2026, 12, 20),
            delivery_date=date(2026, 11, 18),
            narration="<p>Merci &amp; à bientôt</p>",
        )
        invoice = self.neutral(move)
        self.assertEqual(invoice.number, move.name)
        self.assertEqual((invoice.kind, invoice.currency), ("380", "EUR"))
        self.assertEqual(invoice.issue_date, date(2026, 11, 20))
        self.assertEqual(invoice.due_date, move.invoice_date_due)
        self.assertEqual(invoice.delivery_date, date(2026, 11, 18))
        self.assertEqual(invoice.note, "Merci & à bientôt")
        self.assertFalse(invoice.vat_on_payment)

    def test_contact_is_invoiced_under_the_entity(self):
        """The SIRET comes from the entity, the address from the contact."""
        school = self.env["res.partner"].create(
            {
                "name": "École Briand",
                "parent_id": self.town.id,
                "type": "invoice",
                "zip": "27201",
                "city": "Vernon Cedex",
            }
        )
        self.company.partner_id.company_registry = "888 888 880 00018"
        move = self.invoice(self.line(10, self.vat_55), partner_id=school.id)
        invoice = self.neutral(move)
        self.assertEqual(invoice.seller.siret, "88888888000018")
        self.assertEqual(invoice.seller.vat, self.company.vat)
        self.assertEqual(invoice.buyer.siret, self.town.company_registry)
        self.assertEqual(invoice.buyer.name, "Commune de Vernon, École Briand")
        self.assertEqual(invoice.buyer.address.zip, "27201")

    def test_establishment_is_invoiced_under_its_own_siret(self):
        """A contact with a SIRET of its own is the debtor."""
        school = self.env["res.partner"].create(
            {"name": "Lycée", "parent_id": self.town.id, "type": "invoice"}
        )
        school.company_registry = "22760540900019"
        move = self.invoice(self.line(10, self.vat_55), partner_id=school.id)
        buyer = self.neutral(move).buyer
        self.assertEqual(buyer.siret, "22760540900019")
        self.assertEqual(buyer.address.city, "Vernon")

    def test_delivery(self):
        """The place of delivery is named when it is another."""
        move = self.invoice(self.line(10, self.vat_55))
        self.assertIsNone(self.neutral(move).delivery)
        library = self.partner("Médiathèque")
        move = self.invoice(self.line(10, self.vat_55), partner_shipping_id=library.id)
        self.assertEqual(self.neutral(move).delivery.name, "Médiathèque")

    def test_draft_number(self):
        """A draft shows the number that posting gives it, first or not."""
        for _each in range(2):
            move = self.invoice(self.line(10, self.vat_55), post=False)
            expected = expected_number(move.with_user(self.user))
            move.action_post()
            self.assertEqual(move.name, expected)

    def test_number_given(self):
        """The caller may know better."""
        move = self.invoice(self.line(10, self.vat_55), post=False)
        invoice = neutral_invoices(move, {move.id: "FA-1"})[move.id]
        self.assertEqual(invoice.number, "FA-1")

    def test_incomplete_draft(self):
        """Nothing is missing that would raise: no customer, no line, no bank."""
        move = self.env["account.move"].create(
            {"move_type": "out_invoice", "company_id": self.company.id}
        )
        invoice = neutral_invoices(move)[move.id]
        self.assertEqual((invoice.lines, invoice.buyer.siret), ((), ""))

    def test_onchange(self):
        """While a person edits, references are live and amounts those last saved."""
        saved = self.invoice(self.line(10, self.vat_55), post=False)
        live = self.env["account.move"].new({"buyer_reference": "S"}, origin=saved)
        invoice = neutral_invoices(live)[live.id]
        self.assertEqual((invoice.service, invoice.untaxed), ("S", 10))
        unsaved = self.env["account.move"].new({"move_type": "out_invoice"})
        self.assertFalse(neutral_invoices(unsaved)[unsaved.id].lines)

    def test_payment_terms_in_the_customers_language(self):
        """The words of the terms, else their name."""
        term = self.env["account.payment.term"].create(
            {"name": "Thirty", "note": "<p>Pay within <b>30</b> days</p>"}
        )
        move = self.invoice(self.line(10, self.vat_55), invoice_payment_term_id=term.id)
        terms = self.neutral(move).payment_terms
        self.assertEqual(terms.replace("*", ""), "Pay within 30 days")
        term.note = False
        self.assertEqual(self.neutral(move).payment_terms, "Thirty")


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

    def test_tax_included(self):
        """Prices before tax lead to the amount in the books."""
        line = self.only_line(8.9, self.tax("tva_reduite_ttc"), 7, discount=9)
        self.assertEqual(line.total, Decimal("53.73"))
        self.assertEqual(line.unit_price, Decimal("7.675714"))
        self.assertAlmostEqual(line.gross_price * Decimal("0.91"), line.unit_price, 5)

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


class TestPayment(NeutralInvoiceCase):
    """Already paid, credited, to be paid."""

    def book(self):
        """Return a posted invoice of 105.50."""
        return self.invoice(self.line(100, self.vat_55))

    def credit(self, move, **values):
        """Return a posted credit note set off against its invoice."""
        reverse = move._reverse_moves([{"invoice_date": move.invoice_date, **values}])
        reverse.action_post()
        return reverse

    def test_unpaid(self):
        """Everything is due, by transfer, to the account on the invoice."""
        move = self.book()
        self.assertTrue(move.partner_bank_id)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid), ("A1", 0))
        self.assertEqual(invoice.due, Decimal("105.50"))
        self.assertEqual(invoice.payment_means, "30")
        self.assertEqual(invoice.iban, move.partner_bank_id.sanitized_acc_number)

    def test_account_that_is_no_iban(self):
        """Chorus Pro knows no other accounts."""
        move = self.book()
        move.partner_bank_id.acc_number = "12345"
        self.assertEqual(self.neutral(move).iban, "")

    def test_partly_paid(self):
        """BR-CO-16: what remains is due."""
        move = self.book()
        self.pay(move, amount=5.5)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid), ("A1", Decimal("5.50")))
        self.assertEqual(invoice.due, 100)

    def test_paid_in_cash(self):
        """A2, by the means of the payment: nobody pays it twice."""
        move = self.book()
        till = self.env["account.journal"].create(
            {"name": "Caisse", "type": "cash", "company_id": self.company.id}
        )
        self.pay(move, journal_id=till.id)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.due), ("A2", 0))
        self.assertEqual(invoice.payment_means, "10")

    def test_set_off_is_not_paid(self):
        """R23: invoice and credit note both remain due in full."""
        move = self.book()
        reverse = self.credit(move)
        self.assertEqual((move.amount_residual, reverse.amount_residual), (0, 0))
        for document in map(self.neutral, (move, reverse)):
            self.assertEqual((document.frame, document.paid), ("A1", 0))
            self.assertEqual(document.due, Decimal("105.50"))

    def test_credit_note(self):
        """Positive amounts, the invoice named, no payment asked."""
        move = self.book()
        credit = self.neutral(self.credit(move))
        self.assertEqual((credit.kind, credit.total), ("381", Decimal("105.50")))
        self.assertEqual(credit.lines[0].total, 100)
        self.assertEqual(credit.original_number, move.name)
        self.assertEqual(credit.original_date, move.invoice_date)
        self.assertTrue(credit.full_credit)
        self.assertEqual((credit.payment_means, credit.iban), ("97", ""))

    def test_credit_note_that_is_not_full(self):
        """Another amount, or other references."""
        reverse = self.credit(self.book(), buyer_reference="OTHER")
        self.assertFalse(self.neutral(reverse).full_credit)
        reverse = self.book()._reverse_moves()
        reverse.invoice_line_ids.quantity = 0.5
        self.assertFalse(self.neutral(reverse).full_credit)

    def test_means(self):
        """Shops name their methods; the code says "manual"."""
        journal = self.chart.ref("bank")
        method = journal.inbound_payment_method_line_ids[:1]
        for name, code in {
            "Chèque": "20",
            "Carte bancaire": "48",
            "Espèces": "10",
            "Prélèvement SEPA": "59",
            "Virement": "30",
        }.items():
            method.name = name
            self.assertEqual(neutral_payment.means(method, journal), code)
        move = self.invoice(
            self.line(10, self.vat_55), preferred_payment_method_line_id=method.id
        )
        method.name = "Chèque"
        self.assertEqual(self.neutral(move).payment_means, "20")
