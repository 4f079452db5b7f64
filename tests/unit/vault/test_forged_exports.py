"""G9: the verifier believes nothing; each way to forge an export is named (R27)."""

import contextlib
import io
import json
import warnings
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chorus.vault import sealing, verify
from chorus.vault.export import Anchor, Export, Seal
from chorus.vault.sealing import GENESIS, Link, entry_hash

KEPT = [(f"FA{rank}", b"%PDF-1.7 " + bytes([rank]) * 40) for rank in range(1, 4)]


def seals(documents=KEPT):
    """Three originals, and a row of another table after each."""
    head, seq, made = GENESIS, 0, []
    for number, content in documents:
        seq += 1
        digest = sha256(content).hexdigest()
        entry = {"version": 1, "seq": seq, "sha256": digest, "number": number}
        path = f"originals/{seq:06}_{number}.pdf"
        made.append(Seal(entry, head, entry_hash(head, entry), path))
        seq, head = seq + 1, made[-1].hash
        entry = {
            "version": 2,
            "seq": seq,
            "kind_of_row": "event",
            "row_id": seq,
            "sha256": sha256(number.encode()).hexdigest(),
        }
        made.append(Seal(entry, head, entry_hash(head, entry), ""))
        head = made[-1].hash
    return made


def files(documents=KEPT):
    """Every file of an honest export, by name."""
    buffer, chain = io.BytesIO(), seals(documents)
    out = Export(buffer)
    for seal, (_number, content) in zip(chain[::2], documents, strict=True):
        out.add(seal.file, content)
    out.add("audit/FA1.json", b"{}\n")
    head = out.add_chain(chain)
    anchor = Anchor(
        4, chain[3].hash, "2026-11-20", "a@b.fr", {"original": 2, "event": 2}
    )
    out.close(head, [anchor], company="Librairie", siren="732829320", period="")
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(contents, twice=(), compression=zipfile.ZIP_STORED):
    """A ZIP of these files."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "w", compression) as archive:
            for name, content in [*contents.items(), *twice]:
                archive.writestr(name, content)
    return buffer.getvalue()


def signed(contents, **changes):
    """The manifest made to agree with the files again, as a forger would."""
    manifest = json.loads(contents["manifest.json"])
    manifest["files"] = [
        {**one, "sha256": sha256(contents[one["path"]]).hexdigest()}
        for one in manifest["files"]
        if one["path"] in contents
    ]
    return with_manifest(contents, {**manifest, **changes})


def with_manifest(contents, manifest):
    text = json.dumps(manifest).encode()
    digest = sha256(text).hexdigest().encode()
    return {**contents, "manifest.json": text, "manifest.sha256": digest}


def without(contents, *names):
    return {name: one for name, one in contents.items() if name not in names}


def chain_changed(contents, change):
    lines = [json.loads(line) for line in contents["chain.jsonl"].splitlines()]
    text = "".join(json.dumps(line) + "\n" for line in change(lines))
    return {**contents, "chain.jsonl": text.encode()}


FIRST = "originals/000001_FA1.pdf"


def signed_with(contents, name, content):
    """One more file, and a manifest that lists it."""
    listed = [
        *json.loads(contents["manifest.json"])["files"],
        {"path": name, "sha256": sha256(content).hexdigest()},
    ]
    manifest = {**json.loads(contents["manifest.json"]), "files": listed}
    return with_manifest({**contents, name: content}, manifest)


def zipped(contents, struck, **said):
    """A ZIP in which one file has something else said of it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            info = zipfile.ZipInfo(name)
            for attribute, value in said.items() if name == struck else ():
                setattr(info, attribute, value)
            archive.writestr(info, content)
    return buffer.getvalue()


def commented(content):
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"another invoice"
    return buffer.getvalue()


def hidden_after(content):
    return content + b"another invoice"


