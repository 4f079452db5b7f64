"""Legal mentions, as data with a date of effect (`mentions.json`).

The law moves without this program: VAT leaves the CGI for the CIBS in 2027. A new
wording is a new entry, and an invoice bears the one of its own day.
"""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

from .invoice import Invoice, Tax
from .vat import FRANCHISE

# UNTDID 4451 codes of the three notes that an invoice bears (BR-FR-05).
NOTES = ("PMD", "PMT", "AAB")

_FILE = Path(__file__).with_name("mentions.json")


# Mentions of reason codes (VATEX); the margin scheme by 242 nonies A, I, 16°.
_OF_CODES = {
    FRANCHISE: "franchise",
    "VATEX-FR-CNWVAT": "net_of_vat",
    "VATEX-FR-AE": "vat_AE",
    "VATEX-EU-AE": "vat_AE",
    "VATEX-EU-G": "vat_G",
    "VATEX-EU-IC": "vat_K",
    "VATEX-EU-O": "vat_O",
    "VATEX-EU-F": "margin_used",
    "VATEX-EU-I": "margin_art",
    "VATEX-EU-J": "margin_antiques",
}
_CODE_OF_TAXES = re.compile(r"VATEX-FR-(?:CGI)?(\d+)([A-Z]*)(?:-(\d+)(BIS)?)?")
_DIRECTIVE = re.compile(r"VATEX-EU-(\d+)(?:-(\d*)([A-Z]*))?")


def mention(key: str, day: date) -> str:
    """Return the wording of a mention in force on a day; the first one before that.

    :raise KeyError: there is no such mention
    """
    entries = _entries()[key]
    in_force = [text for since, text in entries if since <= day]
    return in_force[-1] if in_force else entries[0][1]


def notes(invoice: Invoice) -> dict[str, str]:
    """Return late interest, recovery costs and early payment, by UNTDID 4451 code.

    A discount that is granted stands in the place of the words that there is none.
    """
    said = {code: mention(code, invoice.issue_date) for code in NOTES}
    if invoice.early_discount.strip():
        said["AAB"] = invoice.early_discount.strip()
    elif "escompte" in invoice.payment_terms.casefold():
        said["AAB"] = invoice.payment_terms.strip()
    return said


def terms(invoice: Invoice) -> str:
    """Return within how many days a public body pays, and by which article."""
    key = f"terms_{invoice.payment_days}"
    if key not in _entries():
        key = "terms_contract"
    return mention(key, invoice.issue_date).format(days=invoice.payment_days)


def nature(invoice: Invoice) -> str:
    """Tell whether goods, services or both are sold."""
    kinds = {line.is_service for line in invoice.lines}
    key = "mixed" if len(kinds) > 1 else "services" if kinds == {True} else "goods"
    return mention(f"nature_{key}", invoice.issue_date)


def debits(invoice: Invoice) -> str:
    """Return the mention of VAT on debits, "" where the shop did not opt.

    It concerns services: VAT on goods is due on delivery whatever the option.
    """
    taxed_service = any(line.is_service and line.rate for line in invoice.lines)
    if not taxed_service or invoice.vat_on_payment:
        return ""
    return mention("debits", invoice.issue_date)


def territory(day: date) -> str:
    """Return why no VAT is due between two VAT territories of France."""
    return mention("territory", day)


def untaxed(category: str, day: date) -> str:
    """Return the usual reason of a category without VAT (UNTDID 5305), "" of others."""
    key = f"vat_{category}"
    return mention(key, day) if key in _entries() else ""


def exemption(code: str, day: date) -> str:
    """Return what an invoice says for a reason code (VATEX), "" for no code.

    >>> exemption("VATEX-FR-CGI261-4", date(2026, 11, 28))
    'Exonération de TVA, article 261, 4 du CGI'
    >>> exemption("VATEX-EU-132-1I", date(2026, 11, 28))
    'Exonération de TVA, article 132, 1, i) de la directive 2006/112/CE'
    """
    if known := _OF_CODES.get(code):
        return mention(known, day)
    if found := _CODE_OF_TAXES.fullmatch(code):
        article, letters, point, bis = found.groups(default="")
        words = (f"{article} {letters}".strip(), f"{point} {bis.lower()}".strip())
        return _exempt("exempt_cgi", words, day)
    if found := _DIRECTIVE.fullmatch(code):
        article, point, letters = found.groups(default="")
        letter = f"{letters.lower()})" if letters else ""
        return _exempt("exempt_directive", (article, point, letter), day)
    return ""


def _exempt(key: str, words: tuple[str, ...], day: date) -> str:
    return mention(key, day).format(article=", ".join(filter(None, words)))


def reason(invoice: Invoice, tax: Tax) -> str:
    """Return why a row of VAT charges none (BT-120), "" for one that does.

    EN 16931 BR-S-10 and BR-Z-10 forbid a reason there, the others ask for one.
    """
    usual = untaxed(tax.category, invoice.issue_date)
    return (tax.exemption_reason or usual) if usual else ""


@cache
def _entries() -> dict[str, list[tuple[date, str]]]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        key: [(date.fromisoformat(one["from"]), one["text"]) for one in entries]
        for key, entries in raw.items()
    }
