"""What the operator answers: read with tolerance, never invented, never a crash."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.edi.returns import ACCEPTED, REJECTED, Dictionary, Unreadable, read
from simulator import edi

WORDS = Dictionary(
    {"NON CONFORME": REJECTED, "Conforme": ACCEPTED, "PAYEE": "MISE_EN_PAIEMENT"}
)
XML_WORDS = Dictionary(
    WORDS.meanings,
    row="//facture",
    paths={"number": "@numero", "code": "etat", "reason": "motif", "date": "etat/@le"},
)


def one(content, words=WORDS):
    [answer] = read(content, words)
    return answer


# ---- APERAK, CONTRL -----------------------------------------------------------------


def test_the_operator_accepts_or_refuses():
    taken = one(edi.aperak("FAC/2026/00001", ""))
    assert (taken.code, taken.meaning) == ("ATE", ACCEPTED)
    assert taken.references == ("FAC/2026/00001",)
    refused = one(edi.aperak("FAC/2026/00001", "L'article n'existe pas : ligne 1 ?"))
    assert (refused.code, refused.meaning) == ("RE", REJECTED)
    assert "L'article n'existe pas : ligne 1 ?" in refused.reason
    assert "CTL01" in refused.reason


SAMPLE = b"""
UNB+UNOA:3+3025590000008:14+3012345678902:14+261123:1015+55
UNH+1+APERAK:D:96A:UN
BGM+312+ACC1+AB
DTM+137:20261123:102
DTM+4:202611231014:203
DTM+8:202611231130:203
RFF+AAA:FAC/2026/00009
NAD+SU+3012345678902::9
UNT+8+1
UNZ+1+55
"""


def test_lines_without_terminators_and_other_qualifiers():
    """As the notes and the samples have them."""
    answer = one(SAMPLE)
    assert (answer.code, answer.meaning) == ("ALE", ACCEPTED)
    assert answer.references == ("FAC/2026/00009",)
    assert answer.occurred_at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert not answer.precise


@pytest.mark.parametrize(
    ("action", "error", "meaning"),
    [("8", "", ACCEPTED), ("7", "", ACCEPTED), ("4", "12", REJECTED), ("x", "", "")],
)
def test_contrl(action, error, meaning):
    answer = one(edi.contrl("00000000000123", action, error))
    assert (answer.code, answer.meaning) == (f"CONTRL {action}", meaning)
    assert answer.references == ("00000000000123",)
    assert (error in answer.reason) if meaning == REJECTED else not answer.reason


def test_a_duplicate_interchange_proves_that_the_first_arrived():
    answer = one(edi.contrl("123", "4", "26"))
    assert answer.meaning == ACCEPTED


def test_several_messages_in_one_file():
    first = edi.aperak("A/1", "").decode("iso-8859-1")
    second = edi.aperak("A/2", "non").decode("iso-8859-1")
    message = second[second.index("UNH") : second.index("UNZ")]
    both = first.replace("UNZ+1", message + "UNZ+2").encode("iso-8859-1")
    assert [a.references for a in read(both, WORDS)] == [("A/1",), ("A/2",)]


# ---- STATUS FILES -------------------------------------------------------------------


def test_csv_with_its_columns_in_any_order_and_encoding():
    text = (
        "Statut;Numéro facture;Motif;Date\r\n"
        "MANDATEE;FAC/2026/00001;;23/11/2026 10:15\r\n"
        "\r\n"
        "non-conforme;FAC/2026/00002;Échéance passée;2026-11-23 10:15:07\r\n"
    )
    for encoding in ("utf-8-sig", "cp1252"):
        first, second = read(text.encode(encoding), WORDS)
        assert (first.code, first.meaning) == ("MANDATEE", "MANDATEE")
        assert first.occurred_at == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
        assert not first.precise
        assert (second.meaning, second.precise) == (REJECTED, True)
        assert second.reason == "Échéance passée"


def test_a_row_that_lacks_a_number_or_a_code_is_given_all_the_same():
    rows = read(b"statut,numero_facture\nREJETEE,\n,FAC/1\nX\n", WORDS)
    assert [(row.code, row.references) for row in rows] == [
        ("REJETEE", ()),
        ("", ("FAC/1",)),
        ("X", ()),
    ]


def test_xml_through_the_profiles_paths():
    content = """<?xml version="1.0" encoding="UTF-8"?>
    <retours><facture numero="FAC/1"><etat le="2026-11-23T10:15:00+01:00">payée</etat>
    <motif>é</motif></facture><facture numero="FAC/2"/></retours>"""
    first, second = read(content.encode(), XML_WORDS)
    assert (first.meaning, first.reason) == ("MISE_EN_PAIEMENT", "é")
    assert first.occurred_at == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
    assert (second.code, second.references) == ("", ("FAC/2",))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>
<a><facture numero="&b;"><etat>X</etat></facture></a>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", WORDS),
        (b"\x00\xff rien", WORDS),
        (b"UNA:+.? '", WORDS),
        (b"UNB+UNOC:3+a+b'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'", WORDS),
        (b"nom;ville\nMairie;Lyon\n", WORDS),
        (b"<a><b>", XML_WORDS),
        (b"<a/>", XML_WORDS),
        (b"<a/>", WORDS),
        (b"<facture/>", Dictionary(row="//[", paths={"code": "x"})),
        (b"<facture/>", Dictionary(row="count(//*)", paths={"code": "x"})),
        (BOMB, XML_WORDS),
    ],
)
def test_what_nobody_understands_is_said_so(content, words):
    with pytest.raises(Unreadable) as why:
        read(content, words)
    assert why.value.template.endswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content):
    for start in (b"", b"UNB+", b"<", b"statut;numero_facture\n"):
        try:
            read(start + content, XML_WORDS)
        except Unreadable:
            continue
