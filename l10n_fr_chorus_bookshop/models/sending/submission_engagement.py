import logging

from odoo import models

_logger = logging.getLogger(__name__)


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    def _check_engagements(self, down):
        """Ask the platform for the engagement numbers about to leave (R9).

        :param down: connections that do not answer in this round, by id
        """
        engagements = self.env["l10n_fr_chorus.engagement"]
        commit = self.env["ir.cron"]._commit_progress
        for company, submissions in self.grouped("company_id").items():
            pairs = submissions.move_id._l10n_fr_chorus_engagement_pairs()
            due = engagements._to_ask(company, pairs)
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            if not due or connection.id in down:
                continue
            try:
                engagements._ask(company, due, between=commit)
                commit()
            except Exception:  # whatever it is, an invoice never waits for this
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: engagements of company %s", company.id)
