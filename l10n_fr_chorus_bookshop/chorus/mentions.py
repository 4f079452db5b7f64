"""Legal mentions, as data with a date of effect (`mentions.json`).

The law moves without this program: VAT leaves the CGI for the CIBS in 2027. A new
wording is a new entry, and an invoice bears the one of its own day.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

from .invoice import Invoice

# UNTDID 4451 codes of the three notes that an invoice bears (BR-FR-05).
NOTES = ("PMD", "PMT", "AAB")

_FILE = Path(__file__).with_name("mentions.json")


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


@cache
def _entries() -> dict[str, list[tuple[date, str]]]:
    raw = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        key: [(date.fromisoformat(one["from"]), one["text"]) for one in entries]
        for key, entries in raw.items()
    }
