"""What sending prepared invoices costs, against the least it could.

Run by `setup/bookshop bench send [--invoices N] [--bytes B]` inside
Odoo's shell, on a database of its own. Prints one line of JSON.

Originals of about B bytes are already made; measured: seal, pack, deposit.
Floor: the same calls by a bare loop; the same rows by one INSERT and two UPDATE.
"""

from odoo.tools import SQL

from bench import _measure
from bench._measure import Meter
from bookshop_tool import workspace


def main(env) -> None:
    """Measure and print the result."""
    options = _measure.options("send", _arguments)
    if options.platform:
        _measured(env, options)
        return
    with workspace.start_simulator() as simulator:
        env = _measure.open_shop(env, simulator.url)
        _measure.requested(env, options.invoices, options.bytes)
        _measure.second_half(env, __file__, simulator.url)


def _arguments(parser) -> None:
    parser.add_argument("--bytes", type=int, default=50_000)


def _measured(env, options) -> None:
    transmissions = env["l10n_fr_chorus.transmission"]
    with Meter(options.platform) as meter:
        with meter.measure():
            for step in ("_seal_due", "_pack_due", "_deposit_due"):
                transmissions._run_step(getattr(transmissions, step))
        sent = env["l10n_fr_chorus.submission"].search([("state", "=", "deposited")])
        if len(sent) != options.invoices:
            message = f"{len(sent)} invoices left instead of {options.invoices}"
            raise AssertionError(message)
        calls = meter.result["http_calls"] - meter.result["tokens"]
        originals = sent.original_id
        _measure.report(
            {
                "invoices": options.invoices,
                "megabytes": sum(originals.mapped("size")) / 1e6,
                **meter.result,
                "sql_per_invoice": meter.result["sql_queries"] / options.invoices,
                "calls_per_minute": 60 * calls / meter.result["wall_seconds"],
                **meter.floor_http(),
                **_measure.floor_sql(env, *_statements(sent)),
            }
        )


def _statements(sent) -> list[SQL]:
    """Reading the documents, then one UPDATE for each of the two states."""
    update = """
        UPDATE l10n_fr_chorus_submission SET state = %s, state_date = now()
        WHERE id = ANY(%s)
    """
    return [
        SQL(
            "SELECT content FROM l10n_fr_chorus_original WHERE id = ANY(%s)",
            sent.original_id.ids[:500],
        ),
        SQL(update, "sending", sent.ids),
        SQL(update, "deposited", sent.ids),
    ]


main(env)  # noqa: F821 - Odoo's shell defines it