def hidden_between(contents):
    """An entry that the list no longer names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("audit/hidden.pdf", b"another invoice")
        for name, content in contents.items():
            archive.writestr(name, content)
        del archive.filelist[0]
    return buffer.getvalue()


def local_changed(content, at, value):
    """The first local header says something else; the list does not."""
    return content[:at] + value + content[at + len(value) :]


def manifest_doubled(contents):
    text = contents["manifest.json"].replace(b"{", b'{"seq": 1, "seq": 6, ', 1)
    digest = sha256(text).hexdigest().encode()
    return {**contents, "manifest.json": text, "manifest.sha256": digest}


def entry_changed(lines):
    lines[0]["entry"]["number"] = "FA9"
    return lines


def event_changed(lines):
    lines[1]["entry"]["sha256"] = "0" * 64
    return lines


def file_blanked(lines):
    lines[0]["file"] = ""
    return lines


def file_shared(lines):
    lines[2]["file"] = lines[0]["file"]
    return lines


def file_elsewhere(lines):
    lines[0]["file"] = "audit/FA1.json"
    return lines


def anchor_of(contents, **changes):
    [anchor] = json.loads(contents["anchors.json"])
    return {**contents, "anchors.json": json.dumps([{**anchor, **changes}]).encode()}


# What a forger does to an export, and the word that names it.
FORGERIES = {
    "manifest {}": (lambda c: pack(with_manifest(c, {})), "manifest.json"),
    "manifest []": (lambda c: pack(with_manifest(c, [])), "manifest.json"),
    "manifest null": (lambda c: pack(with_manifest(c, None)), "manifest.json"),
    "manifest not JSON": (
        lambda c: pack(
            {
                **c,
                "manifest.json": b"{",
                "manifest.sha256": sha256(b"{").hexdigest().encode(),
            }
        ),
        "manifest.json",
    ),
    "manifest without files": (lambda c: pack(signed(c, files=[])), "chain.jsonl"),
    "manifest naming a file twice": (
        lambda c: pack(signed(c, files=json.loads(c["manifest.json"])["files"] * 2)),
        "does not tell originals/",
    ),
    "manifest missing": (lambda c: pack(without(c, "manifest.json")), "manifest.json"),
    "fingerprint missing": (
        lambda c: pack(without(c, "manifest.sha256")),
        "manifest.sha256",
    ),
    "fingerprint not of it": (
        lambda c: pack({**c, "manifest.sha256": b"0" * 64}),
        "manifest.json : modifi",
    ),
    "file not listed": (lambda c: pack({**c, "more.pdf": b"x"}), "more.pdf"),
    "original not listed": (
        lambda c: pack({**c, "originals/9.pdf": b"x"}),
        "originals/9.pdf",
    ),
    "original removed": (lambda c: pack(without(c, FIRST)), f"{FIRST} : manque"),
    "original removed, manifest made again": (
        lambda c: pack(signed(without(c, FIRST))),
        "the original is missing",
    ),
    "original removed, chain silent": (
        lambda c: pack(signed(chain_changed(without(c, FIRST), file_blanked))),
        "its original is not in this export",
    ),
    "original changed, manifest made again": (
        lambda c: pack(signed({**c, FIRST: b"%PDF-1.7 new IBAN"})),
        "not the one that was sealed",
    ),
    "original added, manifest made again": (
        lambda c: pack(
            signed(
                {**c, "originals/x.pdf": b"x"},
                files=[
                    *json.loads(c["manifest.json"])["files"],
                    {"path": "originals/x.pdf", "sha256": sha256(b"x").hexdigest()},
                ],
            )
        ),
        "has no seal",
    ),
    "two entries of one name": (
        lambda c: pack(c, twice=[(FIRST, b"%PDF-1.7 other")]),
        "2 times",
    ),
    "entries compressed": (
        lambda c: pack(c, compression=zipfile.ZIP_DEFLATED),
        "compressed",
    ),
    "entry of the chain changed": (
        lambda c: pack(signed(chain_changed(c, entry_changed))),
        "not what was sealed",
    ),
    "row of another table changed": (
        lambda c: pack(signed(chain_changed(c, event_changed))),
        "not what was sealed",
    ),
    "seal taken out": (
        lambda c: pack(signed(chain_changed(c, lambda lines: lines[1:]))),
        "a seal before it is missing",
    ),
    "two seals exchanged": (
        lambda c: pack(
            signed(chain_changed(c, lambda lines: [lines[1], lines[0], *lines[2:]]))
        ),
        "a seal before it is missing",
    ),
    "chain cut": (
        lambda c: pack(signed(chain_changed(c, lambda lines: lines[:-2]))),
        "does not end as announced",
    ),
    "chain emptied": (
        lambda c: pack(
            signed({**c, "chain.jsonl": b""}, seq=0, head=GENESIS, chosen=[])
        ),
        "is empty",
    ),
    "chain of nonsense": (
        lambda c: pack(signed({**c, "chain.jsonl": b"[1]\n"})),
        "unreadable",
    ),
    "one file for two seals": (
        lambda c: pack(signed(chain_changed(c, file_shared))),
        "belongs to two seals",
    ),
    "a seal that names another file": (
        lambda c: pack(signed(chain_changed(c, file_elsewhere))),
        "the original is missing",
    ),
    "anchor off the chain": (
        lambda c: pack(signed(anchor_of(c, hash="f" * 64))),
        "rebuilt or cut",
    ),
    "anchor beyond the chain": (
        lambda c: pack(signed(anchor_of(c, seq=99))),
        "rebuilt or cut",
    ),
    "anchor that counted otherwise": (
        lambda c: pack(signed(anchor_of(c, counts={"original": 3, "event": 1}))),
        "did not count these seals",
    ),
    "anchors of nonsense": (
        lambda c: pack(signed({**c, "anchors.json": b"{}\n[]"})),
        "anchors.json",
    ),
    "anchor with a rank in words": (
        lambda c: pack(signed(anchor_of(c, seq="4"))),
        "anchors.json",
    ),
    "a name that differs by its case": (
        lambda c: pack(signed_with(c, FIRST.lower(), b"x")),
        "is not told everywhere from",
    ),
    "a name composed otherwise": (
        lambda c: pack(
            signed_with(signed_with(c, "audit/é.pdf", b"x"), "audit/e\u0301.pdf", b"y")
        ),
        "is not told everywhere from",
    ),
    "a document beside the vault's": (
        lambda c: pack(signed_with(c, "facture.pdf", b"x")),
        "facture.pdf : n'a pas sa place",
    ),
    "a document in another case of its folder": (
        lambda c: pack(signed_with(c, "Originals/x.pdf", b"x")),
        "Originals/x.pdf : n'a pas sa place",
    ),
    **{
        f"a name outside: {name!r}": (
            lambda c, name=name: pack(signed_with(c, name, b"x")),
            "has no place here",
        )
        for name in (
            "/etc/passwd",
            "../x.pdf",
            "audit/../../x",
            "audit//x",
            "audit/./x",
            "audit\\x",
            "C:x",
            "audit/x.",
            "audit/x\n.pdf",
            "audit/",
        )
    },
    "a link": (
        lambda c: zipped(c, FIRST, external_attr=0o120777 << 16),
        f"{FIRST} : est un lien",
    ),
    "a comment on a file": (
        lambda c: zipped(c, FIRST, comment=b"see elsewhere"),
        "is told otherwise",
    ),
    "more said of a file": (
        lambda c: zipped(c, FIRST, extra=b"\xfe\xca\x04\0abcd"),
        "is told otherwise",
    ),
    "a comment on the ZIP": (lambda c: commented(pack(c)), "outside its files"),
    "bytes before the ZIP": (lambda c: b"MZ other" + pack(c), "outside its files"),
    "bytes after the ZIP": (lambda c: hidden_after(pack(c)), "FAUX"),
    "bytes between its files": (lambda c: hidden_between(c), "outside its files"),
    "another size in the local header": (
        lambda c: local_changed(pack(c), 22, b"\1\0\0\0"),
        "is told otherwise",
    ),
    "another sum in the local header": (
        lambda c: local_changed(pack(c), 14, b"\0\0\0\0"),
        "is told otherwise",
    ),
    "another way of packing in the local header": (
        lambda c: local_changed(pack(c), 8, b"\x08\0"),
        "is told otherwise",
    ),
    "another name in the local header": (
        lambda c: pack(c).replace(FIRST.encode(), FIRST.upper().encode(), 1),
        "is told otherwise",
    ),
    "a size of 64 bits that lies": (
        lambda c: local_changed(pack(c), 18, b"\xff" * 8),
        "is told otherwise",
    ),
    "a password": (lambda c: local_changed(pack(c), 6, b"\1\0"), "is told otherwise"),
    "a manifest that says two things": (
        lambda c: pack(manifest_doubled(c)),
        "manifest.json : illisible",
    ),
    "a seal that says two things": (
        lambda c: pack(
            signed(
                {
                    **c,
                    "chain.jsonl": c["chain.jsonl"].replace(
                        b'"entry": {', b'"entry": {"number": "FA9", ', 1
                    ),
                }
            )
        ),
        "chain.jsonl : illisible",
    ),
    "no ZIP": (lambda c: b"PK\x03\x04 broken", "illisible"),
    "ZIP cut": (lambda c: pack(c)[:-40], "illisible"),
    "verifier missing": (lambda c: pack(signed(without(c, "verify.py"))), "verify.py"),
}


def run(tmp_path, content, *arguments):
    path = tmp_path / "vault.zip"
    path.write_bytes(content)
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(output):
        code = verify.main([str(path), *arguments])
    output.seek(0)
    return code, output.read()


def test_the_honest_one_is_right(tmp_path):
    code, told = run(tmp_path, pack(files()), "--all")
    assert code == 0, told
    assert "Sceaux / seals: 6 (event 3, original 3)" in told


@pytest.mark.parametrize("name", FORGERIES)
def test_each_forgery_is_named(tmp_path, name):
    forge, word = FORGERIES[name]
    code, told = run(tmp_path, forge(files()))
    assert code == 1
    assert [line for line in told.splitlines() if "FAUX" in line and word in line], told


@pytest.mark.parametrize(
    "anchor",
    [
        "²:" + "a" * 64,
        "x",
        "",
        "1:",
        "1:" + "g" * 64,
        "-1:" + "a" * 64,
        "١:" + "a" * 64,
    ],
)
def test_a_bad_anchor_is_a_fault_and_no_traceback(tmp_path, anchor):
    code, told = run(tmp_path, pack(files()), f"--anchor={anchor}")
    assert code == 1
    assert "is no anchor RANK:HASH" in told


def test_a_part_of_the_vault_says_that_it_is_one(tmp_path):
    """Asked for two of three: right; asked for all, each absent one is named."""
    contents = signed(
        chain_changed(without(files(), FIRST), file_blanked), chosen=[3, 5]
    )
    code, told = run(tmp_path, pack(contents))
    assert code == 0, told
    assert "originals here: 2 sur / of 3" in told
    code, told = run(tmp_path, pack(contents), "--all")
    assert code == 1
    assert "sceau / seal 1" in told


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_verifier_and_the_shop_walk_the_same_way(data):
    """Two programs, one chain: any alteration is found by both, at the same rank."""
    chain = [seal._asdict() for seal in seals()]
    place = data.draw(st.integers(0, len(chain)))
    if place < len(chain):
        name = data.draw(st.sampled_from(["number", "seq", "sha256", "version"]))
        seal = chain[place]
        chain[place] = {**seal, "entry": {**seal["entry"], name: data.draw(st.text())}}
    walk = verify.Chain(set())
    for seal in chain:
        if walk.follow(seal):
            break
    links = (
        Link(one["entry"], one["previous_hash"], one["hash"], one["entry"]["sha256"])
        for one in chain
    )
    found = sealing.verify(links)
    assert (walk.seq, walk.head) == (found.seq, found.head)
