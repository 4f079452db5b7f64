"""Verify an export of the vault: python3 -I verify.py [folder or ZIP] [options]

Vérifie un export du coffre, de même : python3 -I verify.py [dossier ou ZIP] [options]

Needs only Python 3.10 or later, and nothing else of the export: take this file from a
place that you trust, compare its SHA-256 with the one the shop published, and point it
at the ZIP. It believes nothing it reads there. It says file by file, in French and in
English, what is right and what is not; the exit code is 0 when all is right, 1 when
something is not.

--anchor RANK:HASH   what the shop's daily mail published, as often as there are mails:
                     only that finds out a chain that was rebuilt whole
--all                every original that the chain names must be here, not those alone
                     that the export was asked for

The chain: each line of chain.jsonl holds an entry, the hash before and its own hash;
a hash is the SHA-256 of the hash before and of the entry as one line of JSON, its keys
sorted, without blanks, in ASCII.

A time stamp (RFC 3161) bears the hash of one seal: this program reads which, and when.
That the authority signed it is for OpenSSL to say, with the certificate it publishes:

    openssl ts -verify -digest HASH -in timestamps/FILE.tsr -CAfile AUTHORITY.pem
"""

import argparse
import json
import re
import struct
import sys
import unicodedata
import zipfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

MANIFEST, FINGERPRINT = "manifest.json", "manifest.sha256"
CHAIN, ANCHORS = "chain.jsonl", "anchors.json"
ORIGINALS, STAMPS = "originals/", "timestamps/"
# Without these an export says nothing of itself.
NEEDED = (CHAIN, ANCHORS, "LISEZMOI.txt", "verify.py")
# Nothing else has its place there. A part of a path is a name of any system.
PLACES = (ORIGINALS, STAMPS, "supplements/", "audit/")
PART = r"[^\\/:*?\"<>|\x00-\x1f\x7f]{1,255}(?<![. ])"
PATH = re.compile(f"{PART}(?:/{PART})*")
# A ZIP's local header (APPNOTE 4.3.7), the sizes beyond 32 bits (4.5.3), the lengths of
# a directory entry and of the ends, without and with the 64-bit ones.
LOCAL, LONG = struct.Struct("<4s5H3I2H"), struct.Struct("<HHQQ")
ENTRY_SIZE, END_SIZES, TOO_LONG = 46, (22, 22 + 20 + 56), 0xFFFFFFFF
UTF_8, FILE_KINDS = 0x800, (0, 0o100000)
GENESIS = "0" * 64
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
ANCHOR = re.compile(r"\s*(\d{1,9}):([0-9a-fA-F]{64})\s*", re.ASCII)
CHUNK = 1 << 20
# A manifest, a line of the chain, a time stamp is small; more is no export of ours.
MOST_MANIFEST, MOST_LINE, MOST_STAMP = 1 << 28, 1 << 20, 1 << 20
# What a time stamp is made of (RFC 3161, RFC 5652): its kinds, in DER.
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
SHA_256 = bytes.fromhex("608648016503040201")
GRANTED = (b"\x00", b"\x01")
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z", re.ASCII)
UNREADABLE = (
    *(AttributeError, KeyError, TypeError, ValueError, RecursionError),
    *(OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile),
)


class Folder:
    """An export unpacked into a folder."""

    def __init__(self, path: Path):
        self.path = path

    def names(self) -> list[str]:
        """Return the path of every file, with `/` between its parts."""
        files = (path for path in self.path.rglob("*") if path.is_file())
        return [path.relative_to(self.path).as_posix() for path in files]

    def faults(self) -> list[tuple[str, str, str]]:
        """What is wrong with the folder itself."""
        links = (path for path in self.path.rglob("*") if path.is_symlink())
        return [
            (path.relative_to(self.path).as_posix(), "est un lien", "is a link")
            for path in links
        ]

    def open(self, name: str):
        """Open one file, as bytes."""
        return (self.path / name).open("rb")


