"""Calls to Chorus Pro through PISTE: session, headers, token, time-outs.

What PISTE refuses without a cause is asked again after a few seconds: a valid pair of
keys now and then, a token that it has just given. All other waiting belongs to the
caller. No body, token or password is ever logged or put into an error.
"""

import base64
import io
import json
import logging
import re
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple
from urllib.parse import urlencode, urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from ...errors import Denied, Unreachable
from ...text import _
from ..response import read_whole
from ..token import Token, TokenStore, shared
from . import answer as piste_answer
from .answer import Answer, correlation

_logger = logging.getLogger(__name__)

JSON = "application/json;charset=utf-8"
FORM = "application/x-www-form-urlencoded"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Seconds before a refusal of the credentials is believed, and the next time.
PAUSES = (2.0, 4.0)
# A list that still grows after so many readings is left for later.
ATTEMPTS = 3
# Of a file, made base64 at once: three bytes give four letters, without padding.
_BLOCK = 3 * 2**14


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach one environment with one technical account.

    :ivar oauth_url: the whole address of the token service
    :ivar api_url: the address of the API, before `/cpro`
    :ivar connect_timeout: seconds
    :ivar read_timeout: seconds without a byte of the answer
    :ivar page_size: rows asked per page
    :ivar ca_bundle: file of the certificate authorities, "" for the usual ones
    """

    oauth_url: str
    api_url: str
    client_id: str
    client_secret: str = field(repr=False)
    login: str
    password: str = field(repr=False)
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    page_size: int = 100
    ca_bundle: str = ""


class Page(NamedTuple):
    """One page: its rows, and the counts the platform gave with it."""

    rows: list[Hashable]
    pages: int
    total: int


class StillGrowing(Exception):
    """The list grew at every reading: some rows may be missing."""


class Transport:
    """One HTTP session with Chorus Pro. Not to be shared between threads.

    :raise Denied: an address that would carry the password in clear
    """

    def __init__(
        self,
        settings: Settings,
        tokens: TokenStore,
        now: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ):
        _check_address(settings.oauth_url)
        _check_address(settings.api_url)
        self._settings = settings
        self._tokens = tokens
        self._now = now
        self._sleep = sleep
        self._session = requests.Session()
        # The environment would otherwise win over `verify` (REQUESTS_CA_BUNDLE) and
        # over our Authorization header (.netrc). Its proxies are taken in `_exchange`.
        self._session.trust_env = False
        self._session.verify = settings.ca_bundle or True

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def post(
        self, service: str, body: dict, *, effect: bool = False, search: bool = False
    ) -> Answer:
        """Call a business service.

        :param service: path after `/cpro/`, such as `factures/v1/deposer/flux`
        :param body: the JSON object; a value of bytes, a file, leaves in base64
        :param effect: the call changes something on the platform, so that an unknown
            outcome is Doubtful rather than Unreachable
        :param search: the service looks for something: nothing found is an empty answer
        :return: the answer, whose `codeRetour` is 0
        :raise Unreachable: certainly without effect, try later
        :raise Denied: the platform refuses the credentials or the rights
        :raise Refused: the platform refuses the request
        :raise Doubtful: `effect`, and the request may have been carried out
        """
        response = self._call(service, JsonBody(body), effect)
        return piste_answer.read_result(response, effect=effect, search=search)

    def get(self, service: str) -> Answer:
        """Call a service without body, whose answer has no `codeRetour`."""
        return piste_answer.read(self._call(service, None, False), effect=False)

    def pages(
        self,
        read: Callable[[dict], tuple[Answer, list[Hashable]]],
        asked: str = "",
        counted: str = "",
    ) -> Generator[list, None, bool]:
        """Yield the new rows of every page of a list, each page once read.

        :param read: reads a page, given the paging part of its request: the object that
            holds the counts, and the rows
        :param asked: what the service appends to the names of that part's fields
        :param counted: what it appends to those of the counts
        :return: whether as many were given as are counted, once exhausted
        :raise Unreachable: also when the list does not stop growing
        """

        def page(number: int) -> Page:
            size = self._settings.page_size  # 10 by default, never wanted
            counts, rows = read(
                {
                    f"pageResultatDemandee{asked}": number,
                    f"nbResultatsParPage{asked}": size,
                }
            )
            pages = counts.number(f"pages{counted}")
            if not pages and len(rows) >= size:
                raise counts.wrong(f"pages{counted}")
            return Page(rows, pages, counts.number(f"total{counted}"))

        try:
            return (yield from each_page(page))
        except StillGrowing:
            raise Unreachable(
                _("The list of Chorus Pro changed while it was read."), code="changing"
            ) from None

    def _call(
        self, service: str, body: BinaryIO | None, effect: bool
    ) -> requests.Response:
        url = f"{self._settings.api_url.rstrip('/')}/cpro/{service}"
        token = self._token()
        response = self._exchange(service, url, body, JSON, token, effect)
        for pause in (0.0, *PAUSES):
            if piste_answer.status(response) != 401:
                break
            self._sleep(pause)
            token = self._token(refused=token.value)
            response = self._exchange(service, url, body, JSON, token, effect)
        if piste_answer.status(response) not in piste_answer.SUCCESSES:
            raise piste_answer.failure(response, effect=effect, now=self._now())
        return response

    def _token(self, refused: str = "") -> Token:
        """The shared token, unless it is over or `refused`; else a new one."""
        return shared(self._tokens, self._now, self._new_token, refused)

    def _new_token(self) -> Token:
        """Ask PISTE for a token (client credentials, RFC 6749 §4.4)."""
        settings = self._settings
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "scope": "openid",
        }
        asked_at, response = self._now(), self._ask_token(form)
        for pause in PAUSES:
            if response.status_code not in (400, 401):
                break
            self._sleep(pause)
            asked_at, response = self._now(), self._ask_token(form)
        if response.status_code in (400, 401, 403):
            raise Denied(
                _("PISTE refused the application's client ID or secret."),
                code=piste_answer.short_text(response, "error")
                or str(response.status_code),
                correlation_id=correlation(response),
            )
        if response.status_code not in piste_answer.SUCCESSES:
            raise piste_answer.failure(response, effect=False, now=self._now())
        answer = piste_answer.read(response, effect=False)
        value, lasts = answer.text("access_token"), answer.number("expires_in")
        # A value that no header can carry would show itself in a traceback.
        if not re.fullmatch(r"[!-~]+", value):
            raise answer.wrong("access_token")
        if not 0 <= lasts < 10**9:
            raise answer.wrong("expires_in")
        return Token.lasting(value, lasts, asked_at)

    def _ask_token(self, form: dict[str, str]) -> requests.Response:
        body = io.BytesIO(urlencode(form).encode())
        return self._exchange("token", self._settings.oauth_url, body, FORM)

    def _exchange(
        self,
        service: str,
        url: str,
        body: BinaryIO | None,
        content_type: str,
        token: Token | None = None,
        effect: bool = False,
    ) -> requests.Response:
        """Send one request, without following redirections, and log one line.

        :param body: read block by block, once connected: its position tells what has
            left
        :raise Unreachable: no answer came
        :raise Doubtful: none came, and part of a request with effect had already left
        """
        settings = self._settings
        auth = token and _Credentials(token, settings.login, settings.password)
        proxies = _proxies(url)
        method = "GET" if body is None else "POST"
        if body is not None:
            body.seek(0)
        started = time.monotonic()
        outcome, found = "no answer", "-"
        try:
            response = self._session.request(
                method,
                url,
                data=body,
                headers={"Accept": JSON, "Content-Type": content_type},
                auth=auth,
                timeout=(settings.connect_timeout, settings.read_timeout),
                allow_redirects=False,
                proxies=proxies,
                stream=True,
            )
            read_whole(response)
            outcome, found = response.status_code, correlation(response) or "-"
            return response
        except (OSError, HTTPError) as error:  # RequestException is an OSError
            outcome = type(error).__name__
            left = body is not None and body.tell() > 0
            raise piste_answer.unanswered(
                outcome, effect and left, code=outcome
            ) from None
        finally:
            _logger.info(
                "Chorus Pro %s: %s in %.0f ms, correlation %s",
                service,
                outcome,
                (time.monotonic() - started) * 1000,
                found,
            )


class _Credentials(requests.auth.AuthBase):
    """The two headers of every call: bearer token, and the technical account."""

    def __init__(self, token: Token, login: str, password: str):
        self._token = token
        self._account = base64.b64encode(f"{login}:{password}".encode()).decode()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.value}"
        request.headers["cpro-account"] = self._account
        return request


def _check_address(url: str) -> None:
    """Refuse to carry a password in clear, except to this very machine."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        scheme, host = "", None
    if not host or scheme not in ("http", "https"):
        raise Denied(_("The address of Chorus Pro is not a valid one."))
    if scheme == "http" and host not in LOOPBACK:
        raise Denied(_("The address of Chorus Pro must start with https://."))


