"""The operator's mailbox: files left in one folder, answers found in another (R11).

A file is written under a dot-name, then renamed: the operator takes no dot-name, so
nothing half-written leaves. The final name belongs to one interchange for ever:
leaving it twice leaves it once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from ...errors import ChorusError, Denied, Doubtful, Refused, Unreachable
from ...facturx import archive
from ...text import _
from ..answers import Deposit

#: one EDIFACT interchange; the same with the PDF beside; a Factur-X
INVOIC, INVOIC_WITH_PDF, FACTURX = "INVOIC_D96A", "INVOIC_D96A_PDF", "FACTURX"
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.@=+ -]{0,198}")
# A year of states of a busy shop.
MOST_BYTES = 2_000_000
# Copies of an archived name that may stand beside each other.
_COPIES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """What a folder holds.

    :ivar name: bytes that are no text as the file system's own escapes
    :ivar regular: an ordinary file; neither a folder nor a link
    :ivar modified: when it last changed, in seconds, on the other side's clock
    """

    name: str
    size: int
    regular: bool = True
    modified: int = 0

    @property
    def mark(self) -> str:
        """What changes as long as somebody writes the file."""
        return f"{self.size} {self.modified}"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things lie.

    :ivar sent: the shop deposits here
    :ivar answers: the operator answers here
    :ivar archive: answers that were stored go here; "" to delete them
    :ivar taken: where the operator keeps what it took, "" when that cannot be seen
    :ivar suffix: what is added to a name in the archive
    """

    sent: str = "I"
    answers: str = "O"
    archive: str = "ARC"
    taken: str = ""
    suffix: str = ""


class Store(Protocol):
    """A tree of files; every method may raise OSError, or the transport's own."""

    #: what says that the line is cut: nothing is known of the last call
    cut: tuple[type[Exception], ...]

    def entries(self, folder: str) -> list[Entry]:
        """Return what a folder holds."""

    def stat(self, path: str) -> Entry | None:
        """Return one entry, None when nothing has this name; links not followed."""

    def read(self, path: str, most: int) -> bytes:
        """Return a file's first bytes, at most so many."""

    def put(self, path: str, content: bytes) -> None:
        """Write a file whole, in place of an older one."""

    def rename(self, path: str, new: str) -> None:
        """Give a file its new name, at once."""

    def remove(self, path: str) -> None:
        """Delete a file."""


