"""Requests and answers held against AIFE's own Swagger, where its files are at hand.

They lie beside the repository, in ``../shared/reference/swagger``, and are no part of
it: without them ``available()`` is false and the tests that need them are skipped.
What the true platform is known to do against its Swagger is tolerated: dates in three
formats, null for what is absent, and the few fields of ``UNDOCUMENTED``.
"""

import functools
import json
from pathlib import Path

from jsonschema import Draft4Validator

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "reference" / "swagger"
APIS = ("factures", "structures")

#: definition -> fields on the wire that the Swagger does not name (go-choruspro)
UNDOCUMENTED = {
    "ServiceExpose": {"dateDbtService", "dateFinService"},
    "ConsulterFactureParFournisseurParam": {
        "pLigneRecapTva",
        "pListePiecesJointes",
        "pLignesPoste",
    },
}


def available():
    return all((FOLDER / f"{api}.json").is_file() for api in APIS)


def problems(api, path, direction, payload, status=200):
    """What the Swagger would say of ``payload``, in words; nothing when it is right.

    ``api`` is ``factures`` or ``structures``; ``path`` starts at ``/v1`` or is the
    whole path of the call; ``direction`` is ``request`` or ``response``.
    """
    document = _load(api)
    path = path.removeprefix(document["basePath"])
    operation = document["paths"].get(path, {}).get("post")
    if operation is None:
        return [f"no POST {path} in the Swagger of {api}"]
    schema = _schema(operation, direction, status)
    if schema is None:
        return [f"HTTP {status} is not declared for {path}"]
    validator = Draft4Validator({**schema, "definitions": document["definitions"]})
    return [
        f"{path} {direction} {'.'.join(map(str, error.path)) or '(top)'}: "
        f"{error.message[:200]}"
        for error in validator.iter_errors(payload)
    ]


def check_exchanges(exchanges):
    """The problems of recorded exchanges (``GET /admin/exchanges``), both sides."""
    found = []
    for exchange in exchanges:
        parts = exchange["path"].split("/")
        if len(parts) < 3 or parts[1] != "cpro" or parts[2] not in APIS:
            continue
        for direction in ("request", "response"):
            status = exchange["status"]
            if status == 200 or direction == "response":
                called = parts[2], exchange["path"], direction
                found += problems(*called, exchange[direction], status)
    return found


def _schema(operation, direction, status):
    """The schema of a body; ``{}`` for an answer declared without one, else None."""
    if direction == "request":
        bodies = [p["schema"] for p in operation["parameters"] if p["in"] == "body"]
        return bodies[0] if bodies else {}
    answer = operation["responses"].get(str(status))
    return None if answer is None else answer.get("schema", {})


@functools.cache
def _load(api):
    text = (FOLDER / f"{api}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    document["definitions"] = {
        name: _definition(name, definition)
        for name, definition in document["definitions"].items()
    }
    return document


def _definition(name, definition):
    """No field beyond those named; each of them may be null unless required."""
    required = definition.get("required", [])
    named = {
        field: schema if field in required else {"anyOf": [schema, {"type": "null"}]}
        for field, schema in definition.get("properties", {}).items()
    }
    undocumented = {field: {} for field in UNDOCUMENTED.get(name, ())}
    return {
        **definition,
        "properties": {**named, **undocumented},
        "additionalProperties": not named,
    }
