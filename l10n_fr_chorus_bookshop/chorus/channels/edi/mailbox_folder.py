"""A mailbox that is a folder of this machine: another program carries the files."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from ...errors import Denied
from ...text import _
from .mailbox import Entry


class FolderStore:
    """Files under a root, links never followed.

    :param root: the mailbox's folder
    :param allowed: the folder that the server's owner opened to mailboxes
    :raises Denied: no such folder, or it lies elsewhere
    """

    cut: tuple[type[Exception], ...] = ()

    def __init__(self, root: str, allowed: str):
        if not allowed:
            raise Denied(
                _(
                    "The server opens no folder to mailboxes: its owner names one in "
                    "the environment variable CHORUS_MAILBOX_ROOT."
                )
            )
        self._root = Path(allowed, root).resolve()
        if not self._root.is_relative_to(Path(allowed).resolve()):
            raise Denied(_("This folder lies outside those open to mailboxes."))
        if not self._root.is_dir():
            raise Denied(_("The mailbox's folder does not exist."))

    def entries(self, folder: str) -> list[Entry]:
        """As `mailbox.Store`."""
        entries = []
        with os.scandir(self._root / folder) as found:
            for one in found:
                with suppress(FileNotFoundError):  # gone meanwhile
                    entries.append(_entry(one.name, one.stat(follow_symlinks=False)))
        return entries

    def stat(self, path: str) -> Entry | None:
        """As `mailbox.Store`."""
        place = self._root / path
        try:
            found = place.lstat()
        except FileNotFoundError:
            return None
        return _entry(place.name, found)

    def read(self, path: str, most: int) -> bytes:
        """As `mailbox.Store`."""
        handle = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, "rb") as file:
            return file.read(most)

    def put(self, path: str, content: bytes) -> None:
        """As `mailbox.Store`; on the disk before it is renamed."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(self._root / path, flags, 0o660), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, path: str, new: str) -> None:
        """As `mailbox.Store`."""
        (self._root / path).rename(self._root / new)

    def remove(self, path: str) -> None:
        """As `mailbox.Store`."""
        (self._root / path).unlink()


def _entry(name: str, found: os.stat_result) -> Entry:
    regular = stat.S_ISREG(found.st_mode)
    return Entry(name, found.st_size, regular, int(found.st_mtime))
