"""R45: a customer's order is read where it is put; a person confirms what it says."""

# pylint: disable=translation-required

import io
from base64 import b64encode
from email.message import EmailMessage

from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase

MAIL = """From: Mairie <achats@mairie.example.com>
To: commandes@librairie.example.com
Subject: Bon de commande n° 2026-00417
Message-Id: <{id}@mairie.example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,
SIRET : {siret}
Code service : MEDIATHEQUE
N° d'engagement : 26D001532
{ean} x 3
"""


def drawn(*lines):
    """A page of text as a PDF."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for number, line in enumerate(lines):
        canvas.drawString(40, 800 - 15 * number, line)
    canvas.save()
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestOrderForm(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.aube = cls.ref("partner_aube")
        cls.siret = cls.aube.company_registry
        cls.order_form = drawn(
            "DÉPARTEMENT DE L'AUBE",
            "Bon de commande n° 2026-00417 du 03/02/2026",
            f"SIRET : {cls.siret}",
            "N° d'engagement : 26D001532",
            "Code service : MEDIATHEQUE",
            "Marché n° 2026-M-7",
            f"{cls.book.barcode} Qté 3",
            "9782999900110 Qté 2",
        )

    def setUp(self):
        super().setUp()
        self.order = self.shop["sale.order"].create({"partner_id": self.aube.id})

    def read(self, content=None, name="bc.pdf", order=None):
        file = {
            "name": name,
            "content": b64encode(content or self.order_form).decode(),
        }
        [answer] = (order or self.order).l10n_fr_chorus_read_order([file])
        return answer

    def form(self, order=None):
        return (order or self.order).l10n_fr_chorus_form_ids[:1]

    def said(self, order=None):
        order = order or self.order
        return (
            order.l10n_fr_chorus_service_code,
            order.l10n_fr_chorus_engagement,
            order.l10n_fr_chorus_market,
            order.client_order_ref,
        )

    READ = ("MEDIATHEQUE", "26D001532", "2026-M-7", "2026-00417")

    # ---- READING ---------------------------------------------------------------

    def test_nothing_is_written_before_a_person_confirms(self):
        answer = self.read()
        values = {one["field"]: one for one in answer["values"] if one["keep"]}
        self.assertEqual(
            {name: one["value"] for name, one in values.items()},
            {
                "siret": self.siret,
                "service": "MEDIATHEQUE",
                "engagement": "26D001532",
                "market": "2026-M-7",
                "order": "2026-00417",
                "date": "2026-02-03",
            },
        )
        engagement = values["engagement"]
        self.assertEqual(engagement["sentence"], "N° d'engagement : 26D001532")
        self.assertEqual((engagement["page"], engagement["file"]), (1, "bc.pdf"))
        self.assertEqual(self.said(), (False, False, False, False))
        self.assertFalse(self.order.order_line)

    def test_a_date_is_shown_as_people_write_it(self):
        self.read()
        french = self.form().with_context(lang="fr_FR")
        [date] = french.value_ids.filtered(lambda one: one.name == "date")
        self.assertEqual(date.shown, "03/02/2026")
        self.assertEqual(french.value_ids[0].shown, self.siret)
        self.assertIn("03/02/2026", "".join(date._say()))

    def test_who_prepares_parcels_has_no_order_to_confirm(self):
        self.read()
        keeper = new_test_user(
            self.env,
            "keeper",
            groups="stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self.order.with_user(keeper)
        order.invalidate_recordset()
        self.assertFalse(order.l10n_fr_chorus_form_id)
        self.assertTrue(self.order.l10n_fr_chorus_form_id)

    def test_confirmed_values_and_books_are_written_with_their_words(self):
        self.read()
        self.form().action_keep()
        self.assertEqual(self.said(), self.READ)
        self.assertEqual(str(self.order.l10n_fr_chorus_ordered_on), "2026-02-03")
        [line] = self.order.order_line
        self.assertEqual((line.product_id, line.product_uom_qty), (self.book, 3))
        said = self.order.message_ids[:1].body
        self.assertIn("N° d'engagement : 26D001532", said.unescape())

    def test_unknown_books_are_listed_and_not_ordered(self):
        books = {one["ean"]: one for one in self.read()["books"]}
        unknown = books["9782999900110"]
        self.assertEqual((unknown["known"], unknown["keep"]), (False, False))
        self.assertIn("unknown here", unknown["note"])
        self.form().book_ids.keep = True
        with self.assertRaisesRegex(UserError, "9782999900110"):
            self.form().action_keep()

    def test_a_service_of_another_body_is_not_proposed(self):
        answer = self.read(drawn(f"SIRET {self.siret}", "Code service : AILLEURS-1"))
        [service] = [one for one in answer["values"] if one["field"] == "service"]
        self.assertFalse(service["keep"])
        self.assertIn("not a service of this body", service["why"])

    def test_a_service_of_a_body_that_the_directory_does_not_know(self):
        """Nobody can tell that the word is a service: a person does."""
        body = self.shop["res.partner"].create(
            {
                "name": "Mairie nouvelle",
                "is_company": True,
                "company_registry": "21990010700018",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        order = self.shop["sale.order"].create({"partner_id": body.id})
        lines = "SIRET : 219 900 107 00018", "Code service : CULT-MED", "EJ 26D15"
        answer = self.read(drawn(*lines), order=order)
        told = {one["field"]: one for one in answer["values"]}
        self.assertFalse(told["service"]["keep"])
        self.assertIn("not known", told["service"]["why"])
        self.assertTrue(told["siret"]["keep"])
        self.assertIn("unknown in the directory", told["siret"]["why"])
        structure = self.env["l10n_fr_chorus.structure"].create(
            {
                "siret": "21990010700018",
                "name": "MAIRIE",
                "is_active": True,
                "source": "api",
            }
        )
        answer = self.read(drawn(*lines), order=order)
        told = {one["field"]: one for one in answer["values"]}
        self.assertFalse(told["service"]["keep"], "it has no service at all")
        structure.is_active = False
        answer = self.read(drawn(*lines), order=order)
        told = {one["field"]: one for one in answer["values"]}
        self.assertIn("not active", told["siret"]["why"])

    def test_our_own_siret_is_never_proposed(self):
        ours = self.company.company_registry
        answer = self.read(drawn(f"Titulaire SIRET {ours}", "Engagement 26D1"))
        self.assertNotIn("siret", [one["field"] for one in answer["values"]])

    def test_a_siret_chooses_who_is_invoiced(self):
        other = self.ref("partner_lille")
        self.read(drawn(f"SIRET à facturer : {other.company_registry}", "EJ 26D15"))
        self.form().action_keep()
        self.assertEqual(self.order.partner_invoice_id, other)
        self.assertEqual(self.order.partner_id, self.aube)

    def test_a_siret_of_no_customer_is_said(self):
        answer = self.read(drawn("SIRET : 219 900 107 00018", "EJ 26D15"))
        [siret] = [one for one in answer["values"] if one["field"] == "siret"]
        self.assertFalse(siret["keep"])
        self.assertIn("no customer has this SIRET", siret["why"])

    def test_a_siret_of_two_customers_is_chosen_by_a_person(self):
        siret = "21990010700018"
        values = {"is_company": True, "company_registry": siret}
        for name in ("Mairie", "Mairie (doublon)"):
            self.shop["res.partner"].create({"name": name, **values})
        answer = self.read(drawn("SIRET : 219 900 107 00018", "EJ 26D15"))
        [told] = [one for one in answer["values"] if one["field"] == "siret"]
        self.assertFalse(told["keep"])
        self.assertIn("Mairie (doublon)", told["why"])

    def test_a_picture_says_so(self):
        file = io.BytesIO()
        canvas = Canvas(file)
        canvas.rect(0, 0, 100, 100)
        canvas.save()
        answer = self.read(file.getvalue(), "scan.pdf")
        self.assertIn("scan.pdf holds no text", answer["notes"])
        self.assertFalse(answer["values"])

    def test_a_list_of_isbns(self):
        content = f"ISBN;Qté\n{self.book.barcode};4\n9782999900111;1\n".encode()
        answer = self.read(content, "liste.csv")
        known, bad = answer["books"]
        self.assertEqual((known["quantity"], known["keep"]), (4, True))
        self.assertIn("check digit is wrong", bad["note"])

    def test_two_values_as_sure_tick_none(self):
        answer = self.read(drawn("Engagement n° 26A001", "Engagement n° 26A002"))
        kept = [one["keep"] for one in answer["values"] if one["field"] == "engagement"]
        self.assertEqual(kept, [False, False])
        self.form().value_ids.keep = True
        with self.assertRaisesRegex(UserError, "only one value"):
            self.form().action_keep()

    # ---- WHERE IT IS PUT -------------------------------------------------------

    def attach(self, content=None, name="bc.pdf"):
        return self.shop["ir.attachment"].create(
            {
                "name": name,
                "raw": content or self.order_form,
                "res_model": "sale.order",
                "res_id": self.order.id,
            }
        )

    def test_a_file_dropped_on_the_quotation(self):
        self.attach().sudo()._post_add_create()
        self.assertEqual(self.order.l10n_fr_chorus_form_id.state, "proposed")
        action = self.order.action_l10n_fr_chorus_read_order()
        self.assertEqual(action["res_id"], self.form().id)

    def test_any_other_paper_proposes_nothing(self):
        self.attach(drawn("Plan d'accès à la médiathèque")).sudo()._post_add_create()
        self.assertFalse(self.form())
        self.attach(b"%PDF-1.4 broken", "x.pdf").sudo()._post_add_create()
        self.assertFalse(self.form())

    def test_the_button_reads_what_is_attached(self):
        with self.assertRaisesRegex(UserError, "Drop the customer's order"):
            self.order.action_l10n_fr_chorus_read_order()
        self.attach()
        self.order.action_l10n_fr_chorus_read_order()
        self.assertEqual(self.form().state, "proposed")

    def test_files_dropped_on_the_list_of_quotations(self):
        orders = self.shop["sale.order"].with_context(
            default_partner_id=self.claire.partner_id.id
        )
        order = orders.create({})
        file = self.attach()
        file.res_id = order.id
        order._extend_with_attachments(order._to_files_data(file), new=True)
        self.form(order).action_keep()
        self.assertEqual(order.partner_id, self.aube)
        self.assertEqual(self.said(order), self.READ)

    def test_a_mail_makes_a_quotation(self):
        self.company.l10n_fr_chorus_order_alias_name = "commandes-chorus"
        alias = self.company.l10n_fr_chorus_order_alias_id
        self.assertEqual(alias.alias_model_id.model, "sale.order")
        mail = MAIL.format(id="1", siret=self.siret, ean=self.book.barcode)
        order_id = self.env["mail.thread"].message_process(
            "sale.order", mail, custom_values={"company_id": self.company.id}
        )
        order = self.shop["sale.order"].browse(order_id)
        self.assertFalse(order.user_id, "any salesperson may take it")
        self.assertEqual(self.form(order).state, "proposed")
        self.form(order).action_keep()
        self.assertEqual(order.partner_id, self.aube)
        self.assertEqual(order.l10n_fr_chorus_engagement, "26D001532")
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.company.l10n_fr_chorus_order_alias_name = False
        self.assertFalse(alias.exists())

    def test_what_we_send_is_not_read(self):
        """Neither as it leaves nor when a person asks: it is no customer's order."""
        self.order.message_post(
            body="Votre devis",
            attachments=[("devis.pdf", self.order_form)],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(self.form())
        with self.assertRaisesRegex(UserError, "Drop the customer's order"):
            self.order.action_l10n_fr_chorus_read_order()

    def test_a_note_of_the_chatter_is_read(self):
        self.order.message_post(
            body="Reçu au comptoir",
            attachments=[("bc.pdf", self.order_form)],
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.assertEqual(self.form().name, "bc.pdf")

    def test_what_a_customer_writes_on_its_page_is_read(self):
        customer = new_test_user(
            self.env, "town", groups="base.group_portal", partner_id=self.aube.id
        )
        self.order.with_user(customer).sudo().message_post(
            body="Voici notre bon",
            attachments=[("bc.pdf", self.order_form)],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.aube.id,
        )
        self.assertEqual(self.form().name, "bc.pdf")

    def test_a_picture_that_is_dropped_says_so(self):
        self.attach(drawn(), "scan.pdf").sudo()._post_add_create()
        self.assertFalse(self.form())
        self.assertIn("scan.pdf holds no text", self.order.message_ids[:1].body)

    def test_an_order_that_comes_with_a_mail_file(self):
        """A mail is dropped as a file, its PDF inside."""
        mail = EmailMessage()
        mail["Subject"] = "Bon de commande n° 2026-00417"
        mail["From"], mail["To"] = "a@mairie.example.com", "b@shop.example.com"
        mail.set_content("Bonjour, voici notre bon.")
        mail.add_attachment(
            self.order_form, maintype="application", subtype="pdf", filename="bc.pdf"
        )
        self.attach(mail.as_bytes(), "commande.eml").sudo()._post_add_create()
        self.form().action_keep()
        self.assertEqual(self.said(), self.READ)

    # ---- DECIDING --------------------------------------------------------------

    def test_a_customer_whose_orders_fill_in_by_themselves(self):
        self.aube.l10n_fr_chorus_fill_orders = True
        self.assertEqual(self.read()["state"], "kept")
        self.assertEqual(self.said(), self.READ)

    def test_what_a_person_wrote_is_not_filled_over(self):
        self.aube.l10n_fr_chorus_fill_orders = True
        self.order.l10n_fr_chorus_engagement = "TYPED"
        self.assertEqual(self.read()["state"], "proposed")
        self.assertEqual(self.order.l10n_fr_chorus_engagement, "TYPED")
        [told] = [one for one in self.form().value_ids if one.name == "engagement"]
        self.assertIn("TYPED", told.why)

    def test_a_confirmed_order_is_not_filled_by_itself(self):
        self.aube.l10n_fr_chorus_fill_orders = True
        self.order.action_confirm()
        self.assertEqual(self.read()["state"], "proposed")
        self.assertFalse(self.order.order_line)

    def test_the_same_order_twice_orders_its_books_once(self):
        for _time in range(2):
            self.attach().sudo()._post_add_create()
        for form in self.order.l10n_fr_chorus_form_ids:
            form.action_keep()
        self.assertEqual(self.order.order_line.product_uom_qty, 3)

    def test_a_salesperson_without_accounting(self):
        seller = new_test_user(
            self.env,
            "seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        shop = self.shop(user=seller)
        order = shop["sale.order"].create({"partner_id": self.aube.id})
        answer = self.read(order=order)
        self.assertTrue([one for one in answer["values"] if one["keep"]])
        self.form(order).action_keep()
        self.assertEqual(self.said(order), self.READ)
        order.action_confirm()
        order.sudo().picking_ids.button_validate()
        self.form(order).join = True
        invoice = order._create_invoices().sudo()
        self.assertEqual(invoice.purchase_order_reference, "26D001532")
        self.assertEqual(
            invoice.l10n_fr_chorus_attachment_ids.mapped("name"), ["bc.pdf"]
        )

    def test_another_system_confirms(self):
        self.read()
        [answer] = self.form().l10n_fr_chorus_keep(
            {"engagement": "26D001532"}, {self.book.barcode: 5}
        )
        self.assertTrue(answer["done"], answer["message"])
        self.assertEqual(self.said(), (False, "26D001532", False, False))
        self.assertEqual(self.order.order_line.product_uom_qty, 5)
        [again] = self.form().l10n_fr_chorus_keep()
        self.assertIn("already", again["message"])

    def test_another_system_keeps_only_what_was_read(self):
        self.read()
        [answer] = self.form().l10n_fr_chorus_keep({"engagement": "INVENTED"})
        self.assertFalse(answer["done"])
        self.assertIn("was not read", answer["message"])

    def test_another_system_that_gives_anything_else(self):
        self.read()
        for files in ("x", ["x"], [1], True, [{"name": "x"}], [{"content": "%"}]):
            with self.subTest(files), self.assertRaises(UserError):
                self.order.l10n_fr_chorus_read_order(files)
        for given in (
            ("x",),
            (["x"],),
            ({}, [1]),
            ({}, {self.book.barcode: "x"}),
            ({}, {self.book.barcode: [1]}),
            ({}, {self.book.barcode: 10**20}),
        ):
            with self.subTest(given):
                [answer] = self.form().l10n_fr_chorus_keep(*given)
                self.assertFalse(answer["done"])
        [answer] = self.form().l10n_fr_chorus_keep(False, {})
        self.assertTrue(answer["done"])
        self.assertEqual(self.said(), self.READ)

    def test_set_aside(self):
        self.read()
        [answer] = self.form().l10n_fr_chorus_leave()
        self.assertEqual((answer["done"], answer["state"]), (True, "left"))
        self.assertFalse(self.order.l10n_fr_chorus_form_id)
        self.order.action_l10n_fr_chorus_read_order()
        self.assertEqual(self.order.l10n_fr_chorus_form_id.state, "proposed")

    def test_what_was_read_cannot_be_rewritten(self):
        self.read()
        form = self.form()
        for record, values in (
            (form, {"state": "kept"}),
            (form, {"order_id": self.order.copy().id}),
            (form.value_ids[0], {"value": "X"}),
            (form.value_ids[0], {"sentence": "X"}),
            (form.book_ids[0], {"ean": "X"}),
            (form, {"value_ids": [(1, form.value_ids[0].id, {"value": "X"})]}),
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                record.write(values)
        for model in ("", ".value", ".book"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.shop[f"l10n_fr_chorus.order_form{model}"].create({})

    # ---- AFTERWARDS ------------------------------------------------------------

    def test_the_proof_of_a_confirmed_order_is_kept(self):
        file = self.attach()
        file.sudo()._post_add_create()
        self.form().action_keep()
        self.order.action_confirm()
        for change in (
            lambda: file.unlink(),
            lambda: file.sudo().unlink(),
            lambda: file.write({"raw": b"another"}),
            lambda: file.sudo().write({"res_id": self.order.copy().id}),
        ):
            with self.assertRaisesRegex(UserError, "proof"):
                change()
        file.name = "Bon de commande.pdf"
        # The same bytes, stored elsewhere.
        file.write({"raw": self.order_form, "mimetype": "application/pdf"})

    def test_a_quotation_is_deleted_with_what_was_read(self):
        self.attach().sudo()._post_add_create()
        self.form().action_keep()
        file = self.form().attachment_ids
        self.order.with_user(self.env.ref("base.user_admin")).unlink()
        self.assertFalse(file.exists())

    def test_the_order_goes_beside_the_invoice_when_asked(self):
        for join in (False, True):
            order = self.shop["sale.order"].create({"partner_id": self.aube.id})
            self.read(order=order)
            self.form(order).join = join
            self.form(order).action_keep()
            order.action_confirm()
            order.picking_ids.button_validate()
            invoice = order._create_invoices()
            names = invoice.l10n_fr_chorus_attachment_ids.mapped("name")
            self.assertEqual(names, ["bc.pdf"] if join else [])

    def test_what_was_kept_stands_in_the_audit_trail(self):
        self.read()
        self.form().action_keep()
        self.order.action_confirm()
        self.order.picking_ids.button_validate()
        invoice = self.order._create_invoices()
        [trail] = invoice.l10n_fr_chorus_audit_trail()
        [section] = [one for one in trail["sections"] if one["code"] == "orders"]
        [step] = [one for one in section["steps"] if one["reference"] == "bc.pdf"]
        self.assertIn("read in “N° d'engagement : 26D001532” (page 1)", step["detail"])
        self.assertIn(self.claire.name, step["detail"])
