"""Services of Chorus Pro's API by which the shop answers a public body (R20, R21).

Sources: Swagger *Factures* v1.0.0; for *Transverses*, which has no public Swagger, the
reference of the API (`ajouter/fichier`).
"""

import io
import zipfile
import zlib
from base64 import b64decode

from ...errors import Refused, UnreadableFile
from ...files import zip as zip_file
from ...rules.files import extension
from ...text import _
from .http import Transport

# The platform's own limit for an answer, and ours for what one invoice may unpack to.
LARGEST = 120_000_000
MOST_FILES = 50


class Corrections:
    """The calls of `Piste` that change an invoice already on the platform.

    Each may raise Unreachable, Denied and Refused; those said to change a state raise
    Doubtful when the outcome is unknown: ask for the invoice's state before again.
    """

    _transport: Transport

    def add_file(self, name: str, content: bytes, mimetype: str) -> str:
        """Hand a file over (`ajouter/fichier`); alone it changes no invoice.

        :return: its identifier, to give to `complete`
        :raise Unreachable: also when the answer is lost: a second copy harms nobody
        """
        answer = self._transport.post(
            "transverses/v1/ajouter/fichier",
            {
                "pieceJointeFichier": content,
                "pieceJointeNom": name,
                "pieceJointeTypeMime": mimetype,
                "pieceJointeExtension": extension(name).upper(),
            },
        )
        return answer.identifier("pieceJointeId")

    def complete(
        self, platform_id: str, files: list[tuple[str, str]], comment: str = ""
    ) -> None:
        """Complete a suspended invoice (`completer`): it becomes COMPLETEE.

        :param files: identifier and label of each file
        :raise Refused: also when the invoice is not suspended
        :raise Doubtful: possibly completed
        """
        body = {
            "identifiantFactureCPP": int(platform_id),
            "pieceJointeComplementaire": [
                {
                    "pieceJointeComplementaireId": int(number),
                    "pieceJointeComplementaireDesignation": label,
                    "pieceJointeComplementaireType": "02",
                }
                for number, label in files
            ],
            "commentaire": comment,
        }
        self._transport.post("factures/v1/completer", body, effect=True)

    def recycle(
        self,
        platform_id: str,
        *,
        siret: str,
        service: str = "",
        engagement: str = "",
        market: str = "",
        comment: str = "",
    ) -> None:
        """Readdress an invoice to be recycled (`recycler`): it becomes DEPOSEE again.

        :raise Refused: also when the platform no longer offers it
        :raise Doubtful: possibly readdressed
        """
        body = {
            "identifiantFactureCPP": int(platform_id),
            "destinataire": {
                "codeDestinataire": siret,
                "codeServiceExecutant": service,
            },
            "reference": {"numeroBonCommande": engagement, "numeroMarche": market},
            "commentaire": comment,
        }
        self._transport.post("factures/v1/recycler", body, effect=True)

    def treat_rejection(self, platform_id: str) -> None:
        """Mark a refusal as dealt with (`traiterRejet`). Doing it twice is harmless.

        :raise Unreachable: also when the answer is lost, for that reason
        """
        body = {"listeDemandePaiement": [{"idDemandePaiement": int(platform_id)}]}
        self._transport.post("factures/v1/traiterRejet", body)

    def payment_request(self, platform_id: str) -> str:
        """Return the number of the payment request or mandate, "" without any (R23)."""
        body = {"identifiantFactureCPP": int(platform_id), "codeLangue": "fr"}
        answer = self._transport.post("factures/v1/consulter/fournisseur", body)
        return answer.one("facture").one("references").text("numeroDpMandat")


# ---- WHAT THE PLATFORM KEEPS ---------------------------------------------------------


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
