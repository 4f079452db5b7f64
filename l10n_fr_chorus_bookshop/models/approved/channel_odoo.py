# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
from datetime import UTC, datetime

from odoo import models

from ...chorus.lifecycle.labels import REFORM
from ...chorus.lifecycle.states import BEFORE_ARRIVAL
from ...chorus.text import _

ODOO = "odoo"
# Words of `account_peppol` and `l10n_fr_pdp` -> the reform's code that they stand for.
WORDS = {
    "processing": "200",
    "submitted": "200",
    "done": "201",
    "sent": "201",
    "AB": "202",
    "made_available": "203",
    "in_hand": "204",
    "AP": "205",
    "contested": "207",
    "suspended": "208",
    "completed": "209",
    "refused": "210",
    "payment_sent": "211",
    "RE": "213",
}
# Not gone yet; and "PD", which only says what we told ourselves.
SILENT = ("to_send", "PD")
FAILED = "error"


class L10nFrChorusChannelOdoo(models.AbstractModel):
    """Odoo's own approved platform, in the hands of Odoo's own modules (R44).

    Nothing of ours leaves by it. What those modules say of an invoice becomes its
    history here, so that it is followed, credited and kept in view as by other roads.
    """

    _name = "l10n_fr_chorus.channel.odoo"
    _inherit = "l10n_fr_chorus.channel"
    _description = "Odoo's own platform"

    _label, _rank = _("Odoo's own platform"), 27
    _by_hand = True
    _elsewhere = True
    _reform = True
    _sends_credit_notes = False

    def _guarantee(self):
        return self.env._(
            "The invoice was made and sent by Odoo's own platform: the legal original "
            "is the file that Odoo attached to it, and is not kept in this vault."
        )

    def _follow_elsewhere(self):
        """Make history of what Odoo's own modules say of invoices on this road."""
        moves = self.env["account.move"].sudo()
        for move in moves.search(moves._l10n_fr_chorus_other_domain(), order="id"):
            if move._l10n_fr_chorus_elsewhere() and move.l10n_fr_chorus_concerned:
                self.env["l10n_fr_chorus.transmission"]._run_step(self._follow, move)

    def _follow(self, move):
        """Note one word of theirs; one that says nothing new changes nothing."""
        if not move.try_lock_for_update(allow_referencing=True):
            return  # somebody has it in hand: the next round follows it
        word = move._l10n_fr_chorus_other_state()
        submission = move.l10n_fr_chorus_submission_id
        alive = submission.channel == ODOO and submission.state != "not_integrated"
        arrived = alive and submission._state().platform
        arrived = arrived and submission.state not in BEFORE_ARRIVAL
        # What failed earlier, or late, is no failure of what a body has.
        if word in SILENT or (word == FAILED and (arrived or not alive)):
            return
        if not alive:
            submission = self._taken(move)
        if word == FAILED:
            submission._set_state(
                "not_integrated",
                reason=self.env._(
                    "Odoo's own platform could not send it: its message is on the "
                    "invoice. Correct it, then send it again there."
                ),
            )
            submission._notify_state()
            return
        code = WORDS.get(word, word)
        state = REFORM.get(code, code)
        if submission.state_code == state:
            return
        news = submission._as_news(state, datetime.now(UTC))
        submission._record_news([(submission, news, ODOO)])

    def _taken(self, move):
        """Return a sending that stands for theirs."""
        move._l10n_fr_chorus_request(channel=ODOO, channel_reason=False)
        submission = move.l10n_fr_chorus_submission_id
        submission.write(
            {
                "state": "deposited",
                "next_try": False,
                "kind": "381" if move.move_type == "out_refund" else "380",
                "seller_siret": move.company_id._l10n_fr_chorus_siret(),
                "buyer_siret": move._l10n_fr_chorus_siret(),
            }
        )
        return submission
