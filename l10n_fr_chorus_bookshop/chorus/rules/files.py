"""Files that go to Chorus Pro, with an invoice or after it: the same rules for both.

Source: reference of the API, attachments (§5.8): below 10 MB, a name of 50 characters
with one of these extensions. An invoice and its files make one file, of which the
platform takes as much (annex of the external specifications, V5.00). A suspended
invoice is completed with files and a comment of 2000 characters (`completer`; R20).
"""

from collections.abc import Iterable, Iterator, Sequence

from ..text import NOT_XML, _, bare_name
from .problem import Case, Problem, problem

MAX_BYTES = 10_000_000
# What is left for the page and the data of an invoice.
INVOICE_BYTES = 500_000
NAME_LENGTH = 50
EXTENSIONS = {
    *("bmp", "gif", "fax", "odt", "ppt", "tiff", "xls", "bz2", "gz"),
    *("jpeg", "p7s", "rtf", "txt", "xml", "csv", "gzip", "jpg", "pdf"),
    *("svg", "xhtml", "xlsx", "doc", "htm", "odp", "png", "tgz", "xlc"),
    *("zip", "docx", "html", "ods", "pps", "tif", "xlm", "pptx"),
}

#: name and size in bytes
File = tuple[str, int]


def extension(name: str) -> str:
    """Return the extension of a file's name in lower case, "" without any."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def faults(files: Iterable[File]) -> Iterator[tuple[str, str]]:
    """Yield code and name of each file that the platform would refuse."""
    for given, size in files:
        name = bare_name(given)
        if size >= MAX_BYTES:
            yield "file_too_big", name
        if not size:
            yield "file_empty", name
        if len(name) > NAME_LENGTH:
            yield "file_name_long", name
        if extension(name) not in EXTENSIONS:
            yield "file_kind", name


def problems(files: Sequence[File]) -> Iterator[Problem]:
    """Yield what is wrong with what goes with an invoice, each file and all of them."""
    for code, name in faults(files):
        yield problem(code, "files", name=name)
    sizes = [size for _name, size in files]
    told = len(sizes) == 1 and sizes[0] >= MAX_BYTES
    if sum(sizes) >= MAX_BYTES - INVOICE_BYTES and not told:
        yield problem("files_too_big", "files", size=round(sum(sizes) / 1_000_000))


def _files(case: Case) -> Iterator[Problem]:
    return problems(case.invoice.files)


RULES = (_files,)


# ---- AFTER THE INVOICE ---------------------------------------------------------------

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


def completing_problems(files: list[File], comment: str) -> list[tuple[str, dict]]:
    """Return what Chorus Pro would refuse, before anything is sent.

    :param files: name and size in bytes of each
    :return: (English template, values it quotes) of each problem
    """
    found = [(FAULTS[code], {"name": name}) for code, name in faults(files)]
    if len(comment) > COMMENT_LENGTH:
        found.append((COMMENT_TOO_LONG, {}))
    if NOT_XML.search(comment):
        found.append((COMMENT_ILLEGAL, {}))
    if not files and not comment.strip():
        found.append((NOTHING, {}))
    return found
