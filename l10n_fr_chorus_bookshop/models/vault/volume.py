from odoo import api, fields, models
from odoo.tools import SQL


class L10nFrChorusVolume(models.Model):
    """How much the vault takes, a row for each year, and ten years at that pace."""

    _name = "l10n_fr_chorus.volume"
    _description = "Size of the vault"
    _auto = False
    _log_access = False
    _order = "company_id, year DESC"
    _rec_name = "year"

    company_id = fields.Many2one("res.company", readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    documents = fields.Integer("Originals", readonly=True)
    megabytes = fields.Float(readonly=True)
    average = fields.Integer("Bytes each", readonly=True, aggregator="avg")
    ten_years = fields.Float(
        "Ten years (MB)",
        readonly=True,
        aggregator=None,
        help="What ten years like this one take; the year that runs counts for the "
        "days gone by.",
    )

    @property
    def _table_query(self):
        # By the day of keeping: a copy of ten years is as large as what ten years made.
        return SQL(
            """
            SELECT min(id) AS id, company_id, year, count(*) AS documents,
                sum(size) / 1e6 AS megabytes, avg(size)::integer AS average,
                10 * sum(size) / 1e6 / CASE
                    WHEN year = date_part('year', now())
                    THEN date_part('doy', now()) / 365.0 ELSE 1
                END AS ten_years
            FROM (
                SELECT id, company_id, size,
                    date_part('year', made_at)::integer AS year
                FROM l10n_fr_chorus_original
            ) kept
            GROUP BY company_id, year
            """
        )

    @api.model
    def l10n_fr_chorus_volume(self):
        """Tell how much the vault takes, year by year, the latest first.

        :return: list of {"company", "year", "documents", "megabytes", "ten_years"};
            plain JSON values about the user's companies
        """
        return [
            {
                "company": one.company_id.name,
                "year": one.year,
                "documents": one.documents,
                "megabytes": one.megabytes,
                "ten_years": one.ten_years,
            }
            for one in self.search([("company_id", "in", self.env.companies.ids)])
        ]
