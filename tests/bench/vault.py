"""What keeping and verifying originals costs, against the least it could.

Run by `setup/bookshop bench vault [--originals N] [--bytes B]` inside Odoo's shell, on
a database of its own. Prints one line of JSON.

N originals of B bytes are stored with an event and an outcome each, all sealed, then
verified by the scheduled job's own method, from the first seal to the last. Floor: a
bare loop reads the same bytes from the same table and hashes them. Verification must be
as fast as the floor, and its memory must not grow with N.
"""

import argparse
import hashlib
import json
import os
import shlex
import time
from datetime import datetime, timedelta

from odoo.tools import SQL

from bench import _measure

MODULE = _measure.MODULE
# Originals stored in one transaction.
CHUNK = 200


def main(env) -> None:
    """Measure and print the result."""
    parser = argparse.ArgumentParser(prog="bookshop bench vault")
    parser.add_argument("--originals", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=60_000)
    options = parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))
    values = _values(env)
    append = _timed(lambda: _append(env, values, options))
    _read_once(env)
    floor = _timed(lambda: _floor(env, options))
    _measure.forget_peak()
    before = _measure.memory("VmRSS")
    verify = _timed(lambda: _verify(env, values["company_id"], options))
    count = options.originals
    result = {
        "originals": count,
        "seals": 3 * count,
        "bytes_each": options.bytes,
        "append_per_second": count / append,
        "verify_per_second": count / verify,
        "sha256_floor_per_second": count / floor,
        "ratio": floor / verify,
        "rss_before_mb": before,
        "peak_rss_mb": _measure.memory("VmHWM"),
    }
    _measure.report(result)
    if result["ratio"] < 1 or result["peak_rss_mb"] - before > 50:
        raise SystemExit(1)


def _values(env) -> dict:
    """What every original says; only number and content differ."""
    company = env.ref(f"{MODULE}.company_bookshop")
    shop = env(context={**env.context, "allowed_company_ids": company.ids})
    move = shop["account.move"].create(_measure.invoice(shop, 1))
    submission = shop["l10n_fr_chorus.submission"].create(
        {"move_id": move.id, "company_id": company.id, "channel": "piste"}
    )
    return {
        "mimetype": "application/pdf",
        "syntax": "IN_DP_E2_CII_FACTURX",
        "kind": "380",
        "year": 2026,
        "seller_siren": "888888880",
        "seller_siret": "88888888000018",
        "buyer_siret": "22760540900019",
        "channel": "piste",
        "environment": "qualification",
        "company_id": company.id,
        "move_id": move.id,
        "submission_id": submission.id,
    }


def _append(env, values: dict, options) -> None:
    """Store and seal every original, as the worker does."""
    for start in range(0, options.originals, CHUNK):
        ranks = range(start, min(start + CHUNK, options.originals))
        originals = env["l10n_fr_chorus.original"]._store(
            [
                {
                    **values,
                    "number": f"FA{rank}",
                    "filename": f"facture_{rank}.pdf",
                    "content": os.urandom(options.bytes),
                }
                for rank in ranks
            ]
        )
        env["l10n_fr_chorus.outcome"]._insert(
            [{"original_id": one.id, "outcome": "received"} for one in originals]
        )
        moment = datetime(2026, 1, 1)  # noqa: DTZ001 - stored without a zone
        env["l10n_fr_chorus.event"]._insert(
            [
                {
                    "submission_id": values["submission_id"],
                    "code": "DEPOSEE",
                    "state": "DEPOSEE",
                    "occurred_at": moment + timedelta(minutes=rank),
                    "precision": "minute",
                    "received_at": moment,
                    "source": "search",
                }
                for rank in ranks
            ]
        )
        env.cr.commit()
        env["l10n_fr_chorus.seal"]._append()
        env.cr.commit()
        env.invalidate_all()


def _read_once(env) -> None:
    """Let the system's cache hold the same for both measures."""
    env.cr.execute("SELECT sum(length(sha256(content))) FROM l10n_fr_chorus_original")


def _floor(env, options) -> None:
    """Read and hash the same bytes in a bare loop."""
    hashed = 0
    with env.cr._cnx.cursor("floor") as cursor:
        cursor.itersize = 100
        cursor.execute("SELECT content FROM l10n_fr_chorus_original ORDER BY id")
        for (content,) in cursor:
            hashlib.sha256(content).hexdigest()
            hashed += 1
    _same(hashed, options.originals)


def _verify(env, company_id: int, options) -> None:
    """One whole round of the scheduled verification."""
    verification = env["l10n_fr_chorus.verification"]
    verification._cron_verify()
    found = verification.search([("company_id", "=", company_id)])
    rows = 3 * options.originals  # each with an event and an outcome
    _same((found.checked, found.fault), (rows, False))
    sealed = env.execute_query(SQL("SELECT count(*) FROM l10n_fr_chorus_seal"))
    _same(sealed, [(rows,)])


def _same(found, expected) -> None:
    if found != expected:
        raise AssertionError(json.dumps([str(found), str(expected)]))


def _timed(work) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


main(env)  # noqa: F821 - Odoo's shell defines it
