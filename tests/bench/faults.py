"""A campaign of faults: nothing lost, nothing doubled, whatever breaks.

Run by `setup/bookshop bench faults [--invoices N] [--seed S…] [--workers W] [--channel
piste|approved|dilifac] [--profile P…]` inside Odoo's shell, on a database of its own.
With several seeds or profiles the shop is made once, and each campaign has a copy of
it. The seed draws the schedule; the workers are processes, the platform is the
simulator, over HTTP or behind its operator's SFTP mailbox. Waves of invoices are sent
while the network, the platform, the database, the disk and the workers fail; then
everything is left to settle, and the platform's ledger is compared with Odoo, invoice
by invoice.

Prints one line of JSON for each campaign, and one on standard error for each bad
invoice; exits with 1 when anything was lost, doubled, stuck, in a wrong state or in
another's state.
"""

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

from bench.campaign import truth
from bench.campaign.approved_shop import FAULTS as APPROVED_FAULTS
from bench.campaign.approved_shop import ApprovedShop
from bench.campaign.blows import Blows
from bench.campaign.mailbox_shop import FAULTS as MAILBOX_FAULTS
from bench.campaign.mailbox_shop import MailboxShop
from bench.campaign.schedule import FAULTS, Schedule, Wave, draw
from bench.campaign.shop import Made, Shop
from bench.campaign.workers import Crew
from bookshop_tool import template
from bookshop_tool.services import start_simulator
from simulator.client import Admin

CLOSING_LEAP = 600  # minutes
# A connection that failed is left alone no longer.
REST = 16  # minutes
# How many of these a wave waits, a working day: what is left goes with the next one.
RESTS = 30
# What is still under way after so many, for days that no quarantine lasts, is stuck.
CLOSING_LEAPS = 40
# After these nothing was under way, and all news was read again (once a day).
QUIET_LEAPS = 3

WAYS = {
    "piste": (Shop, FAULTS),
    "approved": (ApprovedShop, APPROVED_FAULTS),
    "dilifac": (MailboxShop, MAILBOX_FAULTS),
}


class Campaign:
    """One run, from the first invoice to the comparison."""

    def __init__(self, shop: Shop, schedule: Schedule, crew: Crew):
        self.schedule = schedule
        self.platform = shop.platform
        self.crew = crew
        self.shop = shop
        self.blows = Blows(shop.env.cr.dbname, crew, self.platform)
        self.rules = []

    def run(self, made: Made) -> tuple[Counter, list[str]]:
        """Play every wave, let all settle, compare."""
        self.shop.open(made)
        self.crew.wait_for_all()
        for wave, ids in zip(self.schedule.waves, made.waves, strict=True):
            self._play(wave, ids)
        self.shop.slow_down(False)
        self._drain()
        self._settle()
        self.shop.look()
        return truth.compare(self.shop.moves, self.platform.ledger())

    def faults(self) -> Counter:
        """How often each kind of fault struck."""
        struck = Counter(self.shop.news) + self.blows.counts()
        struck += Counter(self.shop.manners)
        return struck + self.shop.struck(self.rules)

    def _play(self, wave: Wave, ids: list[int]) -> None:
        if wave.slow_platform:
            self.shop.slow_down(True)
        self.shop.break_with([rule for _name, rule in wave.rules])
        self.rules += wave.rules
        started = time.monotonic()
        self.shop.send(ids)
        for moment, blow in wave.blows:
            time.sleep(max(0.0, started + moment - time.monotonic()))
            self.blows.strike(blow)
        time.sleep(max(0.0, started + 1.5 - time.monotonic()))
        self._drain()
        self._pass_time(wave.leap)
        self.shop.tell(wave.news)
        self.shop.sort_out()
        self.shop.send_again()

    def _pass_time(self, minutes: int) -> None:
        with self.crew.resting():
            self.shop.pass_time(minutes)

    def _drain(self) -> None:
        """Where invoices leave one by one, have them leave, failure after failure.

        After each the connection rests: a leap of hours for each would leave most of
        them behind.
        """
        left, idle = self.shop.ready(), 0
        for _rest in range(RESTS):
            if not left or idle == QUIET_LEAPS:
                return
            self._pass_time(REST)
            self.crew.wait_for_round()
            before, left = left, self.shop.ready()
            idle = 0 if left < before else idle + 1

    def _settle(self) -> None:
        """Let time pass until the world is quiet.

        Nothing is under way, all that was left or told has been read, and a day went
        by in which no call failed: nothing more is bound to happen.
        """
        quiet = 0
        for _leap in range(CLOSING_LEAPS):
            self._pass_time(CLOSING_LEAP)
            self.crew.wait_for_round()
            self.shop.sort_out()
            quiet = quiet + 1 if self.shop.is_quiet() else 0
            if quiet == QUIET_LEAPS:
                return


def main(env) -> None:
    """Run the campaign, print the result, leave with the verdict."""
    options = _options()
    make_shop, kinds = WAYS[options.channel]
    profiles = options.profile if options.channel == "approved" else [""]
    plan = [(profile, seed) for seed in options.seed for profile in profiles]
    started = time.monotonic()
    # The number of invoices alone says what is made.
    made = make_shop(env, None, draw(plan[0][1], options.invoices, kinds)).make()
    making, bad = time.monotonic() - started, False
    shell = env.cr
    for profile, seed in plan:
        with _stage(shell, alone=len(plan) == 1) as there:
            bad |= _run(there, options, profile, seed, made, making)
    sys.exit(bad)


@contextmanager
def _stage(shell, alone: bool):
    """Where one campaign is played: the database itself, or a copy of it.

    :param shell: cursor of Odoo's shell
    :return: the environment there
    """
    name = shell.dbname
    if not alone:
        # A database that somebody uses cannot be copied.
        shell.close()
        sql_db.close_db(name)
        name = template.copy_name("bench_faults_copy")
        template.copy(shell.dbname, name)
    try:
        with Registry(name).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
    finally:
        if not alone:
            Registry.delete(name)
            sql_db.close_db(name)
            template.drop(name)


def _run(env, options, profile, seed, made: Made, making: float) -> bool:
    """Play one campaign and print its result.

    :param making: seconds that the shop took
    :return: whether anything was wrong
    """
    started = time.monotonic()
    make_shop, kinds = WAYS[options.channel]
    schedule = draw(seed, options.invoices, kinds)
    with (
        tempfile.TemporaryDirectory(prefix="bookshop-faults-") as folder,
        start_simulator() as simulator,
        Crew(env.cr.dbname, Path(folder), options.workers) as crew,
    ):
        shop = make_shop(env, Admin(simulator.url), schedule)
        if profile:
            shop.profile = profile
        campaign = Campaign(shop, schedule, crew)
        counts, lines = campaign.run(made)
        faults, kills = campaign.faults(), campaign.blows.kills
    for line in lines:
        print(line, file=sys.stderr)
    result = {
        "invoices": len(campaign.shop.moves),
        "channel": options.channel,
        **({"profile": profile} if profile else {}),
        "seed": seed,
        "faults": dict(sorted(faults.items())),
        "kills": kills,
        **counts,
        "making": round(making, 1),
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(result), flush=True)
    return any(counts[verdict] for verdict in truth.VERDICTS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench faults")
    parser.add_argument("--invoices", type=int, default=60)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--channel", choices=list(WAYS), default="piste")
    profiles = ("standard", "superpdp", "hubtimize")
    parser.add_argument("--profile", choices=profiles, nargs="+", default=profiles[:1])
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


main(env)  # noqa: F821 - Odoo's shell defines it
