"""What a call carries: a JSON object, files in base64 among it, made as it leaves."""

import io
import json
from base64 import b64encode
from collections.abc import Iterator

# Of a file, made base64 at once: three bytes give four letters, without padding.
_BLOCK = 3 * 2**14


class JsonBody(io.RawIOBase):
    """A JSON object as a file to send, of which one block is held at a time.

    As a text, a deposit would stand in memory five times.

    :param fields: what `json.dumps` takes; a value of bytes is written in base64
    """

    def __init__(self, fields: dict):
        super().__init__()
        self._fields = fields
        self._length = sum(map(len, self._blocks()))
        self.seek(0)

    def __len__(self) -> int:
        return self._length

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go back to the beginning, the only place there is to go."""
        if offset or whence != io.SEEK_SET:
            raise io.UnsupportedOperation
        self._ready, self._left = memoryview(b""), self._blocks()
        self._position = 0
        return 0

    def readinto(self, buffer) -> int:
        if not self._ready:
            self._ready = memoryview(next(self._left, b""))
        taken, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(taken)] = taken
        self._position += len(taken)
        return len(taken)

    def _blocks(self) -> Iterator[bytes]:
        """Yield the text piece by piece, none of them empty."""
        before = "{"
        for name, value in self._fields.items():
            yield f"{before}{json.dumps(name)}: ".encode()
            if isinstance(value, bytes):
                yield b'"'
                for start in range(0, len(value), _BLOCK):
                    yield b64encode(value[start : start + _BLOCK])
                yield b'"'
            else:
                yield json.dumps(value).encode()
            before = ", "
        yield b"}" if self._fields else b"{}"
