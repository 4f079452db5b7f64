"""Worker processes of a campaign, in the way of Odoo's own prefork server.

`odoo shell` loads the database's registry once, then forks workers and replaces each
one that dies. A worker loops over `l10n_fr_chorus.transmission._work()`, the whole
product as it is but for two things:

- while there is a file `full-*`, making the readable invoice fails once, as on a full
  disk;
- while there is a file `rest`, no round begins;
- an answer is awaited one second, not sixty.
"""

import dataclasses
import errno
import logging
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api, sql_db

from bookshop_tool import workspace
from bookshop_tool.environment import variables

READ_TIMEOUT = 1.0
PAUSE = 0.15  # seconds between two rounds of a worker
# A busy machine is slow: two rounds of a thousand flows, a call each, take minutes.
_PATIENCE = 900

_logger = logging.getLogger(__name__)


class Crew:
    """The worker processes, seen by the campaign.

    :ivar folder: where each worker leaves a file named as its process, a byte a round
    """

    def __init__(self, database: str, folder: Path, count: int):
        self.folder = folder
        self.log = folder / "workers.log"
        self.log.touch()
        source = (
            "from bench.campaign import workers\n"
            f"workers.tend(env, {str(folder)!r}, {count})\n"
        )
        self._nurse = subprocess.Popen(
            [
                *map(str, (workspace.PYTHON, "-m", "odoo", "shell")),
                *map(str, ("-c", workspace.ODOO_CONF, "-d", database)),
                *("--no-http", f"--logfile={self.log}"),
            ],
            stdin=subprocess.PIPE,
            text=True,
            env=variables(),
            cwd=workspace.ROOT,
        )
        self._nurse.stdin.write(source)
        self._nurse.stdin.close()
        self._count = count
        self._rested = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._nurse.terminate()
        self._nurse.wait(timeout=_PATIENCE)
        for pid in self.pids():
            self._signal(pid)

    def wait_for_all(self) -> None:
        """Wait until every worker is at work."""
        self._wait(lambda: len(self.pids()) >= self._count)

    def wait_for_one(self) -> int:
        """Wait until a worker is alive; return one."""
        self._wait(self.pids)
        return random.choice(self.pids())

    def wait_for_round(self) -> None:
        """Wait until each worker alive has done a round since all rested."""

        def all_done():
            alive = self._rested.keys() & set(self.pids())
            return all(self._rounds(pid) > self._rested[pid] for pid in alive)

        self._wait(all_done)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Have every worker end its round and begin none: time may pass.

        No call lasts for hours, and none is held up between a question and what
        follows from its answer.
        """
        mark = self.folder / "rest"
        mark.touch()
        try:
            self._wait(
                lambda: all(
                    (self.folder / f"resting-{pid}").exists() for pid in self.pids()
                )
            )
            self._rested = {pid: self._rounds(pid) for pid in self.pids()}
            yield
        finally:
            mark.unlink()

    def _wait(self, condition) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if self._nurse.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the workers are not at work: see {self.log}")
            time.sleep(0.05)

    def _rounds(self, pid: int) -> int:
        """How many rounds a worker has done: its file grows by a byte for each."""
        path = self.folder / str(pid)
        return path.stat().st_size if path.exists() else 0

    def pids(self) -> list[int]:
        """The workers alive, oldest first."""
        found = sorted(int(path.name) for path in self.folder.glob("[0-9]*"))
        return [pid for pid in found if Path(f"/proc/{pid}").exists()]

    def kill(self, pid: int) -> None:
        """End a worker as a power cut would; another takes its place."""
        self._signal(pid)
        (self.folder / str(pid)).unlink(missing_ok=True)

    def count_in_log(self, words: str) -> int:
        """How many lines of the workers' log hold these words."""
        return self.log.read_text(errors="replace").count(words)

    def _signal(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


# ---- INSIDE `odoo shell` ------------------------------------------------------------


def tend(env, folder: str, count: int) -> None:
    """Keep this many workers alive until told to stop; never returns."""
    registry = env.registry
    prepare(registry, Path(folder))
    # A connection must not be shared with those who are born here.
    env.cr.rollback()
    sql_db.close_all()
    campaign = os.getppid()
    alive = set()
    signal.signal(signal.SIGTERM, lambda *_: _leave(alive))
    while os.getppid() == campaign:
        while len(alive) < count:
            alive.add(_born(registry, Path(folder)))
        pid, _status = os.waitpid(-1, os.WNOHANG)
        alive.discard(pid)
        time.sleep(0.02)
    _leave(alive)


def prepare(registry, folder: Path) -> None:
    """Change what this module's docstring says, in this process only."""
    moves = registry["account.move"]
    real = moves._l10n_fr_chorus_pages

    def pages(move, *arguments, **options):
        for full in folder.glob("full-*"):
            full.unlink(missing_ok=True)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        return real(move, *arguments, **options)

    moves._l10n_fr_chorus_pages = pages
    for name in ("_settings", "_access"):
        _hurry(registry["l10n_fr_chorus.connection"], name)


def _hurry(connection, name: str) -> None:
    """Have a client, whose settings this method gives, wait a second for an answer."""
    real = getattr(connection, name)

    def hurried(self):
        return dataclasses.replace(real(self), read_timeout=READ_TIMEOUT)

    setattr(connection, name, hurried)


def _born(registry, folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nurse = os.getppid()
    # Its connections bear its own number.
    registry._db = sql_db.db_connect(registry.db_name)
    rounds = folder / str(os.getpid())
    rounds.touch()
    rest, resting = folder / "rest", folder / f"resting-{os.getpid()}"
    while os.getppid() == nurse:
        if rest.exists():
            resting.touch()
            time.sleep(0.02)
            continue
        resting.unlink(missing_ok=True)
        if rest.exists():
            continue  # it came meanwhile, and saw us resting
        _round(registry)
        with rounds.open("a") as file:
            file.write(".")
        time.sleep(PAUSE * random.uniform(0.5, 1.5))
    os._exit(0)


def _round(registry) -> None:
    """One round; a worker whose connection was cut takes another."""
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["l10n_fr_chorus.transmission"]._work()
    except Exception:  # as a service unit that starts its program again
        _logger.exception("A round of the campaign's worker failed")


def _leave(alive: set[int]) -> None:
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    os._exit(0)
