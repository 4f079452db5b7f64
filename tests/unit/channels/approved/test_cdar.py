"""Statuses of the reform: what is read of a message, and what our 209 says."""

import contextlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from cdar_messages import detail, message, reference
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import factories
from chorus.channels.approved import cdar, statuses
from chorus.errors import UnreadableFile
from chorus.lifecycle.order import Fact, latest
from chorus.lifecycle.states import (
    COPY_REFUSED,
    REASONS,
    UNKNOWN,
    state_of,
    without_code,
)

PARIS = "Europe/Paris"
RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BOMB = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]>'


def read(*references, **message_values):
    return cdar.read(message(*references, **message_values), RECEIVED, PARIS)


def one(*references, **values) -> cdar.Status:
    (status,), asides = read(*references, **values)
    assert asides == []
    return status


# --- reading -------------------------------------------------------------------------


def test_everything_that_identifies_an_invoice_is_read():
    status = one(reference(label="Mise à disposition"))

    assert status == cdar.Status(
        number="F-82",
        code="203",
        occurred_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        kind="380",
        seller_siren="332540215",
        issued_on=date(2026, 11, 18),
        label="Mise à disposition",
    )


def test_the_status_is_the_process_condition_never_the_status_code():
    """MDT-88 says 50 (refused) in this message; MDT-105 says 203."""
    assert statuses.word(one(reference(code="203"))) == "MISE_A_DISPOSITION"


@pytest.mark.parametrize(
    ("moment", "shape", "expected"),
    [
        ("20261123100000", "204", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("202611231000", "203", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T10:00:00Z", "205", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00:00.123+01:00", "205", None),
        ("202611231015", "203", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        ("202611231015+0100", "205", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        ("20261123101530-0200", "205", datetime(2026, 11, 23, 12, 15, 30, tzinfo=UTC)),
        ("20261123101530Z", "304", datetime(2026, 11, 23, 10, 15, 30, tzinfo=UTC)),
        ("20261123101530.25", "204", datetime(2026, 11, 23, 9, 15, 30, 250_000, UTC)),
        ("2026-11-23 10:15", "", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        ("23/11/2026 10:15:30", "", datetime(2026, 11, 23, 9, 15, 30, tzinfo=UTC)),
        ("2026-11-23T05:15:00-04:00", "", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        ("1795425300", "", datetime(2026, 11, 23, 9, 15, tzinfo=UTC)),
        # A day alone: as late in it as the message allows.
        ("20261123", "102", RECEIVED),
        ("2026-11-23", "102", RECEIVED),
        ("20261122", "102", datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)),
        ("demain", "204", RECEIVED),
        ("00010101000000", "204", RECEIVED),
        ("99991231235959", "204", RECEIVED),
        ("20991123100000", "204", RECEIVED),
        ("", "204", RECEIVED),
    ],
)
def test_moments_in_every_shape(moment, shape, expected):
    status = one(reference(), moment=moment, shape=shape)
    expected = expected or datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)
    assert status.occurred_at == expected


def test_a_day_alone_does_not_come_before_what_it_followed():
    """203 at ten, then 210 "on the 23rd": refused."""
    said = [
        one(reference(code="203")),
        one(reference(code="210"), moment="20261123", shape="102"),
    ]
    news = [statuses.news(status, "flow") for status in said]
    facts = [
        Fact(one.state, one.occurred_at, one.precision, one.sequence) for one in news
    ]
    assert latest(facts).code == "REJETEE"


def test_without_a_moment_of_its_own_a_status_has_the_messages():
    stamp = (
        "<ram:IssueDateTime><udt:DateTimeString format='204'>20261123083000"
        "</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>"
    )
    content = message(reference(), moment="")
    content = content.replace(b"</rsm:ExchangedDocument>", stamp.encode())
    ((status,), _asides) = cdar.read(content, RECEIVED, PARIS)
    assert status.occurred_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ("20261118", date(2026, 11, 18)),
        ("2026-11-18", date(2026, 11, 18)),
        ("2026-11-18+04:00", date(2026, 11, 18)),
        ("18/11/2026", date(2026, 11, 18)),
        ("18.11.2026", date(2026, 11, 18)),
        ("20261118093000", date(2026, 11, 18)),
        ("2026-11-18T09:30:00Z", date(2026, 11, 18)),
        # The first of January in France: its year tells it from last year's.
        ("2025-12-31T23:00:00Z", date(2026, 1, 1)),
        ("202611180", None),
        ("00010101", None),
        ("hier", None),
    ],
)
def test_the_date_of_the_invoice_in_every_shape(issued, expected):
    assert one(reference(issued=issued)).issued_on == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"ram:FormattedIssueDateTime>", b"ram:IssueDateTime>"),
        (b"qdt:DateTimeString", b"udt:DateTime"),
    ],
)
def test_the_date_of_the_invoice_under_another_name(before, after):
    content = message(reference())
    assert before in content
    ((status,), _asides) = cdar.read(content.replace(before, after), RECEIVED, PARIS)
    assert status.issued_on == date(2026, 11, 18)


