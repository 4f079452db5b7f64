"""The engagement number may have changed since the order (R9).

None of these stops an invoice that leaves by itself: they are told, and a person in
front of the screen confirms an old number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..invoice import INVOICE
from .problem import Case, Problem, problem
from .recipient import engagement_wanted
from .texts import ERROR, WARNING


@dataclass(frozen=True, slots=True)
class Engagement:
    """What is known of the engagement number on an invoice or an order.

    :ivar entered_on: when it was entered or last confirmed by a person
    :ivar known: what the platform last said of it; None when it was not asked, as for
        all bodies but the State's
    :ivar supplier: the structure for which it was asked: ours, its name and SIRET
    :ivar ordered: the number now on the sales order, "" without any
    :ivar apart: the orders invoiced together whose references contradict each other,
        each with its own, "" when they agree
    """

    entered_on: date | None = None
    known: bool | None = None
    supplier: str = ""
    ordered: str = ""
    apart: str = ""


def problems(case: Case, engagement: Engagement) -> Iterator[Problem]:
    """Yield what may be wrong with the engagement number of `case`.

    A credit note carries the number of the invoice it cancels: it is not questioned.
    """
    if case.invoice.kind == INVOICE and engagement.apart:
        yield problem("orders_disagree", "engagement", orders=engagement.apart)
    number = case.invoice.engagement
    wanted = case.structure is not None and engagement_wanted(case)
    if case.invoice.kind != INVOICE or not number.strip() or not wanted:
        return
    if engagement.ordered and engagement.ordered != number:
        values = {"number": number, "ordered": engagement.ordered}
        yield problem("engagement_differs", "engagement", **values)
    if engagement.known is False:
        yield problem(
            "engagement_unknown",
            "engagement",
            number=number,
            supplier=engagement.supplier,
            name=case.structure_name,
        )
    elif engagement.known is None and _is_old(case, engagement.entered_on):
        severity = ERROR if case.policy.attended else WARNING
        values = {"number": number, "date": engagement.entered_on}
        yield problem("engagement_old", "engagement", severity, **values)


def _is_old(case: Case, entered_on: date | None) -> bool:
    today, days = case.policy.today, case.policy.engagement_days
    return bool(days and today and entered_on) and (today - entered_on).days > days
