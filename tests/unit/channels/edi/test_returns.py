"""What the operator answers: read with tolerance, never invented, never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replies import WORDS, XML_WORDS

from chorus.channels.edi.answer import (
    Dictionary,
    Unreadable,
)
from chorus.channels.edi.returns import read


def test_a_web_page_is_told_for_what_it_is():
    page = b"<!DOCTYPE html><html><body><p>Erreur 500</p></body></html>"
    with pytest.raises(Unreadable, match="web page"):
        read(page, XML_WORDS)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>
<a><facture numero="&b;"><etat>X</etat></facture></a>"""


@pytest.mark.parametrize(
    "start",
    [b"PK\x03\x04", b"%PDF-1.7", bytes.fromhex("d0cf11e0"), b"\x1f\x8b"],
)
def test_what_is_no_text_is_told_what_to_ask_for(start):
    with pytest.raises(Unreadable, match="ask the operator for EDIFACT"):
        read(start + b"\0" * 99, WORDS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", WORDS),
        (b"\x00\xff rien", WORDS),
        (b"UNB+UNOC:3+a+b'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'", WORDS),
        (b"nom;ville\nMairie;Lyon\n", WORDS),
        (b"<a><b>", XML_WORDS),
        (b"<a/>", XML_WORDS),
        (b"<a/>", WORDS),
        (b"<facture/>", Dictionary(row="//[", paths={"code": "x"})),
        (b"<facture/>", Dictionary(row="count(//*)", paths={"code": "x"})),
        (BOMB, XML_WORDS),
    ],
)
def test_what_nobody_understands_is_said_so(content, words):
    with pytest.raises(Unreadable) as why:
        read(content, words)
    assert why.value.template.endswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content):
    for start in (b"", b"UNB+", b"<", b"statut;numero_facture\n"):
        try:
            read(start + content, XML_WORDS)
        except Unreadable:
            continue