def test_the_zone_is_the_platforms():
    content = message(reference())
    ((status,), _asides) = cdar.read(content, RECEIVED, "UTC")
    assert status.occurred_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("0002", "332540215"),
        ("0225", "332540215_33254021516357"),
        ("0009", "33254021516357"),
        ("0009", "332 540 215 16357"),
        ("0223", "FR27332540215"),
    ],
)
def test_the_seller_by_any_of_its_identifiers(scheme, value):
    assert one(reference(siren=value, scheme=scheme)).seller_siren == "332540215"


def test_an_empty_identifier_hides_no_other():
    found = b"<ram:GlobalID schemeID='0002'>332540215"
    content = message(reference())
    assert found in content
    content = content.replace(found, b"<ram:GlobalID schemeID='0002'/>" + found)
    ((status,), _asides) = cdar.read(content, RECEIVED, PARIS)
    assert status.seller_siren == "332540215"


@pytest.mark.parametrize(
    ("role", "own", "expected"),
    [("SE", "", "111222333"), ("BY", "", ""), ("SE", "332540215", "332540215")],
)
def test_where_a_reference_names_no_seller_the_message_may(role, own, expected):
    """An account of several companies: another's invoice has our number and date."""
    party = (
        "<ram:RecipientTradeParty><ram:GlobalID schemeID='0002'>111222333"
        f"</ram:GlobalID><ram:RoleCode>{role}</ram:RoleCode></ram:RecipientTradeParty>"
        "</rsm:ExchangedDocument>"
    )
    content = message(reference(siren=own))
    content = content.replace(b"</rsm:ExchangedDocument>", party.encode())
    ((status,), _asides) = cdar.read(content, RECEIVED, PARIS)
    assert status.seller_siren == expected


def test_reasons_notes_and_places_are_all_told():
    status = one(
        reference(
            code="213",
            details=detail("REJ_SEMAN", "Rejet", "BR-FR-02 : numéro", 1)
            + detail("", "", "Merci de corriger", 2),
        )
    )

    assert status.reasons == ("REJ_SEMAN",)
    assert status.text == "REJ_SEMAN: Rejet – BR-FR-02 : numéro\nMerci de corriger"


@pytest.mark.parametrize(
    "place",
    [
        *("Reason", "Condition", "ProcessCondition", "ReasonInformation"),
        *("ReasonClassification", "RequestedAction", "InvalidInformation"),
        "ValidInformation",
    ],
)
def test_a_comment_wherever_the_standard_has_room_for_one(place):
    """Nobody says where the one that tells the four words of 204 apart must stand."""
    said = f"<ram:{place}>La facture a été mandatée</ram:{place}>"
    for details in (
        f"<ram:SpecifiedDocumentStatus>{said}</ram:SpecifiedDocumentStatus>",
        "<ram:Description>La facture a été mandatée</ram:Description>",
    ):
        status = one(reference(code="204", label="Prise en charge", details=details))
        assert status.text == "La facture a été mandatée"
        assert statuses.word(status) == "MANDATEE"


