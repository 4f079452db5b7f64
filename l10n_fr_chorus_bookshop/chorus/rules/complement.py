"""What may be added to a suspended invoice (R20): files and a comment.

Source: reference of the API, attachments (§5.8): below 10 MB, a name of 50 characters
with one of these extensions; `completer`: a comment of 2000 characters.
"""

from ..text import _
from .problem import NOT_XML

MAX_BYTES = 10_000_000
NAME_LENGTH = 50
COMMENT_LENGTH = 2000
EXTENSIONS = {
    *("bmp", "gif", "fax", "odt", "ppt", "tiff", "xls", "bz2", "gz"),
    *("jpeg", "p7s", "rtf", "txt", "xml", "csv", "gzip", "jpg", "pdf"),
    *("svg", "xhtml", "xlsx", "doc", "htm", "odp", "png", "tgz", "xlc"),
    *("zip", "docx", "html", "ods", "pps", "tif", "xlm", "pptx"),
}

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
COMMENT_TOO_LONG = _("The comment is too long: 2000 characters at most.")
COMMENT_ILLEGAL = _("The comment holds invisible characters: type it by hand.")
NOTHING = _("Add a file or write a comment: there is nothing to send.")


def extension(name: str) -> str:
    """Return the extension of a file's name in lower case, "" without any."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def problems(files: list[tuple[str, int]], comment: str) -> list[tuple[str, dict]]:
    """Return what Chorus Pro would refuse, before anything is sent.

    :param files: name and size in bytes of each
    :return: (English template, values it quotes) of each problem
    """
    found = [
        (template, {"name": name})
        for name, size in files
        for template, wrong in (
            (TOO_BIG, size >= MAX_BYTES),
            (EMPTY, not size),
            (NAME_TOO_LONG, len(name) > NAME_LENGTH),
            (WRONG_TYPE, extension(name) not in EXTENSIONS),
        )
        if wrong
    ]
    if len(comment) > COMMENT_LENGTH:
        found.append((COMMENT_TOO_LONG, {}))
    if NOT_XML.search(comment):
        found.append((COMMENT_ILLEGAL, {}))
    if not files and not comment.strip():
        found.append((NOTHING, {}))
    return found
