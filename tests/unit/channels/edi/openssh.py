"""A real OpenSSH server on loopback, with a private configuration."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from getpass import getuser
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SERVER = Path("/usr/lib/openssh/sftp-server")
FOLDERS = ("I", "O", "ARC")


def missing() -> str:
    """Why no server can be started here, "" when one can."""
    if not SSHD or not SERVER.exists():
        return "openssh-server is not there"
    return ""


def key(kind="ed25519", shape=serialization.PrivateFormat.OpenSSH, password=b""):
    """A new private key, as text."""
    made = (
        ed25519.Ed25519PrivateKey.generate()
        if kind == "ed25519"
        else rsa.generate_private_key(65537, 2048)
    )
    lock = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return made.private_bytes(serialization.Encoding.PEM, shape, lock).decode()


def public(private):
    """The public half of a key, as `ssh-… AAAA…`."""
    load = (
        serialization.load_ssh_private_key
        if "OPENSSH" in private
        else serialization.load_pem_private_key
    )
    return (
        load(private.encode(), None)
        .public_key()
        .public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        .decode()
    )


class Server:
    """One running sshd; `root` holds the mailbox's folders."""

    def __init__(self, folder, host_keys=("ed25519",), client="", **options):
        self.folder = Path(folder)
        self.root = self.folder / "box"
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True)
        self.client = client or key()
        self.host_keys = {kind: key(kind) for kind in host_keys}
        self.options = {"Subsystem": f"sftp {SERVER} -d {self.root}", **options}
        self.login = getuser()
        self.port = 0
        self._process = None

    def start(self):
        authorized = self.folder / "authorized"
        authorized.write_text(public(self.client) + "\n")
        lines = [
            f"ListenAddress 127.0.0.1:{self._free_port()}",
            f"AuthorizedKeysFile {authorized}",
            f"PidFile {self.folder / 'pid'}",
            "StrictModes no",
            "UsePAM no",
            "PermitRootLogin yes",
            *(f"{name} {value}" for name, value in self.options.items()),
        ]
        for kind, private in self.host_keys.items():
            path = self.folder / f"host_{kind}"
            path.write_text(private)
            path.chmod(0o600)
            lines.append(f"HostKey {path}")
        config = self.folder / "sshd_config"
        config.write_text("\n".join(lines) + "\n")
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = self.folder / "log"
        self._process = subprocess.Popen(
            [SSHD, "-D", "-f", str(config), "-E", str(log)]
        )
        self._wait(log)

    def _free_port(self):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        return self.port

    def _wait(self, log):
        for _attempt in range(100):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def host_key(self, kind="ed25519"):
        return public(self.host_keys[kind])


@contextmanager
def running(folder, **options):
    """A server, as long as it is needed."""
    server = Server(folder, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


__all__ = ["Server", "key", "missing", "public", "running"]
