"""Calls to an approved platform: session, headers, token, time-outs, what errors mean.

Nothing is retried here, apart from one new token after a 401, and a question once the
few seconds have passed that a gateway asks for. No body, token or key is ever logged or
put into an error.
"""

import base64
import io
import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from ...errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ...text import _
from ..response import read_whole, retry_after
from ..token import Token, TokenStore, shared
from . import copies
from .profile import Profile

_logger = logging.getLogger(__name__)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FLOW, DIRECTORY = "flow", "directory"

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Values of one answer: the largest page has hundreds of rows of forty.
_MOST_VALUES = 400_000
# Where else to look once a request was done; other redirections come before that.
_SEE_OTHER = (302, 303)
# Not now, whatever was asked.
_BUSY = (429, 503)
# What a refusal by the token service is, whatever it is called.
_UNTOLD = (408, 429)
# Seconds: a limit of so many calls a second is no outage. Longer is the caller's.
_SHORT_WAIT = 5.0
# A header holds these; anything else ends in a traceback, or in two headers.
_IN_HEADER = re.compile(r"[!-~](?:[ -~]*[!-~])?")
# A token whose life is not told.
_TOKEN_SECONDS = 300
# Fields of an error's body that hold words: its code and its place first.
_TELLING = (
    *("errorCode", "code", "field", "propertyPath", "pointer", "loc", "errorMessage"),
    *("message", "defaultMessage", "msg", "error_description", "error", "errors"),
    *("detail", "details", "title", "reason", "description", "violations"),
    *("invalid-params", "fault", "faultstring"),
)
# Which of them may be an object whose names are the fields at fault.
_BY_FIELD = ("errors", "details", "violations")
_LONGEST_WORD, _MOST_WORDS = 300, 20
# Codes of a 400 that speak of the account or of how a file is described.
_NO_INVOICES_FAULT = frozenset(
    {
        *("MISSING_REQUIRED_FIELD", "PARAMS_ERROR", "CLIENT_NOT_CONFIGURED"),
        *("UNAUTHORIZED", "MISSING_TOKEN", "INVALID_TOKEN", "FORBIDDEN_ACCESS"),
    }
)
# The description as a whole, which the profile decides: not one field of it.
_DESCRIPTION = re.compile(r"\bflowInfo\b(?![./\w])", re.IGNORECASE)
# Codes that belong to another status than the one they came with.
_NOT_NOW = frozenset(
    {
        *("TOO_MANY_REQUESTS", "INTERNAL_ERROR", "RESOURCE_ERROR"),
        *("SERVER_ERROR", "TEMPORARILY_UNAVAILABLE"),  # RFC 6749 §4.1.2.1
    }
)


@dataclass(frozen=True, slots=True)
class Access:
    """How one company reaches its platform.

    :ivar profile: the platform's ways
    :ivar flow_url: address of the flow service, with `/v1`
    :ivar directory_url: the same of the directory service, "" without one
    :ivar client_secret: of the client credentials; the key itself for a fixed token
    :ivar key: value of the profile's further header
    :ivar organization: `Organization-Id`, for several companies behind one account
    :ivar connect_timeout: seconds
    :ivar read_timeout: seconds without a byte of the answer
    :ivar ca_bundle: file of the certificate authorities, "" for the usual ones
    """

    profile: Profile
    flow_url: str
    directory_url: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    organization: str = ""
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    ca_bundle: str = ""

    @property
    def who(self) -> str:
        """The platform, as people call it."""
        return self.profile.name


