"""What the screens cost, as invoices and events pile up.

Run by `setup/bookshop bench screens [--invoices N ...] [--events N]` inside Odoo's
shell, on a database of its own. Prints one line of JSON.

N invoices sent to a public body are copies in SQL of one, each with its life cycle;
their bodies answered at different dates, so that some are late, paid or refused.
Measured as Claire, with empty caches, the second time: the list as the browser reads
it (all its columns, 80 rows and the count), the form, the dashboard, the search of
forgotten invoices, the sales journal's card. `queries` must not grow with N.
"""

import argparse
import os
import shlex
import time

from odoo.tests import Form
from odoo.tools import SQL

from bench import _measure

MODULE = _measure.MODULE
PAGE = 80
# Where copies stand, in turn, and what each was told before.
STATES = (
    "MISE_A_DISPOSITION",
    "DEPOSEE",
    "SERVICE_FAIT",
    "MISE_EN_PAIEMENT",
    "REJETEE",
    "waiting",
)
# What a copy may not share with its model.
OWN = {
    "id",
    "name",
    "sequence_number",
    "amount_total",
    "l10n_fr_chorus_submission_id",
    "access_token",
}


def main(env) -> None:
    """Measure and print the result."""
    options = _options()
    shop = _measure.open_shop(env, "https://chorus.invalid")
    model = shop["account.move"].create(_measure.invoice(shop, 1))
    model._post()
    model.l10n_fr_chorus_send()
    env.flush_all()
    claire = env.ref(f"{MODULE}.user_claire")
    seen = env(user=claire, context={**shop.context, "lang": "fr_FR"})
    result, made = {}, 0
    for count in options.invoices:
        _copy(env, model, made, count)
        made = count
        for screen, open_it in _screens(seen, model).items():
            queries, seconds = _cost(seen, open_it)
            result[f"{screen}_queries_{count}"] = queries
            result[f"{screen}_ms_{count}"] = 1000 * seconds
    _tell(env, model, options.events)
    queries, seconds = _cost(seen, seen["account.move"].l10n_fr_chorus_dashboard)
    result["events"] = env["l10n_fr_chorus.event"].search_count([])
    result["dashboard_queries_events"] = queries
    result["dashboard_ms_events"] = 1000 * seconds
    _measure.report(result)
    grown = {
        screen
        for screen in _screens(seen, model)
        if len({result[f"{screen}_queries_{count}"] for count in options.invoices}) > 1
    }
    if grown:
        message = f"queries grow with the number of invoices: {sorted(grown)}"
        raise SystemExit(message)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench screens")
    parser.add_argument("--invoices", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--events", type=int, default=50_000)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


# --- screens -------------------------------------------------------------------------


def _screens(env, model) -> dict:
    """What a person opens: name -> a function that does what the browser asks."""
    moves = env["account.move"].with_context(default_move_type="out_invoice")
    followed = [("l10n_fr_chorus_submission_id", "!=", False)]
    view = env.ref("account.view_out_invoice_tree")
    columns = moves.get_view(view.id, "list")["models"]["account.move"]
    specification = {name: {} for name in columns if name in moves._fields}
    journal = env["account.journal"].browse(model.journal_id.id)

    def read(domain):
        # The browser counts too, but only when there is more than a page.
        moves.search(domain, limit=PAGE).web_read(specification)
        moves.search_count(domain)

    return {
        "list": lambda: read(followed),
        "forgotten": lambda: read([("l10n_fr_chorus_is_forgotten", "=", True)]),
        "late": lambda: read([("l10n_fr_chorus_late", "!=", False)]),
        "form": lambda: Form(moves.browse(model.id)),
        "dashboard": moves.l10n_fr_chorus_dashboard,
        "journal": journal._get_journal_dashboard_data_batched,
    }


def _cost(env, open_it) -> tuple[int, float]:
    """SQL statements and seconds of one opening, once the process is warm."""
    open_it()
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.monotonic()
    open_it()
    return env.cr.sql_log_count - queries, time.monotonic() - start


# --- data ----------------------------------------------------------------------------


def _copy(env, model, first: int, last: int) -> None:
    """Add copies of an invoice, numbered from `first` to `last`, each with its state.

    One copy in ten was never sent: it is forgotten. Each has an amount of its own, else
    Odoo would take them all for duplicates of one another.
    """
    env.flush_all()
    submission = model.l10n_fr_chorus_submission_id
    env.cr.execute(
        SQL(
            """
            INSERT INTO account_move (name, sequence_number, amount_total, %(names)s)
            SELECT 'BANC/' || n, n, amount_total + n, %(columns)s
              FROM account_move, generate_series(%(first)s, %(last)s) n
             WHERE account_move.id = %(model)s
            """,
            **_columns(env, "account_move", OWN),
            first=first + 1,
            last=last,
            model=model.id,
        )
    )
    own = {"id", "move_id", "state", "state_code", "state_date", "number", "identity"}
    own |= {"available_at", "payable_since", "payment_due"}
    env.cr.execute(
        SQL(
            """
            INSERT INTO l10n_fr_chorus_submission (
                move_id, number, identity, state, state_code, state_date,
                available_at, payable_since, payment_due, %(names)s
            )
            SELECT move.id, move.name, replace(identity, number, move.name),
                   code, nullif(code, 'waiting'), day, day, day,
                   day + interval '30 days', %(columns)s
              FROM l10n_fr_chorus_submission, account_move move,
                   LATERAL (SELECT
                       (%(states)s::varchar[])[1 + move.sequence_number %% %(count)s]
                           AS code,
                       now() - move.sequence_number %% 100 * interval '1 day' AS day
                   ) AS told
             WHERE l10n_fr_chorus_submission.id = %(model)s
               AND move.name LIKE 'BANC/%%' AND move.sequence_number %% 10 > 0
               AND move.sequence_number > %(first)s
            """,
            **_columns(env, "l10n_fr_chorus_submission", own),
            states=list(STATES),
            count=len(STATES),
            model=submission.id,
            first=first,
        )
    )
    env.cr.execute(
        """
        UPDATE account_move SET l10n_fr_chorus_submission_id = submission.id
          FROM l10n_fr_chorus_submission submission
         WHERE submission.move_id = account_move.id
           AND account_move.l10n_fr_chorus_submission_id IS NULL;
        ANALYZE account_move; ANALYZE l10n_fr_chorus_submission
        """
    )
    env.invalidate_all()


def _tell(env, model, count: int) -> None:
    """Add so many events, spread over all submissions, one in twenty a refusal."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO l10n_fr_chorus_event (
                submission_id, code, state, occurred_at, precision, platform_sequence,
                received_at, source, reason, made_at, made_by
            )
            SELECT ids[1 + n %% array_length(ids, 1)], told, told,
                   now() - n * interval '1 minute', 'second', 0, now(), 'bench',
                   'EJ_ERR - banc', now(), 'bench'
              FROM (SELECT array_agg(id) AS ids FROM l10n_fr_chorus_submission) one,
                   generate_series(1, %s) n,
                   LATERAL (SELECT CASE WHEN n %% 20 = 0 THEN 'REJETEE'
                                        ELSE 'SERVICE_FAIT' END AS told) AS what
            """,
            count,
        )
    )
    env.cr.execute("ANALYZE l10n_fr_chorus_event")
    env.invalidate_all()


def _columns(env, table: str, own: set) -> dict[str, SQL]:
    """The columns that a copy shares with its model, to be filled and to be read."""
    env.cr.execute(
        """
        SELECT column_name FROM information_schema.columns
         WHERE table_schema = current_schema AND table_name = %s
           AND is_generated = 'NEVER' ORDER BY ordinal_position
        """,
        [table],
    )
    shared = [name for (name,) in env.cr.fetchall() if name not in own]
    return {
        "names": SQL(", ").join(SQL.identifier(name) for name in shared),
        "columns": SQL(", ").join(SQL.identifier(table, name) for name in shared),
    }


main(env)  # noqa: F821 - Odoo's shell defines it
