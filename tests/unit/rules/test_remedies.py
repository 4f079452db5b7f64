"""What a problem calls for: a button, or a question to the customer (R8, R9)."""

from chorus.lifecycle.actions import FIELD_LABELS
from chorus.rules import MISSING, TEXTS, missing
from chorus.rules.problem import CUSTOMER, problem, remedies


def test_a_button_is_shown_once():
    found = [
        problem("buyer_siret_missing", "buyer.siret"),
        problem("buyer_address_incomplete", "buyer.address"),
    ]
    assert remedies(found) == [CUSTOMER]


def test_what_a_customer_has_not_given_is_named_once():
    found = [
        problem("service_missing", "service"),
        problem("engagement_missing", "engagement"),
        problem("engagement_missing_for_service", "engagement"),
        problem("service_unknown", "service"),
    ]
    assert missing(found) == ["service", "engagement"]


def test_one_of_two_is_asked_as_both():
    found = [problem("reference_missing", "service")]
    assert missing(found) == ["service", "engagement"]


def test_what_is_missing_has_its_words():
    assert set(MISSING) <= set(TEXTS)
    assert {name for names in MISSING.values() for name in names} <= set(FIELD_LABELS)
