"""VAT of an invoice line: category, rate and legal mention (EN 16931 BG-23, BG-30)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ....chorus import mentions, vat
from .values import ZERO, number, spoken

TAXED = ("S", "L", "M")
EXEMPTION = "ubl_cii_tax_exemption_reason_code"


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


class VatReader:
    """Reads the VAT of taxes, each combination once."""

    def __init__(self):
        self._known: dict[tuple, Vat] = {}

    def read(self, borne: Mapping[int, object], sale: Sale) -> dict[int, Vat]:
        """Return the VAT of each line.

        :param borne: the taxes (account.tax) that each bears, by any key
        """
        return {key: self._read(taxes, sale) for key, taxes in borne.items()}

    def _read(self, taxes, sale: Sale) -> Vat:
        key = (tuple(taxes.ids), sale)
        if key not in self._known:
            found = vat_taxes(taxes)
            known = Vat(vat.UNTOLD, ZERO) if len(found) > 1 else _vat(found, sale)
            self._known[key] = known
        return self._known[key]


def vat_taxes(taxes):
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


def charges(items):
    """Return the taxes that are no VAT: amounts per unit, dock dues and the like.

    :param items: the lines that bear taxes
    """
    apart = items.tax_ids.browse()
    for taxes in {item.tax_ids for item in items}:
        found = vat_taxes(taxes)
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
