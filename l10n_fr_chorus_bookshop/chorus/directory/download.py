"""Fetches the public directory from open addresses, only when it has changed."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests

from ..errors import Denied, Unreachable
from ..text import _

# A workbook of the directory weighs 27 MB.
MAX_BYTES = 300 << 20
_MAX_PAGE = 4 << 20
_REDIRECTIONS = 4
_TIMEOUT = (10, 60)
_BLOCK = 1 << 16
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The name of the weekly file, wherever the page puts it this week.
_WEEKLY = re.compile(r"annuaire[^/]*\.(xlsx|zip|csv)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells a file from its next version: its address and the server's marks."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


def find_link(page: str, url: str) -> str:
    """Return the address of the weekly file that a page links, the last one by name.

    :param page: HTML
    :param url: the page's own address; a file elsewhere is not followed
    :raise Unreachable: the page links no such file
    """
    reader = _Links()
    reader.feed(page)
    there = [urljoin(url, link) for link in reader.found]
    host = urlsplit(url).hostname
    found = [
        one
        for one in there
        if _WEEKLY.search(urlsplit(one).path) and urlsplit(one).hostname == host
    ]
    if not found:
        raise Unreachable(
            _("The page no longer links the directory file."), code="link"
        )
    return max(found, key=lambda one: urlsplit(one).path.rpartition("/")[2])


def read_page(url: str) -> str:
    """Return a page's text.

    :raise Denied: an address that is not https
    :raise Unreachable: the page does not come
    """
    with requests.Session() as session, _get(session, url, {}) as response:
        content = b"".join(_blocks(response, _MAX_PAGE))
    return content.decode(response.encoding or "utf-8", "replace")


def fetch(url: str, known: Stamp, into: BinaryIO) -> Stamp | None:
    """Download a file, unless it is the one already known.

    :param known: what was told of the last version
    :param into: where its bytes go
    :return: its stamp, None when it has not changed
    :raise Denied: an address that is not https
    :raise Unreachable: the file does not come, or not whole
    """
    marks = {}
    if known.url == url:
        marks = {
            "If-None-Match": known.etag or None,
            "If-Modified-Since": known.last_modified or None,
        }
    with requests.Session() as session, _get(session, url, marks) as response:
        if response.status_code == 304:
            return None
        into.writelines(_blocks(response, MAX_BYTES))
        headers = response.headers
    expected = headers.get("Content-Length", "")
    encoded = headers.get("Content-Encoding")
    if expected.isdecimal() and not encoded and into.tell() != int(expected):
        raise Unreachable(_("The download stopped half-way."), code="cut")
    return Stamp(url, headers.get("ETag", ""), headers.get("Last-Modified", ""))


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name == "href" and value]


def _get(session: requests.Session, url: str, headers: dict) -> requests.Response:
    """Get an address and its redirections, none of which may leave https."""
    try:
        for _redirection in range(_REDIRECTIONS):
            _check(url)
            response = session.get(
                url,
                headers=headers,
                timeout=_TIMEOUT,
                stream=True,
                allow_redirects=False,
            )
            if not response.is_redirect:
                break
            url = urljoin(url, response.headers["Location"])
            response.close()
    except (requests.RequestException, OSError) as error:
        raise _failed(type(error).__name__) from None
    if response.status_code not in (200, 304):
        response.close()
        raise _failed(str(response.status_code))
    return response


def _blocks(response: requests.Response, most: int):
    """Yield the body block by block, up to a size."""
    size = 0
    try:
        for block in response.iter_content(_BLOCK):
            size += len(block)
            if size > most:
                raise Unreachable(
                    _("What comes from this address is too large."), code="size"
                )
            yield block
    except (requests.RequestException, OSError) as error:
        raise _failed(type(error).__name__) from None


def _check(url: str) -> None:
    """Only https, except to this very machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise Denied(_("The address of a download must start with https://."))


def _failed(code: str) -> Unreachable:
    return Unreachable(
        _("The directory could not be downloaded: %(code)s."),
        values={"code": code},
        code=code,
    )
