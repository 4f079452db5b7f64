"""Invoices a bookshop makes, right or stopped with a reason (issue "Any invoice")."""

import random
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...chorus import rules, vat
from ...chorus.facturx import cii, schemas
from ...chorus.mentions import notes
from ...models.invoice.neutral import neutral_invoices
from .neutral_case import NeutralCase

SEED, MANY = 2026, 150


class AnyInvoiceCase(NeutralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat_55 = cls.tax("tva_reduite")
        cls.vat_20 = cls.tax("tva_normale")
        cls.vat_0 = cls.tax("tva_sale_good_0")

    def neutral(self, move):
        return neutral_invoices(move.with_user(self.user))[move.id]

    def codes(self, move):
        """What the check says of the document itself, no directory at hand."""
        found = rules.check(self.neutral(move), None)
        return sorted({p.code for p in found} - {"recipient_unverified"})

    def new_tax(self, name, amount, **values):
        company = self.company.id
        return self.env["account.tax"].create(
            {"name": name, "amount": amount, "company_id": company, **values}
        )

    def schematron(self, move):
        return schemas.schematron_problems(cii.write(self.neutral(move)))


@tagged("post_install", "-at_install")
class TestPayment(AnyInvoiceCase):
    def journal(self, name):
        return self.env["account.journal"].create(
            {"name": name, "type": "bank", "company_id": self.company.id}
        )

    def test_b1_the_name_of_a_journal_proves_nothing(self):
        for name in ("Compte chèques BNP", "Crédit Agricole (CB et virements)"):
            method = self.journal(name).inbound_payment_method_line_ids[:1]
            for words in ("Virement", "Manual Payment"):
                method.name = words
                move = self.invoice(
                    self.line(10, self.vat_55),
                    preferred_payment_method_line_id=method.id,
                )
                invoice = self.neutral(move)
                self.assertEqual(invoice.payment_means, "30", (name, words))
                self.assertTrue(invoice.iban)

    def test_b1_what_was_chosen_is_said(self):
        method = self.journal("BNP").inbound_payment_method_line_ids[:1]
        method.name = "Chèque"
        self.town.property_inbound_payment_method_line_id = method
        move = self.invoice(self.line(10, self.vat_55))
        self.assertEqual(self.neutral(move).payment_means, "20")

    def entry(self, amount, journal="misc"):
        """Receive nothing: write a part of the customer's debt off."""
        chart = self.chart
        account = self.town.property_account_receivable_id
        expense = chart.ref("bank").default_account_id.search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.id)],
            limit=1,
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        lines = [
            Command.create(
                {
                    "account_id": one.id,
                    "partner_id": self.town.id,
                    "debit": max(value, 0),
                    "credit": max(-value, 0),
                }
            )
            for one, value in ((account, -amount), (expense, amount))
        ]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": "2026-11-21",
                "line_ids": lines,
            }
        )
        move.action_post()
        return move

    def receivable(self, moves):
        return moves.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )

    def test_b12_what_is_written_off_is_not_paid(self):
        move = self.invoice(self.line(100, self.vat_55))
        self.receivable(move | self.entry(105.5)).reconcile()
        self.assertEqual(move.amount_residual, 0)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid), ("A1", 0))
        self.assertEqual(invoice.due, Decimal("105.50"))

    def test_b12_only_the_money_of_a_payment_counts(self):
        """A payment that gives a difference up, in the same entry."""
        move = self.invoice(self.line(100, self.vat_55))
        lost = self.entry(1).line_ids.account_id.filtered(
            lambda one: one.account_type == "expense"
        )
        self.pay(
            move,
            amount=100,
            payment_difference_handling="reconcile",
            writeoff_account_id=lost.id,
        )
        self.assertEqual(move.amount_residual, 0)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid), ("A1", Decimal("100.00")))
        self.assertEqual(invoice.due, Decimal("5.50"))

    def test_b12_a_payment_taken_back_to_draft_is_not_received(self):
        """Odoo leaves it matched, and the invoice "paid"."""
        move = self.invoice(self.line(100, self.vat_55))
        self.pay(move).action_draft()
        self.assertEqual(move.amount_residual, 0)
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid), ("A1", 0))
        self.assertEqual(invoice.due, Decimal("105.50"))

    def test_paid_says_when(self):
        move = self.invoice(self.line(100, self.vat_55))
        self.pay(move, payment_date="2026-11-22")
        invoice = self.neutral(move)
        self.assertEqual((invoice.frame, invoice.paid_on), ("A2", date(2026, 11, 22)))

    def test_b13_terms_in_the_customers_language(self):
        """Core leaves "Payment terms: 30 Days" in English, in French too."""
        term = self.env["account.payment.term"].create(
            {
                "name": "30 jours",
                "note": "<span>Payment terms: 30 Days</span>",
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        for lang in ("fr_FR", False):
            self.town.lang = lang
            move = self.invoice(
                self.line(10, self.vat_55), invoice_payment_term_id=term.id
            )
            self.assertEqual(self.neutral(move).payment_terms, "30 jours")
        term.note = "<p>À trente jours, date de facture</p>"
        self.assertEqual(
            self.neutral(move).payment_terms, "À trente jours, date de facture"
        )

    def test_a_discount_for_early_payment_is_told(self):
        """Odoo's own kind of discount, whatever the term is called."""
        term = self.env["account.payment.term"].create(
            {
                "name": "30 jours",
                "early_discount": True,
                "discount_percentage": 2.5,
                "discount_days": 10,
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        move = self.invoice(
            self.line(100, self.vat_55), invoice_payment_term_id=term.id
        )
        invoice = self.neutral(move)
        self.assertRegex(invoice.early_discount, r"2[.,]5\s%.*10")
        self.assertIn(invoice.early_discount, invoice.payment_terms)
        self.assertEqual(notes(invoice)["AAB"], invoice.early_discount)
        plain = self.neutral(self.invoice(self.line(100, self.vat_55)))
        self.assertIn("escompte", notes(plain)["AAB"].casefold())

    def test_instalments_are_told(self):
        """BT-9 holds one day, the last; BT-20 says all."""
        parts = ((30, 0), (70, 60))
        term = self.env["account.payment.term"].create(
            {
                "name": "30 % puis 60 jours",
                "line_ids": [
                    Command.create({"value_amount": value, "nb_days": days})
                    for value, days in parts
                ],
            }
        )
        move = self.invoice(
            self.line(100, self.vat_20), invoice_payment_term_id=term.id
        )
        invoice = self.neutral(move)
        self.assertEqual(invoice.due_date, date(2027, 1, 19))
        lines = invoice.payment_terms.splitlines()
        self.assertEqual(lines[0], "30 % puis 60 jours")
        self.assertIn("20/11/2026", lines[1])
        self.assertIn("36,00", lines[1])
        self.assertIn("84,00", lines[2])


@tagged("post_install", "-at_install")
class TestVat(AnyInvoiceCase):
    def test_b3_no_vat_number_is_none(self):
        self.town.vat = "/"
        move = self.invoice(self.line(10, self.vat_55), post=False)
        self.assertEqual(self.neutral(move).buyer.vat, "")
        self.assertEqual(self.schematron(move), [])

    def test_b4_outside_vat_beside_a_rate(self):
        outside = self.new_tax("Hors champ", 0, ubl_cii_tax_category_code="O")
        move = self.invoice(
            self.line(10, self.vat_55), self.line(5, outside), post=False
        )
        self.assertEqual(self.codes(move), ["vat_not_subject_mixed"])

    def test_b5_franchise(self):
        """Article 293 B: no VAT number, no VAT, and the mention."""
        self.company.vat = False
        for taxes in (None, self.vat_0):
            move = self.invoice(self.line(10, taxes), post=False)
            invoice = self.neutral(move)
            self.assertEqual(self.codes(move), [])
            [row] = invoice.taxes
            self.assertEqual((row.category, row.amount), ("E", 0))
            self.assertEqual(
                row.exemption_reason, "TVA non applicable, article 293 B du CGI"
            )
            self.assertEqual(row.exemption_code, vat.FRANCHISE)
            self.assertEqual(self.schematron(move), [])
        charged = self.invoice(self.line(10, self.vat_55), post=False)
        self.assertEqual(self.codes(charged), ["seller_vat_missing"])

    def test_margin_scheme(self):
        """Second-hand books: the mention of 242 nonies A, 16°, in French."""
        tax = self.new_tax(
            "Marge",
            0,
            ubl_cii_tax_category_code="E",
            ubl_cii_tax_exemption_reason_code="VATEX-EU-F",
        )
        move = self.invoice(self.line(10, tax), post=False)
        [row] = self.neutral(move).taxes
        self.assertIn("Biens d'occasion", row.exemption_reason)
        self.assertEqual(row.exemption_code, "VATEX-EU-F")
        self.assertEqual(self.codes(move), [])
        self.assertEqual(self.schematron(move), [])

    def test_b6_vat_rounded_line_by_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        lines = [self.line(1, self.vat_55) for _each in range(320)]
        move = self.invoice(*lines, post=False)
        self.assertEqual(move.amount_tax, 19.2)
        self.assertEqual(self.codes(move), ["vat_by_line"])
        self.company.tax_calculation_rounding_method = "round_globally"
        right = self.invoice(*lines, post=False)
        self.assertEqual(self.codes(right), [])

    def test_b6_cash_rounding_on_vat_is_named(self):
        rounding = self.env["account.cash.rounding"].create(
            {"name": "10 c", "rounding": 0.1, "strategy": "biggest_tax"}
        )
        move = self.invoice(
            self.line(69.9, self.vat_20),
            invoice_cash_rounding_id=rounding.id,
            post=False,
        )
        self.assertEqual(move.amount_tax, 14)
        self.assertEqual(self.codes(move), ["vat_cash_rounding"])
        self.assertEqual(self.schematron(move), [])

    def test_b7_another_tax_in_per_cent(self):
        """A contribution of 1 % after VAT of 20 %: VAT stays VAT."""
        self.vat_20.include_base_amount = True
        extra = self.new_tax("Contribution", 1, sequence=99)
        move = self.invoice(self.line(100, self.vat_20 | extra), post=False)
        invoice = self.neutral(move)
        [row] = [one for one in invoice.taxes if one.category == "S"]
        self.assertEqual((row.rate, row.amount), (20, 20))
        self.assertIn("vat_missing", self.codes(move), "the charge has no VAT")

    def test_b7_a_charge_that_bears_vat(self):
        dues = self.new_tax("Octroi", 2.5, sequence=0, include_base_amount=True)
        move = self.invoice(self.line(100, dues | self.vat_20), post=False)
        invoice = self.neutral(move)
        self.assertEqual([one.total for one in invoice.lines], [100, Decimal("2.50")])
        [row] = invoice.taxes
        self.assertEqual((row.rate, row.base, row.amount), (20, 102.5, 20.5))
        self.assertEqual(self.codes(move), [])

    def test_b7_what_cannot_be_told_is_refused(self):
        other = self.new_tax("10 % G bis", 10, sequence=99)
        move = self.invoice(self.line(100, self.vat_20 | other), post=False)
        self.assertIn("vat_untold", self.codes(move))

    def test_b7_a_rate_that_is_no_french_one(self):
        move = self.invoice(self.line(100, self.new_tax("1 %", 1)), post=False)
        self.assertEqual(self.codes(move), ["vat_rate_unknown"])

    def test_b10_two_mentions(self):
        taxes = [
            self.new_tax(name, 0, invoice_legal_notes=f"<p>{name}</p>")
            for name in ("Article 261, 4", "Article 262, I")
        ]
        lines = [self.line(10, one) for one in taxes]
        [row] = self.neutral(self.invoice(*lines, post=False)).taxes
        self.assertEqual(row.base, 20)
        self.assertEqual(row.exemption_reason, "Article 261, 4\nArticle 262, I")

    def test_b15_another_currency(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "rate": 2,
                "name": "2026-11-01",
                "company_id": self.company.id,
            }
        )
        move = self.invoice(self.line(100, self.vat_55), currency_id=usd.id)
        invoice = self.neutral(move)
        self.assertEqual((invoice.tax, invoice.tax_in_euros), (5.5, 2.75))
        self.assertEqual(self.codes(move), ["currency_foreign"])
        self.assertEqual(self.schematron(move), [])
        self.assertIsNone(
            self.neutral(self.invoice(self.line(1, self.vat_55))).tax_in_euros
        )

    def test_b15_francs_and_dinars(self):
        for name, price, expected in (
            ("XPF", 1234, ["currency_foreign"]),
            ("TND", 10.005, ["currency_decimals", "currency_foreign"]),
        ):
            currency = self.env["res.currency"].with_context(active_test=False)
            currency = currency.search([("name", "=", name)])
            currency.active = True
            move = self.invoice(
                self.line(price, self.vat_20), currency_id=currency.id, post=False
            )
            self.assertEqual(self.codes(move), expected)

    def test_b17_each_row_its_own(self):
        services = self.tax("tva_normale_encaissement")
        move = self.invoice(self.line(10, self.vat_55), self.line(10, services))
        rows = {row.rate: row.on_payment for row in self.neutral(move).taxes}
        self.assertEqual(rows, {Decimal("5.5"): False, Decimal(20): True})

    def test_b18_a_line_without_any_tax(self):
        move = self.invoice(self.line(10, self.vat_55), self.line(3, None), post=False)
        self.assertEqual(self.codes(move), ["vat_missing"])


@tagged("post_install", "-at_install")
class TestTexts(AnyInvoiceCase):
    def test_b16_a_contact_is_in_its_towns_country(self):
        school = self.env["res.partner"].create(
            {
                "name": "École Briand",
                "parent_id": self.town.id,
                "type": "invoice",
                "zip": "27201",
                "city": "Vernon Cedex",
            }
        )
        school.country_id = False
        move = self.invoice(
            self.line(10, self.vat_55), partner_id=school.id, post=False
        )
        invoice = self.neutral(move)
        self.assertEqual(invoice.buyer.address.country, "FR")
        self.assertEqual(self.codes(move), [])

    def test_text_that_leaves_is_composed(self):
        """A paste from elsewhere: accents apart, marks of direction."""
        self.town.name = "\u202aE\u0301vreux\u202c"
        move = self.invoice(
            self.line(10, self.vat_55, name="Re\u0301cit\u200f"),
            narration="<p>A\u0300 bientôt</p>",
        )
        invoice = self.neutral(move)
        self.assertEqual(invoice.buyer.name, "Évreux")
        self.assertEqual(invoice.lines[0].name, "Récit")
        self.assertEqual(invoice.note, "À bientôt")

    def test_core_mentions_left_in_english_are_not_said(self):
        note = "<span>Exempt intra-community supplies - Article 138</span>"
        self.vat_0.invoice_legal_notes = note
        embassy = self.partner("Ambassade", "base.de", vat="DE136695976", lang="fr_FR")
        move = self.invoice(self.line(10, self.vat_0), partner_id=embassy.id)
        [row] = self.neutral(move).taxes
        self.assertEqual(
            row.exemption_reason, "Exonération de TVA, article 262 ter, I du CGI"
        )


@tagged("post_install", "-at_install")
class TestFiles(AnyInvoiceCase):
    def file(self, name, size):
        return self.env["ir.attachment"].create({"name": name, "raw": b"x" * size})

    def test_b8_refused_when_added(self):
        move = self.invoice(self.line(10, self.vat_55), post=False)
        for name, size, words in (
            ("message.eml", 3, "this kind of file"),
            ("photo.heic", 3, "this kind of file"),
            ("sans extension", 3, "this kind of file"),
            ("n" * 47 + ".pdf", 3, "50 characters"),
            ("vide.pdf", 0, "empty"),
            ("plan.pdf", 10_000_000, "too large"),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                move.with_context(
                    lang="en_US"
                ).l10n_fr_chorus_attachment_ids = self.file(name, size)
        move.l10n_fr_chorus_attachment_ids = self.file("bon.pdf", 3)
        self.assertEqual(self.codes(move), [])

    def test_b8_all_of_them_at_check(self):
        move = self.invoice(self.line(10, self.vat_55), post=False)
        files = self.file("a.pdf", 5_000_000) | self.file("b.pdf", 5_000_000)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            move.l10n_fr_chorus_attachment_ids = files
        [one] = files[:1]
        move.l10n_fr_chorus_attachment_ids = one
        one.raw = b""
        self.assertEqual(self.codes(move), ["file_empty"])


@tagged("post_install", "-at_install")
class TestHundreds(AnyInvoiceCase):
    """Either the check stops it with a reason, or the norm finds nothing."""

    def test_any_invoice(self):
        if not schemas.schematron_available():
            self.skipTest("saxonche is absent")
        made = self._make(random.Random(SEED))
        invoices = neutral_invoices(made)
        outcomes = {"stopped": 0, "taken": 0}
        for move in made:
            invoice = invoices[move.id]
            found = rules.check(invoice, None)
            if any(one.severity == rules.ERROR for one in found):
                outcomes["stopped"] += 1
                self.assertTrue(all(one.message and one.remedy for one in found))
                continue
            outcomes["taken"] += 1
            xml = cii.write(invoice)
            problems = schemas.xsd_problems(xml) or schemas.schematron_problems(xml)
            self.assertEqual(problems, [], move.name)
        self.assertGreater(outcomes["taken"], MANY / 4)
        self.assertGreater(outcomes["stopped"], MANY / 10)

    def _make(self, chance):
        """Drafts over the chart's taxes, and some that a shop should not have."""
        taxes = self.env["account.tax"].with_context(active_test=False)
        taxes = taxes.search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")]
        )
        taxes.active = True
        odd = [
            self.new_tax(f"odd {code}", rate, ubl_cii_tax_category_code=code)
            for code, rate in (("O", 0), ("AE", 0), ("Z", 0), ("S", 0), ("L", 7))
        ]
        usual = [*taxes, *taxes, *odd, self.vat_20 | self.new_tax("1 %", 1), None]
        roundings = self.env["account.cash.rounding"].create(
            [
                {"name": name, "rounding": step, "strategy": "biggest_tax"}
                for name, step in (("5 c", 0.05), ("10 €", 10))
            ]
        )
        currencies = [self.company.currency_id.id] * 6 + [self._dollars().id]
        values = []
        for _each in range(MANY):
            bears = chance.sample(usual, chance.choice((1, 1, 2, 3)))
            lines = [
                self.line(
                    chance.choice((1, 9.99, 18.96, 0.005, 3.3175, 7.11, 1250)),
                    chance.choice(bears),
                    chance.choice((1, 1, 2, 7, 0.5, 40, -1)),
                    discount=chance.choice((0, 0, 5, 9, 33.33, 100, -10)),
                )
                for _line in range(chance.choice((1, 2, 3, 5, 12)))
            ]
            values.append(
                self.values(
                    *lines,
                    currency_id=chance.choice(currencies),
                    invoice_cash_rounding_id=chance.choice(
                        (False,) * 8 + (*roundings.ids,)
                    ),
                    move_type=chance.choice(("out_invoice",) * 4 + ("out_refund",)),
                )
            )
        return self.env["account.move"].create(values)

    def _dollars(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        return usd
