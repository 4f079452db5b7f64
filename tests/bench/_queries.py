"""What an invoice of a company without Chorus Pro costs, in queries, as one JSON."""

import json

from odoo import Command
from odoo.sql_db import Cursor

# Of each country: what its customer's number is in its companies' register.
CUSTOMERS = {
    "fr": ("fr", False),
    "fr, a customer with a SIRET": ("fr", "55203253400646"),
    "be": ("be", False),
}


def main(env) -> None:
    print(json.dumps({name: _acts(env, *one) for name, one in CUSTOMERS.items()}))
    env.cr.rollback()


def _acts(env, country: str, registry: str | bool) -> dict[str, int]:
    """Make, confirm, open, list and send an invoice of a company of that country.

    :param registry: its customer's number in the register of companies
    """
    company = env["res.company"].create(
        {
            "name": f"Neighbour {country} {registry or ''}",
            "country_id": env.ref(f"base.{country}").id,
        }
    )
    charts = env["account.chart.template"]
    chart = charts._guess_chart_template(company.country_id)
    charts.try_loading(chart, company, install_demo=False)
    env.user.company_ids += company
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    customer = env["res.partner"].create(
        {
            "name": "Reader",
            "country_id": company.country_id.id,
            "email": "r@example.com",
            "is_company": bool(registry),
            "company_registry": registry,
        }
    )
    line = Command.create({"name": "Book", "price_unit": 10})
    values = {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": "2026-11-20",
        "invoice_line_ids": [line],
    }
    # The first time fills caches that a running server has.
    for _round in range(2):
        counts = _act(env, values)
    return counts


def _act(env, values: dict) -> dict[str, int]:
    moves = env["account.move"]
    # What the form and the list read, ours too; a link shows its record's name.
    shown, listed = (
        {name: _shown(moves._fields[name]) for name in names["account.move"]}
        for kind in ("form", "list")
        if (names := moves.get_view(view_type=kind)["models"])
    )
    make, move = _count(env, lambda: moves.create(values))
    confirm, _none = _count(env, move.action_post)
    opened, _none = _count(env, lambda: move.web_read(shown))
    mine = [("id", "=", move.id)]
    lists, _none = _count(env, lambda: moves.web_search_read(mine, listed))
    send = env["account.move.send.wizard"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    dialog, _none = _count(env, lambda: send.create({}).alerts)
    return {
        "make": make,
        "confirm": confirm,
        "open": opened,
        "list": lists,
        "send_dialog": dialog,
    }


def _shown(field) -> dict:
    return {"fields": {"display_name": {}}} if field.type == "many2one" else {}


def _count(env, act):
    """Return how many queries an act makes from a cold cache, and its result."""
    made, execute = [], Cursor.execute

    def spy(cursor, query, *args, **options):
        made.append(query)
        return execute(cursor, query, *args, **options)

    env.flush_all()
    env.invalidate_all()
    Cursor.execute = spy
    try:
        result = act()
        env.flush_all()
    finally:
        Cursor.execute = execute
    return len(made), result


main(env)  # noqa: F821 - Odoo's shell defines env
