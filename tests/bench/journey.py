"""What invoices cost from the request to the deposit, the real documents made.

Run by `setup/bookshop bench journey [--invoices N] [--lines L] [--layout odoo]` inside
Odoo's shell, on a database of its own. Prints one line of JSON.

Compared in the same run, each warm, per invoice of the same lines under the same logo:

- *ours*: posted invoices to a public body, requested, prepared (checks, page, XML,
  Factur-X, XSD, the whole Schematron, PDF/A and PDF/UA checks), sealed, packed and
  deposited over HTTP on this machine;
- *core*: what a shop does without us for a customer who is no public body, where no
  code of ours acts: Odoo's *Send & Print*, one invoice at a time, as from its dialog.
  It prints a PDF and puts its Factur-X inside; it checks nothing and sends nothing;
- *core_batch*: the same for ten invoices in one call, as its scheduled job does: one
  start of the page printer for all ten;
- *odoo_layout*: our whole way, the page being Odoo's own report, as a company may
  choose; each is printed alone;
- *floor*: a bare loop that typesets, writes the XML, hashes and inserts, for two
  hundred of the same invoices at most.

An Odoo server answers meanwhile, as in a shop, for the page printer asks it for styles.

The ratio to the floor is of processor time, ours and that of all programs we start, the
Schematron's among them, which what else the machine does disturbs least. How many times
faster is of the time a person waits. Both times are given for all.
"""

import base64
import hashlib
import io
import os
import statistics
import time
from contextlib import contextmanager
from dataclasses import replace

from PIL import Image, ImageDraw

from odoo import Command, sql_db
from odoo.tools import SQL, file_path

from odoo.addons.l10n_fr_chorus_bookshop.chorus import typeset
from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx import cii
from odoo.addons.l10n_fr_chorus_bookshop.chorus.facturx import pdf as facturx_pdf
from odoo.addons.l10n_fr_chorus_bookshop.models.invoice.neutral import neutral_invoices
from odoo.addons.l10n_fr_chorus_bookshop.models.sending.account_move_render import FONTS

from bench import _measure
from bench._measure import MODULE
from bookshop_tool import workspace
from simulator.client import Admin

MARKET = "2026-LIVRES"
PRIVATE = "Cabinet Morel"
PART = 200
# Of what is slow, few tell enough.
SAMPLE = 10
FLOOR_ROUNDS = 3
STEPS = ("prepare", "seal", "pack", "deposit")


def main(env) -> None:
    """Measure and print the result."""
    options = _measure.options("journey", _arguments)
    if options.platform:
        _measured(env, options)
        return
    with (
        workspace.start_odoo(env.cr.dbname, crons=0),
        workspace.start_simulator() as simulator,
    ):
        env = _measure.open_shop(env, simulator.url)
        env.company.write(
            {
                "logo": base64.b64encode(_logo()),
                "primary_color": "#7a1f3d",
                "l10n_fr_chorus_registration": "SARL au capital de 8 000 € – RCS Rouen",
                "report_footer": "<p>02 35 00 00 00 – contact@librairie.example</p>",
            }
        )
        _post(env, options.invoices + SAMPLE + 1, options.lines, MARKET)
        _post(env, 2 * SAMPLE + 1, options.lines, "", _private(env))
        _measure.second_half(env, __file__, simulator.url)


def _arguments(parser) -> None:
    parser.set_defaults(invoices=200)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--layout", choices=("typeset", "odoo"), default="typeset")


# --- data ----------------------------------------------------------------------------


