"""R49: for a company that does not use Chorus Pro nothing is more than before."""

import re
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import TransactionCase, tagged

# Our tables, our columns where rows are looked for, what core's form never looks for.
OURS = re.compile(
    r"""(FROM|JOIN|INTO|UPDATE) "?l10n_fr_chorus_|"l10n_fr_chorus_\w+" (IN|IS) """
    r"""|account_move_ir_attachment_rel|reversed_entry_id" IN""",
    re.IGNORECASE,
)
# What core reads of a customer when it makes an invoice, not when it shows one.
CHOICES = "specific_property_product_pricelist"


class WithoutChorusCase(TransactionCase):
    """A company that invoices, of which no customer is served by Chorus Pro."""

    country = "base.be"
    customer_name = "Gemeente Gent"
    siret = False
    # In France anybody's invoice may leave by it, if one chooses so.
    offered = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        country = cls.env.ref(cls.country)
        cls.company = cls.env["res.company"].create(
            {"name": "Boekhandel", "country_id": country.id}
        )
        cls.env = cls.env(context={"allowed_company_ids": cls.company.ids})
        journal = {"type": "sale", "code": "VEN", "name": "Sales"}
        cls.env["account.journal"].create({**journal, "company_id": cls.company.id})
        account = {"company_ids": [Command.set(cls.company.ids)]}
        income, receivable = cls.env["account.account"].create(
            [
                {**account, "code": code, "name": kind, "account_type": kind}
                for code, kind in (("700000", "income"), ("400000", "asset_receivable"))
            ]
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": cls.customer_name,
                "company_registry": cls.siret,
                "is_company": True,
                "country_id": country.id,
                "property_account_receivable_id": receivable.id,
            }
        )
        cls.line = Command.create(
            {"name": "Book", "price_unit": 10, "account_id": income.id, "tax_ids": []}
        )

    def invoice(self):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [self.line],
            }
        )


class Counted:
    """What both companies do, and what it costs."""

    def queries(self, act):
        """Return the result of an act, and the queries that it made."""
        made, execute = [], Cursor.execute

        def spy(cursor, query, *args, **options):
            made.append(str(query))
            return execute(cursor, query, *args, **options)

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(Cursor, "execute", spy):
            result = act()
            self.env.flush_all()
        return result, made

    def assertNothingOfOurs(self, made):  # noqa: N802 - as unittest names them
        self.assertTrue(made)
        self.assertEqual([one for one in made if OURS.search(one)], [])

    def test_no_query_of_ours_on_its_invoices(self):
        move, made = self.queries(self.invoice)
        self.assertNothingOfOurs(made)
        _result, made = self.queries(move.action_post)
        self.assertNothingOfOurs(made)
        names = self.env["account.move"].get_view(view_type="form")["models"]
        shown = {name: {} for name in names["account.move"]}
        [read], made = self.queries(lambda: move.web_read(shown))
        self.assertNothingOfOurs(made)
        self.assertEqual([one for one in made if CHOICES in one], [])
        names = self.env["account.move"].get_view(view_type="list")["models"]
        listed = {name: {} for name in names["account.move"]}
        mine = [("id", "=", move.id)]
        _rows, made = self.queries(lambda: move.web_search_read(mine, listed))
        self.assertNothingOfOurs(made)
        ours = {k: v for k, v in read.items() if k.startswith("l10n_fr_chorus_") and v}
        self.assertEqual(ours, {}, "no banner, no state, no question")

    def test_no_query_of_ours_in_its_send_dialog(self):
        move = self.invoice()
        move.action_post()
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizards = self.env["account.move.send.wizard"].with_context(**context)
        wizard, made = self.queries(lambda: wizards.create({}))
        self.assertNothingOfOurs(made)
        boxes = wizard.sending_method_checkboxes or {}
        self.assertEqual("chorus" in boxes, self.offered)
        self.assertFalse(boxes.get("chorus", {}).get("checked"))
        self.assertFalse([key for key in wizard.alerts or {} if "chorus" in key])


@tagged("post_install", "-at_install")
class TestFrenchWithoutChorus(Counted, WithoutChorusCase):
    """Its customers are readers: no SIRET, and no sending of ours."""

    country = "base.fr"
    customer_name = "Une lectrice"
    offered = True


