"""The bookshop, its clerk and the platform."""

import base64
import os
import time
from collections import Counter

from odoo.exceptions import UserError

from odoo.addons.l10n_fr_chorus_bookshop.chorus.lifecycle.states import STATES

from simulator.client import Admin

from .ending import Ending
from .form import order_form
from .plan import MODULE, READ_ORDER, RIGHT_ENGAGEMENT, SALES
from .roads import Roads
from .words import indent, say

# How long the platform may take, in real seconds.
PATIENCE = 90

PAPER = base64.b64encode(b"%PDF-1.4 bon de livraison").decode()


class Story(Roads, Ending):
    """The main job, from the connection to the bank."""

    def __init__(self, env):
        company = env.ref(f"{MODULE}.company_bookshop")
        self.worker = env(context={**env.context, "allowed_company_ids": company.ids})
        claire = env.ref(f"{MODULE}.user_claire")
        self.env = env(
            user=claire,
            context={
                "allowed_company_ids": company.ids,
                "lang": "fr_FR",
                "tz": "Europe/Paris",
            },
        )
        self.company = company
        self.platform = Admin(os.environ["BOOKSHOP_SIMULATOR"])
        self.moves = self.env["account.move"]
        self.problems = 0
        self.orders_read = self.fields_right = self.bank_matched = 0

    # ---- SELLING --------------------------------------------------------------

    def ref(self, name):
        """A record of the demonstration data."""
        return self.env.ref(f"{MODULE}.{name}")

    def books(self, titles):
        """Some books of the shop, others at each sale."""
        books = self.env["product.product"].search(
            [("company_id", "=", self.company.id), ("barcode", "!=", False)]
        )
        offset = len(self.moves) * 2 % (len(books) - titles)
        return books[offset : offset + titles]

    def sell(self, customer, service="", engagement="", titles=3):
        """Order, deliver, invoice; return the draft."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.ref(customer).id,
                "l10n_fr_chorus_service_code": service,
                "l10n_fr_chorus_engagement": engagement,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": book.id,
                            "product_uom_qty": 1 + rank,
                            "discount": 9 if rank else 0,
                        },
                    )
                    for rank, book in enumerate(self.books(titles))
                ],
            }
        )
        return self.deliver(order)

    def deliver(self, order):
        """Confirm an order, deliver it, invoice it; return the draft."""
        order.action_confirm()
        order.picking_ids.button_validate()
        # The order hands it over as superuser: Claire opens it under her own rights.
        draft = self.moves.browse(order._create_invoices().ids)
        self.moves += draft
        return draft

    def read_order(self, customer, service, engagement):
        """The body's order form arrives as a PDF: it is read, and Claire confirms."""
        body = self.ref(customer)
        books = {book.barcode: 2 + rank for rank, book in enumerate(self.books(3))}
        expected = {
            "siret": body.company_registry,
            "service": service,
            "engagement": engagement,
            "order": "2026-00417",
            "market": "2026-LIV-03",
            "date": "2026-02-03",
        }
        form = order_form(body.name, expected, books)
        order = self.env["sale.order"].create({"partner_id": body.id})
        file = {"name": "bon-de-commande.pdf", "content": form}
        [read] = order.l10n_fr_chorus_read_order([file])
        say(f"\nBon de commande lu : {read['name']}")
        kept = {one["field"]: one for one in read["values"] if one["keep"]}
        for name, one in kept.items():
            say(f"  {name} {one['value']}, lu dans « {one['sentence']} »")
        found = {one["ean"]: one["quantity"] for one in read["books"]}
        self.orders_read += bool(kept)
        self.fields_right += sum(
            name in kept and kept[name]["value"] == value
            for name, value in expected.items()
        ) + sum(found.get(ean) == quantity for ean, quantity in books.items())
        order.l10n_fr_chorus_form_ids.l10n_fr_chorus_keep()
        return self.deliver(order)

    def confirm(self, draft):
        """Confirm as Claire would; a stopped invoice counts as a problem found."""
        try:
            with self.env.cr.savepoint():
                draft.action_post()
        except UserError as error:
            self.problems += 1
            say(f"\nArrêtée avant d'exister :\n  {indent(error)}")

    def tell_everything(self):
        """Sales of every kind, each with its fate."""
        for customer, service, engagement, _end, _reason in SALES:
            sell = self.read_order if engagement == READ_ORDER else self.sell
            self.confirm(sell(customer, service, engagement))
        self.confirm(self.sell("partner_aube", "", ""))
        self.confirm(self.sell("partner_rennes"))
        paid = self.sell("partner_qualification_none", titles=2)
        self.confirm(paid)
        self.pay(paid)
        self.worker.cr.commit()

    def pay(self, invoice):
        """The town hall's clerk pays at the till: the invoice leaves as A2."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    # ---- SENDING AND FOLLOWING ------------------------------------------------

    def send(self, moves):
        """Ask for the sending; count what the checks stop."""
        for answer in moves.l10n_fr_chorus_send():
            if not answer["queued"]:
                self.problems += 1
                say(f"\nNon envoyée : {answer['number']}")
                for problem in answer["problems"]:
                    say(f"  {problem['message']} {problem['remedy']}")
        self.worker.cr.commit()

    def round(self):
        """One round of the worker, everything due now."""
        self.moves.l10n_fr_chorus_sync()
        self.worker.cr.commit()
        self.worker["l10n_fr_chorus.transmission"]._work()
        self.env.invalidate_all()

    def follow(self, awaited):
        """Work until nothing is awaited; say what still is when patience ends.

        :param awaited: function that returns what the story waits for, a line each
        """
        deadline = time.monotonic() + PATIENCE
        self.round()
        while (left := awaited()) and time.monotonic() < deadline:
            time.sleep(0.5)
            self.round()
        if left:
            say(f"\nToujours attendu après {PATIENCE} secondes :")
            for line in left:
                say(f"  {line}")

    def unsettled(self):
        """What is still under way between the shop and the platform, a line each."""
        return [
            f"{move.name} : {STATES[state].french}"
            for move in self.moves
            if (state := move.l10n_fr_chorus_state)
            and not STATES[state].platform
            and state not in ("waiting", "not_integrated", "unknown")
        ]

    def unreached(self, expected):
        """The ends that some invoices have not reached yet, a line each.

        :param expected: Counter of the states that the sales end in
        """
        submissions = self.moves.sudo().l10n_fr_chorus_submission_id
        now = Counter(one.state_code or one.state for one in submissions)
        return [
            f"{count} × {STATES[code].french if code in STATES else code}"
            for code, count in (expected - now).items()
        ]

    def closed_service(self):
        """A service closed between our check and the deposit: not integrated."""
        draft = self.sell("partner_aube", "COLLEGES", "10-COLL-0007")
        self.confirm(draft)
        self.send(draft)
        self.worker["l10n_fr_chorus.submission"]._prepare_due()
        siret = draft.partner_id.company_registry
        self.platform.service(siret, "COLLEGES", active=False)

    # ---- WHEN THE BODY SAYS NO --------------------------------------------------

    def correct(self, refused):
        """Credit in full and invoice again, in one action; then the right number."""
        for answer in refused.l10n_fr_chorus_credit(reinvoice=True):
            credit_note = self.moves.browse(answer["credit_note_id"])
            again = self.moves.browse(answer["invoice_id"])
            say(f"\nRefusée : {answer['number']}, créditée par {credit_note.name}")
            again.purchase_order_reference = RIGHT_ENGAGEMENT
            self.moves += credit_note + again
            self.confirm(again)
            self.send(again)

    def complete(self, suspended):
        """Add the delivery note that the body misses; return what could be completed.

        No operator's mailbox takes it: there a person does it on the platform's site.
        """
        [file] = [{"name": "bon-de-livraison.pdf", "content": PAPER}]
        answers = suspended.l10n_fr_chorus_complete([file], "Voici le bon signé.")
        completed = suspended.browse()
        for move, answer in zip(suspended, answers, strict=True):
            outcome = answer["message"] or f"complétée par {file['name']}"
            if answer["by_hand"]:
                outcome = f"à compléter sur le site, avec {file['name']}"
            elif answer["done"]:
                completed += move
            say(f"\nSuspendue : {answer['number']}, {outcome}")
        self.worker.cr.commit()
        return completed

    def corrected(self):
        """How many refused invoices ended in another one whose payment is ordered."""
        return sum(
            move.l10n_fr_chorus_state == "MISE_EN_PAIEMENT"
            for move in self.moves.l10n_fr_chorus_replaced_by_ids
        )

    # ---- THE BANK -------------------------------------------------------------

    def bank(self):
        """One transfer of the département's accountant pays what was ordered."""
        body = self.ref("partner_seine_maritime")
        paid = self.moves.filtered(
            lambda move: (
                move.partner_id == body
                and move.l10n_fr_chorus_payment == "ordered"
                and move.move_type == "out_invoice"
            )
        )
        numbers = " ".join(paid.mapped("name"))
        line = self.worker["account.bank.statement.line"].create(
            {
                "journal_id": self.worker["account.journal"]
                .search(
                    [("type", "=", "bank"), ("company_id", "=", self.company.id)],
                    limit=1,
                )
                .id,
                "payment_ref": "VIR SEPA RECU /DE PAIERIE DEPARTEMENTALE /MOTIF "
                f"MDT 1532 BORD 72 EX 2026 {numbers}",
                "amount": sum(paid.mapped("amount_residual")),
            }
        )
        [answer] = line.l10n_fr_chorus_register()
        self.worker.cr.commit()
        self.env.invalidate_all()
        self.bank_matched = sum(
            move.l10n_fr_chorus_payment == "cashed" for move in paid
        )
        say(f"\nBanque : {line.payment_ref}")
        say(f"  {answer['message'] or 'rapproché'} : {numbers}")