class Archive:
    """An export still in its ZIP."""

    def __init__(self, path: Path):
        self.zip = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        """Return the path of every file; one that is there twice comes twice."""
        return [info.orig_filename for info in self.zip.infolist()]

    def faults(self) -> list[tuple[str, str, str]]:
        """What is wrong with the ZIP itself: readers would not all see the same."""
        found = []
        for name, count in Counter(self.names()).items():
            if count > 1:
                found.append(
                    (name, f"est {count} fois dans le ZIP", f"is {count} times there")
                )
        for info in self.zip.infolist():
            if info.compress_type != zipfile.ZIP_STORED:
                found.append((info.filename, "est comprimé", "is compressed: not ours"))
            elif info.external_attr >> 16 & 0o170000 not in FILE_KINDS:
                found.append((info.filename, "est un lien", "is a link, or no file"))
            elif not self._is_told_once(info):
                found.append(
                    (
                        info.orig_filename,
                        "est dit autrement dans la liste du ZIP et devant ses octets",
                        "is told otherwise in the ZIP's list and before its bytes",
                    )
                )
        if not self._is_whole():
            found.append(
                (
                    "ZIP",
                    "contient des octets ou des commentaires hors de ses fichiers",
                    "holds bytes or comments outside its files",
                )
            )
        return found

    def _is_told_once(self, info) -> bool:
        """Tell whether the list and the local header say the same of a file."""
        start, name, extra = self._local(info)
        mark, _needs, flags, method, _time, _day, crc, packed, size, *_lengths = start
        if len(extra) == LONG.size:
            _tag, _length, *sizes = LONG.unpack(extra)
            # Python before 3.11.4, Debian 12's for one, says the sizes in both places.
            if [size, packed] in ([TOO_LONG, TOO_LONG], sizes):
                (size, packed), extra = sizes, b""
        encoding = "utf-8" if info.flag_bits & UTF_8 else "cp437"
        return (
            (mark, extra, info.comment) == (b"PK\x03\x04", b"", b"")
            and flags == info.flag_bits
            and not flags & ~UTF_8
            and method == info.compress_type
            and crc == info.CRC
            and packed == size == info.compress_size == info.file_size
            and name == info.orig_filename.encode(encoding)
            and info.filename == info.orig_filename
        )

    def _local(self, info):
        """The local header of a file: its fields, its name, what it says besides."""
        file = self.zip.fp
        file.seek(info.header_offset)
        start = LOCAL.unpack(file.read(LOCAL.size))
        return start, file.read(start[-2]), file.read(start[-1])

    def _is_whole(self) -> bool:
        """Tell whether files, list and end follow one another and nothing else does."""
        at, listed = 0, 0
        for info in sorted(self.zip.infolist(), key=lambda one: one.header_offset):
            if info.header_offset != at:
                return False
            _start, name, extra = self._local(info)
            at += LOCAL.size + len(name) + len(extra) + info.compress_size
            listed += ENTRY_SIZE + len(name) + len(info.extra) + len(info.comment)
        rest = self.zip.fp.seek(0, 2) - self.zip.start_dir - listed
        return at == self.zip.start_dir and rest in END_SIZES and not self.zip.comment

    def open(self, name: str):
        """Open one file, as bytes."""
        return self.zip.open(name)


class Report:
    """What is printed, and whether anything was wrong."""

    def __init__(self):
        self.faults = 0
        self.checked = Counter()

    def right(self, what: str, french: str, english: str) -> None:
        """Say that something holds."""
        print(f"OK     {shown(what)} : {french} / {english}")

    def wrong(self, what: str, french: str, english: str) -> None:
        """Say that something does not hold."""
        self.faults += 1
        print(f"FAUX   {shown(what)} : {shown(french)} / WRONG: {shown(english)}")


