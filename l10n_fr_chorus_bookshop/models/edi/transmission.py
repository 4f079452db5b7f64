from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...chorus.channels import DILIFAC
from ...chorus.channels.edi.answer import ACCEPTED, RECEIVED, REJECTED
from ...chorus.errors import Refused
from ..common import MANAGER


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
        """Note what the operator says; any word proves that the deposit arrived.

        Its report is then read at once.
        """
        self.ensure_one()
        if answer.meaning == REJECTED:
            self.write({"verdict": REJECTED, "verdict_reason": answer.reason})
        elif not self.verdict and answer.meaning != RECEIVED:
            self.verdict = ACCEPTED
        self.flux_state = answer.code
        if self.state == "doubtful" and self.try_lock_for_update():
            self._accept(self.name)
        if self.state == "deposited" and self.verdict:
            self.next_try = fields.Datetime.now()
            self._wake()

    # ---- A PERSON DECIDES -----------------------------------------------------------

    def action_arrived(self):
        """The operator says that it has this file."""
        self.l10n_fr_chorus_settle(True)

    def action_not_arrived(self):
        """The operator says that it has never seen this file."""
        self.l10n_fr_chorus_settle(False)

    def l10n_fr_chorus_settle(self, arrived):
        """Settle a doubtful deposit by what the operator says of it (R13).

        What has not arrived may be sent again under the same number.

        :param arrived: whether the operator has the file
        :return: list of {"id", "state"}
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a Chorus Pro manager may settle it."))
        self.check_access("read")
        for transmission in self.sudo():
            transmission.lock_for_update()
            if transmission.state != "doubtful" or transmission.channel != DILIFAC:
                raise UserError(
                    self.env._("The deposit %s is not in doubt.", transmission.name)
                )
            if arrived:
                transmission._accept(transmission.name)
            else:
                error = Refused(self.env._("The operator has not received it."))
                error.who = transmission.connection_id.profile_id.operator
                transmission._refuse(error)
        # What was refused may be asked for again at once: only one may live.
        self.sudo().submission_ids.flush_recordset(["state"])
        return [{"id": one.id, "state": one.state} for one in self.sudo()]
