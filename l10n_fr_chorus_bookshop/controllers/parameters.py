"""What an address says: anybody may write one, and nonsense names nothing."""

from odoo import fields
from odoo.http import request

from ..chorus.text import kept

MAX_IDS = 10_000
# The largest id that PostgreSQL gives.
_LAST = 2**31 - 1
_LONGEST = 200


def read_date(text):
    """An ISO date, None when empty.

    :raises NotFound: it is no date
    """
    try:
        return fields.Date.to_date(text) or None
    except (TypeError, ValueError):
        raise request.not_found() from None


def read_number(text):
    """A positive whole number, 0 when it is none that can be an id or a page."""
    text = str(text)
    digits = text if text.isascii() and text.isdecimal() else "0"
    number = int(digits[:20])
    return number if number <= _LAST else 0


def read_ids(text):
    """Ids apart by commas.

    :raises NotFound: one is none
    """
    parts = [part for part in str(text or "").split(",") if part][:MAX_IDS]
    ids = [read_number(part) for part in parts]
    if not all(ids):
        raise request.not_found()
    return ids


def read_text(text):
    """A few words, such as a number looked for."""
    return kept(str(text or ""), _LONGEST)


def found(model, record_id):
    """A record by its id.

    :raises NotFound: there is none
    """
    record = model.browse(read_number(record_id)).exists()
    if not record:
        raise request.not_found()
    return record
