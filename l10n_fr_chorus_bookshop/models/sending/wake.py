from odoo import SUPERUSER_ID, api, models


class L10nFrChorusTransmission(models.Model):
    """With OCA's `queue_job` installed, whoever is woken up is one of its workers.

    The work is the same method, and the scheduled job goes on as one more worker: it
    also serves a shop whose job runner is not started.
    """

    _inherit = "l10n_fr_chorus.transmission"

    @api.model
    def _wake(self, at=None):
        if not hasattr(self, "with_delay"):
            return super()._wake(at)
        self._let_job_commit()
        # One job a minute is enough; one planned for later must not hide one for now.
        moment = f"{at:%Y-%m-%d %H:%M}" if at else "now"
        worker = self.browse().with_user(SUPERUSER_ID)
        worker.with_delay(eta=at, identity_key=f"{self._name} {moment}")._work()
        return None

    @api.model
    def _let_job_commit(self):
        """Have the job run on a cursor of its own, on which it may commit."""
        functions = self.env["queue.job.function"].sudo()
        model, method = self.env["ir.model"]._get(self._name), "_work"
        known = functions.search(
            [("model_id", "=", model.id), ("method", "=", method)], limit=1
        )
        if not known:
            known = functions.create({"model_id": model.id, "method": method})
        if not known.allow_commit:
            known.allow_commit = True
