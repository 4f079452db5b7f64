"""What the operator answers in tables and in XML: its states."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from replies import PARIS, WORDS, XML_WORDS, one

from chorus import platform_time
from chorus.channels.edi import returns
from chorus.channels.edi.answer import REJECTED, TOO_MANY
from chorus.channels.edi.returns import is_unfinished, read

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
        assert aside.template == TOO_MANY


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
