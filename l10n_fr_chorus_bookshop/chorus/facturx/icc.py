"""The sRGB colour profile that PDF/A wants, made from IEC 61966-2-1."""

import struct
from functools import lru_cache

# Primaries and white point adapted to D50, the illuminant of the profile connection
# space (ICC.1:2001-04).
_D50 = (0.9642, 1.0, 0.8249)
_RED = (0.4360747, 0.2225045, 0.0139322)
_GREEN = (0.3850649, 0.7168786, 0.0971045)
_BLUE = (0.1430804, 0.0606169, 0.7141733)
_SAMPLES = 1024
_HEADER_SIZE = 128


@lru_cache(maxsize=1)
def srgb() -> bytes:
    """Return an ICC version 2 display profile of sRGB, the same bytes each time."""
    curve = _curve()
    tags = {
        b"desc": _description("sRGB IEC61966-2.1"),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\0",
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(_RED),
        b"gXYZ": _xyz(_GREEN),
        b"bXYZ": _xyz(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table = struct.pack(">I", len(tags))
    data = b""
    start = _HEADER_SIZE + len(table) + 12 * len(tags)
    offsets: dict[bytes, int] = {}
    for name, content in tags.items():
        if content not in offsets:
            offsets[content] = start + len(data)
            data += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, offsets[content], len(content))
    return _header(start + len(data)) + table + data


def _header(size: int) -> bytes:
    made_on = (2026, 1, 1, 0, 0, 0)
    head = struct.pack(">I4xI4s4s4s6H4s", size, 0x02100000, b"mntr", b"RGB ", b"XYZ ",
                       *made_on, b"acsp")  # fmt: skip
    illuminant = b"".join(map(_fixed, _D50))
    return head.ljust(68, b"\0") + illuminant + bytes(_HEADER_SIZE - 80)


def _fixed(value: float) -> bytes:
    """A signed 15.16 fixed-point number."""
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, values))


def _curve() -> bytes:
    def linear(level: float) -> float:
        if level <= 0.04045:
            return level / 12.92
        return ((level + 0.055) / 1.055) ** 2.4

    samples = [round(65535 * linear(n / (_SAMPLES - 1))) for n in range(_SAMPLES)]
    return struct.pack(f">4s4xI{_SAMPLES}H", b"curv", _SAMPLES, *samples)


def _description(name: str) -> bytes:
    text = name.encode("ascii") + b"\0"
    # No Unicode and no Macintosh name, whose 67 bytes are there all the same.
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
