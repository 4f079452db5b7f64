from odoo import fields, models

from ..chorus.returns import ACCEPTED, REJECTED


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

    verdict = fields.Selection(
        [(ACCEPTED, "Accepted by the operator"), (REJECTED, "Stopped by the operator")],
        "Operator's verdict",
        readonly=True,
        help="Before Chorus Pro: what is stopped here never existed there.",
    )
    verdict_reason = fields.Text(readonly=True)

    def _hear(self, answer):
        """Note what the operator says; any word proves that the deposit arrived."""
        self.ensure_one()
        if answer.meaning == REJECTED:
            self.write({"verdict": REJECTED, "verdict_reason": answer.reason})
        elif not self.verdict:
            self.verdict = ACCEPTED
        self.flux_state = answer.code
        if self.state == "doubtful" and self.try_lock_for_update():
            self._accept(self.name)
        # What it says is applied by the next question about this deposit.
        if self.state == "deposited" and answer.meaning != ACCEPTED:
            self.next_try = fields.Datetime.now()
