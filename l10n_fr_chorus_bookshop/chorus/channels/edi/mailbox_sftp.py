"""A mailbox over SFTP: the server's key is pinned, its password or our key opens it."""

import base64
import contextlib
import hashlib
import io
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paramiko
from paramiko.ssh_exception import (
    AuthenticationException,
    IncompatiblePeer,
    SSHException,
)

from ...errors import Denied, Unreachable
from ...text import _
from .mailbox import Entry

# What a shop's internet line may take, in seconds.
CONNECT_TIMEOUT, CALL_TIMEOUT = 15.0, 60.0


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach and open a mailbox.

    :ivar host_key: the server's key that a person confirmed, as `ssh-… AAAA…`
    :ivar private_key: ours, in OpenSSH or PEM form; "" to open with the password
    """

    host: str
    port: int
    login: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    host_key: str = ""
    connect_timeout: float = CONNECT_TIMEOUT
    call_timeout: float = CALL_TIMEOUT


def offered_key(address: Address) -> str:
    """Return the key the server shows, without a word of ours about who we are.

    :raises Unreachable: nobody answers
    :raises Denied: the server offers only obsolete algorithms
    """
    with _transport(address) as transport:
        return _as_text(transport.get_remote_server_key())


def fingerprint(key: str) -> str:
    """Return the SHA-256 fingerprint of a key, as OpenSSH shows it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@contextmanager
def open_store(address: Address) -> Iterator["SftpStore"]:
    """Connect, compare the server's key, log in, and give its files.

    :raises Unreachable: nobody answers
    :raises Denied: wrong key, wrong credentials, obsolete algorithms
    """
    if not address.host_key:
        raise Denied(
            _(
                "The server's key is not confirmed yet: test the connection, compare "
                "the fingerprint with the operator's, then confirm it."
            )
        )
    with _transport(address) as transport:
        offered = _as_text(transport.get_remote_server_key())
        if offered != address.host_key:
            raise Denied(
                _(
                    "The server shows another key than the confirmed one "
                    "(%(fingerprint)s): ask the operator before anything is sent."
                ),
                values={"fingerprint": fingerprint(offered)},
            )
        try:
            _log_in(transport, address)
            client = paramiko.SFTPClient.from_transport(transport)
        except AuthenticationException as error:
            raise Denied(
                _("The mailbox refuses the login, the password or the key."),
                reasons=[str(error)],
            ) from error
        except (SSHException, EOFError, OSError) as error:
            raise Unreachable(
                _("The mailbox does not answer."), reasons=[str(error)]
            ) from error
        client.get_channel().settimeout(address.call_timeout)
        with contextlib.closing(client):
            yield SftpStore(client)


@contextmanager
def _transport(address: Address) -> Iterator[paramiko.Transport]:
    """Open an encrypted line, without logging in."""
    try:
        line = socket.create_connection(
            (address.host, address.port), address.connect_timeout
        )
    except OSError as error:
        raise Unreachable(
            _("The mailbox's server cannot be reached."), reasons=[str(error)]
        ) from error
    transport = None
    try:
        transport = paramiko.Transport(line)
        transport.banner_timeout = address.connect_timeout
        transport.auth_timeout = address.connect_timeout
        transport.start_client(timeout=address.connect_timeout)
        yield transport
    except IncompatiblePeer as error:
        raise Denied(
            _(
                "The server offers only obsolete encryption: ask the operator, or "
                "install the Python library paramiko 4 on this server."
            ),
            reasons=[str(error)],
        ) from error
    except (SSHException, EOFError) as error:
        raise Unreachable(
            _("The mailbox's server does not speak as it should."),
            reasons=[str(error)],
        ) from error
    finally:
        if transport:
            transport.close()
        line.close()


def _log_in(transport: paramiko.Transport, address: Address) -> None:
    if address.private_key:
        transport.auth_publickey(address.login, _private(address.private_key))
    else:
        transport.auth_password(address.login, address.password)


def _private(text: str) -> paramiko.PKey:
    """Read a private key, whatever its kind.

    :raises Denied: it is none, or it has a password of its own
    """
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (SSHException, ValueError, IndexError):
            continue
    raise Denied(_("The private key cannot be read; it must have no password."))


def _as_text(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


class SftpStore:
    """Files of an SFTP server, links never followed."""

    cut = (SSHException, EOFError, ConnectionError, TimeoutError)

    def __init__(self, client: paramiko.SFTPClient):
        self._client = client

    def entries(self, folder: str) -> list[Entry]:
        """As `mailbox.Store`."""
        return [_entry(one.filename, one) for one in self._client.listdir_attr(folder)]

    def stat(self, path: str) -> Entry | None:
        """As `mailbox.Store`."""
        try:
            return _entry(path.rpartition("/")[2], self._client.lstat(path))
        except FileNotFoundError:
            return None

    def read(self, path: str, most: int) -> bytes:
        """As `mailbox.Store`."""
        with self._client.open(path, "rb") as file:
            return file.read(most)

    def put(self, path: str, content: bytes) -> None:
        """As `mailbox.Store`."""
        with self._client.open(path, "wb") as file:
            file.set_pipelined(True)
            file.write(content)

    def rename(self, path: str, new: str) -> None:
        """As `mailbox.Store`; old servers do not know the POSIX way."""
        try:
            self._client.posix_rename(path, new)
        except OSError as error:
            if not _is_unsupported(error):
                raise
            self._client.rename(path, new)

    def remove(self, path: str) -> None:
        """As `mailbox.Store`."""
        self._client.remove(path)


def _entry(name: str, found: paramiko.SFTPAttributes) -> Entry:
    regular = found.st_mode is None or stat.S_ISREG(found.st_mode)
    return Entry(name, found.st_size or 0, regular)


def _is_unsupported(error: OSError) -> bool:
    """Whether the server said that it does not know this request."""
    return error.errno is None and "unsupported" in str(error).lower()