def shown(text: str) -> str:
    """A text on one line: a name must not say more than its own."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


# ---- FILES ---------------------------------------------------------------------------


def read_json(text: bytes):
    """Read JSON in which nothing is said twice: readers would not all see the same."""

    def once(pairs):
        if len(pairs) != len(dict(pairs)):
            message = "said twice"
            raise ValueError(message)
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def check_names(source, report: Report) -> None:
    """See that each file has a place of its own on any system."""
    places = {}
    for name in source.names():
        known = name in (MANIFEST, FINGERPRINT, *NEEDED)
        if not PATH.fullmatch(name) or not (known or name.startswith(PLACES)):
            report.wrong(name, "n'a pas sa place dans un export", "has no place here")
        same = unicodedata.normalize("NFKC", name).casefold()
        if places.setdefault(same, name) != name:
            report.wrong(
                name,
                f"ne se distingue pas partout de {places[same]}",
                f"is not told everywhere from {places[same]}",
            )


def digest(source, name: str) -> str:
    """Return the SHA-256 of a file, "" when it cannot be read whole."""
    found = sha256()
    try:
        with source.open(name) as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except UNREADABLE:
        return ""
    return found.hexdigest()


def read_manifest(source, report: Report) -> dict:
    """Return the manifest, once it is whole and its fingerprint holds; else {}."""
    present = set(source.names())
    missing = [name for name in (MANIFEST, FINGERPRINT) if name not in present]
    for name in missing:
        report.wrong(name, "manque", "missing")
    if missing:
        return {}
    try:
        with source.open(FINGERPRINT) as file:
            expected = file.read(1000).decode("ascii").strip()
        with source.open(MANIFEST) as file:
            content = file.read(MOST_MANIFEST)
        if sha256(content).hexdigest() != expected:
            report.wrong(MANIFEST, "modifié", "changed")
            return {}
        manifest = read_json(content)
        lacking = lacks(manifest)
    except UNREADABLE as error:
        report.wrong(MANIFEST, f"illisible ({error})", f"unreadable ({error})")
        return {}
    for what in lacking:
        report.wrong(MANIFEST, f"ne dit pas {what}", f"does not tell {what}")
    if lacking:
        return {}
    report.right(MANIFEST, "intact", "intact")
    return manifest


def lacks(manifest) -> list[str]:
    """What a manifest must tell and does not."""
    if not isinstance(manifest, dict) or not manifest:
        return ["…"]
    kinds = {"files": list, "chosen": list, "seq": int, "head": str}
    found = [
        name for name, kind in kinds.items() if not isinstance(manifest.get(name), kind)
    ]
    if found:
        return found
    paths = [one["path"] for one in manifest["files"]]
    found += [path for path, count in Counter(paths).items() if count > 1]
    found += [name for name in NEEDED if name not in paths]
    return found


def check_files(source, manifest: dict, report: Report) -> dict[str, str]:
    """Compare every file with the manifest; return the digests found, by name."""
    digests, present = {}, set(source.names()) - {MANIFEST, FINGERPRINT}
    for expected in manifest["files"]:
        name = expected["path"]
        report.checked["files"] += 1
        if name not in present:
            report.wrong(name, "manque", "missing")
            continue
        digests[name] = digest(source, name)
        if digests[name] and digests[name] == expected.get("sha256"):
            report.right(name, "intact", "intact")
        else:
            report.wrong(name, "modifié", "changed")
    known = {expected["path"] for expected in manifest["files"]}
    for name in sorted(present - known):
        report.wrong(name, "n'est pas dans le manifeste", "not in the manifest")
    return digests


# ---- THE CHAIN -----------------------------------------------------------------------


def entry_hash(previous: str, entry: dict) -> str:
    """Return the hash of an entry that follows the hash `previous`."""
    for name, value in entry.items():
        if not isinstance(name, str) or not isinstance(value, str | int | None):
            message = f"{name!r} cannot be sealed"
            raise TypeError(message)
    line = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(previous.encode("ascii") + line.encode("ascii")).hexdigest()


class Chain:
    """The walk along the chain, and what it has met.

    :ivar seq: rank of the last seal that holds
    :ivar head: its hash
    :ivar hashes: the hash of each rank that holds
    :ivar counts: seals met, by kind of row, up to each anchor's rank
    """

    def __init__(self, ranks: set[int]):
        self.seq, self.head = 0, GENESIS
        self.hashes: dict[int, str] = {}
        self.kinds: Counter = Counter()
        self.counts = {0: {}}
        self.named: dict[str, int] = {}
        self.originals: dict[int, str] = {}
        self._ranks = ranks

    def follow(self, seal: dict) -> tuple[str, str] | None:
        """Take one more seal; return what is wrong with it, in both languages."""
        entry = seal["entry"]
        if entry.get("seq") != self.seq + 1:
            return (
                "un sceau manque avant lui, ou l'ordre a changé",
                "a seal before it is missing, or the order was changed",
            )
        if seal["previous_hash"] != self.head:
            return (
                "il ne continue pas le sceau précédent",
                "it does not continue the seal before",
            )
        if seal["hash"] != entry_hash(self.head, entry):
            return (
                "ce qui est dit du document n'est pas ce qui a été scellé",
                "what is said of the document is not what was sealed",
            )
        self.seq, self.head = self.seq + 1, seal["hash"]
        self.hashes[self.seq] = self.head
        kind = entry.get("kind_of_row", "original")
        self.kinds[kind] += 1
        if kind == "original":
            self.originals[self.seq] = seal["file"]
        if self.seq in self._ranks:
            self.counts[self.seq] = dict(self.kinds)
        return None


def read_seals(source):
    """Yield each seal of the chain, one line at a time."""
    with source.open(CHAIN) as file:
        while line := file.readline(MOST_LINE):
            yield read_json(line)


def check_chain(source, manifest, digests, ranks, everything, report) -> Chain:
    """Walk the chain from its first seal, and compare the originals that are here."""
    chain = Chain(ranks)
    try:
        for seal in read_seals(source):
            if wrong := chain.follow(seal):
                entry = seal["entry"]
                what = f"{CHAIN}, {entry.get('seq')} ({entry.get('number')})"
                report.wrong(what, *wrong)
                return chain
            check_original(seal, chain, digests, report)
    except UNREADABLE as error:
        report.wrong(CHAIN, f"illisible ({error})", f"unreadable ({error})")
        return chain
    if (chain.seq, chain.head) != (manifest["seq"], manifest["head"]):
        report.wrong(CHAIN, "n'a pas la fin annoncée", "does not end as announced")
    elif not chain.seq:
        report.wrong(CHAIN, "est vide", "is empty")
    else:
        report.right(
            CHAIN,
            f"{chain.seq} sceaux se suivent",
            f"{chain.seq} seals follow one another",
        )
    check_choice(manifest, chain, digests, everything, report)
    return chain


def check_original(seal: dict, chain: Chain, digests: dict, report: Report) -> None:
    """Compare one original with its seal, when it is in this export."""
    entry, name = seal["entry"], seal["file"]
    if not name:
        return
    what = f"{name}, {entry['seq']} ({entry.get('number')})"
    if name in chain.named:
        report.wrong(what, "est à deux sceaux", "belongs to two seals")
    chain.named[name] = entry["seq"]
    if not name.startswith(ORIGINALS) or name not in digests:
        report.wrong(what, "l'original manque", "the original is missing")
    elif digests[name] != entry.get("sha256"):
        report.wrong(
            what,
            "le document n'est pas celui qui a été scellé",
            "the document is not the one that was sealed",
        )
    else:
        report.checked["originals"] += 1


def check_choice(manifest, chain, digests, everything, report) -> None:
    """What was asked for is here; nothing is here that no seal names."""
    wanted = set(chain.originals) if everything else set(manifest["chosen"])
    for rank in sorted(wanted, key=str):
        if not chain.originals.get(rank):
            report.wrong(
                f"sceau / seal {rank}",
                "son original n'est pas dans cet export",
                "its original is not in this export",
            )
    for rank, name in chain.originals.items():
        if name and rank not in manifest["chosen"]:
            report.wrong(name, "n'était pas demandé", "was not asked for")
    for name in sorted(digests):
        if name.startswith(ORIGINALS) and name not in chain.named:
            report.wrong(name, "n'a pas de sceau", "has no seal")


# ---- ANCHORS -------------------------------------------------------------------------


def read_anchors(source, texts: list[str], report: Report) -> list[tuple]:
    """The anchors of the export and of the command line: rank, hash, counts."""
    anchors = []
    try:
        with source.open(ANCHORS) as file:
            for one in read_json(file.read(MOST_MANIFEST)):
                if not HASH.fullmatch(one["hash"]) or type(one["seq"]) is not int:
                    message = f"{one!r}"
                    raise ValueError(message)
                anchors.append((one["seq"], one["hash"], one.get("counts")))
    except UNREADABLE as error:
        report.wrong(ANCHORS, f"illisible ({error})", f"unreadable ({error})")
    for text in texts:
        if found := ANCHOR.fullmatch(text):
            anchors.append((int(found[1]), found[2].lower(), None))
        else:
            report.wrong(
                f"--anchor {text}",
                "n'est pas une ancre RANG:EMPREINTE",
                "is no anchor RANK:HASH",
            )
    return anchors


def check_anchors(anchors: list[tuple], chain: Chain, report: Report) -> None:
    """Compare each anchor, and what it counted, with the chain."""
    for seq, found, counts in anchors:
        what = f"ancre / anchor {seq}:{found[:12]}…"
        report.checked["anchors"] += 1
        if chain.hashes.get(seq) != found:
            report.wrong(
                what,
                "la chaîne a été refaite ou coupée depuis",
                "the chain was rebuilt or cut since",
            )
        elif counts is not None and counts != chain.counts.get(seq):
            report.wrong(
                what,
                "elle n'a pas compté ces sceaux",
                "it did not count these seals",
            )
        else:
            report.right(what, "la chaîne y passe", "the chain goes through it")


# ---- TIME STAMPS ---------------------------------------------------------------------


def parts(content: bytes) -> list[tuple[int, bytes]]:
    """The elements of DER that follow one another: the tag and the content of each."""
    found, at = [], 0
    while at < len(content):
        tag, length = content[at], int.from_bytes(content[at + 1 : at + 2], "big")
        at += 2
        if length >= 0x80:
            size = length - 0x80
            length = int.from_bytes(content[at : at + size], "big")
            at += size
        if not at + length <= len(content) or at + length > MOST_STAMP:
            message = "cut short"
            raise ValueError(message)
        found.append((tag, content[at : at + length]))
        at += length
    return found


def stamped(answer: bytes) -> tuple[str, str]:
    """What a time stamp certifies: a SHA-256, and the moment in UTC (RFC 3161, 2.4.2).

    The signature is not checked.
    """
    [(_tag, response)] = parts(answer)
    (_tag, status), (_tag, token) = parts(response)
    (_tag, kind), (_tag, wrapped) = parts(token)
    [(_tag, signed)] = parts(wrapped)
    _version, _digests, (_tag, held), *_signatures = parts(signed)
    (_tag, held_kind), (_tag, wrapped) = parts(held)
    [(_tag, octets)] = parts(wrapped)
    [(_tag, info)] = parts(octets)
    _version, _policy, (_tag, imprint), _serial, (_tag, moment), *_more = parts(info)
    (_tag, algorithm), (_tag, digest) = parts(imprint)
    (_tag, granted), *_texts = parts(status)
    (_tag, named), *_none = parts(algorithm)
    when = MOMENT.fullmatch(moment.decode("ascii"))
    if granted not in GRANTED or not when:
        message = "not granted, or not dated"
        raise ValueError(message)
    said = (kind, held_kind, named, len(digest))
    if said != (SIGNED_DATA, TIME_STAMP, SHA_256, 32):
        message = "no time stamp of a SHA-256"
        raise ValueError(message)
    return digest.hex(), "{}-{}-{} {}:{}:{} UTC".format(*when.groups())


def check_stamps(source, digests: dict, chain: Chain, report: Report) -> None:
    """Find each time stamp's seal in the chain; none that was sealed is missing."""
    ranks = {found: seq for seq, found in chain.hashes.items()}
    names = sorted(name for name in digests if name.startswith(STAMPS))
    for name in names:
        try:
            with source.open(name) as file:
                found, moment = stamped(file.read(MOST_STAMP))
        except UNREADABLE as error:
            report.wrong(name, f"illisible ({error})", f"unreadable ({error})")
            continue
        if found not in ranks:
            report.wrong(
                name,
                "la chaîne a été refaite ou coupée depuis",
                "the chain was rebuilt or cut since",
            )
            continue
        report.checked["stamps"] += 1
        report.right(
            f"{name}, {found}",
            f"le sceau {ranks[found]} existait le {moment}, si OpenSSL le confirme",
            f"seal {ranks[found]} was there on {moment}, if OpenSSL says so too",
        )
    different, sealed = {digests[name] for name in names}, chain.kinds["timestamp"]
    if not len(names) == len(different) == sealed:
        report.wrong(
            STAMPS,
            f"il en faut {sealed}, tous différents, comme de sceaux",
            f"there must be {sealed}, all different, as there are seals",
        )


