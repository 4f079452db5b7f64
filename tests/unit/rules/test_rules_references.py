"""R9's two-sided rule: mandatory means present, not mandatory means absent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules_cases import codes, make_credit_note, make_invoice, make_recipient

from chorus.invoice import Service
from chorus.rules import ERROR, WARNING, Policy, check

FREE = Service("LECTURE", "Lecture publique")
STRICT = Service("ACHATS", "Achats", engagement_required=True)
CLOSED = Service("ANCIEN", "Ancien service", active=False)

BODIES = {
    "nothing": {},
    "service": {"service_required": True},
    "engagement": {"engagement_required": True},
    "both": {"service_required": True, "engagement_required": True},
    "either": {"service_or_engagement_required": True},
}
SHORT = {
    "S!": "service_missing",
    "S+": "service_superfluous",
    "E!": "engagement_missing",
    "Es!": "engagement_missing_for_service",
    "E+": "engagement_superfluous",
    "SE!": "reference_missing",
}
# The six invoices a body can receive: no service, a service that leaves the engagement
# free, a service that requires it; each without and with an engagement number.
INVOICES = [(s, e) for s in ("", FREE.code, STRICT.code) for e in ("", "EJ-2026-1")]
TABLE = {
    #              none, +eng,    free, free+eng, strict, strict+eng
    "nothing": ["", "E+", "S+", "S+ E+", "S+", "S+"],
    "service": ["S!", "S! E+", "", "E+", "Es!", ""],
    "engagement": ["E!", "", "S+ E!", "S+", "S+ E!", "S+"],
    "both": ["S! E!", "S!", "E!", "", "E!", ""],
    "either": ["SE!", "", "", "", "Es!", ""],
}
# A service that may stay (warning) asks for its engagement number; one that must go
# asks for nothing.
TABLE_WARNING = {**TABLE, "nothing": ["", "E+", "S+", "S+ E+", "S+ Es!", "S+"]}


def rows(table):
    for kind, cells in table.items():
        for (service, engagement), cell in zip(INVOICES, cells, strict=True):
            expected = [SHORT[short] for short in cell.split()]
            label = f"{kind}-{service or 'none'}-{engagement or 'none'}"
            yield pytest.param(kind, service, engagement, expected, id=label)


ROWS, ROWS_WARNING = list(rows(TABLE)), list(rows(TABLE_WARNING))


def body(kind, **changes):
    values = {**BODIES[kind], "services": (FREE, STRICT, CLOSED)}
    return make_recipient(**{**values, **changes})


def severities(problems):
    return {problem.code: problem.severity for problem in problems}


@pytest.mark.parametrize(("kind", "service", "engagement", "expected"), ROWS)
def test_two_sided_rule(kind, service, engagement, expected):
    invoice = make_invoice(service=service, engagement=engagement)
    problems = check(invoice, body(kind))
    assert severities(problems) == dict.fromkeys(expected, ERROR)


@pytest.mark.parametrize(("kind", "service", "engagement", "expected"), ROWS_WARNING)
def test_two_sided_rule_when_superfluous_is_a_warning(
    kind, service, engagement, expected
):
    invoice = make_invoice(service=service, engagement=engagement)
    problems = check(invoice, body(kind), Policy(superfluous=WARNING))
    assert severities(problems) == {
        code: WARNING if code.endswith("superfluous") else ERROR for code in expected
    }


@pytest.mark.parametrize(("kind", "service", "engagement", "expected"), ROWS_WARNING)
def test_full_credit_note_is_only_warned(kind, service, engagement, expected):
    credit = make_credit_note(service=service, engagement=engagement, full_credit=True)
    problems = check(credit, body(kind))
    assert severities(problems) == dict.fromkeys(expected, WARNING)


@pytest.mark.parametrize(("kind", "service", "engagement", "expected"), ROWS)
def test_partial_credit_note_obeys_as_an_invoice(kind, service, engagement, expected):
    credit = make_credit_note(service=service, engagement=engagement)
    problems = check(credit, body(kind))
    assert severities(problems) == dict.fromkeys(expected, ERROR)


def test_full_credit_leniency_is_for_credit_notes_only():
    invoice = make_invoice(full_credit=True)
    problems = check(invoice, body("service"))
    assert severities(problems) == {"service_missing": ERROR}


@pytest.mark.parametrize("service", ["ANCIEN", "DISPARU", "achats"])
def test_full_credit_note_keeps_a_service_the_directory_has_lost(service):
    """Regression cases 3 and 4: the directory changed since the invoice."""
    credit = make_credit_note(service=service, full_credit=True)
    problems = check(credit, body("service"))
    assert [p.severity for p in problems] == [WARNING]


def test_full_credit_note_waits_for_an_inactive_body():
    credit = make_credit_note(full_credit=True)
    (problem,) = check(credit, body("nothing", active=False))
    assert (problem.code, problem.severity) == ("recipient_inactive", ERROR)
    assert problem.waits


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("LECTURE", []),
        ("ANCIEN", ["service_inactive"]),
        ("DISPARU", ["service_unknown"]),
        ("lecture", ["service_case"]),
        ("LECTURE ", ["service_unknown", "reference_invisible"]),
        ("FACTURES_PUBLIQUES", ["service_reserved"]),
        ("  ", ["service_missing", "reference_invisible"]),
    ],
)
def test_service_is_one_of_the_active_codes(service, expected):
    assert codes(check(make_invoice(service=service), body("service"))) == expected


def test_case_only_difference_gives_the_right_code():
    (problem,) = check(make_invoice(service="Lecture"), body("service"))
    assert (problem.code, problem.fix) == ("service_case", "fix_case")
    assert problem.values == {"code": "Lecture", "right": "LECTURE"}


def test_two_codes_may_differ_by_case_only():
    services = (Service("Sa"), Service("SA"))
    for service in ("Sa", "SA"):
        invoice = make_invoice(service=service)
        assert not check(invoice, body("service", services=services))


def test_a_closed_twin_is_not_advised():
    invoice = make_invoice(service="ancien")
    assert codes(check(invoice, body("service"))) == ["service_unknown"]


def test_a_service_to_remove_is_not_verified():
    invoice = make_invoice(service="DISPARU")
    assert codes(check(invoice, body("nothing"))) == ["service_superfluous"]
    problems = check(invoice, body("nothing"), Policy(superfluous=WARNING))
    assert codes(problems) == ["service_superfluous", "service_unknown"]


def test_a_service_the_directory_was_not_asked_for_is_only_warned():
    recipient = body("service", services=(), services_known=False)
    (problem,) = check(make_invoice(service="LECTURE"), recipient)
    assert (problem.code, problem.severity) == ("service_unverified", WARNING)
    assert not problem.waits


def test_an_engagement_is_not_superfluous_before_its_service_is_known():
    """A11: of hundreds of services, this one was not read yet."""
    recipient = body("service", services=(), services_known=False)
    invoice = make_invoice(service="LECTURE", engagement="EJ-1")
    assert codes(check(invoice, recipient)) == ["service_unverified"]
    listed = replace(recipient, services_known=True)
    assert "engagement_superfluous" in codes(check(invoice, listed))


def test_reserved_service_is_stopped_before_the_directory_answers():
    invoice = make_invoice(service="FACTURES_PUBLIQUES")
    expected = ["recipient_unverified", "service_reserved"]
    assert sorted(codes(check(invoice, None))) == expected


def test_one_click_remedies():
    invoice = make_invoice(service=FREE.code, engagement="EJ-1")
    problems = check(invoice, body("nothing"))
    assert [p.fix for p in problems] == ["clear_service", "clear_engagement"]


def test_either_or_is_not_superfluous_whatever_else_is_asked():
    recipient = body("either", service_required=True)
    invoice = make_invoice(service=FREE.code, engagement="EJ-1")
    assert not check(invoice, recipient)


@pytest.mark.parametrize("name", ["service", "engagement", "market", "original_number"])
def test_reference_lengths(name):
    limit = {"service": 100, "original_number": 20}.get(name, 50)
    recipient = body("either", services=(), services_known=False)
    for length, expected in ((limit, []), (limit + 1, ["reference_too_long"])):
        invoice = make_invoice(**{"engagement": "1", name: "x" * length})
        found = codes(check(invoice, recipient))
        assert [code for code in found if code != "service_unverified"] == expected


@pytest.mark.parametrize("typed", [" 2026", "2026 ", "20\t26", "20\u00a026", "\u200b1"])
def test_invisible_characters_are_refused_since_no_channel_keeps_them(typed):
    """B9: byte for byte, or refused."""
    (problem,) = check(make_invoice(market=typed), body("nothing"))
    assert (problem.code, problem.field) == ("reference_invisible", "market")
    assert problem.severity == ERROR
    assert problem.values["value"] == typed


@pytest.mark.parametrize("typed", ["EJ 😀", "EJ ✓12", "E\u0301J"])
def test_signs_that_do_not_travel_are_refused(typed):
    """B9: a pictogram, an accent beside its letter."""
    (problem,) = check(make_invoice(market=typed), body("nothing"))
    assert (problem.code, problem.field) == ("reference_characters", "market")
    assert problem.severity == ERROR


@pytest.mark.parametrize("typed", ["N° 12", "ÉCOLE-1", "Œuvre", "2026–1", "a  b"])
def test_what_people_type_passes(typed):
    assert not check(make_invoice(market=typed), body("nothing"))


def repaired(invoice, problems):
    """Do what each problem says."""
    remedies = {
        "service_missing": {"service": FREE.code},
        "service_unknown": {"service": FREE.code},
        "service_inactive": {"service": FREE.code},
        "service_superfluous": {"service": ""},
        "engagement_missing": {"engagement": "EJ-1"},
        "engagement_missing_for_service": {"engagement": "EJ-1"},
        "engagement_superfluous": {"engagement": ""},
        "reference_missing": {"engagement": "EJ-1"},
    }
    for problem in problems:
        invoice = replace(invoice, **remedies[problem.code])
    return invoice


@given(
    st.sampled_from(list(BODIES)),
    st.sampled_from(["", FREE.code, STRICT.code, CLOSED.code, "DISPARU"]),
    st.sampled_from(["", "EJ-2026-1"]),
)
def test_doing_what_is_said_leaves_no_problem(kind, service, engagement):
    """Once; twice when the service removed was what called for the engagement."""
    recipient = body(kind)
    first = make_invoice(service=service, engagement=engagement)
    second = repaired(first, check(first, recipient))
    left = check(second, recipient)
    if service == STRICT.code and engagement and kind == "nothing":
        assert codes(left) == ["engagement_superfluous"]
        left = check(repaired(second, left), recipient)
    assert not left
