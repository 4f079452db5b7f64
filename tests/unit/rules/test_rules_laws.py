"""Laws that hold for every invoice, found by Hypothesis."""

import re
from dataclasses import fields, replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st
from rules_cases import BOOK, codes, make_invoice, make_recipient

from chorus.invoice import Address, Invoice, Line, Party, Recipient, Service, Tax
from chorus.rules import ERROR, FIELDS, WARNING, Policy, check

texts = st.text(st.characters(), max_size=30) | st.sampled_from(["", " ", "/", "A2"])
amounts = st.decimals(-(10**6), 10**6, places=2)
rates = st.sampled_from([Decimal(rate) for rate in ("0", "2.1", "5.5", "20", "-1")])
addresses = st.builds(Address, texts, texts, texts, texts, texts)
parties = st.builds(Party, texts, texts, texts, addresses, texts, texts)
lines = st.builds(
    Line,
    st.integers(),
    texts,
    *[amounts] * 4,
    texts,
    rates,
    ean=texts,
    reference=texts,
    description=texts,
)
taxes = st.builds(Tax, texts, rates, amounts, amounts, texts)
kinds = st.sampled_from(["380", "381", "389", ""])
TEXT_FIELDS = [f.name for f in fields(Invoice) if f.type is str and f.name != "kind"]
invoices = st.builds(
    Invoice,
    kind=kinds,
    issue_date=st.none() | st.dates(),
    due_date=st.none() | st.dates(),
    seller=parties,
    buyer=parties,
    delivery=st.none() | parties,
    lines=st.lists(lines, max_size=3).map(tuple),
    taxes=st.lists(taxes, max_size=3).map(tuple),
    **dict.fromkeys(("untaxed", "tax", "total", "due", "paid", "rounding"), amounts),
    **dict.fromkeys(TEXT_FIELDS, texts),
    full_credit=st.booleans(),
)
services = st.builds(Service, texts, texts, st.booleans(), st.booleans())
recipients = st.builds(
    Recipient,
    siret=texts,
    name=texts,
    services=st.lists(services, max_size=3).map(tuple),
    **dict.fromkeys(
        [f.name for f in fields(Recipient) if f.type is bool], st.booleans()
    ),
)
policies = st.builds(
    Policy, st.booleans(), st.sampled_from([ERROR, WARNING]), st.none() | st.dates()
)


@given(invoices, recipients, policies, st.booleans())
def test_any_invoice_is_judged_alike_twice(invoice, recipient, policy, same):
    if same:
        recipient = replace(recipient, siret=invoice.buyer.siret)
    problems = check(invoice, recipient, policy)
    assert problems == check(invoice, recipient, policy)
    for problem in problems:
        assert problem.field in FIELDS
        assert problem.message
        assert problem.remedy
        hash(problem)


def consistent(priced):
    """Build an invoice whose amounts agree, from (cents, rate) lines."""
    made = tuple(
        replace(BOOK, position=i, total=Decimal(cents) / 100, rate=Decimal(rate))
        for i, (cents, rate) in enumerate(priced, 1)
    )
    bases = {}
    for line in made:
        bases[line.rate] = bases.get(line.rate, 0) + line.total
    breakdown = tuple(
        Tax(
            "S",
            rate,
            base,
            (base * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
        for rate, base in bases.items()
    )
    untaxed, tax = sum(bases.values()), sum(row.amount for row in breakdown)
    total = untaxed + tax
    return make_invoice(
        lines=made, taxes=breakdown, untaxed=untaxed, tax=tax, total=total, due=total
    )


consistent_invoices = st.lists(
    st.tuples(st.integers(1, 10**7), st.sampled_from(["2.1", "5.5", "20"])),
    min_size=1,
    max_size=20,
).map(consistent)


@given(consistent_invoices)
def test_amounts_that_agree_pass(invoice):
    assert not check(invoice, make_recipient())


@given(
    consistent_invoices,
    st.sampled_from(["untaxed", "tax", "total", "due", "line", "base"]),
    st.sampled_from([Decimal("0.01"), Decimal("-0.01"), Decimal(1)]),
)
def test_one_amount_wrong_by_a_cent_is_found(invoice, place, error):
    if place == "line":
        first, *rest = invoice.lines
        wrong = (replace(first, total=first.total + error), *rest)
        invoice = replace(invoice, lines=wrong)
    elif place == "base":
        first, *rest = invoice.taxes
        wrong = (replace(first, base=first.base + error), *rest)
        invoice = replace(invoice, taxes=wrong)
    else:
        invoice = replace(invoice, **{place: getattr(invoice, place) + error})
    assert any(
        code.endswith("_mismatch") for code in codes(check(invoice, make_recipient()))
    )


@given(st.text(st.characters(), max_size=25))
def test_number_rule_is_the_platform_expression(number):
    problems = check(make_invoice(number=number), make_recipient())
    refused = any(p.field == "number" and p.severity == ERROR for p in problems)
    allowed = re.fullmatch(r"[A-Za-z0-9 +_/-]{1,20}", number)
    assert refused != bool(allowed and number.strip() not in ("", "/"))
