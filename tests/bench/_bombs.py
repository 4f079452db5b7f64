"""Small files that unpack into much, or keep a careless reader busy for minutes."""

import io
import os
import resource
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress

_TITLES = ["Numéro", "Statut"]
# A reader that does not end is ended.
_PATIENCE = 60


def workbook(rows: list[list[str]], **parts: str) -> bytes:
    """A workbook of one sheet, as small as can be.

    :param parts: other contents: `styles`, `shared`, `sheet`, `workbook`
    """
    cells = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in row)
        + "</row>"
        for row in rows
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": parts.get("workbook")
        or f'<workbook {space} xmlns:r="{relations}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{cells}"
        f"{parts.get('sheet', '')}</sheetData></worksheet>",
        "xl/styles.xml": f"<styleSheet {space}>{parts.get('styles', '')}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst {space}>{parts.get('shared', '')}</sst>",
    }
    contents = {name: text.encode() for name, text in files.items()}
    if parts:
        # What does not shrink hides what shrinks a thousand times.
        size = sum(map(len, contents.values()))
        contents["xl/media/noise.bin"] = os.urandom(size // 150)
    return zipped(contents)


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of these files."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return output.getvalue()


def all_of_them() -> Iterator[tuple[str, str, bytes]]:
    """Each bomb: its name, the reader it is for, its bytes."""
    rows, nines = [_TITLES, ["F1", "Rejetée"]], "9" * 20_000_000
    sheets = {
        "fonts": workbook(rows, styles="<font/>" * 2_000_000),
        "formats": workbook(
            rows, styles="<numFmt numFmtId='1' formatCode='y'/>" * 400_000
        ),
        "empty rows": workbook(rows, sheet="<row/>" * 2_000_000),
        "empty cells": workbook(rows, sheet=f"<row>{'<c/>' * 2_000_000}</row>"),
        "last row": workbook(rows, sheet='<row r="1048576"/>' * 2),
        "shared texts": workbook(rows, shared="<si/>" * 3_000_000),
        "one cell": workbook(
            rows, sheet=f"<row><c><v>{'9' * 50_000_000}</v></c></row>"
        ),
        "one name": workbook(rows, sheet=f"<row x='{nines}'/>"),
        "deep": workbook(rows, sheet="<row>" * 1_000_000),
        "sheets": workbook(rows, workbook=f"<w>{'<sheet/>' * 1_000_000}</w>"),
    }
    for name, content in sheets.items():
        yield f"{name}, export", "export", content
        yield f"{name}, directory", "directory", content
    entities = '<!DOCTYPE r [<!ENTITY a "{}">]><r>{}</r>'.format(
        "x" * 9999, "&a;" * 9999
    )
    yield "entities", "directory", zipped({"FAR0037.xml": entities.encode()})
    yield "entities, answer", "answers", entities.encode()
    yield "spaces", "directory", zipped({"FAR0037.xml": b" " * 20_000_000})
    yield "archive in archive", "directory", zipped({"a.zip": zipped({"b": b"x"})})
    yield "one line", "directory", b'"' + b"x;" * 5_000_000
    yield (
        "quotes",
        "directory",
        b"Identifiant;Code\n" + b'"' * 200_000 + b'\n1;"a' * 50_000,
    )
    yield "quotes, answers", "answers", b"numero_facture;statut\n" + b'F;"a\n' * 200_000
    yield "segments", "answers", b"UNB+UNOC:3+a'" + b"UNB'" * 400_000
    yield "apostrophes", "answers", b"UNB+UNOC:3+a'" + b"' " * 900_000
    yield "elements", "answers", b"UNB" + b"+" * 1_900_000
    yield "lines", "answers", b"UNB+UNOC:3\n" + b"UNH\n" * 400_000
    yield "motifs", "mail", b"motif " * 33_000
    yield "tags", "mail", b"<td>motif : statut " * 10_000
    yield "closing tags", "mail", b"</p>" * 50_000 + b"<p>" * 50_000
    yield "digits", "dates", b"9" * 1_000_000


def measure(readers: dict[str, Callable]) -> dict[str, tuple[float, int]]:
    """Open every bomb in a process of its own.

    :return: seconds of the processor and megabytes, by name; both far beyond any
        limit for a reader that raised something untyped, or had to be ended
    """
    return {
        name: _measured(readers[reader], content)
        for name, reader, content in all_of_them()
    }


def _measured(reader: Callable, content: bytes) -> tuple[float, int]:
    listening, telling = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(_PATIENCE)
        with suppress(Exception):
            before, begun = _peak(), time.process_time()
            reader(content)
            spent = time.process_time() - begun
            os.write(telling, f"{spent:.2f} {_peak() - before}".encode())
        os._exit(0)
    os.close(telling)
    with os.fdopen(listening) as answer:
        said = answer.read().split()
    os.waitpid(child, 0)
    return (float(said[0]), int(said[1])) if said else (float(_PATIENCE), 1 << 20)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
