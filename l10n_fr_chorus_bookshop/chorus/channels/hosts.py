"""Where secrets that the server itself holds may go."""

from collections.abc import Iterable
from urllib.parse import urlsplit

# PISTE, the State's own gateway.
STATE_HOSTS = (".piste.gouv.fr",)
# The server's own setting: hosts that it trusts besides, apart by commas. A variable of
# its environment, which no user of a database may write.
TRUSTED_HOSTS = "CHORUS_TRUSTED_HOSTS"


def host_of(address: str) -> str:
    """The host of an address or of a bare host name, in lower case; "" without any."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""


def named(text: str) -> set[str]:
    """The hosts of TRUSTED_HOSTS.

    :param text: its value
    """
    return {host for one in text.split(",") if (host := host_of(one.strip()))}


def are_trusted(addresses: Iterable[str], others: str = "") -> bool:
    """Tell whether all these addresses are the State's, or named by the server.

    :param addresses: URLs or host names; empty ones count for nothing
    :param others: the value of TRUSTED_HOSTS
    """
    trusted = named(others)
    hosts = {host_of(one) for one in addresses if one}
    return bool(hosts) and all(
        host in trusted or host.endswith(STATE_HOSTS) for host in hosts
    )
