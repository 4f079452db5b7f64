"""Whatever is written on an invoice, its page bears it all."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from pypdf import PdfReader

import factories
from chorus import typeset
from chorus.invoice import DeliveryNote, Party
from chorus.typeset.page import page
from typesetting import check, lato, packed, plain, text_of, write

MARKUP = (
    *("#let x = 1 $y^2$ *gras* _bas_ `code` @ref <label>", "\\u{41} #panic() [x] {y}"),
    *("// rien /* rien */ ~ -- ... = titre", "<b>Tom</b> &amp; $x$ %s {0}"),
)


@pytest.mark.parametrize("words", MARKUP)
def test_no_text_is_markup(words):
    places = ("number", "service", "engagement", "market", "customer_reference", "note")
    line = factories.line(name=words, description=words, reference=words, section=words)
    party = Party(words, address=factories.address(street=words, city=words))
    invoice = factories.invoice(
        (line, factories.line()),
        delivery=party,
        delivery_notes=(DeliveryNote(words),),
        payment_terms=words,
        **dict.fromkeys(places, words),
    )

    text = packed(text_of(write(invoice)))

    # Each place, and what repeats it: title, reference of the transfer, subtotal.
    assert text.count(packed(words)) >= 14


@pytest.mark.parametrize(
    "unseen",
    [
        *("\u00ad", "\ufeff", "\u200b\u200c\u200d\u2060", "\u200e\u202a\u2066\u2069"),
        *("\ufe0f", "\U000e0041", "\ufdd0", "\U0001ffff", "\x00\x85", "\u2028"),
    ],
)
def test_what_no_eye_sees_holds_no_invoice_back(unseen):
    name = f"Le Petit{unseen} Prince"

    made = write(factories.invoice((factories.line(name=name),)))

    seen = plain(made).replace(unseen, "")
    assert "Petit Prince" in " ".join(seen.split())


def test_long_texts_stay_on_the_page():
    words = "W" * 200
    invoice = factories.invoice(
        (factories.line(name=words, description=words),),
        customer_reference=words,
        service_name=words,
        buyer=factories.buyer(name=words, address=factories.address(street=words)),
        note=words,
        payment_terms=words,
        delivery_notes=(DeliveryNote(words, date(2026, 11, 2)),),
    )

    for picture in typeset.pictures(invoice, typeset.Letterhead(), lato(), dots=50):
        with Image.open(io.BytesIO(picture)) as page:
            margin = page.convert("L").crop(
                (page.width - 24, 0, page.width, page.height)
            )
            assert margin.getextrema() == (255, 255)


def test_big_figures_leave_room_for_the_designation():
    """Wide columns are set smaller: no word of a title runs over its neighbour."""
    lines = (
        factories.line("1234567.891234", "12345", "12.5"),
        factories.line_with_tax_included("99999.99", "99999", "33.33", unit="KGM"),
    )

    said = page(factories.invoice(lines), typeset.Letterhead())

    taken = sum(column["width"] for column in said["columns"])
    assert taken > 142, "the designation would have less than 40 mm"
    assert taken * said["scale"] <= 142
    check(factories.invoice(lines))
    usual = page(factories.invoice(), typeset.Letterhead())
    assert usual["scale"] == 1


def test_the_first_of_a_month_is_written_as_french_does():
    sizes = {}

    def keep(text, _matrix, _place, _font, size):
        sizes.setdefault(text.strip(), set()).add(size)

    made = write(
        factories.invoice(issue_date=date(2027, 1, 1), due_date=date(2027, 2, 1))
    )
    for one in PdfReader(io.BytesIO(made)).pages:
        one.extract_text(visitor_text=keep)

    assert "du 1er janvier 2027" in plain(made)
    assert "au plus tard le 1er février 2027" in plain(made)
    assert "er" in sizes, "drawn apart, smaller"
    assert max(sizes["er"]) < 11


ENDLESS = "mot " * 2000
UNTAXED = factories.invoice((factories.line(category="E", rate=Decimal(0)),))
ENDLESS_REASON = (replace(UNTAXED.taxes[0], exemption_reason=ENDLESS),)


@pytest.mark.parametrize(
    "invoice",
    [
        factories.invoice(payment_terms=ENDLESS),
        factories.invoice(early_discount=ENDLESS),
        factories.invoice(customer_reference=ENDLESS),
        factories.invoice(service_name=ENDLESS),
        factories.invoice(note=ENDLESS),
        factories.invoice(buyer=factories.buyer(name=ENDLESS)),
        factories.invoice((factories.line(name=ENDLESS, description=ENDLESS),)),
        replace(UNTAXED, taxes=ENDLESS_REASON),
    ],
)
def test_a_text_without_end_goes_on_over_the_page(invoice):
    footer = tuple(f"Ligne {rank} du pied" for rank in range(14))
    letterhead = typeset.Letterhead(footer=(*footer, ENDLESS[:800]))

    for picture in typeset.pictures(invoice, letterhead, lato(), dots=40):
        with Image.open(io.BytesIO(picture)) as page:
            foot = (0, page.height - 6, page.width, page.height)
            assert page.convert("L").crop(foot).getextrema() == (255, 255)
    said = plain(write(invoice, letterhead))
    assert said.count("mot") >= 2200
    assert "Ligne 13 du pied" in said, "in the body, where the foot has no room"


def test_many_deliveries_of_a_day_are_told_together():
    first, second = date(2026, 11, 19), date(2026, 11, 20)
    notes = (
        *(DeliveryNote("BL/1", first), DeliveryNote("BL/2", first)),
        *(DeliveryNote("BL/3", second), DeliveryNote("BL/4")),
    )

    text = plain(write(factories.invoice(delivery_notes=notes)))

    assert "BL/1, BL/2 du 19 novembre 2026, BL/3 du 20 novembre 2026, BL/4" in text


def test_number_of_a_delivery_is_never_cut():
    notes = tuple(
        DeliveryNote(f"WH/OUT/{rank:05}", date(2026, 11, 1 + rank % 25))
        for rank in range(60)
    )

    made = write(factories.invoice(delivery_notes=notes))

    lines = text_of(made).splitlines()
    assert not [line for line in lines if line.endswith("/")]
    assert all(any(note.number in line for line in lines) for note in notes)


LONG_WORD = "*" * 300


@pytest.mark.parametrize(
    ("invoice", "letterhead"),
    [
        (factories.invoice(), typeset.Letterhead(footer=(LONG_WORD,))),
        (factories.invoice(), typeset.Letterhead(registration=LONG_WORD)),
        (factories.invoice(early_discount=LONG_WORD), typeset.Letterhead()),
    ],
)
def test_long_word_of_the_shops_own_stays_on_the_page(invoice, letterhead):
    for picture in typeset.pictures(invoice, letterhead, lato(), dots=50):
        with Image.open(io.BytesIO(picture)) as page:
            edge = (page.width - 24, 0, page.width, page.height)
            assert page.convert("L").crop(edge).getextrema() == (255, 255)


def test_long_name_of_a_shop_leaves_the_title_its_line():
    seller = factories.seller(name="LIBRAIRIE-DE-L'UNIVERSITÉ-ET-DES-GRANDES-ÉCOLES")

    lines = text_of(write(factories.invoice(seller=seller))).splitlines()

    assert "n°\u00a0INV/2026/00001 du 23\u00a0novembre\u00a02026" in lines


def test_unit_that_nobody_knows_stays_beside_its_quantity():
    line = factories.line("1234567.891", "1000", "5", unit="XZZ")
    said = page(factories.invoice((line,)), typeset.Letterhead())

    [quantity] = [one for one in said["columns"] if one["key"] == "quantity"]
    assert said["lines"][0]["quantity"] == "1\u202f000\u00a0XZZ"
    assert quantity["width"] > 16


def test_figures_stand_comma_under_comma():
    lines = (factories.line("7.5", "2"), factories.line("18.9625", "0.5"))
    said = page(factories.invoice(lines), typeset.Letterhead())

    drawn = [line["net"] + line["hidden"]["net"] for line in said["lines"]]
    assert drawn == ["7,5000", "18,9625"]
    assert [line["hidden"]["quantity"] for line in said["lines"]] == [",0", ""]
    assert "7,5000" not in text_of(write(factories.invoice(lines)))


EDGES = {
    "a thousand lines": {"lines": tuple(factories.line() for _ in range(1000))},
    "nothing to pay": {
        "lines": (factories.line("10", "1", "100"), factories.line("0"))
    },
    "taken back": {
        "lines": (
            factories.line("9", "5"),
            factories.line("3", "-2"),
            factories.line("-1"),
        )
    },
    "rounded": {"lines": (factories.line(),), "rounding": Decimal("-0.02")},
    "many decimals": {"lines": (factories.line("0.0000014", "5000000"),)},
    "much": {"lines": (factories.line("1234567.89", "12345"),)},
    "no-break": {"lines": (factories.line(name="Un\u00a0titre\u202f!\u00a0Oui"),)},
    "right to left": {"lines": (factories.line(name="كليلة ودمنة", quantity="3"),)},
    "rates": {
        "lines": tuple(
            factories.line(rate=Decimal(rate), is_service=rate == "20")
            for rate in ("5.5", "20", "2.1", "10")
        )
    },
    "franc": {"lines": (factories.line(),), "currency": "CHF", "tax_in_euros": 1},
}


@pytest.mark.parametrize("name", EDGES)
def test_nothing_of_the_data_is_missing_at_the_edges(name):
    values = dict(EDGES[name])
    if "tax_in_euros" in values:
        values["tax_in_euros"] = Decimal("0.77")

    check(factories.invoice(values.pop("lines"), **values))
