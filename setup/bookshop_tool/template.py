"""Databases: slow to make once, fast to copy.

Two layers. The *base* holds Odoo with the modules ours depends on, demo data and
French; it lasts as long as those do. The *template* is a copy of the base in which
our module alone is installed: its log is ours alone, and must hold no warning.
A copy of the template takes about a second.
"""

import ast
import hashlib
import os
import re
import shutil
from pathlib import Path

from . import environment, lock, postgres, services, system, web
from .console import Failure, run_logged, say
from .odoo_source import OdooSource
from .paths import FILESTORE, LOGS, MODULE, MODULE_DIR, ODOO_CONF, PYTHON, ROOT

KEPT = 2  # templates, and bases, that stay when newer ones are made
_RECIPE = "1"  # to change when what a base holds changes
_PAGES = "bookshop.pages"  # marks a template whose pages are ready
_APART = {"tests", "static"}  # folders of the module that no database depends on
_BAD = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")
_LEVEL = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ ([A-Z]+) ")
_COPY = re.compile(r"_p(\d+)$")


def ensure(source: OdooSource) -> str:
    """The template of the module as it is now on disk; returns its name."""
    with lock.exclusive():
        base = f"bookshop_base_{_base_key(source)}"
        name = f"bookshop_template_{_template_key(base)}"
        _sweep()
        if name not in postgres.databases():
            ensure_base(source)
            _make_template(name, base)
            _prune(r"^bookshop_base_\w{12}$", base)
            _prune(r"^bookshop_template_\w{12}$", name)
        return name


def ensure_base(source: OdooSource) -> str:
    """The database of the modules ours depends on, without ours; returns its name."""
    with lock.exclusive():
        name = f"bookshop_base_{_base_key(source)}"
        if name not in postgres.databases():
            _make_base(name)
        return name


def install_log(name: str) -> Path:
    """What Odoo said while it made a template."""
    return LOGS / f"install-{name.rpartition('_')[2]}.log"


def ensure_pages(name: str) -> None:
    """Have a template's pages ready: their assets, which every copy then has.

    Only what opens pages asks for it: half a minute, each time the module changes.
    """
    with lock.exclusive():
        if not _parameter(name, _PAGES):
            say("Building the pages' assets, which every copy will have")
            with services.start_odoo(name, crons=0, log=install_log(name)) as odoo:
                web.warm_up(odoo.url)
            set_parameter(name, _PAGES, "'1'")


def copy(template: str, name: str) -> None:
    """Copy a database with its files, as another database for Odoo."""
    with lock.exclusive():
        drop(name)
        postgres.create(name, template)
        if (FILESTORE / template).is_dir():
            shutil.copytree(FILESTORE / template, FILESTORE / name, copy_function=_link)
        set_parameter(name, "database.uuid", "gen_random_uuid()::text")


def drop(name: str) -> None:
    """Drop a database and its files."""
    postgres.drop(name)
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def set_parameter(database: str, key: str, expression: str) -> None:
    """Set a system parameter of Odoo to the value of an SQL expression."""
    postgres.execute(
        f"INSERT INTO ir_config_parameter (key, value) VALUES ('{key}', {expression}) "
        "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        database,
    )


def _parameter(database: str, key: str) -> str:
    query = f"SELECT value FROM ir_config_parameter WHERE key = '{key}'"
    return postgres.execute(query, database).strip()


def copy_name(purpose: str) -> str:
    """A name of this process's own; the database is swept away once it is dead."""
    return f"bookshop_{purpose}_p{os.getpid()}"


def manifest() -> dict:
    """The module's manifest."""
    return ast.literal_eval((MODULE_DIR / "__manifest__.py").read_text())


def bad_lines(log: str) -> list[str]:
    """The warnings and errors of an Odoo log, whoever wrote them.

    Of a line of Odoo's the level counts, and not its text; libraries print others.
    """

    def is_bad(line: str) -> bool:
        level = _LEVEL.match(line)
        return bool(_BAD.search(level[1] if level else line))

    return list(filter(is_bad, log.splitlines()))


def module_files() -> list[Path]:
    """Every file a database of the module depends on."""

    def counts(path: Path) -> bool:
        parts = path.relative_to(MODULE_DIR).parts
        caches = any(part == "__pycache__" or part.startswith(".") for part in parts)
        return path.is_file() and parts[0] not in _APART and not caches

    return sorted(filter(counts, MODULE_DIR.rglob("*")))


def _base_key(source: OdooSource) -> str:
    return _digest(_RECIPE, source.key, *sorted(manifest()["depends"]))


def _template_key(base: str) -> str:
    files = (
        f"{path.relative_to(MODULE_DIR)} {_digest_file(path)}"
        for path in module_files()
    )
    return _digest(base, environment.requirements_key(), *files)


def _digest_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _make_base(name: str) -> None:
    work = copy_name("base")
    drop(work)
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    install(
        "Installing Odoo's own modules (one to two minutes)",
        work,
        manifest()["depends"],
        log,
        "--load-language=fr_FR",
    )
    set_parameter(work, "report.print_delay", "'0'")
    if not system.renders_several_documents():
        set_parameter(work, "account.pdf_generation_batch", "'0'")
    say("Building the pages' assets, which every copy will have")
    with services.start_odoo(work, crons=0, log=log) as odoo:
        web.warm_up(odoo.url)
    _publish(work, name)


def _make_template(name: str, base: str) -> None:
    work = copy_name("template")
    copy(base, work)
    log = install_log(name)
    log.unlink(missing_ok=True)
    install(f"Installing {MODULE}", work, [MODULE], log)
    bad = bad_lines(log.read_text(errors="replace"))
    if bad:
        drop(work)
        raise Failure(f"the module's installation complains: {bad[0]} (log: {log})")
    _publish(work, name)


def install(title: str, database: str, modules: list[str], log: Path, *more) -> None:
    """Install modules in a database, with their demo data.

    :raises Failure: one of them did not get installed
    """
    names = ",".join(modules)
    command = [PYTHON, "-m", "odoo", "-c", ODOO_CONF, "-d", database, "-i", names]
    options = ["--with-demo", "--stop-after-init", "--no-http", *more]
    variables = environment.variables()
    run_logged(title, [*command, *options], log, env=variables, cwd=ROOT)
    states = f"SELECT count(*) FROM ir_module_module WHERE name IN ({_quoted(modules)})"
    installed = postgres.execute(f"{states} AND state = 'installed'", database)
    if int(installed) != len(modules):
        raise Failure(f"{title}: not all of {names} got installed (log: {log})")


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _publish(work: str, name: str) -> None:
    """Give a finished database its name: what bears the name is always whole."""
    shutil.rmtree(FILESTORE / name, ignore_errors=True)
    if (FILESTORE / work).is_dir():
        (FILESTORE / work).rename(FILESTORE / name)
    postgres.rename(work, name)


def _prune(pattern: str, newest: str) -> None:
    """Drop the old ones: databases are numbered in the order they were made."""
    rows = postgres.execute(
        f"SELECT datname FROM pg_database WHERE datname ~ '{pattern}' ORDER BY oid DESC"
    ).split()
    for name in [row for row in rows if row != newest][KEPT - 1 :]:
        drop(name)


def _sweep() -> None:
    """Drop the copies whose process is dead."""
    for name in postgres.databases():
        match = _COPY.search(name)
        if match and not _is_alive(int(match[1])):
            say(f"dropping {name}, left by a stopped run")
            drop(name)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _link(source: str, target: str) -> None:
    """Share a file of the filestore, which Odoo never writes twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
