"""Three sealed invoices, and what forges, verifies and exports them."""

import io
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64decode
from hashlib import sha256

from odoo.tools import SQL

from ...chorus.invoice import Attachment
from ..common import ChorusCase

COMPANIONS = (
    *("outcome", "complementary_file", "comparison", "anchor", "timestamp"),
    "access_log",
)


class ProofCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.shop["l10n_fr_chorus.original"]
        cls.seals = cls.env["l10n_fr_chorus.seal"]
        cls.anchors = cls.env["l10n_fr_chorus.anchor"]

    def setUp(self):
        super().setUp()
        self.moves = self.make_invoices(3)
        self.moves.l10n_fr_chorus_send()
        self.work("_prepare_due")
        self.work("_seal_due")

    def originals(self, moves=None):
        return self.vault.sudo().search(
            [("move_id", "in", (moves or self.moves).ids)], order="id"
        )

    def tamper(self, table, change, record_id):
        """Change a row as only the table's owner can."""
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %(table)s DISABLE TRIGGER USER;"
                "UPDATE %(table)s SET %(change)s WHERE id = %(id)s;"
                "ALTER TABLE %(table)s ENABLE TRIGGER USER",
                table=SQL.identifier(f"l10n_fr_chorus_{table}"),
                change=change,
                id=record_id,
            )
        )
        self.env.invalidate_all()

    def flip(self, original):
        self.tamper(
            "original",
            SQL("content = set_byte(content, 30, get_byte(content, 30) # 1)"),
            original.id,
        )

    def rebuild(self, original):
        """Change a document and make the whole chain again, as its owner could."""
        self.tamper(
            "original",
            SQL(
                "content = 'forged', size = 6,"
                " sha256 = encode(sha256('forged'::bytea), 'hex')"
            ),
            original.id,
        )
        self.env.cr.execute(
            "ALTER TABLE l10n_fr_chorus_seal DISABLE TRIGGER USER;"
            "DELETE FROM l10n_fr_chorus_seal;"
            "ALTER TABLE l10n_fr_chorus_seal ENABLE TRIGGER USER"
        )
        self.env.invalidate_all()
        self.seals._append()

    def verify(self, *anchors):
        return self.vault.l10n_fr_chorus_verify(list(anchors))

    def exported(self, **choice):
        answer = self.vault.l10n_fr_chorus_export(**choice)
        return answer, zipfile.ZipFile(io.BytesIO(b64decode(answer["content"])))

    def run_verifier(self, archive, *arguments):
        """Unpack an export and run its own verifier, as an inspector would."""
        with tempfile.TemporaryDirectory() as folder:
            archive.extractall(folder)
            return self.run_verifier_in(folder, *arguments)

    def run_verifier_in(self, folder, *arguments):
        return subprocess.run(
            [sys.executable, "-S", "verify.py", *arguments],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={"PYTHONIOENCODING": "utf-8"},
        )

    def receive(self):
        """What was sealed leaves, and is integrated."""
        self.work()
        self.later(minutes=2)
        self.work()

    def fill(self):
        """One row in each companion table."""
        [original, *_others] = self.originals()
        files = [Attachment("bl.pdf", b"%PDF delivery note")]
        self.env["l10n_fr_chorus.complementary_file"]._store_files(
            original.submission_id, files, "Voici le bon."
        )
        original._compare(original._content())
        self.env["l10n_fr_chorus.outcome"]._insert(
            [{"original_id": original.id, "outcome": "received"}]
        )
        anchor = self.publish()
        self.env["l10n_fr_chorus.timestamp"]._insert(
            [
                {
                    "company_id": self.company.id,
                    "anchor_id": anchor.id,
                    "authority": "https://tsa.example/",
                    "stamped_at": self.env.cr.now(),
                    "content": b"stamp",
                    "sha256": sha256(b"stamp").hexdigest(),
                    "size": 5,
                }
            ]
        )
        inspections = self.env["l10n_fr_chorus.inspection"].with_company(self.company)
        inspection = inspections._give(
            self.company, "I", "i@impots.example", self.today(), "test"
        )
        self.env["l10n_fr_chorus.access_log"]._log(inspection, "list")
        return original

    def publish(self):
        self.company.l10n_fr_chorus_anchor_emails = "compta@cabinet.example, b@c.fr"
        self.anchors._cron_publish()
        return self.anchors.search([("company_id", "=", self.company.id)], limit=1)
