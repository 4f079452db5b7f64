"""What the readable invoice says, ready to print: the template only places it.

Everything comes from the neutral invoice, as the XML does, and by the same functions
where a value is not printed as it is (`prices`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from babel import Locale

from .. import mentions
from ..facturx.cii_nodes import clean
from ..facturx.prices import Prices, prices
from ..invoice import CREDIT_NOTE, Address, DeliveryNote, Invoice, Line, Party, Tax
from ..vat import MARGIN, OVERSEAS, REASONS
from . import french
from .french import NO_BREAK
from .letterhead import Letterhead

_WORDS = {
    "references": "Références à rappeler",
    "lines": "Détail",
    "vat": "TVA",
    "totals": "Totaux",
    "payment": "Règlement",
    "notes": "Observations",
    "mentions": "Mentions légales",
    "page": "Page",
    "by": "au plus tard le",
    "brought": f"Report{NO_BREAK}:",
    "carried": f"À reporter{NO_BREAK}:",
}
# UNTDID 4461, as a clerk calls them.
_MEANS = {
    "10": "espèces",
    "20": "chèque",
    "30": "virement",
    "31": "virement",
    "42": "virement",
    "48": "carte bancaire",
    "49": "prélèvement",
    "54": "carte bancaire",
    "55": "carte bancaire",
    "57": "virement permanent",
    "58": "virement SEPA",
    "59": "prélèvement SEPA",
    "97": "compensation",
}
# Characters that a party's column surely holds, the column of designations, and a line
# of the page.
_WIDE, _NARROW, _WHOLE = 36, 24, 56
# UN/ECE Recommendation 20; a book is counted, and needs no word.
_UNITS = {"C62": "", "HUR": "h", "DAY": "j", "KGM": "kg", "GRM": "g", "LTR": "l"}
_TAXED = ("S", "L", "M", "Z")
# Short enough for a column.
_UNTAXED = {"AE": "autoliq.", "O": "hors TVA"}
_EXEMPT, _ON_MARGIN = "exonéré", "marge"
# Figures of one column stand comma under comma.
_FIGURES = ("quantity", "gross", "net")
_DECIMALS = re.compile(r",\d+$")
# A sole trader says so next to the name (decree 2022-725).
_SOLE_TRADER = re.compile(r"(EI|E\.I\.|[Ee]ntrepreneure? individuel(?:le)?)(?!\w)")


class Column(NamedTuple):
    """A column of the lines; its width is in millimetres, 0 for what is left."""

    key: str
    heading: Sequence[str]
    width: float
    right: bool


class _Row(NamedTuple):
    """A line with what it states of price and quantity."""

    line: Line
    prices: Prices


def title(invoice: Invoice) -> str:
    """Return what the document is called: Facture INV/2026/00001."""
    return f"{_kind(invoice)} {invoice.number}"


def copy_words(sent_on: date | None) -> str:
    """Return what marks a copy, so that nobody books or pays it twice."""
    if sent_on is None:
        return "COPIE – l'original électronique est transmis par Chorus Pro"
    day = french.day(sent_on)
    return f"COPIE – l'original électronique a été transmis par Chorus Pro le {day}"


def page(
    invoice: Invoice, letterhead: Letterhead, copy: str = "", *, reform: bool = False
) -> dict:
    """Return the texts of the page, as the template expects them.

    :param copy: the words that mark a copy, "" for the original
    :param reform: its data are in the reform's words, whose notes it bears
    """
    seller = invoice.seller.name
    day = french.day(invoice.issue_date)
    lines = _lines(invoice, [_Row(line, prices(line)) for line in invoice.lines])
    return {
        "title": title(invoice),
        "author": seller,
        "kind": _kind(invoice).upper(),
        "number": invoice.number,
        "date": day,
        "copy": copy,
        "parties": " – ".join(map(_short, (seller, invoice.buyer.name))),
        "words": _WORDS,
        "accent": letterhead.accent,
        "tint": letterhead.tint,
        "tagline": letterhead.tagline,
        "logo-text": f"Logo de {seller}",
        "footer": _footer(invoice, letterhead),
        "under-title": list(_under_title(invoice)),
        "seller": {"name": seller},
        "parties-of": list(_parties(invoice, letterhead)),
        "references": _references(invoice),
        "columns": [column._asdict() for column in _columns(invoice, lines)],
        "lines": lines,
        "rows": list(_table(invoice)),
        "vat": _vat(invoice),
        "totals": list(_totals(invoice)),
        "asked": _asked(invoice),
        "due": _due(invoice),
        "payment": list(_payment(invoice)),
        "notes": list(map(_prose, clean(invoice.note).splitlines())),
        "mentions": list(_mentions(invoice, letterhead, reform=reform)),
    }


def _short(name: str) -> str:
    """Return a name as the top of the following pages has room for it."""
    return name if len(name) <= _WIDE else f"{name[:_WIDE].rstrip()}…"


def _prose(text: str) -> str:
    """Return what a person wrote, ready for a line of the page."""
    return french.breakable(french.sentence(text), _WHOLE)


def _kind(invoice: Invoice) -> str:
    if invoice.kind == CREDIT_NOTE:
        return "Avoir"
    return "Facture d'acompte" if invoice.is_deposit else "Facture"


# --- who, to whom --------------------------------------------------------------------


def _under_title(invoice: Invoice) -> Iterator[str]:
    if invoice.original_number:
        credit = invoice.kind == CREDIT_NOTE
        of = "Avoir sur la facture" if credit else "Se rapporte à la pièce"
        of += f" n°{NO_BREAK}{invoice.original_number}"
        if invoice.original_date:
            of += f" du {french.day(invoice.original_date)}"
        yield of
    for deposit in invoice.deposits:
        of = f"Acompte déduit{NO_BREAK}: facture n°{NO_BREAK}{deposit.number}"
        yield f"{of} du {french.day(deposit.day)}" if deposit.day else of
    if invoice.frame == "A2":
        on = f" le {french.day(invoice.paid_on)}" if invoice.paid_on else ""
        yield f"Facture déjà payée{on}, à ne pas régler"


def _parties(invoice: Invoice, letterhead: Letterhead) -> Iterator[dict]:
    seller, buyer = invoice.seller, invoice.buyer
    name, _rest = _seller(seller.name, letterhead.registration)
    named = replace(seller, name=name)
    yield _party("Émetteur", named, "SIRET émetteur", contact=True)
    yield _party("Destinataire", buyer, "SIRET destinataire")
    if invoice.delivery:
        yield _party("Adresse de livraison", invoice.delivery, "")


def _party(heading: str, party: Party, siret: str, *, contact: bool = False) -> dict:
    numbers = [
        (siret, french.siret(party.siret)),
        ("TVA", french.vat_number(party.vat)),
        ("Gencod", party.gln),
    ]
    reach = [party.phone, party.email] if contact else []
    lines = [*_address(party.address), *reach]
    return {
        "heading": heading,
        "name": french.breakable(party.name, _NARROW),
        "address": [
            french.breakable(line, _WIDE) for line in map(clean, lines) if line
        ],
        "numbers": [
            (f"{name}{NO_BREAK}:", value) for name, value in numbers if name and value
        ],
    }


def _address(address: Address) -> list[str]:
    town = " ".join(filter(None, (address.zip, address.city)))
    here = address.country in OVERSEAS | {"FR", ""}
    names = Locale("fr").territories
    country = "" if here else names.get(address.country, address.country)
    return [*clean(address.street).splitlines(), address.street2, town, country]


def _seller(name: str, registration: str) -> tuple[str, str]:
    """Return the name of who sells, a sole trader's with the words that say so, and
    the rest of the registration."""
    found = _SOLE_TRADER.match(registration)
    if not found:
        return name, registration
    rest = registration[found.end() :].lstrip(" –-,:")
    return name if _SOLE_TRADER.search(name) else f"{name} {found[0]}", rest


# --- references ----------------------------------------------------------------------


def _references(invoice: Invoice) -> dict:
    main = [
        ("Code service", invoice.service, _prose(invoice.service_name)),
        ("N° d'engagement", invoice.engagement, ""),
        ("N° de marché", invoice.market, ""),
    ]
    main = [one for one in main if clean(one[1])]
    others = [(name, value) for name, value in _others(invoice) if value]
    long = any(len(value) > _WIDE for _name, value, _words in main)
    return {
        "main": main,
        "columns": 1 if long else max(len(main), 1),
        "others": [
            (f"{name}{NO_BREAK}:", french.breakable(value, _WHOLE))
            for name, value in others
        ],
    }


def _others(invoice: Invoice) -> Iterator[tuple[str, str]]:
    known = (invoice.service, invoice.engagement, invoice.market)
    yield "Service", "" if clean(invoice.service) else invoice.service_name
    if invoice.customer_reference not in known:
        is_credit = invoice.kind == CREDIT_NOTE
        name = "Motif" if is_credit else "N° de bon de commande"
        yield name, french.sentence(invoice.customer_reference)
    yield "N° de bon de livraison", ", ".join(_delivered(invoice.delivery_notes))
    yield "Date de livraison", french.day(invoice.delivery_date or invoice.issue_date)
    name, nature = mentions.nature(invoice).split(f"{NO_BREAK}:", 1)
    yield name, nature.strip()


def _delivered(notes: Iterable[DeliveryNote]) -> Iterator[str]:
    """Yield the numbers of delivery notes, those of one day together."""
    for day, same in groupby(notes, lambda note: note.day):
        numbers = ", ".join(note.number for note in same)
        yield f"{numbers} du {french.day(day)}" if day else numbers


# --- lines ---------------------------------------------------------------------------


def _columns(invoice: Invoice, cells: Sequence[dict]) -> Iterator[Column]:
    """Yield the columns that have something to say, as wide as what they say."""
    untaxed = ["HT"] if _taxed(invoice) else []
    for key, heading, least, right in (
        ("position", ["N°"], 6, True),
        ("ean", ["ISBN / EAN"], 0, False),
        ("name", ["Désignation"], 0, False),
        ("quantity", ["Qté"], 9, True),
        ("public", ["Prix public", "TTC"], 15, True),
        ("gross", ["Prix brut", *untaxed], 13, True),
        ("discount", ["Remise"], 12, True),
        ("net", ["Prix net", *untaxed], 12, True),
        ("rate", ["TVA"], 11, True),
        ("total", ["Montant", *untaxed], 16, True),
    ):
        texts = [cell[key] + cell["hidden"].get(key, "") for cell in cells]
        if key == "name":
            yield Column(key, heading, 0, right)
        elif any(texts) or key == "total":
            width = max(map(_width, texts), default=0)
            yield Column(key, heading, max(least, round(width, 1)), right)


def _width(text: str) -> float:
    """Return about how many millimetres a cell takes, its margins included."""
    digits = sum(sign.isdigit() for sign in text)
    return 2.5 + 1.85 * digits + 0.95 * (len(text) - digits)


def _lines(invoice: Invoice, rows: Sequence[_Row]) -> list[dict]:
    carried, lines = Decimal(0), []
    for row in rows:
        carried += row.line.total
        lines.append(_line(invoice, row) | {"carried": french.money(carried)})
    _align(lines)
    return lines


def _align(lines: Sequence[dict]) -> None:
    """Say what each figure lacks to be as long after the comma as its column.

    It is drawn without ink: comma stands under comma.
    """
    for line in lines:
        line["hidden"] = {}
    for key in _FIGURES:
        parts = [_DECIMALS.search(line[key]) for line in lines]
        tails = [found[0] if found else "" for found in parts]
        longest = max(map(len, tails), default=0)
        for line, tail in zip(lines, tails, strict=True):
            if line[key][-1:].isdigit() and " les " not in line[key]:
                missing = ("," + "0" * longest)[:longest]
                line["hidden"][key] = missing[len(tail) :]


def _line(invoice: Invoice, row: _Row) -> dict:
    line, (quantity, net, basis, gross) = row
    unit = _UNITS.get(line.unit, line.unit)
    details = [*filter(None, clean(line.description).splitlines())]
    if line.reference and line.reference != line.ean:
        details[-1:] = [" · ".join([*details[-1:], f"Réf.{NO_BREAK}{line.reference}"])]
    price = french.number(net, 2)
    if basis is not None:
        price += f" les {french.number(basis)}"
    return {
        "position": str(line.position),
        "ean": line.ean,
        "name": french.breakable(french.sentence(line.name), _NARROW),
        "details": [
            french.breakable(french.sentence(text), _NARROW) for text in details
        ],
        "quantity": NO_BREAK.join(filter(None, (french.number(quantity), unit))),
        "public": french.number(line.public_price, 2) if line.public_price else "",
        "gross": "" if gross is None else french.number(gross, 2),
        "discount": french.percent(line.discount) if line.discount else "",
        "allowance": "" if gross is None else french.number(gross - net, 2),
        "net": price,
        "rate": _rate(invoice, line) if _taxed(invoice) else "",
        "total": french.money(line.total),
    }


def _rate(invoice: Invoice, row: Line | Tax) -> str:
    """Return the rate of a line or of a row of VAT, or why it has none."""
    if row.category in _TAXED:
        return french.percent(row.rate)
    codes = {
        tax.exemption_code for tax in invoice.taxes if tax.category == row.category
    }
    if codes and codes <= set(MARGIN):
        return _ON_MARGIN
    return _UNTAXED.get(row.category, _EXEMPT)


def _table(invoice: Invoice) -> Iterator[dict]:
    """Yield lines under the titles they stand under, with a subtotal for each."""
    section = subsection = ""
    subtotal = Decimal(0)
    for at, line in enumerate(invoice.lines):
        if line.section != section:
            yield from _subtotal(section, subtotal)
            section, subsection, subtotal = line.section, "", Decimal(0)
            if section:
                yield {"kind": "section", "words": section}
        if line.subsection != subsection:
            subsection = line.subsection
            if subsection:
                yield {"kind": "subsection", "words": subsection}
        subtotal += line.total
        yield {"kind": "line", "at": at}
    yield from _subtotal(section, subtotal)


def _subtotal(section: str, amount: Decimal) -> Iterator[dict]:
    if section:
        words = f"Sous-total {section}"
        yield {"kind": "subtotal", "words": words, "value": french.money(amount)}


# --- amounts -------------------------------------------------------------------------


def _taxed(invoice: Invoice) -> bool:
    """Tell whether VAT has a place on the page: it must have none under the margin."""
    return any(tax.category in _TAXED for tax in invoice.taxes)


def _vat(invoice: Invoice) -> dict:
    """Return the breakdown by rate, and why no VAT is charged where it is not."""
    rows = [_vat_row(_rate(invoice, tax), tax) for tax in invoice.taxes]
    reasons = "\n".join(
        clean(tax.exemption_reason) or REASONS.get(tax.category, "")
        for tax in invoice.taxes
    )
    said = [*reasons.splitlines(), mentions.debits(invoice)]
    return {
        "headings": ("Taux", "Base HT", "TVA", "TTC"),
        "rows": rows if _taxed(invoice) else [],
        "mentions": [
            french.sentence(one)
            for one in dict.fromkeys(filter(None, map(clean, said)))
        ],
    }


def _vat_row(rate: str, tax: Tax) -> tuple[str, str, str, str]:
    total = french.money(tax.base + tax.amount)
    if rate == _ON_MARGIN:
        # No VAT may be read there, nor worked out (CGI, article 297 E).
        return rate, "", "", total
    return rate, french.money(tax.base), french.money(tax.amount), total


def _totals(invoice: Invoice) -> Iterator[tuple[str, str]]:
    currency = invoice.currency
    if _taxed(invoice):
        yield "Total HT", french.money(invoice.untaxed, currency)
        yield "TVA", french.money(invoice.tax, currency)
        if invoice.tax_in_euros is not None:
            yield "soit en euros", french.money(invoice.tax_in_euros, "EUR")
        yield "Total TTC", french.money(invoice.total, currency)
    else:
        yield "Total", french.money(invoice.total, currency)
    if invoice.rounding:
        yield "Arrondi", french.money(invoice.rounding, currency)
    if invoice.paid:
        yield "Déjà payé", french.money(invoice.paid, currency)


def _asked(invoice: Invoice) -> tuple[str, str]:
    words = "Net à votre crédit" if invoice.kind == CREDIT_NOTE else "Net à payer"
    return words, french.money(invoice.due, invoice.currency)


def _due(invoice: Invoice) -> str:
    """Return the last day to pay (BT-9); a credit note has none."""
    if invoice.kind == CREDIT_NOTE or not invoice.due:
        return ""
    day = invoice.due_date or (None if invoice.payment_terms else invoice.issue_date)
    return french.day(day) if day else ""


def _payment(invoice: Invoice) -> Iterator[tuple[str, str, bool]]:
    """Yield where and when to pay; a credit note asks for no payment."""
    if invoice.kind == CREDIT_NOTE:
        return
    transfer = bool(_MEANS.get(invoice.payment_means) == "virement" and invoice.due)
    for name, value, large in (
        ("IBAN", french.iban(invoice.iban), transfer),
        ("BIC", invoice.bic, transfer),
        ("Titulaire", invoice.seller.name if invoice.iban else "", False),
        ("Mode de règlement", _MEANS.get(invoice.payment_means, ""), False),
        ("Référence du virement", invoice.number if transfer else "", False),
        ("Conditions", _prose(clean(invoice.payment_terms)), False),
    ):
        if value:
            yield f"{name}{NO_BREAK}:", value, large


# --- the law -------------------------------------------------------------------------


def _mentions(
    invoice: Invoice, letterhead: Letterhead, *, reform: bool
) -> Iterator[str]:
    """Yield the terms of payment, the three notes, who sells.

    A credit note asks for no payment: it bears the notes where its data must.
    """
    credit = invoice.kind == CREDIT_NOTE
    if not credit and invoice.due:
        yield mentions.terms(invoice)
    if not credit or reform:
        yield from mentions.notes(invoice).values()
    yield " – ".join(_footer(invoice, letterhead))


def _footer(invoice: Invoice, letterhead: Letterhead) -> list[str]:
    """Return who sells, then the shop's own lines."""
    seller = invoice.seller
    name, registration = _seller(seller.name, letterhead.registration)
    sole = registration != letterhead.registration
    who = (
        (name, registration)
        if sole
        else (", ".join(filter(None, (name, registration))),)
    )
    identity = (
        *who,
        f"SIRET {french.siret(seller.siret)}" if seller.siret else "",
        f"TVA {french.vat_number(seller.vat)}" if seller.vat else "",
        f"Gencod {seller.gln}" if seller.gln else "",
    )
    lines = (" – ".join(filter(None, identity)), *letterhead.footer)
    return [french.sentence(line) for line in lines]
