"""What a person types or verifies on the Chorus Pro portal, in the site's order (R11).

The order is the one in which the platform's own service gives the same screen (Swagger
`consulterFactureParFournisseur`: recipient, frame, references, VAT by rate, totals).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...invoice import CREDIT_NOTE, Invoice
from ...text import _

ADDRESSES = {
    "qualification": "https://qualif.chorus-pro.gouv.fr",
    "production": "https://cpro.chorus-pro.gouv.fr",
}

DOCUMENT, RECIPIENT = _("Invoice"), _("Recipient")
VAT, TOTALS = _("VAT by rate"), _("Totals")


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


def values(invoice: Invoice) -> list[Value]:
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
