"""What records say, as values of the neutral invoice: Decimal, text, never False."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from odoo.tools import html2plaintext, is_html_empty
from odoo.tools.misc import get_lang

from ....chorus import mentions, vat
from ....chorus.invoice import Address, Party

ZERO = Decimal(0)
PRICE_DIGITS = 6  # Chorus Pro stores prices as 19,6 (AIFE external specifications)
# Marks of direction, which a paste from elsewhere brings and nobody sees.
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Core's own words, which it leaves in English whatever the language asked.
UNTRANSLATED = re.compile(
    "(Payment terms: |Exempt intra-community supplies|VAT Reverse charge)"
)
FRENCH = "fr_FR"
PARTNER_FIELDS = (
    *("name", "complete_name", "company_registry", "vat", "email", "phone", "lang"),
    "l10n_fr_chorus_payment_days",
    *("street", "street2", "zip", "city", "country_id"),
)
SOLD = ("product", "epd")
HUNDRED = Decimal(100)
CENTS = 2
TAXED = ("S", "L", "M")
EXEMPTION = "ubl_cii_tax_exemption_reason_code"


def amount(value: float, digits: int) -> Decimal:
    """Return a stored amount, rounded to the currency; never a negative zero."""
    return Decimal(f"{value:.{digits}f}") + ZERO


def number(value: float) -> Decimal:
    """Return a quantity, price or rate without the noise of its binary form."""
    return Decimal(f"{value:.{PRICE_DIGITS}f}".rstrip("0").rstrip(".")) + ZERO


def text(value: str | bool) -> str:
    """Return a text as it leaves: composed (NFC), without marks of direction."""
    return BIDI.sub("", unicodedata.normalize("NFC", value or ""))


def texts(record, names: tuple[str, ...]) -> dict[str, str]:
    """Return several fields of a record as `text`, by their names."""
    return {name: text(record[name]) for name in names}


def plain(html: str | bool) -> str:
    """Return the text of an HTML field, "" when nothing would be seen of it."""
    return "" if is_html_empty(html) else text(html2plaintext(html)).strip()


def spoken(record, name: str) -> str:
    """Return an HTML field in the language of `record`, "" where core has none.

    Core's own terms and mentions stay English in French: better none than these.
    """
    words = plain(record[name])
    english = (record.env.lang or "").startswith("en")
    return "" if UNTRANSLATED.match(words) and not english else words


def compact(code: str | bool) -> str:
    """Return a SIRET or VAT number without the spaces people type in it."""
    return "".join(text(code).split())


def vat_number(code: str | bool) -> str:
    """Return a VAT number, "" for what says that there is none ("/", "NA", "-")."""
    found = compact(code).upper()
    return found if any(map(str.isdigit, found)) else ""


# ---- PARTIES


@dataclass(frozen=True, slots=True)
class Sale:
    """Who sells to whom, on which VAT depends.

    :ivar seller: country code of the seller
    :ivar buyer: country code of the buyer
    :ivar franchise: the seller has no VAT number (CGI, article 293 B)
    :ivar lang: language of the buyer
    :ivar day: of the invoice, whose law words its mentions
    """

    seller: str
    buyer: str
    franchise: bool = False
    lang: str = ""
    day: date = date.max

    @property
    def overseas(self) -> bool:
        """To, from or between territories of France whose VAT is another (art. 294)."""
        return bool(vat.OVERSEAS & {self.seller, self.buyer})


def read(move, day: date) -> tuple[dict, str, Sale]:
    """Return the parties and the files, the note, and who sells to whom.

    :param day: of the invoice
    """
    seller = _seller(move.company_id)
    sale = Sale(
        _country(move.company_id.partner_id),
        _country(move.commercial_partner_id),
        franchise=not seller.vat,
        lang=_language(move.partner_id),
        day=day,
    )
    said = {
        "seller": seller,
        "buyer": _buyer(move),
        "delivery": _delivery(move),
        "files": neutral_files(move),
    }
    return said, plain(move.narration), sale


def neutral_files(move) -> tuple[tuple[str, int], ...]:
    """Return name and size in bytes of each file that goes with an invoice."""
    files = move.sudo().l10n_fr_chorus_attachment_ids
    return tuple((text(file.name), file.file_size or 0) for file in files)


def _language(partner) -> str:
    """Return the language in which to write to a partner: its own, else French.

    Another one where that is not installed.
    """
    lang = partner.lang or partner.commercial_partner_id.lang or FRENCH
    return get_lang(partner.env, lang).code


def _seller(company) -> Party:
    """Return the company that invoices, under its own SIRET."""
    party = _party(company.partner_id, company.sudo().root_id.partner_id)
    return replace(
        party,
        gln=company.l10n_fr_chorus_gln or "",
        address_id=company.l10n_fr_chorus_address_id or "",
    )


def _buyer(move) -> Party:
    """Return the body invoiced.

    The establishment with a SIRET of its own is the debtor; a contact without one is
    invoiced under the SIRET of the entity it belongs to.
    """
    return _party(move.partner_id, move.commercial_partner_id)


def _delivery(move) -> Party | None:
    """Return where the goods went, None when that is where the invoice goes."""
    place = move.partner_shipping_id
    if not place or place == move.partner_id:
        return None
    return _party(place, place.commercial_partner_id)


def _country(partner) -> str:
    """Return the ISO 3166-1 code of a partner's country, "" when it has none.

    A contact of a town without country is in its town's.
    """
    while partner and not partner.country_id:
        partner = partner.parent_id
    return partner.country_id.code or ""


def _party(partner, entity) -> Party:
    """Describe a partner; what only its commercial entity knows comes from there."""
    place = partner if partner.city or partner.zip else entity
    code = _country(place)
    return Party(
        name=text((partner.name and partner.complete_name) or entity.name),
        siret=compact(partner.company_registry or entity.company_registry),
        vat=vat_number(partner.vat) or vat_number(entity.vat),
        address=Address(
            **texts(place, ("street", "street2", "zip", "city")), country=code
        ),
        **texts(partner, ("email", "phone")),
    )


# ---- VAT


@dataclass(frozen=True, slots=True)
class Vat:
    """How a line is taxed.

    :ivar reason: why no VAT is charged
    :ivar code: VATEX code of that reason, "" without any
    :ivar included: prices hold this tax
    :ivar on_payment: the tax is due when the customer pays
    """

    category: str
    rate: Decimal
    reason: str = ""
    code: str = ""
    included: bool = False
    on_payment: bool = False


class Item(NamedTuple):
    """A journal item of an invoice.

    :ivar record: account.move.line
    :ivar words: what it is called
    :ivar total: its amount, as the invoice shows it
    :ivar vat: how it is taxed, or which VAT it is; None for what is neither
    :ivar prices: quantity and prices, of what is a line of the invoice
    :ivar in_books: of VAT, its amount in the currency of the books
    """

    record: object
    words: str
    total: Decimal
    vat: Vat | None = None
    prices: dict | None = None
    in_books: Decimal = ZERO


def read_items(move, sale: Sale, digits: int, known: dict) -> list[Item]:
    """Return the journal items of a saved invoice, as they are shown.

    :param move: account.move
    :param digits: decimals of the invoice's currency
    :param known: the VAT of taxes looked at before, filled on the way
    """
    items, sign = move.line_ids, move.direction_sign
    apart = _charges(items.filtered(lambda item: item.display_type in SOLD))
    found = []
    for item in items.sorted(_rank):
        words = text(item.name).strip()
        total = amount(sign * item.amount_currency, digits)
        kind, levied = item.display_type, item.tax_line_id
        if kind in SOLD or (kind == "tax" and levied in apart):
            taxed = _restored(item, _read_vat(item.tax_ids, sale, known), sale)
            prices = _prices(item, taxed, total)
            found.append(Item(item, words, total, taxed, prices=prices))
        elif levied and levied not in apart:
            taxed = _read_vat(levied, sale, known)
            in_books = amount(sign * item.balance, CENTS)
            found.append(Item(item, words, total, taxed, in_books=in_books))
        else:
            found.append(Item(item, words, total))
    return found


def _rank(item) -> tuple[bool, int]:
    """Early payment discounts come last, whatever their sequence."""
    return item.display_type == "epd", item.sequence


def _read_vat(taxes, sale: Sale, known: dict) -> Vat:
    """Return the VAT of one combination of taxes, each looked at once."""
    key = (tuple(taxes.ids), sale)
    if key not in known:
        found = _vat_taxes(taxes)
        known[key] = Vat(vat.UNTOLD, ZERO) if len(found) > 1 else _vat(found, sale)
    return known[key]


def _vat_taxes(taxes):
    """Return the VAT among taxes; several where it cannot be told.

    A tax in per cent is VAT when it is alone; else when it alone has the category of
    VAT, or alone a rate of VAT. The others are charges.
    """
    flat = taxes.flatten_taxes_hierarchy()
    in_per_cent = flat.filtered(lambda tax: tax.amount_type != "fixed")
    if len(in_per_cent) <= 1:
        return in_per_cent
    likely = in_per_cent.filtered("ubl_cii_tax_category_code") or in_per_cent.filtered(
        lambda tax: number(tax.amount) in vat.RATES
    )
    return likely if len(likely) == 1 else in_per_cent


def _charges(items):
    """Return the taxes that are no VAT: amounts per unit, dock dues and the like.

    :param items: the lines that bear taxes
    """
    apart = items.tax_ids.browse()
    for taxes in {item.tax_ids for item in items}:
        found = _vat_taxes(taxes)
        if len(found) <= 1:
            apart |= taxes.flatten_taxes_hierarchy() - found
    return apart


def _vat(tax, sale: Sale) -> Vat:
    category = _category(tax, sale)
    exempt = category in vat.EXEMPT
    return Vat(
        category,
        number(tax.amount) if category in TAXED else ZERO,
        _reason(tax, category, sale) if exempt else "",
        _code(tax, category, sale) if exempt else "",
        tax.price_include,
        tax.tax_exigibility == "on_payment",
    )


def _category(tax, sale: Sale) -> str:
    """Return the UNTDID 5305 code of a tax: the one set on it, else a deduced one."""
    if tax.ubl_cii_tax_category_code:
        return tax.ubl_cii_tax_category_code
    if tax.has_negative_factor:
        return vat.REVERSE_CHARGE
    if tax.amount:
        return vat.STANDARD
    if not tax:
        exempt = sale.franchise or sale.overseas
        return vat.EXEMPT_ROW if exempt else vat.NONE
    if sale.seller == sale.buyer or {sale.seller, sale.buyer} <= vat.FRANCE:
        return vat.EXEMPT_ROW
    europe = tax.env.ref("base.europe").country_ids.mapped("code")
    return vat.INTRA_COMMUNITY if sale.buyer in europe else vat.EXPORT


def _reason(tax, category: str, sale: Sale) -> str:
    """Return why no VAT is charged: the mention set on the tax, else the usual one."""
    if said := spoken(tax.with_context(lang=sale.lang), "invoice_legal_notes"):
        return said
    if said := mentions.exemption(_code(tax, category, sale), sale.day):
        return said
    if category == vat.EXEMPT_ROW and sale.overseas:
        return mentions.territory(sale.day)
    return mentions.untaxed(category, sale.day)


def _code(tax, category: str, sale: Sale) -> str:
    if code := tax[EXEMPTION]:
        return code
    return vat.FRANCHISE if sale.franchise and category == vat.EXEMPT_ROW else ""


def _restored(item, taxed: Vat, sale: Sale) -> Vat:
    """Return the VAT of a line: the one read, but for a discount for early payment.

    What restores the total after that has no VAT, rightly.
    """
    if item.display_type != "epd" or taxed.category != vat.NONE:
        return taxed
    return Vat(vat.EXEMPT_ROW, ZERO, mentions.untaxed(vat.EXEMPT_ROW, sale.day))


def _prices(item, taxed: Vat, total: Decimal) -> dict[str, Decimal]:
    """Return quantity, net and gross price before tax, and discount of a line.

    A negative line is a negative quantity: prices are never below zero (EN 16931
    BR-27, BR-28). The price typed stands when it leads to the amount in the books,
    else (tax included) it is that amount over the quantity.
    """
    if item.display_type != "product":
        one = Decimal(1).copy_sign(total)
        return {"quantity": one, "unit_price": abs(total), "gross_price": abs(total)}
    quantity, gross = abs(number(item.quantity)), abs(number(item.price_unit))
    public = gross if taxed.included else ZERO
    discount = number(item.discount)
    kept = 1 - discount / HUNDRED
    price = gross * kept
    if taxed.included or (price * quantity).quantize(total, ROUND_HALF_UP) != abs(
        total
    ):
        price = abs(total) / quantity if quantity else ZERO
        gross = price / kept if kept else gross / (1 + taxed.rate / HUNDRED)
    if not 0 <= discount <= HUNDRED:
        # A surcharge, which no document calls a discount.
        gross, discount = price, ZERO
    return {
        "quantity": quantity.copy_sign(total) if total else quantity,
        "unit_price": number(price),
        "gross_price": number(gross),
        "discount": discount,
        "public_price": public,
    }
