"""What the readable invoice says, ready to print: the template only places it.

Everything comes from the neutral invoice, as the XML does, and by the same functions
where a value is not printed as it is (`prices`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from babel import Locale

from .. import mentions
from ..invoice import CREDIT_NOTE, Address, DeliveryNote, Invoice, Party
from ..text import cleaned
from ..vat import OVERSEAS
from .letterhead import Letterhead
from .table import NARROW, NO_BREAK, table

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
# Characters that the columns of designations and of a party surely hold, and a line
# of the page.
_NARROW, _WIDE, _WHOLE = 24, 36, 56
# Rows at the foot of a page, and the characters that one surely holds.
_FOOT_ROWS, _FOOT_ROW = 4, 130
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_DOUBLE_SIGNS = re.compile(r"\s+([:;!?%€»])")
_OPENING = re.compile(r"«\s+")
# In a word too long for its column, what a line may keep of it.
_PART = re.compile(r"\S{12}(?=\S)")
_ZERO_WIDTH = "\u200b"
# A sole trader says so next to the name (decree 2022-725).
_SOLE_TRADER = re.compile(r"(EI|E\.I\.|[Ee]ntrepreneure? individuel(?:le)?)(?!\w)")


def title(invoice: Invoice) -> str:
    """Return what the document is called: Facture INV/2026/00001."""
    return f"{_kind(invoice)} {invoice.number}"


def copy_words(sent_on: date | None) -> str:
    """Return what marks a copy, so that nobody books or pays it twice."""
    if sent_on is None:
        return "COPIE – l'original électronique est transmis par Chorus Pro"
    day = french_day(sent_on)
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
    identity = _identity(invoice, letterhead)
    tables = _worded(table(invoice))
    return {
        "title": title(invoice),
        "author": seller,
        "kind": _kind(invoice).upper(),
        "number": invoice.number,
        "date": french_day(invoice.issue_date),
        "copy": copy,
        "parties": " – ".join(map(_short, (seller, invoice.buyer.name))),
        "words": _WORDS,
        "accent": letterhead.accent,
        "tint": letterhead.tint,
        "tagline": letterhead.tagline,
        "logo-text": f"Logo de {seller}",
        "footer": [breakable(one, _WHOLE) for one in _foot(identity)],
        "under-title": list(_under_title(invoice)),
        "seller": {"name": seller},
        "parties-of": list(_parties(invoice, letterhead)),
        "references": _references(invoice),
        **tables,
        **_payment(invoice, tables["asked"]),
        "notes": prose(invoice.note.splitlines(), _WHOLE),
        "mentions": _mentions(invoice, identity, reform=reform),
    }


def _worded(said: dict) -> dict:
    """Set in French what people and the law say in the table."""
    for line in said["lines"]:
        line["name"], *line["details"] = prose(
            [line["name"], *line["details"]], _NARROW
        )
    said["vat"]["mentions"] = list(map(sentence, said["vat"]["mentions"]))
    return said


def _short(name: str) -> str:
    """Return a name as the top of the following pages has room for it."""
    return name if len(name) <= _WIDE else f"{name[:_WIDE].rstrip()}…"


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
            of += f" du {french_day(invoice.original_date)}"
        yield of
    for deposit in invoice.deposits:
        of = f"Acompte déduit{NO_BREAK}: facture n°{NO_BREAK}{deposit.number}"
        yield f"{of} du {french_day(deposit.day)}" if deposit.day else of
    if invoice.frame == "A2":
        on = f" le {french_day(invoice.paid_on)}" if invoice.paid_on else ""
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
    reach = [party.phone, party.email] if contact else []
    lines = filter(None, map(str.strip, [*_address(party.address), *reach]))
    numbers = [
        (siret, grouped_siret(party.siret)),
        ("TVA", grouped_vat(party.vat)),
        ("Gencod", party.gln),
    ]
    return {
        "heading": heading,
        "name": breakable(party.name, _NARROW),
        "address": [breakable(line, _WIDE) for line in lines],
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
    others = [(name, value) for name, value in _others(invoice) if value]
    named = breakable(sentence(invoice.service_name), _WHOLE)
    main = [
        ("Code service", invoice.service, named),
        ("N° d'engagement", invoice.engagement, ""),
        ("N° de marché", invoice.market, ""),
    ]
    main = [one for one in main if one[1]]
    long = any(len(value) > _WIDE for _name, value, _words in main)
    return {
        "main": main,
        "columns": 1 if long else max(len(main), 1),
        "others": [
            (f"{name}{NO_BREAK}:", breakable(value, _WHOLE)) for name, value in others
        ],
    }


def _others(invoice: Invoice) -> list[tuple[str, str]]:
    known = (invoice.service, invoice.engagement, invoice.market)
    reference = invoice.customer_reference
    given = "Motif" if invoice.kind == CREDIT_NOTE else "N° de bon de commande"
    notes = ", ".join(_delivered(invoice.delivery_notes))
    nature, goods = mentions.nature(invoice).split(f"{NO_BREAK}:", 1)
    delivered_on = invoice.delivery_date or invoice.issue_date
    return [
        ("Service", "" if invoice.service else invoice.service_name),
        (given, "" if reference in known else sentence(reference)),
        ("N° de bon de livraison", notes),
        ("Date de livraison", french_day(delivered_on)),
        (nature, goods.strip()),
    ]


def _delivered(notes: Iterable[DeliveryNote]) -> Iterator[str]:
    """Yield the numbers of delivery notes, those of one day together."""
    numbers_of = defaultdict(list)
    for note in notes:
        numbers_of[note.day].append(note.number)
    for day, several in numbers_of.items():
        numbers = ", ".join(several)
        yield f"{numbers} du {french_day(day)}" if day else numbers


# --- payment -------------------------------------------------------------------------


def _payment(invoice: Invoice, due: str) -> dict:
    """Return what is asked, until when (BT-9), where and how to pay it.

    A credit note asks for no payment.

    :param due: the amount, as it is written
    """
    credit = invoice.kind == CREDIT_NOTE
    last = invoice.due_date or (None if invoice.payment_terms else invoice.issue_date)
    means = _MEANS.get(invoice.payment_means, "")
    transfer = bool(means == "virement" and invoice.due)
    told = (
        ("IBAN", grouped_iban(invoice.iban), transfer),
        ("BIC", invoice.bic, transfer),
        ("Titulaire", invoice.seller.name if invoice.iban else "", False),
        ("Mode de règlement", means, False),
        ("Référence du virement", invoice.number if transfer else "", False),
        ("Conditions", *prose([invoice.payment_terms], _WHOLE), False),
    )
    return {
        "asked": ("Net à votre crédit" if credit else "Net à payer", due),
        "due": french_day(last) if last and invoice.due and not credit else "",
        "payment": [
            (f"{name}{NO_BREAK}:", value, large)
            for name, value, large in told
            if value and not credit
        ],
    }


# --- the law -------------------------------------------------------------------------


def _mentions(invoice: Invoice, identity: Sequence[str], *, reform: bool) -> list[str]:
    """Return the terms of payment, the three notes, who sells.

    A credit note asks for no payment: it bears the notes where its data must.
    """
    credit = invoice.kind == CREDIT_NOTE
    terms = [mentions.terms(invoice)] if not credit and invoice.due else []
    notes = mentions.notes(invoice).values() if not credit or reform else []
    said = [*terms, *notes, " – ".join(identity)]
    return [breakable(one, _WHOLE) for one in said]


def _foot(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines for which the foot of a page has room; all are in the body."""
    room = _FOOT_ROWS
    for line in lines:
        room -= -(-len(line) // _FOOT_ROW)
        if room < 0:
            return
        yield line


def _identity(invoice: Invoice, letterhead: Letterhead) -> list[str]:
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
        f"SIRET {grouped_siret(seller.siret)}" if seller.siret else "",
        f"TVA {grouped_vat(seller.vat)}" if seller.vat else "",
        f"Gencod {seller.gln}" if seller.gln else "",
    )
    lines = (" – ".join(filter(None, identity)), *letterhead.footer)
    return list(map(sentence, lines))


