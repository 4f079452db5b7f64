"""Fetching the directory from open addresses: only when it changed, only by https."""

import io
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from chorus import outside
from chorus.directory import download as directory_download
from chorus.directory.download import Stamp, fetch, find_link, read_page
from chorus.errors import Denied, Unreachable
from chorus.outside import is_public

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
        name = urlsplit(self.path).path.strip("/")
        getattr(self, f"get_{name}", self.get_missing)()

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

    def get_inside(self):
        self.answer(302, Location=parse_qs(urlsplit(self.path).query)["to"][0])

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


def download(url, known=None, trusted=("127.0.0.1",)):
    """By default as on a server that names its own machine."""
    output = io.BytesIO()
    return fetch(url, known or Stamp(), output, trusted), output.getvalue()


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


# ---- OUR OWN NETWORK ----------------------------------------------------------------

# One machine, in the words that a system or a name server has for it.
INSIDE = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]"),
    *("localhost", "LOCALHOST", "10.0.0.1", "172.16.0.1"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "inside.example"),
)


@pytest.fixture
def names(monkeypatch):
    """A name server of which some names lead inside."""
    real = socket.getaddrinfo

    def lookup(host, *arguments, **options):
        known = {"inside.example": "192.168.7.7", "outside.example": "93.184.216.34"}
        return real(known.get(host, host), *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.usefixtures("names")
def test_no_redirection_leads_inside(address, host):
    """G16: what the first address sends on to is anybody's choice."""
    with pytest.raises((Denied, Unreachable)) as refused:
        download(f"{address}/inside?to=https://{host}/directory")
    assert isinstance(refused.value, Denied), refused.value.message


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.usefixtures("names")
def test_no_address_leads_inside_but_those_the_server_names(host):
    with pytest.raises(Denied):
        download(f"https://{host}/directory", trusted=())


def test_another_door_of_the_trusted_machine_is_inside(address):
    with pytest.raises(Denied):
        download(f"{address}/inside?to=http://127.0.0.1:9/directory")
    with pytest.raises(Denied):
        read_page(f"{address}/inside?to=http://127.0.0.1:9/directory", ("127.0.0.1",))


def test_a_name_that_turns_inside_once_it_was_looked_up(address, monkeypatch):
    """Who is connected counts, not who the name was a moment before."""
    monkeypatch.setattr(outside, "leads_to_public", lambda *_place: True)
    port = urlsplit(address).port
    for url in (f"https://127.0.0.1:{port}/x", f"http://localhost:{port}/directory"):
        with pytest.raises(Unreachable):
            download(f"{address}/inside?to={url}")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:a00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),  # Teredo of 127.0.0.1
        ("fe80::1%2", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_what_is_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url", ["https://", "https://a:99999/", "https://[::1/", "https://a:b/", "//x", "²"]
)
def test_what_is_no_address(url):
    with pytest.raises(Denied):
        download(url)


def test_a_file_that_drips_is_left(address, monkeypatch):
    monkeypatch.setattr(directory_download, "_LONGEST", -1)
    with pytest.raises(Unreachable) as refused:
        download(f"{address}/directory")
    assert refused.value.code == "time"


def test_nobody_answers():
    with pytest.raises(Unreachable):
        download("http://127.0.0.1:9/directory")


def test_link_of_the_week(address):
    url = f"{address}/page"
    link = find_link(read_page(url, ("127.0.0.1",)), url)
    folder = "wp-content/uploads/2026/11"
    assert link == f"{address}/{folder}/AIFE-Chorus-Pro-Annuaire_20261123.xlsx"


def test_page_without_the_link():
    with pytest.raises(Unreachable) as refused:
        find_link("<a href='/a.pdf'>", "https://example.org/annuaire")
    assert refused.value.code == "link"
