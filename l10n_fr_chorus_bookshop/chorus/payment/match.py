"""Which invoices a bank line pays, with the reason for each candidate (R46).

A transfer of the Treasury pays several invoices under one mandate. The exact number of
an invoice is surer than a payment request or a mandate, that than an order's number or
a SIRET, that than a sum; an amount alone says nothing without a known payer. What two
candidates claim as surely is shown twice and decided by a person.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from ..text import Note, _
from . import line as bank
from .line import Line, Words

NUMBER, REQUEST, MANDATE, ORDER, SIRET, SUM = (
    "number", "request", "mandate", "order", "siret", "sum"
)  # fmt: skip
# From the surest to the least; what a person is told of each.
WHY = {
    NUMBER: _("the line names the invoice %(number)s"),
    REQUEST: _("payment request %(number)s is the invoice's on Chorus Pro"),
    MANDATE: _("mandate %(number)s is the invoice's on Chorus Pro"),
    ORDER: _("the line names the order or engagement %(number)s"),
    SIRET: _("the line names the customer's SIRET %(number)s"),
    SUM: _("the amount is exactly what this payer owes for these invoices"),
}
ANOTHER_YEAR = _("the mandate's number comes back each year: the year is not said")
DIFFERS = _("%(amount)s euros more than the line pays")
RECOVERY = _("40.00 euros more are paid: the fixed recovery fee")
RECOVERIES = _("%(amount)s euros more are paid: the fixed recovery fee of each invoice")
COMPLETED = _("with it, %(number)s makes the amount, though the line does not name it")
MORE = _("%(amount)s euros more are paid than is due: perhaps interest for delay")
DELAY = _("%(days)s days after the payment was ordered")
SEVERAL = _("another candidate is as likely: a person decides")

RECOVERY_FEE = Decimal(40)
# Sums are sought among so few, for so long: eleven invoices make 2 047 sums.
MOST_SUMMED, MOST_SUMS, MOST_CANDIDATES = 12, 5_000, 10
# More ways than these to make an amount of what is named say nothing.
MOST_PARTS = 3
# A payment order is followed within days; December's close delays it.
BEFORE, AFTER = timedelta(days=3), timedelta(days=60)
_SURE = (NUMBER, REQUEST, MANDATE)
_RANK = {kind: rank for rank, kind in enumerate(WHY)}


@dataclass(frozen=True, slots=True)
class Due:
    """An invoice or a credit note that is open.

    :ivar key: what the caller knows it by
    :ivar amount: still due in euros; negative for a credit note
    :ivar on: its date
    :ivar siret: the body's
    :ivar payment: `numeroDpMandat`, as Chorus Pro gives it
    :ivar references: order, engagement and market numbers
    :ivar ordered_on: the day its payment was ordered, None when unknown
    """

    key: int
    number: str
    amount: Decimal
    on: date
    siret: str = ""
    payment: str = ""
    references: tuple[str, ...] = ()
    ordered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Invoices that one line may pay.

    :ivar keys: theirs, sorted
    :ivar kind: the surest of the reasons
    :ivar rest: what the line pays beyond them; negative when it pays less
    :ivar certain: surer than any other, and to the cent
    :ivar is_completed: some of them are named nowhere
    """

    keys: tuple[int, ...]
    kind: str
    rest: Decimal
    reasons: tuple[Note, ...] = field(default=())
    certain: bool = False
    is_completed: bool = False


def candidates(
    line: Line, dues: Sequence[Due], known: Collection[str] = ()
) -> list[Candidate]:
    """Find what a line may pay, the likeliest first.

    :param dues: what is open, of any body
    :param known: the SIRETs of bodies that this payer has paid for before: one account
        of the Treasury pays for dozens
    """
    said = bank.words(line)
    if line.amount <= 0 or said.is_other:
        return []
    possible = [due for due in dues if due.on <= line.on]
    found = list(_named(line, said, possible))
    if not said.is_doubtful:
        found += _completed(line, possible, found)
        found += _summed(line, said, possible, known, found)
    return _decided(_best(found))[:MOST_CANDIDATES]


def _named(line: Line, said: Words, dues: list[Due]) -> Iterator[Candidate]:
    """What the words of the line point at, one candidate for each kind of word."""
    for kind in (NUMBER, REQUEST, MANDATE, ORDER, SIRET):
        groups: dict[str, list[tuple[Due, str]]] = {}
        for due in dues:
            if quoted := _pointed(kind, said, due):
                groups.setdefault(_group(kind, due), []).append((due, quoted))
        together = [pair for pairs in groups.values() for pair in pairs]
        if len(groups) > 1 and _total(together) == line.amount:
            yield _candidate(line, kind, together, said)
            continue
        for pairs in groups.values():
            for chosen in _fitting(line.amount, pairs, kind):
                yield _candidate(line, kind, chosen, said)


