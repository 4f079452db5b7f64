"""Neutral invoices for tests: factories with sensible defaults, Hypothesis strategies.

A factory adds the amounts up as the books do: lines rounded to the cent, one VAT
amount for each category and rate. A keyword replaces any field.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from chorus import vat
from chorus.invoice import (
    CREDIT_NOTE,
    INVOICE,
    Address,
    Attachment,
    Invoice,
    Line,
    Party,
    Recipient,
    Service,
    Tax,
)

SELLER_SIRET = "33254021516357"
BUYER_SIRET = "22760540900019"
MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=1)))
IBAN = "FR7630006000011234567890189"
NOT_APPLICABLE = "TVA non applicable, article 294 du CGI"


def cents(value: Decimal) -> Decimal:
    """Round half up to the cent."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def address(**changes) -> Address:
    """An address in Rouen."""
    values = {
        "street": "12 rue de l'Église",
        "zip": "76000",
        "city": "Rouen",
        "country": "FR",
    }
    return Address(**values | changes)


def seller(**changes) -> Party:
    """A bookshop."""
    values = {
        "name": "Librairie L'Été",
        "siret": SELLER_SIRET,
        "vat": vat_number(SELLER_SIRET[:9]),
        "address": address(),
    }
    return Party(**values | changes)


def buyer(**changes) -> Party:
    """A public body without VAT number."""
    values = {
        "name": "Département de la Seine-Maritime",
        "siret": BUYER_SIRET,
        "address": address(street="Quai Jean Moulin", zip="76101"),
    }
    return Party(**values | changes)


def line(
    price: str | Decimal = "7.11",
    quantity: str | Decimal = "2",
    discount: str | Decimal = "0",
    **changes,
) -> Line:
    """A book line.

    :param price: price before tax and discount
    :param discount: per cent
    """
    price, quantity, discount = Decimal(price), Decimal(quantity), Decimal(discount)
    net = price * (100 - discount) / 100
    values = {
        "position": 1,
        "name": "Le Petit Prince",
        "quantity": quantity,
        "unit_price": net,
        "gross_price": price,
        "discount": discount,
        "total": cents(net * quantity),
        "category": "S",
        "rate": Decimal("5.5"),
        "ean": "9782070612758",
        "reference": "LPP",
    }
    return Line(**values | changes)


def line_with_tax_included(
    price: str | Decimal = "10.00",
    quantity: str | Decimal = "3",
    discount: str | Decimal = "0",
    rate: str | Decimal = "5.5",
    **changes,
) -> Line:
    """A book line at its printed price, tax included, as the books split it."""
    price, quantity, discount, rate = map(Decimal, (price, quantity, discount, rate))
    factor = 1 + rate / 100
    paid = cents(price * (100 - discount) / 100 * quantity)
    values = {"rate": rate, "total": cents(paid / factor), "public_price": price}
    return line(price / factor, quantity, discount, **values | changes)


def taxes(lines: tuple[Line, ...]) -> tuple[Tax, ...]:
    """The VAT breakdown of these lines."""
    bases: dict[tuple[str, Decimal], Decimal] = {}
    for item in lines:
        key = item.category, item.rate
        bases[key] = bases.get(key, Decimal(0)) + item.total
    return tuple(
        Tax(
            category=category,
            rate=rate,
            base=base,
            amount=cents(base * rate / 100),
            exemption_reason="" if category == "S" else NOT_APPLICABLE,
        )
        for (category, rate), base in bases.items()
    )


def invoice(lines: tuple[Line, ...] | None = None, **changes) -> Invoice:
    """An invoice whose totals are those of its lines.

    :param lines: numbered again from 1; three book lines when not given
    :param changes: any other field; amounts given here win over the computed ones,
        except that what is due follows the total, the paid part and the rounding
    """
    if lines is None:
        lines = (line(), line("18.96", "1", "9"), line_with_tax_included())
    lines = tuple(replace(item, position=n) for n, item in enumerate(lines, 1))
    breakdown = taxes(lines)
    values = {
        "number": "INV/2026/00001",
        "kind": INVOICE,
        "issue_date": date(2026, 11, 23),
        "due_date": date(2026, 12, 23),
        "currency": "EUR",
        "seller": seller(),
        "buyer": buyer(),
        "lines": lines,
        "taxes": breakdown,
        "untaxed": sum((item.total for item in lines), Decimal(0)),
        "tax": sum((tax.amount for tax in breakdown), Decimal(0)),
        "service": "SERVICE-ACHATS",
        "engagement": "EJ-2026-0042",
        "iban": IBAN,
    } | changes
    values.setdefault("total", values["untaxed"] + values["tax"])
    paid = values.get("paid", Decimal(0))
    rounding = values.get("rounding", Decimal(0))
    values.setdefault("due", values["total"] - paid + rounding)
    return Invoice(**values)


