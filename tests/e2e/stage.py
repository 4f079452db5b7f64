"""A bookshop's database with the platform it knows, and programs at work on it."""

import json
import subprocess
from collections import Counter
from contextlib import contextmanager

from bookshop_tool import postgres, workspace
from bookshop_tool.environment import variables
from bookshop_tool.paths import LOGS
from simulator.client import Admin

#: What a program says before its answer: Odoo may print more.
MARK = "answer: "
BAD = (" error ", " critical ")


class ShellError(Exception):
    """A program in `odoo shell` did not end as it should."""


class Shop:
    """One database, one simulated platform.

    :param conf: Odoo's configuration, which says where the module is
    """

    def __init__(self, database, simulator, conf=workspace.ODOO_CONF):
        self.database, self.conf = database, conf
        self.platform = Admin(simulator.url)
        self.log = LOGS / f"e2e-{database}.log"

    @classmethod
    def of(cls, shop, database):
        """The same shop on another database, which is a copy of its own."""
        copy = cls.__new__(cls)
        copy.__dict__ = {**vars(shop), "database": database}
        copy.log = LOGS / f"e2e-{database}.log"
        return copy

    def start(self, *calls):
        """Start a process that calls functions of `in_shell`; not waited for.

        :param calls: (name, arguments) of each
        """
        source = (
            "import json\n"
            "from e2e import in_shell\n"
            f"for name, given in json.loads({json.dumps(calls)!r}):\n"
            "    answer = getattr(in_shell, name)(env, **given)\n"
            "    env.cr.commit()\n"
            f"    print({MARK!r} + json.dumps(answer), flush=True)\n"
        )
        command = [workspace.PYTHON, "-m", "odoo", "shell"]
        options = ["-c", self.conf, "-d", self.database, "--no-http"]
        process = subprocess.Popen(
            [*map(str, [*command, *options]), f"--logfile={self.log}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=variables(),
            cwd=workspace.ROOT,
        )
        process.stdin.write(source)
        process.stdin.close()
        process.stdin = None  # `communicate` would flush it
        return process

    def finish(self, process, patience=180):
        """Wait for such a process; return the answers."""
        try:
            said, _nothing = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        if process.returncode:
            raise ShellError(f"{said}\nOdoo's log: {self.log}")
        return [
            json.loads(line.removeprefix(MARK))
            for line in said.splitlines()
            if line.startswith(MARK)
        ]

    def call(self, name, **arguments):
        """Call one function of `in_shell` in a process of its own."""
        [answer] = self.finish(self.start((name, arguments)))
        return answer

    def install(self, module):
        """Install another module of Odoo in this database."""
        command = [workspace.PYTHON, "-m", "odoo", "-c", self.conf, "-d", self.database]
        options = ["-i", module, "--stop-after-init", "--no-http"]
        subprocess.run(
            [*map(str, [*command, *options]), f"--logfile={self.log}"],
            env=variables(),
            cwd=workspace.ROOT,
            check=True,
        )

    def sql(self, query):
        """Run SQL; return psql's output."""
        return postgres.execute(query, self.database)

    def errors(self):
        """What Odoo's log says went wrong with us, other modules' jobs apart.

        Two transactions that collide are in it too, as queries; one begins again.
        """
        lines = self.log.read_text(errors="replace").lower().splitlines()
        return [
            line
            for line in lines
            if "chorus" in line
            and "odoo.sql_db: bad query" not in line
            and any(word in line[:60] for word in BAD)
        ]

    def on_platform(self):
        """How many times each invoice stands on the platform."""
        ledger = self.platform.ledger()
        return Counter((row["number"], row["kind"]) for row in ledger["invoices"])


@contextmanager
def open_shop(purpose, *, pages=False):
    """A shop for the length of a ``with`` block, its documents' server not started.

    :param pages: its pages will be looked at
    """
    with (
        workspace.temporary_database(purpose, pages=pages) as database,
        workspace.start_simulator() as simulator,
    ):
        shop = Shop(database, simulator)
        shop.log.unlink(missing_ok=True)
        # Documents need no style here: nobody reads them, and a server is slow.
        yield shop
