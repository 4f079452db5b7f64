"""What following invoices costs, against the least it could.

Run by `setup/bookshop bench sync [--invoices N] [--changed K] [--reasons R]` inside
Odoo's shell, on a database of its own. Prints one line of JSON.

N invoices stand on the platform, known here; K of them change state, R of those with a
reason to read in their history. Measured: one reading of the news, with history and
chatter. It comes right after another: all N are read again, unchanged ones too.
Floor: the same calls by a bare loop; the same rows by one INSERT and one UPDATE.
"""

from datetime import datetime, timedelta

from odoo.tools import SQL

from bench import _measure
from bench._measure import Meter
from bookshop_tool import workspace
from simulator.client import Admin


def main(env) -> None:
    """Measure and print the result."""
    options = _measure.options("sync", _arguments)
    changed = options.invoices if options.changed is None else options.changed
    if options.platform:
        _measured(env, options, changed)
        return
    with workspace.start_simulator() as simulator:
        platform = Admin(simulator.url, patience=60)
        platform.settings(**_measure.AT_ONCE)
        # The platform lives in the past, so that its news may go on for hours.
        platform.advance(days=-2)
        env = _measure.open_shop(env, simulator.url)
        _measure.requested(env, options.invoices)
        _follow(env)
        _change(env, platform, changed, options.reasons)
        env["l10n_fr_chorus.connection"].search([]).write({"token": False})
        _measure.second_half(env, __file__, simulator.url)


def _arguments(parser) -> None:
    parser.add_argument("--changed", type=int)
    parser.add_argument("--reasons", type=int, default=0)


def _follow(env) -> None:
    """Deposit, read the reports and the first news."""
    transmissions = env["l10n_fr_chorus.transmission"]
    transmissions._work()
    transmissions.search([]).write({"next_try": env.cr.now()})
    transmissions._work()
    connection = env["l10n_fr_chorus.connection"].search([])
    connection._sync()
    env.cr.commit()


def _change(env, platform, changed: int, reasons: int) -> None:
    """Let the newest invoices change state on the platform."""
    submissions = env["l10n_fr_chorus.submission"].search([])[:changed]
    start = datetime.fromisoformat(platform.clock()["now"]) + timedelta(hours=1)
    platform.statuses(
        [
            {
                "number": submission.number,
                "supplier": submission.seller_siret,
                "status": "SUSPENDUE" if rank < reasons else "SERVICE_FAIT",
                "reason": "LIVR_INCOMP" if rank < reasons else "",
                "date": (start + timedelta(seconds=rank)).isoformat(),
            }
            for rank, submission in enumerate(submissions)
        ]
    )


def _measured(env, options, changed: int) -> None:
    connection = env["l10n_fr_chorus.connection"].search([])
    with Meter(options.platform) as meter:
        with meter.measure():
            connection._sync()
            env.cr.commit()
        states = ("SERVICE_FAIT", "SUSPENDUE")
        moved = env["l10n_fr_chorus.submission"].search([("state", "in", states)])
        if len(moved) != changed or connection.last_error:
            message = f"{len(moved)} invoices moved instead of {changed}"
            raise AssertionError(message)
        _measure.report(
            {
                "invoices": options.invoices,
                "changed": changed,
                "reasons": options.reasons,
                **meter.result,
                **meter.floor_http(),
                **(_measure.floor_sql(env, *_statements(moved)) if moved else {}),
            }
        )


def _statements(moved) -> list[SQL]:
    """One INSERT of as many events, one UPDATE of as many submissions."""
    return [
        SQL(
            """
            INSERT INTO l10n_fr_chorus_event (
                submission_id, code, state, occurred_at, precision, platform_sequence,
                received_at, source, made_at, made_by
            ) VALUES %s
            """,
            SQL(", ").join(
                SQL("(%s, 'FLOOR', 'x', now(), 's', 0, now(), 'x', now(), 'x')", one)
                for one in moved.ids
            ),
        ),
        SQL(
            """
            UPDATE l10n_fr_chorus_submission SET state_code = v.code, state_date = now()
            FROM (VALUES %s) AS v (id, code)
            WHERE l10n_fr_chorus_submission.id = v.id
            """,
            SQL(", ").join(SQL("(%s, 'FLOOR')", one) for one in moved.ids),
        ),
    ]


main(env)  # noqa: F821 - Odoo's shell defines it
