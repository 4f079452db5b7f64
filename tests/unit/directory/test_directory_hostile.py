"""Files that are broken, or that mean harm: refused with words, in little memory."""

import io
import zipfile
import zlib

import openpyxl
import pytest
from test_directory_file import SIRET, read, refusal

from chorus import directory
from chorus.directory import Tally
from chorus.directory import table as directory_table
from chorus.errors import UnreadableFile
from chorus.files import zip as directory_zip
from simulator import directory_files as files
from simulator.directory_files import csv_text, service, structure, zipped

SIRETS = [f"{21590350100000 + number}" for number in range(1, 201)]
BODIES = [structure(siret) for siret in SIRETS]
SERVICES = [service(siret, "A") for siret in SIRETS]
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    "<r><Structure>&b;</Structure></r>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<r><Identifiant>&a;</Identifiant></r>"
)


class Endless(io.RawIOBase):
    """Two gigabytes of one byte, which nobody may read whole."""

    def __init__(self, start=b"", byte=b" ", size=2 << 30):
        self._start, self._byte, self._size = start, byte, size
        self._at = 0
        self.most = 0

    def seek(self, offset, whence=0):
        self._at = self._size + offset if whence == 2 else offset
        return self._at

    def read(self, size=-1):
        size = min(self._size if size < 0 else size, self._size - self._at)
        self.most = max(self.most, size)
        block = self._start[self._at : self._at + size]
        self._at += size
        return block + self._byte * (size - len(block))

    def readable(self):
        return True

    read1 = read


@pytest.mark.parametrize("document", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_are_refused(document):
    assert refusal(document).code == "doctype"
    assert refusal(zipped({"FAR0037.xml": document.encode()})).code == "doctype"


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_in_a_workbook_are_refused(member):
    book = zipfile.ZipFile(io.BytesIO(files.xlsx(BODIES, SERVICES)))
    parts = {name: book.read(name) for name in book.namelist()}
    parts[member] = b"<!--" + b"x" * 70_000 + b"-->" + BOMB.encode()
    assert refusal(zipped(parts)).code == "doctype"


@pytest.mark.parametrize("name", ["FAR0037.xml", "structures.csv"])
def test_spaces_that_unpack_into_too_much(name):
    assert refusal(zipped({name: b" " * 20_000_000})).code == "bomb"


def test_workbook_that_unpacks_into_too_much():
    parts = {"[Content_Types].xml": b"<a/>", "xl/sharedStrings.xml": b" " * 20_000_000}
    assert refusal(zipped(parts)).code == "bomb"


def test_size_that_lies_unpacks_no_more_than_it_says():
    content = bytearray(zipped({"structures.csv": b" " * 300_000}))
    for place in (22, content.index(b"PK\x01\x02") + 24):
        content[place : place + 4] = (1000).to_bytes(4, "little")
    assert refusal(bytes(content)).code == "damaged"


@pytest.mark.parametrize("start", [b"<r>", b"a;b\n", b""], ids=["xml", "csv", "spaces"])
def test_two_gigabytes_are_refused_unread(start):
    file = Endless(start)
    with pytest.raises(UnreadableFile) as refused:
        list(directory.read(file, Tally()))
    assert refused.value.code == "bomb"
    assert file.most < 1 << 20


@pytest.mark.parametrize(
    ("start", "code"), [(b"<r>", "element"), (b"a;b\n", "line"), (b"", "line")]
)
def test_spaces_without_end_are_not_held_in_memory(monkeypatch, start, code):
    monkeypatch.setattr(directory_zip, "MAX_BYTES", 4 << 30)
    monkeypatch.setattr(directory_table, "encoding_of", lambda _stream: "utf-8")
    file = Endless(start)
    with pytest.raises(UnreadableFile) as refused:
        list(directory.read(file, Tally()))
    assert refused.value.code == code
    assert file.tell() < 1 << 22


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 50,
        "".join(f"<f{number}>1</f{number}>" for number in range(300)),
        f"<Structure><Nom>{'x' * 500_000}</Nom>",
        "<S><Code>A</Code><Nom>B</Nom></S>" * 21_000,
    ],
    ids=["deep", "wide", "long", "many"],
)
def test_elements_larger_than_life(inside):
    assert refusal(f"<r>{inside}").code == "element"


