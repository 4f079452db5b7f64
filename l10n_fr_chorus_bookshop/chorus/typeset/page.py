"""What the readable invoice says, ready to print: the template only places it.

Everything comes from the neutral invoice, as the XML does, and by the same functions
where a value is not printed as it is (`prices`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from babel import Locale

from .. import mentions
from ..invoice import CREDIT_NOTE, Address, DeliveryNote, Invoice, Party
from ..text import cleaned
from ..vat import OVERSEAS
from . import french
from .french import NO_BREAK
from .letterhead import Letterhead
from .table import NARROW, table

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
# Characters that a party's column surely holds, and a line of the page.
_WIDE, _WHOLE = 36, 56
# Rows at the foot of a page, and the characters that one surely holds.
_FOOT_ROWS, _FOOT_ROW = 4, 130
# A sole trader says so next to the name (decree 2022-725).
_SOLE_TRADER = re.compile(r"(EI|E\.I\.|[Ee]ntrepreneure? individuel(?:le)?)(?!\w)")


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
    invoice = cleaned(invoice)
    seller = invoice.seller.name
    day = french.day(invoice.issue_date)
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
        "footer": list(_foot(_footer(invoice, letterhead))),
        "under-title": list(_under_title(invoice)),
        "seller": {"name": seller},
        "parties-of": list(_parties(invoice, letterhead)),
        "references": _references(invoice),
        **table(invoice),
        "asked": _asked(invoice),
        "due": _due(invoice),
        "payment": list(_payment(invoice)),
        "notes": list(map(_prose, invoice.note.splitlines())),
        "mentions": _mentions(invoice, letterhead, reform=reform),
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
        "name": french.breakable(party.name, NARROW),
        "address": [
            french.breakable(line, _WIDE) for line in map(str.strip, lines) if line
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
    return [*address.street.splitlines(), address.street2, town, country]


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
    main = [one for one in main if one[1]]
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


def _others(invoice: Invoice) -> list[tuple[str, str]]:
    known = (invoice.service, invoice.engagement, invoice.market)
    reference = invoice.customer_reference
    given = "Motif" if invoice.kind == CREDIT_NOTE else "N° de bon de commande"
    notes = ", ".join(_delivered(invoice.delivery_notes))
    nature, goods = mentions.nature(invoice).split(f"{NO_BREAK}:", 1)
    delivered_on = french.day(invoice.delivery_date or invoice.issue_date)
    return [
        ("Service", "" if invoice.service else invoice.service_name),
        (given, "" if reference in known else french.sentence(reference)),
        ("N° de bon de livraison", notes),
        ("Date de livraison", delivered_on),
        (nature, goods.strip()),
    ]


def _delivered(notes: Iterable[DeliveryNote]) -> Iterator[str]:
    """Yield the numbers of delivery notes, those of one day together."""
    numbers_of = defaultdict(list)
    for note in notes:
        numbers_of[note.day].append(note.number)
    for day, several in numbers_of.items():
        numbers = ", ".join(several)
        yield f"{numbers} du {french.day(day)}" if day else numbers


# --- payment -------------------------------------------------------------------------


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
        ("Conditions", _prose(invoice.payment_terms), False),
    ):
        if value:
            yield f"{name}{NO_BREAK}:", value, large


# --- the law -------------------------------------------------------------------------


def _mentions(invoice: Invoice, letterhead: Letterhead, *, reform: bool) -> list[str]:
    """Return the terms of payment, the three notes, who sells.

    A credit note asks for no payment: it bears the notes where its data must.
    """
    credit = invoice.kind == CREDIT_NOTE
    terms = [mentions.terms(invoice)] if not credit and invoice.due else []
    notes = mentions.notes(invoice).values() if not credit or reform else []
    return [*terms, *notes, " – ".join(_footer(invoice, letterhead))]


def _foot(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines for which the foot of a page has room; all are in the body."""
    room = _FOOT_ROWS
    for line in lines:
        room -= -(-len(line) // _FOOT_ROW)
        if room < 0:
            return
        yield line


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