def test_one_message_may_speak_of_several_invoices():
    found, asides = read(
        reference("F-1"), reference("", code="210"), reference("F-2", code="")
    )
    more, _asides = read(reference("F-1"), reference("F-2", code="210"))

    assert [status.number for status in found] == ["F-1"]
    assert [reason for _text, reason in asides] == ["MDT-87", "MDT-105"]
    assert [(one.number, one.code) for one in more] == [("F-1", "203"), ("F-2", "210")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01",
        b"%PDF-1.7",
        b"<html/>",
        message(reference())[:-40],
        message(reference(), lead=BOMB),
        message(),
        b"<a>" * 20_000,
    ],
    ids=["empty", "binary", "pdf", "html", "cut", "bomb", "nothing", "deep"],
)
def test_hostile_or_foreign_files_are_refused_in_words(content):
    with pytest.raises(UnreadableFile) as caught:
        cdar.read(content, RECEIVED, PARIS)
    assert caught.value.message


def test_a_file_of_any_size_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(cdar, "LARGEST", 100)
    with pytest.raises(UnreadableFile, match="too large"):
        read(reference())


def test_every_reason_of_a_detail_is_told():
    second = "<ram:ReasonCode>DEST_ERR</ram:ReasonCode><ram:SequenceNumeric>"
    details = detail("REJ_COH", "Rejet").replace("<ram:SequenceNumeric>", second)
    status = one(reference(code="213", details=details))
    assert status.reasons == ("REJ_COH", "DEST_ERR")
    assert status.text == "REJ_COH: Rejet\nDEST_ERR"
    assert without_code(status.text) == "Rejet\nDEST_ERR"


def test_every_reason_of_the_rules_has_its_words():
    """BR-FR-CDV-CL-09, as pyfrctc ships it."""
    pytest.importorskip("pyfrctc")
    folder = Path(find_spec("pyfrctc").submodule_search_locations[0])
    sheet = folder / "cdar-schematron" / "BR-FR-CDV-Schematron-CDAR.xslt"
    listed = set(re.findall(r"\bIRR_[A-Z_]+|\bREJ_[A-Z0-9_]+", sheet.read_text()))
    assert len(listed) > 12
    assert listed <= set(REASONS)


def test_amounts_are_told_with_what_they_are():
    """Of a partial approval or a payment (MDT-215, MDT-224)."""
    data = (
        "<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>MAPTTC</ram:TypeCode>"
        "<ram:ValueAmount currencyID='EUR'>120.50</ram:ValueAmount>"
        "<ram:ValuePercent>5.5</ram:ValuePercent>"
        "</ram:SpecifiedDocumentCharacteristic></ram:SpecifiedDocumentStatus>"
    )
    details = detail().replace("</ram:SpecifiedDocumentStatus>", data)
    assert one(reference(code="206", details=details)).text == (
        "MAPTTC 120.50 EUR – 5.5 %"
    )


FILE = "<ram:AttachmentBinaryObject filename='a.pdf'>{}</ram:AttachmentBinaryObject>"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + message(reference()),
        b"\r\n  " + message(reference()),
        message(reference()).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        message(reference()).replace(b"ram:", b"x:").replace(b":ram=", b":x="),
        message(reference()).replace(b"ram:", b"rsm:"),
        message(reference()).replace(b":100", b":D16B"),
        message(reference(details=FILE.format("QUJD" * 2_600_000))),
    ],
    ids=["BOM", "blank", "UTF-16", "prefix", "one space", "D16B", "large file"],
)
def test_a_message_as_another_maker_writes_it(content):
    ((status,), asides) = cdar.read(content, RECEIVED, PARIS)
    assert asides == []
    assert (status.number, status.code, status.seller_siren, status.issued_on) == (
        *("F-82", "203", "332540215"),
        date(2026, 11, 18),
    )


