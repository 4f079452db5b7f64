"""A shop that comes from the OCA's 18.0 modules: is all taken over, once? (R40)

Run by `setup/bookshop bench takeover [--invoices N]`: a base with their columns and N
invoices that they sent is taken over twice. Prints one line of JSON.
"""

import sys
import time

from odoo.addons.l10n_fr_chorus_bookshop.tests.takeover.old_base import leave_behind

from bench import _measure

# Invoices that they sent, besides the two of the small base.
MORE_SENT = """
    UPDATE account_move SET chorus_flow_id = (SELECT min(id) FROM chorus_flow),
        chorus_identifier = 1000 + id, chorus_status = 'MISE_EN_PAIEMENT',
        chorus_status_date = '2026-05-04 09:30' WHERE id = ANY(%s)
"""


def main(env) -> None:
    """Measure and print the result."""
    count = max(_measure.options("takeover").invoices, 3)
    company = env.ref(f"{_measure.MODULE}.company_bookshop")
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    town = env["res.partner"].create(
        {"name": "Ville de Saint-Aubin", "is_company": True}
    )
    moves = env["account.move"].create(
        [_measure.invoice(env, rank) for rank in range(count)]
    )
    moves._post()
    env.flush_all()
    leave_behind(env.cr, company, town, moves)
    env.cr.execute(MORE_SENT, [moves[3:].ids])
    env.invalidate_all()
    takeover = env["l10n_fr_chorus.takeover"].with_user(env.ref("base.user_admin"))
    begun = time.monotonic()
    taken = takeover.l10n_fr_chorus_take_over(True)
    seconds = time.monotonic() - begun
    env.flush_all()
    env.invalidate_all()
    again = takeover.l10n_fr_chorus_take_over(True)
    result = {
        "taken_over": sum(one["taken"] for one in taken),
        "left": sum(len(one["left"]) for one in taken),
        "again": sum(one["found"] for one in again),
        "found": sum(one["found"] for one in taken),
        "invoices": count,
        "seconds": seconds,
    }
    _measure.report(result)
    if result["left"] or result["again"] or result["taken_over"] != result["found"]:
        sys.exit(1)


main(env)  # noqa: F821 - Odoo's shell defines env
