"""Programs that run behind: Odoo's server and the simulator."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from .console import Failure
from .environment import variables
from .paths import LOGS, ODOO_CONF, PYTHON, ROOT, TESTS_DIR

HOST = "127.0.0.1"
_PATIENCE = 120  # seconds
_LISTENING = re.compile(r"listening on (http://\S+)")


class Service(subprocess.Popen):
    """A running program that answers at ``url`` and logs to ``log``.

    As a context manager it is stopped at the end.
    """

    url: str = ""

    def __init__(self, command: list, log: Path, env: dict[str, str], cwd: Path = ROOT):
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            super().__init__(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                # Python imports from where it is started: a person's own folder
                # could hold anything.
                cwd=cwd,
                # Ctrl-C is for us; we then stop the service in good order.
                start_new_session=True,
            )

    def __exit__(self, *error) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask the program to end, and end it if it does not."""
        if self.poll() is None:
            self.send_signal(signal.SIGTERM)
        try:
            self.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait()

    def wait_until(self, answer: Callable[[], str | None], name: str) -> None:
        """Wait until ``answer`` tells the address, and keep it as ``url``."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.poll() is not None:
                raise Failure(f"{name} stopped at once: see {self.log}")
            url = answer()
            if url:
                self.url = url
                return
            time.sleep(0.1)
        self.stop()
        raise Failure(f"{name} did not answer in {_PATIENCE} s: see {self.log}")


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    """Whether nobody listens on ``port``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def need_free(port: int) -> None:
    """Refuse a port that somebody else has: his answers would pass for ours.

    :raises Failure: it is taken
    """
    if port and not is_free(port):
        raise Failure(f"port {port} is taken by another program: choose another one")


def start_odoo(
    database: str,
    port: int = 0,
    env: dict[str, str] | None = None,
    log: Path | None = None,
    workers: int = 0,
    crons: int = 1,
    more: tuple[str, ...] = (),
) -> Service:
    """Start Odoo's server on one database, and wait until it answers.

    :param more: further options of its command line
    :raises Failure: the port is taken, or the server stopped or stayed silent
    """
    need_free(port)
    port = port or free_port()
    command = [PYTHON, "-m", "odoo", "-c", ODOO_CONF, "-d", database]
    options = [
        f"--db-filter=^{re.escape(database)}$",
        "--no-database-list",
        f"--http-interface={HOST}",
        f"--http-port={port}",
        f"--gevent-port={free_port()}",
        f"--workers={workers}",
        f"--max-cron-threads={crons}",
    ]
    log = log or LOGS / f"odoo-{database}.log"
    service = Service([*command, *options, *more], log, variables(**(env or {})))
    url = f"http://{HOST}:{port}"
    service.wait_until(lambda: url if _answers(f"{url}/web/health") else None, "Odoo")
    return service


def simulator_command(port: int = 0) -> list[str]:
    """The command that runs the simulator of Chorus Pro, in the tests' folder."""
    if not (TESTS_DIR / "simulator" / "__main__.py").is_file():
        raise Failure("there is no simulator in tests/simulator")
    return [str(PYTHON), "-m", "simulator", "--port", str(port)]


def start_simulator(port: int = 0, log: Path | None = None) -> Service:
    """Start the simulator of Chorus Pro, and wait until it listens.

    :raises Failure: the port is taken, or the simulator stopped or stayed silent
    """
    need_free(port)
    command = simulator_command(port)
    log = log or LOGS / f"simulator-{os.getpid()}-{time.monotonic_ns()}.log"
    service = Service(command, log, variables(), cwd=TESTS_DIR)

    def address() -> str | None:
        found = _LISTENING.search(log.read_text(errors="replace"))
        return found and found[1].rstrip("/")

    service.wait_until(address, "the simulator")
    return service


def _answers(url: str) -> bool:
    try:
        # Straight to our own machine, whatever proxy the person's shell names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