def test_quote_that_never_closes():
    rows = [structure(SIRET)] * 2000
    text = csv_text(rows) + '"' + csv_text(rows)
    bodies, _services, tally = read(text)
    assert (len(bodies), tally.skipped) == (4000, 1)
    [damage] = tally.asides
    assert (damage.place, damage.text[:6]) == (2002, '"TypeI')


def test_nul_and_stray_bytes():
    text = csv_text([structure(SIRET, "LIL\0LE \x81")])
    (body,), _services, _tally = read(text)
    assert body.name.startswith("LILLE")
    assert refusal(csv_text([structure(SIRET)]).encode() + b"\x81").code == "cut"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xml"])
@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_file_cut_off_is_refused(kind, part):
    make = {"csv": files.csv_zip, "xlsx": files.xlsx, "xml": files.xml_zip}[kind]
    content = make(BODIES, SERVICES)
    assert refusal(content[: int(len(content) * part)]).code == "damaged"


def test_plain_text_cut_off_is_refused():
    text = csv_text(BODIES)
    assert refusal(text[:-50]).code == "cut"


def test_plain_xml_cut_off_is_refused():
    output = io.BytesIO()
    files.write_xml(output, BODIES, {})
    assert refusal(output.getvalue()[:-60]).code == "damaged"


def test_row_cut_short_in_the_middle_is_told():
    lines = csv_text(BODIES[:3]).splitlines()
    lines[2] = "1;21590350100001"
    bodies, _services, tally = read("\n".join(lines) + "\n")
    assert (len(bodies), tally.skipped) == (2, 1)


@pytest.mark.parametrize("kind", [files.xlsx, files.csv_zip])
def test_damaged_inside(kind):
    content = bytearray(kind(BODIES, SERVICES))
    middle = len(content) // 3
    content[middle : middle + 40] = zlib.compress(b"no")[:8] * 5
    assert refusal(bytes(content)).code in ("damaged", "bomb", "nothing")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"%PDF-1.7 no directory",
        b"PK\x03\x04",
        zipped({"photo.jpg": b"\xff\xd8"}),
        zipped({"structures.csv": b""}),
        "<html><body><p>Connectez-vous</p></body></html>",
        csv_text([{"Nom": "A", "Prenom": "B"}]),
    ],
)
def test_what_is_no_directory(content):
    assert refusal(content).code in ("nothing", "damaged", "kind")


@pytest.mark.parametrize("name", ["annuaire.zip", "Annuaire.XLSX", "a/b.xls", "a.ods"])
def test_what_is_packed_twice_is_told_what_to_do(name):
    refused = refusal(zipped({name: files.xlsx(BODIES, SERVICES)}))
    assert refused.code == "kind"
    assert "take the table out" in str(refused)


def test_what_is_packed_beside_a_table_is_left():
    content = zipped({"a.csv": csv_text(BODIES), "b.zip": b"PK"})
    assert len(list(directory.read(io.BytesIO(content), Tally()))) == len(BODIES)


def test_workbook_of_other_sheets_names_them():
    book, output, tally = openpyxl.Workbook(), io.BytesIO(), Tally()
    book.active.title = "Ventes"
    book.active.append(["Client", "Montant"])
    book.active.append(["LILLE", 12])
    book.save(output)
    with pytest.raises(UnreadableFile) as refused:
        list(directory.read(output, tally))
    assert refused.value.code == "nothing"
    assert tally.ignored == ["Ventes"]


def test_workbook_whose_size_is_a_lie():
    book = zipfile.ZipFile(io.BytesIO(files.xlsx(BODIES, SERVICES)))
    parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    lie = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    parts[sheet] = parts[sheet].replace(b"<sheetData>", lie)
    bodies, _services, _tally = read(zipped(parts))
    assert len(bodies) == 200


def test_workbook_row_of_an_impossible_number():
    book = zipfile.ZipFile(io.BytesIO(files.xlsx(BODIES, SERVICES)))
    parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    rows = parts[sheet].split(b"<row ")
    rows[2] = rows[2].replace(b"</row>", b'</row><row r="99999999999"></row>')
    parts[sheet] = b"<row ".join(rows)
    assert b"99999999999" in parts[sheet]
    assert refusal(zipped(parts)).code == "bomb"