@tagged("post_install", "-at_install")
class TestFrenchFirmWithoutChorus(TestFrenchWithoutChorus):
    """Its customers are firms, which have a SIRET."""

    customer_name = "Cabinet Morel"
    siret = "55203253400646"


@tagged("post_install", "-at_install")
class TestFrenchTownWithoutChorus(TestFrenchWithoutChorus):
    """Nobody has told that this one is a public body, but its name and its SIRET."""

    customer_name = "Commune de Trifouillis-les-Oies"
    siret = "21760999900014"


@tagged("post_install", "-at_install")
class TestChorusBegins(WithoutChorusCase):
    """What a company does first with Chorus Pro, and what it then sees."""

    country = "base.fr"
    customer_name = "Office de l'habitat"
    siret = "55203253400646"

    def begun(self):
        """Whether it uses Chorus Pro, as noted and as its records tell anew."""
        company = self.company
        noted = company.l10n_fr_chorus_in_use
        field = company._fields["l10n_fr_chorus_in_use"]
        self.env.add_to_compute(field, company)
        self.assertEqual(company.l10n_fr_chorus_in_use, noted)
        return noted

    def test_a_customer_set_to_chorus_pro_begins_it(self):
        self.company.l10n_fr_chorus_watched_from = False
        move = self.invoice()
        move.action_post()
        self.assertFalse(self.begun())
        self.assertFalse(move.l10n_fr_chorus_is_forgotten)
        self.customer.invoice_sending_method = "chorus"
        self.assertTrue(self.begun())
        self.assertTrue(move.l10n_fr_chorus_is_forgotten, "what was posted before, too")
        self.assertIn(move.id, [one["id"] for one in move.l10n_fr_chorus_forgotten()])

    def test_a_new_customer_set_to_chorus_pro_begins_it(self):
        self.customer.copy({"invoice_sending_method": "chorus"})
        self.assertTrue(self.begun())

    def test_chorus_pro_as_the_usual_way_is_using_it(self):
        self.assertFalse(self.company._l10n_fr_chorus_uses())
        self.env["ir.default"].set(
            "res.partner",
            "invoice_sending_method",
            "chorus",
            company_id=self.company.id,
        )
        self.assertTrue(self.company._l10n_fr_chorus_uses())

    def test_one_invoice_sent_begins_it(self):
        move = self.invoice()
        move.action_post()
        move._l10n_fr_chorus_request()
        self.assertTrue(self.company.l10n_fr_chorus_in_use)

    def test_a_connection_begins_it(self):
        self.env["l10n_fr_chorus.connection"].create(
            {"company_id": self.company.id, "channel": "piste"}
        )
        self.assertTrue(self.begun())

    def test_a_body_typed_by_hand_begins_it_and_is_found(self):
        move = self.invoice()
        self.assertFalse(move.l10n_fr_chorus_structure_id)
        body = self.env["l10n_fr_chorus.structure"].create(
            {"siret": self.siret, "name": "Office public", "is_active": True}
        )
        self.assertTrue(self.begun())
        move.invalidate_recordset()
        self.customer.invalidate_recordset()
        self.assertEqual(move.l10n_fr_chorus_structure_id, body)


@tagged("post_install", "-at_install")
class TestWithoutChorus(Counted, WithoutChorusCase):
    def test_no_word_of_ours_on_its_prints(self):
        move = self.invoice()
        move.action_post()
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("account.report_invoice", move.ids)
        for word in (b"Chorus", b"SIRET", b"engagement"):
            self.assertNotIn(word, html)

    def test_all_that_its_form_has_of_ours_is_hidden(self):
        """What nobody hides is in a page or a group that something hides."""
        form = etree.fromstring(
            self.env["account.move"].get_view(view_type="form")["arch"]
        )
        for node in form.iter("field", "button", "div"):
            name = node.get("name") or ""
            if not re.match(r"(action_)?l10n_fr_chorus_", name):
                continue
            hidden = [node, *node.iterancestors()]
            self.assertTrue(
                any(
                    one.get("invisible") or one.get("column_invisible")
                    for one in hidden
                ),
                name,
            )