@pytest.mark.parametrize("inside", ["<!-- x -->", "<?x y?>", "<b/>"])
def test_what_stands_inside_a_number_does_not_cut_it(inside):
    """Cut, it would be the number of another invoice."""
    content = message(reference("F-82", code="210", siren="332540215"))
    for value in (b"F-82", b"210", b"332540215", b"20261118"):
        parted = value[:2] + inside.encode() + value[2:]
        content = content.replace(b">%s<" % value, b">%s<" % parted)

    ((status,), asides) = cdar.read(content, RECEIVED, PARIS)

    assert asides == []
    told = (status.number, status.code, status.seller_siren, status.issued_on)
    assert told == ("F-82", "210", "332540215", date(2026, 11, 18))


def test_control_characters_never_get_in():
    text = one(reference(details=detail("", "", "a\u0085b\ufdd0c"))).text
    assert "\x00" not in text
    assert text.startswith("a")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_a_refusal(content):
    with contextlib.suppress(UnreadableFile):
        cdar.read(content, RECEIVED, PARIS)


# --- words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("200", "DEPOSEE_PLATEFORME"),
        ("201", "EN_COURS_ACHEMINEMENT"),
        ("202", "DEPOSEE"),
        ("203", "MISE_A_DISPOSITION"),
        ("204", "PRISE_EN_COMPTE_DESTINATAIRE"),
        ("205", "APPROUVEE"),
        ("206", "APPROUVEE_PARTIELLEMENT"),
        ("207", "EN_LITIGE"),
        ("208", "SUSPENDUE"),
        ("209", "COMPLETEE"),
        ("210", "REJETEE"),
        ("211", "MISE_EN_PAIEMENT"),
        ("213", "NON_CONFORME"),
        ("227", "COMPLETEE"),
        ("501", "NON_CONFORME"),
    ],
)
def test_each_code_of_the_table(code, word):
    news = statuses.news(one(reference(code=code)), "flow")
    assert news.state == word
    assert state_of(news.state).code == word


@pytest.mark.parametrize(
    "code", [" 210 ", "fr:210", "FR210", "210 - Refusée", "210\n", "Refusée", "REFUSÉE"]
)
def test_a_code_however_it_is_written(code):
    news = statuses.news(one(reference(code=code)), "flow")
    assert news.state == "REJETEE"
    assert news.sequence == statuses.news(one(reference(code="210")), "flow").sequence


def test_a_label_says_what_a_missing_code_does_not():
    """In the reform's words, where "Rejetée" is no refusal by the body."""
    assert statuses.word(one(reference(code="", label="Refusée"))) == "REJETEE"
    assert statuses.word(one(reference(code="", label="Rejetée"))) == "NON_CONFORME"
    assert statuses.word(one(reference(code="", label="Autre chose"))) == "Autre chose"


@pytest.mark.parametrize("code", ["212", "214", "220", "221", "224", "228", "999", "X"])
def test_other_codes_stay_as_they_came(code):
    news = statuses.news(one(reference(code=code, label="Visée")), "flow")
    assert news.state == code
    assert state_of(news.state) is UNKNOWN
    assert news.reason == f"{code} Visée"


@pytest.mark.parametrize(
    ("comment", "word"),
    [
        ("Le destinataire public a réalisé le service fait", "SERVICE_FAIT"),
        ("SERVICE FAIT le 23/11", "SERVICE_FAIT"),
        ("La facture a été mandatée", "MANDATEE"),
        ("Demande de paiement validée", "MANDATEE"),
        ("Mise à disposition du comptable public", "MISE_A_DISPOSITION_COMPTABLE"),
        (
            "La demande de paiement est mise à la disposition du comptable",
            "MISE_A_DISPOSITION_COMPTABLE",
        ),
        ("Le comptable a comptabilisé la facture", "COMPTABILISEE"),
        # Never guessed
        ("Prise en charge", "PRISE_EN_COMPTE_DESTINATAIRE"),
        ("", "PRISE_EN_COMPTE_DESTINATAIRE"),
        ("Le service n'est pas encore service fait", "PRISE_EN_COMPTE_DESTINATAIRE"),
        ("Service fait puis mandatée", "PRISE_EN_COMPTE_DESTINATAIRE"),
    ],
)
def test_four_words_arrive_as_204(comment, word):
    status = one(reference(code="204", details=detail("", "", comment)))

    news = statuses.news(status, "flow")

    assert news.state == word
    assert comment in news.reason


