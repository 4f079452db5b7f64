"""VAT of an invoice line: category, rate and legal mention (EN 16931 BG-23, BG-30)."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.account_edi_ubl_cii.models.account_edi_common import (
    TAX_EXEMPTION_MAPPING,
)

from .values import ZERO, number, plain

TAXED = ("S", "L", "M")
# A sale in a territory without VAT, and one between two VAT territories of France,
# are exempt (CGI, art. 294). Core takes the latter for an export.
OVERSEAS = frozenset(
    {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"}
)
FRANCE = OVERSEAS | {"FR", "MC"}
ARTICLE_294 = "TVA non applicable, article 294 du CGI"
# Mentions of CGI, annexe II, art. 242 nonies A, I, 12° and 13°: in French, as the law
# words them, whatever the language of the user.
REASONS = {
    "E": "Exonération de TVA",
    "AE": "Autoliquidation",
    "G": "Exonération de TVA, article 262, I du CGI",
    "K": "Exonération de TVA, article 262 ter, I du CGI",
    "O": "Opération non soumise à la TVA",
}


@dataclass(frozen=True, slots=True)
class Vat:
    """How a line is taxed.

    :ivar included: prices hold this tax
    :ivar on_payment: the tax is due when the customer pays
    """

    category: str
    rate: Decimal
    reason: str = ""
    included: bool = False
    on_payment: bool = False

    @property
    def key(self) -> tuple[str, Decimal]:
        """What tells one row of the VAT breakdown from another."""
        return self.category, self.rate


class VatReader:
    """Reads the VAT of taxes, each combination once."""

    def __init__(self):
        self._known: dict[tuple, Vat] = {}

    def read(self, taxes, seller: str, buyer: str) -> Vat:
        """Return the VAT of a line that bears `taxes`.

        :param taxes: account.tax, none for a line outside VAT
        :param seller: country code of the seller
        :param buyer: country code of the buyer
        """
        key = (tuple(taxes.ids), seller, buyer)
        if key not in self._known:
            self._known[key] = _vat(vat_tax(taxes), seller, buyer)
        return self._known[key]


def vat_tax(taxes):
    """Return the VAT among taxes: the last one in per cent.

    What comes before it in the computation (eco-participation, dock dues) is a charge
    that enters its base.
    """
    flat = taxes.flatten_taxes_hierarchy()
    return flat.filtered(lambda tax: tax.amount_type != "fixed")[-1:]


def _vat(tax, seller: str, buyer: str) -> Vat:
    category = _category(tax, seller, buyer)
    return Vat(
        category,
        number(tax.amount) if category in TAXED else ZERO,
        "" if category in (*TAXED, "Z") else _reason(tax, category, seller, buyer),
        tax.price_include,
        tax.tax_exigibility == "on_payment",
    )


def _category(tax, seller: str, buyer: str) -> str:
    """Return the UNTDID 5305 code of a tax: the one set on it, else a deduced one."""
    if tax.ubl_cii_tax_category_code:
        return tax.ubl_cii_tax_category_code
    if tax.has_negative_factor:
        return "AE"
    if tax.amount:
        return "S"
    if not tax or seller == buyer or {seller, buyer} <= FRANCE:
        return "E"
    europe = tax.env.ref("base.europe").country_ids.mapped("code")
    return "K" if buyer in europe else "G"


def _reason(tax, category: str, seller: str, buyer: str) -> str:
    """Return why no VAT is charged: the mention set on the tax, else the usual one."""
    if mention := plain(tax.invoice_legal_notes):
        return mention
    if code := tax.ubl_cii_tax_exemption_reason_code:
        return TAX_EXEMPTION_MAPPING.get(code, code)
    if category == "E" and OVERSEAS & {seller, buyer}:
        return ARTICLE_294
    return REASONS.get(category, "")
