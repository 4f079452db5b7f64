"""EANCOM INVOIC D.96A: what it takes, what it can carry, and what stops it (R11).

Dilicom's own specification is private. This is the message book traders speak, with
every doubtful choice in `Settings`, that a profile fills. Written by `invoic_write`,
read by `invoic_read`, verified by `invoic_verify`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from stdnum import ean

from ...facturx.cii import preceding
from ...facturx.prices import prices
from ...invoice import CREDIT_NOTE, Address, Invoice, Line, Party, Tax
from ...text import _
from .edifact import foreign, pieces, plain

# Lengths of D.96A: a reference, a name or address line, its lines, a free text.
REFERENCE, LABEL, FREE_TEXT = 35, 35, 70
NAME_LINES, STREET_LINES, TEXT_LINES, TITLE_LINES = 5, 3, 5, 2
CITY, ZIP, CONTACT = 35, 9, 512
HEADER_TEXTS = 10
PRICE_STEP, CENT = Decimal("0.0001"), Decimal("0.01")
# D.96A knows no reverse charge (AE), no intra-community supply (K), no 8.5 % code (M).
CATEGORIES = frozenset("SEZGO")
ON_PAYMENT = "TVA acquittée sur les encaissements"


@dataclass(frozen=True, slots=True)
class Mentions:
    """What French law wants on an invoice between professionals (C. com. L441-9).

    :ivar registration: legal form, capital, town and number of the trade register
    :ivar penalties: rate of the penalties for late payment
    :ivar recovery: the forty euros for recovery costs
    :ivar discount: discount for early payment, or that there is none
    """

    registration: str = ""
    penalties: str = ""
    recovery: str = ""
    discount: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a profile decides of the message.

    :ivar receiver: GLN of the operator
    :ivar application: UNB 0026, "" to leave it out
    :ivar association: UNH 0057, the version of EANCOM
    :ivar original_qualifier: RFF of the invoice that a credit note cancels, and of the
        deposits that a balance deducts
    :ivar discount_code: ALC 7161 of a trade discount
    :ivar buyer_agency: NAD 3055 that says a SIRET
    """

    receiver: str
    application: str = "INVOIC"
    association: str = "EAN008"
    original_qualifier: str = "IV"
    discount_code: str = "TD"
    buyer_agency: str = "107"
    mentions: Mentions = field(default_factory=Mentions)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What changes with each interchange.

    :ivar sender: GLN of the shop
    :ivar reference: control reference, never used twice, 14 characters at most
    :ivar made_at: date and time of preparation, as the shop's clock shows it
    :ivar test: the operator must not pass it on (UNB 0035)
    """

    sender: str
    reference: str
    made_at: datetime
    test: bool = False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an invoice cannot go by EDIFACT, to be said in the reader's language."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template


_TOO_LONG = _(
    "« %(start)s » has %(length)s characters where EDIFACT takes %(limit)s: shorten "
    "it, or send this invoice with a Factur-X profile."
)
_CHARACTERS = _(
    "« %(start)s » holds characters that EDIFACT cannot carry (%(refused)s): write it "
    "otherwise, or send this invoice with a Factur-X profile."
)
_CATEGORY = _(
    "EDIFACT has no code for the VAT category %(category)s: send this invoice with a "
    "Factur-X profile."
)
_ROUNDING = _(
    "EDIFACT cannot carry a total rounded for cash payment: send this invoice with a "
    "Factur-X profile."
)
_GLN = _("« %(gln)s » is not a GLN: 13 digits, the last of which is a key.")
_GLN_MISSING = _("The shop's GLN is missing: write it in the Chorus Pro settings.")
_ORIGINAL = _("A credit note names the invoice that it cancels.")
_EUROS = _(
    "EDIFACT cannot carry the VAT in euros of an invoice in another currency: send "
    "this invoice with a Factur-X profile."
)
_DECIMALS = _(
    "EDIFACT takes two decimals in an amount, %(amount)s has more: send this invoice "
    "with a Factur-X profile."
)
_TEXTS = _(
    "Notes and legal mentions take %(count)s blocks of text where EDIFACT takes "
    "%(limit)s: shorten them."
)


def obstacles(
    invoice: Invoice, settings: Settings, envelope: Envelope
) -> list[Obstacle]:
    """Return everything that keeps an invoice from being written, at once.

    Lengths block and nothing is cut, titles excepted: a library knows a
    book by its EAN-13.
    """
    return [
        *_identities(settings, envelope),
        *_references(invoice),
        *_texts(invoice, settings.mentions),
        *_amounts(invoice),
    ]


def header_texts(invoice: Invoice, mentions: Mentions) -> list[tuple[str, str]]:
    """Return the free texts of the header, each with its subject (4451)."""
    texts = [
        ("REG", mentions.registration),
        ("PMD", mentions.penalties),
        ("PMT", mentions.recovery),
        ("AAB", invoice.early_discount or mentions.discount),
        # PAT's own text wants a code (4277) that says documentary credits.
        ("AAT", invoice.payment_terms),
        *(("TXD", row.exemption_reason) for row in invoice.taxes if exempt(row)),
        ("AAI", ON_PAYMENT if invoice.vat_on_payment else ""),
    ]
    said = [(subject, plain(text)) for subject, text in texts if plain(text)]
    # The blocks of a note end with the space before the next one.
    return said + [("AAI", block) for block in _blocks(note(invoice))]


def note(invoice: Invoice) -> str:
    """Return the note, after the rates whose VAT alone is due on payment."""
    rates = [row.rate for row in invoice.taxes if row.on_payment]
    told = ""
    if rates and not invoice.vat_on_payment:
        told = (
            f"{ON_PAYMENT} : {', '.join(f'{rate.normalize():f} %' for rate in rates)}"
        )
    return plain(f"{told} {invoice.note}")


def exempt(row: Tax) -> bool:
    """Whether a row of the VAT breakdown says why there is no VAT."""
    return row.category != "S" and bool(plain(row.exemption_reason))


def carried(invoice: Invoice) -> Invoice:
    """Return an invoice as the message carries it: what `invoic_read` gives back.

    Titles are cut, descriptions and the service's name left out; addresses, notes and
    prices are written in fewer ways. What is not named here is not part of the message.
    """
    return Invoice(
        **{name: getattr(invoice, name) for name in _AS_THEY_ARE},
        **_carried_preceding(invoice),
        seller=_carried_party(invoice.seller, contact=True),
        buyer=_carried_party(invoice.buyer),
        delivery=invoice.delivery and _carried_party(replace(invoice.delivery, vat="")),
        lines=tuple(map(_carried_line, invoice.lines)),
        taxes=tuple(map(_carried_tax, invoice.taxes)),
        payment_terms=plain(invoice.payment_terms),
        note="".join(_blocks(note(invoice))),
        frame=frame(invoice.kind, invoice.total, invoice.paid),
    )


_AS_THEY_ARE = (
    *("number", "kind", "issue_date", "currency", "untaxed", "tax", "total", "due"),
    *("paid", "due_date", "delivery_date", "service", "engagement", "market"),
    *("payment_means", "iban", "bic", "vat_on_payment"),
)


def frame(kind: str, total: Decimal, paid: Decimal) -> str:
    """Return Chorus Pro's frame, which the message does not carry: A2 once paid."""
    return "A2" if kind != CREDIT_NOTE and 0 < paid == total else "A1"