def _group(kind: str, due: Due) -> str:
    """Numbers together make one payment; a mandate or an order is one body's."""
    return "" if kind in (NUMBER, REQUEST) else due.siret


def _pointed(kind: str, said: Words, due: Due) -> str:
    """What of a due the line names, "" when it names nothing."""
    if kind == NUMBER:
        long = any(bank.holds(text, due.number, 5) for text in (said.text, said.glued))
        return due.number if long or bank.short_number(said.text, due.number) else ""
    if kind == REQUEST:
        return due.payment if _is_request(said, due.payment) else ""
    if kind == MANDATE:
        return due.payment if _is_mandate(said, due) else ""
    if kind == SIRET:
        return due.siret if due.siret and bank.has_digits(said.text, due.siret) else ""
    return next((one for one in due.references if _is_reference(said.text, one)), "")


def _is_reference(text: str, number: str) -> bool:
    """A number long enough to be no other, or beside the word that says it."""
    if bank.holds(text, number, 5):
        return True
    # "M26-7": letters and digits; "7" alone is anything.
    return len(number) > 2 and bank.short_number(text, number, bank.ORDER)


def _is_request(said: Words, payment: str) -> bool:
    if not payment:
        return False
    number = payment.lstrip("0")
    return number in said.requests or (
        len(number) >= 8 and bank.holds(said.text, number)
    )


def _is_mandate(said: Words, due: Due) -> bool:
    """A mandate's number is one of a year and a body."""
    number = due.payment.lstrip("0")
    if not number or number not in said.mandates:
        return False
    ordered = due.ordered_on
    if said.year is None or ordered is None:
        return True
    # A year's last mandates are given in January.
    late = ordered.month == 1 and ordered.year == said.year + 1
    return late or ordered.year == said.year


def _fitting(
    amount: Decimal, pairs: list[tuple[Due, str]], kind: str
) -> list[list[tuple[Due, str]]]:
    """Of what the words point at, the parts that make the amount, else all."""
    if kind in (NUMBER, REQUEST) or _total(pairs) == amount:
        return [pairs]
    sums = subsets(amount, [due for due, _quoted in pairs])
    if not 0 < len(sums) <= MOST_PARTS:
        return [pairs]
    return [[pair for pair in pairs if pair[0].key in keys] for keys in sums]


def _total(pairs: list[tuple[Due, str]]) -> Decimal:
    return sum((due.amount for due, _quoted in pairs), Decimal(0))


def _candidate(
    line: Line, kind: str, pairs: list[tuple[Due, str]], said: Words
) -> Candidate:
    rest = line.amount - _total(pairs)
    reasons = [
        Note(WHY[kind], (("number", quoted),))
        for quoted in dict.fromkeys(quoted for _due, quoted in pairs)
    ]
    of_now = all(_is_timely(line, due) for due, _quoted in pairs)
    if kind == MANDATE and said.year is None and not of_now:
        reasons.append(Note(ANOTHER_YEAR))
    reasons += [
        *_delays(line, [due for due, _quoted in pairs]),
        *_difference(rest, len(pairs)),
    ]
    keys = tuple(sorted(due.key for due, _quoted in pairs))
    return Candidate(keys, kind, rest, tuple(reasons))


def _difference(rest: Decimal, count: int) -> list[Note]:
    """What is said of what the line pays beyond some invoices, or less."""
    if not rest:
        return []
    if rest == RECOVERY_FEE:
        return [Note(RECOVERY)]
    if rest == RECOVERY_FEE * count:
        return [Note(RECOVERIES, (("amount", f"{rest:.2f}"),))]
    return [Note(MORE if rest > 0 else DIFFERS, (("amount", f"{abs(rest):.2f}"),))]


def _delays(line: Line, dues: list[Due]) -> list[Note]:
    days = {
        (line.on - due.ordered_on).days
        for due in dues
        if due.ordered_on and due.ordered_on <= line.on
    }
    return [Note(DELAY, (("days", days.pop()),))] if len(days) == 1 else []


