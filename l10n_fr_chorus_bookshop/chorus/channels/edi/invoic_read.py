"""INVOIC D.96A -> neutral invoice: what was written is read back before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from ...invoice import CREDIT_NOTE, Address, Invoice, Line, Party, Preceding, Tax
from .edifact import Segment, SyntaxFault, load
from .invoic import ON_PAYMENT, frame, one_unit


@dataclass(slots=True)
class _Draft:
    """What has been read so far.

    :ivar fields: fields of the invoice
    :ivar parties: parties by role
    :ivar texts: free texts by subject
    :ivar preceding: earlier invoices: the one cancelled, the deposits deducted
    """

    fields: dict = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    preceding: list[Preceding] = field(default_factory=list)
    lines: list[dict] = field(default_factory=list)
    taxes: list[dict] = field(default_factory=list)
    role: str = ""
    part: str = "header"


def read(content: bytes) -> Invoice:
    """Return the invoice of an interchange with one message.

    :raises SyntaxFault: this is not EDIFACT, or not such an invoice
    """
    return read_message(load(content))


def read_message(segments: Sequence[Segment]) -> Invoice:
    """Return the invoice that these segments carry.

    :raises SyntaxFault: a value cannot be read, or a mandatory one is missing
    """
    draft = _Draft()
    try:
        for one in segments:
            reader = _READERS.get((draft.part, one.tag)) or _READERS.get(("", one.tag))
            if reader:
                reader(draft, one)
        return _finished(draft)
    except (LookupError, TypeError, ValueError, InvalidOperation) as error:
        raise SyntaxFault(f"{type(error).__name__}: {error}") from error


def _finished(draft: _Draft) -> Invoice:
    values, taxes = draft.fields, draft.taxes
    paid = values.get("paid", Decimal(0))
    reasons = iter(draft.texts.get("TXD", ()))
    notes = draft.texts.get("AAI", [])
    on_payment = notes[:1] == [ON_PAYMENT]
    return Invoice(
        **values,
        **_earlier(draft),
        seller=draft.parties["SU"],
        buyer=draft.parties["BY"],
        delivery=draft.parties.get("DP"),
        lines=tuple(Line(**_priced(line)) for line in draft.lines),
        taxes=tuple(
            Tax(**row, exemption_reason="")
            if row["category"] == "S"
            else Tax(**row, exemption_reason=next(reasons, ""))
            for row in taxes
        ),
        frame=frame(values["kind"], values["total"], paid),
        vat_on_payment=on_payment,
        note="".join(notes[1:] if on_payment else notes),
        payment_terms="".join(draft.texts.get("AAT", ())),
    )


def _earlier(draft: _Draft) -> dict:
    """A credit note cancels one invoice, an invoice deducts deposits."""
    if draft.fields["kind"] != CREDIT_NOTE:
        return {"deposits": tuple(draft.preceding)}
    [original] = draft.preceding
    return {"original_number": original.number, "original_date": original.day}


def _priced(line: dict) -> dict:
    """A line without discount has one price."""
    return {"gross_price": line["unit_price"], **line}


# ---- HEADER -----------------------------------------------------------------------


def _beginning(draft: _Draft, one: Segment) -> None:
    draft.fields |= {"kind": one.get(0), "number": one.get(1)}


_DATES = {
    "137": "issue_date",
    "35": "delivery_date",
    "13": "due_date",
}


def _dated(draft: _Draft, one: Segment) -> None:
    qualifier, day = one.get(0, 0), one.get(0, 1)
    if name := _DATES.get(qualifier):
        draft.fields[name] = _day(day)
    elif qualifier == "171":
        draft.preceding[-1] = replace(draft.preceding[-1], day=_day(day))


def _free_text(draft: _Draft, one: Segment) -> None:
    text = "".join(one.elements[3])
    draft.texts.setdefault(one.get(0), []).append(text)


_REFERENCES = {
    "ON": "engagement",
    "CT": "market",
    "CR": "service",
}
_PRECEDING = ("IV", "OI")
_REGISTRATIONS = {"GN": "siret", "VA": "vat"}


def _reference(draft: _Draft, one: Segment) -> None:
    qualifier, number = one.get(0, 0), one.get(0, 1)
    if name := _REFERENCES.get(qualifier):
        draft.fields[name] = number
    elif name := _REGISTRATIONS.get(qualifier):
        _change(draft, **{name: number})
    elif qualifier in _PRECEDING:
        draft.preceding.append(Preceding(number))


def _party(draft: _Draft, one: Segment) -> None:
    draft.role = one.get(0)
    identifier = one.get(1, 0) if draft.role == "DP" else ""
    draft.parties[draft.role] = Party(
        name="".join(one.elements[3]),
        siret=identifier,
        address=Address(
            street="".join(one.elements[4]),
            city=one.get(5),
            zip=one.get(7),
            country=one.get(8),
        ),
    )


def _change(draft: _Draft, **values: str) -> None:
    draft.parties[draft.role] = replace(draft.parties[draft.role], **values)


def _bank(draft: _Draft, one: Segment) -> None:
    draft.fields |= {"iban": one.get(1), "bic": one.get(2)}


def _contact(draft: _Draft, one: Segment) -> None:
    names = {"TE": "phone", "EM": "email"}
    _change(draft, **{names[one.get(0, 1)]: one.get(0, 0)})


def _currency(draft: _Draft, one: Segment) -> None:
    draft.fields["currency"] = one.get(0, 1)


def _means(draft: _Draft, one: Segment) -> None:
    draft.fields["payment_means"] = one.get(0, 2)


# ---- LINES ------------------------------------------------------------------------


def _item(draft: _Draft, one: Segment) -> None:
    draft.part = "lines"
    draft.lines.append({"position": int(one.get(0)), "ean": one.get(2)})


def _further_code(draft: _Draft, one: Segment) -> None:
    if one.get(1, 1) == "SA":
        draft.lines[-1]["reference"] = one.get(1, 0)


def _title(draft: _Draft, one: Segment) -> None:
    draft.lines[-1]["name"] = one.get(2, 3) + one.get(2, 4)


def _quantity(draft: _Draft, one: Segment) -> None:
    draft.lines[-1]["quantity"] = Decimal(one.get(0, 1))
    draft.lines[-1]["unit"] = one.get(0, 2) or "C62"


def _line_amount(draft: _Draft, one: Segment) -> None:
    if one.get(0) == "203":
        draft.lines[-1]["total"] = Decimal(one.get(0, 1))


def _price(draft: _Draft, one: Segment) -> None:
    names = {"AAA": "unit_price", "AAB": "gross_price", "AAE": "public_price"}
    basis = Decimal(one.get(0, 4)) if one.get(0, 4) else None
    draft.lines[-1][names[one.get(0)]] = one_unit(Decimal(one.get(0, 1)), basis)


def _line_tax(draft: _Draft, one: Segment) -> None:
    draft.lines[-1] |= {"category": one.get(5), "rate": Decimal(one.get(4, 3))}


def _discount(draft: _Draft, one: Segment) -> None:
    draft.lines[-1]["discount"] = Decimal(one.get(0, 1))


# ---- SUMMARY ----------------------------------------------------------------------

_TOTALS = {"125": "untaxed", "124": "tax", "77": "total", "113": "paid", "9": "due"}


def _section(draft: _Draft, one: Segment) -> None:
    draft.part = "summary"


def _total(draft: _Draft, one: Segment) -> None:
    qualifier, value = one.get(0), Decimal(one.get(0, 1))
    if draft.taxes:
        draft.taxes[-1]["base" if qualifier == "125" else "amount"] = value
    elif name := _TOTALS.get(qualifier):
        draft.fields[name] = value


def _tax(draft: _Draft, one: Segment) -> None:
    draft.taxes.append({"category": one.get(5), "rate": Decimal(one.get(4, 3))})


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day


_READERS = {
    ("", "BGM"): _beginning,
    ("header", "DTM"): _dated,
    ("header", "FTX"): _free_text,
    ("header", "RFF"): _reference,
    ("header", "NAD"): _party,
    ("header", "FII"): _bank,
    ("header", "COM"): _contact,
    ("header", "CUX"): _currency,
    ("header", "PAI"): _means,
    ("", "LIN"): _item,
    ("lines", "PIA"): _further_code,
    ("lines", "IMD"): _title,
    ("lines", "QTY"): _quantity,
    ("lines", "MOA"): _line_amount,
    ("lines", "PRI"): _price,
    ("lines", "TAX"): _line_tax,
    ("lines", "PCD"): _discount,
    ("", "UNS"): _section,
    ("summary", "MOA"): _total,
    ("summary", "TAX"): _tax,
}
