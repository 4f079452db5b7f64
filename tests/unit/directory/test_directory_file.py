"""The public directory file (R3): three formats, one meaning."""

import io
from datetime import date

import pytest

from chorus import directory
from chorus.directory import ServiceRow, StructureRow, Tally
from chorus.errors import UnreadableFile
from simulator import directory_files as files
from simulator.directory_files import csv_text, service, structure, zipped

SIRET = "21590350100017"
ZEROS = "00572078400007"
BODIES = [
    structure(
        ZEROS,
        "MAIRIE DE TESTVILLE",
        GestionService="true",
        GestionEngagement="true",
        CodePostal="01000",
        ComplementAdresse1="ESCALIER B",
        ComplementAdresse2="BP 4",
        Ville="BOURG & BRESSE",
    ),
    structure(SIRET, 'VILLE "DE" LILLE; NORD', GestionStatutMiseEnPaiement="false"),
]
SERVICES = [
    service(ZEROS, "0042biblio", "Bibliotheque", GestionEGMT="true"),
    service(ZEROS, "00007", "Ecoles", ServiceActif="false"),
    service(SIRET, "FACTURES_PUBLIQUES", "Service des factures publiques"),
]
FORMATS = {
    "csv": files.csv_zip(BODIES, SERVICES),
    "xlsx": files.xlsx(BODIES, SERVICES),
    "xml": files.xml_zip(BODIES, SERVICES),
}


def read(content):
    """Rows by kind, and what was met; text is taken as UTF-8."""
    content = content.encode() if isinstance(content, str) else content
    tally = Tally()
    rows = list(directory.read(io.BytesIO(content), tally))
    bodies = [row for row in rows if isinstance(row, StructureRow)]
    services = [row for row in rows if isinstance(row, ServiceRow)]
    return bodies, services, tally


def refusal(content):
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    return refused.value


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS)
def test_every_format_says_the_same(content):
    bodies, services, tally = read(content)
    assert bodies == [
        StructureRow(
            siret=ZEROS,
            name="MAIRIE DE TESTVILLE",
            is_active=True,
            service_required=True,
            engagement_required=True,
            service_or_engagement_required=False,
            payment_not_reported=False,
            works_owner_only=False,
            street="1 PLACE DE LA MAIRIE",
            street2="ESCALIER B BP 4",
            zip="01000",
            city="BOURG & BRESSE",
        ),
        StructureRow(
            siret=SIRET,
            name='VILLE "DE" LILLE; NORD',
            is_active=True,
            service_required=False,
            engagement_required=False,
            service_or_engagement_required=False,
            payment_not_reported=True,
            works_owner_only=False,
            street="1 PLACE DE LA MAIRIE",
            street2="",
            zip="75001",
            city="PARIS",
        ),
    ]
    assert services == [
        ServiceRow(ZEROS, "0042biblio", "Bibliotheque", True, True),
        ServiceRow(ZEROS, "00007", "Ecoles", False, False),
    ]
    assert (tally.structures, tally.services) == (2, 2)
    assert tally.wrong_keys == 0
    assert not tally.unmapped and not tally.ignored and not tally.remarks
    assert tally.fields[StructureRow] == set(StructureRow._fields)
    assert tally.fields[ServiceRow] == set(ServiceRow._fields)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_in_any_separator_and_encoding(separator, encoding):
    text = csv_text([structure(SIRET, "VILLE D'ÉVRÉCY")], separator=separator)
    (body,), _services, _tally = read(text.encode(encoding))
    assert body.name == "VILLE D'ÉVRÉCY"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("true TRUE True vrai VRAI oui Oui yes o 1 x X A ACTIF Active", True),
        ("false FALSE Faux non NO n 0 I INACTIF inactive", False),
    ],
)
def test_every_spelling_of_a_flag(words, value):
    rows = [structure(SIRET, StructureActive=word) for word in words.split()]
    bodies, _services, tally = read(csv_text(rows))
    assert [body.is_active for body in bodies] == [value] * len(rows)
    assert not tally.remarks


def test_unknown_word_is_told_and_is_not_a_no():
    (body,), _services, tally = read(
        csv_text([structure(SIRET, GestionService="peut-être")])
    )
    assert body.service_required is None
    [(template, values)] = tally.remarks
    assert template % values == f"{SIRET}: « peut-être » is neither yes nor no."


def test_other_identifiers_are_kept_apart():
    rows = [
        structure(SIRET),
        structure("FR12345678901", TypeIdentifiant="2"),
        structure("123456", TypeIdentifiant="4"),
        structure("98765432100011", TypeIdentifiant="4"),
    ]
    bodies, _services, tally = read(csv_text(rows))
    assert [body.siret for body in bodies] == [SIRET]
    assert tally.others == 3


def test_wrong_key_is_flagged_and_not_rejected():
    bodies, _services, tally = read(csv_text([structure("21590350100018")]))
    assert len(bodies) == tally.wrong_keys == 1


def test_la_poste_has_its_own_key():
    _bodies, _services, tally = read(csv_text([structure("35600000000048")]))
    assert tally.wrong_keys == 0