class Mailbox:
    """Deposits and answers, over any store.

    :param most: no answer larger than this is read, in bytes
    """

    def __init__(self, store: Store, folders: Folders, most: int = MOST_BYTES):
        self._store = store
        self._folders = folders
        self._most = most

    # ---- DEPOSIT ------------------------------------------------------------------

    def deposit(self, name: str, content: bytes) -> None:
        """Leave a file for the operator.

        The same name with the same bytes, still there, counts as left: calling again
        after a lost answer does no harm while the operator has not taken it.

        :raises Unreachable: the file was certainly not left
        :raises Denied: the server refuses access to the folder, or the renaming
        :raises Refused: the name is not fit, or other bytes stand under it
        :raises Doubtful: the line was cut while it was renamed
        """
        check_name(name)
        path = f"{self._folders.sent}/{name}"
        draft = f"{self._folders.sent}/.{name}"
        with self._calling():
            if self._is_left(path, name, content):
                return
            self._put(draft, content)
        try:
            self._store.rename(draft, path)
        except self._store.cut as error:
            raise Doubtful(
                _("The line was cut while the file was left."), reasons=[str(error)]
            ) from error
        except OSError as error:
            self._settle_refused(path, name, content, error)

    def _put(self, draft: str, content: bytes) -> None:
        """Write a draft whole; what is not whole is not left behind."""
        try:
            self._store.put(draft, content)
            there = self._store.stat(draft)
        except (*self._store.cut, FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            self._forget(draft)
            raise Unreachable(
                _("The mailbox cannot keep the file: its disk may be full."),
                reasons=[str(error)],
            ) from error
        if there is None or there.size != len(content):
            self._forget(draft)
            raise Unreachable(_("The mailbox did not keep the whole file."))

    def _forget(self, draft: str) -> None:
        """Remove a draft that will not be left, if that can be done at all."""
        with suppress(*self._store.cut, OSError):
            self._store.remove(draft)

    def _is_left(self, path: str, name: str, content: bytes) -> bool:
        there = self._store.stat(path)
        if there and there.size != len(content):
            raise Refused(
                _("Another file already bears the name %(name)s."),
                values={"name": name},
            )
        return bool(there)

    def _settle_refused(self, path, name, content, error) -> None:
        """The renaming was answered by a failure, unless the line was cut silently."""
        try:
            if self._is_left(path, name, content):
                return
        except (*self._store.cut, OSError) as lost:
            raise Doubtful(
                _("The line was cut while the file was left."), reasons=[str(lost)]
            ) from lost
        self._forget(f"{self._folders.sent}/.{name}")
        raise Denied(
            _("The mailbox refuses to rename a file in the deposit folder."),
            reasons=[str(error)],
        ) from error

    def trace(self, name: str) -> bool:
        """Tell whether a deposit can still be seen, waiting or taken.

        :raises ChorusError: the mailbox does not answer
        """
        check_name(name)
        places = [f"{self._folders.sent}/{name}"]
        if self._folders.taken:
            taken = f"{self._folders.taken}/{name}"
            places += [taken, taken + self._folders.suffix]
        with self._calling():
            return any(self._store.stat(place) for place in places)

    def is_draft(self, name: str) -> bool:
        """Tell whether a deposit was begun and never left: proof that it did not go."""
        check_name(name)
        with self._calling():
            return self._store.stat(f"{self._folders.sent}/.{name}") is not None

    # ---- ANSWERS ------------------------------------------------------------------

    def answers(self) -> list[Entry]:
        """Return what the operator has left, oldest name first, dot-names apart.

        :raises ChorusError: the mailbox does not answer
        """
        with self._calling():
            found = self._store.entries(self._folders.answers)
        return sorted(
            (entry for entry in found if not entry.name.startswith(".")),
            key=lambda entry: entry.name,
        )

    def refusal(self, entry: Entry) -> str:
        """Return why an answer must not be read, "" when it may.

        Names come from outside: none may lead elsewhere.
        """
        if not _NAME.fullmatch(entry.name):
            return _("Its name is not that of a plain file.")
        if not entry.regular:
            return _("It is a link or a folder, not a file.")
        if entry.size > self._most:
            return _("It is larger than what is read.")
        return ""

    def fetch(self, entry: Entry) -> bytes | None:
        """Return the bytes of an answer, None when they cannot be had whole now.

        Another worker was quicker, or fewer came than there are.

        :raises Refused: the file is not one to read
        :raises ChorusError: the mailbox does not answer
        """
        if why := self.refusal(entry):
            raise Refused(why)
        path = f"{self._folders.answers}/{entry.name}"
        with self._calling():
            now = self._store.stat(path)
            if now is None:
                return None
            if not now.regular:
                raise Refused(_("It is a link or a folder, not a file."))
            try:
                content = self._store.read(path, self._most + 1)
            except FileNotFoundError:
                return None
        if len(content) > self._most:
            raise Refused(_("It is larger than what is read."))
        return content if len(content) >= now.size else None

    def put_away(self, name: str, mark: str = "") -> bool:
        """Archive an answer that is stored on our side, or delete it.

        :param mark: what it looked like when it was read; another one is left there
        :return: False when it is another one
        :raises ChorusError: it is still there; it may be read and stored again
        """
        check_name(name)
        path = f"{self._folders.answers}/{name}"
        with self._calling():
            there = self._store.stat(path)
            if there is None:
                return True  # another worker was quicker
            if mark not in ("", there.mark):
                return False
            if not self._folders.archive:
                self._store.remove(path)
                return True
            place = self._free_place(name)
            try:
                self._store.rename(path, place)
            except FileNotFoundError:
                if self._store.stat(path) is not None:
                    raise
        return True

    def _free_place(self, name: str) -> str:
        """A name nothing has in the archive: operators use some again."""
        base = f"{self._folders.archive}/{name}"
        for copy in range(_COPIES):
            place = f"{base}.{copy}" if copy else base
            if self._store.stat(place + self._folders.suffix) is None:
                return place + self._folders.suffix
        raise Denied(_("The archive holds too many files of the same name."))

    # ---- TROUBLE ------------------------------------------------------------------

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """What goes wrong here had no effect: it may be tried again later."""
        try:
            yield
        except ChorusError:
            raise
        except PermissionError as error:
            raise Denied(
                _("The mailbox refuses access to a folder."), reasons=[str(error)]
            ) from error
        except FileNotFoundError as error:
            raise Denied(
                _("A folder of the mailbox does not exist."), reasons=[str(error)]
            ) from error
        except self._store.cut as error:
            raise Unreachable(
                _("The mailbox does not answer."), reasons=[str(error)]
            ) from error
        except OSError as error:
            raise Unreachable(
                _("The mailbox's server could not do it."), reasons=[str(error)]
            ) from error


def check_name(name: str) -> None:
    """Refuse a name that could lead out of its folder.

    :raises Refused: it holds a separator, begins with a dot, or is too long
    """
    if not _NAME.fullmatch(name):
        raise Refused(
            _("« %(name)s » cannot be the name of a file in a mailbox."),
            values={"name": name[:60]},
        )


# ---- DEPOSITS ---------------------------------------------------------------------


class MailboxDepositor:
    """Keeps its line open from one file to the next, and opens another after trouble.

    :param open_mailbox: opens the mailbox
    :param who: the operator, named in what goes wrong
    """

    def __init__(
        self, open_mailbox: Callable[[], AbstractContextManager[Mailbox]], who: str
    ):
        self._open_mailbox = open_mailbox
        self._who = who
        self._line = ExitStack()
        self._mailbox: Mailbox | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._hang_up()

    def deposit(self, content: bytes, name: str, syntax: str) -> Deposit:
        """Leave one deposit; its number is its name, which nothing else ever bears.

        :param syntax: with the PDF beside, `content` is the archive of both files
        :raises ChorusError: see `Mailbox.deposit`
        """
        try:
            if self._mailbox is None:
                self._mailbox = self._line.enter_context(self._open_mailbox())
            for one, data in files_of(name, content, syntax):
                self._mailbox.deposit(one, data)
        except BaseException as error:
            self._hang_up()
            if isinstance(error, ChorusError):
                error.who = self._who
            raise
        return Deposit(name)

    def _hang_up(self) -> None:
        line, self._line, self._mailbox = self._line, ExitStack(), None
        line.close()


def files_of(name: str, content: bytes, syntax: str) -> list[tuple[str, bytes]]:
    """Return the files of a deposit, the one that counts last."""
    if syntax != INVOIC_WITH_PDF:
        return [(name, content)]
    files = archive.unpack(content)
    return sorted(files.items(), key=lambda one: PurePath(one[0]).suffix == ".edi")


def last_name(name: str, syntax: str) -> str:
    """Return the name of the file that counts, from the deposit's."""
    return f"{name.removesuffix('.tar.gz')}.edi" if syntax == INVOIC_WITH_PDF else name
