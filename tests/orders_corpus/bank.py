"""A line of a bank statement, what is open, and what should be proposed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TODAY = "2026-11-27"


def due(
    key, number, amount, siret, *, on="2026-10-01", ordered="", payment="", refs=()
):
    """What an invoice's due is made of, in the words of `chorus.payment.Due`."""
    return {
        "key": key,
        "number": number,
        "amount": Decimal(amount),
        "on": date.fromisoformat(on),
        "siret": siret,
        "payment": payment,
        "references": tuple(refs),
        "ordered_on": date.fromisoformat(ordered) if ordered else None,
    }


@dataclass(frozen=True)
class Case:
    """One line.

    :ivar label: its text, or its texts
    :ivar expected: the payments to propose: one, none, or several to choose from
    :ivar known: SIRETs that this payer has paid for before
    :ivar certain: False when a person must look though one payment stands out
    """

    name: str
    label: str | tuple[str, ...]
    amount: str
    dues: Sequence[dict]
    expected: Sequence[tuple[int, ...]]
    known: Collection[str] = ()
    certain: bool | None = None
    on: str = TODAY
    payer: str = ""
    account: str = ""


def proposed(case: Case, payment) -> tuple[list[tuple[int, ...]], bool]:
    """What the reader proposes: the first payment, with those as likely.

    :param payment: the package that matches
    :return: (the payments' keys, whether the first is certain)
    """
    texts = (case.label,) if isinstance(case.label, str) else case.label
    line = payment.Line(
        texts,
        Decimal(case.amount),
        date.fromisoformat(case.on),
        payer=case.payer,
        account=case.account,
    )
    dues = [payment.Due(**one) for one in case.dues]
    found = payment.candidates(line, dues, set(case.known))
    if not found:
        return [], False
    rivals = [one.keys for one in found if _is_doubted(one)]
    return sorted(rivals or [found[0].keys]), found[0].certain


def _is_doubted(candidate) -> bool:
    return any("a person decides" in str(reason) for reason in candidate.reasons)


def verdict(case: Case, payment) -> str:
    """Say what is proposed: right, wrong, missed, or rightly nothing."""
    found, certain = proposed(case, payment)
    wanted = sorted(case.expected)
    if found == wanted and not (certain and case.certain is False):
        return "right" if wanted else "absent"
    if len(found) == 1:
        return "wrong"
    return "missed" if wanted else "wrong"


def score(cases: Sequence[Case], payment) -> dict:
    """Precision and recall of what is proposed."""
    counts = Counter(verdict(case, payment) for case in cases)
    right, wrong, missed = (counts[kind] for kind in ("right", "wrong", "missed"))
    return {
        "right": right,
        "wrong": wrong,
        "missed": missed,
        "precision": round(right / (right + wrong), 3) if right + wrong else 1.0,
        "recall": round(right / (right + wrong + missed), 3) if right else 1.0,
    }