def credit_note(lines: tuple[Line, ...] | None = None, **changes) -> Invoice:
    """A credit note on `invoice()`."""
    values = {
        "number": "RINV/2026/00001",
        "kind": CREDIT_NOTE,
        "original_number": "INV/2026/00001",
        "original_date": date(2026, 11, 20),
    }
    return invoice(lines, **values | changes)


def franchise_invoice(**changes) -> Invoice:
    """An invoice of a shop outside VAT (*franchise en base*, CGI, article 293 B)."""
    item = line(category="E", rate=Decimal(0))
    row = replace(
        taxes((item,))[0],
        exemption_reason="TVA non applicable, article 293 B du CGI",
        exemption_code=vat.FRANCHISE,
    )
    return invoice((item,), **{"seller": seller(vat=""), "taxes": (row,)} | changes)


def service(code: str = "SERVICE-ACHATS", **changes) -> Service:
    """A service of a public body."""
    return Service(**{"code": code, "name": "Service des achats"} | changes)


def recipient(**changes) -> Recipient:
    """The directory's answer on `buyer()`: known, active, asks for nothing."""
    values = {
        "siret": BUYER_SIRET,
        "name": "Département de la Seine-Maritime",
        "known": True,
        "active": True,
        "services": (service(),),
        "services_known": True,
    }
    return Recipient(**values | changes)


def attachment(name: str = "bon.pdf", content: bytes = b"%PDF-1.7 bon") -> Attachment:
    """A small file."""
    return Attachment(name, content)


