"""What may be added to a suspended invoice (R20): files and a comment.

Source: reference of the API, `completer`: a comment of 2000 characters; files as with
the invoice (`files`).
"""

from ..text import _
from . import files as file_rules
from .files import MAX_BYTES, NAME_LENGTH, extension
from .problem import NOT_XML

__all__ = ["COMMENT_LENGTH", "MAX_BYTES", "NAME_LENGTH", "extension", "problems"]

COMMENT_LENGTH = 2000
TOO_BIG = _(
    "“%(name)s” is too large: Chorus Pro takes files below 10 MB. Make it lighter."
)
EMPTY = _("“%(name)s” is empty: choose the file again.")
NAME_TOO_LONG = _(
    "“%(name)s”: Chorus Pro takes file names of 50 characters at most. Shorten it."
)
WRONG_TYPE = _(
    "“%(name)s”: Chorus Pro does not take this kind of file. Convert it to PDF."
)
FAULTS = {
    "file_too_big": TOO_BIG,
    "file_empty": EMPTY,
    "file_name_long": NAME_TOO_LONG,
    "file_kind": WRONG_TYPE,
}
COMMENT_TOO_LONG = _("The comment is too long: 2000 characters at most.")
COMMENT_ILLEGAL = _("The comment holds invisible characters: type it by hand.")
NOTHING = _("Add a file or write a comment: there is nothing to send.")


def problems(files: list[tuple[str, int]], comment: str) -> list[tuple[str, dict]]:
    """Return what Chorus Pro would refuse, before anything is sent.

    :param files: name and size in bytes of each
    :return: (English template, values it quotes) of each problem
    """
    found = [(FAULTS[code], {"name": name}) for code, name in file_rules.faults(files)]
    if len(comment) > COMMENT_LENGTH:
        found.append((COMMENT_TOO_LONG, {}))
    if NOT_XML.search(comment):
        found.append((COMMENT_ILLEGAL, {}))
    if not files and not comment.strip():
        found.append((NOTHING, {}))
    return found
