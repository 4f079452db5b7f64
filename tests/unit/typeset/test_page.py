"""The readable page: what it says is what the XML says, and anyone can read it."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image
from pypdf import PdfReader

import factories
from chorus import mentions, typeset
from chorus.facturx import cii, pdf
from chorus.facturx.dialect import EXTENDED_CTC_FR, HISTORICAL, Reform
from chorus.invoice import CREDIT_NOTE, DeliveryNote, Party, Preceding
from chorus.typeset.page import page
from typesetting import lato, packed, plain, text_of, unsaid, write

DAY = date(2026, 11, 23)


def check(invoice, dialect=HISTORICAL) -> None:
    """Find every amount and reference of the XML in the page's text."""
    if invoice.kind == CREDIT_NOTE:
        invoice = replace(invoice, iban="", bic="")  # as the books make it
    made = write(invoice, reform=dialect is not HISTORICAL)
    assert unsaid(made, cii.write(invoice, dialect=dialect)) == []


# --- the page and the XML ------------------------------------------------------------


# Reading a text back takes a tenth of a second: few examples, no simpler ones.
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(factories.invoices(max_lines=8))
def test_page_holds_what_the_xml_holds(invoice):
    check(invoice)


def test_two_hundred_lines_are_all_there():
    lines = tuple(
        factories.line_with_tax_included(f"{6 + n}.90", "3", "9", name=f"Livre {n:03d}")
        for n in range(200)
    )
    invoice = factories.invoice(lines)

    check(invoice)

    text = text_of(write(invoice))
    assert all(f"Livre {n:03d}" in text for n in range(200))


def test_credit_note_names_what_it_cancels_and_asks_for_nothing():
    invoice = factories.credit_note(customer_reference="Retour")

    text = text_of(write(invoice))

    assert "AVOIR" in text
    assert "Avoir sur la facture n°\u00a0INV/2026/00001" in text
    assert "20\u00a0novembre\u00a02026" in text
    assert "Motif" in text
    assert "Net à votre crédit" in text
    assert "Net à payer" not in text
    assert "IBAN" not in text
    assert "au plus tard" not in text
    check(invoice)


def test_credit_note_bears_the_notes_that_its_data_bear():
    """The reform asks for them on each document; Chorus Pro's own data do not."""
    invoice = factories.credit_note()

    assert "intérêts moratoires" not in plain(write(invoice))
    assert "intérêts moratoires" in plain(write(invoice, reform=True))
    check(invoice, Reform(EXTENDED_CTC_FR))
    check(factories.invoice(), Reform(EXTENDED_CTC_FR))


def test_balance_names_the_deposits_it_deducts():
    deposits = (Preceding("ACC/1", date(2026, 10, 1)), Preceding("ACC/2"))
    invoice = factories.invoice(deposits=deposits, tax_in_euros=Decimal("12.34"))

    text = " ".join(text_of(write(invoice)).split())

    assert "Acompte déduit : facture n° ACC/1 du 1er octobre 2026" in text
    assert "facture n° ACC/2" in text
    assert "12,34 €" in text
    check(invoice)
    asked = " ".join(text_of(write(factories.invoice(is_deposit=True))).split())
    assert "FACTURE D'ACOMPTE" in asked


def test_an_invoice_that_names_another_is_no_credit_note():
    """A debit note, or the invoice that takes a credit note back."""
    invoice = factories.invoice(original_number="INV/2026/00003")

    text = " ".join(text_of(write(invoice)).split())

    assert "Se rapporte à la pièce n° INV/2026/00003" in text
    assert "Avoir" not in text


def test_each_mention_of_a_row_is_printed():
    line = factories.line(category="E", rate=Decimal(0))
    invoice = factories.invoice((line,))
    tax = replace(invoice.taxes[0], exemption_reason="Première mention\nSeconde")

    text = text_of(write(replace(invoice, taxes=(tax,))))

    assert "Première mention" in text.splitlines()
    assert "Seconde" in text.splitlines()


def test_references_are_named_as_a_body_knows_them():
    invoice = factories.invoice(
        market="2026-LIVRES",
        customer_reference="BC-118",
        delivery=Party("Médiathèque", address=factories.address()),
        delivery_date=date(2026, 12, 1),
        delivery_notes=(DeliveryNote("WH/OUT/00042", date(2026, 11, 20)),),
    )

    text = " ".join(text_of(write(invoice)).split())

    for words in (
        *(
            "SIRET émetteur : 332 540 215 16357",
            "SIRET destinataire : 227 605 409 00019",
        ),
        *("Code service SERVICE-ACHATS", "N° d'engagement EJ-2026-0042"),
        *("N° de marché 2026-LIVRES", "N° de bon de commande : BC-118"),
        "N° de bon de livraison : WH/OUT/00042 du 20 novembre 2026",
        "Date de livraison : 1er décembre 2026",
        "Nature de l'opération : livraison de biens",
    ):
        assert words in text


def test_absent_references_leave_nothing():
    text = text_of(write(factories.invoice(service="", engagement="")))

    for label in ("Code service", "engagement", "marché", "bon de"):
        assert label not in text


