"""R46: the bank line finds its invoices, each candidate with its reasons."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import ChorusCase

TREASURY = "FR7610071990000000100000144"


@tagged("post_install", "-at_install")
class TestBankLines(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        keeper = new_test_user(
            cls.env,
            "keeper",
            groups="account.group_account_user,"
            "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.books = cls.shop(user=keeper)
        cls.moves = cls.make_invoices(3)

    def line(self, label, amount, **values):
        return self.books["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": label,
                "amount": amount,
                "date": fields.Date.context_today(self.moves),
                **values,
            }
        )

    def total(self, moves):
        return round(sum(moves.mapped("amount_residual")), 2)

    def pay(self, line):
        [answer] = line.l10n_fr_chorus_register()
        return answer

    # ---- FOUND -----------------------------------------------------------------

    def test_a_transfer_that_names_three_invoices(self):
        names = " ".join(self.moves.mapped("name"))
        label = f"VIR SGC ROUEN MDT 1532 BORD 72 {names}"
        line = self.line(label, self.total(self.moves))
        self.assertTrue(line.l10n_fr_chorus_certain)
        self.assertIn(self.moves[0].name, line.l10n_fr_chorus_hint)
        [told] = line.l10n_fr_chorus_candidates()
        self.assertEqual(told["candidates"][0]["move_ids"], self.moves.ids)
        answer = self.pay(line)
        self.assertTrue(answer["done"], answer["message"])
        self.assertTrue(answer["reconciled"])
        self.assertEqual(set(self.moves.mapped("payment_state")), {"paid"})
        self.assertEqual(self.total(self.moves), 0)

    def test_words_in_the_importers_other_fields(self):
        for field in ("ref", "narration", "transaction_type"):
            with self.subTest(field):
                value = f"MOTIF {self.moves[1].name}"
                line = self.line(
                    "VIREMENT", self.total(self.moves[1]), **{field: value}
                )
                [told] = line.l10n_fr_chorus_candidates()
                self.assertEqual(told["candidates"][0]["move_ids"], self.moves[1].ids)
        line = self.line("VIREMENT", self.total(self.moves[1]))
        line.sudo().transaction_details = {"a": [{"b": self.moves[1].name}]}
        self.assertTrue(line.l10n_fr_chorus_certain)

    def test_a_payment_request(self):
        self.deposit(self.moves)
        submission = self.moves[2].sudo().l10n_fr_chorus_submission_id
        submission.payment_request = "8100012345"
        line = self.line("VIR DRFIP DP 8100012345", self.total(self.moves[2]))
        self.assertTrue(line.l10n_fr_chorus_certain)
        self.assertEqual(self.pay(line)["reconciled"], True)
        self.assertEqual(self.moves[2].payment_state, "paid")

    def test_an_amount_of_an_unknown_payer_proposes_nothing(self):
        line = self.line("VIR M DUPONT", self.total(self.moves[0]))
        self.assertFalse(line.l10n_fr_chorus_hint)
        self.assertFalse(self.pay(line)["done"])

    def test_a_payer_is_learnt_from_what_it_paid(self):
        values = {"account_number": "FR7630004000031234567890143"}
        first = self.line(
            f"VIR {self.moves[0].name}", self.total(self.moves[0]), **values
        )
        self.pay(first)
        second = self.line("VIR SANS MOTIF", self.total(self.moves[1:]), **values)
        [told] = second.l10n_fr_chorus_candidates()
        [one] = told["candidates"]
        self.assertEqual((one["move_ids"], one["certain"]), (self.moves[1:].ids, False))

    def test_the_partner_of_a_treasury_account_is_one_of_dozens(self):
        """An importer gives every line of one accountant to the first town."""
        other = self.ref("partner_lille")
        line = self.line(
            "VIR SGC",
            self.total(self.moves),
            partner_id=other.id,
            account_number=TREASURY,
        )
        [told] = line.l10n_fr_chorus_candidates()
        self.assertEqual(told["candidates"][0]["move_ids"], self.moves.ids)

    def test_tax_refunds_pay_no_invoice(self):
        label = f"VIR DRFIP REMB. EXCD. IMPOT {self.moves[0].name}"
        self.assertFalse(
            self.line(label, self.total(self.moves[0])).l10n_fr_chorus_hint
        )

    # ---- REGISTERED ------------------------------------------------------------

    def test_what_is_not_certain_is_chosen_by_a_person(self):
        line = self.line("VIR SGC ROUEN", self.total(self.moves[0]))
        self.assertFalse(line.l10n_fr_chorus_certain)
        self.assertIn("3 candidates as likely", line.l10n_fr_chorus_hint)
        self.assertIn("candidates", self.pay(line)["message"])
        action = line.action_l10n_fr_chorus_candidates()
        rows = self.books[action["res_model"]].search(action["domain"])
        self.assertEqual(len(rows), 3)
        row = rows.filtered(lambda one: one.move_ids == self.moves[1])
        self.assertIn("a person decides", row.why)
        row.action_register()
        self.assertEqual(self.moves[1].payment_state, "paid")
        self.assertEqual(self.moves[0].payment_state, "not_paid")

    def test_only_candidates_are_registered(self):
        line = self.line(f"VIR {self.moves[0].name}", self.total(self.moves[0]))
        for given in (self.moves[1].ids, "x", [None], 1.5, True, [10**20]):
            with self.subTest(given):
                [answer] = line.l10n_fr_chorus_register(given)
                self.assertFalse(answer["done"])
        self.assertEqual(self.moves[1].payment_state, "not_paid")

    def test_what_is_paid_beyond_stays_in_suspense(self):
        move = self.moves[0]
        line = self.line(f"VIR {move.name}", self.total(move) + 40)
        self.assertFalse(line.l10n_fr_chorus_certain)
        [told] = line.l10n_fr_chorus_candidates()
        self.assertEqual(told["candidates"][0]["rest"], 40)
        self.assertIn("recovery fee", " ".join(told["candidates"][0]["reasons"]))
        [answer] = line.l10n_fr_chorus_register(move.ids)
        self.assertTrue(answer["done"], answer["message"])
        self.assertEqual(move.payment_state, "paid")
        _liquidity, suspense, _others = line._seek_for_lines()
        self.assertEqual(suspense.balance, -40)

    def test_what_is_missing_stays_due(self):
        move = self.moves[0]
        line = self.line(f"VIR {move.name}", self.total(move) - 2)
        [answer] = line.l10n_fr_chorus_register(move.ids)
        self.assertTrue(answer["done"], answer["message"])
        self.assertEqual(move.payment_state, "partial")
        self.assertAlmostEqual(move.amount_residual, 2)
        self.assertTrue(line.is_reconciled)

    def test_an_invoice_less_its_credit_note(self):
        move, other = self.moves[:2]
        note = other.sudo()._reverse_moves([{"invoice_date": other.invoice_date}])
        note.invoice_line_ids.price_unit = 1
        note._post()
        note = note.with_env(self.shop)
        amount = round(move.amount_residual - note.amount_residual, 2)
        line = self.line(f"VIR {move.name} {note.name}", amount)
        self.assertTrue(self.pay(line)["done"])
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(note.amount_residual)

    def test_undone_in_odoos_own_way(self):
        line = self.line(f"VIR {self.moves[0].name}", self.total(self.moves[0]))
        self.pay(line)
        line.action_undo_reconciliation()
        self.assertEqual(self.moves[0].payment_state, "not_paid")
        self.assertTrue(line.l10n_fr_chorus_certain)

    def noted(self, moves, amount=None):
        """A clerk notes a payment by hand, before the bank shows it."""
        dialog = self.books["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        dialog = dialog.create({"journal_id": self.bank.id, "group_payment": True})
        if amount:
            dialog.amount = amount
        return dialog._create_payments()

    def test_what_is_left_of_a_line_pays_another(self):
        first, second = self.moves[:2]
        line = self.line(f"VIR {first.name}", self.total(first + second))
        [answer] = line.l10n_fr_chorus_register(first.ids)
        self.assertTrue(answer["done"], answer["message"])
        line.sudo().transaction_details = {"motif": second.name}
        [told] = line.l10n_fr_chorus_candidates()[0]["candidates"]
        self.assertEqual((told["rest"], told["certain"]), (0, True))
        self.assertTrue(self.pay(line)["reconciled"])
        self.assertEqual(set((first + second).mapped("payment_state")), {"paid"})

    def test_a_payment_noted_by_hand_meets_its_bank_line(self):
        """A line never pays a second time what a clerk noted."""
        move = self.moves[0]
        amount = self.total(move)
        payment = self.noted(move)
        self.assertFalse(payment.is_matched)
        line = self.line(f"VIR {move.name}", amount)
        [one] = line.l10n_fr_chorus_candidates()[0]["candidates"]
        self.assertEqual((one["rest"], one["certain"]), (0, True))
        self.assertTrue(self.pay(line)["reconciled"])
        self.assertTrue(payment.is_matched)
        self.assertEqual(payment.reconciled_statement_line_ids, line)
        again = self.line(f"VIR {move.name}", amount)
        self.assertFalse(again.l10n_fr_chorus_hint)

    def test_a_payment_that_waits_without_an_entry(self):
        """As Odoo's Enterprise edition notes payments: the bank makes the entry."""
        move = self.moves[0]
        core = self.registry["account.move"]
        with patch.object(
            core, "_get_invoice_in_payment_state", lambda move: "in_payment"
        ):
            payment = self.noted(move)
            self.assertFalse(payment.move_id)
            self.assertEqual(move.payment_state, "in_payment")
            ids, _totals, _total = self.stages(move.commercial_partner_id)
            self.assertIn(move.id, ids["registered"])
            line = self.line(f"VIR {move.name}", self.total(move))
            self.assertTrue(self.pay(line)["reconciled"])
            self.assertEqual(move.payment_state, "paid")
            self.assertEqual(payment.state, "paid")

    def test_a_part_noted_by_hand_meets_its_bank_line(self):
        move = self.moves[0]
        amount = self.total(move)
        payment = self.noted(move, 4)
        self.assertEqual(move.payment_state, "partial")
        line = self.line(f"VIR {move.name}", 4)
        self.assertFalse(line.l10n_fr_chorus_certain)
        line.l10n_fr_chorus_register(move.ids)
        self.assertTrue(payment.is_matched)
        self.assertAlmostEqual(self.total(move), amount - 4)
        line = self.line(f"VIR {move.name}", amount - 4)
        self.assertTrue(self.pay(line)["reconciled"])
        self.assertEqual(move.payment_state, "paid")

    def test_one_payment_noted_for_three_invoices(self):
        amount = self.total(self.moves)
        payment = self.noted(self.moves)
        line = self.line(f"VIR SGC {' '.join(self.moves.mapped('name'))}", amount)
        self.assertTrue(self.pay(line)["reconciled"])
        self.assertTrue(payment.is_matched)

    def test_a_line_is_registered_once(self):
        line = self.line(f"VIR {self.moves[0].name}", self.total(self.moves[0]))
        self.assertTrue(self.pay(line)["done"])
        again = self.pay(line)
        self.assertFalse(again["done"])
        self.assertIn("matched already", again["message"])
        self.assertEqual(len(line.line_ids), 2)

    def test_what_changed_since_it_was_shown_is_shown_again(self):
        """Two people look at one list; what the second saw is no longer so."""
        move = self.moves[0]
        line = self.line(f"VIR {move.name}", self.total(move))
        action = line.action_l10n_fr_chorus_candidates()
        row = self.books[action["res_model"]].search(action["domain"])
        other = self.line(f"VIR {move.name}", 1)
        other.l10n_fr_chorus_register(move.ids)
        with self.assertRaisesRegex(UserError, "changed"):
            row.action_register()
        self.assertFalse(line.is_reconciled)

    def test_money_of_another_currency_is_left_to_a_person(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        line = self.line(
            f"VIR {self.moves[0].name}",
            self.total(self.moves[0]),
            foreign_currency_id=dollar.id,
            amount_currency=12,
        )
        self.assertFalse(line.l10n_fr_chorus_hint)
        self.assertFalse(self.pay(line)["done"])

    def test_a_line_of_another_company(self):
        other = self.other_company()
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", other.id)], limit=1
        )
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "payment_ref": f"VIR {self.moves[0].name}",
                "amount": self.total(self.moves[0]),
            }
        )
        self.assertFalse(line.l10n_fr_chorus_hint)
        with self.assertRaises(AccessError):
            line.with_env(self.books)._l10n_fr_chorus_register(self.moves[0])

    def test_the_button_registers_what_is_certain(self):
        lines = self.line(f"VIR {self.moves[0].name}", self.total(self.moves[0]))
        lines += self.line("VIR SGC", self.total(self.moves[1]))
        lines.action_l10n_fr_chorus_register()
        self.assertEqual(lines.mapped("is_reconciled"), [True, False])
        with self.assertRaises(UserError):
            lines[1].action_l10n_fr_chorus_register()

    def test_a_statement_imported_twice_pays_once(self):
        """The second line finds nothing to pay, and stops no other."""
        lines = self.books["account.bank.statement.line"]
        for move in (self.moves[0], self.moves[0], self.moves[1]):
            lines += self.line(f"VIR {move.name}", self.total(move))
        self.assertEqual(lines.mapped("l10n_fr_chorus_certain"), [True] * 3)
        action = lines.action_l10n_fr_chorus_register()
        self.assertEqual(lines.mapped("is_reconciled"), [True, False, True])
        self.assertEqual(self.total(self.moves[:2]), 0)
        self.assertIn("no invoice", action["params"]["message"])

    def test_who_may_not_touch_the_bank(self):
        line = self.line(f"VIR {self.moves[0].name}", self.total(self.moves[0]))
        with self.assertRaises(AccessError):
            line.with_user(self.claire)._l10n_fr_chorus_register()
        rows = self.shop["l10n_fr_chorus.bank_candidate"]
        with self.assertRaises(AccessError):
            rows.create({"line_id": line.id})

    # ---- FROM THE INVOICE, AND AFTER -------------------------------------------

    def test_shown_on_the_invoice(self):
        move = self.moves[0]
        line = self.line(f"VIR {move.name}", self.total(move))
        self.line(f"VIR {self.moves[1].name}", 1)
        [told] = move.l10n_fr_chorus_bank_candidates()
        self.assertEqual([one["id"] for one in told["lines"]], line.ids)
        action = move.action_l10n_fr_chorus_bank_candidates()
        rows = self.shop[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.line_id.ids, line.ids)

    def test_ordered_and_not_in_the_bank_after_ten_days(self):
        move = self.moves[0]
        self.integrate(move)
        self.platform.status(move.name, "MISE_EN_PAIEMENT")
        self.follow()
        self.assertState(move, "MISE_EN_PAIEMENT")
        submission = move.sudo().l10n_fr_chorus_submission_id
        submission.state_date = fields.Datetime.now()
        unbanked = [("l10n_fr_chorus_unbanked", "=", True)]
        self.assertNotIn(move, self.shop["account.move"].search(unbanked))
        self.later(days=11)
        self.assertIn(move, self.shop["account.move"].search(unbanked))
        [told] = self.shop["account.move"].l10n_fr_chorus_unbanked_invoices()
        self.assertEqual(told["id"], move.id)
        line = self.line(f"VIR {move.name}", self.total(move))
        [one] = line.l10n_fr_chorus_candidates()[0]["candidates"]
        self.assertIn("days after the payment was ordered", one["reasons"][1])
        self.pay(line)
        self.assertNotIn(move, self.shop["account.move"].search(unbanked))
        self.assertFalse(move.l10n_fr_chorus_unbanked)

    def test_ordered_noted_by_hand_and_not_in_the_bank(self):
        """A payment that a clerk noted is no line of the bank."""
        move = self.moves[0]
        self.integrate(move)
        self.platform.status(move.name, "MISE_EN_PAIEMENT")
        self.follow()
        self.later(days=11)
        amount = self.total(move)
        self.noted(move)
        unbanked = [("l10n_fr_chorus_unbanked", "=", True)]
        self.assertIn(move, self.shop["account.move"].search(unbanked))
        self.pay(self.line(f"VIR {move.name}", amount))
        self.assertNotIn(move, self.shop["account.move"].search(unbanked))
        self.assertEqual(move.l10n_fr_chorus_payment, "cashed")

    def stages(self, body):
        """What is due of a body: dict stage -> ids, and the totals by stage."""
        [told] = body.l10n_fr_chorus_due()
        ids = {
            one["code"]: {invoice["id"] for invoice in one["invoices"]}
            for one in told["stages"]
        }
        return ids, {one["code"]: one["total"] for one in told["stages"]}, told["total"]

    def test_what_was_refused_is_not_on_its_way(self):
        refused, suspended = self.moves[:2]
        self.integrate(self.moves)
        self.later(hours=2)
        self.platform.status(refused.name, "REJETEE", reason="EJ_ERR")
        self.platform.status(suspended.name, "SUSPENDUE", reason="LIVR_INCOMP")
        self.work()
        ids, _totals, _total = self.stages(self.moves.commercial_partner_id)
        self.assertEqual(ids["stopped"] & set(self.moves.ids), set(self.moves[:2].ids))
        self.assertIn(self.moves[2].id, ids["on_its_way"])

    def test_what_was_credited_was_not_received(self):
        move, noted = self.moves[:2]
        note = move.sudo()._reverse_moves([{"invoice_date": move.invoice_date}])
        note._post()
        self.assertEqual(move.payment_state, "reversed")
        self.noted(noted)
        ids, totals, total = self.stages(self.moves.commercial_partner_id)
        received = ids.get("received", set())
        self.assertFalse(received & {move.id, note.id, noted.id})
        self.assertIn(noted.id, ids["registered"])
        owed = [code for code in totals if code not in ("registered", "received")]
        self.assertAlmostEqual(total, sum(totals[code] for code in owed))

    def test_what_is_due_to_me(self):
        self.integrate(self.moves[0])
        self.follow()
        self.platform.status(self.moves[0].name, "SERVICE_FAIT")
        self.follow()
        self.pay(self.line(f"VIR {self.moves[1].name}", self.total(self.moves[1])))
        body = self.moves.commercial_partner_id
        [told] = body.l10n_fr_chorus_due()
        stages = {
            one["code"]: [invoice["id"] for invoice in one["invoices"]]
            for one in told["stages"]
        }
        self.assertEqual(stages["accepted"], self.moves[0].ids)
        self.assertIn(self.moves[1].id, stages["received"])
        self.assertIn(self.moves[2].id, stages["to_send"])
        due = sum(one["total"] for one in told["stages"] if one["code"] != "received")
        self.assertEqual(told["total"], due)
        everyone = self.shop["res.partner"].l10n_fr_chorus_due()
        self.assertIn(body.id, [one["id"] for one in everyone])

    def test_what_is_due_is_for_those_who_see_all_invoices(self):
        """A salesperson sees its own: the totals would be wrong, and not say so."""
        seller = new_test_user(
            self.env,
            "seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        body = self.moves.commercial_partner_id.with_env(self.shop(user=seller))
        for asked in (
            lambda: body.l10n_fr_chorus_due(),
            lambda: body.browse().l10n_fr_chorus_due(),
            lambda: body.action_l10n_fr_chorus_due(),
            lambda: body.env["ir.actions.report"]._render_qweb_html(
                "l10n_fr_chorus_bookshop.report_due", body.ids
            ),
        ):
            with self.assertRaises(AccessError):
                asked()

    def test_what_is_due_is_printed(self):
        body = self.moves.commercial_partner_id
        html, _kind = self.shop["ir.actions.report"]._render_qweb_html(
            "l10n_fr_chorus_bookshop.report_due", body.ids
        )
        self.assertIn(self.moves[0].name, html.decode())
        self.assertIn("Still due", html.decode())
        action = self.shop["res.partner"].action_l10n_fr_chorus_due()
        self.assertEqual(action["report_name"], "l10n_fr_chorus_bookshop.due")

    def test_what_is_due_is_one_document_whatever_the_bodies(self):
        """Most page printers take no more than one."""
        other = self.shop["res.partner"].create({"name": "Mairie voisine"})
        reports = self.shop["ir.actions.report"]
        name = "l10n_fr_chorus_bookshop.report_due"
        bodies = self.moves.commercial_partner_id + other
        html, _kind = reports._render_qweb_html(name, bodies.ids)
        documents, *_rest = reports._prepare_html(html)
        self.assertEqual(len(documents), 1)
        self.assertIn("Mairie voisine", documents[0])

    def test_what_is_due_to_two_companies_says_to_which(self):
        other = self.other_company()
        reports = self.env["ir.actions.report"].with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        html, _kind = reports._render_qweb_html(
            "l10n_fr_chorus_bookshop.report_due", self.moves.commercial_partner_id.ids
        )
        self.assertIn("<th>Company</th>", html.decode())

    def test_nothing_due_is_said_and_not_printed(self):
        new = self.env["res.company"].create({"name": "Librairie neuve"})
        partners = self.env["res.partner"].with_context(allowed_company_ids=new.ids)
        action = partners.action_l10n_fr_chorus_due()
        self.assertEqual(action["tag"], "display_notification")
