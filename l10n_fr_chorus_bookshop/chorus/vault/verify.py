"""Verify an export of the vault: python3 verify.py [folder or ZIP] [--anchor RANK:HASH]

Vérifie un export du coffre, de même : python3 verify.py [dossier ou ZIP]

Needs only Python 3.10 or later and the file `sealing.py` beside it. Says file by file,
in French and in English, what is right and what is not; the exit code is 0 when all is
right, 1 when something is not. `--anchor` takes what the shop's daily mail published,
as many times as there are mails: only that finds out a chain that was rebuilt whole.

This file is part of the export and runs there, never inside Odoo.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

sys.dont_write_bytecode = True  # a new file in the export would be a stranger there

import sealing

MANIFEST, FINGERPRINT = "manifest.json", "manifest.sha256"
CHAIN, ANCHORS = "chain.jsonl", "anchors.json"
CHUNK = 1 << 20

REASONS = {
    sealing.GAP: (
        "un sceau manque avant lui, ou l'ordre a changé",
        "a seal before it is missing, or the order was changed",
    ),
    sealing.PREVIOUS: (
        "il ne continue pas le sceau précédent",
        "it does not continue the seal before",
    ),
    sealing.CONTENT: (
        "le document n'est pas celui qui a été scellé",
        "the document is not the one that was sealed",
    ),
    sealing.HASH: (
        "ce qui est dit du document n'est pas ce qui a été scellé",
        "what is said of the document is not what was sealed",
    ),
}


class Folder:
    """An export unpacked into a folder."""

    def __init__(self, path: Path):
        self.path = path

    def names(self) -> set[str]:
        """Return the path of every file, with `/` between its parts."""
        files = (path for path in self.path.rglob("*") if path.is_file())
        return {path.relative_to(self.path).as_posix() for path in files}

    def open(self, name: str):
        """Open one file, as bytes."""
        return (self.path / name).open("rb")


class Archive:
    """An export still in its ZIP."""

    def __init__(self, path: Path):
        self.zip = zipfile.ZipFile(path)

    def names(self) -> set[str]:
        """Return the path of every file."""
        return {name for name in self.zip.namelist() if not name.endswith("/")}

    def open(self, name: str):
        """Open one file, as bytes."""
        return self.zip.open(name)


class Report:
    """What is printed, and whether anything was wrong."""

    def __init__(self):
        self.faults = 0

    def right(self, what: str, french: str, english: str) -> None:
        """Say that something holds."""
        print(f"OK     {what} : {french} / {english}")

    def wrong(self, what: str, french: str, english: str) -> None:
        """Say that something does not hold."""
        self.faults += 1
        print(f"FAUX   {what} : {french} / WRONG: {english}")


def digest(source, name: str) -> str:
    """Return the SHA-256 of a file, "" when it cannot be read whole."""
    found = sha256()
    try:
        with source.open(name) as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""
    return found.hexdigest()


def read_manifest(source, report: Report) -> dict:
    """Return the manifest, once its fingerprint holds; {} when it does not."""
    names = source.names()
    if not {MANIFEST, FINGERPRINT} <= names:
        report.wrong(MANIFEST, "manque", "missing")
        return {}
    with source.open(FINGERPRINT) as file:
        expected = file.read().decode("ascii", "replace").strip()
    if digest(source, MANIFEST) != expected:
        report.wrong(MANIFEST, "modifié", "changed")
        return {}
    with source.open(MANIFEST) as file:
        manifest = json.load(file)
    report.right(MANIFEST, "intact", "intact")
    return manifest


def check_files(source, manifest: dict, report: Report) -> dict[str, str]:
    """Compare every file with the manifest; return the digests found, by name."""
    digests, present = {}, source.names() - {MANIFEST, FINGERPRINT}
    for expected in manifest["files"]:
        name = expected["path"]
        if name not in present:
            report.wrong(name, "manque", "missing")
            continue
        digests[name] = digest(source, name)
        if digests[name] == expected["sha256"]:
            report.right(name, "intact", "intact")
        else:
            report.wrong(name, "modifié", "changed")
    known = {expected["path"] for expected in manifest["files"]}
    for name in sorted(present - known):
        report.wrong(name, "n'est pas dans le manifeste", "not in the manifest")
    return digests


def read_links(source, digests: dict[str, str], kept: dict) -> Iterator[sealing.Link]:
    """Yield each seal of the chain; note in `kept` the hash of each rank.

    A document that is not in this export is taken at its seal's word.
    """
    with source.open(CHAIN) as file:
        for line in file:
            seal = json.loads(line)
            entry, name = seal["entry"], seal["file"]
            found = digests.get(name, "") if name else entry["sha256"]
            kept[entry["seq"]] = seal["hash"]
            yield sealing.Link(entry, seal["previous_hash"], seal["hash"], found)


def check_chain(source, manifest: dict, digests: dict, report: Report) -> dict:
    """Walk the chain from its first seal; return the hash of each rank that holds."""
    kept: dict[int, str] = {}
    try:
        verdict = sealing.verify(read_links(source, digests, kept))
    except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
        report.wrong(CHAIN, f"illisible ({error})", f"unreadable ({error})")
        return {}
    if verdict.fault:
        entry = verdict.fault.entry
        french, english = REASONS[verdict.fault.reason]
        what = f"{CHAIN}, {entry['seq']} ({entry.get('number')})"
        report.wrong(what, french, english)
    elif (verdict.seq, verdict.head) != (manifest["seq"], manifest["head"]):
        report.wrong(CHAIN, "n'a pas la fin annoncée", "does not end as announced")
    else:
        report.right(
            CHAIN,
            f"{verdict.checked} sceaux se suivent",
            f"{verdict.checked} seals follow one another",
        )
    return {seq: found for seq, found in kept.items() if seq <= verdict.seq}


def check_anchors(source, texts: list[str], kept: dict, report: Report) -> None:
    """Compare the anchors, of the export and of the command line, with the chain."""
    try:
        with source.open(ANCHORS) as file:
            anchors = [(one["seq"], one["hash"]) for one in json.load(file)]
    except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
        report.wrong(ANCHORS, f"illisible ({error})", f"unreadable ({error})")
        anchors = []
    for text in texts:
        seq, _colon, found = text.partition(":")
        anchors.append((int(seq) if seq.isdigit() else seq, found.strip().lower()))
    for seq, found in anchors:
        what = f"ancre / anchor {seq}:{str(found)[:12]}…"
        if kept.get(seq) == found:
            report.right(what, "la chaîne y passe", "the chain goes through it")
        else:
            report.wrong(
                what,
                "la chaîne a été refaite ou coupée depuis",
                "the chain was rebuilt or cut since",
            )


def main(arguments: list[str] | None = None) -> int:
    """Verify one export; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", nargs="?", default=Path(__file__).parent, type=Path)
    parser.add_argument("--anchor", action="append", default=[], metavar="RANK:HASH")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # any terminal can show it
    source = (Folder if options.export.is_dir() else Archive)(options.export)
    report = Report()
    manifest = read_manifest(source, report)
    if manifest:
        digests = check_files(source, manifest, report)
        kept = check_chain(source, manifest, digests, report)
        check_anchors(source, options.anchor, kept, report)
    if report.faults:
        print(f"\n{report.faults} anomalie(s) / {report.faults} fault(s)")
        return 1
    print("\nTout est juste / All is right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
