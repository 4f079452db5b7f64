"""What the neutral invoice says of the parties and of payment, seen by one who may
only invoice.
"""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ...models.invoice.neutral import expected_number, neutral_invoices
from ...models.invoice.neutral import payment as neutral_payment
from .neutral_case import NeutralInvoiceCase


@tagged("post_install", "-at_install")
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


@tagged("post_install", "-at_install")
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
