from odoo import models


class L10nFrChorusSubmission(models.Model):
    # A long model stands in files named after what they hold.
    _inherit = "l10n_fr_chorus.submission"  # pylint: disable=R8180

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
            if due and connection.id not in down:
                engagements._ask(company, due, between=commit)
                commit()
