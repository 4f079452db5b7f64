"""What the operator answers in EDIFACT: CONTRL and APERAK."""

from datetime import UTC, datetime

import pytest
from replies import PARIS, WORDS, aperak, interchange, one

from chorus.channels.edi.answer import (
    ACCEPTED,
    RECEIVED,
    REJECTED,
    Unreadable,
)
from chorus.channels.edi.returns import is_unfinished, read
from simulator import edi


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


def test_hidden_signs_are_cleaned_and_name_nothing():
    message = aperak("RFF+IV:F\01", "FTX+AAI+++Rayon\0 vide", verdict="RE")
    [answer] = read(interchange("APERAK", message), WORDS).answers
    assert answer.references == ()
    assert answer.reason == "Rayon vide"


def test_a_segment_that_never_ends_takes_nothing_else_along():
    whole = interchange("APERAK", aperak("RFF+IV:F1"))
    reading = read(whole + b"UNB+UNOC:3+a" + b"+" * 400_000, WORDS)
    assert [one.references for one in reading.answers] == [("F1",)]
    assert len(reading.asides) == 1
