"""What it costs to install the module in an old shop, and whether it goes cleanly.

Run by `setup/bookshop bench install [--invoices N]`: the module is installed in a
database without invoices, then in one with N posted invoices and half as many orders
and customers, is uninstalled there once its demonstration has sold, and comes back.
Prints one line of JSON.

A field worked out row by row would cost a query for each: `queries_more` tells.
"""

import json

from bench import _measure
from e2e.old_shop import old_shop

# Odoo works out a new stored field a thousand rows at a time.
ROWS_AT_ONCE = 1000
QUERIES_AT_ONCE = 10
BOOKSHOPS = "SELECT count(*) FROM res_company WHERE name = 'Librairie des Deux Rives'"


def main() -> None:
    """Measure and print the result."""
    count = _measure.options("install").invoices
    with old_shop(0, "young") as young:
        alone = young.install()
    with old_shop(count, "old") as old:
        run = old.install()
        old.sell()
        invoices = _invoices(old)
        uninstalled = old.uninstall()
        left, after = old.leftovers(), _invoices(old)
        again = old.install()
        shops = old.sql(BOOKSHOPS).strip()
    more = run.queries - alone.queries
    _measure.report(
        {
            "invoices": count,
            "queries": run.queries,
            "queries_more": more,
            "seconds": run.seconds,
            "seconds_without_invoices": alone.seconds,
            "uninstall_seconds": uninstalled,
            "seconds_again": again.seconds,
        }
    )
    complaints = run.complaints + again.complaints
    if left or after != invoices or complaints or shops != "1":
        found = [left, invoices, after, complaints[:3], shops]
        raise AssertionError(json.dumps(found))
    if more > QUERIES_AT_ONCE * (1 + 2 * count // ROWS_AT_ONCE):
        raise AssertionError(f"{more} queries more than without invoices")


def _invoices(shop) -> str:
    """Every invoice with its references, as one digest."""
    return shop.sql(
        "SELECT count(*), md5(string_agg(md5(row(name, state, amount_total, "
        "buyer_reference, purchase_order_reference)::text), '' ORDER BY id)) "
        "FROM account_move"
    )


main()