# --- identifiers that pass their own check digits ------------------------------------


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` + digit pass Luhn's check."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def vat_number(siren: str) -> str:
    """The French VAT number of a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def ean13(first_twelve: str) -> str:
    """An EAN-13 from its first twelve digits."""
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(first_twelve))
    return first_twelve + str(-total % 10)


# --- strategies ----------------------------------------------------------------------

# Nasty enough once and for all: drawing characters one by one is ten times slower.
_TEXTS = (
    "Librairie",
    "L'Été à Œuvre-sur-Mer & fils",
    '<b>Gras</b> « guillemets » "droits" 5 €',
    "Ligne\r\nsuivante\tet tabulation ",
    "Contrôle\x00\x01\x0b\x1f\x7f\x85\ufffe fin",
    "Demi-caractère \ud800 seul",
    "漢字 ÿŒ 😀 İı",
    "]]> <!-- --> &amp; %s {0}",
    "Très long " + "roman " * 30,
)
_EANS = tuple(map(ean13, ("978207061275", "979109636700", "978000000000")))
# Rates of each territory; French Guiana and Mayotte apply no VAT (CGI, article 294).
_RATES = {
    "FR": ("5.5", "20", "10", "2.1"),
    "RE": ("2.1", "8.5", "1.05"),
    "GP": ("2.1", "8.5", "1.05"),
    "MQ": ("2.1", "8.5", "1.05"),
    "GF": (),
    "YT": (),
}


def texts(max_size: int = 60) -> st.SearchStrategy[str]:
    """Text as people type and paste it: accents, signs, control characters."""
    return st.sampled_from([text[:max_size] for text in _TEXTS])


def sirets() -> st.SearchStrategy[str]:
    """SIRETs with valid check digits."""

    def complete(first: str, establishment: str) -> str:
        siren = first + luhn_digit(first)
        return siren + establishment + luhn_digit(siren + establishment)

    return st.builds(
        complete,
        st.integers(10_000_000, 99_999_999).map(str),
        st.integers(0, 9999).map("{:04}".format),
    )


def numbers() -> st.SearchStrategy[str]:
    """Invoice numbers that Chorus Pro accepts (20 characters of an allowed set)."""
    return st.from_regex(r"[A-Z0-9][A-Za-z0-9 +_/-]{0,18}[A-Z0-9]", fullmatch=True)


def prices(max_value: str = "500.00") -> st.SearchStrategy[Decimal]:
    """Prices in cents, zero included."""
    in_cents = st.integers(0, int(Decimal(max_value) * 100))
    return in_cents.map(lambda value: Decimal(value) / 100)


@st.composite
def lines(draw, rates: tuple[str, ...] = _RATES["FR"], category: str = "S") -> Line:
    """Lines with and without discount, tax included or not, returned or not."""
    rate = draw(st.sampled_from(rates)) if category == "S" else "0"
    quantity = Decimal(draw(st.sampled_from(["1", "2", "3", "7", "0.5", "40", "-1"])))
    discount = draw(st.sampled_from(["0", "0", "5", "9", "33.33", "100"]))
    values = {
        "name": draw(texts()),
        "description": draw(st.sampled_from(["", "Édition brochée\x02"])),
        "reference": draw(st.sampled_from(["", "RÉF-1"])),
        "ean": draw(st.sampled_from(["", *_EANS])),
        "section": draw(st.sampled_from(["", "Jeunesse"])),
        "is_service": draw(st.booleans()),
        "category": category,
        "rate": Decimal(rate),
    }
    if draw(st.booleans()):
        return line_with_tax_included(draw(prices()), quantity, discount, **values)
    return line(draw(prices()), quantity, discount, **values)


@st.composite
def parties(draw, country: str = "FR") -> Party:
    """Companies and public bodies of one territory."""
    siret = draw(sirets())
    return Party(
        name=draw(texts(40)),
        siret=siret,
        vat=vat_number(siret[:9]),
        address=Address(
            street=draw(texts(40)),
            street2=draw(st.just("") | texts(20)),
            zip=draw(st.sampled_from(["76000", "97400", "01000"])),
            city=draw(texts(20)),
            country=country,
        ),
        email=draw(st.sampled_from(["", "factures@librairie.example"])),
        phone=draw(st.sampled_from(["", "02 35 00 00 00"])),
        gln=draw(st.sampled_from(["", "3025590000008"])),
    )


@st.composite
def invoices(draw, max_lines: int = 30) -> Invoice:
    """Valid invoices and credit notes, from the mainland and from overseas.

    The total is never negative: a shop gives a credit note instead.
    """
    country = draw(st.sampled_from([*_RATES, "FR"]))
    rates = _RATES[country]
    category = "S" if rates else draw(st.sampled_from(["E", "O", "Z"]))
    chosen = tuple(
        draw(st.lists(lines(rates, category), min_size=1, max_size=max_lines))
    )
    if sum(item.total for item in chosen) < 0:
        chosen = tuple(
            replace(item, quantity=abs(item.quantity), total=abs(item.total))
            for item in chosen
        )
    issue_date = draw(st.dates(date(2024, 1, 1), date(2029, 12, 31)))
    is_credit = draw(st.booleans())
    means = draw(st.sampled_from(["30", "10", "48", "59", "97"]))
    values = {
        "number": draw(numbers()),
        "kind": CREDIT_NOTE if is_credit else INVOICE,
        "issue_date": issue_date,
        "due_date": issue_date + timedelta(draw(st.integers(0, 60))),
        "delivery_date": draw(st.none() | st.just(issue_date)),
        "delivery": draw(st.none() | parties(country)),
        "seller": draw(parties(country)),
        "buyer": draw(parties(country)),
        "service": draw(st.just("") | texts(20)),
        "service_name": draw(st.just("") | texts(20)),
        "engagement": draw(st.just("") | texts(20)),
        "market": draw(st.just("") | texts(20)),
        "payment_terms": draw(st.just("") | texts()),
        # A transfer says where to (CII-SR-470).
        "payment_means": means,
        "iban": IBAN if means == "30" else draw(st.sampled_from(["", IBAN])),
        "bic": draw(st.sampled_from(["", "AGRIFRPP"])),
        "note": draw(st.just("") | texts(200)),
        "vat_on_payment": draw(st.booleans()),
        "payment_days": draw(st.sampled_from([30, 50])),
        "customer_reference": draw(st.just("") | texts(20)),
        "original_number": draw(numbers()) if is_credit else "",
        "original_date": draw(st.none() | st.just(issue_date)) if is_credit else None,
    }
    plain = invoice(chosen, **values)
    paid = draw(st.sampled_from([Decimal(0), plain.total, cents(plain.total / 3)]))
    return invoice(
        chosen,
        **values,
        paid=paid,
        frame="A2" if paid and paid == plain.total else "A1",
        rounding=draw(st.sampled_from([Decimal(0), Decimal("0.02")])),
    )
