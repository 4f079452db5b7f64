"""The demo database: played by ``demo``, shown by ``serve``."""

import shutil
import subprocess
from pathlib import Path

from . import postgres, template, web, workspace
from .console import Failure, say
from .paths import DEMO_DATABASE, DEMO_DIR, LOGS, MODULE, SETUP_DIR
from .services import Service, free_port, need_free, start_simulator

_STORY = SETUP_DIR / "story" / "play.py"
SALES = "sale_management"
#: What the demo database was made from, and the simulator it knows.
_TEMPLATE_NOTE = DEMO_DIR / "template"
_PORT_NOTE = DEMO_DIR / "simulator-port"


def play(channel: str) -> int:
    """Play the story on a fresh database; the exit code is the story's."""
    if not _STORY.is_file():
        raise Failure("there is no story to play in setup/story")
    made_from = workspace.ensure()
    shutil.rmtree(DEMO_DIR, ignore_errors=True)
    DEMO_DIR.mkdir(parents=True)
    workspace.copy_database(DEMO_DATABASE, keep=True)
    log = LOGS / "demo.log"
    log.unlink(missing_ok=True)
    _furnish(log)
    port = free_port()
    _PORT_NOTE.write_text(str(port))
    with _simulator(port) as simulator:
        done = tell(DEMO_DATABASE, DEMO_DIR, simulator.url, channel, log)
    _TEMPLATE_NOTE.write_text(made_from)
    return done.returncode


def _furnish(log: Path) -> None:
    """Have orders where people look for them, and all in French for the administrator.

    Only to be looked at: the tests have what the module needs, and no more.
    """
    template.install("Adding the Sales application", DEMO_DATABASE, [SALES], log)
    postgres.execute(
        "UPDATE res_users SET company_id = res_id FROM ir_model_data data"
        f" WHERE login = 'admin' AND data.module = '{MODULE}'"
        " AND data.name = 'company_bookshop';"
        "UPDATE res_partner SET lang = 'fr_FR', tz = 'Europe/Paris'"
        " WHERE id = (SELECT partner_id FROM res_users WHERE login = 'admin')",
        DEMO_DATABASE,
    )


def tell(
    database: str, folder: Path, platform: str, channel: str, log: Path, **options
) -> subprocess.CompletedProcess:
    """Tell the story on a database; what it sends is written into ``folder``.

    No server runs, whose scheduled jobs would be a second worker. ``options`` are those
    of ``subprocess.run``.
    """
    say(f"playing the story (Odoo's log: {log})")
    return workspace.run_shell(
        database,
        _STORY,
        env={
            "BOOKSHOP_SIMULATOR": platform,
            "BOOKSHOP_DEMO_DIR": str(folder),
            "BOOKSHOP_CHANNEL": channel,
        },
        log=log,
        **options,
    )


def serve(port: int) -> int:
    """Serve the demo database until Ctrl-C, with the simulator it knows."""
    need_free(port)
    if not _is_fresh():
        code = play("piste")
        if code:
            say(f"the story ended with exit code {code}; serving what it left")
    with (
        _simulator(int(_PORT_NOTE.read_text())) as simulator,
        workspace.start_odoo(DEMO_DATABASE, port, log=LOGS / "serve.log") as odoo,
    ):
        say("building the pages' assets (about 10 s)")
        web.warm_up(odoo.url)
        print(f"{odoo.url} (admin / admin), simulator at {simulator.url}", flush=True)
        say("Ctrl-C stops both")
        return odoo.wait()


def _is_fresh() -> bool:
    """Whether the demo database exists and was made from the module as it is."""
    made_from = workspace.ensure()
    return (
        DEMO_DATABASE in postgres.databases()
        and _TEMPLATE_NOTE.is_file()
        and _TEMPLATE_NOTE.read_text() == made_from
    )


def _simulator(port: int) -> Service:
    log = LOGS / "simulator.log"
    log.unlink(missing_ok=True)
    return start_simulator(port, log)
