"""The main job, told on the demo database: sell, invoice, check, send, follow.

Run inside `odoo shell` by `setup/bookshop demo`. Prints a table a bookseller can read,
then one line of JSON; exits with 1 when an invoice was lost or sent twice.
"""

import base64
import io
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import UserError

from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx import pdf as facturx_pdf
from odoo.addons.l10n_fr_chorus_bookshop.chorus.lifecycle.states import STATES

from simulator.client import Admin

MODULE = "l10n_fr_chorus_bookshop"
CHANNEL = os.environ.get("BOOKSHOP_CHANNEL", "piste")
SENT = Path(os.environ["BOOKSHOP_DEMO_DIR"]) / "sent"
VAULT = SENT.with_name("vault.zip")
# How long the platform may take, in real seconds.
PATIENCE = 90

# What each sale will become on the platform: customer, service, engagement, end state,
# reason. The engagement is how the simulator recognises the invoice.
SALES = [
    ("partner_seine_maritime", "", "EJ-76-2026-0114", "MISE_EN_PAIEMENT", ""),
    ("partner_seine_maritime", "", "EJ-76-2026-0115", "REJETEE", "EJ_ERR"),
    ("partner_aube", "MEDIATHEQUE", "10-CULT-4471", "MISE_EN_PAIEMENT", ""),
    ("partner_aube", "DIR-CULTURE", "10-CULT-4472", "SUSPENDUE", "LIVR_INCOMP"),
    ("partner_aube", "DIR-CULTURE", "10-CULT-4473", "SUSPENDUE", "LIVR_INCOMP"),
    ("partner_lille", "BIBLIO", "", "MANDATEE", ""),
    ("partner_lille", "", "LIL-26-0093", "SERVICE_FAIT", ""),
    ("partner_lyon", "", "", "COMPTABILISEE", ""),
    ("partner_chu_bordeaux", "", "", "MISE_A_DISPOSITION", ""),
    ("partner_etat", "SFACETAT", "", "EN_COURS_ACHEMINEMENT", ""),
    ("partner_qualification_none", "", "", "MISE_A_DISPOSITION_COMPTABLE", ""),
    ("partner_qualification_engagement", "", "EJ-Q-1", "A_RECYCLER", "SE_ERR"),
    ("partner_qualification_service", "SERVICE_DEST_SERV_OBL", "", "COMPLETEE", ""),
    (
        "partner_qualification_both",
        "SERVICE_DEST_SERV_EJ_OBL",
        "EJ-Q-2",
        "EN_ATTENTE_DE_VISA",
        "",
    ),
]
# What some ends become on other roads: an approved platform recycles nothing, knows no
# visa, and its own forwarding comes before the arrival.
ENDS = {
    "approved": {
        "A_RECYCLER": "REJETEE",
        "EN_COURS_ACHEMINEMENT": "MISE_A_DISPOSITION",
        "EN_ATTENTE_DE_VISA": "PRISE_EN_COMPTE_DESTINATAIRE",
    }
}.get(CHANNEL, {})
# The engagement that the département gives once it has refused the wrong one, and the
# suspended sale whose missing delivery note is added.
# The sale whose references are read on the body's order form.
READ_ORDER = "10-CULT-4471"
WRONG_ENGAGEMENT, RIGHT_ENGAGEMENT = "EJ-76-2026-0115", "EJ-76-2026-0151"
TO_COMPLETE = "10-CULT-4473"
PAPER = base64.b64encode(b"%PDF-1.4 bon de livraison").decode()


