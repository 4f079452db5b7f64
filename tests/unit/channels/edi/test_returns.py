"""What the operator answers: read with tolerance, never invented, never a crash."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus import platform_time
from chorus.channels.edi import returns
from chorus.channels.edi.returns import (
    ACCEPTED,
    RECEIVED,
    REJECTED,
    Dictionary,
    Unreadable,
    is_unfinished,
    read,
)
from simulator import edi

PARIS = ZoneInfo("Europe/Paris")
WORDS = Dictionary(
    {"NON CONFORME": REJECTED, "Conforme": ACCEPTED, "PAYEE": "MISE_EN_PAIEMENT"}
)
XML_WORDS = Dictionary(
    WORDS.meanings,
    row="//facture",
    paths={"number": "@numero", "code": "etat", "reason": "motif", "date": "etat/@le"},
)


def one(content, words=WORDS):
    reading = read(content, words)
    assert not reading.asides
    [answer] = reading.answers
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
    [("8", "", RECEIVED), ("7", "", ACCEPTED), ("4", "12", REJECTED), ("x", "", "")],
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
    assert [a.references for a in read(both, WORDS).answers] == [("A/1",), ("A/2",)]


UCI = "UCI+9+a:14+b:14"


@pytest.mark.parametrize(
    ("segments", "meaning"),
    [
        # The interchange is taken, its message refused: 7 takes but what is refused.
        ("UCI+9+a:14+b:14+7'UCM+1+INVOIC:D:96A:UN:EAN008+4+13'UCS+20+12'", REJECTED),
        (f"{UCI}+7'UCM+1+INVOIC:D:96A:UN+4'", REJECTED),
        (f"{UCI}+7'UCF+1+a+b+4+15'", REJECTED),
        (f"{UCI}+7'UCF+1+a+b+7'UCM+1+INVOIC+4+13'UCS+20+12'UCD+13+2:1'", REJECTED),
        (f"{UCI}+8'UCM+1+INVOIC+4'", REJECTED),
        (f"{UCI}+4+18'", REJECTED),
        (f"{UCI}+7'UCM+1+INVOIC:D:96A:UN+7'", ACCEPTED),
        (f"{UCI}+8'", RECEIVED),
        # Errors, and nothing refused: nobody may call that accepted.
        (f"{UCI}+7'UCS+20+12'", ""),
        (f"{UCI}+7'UCM+1+INVOIC+7+13'", ""),
        (f"{UCI}+7'UCM+1+INVOIC+9'", ""),
        (f"{UCI}+7+12'", ""),
        (f"{UCI}+8+12'", ""),
        # A duplicate is one at any level; beside another fault it proves nothing.
        (f"{UCI}+7'UCM+1+INVOIC+4+26'", ACCEPTED),
        (f"{UCI}+7'UCF+1+a+b+4+26'UCM+1+INVOIC+7'", ACCEPTED),
        (f"{UCI}+7'UCM+1+INVOIC+4+26'UCM+2+INVOIC+4+12'", REJECTED),
        (f"{UCI}+4+12'UCM+1+INVOIC+4+26'", REJECTED),
        (f"{UCI}'", ""),
    ],
)
def test_contrl_at_every_level(segments, meaning):
    answer = one(interchange("CONTRL", segments))
    assert (answer.meaning, answer.references) == (meaning, ("9",))
    if "UCS" in segments:
        assert "UCS 20 12" in answer.reason


def test_a_contrl_on_nothing_says_nothing():
    reading = read(interchange("CONTRL", "BGM+1'"), WORDS)
    assert not reading.answers
    assert not reading.asides


def test_one_contrl_on_two_interchanges():
    content = interchange("CONTRL", f"{UCI}+7'{UCI.replace('9', '8')}+4+12'")
    first, second = read(content, WORDS).answers
    assert (first.references, first.meaning) == (("9",), ACCEPTED)
    assert (second.references, second.meaning) == (("8",), REJECTED)


def interchange(kind, *messages):
    """Messages, each with its trailer, in one interchange."""
    whole = ""
    for rank, segments in enumerate(messages, start=1):
        count = segments.count("'") + 2
        whole += f"UNH+{rank}+{kind}:D:96A:UN'{segments}UNT+{count}+{rank}'"
    start = "UNB+UNOC:3+a:14+b:14+261123:0900+77'"
    return f"{start}{whole}UNZ+{len(messages)}+77'".encode("latin-1")


def aperak(*segments, verdict="AB"):
    return "".join(f"{one}'" for one in (f"BGM+312+1+{verdict}", *segments))


def test_an_aperak_that_names_two_invoices_speaks_of_both():
    message = aperak("RFF+IV:F1", "RFF+ACW:77", "RFF+IV:F2", "ERC+X::ZZZ", verdict="RE")
    first, second = read(interchange("APERAK", message), WORDS).answers
    assert [first.references, second.references] == [("F1",), ("F2",)]
    assert first.meaning == second.meaning == REJECTED


@pytest.mark.parametrize(
    ("advice", "version", "repeated", "references"),
    [
        ("", "4", "RFF+IV:F1*IV:F2", [("F1",), ("F2",)]),
        ("UNA:+.?*'", "4", "RFF+IV:F1*IV:F2", [("F1",), ("F2",)]),
        ("UNA:+.?!'", "4", "RFF+IV:F1!IV:F*2", [("F1",), ("F*2",)]),
        ("UNA:+.? '", "4", "RFF+IV:F?*1*IV:F2", [("F*1",), ("F2",)]),
        # Before version 4 nothing is repeated, and a star is a star.
        ("", "3", "RFF+IV:F1*2", [("F1*2",)]),
        ("UNA:+.?*'", "3", "RFF+IV:F1*2", [("F1*2",)]),
    ],
)
def test_version_4_repeats_elements(advice, version, repeated, references):
    content = interchange("APERAK", aperak(repeated, "ERC+X::ZZZ", verdict="RE"))
    content = content.replace(b"UNOC:3", f"UNOC:{version}".encode())
    reading = read(advice.encode() + content, WORDS)
    assert [one.references for one in reading.answers] == references
    assert reading.asides == (), "a repetition is no segment that a trailer counts"


def test_two_names_of_one_invoice_are_one():
    [answer] = read(
        interchange("APERAK", aperak("RFF+IV:F1", "RFF+ACW:77", "RFF+IV:F1")), WORDS
    ).answers
    assert answer.references == ("F1", "77")


def test_the_line_of_an_error_is_no_document():
    message = aperak("RFF+IV:F1", "ERC+X::ZZZ", "RFF+LI:1", "ERC+Y::ZZZ", "RFF+LI:2")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.references == ("F1",)


@pytest.mark.parametrize("verdict", ["AB", "AP"])
def test_an_acknowledgement_that_names_errors_accepts_nothing(verdict):
    message = aperak("RFF+IV:F1", "ERC+12", "FTX+AAI+++Prix faux", verdict=verdict)
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.meaning == ""
    assert answer.reason == "12\nPrix faux"


def test_orders_of_an_invoice_do_not_hide_it():
    message = aperak("RFF+ON:A", "RFF+IV:F1", "RFF+ON:B", verdict="RE")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.references == ("F1", "A", "B")


def test_the_lines_of_a_text_are_words_apart():
    full = "x" * 70
    message = aperak("RFF+IV:F1", f"FTX+AAI+++Un:deux:{full}:yz", verdict="RE")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.reason == f"Un deux {full}yz"


def test_a_number_that_spells_a_verdict_is_none():
    [answer] = read(interchange("APERAK", "BGM+312+RE'RFF+IV:F1'"), WORDS).answers
    assert answer.meaning == ""


@pytest.mark.parametrize(
    ("value", "shape", "day"),
    [
        ("261123", "101", 23),
        ("20261123", "102", 23),
        ("231126", "2", 23),
        ("112326", "3", 23),
        ("23112026", "4", 23),
        ("2611231015", "201", 23),
        ("202611231015", "203", 23),
        ("202611231015ZCET", "303", 23),
        ("20261123101507", "204", 23),
        # Of a period its first day; what is no day is none.
        ("20261123-20261130", "718", 23),
        ("2026112320261130", "718", 23),
        ("202611231015202611301015", "719", 23),
        ("2611231015-2611301015", "713", 23),
        ("202611", "610", None),
        ("201011", "610", None),
        ("202647", "616", None),
        ("2026", "602", None),
        ("1015", "401", None),
        ("20261123", "805", None),
        # Another shape than the one announced.
        ("2026-11-23", "102", 23),
        ("20261123", "101", 23),
        ("20261123", "203", 23),
        ("00010101", "102", None),
        ("26112301", "102", None),
        ("", "102", None),
    ],
)
def test_dates_by_their_format(value, shape, day):
    message = aperak(f"DTM+137:{value}:{shape}", "RFF+IV:F1")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    at = answer.occurred_at and answer.occurred_at.astimezone(PARIS)
    assert (at and (at.year, at.month, at.day)) == (day and (2026, 11, day))


@pytest.mark.parametrize(
    ("value", "shape", "hour"),
    [
        ("202611231015", "203", 10),
        ("202611231015UTC", "303", 11),
        ("202611231015GMT", "303", 11),
        ("202611231015CET", "303", 10),
        ("202611231015+0000", "205", 11),
        ("202611231015-0500", "205", 16),
        ("20261123101507+0100", "208", 10),
    ],
)
def test_hours_of_another_zone(value, shape, hour):
    value = value.replace("+", "?+")
    message = aperak(f"DTM+137:{value}:{shape}", "RFF+IV:F1")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.occurred_at.astimezone(PARIS).hour == hour


@pytest.mark.parametrize("width", [35, 72, 80, 132])
@pytest.mark.parametrize("advice", ["", "UNA:+.? '\r\n"])
def test_records_wrapped_at_a_width(width, advice):
    words = (
        "Un texte assez long pour que deux lignes de quatre-vingts y suffisent bien mal"
    )
    message = aperak("RFF+IV:FACTURE/2026/00001", f"FTX+AAI+++{words}", verdict="RE")
    raw = interchange("APERAK", message, message).decode("latin-1")
    lines = [raw[at : at + width] for at in range(0, len(raw), width)]
    first, second = read((advice + "\r\n".join(lines)).encode(), WORDS).answers
    assert first == second
    assert first.references == ("FACTURE/2026/00001",)
    assert first.reason == words


def test_a_line_end_inside_a_text_parts_words():
    message = aperak("RFF+IV:F1", "FTX+AAI+++Prix\r\nfaux", verdict="RE")
    raw = interchange("APERAK", message).replace(b"'", b"'\r\n")
    [answer] = read(raw, WORDS).answers
    assert answer.reason == "Prix faux"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("declared", ["UNOA", "UNOC", "UNOW"])
def test_accents_whatever_the_header_declares(declared, charset):
    message = aperak("RFF+IV:F1", "FTX+AAI+++Créé à été", verdict="RE")
    raw = interchange("APERAK", message).decode("latin-1")
    [answer] = read(raw.replace("UNOC", declared).encode(charset), WORDS).answers
    assert answer.reason == "Créé à été"


def test_a_file_without_any_message_is_told():
    with pytest.raises(Unreadable, match="holds no message"):
        read(b"UNB+UNOC:3+a+b+261123:0900+1'UNZ+0+1'", WORDS)


def test_a_message_cut_off_is_set_aside_and_the_others_read():
    whole = interchange("APERAK", aperak("RFF+IV:F1"), aperak("RFF+IV:F2"))
    for end in range(len(whole) - 1):
        part = whole[:end]
        if end < 40 or b"UNH" not in part:
            continue
        assert is_unfinished(part)
        reading = read(part, WORDS)
        assert reading.asides, "a part is missing: it is told"
        assert len(reading.answers) == part.count(b"UNT+4+1") + part.count(b"UNT+4+2")
    assert not is_unfinished(whole)


TABLE = b"numero;statut;date\r\nF1;PAYEE;2026-11-23\r\nF2;PAYEE;2026-11-23\r\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_table_that_stops_inside_a_line_is_unfinished(encoding):
    """Read then, a row cut in its last cell would be wrong, and those after it lost."""
    for end in range(8, len(TABLE)):
        part = TABLE[:end].decode().encode(encoding)
        first_line = end <= TABLE.index(b"\n")
        ended = TABLE[:end].endswith((b"\n", b"\r") if first_line else b"\n")
        assert is_unfinished(part) is not ended, end


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff rien", b"rien", TABLE + b"\x1a", TABLE + b"  "],
)
def test_a_table_that_is_all_there_is_not_waited_for(content):
    assert not is_unfinished(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"UNT+4+2", b"UNT+5+2"), (b"UNT+4+2", b"UNT+4+9"), (b"UNZ+2", b"UNZ+3")],
)
def test_trailers_that_disagree_are_told(old, new):
    whole = interchange("APERAK", aperak("RFF+IV:F1"), aperak("RFF+IV:F2"))
    reading = read(whole.replace(old, new), WORDS)
    assert reading.answers[0].references == ("F1",)
    assert len(reading.asides) == 1
    assert reading.asides[0].text


GROUP = (
    "UNB+UNOC:3+a+b+261123:0900+7'UNG+APERAK+a+b+261123:0900+5+UN+D:96A'"
    "UNH+1+APERAK:D:96A:UN'BGM+312+1+AB'RFF+IV:F1'UNT+ 4 +1'UNE+1+5'UNZ+1+7'"
)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", 0),
        ("UNE+1+5'", "UNE+2+5'", 1),
        ("UNE+1+5'", "UNE+1+6'", 1),
        ("UNE+1+5'", "", 1),
        ("UNE+1+5'UNZ+1", "UNE+1+5'UNG+APERAK+a+b+261123:0900+6'UNE+0+6'UNZ+2", 0),
    ],
)
def test_groups_count_what_they_hold(old, new, told):
    reading = read(GROUP.replace(old, new).encode(), WORDS)
    assert [one.references for one in reading.answers] == [("F1",)]
    assert len(reading.asides) == told


def test_a_web_page_is_told_for_what_it_is():
    page = b"<!DOCTYPE html><html><body><p>Erreur 500</p></body></html>"
    with pytest.raises(Unreadable, match="web page"):
        read(page, XML_WORDS)


def test_hidden_signs_are_cleaned_and_name_nothing():
    message = aperak("RFF+IV:F\01", "FTX+AAI+++Rayon\0 vide", verdict="RE")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.references == ()
    assert answer.reason == "Rayon vide"


# ---- STATUS FILES -------------------------------------------------------------------


def test_csv_with_its_columns_in_any_order_and_encoding():
    text = (
        "Statut;Numéro facture;Motif;Date\r\n"
        "MANDATEE;FAC/2026/00001;;23/11/2026 10:15\r\n"
        "\r\n"
        "non-conforme;FAC/2026/00002;Échéance passée;2026-11-23 10:15:07\r\n"
    )
    for encoding in ("utf-8-sig", "cp1252"):
        first, second = read(text.encode(encoding), WORDS).answers
        assert (first.code, first.meaning) == ("MANDATEE", "MANDATEE")
        assert first.occurred_at == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
        assert not first.precise
        assert (second.meaning, second.precise) == (REJECTED, True)
        assert second.reason == "Échéance passée"


def test_a_row_that_lacks_a_number_or_a_code_is_given_all_the_same():
    rows = read(b"statut,numero_facture\nREJETEE,\n,FAC/1\nX\n", WORDS).answers
    assert [(row.code, row.references) for row in rows] == [
        ("REJETEE", ()),
        ("", ("FAC/1",)),
        ("X", ()),
    ]


def test_xml_through_the_profiles_paths():
    content = """<?xml version="1.0" encoding="UTF-8"?>
    <retours><facture numero="FAC/1"><etat le="2026-11-23T10:15:00+01:00">payée</etat>
    <motif>é</motif></facture><facture numero="FAC/2"/></retours>"""
    first, second = read(content.encode(), XML_WORDS).answers
    assert (first.meaning, first.reason) == ("MISE_EN_PAIEMENT", "é")
    assert first.occurred_at == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
    assert (second.code, second.references) == ("", ("FAC/2",))


@pytest.mark.parametrize(
    "damage", ["<etat>a & b</etat>", "<etat></motif>", "<etat a=b/>", "\x01", "<"]
)
def test_what_stands_before_the_damage_of_an_xml_is_read(damage):
    good = '<facture numero="FAC/1"><etat>payée</etat></facture>\n'
    bad = f'<facture numero="FAC/2"><etat>rejetée</etat>{damage}</facture>\n'
    last = '<facture numero="FAC/3"><etat>payée</etat></facture>'
    reading = read(f"<retours>\n{good}{bad}{last}</retours>".encode(), XML_WORDS)
    [answer] = reading.answers
    assert (answer.meaning, answer.references) == ("MISE_EN_PAIEMENT", ("FAC/1",))
    [aside] = reading.asides
    assert "damaged" in aside.template
    assert aside.place == 3
    assert "FAC/2" in aside.text


XML = (
    '<?xml version="1.0" encoding="utf-8"?><r><facture numero="F1"><etat le="">Rejetée'
    "</etat><motif>été</motif></facture></r>"
)
CPP = (
    "<CPPStatut><CPPFactureStatutUnitaire><DonneesStatut><IdStatut>05</IdStatut>"
    "<IdFacture>F1</IdFacture></DonneesStatut></CPPFactureStatutUnitaire></CPPStatut>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "iso-8859-1"])
@pytest.mark.parametrize("end", ["", "\r\n", "\x1a"])
def test_xml_in_any_encoding(encoding, end):
    answer = one((XML.replace("utf-8", encoding) + end).encode(encoding), XML_WORDS)
    assert (answer.references, answer.meaning) == (("F1",), "REJETEE")
    assert answer.reason == "été"
    assert not is_unfinished((XML.replace("utf-8", encoding) + end).encode(encoding))


def test_rows_beyond_a_sitting_are_told(monkeypatch):
    monkeypatch.setattr(returns, "MOST_ROWS", 2)
    for content, words in (
        (
            "<r>" + '<facture numero="F1"><etat>208</etat></facture>' * 3 + "</r>",
            XML_WORDS,
        ),
        ("numero_facture;statut\n" + "F1;208\n" * 3, WORDS),
    ):
        reading = read(content.encode(), words)
        assert len(reading.answers) == 2
        [aside] = reading.asides
        assert aside.template == returns.TOO_MANY


def test_a_segment_that_never_ends_takes_nothing_else_along():
    whole = interchange("APERAK", aperak("RFF+IV:F1"))
    reading = read(whole + b"UNB+UNOC:3+a" + b"+" * 400_000, WORDS)
    assert [one.references for one in reading.answers] == [("F1",)]
    assert len(reading.asides) == 1


def test_xml_that_declares_another_encoding_than_its_own():
    assert one(XML.encode("cp1252"), XML_WORDS).reason == "été"


@pytest.mark.parametrize(
    "content",
    [
        XML.replace("<r>", '<r xmlns="urn:a">'),
        XML.replace("<r>", '<b:r xmlns:b="urn:a">')
        .replace("</r>", "</b:r>")
        .replace("<etat", "<b:etat")
        .replace("</etat", "</b:etat"),
        CPP,
        CPP.replace("<CPPStatut>", '<CPPStatut xmlns="urn:a">'),
        CPP.replace("<", "<c:")
        .replace("<c:/", "</c:")
        .replace("<c:CPPStatut>", '<c:CPPStatut xmlns:c="urn:a">'),
    ],
)
def test_xml_whatever_its_namespace(content):
    """The platform's own file is known even where the profile names another."""
    answer = one(content.encode(), XML_WORDS)
    assert (answer.references, answer.meaning) == (("F1",), "REJETEE")


