"""Short forms and mails, given as text."""

import pytest

from chorus import orders
from chorus.orders.page import page
from orders_corpus.form import OUR_SIREN
from orders_corpus.texts import MAILS, PAGES


def told(found):
    reading = orders.settle(orders.read(found), {}, {OUR_SIREN})
    return reading.values(), {book.ean: book.quantity for book in reading.books}


@pytest.mark.parametrize(("text", "values", "books"), PAGES)
def test_a_page(text, values, books):
    assert told([page(text.splitlines(), 1)]) == (values, books)


@pytest.mark.parametrize(("subject", "body", "values", "books"), MAILS)
def test_a_mail(subject, body, values, books):
    assert told(orders.mail_pages(subject, body)) == (values, books)
