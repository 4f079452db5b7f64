"""The words of CII: nodes in their namespaces, and values written as text."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:"
    "ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
RSM, RAM, QDT, UDT = (f"{{{uri}}}" for uri in NAMESPACES.values())

# XML 1.0 §2.2 forbids these even as character references.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CENT = Decimal("0.01")
# UNTDID 2379: yyyymmdd.
_DAY_FORMAT = "102"


def clean(text: str) -> str:
    """Return the text without what XML 1.0 forbids, line ends as LF, stripped."""
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def node(parent: etree._Element, tag: str, namespace: str = RAM) -> etree._Element:
    """Add an element that will hold others, and return it."""
    return etree.SubElement(parent, namespace + tag)


def leaf(
    parent: etree._Element, tag: str, value: str, namespace: str = RAM
) -> etree._Element:
    """Add an element with this text, and return it."""
    element = etree.SubElement(parent, namespace + tag)
    try:
        element.text = value
    except ValueError:
        # lxml looks for illegal characters anyway: looking twice would cost a tenth.
        element.text = _ILLEGAL.sub("", value)
    return element


def text(parent: etree._Element, tag: str, value: str) -> etree._Element | None:
    """Add an element with this text unless nothing is left of it once cleaned."""
    cleaned = clean(value)
    return leaf(parent, tag, cleaned) if cleaned else None


def day(parent: etree._Element, tag: str, value: date, namespace: str = UDT) -> None:
    """Add a date as CII nests it, yyyymmdd."""
    string = leaf(node(parent, tag), "DateTimeString", f"{value:%Y%m%d}", namespace)
    string.set("format", _DAY_FORMAT)


def cents(value: Decimal) -> Decimal:
    """Round half up to the cent, as EN 16931 does."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def amount(value: Decimal) -> str:
    """Two decimals, the most that BR-DEC-* allow; adding 0 turns -0 into 0."""
    return f"{cents(value) + 0:f}"


def number(value: Decimal) -> str:
    """All the significant decimals, never an exponent."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
