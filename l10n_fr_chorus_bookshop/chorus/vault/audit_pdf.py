"""The audit trail as a PDF: the same bytes for the same trail (R27, R28).

ReportLab, which Odoo itself needs, rather than a browser: thousands of trails go into
an export, and its bytes must not depend on the moment or the machine.
"""

import io
import unicodedata
from collections.abc import Mapping
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

_MARGIN = 16 * mm
# A frame keeps 2 mm on each side for itself.
_WIDTHS = (32 * mm, 46 * mm, 95.5 * mm)
_INK, _SOFT, _LINE = colors.HexColor("#1f2933"), colors.HexColor("#5f6b76"), "#d5dae0"
_ALERT = colors.HexColor("#9c2a10")

_TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=8.5, leading=11)
_SMALL = ParagraphStyle("small", parent=_TEXT, textColor=_SOFT)
_BOLD = ParagraphStyle("bold", parent=_TEXT, fontName="Helvetica-Bold")
_GAP = ParagraphStyle("gap", parent=_TEXT, textColor=_ALERT)
_TITLE = ParagraphStyle(
    "title", parent=_BOLD, fontSize=15, leading=19, textColor=_INK, spaceAfter=2
)
_SECTION = ParagraphStyle(
    "section", parent=_BOLD, fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=3
)
_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 0), (-1, -1), 0.4, colors.HexColor(_LINE)),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
)


def write(trail: Mapping, title: str, lines: list[str], page: str) -> bytes:
    """Return one audit trail as a PDF.

    :param trail: what `audit_trail.assemble` made, under `sections`; each step's `day`
        is its date as the reader writes it
    :param title: heading of the document
    :param lines: what stands under it
    :param page: the foot of a page, with `%(page)s` in it
    """
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=_latin(title),
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        invariant=1,
    )
    story = [_paragraph(title, _TITLE), *(_paragraph(one, _SMALL) for one in lines)]
    story.append(Spacer(1, 4 * mm))
    for section in trail["sections"]:
        story += _section(section)

    def foot(canvas: Canvas, _document) -> None:
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_SOFT)
        text = page % {"page": canvas.getPageNumber()}
        canvas.drawString(_MARGIN, 9 * mm, _latin(f"{title} · {text}"))

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _section(section: Mapping) -> list:
    heading = _paragraph(section["title"], _SECTION)
    if section["gap"]:
        return [KeepTogether([heading, _paragraph(section["gap"], _GAP)])]
    rows = [_row(step) for step in section["steps"]]
    # A heading never stands alone at the foot of a page.
    first = Table(rows[:1], colWidths=_WIDTHS, style=_GRID)
    rest = [Table(rows[1:], colWidths=_WIDTHS, style=_GRID)] if rows[1:] else []
    return [KeepTogether([heading, first]), *rest]


def _row(step: Mapping) -> list:
    said = step.get("said", step["detail"])
    details = "\n".join(filter(None, (step["reference"], said)))
    return [
        _paragraph(step["day"], _TEXT),
        _paragraph(step["what"], _BOLD),
        _paragraph(details, _TEXT),
    ]


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(_latin(text)).replace("\n", "<br/>"), style)


def _latin(text: str) -> str:
    """Return a text in the letters Helvetica has; others lose accents, or show as ?."""
    kept = []
    for one in text:
        if not _has(one):
            one = "".join(filter(_has, unicodedata.normalize("NFKD", one))) or "?"
        kept.append(one)
    return "".join(kept)


def _has(character: str) -> bool:
    return character.encode("cp1252", "ignore") != b""
