"""The reliable audit trail of a sale, from its market to the bank (R28).

*Piste d'audit fiable* (CGI art. 289 VII 1°): an inspector must be able to go from the
invoice to what it bills and to what paid it, and back. The shell gathers what exists;
here it becomes sections in the order of a sale, each with its steps by date, and what
does not exist is said: a gap is shown as a gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
