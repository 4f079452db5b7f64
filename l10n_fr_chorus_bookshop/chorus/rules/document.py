"""Number, kind, dates, currency, parties and free texts of the document.

Numbers (R24, AIFE FE v1.1 §3.2.1.4.2): at most 20 characters, letters, digits, space
and `+ - _ /`; unique by year of issue, SIREN of the seller and number. A number whose
invoice was not integrated may be used again; one that the body refused may not.
"""

import re
from collections.abc import Iterator

from ..facturx.dialect import is_paid
from ..invoice import CREDIT_NOTE, INVOICE, Invoice, Party
from ..text import NOT_XML
from .problem import Case, Problem, problem
from .texts import ERROR, WARNING

NUMBER_LENGTH = 20
REFUSED = re.compile(r"[^A-Za-z0-9 +_/-]")
NAME_LENGTH = 99
TEXT_LENGTH = 1024
QUOTED = 40
# Known to Odoo, and to no list of EN 16931: a code of its own makers; currencies gone.
UNLISTED = frozenset({"XK"})
WITHDRAWN = frozenset(
    ["ANG", "BGN", "BYR", "CUC", "HRK", "LTL", "LVL", "MRO", "SLL", "STD", "VEF", "ZIG"]
)


def is_conforming(number: str) -> bool:
    """Tell whether the platform takes this number."""
    return (
        bool(number.strip())
        and len(number) <= NUMBER_LENGTH
        and not REFUSED.search(number)
    )


def conforming(prefix: str, year: int) -> str:
    """Propose the first number of a series that stays within the limit.

    :param prefix: what tells the series from the others: a journal's code
    """
    first = f"/{year}/00001"
    kept = REFUSED.sub("", prefix).strip()[: NUMBER_LENGTH - len(first)]
    return f"{kept or 'FAC'}{first}"


def _number(case: Case) -> Iterator[Problem]:
    """AIFE FE v1.1 §3.2.1.4.2 and annex EDI G1.05: `^[A-Za-z0-9 +_/-]{1,20}$`."""
    number = case.invoice.number
    if number.strip() in ("", "/"):
        yield problem("number_missing", "number")
        return
    if len(number) > NUMBER_LENGTH:
        values = {"number": number, "length": len(number), "limit": NUMBER_LENGTH}
        yield problem("number_too_long", "number", **values)
    if refused := dict.fromkeys(REFUSED.findall(number)):
        values = {"number": number, "refused": " ".join(refused)}
        yield problem("number_characters", "number", **values)


def _kind(case: Case) -> Iterator[Problem]:
    """AIFE FE v1.1 §6.20-21; R9: a credit note names its invoice; R22: all of it."""
    invoice = case.invoice
    if invoice.kind not in (INVOICE, CREDIT_NOTE):
        yield problem("kind_unknown", "kind", kind=invoice.kind)
    elif invoice.kind == CREDIT_NOTE:
        if not invoice.original_number.strip():
            yield problem("original_missing", "original_number")
        elif invoice.original_number == invoice.number:
            yield problem("original_self", "original_number", number=invoice.number)
        elif invoice.partial_credit:
            severity = WARNING if invoice.partial_allowed else ERROR
            values = {"original": invoice.original_number}
            yield problem("credit_partial", "original_number", severity, **values)


def _deposit(case: Case) -> Iterator[Problem]:
    """AIFE FE v1.1 §6.20-21: direct deposit takes no type 386, BR-FR-04 does."""
    invoice = case.invoice
    if invoice.is_deposit and invoice.kind == INVOICE and not case.policy.reform:
        yield problem("deposit_type", "kind")


