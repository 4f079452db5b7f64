"""Archives: the same bytes each time, names that Chorus Pro takes and never collide."""

import gzip
import io
import os
import tarfile
import tracemalloc
import zlib

from hypothesis import given
from hypothesis import strategies as st

from chorus.facturx import archive

FILES = [("a.pdf", b"%PDF" * 1000), ("b.xml", b"<b/>"), ("c", b"")]
FORBIDDEN = set("%$!&/\\:;«»#@ ")


def test_content_comes_back():
    packed = archive.pack(FILES)

    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        found = {entry.name: tar.extractfile(entry).read() for entry in tar}
    assert list(found.items()) == FILES
    assert archive.unpack(packed) == dict(FILES)


def test_bytes_depend_on_the_content_alone():
    packed = archive.pack(FILES)

    assert archive.pack(iter(FILES)) == packed
    assert archive.pack([*FILES[:2], ("c", b"!")]) != packed
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
        for entry in tar:
            assert (entry.mtime, entry.uid, entry.gid, entry.uname) == (0, 0, 0, "")
    assert packed[4:8] == bytes(4), "no date in the gzip header"
    assert gzip.decompress(packed)


def test_bytes_are_those_of_the_library_in_one_go():
    """A deposit whose outcome is unknown goes again with the same bytes, whatever
    was installed meanwhile."""
    files = [(f"{rank}.pdf", os.urandom(70_000)) for rank in range(5)]

    packed = archive.pack(files)

    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as whole:
        for name, content in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            whole.addfile(entry, io.BytesIO(content))
    assert packed == zlib.compress(tar.getvalue(), 6, wbits=31)


def test_a_full_deposit_is_packed_without_a_copy_of_it():
    files = ((f"{rank}.pdf", os.urandom(100_000)) for rank in range(100))

    tracemalloc.start()
    packed = archive.pack(files)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1.5 * len(packed)


def test_usual_number_stays_readable():
    name = archive.name_for("INV/2026/00001", "380", 2026)

    assert name == "facture_2026_INV.2026.00001.pdf"
    assert archive.name_for("R-1", "381", 2027, "xml") == "avoir_2027_R-1.xml"


@given(st.text(min_size=1, max_size=20))
def test_names_use_allowed_characters_only(number):
    name = archive.name_for(number, "380", 2026)

    assert not FORBIDDEN & set(name)
    assert len(name) <= 256
    assert name.isascii()


@given(
    st.lists(st.text("A1/.-_ =+é", min_size=1, max_size=6), unique=True, max_size=30)
)
def test_two_numbers_never_share_a_name(numbers):
    made = {archive.name_for(number, "380", 2026) for number in numbers}

    assert len(made) == len(numbers)
