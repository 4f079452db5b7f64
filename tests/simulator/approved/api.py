"""The addresses of the platform: token, flow service, directory service."""

import base64
import hashlib
import re
import uuid
from datetime import datetime, timedelta
from email.parser import BytesParser
from urllib.parse import parse_qs, unquote, urlsplit

from ..gateway import Reply, read_json, reply_json
from . import contract
from .platform import CONVERTED, IN, KEY, ORIGINAL, READABLE, lines
from .tongues import spoken

ROOT = "/pa"
TOKEN = f"{ROOT}/oauth/token"
FLOW, DIRECTORY = f"{ROOT}/flow", f"{ROOT}/directory"
LARGEST = 100_000_000
CURSOR = re.compile(r"[A-Za-z0-9+/=]+")


class Refusal(Exception):
    """An answer of the standard's shape: status, code, message."""

    def __init__(self, status, code, message=""):
        super().__init__(message)
        self.reply = reply_json(status, {"errorCode": code, "errorMessage": message})


def respond(platform, request, target):
    """``target`` is the whole path with its query."""
    approved = platform.approved
    parts = urlsplit(target)
    try:
        if parts.path == TOKEN:
            return _token(approved, request)
        _authorise(approved, request)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith(f"{FLOW}/v1/"):
            return _flow(approved, request, parts.path[len(FLOW) :], query)
        if parts.path.startswith(f"{DIRECTORY}/v1/"):
            return _directory(approved, request, parts.path[len(DIRECTORY) :])
    except Refusal as refusal:
        return refusal.reply
    return reply_json(404, {"errorCode": "NOT_FOUND"})


def _token(approved, request):
    form = {k: v[0] for k, v in parse_qs(request.body.decode("latin-1")).items()}
    pair = form.get("client_id"), form.get("client_secret")
    kind, _space, basic = (request.headers.get("Authorization") or "").partition(" ")
    if kind == "Basic":
        decoded = base64.b64decode(basic).decode()
        pair = tuple(unquote(half) for half in decoded.split(":", 1))
    manners = approved.manners
    _key(approved, request)
    if pair != (manners.client_id, manners.client_secret):
        return reply_json(401, {"error": "invalid_client"})
    digest = hashlib.sha256(repr(pair).encode()).hexdigest()
    token = f"tok-{len(approved.tokens)}-{digest}"
    approved.tokens.add(token)
    return reply_json(
        200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
    )


def _key(approved, request):
    header = approved.manners.key_header
    if header and request.headers.get(header) != KEY:
        raise Refusal(403, "FORBIDDEN_ACCESS", f"{header} is missing")


def _authorise(approved, request):
    _key(approved, request)
    kind, _space, token = (request.headers.get("Authorization") or "").partition(" ")
    if kind != "Bearer" or token not in approved.tokens:
        raise Refusal(401, "MISSING_TOKEN")


# --- flow service --------------------------------------------------------------------


def _flow(approved, request, path, query):
    if request.method == "GET" and path == "/v1/healthcheck":
        return Reply(200)
    if request.method == "POST" and path == "/v1/flows":
        return _deposit(approved, request)
    if request.method == "POST" and path == "/v1/flows/search":
        return _search(approved, read_json(request.body))
    if path.startswith("/v1/webhooks") and approved.manners.webhooks:
        return _webhooks(approved, request, unquote(path[len("/v1/webhooks") :])[1:])
    if request.method == "GET" and path.startswith("/v1/flows/"):
        return _one(approved, unquote(path[len("/v1/flows/") :]), query)
    raise Refusal(404, "NOT_FOUND")


