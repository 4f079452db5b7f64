"""How well order forms are read, and bank lines matched: right, wrong, missed.

Run by `setup/bookshop bench orders`. No database is touched. Prints one line of JSON.
"""

import json
import time

from odoo.addons.l10n_fr_chorus_bookshop.chorus import orders, payment

from orders_corpus import BANK_HELD_OUT, BANK_TUNED, HELD_OUT, TUNED, bank, build
from orders_corpus.measure import score


def main() -> None:
    """Measure and print the result."""
    result = {
        "forms": len(TUNED),
        "fields": score(TUNED, orders),
        "held_out_forms": len(HELD_OUT),
        "held_out": score(HELD_OUT, orders),
        "bank": bank.score(BANK_TUNED, payment),
        "bank_held_out": bank.score(BANK_HELD_OUT, payment),
        "ms_per_page": round(_speed([*TUNED, *HELD_OUT]), 1),
    }
    print(json.dumps(result), flush=True)


def _speed(forms) -> float:
    """Milliseconds to read one page of PDF."""
    drawn = [form for form in forms if form.kind == "pdf"]
    files = [build(form) for form in drawn]
    begun = time.process_time()
    for content in files:
        orders.read_file(content)
    spent = time.process_time() - begun
    return 1000 * spent / sum(form.text.count("\f") + 1 for form in drawn)


main()