# ---- THE WHOLE -----------------------------------------------------------------------


def verify(source, texts: list[str], everything: bool, report: Report) -> None:
    """Verify one export; what is found is in the report."""
    for fault in source.faults():
        report.wrong(*fault)
    check_names(source, report)
    manifest = read_manifest(source, report)
    anchors = read_anchors(source, texts, report)
    if not manifest:
        return
    digests = check_files(source, manifest, report)
    ranks = {seq for seq, _hash, _counts in anchors}
    chain = check_chain(source, manifest, digests, ranks, everything, report)
    check_anchors(anchors, chain, report)
    check_stamps(source, digests, chain, report)
    tell(chain, report)


def tell(chain: Chain, report: Report) -> None:
    """Say how much was checked, and how much of the vault is not here."""
    checked, sealed = report.checked, len(chain.originals)
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(chain.kinds.items()))
    print(
        f"\nFichiers / files: {checked['files']}."
        f" Sceaux / seals: {chain.seq} ({kinds})."
        f" Originaux ici / originals here: {checked['originals']} sur / of {sealed}."
        f" Ancres / anchors: {checked['anchors']}."
        f" Horodatages / time stamps: {checked['stamps']}."
    )
    if checked["stamps"]:
        print(
            "\nSignature des horodatages : à vérifier par OpenSSL, avec le certificat"
            " que l'autorité publie"
            " / signature of the time stamps: for OpenSSL to verify, with the"
            " certificate that the authority publishes:\n"
            "    openssl ts -verify -digest HASH -in timestamps/FILE.tsr"
            " -CAfile AUTHORITY.pem"
        )


def main(arguments: list[str] | None = None) -> int:
    """Verify one export; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", nargs="?", default=Path(__file__).parent, type=Path)
    parser.add_argument("--anchor", action="append", default=[], metavar="RANK:HASH")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # any terminal can show it
    print(f"verify.py SHA-256 {sha256(Path(__file__).read_bytes()).hexdigest()}")
    report = Report()
    try:
        source = (Folder if options.export.is_dir() else Archive)(options.export)
        verify(source, options.anchor, options.all, report)
    except UNREADABLE as error:
        report.wrong(str(options.export), f"illisible ({error})", f"({error})")
    if report.faults:
        print(f"\n{report.faults} anomalie(s) / {report.faults} fault(s)")
        return 1
    print("\nTout est juste / All is right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
