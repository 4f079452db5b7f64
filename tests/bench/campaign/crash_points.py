"""Each statement of the protocol is the crash point in turn.

Run inside Odoo's shell by tests/e2e/test_faults.py. A worker dies, as `kill -9` would
have it, just before its nth write, commit or HTTP call, or just after an HTTP call or a
commit; n grows until a round ends alive. First in rounds that prepare, seal, pack and
deposit an invoice, then in rounds that read its report and the news. Workers that live
then finish, and the platform's ledger is compared with Odoo's.

Prints one line of JSON.
"""

import itertools
import json
import os
import random
import sys
import tempfile
from pathlib import Path

import requests

from odoo import SUPERUSER_ID, api, sql_db

from bench.campaign import truth, workers
from bench.campaign.schedule import MANNERS, WANT_MANY, Schedule, Wave
from bench.campaign.shop import Shop
from bookshop_tool.services import start_simulator
from simulator.client import Admin

DIED = 9
MOST = 90  # points of one kind of round
_WRITES = ("INSERT", "UPDATE", "DELETE", "LOCK")


class Crashing(Shop):
    """Each round is that of one connection, and of few calls."""

    manners = tuple(one for one in MANNERS if one not in WANT_MANY)


class Mortal:
    """Forks workers that live one round, or die in it."""

    def __init__(self, env):
        self._registry = env.registry
        # What a child inherits it must neither use nor close.
        self._inherited = sql_db._Pool

    def round(self, point: int = 0) -> bool:
        """Run a round of a worker; tell whether it died, at its nth point."""
        pid = os.fork()
        if not pid:
            self._live(point)
        _pid, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, DIED):
            raise RuntimeError(f"a round ended with {code}")
        return code == DIED

    def _live(self, point: int) -> None:
        sql_db._Pool = None
        self._registry._db = sql_db.db_connect(self._registry.db_name)
        if point:
            _mine(point)
        code = 1
        try:
            with self._registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["l10n_fr_chorus.transmission"]._work()
            code = 0
        finally:
            os._exit(code)


def _mine(point: int) -> None:
    """Have this process die at its nth point."""
    left, unsaved = itertools.count(1), []
    execute, commit = sql_db.Cursor.execute, sql_db.Cursor.commit
    call = requests.Session.request

    def tick():
        if next(left) == point:
            os._exit(DIED)

    def dying_execute(cursor, query, *args, **options):
        text = getattr(query, "code", query)
        if text.lstrip()[:6].upper().startswith(_WRITES):
            tick()
            unsaved.append(text)
        return execute(cursor, query, *args, **options)

    def dying_commit(cursor):
        cursor.flush()
        if not unsaved:
            # Nothing differs before and after: the next point is the same.
            commit(cursor)
            return
        tick()
        commit(cursor)
        unsaved.clear()
        tick()

    def dying_call(session, *args, **options):
        tick()
        answer = call(session, *args, **options)
        tick()
        return answer

    sql_db.Cursor.execute = dying_execute
    sql_db.Cursor.commit = dying_commit
    requests.Session.request = dying_call


def die_everywhere(shop: Shop, mortal: Mortal, ids, deposited: bool) -> int:
    """Kill a worker at every point of a round that has one invoice to handle.

    :param deposited: the invoice is deposited before the round
    :return: how many points there were
    """
    for point, move_id in enumerate(ids, start=1):
        shop.send([move_id])
        if deposited:
            mortal.round()
        shop.pass_time(2)
        died = mortal.round(point)
        # What was due and is still ours is handled: the next point stands alone.
        mortal.round()
        if not died:
            return point - 1
    raise RuntimeError("a round has more points than there are invoices")


def main(env) -> None:
    """Die everywhere, finish, compare, print."""
    wave = Wave(2 * MOST, 0, [], [], False, [], 0)
    with start_simulator() as simulator, tempfile.TemporaryDirectory() as folder:
        platform = Admin(simulator.url)
        schedule = Schedule(
            seed=1, batch_size=1, page_max=100, waves=[wave], rng=random.Random(1)
        )
        shop = Crashing(env, platform, schedule)
        # No statement of the database is made for it, and each round would load its
        # rules anew, in a process of its own: it took most of the time.
        shop.company.l10n_fr_chorus_full_check = False
        made = shop.make()
        shop.open(made)
        [ids] = made.waves
        workers.prepare(env.registry, Path(folder))
        mortal = Mortal(env)
        points = [
            die_everywhere(shop, mortal, ids[:MOST], deposited=False),
            die_everywhere(shop, mortal, ids[MOST:], deposited=True),
        ]
        for _leap in range(8):
            shop.pass_time(600)
            mortal.round()
        shop.look()
        counts, lines = truth.compare(shop.moves, platform.ledger())
    for line in lines:
        print(line, file=sys.stderr)
    print(json.dumps({"points": points, **counts}), flush=True)
    sys.exit(1 if any(counts[verdict] for verdict in truth.VERDICTS) else 0)


main(env)  # noqa: F821 - Odoo's shell defines it
