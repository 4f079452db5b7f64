"""PISTE: the token, the headers of a call, and its HTTP errors."""

import json
import random
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from . import (
    api_deposit,
    api_invoices,
    api_reference,
    api_search,
    api_structures,
    api_transverses,
    declared,
)
from .calls import ROUTES, Call
from .errors import MalformedError, RefusedError

TOKEN = "/api/oauth/token"
INVALID_CLIENT = {
    "error": "invalid_client",
    "error_description": "Invalid client or client credentials",
}
JSON = "application/json;charset=utf-8"
ENDPOINTS = (
    api_deposit,
    api_invoices,
    api_reference,
    api_search,
    api_structures,
    api_transverses,
)


@dataclass
class Request:
    method: str
    path: str
    headers: object
    body: bytes


@dataclass
class Reply:
    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    @property
    def json(self):
        """The body as recorded: None when it is not JSON."""
        return read_json(self.body)


def reply_json(status, payload):
    body = json.dumps(payload, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": JSON})


def read_json(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def respond(platform, request, rule=None):
    """The answer of the platform, with its correlation id."""
    if request.path == TOKEN:
        reply = _token(platform, request)
    elif request.path.startswith("/cpro/"):
        reply = _service(platform, request, rule)
    else:
        reply = Reply(404)
    reply.headers["x-correlationid"] = str(uuid.uuid4())
    return reply


def _token(platform, request):
    """Unknown id and wrong secret get the same answer (live run of 2026-09-14).

    So does, now and then, a valid pair: see the setting ``token_hiccups``.
    """
    form = {k: v[0] for k, v in parse_qs(request.body.decode("latin-1")).items()}
    lifetime = platform.settings.expires_in
    if request.method != "POST" or form.get("grant_type") != "client_credentials":
        return reply_json(400, {"error": "unsupported_grant_type"})
    token = platform.accounts.issue(
        form.get("client_id"), form.get("client_secret"), lifetime
    )
    if token is None or _hiccup(platform):
        return reply_json(400, INVALID_CLIENT)
    return reply_json(
        200,
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": float(lifetime) if platform.settings.quoted else lifetime,
            "scope": form.get("scope", "openid"),
        },
    )


def _hiccup(platform):
    """Whether this request is refused for no reason; never twice in a row."""
    platform.token_requests += 1
    settings = platform.settings
    drawn = [
        random.Random(f"{settings.seed}:{number}").random() < settings.token_hiccups
        for number in (platform.token_requests - 1, platform.token_requests)
    ]
    return drawn == [False, True]


def _service(platform, request, rule):
    """A business service: 401, 403, 415 and 400 come in this order."""
    name = f"{request.method} {request.path}"
    if not platform.accounts.bearer_is_valid(request.headers.get("Authorization")):
        return _unauthorized("PISTE" if name in ROUTES else "DefaultRealm")
    if name not in ROUTES:
        return reply_json(403, {})
    kind = request.headers.get("Content-Type") or ""
    if request.method == "POST" and not kind.startswith("application/json"):
        return Reply(415)
    account = platform.accounts.authenticate(
        request.headers.get("cpro-account"), platform.clock.now()
    )
    if account is None:
        return _unauthorized("PISTE")
    body = read_json(request.body) if request.method == "POST" else {}
    if not isinstance(body, dict):
        return _malformed("Requete mal formulee")
    call = Call(platform, account, body, rule)
    try:
        declared.check(request.path.removeprefix("/cpro/"), body)
        answer = ROUTES[name](call)
    except RefusedError as refusal:
        answer = {"codeRetour": refusal.code, "libelle": refusal.label}
    except MalformedError as error:
        return _malformed(str(error))
    return reply_json(200, _quoted(answer) if platform.settings.quoted else answer)


def _quoted(value):
    """Every number and boolean as a text."""
    if isinstance(value, dict):
        return {name: _quoted(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _unauthorized(realm):
    return Reply(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}"'})


def _malformed(message):
    return reply_json(400, {"codeRetour": 400, "libelle": message})
