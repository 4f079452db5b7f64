"""The main job, from sale to payment, as `setup/bookshop demo` tells it."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile

import pytest

from bookshop_tool import demo, workspace
from bookshop_tool.paths import LOGS
from chorus.facturx import pdf as facturx_pdf
from chorus.facturx import schemas
from simulator.client import Admin
from unit.typesetting import unsaid


class Told:
    """What the story left: its words, its files, the platform's own account."""

    def __init__(self, done, folder, platform):
        self.code = done.returncode
        self.lines = done.stdout.splitlines()
        self.summary = json.loads(self.lines[-1]) if done.returncode == 0 else {}
        self.sent = {path.name: path for path in sorted(folder.glob("sent/*"))}
        self.vault = folder / "vault.zip"
        self.pdfs = [path for path in self.sent.values() if path.suffix == ".pdf"]
        self.ledger = platform.ledger()
        self.received = dict(_received(platform, self.ledger["fluxes"]))


def _received(platform, fluxes):
    """Every file the platform was given: name, bytes."""
    for flux in fluxes:
        content = platform.flux_file(flux["number"])
        assert hashlib.sha256(content).hexdigest() == flux["sha256"]
        if not flux["name"].endswith(".tar.gz"):
            yield flux["name"], content
            continue
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                yield member.name, archive.extractfile(member).read()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    log = LOGS / "e2e-demo.log"
    log.unlink(missing_ok=True)
    with (
        workspace.temporary_database("e2e_demo") as database,
        workspace.start_simulator() as simulator,
    ):
        done = demo.tell(
            database, folder, simulator.url, "piste", log, stdout=subprocess.PIPE
        )
        yield Told(done, folder, Admin(simulator.url))


def test_the_story_ends_well(told):
    assert told.code == 0, "\n".join(told.lines)
    summary = told.summary
    assert summary["lost"] == summary["doubled"] == 0
    assert summary["invoices"] + summary["credit_notes"] >= 12
    assert summary["credit_notes"] >= 1
    assert summary["bodies"] >= 5
    assert summary["http_calls"] > 0
    assert summary["originals"] == summary["deposited"] == len(told.pdfs)


def test_it_begins_with_an_order_form_and_ends_with_a_bank_line(told):
    assert told.summary["orders_read"] == 1
    # Six references and three books.
    assert told.summary["fields_right"] == 9
    assert told.summary["bank_matched"] == 2
    said = "\n".join(told.lines)
    assert said.index("Bon de commande lu") < said.index("rapproché")


def test_every_outcome_is_met(told):
    states = told.summary["states"]
    assert {"MISE_EN_PAIEMENT", "SUSPENDUE", "REJETEE", "not_integrated"} <= set(states)
    assert states["MISE_EN_PAIEMENT"] >= 2
    # Stopped by our own checks: never numbered, never sent.
    assert told.summary["problems_found"] >= 1


def test_a_refused_invoice_is_corrected_and_a_suspended_one_completed(told):
    """R20, R21."""
    assert told.summary["corrected"] == 1
    rows = told.ledger["invoices"]
    [again] = [row for row in rows if row["engagement"] == "EJ-76-2026-0151"]
    assert again["status"] == "MISE_EN_PAIEMENT"
    same = [row for row in rows if row["engagement"] == "EJ-76-2026-0115"]
    assert sorted(row["kind"] for row in same) == ["AVOIR", "FACTURE"]
    [refused, credit] = sorted(same, key=lambda row: row["kind"], reverse=True)
    assert refused["rejection_treated"]
    assert credit["origin"] == refused["number"]
    assert credit["total_ttc"] == refused["total_ttc"] == again["total_ttc"]
    [completed] = [row for row in rows if row["engagement"] == "10-CULT-4473"]
    assert completed["status"] == "COMPLETEE"
    assert completed["attachments"] == ["bon-de-livraison.pdf"]


def test_the_platform_counts_the_same(told):
    there = [(row["number"], row["kind"]) for row in told.ledger["invoices"]]
    assert len(there) == len(set(there))
    refused = {row["number"] for row in told.ledger["rejected"]}
    assert len(there) + len(refused) == told.summary["deposited"]


def test_a_bookseller_can_read_it(told):
    text = "\n".join(told.lines)
    assert "Numéro" in text
    assert all(number in text for number in ("FAC/2026/", "RFAC/2026/"))
    assert "Traceback" not in text


def test_each_pdf_has_its_xml_beside_it(told):
    assert len(told.pdfs) >= 12
    for pdf in told.pdfs:
        inside = facturx_pdf.read_xml(pdf.read_bytes())
        assert told.sent[f"{pdf.stem}.xml"].read_bytes() == inside


def test_each_document_is_valid(told):
    for pdf in told.pdfs:
        content = pdf.read_bytes()
        xml = facturx_pdf.read_xml(content)
        assert schemas.xsd_problems(xml) == [], pdf.name
        assert schemas.schematron_problems(xml) == [], pdf.name
        assert facturx_pdf.pdfa_problems(content, accessible=True) == [], pdf.name
        assert unsaid(content, xml) == [], pdf.name


def test_the_platform_got_the_very_bytes_kept(told):
    kept = {pdf.name: pdf.read_bytes() for pdf in told.pdfs}
    assert told.received.keys() == kept.keys()
    assert told.received == kept


def test_the_vault_leaves_with_its_proof(told, tmp_path):
    with zipfile.ZipFile(told.vault) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-S", "verify.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    originals = sorted((tmp_path / "originals").iterdir())
    kept = {pdf.read_bytes() for pdf in told.pdfs}
    assert {path.read_bytes() for path in originals} == kept
    changed = bytearray(originals[0].read_bytes())
    changed[100] ^= 1
    originals[0].write_bytes(changed)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert originals[0].name in done.stdout.decode()
