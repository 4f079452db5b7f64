"""Fetches the public directory from open addresses, only when it has changed."""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import BinaryIO
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from ..errors import Denied, Unreachable
from ..text import _
from .public_hosts import PublicAdapter, leads_to_public

# A workbook of the directory weighs 27 MB.
MAX_BYTES = 300 << 20
_MAX_PAGE = 4 << 20
_REDIRECTIONS = 4
_TIMEOUT = (10, 60)
_BLOCK = 1 << 16
# Seconds for a whole file: a server that drips is left.
_LONGEST = 1800
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


def read_page(url: str, trusted: Collection[str] = ()) -> str:
    """Return a page's text.

    :param trusted: see `fetch`
    :raise Denied: an address that is not https, or not of the public Internet
    :raise Unreachable: the page does not come
    """
    with requests.Session() as session, _get(session, url, {}, trusted) as response:
        content = b"".join(_blocks(response, _MAX_PAGE))
    return content.decode(response.encoding or "utf-8", "replace")


def fetch(
    url: str, known: Stamp, into: BinaryIO, trusted: Collection[str] = ()
) -> Stamp | None:
    """Download a file, unless it is the one already known.

    :param known: what was told of the last version
    :param into: where its bytes go
    :param trusted: hosts of the shop's own network, or this machine, that the server
        itself names: as the address, never as where one is sent on to
    :return: its stamp, None when it has not changed
    :raise Denied: an address that is not https, or not of the public Internet
    :raise Unreachable: the file does not come, or not whole
    """
    marks = {}
    if known.url == url:
        marks = {
            "If-None-Match": known.etag or None,
            "If-Modified-Since": known.last_modified or None,
        }
    with requests.Session() as session, _get(session, url, marks, trusted) as response:
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


def _get(
    session: requests.Session, url: str, headers: dict, trusted: Collection[str]
) -> requests.Response:
    """Get an address and its redirections, which may leave neither https nor the public
    Internet; within the first address's own server they stay where it is.
    """
    first = _checked(url)
    own = f"{first.scheme}://{first.netloc}/" if first.hostname in trusted else None
    for scheme in ("http://", "https://"):
        session.mount(scheme, PublicAdapter())
    if own:
        session.mount(own, HTTPAdapter())
    try:
        for _redirection in range(_REDIRECTIONS):
            parts = _checked(url)
            if own != f"{parts.scheme}://{parts.netloc}/":
                _check_public(parts)
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
    """Yield the body block by block, up to a size and a time."""
    size, end = 0, time.monotonic() + _LONGEST
    try:
        for block in response.iter_content(_BLOCK):
            size += len(block)
            if time.monotonic() > end:
                raise _failed("time")
            if size > most:
                raise Unreachable(
                    _("What comes from this address is too large."), code="size"
                )
            yield block
    except (requests.RequestException, OSError) as error:
        raise _failed(type(error).__name__) from None


def _checked(url: str) -> SplitResult:
    """The parts of an address: only https, except to this very machine."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        usable = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        parts, local, usable = urlsplit(""), False, False
    if not usable or not (parts.scheme == "https" or local):
        raise Denied(_("The address of a download must start with https://."))
    return parts


def _check_public(parts: SplitResult) -> None:
    """Refuse an address of the shop's own network, by whatever name."""
    try:
        public = leads_to_public(parts.hostname, parts.port or 443)
    except (OSError, ValueError) as error:
        raise _failed(type(error).__name__) from None
    if not public:
        raise Denied(
            _(
                "A download must come from the public Internet: this address leads to "
                "the shop's own network or machine."
            )
        )


def _failed(code: str) -> Unreachable:
    return Unreachable(
        _("The directory could not be downloaded: %(code)s."),
        values={"code": code},
        code=code,
    )
