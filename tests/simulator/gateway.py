"""PISTE: the token, the headers of a call, and its HTTP errors."""

import json
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from . import api_deposit, api_invoices, api_search, api_structures, api_transverses
from .calls import ROUTES, Call
from .errors import MalformedError, RefusedError

TOKEN = "/api/oauth/token"
JSON = "application/json;charset=utf-8"
ENDPOINTS = (
    api_deposit,
    api_invoices,
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
    """Unknown id and wrong secret get the same answer (live run of 2026-09-14)."""
    form = {k: v[0] for k, v in parse_qs(request.body.decode("latin-1")).items()}
    lifetime = platform.settings.expires_in
    token = None
    if request.method != "POST" or form.get("grant_type") != "client_credentials":
        return reply_json(400, {"error": "unsupported_grant_type"})
    token = platform.accounts.issue(
        form.get("client_id"), form.get("client_secret"), lifetime
    )
    if token is None:
        return reply_json(
            400,
            {
                "error": "invalid_client",
                "error_description": "Invalid client or client credentials",
            },
        )
    return reply_json(
        200,
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": lifetime,
            "scope": form.get("scope", "openid"),
        },
    )


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
    return _answer(ROUTES[name], Call(platform, account, body, rule))


def _answer(function, call):
    try:
        return reply_json(200, function(call))
    except RefusedError as refusal:
        answer = {"codeRetour": refusal.code, "libelle": refusal.label}
        return reply_json(200, answer)
    except MalformedError as error:
        return _malformed(str(error))


def _unauthorized(realm):
    return Reply(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}"'})


def _malformed(message):
    return reply_json(400, {"codeRetour": 400, "libelle": message})
