"""R25: what the platform gives back is a file from outside, hostile until read."""

import base64
import io
import zipfile

import pytest

from chorus.channels.piste import corrections as piste_download
from chorus.channels.piste.corrections import unpack
from chorus.errors import Refused


def packed(*contents):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, content in enumerate(contents):
            archive.writestr(f"../{rank}.pdf", content)
    return base64.b64encode(output.getvalue()).decode()


def test_files_are_read_whatever_their_names():
    assert unpack(packed(b"%PDF one", b"two")) == [b"%PDF one", b"two"]


@pytest.mark.parametrize("text", ["", "not base64 !", base64.b64encode(b"x").decode()])
def test_what_is_no_zip_is_refused(text):
    with pytest.raises(Refused, match="cannot be read"):
        unpack(text)


def test_a_damaged_zip_is_refused():
    content = bytearray(base64.b64decode(packed(bytes(10_000))))
    content[40:60] = bytes(20)
    with pytest.raises(Refused, match="cannot be read"):
        unpack(base64.b64encode(content).decode())


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(piste_download, "LARGEST", 1000)
    with pytest.raises(Refused, match="too big"):
        unpack(packed(bytes(1001)))
    monkeypatch.setattr(piste_download, "MOST_FILES", 2)
    with pytest.raises(Refused, match="too big"):
        unpack(packed(b"", b"", b""))