class Story:
    """The bookshop, its clerk and the platform."""

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

    # ---- BEFORE ---------------------------------------------------------------

    def connect(self):
        """Open the connection of the channel that this story takes."""
        connection = getattr(self, f"connect_{CHANNEL}")()
        self.company.l10n_fr_chorus_channel = CHANNEL
        connection.action_test()
        say(f"Connexion : {connection.test_result}")
        self.worker.cr.commit()

    def connect_dilifac(self):
        """A mailbox whose key is compared once; the API tells the directory."""
        self.connect_piste()
        there = self.platform.open_mailbox(alone=True)
        connection = self.worker["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "dilifac",
                "environment": "qualification",
                "profile_id": self.worker.ref(f"{MODULE}.profile_eancom").id,
                **{name: there[name] for name in ("host", "port", "login", "password")},
            }
        )
        connection.action_test()
        say(f"Clé du serveur à comparer : {connection.offered_fingerprint}")
        connection.action_confirm_key()
        return connection

    def connect_approved(self):
        """An approved platform: nothing else is connected, the directory is its own."""
        url = f"{self.platform.url}/pa"
        return self.worker["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "approved",
                "environment": "qualification",
                "approved_id": self.worker.ref(f"{MODULE}.approved_standard").id,
                "flow_url": f"{url}/flow/v1",
                "directory_url": f"{url}/directory/v1",
                "token_url": f"{url}/oauth/token",
                "client_id": "bookshop",
                "client_secret": "secret",
            }
        )

    def connect_piste(self):
        """The qualification connection to the simulated platform."""
        url = self.platform.url
        siret = self.company.company_registry
        return self.worker["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "piste",
                "environment": "qualification",
                "oauth_url": f"{url}/api/oauth/token",
                "api_url": url,
                "client_id": "bookshop",
                "client_secret": "secret",
                "login": f"TECH_1_{siret}@cpro.fr",
                "password": "password",
            }
        )

    def plan(self):
        """Tell the simulated bodies what they will do with each invoice."""
        for index, (customer, service, engagement, usual, reason) in enumerate(SALES):
            end = ENDS.get(usual, usual)
            steps = [{"status": "SERVICE_FAIT", "after": 1}]
            if end in ("EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION", "SERVICE_FAIT"):
                steps = []
            if end == "COMPLETEE":
                steps = [{"status": "SUSPENDUE", "after": 1, "reason": "LIVR_INCOMP"}]
            if end != "MISE_A_DISPOSITION":
                steps.append({"status": end, "after": 2 + index / 100})
            if reason:
                steps[-1]["reason"] = reason
            match = {"recipient": self.ref(customer).company_registry}
            if service:
                match["service"] = service
            if engagement:
                match["engagement"] = engagement
            self.platform.plan(steps, **match)
        paid = {"status": "MISE_EN_PAIEMENT", "after": 3}
        self.platform.plan([paid], engagement=RIGHT_ENGAGEMENT)

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

    def follow(self, arrived):
        """Work until every invoice has arrived where its plan ends."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.round()
            if arrived():
                return
            time.sleep(0.5)

    def settled(self):
        """Nothing is under way between the shop and the platform."""
        states = {move.l10n_fr_chorus_state for move in self.moves} - {False}
        return all(
            STATES[state].platform or state in ("waiting", "not_integrated", "unknown")
            for state in states
        )

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
        """Add the delivery note that the body misses."""
        [file] = [{"name": "bon-de-livraison.pdf", "content": PAPER}]
        for answer in suspended.l10n_fr_chorus_complete([file], "Voici le bon signé."):
            say(f"\nSuspendue : {answer['number']}, complétée par {file['name']}")
        self.worker.cr.commit()

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

    # ---- TELLING --------------------------------------------------------------

    def table(self):
        """What happened, one line an invoice."""
        rows = [("Numéro", "Client", "TTC", "Chorus Pro", "Motif")]
        for move in self.moves.sorted("id"):
            [status] = move.l10n_fr_chorus_status()
            label = status["label"] or (
                "Brouillon, à corriger" if move.state == "draft" else "Non demandée"
            )
            rows.append(
                (
                    move.name or "(brouillon)",
                    move.partner_id.name[:34],
                    f"{move.amount_total:.2f}".replace(".", ","),
                    label,
                    " ".join(status["reason"].split())[:60],
                )
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            say("  ".join(cells).rstrip())

    def write_documents(self):
        """Every document sent, and its XML beside it."""
        SENT.mkdir(parents=True, exist_ok=True)
        originals = self.worker["l10n_fr_chorus.original"].search([])
        for original in originals:
            content = original._content()
            path = SENT / original.filename
            path.write_bytes(content)
            if path.suffix == ".pdf":
                path.with_suffix(".xml").write_bytes(facturx_pdf.read_xml(content))
        return len(originals)

    def export_vault(self):
        """The vault with what proves it: `python3 verify.py`, once unpacked."""
        vault = self.worker["l10n_fr_chorus.original"].with_context(lang="fr_FR")
        originals = vault._chosen(self.company)
        period = originals._period("", "")
        with VAULT.open("wb") as file:
            originals._export(file, self.company, period)
        say(f"\nCoffre exporté avec ses preuves : {VAULT}")

    def summary(self):
        """The line of JSON: Odoo's account compared with the platform's own."""
        ledger = self.platform.ledger()
        there = Counter((one["number"], one["kind"]) for one in ledger["invoices"])
        refused = {row["number"] for row in ledger["rejected"]}
        submissions = self.moves.sudo().l10n_fr_chorus_submission_id
        handed = submissions.filtered("original_id")
        kinds = {"380": "FACTURE", "381": "AVOIR"}
        lost = [
            one.number
            for one in handed
            if (one.number, kinds[one.kind]) not in there and one.number not in refused
        ]
        posted = self.moves.filtered(lambda move: move.state == "posted")
        lost += posted.filtered(
            # The credit note of a refusal stays inside the shop on some roads.
            lambda move: not (move.l10n_fr_chorus_state or move.l10n_fr_chorus_internal)
        ).mapped("name")
        return {
            "invoices": sum(one.move_type == "out_invoice" for one in posted),
            "credit_notes": sum(one.move_type == "out_refund" for one in posted),
            "bodies": len(
                handed.mapped("buyer_siret") and set(handed.mapped("buyer_siret"))
            ),
            "deposited": len(handed),
            "states": dict(Counter(submissions.mapped("state"))),
            "problems_found": self.problems,
            "orders_read": self.orders_read,
            "fields_right": self.fields_right,
            "bank_matched": self.bank_matched,
            "corrected": self.corrected(),
            "lost": len(lost),
            "doubled": sum(count - 1 for count in there.values()),
            "originals": self.write_documents(),
            "http_calls": sum(ledger["counts"].values()),
        }


class PortalStory(Story):
    """The same shop, whose clerk uploads each file on the portal herself."""

    def connect(self):
        """A connection that works takes the invoices: Claire keeps to the portal."""
        super().connect()
        self.company.l10n_fr_chorus_channel = "portal"
        self.worker.cr.commit()

    def connect_portal(self):
        """The connection only reads the directory and the news."""
        return self.connect_piste()

    def round(self):
        """The worker prepares; Claire carries what is ready to the portal."""
        super().round()
        waiting = self.moves.filtered(
            lambda move: move.l10n_fr_chorus_state == "to_deposit"
        )
        if waiting:
            self.carry(waiting)
            self.worker.cr.commit()

    def carry(self, moves):
        """Upload the files, wait for the site's verdict, and note it."""
        siret = self.company.company_registry
        numbers = {}
        for move in moves:
            original = move.sudo().l10n_fr_chorus_submission_id.original_id
            answer = self.platform.upload(siret, original.filename, original._content())
            numbers[move] = answer["flux"]
        refused = self.verdict(numbers.values())
        for move, number in numbers.items():
            if number in refused:
                move.l10n_fr_chorus_record_refusal("\n".join(refused[number]))
            else:
                move.l10n_fr_chorus_record_deposit(number=number)

    def verdict(self, numbers):
        """Why the platform refuses some deposits, once it has read them all."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ledger = self.platform.ledger()
            read = {
                flux["number"]
                for flux in ledger["fluxes"]
                if flux["state"] in ("IN_INTEGRE", "IN_REJETE")
            }
            if read.issuperset(numbers):
                break
            time.sleep(0.5)
        return {row["flux"]: row["errors"] for row in ledger["rejected"]}


# How the story is told, by way out; the API's own by default.
STORIES = {"portal": PortalStory}


def order_form(name, values, books):
    """A body's order form, as a PDF in base64."""
    rows = [
        (40, name),
        (320, f"Bon de commande n° {values['order']} du 03/02/2026"),
        (40, f"SIRET : {values['siret']}"),
        (40, f"N° d'engagement : {values['engagement']}"),
        (320, f"Code service : {values['service']}"),
        (40, f"Marché n° {values['market']}"),
        (40, "ISBN"),
        (320, "Quantité"),
        *(
            place
            for ean, quantity in books.items()
            for place in ((40, ean), (320, str(quantity)))
        ),
    ]
    file, y = io.BytesIO(), 800
    canvas = Canvas(file)
    for x, words in rows:
        y -= 18 * (x == 40)
        canvas.drawString(x, y, words)
    canvas.save()
    return base64.b64encode(file.getvalue()).decode()


