"""A bookshop's database with the platform it knows, and programs at work on it."""

import json
import os
import subprocess
from collections import Counter
from contextlib import contextmanager
from threading import Timer

from bookshop_tool import postgres, workspace
from bookshop_tool.environment import variables
from bookshop_tool.paths import LOGS
from simulator.client import Admin

#: What a program says before its answer: Odoo may print more.
MARK = "answer: "
BAD = (" error ", " critical ")


class ShellError(Exception):
    """A program in `odoo shell` did not end as it should."""


class Helper:
    """A process in `odoo shell` that calls functions of `in_shell`, one by one.

    Starting one takes seconds: all that may share a process shares this one. Each call
    is a transaction of its own, which knows what other processes have done meanwhile.
    """

    def __init__(self, shop):
        reader, self._writer = os.pipe()
        source = f"""
import json, os, traceback
from e2e import in_shell
for line in os.fdopen({reader}):
    name, given = json.loads(line)
    try:
        env.registry.check_signaling(env.cr)
        said = {{"answer": getattr(in_shell, name)(env, **given)}}
        env.cr.commit()
    except Exception:
        env.cr.rollback()
        said = {{"trouble": traceback.format_exc()}}
    print({MARK!r} + json.dumps(said), flush=True)
"""
        self._process = shop.run(source, pass_fds=(reader,))
        os.close(reader)

    def call(self, name, given, patience=180):
        """Call one function; return its answer."""
        os.write(self._writer, f"{json.dumps((name, given))}\n".encode())
        late = Timer(patience, self._process.kill)
        late.start()
        printed = []
        try:
            for line in self._process.stdout:
                if not line.startswith(MARK):
                    printed.append(line)
                    continue
                said = json.loads(line.removeprefix(MARK))
                if "answer" in said:
                    return said["answer"]
                printed.append(said["trouble"])
                break
        finally:
            late.cancel()
        raise ShellError("".join(printed))

    def end(self):
        """End the process: all that it did is committed."""
        os.close(self._writer)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


class Shop:
    """One database, one simulated platform.

    :param conf: Odoo's configuration, which says where the module is
    """

    def __init__(self, database, simulator, conf=workspace.ODOO_CONF):
        self.database, self.conf = database, conf
        self.platform = Admin(simulator.url)
        self.log = LOGS / f"e2e-{database}.log"
        self._helper = None

    @classmethod
    def of(cls, shop, database):
        """The same shop on another database, which is a copy of its own."""
        copy = cls.__new__(cls)
        copy.__dict__ = {**vars(shop), "database": database}
        copy.log = LOGS / f"e2e-{database}.log"
        copy._helper = None
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
        return self.run(source)

    def run(self, source, **options):
        """Start a program in `odoo shell`; its output is one, as text."""
        command = [workspace.PYTHON, "-m", "odoo", "shell"]
        words = ["-c", self.conf, "-d", self.database, "--no-http"]
        process = subprocess.Popen(
            [*map(str, [*command, *words]), f"--logfile={self.log}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=variables(),
            cwd=workspace.ROOT,
            **options,
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
        """Call one function of `in_shell`; its process serves the next call too."""
        [answer] = self.calls((name, arguments))
        return answer

    def calls(self, *calls):
        """Call functions of `in_shell` in turn, as `call` does; return the answers.

        :param calls: (name, arguments) of each
        """
        self._helper = self._helper or Helper(self)
        return [self._helper.call(name, given) for name, given in calls]

    def close(self):
        """End the process that `call` started."""
        if self._helper:
            self._helper.end()
            self._helper = None

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
        try:
            yield shop
        finally:
            shop.close()
