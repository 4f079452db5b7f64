"""Statuses of invoices: CDAR D22B read as hostile, and the 209 that we answer with.

UN/CEFACT CrossDomainAcknowledgementAndResponse; the MDT numbers are those of XP
Z12-012. A message comes from outside: no DOCTYPE, no entity, bounded size; each of its
references is read for itself.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree

from ... import text as words
from ...errors import UnreadableFile
from ...facturx.archive import file_name
from ...facturx.schemas import parse
from ...invoice import Attachment
from . import moments

_ = words._

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:"
    "CrossDomainAcknowledgementAndResponse:100",
    "ram": "urn:un:unece:uncefact:data:standard:"
    "ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_RSM, _RAM, _QDT, _UDT = (f"{{{uri}}}" for uri in NAMESPACES.values())

LARGEST = 60_000_000
_MOST_REFERENCES, _MOST_TAGS = 10_000, 400_000
_LONGEST_REASON = 4000
_SIREN, _ANNUAIRE, _SIRET, _VAT = "0002", "0225", "0009", "0223"
_SIREN_IN = re.compile(r"(?:FR[0-9A-Z]{2})?([0-9]{9})")
_SELLER = "SE"
# Where a detail has room for sentences, besides its notes.
_SENTENCES = (
    *("Reason", "Condition", "ProcessCondition", "ReasonInformation"),
    *("ReasonClassification", "RequestedAction", "InvalidInformation"),
    "ValidInformation",
)
# A status later than the flow that carries it: its clock or its zone is wrong.
_AHEAD = timedelta(hours=3)
_DAY = timedelta(days=1) - timedelta(seconds=1)
# Files of others are not read here, and may be longer than a parser takes.
_FILE = re.compile(rb"(<(?:\w+:)?AttachmentBinaryObject\b[^<>]*>)[^<]*")
# "210" also as "fr:210" or "210 - Refusée".
_CODE = re.compile(r"(?:fr\W?)?([0-9]{3})(?:\W.*)?", re.IGNORECASE | re.DOTALL)
# XML 1.0 allows what a database column does not like to show.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Status:
    """One status of one invoice.

    :ivar number: of the invoice (MDT-87)
    :ivar code: of the status (MDT-105), as it came
    :ivar occurred_at: aware (MDT-78); the flow's moment when that cannot be
    :ivar kind: "380", "381"… (MDT-91), "" when absent
    :ivar seller_siren: (MDT-129), "" when absent
    :ivar issued_on: date of the invoice (MDT-100), None when absent
    :ivar label: of the status (MDT-106)
    :ivar reasons: codes of the reasons (MDT-113)
    :ivar text: everything a person wrote: reasons, notes, actions
    """

    number: str
    code: str
    occurred_at: datetime
    kind: str = ""
    seller_siren: str = ""
    issued_on: date | None = None
    label: str = ""
    reasons: tuple[str, ...] = ()
    text: str = ""


def read(
    content: bytes, received_at: datetime, zone: str
) -> tuple[list[Status], list[tuple[str, str]]]:
    """Read every status of a message.

    :param received_at: aware; when the platform had the message
    :param zone: what its times mean, which name no zone themselves
    :return: the statuses; and what could not be read, as text and reason
    :raise UnreadableFile: not a message of this kind
    """
    if len(content) > LARGEST or content.count(b"<") > _MOST_TAGS:
        raise UnreadableFile(_("The status message is too large."))
    try:
        root = parse(_FILE.sub(rb"\1", content.lstrip()))
    except ValueError as error:
        raise UnreadableFile(
            _("The status message cannot be read: %(reason)s."),
            values={"reason": str(error)[:300]},
        ) from None
    if etree.QName(root).localname != "CrossDomainAcknowledgementAndResponse":
        raise UnreadableFile(_("This file is not a status message."))
    heads = list(_each(root, "ExchangedDocument"))
    seller = _named_seller(heads)
    statuses, asides = [], []
    for document in _each(root, "AcknowledgementDocument"):
        moment = _moment([document, *heads], received_at, ZoneInfo(zone))
        for reference in _each(document, "ReferenceReferencedDocument"):
            if len(statuses) + len(asides) >= _MOST_REFERENCES:
                raise UnreadableFile(_("The status message is too large."))
            try:
                statuses.append(_status(reference, moment, seller))
            except ValueError as error:
                asides.append((_shown(reference), str(error)))
    if not statuses and not asides:
        raise UnreadableFile(_("The status message names no invoice."))
    return statuses, asides


def _status(reference: etree._Element, moment: datetime, seller: str) -> Status:
    """Read one reference.

    :param seller: SIREN of whom the whole message names as such, "" for none
    """
    number, code = _text(reference, "IssuerAssignedID"), _code(reference)
    if not number:
        raise ValueError("MDT-87")
    if not code:
        raise ValueError("MDT-105")
    details = list(_each(reference, "SpecifiedDocumentStatus"))
    said = [*_texts(reference, "Description"), *map(_detail, details)]
    codes = (code for one in details for code in _texts(one, "ReasonCode"))
    return Status(
        number=number,
        code=code,
        occurred_at=moment,
        kind=_text(reference, "TypeCode"),
        seller_siren=_siren(_each(reference, "IssuerTradeParty")) or seller,
        issued_on=_day(reference),
        label=_text(reference, "ProcessCondition"),
        reasons=tuple(dict.fromkeys(filter(None, codes))),
        text="\n".join(filter(None, said))[:_LONGEST_REASON],
    )


def _code(reference: etree._Element) -> str:
    """MDT-105, by its label without one; MDT-88 says something else, never read."""
    holders = [reference, *_each(reference, "SpecifiedDocumentStatus")]
    told = [_text(one, "ProcessConditionCode") for one in holders]
    code = next(filter(None, told), "") or _text(reference, "ProcessCondition")
    known = _CODE.fullmatch(code)
    return known[1] if known else code


def _detail(status: etree._Element) -> str:
    """All that one detail says, its code first, nothing twice; a line a code."""
    code, *others = [*_texts(status, "ReasonCode"), ""]
    said = [
        *(_text(status, name) for name in _SENTENCES),
        *(
            content
            for note in _each(status, "IncludedNote")
            for content in _texts(note, "Content")
        ),
        *(
            value
            for one in _each(status, "SpecifiedDocumentCharacteristic")
            for value in _characteristic(one)
        ),
    ]
    text = " – ".join(dict.fromkeys(filter(None, said)))
    told = f"{code}: {text}" if code and text else code or text
    return "\n".join(filter(None, (told, *others)))


def _characteristic(element: etree._Element) -> Iterator[str]:
    """What one piece of data says; an amount with what it is, as it came."""
    yield from (_text(element, name) for name in ("ID", "Name", "Location"))
    kind = _text(element, "TypeCode")
    for amount in _each(element, "ValueAmount"):
        yield " ".join(filter(None, (kind, _said(amount), amount.get("currencyID"))))
    for percent in _texts(element, "ValuePercent"):
        yield f"{percent} %"


def _named_seller(heads: Sequence[etree._Element]) -> str:
    """SIREN of the party that the message as a whole names as the seller."""
    parties = (
        party
        for head in heads
        for role in ("RecipientTradeParty", "IssuerTradeParty")
        for party in _each(head, role)
        if _text(party, "RoleCode") == _SELLER
    )
    return _siren(parties)


def _siren(parties: Iterable[etree._Element]) -> str:
    """The seller, by SIREN; some platforms give another identifier that holds it."""
    found = {}
    for party in parties:
        for identifier in (*_each(party, "GlobalID"), *_each(party, "ID")):
            number = _SIREN_IN.match("".join(_said(identifier).split()))
            if number:
                found.setdefault(identifier.get("schemeID"), number[1])
    schemes = (_SIREN, _SIRET, _ANNUAIRE, _VAT, None)
    return next((found[one] for one in schemes if one in found), "")


def _day(reference: etree._Element) -> date | None:
    """MDT-100: the date of the invoice."""
    dates = _dates([reference], ("FormattedIssueDateTime", "IssueDateTime"))
    return next(filter(None, map(moments.day, dates)), None)


def _moment(
    parents: Sequence[etree._Element], received_at: datetime, zone: ZoneInfo
) -> datetime:
    """When, aware; when the platform had it, if what is written cannot be.

    A day without an hour is its end: nothing told before it in the day comes after.
    """
    for text in _dates(parents, ("IssueDateTime",)):
        moment = moments.read(text, zone)
        if not moment or moment.at > received_at + _AHEAD:
            continue
        if moment.precision == "day":
            return max(moment.at, min(moment.at + _DAY, received_at))
        return moment.at
    return received_at


def _dates(parents: Iterable[etree._Element], names: Sequence[str]) -> Iterator[str]:
    """The texts of all dates of these names, in their order."""
    for parent in parents:
        for name in names:
            for holder in _each(parent, name):
                for string in ("DateTimeString", "DateTime"):
                    yield from _texts(holder, string)


def _each(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of this name, whatever their namespace: some platforms mix them up."""
    for child in parent:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            yield child


