"""A14: one answer, whatever way it is written, in every reader of the platform's."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

import piste_server
import pytest
from piste_server import Reply, ok, settings

from chorus.channels.piste import MemoryStore, Piste
from chorus.errors import ChorusError
from chorus.lifecycle.identity import Identity

SHOP, BODY = "33254021516357", "12345678200028"
SINCE = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
COUNTS = {"pageCourante": 1, "pages": 1, "total": 1}
ROW = {
    "identifiantFactureCPP": 2_147_483_650,
    "numeroFacture": "F1",
    "typeFacture": "FACTURE",
    "statut": "MISE_A_DISPOSITION",
    "numeroFluxDepot": "CPP1",
    "dateFacture": "2026-11-18",
    "dateHeureEtatCourant": 1_763_454_665_250,
    "codeFournisseur": SHOP,
    "codeDestinataire": BODY,
    "montantTTC": 105.5,
    "commentaireEtatCourant": "Vu",
}
STRUCTURE = {
    "idStructureCPP": 25_784_151,
    "identifiantStructure": BODY,
    "designationStructure": "VILLE",
    "statut": "ACTIVE",
}
SERVICE = {
    "idService": 9,
    "codeService": "S1",
    "libelleService": "Un",
    "estActif": True,
}


def archive() -> str:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("f.xml", b"<a/>" * 99)
    return base64.b64encode(file.getvalue()).decode()


class Reader(NamedTuple):
    """A call, and the answers that it reads one after the other."""

    call: Callable[[Piste], object]
    answers: tuple[dict, ...]


READERS = {
    "deposit": Reader(
        lambda piste: piste.deposit(b"%PDF", "f.pdf", "IN_DP_E2_CII_FACTURX"),
        ({"numeroFluxDepot": "CPP1", "dateDepot": "2026-11-18"},),
    ),
    "report": Reader(
        lambda piste: piste.report("CPP1"),
        (
            {
                "etatCourantDepotFlux": "IN_INTEGRE_PARTIEL",
                "listeErreurTechnique": [{"codeErreur": "X7", "libelleErreur": "XSD"}],
                "listeErreurDP": [
                    {
                        "numeroDP": "F2",
                        "identifiantFournisseur": SHOP,
                        "identifiantDestinataire": BODY,
                        "libelleErreurDP": "Un|Deux",
                    }
                ],
            },
        ),
    ),
    "news": Reader(
        lambda piste: list(piste.news(SINCE, SINCE)),
        ({"parametresRetour": COUNTS, "listeFactures": [ROW]},),
    ),
    "search": Reader(
        lambda piste: piste.find_invoices(
            identities=[Identity(2026, SHOP[:9], "F1")], flux_number="CPP1"
        ),
        ({"parametresRetour": COUNTS, "listeFactures": [ROW]},) * 2,
    ),
    "detail": Reader(
        lambda piste: piste.find_invoices(identities=[Identity(2026, SHOP[:9], "F1")]),
        (
            {
                "parametresRetour": COUNTS,
                "listeFactures": [{**ROW, "dateFacture": None}],
            },
            {
                "facture": {
                    "references": {"dateFacture": "2026-11-18"},
                    "fournisseur": {"codeFournisseur": SHOP},
                }
            },
        ),
    ),
    "history": Reader(
        lambda piste: piste.history("7", number="F1"),
        (
            {
                "historiquesDesStatuts": {
                    "pagesHistoStatut": 1,
                    "totalHistoStatut": 1,
                    "histoStatut": [
                        {
                            "histoStatutId": 71,
                            "histoStatutCode": "MANDATEE",
                            "histoStatutDatePassage": 1_763_454_665_000,
                            "histoStatutCommentaire": "Vu",
                        }
                    ],
                }
            },
        ),
    ),
    "structure": Reader(
        lambda piste: piste.structure(BODY),
        (
            {"parametresRetour": COUNTS, "listeStructures": [STRUCTURE]},
            {
                "informationGenerales": {"structurePriveePublique": "PUBLIQUE"},
                "adressePostaleDuSiege": {"codePostal": "76000", "ville": "ROUEN"},
                "parametres": {
                    "codeServiceDoitEtreRenseigne": True,
                    "gestionNumeroEJOuCodeService": False,
                },
            },
            {"parametresRetour": COUNTS, "listeServices": [SERVICE]},
            {"parametres": {"numeroEngagement": True}},
        ),
    ),
    "account": Reader(
        lambda piste: piste.test(BODY),
        (
            {"codeRetour": 0},
            {"parametresRetour": COUNTS, "listeStructures": [STRUCTURE]},
            {
                "informationGenerales": {
                    "dateExpirationMotPasseCompteTech": "2027-01-31"
                }
            },
        ),
    ),
    "engagement": Reader(
        lambda piste: piste.knows_engagement("7", "1300012345"),
        ({"listeEngagementJuridique": [{"numeroEngagementJuridique": "1300012345"}]},),
    ),
    "file": Reader(
        lambda piste: piste.add_file("a.pdf", b"%PDF", "application/pdf"),
        ({"pieceJointeId": 2_147_483_651},),
    ),
    "completion": Reader(
        lambda piste: piste.complete("7", [], "Voici"), ({"identifiant": 7},)
    ),
    "payment request": Reader(
        lambda piste: piste.payment_request("7"),
        ({"facture": {"references": {"numeroDpMandat": "4500012345"}}},),
    ),
    "document": Reader(
        lambda piste: piste.download("7"), ({"fichierResultat": archive()},)
    ),
    "directory": Reader(
        lambda piste: piste.directory_file(), ({"fichierResultat": archive()},)
    ),
}


def changed(value, change):
    """The same answer with each of its values changed."""
    if isinstance(value, dict):
        return {name: changed(one, change) for name, one in value.items()}
    if isinstance(value, list):
        return [changed(one, change) for one in value]
    return change(value)


def quoted(value):
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def with_decimals(value):
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole else value


def padded(value):
    return f" {value} " if isinstance(value, str) else value


def in_figures(value):
    return int(value) if isinstance(value, bool) else value


def wrapped(value):
    """Base64 as mails have it: lines of 76 characters."""
    if not isinstance(value, str) or len(value) < 77:
        return value
    return "\r\n".join(value[at : at + 76] for at in range(0, len(value), 76))


def alone(answer):
    """Lists of one as their one object."""
    return {
        name: value[0]
        if isinstance(value, list) and len(value) == 1
        else alone(value)
        if isinstance(value, dict)
        else value
        for name, value in answer.items()
    }


CHANGES = {
    "quoted": quoted,
    "with decimals": with_decimals,
    "quoted with decimals": lambda value: quoted(with_decimals(value)),
    "padded": padded,
    "flags in figures": in_figures,
    "lines of base64": wrapped,
}
DISGUISES = {
    **{
        name: lambda answer, change=change: Reply(body=changed(answer, change))
        for name, change in CHANGES.items()
    },
    "HTTP 202": lambda answer: Reply(202, answer),
    "HTTP 201": lambda answer: Reply(201, answer),
    "code as text": lambda answer: Reply(body={**answer, "codeRetour": "0"}),
    "code with decimals": lambda answer: Reply(body={**answer, "codeRetour": 0.0}),
    "code null": lambda answer: Reply(body={**answer, "codeRetour": None}),
    "no label": lambda answer: Reply(body={**answer, "libelle": None}),
    "fields unheard of": lambda answer: Reply(
        body={"nouveau": [1], **answer, "autre": {}}
    ),
    "one object for a list": lambda answer: Reply(body=alone(answer)),
    "byte order mark": lambda answer: Reply(
        body=b"\xef\xbb\xbf" + json.dumps(answer).encode()
    ),
}


@pytest.fixture(scope="module")
def serving():
    with piste_server.running() as server:
        yield server


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_reader_reads_the_same_in_every_disguise(serving, reader, disguise):
    plain = [ok(**answer) for answer in reader.answers]
    with Piste(settings(serving.url), MemoryStore()) as piste:
        serving.forget()
        serving.script(*plain)
        expected = reader.call(piste)
        serving.script(*(disguise(one.body) for one in plain))
        assert reader.call(piste) == expected


ODD = (None, "", "?", [], {}, [None], True, -1, 1e300, "\0", 10**400)


def with_odd_values(answer):
    """Copies of an answer without one of its values, or with an odd one instead."""
    for name, value in answer.items():
        yield {one: answer[one] for one in answer if one != name}
        for odd in ODD:
            yield {**answer, name: odd}
        rows = value if isinstance(value, list) else [value]
        if rows and isinstance(rows[0], dict):
            for inner in with_odd_values(rows[0]):
                yield {**answer, name: [inner] if isinstance(value, list) else inner}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_no_reader_falls_over_one_odd_value(serving, reader):
    """It is read, set aside, or told as what it is: nothing else comes out."""
    plain = [ok(**answer) for answer in reader.answers]
    no_wait = {"sleep": lambda seconds: None}
    with Piste(settings(serving.url), MemoryStore(), **no_wait) as piste:
        for rank, reply in enumerate(plain):
            for odd in with_odd_values(reply.body):
                serving.forget()
                serving.script(*plain[:rank], Reply(body=odd), *plain[rank + 1 :])
                with suppress(ChorusError):
                    reader.call(piste)


@pytest.mark.parametrize("number", [4500012345, 4500012345.0, "4500012345 "])
def test_a_text_may_be_a_number(serving, number):
    serving.forget()
    serving.script(ok(facture={"references": {"numeroDpMandat": number}}))
    with Piste(settings(serving.url), MemoryStore()) as piste:
        assert piste.payment_request("7") == "4500012345"


@pytest.mark.parametrize("status", ["ACTIF", "active", "Active ", None, ""])
def test_a_structure_is_inactive_only_when_it_is_said(serving, status):
    serving.forget()
    row = {**STRUCTURE, "statut": status}
    serving.script(ok(parametresRetour=COUNTS, listeStructures=[row]))
    with Piste(settings(serving.url), MemoryStore()) as piste:
        assert piste.find_structure(BODY).active