@pytest.mark.parametrize(
    "said",
    [
        ("Doublon", ""),
        ("rej_uni ", ""),
        ("AUTRE", "REJ_UNI : numéro déjà utilisé"),
        ("", "Facture en doublon."),
        ("", "", "DOUBLON"),
        ("", "La facture existe déjà"),
        ("", "Une facture avec ce numéro existe déjà pour ce fournisseur"),
        ("", "Il existe déjà une facture portant ce numéro"),
        ("REJ_SEMAN", "Numéro de facture déjà utilisé"),
        ("AUTRE", "Facture déjà reçue le 12/11/2026"),
        ("", "", "Ce flux a déjà été transmis"),
        ("", "Facture transmise en double"),
        ("", "Le numéro de la facture n’est pas unique"),
        ("", "Unicité de la facture non respectée"),
        ("", "Invoice already exists"),
        ("", "Duplicate invoice number"),
    ],
)
def test_the_213_of_a_copy_in_other_words(said):
    status = one(reference(code="213", details=detail(*said)))
    assert statuses.word(status) == COPY_REFUSED


@pytest.mark.parametrize(
    "reason",
    [
        "BT-13 déjà soldé",
        "Numéro d'engagement déjà utilisé",
        "La facture porte un engagement déjà utilisé",
        "Ce marché existe déjà sous un autre numéro",
        "La facture a déjà été refusée",
        "Le montant est le double de celui de la commande",
        "Le numéro de facture n'existe pas",
    ],
)
def test_a_213_for_another_reason_is_a_rejection(reason):
    status = one(reference(code="213", details=detail("REJ_COH", reason)))
    assert statuses.word(status) == "NON_CONFORME"


@pytest.mark.parametrize("reason", ["DOUBLON", "REJ_UNI"])
def test_the_213_of_a_copy_is_no_rejection(reason):
    status = one(reference(code="213", details=detail(reason, "Existe déjà")))
    assert statuses.word(status) == COPY_REFUSED
    refused = one(reference(code="210", details=detail(reason, "Existe déjà")))
    assert statuses.word(refused) == "REJETEE"


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        *(("380", "380"), ("384", "380"), ("386", "380"), ("381", "381")),
        *(("503", "381"), (" 381 ", "381"), ("", "")),
        # What is no code contradicts nothing: it may be either.
        *(("Avoir", ""), ("CreditNote", ""), ("FACTURE", "")),
    ],
)
def test_kinds_are_invoices_or_credit_notes(kind, ours):
    assert statuses.news(one(reference(kind=kind)), "flow").kind == ours


# --- order, copies ------------------------------------------------------------------

LIFE = ["200", "201", "202", "203", "204", "208", "209", "211"]


def fact(code: str, second: int, reason: str = "") -> Fact:
    moment = f"202611231000{second:02d}"
    status = one(
        reference(code=code, details=detail(reason) if reason else ""), moment=moment
    )
    news = statuses.news(status, "flow")
    return Fact(news.state, news.occurred_at, news.precision, news.sequence)


@given(st.permutations(range(len(LIFE))), st.data())
def test_the_state_depends_on_what_was_said_never_on_when_it_arrived(order, data):
    """Out of order, repeated, all within one minute."""
    facts = [fact(LIFE[place], place) for place in order]
    copies = data.draw(st.lists(st.sampled_from(facts), max_size=5))
    place = data.draw(st.integers(0, len(facts)))
    mixed = [*facts[:place], *copies, *facts[place:]]

    assert latest(mixed).code == "MISE_EN_PAIEMENT"
    known = max(order[: place or 1])
    assert latest(facts[: place or 1]).code == statuses.WORDS[LIFE[known]]


@given(st.permutations(LIFE[:4]))
def test_even_within_one_second_the_usual_way_decides(codes):
    """Times have no fraction: 201 and 202 often bear the same one."""
    assert latest([fact(code, 0) for code in codes]).code == "MISE_A_DISPOSITION"
    two = [fact("202", 0), fact("201", 0)]
    assert latest(two).code == latest(two[::-1]).code == "DEPOSEE"