def _deposit(approved, request):
    parts = _parts(request)
    if set(parts) != {"file", "flowInfo"}:
        raise Refusal(400, "MISSING_REQUIRED_FIELD", "file, flowInfo")
    content = parts["file"].get_payload(decode=True)
    info = _description(approved.manners.info_part, parts["flowInfo"])
    version = approved.manners.version
    if not isinstance(info, dict):
        raise Refusal(400, "PARAMS_ERROR", "flowInfo is no object")
    if not approved.manners.takes_rule and "processingRule" in info:
        raise Refusal(501, "NOT_IMPLEMENTED", "processingRule")
    wrong = contract.problems("flow", version, "POST", "/v1/flows", "request", info)
    if wrong:
        raise Refusal(400, "PARAMS_ERROR", "; ".join(wrong)[:300])
    if len(content) > LARGEST:
        raise Refusal(413, "FILE_SIZE_EXCEEDED")
    if not content:
        raise Refusal(422, "UNPROCESSABLE_ENTITY", "EmptyFlow")
    given = info.get("sha256")
    if given and given != hashlib.sha256(content).hexdigest():
        raise Refusal(422, "UNPROCESSABLE_ENTITY", "ChecksumMismatch")
    info.setdefault("name", "file")
    flow = approved.deposit(content, info)
    answer = {
        name: value
        for name, value in (
            ("flowId", flow.number),
            ("submittedAt", _stamp(flow.deposited_at)),
            ("trackingId", flow.tracking if approved.manners.keeps_tracking else ""),
            ("name", flow.name),
            ("flowSyntax", flow.syntax),
            ("sha256", flow.sha256),
        )
        if value
    }
    return _held("POST", "/v1/flows", approved, answer, 202)


def _webhooks(approved, request, identifier):
    """Subscriptions; a test calls back itself, signed with the key kept here."""
    hooks, path = approved.webhooks, "/v1/webhooks"
    if request.method == "GET" and not identifier:
        return _held("GET", path, approved, {"count": len(hooks), "webhooks": []})
    if request.method == "POST" and not identifier:
        body = read_json(request.body)
        version = approved.manners.version
        wrong = contract.problems("flow", version, "POST", path, "request", body)
        if wrong:
            raise Refusal(400, "PARAMS_ERROR", "; ".join(wrong)[:300])
        made = str(uuid.uuid4())
        key = base64.b64encode(hashlib.sha256(made.encode()).digest()).decode()
        hooks[made] = {**body, "signingKey": key}
        now = _stamp(approved._now())
        answer = {"webhookId": made, "signingKey": key, "createdAt": now}
        return _held("POST", path, approved, answer, 201)
    if request.method == "DELETE" and hooks.pop(identifier, None):
        return Reply(204)
    raise Refusal(404, "MISSING_RESOURCE")


def _parts(request):
    """The parts of a multipart body, by name."""
    kind = request.headers.get("Content-Type") or ""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    if not message.is_multipart():
        raise Refusal(400, "PARAMS_ERROR", "multipart/form-data")
    return {
        part.get_param("name", header="content-disposition"): part
        for part in message.get_payload()
    }


def _description(wanted, part):
    """What `flowInfo` says, where it is the kind of part that this server reads."""
    is_file = part.get_filename() is not None
    right = {
        "file": is_file,
        "field": not is_file,
        "typed": part.get_content_type() == "application/json",
    }
    if not right.get(wanted, True):
        raise Refusal(400, "VALIDATION", f"flowInfo: no {wanted}")
    return read_json(part.get_payload(decode=True))


def _search(approved, body):
    manners = approved.manners
    asked = body
    if manners.totals and isinstance(body, dict):
        # this platform takes its own total as a limit, over the standard's 100
        asked = {**body, "limit": min(body.get("limit", 25), 100)}
    wrong = contract.problems(
        "flow", manners.version, "POST", "/v1/flows/search", "request", asked
    )
    where = body.get("where") if isinstance(body, dict) else None
    if wrong or not where:
        raise Refusal(400, "PARAMS_ERROR", "; ".join(wrong)[:300])
    limit = min(body.get("limit") or manners.page_default, manners.page_cap)
    found = approved.ordered(_matching(approved, where))
    start = 0
    if manners.cursors and body.get("cursor"):
        start = _position(manners, body["cursor"], found)
    page = found[start : start + limit]
    answer = {
        "limit": min(limit, 100),
        "filters": where,
        "results": [_describe(approved, one) for one in page],
    }
    if manners.totals:
        answer["total"] = len(found)
    if manners.cursors and start + limit < len(found):
        after = start if manners.cursor == "repeated" else start + limit
        if manners.cursor == "moment":
            after = page[-1].updated_at.isoformat()
        answer["nextCursor"] = base64.b64encode(f"at {after}".encode()).decode()
    return _held("POST", "/v1/flows/search", approved, answer)


