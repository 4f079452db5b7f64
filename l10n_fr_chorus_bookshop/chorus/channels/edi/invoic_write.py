"""Neutral invoice -> INVOIC D.96A, segment by segment in the order of the directory."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ...facturx.cii import preceding
from ...facturx.prices import prices
from ...invoice import Invoice, Line, Party, Tax
from .edifact import Segment, dump, pieces, plain, segment
from .invoic import (
    CENT,
    FREE_TEXT,
    LABEL,
    NAME_LINES,
    STREET_LINES,
    TEXT_LINES,
    Envelope,
    Settings,
    header_texts,
    is_gln,
    price,
    street,
    title,
)

MESSAGE = "1"
DAY = "102"


def write(invoice: Invoice, settings: Settings, envelope: Envelope) -> bytes:
    """Return the interchange that carries one invoice or credit note.

    :raises UnicodeEncodeError: what `invoic.obstacles` finds was not settled before
    """
    message = [*_header(invoice, settings, envelope)]
    for line in invoice.lines:
        message += _line(line, settings)
    message += _summary(invoice)
    # UNH and UNT count too.
    message.append(segment("UNT", str(len(message) + 1), MESSAGE))
    made_at = envelope.made_at
    return dump(
        [
            segment(
                "UNB",
                ("UNOC", "3"),
                (envelope.sender, "14"),
                (settings.receiver, "14"),
                (made_at.strftime("%y%m%d"), made_at.strftime("%H%M")),
                envelope.reference,
                "",
                settings.application,
                *("", "", ""),
                "1" if envelope.test else "",
            ),
            *message,
            segment("UNZ", "1", envelope.reference),
        ]
    )


# ---- HEADER -----------------------------------------------------------------------


def _header(
    invoice: Invoice, settings: Settings, envelope: Envelope
) -> Iterator[Segment]:
    version = ("INVOIC", "D", "96A", "UN", settings.association)
    yield segment("UNH", MESSAGE, version)
    yield segment("BGM", invoice.kind, invoice.number, "9")
    yield _date("137", invoice.issue_date)
    if invoice.delivery_date:
        yield _date("35", invoice.delivery_date)
    for subject, text in header_texts(invoice, settings.mentions):
        yield segment("FTX", subject, "", "", pieces(text, FREE_TEXT, TEXT_LINES))
    yield from _references(invoice, settings)
    yield from _seller(invoice, envelope.sender)
    yield from _buyer(invoice, settings)
    if invoice.delivery:
        yield _party("DP", invoice.delivery, settings.buyer_agency)
    yield segment("CUX", ("2", invoice.currency, "4"))
    yield segment("PAT", "1")
    if invoice.due_date:
        yield _date("13", invoice.due_date)
    yield segment("PAI", ("", "", invoice.payment_means))


def _references(invoice: Invoice, settings: Settings) -> Iterator[Segment]:
    """Engagement and market as they were typed; what is cancelled, or deducted."""
    for qualifier, reference in (("ON", invoice.engagement), ("CT", invoice.market)):
        if reference:
            yield segment("RFF", (qualifier, reference))
    for one in preceding(invoice):
        yield segment("RFF", (settings.original_qualifier, one.number))
        if one.day:
            yield _date("171", one.day)


def _seller(invoice: Invoice, gln: str) -> Iterator[Segment]:
    seller = invoice.seller
    yield _party("SU", seller, "9", identifier=gln)
    if invoice.iban:
        bank = (invoice.bic, "25", "5") if invoice.bic else ""
        yield segment("FII", "RB", invoice.iban, bank)
    elif invoice.bic:
        yield segment("FII", "RB", "", (invoice.bic, "25", "5"))
    yield from _registrations(seller)
    phone, email = plain(seller.phone), plain(seller.email)
    if phone or email:
        yield segment("CTA", "AR")
        for value, kind in ((phone, "TE"), (email, "EM")):
            if value:
                yield segment("COM", (value, kind))


def _buyer(invoice: Invoice, settings: Settings) -> Iterator[Segment]:
    yield _party("BY", invoice.buyer, settings.buyer_agency)
    yield from _registrations(invoice.buyer)
    if invoice.service:
        yield segment("RFF", ("CR", invoice.service))


def _registrations(party: Party) -> Iterator[Segment]:
    for qualifier, number in (("GN", party.siret), ("VA", party.vat)):
        if number:
            yield segment("RFF", (qualifier, number))


def _party(role: str, party: Party, agency: str, identifier: str = "") -> Segment:
    """A party under its SIRET, or under another identifier."""
    address, identifier = party.address, identifier or party.siret
    return segment(
        "NAD",
        role,
        (identifier, "", agency) if identifier else "",
        "",
        pieces(plain(party.name), LABEL, NAME_LINES),
        pieces(street(address), LABEL, STREET_LINES),
        plain(address.city),
        "",
        plain(address.zip),
        address.country,
    )


# ---- LINES ------------------------------------------------------------------------


def _line(line: Line, settings: Settings) -> Iterator[Segment]:
    ean_13 = line.ean if is_gln(line.ean) else ""
    reference = plain(line.reference) or ("" if ean_13 else plain(line.ean))
    yield segment("LIN", str(line.position), "", (ean_13, "EN") if ean_13 else "")
    # 979-0 is music (ISMN): an EAN, and no ISBN.
    if ean_13.startswith(("978", "979")) and not ean_13.startswith("9790"):
        yield segment("PIA", "1", (ean_13, "IB"))
    if reference:
        yield segment("PIA", "5", (reference, "SA"))
    yield segment("IMD", "F", "", ("", "", "", *title(line.name)))
    stated, sign = prices(line), -1 if line.unit_price < 0 else 1
    unit = () if line.unit == "C62" else (line.unit,)
    yield segment("QTY", ("47", decimal(stated.quantity), *unit))
    yield _amount("203", line.total)
    basis = ("", "", decimal(stated.basis)) if stated.basis else ()
    yield segment("PRI", ("AAA", decimal(stated.net), *basis))
    gross = price(line.gross_price * sign)
    if line.discount:
        yield segment("PRI", ("AAB", decimal(gross)))
    if line.public_price:
        yield segment("PRI", ("AAE", decimal(price(line.public_price))))
    yield _tax(line)
    if line.discount:
        given = (line.gross_price * line.quantity - line.total).quantize(
            CENT, ROUND_HALF_UP
        )
        yield segment("ALC", "A", "", "", "", settings.discount_code)
        yield segment("PCD", ("3", decimal(line.discount)))
        yield _amount("8", given)


# ---- SUMMARY ----------------------------------------------------------------------


def _summary(invoice: Invoice) -> Iterator[Segment]:
    yield segment("UNS", "S")
    yield segment("CNT", ("2", str(len(invoice.lines))))
    yield _amount("79", sum((line.total for line in invoice.lines), Decimal(0)))
    yield _amount("125", invoice.untaxed)
    yield _amount("124", invoice.tax)
    yield _amount("77", invoice.total)
    if invoice.paid:
        yield _amount("113", invoice.paid)
    yield _amount("9", invoice.due)
    for row in invoice.taxes:
        yield _tax(row)
        yield _amount("125", row.base)
        yield _amount("124", row.amount)


def _tax(row: Line | Tax) -> Segment:
    rate = ("", "", "", decimal(row.rate))
    return segment("TAX", "7", "VAT", "", "", rate, row.category)


def _amount(qualifier: str, value: Decimal) -> Segment:
    return segment("MOA", (qualifier, f"{value:.2f}"))


def _date(qualifier: str, day: date) -> Segment:
    return segment("DTM", (qualifier, day.strftime("%Y%m%d"), DAY))


def decimal(value: Decimal) -> str:
    """Write a number without exponent nor useless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
