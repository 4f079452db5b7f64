"""The portal's export of issued invoices (*factures émises*), and what is typed there.

The true columns are not public: which column holds what is guessed from its title,
shown to a person once and remembered. Only number and state are needed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from ... import platform_time
from ...files import Aside, aside
from ...files.table import Table, read
from ...invoice import CREDIT_NOTE, Invoice
from ...lifecycle.labels import code_said, plain
from ...siret import clean
from ...text import _

NUMBER, STATE, DATE = "number", "state", "date"
SIRET, TOTAL, REASON = "siret", "total", "reason"

# What each part is for, in the words of the screen; the first two are compulsory.
PARTS = {
    NUMBER: _("Invoice number"),
    STATE: _("State"),
    DATE: _("Date of the state"),
    SIRET: _("Body's SIRET"),
    TOTAL: _("Total with tax"),
    REASON: _("Reason"),
}
NEEDED = (NUMBER, STATE)
INCOMPLETE = _("It has no invoice number, or no state.")

# Titles likely to be met, as `plain` writes them: the API's names for the same screen.
_TITLES = {
    NUMBER: r"(?:n°|no|num|numero)(?: ?(?:de )?(?:la )?facture)?|facture",
    STATE: r"(?:libelle )?(?:du )?(?:statut|etat)(?: courant| actuel)?"
    r"(?: (?:de )?(?:la )?facture)?(?: courant)?",
    DATE: r"date(?: et heure)?(?: du| de l')? ?(?:dernier )?(?:statut|etat)"
    r"(?: courant)?",
    SIRET: r"(?:siret|identifiant|code)(?: du)?(?: destinataire)?",
    TOTAL: r"(?:montant|total)(?: total)? (?:ttc|a payer ttc)",
    REASON: r"motif(?: du (?:statut|rejet|refus))?|"
    r"commentaire(?: (?:du )?(?:statut|etat)(?: courant)?)?",
}
_LIKELY = {part: re.compile(shape) for part, shape in _TITLES.items()}


_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[,.]\d{3}")
ADDRESSES = {
    "qualification": "https://qualif.chorus-pro.gouv.fr",
    "production": "https://cpro.chorus-pro.gouv.fr",
}

DOCUMENT, RECIPIENT = _("Invoice"), _("Recipient")
VAT, TOTALS = _("VAT by rate"), _("Totals")


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of the export says.

    :ivar line: its number in the file, from 1
    :ivar code: the platform's code, or unknown words in upper case
    :ivar occurred_at: aware, UTC; None when not told
    :ivar siret: the body's, "" when not told
    :ivar total: with tax, None when not told or unreadable
    """

    line: int
    number: str
    code: str
    occurred_at: datetime | None = None
    siret: str = ""
    total: Decimal | None = None
    reason: str = ""


def table(content: bytes, known: Mapping[str, str] | None = None) -> Table:
    """Open an export, and find its titles under whatever stands above them.

    :param content: the file
    :param known: what a person said before: part by title
    :raises UnreadableFile: it holds no table
    """

    def are_titles(cells):
        return set(NEEDED) <= guess(tuple(cells), known).keys()

    return read(content, are_titles)


