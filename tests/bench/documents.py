"""What a batch of documents costs, against the least it could and against core.

Run by `setup/bookshop bench documents [--invoices N] [--lines N] [--rounds N]` inside
Odoo's shell, on a database of its own. Prints one line of JSON.

Ours: fetch on a cold cache, neutral invoices, rules, XML, XSD. Floor: raw SQL of the
same columns, the same trees by bare lxml, parse and XSD. Core: its CII generation only.
"""

import argparse
import json
import os
import shlex
import statistics
import time

from lxml import etree
from stdnum import ean, luhn

from odoo import Command

from odoo.addons.l10n_fr_chorus_bookshop.chorus import rules
from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx import cii, schemas
from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx.cii import NAMESPACES
from odoo.addons.l10n_fr_chorus_bookshop.chorus.invoice import Recipient, Service
from odoo.addons.l10n_fr_chorus_bookshop.models.invoice import (
    neutral as neutral_invoice,
)
from odoo.addons.l10n_fr_chorus_bookshop.models.invoice.neutral import (
    lines as neutral_lines,
)
from odoo.addons.l10n_fr_chorus_bookshop.models.invoice.neutral import (
    parties as neutral_parties,
)

MODULE = "l10n_fr_chorus_bookshop"
CUSTOMERS = 20
BOOKS = 200
CORE_ROUNDS = 5


def main(env) -> None:
    """Measure and print the result."""
    options = _options()
    env = _in_bookshop(env)
    moves = _invoices(env, options.invoices, options.lines)
    short = _invoices(env, options.invoices, 1)
    documents, problems = _ours(moves, {})
    plans = [_plan(etree.fromstring(document)) for document in documents]
    # In turn rather than one after the other: what else the machine does hits both.
    ours, floor, profile = [], [], {}
    for _round in range(options.rounds):
        ours.append(_cpu(_cold_ours, moves, profile))
        floor.append(_cpu(_floor, env, moves, plans))
    core = [_cpu(_core, moves) for _round in range(CORE_ROUNDS)]
    per_invoice = 1000 / options.invoices
    result = {
        "cpu_ms_per_invoice": statistics.median(ours) * per_invoice,
        "floor_ms_per_invoice": statistics.median(floor) * per_invoice,
        "ratio": statistics.median(ours) / statistics.median(floor),
        "sql_queries": _queries(_cold_ours, moves, {}),
        "sql_queries_one_line": _queries(_cold_ours, short, {}),
        "core_cpu_ms_per_invoice": statistics.median(core) * per_invoice,
        "core_sql_queries": _queries(_core, moves),
        "core_ratio": statistics.median(ours) / statistics.median(core),
        "invoices": options.invoices,
        "lines": options.lines,
        "rounds": options.rounds,
        "problems": sum(map(len, problems)),
        "bytes": statistics.median(map(len, documents)),
        **{
            f"{stage}_ms": statistics.median(seconds) * per_invoice
            for stage, seconds in profile.items()
        },
    }
    print(
        json.dumps(
            {
                name: round(value, 3) if isinstance(value, float) else value
                for name, value in result.items()
            }
        )
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench documents")
    parser.add_argument("--invoices", type=int, default=200)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


# --- data ----------------------------------------------------------------------------


def _in_bookshop(env):
    company = env.ref(f"{MODULE}.company_bookshop")
    context = {"allowed_company_ids": company.ids, "tracking_disable": True}
    return env(context={**env.context, **context})


def _invoices(env, count: int, lines: int):
    """Make posted invoices of books, at three rates, to different bodies."""
    rates = ("tax_sale_55", "tax_sale_55", "tax_sale_21", "tax_sale_20")
    taxes = [env.ref(f"{MODULE}.{name}") for name in rates]
    bodies, books = _bodies(env), _books(env)
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "company_id": env.company.id,
                "partner_id": bodies[rank % CUSTOMERS].id,
                "buyer_reference": "CULTURE",
                "purchase_order_reference": f"2026-{rank:05d}",
                "invoice_line_ids": [
                    _line(books[(rank + 7 * row) % BOOKS], taxes[row % len(taxes)], row)
                    for row in range(lines)
                ],
            }
            for rank in range(count)
        ]
    )
    moves.action_post()
    env.flush_all()
    return moves


def _line(book, tax, row: int):
    return Command.create(
        {
            "product_id": book.id,
            "quantity": row % 5 + 1,
            "price_unit": 6.5 + row,
            "discount": (0, 9)[row % 2],
            "tax_ids": [Command.set(tax.ids)],
        }
    )


def _bodies(env):
    siren = "21270680" + luhn.calc_check_digit("21270680")
    sirets = [f"{siren}{rank:04d}" for rank in range(CUSTOMERS)]
    return env["res.partner"].create(
        [
            {
                "name": f"Commune n° {siret}",
                "is_company": True,
                "company_registry": siret + luhn.calc_check_digit(siret),
                "street": "1 place de la Mairie",
                "zip": "27200",
                "city": "Vernon",
                "country_id": env.ref("base.fr").id,
            }
            for siret in sirets
        ]
    )


