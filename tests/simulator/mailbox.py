"""Dilicom's mailbox, simulated: SFTP on loopback, folders ``I``, ``O`` and ``ARC``.

Needs asyncssh; loaded only when a mailbox is opened. What an operator does with the
files is in ``robot``.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import asyncssh

from .robot import Robot

LOGIN, PASSWORD = "librairie", "secret"
FOLDERS = ("I", "O", "ARC")
#: what only an old server offers, and nothing else
LEGACY = {
    "kex_algs": ["diffie-hellman-group1-sha1"],
    "encryption_algs": ["aes128-cbc"],
    "mac_algs": ["hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
}
#: seconds between two rounds of a robot that works by itself
PAUSE = 0.1


class MailboxFaults:
    """What breaks next: ``{"kind", "times", "after"}``, by the call it strikes."""

    STRIKES = {
        "refuse": "connect",
        "wrong_password": "login",
        "slow_login": "login",
        "cut_write": "write",
        "disk_full": "write",
        "cut_before_rename": "rename",
        "cut_after_rename": "rename",
        "rename_refused": "rename",
        "cut_listing": "list",
        "cut_read": "read",
        "read_refused": "read",
        "cut_archiving": "archive",
        "archiving_refused": "archive",
        "read_only": "archive",
    }
    #: how often in a row some strike
    LASTING = {"read_only": 30}

    def __init__(self):
        self._lock = threading.Lock()
        self._rules = []
        self.struck = []

    def add(self, rule):
        if rule["kind"] not in self.STRIKES:
            raise ValueError(f"unknown fault {rule['kind']}")
        with self._lock:
            times = self.LASTING.get(rule["kind"], 1)
            self._rules.append({"times": times, "after": 0, **rule})

    def draw(self, call):
        """The fault that strikes this call, "" when none does."""
        with self._lock:
            for rule in self._rules:
                if self.STRIKES[rule["kind"]] != call or not rule["times"]:
                    continue
                if rule["after"]:
                    rule["after"] -= 1
                    continue
                rule["times"] -= 1
                self.struck.append(rule["kind"])
                return rule["kind"]
        return ""

    def clear(self):
        with self._lock:
            self._rules.clear()


class _Files(asyncssh.SFTPServer):
    """A chroot whose calls may break."""

    def __init__(self, channel, mailbox):
        self._mailbox = mailbox
        super().__init__(channel, chroot=str(mailbox.root).encode())

    def _strike(self, call):
        kind = self._mailbox.faults.draw(call)
        if kind.startswith("cut"):
            if kind == "cut_after_rename":
                return kind
            self._cut()
        if kind == "disk_full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if kind == "rename_refused":
            raise asyncssh.SFTPFailure("rename is not allowed here")
        if kind in ("read_refused", "archiving_refused", "read_only"):
            raise asyncssh.SFTPPermissionDenied("Permission denied")
        return kind

    def _cut(self):
        self.channel.get_connection().abort()
        raise asyncssh.SFTPConnectionLost("cut")

    def write(self, file_obj, offset, data):
        self._strike("write")
        return super().write(file_obj, offset, data)

    def read(self, file_obj, offset, size):
        self._strike("read")
        return super().read(file_obj, offset, size)

    def scandir(self, path):
        self._strike("list")
        return super().scandir(path)

    def rename(self, oldpath, newpath):
        return self._renamed(super().rename, oldpath, newpath)

    def posix_rename(self, oldpath, newpath):
        return self._renamed(super().posix_rename, oldpath, newpath)

    def _renamed(self, rename, oldpath, newpath):
        archiving = oldpath.lstrip(b"/").startswith(b"O/")
        kind = self._strike("archive" if archiving else "rename")
        answer = rename(oldpath, newpath)
        if kind == "cut_after_rename":
            self._cut()
        return answer


class _Door(asyncssh.SSHServer):
    """Lets in one login, by its password or its key."""

    def __init__(self, mailbox):
        self._mailbox = mailbox
        self._connection = None

    def connection_made(self, conn):
        self._connection = conn
        if self._mailbox.faults.draw("connect"):
            conn.abort()

    def begin_auth(self, username):
        if self._mailbox.client_key:
            keys = asyncssh.import_authorized_keys(self._mailbox.client_key)
            self._connection.set_authorized_keys(keys)
        return True

    def password_auth_supported(self):
        return not self._mailbox.client_key

    def validate_password(self, username, password):
        kind = self._mailbox.faults.draw("login")
        if kind == "slow_login":
            time.sleep(2)
        right = (username, password) == (LOGIN, PASSWORD)
        return right and kind != "wrong_password"


class Mailbox:
    """One running server and the robot behind it."""

    def __init__(self, platform, legacy=False, client_key=""):
        self.root = Path(tempfile.mkdtemp(prefix="mailbox-"))
        for folder in FOLDERS:
            (self.root / folder).mkdir()
        self.faults = MailboxFaults()
        self.client_key = client_key
        self.robot = Robot(platform, self.root)
        kind = "ssh-rsa" if legacy else "ssh-ed25519"
        self._key = asyncssh.generate_private_key(kind)
        self._algorithms = LEGACY if legacy else {}
        self._loop = asyncio.new_event_loop()
        self._server = None
        self._stopped = threading.Event()
        self.port = 0
        threading.Thread(target=self._run, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(20)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _open(self):
        self._server = await asyncssh.create_server(
            lambda: _Door(self),
            "127.0.0.1",
            self.port,
            server_host_keys=[self._key],
            sftp_factory=lambda channel: _Files(channel, self),
            allow_scp=False,
            **self._algorithms,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def change_key(self):
        """As after a reinstallation, or an impostor."""
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        asyncio.run_coroutine_threadsafe(self._reopen(), self._loop).result(20)

    async def _reopen(self):
        self._server.close()
        await self._server.wait_closed()
        await self._open()

    def work_alone(self):
        """Have the robot work by itself, until the end."""

        def rounds():
            while not self._stopped.wait(PAUSE):
                self.robot.round()

        threading.Thread(target=rounds, daemon=True).start()

    def describe(self):
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "login": LOGIN,
            "password": PASSWORD,
            "host_key": self._key.export_public_key().decode().strip(),
            "root": str(self.root),
        }

    def files(self):
        return {
            # A name that is no text is shown with question marks.
            folder: sorted(
                os.fsencode(path.name).decode("utf-8", "replace")
                for path in (self.root / folder).iterdir()
            )
            for folder in FOLDERS
        }

    def close(self):
        self._stopped.set()
        with contextlib.suppress(Exception):
            self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        shutil.rmtree(self.root, ignore_errors=True)
