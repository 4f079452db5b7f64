"""What an approved platform asks beside: BR-FR and BR-FR-CPRO, before anything is sent.

They hold on the reform's road only: the same invoice may be fine on one road and not on
the other. XP Z12-012 as FNFE's Schematrons V1.4 have it; the CPRO rules have none, and
a failure would come back as status 213 (`REJ_CONT_B2G`, `REJ_COH`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..facturx.archive import MEDIA_TYPES
from ..facturx.dialect import is_address, is_identifier, open_line
from ..invoice import CREDIT_NOTE, Line
from ..text import bare_name
from ..vat import STANDARD
from .amounts import CENT
from .files import EXTENSIONS, extension
from .problem import Case, Problem, problem

# BR-FR-03.
YEARS = range(2000, 2100)
# BR-FR-DEC-02.
QUANTITY_DECIMALS = 4
# CPRO-19, CPRO-32 and -33, CPRO-39.
MOST_LINES = 999_999
ADDRESS_LENGTH = 400
ACCOUNT_LENGTH = 27

_SPACE = re.compile(r"\s")
_SIGNS = re.compile(r"[^A-Za-z0-9+_/\s-]")


def _number(case: Case) -> Iterator[Problem]:
    """BR-FR-02: the direct road takes a space in a number, this one does not.

    Nor other signs in the number of another invoice, made perhaps by another software.
    """
    invoice = case.invoice
    originals = [invoice.original_number, *(one.number for one in invoice.deposits)]
    numbers = [("number", invoice.number)]
    numbers += [("original_number", number) for number in originals]
    for name, value in numbers:
        if _SPACE.search(value.strip()):
            yield problem("reform_number_space", name, number=value)
    for value in originals:
        if refused := dict.fromkeys(_SIGNS.findall(value)):
            values = {"number": value, "refused": " ".join(refused)}
            yield problem("reform_number_signs", "original_number", **values)


def _original(case: Case) -> Iterator[Problem]:
    """BR-FR-CO-05: a credit note names the date of its invoice too."""
    invoice = case.invoice
    named = invoice.kind == CREDIT_NOTE and invoice.original_number.strip()
    if named and not invoice.original_date:
        values = {"original": invoice.original_number}
        yield problem("reform_original_date", "original_number", **values)


def _dates(case: Case) -> Iterator[Problem]:
    """BR-FR-03."""
    invoice = case.invoice
    written: list[tuple[str, date | None]] = [
        ("issue_date", invoice.issue_date),
        ("due_date", invoice.due_date),
        ("issue_date", invoice.delivery_date),
        ("original_number", invoice.original_date),
        *(("original_number", deposit.day) for deposit in invoice.deposits),
    ]
    for name, value in written:
        if value and value.year not in YEARS:
            yield problem("reform_year", name, date=value)


def _service(case: Case) -> Iterator[Problem]:
    """BR-FR-24: a service is an identifier under 0224 here."""
    code = case.invoice.service
    if code.strip() and not is_identifier(code):
        yield problem("reform_service", "service", code=code)


def _address(case: Case) -> Iterator[Problem]:
    """BR-FR-13, -23, -25; and the body has a line in the reform's directory."""
    own = case.invoice.seller.address_id
    if own and not is_address(own):
        yield problem("reform_own_address", "seller.siret", address=own)
    structure = case.structure
    # An inactive body has none either: it is waited for, on any road.
    if structure is None or structure.addresses is None or not structure.active:
        return
    if not open_line(structure.siret, case.invoice.service, structure.addresses):
        values = {"name": case.structure_name, "siret": structure.siret}
        yield problem("reform_no_line", "buyer.siret", **values)


def _lines(case: Case) -> Iterator[Problem]:
    """BR-FR-DEC-02 and CPRO-19."""
    lines = case.invoice.lines
    if len(lines) > MOST_LINES:
        yield problem("reform_too_many_lines", "lines", limit=MOST_LINES)
    for line in filter(_too_fine, lines):
        values = {"line": line.position, "name": line.name}
        yield problem("reform_quantity", "lines", **values)


def _too_fine(line: Line) -> bool:
    return -line.quantity.normalize().as_tuple().exponent > QUANTITY_DECIMALS


def _vat(case: Case) -> Iterator[Problem]:
    """BR-FREXT-S-09: a cent a line, where the norm alone takes nearly one unit.

    What cash rounding, or a currency without cents, makes of VAT.
    """
    invoice = case.invoice
    lines = Counter((line.category, line.rate) for line in invoice.lines)
    for row in invoice.taxes:
        apart = abs(row.amount - row.base * row.rate / 100)
        limit = CENT * max(1, lines[row.category, row.rate])
        whole = row.rounding or invoice.currency != "EUR"
        if row.category == STANDARD and whole and apart > limit:
            values = {"base": row.base, "amount": row.amount}
            rate = Decimal(f"{row.rate.normalize():f}")
            yield problem("reform_vat", "taxes", rate=rate, **values)


def _currency(case: Case) -> Iterator[Problem]:
    """BR-FR-CO-12: VAT is told in euros too."""
    invoice = case.invoice
    if invoice.currency not in ("", "EUR") and invoice.tax_in_euros is None:
        yield problem("reform_currency", "currency", currency=invoice.currency)


def _files(case: Case) -> Iterator[Problem]:
    """BT-125-1: what an invoice may hold; what Chorus Pro refuses is told by all."""
    for name, _size in case.invoice.files:
        end = extension(bare_name(name))
        if end in EXTENSIONS and end not in MEDIA_TYPES:
            yield problem("reform_file_kind", "files", name=bare_name(name))


def _account(case: Case) -> Iterator[Problem]:
    """CPRO-39."""
    number = "".join(case.invoice.iban.split())
    if len(number) > ACCOUNT_LENGTH:
        values = {"iban": case.invoice.iban, "limit": ACCOUNT_LENGTH}
        yield problem("reform_account", "iban", **values)


def _places(case: Case) -> Iterator[Problem]:
    """CPRO-32 and CPRO-33."""
    for role in ("seller", "buyer"):
        address = getattr(case.invoice, role).address
        for text in (address.street, address.street2, address.city):
            if len(text) > ADDRESS_LENGTH:
                values = {"start": text[:40], "limit": ADDRESS_LENGTH}
                yield problem("reform_long_address", f"{role}.address", **values)


RULES = (
    _number,
    _original,
    _dates,
    _service,
    _address,
    _lines,
    _vat,
    _currency,
    _files,
    _account,
    _places,
)
