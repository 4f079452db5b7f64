"""An order form, and the files it can be drawn as."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape
from random import Random
from xml.sax.saxutils import escape as xml_escape

from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from stdnum import ean, luhn

OUR_SIRET, OUR_SIREN = "99012345700014", "990123457"
# Points between two columns of the text a form is drawn from.
COLUMN, LINE = 5.4, 13
_CELL = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True)
class Form:
    """One order form and what should be read of it.

    :ivar text: its rows; a form feed begins another page
    :ivar expected: value by field
    :ivar books: copies by EAN
    :ivar kind: pdf, eml, html, docx, odt, ods, csv or xlsx
    :ivar draw: by "rows", by "columns", "words" or "letters" one at a time, "shaken"
        in no order and a little above or below its row
    :ivar turned: words that climb the margin of a PDF
    :ivar fields: an electronic form's fields
    :ivar attached: (file's name, form) joined to a mail
    """

    name: str
    text: str
    expected: dict = field(default_factory=dict)
    books: dict = field(default_factory=dict)
    kind: str = "pdf"
    draw: str = "rows"
    turned: str = ""
    font: str = "Helvetica"
    size: float = 9
    fields: dict = field(default_factory=dict)
    subject: str = ""
    attached: tuple = ()

    @property
    def filename(self) -> str:
        return f"{self.name}.{self.kind if self.kind != 'html' else 'eml'}"


def siret(number: int, nic: int = 1) -> str:
    """An invented SIRET whose keys are right.

    :param number: eight figures of its SIREN
    :param nic: the establishment's rank
    """
    siren = f"{number:08}"
    siren += luhn.calc_check_digit(siren)
    rest = f"{siren}{nic:04}"
    return rest + luhn.calc_check_digit(rest)


def spaced(digits: str, mark: str = " ") -> str:
    """A SIRET as people group it."""
    return mark.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def isbn(number: int, prefix: str = "978299990") -> str:
    """An invented ISBN."""
    digits = f"{prefix}{number:03}"
    return digits + ean.calc_check_digit(digits)


def hyphened(digits: str) -> str:
    return "-".join((digits[:3], digits[3], digits[4:8], digits[8:12], digits[12]))


def build(form: Form) -> bytes:
    """Draw a form."""
    return {
        "pdf": _pdf,
        "eml": _mail,
        "html": _mail,
        "docx": _docx,
        "odt": _odt,
        "ods": _odt,
        "csv": lambda one: one.text.strip().encode("cp1252"),
        "xlsx": _xlsx,
    }[form.kind](form)


def _pdf(form: Form) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for sheet in form.text.split("\f"):
        canvas.setFont(form.font, form.size)
        for x, y, words in _placed(sheet.strip("\n").splitlines(), form, canvas):
            canvas.drawString(x, y, words)
        if form.turned:
            canvas.saveState()
            canvas.rotate(90)
            canvas.drawString(120, -20, form.turned)
            canvas.restoreState()
        for name, (value, x, y) in form.fields.items():
            canvas.acroForm.textfield(
                name=name, value=value, x=x, y=y, width=140, height=14, fontSize=8
            )
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _placed(lines: list[str], form: Form, canvas: Canvas) -> list:
    """The runs of words of a page, in the order they are drawn."""
    runs = []
    for number, line in enumerate(lines):
        y = A4[1] - 40 - LINE * number
        for cell in _CELL.finditer(line):
            x = 30 + COLUMN * cell.start()
            if form.draw not in ("words", "letters"):
                runs.append((x, y, cell[0]))
                continue
            by_words = form.draw == "words"
            for word in re.findall(r"\S+ ?" if by_words else ".", cell[0]):
                runs.append((x, y, word.strip()))
                x += canvas.stringWidth(word, form.font, form.size)
    if form.draw == "shaken":
        chance = Random(form.name)
        runs = [(x, y + chance.uniform(-2, 2), words) for x, y, words in runs]
        chance.shuffle(runs)
    return sorted(runs, key=lambda run: run[0]) if form.draw == "columns" else runs


def _mail(form: Form) -> bytes:
    message = EmailMessage()
    message["Subject"] = form.subject
    message["From"] = "achats@exemple.fr"
    message["To"] = "librairie@exemple.fr"
    if form.kind == "html":
        message.set_content(form.text.strip(), subtype="html")
    else:
        message.set_content(form.text.strip("\n"))
    for one in form.attached:
        message.add_attachment(
            build(one),
            maintype="application",
            subtype="octet-stream",
            filename=one.filename,
        )
    return message.as_bytes()


def html_table(rows: list[list[str]]) -> str:
    """Rows as a table of a mail."""
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _zip(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def _docx(form: Form) -> bytes:
    """Paragraphs; a row of several cells is a row of a table."""

    def paragraph(words):
        return f"<w:p><w:r><w:t>{xml_escape(words)}</w:t></w:r></w:p>"

    def table(cells):
        inner = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells)
        return f"<w:tr>{inner}</w:tr>"

    body = _office(form, paragraph, table, "<w:tbl>", "</w:tbl>")
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _zip(
        word__document_xml=f'<w:document xmlns:w="{name}"><w:body>{body}</w:body>'
        "</w:document>"
    )


def _odt(form: Form) -> bytes:
    def paragraph(words):
        return f"<text:p>{xml_escape(words)}</text:p>"

    def table(cells):
        inner = "".join(
            f"<table:table-cell>{paragraph(cell)}</table:table-cell>" for cell in cells
        )
        return f"<table:table-row>{inner}</table:table-row>"

    body = _office(form, paragraph, table, "<table:table>", "</table:table>")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "text", "table")
    )
    return _zip(
        content_xml=f"<office:document-content {names}><office:body><office:text>"
        f"{body}</office:text></office:body></office:document-content>"
    )


def _office(form: Form, paragraph, table, opened: str, closed: str) -> str:
    """Rows of `|` cells between plain lines."""
    body, inside = [], False
    for line in form.text.strip("\n").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if (len(cells) > 1) != inside:
            inside = not inside
            body.append(opened if inside else closed)
        body.append(table(cells) if inside else paragraph(line.strip()))
    return "".join([*body, closed if inside else ""])


def _xlsx(form: Form) -> bytes:
    """One sheet for each page; figures are figures."""
    book = Workbook()
    book.remove(book.active)
    for sheet in form.text.split("\f"):
        grid = book.create_sheet()
        for line in sheet.strip("\n").splitlines():
            grid.append([_figure(cell.strip()) for cell in line.split("|")])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _figure(cell: str) -> object:
    if cell.startswith("'"):
        return cell[1:]
    return int(cell) if cell.isdigit() and not cell.startswith("0") else cell or None
