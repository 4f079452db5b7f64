import logging
from datetime import timedelta

from odoo import api, fields, models

from ...chorus.errors import ChorusError
from ...chorus.siret import STATE

_logger = logging.getLogger(__name__)

# Numbers asked in one round of the scheduled job: the others wait for the next.
ROUND = 200


class L10nFrChorusEngagement(models.Model):
    """What the platform said of an engagement number of the State (R9).

    One call a number, kept as long as the directory's answers are. The platform being
    down never blocks anything: the number is then simply not verified.
    """

    _name = "l10n_fr_chorus.engagement"
    _description = "Engagement number asked on Chorus Pro"
    _order = "checked_at DESC, id DESC"
    _rec_name = "number"

    company_id = fields.Many2one("res.company", required=True, index=True)
    siret = fields.Char("SIRET", required=True)
    number = fields.Char("Engagement number", required=True)
    is_known = fields.Boolean("On Chorus Pro")
    checked_at = fields.Datetime("Checked on", required=True)

    _number_unique = models.UniqueIndex(
        "(company_id, siret, number)", "This engagement number is already there."
    )

    @api.model
    def _known(self, company, pairs):
        """Return dict (SIRET, number) -> what the platform said; not asked: left out.

        :param pairs: of (SIRET, number), as many as one wants
        """
        numbers = {number for siret, number in pairs if siret == STATE}
        if not numbers:
            return {}
        rows = self.sudo().search(
            [("company_id", "=", company.id), ("number", "in", sorted(numbers))]
        )
        return {(row.siret, row.number): row.is_known for row in rows}

    @api.model
    def _supplier(self, company):
        """Say for which structure a company's engagements are asked."""
        siret = company._l10n_fr_chorus_siret()
        return f"{company.name} ({siret})" if siret else company.name or ""

    @api.model
    def _to_ask(self, company, pairs):
        """Return those of `pairs` that the platform can tell and did not lately."""
        pairs = {
            (siret, number) for siret, number in pairs if number and siret == STATE
        }
        if not pairs:
            return []
        age = timedelta(hours=company.l10n_fr_chorus_directory_age)
        fresh = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("number", "in", [number for _siret, number in pairs]),
                ("checked_at", ">=", fields.Datetime.now() - age),
            ]
        )
        return sorted(pairs - {(row.siret, row.number) for row in fresh})

    @api.model
    def _ask(self, company, pairs, between=None):
        """Ask the platform for engagement numbers, and keep its answers.

        All are asked, then all answers are written, unless `between` ends the
        transaction before each call.

        :param between: called before each call of the network
        """
        connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
        if not connection:
            return
        channel, answers = connection._channel(), {}
        for siret, number in pairs:
            if between:
                between()
            try:
                known = channel._knows_engagement(connection, siret, number)
            except ChorusError as error:
                _logger.info("Chorus Pro: engagement not verified: %s", error.template)
                break
            if known is not None:
                answers[siret, number] = known
        if between:
            between()
        for (siret, number), known in answers.items():
            self._store_answer(company, siret, number, known)

    @api.model
    def _store_answer(self, company, siret, number, known):
        key = {"company_id": company.id, "siret": siret, "number": number}
        said = {"is_known": known, "checked_at": fields.Datetime.now()}
        row = self.sudo().search([(name, "=", value) for name, value in key.items()])
        if row:
            row.write(said)
        else:
            row.create({**key, **said})

    # ---- BEFORE ANYONE ASKS -------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Ask for the numbers on drafts and open orders, before they are invoiced."""
        commit = self.env["ir.cron"]._commit_progress
        connected = self.env["l10n_fr_chorus.connection"].search(
            [("active", "=", True)]
        )
        for company in connected.company_id:
            try:
                due = self._to_ask(company, self._pending(company))
                self._ask(company, due[:ROUND], between=commit)
                commit()
            except Exception:  # one company does not stop the others
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: engagements of company %s", company.id)

    @api.model
    def _pending(self, company):
        """The (SIRET, number) that this company's drafts and open orders carry."""
        drafts = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "draft"),
                ("purchase_order_reference", "!=", False),
            ]
        )
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                ("l10n_fr_chorus_engagement", "!=", False),
            ]
        )
        return {*drafts._l10n_fr_chorus_engagement_pairs().values()} | {
            (order.l10n_fr_chorus_siret, order.l10n_fr_chorus_engagement)
            for order in orders
        }
