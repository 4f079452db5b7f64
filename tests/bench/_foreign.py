"""Readers of what platforms, customers and colleagues send, for `hostile`.

Each is a function that takes bytes and lets pass the errors that its callers know. What
comes over HTTP is read by the real clients, from a line that answers the same to all.
"""

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage

import requests
from requests.adapters import BaseAdapter

from odoo.addons.l10n_fr_chorus_bookshop.chorus import orders
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels import approved, piste
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.approved import cdar, profile
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.approved.http import Access
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.token import (
    MemoryStore,
    Token,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.errors import (
    ChorusError,
    UnreadableFile,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.lifecycle.identity import Identity
from odoo.addons.l10n_fr_chorus_bookshop.chorus.payment import line as bank_line

from bench import _bombs as bombs
from orders_corpus.form import Form, build

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIRET = "33254021500018"
_SPACE = "urn:un:unece:uncefact:data:standard:"


def storable(*texts: str) -> None:
    """PostgreSQL takes neither NUL nor half a pair."""
    for text in texts:
        assert "\0" not in text
        text.encode()


# ---- OVER HTTP ----------------------------------------------------------------------


class _Line(BaseAdapter):
    """Answers the same to every request."""

    def __init__(self):
        super().__init__()
        self.content, self.status = b"", 200

    def send(self, request, **_options):
        response = requests.Response()
        response.status_code, response.request = self.status, request
        response.url, response._content = request.url, self.content
        response.raw = io.BytesIO(self.content)
        response.headers["Retry-After"] = self.content[:20].decode("latin-1").strip()
        return response

    def close(self):
        return


def _on(line: _Line, client):
    client._transport._session.mount("https://", line)
    return client


def _token() -> MemoryStore:
    store = MemoryStore()
    store.save(Token("t", NOW.timestamp() + 10**9))
    return store


_PISTE, _APPROVED = _Line(), _Line()
_CHORUS = _on(
    _PISTE,
    piste.Piste(
        piste.Settings("https://o.example/t", "https://a.example", *"abcd"),
        _token(),
        sleep=lambda _seconds: None,
    ),
)
_PLATFORM = _on(
    _APPROVED,
    approved.Approved(
        Access(
            profile.shipped()[0],
            "https://f.example/v1",
            "https://d.example/v1",
            "https://t.example",
        ),
        _token(),
        now=NOW.timestamp,
    ),
)


def read_piste(content: bytes) -> None:
    """An answer of Chorus Pro, to whatever is asked."""
    _PISTE.content, _PISTE.status = content, 500 if content[-1:] == b"\n" else 200
    for ask in (
        lambda: [one for page in _CHORUS.news(NOW, NOW) for one in page],
        lambda: _CHORUS.find_invoices(
            identities=[Identity(2026, "332540215", "F1")], flux_number="7"
        ),
        lambda: [_CHORUS.report("7")],
        lambda: _CHORUS.history("12"),
        lambda: [_CHORUS.structure(SIRET)],
        lambda: _CHORUS.download("12"),
        lambda: [_CHORUS.deposit(b"x", "x.pdf", "E2")],
    ):
        try:
            told = ask()
        except ChorusError as error:
            storable(str(error), *error.reasons)
            continue
        repr(told)


def read_approved(content: bytes) -> None:
    """An answer of an approved platform, to whatever is asked."""
    _APPROVED.content, _APPROVED.status = content, 500 if content[-1:] == b"\n" else 200
    for ask in (
        lambda: [page for page in _PLATFORM.incoming(NOW - timedelta(hours=2))],
        lambda: [_PLATFORM.report("f1")],
        lambda: [_PLATFORM.metadata("f1")],
        lambda: [_PLATFORM.structure(SIRET)],
        lambda: [_PLATFORM.deposit(b"x", "x.xml", "CII", "t")],
    ):
        try:
            told = ask()
        except ChorusError as error:
            storable(str(error), *error.reasons)
            continue
        repr(told)


# ---- FILES --------------------------------------------------------------------------


def read_status(content: bytes) -> None:
    """A status message of the reform (CDAR)."""
    try:
        statuses, asides = cdar.read(content, NOW, "Europe/Paris")
    except UnreadableFile as error:
        storable(str(error))
        return
    for one in statuses:
        storable(one.number, one.code, one.text, one.label, one.seller_siren)
        assert 1999 < one.occurred_at.year < 2101
    for aside in asides:
        storable(*aside)


def read_profile(content: bytes) -> None:
    """The profile of an approved platform."""
    try:
        profile.from_json(content)
    except UnreadableFile as error:
        storable(str(error))


def read_order(content: bytes) -> None:
    """A customer's order: a PDF, a mail, an office file, a list."""
    for name in ("bc.eml", "bc.csv", "bc.html"):
        found = orders.read_file(content, name)
        storable(*map(str, found.notes), *found.values().values())
        if content.startswith((b"%PDF", b"PK")):
            return


def read_bank(content: bytes) -> None:
    """What a bank line says."""
    text = content.decode("utf-8", "replace")
    bank_line.words(bank_line.Line((text,), Decimal(15), NOW.date()))


def readers() -> dict:
    """By name."""
    return {
        "piste": read_piste,
        "approved": read_approved,
        "status": read_status,
        "profile": read_profile,
        "order": read_order,
        "bank": read_bank,
    }


# ---- SAMPLES ------------------------------------------------------------------------


def samples() -> dict[str, list[bytes]]:
    """By name of reader: files and answers as they should be."""
    return {
        "piste": list(map(_json, _piste())),
        "approved": list(map(_json, _approved())),
        "status": [_status()],
        "profile": [one.to_json().encode() for one in profile.shipped()],
        "order": _orders(),
        "bank": [
            b"/EREF/NOTPROVIDED/RMTINF/MANDAT 4512 FACTURE FAC/2026/00012 ET 00013",
            "VIR DRFIP NORMANDIE DP 1234567 F.2026-00012 1 234,56 €".encode(),
        ],
    }


def _json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _piste():
    row = {
        "numeroFacture": "F1",
        "typeFacture": "FACTURE",
        "statut": "REJETEE",
        "dateHeureEtatCourant": "2026-11-23T09:05:00.000+01:00",
        "identifiantFactureCPP": 12,
        "codeFournisseur": SIRET,
        "codeDestinataire": "21590350100012",
        "commentaireEtatCourant": "é",
        "numeroFluxDepot": "7",
        "dateFacture": "2026-11-18",
        "montantTTC": 15.0,
    }
    counts = {"pageCourante": 1, "pages": 1, "total": 1, "pageResultatDemandee": 1}
    done = {"codeRetour": 0, "libelle": "TRA_MSG_00.000"}
    yield {**done, "parametresRetour": counts, "listeFactures": [row, row]}
    yield {"codeRetour": 20000, "libelle": "TRA_MSG_00.015 - aucun résultat"}
    yield {
        **done,
        "etatCourantDepotFlux": "IN_INTEGRE_PARTIEL",
        "listeErreurDP": [
            {
                "numeroDP": "F1",
                "identifiantFournisseur": SIRET,
                "libelleErreurDP": "a|b",
            }
        ],
        "listeErreurTechnique": [{"codeErreur": "1", "libelleErreur": "x"}],
    }
    yield {
        **done,
        "numeroFacture": "F1",
        "historiquesDesStatuts": {
            "parametresRetour": counts,
            "histoStatut": [
                {
                    "histoStatutId": 1,
                    "histoStatutCode": "SUSPENDUE",
                    "histoStatutDatePassage": "2026-11-23 09:05",
                    "histoStatutCommentaire": "pièce",
                }
            ],
        },
    }
    yield {
        **done,
        "parametresRetour": counts,
        "listeStructures": [
            {
                "idStructureCPP": 3,
                "identifiantStructure": SIRET,
                "designationStructure": "Ville",
                "statut": "ACTIF",
            }
        ],
        "listeServices": [
            {
                "idService": 4,
                "codeService": "A",
                "estActif": True,
                "libelleService": "B",
            }
        ],
        "parametres": {"codeServiceDoitEtreRenseigne": "true"},
    }
    yield {**done, "numeroFluxDepot": "7", "dateDepot": "2026-11-23"}
    yield {**done, "fichierResultat": "UEsDBA=="}


def _approved():
    flow = {
        "flowId": "f1",
        "submittedAt": "2026-11-23T09:05:00Z",
        "updatedAt": "2026-11-23T09:05:00.123Z",
        "trackingId": "t",
        "name": "x.xml",
        "flowSyntax": "CDAR",
        "flowType": "CustomerInvoiceLC",
        "flowDirection": "In",
        "acknowledgement": {
            "status": "Error",
            "details": [{"level": "Error", "item": "a", "reasonCode": "b"}],
        },
    }
    yield {"total": 1, "limit": 100, "nextCursor": "", "results": [flow, flow]}
    yield flow
    yield {
        "results": [
            {
                "siret": SIRET,
                "siren": SIRET[:9],
                "name": "Ville",
                "administrativeStatus": "A",
                "b2gAdditionalData": {"managesLegalCommitmentCode": True},
                "routingIdentifier": "A",
                "addressingIdentifier": f"{SIRET[:9]}_A",
            }
        ]
    }
    yield {"errorCode": "x", "errorMessage": "y"}


def _status() -> bytes:
    return (
        f'<r:CrossDomainAcknowledgementAndResponse xmlns:r="{_SPACE}'
        f'CrossDomainAcknowledgementAndResponse:100" xmlns="{_SPACE}'
        f'ReusableAggregateBusinessInformationEntity:100" xmlns:u="{_SPACE}'
        'UnqualifiedDataType:100"><r:AcknowledgementDocument><IssueDateTime>'
        '<u:DateTimeString format="204">20261123100000</u:DateTimeString>'
        "</IssueDateTime><ReferenceReferencedDocument><IssuerAssignedID>F1"
        "</IssuerAssignedID><TypeCode>380</TypeCode><ProcessConditionCode>210"
        "</ProcessConditionCode><IssuerTradeParty><GlobalID schemeID='0002'>332540215"
        "</GlobalID></IssuerTradeParty><SpecifiedDocumentStatus><ReasonCode>X"
        "</ReasonCode><Reason>é</Reason></SpecifiedDocumentStatus>"
        "</ReferenceReferencedDocument></r:AcknowledgementDocument>"
        "</r:CrossDomainAcknowledgementAndResponse>"
    ).encode()


def _orders() -> list[bytes]:
    words = (
        "Bon de commande n° 2026-118\nN° d'engagement : EJ 1400123459\n"
        f"SIRET {SIRET}\nCode service : MEDIATHEQUE\n"
        "9782070612758 Le Petit Prince 2 ex. 7,50 €\n"
    )
    mail = EmailMessage()
    mail["Subject"] = "Commande n° 118 é"
    mail.set_content(words)
    mail.add_alternative(f"<table><tr><td>{words}</td></tr></table>", subtype="html")
    mail.add_attachment(words.encode(), "text", "csv", filename="a.csv")
    rows = [line.split(" ") for line in words.splitlines()]
    return [
        words.encode(),
        f"<html><body><table><tr><td>{words}</td></tr></table></body></html>".encode(),
        mail.as_bytes(),
        bombs.workbook(rows),
        build(Form("bc", words)),
        bombs.zipped(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": b'<w:document xmlns:w="http://schemas.openxmlformats'
                b'.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
                + words.encode()
                + b"</w:t></w:r></w:p></w:body></w:document>",
            }
        ),
    ]
