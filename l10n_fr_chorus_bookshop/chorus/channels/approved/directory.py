"""The directory service: a body, its services, and its lines.

XP Z12-013, OpenAPI of the directory service 1.3.0. Since 1.3.0 what is absent is a 404;
before, a 204; 206 is a list cut short.
"""

from collections.abc import Iterator, Mapping

from ...errors import Refused
from ...invoice import Service
from ..answers import Structure
from .flow import text
from .http import DIRECTORY, Transport
from .rows import count, rows
from .search import CAPS, LEAST_CAP

SERVICE = DIRECTORY

_PAGE = 100
_MOST = 5000
_ENABLED = "enabled"
# INSEE has C and F; platforms write them out.
_CLOSED = ("C", "F", "INACTI")
_YES, _NO = {"true", "1", "yes", "oui"}, {"false", "0", "no", "non"}
_DIGITS = len("22100005200011")
# Before an address: its scheme.
_SCHEME = "0225:"


def structure(transport: Transport, siret: str) -> Structure | None:
    """Look a SIRET up; None when the directory has not got exactly this one.

    A body without `b2gAdditionalData` asks for nothing.

    :raise Refused: the platform offers no directory
    """
    response = transport.get(DIRECTORY, f"siret/code-insee:{siret}", absent=True)
    if response is None:
        return None
    found = transport.fields(response)
    if _siret(found) != siret:
        return None
    asked = _object(found, "b2gAdditionalData")
    address = _object(found, "address")
    return Structure(
        siret=siret,
        name=text(found, "name"),
        active=_is_open(found),
        public=bool(asked) or _is_public(found),
        service_required=_flag(asked, "serviceCodeStatus"),
        engagement_required=_flag(asked, "managesLegalCommitmentCode"),
        service_or_engagement_required=_flag(
            asked, "managesLegalCommitmentOrServiceCode"
        ),
        payment_not_reported=_word(asked, "managesPaymentStatus") in _NO,
        works_owner_only=_flag(asked, "pmOnly"),
        street=text(address, "addressLine1"),
        street2=text(address, "addressLine2"),
        zip=text(address, "postalCode"),
        city=text(address, "locality"),
        country=text(address, "countryCode"),
        services=tuple(_services(transport, siret)),
        addresses=_addresses(transport, siret),
    )


def _services(transport: Transport, siret: str) -> Iterator[Service]:
    for row in _rows(transport, "routing-code/search", siret, "routingIdentifier"):
        if code := text(row, "routingIdentifier"):
            yield Service(
                code=code,
                name=text(row, "routingCodeName"),
                active=_is_open(row),
                engagement_required=_flag(row, "managesLegalCommitmentCode")
                or _flag(row, "managesLegalCommitment"),
            )


def _addresses(transport: Transport, siret: str) -> tuple[str, ...] | None:
    """Where this SIRET receives: the addresses of its open lines.

    :return: None when the platform does not say
    """
    try:
        return tuple(
            text(row, "addressingIdentifier").removeprefix(_SCHEME).strip()
            for row in _rows(
                transport, "directory-line/search", siret, "addressingIdentifier"
            )
            if text(row, "directoryLineStatus").casefold() in ("", _ENABLED)
            and text(row, "addressingIdentifier")
        )
    except Refused as error:
        if error.code != "501":
            raise
        return None


def _rows(transport: Transport, path: str, siret: str, mark: str) -> Iterator[Mapping]:
    """Every row about a SIRET, page by page; strange rows are left out.

    A page may be cut at a size of the platform's own, which it does not say, and a
    total be that of the page, or not be told.

    :param mark: name of a field without which nothing is a row
    :raise Unreachable: the platform keeps the rest out of reach
    """
    seen, met = 0, set()
    while seen < _MOST:
        body = {
            "filters": {"siret": {"op": "strict", "value": siret}},
            "limit": _PAGE,
            "ignore": seen,
        }
        response = transport.post(DIRECTORY, path, body, absent=True)
        if response is None:
            return
        answer = transport.fields(response)
        page = rows(answer, mark)
        if page is None:
            raise transport.unreadable("results")
        fresh = {repr(row) for row in page} - met
        met |= fresh
        total = count(answer.get("totalNumberOfResults"))
        more = (total or 0) > len(met)
        cut = response.status_code == 206
        if page and not fresh and (more or cut):
            raise transport.unreadable("ignore")
        for row in page if fresh else ():
            if isinstance(row, Mapping) and _siret(row) in ("", siret):
                yield row
        seen += len(page)
        may_go_on = len(page) in CAPS or (total is None and len(page) >= LEAST_CAP)
        if not fresh or not (more or cut or may_go_on):
            return


def _object(row: Mapping, name: str) -> Mapping:
    value = row.get(name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, Mapping) else {}


def _siret(row: Mapping) -> str:
    """Its SIRET, whose first zeros a number does not keep; "" when it is not told."""
    number = "".join(text(row, "siret").split())
    return number.zfill(_DIGITS) if number else ""


def _is_public(found: Mapping) -> bool:
    """Whether nothing says that its legal unit is private.

    `facilityType` tells a main establishment from another one, no more.
    """
    return not _word(_object(found, "legalUnit"), "entityType").startswith("private")


def _is_open(row: Mapping) -> bool:
    """Whether nothing says that it is closed."""
    return not text(row, "administrativeStatus").upper().startswith(_CLOSED)


def _flag(row: Mapping, name: str) -> bool:
    return _word(row, name) in _YES


def _word(row: Mapping, name: str) -> str:
    value = row.get(name)
    return str(value).lower() if isinstance(value, bool) else text(row, name).casefold()
