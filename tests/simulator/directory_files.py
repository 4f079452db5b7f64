"""The public directory as files, with the columns attested in AIFE's own.

Three formats from the same rows: the weekly workbook, FAR0037 (XML in a ZIP) and
delimited text. The XML's schema is not public: its nesting, bodies then their services,
is a guess; only its names are attested.
"""

import base64
import csv
import io
import zipfile
from collections.abc import Iterable
from typing import BinaryIO
from xml.sax.saxutils import escape

import openpyxl

ADDRESS = {
    "Adresse": "1 PLACE DE LA MAIRIE",
    "ComplementAdresse1": "",
    "ComplementAdresse2": "",
    "CodePostal": "75001",
    "Ville": "PARIS",
    "NumTelephone": "",
    "Courriel": "",
    "CodePays": "FR",
    "LibellePays": "FRANCE",
}
STRUCTURE = {
    "TypeIdentifiant": "1",
    "Identifiant": "",
    "RaisonSociale": "",
    "EmetteurEdi": "false",
    "RecepteurEdi": "false",
    "GestionStatutMiseEnPaiement": "true",
    "GestionEngagement": "false",
    "GestionService": "false",
    "GestionServiceEngagement": "false",
    "EstMOA": "false",
    "EstMOAUniquement": "false",
    "StructureActive": "true",
    **ADDRESS,
}
SERVICE = {
    "Identifiant": "",
    "RaisonSociale": "",
    "Code": "",
    "Nom": "",
    "GestionEGMT": "false",
    "ServiceActif": "true",
    **ADDRESS,
}
# Columns a spreadsheet holds as numbers: their leading zeros are lost.
_NUMBERS = ("TypeIdentifiant", "Identifiant", "CodePostal")
_WORDS = {"true": True, "false": False}


def structure(siret: str, name: str = "MAIRIE DE TESTVILLE", **columns) -> dict:
    """One row of the bodies' table."""
    return {**STRUCTURE, "Identifiant": siret, "RaisonSociale": name, **columns}


def service(siret: str, code: str, name: str = "Bibliotheque", **columns) -> dict:
    """One row of the services' table."""
    return {**SERVICE, "Identifiant": siret, "Code": code, "Nom": name, **columns}


def csv_text(rows: list[dict], *, separator: str = ";", columns=None) -> str:
    """Rows as delimited text."""
    output = io.StringIO()
    names = columns or list(rows[0])
    writer = csv.DictWriter(output, names, delimiter=separator, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()


def csv_zip(structures: list[dict], services: list[dict]) -> bytes:
    """Both tables as text in a ZIP."""
    return zipped(
        {
            "structures.csv": csv_text(structures, columns=list(STRUCTURE)).encode(),
            "services.csv": csv_text(services, columns=list(SERVICE)).encode(),
        }
    )


def base64_of(structures: list[dict], services: list[dict]) -> bytes:
    """Both tables as text in a ZIP, as Odoo takes a file."""
    return base64.b64encode(csv_zip(structures, services))


def xlsx(structures: Iterable[dict], services: Iterable[dict]) -> bytes:
    """The weekly workbook: identifiers are numbers, flags are booleans."""
    book = openpyxl.Workbook(write_only=True)
    tables = {"Structures": (STRUCTURE, structures), "Services": (SERVICE, services)}
    for title, (columns, rows) in tables.items():
        sheet = book.create_sheet(title)
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_cell(name, row.get(name)) for name in columns])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def write_xml(output: BinaryIO, structures: Iterable[dict], services: dict) -> None:
    """FAR0037's document, body after body.

    :param services: rows of services by SIRET
    """
    output.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<Annuaire xmlns="urn:cpp">')
    for row in structures:
        inside = "".join(
            f"<Service>{_elements(one)}</Service>"
            for one in services.get(row["Identifiant"], ())
        )
        body = f"{_elements(row)}<Services>{inside}</Services>"
        output.write(f"<Structure>{body}</Structure>\n".encode())
    output.write(b"</Annuaire>\n")


def xml_zip(structures: Iterable[dict], services: Iterable[dict]) -> bytes:
    """FAR0037: one XML document in a ZIP."""
    by_siret = {}
    for row in services:
        by_siret.setdefault(row["Identifiant"], []).append(row)
    output = io.BytesIO()
    write_xml(output, structures, by_siret)
    return zipped({"FAR0037.xml": output.getvalue()})


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of these files, the same whenever it is made: it bears no moment."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def _cell(name: str, value):
    if name in _NUMBERS and str(value or "").isdecimal():
        return int(value)
    return _WORDS.get(value, value or None)


def _elements(row: dict) -> str:
    return "".join(
        f"<{name}>{escape(value)}</{name}>" for name, value in row.items() if value
    )
