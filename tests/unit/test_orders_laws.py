"""Laws of reading an order, whatever it holds (R45)."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from chorus import orders
from chorus.orders.page import FORM, LAID_OUT, PLAIN, QUOTED, page, table
from chorus.siret import is_valid, siren
from orders_corpus.form import isbn, siret, spaced

LABELS = (
    "SIRET : ", "Siret de facturation ", "N° engagement ", "EJ ", "Code service : ",
    "Bon de commande n° ", "Commande ", "Marché n°", "lot ", "Date : ", "Livrer à : ",
    "annule et remplace ", "Titulaire ", "BC ", "Tél. ", "du ", "ISBN ", "Qté ",
)  # fmt: skip
SIRETS = [siret(number) for number in (21990010, 24990002, 11990001)]
VALUES = (
    *SIRETS, *map(spaced, SIRETS), SIRETS[0][:-1] + "0", "2026-00417", "1400123459",
    "CULT-MED", "03/02/2026", "3 février 2026", isbn(7), "12", "99012345700014",
    "05 99 00 12 34", "Médiathèque, 3 rue des Lilas", "  ", "\t", "\u00a0", "n°",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from(VALUES),
    st.text(string.printable + "éÀ°’\u202f–", max_size=12),
)
rows = st.lists(
    st.lists(words, min_size=1, max_size=6).map("".join), min_size=1, max_size=12
)
worths = st.sampled_from((FORM, LAID_OUT, PLAIN, QUOTED))


@given(rows, worths)
@settings(max_examples=150, deadline=None)
def test_every_value_stands_in_its_sentence(lines, worth):
    reading = orders.read([page(lines, 1, worth)])
    for one in reading.candidates:
        assert one.printed in one.sentence
        assert one.value
        assert 0 < one.confidence < 1
        assert one.why


@given(rows)
@settings(max_examples=100, deadline=None)
def test_no_siret_with_a_wrong_key_unless_told(lines):
    found = orders.read([page(lines, 1)]).of("siret")
    assert all(is_valid(one.value) for one in found)


@given(rows)
@settings(max_examples=100, deadline=None)
def test_our_own_siret_is_never_the_customers(lines):
    reading = orders.settle(orders.read([page(lines, 1)]), {}, {"990123457"})
    assert all(siren(one.value) != "990123457" for one in reading.of("siret"))


@given(rows)
@settings(max_examples=100, deadline=None)
def test_two_values_as_sure_fill_nothing(lines):
    reading = orders.read([page(lines, 1)])
    for name, value in reading.values().items():
        first, *others = reading.of(name)
        assert first.value == value
        assert all(one.confidence < first.confidence for one in others)


@given(rows, rows)
@settings(max_examples=100, deadline=None)
def test_what_is_quoted_never_beats_what_is_said(lines, quoted):
    alone = orders.read([page(lines, 0)]).values()
    both = orders.read([page(lines, 0), page(quoted, 0, QUOTED)]).values()
    assert {name: both.get(name) for name in alone} == alone


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(2, 99)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_list_gives_each_isbn_its_copies(lines):
    cells = [["ISBN", "Titre", "Qté"]]
    cells += [[isbn(number), f"Titre {number}", str(qty)] for number, qty in lines]
    books = orders.read([page(table(cells))]).books
    expected = {}
    for number, qty in lines:
        ean = isbn(number)
        expected[ean] = expected.get(ean, 0) + qty
    assert {book.ean: book.quantity for book in books} == expected


@given(st.text(max_size=300), st.sampled_from(("a.csv", "a.txt", "a.eml", "a.pdf", "")))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_said_not_to_be(text, name):
    orders.read_file(text.encode("utf-8", "replace"), name)


@given(st.binary(max_size=400), st.sampled_from((b"", b"%PDF-1.4\n", b"PK\x03\x04")))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_said_not_to_be(content, head):
    reading = orders.read_file(head + content, "file.pdf")
    assert not reading.candidates or head == b""
