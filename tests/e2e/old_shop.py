"""A bookshop that has invoiced with Odoo for years before it gets our module."""

import re
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bookshop_tool import postgres, template, workspace
from bookshop_tool.environment import variables
from bookshop_tool.paths import LOGS

MODULE = workspace.MODULE
LOADED = re.compile(rf"Module {MODULE} loaded in [\d.]+s, (\d+) queries")
# What must not be there once the module is gone. Records of the demonstration that
# invoices refer to stay, as Odoo wants it.
OURS = "LIKE 'l10n\\_fr\\_chorus%'"
LEFTOVERS = {
    "tables": f"SELECT tablename FROM pg_tables WHERE tablename {OURS}",
    "columns": "SELECT table_name || '.' || column_name "
    f"FROM information_schema.columns WHERE column_name {OURS}",
    "functions": f"SELECT proname FROM pg_proc WHERE proname {OURS}",
    "records": f"SELECT name FROM ir_model_data WHERE module = '{MODULE}' "
    "AND model ~ '^(ir|mail|res.groups|l10n_fr_chorus)'",
    "jobs": "SELECT id FROM ir_act_server WHERE name::text LIKE '%Chorus Pro%'",
    "choices": "SELECT id FROM res_partner "
    "WHERE invoice_sending_method::text LIKE '%\"chorus\"%'",
}


@dataclass(frozen=True)
class Run:
    """What one start of Odoo that installs or updates the module cost."""

    seconds: float
    queries: int
    complaints: list[str]


class OldShop:
    """A database without the module, and programs at work on it.

    :param conf: Odoo's configuration, which says where the module is
    """

    def __init__(self, database: str, conf: Path = workspace.ODOO_CONF):
        self.database, self.conf = database, conf

    def sql(self, query: str) -> str:
        """Run SQL; return psql's output."""
        return postgres.execute(query, self.database)

    def grow(self, count: int) -> None:
        """Give it as many posted invoices, and half as many orders and customers.

        They are copies of one of Odoo's demonstration, made by PostgreSQL alone.
        """
        [move] = self.sql(
            "SELECT min(id) FROM account_move WHERE move_type = 'out_invoice' "
            "AND state = 'posted' AND company_id = "
            "(SELECT id FROM res_company WHERE chart_template = 'fr')"
        ).splitlines()
        partners = self._copies("res_partner", "1", count // 2, name="'Body '")
        self._copies("sale_order", "1", count // 2, name="'OLD'")
        moves = self._copies("account_move", move, count, name="'OLD/'")
        self._copy_lines(move, moves, count)
        self.sql(
            f"UPDATE account_move SET partner_id = {partners} + id % ({count} / 2), "
            f"commercial_partner_id = {partners} + id % ({count} / 2) "
            f"WHERE id >= {moves}; "
            "UPDATE res_partner SET commercial_partner_id = id, parent_id = NULL, "
            f"complete_name = name WHERE id >= {partners}"
        )

    def _copies(self, table: str, source: str, count: int, name: str) -> int:
        """Copy one row; return the first new identifier."""
        first = int(self.sql(f"SELECT max(id) + 1 FROM {table}"))
        others = self._columns(table, "id", "name")
        self.sql(
            f"INSERT INTO {table} (id, name, {others}) "
            f"SELECT {first} - 1 + g, {name} || g, {others} "
            f"FROM {table}, generate_series(1, {count}) g "
            f"WHERE id = {source}; "
            f"SELECT setval('{table}_id_seq', {first} + {count})"
        )
        return first

    def _copy_lines(self, move: str, first: int, count: int) -> None:
        table = "account_move_line"
        others = self._columns(table, "id", "move_id")
        self.sql(
            f"INSERT INTO {table} (id, move_id, {others}) "
            f"SELECT nextval('{table}_id_seq'), {first} - 1 + g, {others} "
            f"FROM {table}, generate_series(1, {count}) g WHERE move_id = {move}"
        )

    def _columns(self, table: str, *apart: str) -> str:
        columns = self.sql(
            "SELECT column_name FROM information_schema.columns "
            f"WHERE table_name = '{table}' AND table_schema = 'public'"
        ).splitlines()
        return ", ".join(f'"{one}"' for one in columns if one not in apart)

    def install(self, *options: str) -> Run:
        """Install the module."""
        return self._run("-i", MODULE, *options)

    def update(self, *options: str) -> Run:
        """Bring the module to the version on disk."""
        return self._run("-u", MODULE, *options)

    def _run(self, *options: str) -> Run:
        log = LOGS / f"old-{self.database}.log"
        log.unlink(missing_ok=True)
        command = [workspace.PYTHON, "-m", "odoo", "-c", self.conf, "-d", self.database]
        more = ["--stop-after-init", "--no-http"]
        started = time.monotonic()
        subprocess.run(
            [*map(str, command), *options, *more, f"--logfile={log}"],
            env=variables(),
            cwd=workspace.ROOT,
            check=True,
        )
        seconds = time.monotonic() - started
        said = log.read_text(errors="replace")
        return Run(seconds, queries_in(said), template.bad_lines(said))

    def uninstall(self) -> float:
        """Take the module away, as a person does; return how many seconds it took."""
        source = "from e2e import in_shell\nin_shell.remove(env)\n"
        started = time.monotonic()
        done = workspace.run_shell(self.database, input=source, text=True)
        done.check_returncode()
        return time.monotonic() - started

    def sell(self) -> None:
        """Post an invoice of the demonstration's bookshop, which then stays."""
        source = (
            "from e2e import in_shell\n"
            "in_shell.post_unattended(env, customer='partner_lyon')\n"
            "env.cr.commit()\n"
        )
        done = workspace.run_shell(self.database, input=source, text=True)
        done.check_returncode()

    def leftovers(self) -> dict[str, list[str]]:
        """What is still there of the module, by kind."""
        found = {kind: self.sql(query).split() for kind, query in LEFTOVERS.items()}
        return {kind: rows for kind, rows in found.items() if rows}


def queries_in(log: str) -> int:
    """How many queries Odoo says it took to load the module."""
    [count] = LOADED.findall(log)
    return int(count)


@contextmanager
def old_shop(invoices: int, purpose: str = "old"):
    """Such a shop for the length of a ``with`` block."""
    with workspace.temporary_database(purpose, bare=True) as database:
        shop = OldShop(database)
        if invoices:
            shop.grow(invoices)
        yield shop
