"""Conformity of an invoice before anything is sent (R9): `check` lists every problem.

Rules are small functions that yield problems and know nothing of each other; what
they say stands in `rule_texts`.
"""

from . import rule_amounts, rule_document, rule_recipient
from .invoice import Invoice, Recipient
from .problem import FIELDS, Case, Policy, Problem
from .rule_texts import ERROR, TEXTS, WARNING, Severity, Text

__all__ = [
    "ERROR",
    "FIELDS",
    "RULES",
    "TEXTS",
    "WARNING",
    "Policy",
    "Problem",
    "Severity",
    "Text",
    "check",
]

RULES = (*rule_recipient.RULES, *rule_document.RULES, *rule_amounts.RULES)


def check(
    invoice: Invoice, recipient: Recipient | None, policy: Policy | None = None
) -> list[Problem]:
    """Return every problem of `invoice`, never stopping at the first.

    :param recipient: the directory's answer for the buyer; None when there is none
        yet. An answer about another SIRET counts as none.
    """
    case = Case.of(invoice, recipient, policy or Policy())
    return [problem for rule in RULES for problem in rule(case)]
