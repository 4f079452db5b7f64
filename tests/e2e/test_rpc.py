"""A till drives everything over XML-RPC and JSON-2; the server's cron does the rest."""

import json
import re
import runpy
import textwrap
import time
import urllib.error
import urllib.request
import xmlrpc.client
from base64 import b64decode
from io import BytesIO

import pytest
from pypdf import PdfReader

from bookshop_tool import workspace
from e2e.stage import open_shop

MOVE, PARTNER = "account.move", "res.partner"
# The examples of the documentation; the first one begins with the shop's address.
EXAMPLE = re.compile(r"^\.\. code:: python\n\n((?:    .*\n|\n)+)", re.MULTILINE)
ADDRESS = re.compile(r"^url, base, login, cle = .*$", re.MULTILINE)
RECORDS = [
    "partner_aube",
    "partner_parents",
    "partner_lyon",
    "partner_rennes",
    "product_book_01",
]
# The platform is real time here, and the machine may be busy.
PATIENCE = 120


class Till:
    """Claire's till: the same calls by either protocol."""

    def __init__(self, shop, url, api_key, records):
        self.shop, self.url, self.api_key = shop, url, api_key
        self.records = records
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(shop.database, "claire", "claire", {})
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def xml(self, model, method, *arguments, **named):
        """Call over XML-RPC, which has no None: one would be a fault."""
        return self.object.execute_kw(
            self.shop.database, self.uid, "claire", model, method, arguments, named
        )

    def json(self, model, method, ids=(), **named):
        """Call over JSON-2."""
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            json.dumps({"ids": list(ids), **named}).encode(),
            {
                "Authorization": f"bearer {self.api_key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.shop.database,
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())

    def both(self, model, method, ids):
        """Call both ways; the answers are plain, and the same."""
        by_xml = self.xml(model, method, ids)
        by_json = self.json(model, method, ids)
        assert_plain(by_xml)
        assert_plain(by_json)
        return by_xml, by_json

    def draft(self, customer, **values):
        """Make an invoice of one book, as a till would."""
        book = {
            "product_id": self.records["product_book_01"],
            "quantity": 2,
        }
        return self.xml(
            MOVE,
            "create",
            {
                "move_type": "out_invoice",
                "partner_id": self.records[customer],
                "invoice_line_ids": [(0, 0, book)],
                **values,
            },
        )

    def posted(self, customer, **values):
        """Make one and confirm it."""
        invoice = self.draft(customer, **values)
        self.xml(MOVE, "action_post", [invoice])
        return invoice

    def wait_for(self, invoice, states):
        """Ask until the server's own scheduled job has brought the invoice there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            [status] = self.xml(MOVE, "l10n_fr_chorus_sync", [invoice])
            if status["state"] in states:
                return status
            time.sleep(1)
        raise AssertionError(f"still {status['state']}: {status['reason']}")


def assert_plain(value):
    """Only text, numbers, booleans, lists and objects, at any depth."""
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            assert_plain(one)
    else:
        assert isinstance(value, (str, int, float, bool)), value


@pytest.fixture(scope="module")
def till():
    with open_shop("e2e_rpc") as shop:
        opened, records = shop.finish(
            shop.start(
                ("connect", {"url": shop.platform.url}), ("ids", {"names": RECORDS})
            )
        )
        with workspace.start_odoo(shop.database, crons=1, log=shop.log) as odoo:
            yield Till(shop, odoo.url, opened["api_key"], records)


def test_a_draft_is_checked(till):
    invoice = till.draft("partner_aube")
    by_xml, by_json = till.both(MOVE, "l10n_fr_chorus_check", [invoice])
    assert by_xml == by_json
    [answer] = by_xml
    assert answer["id"] == invoice
    assert not answer["queued"]
    fields = {problem["field"] for problem in answer["problems"]}
    assert len(answer["problems"]) >= 2, fields
    assert all(one["message"] and one["remedy"] for one in answer["problems"])


def test_a_copy_carries_no_e_invoice(till):
    """F3: core embeds its own e-invoice in a stored PDF, outside tests only."""
    concerned = till.posted(
        "partner_aube",
        buyer_reference="MEDIATHEQUE",
        purchase_order_reference="10-CULT-4481",
    )
    other = till.posted("partner_parents")
    for invoice, expected in ((concerned, []), (other, ["factur-x.xml"])):
        dialog = till.xml(
            "account.move.send.wizard",
            "create",
            {"move_id": invoice, "sending_methods": ["manual"]},
        )
        till.json("account.move.send.wizard", "action_send_and_print", [dialog])
        [kept] = till.json(MOVE, "read", [invoice], fields=["invoice_pdf_report_file"])
        copy = PdfReader(BytesIO(b64decode(kept["invoice_pdf_report_file"])))
        assert list(copy.attachments) == expected
        text = " ".join(page.extract_text() for page in copy.pages)
        assert ("COPIE" in text) == (not expected)


def test_a_wrong_invoice_is_not_confirmed(till):
    with pytest.raises(xmlrpc.client.Fault, match="Chorus Pro"):
        till.posted("partner_aube")


def test_from_the_till_to_the_platform(till):
    invoice = till.posted(
        "partner_aube",
        buyer_reference="MEDIATHEQUE",
        purchase_order_reference="10-CULT-4480",
    )
    [answer] = till.json(MOVE, "l10n_fr_chorus_send", [invoice])
    assert_plain(answer)
    assert answer["queued"]
    assert "error" not in {one["severity"] for one in answer["problems"]}
    # Where the platform brings it by itself: it stays there while we compare.
    status = till.wait_for(invoice, {"MISE_A_DISPOSITION"})
    assert status["platform_ref"].isdigit()
    assert status["flux_number"]
    there = till.shop.platform.invoice(answer["number"])
    assert there["service"] == "MEDIATHEQUE"
    assert there["engagement"] == "10-CULT-4480"

    by_xml, by_json = till.both(MOVE, "l10n_fr_chorus_status", [invoice])
    assert by_xml == by_json == [status]
    by_xml, by_json = till.both(MOVE, "l10n_fr_chorus_sync", [invoice])
    assert by_xml == by_json
    till.shop.platform.status(answer["number"], "MISE_EN_PAIEMENT")
    status = till.wait_for(invoice, {"MISE_EN_PAIEMENT"})
    assert [event["code"] for event in status["events"]][-1] == "MISE_EN_PAIEMENT"

    # On its way, it does not leave twice and cannot be taken back.
    [again] = till.xml(MOVE, "l10n_fr_chorus_send", [invoice])
    assert till.shop.on_platform()[answer["number"], "FACTURE"] == 1
    assert again["state"] == "MISE_EN_PAIEMENT"
    by_xml, by_json = till.both(MOVE, "l10n_fr_chorus_withdraw", [invoice])
    assert by_xml == by_json
    assert not by_xml[0]["done"]
    assert by_xml[0]["message"]


def test_a_refused_invoice_is_credited_and_made_again(till):
    """R21: one call gives both numbers of the database."""
    invoice = till.posted("partner_lyon")
    [sent] = till.json(MOVE, "l10n_fr_chorus_send", [invoice])
    till.wait_for(invoice, {"MISE_A_DISPOSITION"})
    till.shop.platform.status(sent["number"], "REJETEE", reason="MONTANT_ERR")
    status = till.wait_for(invoice, {"REJETEE"})
    assert [one["code"] for one in status["actions"]] == ["credit"]
    [answer] = till.json(MOVE, "l10n_fr_chorus_credit", [invoice], reinvoice=True)
    assert_plain(answer)
    assert answer["done"], answer["message"]
    assert answer["credit_note_number"].startswith("RFAC")
    assert answer["queued"]
    fields = ["state", "reversed_entry_id", "l10n_fr_chorus_replaces_id"]
    ids = [answer["credit_note_id"], answer["invoice_id"]]
    credit, again = till.xml(MOVE, "read", ids, fields)
    assert credit["reversed_entry_id"][0] == invoice
    assert again["l10n_fr_chorus_replaces_id"][0] == invoice
    assert (credit["state"], again["state"]) == ("posted", "draft")
    by_xml, by_json = till.both(MOVE, "l10n_fr_chorus_credit", [invoice])
    assert by_xml == by_json
    assert not by_xml[0]["done"]


def test_a_bad_invoice_does_not_stop_the_others(till):
    bad = till.draft("partner_aube")
    good = till.posted("partner_lyon")
    answers = till.xml(MOVE, "l10n_fr_chorus_send", [bad, good])
    assert_plain(answers)
    assert [answer["queued"] for answer in answers] == [False, True]
    assert answers[0]["problems"]


def withdraw(call, invoice):
    """Withdraw, again when told that a worker has the invoice in hand."""
    for _attempt in range(10):
        [answer] = call(MOVE, "l10n_fr_chorus_withdraw", [invoice])
        if answer["done"]:
            break
        time.sleep(1)
    return answer


def test_what_waits_can_be_withdrawn(till):
    # Rennes' body is not active: its invoices wait.
    calls = (till.xml, till.json)
    for call in calls:
        invoice = till.posted("partner_rennes")
        call(MOVE, "l10n_fr_chorus_send", [invoice])
        till.wait_for(invoice, {"waiting"})
        answer = withdraw(call, invoice)
        assert_plain(answer)
        assert answer["done"], answer["message"]
        assert answer["state"] == "withdrawn"
        # Core's method answers None, which XML-RPC refuses.
        till.json(MOVE, "button_draft", [invoice])


def test_the_directory_is_asked(till):
    customers = [till.records["partner_aube"], till.records["partner_rennes"]]
    by_xml, by_json = till.both(PARTNER, "l10n_fr_chorus_refresh", customers)
    for answer in (*by_xml, *by_json):
        assert answer.pop("checked_at")
    assert by_xml == by_json
    aube, rennes = by_xml
    assert aube["active"]
    assert aube["service_required"]
    assert "MEDIATHEQUE" in {service["code"] for service in aube["services"]}
    assert not rennes["active"]


def test_bodies_are_found(till):
    by_xml = till.xml(PARTNER, "l10n_fr_chorus_find", "LYON")
    by_json = till.json(PARTNER, "l10n_fr_chorus_find", text="LYON")
    assert_plain(by_xml)
    assert by_xml == by_json
    assert "21690123100011" in {body["siret"] for body in by_xml}


def test_the_examples_of_the_readme_run(till, monkeypatch, tmp_path):
    """R33: what README shows works as it stands, its address apart."""
    readme = (workspace.ROOT / "README.rst").read_text(encoding="utf-8")
    source = "\n".join(map(textwrap.dedent, EXAMPLE.findall(readme)))
    here = repr((till.url, till.shop.database, "claire", till.api_key))
    source, count = ADDRESS.subn(f"url, base, login, cle = {here}", source)
    assert count == 1
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    example = tmp_path / "example.py"
    example.write_text(source, encoding="utf-8")
    found = runpy.run_path(str(example))
    names = ("controle", "envoi", "etat", "avoir", "complement", "parti", "depot")
    for name in (*names, "saisie", "reponse", "coffre", "export", "piste", "sante"):
        assert_plain(found[name])
    assert found["controle"]["problems"] == []
    assert found["envoi"]["queued"]
    assert found["etat"]["label"]
    assert found["reponse"]["active"]
    # It has only just been asked to leave: nothing to credit, all to be told.
    assert not found["avoir"]["done"]
    assert found["avoir"]["message"]
    assert found["saisie"]["values"]
    assert found["piste"]["sections"]
    assert len(found["export"]["sha256"]) == 64


def test_a_stranger_is_shown_the_door(till):
    till.api_key, kept = "0" * 40, till.api_key
    try:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            till.json(MOVE, "l10n_fr_chorus_status", [1])
    finally:
        till.api_key = kept


def test_the_server_has_met_no_error(till):
    assert till.shop.errors() == []
