"""An approved platform (*plateforme agréée*) through AFNOR XP Z12-013.

One client for all of them: what differs is the profile. Nothing is retried; waiting
belongs to the caller.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from urllib.parse import quote

from urllib3 import encode_multipart_formdata

from ...errors import (
    ChorusError,
    Denied,
    Doubtful,
    Refused,
    Unreachable,
    UnreadableFile,
)
from ...text import _
from ..answers import INTEGRATED, PENDING, REJECTED, Deposit, Report, Structure
from ..token import MemoryStore, TokenStore
from . import cdar, directory, flow
from .flow import CDAR, IN, OUT, Aside, Flow
from .http import FLOW, JSON, Access, Transport
from .profile import AS_FILE, Profile
from .outgoing import Outgoing
from .rows import count, rows
from .search import Page, Period, Search, stamp

__all__ = [
    "Access",
    "Account",
    "Approved",
    "MemoryStore",
    "Profile",
]

#: what goes out is announced as; a status has no processing rule
B2G = "B2G"
#: `flowProfile` of what we write; EXTENDED of Factur-X has no name there
_PROFILES = {"CII": "Extended-CTC-FR", "UBL": "Extended-CTC-FR"}
# B2G is a processing rule since 1.2.0.
_RULE_SINCE = "1.2.0"
# Before, a subscription had another form, for one type of flow each.
_WEBHOOKS_SINCE = "1.3.0"
_LONGEST_NAME = 255
# Of one kind of file perhaps: a platform that is down or busy says something else.
_ITS_OWN_FAULT = "500"
_LONGEST_CURSOR = 4000
_OUTCOMES = {flow.OK: INTEGRATED, flow.ERROR: REJECTED}
# Clocks differ: how far from ours a flow may be dated.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Account:
    """What a successful test shows.

    :ivar structure: the shop itself in the directory, None where it is not there or
        where the platform has no directory
    :ivar directory: the platform offers its directory
    """

    structure: Structure | None = None
    directory: bool = False


class Approved:
    """A client of one platform, with one session: one per thread and run.

    Every method may raise Unreachable, Denied and Refused; only `deposit` raises
    Doubtful.

    :param tokens: where the workers share their token
    :param now: the clock, epoch seconds
    :raise Denied: an address that would carry a secret in clear
    """

    def __init__(
        self,
        access: Access,
        tokens: TokenStore,
        *,
        now: Callable[[], float] = time.time,
    ):
        self._transport = Transport(access, tokens, now)
        self._profile = access.profile
        self._now = now

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._transport.close()

    def test(self, siret: str = "") -> Account:
        """Check addresses, token and rights; nothing is changed.

        :param siret: the shop's own SIRET
        """
        try:
            self._transport.get(FLOW, "healthcheck", absent=True)
        except (Refused, Denied) as error:
            # Where there is none, a search tells as much.
            if error.code not in ("405", "501"):
                raise
        since = self._moment() - timedelta(hours=1)
        self._search({"updatedAfter": stamp(since)}, 1)
        if not self._transport.offers(directory.SERVICE):
            return Account()
        try:
            structure = siret and directory.structure(self._transport, siret)
        except Refused as error:
            if error.code != "501":
                raise
            return Account()
        return Account(structure or None, True)

    # ---- OUT ----------------------------------------------------------------------

    def deposit(
        self, content: bytes, name: str, syntax: str, tracking: str = ""
    ) -> Deposit:
        """Hand one document over (`POST /v1/flows`), at most 100 MB. Not idempotent.

        :param syntax: `flowSyntax`: "CII", "UBL", "Factur-X", "CDAR"
        :param tracking: our own identifier of this flow, written down before the call
        :return: the flow's identifier: received, not yet controlled
        :raise Unreachable: certainly not received
        :raise Denied: certainly not received
        :raise Refused: certainly not accepted
        :raise Doubtful: possibly received: ask for it before sending again
        """
        info = self._info(content, name, syntax, tracking)
        parts = {
            "flowInfo": self._info_part(json.dumps(info)),
            "file": (info["name"], content, _mimetype(syntax)),
        }
        payload, content_type = encode_multipart_formdata(parts)
        response = self._transport.upload("flows", payload, content_type)
        answer = self._transport.fields(response, effect=True)
        flow_id = flow.text(answer, "flowId")
        if not flow_id:
            raise self._transport.unreadable("flowId", effect=True)
        return Deposit(flow_id, flow.text(answer, "submittedAt"))

    def _info(self, content: bytes, name: str, syntax: str, tracking: str) -> dict:
        profile = self._profile
        info = {"flowSyntax": syntax, "name": name[-_LONGEST_NAME:]}
        if tracking and profile.sends_tracking:
            info["trackingId"] = tracking[: profile.longest_tracking]
        if profile.sends_sha256:
            info["sha256"] = hashlib.sha256(content).hexdigest()
        if syntax == CDAR:
            return info
        if profile.sends_rule and profile.version >= _RULE_SINCE:
            info["processingRule"] = B2G
        if profile.sends_profile and syntax in _PROFILES:
            info["flowProfile"] = _PROFILES[syntax]
        return info

    def _info_part(self, text: str):
        kind = self._profile.flow_info_type
        if kind == AS_FILE:
            return ("flowInfo.json", text, JSON)
        return (None, text, kind) if kind else text

    def report(self, flow_id: str) -> Report:
        """Ask for the platform's own control of a flow of ours.

        Integrated means that the *platform* took it; that it reached Chorus Pro is
        told by its statuses 202 and 203.
        """
        found = self.metadata(flow_id)
        if found is None:
            return Report(flow_id, PENDING, "", unknown=True)
        if not found.status:
            raise self._transport.unreadable("acknowledgement")
        outcome = _OUTCOMES.get(found.status, PENDING)
        reasons = tuple(one.text for one in found.details)
        copy = outcome == REJECTED and found.duplicate
        return Report(flow_id, outcome, found.status, reasons, duplicate=copy)

    def metadata(self, flow_id: str) -> Flow | None:
        """Describe one flow; None when the platform does not know it (yet)."""
        response = self._transport.get(FLOW, _path(flow_id), absent=True)
        if response is None:
            return None
        return self._read_flow(self._transport.fields(response))

    def find(
        self,
        *,
        tracking: str,
        name: str,
        content_sha256: str,
        since: datetime,
        outgoing: Callable[[datetime], Outgoing] | None = None,
    ) -> Flow | None:
        """Find the flow that a lost answer was about; None when there is none to see.

        By our own identifier first, then, since some platforms drop it, by name and
        fingerprint among what left since.

        :param since: aware; the first attempt
        :param outgoing: what gives all that left since; `outgoing` by default
        :raise Doubtful: it is not seen, but a flow that cannot be read may be it
        :raise Unreachable: also where what is listed cannot be told from it
        """
        profile, unread = self._profile, []
        if tracking and profile.sends_tracking and profile.keeps_tracking:
            wanted = tracking[: profile.longest_tracking]
            page = self._search({"trackingId": wanted}, profile.page_size)
            ours = [one for one in page.flows if one.tracking == wanted]
            if ours:
                return _best(ours)
            unread += page.asides
        listed = (outgoing or self.outgoing)(since)
        unread += listed.asides
        found = [
            one
            for one in listed.named(name[-_LONGEST_NAME:])
            if self._same(one, content_sha256)
        ]
        if unread and not found:
            raise self._transport.error(
                Doubtful,
                _(
                    "%(who)s lists a flow that cannot be read: it may be the one "
                    "looked for."
                ),
                code="unread",
            )
        return _best(found) if found else None

    def outgoing(self, since: datetime) -> Outgoing:
        """List all that left since, by the platform's clock.

        :param since: aware
        """
        read_at, flows, asides = self._moment(), [], []
        for some, others in self._flows(OUT, since - _AHEAD):
            flows += some
            asides += others
        return Outgoing(since, read_at, flows, asides)

    def _same(self, found: Flow, content_sha256: str) -> bool:
        """Whether a flow holds these bytes: by its fingerprint, else by its file.

        :raise Unreachable: nobody can tell: no name, no fingerprint, no file
        """
        if found.sha256:
            return found.sha256 == content_sha256
        content = self._file(found.flow_id, "Original")
        if content is None and not found.name:
            raise self._transport.unreadable("name")
        # A platform that gives nothing back leaves the name, which is unique to us.
        return content is None or hashlib.sha256(content).hexdigest() == content_sha256

    def original(self, flow_id: str) -> bytes | None:
        """Fetch a document of ours as the platform keeps it; None when it does not."""
        return self._file(flow_id, "Original")

    # ---- IN -----------------------------------------------------------------------

    def incoming(self, since: datetime) -> Iterator[tuple[list[Flow], list[Aside]]]:
        """Read what came in since: flows that may be news of our invoices.

        Each page is yielded as soon as it is read, and remains good if a later one
        fails.

        :param since: aware; by the platform's clock
        """
        for flows, asides in self._flows(IN, since):
            yield [one for one in flows if one.is_news], asides

    def read(self, found: Flow) -> tuple[list[cdar.Status], list[Aside]]:
        """Read the statuses of one incoming flow, and what had to be set aside.

        :raise Refused: none of its files is given
        :raise Unreachable: nor is there any yet: a list may be quicker than they are
        """
        aside = refusal = None
        for kind in self._profile.documents:
            try:
                if content := self._file(found.flow_id, kind):
                    return self._statuses(found, content)
            except (Refused, Unreachable) as error:
                if isinstance(error, Unreachable) and error.code != _ITS_OWN_FAULT:
                    raise
                refusal = error if isinstance(error, Unreachable) else refusal or error
            except UnreadableFile as error:
                # An original may be in a form of the platform's own.
                text = content[:500].decode("utf-8", "replace")
                aside = aside or Aside(found.flow_id, text, error.message)
        if isinstance(refusal, Unreachable) or (refusal and not aside):
            raise refusal
        if not aside:
            template = _("%(who)s gives no file of a flow that it lists.")
            raise self._transport.error(Unreachable, template, code="unexpected")
        return [], [aside]

    def _statuses(self, found: Flow, content: bytes):
        zone = self._profile.time_zone
        statuses, asides = cdar.read(content, found.updated_at, zone)
        return statuses, [Aside(found.flow_id, text, reason) for text, reason in asides]

    def subscribe(self, url: str) -> tuple[str, str]:
        """Ask to be called when something comes in (`POST /v1/webhooks`).

        :param url: ours, without which nobody reaches us
        :return: the subscription's identifier, and the key that signs its calls
        :raise Refused: the platform has no such calls
        """
        if not self._profile.webhooks or self._profile.version < _WEBHOOKS_SINCE:
            raise self._transport.error(
                Refused, _("%(who)s does not offer this service."), code="501"
            )
        body = {"callbackUrl": url, "flowDirection": IN}
        answer = self._transport.fields(self._transport.post(FLOW, "webhooks", body))
        names = ("webhookId", "signingKey")
        for name in names:
            if not flow.text(answer, name):
                raise self._transport.unreadable(name)
        return tuple(flow.text(answer, name) for name in names)

    def unsubscribe(self, identifier: str) -> None:
        """End a subscription (`DELETE /v1/webhooks/{webhookUid}`)."""
        self._transport.delete(FLOW, f"webhooks/{quote(identifier, safe='')}")

    # ---- DIRECTORY ----------------------------------------------------------------

    def structure(
        self, siret: str, service_codes: Collection[str] | None = None
    ) -> Structure | None:
        """Look a SIRET up with its obligations, services and directory lines.

        :param service_codes: not needed here: all services come in a few pages
        :return: None when the directory has not got exactly this SIRET
        :raise Refused: the platform offers no directory
        """
        return directory.structure(self._transport, siret)

    # ---- CALLS --------------------------------------------------------------------

    def _flows(self, direction: str, since: datetime):
        def ask(period: Period, cursor: str, limit: int) -> Page:
            where = {
                "updatedAfter": stamp(period.start),
                "updatedBefore": stamp(period.end),
                "flowDirection": [direction],
            }
            return self._search(where, limit, cursor)

        def too_many() -> ChorusError:
            return self._transport.error(
                Unreachable,
                _(
                    "%(who)s does not give all the flows of one instant: ask the "
                    "platform for longer pages."
                ),
                code="too_many",
            )

        search = Search(ask, self._profile.paging, self._profile.page_size, too_many)
        yield from search.pages(Period(since, self._moment() + _AHEAD))

    def _search(self, where: dict, limit: int, cursor: str = "") -> Page:
        body = {"limit": limit, "where": where}
        if cursor:
            body["cursor"] = cursor
        response = self._transport.post(FLOW, "flows/search", body)
        if response.status_code == 204:
            return Page(())
        answer = self._transport.fields(response)
        found = rows(answer, "flowId")
        if found is None:
            raise self._transport.unreadable("results")
        flows, asides = [], []
        for row in found:
            try:
                flows.append(flow.read(row))
            except ValueError as error:
                flow_id = flow.text(row, "flowId") if isinstance(row, dict) else ""
                asides.append(Aside(flow_id, repr(row)[:500], str(error)))
        return Page(
            tuple(flows),
            tuple(asides),
            flow.text(answer, "nextCursor", _LONGEST_CURSOR),
            count(answer.get("total")),
            count(answer.get("limit")) or 0,
        )

    def _read_flow(self, fields: dict) -> Flow:
        try:
            return flow.read(fields)
        except ValueError as error:
            raise self._transport.unreadable(str(error)) from None

    def _file(self, flow_id: str, kind: str) -> bytes | None:
        """One file of a flow, None when the platform has none of this kind."""
        response = self._transport.get(FLOW, _path(flow_id), absent=True, docType=kind)
        return response.content if response is not None and response.content else None

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), timezone.utc)


def _path(flow_id: str) -> str:
    return f"flows/{quote(flow_id, safe='')}"


def _mimetype(syntax: str) -> str:
    return "application/pdf" if syntax == "Factur-X" else "application/xml"


def _best(flows: list[Flow]) -> Flow:
    """Among copies of one file, the one that counts: not refused, then the first."""
    return min(flows, key=lambda one: (one.status == flow.ERROR, one.updated_at))