def title(name: str) -> tuple[str, ...]:
    """Return a title in the two lines an item has."""
    return pieces(plain(name)[: LABEL * TITLE_LINES], LABEL, TITLE_LINES)[:TITLE_LINES]


def price(value: Decimal) -> Decimal:
    """Return a price that is only told with four decimals at most."""
    return value.quantize(PRICE_STEP, ROUND_HALF_UP)


def one_unit(net: Decimal, basis: Decimal | None) -> Decimal:
    """Return the price of one unit, from that of `basis` units."""
    return price(net / basis) if basis else net


def street(address: Address) -> str:
    """Return both lines of a street as one text."""
    return plain(f"{address.street} {address.street2}")


def is_gln(number: str) -> bool:
    """Whether a text is a GLN, or an EAN-13: same digits, same key."""
    return len(number) == 13 and ean.is_valid(number)


# ---- OBSTACLES --------------------------------------------------------------------


def _identities(settings: Settings, envelope: Envelope) -> Iterator[Obstacle]:
    if not envelope.sender:
        yield Obstacle(_GLN_MISSING)
    for gln in filter(None, (envelope.sender, settings.receiver)):
        if not is_gln(gln):
            yield Obstacle(_GLN, {"gln": gln})


def _references(invoice: Invoice) -> Iterator[Obstacle]:
    """References go as they were typed (R7): nothing is put in other letters."""
    references = [
        *(invoice.number, invoice.service, invoice.engagement, invoice.market),
        *(invoice.original_number, invoice.seller.siret, invoice.buyer.siret),
        *(invoice.seller.vat, invoice.buyer.vat, invoice.iban, invoice.bic),
        *(one.number for one in invoice.deposits),
    ]
    for text in references:
        yield from _limited(text, REFERENCE)
        yield from _carriable(text)
    if invoice.kind == CREDIT_NOTE and not invoice.original_number:
        yield Obstacle(_ORIGINAL)


