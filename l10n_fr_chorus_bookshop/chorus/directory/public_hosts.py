"""Calls that may only leave for the public Internet, wherever they are sent on."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# IPv6 addresses that stand for one of IPv4, in their last 32 bits (RFC 6052, RFC 4291).
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::/96"))


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
