"""G12, G18: every reader of what others write is bounded, whatever it reads."""

import base64
import contextlib
import io
import os
import socket
import threading
import time
import zipfile
from datetime import date, datetime, timezone
from decimal import Decimal
from types import SimpleNamespace

import pytest
import requests
from PIL import Image

from chorus import orders
from chorus.channels.approved import cdar
from chorus.channels.edi import returns
from chorus.channels.edi.answer import Dictionary, Unreadable
from chorus.channels.piste import answer, corrections
from chorus.channels.response import read_whole
from chorus.errors import Refused, UnreadableFile
from chorus.files import zip as zip_file
from chorus.payment.line import Line, words
from chorus.typeset.letterhead import Letterhead
from orders_corpus.pdf import one_page

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)


pytestmark = pytest.mark.usefixtures("quick")


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def members(count):
    return archive(**{f"{rank:x}": b"" for rank in range(count)})


def notes(content, name):
    return " ".join(map(str, orders.read_file(content, name).notes))


# ---- ORDER FORMS -----------------------------------------------------------------


@pytest.mark.parametrize(
    "row", ["engagement", "siret du ", "le", "reference a rappeler"]
)
def test_words_without_a_blank_are_read_in_one_way(row):
    """Seventy letters kept a worker busy for minutes."""
    orders.read(orders.mail_pages("", row + "abcdefghij" * 190))
    orders.read(orders.mail_pages("", row * 200))


def test_an_order_longer_than_any_is_cut(monkeypatch):
    read, candidates = [], orders.scan.candidates

    def counted(sheet, accepts):
        read.extend(len(row.text) for row in sheet.rows)
        return candidates(sheet, accepts)

    monkeypatch.setattr(orders.scan, "candidates", counted)
    row = "siret 2199 engagement n 12 " * 70 + "\n"
    reading = orders.read_file((row * 500).encode(), "a.txt")
    assert orders.TOO_MUCH_TEXT in [one.template for one in reading.notes]
    assert 0.9 * orders.MAX_TEXT < sum(read) <= orders.MAX_TEXT


def test_a_sign_that_stands_for_eighteen():
    orders.read_file(("\ufdfa" * 3_000_000).encode(), "a.txt")


def test_a_page_that_repeats_a_form():
    text = b"BT /F1 10 Tf (engagement) Tj ET\n"
    bomb = one_page(b"/X1 Do " * 1000, form=text * 2000)
    assert "draws too much" in notes(bomb, "a.pdf")


def test_a_font_that_tells_a_million_letters():
    letters = b"begincmap\nbeginbfchar\n" + b"<0001> <0041>\n" * 300_000
    bomb = one_page(b"BT /F1 10 Tf (a) Tj ET", letters=letters)
    assert "draws too much" in notes(bomb, "a.pdf")


def test_a_document_of_empty_paragraphs():
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    words_ = f'<w:d xmlns:w="{space}">{"<w:p/>" * 500_000}</w:d>'
    bomb = archive(**{"word__document.xml": words_, "noise": os.urandom(30_000)})
    assert "too large" in notes(bomb, "a.docx")


def test_an_archive_of_many_members_is_not_even_listed():
    bomb = members(30_000)
    with pytest.raises(UnreadableFile):
        zip_file.opened(io.BytesIO(bomb))
    assert orders.read_file(bomb, "a.docx").notes
    with pytest.raises(Refused):
        corrections.unpack(base64.b64encode(bomb).decode())
    assert zip_file.opened(io.BytesIO(members(900)))


@pytest.mark.parametrize(
    "mail",
    [
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
        b"Subject: " + b"(" * 200_000 + b"\n\nx",
        b"To: " + b"a@b.fr, " * 50_000 + b"\n\nx",
    ],
    ids=["parts", "words", "brackets", "people"],
)
def test_a_mail_of_parts_or_words_without_end(mail):
    assert "cannot be read" in notes(mail, "a.eml")


# ---- WHAT NETWORKS ANSWER --------------------------------------------------------


def test_a_status_message_of_nothing_but_tags():
    with pytest.raises(UnreadableFile):
        cdar.read(b"<r>" + b"<a/>" * 1_000_000 + b"</r>", NOW, "Europe/Paris")


def test_references_are_counted_over_all_documents():
    reference = b"<ReferenceReferencedDocument/>"
    document = (
        b"<AcknowledgementDocument>" + reference * 900 + b"</AcknowledgementDocument>"
    )
    root = b"CrossDomainAcknowledgementAndResponse"
    with pytest.raises(UnreadableFile):
        cdar.read(b"<%s>%s</%s>" % (root, document * 20, root), NOW, "Europe/Paris")


def test_an_operators_file_of_nothing_but_tags():
    with pytest.raises(Unreadable):
        returns.read(b"<r>" + b"<a/>" * 500_000 + b"</r>", Dictionary(row="//f"))


@pytest.mark.parametrize(
    "content", [b'{"a":[' + b"{}," * 3_000_000 + b"{}]}", b'{"a":' + b"[" * 3_000_000]
)
def test_an_answer_of_nothing_but_signs(content):
    assert answer._json(SimpleNamespace(content=content)) is None


class Dripping:
    """An answer that never ends."""

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def iter_content(self, _block):
        while True:
            yield b"x" * 1000


@pytest.mark.parametrize("limits", [{"most": 100_000}, {"longest": 0.05}])
def test_an_answer_that_never_ends_is_left(limits):
    with pytest.raises(OSError, match="too"):
        read_whole(Dripping(), **limits)


def test_a_body_that_drips_below_its_announced_length_is_left():
    """A byte now and then keeps a time-out from ever being reached."""
    left, end = threading.Event(), time.monotonic() + 5
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def drip():
            peer, _address = server.accept()
            with peer, contextlib.suppress(OSError):
                peer.recv(65536)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
                while not left.wait(0.01) and time.monotonic() < end:
                    peer.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        response = requests.get(address, stream=True, timeout=5)
        with pytest.raises(OSError, match="too slow"):
            read_whole(response, longest=0.1)
        left.set()
        thread.join()


# ---- PICTURES, BANK LINES --------------------------------------------------------


def picture(width, height, kind="PNG"):
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, kind)
    return buffer.getvalue()


def test_a_logo_of_many_points_is_left_out():
    assert Letterhead(logo=picture(9000, 9000)).picture is None
    assert Letterhead(logo=picture(3000, 2000)).picture.width == 33.0


@pytest.mark.parametrize(
    "logo", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", picture(9, 9)[:40]]
)
def test_a_logo_that_another_program_would_draw_is_left_out(logo):
    assert Letterhead(logo=logo).picture is None


@pytest.mark.parametrize("text", ["MDT" + "." * 50_000, "DP N" * 20_000, "1 " * 90_000])
def test_a_bank_line_without_an_end(text):
    assert words(Line((text,), Decimal(1), date(2026, 1, 1)))