class Transport:
    """One HTTP session with a platform. Not to be shared between threads.

    :param now: the clock, epoch seconds
    :raise Denied: an address that would carry a secret in clear
    """

    def __init__(self, access: Access, tokens: TokenStore, now: Callable[[], float]):
        self._access = access
        self._tokens = tokens
        self._now = now
        self._pause = time.sleep
        for address in (access.flow_url, access.directory_url, access.token_url):
            if address:
                self._check_address(address)
        for value in self._sent_in_headers():
            if value and not _IN_HEADER.fullmatch(value):
                raise self.error(
                    Denied,
                    _(
                        "The organisation or a key for %(who)s holds a character that "
                        "cannot be sent: type it again."
                    ),
                )
        self._session = requests.Session()
        # The environment would otherwise win over `verify` (REQUESTS_CA_BUNDLE) and
        # over our Authorization header (.netrc). Its proxies are taken in `_exchange`.
        self._session.trust_env = False
        self._session.verify = access.ca_bundle or True

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def offers(self, service: str) -> bool:
        """Tell whether the platform has this service: FLOW or DIRECTORY."""
        return bool(self._base(service))

    def get(self, service: str, path: str, *, absent: bool = False, **query):
        """Read one resource.

        :param path: below `/v1/`
        :param absent: 404, 410 and 204 mean that there is none: return None
        :return: the response
        """
        if query:
            path = f"{path}?{urlencode(query, quote_via=quote)}"
        return self._call(service, path, absent=absent)

    def post(self, service: str, path: str, body: dict, *, absent: bool = False):
        """Send a question as JSON; nothing changes on the platform."""
        payload = json.dumps(body).encode()
        return self._call(service, path, payload, JSON, absent=absent)

    def delete(self, service: str, path: str) -> None:
        """Take one resource away; one that is gone already is no error."""
        self._call(service, path, absent=True, method="DELETE")

    def upload(self, path: str, payload: bytes, content_type: str):
        """Hand a file over. Not idempotent.

        :raise Doubtful: the platform may have it all the same
        """
        return self._call(FLOW, path, payload, content_type, effect=True)

    def error(
        self, kind: type[ChorusError], template: str, values=None, **details
    ) -> ChorusError:
        """Make an error that names the platform."""
        values = {"who": self._access.who, **(values or {})}
        error = kind(template, values=values, **details)
        error.who = self._access.who
        return error

    def unreadable(self, name: str, *, effect: bool = False) -> ChorusError:
        """Say that an answer is not what the standard promises."""
        return self.error(
            Doubtful if effect else Unreachable,
            _("The answer of %(who)s cannot be read (%(field)s)."),
            {"field": name},
            code="unexpected",
        )

    def fields(self, response: requests.Response, *, effect: bool = False) -> dict:
        """Read the JSON object of an answer.

        :raise Unreachable: it is none; Doubtful instead for a call with effect
        """
        found = _json(response)
        if not isinstance(found, dict):
            raise self.unreadable("JSON", effect=effect)
        return found

    # ---- ONE CALL -----------------------------------------------------------------

    def _call(
        self,
        service: str,
        path: str,
        payload: bytes | None = None,
        content_type: str = "",
        *,
        effect: bool = False,
        absent: bool = False,
        method: str = "",
    ) -> requests.Response | None:
        base = self._base(service)
        if not base:
            raise self.error(
                Refused, _("%(who)s offers no directory service."), code="501"
            )
        url = f"{base.rstrip('/')}/{path}"
        name = f"{service} {path.partition('?')[0]}"
        token = self._token()
        asked = (name, url, payload, content_type)
        ways = {"effect": effect, "method": method}
        response = self._patiently(*asked, token=token, **ways)
        if response.status_code == 401 and self._access.profile.token_style != "static":
            token = self._token(refused=token.value)
            response = self._patiently(*asked, token=token, **ways)
        if absent and response.status_code in (204, 404, 410):
            return None
        if response.status_code not in (200, 201, 202, 206):
            raise self._failure(response, effect)
        return response

    def _base(self, service: str) -> str:
        access = self._access
        return access.directory_url if service == DIRECTORY else access.flow_url

    def _patiently(self, *asked, effect: bool = False, **ways) -> requests.Response:
        """Ask, once more where a gateway wants a few seconds between its calls."""
        response = self._exchange(*asked, effect=effect, **ways)
        if effect or response.status_code not in _BUSY:
            return response
        wait = retry_after(response, self._now())
        if wait is None or wait > _SHORT_WAIT:
            return response
        self._pause(wait)
        return self._exchange(*asked, **ways)

    def _exchange(
        self,
        name: str,
        url: str,
        payload: bytes | None,
        content_type: str,
        *,
        token: Token | None = None,
        effect: bool = False,
        headers: dict[str, str] | None = None,
        method: str = "",
    ) -> requests.Response:
        """Send one request, without following redirections, and log one line."""
        # Read block by block, once connected: its position tells what has left.
        body = None if payload is None else io.BytesIO(payload)
        request_id = str(uuid.uuid4())
        started, outcome = time.monotonic(), "no answer"
        try:
            response = self._session.request(
                method or ("POST" if body else "GET"),
                url,
                data=body,
                headers={
                    **self._headers(request_id, content_type),
                    **(headers or {}),
                },
                auth=_Bearer(token),
                timeout=(self._access.connect_timeout, self._access.read_timeout),
                allow_redirects=False,
                proxies=_proxies(url),
                stream=True,
            )
            read_whole(response)
            outcome = response.status_code
            return response
        except (OSError, HTTPError) as error:  # RequestException is an OSError
            outcome = type(error).__name__
            left = effect and body is not None and body.tell() > 0
            raise self._unanswered(outcome, left, code=outcome) from None
        finally:
            _logger.info(
                "%s %s: %s in %.0f ms, request %s",
                self._access.who,
                name,
                outcome,
                (time.monotonic() - started) * 1000,
                request_id,
            )

    def _headers(self, request_id: str, content_type: str) -> dict[str, str]:
        access = self._access
        headers = {"Accept": "*/*", "Request-Id": request_id}
        if content_type:
            headers["Content-Type"] = content_type
        if access.profile.key_header and access.key:
            headers[access.profile.key_header] = access.key
        if access.organization:
            headers["Organization-Id"] = access.organization
        return headers

    # ---- TOKEN --------------------------------------------------------------------

    def _token(self, refused: str = "") -> Token:
        """The shared token, unless it is over or `refused`; else a new one."""
        if self._access.profile.token_style == "static":
            return Token(self._access.client_secret, float("inf"))
        return shared(self._tokens, self._now, self._new_token, refused)

    def _new_token(self) -> Token:
        """Ask for a token by client credentials (RFC 6749 §4.4)."""
        access = self._access
        form, headers = {"grant_type": "client_credentials"}, {}
        if access.profile.token_style == "basic":
            # RFC 6749 §2.3.1: both halves are encoded as in a form first.
            pair = f"{quote(access.client_id)}:{quote(access.client_secret)}"
            basic = base64.b64encode(pair.encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
        else:
            form["client_id"] = access.client_id
            form["client_secret"] = access.client_secret
        asked_at = self._now()
        response = self._patiently(
            "token",
            access.token_url,
            urlencode(form).encode(),
            FORM,
            headers=headers,
        )
        status = response.status_code
        if status in (404, 405) or 300 <= status < 400:
            raise self._failure(response, False)
        no = (400 <= status < 500 and status not in _UNTOLD) or status == 501
        if no and not _NOT_NOW & _codes(_reasons(response)):
            raise self._no_token(response)
        if status not in (200, 201):
            raise self._failure(response, False)
        answer = self.fields(response)
        value, lasts = answer.get("access_token"), answer.get("expires_in")
        if not value and _reasons(response):
            raise self._no_token(response)
        # A value that no header can carry would show itself in a traceback.
        if not isinstance(value, str) or not re.fullmatch(r"[!-~]+", value):
            raise self.unreadable("access_token")
        return Token.lasting(value, _seconds(lasts) or _TOKEN_SECONDS, asked_at)

    def _no_token(self, response: requests.Response) -> ChorusError:
        """Say that there is none for this account: no invoice is at fault."""
        return self.error(
            Denied,
            _("%(who)s refused the account's client ID or secret."),
            code=str(response.status_code),
            reasons=_reasons(response),
        )

    # ---- WHAT AN ANSWER MEANS -----------------------------------------------------

    def _failure(self, response: requests.Response, effect: bool) -> ChorusError:
        """Say what an HTTP status other than success means."""
        status, reasons = response.status_code, _reasons(response)
        details = {"code": str(status), "reasons": reasons}
        if effect and any(map(copies.says_so, reasons)):
            return self._unanswered("AlreadyExistingFlow", True, **details)
        codes = _codes(reasons)
        if _NOT_NOW & codes:
            status = 503
        # No invoice's fault: each waits until the account or the profile is corrected.
        told = status == 400 and _NO_INVOICES_FAULT & codes
        part = status in (400, 422) and any(map(_DESCRIPTION.search, reasons))
        ours = told or part or status in (415, 501)
        refused = Denied if effect and ours else Refused
        if status in (400, 413, 415, 422):
            return self.error(refused, _("%(who)s refused the request."), **details)
        if status == 401:
            return self.error(
                Denied, _("%(who)s refused the token it had given."), **details
            )
        if status == 403:
            return self.error(
                Denied,
                _("%(who)s refused access: check the account's rights."),
                **details,
            )
        if effect and status in _SEE_OTHER:
            return self._unanswered(f"HTTP {response.status_code}", effect, **details)
        if status in (404, 405) or 300 <= status < 400:
            return self.error(
                Denied,
                _(
                    "Nothing of %(who)s answers there: check the addresses, which end "
                    "with /v1 as a rule."
                ),
                **details,
            )
        if status == 501:
            return self.error(
                refused, _("%(who)s does not offer this service."), **details
            )
        wait = retry_after(response, self._now())
        return self._unanswered(f"HTTP {response.status_code}", effect, wait, **details)

    def _unanswered(
        self, cause: str, effect: bool, retry_after: float | None = None, **details
    ) -> ChorusError:
        """Say that no usable answer came, for a `cause` in one or two words.

        No platform promises that a request sent twice counts once: whatever is not a
        clear no after a file has left is a doubt, 429 and 503 included.
        """
        if effect:
            return self.error(
                Doubtful,
                _(
                    "%(who)s did not confirm (%(cause)s): it may have the file all the "
                    "same."
                ),
                {"cause": cause},
                **details,
            )
        return self.error(
            Unreachable,
            _("%(who)s does not answer (%(cause)s)."),
            {"cause": cause},
            retry_after=retry_after,
            **details,
        )

    def _sent_in_headers(self) -> tuple[str, ...]:
        access = self._access
        is_static = access.profile.token_style == "static"
        fixed = access.client_secret if is_static else ""
        return (access.key, access.organization, fixed)

    def _check_address(self, url: str) -> None:
        """Refuse to carry a secret in clear, except to this very machine."""
        try:
            scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
        except ValueError:
            scheme, host = "", None
        if not host or scheme not in ("http", "https"):
            raise self.error(Denied, _("An address of %(who)s is not a valid one."))
        if scheme == "http" and host not in _LOOPBACK:
            raise self.error(
                Denied, _("The addresses of %(who)s must start with https://.")
            )


class _Bearer(requests.auth.AuthBase):
    """The token of a call; none while one is asked for."""

    def __init__(self, token: Token | None):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token.value}"
        return request


