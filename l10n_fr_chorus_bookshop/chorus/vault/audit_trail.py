"""The reliable audit trail of a sale, from its market to the bank (R28).

*Piste d'audit fiable* (CGI art. 289 VII 1°): an inspector must be able to go from the
invoice to what it bills and to what paid it, and back. The shell gathers what exists;
here it becomes sections in the order of a sale, each with its steps by date, and what
does not exist is said: a gap is shown as a gap.
"""

import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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

from ..text import _

# Every section, in the order of a sale: its title.
SECTIONS = {
    "references": _("Market and references"),
    "orders": _("Quotations and orders"),
    "deliveries": _("Deliveries"),
    "returns": _("Returns"),
    "invoice": _("Invoice"),
    "checks": _("Conformity checks"),
    "originals": _("Originals in the vault"),
    "deposits": _("Deposits on Chorus Pro"),
    "life_cycle": _("Life cycle on Chorus Pro"),
    "corrections": _("Credit notes and new invoices"),
    "payments": _("Payments"),
    "bank": _("Bank statement lines"),
}

# What a sale normally has; a section that stands not here may be empty without a word.
GAPS = {
    "references": _("No market, engagement or service reference."),
    "orders": _("No quotation or order found."),
    "deliveries": _("No delivery note found."),
    "checks": _("No conformity check recorded."),
    "originals": _("No original in the vault."),
    "deposits": _("No deposit on Chorus Pro."),
    "life_cycle": _("No life-cycle event received."),
    "payments": _("No payment found."),
    "bank": _("No bank statement line found."),
}
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


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of the trail.

    :ivar section: one of `SECTIONS`
    :ivar what: what it is, in the reader's language
    :ivar when: when it happened; a date, a naive datetime (UTC), None when not known
    :ivar reference: its number or name
    :ivar detail: more, in the reader's language; lines apart by "\\n"
    :ivar model: Odoo's model of the document behind it, "" without any
    :ivar record_id: its number in the database, 0 without any
    """

    section: str
    what: str
    when: date | datetime | None = None
    reference: str = ""
    detail: str = ""
    model: str = ""
    record_id: int = 0


def days_late(planned: date | datetime | None, real: date | datetime | None) -> int:
    """Return how many days after the plan something happened, never below 0.

    :param planned: 0 is returned without it, or without `real`
    """
    if not planned or not real:
        return 0
    return max((_day(real) - _day(planned)).days, 0)


def assemble(
    steps: Iterable[Step], titles: Mapping[str, str], gaps: Mapping[str, str]
) -> list[dict]:
    """Return the sections of a trail, as plain JSON values.

    :param steps: in any order, those of the life cycle in the platform's own; of equal
        dates, the first given comes first
    :param titles: `SECTIONS` in the reader's language
    :param gaps: `GAPS` in the reader's language
    :return: one dict per section that has steps or a gap: `code`, `title`, `gap` (""
        when there are steps) and `steps`, each with `when` as ISO text or ""
    """
    by_section: dict[str, list[Step]] = {code: [] for code in SECTIONS}
    for step in steps:
        by_section[step.section].append(step)
    return [
        {
            "code": code,
            "title": titles[code],
            "gap": "" if found else gaps[code],
            "steps": [_plain(step) for step in _in_order(code, found)],
        }
        for code, found in by_section.items()
        if found or code in gaps
    ]


def _plain(step: Step) -> dict:
    return {
        "what": step.what,
        "when": step.when.isoformat() if step.when else "",
        "reference": step.reference,
        "detail": step.detail,
        "model": step.model,
        "id": step.record_id,
    }


def _in_order(section: str, steps: list[Step]) -> list[Step]:
    """By date, what has none first; the life cycle is told in the platform's order.

    Its dates do not give it: some are to the second, some to the minute.
    """
    if section == "life_cycle":
        return steps
    return sorted(steps, key=lambda one: one.when.isoformat() if one.when else "")


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


# ---- AS A PDF ------------------------------------------------------------------------
# The audit trail as a PDF: the same bytes for the same trail (R27, R28).
#
# ReportLab, which Odoo itself needs, rather than a browser: thousands of trails go into
# an export, and its bytes must not depend on the moment or the machine.


def write_trail(trail: Mapping, title: str, lines: list[str], page: str) -> bytes:
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