def _logo() -> bytes:
    """A drawing and some lettering, as shops have."""
    image = Image.new("RGBA", (900, 300), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((10, 10, 290, 290), 40, fill=(122, 31, 61, 255))
    draw.ellipse((90, 70, 210, 230), fill=(255, 255, 255, 255))
    draw.text((320, 80), "Librairie", fill=(122, 31, 61, 255), font_size=120)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _private(env):
    """A customer whom core alone serves."""
    return env["res.partner"].create(
        {
            "name": PRIVATE,
            "is_company": True,
            "street": "3 rue des Bonnetiers",
            "zip": "76000",
            "city": "Rouen",
            "country_id": env.ref("base.fr").id,
        }
    )


def _post(env, count: int, lines: int, market: str, customer=None) -> None:
    """Make and post invoices of books, at the price printed on them."""
    who = {"partner_id": customer.id} if customer else {}
    books = env["product.product"].search([("barcode", "like", "978")], order="id")
    for start in range(0, count, _measure.CHUNK):
        ranks = range(start, min(start + _measure.CHUNK, count))
        moves = env["account.move"].create(
            [
                {
                    **_measure.invoice(env, rank),
                    "contract_reference": market,
                    **who,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": books[(rank + 7 * row) % len(books)].id,
                                "quantity": row % 5 + 1,
                                "price_unit": 6.5 + row,
                                "discount": (0, 9)[row % 2],
                            }
                        )
                        for row in range(lines)
                    ],
                }
                for rank in ranks
            ]
        )
        moves._post()
        env.cr.commit()


# --- what is measured ----------------------------------------------------------------


def _measured(env, options) -> None:
    company = env.ref(f"{MODULE}.company_bookshop")
    context = {"allowed_company_ids": company.ids, "tracking_disable": True}
    env = env(context={**env.context, **context})
    posted = env["account.move"].search(
        [("company_id", "=", company.id), ("contract_reference", "=", MARKET)],
        order="id",
    )
    moves = posted[: options.invoices]
    for_odoo = posted[options.invoices :]
    for_core = env["account.move"].search(
        [("company_id", "=", company.id), ("partner_id.name", "=", PRIVATE)]
    )
    platform = Admin(options.platform)

    # The first of its kind loads fonts, schemas, classes, styles.
    _core(env, for_core[:1])
    _journey(env, for_odoo[:1], "typeset", {})
    floors = [_floor(env, moves[:PART])]
    platform.clear_calls()
    steps = {}
    queries = sql_db.sql_counter
    ours = _journey(env, moves, options.layout, steps)
    sql = sql_db.sql_counter - queries
    peak = max(step["peak_mb"] for step in steps.values())
    calls = platform.calls()["calls"]
    floors += [_floor(env, moves[:PART]) for _round in range(FLOOR_ROUNDS - 1)]
    with_odoo = _journey(env, for_odoo[1:], "odoo", {})
    core_batch = _core(env, for_core[1 : SAMPLE + 1])
    core = _mean([_core_one(env, move) for move in for_core[SAMPLE + 1 :]])

    sent = moves.l10n_fr_chorus_submission_id
    left = sent.filtered(lambda one: one.state == "deposited")
    if len(left) != len(moves):
        message = f"{len(left)} invoices left instead of {len(moves)}"
        raise AssertionError(message)
    floor = {kind: statistics.median(one[kind] for one in floors) for kind in floors[0]}
    _measure.report(
        {
            "invoices": len(moves),
            "lines": options.lines,
            "compared_on": {"core": SAMPLE, "floor": min(PART, len(moves))},
            "layout": options.layout,
            "ratio_to_floor": ours["cpu"] / floor["cpu"],
            "times_faster_than_core": core["wall"] / ours["wall"],
            "times_faster_than_core_batch": core_batch["wall"] / ours["wall"],
            "times_faster_than_odoo_layout": with_odoo["wall"] / ours["wall"],
            "sql_per_invoice": sql / len(moves),
            "bytes_per_original": statistics.mean(sent.original_id.mapped("size")),
            "peak_rss_mb": peak,
            "deposits": len(sent.transmission_id),
            "http_calls": len(calls),
            "cpu_ms_per_invoice": ours["cpu"],
            "wall_ms_per_invoice": ours["wall"],
            "floor_cpu_ms": floor["cpu"],
            "floor_wall_ms": floor["wall"],
            "core_cpu_ms": core["cpu"],
            "core_wall_ms": core["wall"],
            "core_batch_cpu_ms": core_batch["cpu"],
            "core_batch_wall_ms": core_batch["wall"],
            "odoo_layout_cpu_ms": with_odoo["cpu"],
            "odoo_layout_wall_ms": with_odoo["wall"],
            "steps": steps,
        }
    )


