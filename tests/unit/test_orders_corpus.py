"""The corpus: what is found right, found wrong and missed (R45).

Wrong is worse than missed: a wrong engagement is a refused invoice.
"""

from collections import Counter
from dataclasses import replace

import pytest

from chorus import orders
from orders_corpus import HELD_OUT, TUNED, build
from orders_corpus.form import OUR_SIREN
from orders_corpus.measure import judge

RECALL = 0.9


def named(form):
    return form.name


@pytest.mark.parametrize("form", TUNED, ids=named)
def test_every_form_is_read_as_it_should(form):
    reading = orders.read_file(build(form), form.filename)
    reading = orders.settle(reading, {}, {OUR_SIREN})
    assert reading.values() == form.expected
    assert {book.ean: book.quantity for book in reading.books} == form.books
    assert not reading.notes


BY_ROWS = [form for form in TUNED if (form.kind, form.draw) == ("pdf", "rows")]


@pytest.mark.parametrize("form", BY_ROWS, ids=named)
def test_a_form_says_the_same_however_it_is_drawn(form):
    content = build(replace(form, draw="shaken"))
    reading = orders.settle(orders.read_file(content), {}, {OUR_SIREN})
    assert reading.values() == form.expected
    assert {book.ean: book.quantity for book in reading.books} == form.books


def test_forms_nobody_tuned_on():
    counts = sum((judge(form, orders) for form in HELD_OUT), Counter())
    verdicts = Counter()
    for (verdict, _field), count in counts.items():
        verdicts[verdict] += count
    assert verdicts["wrong"] <= 0.01 * verdicts["right"]
    assert verdicts["right"] >= RECALL * (verdicts["right"] + verdicts["missed"])


def test_the_corpus_is_large_and_of_every_kind():
    assert len(TUNED) >= 30
    assert {form.kind for form in TUNED} == {
        "pdf", "eml", "html", "docx", "odt", "ods", "csv", "xlsx"
    }  # fmt: skip
    assert {form.draw for form in TUNED} == {"rows", "columns", "words", "letters"}
