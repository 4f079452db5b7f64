"""French typography, dated mentions, the letterhead."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PIL import Image

import factories
from chorus import mentions
from chorus.facturx import cii
from chorus.typeset import Letterhead
from chorus.typeset.page import (
    breakable,
    french_day,
    grouped_iban,
    grouped_siret,
    grouped_vat,
    page,
    sentence,
)
from chorus.typeset.table import money, percent

NB, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1234.5", f"1{NARROW}234,50"),
        ("-0.5", "-0,50"),
        ("-0", "0,00"),
        ("1234567.891", f"1{NARROW}234{NARROW}567,891"),
        ("1E+3", f"1{NARROW}000,00"),
    ],
)
def test_amounts(value, written):
    assert money(Decimal(value)) == written
    assert money(Decimal(value), "EUR") == f"{written}{NB}€"


def test_numbers_are_grouped_as_their_owners_do():
    assert percent(Decimal("5.50")) == f"5,5{NB}%"
    assert french_day(date(2027, 1, 1)) == f"1er{NB}janvier{NB}2027"
    assert grouped_siret("33254021516357").split(NARROW) == [
        "332",
        "540",
        "215",
        "16357",
    ]
    assert grouped_siret("A1") == "A1"
    assert grouped_iban(factories.IBAN).split(NARROW)[-2:] == ["7890", "189"]
    assert grouped_vat("FR12345678901").split(NARROW) == ["FR", "12", "345678901"]
    assert grouped_vat("BE0428759497") == "BE0428759497"


def test_sentences_hold_their_signs():
    assert sentence("Où ? « Là » !") == f"Où{NB}? «{NB}Là{NB}»{NB}!"


def test_only_words_too_long_are_cut():
    assert breakable("court mot", 24) == "court mot"
    assert "\u200b" in breakable("x" * 30, 24)
    assert breakable("x" * 30, 24).replace("\u200b", "") == "x" * 30


# --- the law -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "words"),
    [(30, "R2192-10"), (50, "R2192-11"), (60, "R2192-11"), (20, "20 jours")],
)
def test_delay_is_told_with_its_article(days, words):
    invoice = factories.invoice(payment_days=days)

    told = mentions.terms(invoice).replace(NB, " ")

    assert f"à {days} jours" in told
    assert words in told


def test_wording_is_that_of_its_day(monkeypatch):
    entries = {"x": [(date(2020, 1, 1), "before"), (date(2027, 1, 1), "after")]}
    monkeypatch.setattr(mentions, "_entries", lambda: entries)

    days = (date(2019, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [mentions.mention("x", day) for day in days] == ["before", "before", "after"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", ""),
        ("VATEX-FR-FRANCHISE", "TVA non applicable, article 293 B du CGI"),
        ("VATEX-FR-CNWVAT", "Avoir net de taxe (article 272 du CGI)"),
        ("VATEX-EU-AE", "Autoliquidation"),
        ("VATEX-EU-F", "Régime particulier - Biens d'occasion (article 297 A du CGI)"),
        ("VATEX-FR-CGI261-4", "Exonération de TVA, article 261, 4 du CGI"),
        ("VATEX-FR-298SEXDECIESA", "Exonération de TVA, article 298 SEXDECIESA du CGI"),
        ("nonsense", ""),
    ],
)
def test_reason_codes_in_the_words_of_the_law(code, said):
    assert mentions.exemption(code, date(2026, 11, 23)) == said


def test_every_document_takes_the_wording_of_its_day(monkeypatch):
    """VAT leaves the CGI for another code: what moves is data."""
    entries = dict(mentions._entries())
    new = [(date(2000, 1, 1), "CGI"), (date(2028, 7, 1), "CIBS")]
    monkeypatch.setattr(mentions, "_entries", lambda: entries | {"vat_E": new})
    line = factories.line(category="E", rate=Decimal(0))
    invoice = factories.invoice((line,))
    row = replace(invoice.taxes[0], exemption_reason="")
    for day, said in ((date(2028, 6, 30), "CGI"), (date(2028, 7, 1), "CIBS")):
        one = replace(invoice, taxes=(row,), issue_date=day)
        assert f"<ram:ExemptionReason>{said}<" in cii.write(one).decode()
        assert said in page(one, Letterhead())["vat"]["mentions"]


def test_three_notes_are_those_of_the_norm():
    notes = mentions.notes(factories.invoice())

    assert list(notes) == ["PMD", "PMT", "AAB"]
    assert "huit points" in notes["PMD"]
    assert f"40{NB}€" in notes["PMT"]
    assert "néant" in notes["AAB"]
    assert all(len(text) <= 1024 for text in notes.values())
    terms = "Escompte de 2 % à huit jours"
    assert mentions.notes(factories.invoice(payment_terms=terms))["AAB"] == terms
    granted = factories.invoice(payment_terms="30 jours", early_discount="2 % à 10 j")
    assert mentions.notes(granted)["AAB"] == "2 % à 10 j"


def test_nature_and_debits_follow_what_is_sold():
    book, service = factories.line(), factories.line(is_service=True)

    def told(*lines, **changes):
        invoice = factories.invoice(lines, **changes)
        return mentions.nature(invoice).split(": ")[1], mentions.debits(invoice)

    assert told(book) == ("livraison de biens", "")
    nature, debits = told(book, service)
    assert nature == "livraison de biens et prestation de services"
    assert debits == "Option pour le paiement de la taxe d'après les débits"
    assert told(service)[0] == "prestation de services"
    assert told(service, vat_on_payment=True)[1] == ""


# --- the letterhead ------------------------------------------------------------------


def picture(kind: str, mode: str, size=(900, 300), colour=None) -> bytes:
    buffer = io.BytesIO()
    image = Image.effect_noise(size, 90).convert(mode)
    if colour:
        image.paste(colour, (0, 0, *size))
    image.save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "CMYK"), ("GIF", "L"), ("WEBP", "RGB")],
)
def test_any_usual_picture_becomes_a_logo(kind, mode):
    logo = Letterhead(logo=picture(kind, mode)).picture

    with Image.open(io.BytesIO(logo.content)) as image:
        assert image.mode == "RGB"
        assert image.width <= 500
    assert logo.width <= 62
    assert logo.height <= 22
    assert logo.width / logo.height == pytest.approx(3, rel=0.05)


def test_picture_taken_sideways_stands_upright():
    image = Image.new("RGB", (400, 100), "red")
    taken = image.getexif()
    taken[0x0112] = 6  # to be turned by a quarter
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=taken)

    logo = Letterhead(logo=buffer.getvalue()).picture

    assert logo.height == pytest.approx(4 * logo.width, rel=0.05)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
def test_picture_of_any_shape_has_a_size(size):
    logo = Letterhead(logo=picture("PNG", "RGB", size)).picture

    assert 0 < logo.width <= 62
    assert 0 < logo.height <= 22


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_picture_that_moves_stands_still(kind):
    first, *more = (Image.new("RGB", (300, 100), name) for name in ("red", "blue"))
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=more)

    logo = Letterhead(logo=buffer.getvalue()).picture

    with Image.open(io.BytesIO(logo.content)) as image:
        assert getattr(image, "n_frames", 1) == 1
        red, _green, blue = image.convert("RGB").getpixel((5, 5))
    assert red > blue + 150


def test_picture_from_a_camera_weighs_little():
    logo = Letterhead(logo=picture("JPEG", "RGB", (4000, 3000))).picture

    assert logo.format == "jpg"
    assert len(logo.content) < 40_000


@pytest.mark.parametrize("broken", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n"])
def test_picture_that_cannot_be_read_is_left_out(broken):
    assert Letterhead(logo=broken).picture is None


def test_blank_picture_is_left_out():
    blank = picture("PNG", "RGB", colour=(255, 255, 255))

    assert Letterhead(logo=blank).picture is None


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#7a1f3d", "red", ""])
def test_colour_is_dark_enough_to_read(colour):
    letterhead = Letterhead(colour=colour)

    red, green, blue = bytes.fromhex(letterhead.accent[1:])
    assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 140
    if colour == "#7a1f3d":
        assert letterhead.accent == colour
    assert replace(letterhead, colour=letterhead.accent).accent == letterhead.accent
