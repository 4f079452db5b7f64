"""Files on their way: their names, and archives whose bytes depend on content alone.

"The same bytes" can go to the platform again, rebuilt from the originals.
"""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from ..invoice import CREDIT_NOTE, Attachment
from ..text import clean

# Of an attachment, extension included (AIFE, *pièces jointes*).
MAX_FILE_NAME = 50
MAX_SUFFIX = 10
# What an invoice of the reform may hold, by the end of a file's name (BT-125-1,
# BR-FREXT-CL-24).
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "csv": "text/csv",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
# What AIFE FE v1.1 lets stand in a file name, with "." for the "/" of invoice numbers
# and "=" as the escape: neither is allowed in a number.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_-")
_REFUSED = str.maketrans(dict.fromkeys("%$!&\\:;«»#@", "_"))
# 6 packs invoices 25 to 35 times smaller; 9 takes twice the time for a tenth less.
_LEVEL = 6
_GZIP = 16 + zlib.MAX_WBITS


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a tar.gz of these files, the same bytes for the same files.

    :param files: name and content of each; one at a time is held
    """
    packed = _Gzip()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files:
            # A new TarInfo has no date, no owner and mode 0644.
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.close()


class _Gzip:
    """What is written, compressed at once; zlib's own header has no date.

    The header of `gzip.GzipFile` has changed from one Python to the next.
    """

    def __init__(self):
        self._packed = io.BytesIO()
        self._packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._written = 0

    def tell(self) -> int:
        """Return the bytes written so far, as a tar counts them."""
        return self._written

    def write(self, content: bytes) -> int:  # pylint: disable=method-required-super
        self._written += len(content)
        self._packed.write(self._packer.compress(content))
        return len(content)

    def close(self) -> bytes:
        """Return all that was written, compressed."""
        self._packed.write(self._packer.flush())
        return self._packed.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive that `pack` made."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as packed:
        return {
            member.name: packed.extractfile(member).read()
            for member in packed
            if member.isfile()
        }


def name_for(number: str, kind: str, year: int, extension: str = "pdf") -> str:
    """Return the name of an invoice's file, different for each invoice of a company.

    Without any of ``% $ ! & / \\ : ; « » # @`` and the space (AIFE FE v1.1, names of
    files). A company's number is unique within a year (AIFE FE v1.1 §3.2.1.4.2).

    :param number: the invoice's number; INV/2026/00001 becomes INV.2026.00001
    :param kind: "380" or "381"
    :param year: year of issue
    :param extension: without its dot
    """
    label = "avoir" if kind == CREDIT_NOTE else "facture"
    return f"{label}_{year}_{''.join(map(_escape, number))}.{extension}"


def _escape(character: str) -> str:
    if character in _PLAIN:
        return character
    return "." if character == "/" else f"={ord(character):X}="


def file_name(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, 50 characters with its extension.

    Without what AIFE FE v1.1 refuses in names of files: status IRR_NOM_PJ otherwise.

    :param name: the name wished for; folders are left out
    :param taken: names given so far, in lower case; the new one is added
    """
    path = PurePosixPath(clean(name).translate(_REFUSED))
    end = suffix = path.suffix[:MAX_SUFFIX]
    attempt = 1
    while (candidate := path.stem[: MAX_FILE_NAME - len(end)] + end).lower() in taken:
        attempt += 1
        end = f"-{attempt}{suffix}"
    taken.add(candidate.lower())
    return candidate


def media_type(file: Attachment) -> str:
    """Return what a file is by its name, which is checked; else as it was guessed."""
    end = PurePosixPath(file.name).suffix[1:].lower()
    return MEDIA_TYPES.get(end, file.mimetype)


def zipped(name: str, content: bytes) -> bytes:
    """Return a ZIP with one file, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # A ZipInfo of its own carries 1980-01-01 instead of the time of day.
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return buffer.getvalue()
