"""A correct invoice and the body it goes to, for the tests of the rules to spoil."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chorus.invoice import (
    CREDIT_NOTE,
    INVOICE,
    Address,
    Invoice,
    Line,
    Party,
    Recipient,
    Service,
    Tax,
)

BODY_SIRET = "22760540900019"
WRONG_KEY = "33254021516357"

SELLER = Party(
    name="Librairie des Halles",
    siret="73282932000074",
    vat="FR44732829320",
    address=Address("1 rue du Livre", "", "75001", "Paris", "FR"),
)
BUYER = Party(
    name="Département de la Seine-Maritime",
    siret=BODY_SIRET,
    address=Address("Quai Jean-Moulin", "", "76100", "Rouen", "FR"),
)
BOOK = Line(
    position=1,
    name="L'Étranger",
    quantity=Decimal(4),
    unit_price=Decimal("25.00"),
    gross_price=Decimal("25.00"),
    total=Decimal("100.00"),
    category="S",
    rate=Decimal("5.5"),
    ean="9782070360024",
)
BOOK_VAT = Tax("S", Decimal("5.50"), Decimal("100.00"), Decimal("5.50"))
SERVICE = Service("ACHATS", "Service des achats")


def make_invoice(**changes) -> Invoice:
    values = {
        "number": "FAC/2026/00042",
        "kind": INVOICE,
        "issue_date": date(2026, 11, 23),
        "due_date": date(2026, 12, 23),
        "currency": "EUR",
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (BOOK,),
        "taxes": (BOOK_VAT,),
        "untaxed": Decimal("100.00"),
        "tax": Decimal("5.50"),
        "total": Decimal("105.50"),
        "due": Decimal("105.50"),
        "iban": "FR1420041010050500013M02606",
    }
    return Invoice(**{**values, **changes})


def make_credit_note(**changes) -> Invoice:
    values = {"kind": CREDIT_NOTE, "original_number": "FAC/2026/00041"}
    return make_invoice(**{"number": "RFAC/2026/00007", **values, **changes})


def make_recipient(**changes) -> Recipient:
    """A body of the directory that asks for nothing and has one service."""
    values = {"siret": BODY_SIRET, "name": "Seine-Maritime", "known": True}
    values |= {"active": True, "services": (SERVICE,), "services_known": True}
    return Recipient(**{**values, **changes})


def with_line(**changes) -> dict:
    """Return the change of an invoice that spoils its only line."""
    return {"lines": (replace(BOOK, **changes),)}


def with_tax(**changes) -> dict:
    return {"taxes": (replace(BOOK_VAT, **changes),)}


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]
