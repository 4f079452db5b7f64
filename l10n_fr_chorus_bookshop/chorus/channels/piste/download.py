"""The documents the platform gives back: a ZIP from outside, read with care."""

import io
import zipfile
import zlib
from base64 import b64decode

from ...errors import Refused, UnreadableFile
from ...files import zip as zip_file
from ...text import _
from .http import Transport

# The platform's own limit for an answer, and ours for what one invoice may unpack to.
LARGEST = 120_000_000
MOST_FILES = 50


def document(transport: Transport, platform_id: str) -> list[bytes]:
    """Fetch one invoice as deposited (`telecharger/groupe`); see `Piste.download`."""
    body = {
        "listeFacture": [{"idFacture": int(platform_id)}],
        "format": "PDF",
        "avecPiecesJointesComplementaires": "NON",
    }
    answer = transport.post("factures/v1/telecharger/groupe", body)
    return unpack(answer.word("fichierResultat"))


def unpack(text: str) -> list[bytes]:
    """Return the files of a ZIP in base64; their names are not used.

    :raises Refused: it is no such ZIP, or it holds too much
    """
    try:
        with zip_file.opened(io.BytesIO(decode(text))) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            room = LARGEST - sum(one.file_size for one in entries)
            if len(entries) > MOST_FILES or room < 0:
                raise Refused(_("The platform's file is too big to be compared."))
            return [_read(archive, one) for one in entries]
    except (
        ValueError,
        UnreadableFile,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Refused(_("The platform's file cannot be read.")) from error


def decode(text: str) -> bytes:
    """Return what a text of base64 holds, in lines or not.

    :raises ValueError: it is no base64
    """
    return b64decode("".join(text.split()), validate=True)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one file, no further than the size it announces."""
    with archive.open(entry) as file:
        return file.read(entry.file_size)
