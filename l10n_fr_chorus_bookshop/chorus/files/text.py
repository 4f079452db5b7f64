"""Bytes of a text file from outside, as text."""

import codecs
import re
from typing import BinaryIO

_BLOCK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: what opens any bytes: Windows' own, unknown ones shown as such
LAST = "cp1252"
# Those of old programs, tried where Windows' own shows no French.
_OLD = (LAST, "cp850", "mac_roman")
_FRENCH = re.compile("[àâçéèêëîïôùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ°€«»’–\u00a0]")


def encoding_of(stream: BinaryIO) -> str:
    """Tell the encoding: by its mark, by the NULs of UTF-16, UTF-8 when all of it is.

    :param stream: read to its end
    :return: a codec's name; what it cannot decode is to be replaced
    """
    block = stream.read(_BLOCK)
    for mark, encoding in _MARKS.items():
        if block.startswith(mark):
            return encoding
    if wide := _wide(block[:4096]):
        return wide
    decoder, first = codecs.getincrementaldecoder("utf-8")(), block
    try:
        while block:
            decoder.decode(block)
            block = stream.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _old(first)
    return "utf-8"


def _old(block: bytes) -> str:
    """Tell what eight bits a letter were written in: what shows the most French."""
    letters = bytes(byte for byte in block if byte > 0x7F)

    def french(encoding):
        return len(_FRENCH.findall(letters.decode(encoding, "replace")))

    return max(_OLD, key=french)


def _wide(start: bytes) -> str:
    """Tell UTF-16 without a mark: of Western text, one byte in two is NUL."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half > 1 and odd > 0.6 * half and not even:
        return "utf-16-le"
    if half > 1 and even > 0.6 * half and not odd:
        return "utf-16-be"
    return ""