# --- French typography --------------------------------------------------------------


def french_day(value: date) -> str:
    """Write a date in full; the template raises the *er* of the first."""
    first = "1er" if value.day == 1 else str(value.day)
    month = _MONTHS[value.month - 1]
    return f"{first}{NO_BREAK}{month}{NO_BREAK}{value.year}"


def grouped_siret(value: str) -> str:
    """Group a SIRET 3-3-3-5, as INSEE does."""
    return _grouped(value, (3, 3, 3, 5))


def grouped_iban(value: str) -> str:
    """Group an IBAN by fours."""
    return NARROW.join(re.findall(".{1,4}", "".join(value.split())))


def grouped_vat(value: str) -> str:
    """Group a French VAT number: country, key, SIREN; others stay as they are."""
    is_french = re.fullmatch(r"FR\w{2}\d{9}", value)
    return _grouped(value, (2, 2, 9)) if is_french else value


def sentence(text: str) -> str:
    """Hold the signs that French parts by a space to the word before them."""
    text = _DOUBLE_SIGNS.sub(rf"{NO_BREAK}\1", text)
    return _OPENING.sub(f"«{NO_BREAK}", text)


def prose(texts: Iterable[str], most: int) -> list[str]:
    """Write what people wrote, in a column that surely holds `most` characters."""
    return [breakable(sentence(text), most) for text in texts]


def breakable(text: str, most: int) -> str:
    """Let a word longer than `most` characters be cut, without a hyphen."""
    return re.sub(
        rf"\S{{{most},}}",
        lambda word: _PART.sub(lambda part: part[0] + _ZERO_WIDTH, word[0]),
        text,
    )


def _grouped(value: str, sizes: tuple[int, ...]) -> str:
    if len(value) != sum(sizes):
        return value
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return NARROW.join(parts)
