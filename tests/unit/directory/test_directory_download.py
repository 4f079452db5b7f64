"""Fetching the directory from open addresses: only when it changed, only by https."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chorus.directory import download as directory_download
from chorus.directory.download import Stamp, fetch, find_link, read_page
from chorus.errors import Denied, Unreachable

CONTENT = b"PK\x03\x04 the directory" * 1000
DATED = "Mon, 23 Nov 2026 02:00:00 GMT"
PAGE = """
<a href="/wp-content/uploads/2026/11/AIFE-Chorus-Pro-Annuaire_20261116.xlsx">old</a>
<a href='/wp-content/uploads/2026/11/AIFE-Chorus-Pro-Annuaire_20261123.xlsx'>new</a>
<a href="https://elsewhere.example/AIFE-Chorus-Pro-Annuaire_20991231.xlsx">x</a>
<a href="/annuaire-notice.pdf">notice</a><a>nothing</a>
"""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        getattr(self, f"get_{self.path.strip('/')}", self.get_missing)()

    def get_directory(self):
        if "v1" in (self.headers.get("If-None-Match") or "") or (
            self.headers.get("If-Modified-Since") == DATED
        ):
            self.answer(304)
        else:
            self.answer(200, CONTENT, ETag='"v1"', **{"Last-Modified": DATED})

    def get_moved(self):
        self.answer(302, Location="/directory")

    def get_insecure(self):
        self.answer(302, Location="http://elsewhere.example/directory")

    def get_turning(self):
        self.answer(302, Location="/turning")

    def get_cut(self):
        self.answer(200, CONTENT[:100], length=len(CONTENT))

    def get_page(self):
        self.answer(200, PAGE.encode())

    def get_missing(self):
        self.answer(404, b"?")

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Tests are silent."""


@pytest.fixture(scope="module")
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def download(url, known=None):
    output = io.BytesIO()
    return fetch(url, known or Stamp(), output), output.getvalue()


@pytest.mark.parametrize("path", ["directory", "moved"])
def test_file_and_its_marks(address, path):
    stamp, content = download(f"{address}/{path}")
    assert content == CONTENT
    assert stamp == Stamp(f"{address}/{path}", '"v1"', DATED)


@pytest.mark.parametrize("marks", [('"v1"', ""), ("", DATED)])
def test_file_already_known_is_not_downloaded(address, marks):
    url = f"{address}/directory"
    assert download(url, Stamp(url, *marks)) == (None, b"")


def test_marks_of_another_address_do_not_count(address):
    stamp, _content = download(f"{address}/directory", Stamp("x", '"v1"', DATED))
    assert stamp is not None


def test_file_cut_on_its_way(address):
    with pytest.raises(Unreachable):
        download(f"{address}/cut")


def test_too_large(address, monkeypatch):
    monkeypatch.setattr(directory_download, "MAX_BYTES", 1000)
    with pytest.raises(Unreachable) as refused:
        download(f"{address}/directory")
    assert refused.value.code == "size"


@pytest.mark.parametrize("path", ["missing", "turning"])
def test_what_does_not_come(address, path):
    with pytest.raises(Unreachable):
        download(f"{address}/{path}")


@pytest.mark.parametrize(
    "url", ["http://elsewhere.example/a", "ftp://127.0.0.1/a", "file:///etc/hosts", ""]
)
def test_only_https(url):
    with pytest.raises(Denied):
        download(url)


def test_redirection_out_of_https(address):
    with pytest.raises(Denied):
        download(f"{address}/insecure")


def test_nobody_answers():
    with pytest.raises(Unreachable):
        download("http://127.0.0.1:9/directory")


def test_link_of_the_week(address):
    url = f"{address}/page"
    link = find_link(read_page(url), url)
    folder = "wp-content/uploads/2026/11"
    assert link == f"{address}/{folder}/AIFE-Chorus-Pro-Annuaire_20261123.xlsx"


def test_page_without_the_link():
    with pytest.raises(Unreachable) as refused:
        find_link("<a href='/a.pdf'>", "https://example.org/annuaire")
    assert refused.value.code == "link"