def _position(manners, cursor, found):
    if manners.cursor == "stale":
        raise Refusal(400, "PARAMS_ERROR", "cursor")
    try:
        after = base64.b64decode(cursor).decode().removeprefix("at ")
        if not after.isdigit():
            told = datetime.fromisoformat(after)
            return sum(one.updated_at <= told for one in found)
        return int(after)
    except ValueError:
        raise Refusal(400, "PARAMS_ERROR", "cursor") from None


def _matching(approved, where):
    """The flows that meet all conditions; a campaign has ten thousand to go through."""
    after, before = (
        where.get(name) and _moment(where[name])
        for name in ("updatedAfter", "updatedBefore")
    )
    lists = [
        (field, where[name])
        for field, name in (
            ("direction", "flowDirection"),
            ("type", "flowType"),
            ("rule", "processingRule"),
        )
        if name in where
    ]
    if "ackStatus" in where:
        lists.append(("status", [where["ackStatus"]]))
    if "trackingId" in where:
        kept = approved.manners.keeps_tracking
        lists.append(("tracking", [where["trackingId"]] if kept else []))
    return [
        flow
        for flow in approved.visible()
        if (not after or flow.updated_at > after)
        and (not before or flow.updated_at <= before)
        and all(getattr(flow, field) in accepted for field, accepted in lists)
    ]


def _one(approved, number, query):
    flow = approved.flows.get(number)
    if flow is None or flow.seen_at > approved._now():
        raise Refusal(404, "MISSING_RESOURCE")
    kind = query.get("docType", "Metadata")
    if kind == "Metadata":
        return _held("GET", "/v1/flows/{flowId}", approved, _describe(approved, flow))
    if kind == ORIGINAL and flow.direction == IN:
        there = approved.manners.original_of_status
    else:
        there = kind in (ORIGINAL, CONVERTED) or kind == READABLE
    if not there:
        raise Refusal(404, "MISSING_RESOURCE", kind)
    content = flow.content
    media = "application/pdf" if content.startswith(b"%PDF") else "application/xml"
    return Reply(
        200,
        content,
        {
            "Content-Type": media,
            "Content-Disposition": f'attachment; filename="{flow.name}"',
        },
    )


def _describe(approved, flow):
    """A flow as the standard has it, but for the words that a test makes odd."""
    manners = approved.manners
    tracking = flow.tracking
    if flow.direction != IN and not manners.keeps_tracking:
        tracking = None
    described = {
        "flowId": flow.number,
        "trackingId": tracking or None,
        "name": flow.name,
        "flowSyntax": flow.syntax,
        "flowProfile": flow.profile,
        "processingRule": flow.rule,
        "processingRuleSource": "Input" if flow.given_rule else "Computed",
        "flowType": flow.type,
        "flowDirection": flow.direction,
        "submittedAt": _stamp(flow.deposited_at),
        "updatedAt": _stamp(flow.updated_at),
        "acknowledgement": {
            "status": flow.status,
            **({"details": flow.details} if flow.details else {}),
        },
    }
    if manners.version != "1.3.0":
        described.pop("flowProfile")
        if described["processingRule"] == "B2G" and manners.version == "1.1.0":
            described["processingRule"] = "B2B"
    if manners.profile == "standard":
        # the standard has no null: what is absent is left out
        described = {k: v for k, v in described.items() if v is not None}
    for name, word in manners.odd.items():
        if name == "ackStatus" and flow.direction == IN:
            described["acknowledgement"] = {"status": word}
        elif name in described and flow.direction == IN:
            described[name] = word
    return described


def _held(method, path, approved, answer, status=200):
    """An answer, held against the standard unless a test asked for odd words."""
    manners = approved.manners
    if manners.profile == "standard" and not (manners.odd or manners.renamed):
        wrong = contract.problems(
            "flow", manners.version, method, path, "response", answer, status
        )
        if wrong:
            return reply_json(500, {"errorCode": "OUT_OF_CONTRACT", "details": wrong})
    return reply_json(status, spoken(manners.tongue, _renamed(answer, manners.renamed)))