def _dates(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-03 (a date) and BR-CO-25 (when to pay what is due).

    BR-FR-CO-07: on the reform's road a due date before the invoice is refused, but of
    a deposit or of what is paid.
    """
    invoice, today = case.invoice, case.policy.today
    issued, due = invoice.issue_date, invoice.due_date
    if not issued:
        yield problem("date_missing", "issue_date")
    elif today and issued > today:
        yield problem("date_future", "issue_date", date=issued)
    elif due and due < issued:
        free = invoice.is_deposit or is_paid(invoice)
        severity = ERROR if case.policy.reform and not free else WARNING
        yield problem("due_date_early", "due_date", severity, due=due, date=issued)
    if invoice.due > 0 and not due and not invoice.payment_terms.strip():
        yield problem("due_date_missing", "due_date")


def _currency(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-05."""
    currency = case.invoice.currency
    if not currency:
        yield problem("currency_missing", "currency")
    elif currency in WITHDRAWN:
        yield problem("currency_withdrawn", "currency", currency=currency)
    elif currency != "EUR":
        yield problem("currency_foreign", "currency", currency=currency)


def _parties(case: Case) -> Iterator[Problem]:
    """EN 16931 BR-06 to BR-11 and BR-57; zip and town by CGI annexe II art. 242 A."""
    for role in ("seller", "buyer"):
        party = getattr(case.invoice, role)
        if not party.name.strip():
            yield problem(f"{role}_name_missing", f"{role}.name")
        if not (party.address.zip.strip() and party.address.city.strip()):
            yield problem(f"{role}_address_incomplete", f"{role}.address")
        yield from _country(party, f"{role}_country_missing", f"{role}.address")
    delivery = case.invoice.delivery
    if delivery:
        missing = "delivery_country_missing"
        yield from _country(delivery, missing, "delivery.address", name=delivery.name)


def _country(
    party: Party, missing: str, pointed: str, **values: str
) -> Iterator[Problem]:
    country = party.address.country
    if not country:
        yield problem(missing, pointed, **values)
    elif country in UNLISTED:
        values = {"name": party.name, "country": country}
        yield problem("country_unlisted", pointed, **values)


def _texts(case: Case) -> Iterator[Problem]:
    """XML 1.0 §2.2 characters; lengths of AFNOR's B2G rules (BR-FR-CPRO).

    On the reform's road what is longer comes back as REJ_CONT_B2G.
    """
    severity = ERROR if case.policy.reform else WARNING
    for pointed, text, limit in _texts_of(case.invoice):
        if NOT_XML.search(text):
            yield problem("text_illegal", pointed, value=text[:QUOTED])
        if limit and len(text) > limit:
            values = {"start": text[:QUOTED], "length": len(text), "limit": limit}
            yield problem("text_too_long", pointed, severity, **values)


def _texts_of(invoice: Invoice) -> Iterator[tuple[str, str, int]]:
    """Every text the document carries, with its limit (0: checked elsewhere)."""
    for name in ("number", "service", "engagement", "market", "original_number"):
        yield name, getattr(invoice, name), 0
    for deposit in invoice.deposits:
        yield "original_number", deposit.number, 0
    yield "service", invoice.service_name, 0
    yield "note", invoice.note, TEXT_LENGTH
    yield "payment_terms", invoice.payment_terms, TEXT_LENGTH
    yield from _texts_of_party(invoice.seller, "seller.name", "seller.address")
    yield from _texts_of_party(invoice.buyer, "buyer.name", "buyer.address")
    if invoice.delivery:
        pointed = "delivery.address"
        yield from _texts_of_party(invoice.delivery, pointed, pointed)
    for line in invoice.lines:
        for text in (line.name, line.description, line.reference):
            yield "lines", text, TEXT_LENGTH
    for row in invoice.taxes:
        yield "taxes", row.exemption_reason, TEXT_LENGTH


def _texts_of_party(
    party: Party, name_field: str, address_field: str
) -> Iterator[tuple[str, str, int]]:
    address = party.address
    yield name_field, party.name, NAME_LENGTH
    for text in (address.street, address.street2, address.zip, address.city):
        yield address_field, text, 0
    for text in (party.email, party.phone):
        yield address_field, text, 0


RULES = (_number, _kind, _deposit, _dates, _currency, _parties, _texts)