def _proxies(url: str) -> dict[str, str]:
    """The environment's proxies, never for this machine."""
    return {} if urlsplit(url).hostname in _LOOPBACK else get_environ_proxies(url)


def _json(response: requests.Response) -> object:
    """The JSON of a body, None when it holds anything else."""
    try:
        if response.content.count(b",") > _MOST_VALUES:
            return None
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _reasons(response: requests.Response) -> tuple[str, ...]:
    """The platform's own words on an error, whatever the shape of the body.

    The standard has `{errorCode, errorMessage}`; live ones also send a bare string, and
    usual servers lists of objects.
    """
    return tuple(dict.fromkeys(_words(_json(response))))


def _codes(reasons: Iterable[str]) -> set[str]:
    return {reason.upper() for reason in reasons}


def _words(value: object, depth: int = 4, by_field: bool = False) -> Iterator[str]:
    """The texts of an error's body, to a depth and a number that nobody needs.

    :param by_field: names that nobody knows are those of the fields at fault
    """
    if isinstance(value, str):
        if value.strip():
            yield value[:_LONGEST_WORD]
    elif depth and isinstance(value, list):
        for one in value[:_MOST_WORDS]:
            yield from _words(one, depth - 1)
    elif depth and isinstance(value, dict):
        told = [
            word
            for name in _TELLING
            for word in _words(value.get(name), depth - 1, name in _BY_FIELD)
        ]
        yield from told or (_field_words(value, depth) if by_field else ())


def _field_words(fields: dict, depth: int) -> Iterator[str]:
    for name, value in list(fields.items())[:_MOST_WORDS]:
        for word in _words(value, depth - 1):
            yield f"{name}: {word}"[:_LONGEST_WORD]


def _seconds(value: object) -> float:
    """A number of seconds, written as a number or as a text; 0 when it is none."""
    try:
        seconds = float(value)  # Decimal, int or text
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return seconds if 0 < seconds < 10**9 else 0.0
