from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...chorus.errors import Denied
from ..common import REFRESH
from .guide_missing import TAKEN


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_training = fields.Boolean("Chorus Pro training")
    l10n_fr_chorus_training_since = fields.Datetime(readonly=True)

    @api.constrains("l10n_fr_chorus_training", "l10n_fr_chorus_environment")
    def _check_l10n_fr_chorus_training(self):
        for company in self:
            real = company.l10n_fr_chorus_environment == "production"
            if company.l10n_fr_chorus_training and real:
                raise ValidationError(
                    self.env._(
                        "%s is in production: real invoices leave, one does not train "
                        "there. Train in a copy of the database, or before production "
                        "opens.",
                        company.name,
                    )
                )

    def write(self, vals):
        """Only what is done from the start of a training on counts in it."""
        if vals.get("l10n_fr_chorus_training"):
            vals = {"l10n_fr_chorus_training_since": fields.Datetime.now(), **vals}
        return super().write(vals)


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _check_no_training(self):
        """A last wall, whatever else is set."""
        training = self.company_id.sudo().l10n_fr_chorus_training
        if training:
            raise Denied(
                self.env._(
                    "This shop is in training: nothing of it reaches production. A "
                    "manager ends the training in the guide."
                )
            )


class L10nFrChorusGuide(models.Model):
    _inherit = "l10n_fr_chorus.guide"

    def _train(self, wanted):
        """Begin a training, or end it.

        :raises ValidationError: the company is in production
        """
        self._need_manager()
        if wanted:
            self.exercise_ids._untick()
        self.training = wanted

    def action_train(self):
        """Begin a training: the exercises start anew."""
        self._train(True)
        return REFRESH

    def action_end_training(self):
        """End the training."""
        self._train(False)
        return REFRESH


class L10nFrChorusGuideStep(models.Model):
    """The exercises: done when real documents show it (R38)."""

    _inherit = "l10n_fr_chorus.guide.step"

    def _trained(self, condition):
        """Return the invoices requested in this training that meet a condition."""
        company = self.company_id
        if not company.l10n_fr_chorus_training:
            return self.env["account.move"]
        return (
            self.env["l10n_fr_chorus.submission"]
            .search(
                Domain("company_id", "=", company.id)
                & Domain("requested_at", ">=", company.l10n_fr_chorus_training_since)
                & condition
            )
            .move_id
        )

    def _not_yet(self, done, otherwise):
        """Return what to say of an exercise."""
        if not self.company_id.l10n_fr_chorus_training:
            return [self.env._("No training is under way.")]
        return [] if done else [otherwise]

    def _missing_train_send(self):
        sent = self._trained(Domain("sent_at", "!=", False))
        return self._not_yet(sent, self.env._("No invoice has left in this training."))

    def _missing_train_read(self):
        told = self._trained(Domain("state", "in", TAKEN))
        return self._not_yet(
            told,
            self.env._("Chorus Pro has told nothing of an invoice of this training."),
        )

    def _missing_train_refused(self):
        refused = self._trained(Domain("state", "=", "REJETEE"))
        open_ones = refused.filtered(lambda move: not move._l10n_fr_chorus_credits())
        if open_ones:
            said = self.env._("%s is refused: open it and answer.", open_ones[0].name)
        else:
            said = self.env._("No invoice of this training was refused yet.")
        return self._not_yet(refused - open_ones, said)

    def _missing_train_inactive(self):
        held = self._trained(Domain("state", "in", ("waiting", "withdrawn")))
        stopped = held.filtered(self._is_for_inactive)
        answered = stopped.filtered(self._is_answered)
        if stopped:
            said = self.env._(
                "%s waits: write to the body, or take the invoice out of Chorus Pro.",
                stopped[0].name,
            )
        else:
            said = self.env._("No invoice waits for an inactive body.")
        return self._not_yet(answered, said)

    @staticmethod
    def _is_for_inactive(move):
        customer = move.commercial_partner_id
        return (
            customer.l10n_fr_chorus_structure_id
            and not customer.l10n_fr_chorus_is_active
        )

    def _is_answered(self, move):
        """The body was written to since the training began, or the invoice left."""
        since = self.company_id.l10n_fr_chorus_training_since
        written = move.commercial_partner_id.message_ids.filtered(
            lambda one: one.message_type == "comment" and one.date >= since
        )
        return bool(written or move.l10n_fr_chorus_paper_reason)
