from odoo import fields, models


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    tested_ok = fields.Boolean(
        readonly=True, copy=False, help="A test of it succeeded, once at least."
    )

    def _told_working(self):
        """Say that the connection works; the first time, invoices take it (R11).

        A company sends by the portal until it has a connection that works. Choosing the
        portal again later is a choice, and stays.
        """
        told, takes_over = self.env._("Everything answers."), self._takes_over()
        self.sudo().tested_ok = True
        if not takes_over:
            return told
        self.company_id.sudo().l10n_fr_chorus_channel = self.channel
        change = self.env._(
            "From now on invoices leave by this connection instead of being deposited "
            "by hand. The settings let you choose otherwise."
        )
        return f"{told}\n{change}"

    def _takes_over(self):
        """Tell whether this is the first success of a company that uploads by hand."""
        company = self.company_id
        others = self.sudo().search_count(
            [("company_id", "=", company.id), ("tested_ok", "=", True)], limit=1
        )
        return (
            company.l10n_fr_chorus_channel == "portal"
            and company.l10n_fr_chorus_environment == self.environment
            and not others
        )
