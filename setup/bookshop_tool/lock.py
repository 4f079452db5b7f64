"""One set-up at a time in a runtime folder, however many commands run."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .console import Failure, say
from .paths import RUNTIME

_threads = threading.RLock()
_depth = 0


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the runtime folder's lock; entering it again inside is free.

    The kernel lets go of the lock when the process ends, even killed.
    """
    global _depth
    with _threads:
        if _depth:
            yield
            return
        handle = _open()
        try:
            _acquire(handle)
            _depth = 1
            yield
        finally:
            _depth = 0
            os.close(handle)


def _open() -> int:
    try:
        RUNTIME.mkdir(parents=True, exist_ok=True)
        return os.open(RUNTIME / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Failure(
            f"{RUNTIME} is not writable ({error.strerror}); "
            "set BOOKSHOP_RUNTIME to a folder of yours"
        ) from error


def _acquire(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another bookshop command to finish its set-up")
        fcntl.flock(handle, fcntl.LOCK_EX)
