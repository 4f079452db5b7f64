"""Files inside the XML: names that Chorus Pro takes, contents in a ZIP."""

import base64
import io
import zipfile
from pathlib import PurePosixPath

from lxml import etree

from ..invoice import Attachment
from .cii_nodes import clean, leaf, node, text

# Of an attachment, extension included (AIFE, *pièces jointes*).
MAX_FILE_NAME = 50
MAX_SUFFIX = 10

_SUPPORTING_DOCUMENT = "916"


def add_file(
    agreement: etree._Element, file: Attachment, label: str, taken: set[str]
) -> None:
    """Add a supporting document (BG-24), its content in a ZIP as AIFE's samples do.

    :param label: kind of document (BT-123), "" for none
    :param taken: as for `file_name`
    """
    name = file_name(file.name, taken)
    _document(agreement, file, label, name, _zip(name, file.content))


def add_bare_file(
    agreement: etree._Element, file: Attachment, label: str, taken: set[str]
) -> None:
    """Add a supporting document as it is, as EN 16931 has it; see `add_file`."""
    _document(agreement, file, label, file_name(file.name, taken), file.content)


def _document(
    agreement: etree._Element, file: Attachment, label: str, name: str, content: bytes
) -> None:
    element = node(agreement, "AdditionalReferencedDocument")
    leaf(element, "IssuerAssignedID", name)
    leaf(element, "TypeCode", _SUPPORTING_DOCUMENT)
    text(element, "Name", label)
    binary = node(element, "AttachmentBinaryObject")
    binary.text = base64.b64encode(content)
    binary.set("mimeCode", file.mimetype)
    binary.set("filename", name)


def file_name(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, 50 characters with its extension.

    :param name: the name wished for; folders are left out
    :param taken: names given so far, in lower case; the new one is added
    """
    path = PurePosixPath(clean(name))
    end = suffix = path.suffix[:MAX_SUFFIX]
    attempt = 1
    while (candidate := path.stem[: MAX_FILE_NAME - len(end)] + end).lower() in taken:
        attempt += 1
        end = f"-{attempt}{suffix}"
    taken.add(candidate.lower())
    return candidate


def _zip(name: str, content: bytes) -> bytes:
    """Return a ZIP with one file, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # A ZipInfo of its own carries 1980-01-01 instead of the time of day.
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return buffer.getvalue()
