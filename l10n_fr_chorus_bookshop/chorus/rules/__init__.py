"""Conformity of an invoice before anything is sent (R9): `check` lists every problem.

Rules are small functions that yield problems and know nothing of each other; what
they say stands in `texts`.
"""

from decimal import Decimal

from . import (
    amounts as rule_amounts,
    document as rule_document,
    files as rule_files,
    recipient as rule_recipient,
    reform,
)
from ..invoice import CREDIT_NOTE, INVOICE, Invoice, Party, Recipient
from .problem import FIELDS, Case, Engagement, Policy, Problem
from .texts import ERROR, TEXTS, WARNING, Severity, Text

__all__ = [
    "ERROR",
    "FIELDS",
    "RULES",
    "TEXTS",
    "WARNING",
    "Engagement",
    "Policy",
    "Problem",
    "Severity",
    "Text",
    "check",
    "check_order",
    "missing",
]

# What a customer has not given, by the problem that says so: attributes of `Invoice`.
MISSING = {
    "service_missing": ("service",),
    "engagement_missing": ("engagement",),
    "engagement_missing_for_service": ("engagement",),
    "reference_missing": ("service", "engagement"),
}

RULES = (
    *rule_recipient.RULES,
    *rule_document.RULES,
    *rule_amounts.RULES,
    *rule_files.RULES,
)


def check(
    invoice: Invoice,
    recipient: Recipient | None,
    policy: Policy | None = None,
    engagement: Engagement | None = None,
) -> list[Problem]:
    """Return every problem of `invoice`, never stopping at the first.

    :param recipient: the directory's answer for the buyer; None when there is none
        yet. An answer about another SIRET counts as none.
    :param engagement: what is known of the engagement number beside its text
    """
    case = _case(invoice, recipient, policy or Policy(), engagement or Engagement())
    rules = (*RULES, *reform.RULES) if case.policy.reform else RULES
    return [problem for rule in rules for problem in rule(case)]


def check_order(
    siret: str,
    references: dict[str, str],
    recipient: Recipient | None,
    policy: Policy,
    engagement: Engagement,
) -> list[Problem]:
    """Return what an order's invoice would be reproached with, as far as one knows.

    :param siret: the SIRET it will be invoiced under
    :param references: `service`, `engagement` and `market`, "" without any
    """
    nothing = Decimal(0)
    invoice = Invoice(
        number="",
        kind=INVOICE,
        issue_date=policy.today,
        currency="EUR",
        seller=Party(""),
        buyer=Party("", siret),
        lines=(),
        taxes=(),
        untaxed=nothing,
        tax=nothing,
        total=nothing,
        due=nothing,
        **references,
    )
    case = _case(invoice, recipient, policy, engagement)
    return [problem for rule in rule_recipient.ORDER_RULES for problem in rule(case)]


def _case(
    invoice: Invoice,
    recipient: Recipient | None,
    policy: Policy,
    engagement: Engagement,
) -> Case:
    """Gather what rules look at; an answer about another SIRET counts as none."""
    told = recipient and recipient.siret == invoice.buyer.siret
    structure = recipient if told and recipient.known else None
    services = structure.services if structure else ()
    lenient = invoice.kind == CREDIT_NOTE and invoice.full_credit
    return Case(
        invoice,
        policy,
        recipient if told else None,
        structure,
        next((one for one in services if one.code == invoice.service), None),
        structure_name=(structure.name or structure.siret) if structure else "",
        reference_severity=WARNING if lenient else ERROR,
        superfluous_severity=WARNING if lenient else policy.superfluous,
        engagement=engagement,
    )


def missing(problems: list[Problem]) -> list[str]:
    """Return the references that a customer has yet to give, as `MISSING` names them.

    A body that wants at least one of the two is asked for both.
    """
    wanted = (name for one in problems for name in MISSING.get(one.code, ()))
    return list(dict.fromkeys(wanted))