def say(text=""):
    """Print one line at once: the story is watched while it runs."""
    print(text, flush=True)


def indent(error):
    """An error's lines, shifted."""
    return str(error).replace("\n", "\n  ")


def tell(env):
    """Play the story; return the summary."""
    story = STORIES.get(os.environ["BOOKSHOP_CHANNEL"], Story)(env)
    story.connect()
    story.plan()
    story.tell_everything()
    posted = story.moves.filtered(lambda move: move.state == "posted")
    story.send(posted)
    story.closed_service()
    say("\nEnvoi et suivi…")
    expected = Counter(ENDS.get(one[3], one[3]) for one in SALES)

    def arrived():
        submissions = story.moves.sudo().l10n_fr_chorus_submission_id
        now = Counter(one.state_code or one.state for one in submissions)
        return all(now[end] >= count for end, count in expected.items())

    story.follow(arrived)
    story.correct(
        story.moves.filtered(
            lambda move: (
                move.l10n_fr_chorus_state == "REJETEE"
                and move.purchase_order_reference == WRONG_ENGAGEMENT
            )
        )
    )
    suspended = story.moves.filtered(
        lambda move: move.purchase_order_reference == TO_COMPLETE
    )
    story.complete(suspended)
    story.follow(
        lambda: (
            story.settled()
            and story.corrected()
            and suspended.l10n_fr_chorus_state == "COMPLETEE"
        )
    )
    story.bank()
    say()
    story.table()
    story.export_vault()
    return story.summary()


def main():
    """Tell, print the line of JSON, and leave with the verdict."""
    summary = tell(env)  # noqa: F821 - given by `odoo shell`
    say()
    say(json.dumps(summary, ensure_ascii=False))
    sys.exit(1 if summary["lost"] or summary["doubled"] else 0)


main()
