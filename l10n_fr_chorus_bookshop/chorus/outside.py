"""Calls that may only leave for the public Internet, wherever they are sent on."""

import socket
import time
from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from .errors import Denied, Unreachable
from .text import _

_TIMEOUT = (10, 60)
_BLOCK = 1 << 16
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# IPv6 addresses that stand for one of IPv4, in their last 32 bits (RFC 6052, RFC 4291).
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::/96"))
# PISTE, the State's own gateway.
STATE_HOSTS = (".piste.gouv.fr",)
# The server's own setting: hosts that it trusts besides, apart by commas. A variable of
# its environment, which no user of a database may write.
TRUSTED_HOSTS = "CHORUS_TRUSTED_HOSTS"


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet.

    :param address: as a socket writes it; not a name
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    ip = _within(ip)
    return ip.is_global and not ip.is_multicast


def _within(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, itself without any."""
    if isinstance(ip, IPv4Address):
        return ip
    if any(ip in network for network in _TRANSLATED) and int(ip) > 1:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo and ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip


def leads_to_public(host: str, port: int) -> bool:
    """Tell whether all that a name or an address stands for is public.

    Whatever a system reads as an address is one: 2130706433, 0x7f.1, 127.1.

    :raise OSError: nobody knows this name
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return all(is_public(place[0]) for *_kind, place in found)


class PublicAdapter(HTTPAdapter):
    """Connects to public addresses alone.

    A name may lead elsewhere a moment after it was looked up: what counts is who is
    connected. A proxy of the server's environment looks names up by itself.
    """

    def init_poolmanager(self, *args, **kwargs):
        # EXTENDS requests, which awaits nothing in return
        # pylint: disable=missing-return
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PublicPool,
            "https": _PublicSecurePool,
        }


class _PublicPeer:
    def _new_conn(self):
        # EXTENDS urllib3
        peer = super()._new_conn()
        if not is_public(peer.getpeername()[0]):
            peer.close()
            raise OSError("not a public address")
        return peer


class _PublicConnection(_PublicPeer, HTTPConnection):
    pass


class _PublicSecureConnection(_PublicPeer, HTTPSConnection):
    pass


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicSecureConnection


# ---- CALLS --------------------------------------------------------------------------


def call(
    session: requests.Session,
    url: str,
    trusted: Collection[str] = (),
    redirections: int = 0,
    **request: object,
) -> requests.Response:
    """Call an address and those it sends on to, which may leave neither https nor the
    public Internet; within the first address's own server they stay where it is.

    :param trusted: hosts of the shop's own network, or this machine, that the server
        itself names: as the address, never as where one is sent on to
    :param redirections: how often one may be sent on
    :param request: `method` (GET), `headers`, `data`: as requests takes them
    :return: an answer 200 or 304, its body not read
    :raise Denied: an address that is not https, or not of the public Internet
    :raise Unreachable: no such answer comes
    """
    first = checked(url)
    own = f"{first.scheme}://{first.netloc}/" if first.hostname in trusted else None
    for scheme in ("http://", "https://"):
        session.mount(scheme, PublicAdapter())
    if own:
        session.mount(own, HTTPAdapter())
    request = {"method": "GET", **request}
    try:
        for _sent_on in range(redirections + 1):
            parts = checked(url)
            if own != f"{parts.scheme}://{parts.netloc}/":
                _check_public(parts)
            response = session.request(
                url=url,
                timeout=_TIMEOUT,
                stream=True,
                allow_redirects=False,
                **request,
            )
            if not response.is_redirect:
                break
            url = urljoin(url, response.headers["Location"])
            response.close()
    except (requests.RequestException, OSError) as error:
        raise failed(type(error).__name__) from None
    if response.status_code not in (200, 304):
        response.close()
        raise failed(str(response.status_code))
    return response


def blocks(response: requests.Response, most: int, longest: float) -> Iterator[bytes]:
    """Yield the body block by block.

    :param most: bytes
    :param longest: seconds: a server that drips is left
    :raise Unreachable: it does not come whole, within these
    """
    size, end = 0, time.monotonic() + longest
    try:
        for block in pieces(response):
            size += len(block)
            if time.monotonic() > end:
                raise failed("time")
            if size > most:
                raise Unreachable(
                    _("What comes from this address is too large."), code="size"
                )
            yield block
    except (requests.RequestException, OSError) as error:
        raise failed(type(error).__name__) from None


def pieces(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it comes, decoded: a server that drips holds nobody up.

    `iter_content` waits until a whole block is there.

    :raise OSError: it does not come whole
    """
    raw = getattr(response, "raw", None)
    if not isinstance(raw, HTTPResponse) or not hasattr(raw, "read1"):
        yield from response.iter_content(_BLOCK)  # urllib3 before 2.1
        return
    try:
        while piece := raw.read1(_BLOCK, decode_content=True):
            yield piece
    except HTTPError as error:
        raise requests.ConnectionError(type(error).__name__) from None


def checked(url: str) -> SplitResult:
    """The parts of an address: only https, except to this very machine.

    :raise Denied: it is none
    """
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        usable = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        parts, local, usable = urlsplit(""), False, False
    if not usable or not (parts.scheme == "https" or local):
        raise Denied(_("This address must start with https://."))
    return parts


def _check_public(parts: SplitResult) -> None:
    """Refuse an address of the shop's own network, by whatever name."""
    try:
        public = leads_to_public(parts.hostname, parts.port or 443)
    except (OSError, ValueError) as error:
        raise failed(type(error).__name__) from None
    if not public:
        raise Denied(
            _(
                "This address leads to the shop's own network or machine: only the "
                "public Internet is asked."
            )
        )


def failed(code: str) -> Unreachable:
    """Nothing came from an address.

    :param code: HTTP's own, or the kind of failure
    """
    return Unreachable(
        _("Nothing came from this address: %(code)s."),
        values={"code": code},
        code=code,
    )


# ---- WHERE SECRETS THAT THE SERVER HOLDS MAY GO --------------------------------------


def host_of(address: str) -> str:
    """The host of an address or of a bare host name, in lower case; "" without any."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""


def named_hosts(text: str) -> set[str]:
    """The hosts of TRUSTED_HOSTS.

    :param text: its value
    """
    return {host for one in text.split(",") if (host := host_of(one.strip()))}


def are_trusted(addresses: Iterable[str], others: str = "") -> bool:
    """Tell whether all these addresses are the State's, or named by the server.

    :param addresses: URLs or host names; empty ones count for nothing
    :param others: the value of TRUSTED_HOSTS
    """
    trusted = named_hosts(others)
    hosts = {host_of(one) for one in addresses if one}
    return bool(hosts) and all(
        host in trusted or host.endswith(STATE_HOSTS) for host in hosts
    )
