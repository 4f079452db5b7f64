"""How well forms are read: per field, found right, found wrong, missed."""

from collections import Counter

from .form import OUR_SIREN, Form, build

FIELDS = ("siret", "service", "engagement", "order", "market", "lot", "date", "place")


def judge(form: Form, orders) -> Counter:
    """Count the verdicts of one form, by field.

    :param orders: the package that reads
    """
    reading = orders.read_file(build(form), form.filename)
    found = orders.settle(reading, {}, {OUR_SIREN}).values()
    counts = Counter()
    for name in FIELDS:
        counts[verdict(found.get(name), form.expected.get(name)), name] += 1
    lines = {book.ean: book.quantity for book in reading.books}
    for ean in {*lines, *form.books}:
        counts[verdict(lines.get(ean), form.books.get(ean)), "books"] += 1
    return counts


def verdict(found, expected) -> str:
    """Say what a value is: right, wrong, missed, or rightly absent."""
    if found is None:
        return "absent" if expected is None else "missed"
    return "right" if found == expected else "wrong"


def score(forms: list[Form], orders) -> dict:
    """Precision and recall of each field."""
    counts = sum((judge(form, orders) for form in forms), Counter())
    result = {}
    for name in (*FIELDS, "books"):
        right, wrong, missed = (
            counts[kind, name] for kind in ("right", "wrong", "missed")
        )
        result[name] = {
            "right": right,
            "wrong": wrong,
            "missed": missed,
            "precision": _ratio(right, right + wrong),
            "recall": _ratio(right, right + wrong + missed),
        }
    return result


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0