def _proxies(url: str) -> dict[str, str]:
    """The environment's proxies, never for this machine."""
    return {} if urlsplit(url).hostname in LOOPBACK else get_environ_proxies(url)


# --- every page of a list that may change while it is read ---------------------------


def each_page(read: Callable[[int], Page]) -> Generator[list[Hashable], None, bool]:
    """Read all pages, each row once, and yield each page as soon as it is read.

    After the first page the last one comes first. When a row leaves the list, the rows
    behind it move towards the first page, and reading in that direction none is
    skipped (an invoice leaves a search when its state changes). The first page is read
    again when something left. The whole list is read again when something came, or
    when fewer rows were seen than it counts, unless that brings nothing new.

    :param read: reads one page by its number, from 1; what it raises goes through, and
        the pages already yielded remain good
    :return: whether as many rows were seen as the list counts, once exhausted
    :raise StillGrowing: after ATTEMPTS readings that each brought something new
    """
    seen: set[Hashable] = set()

    def unseen(page: Page) -> list[Hashable]:
        rows = [row for row in dict.fromkeys(page.rows) if row not in seen]
        seen.update(rows)
        return rows

    for _attempt in range(ATTEMPTS):
        known = len(seen)
        first = read(1)
        totals = [first.total]
        if rows := unseen(first):
            yield rows
        for number in range(first.pages, 1, -1):
            page = read(number)
            totals.append(page.total)
            if rows := unseen(page):
                yield rows
        if min(totals) < first.total and (rows := unseen(read(1))):
            yield rows
        settled = len(seen) >= totals[-1] or len(seen) == known
        if settled and max(totals) == first.total:
            return len(seen) >= totals[-1]
    raise StillGrowing


