"""What carries deposits to a mailbox."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import PurePath

from ...errors import ChorusError
from ...facturx import archive
from ..answers import Deposit
from .mailbox import Mailbox

#: one EDIFACT interchange; the same with the PDF beside; a Factur-X
INVOIC, INVOIC_WITH_PDF, FACTURX = "INVOIC_D96A", "INVOIC_D96A_PDF", "FACTURX"


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
        :raises ChorusError: see `mailbox.Mailbox.deposit`
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