def _texts(invoice: Invoice, mentions: Mentions) -> Iterator[Obstacle]:
    for party in filter(None, (invoice.seller, invoice.buyer, invoice.delivery)):
        address = party.address
        yield from _paragraph(party.name, LABEL, NAME_LINES)
        yield from _paragraph(street(address), LABEL, STREET_LINES)
        yield from _paragraph(address.city, CITY, 1)
        yield from _paragraph(address.zip, ZIP, 1)
    for contact in (invoice.seller.phone, invoice.seller.email):
        yield from _paragraph(contact, CONTACT, 1)
    for line in invoice.lines:
        yield from _carriable(plain(line.name))
        yield from _paragraph(line.reference, REFERENCE, 1)
    header = header_texts(invoice, mentions)
    for _subject, text in header:
        yield from _paragraph(text, FREE_TEXT, TEXT_LINES)
    if len(header) > HEADER_TEXTS:
        yield Obstacle(_TEXTS, {"count": len(header), "limit": HEADER_TEXTS})


def _amounts(invoice: Invoice) -> Iterator[Obstacle]:
    if invoice.rounding or any(row.rounding for row in invoice.taxes):
        yield Obstacle(_ROUNDING)
    if invoice.tax_in_euros is not None:
        yield Obstacle(_EUROS)
    amounts = (invoice.total, invoice.tax, *(line.total for line in invoice.lines))
    for amount in amounts:
        if amount != amount.quantize(CENT):
            yield Obstacle(_DECIMALS, {"amount": amount})
            break
    rows = {row.category for row in (*invoice.lines, *invoice.taxes)}
    for category in sorted(rows - CATEGORIES):
        yield Obstacle(_CATEGORY, {"category": category})


def _paragraph(text: str, width: int, lines: int) -> Iterator[Obstacle]:
    """A text on several lines, put in the letters of ISO 8859-1."""
    text = plain(text)
    yield from _carriable(text)
    if len(pieces(text, width, lines)) > lines:
        yield from _limited(text, width * lines)


def _limited(text: str, limit: int) -> Iterator[Obstacle]:
    if len(text) > limit:
        values = {"start": text[:40], "length": len(text), "limit": limit}
        yield Obstacle(_TOO_LONG, values)


def _carriable(text: str) -> Iterator[Obstacle]:
    if refused := foreign(text):
        # As code points: some of them cannot be shown.
        names = ", ".join(f"U+{ord(char):04X}" for char in refused[:5])
        yield Obstacle(_CHARACTERS, {"start": _shown(text), "refused": names})


def _shown(text: str) -> str:
    return text[:40].encode("ascii", "replace").decode() if foreign(text) else text


# ---- WHAT IS CARRIED --------------------------------------------------------------


def _blocks(text: str) -> tuple[str, ...]:
    """A long note, in blocks that each fill one free text."""
    block, blocks = (), []
    for piece in pieces(text, FREE_TEXT, len(text)) if text else ():
        if len(block) == TEXT_LINES:
            blocks.append("".join(block))
            block = ()
        block += (piece,)
    return (*blocks, "".join(block)) if block else ()


def _carried_preceding(invoice: Invoice) -> dict:
    """A credit note cancels one invoice; what an invoice names is told alike."""
    if invoice.kind == CREDIT_NOTE:
        names = ("original_number", "original_date")
        return {name: getattr(invoice, name) for name in names}
    return {"deposits": tuple(preceding(invoice))}


def _carried_party(party: Party, contact: bool = False) -> Party:
    address = party.address
    return Party(
        name=plain(party.name),
        siret=party.siret,
        vat=party.vat,
        address=Address(
            street=street(address),
            zip=plain(address.zip),
            city=plain(address.city),
            country=address.country,
        ),
        email=plain(party.email) if contact else "",
        phone=plain(party.phone) if contact else "",
    )


def _carried_line(line: Line) -> Line:
    ean_13 = line.ean if is_gln(line.ean) else ""
    stated = prices(line)
    unit_price = one_unit(stated.net, stated.basis)
    sign = -1 if line.unit_price < 0 else 1
    return Line(
        position=line.position,
        name="".join(title(line.name)),
        quantity=stated.quantity,
        unit_price=unit_price,
        gross_price=price(line.gross_price * sign) if line.discount else unit_price,
        total=line.total,
        category=line.category,
        rate=line.rate,
        discount=line.discount,
        unit=line.unit,
        ean=ean_13,
        reference=plain(line.reference) or ("" if ean_13 else plain(line.ean)),
        public_price=price(line.public_price),
    )


def _carried_tax(row: Tax) -> Tax:
    reason = plain(row.exemption_reason) if exempt(row) else ""
    return Tax(row.category, row.rate, row.base, row.amount, reason)