@pytest.mark.parametrize(
    "above", ["sep=;\n", "Statuts\n\n", "Export;23/11/2026\n", "\n\n", 'Du "23"\n']
)
def test_titles_stand_under_whatever_is_above(above):
    text = "numero_facture;statut\nF1;Rejetée\nNumero_Facture;Statut\nF2;208\n"
    reading = read((above + text).encode(), WORDS)
    assert [one.references for one in reading.answers] == [("F1",), ("F2",)]
    assert not reading.asides


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_quote_that_never_closes_keeps_to_its_row(separator):
    rows = [
        "numero_facture;statut;motif",
        'F1;REJETEE;"bon absent',
        "F2;MANDATEE;",
        'F3;REJETEE;"sur deux\nlignes, ou ""trois"""',
        "F4;SERVICE_FAIT;",
    ]
    text = "\r\n".join(row.replace(";", separator) for row in rows)
    if separator == ",":
        text = text.replace("deux\nlignes,", "deux\nlignes")
    found = read(text.encode(), WORDS).answers
    assert [row.references for row in found] == [("F1",), ("F2",), ("F3",), ("F4",)]
    assert found[1].meaning == "MANDATEE"
    assert found[2].reason.startswith("sur deux\nlignes")


def test_a_row_of_another_length_is_set_aside():
    text = "numero_facture;statut;motif\nF1;REJETEE;a;b\nF2;MANDATEE;\nF3;MANDATEE\n"
    reading = read(text.encode(), WORDS)
    assert [row.references for row in reading.answers] == [("F2",), ("F3",)]
    [left] = reading.asides
    assert (left.place, left.text) == (2, "F1;REJETEE;a;b")
    assert left.template % left.values


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Mise à disposition", "MISE_A_DISPOSITION"),
        ("MISE EN PAIEMENT", "MISE_EN_PAIEMENT"),
        ("Mandatée", "MANDATEE"),
        ("Refusée", "REJETEE"),
        ("03", "MISE_A_DISPOSITION"),
        ("211", "MISE_EN_PAIEMENT"),
        ("208 - Suspendue", "SUSPENDUE"),
        ("fr:212", "fr:212"),
        ("99", "99"),
        ("En orbite", "En orbite"),
        ("3", "3"),
    ],
)
def test_states_by_label_and_number(said, code):
    text = f"numero_facture;statut\nF1;{said}\n"
    assert one(text.encode()).meaning == code


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("23/11/26", (23, 0, 0)),
        ("23/11/2026 9:05", (23, 9, 5)),
        ("23.11.2026 à 9h05", (23, 9, 5)),
        ("23 novembre 2026", (23, 0, 0)),
        ("261123", (23, 0, 0)),
        ("2026-11-23T09:05:00+01:00", (23, 9, 5)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59.999999-12:00", None),
        ("31/02/2026", None),
        ("9:05", None),
    ],
)
def test_dates_as_people_write_them(said, at):
    answer = one(f"numero_facture;statut;date\nF1;MANDATEE;{said}\n".encode())
    assert answer.meaning == "MANDATEE"
    found = answer.occurred_at and answer.occurred_at.astimezone(PARIS)
    assert (found and (found.day, found.hour, found.minute)) == at