def _completed(
    line: Line, dues: list[Due], named: list[Candidate]
) -> Iterator[Candidate]:
    """What is named, with the only others of its bodies that make the amount.

    A bank cuts a long list of invoices; a credit note is seldom named.
    """
    of = {due.key: due for due in dues}
    for one in named:
        bodies = {of[key].siret for key in one.keys} - {""}
        others = [
            due
            for due in dues
            if due.siret in bodies and due.key not in one.keys and _is_timely(line, due)
        ]
        sums = subsets(one.rest, others) if one.kind != SIRET else []
        if len(sums) != 1:
            continue
        numbers = ", ".join(of[key].number for key in sorted(sums[0]))
        kept = [why for why in one.reasons if why.template not in (MORE, DIFFERS)]
        reasons = (*kept, Note(COMPLETED, (("number", numbers),)))
        keys = tuple(sorted({*one.keys, *sums[0]}))
        yield Candidate(keys, one.kind, Decimal(0), reasons, is_completed=True)


def _summed(
    line: Line,
    said: Words,
    dues: list[Due],
    known: Collection[str],
    named: list[Candidate],
) -> Iterator[Candidate]:
    """Sums of what a known payer's bodies owe; of any body's, without one, nothing.

    A public payer of whom nothing was learned yet owes what any body ordered.
    """
    exact = [one for one in named if not one.rest and not one.is_completed]
    if exact or not (known or said.is_public):
        return
    by_body: dict[str, list[Due]] = {}
    for due in dues:
        if due.siret and (not known or due.siret in known) and _is_timely(line, due):
            by_body.setdefault(due.siret, []).append(due)
    for amount in filter(_is_paid, (line.amount, line.amount - RECOVERY_FEE)):
        for several in by_body.values():
            for keys in subsets(amount, several):
                chosen = [(due, due.number) for due in several if due.key in keys]
                rest = line.amount - amount
                reasons = [Note(WHY[SUM])]
                reasons += _delays(line, [due for due, _quoted in chosen])
                reasons += _difference(rest, len(keys))
                yield Candidate(tuple(sorted(keys)), SUM, rest, tuple(reasons))


def _is_paid(amount: Decimal) -> bool:
    return amount > 0


def _is_timely(line: Line, due: Due) -> bool:
    """A line follows the payment order by days; what is not ordered may be paid."""
    if due.ordered_on is None:
        return True
    return due.ordered_on - BEFORE <= line.on <= due.ordered_on + AFTER


def subsets(amount: Decimal, dues: Sequence[Due]) -> list[frozenset[int]]:
    """Return the sets of dues that make an amount to the cent, as far as is sought.

    :param amount: negative when credit notes are to lower it

    Credit notes are negative terms. The oldest are tried first.
    """
    if not amount:
        return []
    oldest = sorted(dues, key=lambda due: (due.on, due.key))[:MOST_SUMMED]
    found: list[frozenset[int]] = []
    sums: list[tuple[Decimal, tuple[int, ...]]] = [(Decimal(0), ())]
    for due in oldest:
        for total, keys in list(sums):
            more = total + due.amount, (*keys, due.key)
            if more[0] == amount:
                found.append(frozenset(more[1]))
            if len(sums) < MOST_SUMS:
                sums.append(more)
    return found


def _best(found: list[Candidate]) -> list[Candidate]:
    """Each set of invoices once, by its surest reason; the likeliest first."""
    best: dict[tuple[int, ...], Candidate] = {}
    for one in found:
        old = best.get(one.keys)
        if old is None or _order(one) < _order(old):
            best[one.keys] = one
    return sorted(best.values(), key=_order)


def _order(one: Candidate) -> tuple:
    """To the cent first within a kind: a wrong sum is a wrong reading."""
    return _RANK[one.kind], one.rest != 0, one.is_completed, abs(one.rest), one.keys


def _decided(found: list[Candidate]) -> list[Candidate]:
    """Say which one is certain: named, to the cent, and alone at its rank."""
    if not found:
        return []
    first, *others = found
    rivals = [one for one in others if one.kind == first.kind and not one.rest]
    if first.rest:
        rivals = rivals or [one for one in others if one.kind == first.kind]
    alone = not rivals
    doubted = first.rest or first.is_completed or Note(ANOTHER_YEAR) in first.reasons
    certain = not doubted and first.kind in _SURE
    if alone:
        return [_with(first, certain=certain), *others]
    shown = [
        _with(one, reason=SEVERAL) if one is first or one in rivals else one
        for one in found
    ]
    return shown


def _with(one: Candidate, *, certain: bool = False, reason: str = "") -> Candidate:
    reasons = (*one.reasons, Note(reason)) if reason else one.reasons
    return replace(one, reasons=reasons, certain=certain)
