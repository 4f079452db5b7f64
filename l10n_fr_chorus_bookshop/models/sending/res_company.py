from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# From then on small firms send through an approved platform (loi de finances 2024).
REFORM = date(2027, 9, 1)
# How long before a person is reminded of it.
NOTICE = timedelta(days=92)


class ResCompany(models.Model):
    """By which road invoices leave, and from when by another (R11)."""

    _inherit = "res.company"

    l10n_fr_chorus_next_channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Next channel",
        help="Invoices requested from that day on leave by it; what is under way "
        "finishes on its own road.",
    )
    l10n_fr_chorus_next_on = fields.Date("From")
    l10n_fr_chorus_reform_told_on = fields.Date(readonly=True)

    @api.constrains("l10n_fr_chorus_next_channel", "l10n_fr_chorus_next_on")
    def _check_l10n_fr_chorus_next(self):
        for company in self:
            if bool(company.l10n_fr_chorus_next_channel) != bool(
                company.l10n_fr_chorus_next_on
            ):
                raise ValidationError(
                    self.env._("A change of road has a channel and a date.")
                )

    def _l10n_fr_chorus_road(self):
        """Return the channel by which invoices leave today; it only reads."""
        self.ensure_one()
        due = self.l10n_fr_chorus_next_on
        if due and due <= fields.Date.context_today(self):
            return self.l10n_fr_chorus_next_channel
        return self.l10n_fr_chorus_channel

    @api.model
    def _l10n_fr_chorus_watch_roads(self):
        """Make the changes that are due, and remind of the reform in time."""
        for company in self.search([("l10n_fr_chorus_next_on", "!=", False)]):
            if company._l10n_fr_chorus_road() != company.l10n_fr_chorus_channel:
                company._l10n_fr_chorus_change_road()
        if fields.Date.today() >= REFORM - NOTICE:
            late = self.search([("l10n_fr_chorus_reform_told_on", "=", False)])
            for company in late.filtered(lambda one: one._l10n_fr_chorus_unready()):
                company._l10n_fr_chorus_tell_reform()

    def _l10n_fr_chorus_change_road(self):
        """The day has come: from now on invoices leave by the next channel."""
        self.write(
            {
                "l10n_fr_chorus_channel": self.l10n_fr_chorus_next_channel,
                "l10n_fr_chorus_next_channel": False,
                "l10n_fr_chorus_next_on": False,
            }
        )

    def _l10n_fr_chorus_unready(self):
        """Tell whether a shop that uses Chorus Pro has not chosen the reform's road."""
        channels = self.env["l10n_fr_chorus.channel"]
        chosen = (self.l10n_fr_chorus_channel, self.l10n_fr_chorus_next_channel)
        ready = any(channels._named(code)._reform for code in chosen if code)
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        return not ready and connections.search_count(
            [("company_id", "=", self.id)], limit=1
        )

    def _l10n_fr_chorus_tell_reform(self):
        """One message to the managers, three months before."""
        connection = self.env["l10n_fr_chorus.connection"].sudo()
        connection = connection.search([("company_id", "=", self.id)], limit=1)
        speaking = connection.with_context(lang=self._l10n_fr_chorus_lang())
        speaking._tell_managers(
            speaking.env._("Choose an approved platform"),
            [
                speaking.env._(
                    "From %(day)s on, small firms send their invoices through an "
                    "approved platform, those for public bodies included.",
                    day=format_date(speaking.env, REFORM),
                ),
                speaking.env._(
                    "Choose one, set its connection up and try it; then give the date "
                    "of the change in the settings. What is under way finishes on its "
                    "own road."
                ),
            ],
        )
        self.l10n_fr_chorus_reform_told_on = fields.Date.today()
