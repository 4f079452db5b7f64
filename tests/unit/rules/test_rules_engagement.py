"""R9: an engagement number may have changed since it was entered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from rules_cases import (
    BODY_SIRET,
    codes,
    make_credit_note,
    make_invoice,
    make_recipient,
)

from chorus.rules import ERROR, WARNING, Engagement, Policy, check, check_order

TODAY = date(2026, 11, 26)
POLICY = Policy(today=TODAY, engagement_days=90)
BODY = make_recipient(engagement_required=True)
INVOICE = make_invoice(engagement="EJ-1")
OLD = Engagement(entered_on=TODAY - timedelta(days=91))


def said(engagement, invoice=INVOICE, body=BODY, policy=POLICY):
    return check(invoice, body, policy, engagement)


@pytest.mark.parametrize(
    ("engagement", "expected"),
    [
        (Engagement(), []),
        (Engagement(entered_on=TODAY - timedelta(days=90)), []),
        (OLD, ["engagement_old"]),
        (replace(OLD, known=True), []),
        (replace(OLD, known=False), ["engagement_unknown"]),
        (Engagement(ordered="EJ-1"), []),
        (Engagement(ordered="EJ-2"), ["engagement_differs"]),
        (replace(OLD, ordered="ej-1"), ["engagement_differs", "engagement_old"]),
    ],
)
def test_age_platform_and_order(engagement, expected):
    problems = said(engagement)
    assert codes(problems) == expected
    assert {one.severity for one in problems} <= {WARNING}
    assert not any(one.waits for one in problems)


def test_a_warning_says_what_was_asked():
    """A9: the number, and the structure for which it was asked."""
    shop = "Librairie des Deux Rives (33254021516357)"
    [problem] = said(Engagement(known=False, supplier=shop))
    assert problem.severity == WARNING
    assert not problem.waits
    assert "“EJ-1”" in problem.message
    assert shop in problem.message


def test_old_number_stops_a_person_who_can_confirm_it():
    [problem] = said(OLD, policy=replace(POLICY, attended=True))
    assert problem.severity == ERROR
    assert problem.values["date"] == OLD.entered_on


def test_age_is_the_shops_choice():
    assert said(OLD, policy=replace(POLICY, engagement_days=91)) == []
    assert said(OLD, policy=replace(POLICY, engagement_days=0)) == []


def test_what_is_not_asked_for_is_not_questioned():
    wants_none = codes(said(OLD, body=make_recipient()))
    assert wants_none == ["engagement_superfluous"]
    assert said(OLD, invoice=make_credit_note(engagement="EJ-1")) == []
    assert codes(said(OLD, invoice=make_invoice())) == ["engagement_missing"]


def test_an_order_is_told_what_its_invoice_would_be():
    references = {"service": "", "engagement": "", "market": ""}
    found = check_order(BODY_SIRET, references, BODY, POLICY, Engagement())
    assert codes(found) == ["engagement_missing"]
    found = check_order("", references, None, POLICY, Engagement())
    assert codes(found) == ["buyer_siret_missing"]
    known = {**references, "engagement": "EJ-1"}
    assert check_order(BODY_SIRET, known, BODY, POLICY, Engagement()) == []
    inactive = make_recipient(active=False)
    found = check_order(BODY_SIRET, references, inactive, POLICY, Engagement())
    assert codes(found) == ["recipient_inactive"]
    aged = check_order(BODY_SIRET, known, BODY, POLICY, OLD)
    assert codes(aged) == ["engagement_old"]