def _journey(env, moves, layout: str, steps: dict) -> dict[str, float]:
    """Request, prepare and deposit; return milliseconds per invoice.

    :param steps: gets what each step takes, its queries and its peak of memory
    """
    env.company.l10n_fr_chorus_layout = layout
    env.cr.commit()
    env.invalidate_all()
    transmissions = env["l10n_fr_chorus.transmission"].sudo()
    submissions = env["l10n_fr_chorus.submission"].sudo()
    work = {
        "request": lambda: [part.l10n_fr_chorus_send() for part in _parts(moves)],
        "prepare": lambda: transmissions._run_step(submissions._prepare_due),
        **{
            step: lambda step=step: transmissions._run_step(
                getattr(transmissions, f"_{step}_due")
            )
            for step in STEPS[1:]
        },
    }
    whole = {}
    with _clock(whole, len(moves)):
        for name, act in work.items():
            _measure.forget_peak()
            queries = sql_db.sql_counter
            taken = {}
            with _clock(taken, len(moves)):
                act()
                env.cr.commit()
            steps[name] = {
                "cpu_ms": round(taken["cpu"], 3),
                "wall_ms": round(taken["wall"], 3),
                "sql": round((sql_db.sql_counter - queries) / len(moves), 3),
                "peak_mb": round(_measure.memory("VmHWM")),
            }
    return whole


def _core(env, moves) -> dict[str, float]:
    """What core makes of invoices in one call, as its scheduled job does."""
    taken = {}
    with _clock(taken, len(moves)):
        env["account.move.send"]._generate_and_send_invoices(
            moves, sending_methods={"manual"}, invoice_edi_format="facturx"
        )
        env.flush_all()
    return _made_by_core(env, moves, taken)


def _core_one(env, move) -> dict[str, float]:
    """What core makes of one invoice when a person sends it from the dialog."""
    taken = {}
    with _clock(taken, 1):
        wizards = env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        values = {"sending_methods": ["manual"], "invoice_edi_format": "facturx"}
        wizards.create(values).action_send_and_print()
        env.flush_all()
    return _made_by_core(env, move, taken)


def _made_by_core(env, moves, taken: dict) -> dict[str, float]:
    for move in moves:
        # It raises where there is none.
        facturx_pdf.read_xml(move.invoice_pdf_report_id.raw or b"")
    env.cr.commit()
    env.invalidate_all()
    return taken


def _mean(taken: list[dict]) -> dict[str, float]:
    return {kind: statistics.mean(one[kind] for one in taken) for kind in taken[0]}


def _floor(env, moves) -> dict[str, float]:
    """Typeset, write, hash and insert in a bare loop, undone afterwards."""
    letterhead = env.company._l10n_fr_chorus_letterhead()
    fonts, tag = file_path(FONTS), os.urandom(4).hex()
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE floor (
            id serial PRIMARY KEY, number text, sha256 text, xml bytea, content bytea
        )
        """
    )
    total = dict.fromkeys(("cpu", "wall"), 0.0)
    for part in _parts(moves):
        invoices = [
            # Nothing that the typesetter remembers of an earlier round.
            replace(one, note=f"{tag} {one.number}")
            for one in neutral_invoices(part).values()
        ]
        taken = {}
        with _clock(taken, len(moves)):
            for invoice in invoices:
                content = typeset.write(invoice, letterhead, fonts)
                xml = cii.write(invoice)
                env.cr.execute(
                    SQL(
                        "INSERT INTO floor (number, sha256, xml, content)"
                        " VALUES (%s, %s, %s, %s)",
                        invoice.number,
                        hashlib.sha256(content).hexdigest(),
                        xml,
                        content,
                    )
                )
        total = {name: total[name] + taken[name] for name in total}
        env.invalidate_all(flush=False)
    env.cr.rollback()
    env.invalidate_all(flush=False)
    return total


def _parts(moves):
    """As many at once as a person selects: memory must not follow their number."""
    for start in range(0, len(moves), PART):
        part = moves.browse(moves.ids[start : start + PART])
        yield part
        moves.env.invalidate_all()


@contextmanager
def _clock(result: dict, count: int):
    """Put milliseconds per invoice into `result`: our processor time and that of the
    programs we started, and wall time."""
    cpu, wall = _measure.processor(), time.monotonic()
    yield
    result["cpu"] = 1000 * (_measure.processor() - cpu) / count
    result["wall"] = 1000 * (time.monotonic() - wall) / count


main(env)  # noqa: F821 - Odoo's shell defines it
