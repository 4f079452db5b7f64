"""The page as a file: anyone can read it; the same bytes, small, and quick."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image
from pypdf import PdfReader

import factories
from chorus import typeset
from chorus.facturx import cii, pdf
from typesetting import text_of, unsaid, write

DAY = date(2026, 11, 23)


def logo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (3000, 900), (120, 20, 60, 255)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("drawn", [True, False])
def test_page_is_pdf_a_and_pdf_ua(drawn):
    letterhead = typeset.Letterhead(logo=logo() if drawn else b"")
    invoice = factories.invoice()

    made = pdf.embed(
        write(invoice, letterhead),
        cii.write(invoice),
        title=f"Facture {invoice.number}",
        author=invoice.seller.name,
        made_at=factories.MADE_AT,
    )

    assert pdf.pdfa_problems(made, accessible=True) == []
    root = PdfReader(io.BytesIO(made)).root_object
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    kinds, alternatives = tags(root)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= kinds
    assert alternatives == (["Logo de Librairie L'Été"] if drawn else [])


def tags(root) -> tuple[set[str], list[str]]:
    """Kinds of tags of a document, and the words that stand for its pictures."""
    kinds, alternatives, waiting = set(), [], [root["/StructTreeRoot"]]
    while waiting:
        tag = waiting.pop().get_object()
        if not hasattr(tag, "get"):
            continue
        kinds.add(tag.get("/S"))
        if "/Alt" in tag:
            alternatives.append(tag["/Alt"])
        children = tag.get("/K", [])
        children = (
            children.get_object() if hasattr(children, "get_object") else children
        )
        waiting += children if isinstance(children, list) else [children]
    return kinds, alternatives


def test_body_is_read_in_order():
    invoice = factories.invoice(note="Merci")

    text = text_of(write(invoice))

    order = (
        *("FACTURE", "Émetteur", "Destinataire", "Références", "Désignation"),
        *("Total TTC", "Règlement", "Merci", "Mentions légales"),
    )
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("title", ["Ὀδυσσεύς", "Война и мир", "ćevapčići ŵ"])
def test_other_letters_are_written(title):
    assert title in text_of(write(factories.invoice((factories.line(name=title),))))


def test_character_that_no_font_has_is_told_with_its_text():
    title = "Ο 𒀀𒁀 δρόμος"
    invoice = factories.invoice((factories.line(), factories.line(name=title)))

    with pytest.raises(typeset.MissingGlyphs) as error:
        write(invoice)

    assert error.value.characters == "𒀀𒁀"
    assert error.value.text == title


# --- the same, small, and quick ------------------------------------------------------


def test_same_invoice_gives_the_same_bytes():
    invoice, letterhead = factories.invoice(), typeset.Letterhead(logo=logo())

    first = write(invoice, letterhead)
    write(factories.credit_note())

    assert write(invoice, typeset.Letterhead(logo=logo())) == first


def test_ten_lines_with_a_logo_weigh_little():
    lines = tuple(
        factories.line_with_tax_included("8.90", "2", "9", name=f"Le livre {n}")
        for n in range(10)
    )
    invoice = factories.invoice(lines)

    made = pdf.embed(
        write(invoice, typeset.Letterhead(logo=logo())),
        cii.write(invoice),
        title="Facture",
        author="Librairie",
        made_at=factories.MADE_AT,
    )

    assert len(made) < 60_000


def test_time_follows_the_number_of_lines():
    def seconds(count: int) -> float:
        lines = tuple(factories.line(name=f"Livre {n}") for n in range(count))
        invoice = factories.invoice(lines)
        start = time.process_time()
        write(invoice)
        return time.process_time() - start

    seconds(5)

    # Four times the lines; their square would be sixteen.
    few, many = (min(seconds(count) for _ in range(2)) for count in (200, 800))
    assert many < 10 * few


def test_several_are_typeset_at_once():
    invoices = [factories.invoice(number=f"F-{rank}") for rank in range(8)]
    alone = [write(invoice) for invoice in invoices]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(write, invoices))

    assert together == alone


def test_what_no_page_bears_is_told():
    invoice = factories.invoice()
    other = replace(invoice, number="F-999", market="M-1", due=Decimal("98765.43"))
    assert unsaid(write(invoice), cii.write(other)) == ["98765.43", "M-1"]
