"""A mailbox over SFTP: the server's key is pinned, its password or our key opens it."""

import base64
import contextlib
import hashlib
import io
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_OPENDIR, CMD_READDIR
from paramiko.ssh_exception import (
    AuthenticationException,
    BadAuthenticationType,
    IncompatiblePeer,
    SSHException,
)

from ...errors import ChorusError, Denied, Unreachable
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
    :raises Denied: no encryption in common
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
    :raises Denied: wrong key, wrong credentials, no encryption in common
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
        with _in_time(transport, address.connect_timeout):
            _log_in(transport, address)
            client = _client(transport, address)
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
    except (UnicodeError, OverflowError, ValueError) as error:
        raise Denied(
            _("« %(host)s » cannot be the name of a server: correct the connection."),
            values={"host": address.host[:100]},
        ) from error
    except OSError as error:
        raise Unreachable(
            _("The mailbox's server cannot be reached."), reasons=[str(error)]
        ) from error
    transport = None
    try:
        transport = paramiko.Transport(line)
        transport.banner_timeout = address.connect_timeout
        transport.auth_timeout = address.connect_timeout
        transport.channel_timeout = address.connect_timeout
        _prefer_confirmed(transport, address.host_key)
        with _in_time(transport, address.connect_timeout):
            transport.start_client(timeout=address.connect_timeout)
        yield transport
    except IncompatiblePeer as error:
        raise Denied(
            _(
                "Odoo's server and the mailbox's have no encryption in common: one of "
                "them is too old. Show this to the operator and to your integrator."
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


def _prefer_confirmed(transport: paramiko.Transport, host_key: str) -> None:
    """Ask first for the kind of key that was confirmed: a server may have several."""
    kind = host_key.partition(" ")[0]
    kinds = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}.get(kind, (kind,))
    options = transport.get_security_options()
    known = options.key_types
    first = [one for one in kinds if one in known]
    options.key_types = (*first, *(one for one in known if one not in first))


@contextmanager
def _in_time(transport: paramiko.Transport, seconds: float) -> Iterator[None]:
    """Hang up on a server that does not answer: some waits have no time-out."""
    late = threading.Event()

    def hang_up():
        late.set()
        transport.close()

    watch = threading.Timer(seconds, hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    except (SSHException, EOFError, OSError, ChorusError) as error:
        if not late.is_set():
            raise
        raise Unreachable(
            _("The mailbox's server took the line, then did not answer in time."),
            reasons=[str(error)],
        ) from error
    finally:
        watch.cancel()


def _log_in(transport: paramiko.Transport, address: Address) -> None:
    """Show the key, the password, or both where the server wants both."""
    asked: list[str] = []
    try:
        if address.private_key:
            key = _private(address.private_key)
            asked = transport.auth_publickey(address.login, key)
        if address.password and (asked or not address.private_key):
            asked = transport.auth_password(address.login, address.password)
    except BadAuthenticationType as error:
        raise Denied(
            _("The mailbox wants another way to log in (%(kinds)s): ask the operator."),
            values={"kinds": ", ".join(error.allowed_types) or "?"},
        ) from error
    except AuthenticationException as error:
        raise Denied(
            _("The mailbox refuses the login, the password or the key."),
            reasons=[str(error)],
        ) from error
    except (SSHException, EOFError, OSError) as error:
        raise Unreachable(
            _("The mailbox does not answer."), reasons=[str(error)]
        ) from error
    if not transport.is_authenticated():
        raise Denied(
            _("The mailbox wants more to log in (%(kinds)s): ask the operator."),
            values={"kinds": ", ".join(asked) or "?"},
        )


def _client(transport: paramiko.Transport, address: Address) -> paramiko.SFTPClient:
    """Begin to speak SFTP; some servers print a message instead."""
    try:
        channel = transport.open_session(timeout=address.connect_timeout)
        channel.settimeout(address.connect_timeout)
        channel.invoke_subsystem("sftp")
        return paramiko.SFTPClient(channel)
    except (SSHException, paramiko.SFTPError, EOFError, OSError, ValueError) as error:
        raise Unreachable(
            _(
                "The mailbox's server lets us in, then does not speak SFTP: ask the "
                "operator whether this account is open."
            ),
            reasons=[str(error)],
        ) from error


def _private(text: str) -> paramiko.PKey:
    """Read a private key, whatever its kind and its file.

    :raises Denied: it is none, or it has a password of its own
    """
    content = text.strip().encode() + b"\n"
    if content.startswith((b"ssh-", b"ecdsa-", b"-----BEGIN PUBLIC")):
        raise Denied(_("This is the public key: the private one opens the mailbox."))
    if content.startswith(b"PuTTY"):
        raise Denied(_("This is a PuTTY key: export it in the form of OpenSSH."))
    openssh = b"OPENSSH PRIVATE KEY" in content[:60]
    load = serialization.load_ssh_private_key if openssh else _load_pem
    try:
        plain = load(content, None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        locked = isinstance(error, TypeError) or b"ENCRYPTED" in content
        raise Denied(
            _("The private key must have no password.")
            if locked
            else _("The private key cannot be read: paste the whole file.")
        ) from error
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with contextlib.suppress(SSHException, ValueError, IndexError):
            return kind.from_private_key(io.StringIO(plain.decode()))
    raise Denied(_("This kind of private key is not known: take RSA or Ed25519."))


def _load_pem(content: bytes, password: None):
    return serialization.load_pem_private_key(content, password)


def _as_text(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


class SftpStore:
    """Files of an SFTP server, links never followed."""

    cut = (SSHException, EOFError, ConnectionError, TimeoutError, paramiko.SFTPError)

    def __init__(self, client: paramiko.SFTPClient):
        self._client = client

    def entries(self, folder: str) -> list[Entry]:
        """As `mailbox.Store`."""
        client = self._client
        kind, message = client._request(CMD_OPENDIR, folder)
        if kind != CMD_HANDLE:
            raise paramiko.SFTPError("expected a handle")
        handle = message.get_binary()
        found = []
        try:
            while True:
                kind, message = client._request(CMD_READDIR, handle)
                for _count in range(message.get_int()):
                    # paramiko's own listing stops at a name that is not UTF-8.
                    name = os.fsdecode(message.get_string())
                    message.get_string()
                    attributes = paramiko.SFTPAttributes._from_msg(message)
                    if name not in (".", ".."):
                        found.append(_entry(name, attributes))
        except EOFError:
            return found
        finally:
            client._request(CMD_CLOSE, handle)

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
    return Entry(name, found.st_size or 0, regular, int(found.st_mtime or 0))


def _is_unsupported(error: OSError) -> bool:
    """Whether the server said that it does not know this request."""
    return error.errno is None and "unsupported" in str(error).lower()