@pytest.mark.parametrize(
    "value", ["2,159E+13", "", "215903501000171", "²1590350100017"]
)
def test_what_is_no_siret_is_left_out_and_told(value):
    bodies, _services, tally = read(csv_text([structure(value), structure(SIRET)]))
    assert [body.siret for body in bodies] == [SIRET]
    assert tally.skipped == len(tally.asides) == 1
    assert tally.asides[0].place == 2


def test_spaces_within_a_siret():
    (body,), _services, _tally = read(csv_text([structure("215 903 501 00017")]))
    assert body.siret == SIRET


def test_headers_through_aliases_and_a_title_above():
    text = (
        "Annuaire du mois;;\n\n"
        "SIRET;Désignation;Etat;Service obligatoire;Engagement obligatoire;"
        "Service ou engagement;Couleur\n"
        f"{SIRET};LILLE;INACTIF;OUI;NON;NON;bleu\n"
    )
    (body,), _services, tally = read(text)
    assert (body.name, body.is_active, body.service_required) == ("LILLE", False, True)
    assert tally.unmapped == ["Couleur"]
    assert "street" not in tally.fields[StructureRow]
    assert body.works_owner_only is None


@pytest.mark.parametrize(
    "column", ["StructureActive", "GestionService", "GestionEngagement"]
)
@pytest.mark.parametrize("kind", ["csv", "xml"])
def test_missing_key_column_refuses_the_file(column, kind):
    row = structure(SIRET)
    del row[column]
    content = csv_text([row]) if kind == "csv" else files.xml_zip([row], [])
    error = refusal(content)
    assert error.code == "columns"
    assert column.lower() in error.message


def test_services_alone():
    bodies, services, tally = read(csv_text([service(SIRET, "A")]))
    assert (bodies, len(services)) == ([], 1)
    assert tally.fields[StructureRow] == set()


def test_service_without_code_is_told():
    _bodies, services, tally = read(
        csv_text([service(SIRET, " "), service(SIRET, "A")])
    )
    assert [one.code for one in services] == ["A"]
    assert tally.skipped == 1


def test_table_of_something_else_is_named():
    content = zipped(
        {"a.csv": csv_text([structure(SIRET)]).encode(), "notice.txt": b"Bonjour\n"}
    )
    _bodies, _services, tally = read(content)
    assert tally.ignored == ["notice.txt"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("AIFE-Chorus-Pro-Annuaire_20200525.xlsx", date(2020, 5, 25)),
        ("AIFE-Chorus-Pro-Annuaire_20209925.xlsx", None),
        ("FAR0037.zip", None),
        ("x_202005251.xlsx", None),
    ],
)
def test_day_told_by_the_name(name, day):
    assert directory.published_on(name) == day


# XML, whose schema is not public


def xml(body):
    return f"<?xml version='1.0'?><r>{body}</r>"


FLAGS = (
    "<StructureActive>true</StructureActive><GestionService>true</GestionService>"
    "<GestionEngagement>false</GestionEngagement>"
    "<GestionServiceEngagement>false</GestionServiceEngagement>"
)


def test_xml_prefixes_attributes_nesting_and_what_it_has_not_got():
    document = xml(
        f"<n:Corps xmlns:n='u' Identifiant='{SIRET}'>"
        "<Lieu><Adresse>1 RUE</Adresse><Pays><Code>FR</Code></Pays></Lieu>"
        f"<RAISONSOCIALE>LILLE</RAISONSOCIALE>{FLAGS}<Couleur>bleu</Couleur>"
        "<Guichet><Identifiant>7</Identifiant><Code>Ab</Code><Nom>B</Nom>"
        "<GestionEGMT>false</GestionEGMT><ServiceActif>true</ServiceActif></Guichet>"
        "</n:Corps>"
    )
    (body,), (one,), tally = read(document)
    assert (body.siret, body.name, body.street) == (SIRET, "LILLE", "1 RUE")
    assert one == ServiceRow(SIRET, "Ab", "B", True, False)
    assert tally.unmapped == ["couleur"]
    assert "city" not in tally.fields[StructureRow]


def test_xml_whose_services_stand_apart():
    document = xml(
        f"<A><Identifiant>{SIRET}</Identifiant><RaisonSociale>L</RaisonSociale>"
        f"{FLAGS}</A><B><S><Identifiant>{SIRET}</Identifiant><Code>A</Code><Nom>N</Nom>"
        "<GestionEGMT>true</GestionEGMT><ServiceActif>true</ServiceActif></S></B>"
    )
    _bodies, services, _tally = read(document)
    assert services == [ServiceRow(SIRET, "A", "N", True, True)]


def test_xml_flag_left_out_of_one_body_is_not_a_no():
    document = xml(
        f"<A><Identifiant>{SIRET}</Identifiant><RaisonSociale>L</RaisonSociale>"
        f"{FLAGS}</A><A><Identifiant>{ZEROS}</Identifiant>"
        "<RaisonSociale>L</RaisonSociale></A>"
    )
    bodies, _services, _tally = read(document)
    assert [body.is_active for body in bodies] == [True, None]
