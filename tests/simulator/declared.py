"""What a request may hold: the fields of the Swagger, and no other.

``declared.json`` is drawn from AIFE's Swagger of *Factures* and *Structures* v1.0.0;
the fields of *Transverses* are those of go-choruspro. A service that is not in it takes
anything. That the true platform refuses other fields is a guess: its gateway answers
400 to what its Swagger does not allow.
"""

import json
from pathlib import Path

from .errors import MalformedError

_FIELDS = json.loads(Path(__file__).with_suffix(".json").read_text())


def check(service, body):
    """Refuse a field that the service does not know, at any depth."""
    if service in _FIELDS:
        _check(body, _FIELDS[service])


def _check(value, fields):
    if isinstance(value, list):
        for item in value:
            _check(item, fields)
    elif isinstance(value, dict) and fields is not None:
        for name, item in value.items():
            if name not in fields:
                raise MalformedError(f'Unrecognized field "{name}"')
            _check(item, fields[name])