def test_long_reference_is_neither_cut_nor_spaced():
    number = "ENGAGEMENT-" + "W" * 39

    assert number in text_of(write(factories.invoice(engagement=number)))


def test_sections_bear_their_subtotal():
    lines = (
        factories.line("10", "2", section="Jeunesse"),
        factories.line("5", "1", section="Jeunesse"),
        factories.line("7", "1", section="Adultes", subsection="Romans"),
    )

    text = " ".join(text_of(write(factories.invoice(lines))).split())

    assert "Sous-total Jeunesse 25,00" in text
    assert "Sous-total Adultes 7,00" in text
    assert text.index("Adultes") < text.index("Romans") < text.index("Sous-total Adu")


def test_amounts_are_carried_from_page_to_page():
    lines = tuple(factories.line("10", "1") for _ in range(90))

    pages = PdfReader(io.BytesIO(write(factories.invoice(lines)))).pages

    texts = [packed(page.extract_text()) for page in pages]
    assert len(texts) > 2
    assert "Report:" not in texts[0]
    assert "Àreporter:" not in texts[-1]
    for before, after in pairwise(texts):
        carried = before.split("Àreporter:")[1].split(",")[0]
        assert f"Report:{carried}," in after


def test_copy_says_so_and_the_original_does_not():
    words = "COPIE – l'original électronique a été transmis par Chorus Pro"

    assert words in text_of(write(factories.invoice(), copy=words))
    assert "COPIE" not in text_of(write(factories.invoice()))


def test_paid_invoice_is_not_to_be_paid_again():
    plain = factories.invoice()
    invoice = factories.invoice(
        paid=plain.total, frame="A2", payment_means="48", iban="", bic=""
    )

    text = text_of(write(invoice))

    assert "Facture déjà payée, à ne pas régler" in text
    assert "Paiement par virement" not in text
    assert "Escompte pour paiement anticipé" in text
    dated = text_of(write(replace(invoice, paid_on=date(2026, 11, 1))))
    assert "Facture déjà payée le 1er novembre 2026" in " ".join(dated.split())
    assert "carte bancaire" in text
    assert "au plus tard" not in text


def test_vat_has_no_place_where_none_is_charged():
    line = factories.line(category="E", rate=Decimal(0))
    reason = "Régime particulier - Biens d'occasion (article 297 A du CGI)"
    invoice = factories.invoice((line,))
    tax = replace(invoice.taxes[0], exemption_reason=reason)

    text = text_of(write(replace(invoice, taxes=(tax,))))

    assert reason in " ".join(text.split())
    for words in ("TTC", "Total HT", "0\u00a0%"):
        assert words not in text


def test_margin_shows_no_vat_beside_lines_that_bear_some():
    """CGI, article 297 E: no VAT of a second-hand book is read, nor worked out."""
    line = factories.line("100", "1", name="Ancien", category="E", rate=Decimal(0))
    invoice = factories.invoice((factories.line(), line))
    code = "VATEX-EU-F"
    taxed, margin = invoice.taxes
    margin = replace(
        margin, exemption_code=code, exemption_reason=mentions.exemption(code, DAY)
    )
    invoice = replace(invoice, taxes=(taxed, margin))

    text = plain(write(invoice))

    assert "Régime particulier - Biens d'occasion (article 297 A du CGI)" in text
    assert "marge 100,00" in text
    for words in ("exonéré", "0 %", " 0,00"):
        assert words not in text


# --- who sells, to whom --------------------------------------------------------------


@pytest.mark.parametrize(
    ("registration", "identity"),
    [
        ("SARL au capital de 8 000 € – RCS Rouen", "Chez Léa, SARL au capital de 8"),
        ("EI – RCS Rouen 332 540 215", "Chez Léa EI – RCS Rouen 332"),
        ("Entrepreneur individuel", "Chez Léa Entrepreneur individuel – SIRET"),
        ("EIRL Chez Léa", "Chez Léa, EIRL Chez Léa – SIRET"),
        ("", "Chez Léa – SIRET"),
    ],
)
def test_who_sells_is_told_as_the_law_asks(registration, identity):
    seller = factories.seller(name="Chez Léa", gln="3025590000008")
    letterhead = typeset.Letterhead(registration=registration)

    text = plain(write(factories.invoice(seller=seller), letterhead))

    assert identity in text
    assert "Gencod 3025590000008" in text
    sole_trader = "Chez Léa E" in identity
    assert ("Émetteur Chez Léa E" in text) is sole_trader


def test_address_abroad_names_its_country():
    def told(country):
        buyer = factories.buyer(address=factories.address(country=country))
        return plain(write(factories.invoice(buyer=buyer)))

    assert "76000 Rouen Belgique" in told("BE")
    assert "76000 Rouen SIRET" in told("FR")
    assert "76000 Rouen SIRET" in told("GP")


# --- whatever is written there -------------------------------------------------------


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


# --- anyone can read it --------------------------------------------------------------


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
