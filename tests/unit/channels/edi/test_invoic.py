"""INVOIC D.96A: written, verified, read back the same; what cannot pass is told."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invoics import BODY, ENVELOPE, PROFILE, lines_of, told, written

from chorus.channels.edi import edifact, invoic, invoic_table
from chorus.channels.edi.invoic import carried, obstacles
from chorus.channels.edi.invoic_read import read
from chorus.channels.edi.invoic_verify import problems
from chorus.channels.edi.invoic_write import write
from chorus.invoice import Address, Invoice, Party, Preceding
from factories import NOT_APPLICABLE, credit_note, invoice, invoices, line, seller

# ---- SEGMENT BY SEGMENT -------------------------------------------------------------


def test_a_credit_note_segment_by_segment():
    sold = (
        line(
            *("6.5403", "10", "9"),
            name="L'ÉTRANGER",
            ean="9782070360024",
            reference="",
            public_price=Decimal("6.90"),
        ),
    )
    note = credit_note(
        sold,
        number="AV/2026/00007",
        seller=seller(phone="02 35 00 00 00"),
        market="2026-FCS-0042",
        service="SERV_Biblio-01",
        bic="AGRIFRPP",
        vat_on_payment=True,
    )
    assert lines_of(written(note)) == [
        "UNA:+.? ",
        "UNB+UNOC:3+3012345678902:14+3025590000008:14+261123:0240+00000000000123++INVOIC++++1",
        "UNH+1+INVOIC:D:96A:UN:EAN008",
        "BGM+381+AV/2026/00007+9",
        "DTM+137:20261123:102",
        "FTX+REG+++SARL au capital de 8 000 EUR - RCS ROUEN 332 540 215",
        "FTX+PMD+++Pénalités de retard ?: taux de la BCE majoré de 8 points",
        "FTX+PMT+++Indemnité forfaitaire de recouvrement ?: 40 EUR",
        "FTX+AAB+++Pas d?'escompte",
        "FTX+AAI+++TVA acquittée sur les encaissements",
        "RFF+ON:EJ-2026-0042",
        "RFF+CT:2026-FCS-0042",
        "RFF+IV:INV/2026/00001",
        "DTM+171:20261120:102",
        "NAD+SU+3012345678902::9++Librairie L?'Été+12 rue de l?'Église+Rouen++76000+FR",
        "FII+RB+FR7630006000011234567890189+AGRIFRPP:25:5",
        "RFF+GN:33254021516357",
        "RFF+VA:FR04332540215",
        "CTA+AR",
        "COM+02 35 00 00 00:TE",
        f"NAD+BY+22760540900019::107++{BODY}+Quai Jean Moulin+Rouen++76101+FR",
        "RFF+GN:22760540900019",
        "RFF+CR:SERV_Biblio-01",
        "CUX+2:EUR:4",
        "PAT+1",
        "DTM+13:20261223:102",
        "PAI+::30",
        "LIN+1++9782070360024:EN",
        "PIA+1+9782070360024:IB",
        "IMD+F++:::L?'ÉTRANGER",
        "QTY+47:10",
        "MOA+203:59.52",
        "PRI+AAA:5.952",
        "PRI+AAB:6.5403",
        "PRI+AAE:6.9",
        "TAX+7+VAT+++:::5.5+S",
        "ALC+A++++TD",
        "PCD+3:9",
        "MOA+8:5.88",
        "UNS+S",
        "CNT+2:1",
        "MOA+79:59.52",
        "MOA+125:59.52",
        "MOA+124:3.27",
        "MOA+77:62.79",
        "MOA+9:62.79",
        "TAX+7+VAT+++:::5.5+S",
        "MOA+125:59.52",
        "MOA+124:3.27",
        "UNT+48+1",
        "UNZ+1+00000000000123",
    ]


def test_the_profile_decides_its_codes():
    profile = replace(
        PROFILE,
        application="",
        association="EAN007",
        original_qualifier="OI",
        discount_code="DI",
        buyer_agency="ZZZ",
    )
    production = replace(ENVELOPE, test=False)
    note = credit_note((line(discount="5"),))
    text = "\n".join(lines_of(written(note, profile, production)))
    for piece in ("261123:0240+00000000000123\n", ":UN:EAN007\n", "RFF+OI:"):
        assert piece in text
    assert "ALC+A++++DI" in text
    assert "NAD+BY+22760540900019::ZZZ+" in text
    assert problems(written(note, profile, production), note) == []


def test_vat_rates_exemption_and_paid_part():
    sold = (
        line(),
        line(rate=Decimal(20)),
        line(rate=Decimal("2.1")),
        line(category="E", rate=Decimal(0)),
    )
    one = invoice(sold, paid=Decimal("10.00"))
    text = "\n".join(lines_of(written(one)))
    assert f"FTX+TXD+++{NOT_APPLICABLE}" in text
    assert "MOA+113:10.00" in text
    assert text.count("TAX+7+VAT") == 8
    assert problems(written(one), one) == []


def test_long_texts_are_cut_between_words_titles_at_seventy():
    name = "Médiathèque départementale de prêt de la Seine-Maritime et du pays de Caux"
    one = invoice((line(name="roman " * 30),), seller=seller(name=name))
    text = "\n".join(lines_of(written(one)))
    assert (
        "+Médiathèque départementale de prêt :de la Seine-Maritime et du pays de :Caux+"
        in text
    )
    title = read(written(one)).lines[0].name
    assert len(title) == 70
    assert ("roman " * 30).startswith(title)


# ---- WRITE, READ --------------------------------------------------------------------


def clean(one):
    """The same record, in characters the message takes."""
    texts = {
        name: edifact.plain(
            "".join(
                char
                for char in edifact.plain(value)
                if char not in edifact.foreign(value)
            )
        )
        for name in one.__dataclass_fields__
        if isinstance(value := getattr(one, name), str)
    }
    records = {
        name: clean(value)
        for name in one.__dataclass_fields__
        if isinstance(value := getattr(one, name), Party | Address)
    }
    rows = {
        name: tuple(map(clean, value))
        for name in one.__dataclass_fields__
        if isinstance(value := getattr(one, name), tuple)
    }
    return replace(one, **texts, **records, **rows)


def carriable(one: Invoice) -> Invoice:
    one = clean(one)
    terms = one.payment_terms[:60]
    return replace(
        one, rounding=Decimal(0), due=one.total - one.paid, payment_terms=terms
    )


@given(invoices().map(carriable))
@settings(max_examples=60, deadline=None)
def test_written_then_read_it_is_the_same(one):
    content = written(one)
    assert problems(content, one) == []
    assert read(content) == carried(one)


@given(st.text(max_size=120))
def test_any_title_is_written_or_told(name):
    one = invoice((line(name=name),))
    if told(one):
        assert edifact.foreign(edifact.plain(name))
        return
    assert problems(write(one, PROFILE, ENVELOPE), one) == []


@given(st.lists(st.lists(st.lists(st.text("a:+?' É", max_size=5), min_size=1))))
def test_any_segment_comes_back(segments):
    segments = [
        edifact.segment("FTX", *map(tuple, elements), "end") for elements in segments
    ]
    said = [edifact.segment("UNB", "x"), *segments]
    there = edifact.load(edifact.dump(said))
    for meant, one in zip(said, there, strict=True):
        assert one.tag == meant.tag
        for e, element in enumerate(meant.elements):
            for c, text in enumerate(element):
                assert one.get(e, c) == text


@pytest.mark.parametrize("count", [1, 200, 1000])
def test_any_number_of_lines(count):
    sold = tuple(line(name=f"Tome {n}", discount=n % 3 * 5) for n in range(count))
    one = invoice(sold)
    assert problems(written(one), one) == []


def test_segments_on_lines_without_terminator():
    lines = lines_of(written(invoice()))
    with_ends = "\r\n".join(f"{one}'" for one in lines).encode(edifact.ENCODING)
    without = "\n".join(lines[1:]).encode(edifact.ENCODING)
    assert read(with_ends) == read(written(invoice()))
    assert [one.tag for one in edifact.load(without)][-1] == "UNZ"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"UNB", b"\xff\x00", b"<a/>"])
def test_garbage_is_no_invoice(content):
    with pytest.raises(edifact.SyntaxFault):
        read(content)


# ---- WHAT CANNOT PASS ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service": "S" * 36}, "36 characters where EDIFACT takes 35"),
        ({"engagement": "E" * 50}, "50 characters"),
        ({"market": "Marché œuvres"}, "U\\+0153"),
        ({"seller": seller(name="L" * 176)}, "176 characters"),
        ({"payment_terms": "terme " * 70}, "takes 350"),
        ({"note": "mot " * 1000}, "blocks of text"),
        ({"rounding": Decimal("0.02")}, "rounded"),
        ({"lines": (line(name="漢字"),)}, "U\\+6F22"),
        ({"lines": (line(category="AE"),)}, "category AE"),
    ],
)
def test_it_is_told_and_nothing_is_cut(changes, words):
    assert re.search(words, told(invoice(**changes)))


def test_every_obstacle_at_once():
    bad = credit_note(service="S" * 36, engagement="E" * 36, original_number="")
    envelope = replace(ENVELOPE, sender="")
    assert len(obstacles(bad, replace(PROFILE, receiver="123"), envelope)) == 5


def test_a_discount_granted_is_not_denied():
    text = "\n".join(lines_of(written(invoice(early_discount="2 % sous 10 jours"))))
    assert "FTX+AAB+++2 % sous 10 jours" in text
    assert "escompte" not in text


@pytest.mark.parametrize(
    "one",
    [
        invoice(deposits=(Preceding("ACC/1", date(2026, 10, 1)), Preceding("ACC/2"))),
        invoice(original_number="RINV/1", original_date=date(2026, 10, 1)),
        credit_note(is_deposit=True),
    ],
    ids=["balance", "takes a credit note back", "credit note of a deposit"],
)
def test_earlier_invoices_are_named(one):
    content = written(one)
    assert problems(content, one) == []
    text = "\n".join(lines_of(content))
    for number in (one.original_number, *(each.number for each in one.deposits)):
        assert not number or f"RFF+IV:{number}" in text
    assert "DTM+171:2026" in text


def test_case_and_signs_of_references_are_kept():
    one = invoice(service="sErv+:?'é ", engagement="ej 'à'", market="M ?")
    there = read(written(one))
    assert (there.service, there.engagement, there.market) == (
        one.service,
        one.engagement,
        one.market,
    )


# ---- THE VERIFIER IS NO YES-MAN -----------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("UNS+S'", "", "UNS: 0 < 1"),
        ("CUX+2:EUR:4'", "", "CUX|UNT counts|currency"),
        ("UNT+", "UNT+9", "UNT counts"),
        ("UNZ+1+", "UNZ+2+", "UNZ counts"),
        ("UNZ+1+00000000000123", "UNZ+1+7", "UNZ refers"),
        ("MOA+79:", "MOA+79:1", "MOA 79"),
        ("MOA+77:", "MOA+77:1", "MOA 77"),
        ("MOA+9:", "MOA+9:x", "not a number"),
        ("9782070612758:EN", "9782070612759:EN", "key of 9782070612759"),
        ("3012345678902:14", "3012345678903:14", "not a GLN"),
        ("RFF+ON:", "RFF+ON:" + "X" * 40, "characters > 35"),
        ("BGM+380", "ZZZ+1'BGM+380", "unknown segment"),
        ("+9'DTM+137", "+9'CNT+2:3'DTM+137", "CNT .* out of place|DTM: 0 < 1"),
        ("CNT+2:3", "CNT+2:4", "CNT does not count"),
        ("QTY+47:2'", "QTY+47:3'", "3 at 7.11 do not make 14.22"),
        ("PRI+AAA:7.11'", "PRI+AAA:7.12'", "2 at 7.12 do not make 14.22"),
        ("PAT+1'", "PAT+1+:::30 jours'", "PAT .*component 1 of element 2"),
        ("NAD+BY+22760540900019", "NAD+BY+", "NAD .*component 1 of element 2"),
        ("CUX+2:EUR", "CUX+:EUR", "CUX .*component 1 of element 1"),
        ("RFF+ON:", "RFF+:", "RFF .*component 1 of element 1"),
        ("'LIN+1", "'LIN+one", "Error"),
    ],
)
def test_a_spoilt_message_is_caught(old, new, words):
    one = invoice()
    text = written(one).decode(edifact.ENCODING)
    assert old in text
    spoilt = text.replace(old, new, 1).encode(edifact.ENCODING)
    found = "\n".join(problems(spoilt, one))
    assert re.search(words, found), found


def test_a_message_reference_used_twice_is_caught():
    text = written(invoice()).decode(edifact.ENCODING)
    message = text[text.index("UNH") : text.index("UNZ")]
    twice = text.replace("UNZ+1", message + "UNZ+2").encode(edifact.ENCODING)
    assert any("used 2 times" in one for one in problems(twice))


def test_every_segment_has_its_lengths():
    """Every tag that has a place has its lengths."""
    assert set(_tags(invoic_table.MESSAGE)) - {"LOC"} <= set(invoic_table.LENGTHS)


def _tags(places):
    for place in places:
        yield place.tag
        yield from _tags(place.group)


# ---- PRICES, CODES, TEXTS -----------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "unit_price", "total"),
    [
        ("2000", "3.3175355", "6635.07"),
        ("200", "5.21327", "1042.65"),
        ("5000", "1.99997", "9999.85"),
        ("1000000", "0.0000014", "1.40"),
        ("1333", "0.0033", "4.40"),
        ("-3", "7.11", "-21.33"),
        ("3", "-7.11", "-21.33"),
        ("0.333", "7.11", "2.37"),
    ],
)
def test_quantity_times_price_is_the_amount_to_the_cent(quantity, unit_price, total):
    sold = line(unit_price, quantity)
    one = invoice((replace(sold, total=Decimal(total)),))
    content = written(one)
    assert problems(content, one) == []
    [there] = read(content).lines
    assert there.total == Decimal(total)


def test_what_is_only_ours_is_no_part_of_the_message():
    """A credit note that a manager allowed; what the rules and the page need."""
    one = replace(
        credit_note(),
        full_credit=True,
        partial_credit=True,
        partial_allowed=True,
        payment_days=45,
        customer_reference="Par téléphone",
        files=(("bon.pdf", 1000),),
        reported=True,
    )
    assert problems(written(one), one) == []


def test_an_ismn_is_no_isbn():
    music = line(ean="9790260000438")
    text = written(invoice((music,))).decode(edifact.ENCODING)
    assert "LIN+1++9790260000438:EN'" in text
    assert "9790260000438:IB" not in text
    assert "9782070612758:IB" in written(invoice()).decode(edifact.ENCODING)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("\u202a02 35 00 00 00\u202c", "02 35 00 00 00"),
        ("02\u200b35\u00ad00", "023500"),
        ("Librairie de l\u2019e\u0301te\u0301", "Librairie de l'été"),
        ("\u2039 Lire \u203a", "' Lire '"),
        ("Noe\u0308l \u2212 3\u202f\u20ac", "Noël - 3 EUR"),
        ("Smetanová č. 5", "Smetanová c. 5"),
    ],
)
def test_pasted_texts_are_composed_and_cleaned(typed, sent):
    one = invoice(seller=seller(name=typed, phone=typed))
    there = read(written(one))
    assert (there.seller.name, there.seller.phone) == (sent, sent)


def test_a_contact_that_cannot_be_written_is_told():
    assert "U+6F22" in told(invoice(seller=seller(phone="漢")))


def test_vat_on_payment_of_some_rates_only():
    one = invoice()
    rows = (replace(one.taxes[0], on_payment=True), *one.taxes[1:])
    content = written(replace(one, taxes=rows, note="Merci"))
    assert "acquittée sur les encaissements ?: 5.5 %" in content.decode("latin-1")
    assert problems(content, replace(one, taxes=rows, note="Merci")) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tax_in_euros": Decimal("1.00")}, "VAT in euros"),
        ({"total": Decimal("15.005")}, "two decimals"),
    ],
)
def test_amounts_that_edifact_has_not(changes, words):
    assert words in told(invoice(**changes))


def test_prices_keep_four_decimals():
    assert invoic.price(Decimal("5.951673")) == Decimal("5.9517")
