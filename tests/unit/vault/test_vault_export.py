"""R27: the export proves itself with Python alone, and tells any change by its name."""

import contextlib
import importlib.util
import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from chorus.vault.export import (
    PROGRAM,
    Anchor,
    Export,
    Seal,
    program_digest,
    safe_name,
)
from chorus.vault.sealing import GENESIS, entry_hash

DOCUMENTS = [(f"FA{rank}", b"%PDF-1.7 " + bytes([rank]) * 50) for rank in range(1, 6)]
CHOSEN = ("FA2", "FA3")


def seal_all(documents):
    """Seal (number, bytes) pairs."""
    head = GENESIS
    for seq, (number, content) in enumerate(documents, start=1):
        digest = sha256(content).hexdigest()
        entry = {"version": 1, "seq": seq, "sha256": digest, "number": number}
        path = f"originals/{seq:06}_{number}.pdf" if number in CHOSEN else ""
        sealed = entry_hash(head, entry)
        yield Seal(entry, head, sealed, path)
        head = sealed


def export(documents=DOCUMENTS, anchors=()):
    """Export the chosen documents; return the ZIP's bytes."""
    buffer = io.BytesIO()
    out = Export(buffer)
    seals = list(seal_all(documents))
    for seal, (_number, content) in zip(seals, documents, strict=True):
        if seal.file:
            out.add(seal.file, content)
    out.add("audit/FA2.json", b"{}\n")
    head = out.add_chain(iter(seals))
    out.close(head, anchors, company="Librairie", siren="732829320", period="2026")
    return buffer.getvalue()