def _texts(parent: etree._Element, name: str) -> Iterator[str]:
    """The texts of the children of this name that have any."""
    return filter(None, map(_said, _each(parent, name)))


def _text(parent: etree._Element, name: str) -> str:
    """The text of the first child of this name that has any."""
    return next(_texts(parent, name), "")


def _said(element: etree._Element) -> str:
    """All of an element's text: what stands inside it does not cut it."""
    return _clean("".join(element.itertext()))


def _clean(value: str | None) -> str:
    return _CONTROL.sub("", value or "").strip()


def _shown(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode")[:500]


# --- what we answer ------------------------------------------------------------------

COMPLETED = "209"
_COMPLETED_LABEL = "Complétée"
# UNTDID 4405 beside status 209, and the phase of treatment.
_COMPLETED_STATUS, _TREATMENT = "37", "23"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a completed invoice is, and who says so.

    :ivar message_id: never used before (MDT-4)
    :ivar made_at: aware
    :ivar buyer_address: electronic address of the body (MDT-73)
    """

    message_id: str
    made_at: datetime
    number: str
    kind: str
    issued_on: date
    seller_siren: str
    seller_name: str
    buyer_siren: str
    buyer_name: str
    buyer_address: str
    files: tuple[Attachment, ...] = ()
    comment: str = ""


def complete(answer: Answer, zone: str) -> bytes:
    """Write a 209 *Complétée* with its files, for the body that suspended the invoice.

    Only its files reach a public body (AIFE FE v1.1, life cycle); the comment is for
    the platforms on the way.

    :return: UTF-8 XML, valid against the XSD of CDAR D22B and BR-FR-CDV
    """
    stamp = f"{answer.made_at.astimezone(ZoneInfo(zone)):%Y%m%d%H%M%S}"
    root = etree.Element(
        _RSM + "CrossDomainAcknowledgementAndResponse", nsmap=NAMESPACES
    )
    context = _add(root, "ExchangedDocumentContext", _RSM)
    for name, value in (
        ("BusinessProcessSpecifiedDocumentContextParameter", "REGULATED"),
        (
            "GuidelineSpecifiedDocumentContextParameter",
            "urn.cpro.gouv.fr:1p0:CDV:invoice",
        ),
    ):
        _leaf(_add(context, name), "ID", value)

    document = _add(root, "ExchangedDocument", _RSM)
    _leaf(document, "ID", answer.message_id)
    _leaf(document, "Name", _COMPLETED_LABEL)
    _date(document, "IssueDateTime", stamp, "204")
    _leaf(_add(document, "SenderTradeParty"), "RoleCode", "WK")
    seller = _add(document, "IssuerTradeParty")
    _leaf(seller, "GlobalID", answer.seller_siren, schemeID=_SIREN)
    _leaf(seller, "Name", answer.seller_name)
    _leaf(seller, "RoleCode", "SE")
    buyer = _add(document, "RecipientTradeParty")
    _leaf(buyer, "GlobalID", answer.buyer_siren, schemeID=_SIREN)
    _leaf(buyer, "Name", answer.buyer_name)
    _leaf(buyer, "RoleCode", "BY")
    address = _add(buyer, "URIUniversalCommunication")
    _leaf(address, "URIID", answer.buyer_address, schemeID=_ANNUAIRE)

    body = _add(root, "AcknowledgementDocument", _RSM)
    _leaf(_add(body, "MultipleReferencesIndicator"), "Indicator", "false", _UDT)
    _leaf(body, "TypeCode", _TREATMENT)
    _date(body, "IssueDateTime", stamp, "204")
    _reference(_add(body, "ReferenceReferencedDocument"), answer, answer.files)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _reference(
    parent: etree._Element, answer: Answer, files: Sequence[Attachment]
) -> None:
    _leaf(parent, "IssuerAssignedID", answer.number)
    _leaf(parent, "StatusCode", _COMPLETED_STATUS)
    _leaf(parent, "TypeCode", answer.kind)
    taken: set[str] = set()
    for file in files:
        content = base64.b64encode(file.content).decode()
        _leaf(
            parent,
            "AttachmentBinaryObject",
            content,
            mimeCode=file.mimetype,
            filename=file_name(file.name, taken),
        )
    _date(
        parent,
        "FormattedIssueDateTime",
        f"{answer.issued_on:%Y%m%d}",
        "102",
        _QDT,
    )
    _leaf(parent, "ProcessConditionCode", COMPLETED)
    _leaf(parent, "ProcessCondition", _COMPLETED_LABEL)
    seller = _add(parent, "IssuerTradeParty")
    _leaf(seller, "GlobalID", answer.seller_siren, schemeID=_SIREN)
    if comment := _clean(answer.comment):
        status = _add(parent, "SpecifiedDocumentStatus")
        _leaf(status, "SequenceNumeric", "1")
        _leaf(_add(status, "IncludedNote"), "Content", comment)


def _add(parent: etree._Element, name: str, space: str = _RAM) -> etree._Element:
    return etree.SubElement(parent, space + name)


def _leaf(
    parent: etree._Element, name: str, value: str, space: str = _RAM, **attributes: str
) -> None:
    element = etree.SubElement(parent, space + name, attributes)
    element.text = _clean(value)


def _date(
    parent: etree._Element, name: str, digits: str, shape: str, space: str = _UDT
) -> None:
    _leaf(_add(parent, name), "DateTimeString", digits, space, format=shape)
