"""An export of the vault: a ZIP that proves itself with Python alone (R27).

    LISEZMOI.txt       how to verify, and what that proves
    verify.py          the verifier, which needs nothing else
    originals/         the exact bytes of the documents chosen
    supplements/       what was sent or received beside them
    audit/             the audit trail of each invoice, as JSON and PDF
    chain.jsonl        every seal of the company, one a line, up to the head
    timestamps/        what an authority certified of heads of the chain (RFC 3161)
    anchors.json       the heads that were published outside the shop
    manifest.json      SHA-256 of every file; manifest.sha256 is its own

The same content gives the same bytes: no date of making, entries stored as they are, in
the order given. Nothing but one document is held in memory at a time.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .sealing import GENESIS

FORMAT = 3
# The oldest a ZIP can tell: the date of making would change the bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
# The verifier: it leaves with each export, and its digest is published beside.
PROGRAM = Path(__file__).with_name("verify.py")

_README = """\
Export du coffre de {company} (SIREN {siren})
{period}

Pour le vérifier, sans Odoo ni Internet, avec Python 3.10 ou plus récent :

    python3 -I verify.py

Un export vient d'autrui : prenez plutôt verify.py d'un endroit sûr, comparez son
empreinte SHA-256 à celle que la librairie a publiée dans ses courriels d'ancrage, et
donnez-lui le ZIP lui-même (python3 -I verify.py coffre.zip). Celle du programme joint :

    {digest}

Chaque fichier est comparé à son empreinte SHA-256, et chaque original à son sceau, dans
une chaîne où chaque sceau reprend l'empreinte du précédent. Une chaîne refaite en
entier se découvre par les ancres que la librairie a publiées chaque jour par courriel :

    python3 -I verify.py --anchor RANG:EMPREINTE

Un fichier de timestamps/ est l'horodatage d'un sceau par une autorité (RFC 3161) : le
programme dit de quel sceau et de quand. Sa signature se vérifie par OpenSSL, avec le
certificat que l'autorité publie et l'empreinte que le programme affiche :

    openssl ts -verify -digest EMPREINTE -in timestamps/FICHIER.tsr -CAfile AUTORITÉ.pem

Qui garantit quoi : par l'API, l'original légal du vendeur est celui-ci ; par Dilifac,
c'est celui que Dilicom archive, et ceci en est une seconde preuve ; par le portail,
c'est le fichier déposé, et un PDF seul n'est pas une facture électronique. La chaîne
prouve les originaux, et que rien du cycle de vie, des fichiers joints, des
comparaisons, des lectures et des ancres n'a changé dans la base. Les fichiers de audit/
et supplements/ sont ici seulement couverts par manifest.json.

--------------------------------------------------------------------------------------

Export of the vault of {company} (SIREN {siren})

To verify it, without Odoo or the Internet, with Python 3.10 or later:

    python3 -I verify.py

An export comes from somebody else: rather take verify.py from a safe place, compare its
SHA-256 with the one the shop published in its anchor mails, and give it the ZIP itself
(python3 -I verify.py vault.zip). That of the program enclosed is above.

Every file is compared with its SHA-256, and every original with its seal, in a chain
where each seal holds the hash of the seal before. A chain rebuilt whole is found out by
the anchors that the shop published every day by mail:

    python3 -I verify.py --anchor RANK:HASH

A file of timestamps/ is an authority's time stamp of a seal (RFC 3161): the program
says of which seal and when. Its signature is verified by OpenSSL, with the certificate
that the authority publishes and the hash that the program shows:

    openssl ts -verify -digest HASH -in timestamps/FILE.tsr -CAfile AUTHORITY.pem

Who guarantees what: by the API, the seller's legal original is this one; by Dilifac, it
is the one Dilicom archives, and this is a second proof; by the portal, it is the file
uploaded, and a PDF alone is not an electronic invoice. The chain proves the originals,
and that nothing of the life cycle, the files beside, the comparisons, the readings and
the anchors has changed in the database. The files of audit/ and supplements/ are here
only covered by manifest.json.
"""


class Seal(NamedTuple):
    """One seal, as it goes into the export.

    :ivar file: path of its document in the export, "" when it was not chosen
    """

    entry: Mapping[str, object]
    previous_hash: str
    hash: str
    file: str


class Anchor(NamedTuple):
    """A head of the chain as published: rank, hash, ISO date, to whom.

    :ivar counts: seals up to that rank, by kind of row
    """

    seq: int
    hash: str
    published_at: str
    sent_to: str
    counts: Mapping[str, int] | None = None


class Export:
    """Writes an export file by file, then its manifest.

    :param file: where the ZIP goes; written from start to end
    """

    def __init__(self, file: BinaryIO):
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._files: list[dict] = []

    def add(self, path: str, content: bytes) -> None:
        """Add one file; the caller gives each path once."""
        self._write(path, content)
        self._files.append(
            {
                "path": path,
                "sha256": sha256(content).hexdigest(),
                "size": len(content),
            }
        )

    def add_chain(self, seals: Iterable[Seal]) -> tuple[int, str]:
        """Add the chain, seal by seal; return the rank and hash of its head."""
        head, digest, size = (0, GENESIS), sha256(), 0
        self._chosen = []
        with self._zip.open(_info("chain.jsonl"), "w", force_zip64=True) as file:
            for seal in seals:
                line = json.dumps(seal._asdict(), sort_keys=True).encode() + b"\n"
                file.write(line)
                digest.update(line)
                size += len(line)
                head = (seal.entry["seq"], seal.hash)
                if seal.file:
                    self._chosen.append(head[0])
        self._files.append(
            {"path": "chain.jsonl", "sha256": digest.hexdigest(), "size": size}
        )
        return head

    def close(
        self, head: tuple[int, str], anchors: Iterable[Anchor], **about: str
    ) -> None:
        """Add what accompanies the documents, the manifest last.

        :param head: what `add_chain` returned
        :param about: `company`, `siren` and `period`, for people
        """
        self.add("anchors.json", _json([anchor._asdict() for anchor in anchors]))
        readme = _README.format(digest=program_digest(), **about)
        self.add("LISEZMOI.txt", readme.encode())
        self.add(PROGRAM.name, PROGRAM.read_bytes())
        manifest = _json(
            {
                "format": FORMAT,
                **about,
                "seq": head[0],
                "head": head[1],
                "chosen": self._chosen,
                "files": self._files,
            }
        )
        self._write("manifest.json", manifest)
        self._write("manifest.sha256", f"{sha256(manifest).hexdigest()}\n".encode())
        self._zip.close()

    def _write(self, path: str, content: bytes) -> None:
        self._zip.writestr(_info(path), content)


def _info(path: str) -> zipfile.ZipInfo:
    """A ZIP's entry that tells nothing of the machine or the moment."""
    info = zipfile.ZipInfo(path, _NO_DATE)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def program_digest() -> str:
    """The SHA-256 of the verifier: whoever runs it compares first."""
    return sha256(PROGRAM.read_bytes()).hexdigest()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def safe_name(text: str) -> str:
    """Return a text fit for a file's name in any system, never a path.

    :param text: an invoice's number or a file's name, from anywhere
    """
    plain = "".join(one if one.isalnum() or one in "._-" else "." for one in text)
    return plain.strip(".") or "_"
