"""What tests, measurements and commands use: a ready Odoo and its databases."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import environment, lock, odoo_source, postgres, services, system, template
from .paths import (
    DATA_DIR,
    DEMO_DATABASE,
    LOGS,
    MODULE,
    ODOO_CONF,
    PYTHON,
    ROOT,
    RUNTIME,
)
from .services import HOST, Service, free_port, start_simulator
from .system import chromium

__all__ = [
    "DEMO_DATABASE",
    "MODULE",
    "ODOO_CONF",
    "PYTHON",
    "ROOT",
    "RUNTIME",
    "Service",
    "chromium",
    "copy_database",
    "drop_database",
    "ensure",
    "ensure_environment",
    "ensure_server",
    "free_port",
    "run_shell",
    "start_odoo",
    "start_simulator",
    "temporary_database",
]


def ensure_environment() -> odoo_source.OdooSource:
    """Have Odoo's source and the Python environment: enough for pure tests."""
    with lock.exclusive():
        source = odoo_source.ensure()
        environment.ensure(source)
        return source


def ensure_server(*, browser: bool = False) -> odoo_source.OdooSource:
    """Have what runs Odoo on a database that exists."""
    with lock.exclusive():
        system.ensure(browser=browser)
        source = ensure_environment()
        postgres.ensure()
        _write_odoo_conf(source)
        return source


def ensure(*, browser: bool = False, bare: bool = False) -> str:
    """Have everything, the template database included; returns its name.

    With ``bare``, the name of the database in which our module is not installed.
    """
    with lock.exclusive():
        source = ensure_server(browser=browser)
        return template.ensure_base(source) if bare else template.ensure(source)


def copy_database(
    name: str, *, keep: bool = False, bare: bool = False, pages: bool = False
) -> str:
    """Make a fresh database with the module and demo data; returns its name.

    With ``keep`` it is called ``name`` exactly, and stays. Without, the name is made
    this process's own, and the database goes away some time after the process.
    With ``bare`` it has only the modules that ours depends on. With ``pages`` nobody
    waits for the first one.
    """
    final = name if keep else template.copy_name(name)
    with lock.exclusive():
        made = ensure(bare=bare)
        if pages:
            template.ensure_pages(made)
        template.copy(made, final)
    return final


def drop_database(name: str) -> None:
    """Drop a database and its files; a missing one is fine."""
    template.drop(name)


@contextmanager
def temporary_database(purpose: str, **options: bool) -> Iterator[str]:
    """A fresh database for the length of a ``with`` block; see `copy_database`."""
    name = copy_database(purpose, **options)
    try:
        yield name
    finally:
        drop_database(name)


def start_odoo(database: str, port: int = 0, **options) -> Service:
    """Start Odoo's server on one database, whose PDFs find their style there."""
    port = port or free_port()
    template.set_parameter(database, "report.url", f"'http://{HOST}:{port}'")
    return services.start_odoo(database, port, **options)


def run_shell(
    database: str,
    script: str | Path | None = None,
    *args: str,
    env: dict[str, str] | None = None,
    log: Path | None = None,
    **options,
) -> subprocess.CompletedProcess:
    """Run a script inside ``odoo shell``, where ``env`` is the environment.

    The script finds its arguments in ``sys.argv`` and, quoted for a shell, in
    ``BOOKSHOP_BENCH_ARGS``; nothing is committed unless it does. Odoo's log goes to
    ``log``. Without a script, the shell reads its own standard input. ``options`` are
    those of ``subprocess.run``.
    """
    log = log or LOGS / f"shell-{database}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [PYTHON, "-m", "odoo", "shell", "-c", ODOO_CONF, "-d", database]
    if script is not None:
        options["input"] = _stub(Path(script).resolve(), args)
        options["text"] = True
    return subprocess.run(
        [*map(str, command), "--no-http", f"--logfile={log}"],
        env=environment.variables(
            BOOKSHOP_BENCH_ARGS=shlex.join(args), BOOKSHOP_ROOT=str(ROOT), **(env or {})
        ),
        cwd=ROOT,
        check=False,
        **options,
    )


def _stub(script: Path, args: tuple[str, ...]) -> str:
    """What the shell reads: it runs the file under its name, for good tracebacks."""
    return (
        "import sys\n"
        f"__file__ = {str(script)!r}\n"
        f"sys.argv = {[str(script), *args]!r}\n"
        "exec(compile(open(__file__).read(), __file__, 'exec'), globals())\n"
    )


def _write_odoo_conf(source: odoo_source.OdooSource) -> None:
    """Write Odoo's configuration; what differs by program goes on its command line."""
    settings = {
        "addons_path": ",".join(map(str, (*source.addons, ROOT))),
        "data_dir": DATA_DIR,
        "db_host": postgres.socket_folder(),
        "db_port": postgres.PORT,
        "db_user": postgres.ROLE,
        "http_interface": "127.0.0.1",
        "max_cron_threads": 0,
    }
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    text = "[options]\n" + "".join(lines)
    if not ODOO_CONF.is_file() or ODOO_CONF.read_text() != text:
        partial = ODOO_CONF.with_name(f"odoo.conf.{os.getpid()}")
        partial.write_text(text)
        partial.replace(ODOO_CONF)
