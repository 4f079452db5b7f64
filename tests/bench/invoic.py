"""What an INVOIC costs: written, verified and read back; memory from 1 to 1 000.

Run by `setup/bookshop bench invoic [--lines N] [--invoices N] [--rounds N]`. No
database is touched. Prints one line of JSON.
"""

import argparse
import dataclasses
import gc
import json
import os
import shlex
import statistics
import time
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.edi import (
    invoic_verify,
    invoic_write,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.edi.invoic import (
    Envelope,
    Settings,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.invoice import (
    Address,
    Invoice,
    Line,
    Party,
    Tax,
)

SETTINGS = Settings("3025590000008")
ENVELOPE = Envelope("3025594987657", "00000000000001", datetime.now(UTC))
CENT = Decimal("0.01")


def main() -> None:
    """Measure and print the result."""
    options = _options()
    long = _invoice(options.lines)
    writing = [_seconds(invoic_write.write, long) for _round in range(options.rounds)]
    whole = [_seconds(_make, long) for _round in range(options.rounds)]
    short = _invoice(10)
    result = {
        "lines": options.lines,
        "ms_per_invoice": round(1000 * statistics.median(whole), 1),
        "write_ms_per_invoice": round(1000 * statistics.median(writing), 1),
        "bytes": len(_make(long)),
        "peak_kb_1_invoice": _peak(short, 1),
        f"peak_kb_{options.invoices}_invoices": _peak(short, options.invoices),
    }
    print(json.dumps(result), flush=True)


def _make(invoice: Invoice, settings=SETTINGS, envelope=ENVELOPE) -> bytes:
    """As the channel does: written, then verified and read back."""
    content = invoic_write.write(invoice, settings, envelope)
    if found := invoic_verify.problems(content, invoice):
        raise RuntimeError(found)
    return content


def _seconds(make, invoice: Invoice) -> float:
    begun = time.process_time()
    make(invoice, SETTINGS, ENVELOPE)
    return time.process_time() - begun


def _peak(invoice: Invoice, count: int) -> int:
    """Kilobytes held at most while so many are made one after the other."""
    _make(invoice)  # what is only made once
    tracemalloc.start()
    for number in range(count):
        _make(dataclasses.replace(invoice, number=f"FAC/{number}"))
        if not number % 20:
            gc.collect()  # what waits for it is not held
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak // 1024


def _invoice(count: int) -> Invoice:
    """An invoice of so many titles."""
    price, rate = Decimal("7.11"), Decimal("5.5")
    lines = tuple(
        Line(
            position=number,
            name=f"À la recherche du temps perdu, tome {number}",
            quantity=Decimal(2),
            unit_price=price * Decimal("0.91"),
            gross_price=price,
            discount=Decimal(9),
            total=(price * Decimal("1.82")).quantize(CENT),
            category="S",
            rate=rate,
            ean="9782070612758",
        )
        for number in range(1, count + 1)
    )
    base = sum((line.total for line in lines), Decimal(0))
    tax = (base * rate / 100).quantize(CENT)
    place = Address("8 quai des Libraires", "", "76000", "Rouen", "FR")
    return Invoice(
        number="FAC/2026/00001",
        kind="380",
        issue_date=date(2026, 11, 23),
        currency="EUR",
        seller=Party("Librairie", "88888888000018", "FR76888888880", place),
        buyer=Party("Médiathèque", "22760540900019", "", place),
        lines=lines,
        taxes=(Tax("S", rate, base, tax),),
        untaxed=base,
        tax=tax,
        total=base + tax,
        due=base + tax,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench invoic")
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--invoices", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


main()
