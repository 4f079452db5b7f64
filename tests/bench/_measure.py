"""What the measurements of sending and following share.

A measurement has two halves. The first makes invoices and whatever else is given; the
second runs in a process of its own, as a worker does, so that its memory and its SQL
are those of the work alone. Both are the same script, told apart by `--platform`.
"""

import argparse
import json
import os
import resource
import shlex
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import requests
from pypdf import PdfWriter

from odoo import Command, fields, sql_db

from bookshop_tool import workspace
from simulator.client import Admin, connection

MODULE = "l10n_fr_chorus_bookshop"
# Invoices made and posted in one go.
CHUNK = 250
# A deposit is integrated, and its invoices available, as soon as it is read.
AT_ONCE = dict.fromkeys(
    ("found_after", "processing_after", "integrated_after", "available_after"), 0
)


def options(name: str, add=None) -> argparse.Namespace:
    """Read the arguments: `--invoices`, what `add` adds, and the second half's."""
    parser = argparse.ArgumentParser(prog=f"bookshop bench {name}")
    parser.add_argument("--invoices", type=int, default=1000)
    parser.add_argument("--platform", help=argparse.SUPPRESS)
    if add:
        add(parser)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


def second_half(env, script: str, platform: str) -> None:
    """Run the measured half of a script in a fresh process, on what is committed."""
    env.cr.commit()
    arguments = shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", ""))
    done = workspace.run_shell(
        env.cr.dbname, Path(script), *arguments, "--platform", platform
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def report(result: dict) -> None:
    """Print the result on one line."""
    print(
        json.dumps(
            {
                name: round(value, 3) if isinstance(value, float) else value
                for name, value in result.items()
            }
        ),
        flush=True,
    )


# --- data ----------------------------------------------------------------------------


def open_shop(env, url: str, **values):
    """Connect the demonstration's bookshop to a platform; its own environment."""
    company = env.ref(f"{MODULE}.company_bookshop")
    context = {"allowed_company_ids": company.ids, "tracking_disable": True}
    env = env(context={**env.context, **context})
    env["l10n_fr_chorus.connection"].create(
        {
            "company_id": company.id,
            **connection(url, company.company_registry),
            **values,
        }
    )
    env["l10n_fr_chorus.structure"].search([]).write(
        {"source": "api", "checked_at": fields.Datetime.now()}
    )
    return env


def requested(env, count: int, weight: int = 0):
    """Make posted one-line invoices with their originals, ready to leave.

    :param weight: bytes to add to each document, which nothing can pack
    """
    for start in range(0, count, CHUNK):
        moves = env["account.move"].create(
            [invoice(env, start + rank) for rank in range(min(CHUNK, count - start))]
        )
        moves._post()
        moves.l10n_fr_chorus_send()
        env.cr.commit()
    page = _page(weight)
    env.company.l10n_fr_chorus_layout = "odoo"  # its page has no tags
    with patch.object(
        type(env["account.move"]), "_l10n_fr_chorus_pages", lambda *_: lambda: page
    ):
        env["l10n_fr_chorus.submission"]._prepare_due()
    env.cr.commit()
    queued = env["l10n_fr_chorus.submission"].search_count([("state", "=", "queued")])
    if queued != count:
        message = f"{queued} invoices are ready to leave instead of {count}"
        raise AssertionError(message)


def invoice(env, rank: int) -> dict:
    line = {"product_id": env.ref(f"{MODULE}.product_book_01").id, "price_unit": 10.55}
    return {
        "move_type": "out_invoice",
        "partner_id": env.ref(f"{MODULE}.partner_seine_maritime").id,
        "purchase_order_reference": f"EJ-{rank}",
        "invoice_line_ids": [Command.create(line)],
    }


def _page(weight: int) -> bytes:
    """A PDF of one empty page and of some weight: rendering is not measured here."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if weight:
        writer.add_attachment("weight", os.urandom(weight))
    with tempfile.TemporaryFile() as file:
        writer.write(file)
        file.seek(0)
        return file.read()


# --- instruments ---------------------------------------------------------------------


class Meter:
    """What a piece of work costs, and the same calls again for its floor."""

    def __init__(self, platform: str):
        self.platform = Admin(platform)
        self.result = {}
        self._requests = []

    def __enter__(self):
        self._bodies = tempfile.TemporaryDirectory()
        self._folder = Path(self._bodies.name)
        return self

    def __exit__(self, *error):
        self._bodies.cleanup()

    @contextmanager
    def measure(self):
        """Measure the block: time, SQL, commits, calls and the peak of memory."""
        self.platform.clear_calls()
        commits = []
        commit, request = sql_db.Cursor.commit, requests.Session.request

        def counted(cursor):
            commits.append(1)
            return commit(cursor)

        def kept(session, method, url, **keywords):
            self._keep(method, url, keywords)
            return request(session, method, url, **keywords)

        forget_peak()
        before = memory("VmRSS")
        queries = sql_db.sql_counter
        cpu, wall = time.process_time(), time.monotonic()
        with (
            patch.object(sql_db.Cursor, "commit", counted),
            patch.object(requests.Session, "request", kept),
        ):
            yield
        self.result = {
            **self._calls(),
            "sql_queries": sql_db.sql_counter - queries,
            "commits": len(commits),
            "cpu_seconds": time.process_time() - cpu,
            "wall_seconds": time.monotonic() - wall,
            "rss_before_mb": before,
            "peak_rss_mb": memory("VmHWM"),
        }

    def _calls(self) -> dict:
        paths = [call["path"] for call in self.platform.calls()["calls"]]
        tokens = sum("oauth" in path for path in paths)
        return {"http_calls": len(paths), "tokens": tokens}

    def _keep(self, method: str, url: str, keywords: dict) -> None:
        """Note a request; its body goes to a file, not to the memory measured."""
        path = self._folder / str(len(self._requests))
        body = keywords["data"]
        with path.open("wb") as file:
            shutil.copyfileobj(body, file)
        body.seek(0)
        rest = {name: value for name, value in keywords.items() if name != "data"}
        self._requests.append((method, url, rest, path))

    def floor_http(self) -> dict:
        """The same calls by a bare loop on one connection."""
        cpu, wall = time.process_time(), time.monotonic()
        with requests.Session() as session:
            session.trust_env = False
            for method, url, keywords, path in self._requests:
                session.request(method, url, data=path.read_bytes(), **keywords)
        return {
            "floor_http_cpu_seconds": time.process_time() - cpu,
            "floor_http_wall_seconds": time.monotonic() - wall,
        }


def floor_sql(env, *statements) -> dict:
    """The same rows by bare statements, undone afterwards."""
    cpu, wall = time.process_time(), time.monotonic()
    for statement in statements:
        env.cr.execute(statement)
    result = {
        "floor_sql_queries": len(statements),
        "floor_sql_cpu_seconds": time.process_time() - cpu,
        "floor_sql_wall_seconds": time.monotonic() - wall,
    }
    env.cr.rollback()
    return result


def processor() -> float:
    """Seconds of processor that this process and the programs it started have had.

    Of those that have ended, the system tells; one that still runs, as the
    Schematron's does, is looked up.
    """
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    running = sum(_ticks(stat) for stat in Path("/proc").glob("[0-9]*/stat"))
    ended = sum(one.ru_utime + one.ru_stime for one in usages)
    return ended + running / os.sysconf("SC_CLK_TCK")


def _ticks(stat: Path) -> int:
    """What a process has had if it is our child: user, system, and its own children."""
    try:
        _name, _, rest = stat.read_text().rpartition(")")
    except OSError:  # it has just ended
        return 0
    told = rest.split()
    return sum(map(int, told[11:15])) if int(told[1]) == os.getpid() else 0


def forget_peak() -> None:
    """Start the peak of memory again from here, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def memory(name: str) -> float:
    """Megabytes, as Linux counts them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)
