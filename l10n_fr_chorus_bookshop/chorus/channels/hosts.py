"""Where secrets that the server itself holds may go."""

from collections.abc import Iterable
from urllib.parse import urlsplit

# PISTE, the State's own gateway.
STATE_HOSTS = (".piste.gouv.fr",)


def host_of(address: str) -> str:
    """The host of an address or of a bare host name, in lower case; "" without any."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""


def are_trusted(addresses: Iterable[str], others: str = "") -> bool:
    """Tell whether all these addresses are the State's, or named by the server.

    :param addresses: URLs or host names; empty ones count for nothing
    :param others: more hosts, apart by commas, from a setting of the server: nothing
        that a user of the database may write
    """
    named = {host for one in others.split(",") if (host := host_of(one.strip()))}
    hosts = {host_of(one) for one in addresses if one}
    return bool(hosts) and all(
        host in named or host.endswith(STATE_HOSTS) for host in hosts
    )
