"""What a person sees: progress lines, and errors in one line."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HEARTBEAT = 15  # seconds between two signs of life of a long step


class Failure(Exception):
    """Something a person has to put right; its text is the whole message."""


def say(message: str) -> None:
    """Print a progress line, apart from the results on standard output."""
    print(f"bookshop: {message}", file=sys.stderr, flush=True)


def run_logged(title: str, command: Sequence, log: Path, **options) -> None:
    """Run a long step with its output in ``log``, and show that it lives."""
    say(f"{title} ...")
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
        try:
            code = _wait(process, title, started)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if code:
        raise Failure(f"{title}: failed{_last_line(log)} (log: {log})")
    say(f"{title}: done in {time.monotonic() - started:.0f} s")


def _wait(process: subprocess.Popen, title: str, started: float) -> int:
    while True:
        try:
            return process.wait(timeout=HEARTBEAT)
        except subprocess.TimeoutExpired:
            say(f"{title} ... {time.monotonic() - started:.0f} s")


def _last_line(log: Path) -> str:
    """The last thing a failed program said, which is most often the reason.

    Odoo goes on informing about its own ending after the error that caused it.
    """
    lines = log.read_text(errors="replace").splitlines()
    telling = [line.strip() for line in lines if line.strip() and " INFO " not in line]
    return f": {telling[-1][:200]}" if telling else ""
