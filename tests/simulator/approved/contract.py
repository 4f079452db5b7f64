"""The standard's OpenAPI documents, and whether a body obeys them.

Reduced from those published by FNFE-MPE (``France_RFE``, Apache-2.0): descriptions and
examples left out. See README.
"""

import functools
import json
from pathlib import Path

from jsonschema import Draft4Validator

FOLDER = Path(__file__).with_name("contracts")
VERSIONS = ("1.1.0", "1.2.0", "1.3.0")


def problems(service, version, method, path, direction, payload, status=200):
    """What the standard would say of a body, in words; nothing when it is right.

    ``service`` is ``flow`` or ``directory``; ``path`` is a template of the document,
    such as ``/v1/flows/{flowId}``; ``direction`` is ``request`` or ``response``.
    """
    document = load(service, version)
    operation = document["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return [f"no {method} {path} in {service} {version}"]
    if direction == "request":
        schema = _request(document, operation)
    else:
        schema = _response(document, operation, status)
        if schema is None:
            return [f"HTTP {status} is not declared for {method} {path}"]
    validator = Draft4Validator({**schema, "components": document["components"]})
    return [
        f"{method} {path} {direction} {'.'.join(map(str, error.path)) or '(top)'}: "
        f"{error.message[:200]}"
        for error in validator.iter_errors(payload)
    ]


def _request(document, operation):
    body = _resolved(document, operation.get("requestBody", {}))
    kinds = body.get("content", {})
    for kind in ("application/json", "multipart/form-data"):
        if kind in kinds:
            schema = kinds[kind].get("schema", {})
            # the file is bytes, not a text
            schema = _resolved(document, schema)
            return schema["properties"]["flowInfo"] if "multipart" in kind else schema
    return {}


def _response(document, operation, status):
    answer = operation["responses"].get(str(status))
    if answer is None:
        return None
    content = _resolved(document, answer).get("content", {})
    body = content.get("application/json") or {}
    return body.get("schema", {})


def _resolved(document, node):
    while "$ref" in node:
        place = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            place = place[name]
        node = place
    return node


def declares(service, version, method, path):
    """Whether this version of the service has the operation."""
    return method.lower() in load(service, version)["paths"].get(path, {})


def schema(version, name):
    """One named schema of the flow service, its references resolved at use."""
    document = load("flow", version)
    return {
        **document["components"]["schemas"][name],
        "components": document["components"],
    }


@functools.cache
def load(service, version):
    """The directory service has one version here; its answers changed little."""
    name = "directory-1.3.0" if service == "directory" else f"flow-{version}"
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    # It says seven characters at most, and "Disabled" among the values has eight.
    schemas.get("directoryLineStatus", {}).pop("maxLength", None)
    # One of the known codes, or any text: a known code is both.
    reason = schemas.get("ReasonCode", {})
    reason["anyOf"] = reason.pop("oneOf", [{}])
    return document
