"""Deposits carried by several threads: bytes in, a typed answer out.

A thread keeps the connections it has opened: one session per thread, address and run.
Nothing here knows a database: whoever hands parcels over notes what became of them.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Protocol

from .answers import Deposit

# Seconds in which other outcomes may join the first: writing several costs little more.
_GATHER = 0.2


class Depositor(Protocol):
    """A channel's client, as one thread uses it."""

    def deposit(self, content: bytes, name: str, syntax: str) -> Deposit:
        """Deposit a file; see `piste.Piste.deposit` for the errors."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be deposited.

    :ivar key: what the caller knows it by
    :ivar route: what a thread keeps its connection under
    :ivar open_client: opens the client of this route
    """

    key: Hashable
    route: Hashable
    open_client: Callable[[], AbstractContextManager[Depositor]]
    name: str
    content: bytes
    syntax: str


class Couriers:
    """Threads that deposit parcels. One run, one owner; a context manager.

    As a platform that does not answer should not be asked many times at once, they
    begin one by one; each success lets one more be under way, up to four times the
    threads, so that none of these waits for the owner.

    :param threads: calls at the same time
    :param most_bytes: what may be under way together; a larger parcel goes alone
    """

    def __init__(self, threads: int, most_bytes: int):
        self._threads = threads
        self._most = 4 * threads
        self._most_bytes = most_bytes
        self._width = 1
        self._under_way: dict[Future, Parcel] = {}
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._clients = ExitStack()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="chorus-deposit")

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        """End what is under way, drop what has not begun, close the connections."""
        self._pool.shutdown(cancel_futures=True)
        self._clients.close()

    @property
    def busy(self) -> bool:
        """Whether some parcels have no outcome yet."""
        return bool(self._under_way)

    def room_for(self, sizes: Iterable[int]) -> int:
        """Tell how many of the next parcels, of these sizes in bytes, may go now."""
        number = len(self._under_way)
        weight = sum(len(parcel.content) for parcel in self._under_way.values())
        count = 0
        for size in sizes:
            weight += size
            full = number + count >= self._width or weight > self._most_bytes
            if full and number + count:
                break
            count += 1
        return count

    def take(self, parcel: Parcel) -> None:
        """Have a parcel deposited as soon as a thread is free."""
        self._under_way[self._pool.submit(self._carry, parcel)] = parcel

    def outcomes(self) -> list[tuple[Parcel, Deposit | Exception]]:
        """Wait until some parcels have an outcome; return them with it."""
        ended, others = wait(self._under_way, return_when=FIRST_COMPLETED)
        if len(others) > 2 * self._threads:  # enough for the threads meanwhile
            ended, _others = wait(self._under_way, _GATHER)
        outcomes = [
            (self._under_way.pop(future), future.exception() or future.result())
            for future in ended
        ]
        trouble = any(isinstance(outcome, Exception) for _parcel, outcome in outcomes)
        self._width = 1 if trouble else min(self._width + len(ended), self._most)
        return outcomes

    def _carry(self, parcel: Parcel) -> Deposit:
        client = self._client(parcel)
        return client.deposit(parcel.content, parcel.name, parcel.syntax)

    def _client(self, parcel: Parcel) -> Depositor:
        """This thread's client for a route, opened the first time."""
        mine = self._mine.__dict__
        if parcel.route not in mine:
            client = parcel.open_client()
            with self._lock:
                mine[parcel.route] = self._clients.enter_context(client)
        return mine[parcel.route]
