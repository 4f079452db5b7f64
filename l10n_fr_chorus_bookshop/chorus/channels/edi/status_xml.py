"""States in XML: by the profile's paths, or Chorus Pro's own file."""

from itertools import islice

from lxml import etree

from ...files import Aside, aside
from ...files import text as text_file
from ...text import _
from .answer import MOST_ROWS, TOO_MANY, Dictionary, Reading, Unreadable, status

_MOST_TAGS = 400_000
TOO_MANY_TAGS = _("This XML file is too large: ask the operator for smaller ones.")
DAMAGED_XML = _("The XML of the file is damaged here: what follows was not read.")

# Chorus Pro's own life-cycle file (CPPStatut V1.19), which an operator may pass on.
CPPSTATUT = Dictionary(
    row="//CPPFactureStatutUnitaire",
    paths={
        "number": "DonneesStatut/IdFacture",
        "code": "DonneesStatut/IdStatut",
        "date": "DonneesStatut/Horodatage",
        "reason": "DonneesStatut/Commentaire",
    },
)


def read(content: bytes, dictionary: Dictionary) -> Reading:
    """Return what its rows say, as far as it is well formed.

    :raises Unreadable: it is too large, damaged, a web page, or says nothing of ours
    """
    if content.count(b"<") > _MOST_TAGS:
        raise Unreadable(TOO_MANY_TAGS)
    root, whole, asides = _tree(content)
    if str(root.tag).lower() == "html":
        raise Unreadable(
            _("This is a web page: an error or a sign-in page of the operator's.")
        )
    if root.getroottree().docinfo.doctype:
        raise Unreadable(_("This XML file declares a document type: it is not read."))
    try:
        found = _along(dictionary, root, whole)
    except (etree.XPathError, TypeError, AttributeError) as error:
        raise Unreadable(_("A path of the profile is not an XPath.")) from error
    if not found and root.tag == "CPPStatut":
        found = _along(CPPSTATUT, root, whole)
    if not found:
        raise Unreadable(
            _("This XML file is damaged.")
            if asides
            else _("This XML file holds none of what the profile names.")
        )
    if len(found) > MOST_ROWS:
        asides += (aside(MOST_ROWS + 1, "", TOO_MANY),)
    answers = (status(values, dictionary) for values in found[:MOST_ROWS])
    return Reading(tuple(answers), asides)


def _along(paths: Dictionary, root: etree._Element, whole: set) -> list[dict[str, str]]:
    """Return the data of each row that is whole, one more than one sitting may take."""
    rows = root.xpath(paths.row) if paths.row else []
    kept = (row for row in rows if row in whole or not etree.iselement(row))
    return [
        {datum: _first(row, path) for datum, path in paths.paths.items()}
        for row in islice(kept, MOST_ROWS + 1)
    ]


def _tree(content: bytes) -> tuple[etree._Element, set, tuple[Aside, ...]]:
    """Parse a document as far as it is well formed, its namespaces left out.

    :return: its root, the elements that ended before any damage, and the damage
    """
    try:
        return _parsed(content, None)
    except UnicodeError:
        # Latin letters under a declaration that says UTF-8, or says nothing.
        return _parsed(content, text_file.LAST)


def _parsed(content: bytes, encoding: str | None):
    parser = etree.XMLPullParser(
        ("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        encoding=encoding,
    )
    asides = ()
    try:
        parser.feed(content)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        if not encoding and getattr(error, "code", 0) in _ENCODING:
            raise UnicodeError from error
        line = getattr(error, "lineno", None) or 1
        text = b"\n".join(content.splitlines()[line - 1 :][:20])
        asides = (aside(line, text.decode("utf-8", "replace"), DAMAGED_XML),)
    events = list(parser.read_events())
    if not events:
        raise Unreadable(_("This XML file is damaged."))
    for event, element in events:
        space, _brace, name = str(element.tag).rpartition("}")
        if event == "start" and space and ":" not in name:
            element.tag = name
    whole = {element for event, element in events if event == "end"}
    return events[0][1], whole, asides


# What libxml2 says of bytes that the declared encoding does not have.
_ENCODING = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
}


def _first(row, path: str) -> str:
    found = row.xpath(path) if path else []
    if isinstance(found, list):
        found = found[0] if found else ""
    if not etree.iselement(found):
        return str(found).strip()
    return (found.text or "").strip()
