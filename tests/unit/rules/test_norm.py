"""Every rule of EN 16931: broken by an invoice that we stop, or why it cannot be."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from norm_cases import BROKEN, UNBREAKABLE
from rules_cases import codes, make_recipient

import factories
from chorus.facturx import cii, schemas
from chorus.rules import ERROR, Policy, check

pytestmark = pytest.mark.skipif(
    not schemas.schematron_available(), reason="saxonche is absent"
)
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
XSLT = "{http://www.w3.org/1999/XSL/Transform}"


@cache
def official_rules() -> frozenset[str]:
    """The assertions of the Schematron, by the identifier each has."""
    [path] = schemas.EN16931.schematrons
    sheet = etree.parse(str(schemas._directory() / path))
    return frozenset(
        attribute.text
        for one in sheet.iter(SVRL + "failed-assert")
        for attribute in one.iter(XSLT + "attribute")
        if attribute.get("name") == "id"
    )


@cache
def failed(rule: str) -> frozenset[str]:
    """The rules that the invoice of `rule` breaks, as the Schematron says."""
    invoice, _code = BROKEN[rule]
    found = schemas.schematron_problems(cii.write(invoice))
    return frozenset(
        name for text in found for name in re.findall(r"\[([A-Z][\w-]+)\]", text)
    )


@pytest.mark.parametrize("rule", BROKEN)
def test_the_invoice_breaks_the_rule(rule):
    assert rule in failed(rule)


@pytest.mark.parametrize("rule", BROKEN)
def test_we_stop_it_before(rule):
    invoice, code = BROKEN[rule]
    found = check(invoice, make_recipient())
    assert code in codes(found)
    [ours] = {one.severity for one in found if one.code == code}
    assert ours == ERROR


def test_every_rule_is_answered():
    """Those that the shop can break are in the table, the others say why not."""
    silent = [
        rule
        for rule in official_rules()
        if rule not in BROKEN and not any(re.fullmatch(p, rule) for p in UNBREAKABLE)
    ]
    assert not silent


def test_every_answer_is_of_a_rule():
    assert official_rules() >= BROKEN.keys()
    for pattern in UNBREAKABLE:
        assert any(re.fullmatch(pattern, rule) for rule in official_rules()), pattern


def test_what_is_said_unbreakable_was_not_broken():
    broken = frozenset().union(*map(failed, BROKEN)) - BROKEN.keys()
    structure = {rule for rule in broken if rule.startswith("FX-SCH")}
    assert broken == structure


# ---- ANY INVOICE ------------------------------------------------------------------

D = Decimal
RATES = {"S": ("20", "5.5", "2.1", "8.5"), "": ("0",), "L": ("7",)}
SOUND = {
    "category": ("S", "S", "S", "E", "Z", "AE", "G"),
    "currency": ("EUR", "EUR", "USD", "XPF"),
    "seller": ({},),
    "buyer": ({}, {"vat": "DE136695976"}),
    "country": ("FR",),
    "iban": (factories.IBAN,),
    "wrong": ("0",),
    "silent": (False,),
}
#: one of these may be drawn instead
UNSOUND = {
    "category": ("K", "O", "L", "", "?"),
    "currency": ("HRK", ""),
    "seller": ({"vat": ""}, {"vat": "12345"}),
    "buyer": ({"vat": "1"},),
    "country": ("XK", ""),
    "iban": ("",),
    "wrong": ("0.4", "-3"),
    "silent": (True,),
}


@st.composite
def any_lines(draw, categories):
    category = draw(st.sampled_from(categories))
    rate = draw(st.sampled_from(RATES.get(category, ("0",))))
    if draw(st.booleans()):
        return draw(factories.lines((rate,), category))
    price = draw(st.decimals(0, 400, places=draw(st.sampled_from([2, 4]))))
    quantity = draw(st.sampled_from(["1", "3", "0.5", "2000"]))
    return factories.line(price, quantity, category=category, rate=D(rate))


@st.composite
def any_invoices(draw):
    """What the books may hold, right or not."""
    fault = draw(st.sampled_from(["", *UNSOUND]))
    chosen = {
        name: values + (UNSOUND[name] if name == fault else ())
        for name, values in SOUND.items()
    }
    pick = {name: draw(st.sampled_from(values)) for name, values in chosen.items()}
    lines = st.lists(any_lines(chosen["category"]), min_size=1, max_size=6)
    place = factories.address(country=pick["country"])
    invoice = factories.invoice(
        tuple(draw(lines)),
        currency=pick["currency"],
        seller=factories.seller(**pick["seller"]),
        buyer=factories.buyer(**pick["buyer"], address=place),
        iban=pick["iban"],
        engagement="",
        service="",
        rounding=draw(st.sampled_from([D(0), D("0.02")])),
    )
    taxes = [
        replace(row, amount=row.amount + D(pick["wrong"])) for row in invoice.taxes
    ]
    if pick["silent"]:
        taxes = [replace(row, exemption_reason="") for row in taxes]
    tax = sum((row.amount for row in taxes), D(0))
    total = invoice.untaxed + tax
    due = total + invoice.rounding
    return replace(invoice, taxes=tuple(taxes), tax=tax, total=total, due=due)


def test_either_we_stop_it_or_the_norm_finds_nothing():
    outcomes, recipient = Counter(), make_recipient(siret=factories.BUYER_SIRET)

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(any_invoices())
    def judged(invoice):
        found = check(invoice, recipient, Policy(qualification=True))
        if any(one.severity == ERROR for one in found):
            outcomes["stopped"] += 1
            assert all(one.message and one.remedy for one in found)
            return
        outcomes["taken"] += 1
        xml = cii.write(invoice)
        assert schemas.xsd_problems(xml) == []
        assert schemas.schematron_problems(xml) == []

    judged()
    assert min(outcomes["stopped"], outcomes["taken"]) > 40, outcomes