def _renamed(answer, names):
    """The same answer with some of its fields under other names."""
    if isinstance(answer, dict):
        return {names.get(k, k): _renamed(v, names) for k, v in answer.items()}
    if isinstance(answer, list):
        return [_renamed(one, names) for one in answer]
    return answer


# --- directory service ---------------------------------------------------------------


def _directory(approved, request, path):
    if not approved.manners.directory:
        raise Refusal(501, "NOT_IMPLEMENTED")
    structures, tongue = approved.platform.directory.structures, approved.manners.tongue
    if request.method == "GET" and path == "/v1/healthcheck":
        return Reply(200)
    if request.method == "GET" and path.startswith("/v1/siret/code-insee:"):
        siret = path.rpartition(":")[2]
        structure = structures.get(siret)
        if structure is None:
            raise Refusal(404, "MISSING_RESOURCE")
        path = "/v1/siret/code-insee:{siret}"
        return _answer(tongue, "GET", path, _facility(structure))
    rows = {
        "/v1/routing-code/search": _routing_codes,
        "/v1/directory-line/search": _directory_lines,
    }.get(path)
    if request.method != "POST" or rows is None:
        raise Refusal(404, "NOT_FOUND")
    body = read_json(request.body)
    wrong = contract.problems("directory", "1.3.0", "POST", path, "request", body)
    if wrong:
        raise Refusal(400, "PARAMS_ERROR", "; ".join(wrong)[:300])
    siret = body["filters"]["siret"]["value"]
    found = rows(structures[siret]) if siret in structures else []
    if not found and tongue in ("", "dotnet"):
        raise Refusal(404, "MISSING_RESOURCE")
    start, limit = body.get("ignore", 0), min(body.get("limit", 25), 100)
    answer = {
        "search": body,
        "totalNumberOfResults": len(found),
        "results": found[start : start + limit],
    }
    return _answer(tongue, "POST", path, answer)


def _facility(structure):
    described = {
        "siret": structure.siret,
        "siren": structure.siret[:9],
        "name": structure.name,
        "facilityType": "P",
        "administrativeStatus": "A" if structure.active else "C",
        "address": {
            "addressLine1": structure.address,
            "postalCode": structure.postcode,
            "locality": structure.city,
            "countryCode": "FR",
        },
    }
    if structure.public:
        described["b2gAdditionalData"] = {
            "pm": False,
            "pmOnly": False,
            "managesPaymentStatus": not structure.payment_not_reported,
            "managesLegalCommitmentCode": structure.engagement_required,
            "managesLegalCommitmentOrServiceCode": structure.either_required,
            "serviceCodeStatus": structure.service_required,
        }
    return described


def _routing_codes(structure):
    return [
        {
            "siret": structure.siret,
            "routingIdentifier": service.code,
            "routingIdentifierType": "0224",
            "routingCodeName": service.name,
            "managesLegalCommitmentCode": service.engagement_required,
            "administrativeStatus": "A" if service.active else "C",
        }
        for service in structure.services.values()
    ]


def _directory_lines(structure):
    state = "Enabled" if structure.active else "Disabled"
    return [
        {
            "addressingIdentifier": address,
            "platformType": "DFH",
            "directoryLineStatus": state,
            "siren": structure.siret[:9],
            "siret": structure.siret,
        }
        for address in lines(structure)
    ]


def _answer(tongue, method, path, answer):
    wrong = contract.problems("directory", "1.3.0", method, path, "response", answer)
    if wrong:
        return reply_json(500, {"errorCode": "OUT_OF_CONTRACT", "details": wrong})
    return reply_json(200, spoken(tongue, answer))


def _moment(text):
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refusal(400, "PARAMS_ERROR", text[:40]) from None


def _stamp(moment):
    utc = moment.astimezone(tz=None) if moment.tzinfo is None else moment
    shifted = utc - (utc.utcoffset() or timedelta(0))
    return shifted.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
