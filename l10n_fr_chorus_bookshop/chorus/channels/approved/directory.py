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
from .search import CAPS

SERVICE = DIRECTORY

_PAGE = 100
_MOST = 5000
_CLOSED, _ENABLED = ("C", "F"), "enabled"


def structure(transport: Transport, siret: str) -> Structure | None:
    """Look a SIRET up; None when the directory has not got exactly this one.

    A body without `b2gAdditionalData` asks for nothing.

    :raise Refused: the platform offers no directory
    """
    response = transport.get(DIRECTORY, f"siret/code-insee:{siret}", absent=True)
    if response is None:
        return None
    found = transport.fields(response)
    if text(found, "siret") != siret:
        return None
    asked = _object(found, "b2gAdditionalData")
    address = _object(found, "address")
    return Structure(
        siret=siret,
        name=text(found, "name"),
        active=_is_open(found),
        public=text(found, "facilityType") != "S" or bool(asked),
        service_required=_flag(asked, "serviceCodeStatus"),
        engagement_required=_flag(asked, "managesLegalCommitmentCode"),
        service_or_engagement_required=_flag(
            asked, "managesLegalCommitmentOrServiceCode"
        ),
        payment_not_reported=asked.get("managesPaymentStatus") is False,
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
    for row in _rows(transport, "routing-code/search", siret):
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
            text(row, "addressingIdentifier")
            for row in _rows(transport, "directory-line/search", siret)
            if text(row, "directoryLineStatus").casefold() in ("", _ENABLED)
            and text(row, "addressingIdentifier")
        )
    except Refused as error:
        if error.code != "501":
            raise
        return None


def _rows(transport: Transport, path: str, siret: str) -> Iterator[Mapping]:
    """Every row about a SIRET, page by page; strange rows are left out.

    A page may be cut at a size of the platform's own, which it does not say, and a
    total be that of the page.

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
        rows = answer.get("results")
        if not isinstance(rows, list):
            raise transport.unreadable("results")
        fresh = {repr(row) for row in rows} - met
        met |= fresh
        total = answer.get("totalNumberOfResults")
        more = type(total) is int and total > len(met)
        cut = response.status_code == 206
        if rows and not fresh and (more or cut):
            raise transport.unreadable("ignore")
        for row in rows if fresh else ():
            if isinstance(row, Mapping) and text(row, "siret") in ("", siret):
                yield row
        seen += len(rows)
        if not fresh or not (more or cut or len(rows) in CAPS):
            return


def _object(row: Mapping, name: str) -> Mapping:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _is_open(row: Mapping) -> bool:
    """Whether nothing says that it is closed: INSEE has C and F for that."""
    return text(row, "administrativeStatus").upper() not in _CLOSED


def _flag(row: Mapping, name: str) -> bool:
    return row.get(name) in (True, "true")
