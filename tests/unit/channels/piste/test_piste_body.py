"""What a call carries: the JSON of the library, made as it leaves."""

import base64
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.piste.http import JsonBody

VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
FIELDS = st.dictionaries(
    st.text(max_size=5), VALUES | st.lists(VALUES) | st.binary(), max_size=5
)


def as_text(fields):
    def plain(value):
        return base64.b64encode(value).decode() if isinstance(value, bytes) else value

    return json.dumps({name: plain(value) for name, value in fields.items()}).encode()


@given(FIELDS, st.integers(1, 40))
def test_reads_as_the_library_writes_it(fields, size):
    body = JsonBody(fields)

    read = b"".join(iter(lambda: body.read(size), b""))

    assert read == as_text(fields)
    assert len(body) == body.tell() == len(read)


@pytest.mark.parametrize("size", [3 * 2**14 + rest for rest in (-1, 0, 1, 2, 70_000)])
def test_a_file_of_several_blocks_is_whole_and_goes_twice(size):
    fields = {"file": bytes(range(256)) * (size // 256 + 1), "name": "é.pdf"}
    body = JsonBody(fields)

    assert body.read() == as_text(fields)
    body.seek(0)
    assert body.tell() == 0
    assert body.read() == as_text(fields)


def test_a_file_is_never_held_a_second_time():
    content = bytes(10_000_000)

    tracemalloc.start()
    body = JsonBody({"file": content})
    while body.read(16_384):
        pass
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert body.tell() > 13_000_000
    assert peak < 1_000_000
