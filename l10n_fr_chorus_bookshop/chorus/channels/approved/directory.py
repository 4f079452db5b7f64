"""The directory service: a body, its services, and its lines.

XP Z12-013, OpenAPI of the directory service 1.3.0. Since 1.3.0 what is absent is a 404;
before, a 204; 206 is a list cut short.
"""

from collections.abc import Iterator, Mapping

from ...invoice import Service
from ..answers import Structure
from .flow import text
from .http import DIRECTORY, Transport

SERVICE = DIRECTORY

_PAGE = 100
_MOST = 5000
_ACTIVE, _ENABLED = "A", "Enabled"


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
    lines = _addresses(transport, siret)
    return Structure(
        siret=siret,
        name=text(found, "name"),
        active=text(found, "administrativeStatus") == _ACTIVE,
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
        addresses=lines,
    )


def _services(transport: Transport, siret: str) -> Iterator[Service]:
    for row in _rows(transport, "routing-code/search", siret):
        if code := text(row, "routingIdentifier"):
            yield Service(
                code=code,
                name=text(row, "routingCodeName"),
                active=text(row, "administrativeStatus") in ("", _ACTIVE),
                engagement_required=_flag(row, "managesLegalCommitmentCode")
                or _flag(row, "managesLegalCommitment"),
            )


def _addresses(transport: Transport, siret: str) -> tuple[str, ...]:
    """Where this SIRET receives: the addresses of its open lines."""
    return tuple(
        text(row, "addressingIdentifier")
        for row in _rows(transport, "directory-line/search", siret)
        if text(row, "directoryLineStatus") == _ENABLED
        and text(row, "addressingIdentifier")
    )


def _rows(transport: Transport, path: str, siret: str) -> Iterator[Mapping]:
    """Every row about a SIRET, page by page; strange rows are left out."""
    seen = 0
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
        for row in rows:
            if isinstance(row, Mapping) and text(row, "siret") in ("", siret):
                yield row
        seen += len(rows)
        total = answer.get("totalNumberOfResults")
        known = type(total) is int and total >= 0
        if not rows or (seen >= total if known else len(rows) < _PAGE):
            return


def _object(row: Mapping, name: str) -> Mapping:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _flag(row: Mapping, name: str) -> bool:
    return row.get(name) in (True, "true")