@given(st.permutations(["200", "202", "203", "213"]))
def test_a_copys_213_never_touches_an_invoice_that_arrived(codes):
    facts = [fact(code, 30, "REJ_UNI" if code == "213" else "") for code in codes]
    late = [replace(one, occurred_at=one.occurred_at) for one in facts]
    assert latest(late).code == "MISE_A_DISPOSITION"


def test_a_213_alone_says_that_the_number_is_used():
    assert latest([fact("200", 0), fact("213", 1, "DOUBLON")]).code == COPY_REFUSED


# --- the 209 -------------------------------------------------------------------------

ANSWER = cdar.Answer(
    message_id="0d3f7a1c",
    made_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    number="F-82",
    kind="380",
    issued_on=date(2026, 11, 18),
    seller_siren="332540215",
    seller_name="Librairie L'Été",
    buyer_siren="227605409",
    buyer_name="Département",
    buyer_address="227605409_22760540900019",
    files=(factories.attachment(), factories.attachment("plan.png")),
    comment="Bon de livraison joint",
)


def test_our_209_is_read_as_one():
    content = cdar.complete(ANSWER, PARIS)

    ((status,), asides) = cdar.read(content, RECEIVED, PARIS)

    assert asides == []
    assert (status.number, status.code, status.text) == (
        "F-82",
        "209",
        "Bon de livraison joint",
    )
    assert status.occurred_at == ANSWER.made_at
    assert content.count(b"AttachmentBinaryObject ") == 2


def test_the_names_of_our_files_are_those_that_are_taken():
    """AIFE FE v1.1 §3.2.1.4.1, or IRR_NOM_PJ; each of them once."""
    files = [
        replace(factories.attachment(), name=name)
        for name in ("BL #12: A&B.pdf", "a/BL #12: A&B.pdf", "x" * 60 + ".pdf")
    ]
    root = etree.fromstring(cdar.complete(replace(ANSWER, files=tuple(files)), PARIS))
    names = [one.get("filename") for one in root.iter("{*}AttachmentBinaryObject")]
    assert names == ["BL _12_ A_B.pdf", "BL _12_ A_B-2.pdf", "x" * 46 + ".pdf"]


def test_another_reader_finds_the_same_in_it():
    """pyfrctc: an independent witness, with the XSD of CDAR D22B."""
    pyfrctc = pytest.importorskip("pyfrctc")
    content = cdar.complete(replace(ANSWER, comment=""), PARIS)

    found = pyfrctc.parse_cdar(cdar.complete(ANSWER, PARIS), check_xsd=True)
    pyfrctc.parse_cdar(content, check_xsd=True)

    assert found["invoice_number"] == "F-82"
    assert found["status_code"] == "209"
    assert found["lc_datetime"] == datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001
    assert [file["bin"] for file in found["attachments"]] == [
        file.content for file in ANSWER.files
    ]


def test_the_209_passes_the_rules_of_status_messages():
    """BR-FR-CDV, as pyfrctc ships it."""
    pytest.importorskip("pyfrctc")
    from chorus.facturx import schemas

    if not schemas.schematron_available():
        pytest.skip("saxonche is absent")
    folder = Path(find_spec("pyfrctc").submodule_search_locations[0])
    sheet = folder / "cdar-schematron" / "BR-FR-CDV-Schematron-CDAR.xslt"
    rules = schemas.Rulebook("", (str(sheet),), warnings=True)

    content = cdar.complete(ANSWER, PARIS)

    assert schemas.schematron_problems(content, rules) == []
    broken = content.replace(b">209<", b">999<")
    assert schemas.schematron_problems(broken, rules)


def test_moments_far_from_the_message_are_no_moments():
    later = RECEIVED + timedelta(hours=4)
    status = one(reference(), moment=f"{later:%Y%m%d%H%M%S}", shape="204")
    assert status.occurred_at <= RECEIVED + timedelta(hours=3)
