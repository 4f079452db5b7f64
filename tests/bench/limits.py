"""H6: under a prefork server's limits, does each round end before its process is ended?

Run by `setup/bookshop bench limits [--invoices N] [--seconds S]`: a server of two web
workers and one for scheduled jobs, each with S seconds of processor at a time; all
invoices are requested at once. Prints one line of JSON.
"""

import re
import sys
import time

from bench import _measure
from bookshop_tool import workspace
from bookshop_tool.paths import LOGS
from e2e.stage import Shop

PATIENCE = 600  # seconds
# What Odoo says when it ends a process that took too much.
ENDED = re.compile(r"(CPU time limit|real time limit|timeout after|Memory limit)")
ROUND = re.compile(r"Job '[^']*Chorus Pro[^']*' \(\d+\) starting")


def main(env) -> None:
    """Measure and print the result."""

    def add(parser):
        parser.add_argument("--seconds", type=int, default=8)
        parser.set_defaults(invoices=160)

    options = _measure.options("limits", add)
    database = env.cr.dbname
    env.cr.close()
    log = LOGS / "limits-server.log"
    log.unlink(missing_ok=True)
    with workspace.start_simulator() as simulator:
        shop = Shop(database, simulator)
        shop.call("connect", url=simulator.url)
        shop.call("send", count=options.invoices, customer="partner_lyon")
        limit = (f"--limit-time-cpu={options.seconds}",)
        with workspace.start_odoo(database, workers=2, log=log, more=limit):
            begun = time.monotonic()
            while time.monotonic() - begun < PATIENCE:
                if len(shop.on_platform()) >= options.invoices:
                    break
                time.sleep(1)
            seconds = time.monotonic() - begun
        sent, said = shop.on_platform(), log.read_text(errors="replace")
    result = {
        "invoices": options.invoices,
        "seconds_of_processor": options.seconds,
        "rounds": len(ROUND.findall(said)),
        "ended_by_limit": len(ENDED.findall(said)),
        "deposited": len(sent),
        "doubled": sum(times > 1 for times in sent.values()),
        "seconds": seconds,
    }
    _measure.report(result)
    wrong = result["ended_by_limit"] or result["doubled"] or result["rounds"] < 2
    if wrong or len(sent) != options.invoices:
        sys.exit(1)


main(env)  # noqa: F821 - Odoo's shell defines env