@pytest.fixture
def unpacked(tmp_path):
    with zipfile.ZipFile(io.BytesIO(export())) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def run_alone(folder, *arguments):
    """Run the verifier as an inspector would: no library but Python's own."""
    return subprocess.run(
        [sys.executable, "-S", "verify.py", *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )


class Done:
    """What one verification answered."""

    def __init__(self, returncode, stdout):
        self.returncode, self.stdout = returncode, stdout


@pytest.fixture(scope="module")
def verifier():
    """The verifier's own code, for the many cases: a process each would be slow."""
    spec = importlib.util.spec_from_file_location("chorus_verifier", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def verify(verifier):
    def run(folder, *arguments):
        output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(output):
            code = verifier.main([str(folder), *arguments])
        output.seek(0)
        return Done(code, output.read())

    return run


def names(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_all_is_right(unpacked):
    before = names(unpacked)
    done = run_alone(unpacked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Originaux ici / originals here: 2 sur / of 5" in done.stdout
    assert "Tout est juste / All is right" in done.stdout
    assert "originals/000002_FA2.pdf : intact / intact" in done.stdout
    assert "5 sceaux se suivent / 5 seals follow one another" in done.stdout
    assert names(unpacked) == before, "the verifier leaves nothing behind"


def test_the_zip_is_verified_unopened(tmp_path, verify):
    (tmp_path / "vault.zip").write_bytes(export())
    assert verify(tmp_path / "vault.zip").returncode == 0


@pytest.mark.parametrize(("told", "code"), [("size", 0), ("beyond", 0), ("other", 1)])
def test_a_long_size_is_told_as_any_python_tells_it(tmp_path, verify, told, code):
    """Before 3.11.4 it stood in both places: no export of Debian 12's was right."""
    content = bytearray(export())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        chain = archive.getinfo("chain.jsonl")
    size = {"size": chain.file_size, "beyond": 0xFFFFFFFF, "other": 7}[told]
    struct.pack_into("<2I", content, chain.header_offset + 18, size, size)
    (tmp_path / "vault.zip").write_bytes(content)
    assert verify(tmp_path / "vault.zip").returncode == code


def test_python_s_isolated_mode_is_enough(tmp_path):
    """The program is taken from elsewhere; only the ZIP is the shop's."""
    (tmp_path / "vault.zip").write_bytes(export())
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), "vault.zip"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr


def test_same_content_same_bytes():
    assert export() == export()


def test_one_byte_of_any_file_is_named(unpacked, verify):
    for name in names(unpacked):
        if name.endswith(".py"):
            continue  # it runs: see the next test
        path = unpacked / name
        kept = path.read_bytes()
        place = len(kept) // 2
        path.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
        done = verify(unpacked)
        assert done.returncode == 1, name
        told = "manifest.json" if name == "manifest.sha256" else name
        assert f"FAUX   {told}" in done.stdout, name
        path.write_bytes(kept)
    assert verify(unpacked).returncode == 0


def test_a_changed_program_is_named(unpacked, verify):
    path = unpacked / "verify.py"
    path.write_bytes(path.read_bytes() + b"\n# changed\n")
    done = verify(unpacked)
    assert (done.returncode, "FAUX   verify.py" in done.stdout) == (1, True)


def test_missing_and_added_files_are_named(unpacked, verify):
    (unpacked / "originals" / "000002_FA2.pdf").rename(unpacked / "stray.pdf")
    done = verify(unpacked)
    assert done.returncode == 1
    assert "originals/000002_FA2.pdf : manque / WRONG: missing" in done.stdout
    assert "stray.pdf : n'est pas dans le manifeste" in done.stdout


def rebuilt():
    """The database's owner changes FA3 and makes the chain again from there."""
    documents = list(DOCUMENTS)
    documents[2] = ("FA3", b"%PDF-1.7 forged")
    return export(documents)


def test_a_rebuilt_chain_holds_by_itself_and_not_by_the_anchor(tmp_path, verify):
    with zipfile.ZipFile(io.BytesIO(rebuilt())) as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path).returncode == 0, "that is why anchors exist"
    true = list(seal_all(DOCUMENTS))
    for seal, code in ((true[1], 0), (true[2], 1), (true[4], 1)):
        anchor = f"{seal.entry['seq']}:{seal.hash}"
        done = verify(tmp_path, "--anchor", anchor)
        assert done.returncode == code, done.stdout
    assert "la chaîne a été refaite ou coupée depuis" in done.stdout


def test_a_chain_cut_short_is_found_by_the_anchor(tmp_path, verify):
    last = list(seal_all(DOCUMENTS))[-1]
    content = export(DOCUMENTS[:3], [Anchor(5, last.hash, "2026-11-20", "a@b.fr")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    done = verify(tmp_path)
    assert done.returncode == 1
    assert "FAUX   ancre / anchor 5:" in done.stdout


def test_an_anchor_badly_typed_is_told(unpacked, verify):
    assert verify(unpacked, "--anchor", "five").returncode == 1


def test_the_documents_do_not_stay_in_memory(tmp_path):
    tracemalloc.start()
    with (tmp_path / "vault.zip").open("wb") as file:
        out = Export(file)
        for rank in range(200):
            out.add(f"originals/{rank}", bytes(100_000))
        out.close(out.add_chain([]), [], company="", siren="", period="")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FAC/2026/00012", "FAC.2026.00012"),
        ("../../etc/passwd", "etc.passwd"),
        ("C:\\a b", "C..a.b"),
        ("..", "_"),
    ],
)
def test_a_name_is_never_a_path(text, name):
    assert safe_name(text) == name


def test_the_verifier_needs_the_standard_library_only():
    imports = {
        line.split()[1].split(".")[0]
        for line in PROGRAM.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imports <= sys.stdlib_module_names


def test_the_program_tells_its_own_digest(unpacked):
    done = run_alone(unpacked)
    assert f"verify.py SHA-256 {program_digest()}" in done.stdout
    assert program_digest() in (unpacked / "LISEZMOI.txt").read_text()


def test_the_digest_of_the_program_is_published():
    readme = Path(__file__).parents[3] / "README.rst"
    assert program_digest() in readme.read_text()