@pytest.mark.parametrize(
    "after", ["-" * 80, " -" * 40, "a " * 40, ", t" * 30, "9" * 80]
)
def test_what_follows_a_day_never_takes_long(after):
    """A date of a hundred signs kept a worker busy for ever."""
    begun = time.process_time()
    assert platform_time.written(f"23/11/26 {after}!").at == datetime(
        2026, 11, 22, 23, 0, tzinfo=UTC
    )
    assert time.process_time() - begun < 1


def test_a_date_far_from_the_deposit_is_no_date():
    deposited = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    received = deposited + timedelta(days=3)
    for day, kept in (
        ("24/11/2026", True),
        ("26/11/2026", True),
        ("29/11/2026", False),
        ("24/11/2024", False),
        ("24/11/2062", False),
    ):
        answer = one(f"numero_facture;statut;date\nF1;MANDATEE;{day}\n".encode())
        assert bool(answer.dated(deposited, received)) == kept


def test_the_platforms_own_life_cycle_file():
    """CPPStatut V1.19: an operator may pass it on as it is."""
    content = b"""<?xml version="1.0"?><CPPStatut Version="V1_18"><CPPFactureStatuts>
    <CPPFactureStatutUnitaire><Fournisseur/><DonneesStatut><IdStatut>08</IdStatut>
    <Commentaire>Bon</Commentaire><Horodatage>2026-11-23T10:15:00</Horodatage>
    <IdFacture>FAC/1</IdFacture></DonneesStatut></CPPFactureStatutUnitaire>
    </CPPFactureStatuts></CPPStatut>"""
    answer = one(content)
    assert (answer.references, answer.meaning) == (("FAC/1",), "MANDATEE")
    assert answer.reason == "Bon"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>
<a><facture numero="&b;"><etat>X</etat></facture></a>"""


@pytest.mark.parametrize(
    "start",
    [b"PK\x03\x04", b"%PDF-1.7", bytes.fromhex("d0cf11e0"), b"\x1f\x8b"],
)
def test_what_is_no_text_is_told_what_to_ask_for(start):
    with pytest.raises(Unreadable, match="ask the operator for EDIFACT"):
        read(start + b"\0" * 99, WORDS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", WORDS),
        (b"\x00\xff rien", WORDS),
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