def _books(env):
    barcodes = env["product.product"].search([("barcode", "like", "97824")])
    if barcodes:
        return barcodes
    codes = [f"97824{rank:07d}" for rank in range(BOOKS)]
    return env["product.product"].create(
        [
            {
                "name": f"Livre {code}",
                "default_code": code[-6:],
                "barcode": code + ean.calc_check_digit(code),
            }
            for code in codes
        ]
    )


# --- what is measured ----------------------------------------------------------------


def _cold_ours(moves, profile: dict) -> None:
    moves.env.invalidate_all()
    _ours(moves, profile)


def _ours(moves, profile: dict) -> tuple[list[bytes], list[list]]:
    """Make and check the documents, as preparing a batch does.

    :return: the documents and the problems of each
    """
    clock = _Clock(profile)
    invoices = neutral_invoice.neutral_invoices(moves).values()
    clock.lap("neutral")
    problems = [rules.check(invoice, _recipient(invoice)) for invoice in invoices]
    clock.lap("rules")
    documents = [cii.write(invoice) for invoice in invoices]
    clock.lap("xml")
    invalid = [found for xml in documents if (found := schemas.xsd_problems(xml))]
    clock.lap("xsd")
    if invalid:
        raise AssertionError(invalid[0])
    return documents, problems


def _recipient(invoice) -> Recipient:
    return Recipient(
        siret=invoice.buyer.siret,
        name=invoice.buyer.name,
        known=True,
        active=True,
        service_required=True,
        engagement_required=True,
        services=(Service("CULTURE"), Service("ECOLES")),
        services_known=True,
    )


def _floor(env, moves, plans: list[list[tuple]]) -> None:
    """Do the least that could make the same documents."""
    for query in _raw_queries():
        env.cr.execute(query, [moves.ids])
        env.cr.fetchall()
    schema = schemas._fast_schema()
    for plan in plans:
        schema.assertValid(etree.fromstring(_built(plan)))


def _plan(tree) -> list[tuple]:
    """Return what to make of a tree, so that the floor does not pay for reading it.

    :return: rank of the parent (of itself for the root), tag, text, attributes
    """
    nodes = list(tree.iter())
    ranks = {node: rank for rank, node in enumerate(nodes)}
    return [
        (ranks.get(node.getparent(), 0), node.tag, node.text, dict(node.attrib))
        for node in nodes
    ]


def _built(plan: list[tuple]) -> bytes:
    _self, tag, _text, _attributes = plan[0]
    nodes = [etree.Element(tag, nsmap=NAMESPACES)]
    for parent, tag, text, attributes in plan[1:]:
        node = etree.SubElement(nodes[parent], tag, attributes)
        node.text = text
        nodes.append(node)
    return etree.tostring(nodes[0], xml_declaration=True, encoding="UTF-8")


def _raw_queries() -> list[str]:
    heads = ", ".join(sorted({*neutral_invoice.MOVE_FIELDS} - {"line_ids"}))
    items = ", ".join(sorted({*neutral_lines.ITEM_FIELDS} - {"tax_ids"}))
    partners = ", ".join(neutral_parties.PARTNER_FIELDS)
    invoices = "SELECT {} FROM account_move WHERE id = ANY(%s)"
    lines = "SELECT {} FROM account_move_line WHERE move_id = ANY(%s)"
    taxes = "account_move_line_account_tax_rel"
    return [
        invoices.format(heads),
        lines.format(f"id, {items}"),
        f"""SELECT account_move_line_id, account_tax_id FROM {taxes}
             WHERE account_move_line_id IN ({lines.format("id")})""",
        f"SELECT id, {partners} FROM res_partner WHERE id IN ("
        + invoices.format("partner_id")
        + ")",
        "SELECT id, barcode, default_code FROM product_product WHERE id IN ("
        + lines.format("product_id")
        + ")",
    ]


def _core(moves) -> None:
    moves.env.invalidate_all()
    generator = moves.env["account.edi.xml.cii"]
    for move in moves:
        generator._export_invoice(move)


# --- instruments ---------------------------------------------------------------------


class _Clock:
    """Adds up the CPU seconds of each stage."""

    def __init__(self, profile: dict):
        self._profile = profile
        self._start = time.process_time()

    def lap(self, stage: str) -> None:
        now = time.process_time()
        self._profile.setdefault(stage, []).append(now - self._start)
        self._start = now


def _cpu(function, *args) -> float:
    start = time.process_time()
    function(*args)
    return time.process_time() - start


def _queries(function, moves, *args) -> int:
    cursor = moves.env.cr
    before = cursor.sql_log_count
    function(moves, *args)
    return cursor.sql_log_count - before


main(env)  # noqa: F821 - Odoo's shell defines it
