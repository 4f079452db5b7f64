import logging

from markupsafe import Markup

from odoo import api, models

from .submission_cases import CASE

_logger = logging.getLogger(__name__)


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    @api.model
    def _cron_digest(self):
        """Write to each person, once a day, what awaits them; off by default (R18)."""
        companies = self.env["res.company"].search(
            [("l10n_fr_chorus_digest", "=", True)]
        )
        cases = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", self.env.ref(CASE).id),
                ("res_model", "=", "account.move"),
            ]
        )
        moves = self.env["account.move"].browse(cases.mapped("res_id")).exists()
        wanted = set(moves.filtered(lambda move: move.company_id in companies).ids)
        cases = cases.filtered(lambda case: case.res_id in wanted)
        for person, theirs in cases.grouped("user_id").items():
            try:
                with self.env.cr.savepoint():
                    theirs.sorted("date_deadline")._l10n_fr_chorus_write_digest(person)
            except Exception:
                _logger.exception("Chorus Pro: daily mail to %s", person.login)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _l10n_fr_chorus_write_digest(self, person):
        """One mail to one person for all these cases."""
        speaking = self.with_context(lang=person.lang)
        lines = [
            Markup('<a href="%s/odoo/account.move/%s">%s</a>: %s')
            % (case.get_base_url(), case.res_id, case.res_name, case.summary)
            for case in speaking
        ]
        person.partner_id.message_notify(
            partner_ids=person.partner_id.ids,
            subject=speaking.env._("Chorus Pro: what awaits you today"),
            body=Markup("<br/>").join(lines),
        )