def gather(pages: Generator[list, None, bool]) -> tuple[list, bool]:
    """Return all rows of a list, and whether they are as many as it counts."""
    rows = []
    while True:
        try:
            rows += next(pages)
        except StopIteration as end:
            return rows, end.value


# ---- WHAT A CALL CARRIES -------------------------------------------------------------


class JsonBody(io.RawIOBase):
    """A JSON object as a file to send, of which one block is held at a time.

    As a text, a deposit would stand in memory five times.

    :param fields: what `json.dumps` takes; a value of bytes is written in base64
    """

    def __init__(self, fields: dict):
        super().__init__()
        self._fields = fields
        self._length = sum(map(len, self._blocks()))
        self.seek(0)

    def __len__(self) -> int:
        return self._length

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the beginning, the only place there is to go."""
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation
        self._ready, self._left = memoryview(b""), self._blocks()
        self._position = 0
        return 0

    def readinto(self, buffer) -> int:
        if not self._ready:
            self._ready = memoryview(next(self._left, b""))
        taken, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(taken)] = taken
        self._position += len(taken)
        return len(taken)

    def _blocks(self) -> Iterator[bytes]:
        """Yield the text piece by piece, none of them empty."""
        before = "{"
        for name, value in self._fields.items():
            yield f"{before}{json.dumps(name)}: ".encode()
            if isinstance(value, bytes):
                yield b'"'
                for start in range(0, len(value), _BLOCK):
                    yield b64encode(value[start : start + _BLOCK])
                yield b'"'
            else:
                yield json.dumps(value).encode()
            before = ", "
        yield b"}" if self._fields else b"{}"
