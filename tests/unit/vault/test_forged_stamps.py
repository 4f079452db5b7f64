"""Time stamps in an export: each way to forge, move or lose one is named (R27)."""

import io
import json
import zipfile
from hashlib import sha256

import pytest

from chorus.vault.export import Export, Seal
from chorus.vault.sealing import entry_hash
from chorus.vault.verify import SHA_256, SIGNED_DATA, TIME_STAMP
from vault.test_forged_exports import (
    pack,
    run,
    seals,
    signed,
    signed_with,
    without,
)

NAME = "timestamps/000006_1.tsr"


def der(tag, *contents):
    content = b"".join(contents)
    size = len(content).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + content


def answer(digest, granted=0, algorithm=SHA_256, moment=b"20261121063000Z"):
    """What an authority answers, its signature left out (RFC 3161, 2.4.2)."""
    imprint = der(0x30, der(0x30, der(6, algorithm)), der(4, digest))
    number = der(2, b"\x01")
    info = der(0x30, number, der(6, b"\x2a\x03"), imprint, number, der(0x18, moment))
    held = der(0x30, der(6, TIME_STAMP), der(0xA0, der(4, info)))
    signed_data = der(0x30, der(2, b"\x03"), der(0x31), held, der(0x31))
    token = der(0x30, der(6, SIGNED_DATA), der(0xA0, signed_data))
    return der(0x30, der(0x30, der(2, bytes([granted]))), token)


def stamped_files():
    """An honest export: the last of six seals was stamped, and the stamp sealed."""
    buffer, chain = io.BytesIO(), seals()
    stamp = answer(bytes.fromhex(chain[-1].hash))
    entry = {
        "version": 2,
        "seq": 7,
        "kind_of_row": "timestamp",
        "row_id": 1,
        "sha256": sha256(stamp).hexdigest(),
    }
    last = chain[-1].hash
    chain.append(Seal(entry, last, entry_hash(last, entry), ""))
    out = Export(buffer)
    for rank, seal in enumerate(chain[:6:2], 1):
        out.add(seal.file, b"%PDF-1.7 " + bytes([rank]) * 40)
    out.add(NAME, stamp)
    head = out.add_chain(chain)
    out.close(head, [], company="Librairie", siren="732829320", period="")
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def head_of(contents, rank=6):
    line = contents["chain.jsonl"].splitlines()[rank - 1]
    return bytes.fromhex(json.loads(line)["hash"])


def with_stamp(contents, stamp):
    return pack(signed({**contents, NAME: stamp}))


FORGERIES = {
    "lost": (lambda c: pack(signed(without(c, NAME))), "there must be 1"),
    "one too many": (
        lambda c: pack(
            signed_with(c, "timestamps/000002_9.tsr", answer(head_of(c, rank=2)))
        ),
        "there must be 1",
    ),
    "the same twice": (
        lambda c: pack(signed_with(c, "timestamps/000006_2.tsr", c[NAME])),
        "there must be 1, all different",
    ),
    "of another chain": (
        lambda c: with_stamp(c, answer(b"\x01" * 32)),
        "rebuilt or cut",
    ),
    "nonsense": (lambda c: with_stamp(c, b"\x30\x05hello"), "unreadable"),
    "empty": (lambda c: with_stamp(c, b""), "unreadable"),
    "cut": (lambda c: with_stamp(c, answer(head_of(c))[:-9]), "unreadable"),
    "more after it": (lambda c: with_stamp(c, answer(head_of(c)) * 2), "unreadable"),
    "refused": (lambda c: with_stamp(c, answer(head_of(c), granted=2)), "not granted"),
    "another digest": (
        lambda c: with_stamp(c, answer(head_of(c), algorithm=b"\x2b\x0e\x03\x02\x1a")),
        "no time stamp of a SHA-256",
    ),
    "no date": (lambda c: with_stamp(c, answer(head_of(c), moment=b"2026")), "dated"),
}


def test_the_honest_one_says_which_seal_and_when(tmp_path):
    contents = stamped_files()
    code, told = run(tmp_path, pack(contents), "--all")
    assert code == 0, told
    assert "seal 6 was there on 2026-11-21 06:30:00 UTC" in told
    assert head_of(contents).hex() in told, "what OpenSSL is given"
    assert "Horodatages / time stamps: 1." in told
    assert "openssl ts -verify -digest HASH" in told, "the signature is not ours"


@pytest.mark.parametrize("name", FORGERIES)
def test_each_forged_stamp_is_named(tmp_path, name):
    forge, word = FORGERIES[name]
    code, told = run(tmp_path, forge(stamped_files()))
    assert code == 1
    assert [line for line in told.splitlines() if "FAUX" in line and word in line], told