def guess(
    titles: tuple[str, ...], known: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Tell which column holds each part.

    :param known: what a person said before: part by title
    :return: index of the column by part; parts not found are left out
    """
    columns = {}
    remembered = {plain(title): part for title, part in (known or {}).items()}
    for index, title in enumerate(map(plain, titles)):
        likely = next(
            (one for one, shape in _LIKELY.items() if shape.fullmatch(title)), ""
        )
        part = remembered.get(title, likely)
        if part:
            columns.setdefault(part, index)
    return columns


def rows(table: Table, columns: Mapping[str, int]) -> list[Row]:
    """Read every row that has a number and a state.

    :param columns: as `guess` gives them, with at least the parts `NEEDED`
    """

    def cell(cells, part):
        return cells[columns[part]].strip() if part in columns else ""

    found = (
        Row(
            line,
            cell(cells, NUMBER),
            code_said(cell(cells, STATE)),
            moment(cell(cells, DATE)),
            clean(cell(cells, SIRET)),
            amount(cell(cells, TOTAL)),
            cell(cells, REASON),
        )
        for line, cells in table.rows
    )
    return [row for row in found if row.number and row.code]


def left_out(table: Table, columns: Mapping[str, int]) -> list[Aside]:
    """Return the rows without a number or a state, for a person: a total, a remark."""
    read = {row.line for row in rows(table, columns)}
    return [
        aside(line, " ; ".join(filter(None, cells)), INCOMPLETE)
        for line, cells in table.rows
        if line not in read
    ]


def moment(text: str) -> datetime | None:
    """Read a date as a French site writes it, or ISO; None when it is neither.

    A day without a time is its first minute: any news of that day is newer.
    """
    found = platform_time.written(text)
    return found.at if found else None


def amount(text: str) -> Decimal | None:
    """Read an amount written the French or the English way; None when unreadable.

    Brackets are an accountant's minus. "1.234" is one and a bit, or a thousand: none.
    """
    figures = re.sub(r"[^\d,.-]", "", text)
    if _AMBIGUOUS.fullmatch(figures):
        return None
    if text.strip().startswith("(") and not figures.startswith("-"):
        figures = f"-{figures}"
    decimal = max(",.", key=figures.rfind)
    whole, mark, cents = figures.rpartition(decimal)
    if mark:
        figures = f"{re.sub('[,.]', '', whole)}.{cents}"
    try:
        return Decimal(figures)
    except InvalidOperation:
        return None


# ---- WHAT IS TYPED ON THE PORTAL -----------------------------------------------------
# What a person types or verifies on the Chorus Pro portal, in the site's order (R11).
#
# The order is the one in which the platform's own service gives the same screen
# (Swagger `consulterFactureParFournisseur`: recipient, frame, references, VAT by rate,
# totals).


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the site's form.

    :ivar block: English title of the part of the form
    :ivar label: English label; `values` are what it quotes
    :ivar text: exactly what is typed; "" when there is nothing to type
    """

    block: str
    label: str
    text: str
    values: tuple[tuple[str, str], ...] = ()


def form_values(invoice: Invoice) -> list[Value]:
    """Return every value of one invoice, in the order of the site.

    What the invoice has not (service, market…) is left out.
    """
    return [value for value in _all(invoice) if value.text]


def _all(invoice: Invoice) -> Iterator[Value]:
    credit = invoice.kind == CREDIT_NOTE
    yield Value(RECIPIENT, _("Body's SIRET"), invoice.buyer.siret)
    yield Value(RECIPIENT, _("Service code"), invoice.service)
    yield Value(DOCUMENT, _("Invoicing framework"), invoice.frame)
    yield Value(DOCUMENT, _("Number"), invoice.number)
    yield Value(DOCUMENT, _("Date"), _day(invoice.issue_date))
    # What is typed on a French site is French, whoever types it.
    yield Value(DOCUMENT, _("Type"), "Avoir" if credit else "Facture")
    yield Value(DOCUMENT, _("Engagement number"), invoice.engagement)
    yield Value(DOCUMENT, _("Market number"), invoice.market)
    yield Value(DOCUMENT, _("Number of the invoice credited"), invoice.original_number)
    for tax in invoice.taxes:
        rate = (("rate", _figure(tax.rate)),)
        yield Value(VAT, _("Base at %(rate)s %%"), _amount(tax.base), rate)
        yield Value(VAT, _("VAT at %(rate)s %%"), _amount(tax.amount), rate)
    yield Value(TOTALS, _("Total before tax"), _amount(invoice.untaxed))
    yield Value(TOTALS, _("Total VAT"), _amount(invoice.tax))
    yield Value(TOTALS, _("Total with tax"), _amount(invoice.total))
    yield Value(TOTALS, _("Amount to pay"), _amount(invoice.due))


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _amount(amount: Decimal) -> str:
    """An amount as a French form takes it: a comma, two decimals, no grouping."""
    return f"{amount:.2f}".replace(".", ",")


def _figure(rate: Decimal) -> str:
    """A rate without idle zeros: 5,5 rather than 5,50."""
    return f"{rate.normalize():f}".replace(".", ",")
