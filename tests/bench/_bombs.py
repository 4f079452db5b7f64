"""Small files that unpack into much, or keep a careless reader busy for minutes."""

import base64
import io
import os
import resource
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress

from PIL import Image

from orders_corpus import pdf

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
    yield from _of_order_forms()
    yield from _of_networks()


def _of_order_forms() -> Iterator[tuple[str, str, bytes]]:
    text = b"BT /F1 10 Tf (engagement) Tj ET\n"
    pages = {
        "spaces": pdf.one_page(b" " * 90_000_000),
        "texts": pdf.one_page(text * 40_000),
        "one text": pdf.one_page(b"BT /F1 10 Tf (" + b"siret " * 240_000 + b") Tj ET"),
        "a form again and again": pdf.one_page(b"/X1 Do " * 1000, form=text * 40_000),
        "letters": pdf.one_page(text, letters=b"<0001> <0041>\n" * 1_000_000),
        "brackets": pdf.one_page(b"[" * 500_000),
        "objects": b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * 800_000,
    }
    for name, content in pages.items():
        yield f"{name}, order", "order.pdf", content
    rows = {
        "labels": (b"siret 2199 engagement n 12 " * 70 + b"\n") * 9_000,
        "glued": b"engagement" * 1_000_000,
        "lines": b"a\n" * 9_900_000,
        "books": b"9782070612758 3 ex Le petit prince  7,11\n" * 400_000,
        "ligatures": "\ufdfa".encode() * 6_000_000,
    }
    for name, content in rows.items():
        yield f"{name}, order", "order.txt", content
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    words = f"<w:d xmlns:w='{space}'>{'<w:p/>' * 4_900_000}</w:d>".encode()
    noise = os.urandom(300_000)
    document = {"word/document.xml": words, "noise.bin": noise}
    yield "paragraphs, order", "order.docx", zipped(document)
    many = zipped({f"{rank:x}": b"" for rank in range(180_000)})
    yield "members, order", "order.docx", many
    yield "members, directory", "directory", many
    yield "members, document", "document", base64.b64encode(many)
    parts = b"--b\n\nx\n" * 500_000
    head = b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n'
    yield "parts, order", "order.eml", head + parts
    yield "words, order", "order.eml", b"Subject: " + b"=?utf-8?q?a?= " * 200_000


def _of_networks() -> Iterator[tuple[str, str, bytes]]:
    yield "tags, status", "status", b"<r>" + b"<a/>" * 14_000_000 + b"</r>"
    yield "tags, answer", "answers", b"<r>" + b"<facture/>" * 190_000 + b"</r>"
    yield "objects, JSON", "json", b'{"a":[' + b"{}," * 39_000_000 + b"{}]}"
    yield "brackets, JSON", "json", b'{"a":' + b"[" * 50_000_000
    yield "brackets, profile", "profile", b"[" * 99_000
    yield "points, logo", "logo", _picture(13_000, 13_000)
    yield "colours, logo", "logo", _picture(7_000, 7_000)
    yield "dots, bank", "bank", b"MDT" + b"." * 1_000_000
    yield "digits, bank", "bank", b"1 " * 500_000


def _picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("P", (width, height)).save(file, "PNG")
    return file.getvalue()


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
