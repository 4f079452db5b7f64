"""What every INVOIC is checked for before it is kept.

A tokeniser alone is not a validator: pydifact takes wrong counts and references. Order,
lengths, envelope, sums and identities are checked here, and the invoice is read back.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ...invoice import Invoice
from .edifact import Segment, SyntaxFault, load
from .invoic import CENT, carried, is_gln
from .invoic_read import read_message
from .invoic_table import incomplete, misplaced, overlong


def problems(content: bytes, invoice: Invoice | None = None) -> list[str]:
    """Return what is wrong with an interchange, for whoever looks after the software.

    :param content: one interchange, of one or several messages
    :param invoice: what its only message must say, None to check the form alone
    """
    try:
        segments = load(content)
    except SyntaxFault as fault:
        return [str(fault)]
    found = [*_envelope(segments), *overlong(segments), *incomplete(segments)]
    messages = list(_messages(segments))
    for message in messages:
        found += [*_trailer(message), *misplaced(message), *_sums(message)]
        found += [*_products(message), *_identities(message)]
    if invoice is not None and not found:
        found += _differences(messages, carried(invoice))
    return found


def _messages(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Each message, from its UNH to the segment before the next."""
    message: list[Segment] = []
    for one in segments:
        if one.tag == "UNH" and message:
            yield message
            message = []
        if one.tag == "UNH" or (message and one.tag != "UNZ"):
            message.append(one)
    if message:
        yield message


def _envelope(segments: Sequence[Segment]) -> Iterator[str]:
    """UNB and UNZ agree, and no message reference is used twice."""
    first, last = segments[0], segments[-1]
    if first.tag != "UNB" or last.tag != "UNZ":
        yield f"the interchange goes from {first.tag} to {last.tag}"
        return
    references = [one.get(0) for one in segments if one.tag == "UNH"]
    if last.get(0) != str(len(references)):
        yield f"UNZ counts {last.get(0)} messages, there are {len(references)}"
    if not first.get(4) or last.get(1) != first.get(4):
        yield f"UNZ refers to {last.get(1)!r}, UNB to {first.get(4)!r}"
    for party in (1, 2):
        if not is_gln(first.get(party)):
            yield f"UNB: {first.get(party)!r} is not a GLN"
    for reference, count in Counter(references).items():
        if count > 1:
            yield f"UNH: the reference {reference!r} is used {count} times"


def _trailer(message: Sequence[Segment]) -> Iterator[str]:
    first, last = message[0], message[-1]
    if last.tag != "UNT":
        yield f"the message ends with {last.tag}"
        return
    if last.get(0) != str(len(message)):
        yield f"UNT counts {last.get(0)} segments, there are {len(message)}"
    if last.get(1) != first.get(0):
        yield f"UNT refers to {last.get(1)!r}, UNH to {first.get(0)!r}"


def _sums(message: Sequence[Segment]) -> Iterator[str]:
    """79, 125, 124 add up their parts; 77 = 125 + 124; 9 = 77 - 113."""
    try:
        total, lines, bases, taxes = _amounts(message)
    except InvalidOperation:
        yield "MOA: an amount is not a number"
        return
    expected = {
        "79": lines,
        "125": bases,
        "124": taxes,
        "77": total["125"] + total["124"],
        "9": total["77"] - total["113"],
    }
    for qualifier, value in expected.items():
        if total[qualifier] != value:
            yield f"MOA {qualifier} is {total[qualifier]}, its parts make {value}"
    count = sum(one.tag == "LIN" for one in message)
    if any(one.tag == "CNT" and one.get(0, 1) != str(count) for one in message):
        yield f"CNT does not count {count} lines"


def _products(message: Sequence[Segment]) -> Iterator[str]:
    """On each line, quantity times price, by what the price is for, is the amount."""
    line: dict[str, Decimal] = {}
    for one in [*message, Segment("LIN")]:
        if one.tag in ("LIN", "UNS"):
            if line.keys() >= {"QTY", "PRI", "MOA"}:
                exact = line["QTY"] * line["PRI"] / line["basis"]
                if exact.quantize(CENT, ROUND_HALF_UP) != line["MOA"]:
                    yield f"{line['QTY']} at {line['PRI']} do not make {line['MOA']}"
            line = {}
        elif (one.tag, one.get(0)) in _FACTORS and one.tag not in line:
            try:
                line[one.tag] = Decimal(one.get(0, 1))
                if one.tag == "PRI":
                    line["basis"] = Decimal(one.get(0, 4) or 1)
            except InvalidOperation:
                yield f"{one.tag}: {one.get(0, 1)!r} is not a number"


_FACTORS = {("QTY", "47"), ("PRI", "AAA"), ("MOA", "203")}


def _amounts(message: Sequence[Segment]) -> tuple:
    """Totals by qualifier, then the sums of lines, bases and VAT."""
    totals, sums, rates, part = Counter(), Counter(), Counter(), "lines"
    for one in message:
        if one.tag == "UNS":
            part = "totals"
        elif one.tag == "TAX" and part == "totals":
            part = "rates"
        elif one.tag == "MOA":
            tally = {"lines": sums, "totals": totals, "rates": rates}[part]
            tally[one.get(0)] += Decimal(one.get(0, 1))
    return totals, sums["203"], rates["125"], rates["124"]


def _identities(message: Sequence[Segment]) -> Iterator[str]:
    for one in message:
        number = one.get(2) if one.tag == "LIN" else ""
        if one.tag == "NAD" and one.get(1, 2) == "9":
            number = one.get(1)
        if number and not is_gln(number):
            yield f"{one.tag}: the key of {number} is wrong"


def _differences(messages: list, expected: Invoice) -> Iterator[str]:
    """What is read back must be what was to be said."""
    if len(messages) != 1:
        yield f"{len(messages)} messages for one invoice"
        return
    try:
        there = read_message(messages[0])
    except SyntaxFault as fault:
        yield str(fault)
        return
    for one in fields(Invoice):
        said, meant = getattr(there, one.name), getattr(expected, one.name)
        if said != meant:
            yield f"{one.name}: {said!r} is read where {meant!r} was to be written"
