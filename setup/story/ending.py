"""How the story ended: for a bookseller to read, and for a machine."""

import os
from collections import Counter
from pathlib import Path

from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx import pdf as facturx_pdf

from .words import say

SENT = Path(os.environ["BOOKSHOP_DEMO_DIR"]) / "sent"
VAULT = SENT.with_name("vault.zip")


class Ending:
    """The table, the documents, the vault, the line of JSON."""

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
