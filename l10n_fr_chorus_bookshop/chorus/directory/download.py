"""Fetches the public directory from open addresses, only when it has changed."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import requests

from .. import outside
from ..errors import Unreachable
from ..text import _

# A workbook of the directory weighs 27 MB.
MAX_BYTES = 300 << 20
_MAX_PAGE = 4 << 20
_REDIRECTIONS = 4
# Seconds for a whole file: a server that drips is left.
_LONGEST = 1800
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
    with (
        requests.Session() as session,
        outside.call(session, url, trusted, _REDIRECTIONS) as response,
    ):
        content = b"".join(outside.blocks(response, _MAX_PAGE, _LONGEST))
    return content.decode(response.encoding or "utf-8", "replace")


def fetch(
    url: str, known: Stamp, into: BinaryIO, trusted: Collection[str] = ()
) -> Stamp | None:
    """Download a file, unless it is the one already known.

    :param known: what was told of the last version
    :param into: where its bytes go
    :param trusted: as `outside.call` takes them
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
    with (
        requests.Session() as session,
        outside.call(session, url, trusted, _REDIRECTIONS, headers=marks) as response,
    ):
        if response.status_code == 304:
            return None
        into.writelines(outside.blocks(response, MAX_BYTES, _LONGEST))
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
