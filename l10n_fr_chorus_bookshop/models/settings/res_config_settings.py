from odoo import api, fields, models

# The road to come, and from which day.
NEXT = ("l10n_fr_chorus_next_channel", "l10n_fr_chorus_next_on")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_fr_chorus_channel = fields.Selection(
        related="company_id.l10n_fr_chorus_channel", readonly=False
    )
    # Written together: one is nothing without the other, and the company says so.
    l10n_fr_chorus_next_channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Next channel",
        compute="_compute_l10n_fr_chorus_next",
        inverse="_inverse_l10n_fr_chorus_next",
        help="Invoices requested from that day on leave by it; what is under way "
        "finishes on its own road.",
    )
    l10n_fr_chorus_next_on = fields.Date(
        "From",
        compute="_compute_l10n_fr_chorus_next",
        inverse="_inverse_l10n_fr_chorus_next",
    )
    l10n_fr_chorus_address_id = fields.Char(
        related="company_id.l10n_fr_chorus_address_id", readonly=False
    )
    l10n_fr_chorus_alias_name = fields.Char(
        related="company_id.l10n_fr_chorus_alias_name", readonly=False
    )
    l10n_fr_chorus_order_alias_name = fields.Char(
        related="company_id.l10n_fr_chorus_order_alias_name", readonly=False
    )
    l10n_fr_chorus_environment = fields.Selection(
        related="company_id.l10n_fr_chorus_environment", readonly=False
    )
    l10n_fr_chorus_syntax = fields.Selection(
        related="company_id.l10n_fr_chorus_syntax", readonly=False
    )
    l10n_fr_chorus_layout = fields.Selection(
        related="company_id.l10n_fr_chorus_layout", readonly=False
    )
    l10n_fr_chorus_copy_layout = fields.Selection(
        related="company_id.l10n_fr_chorus_copy_layout", readonly=False
    )
    l10n_fr_chorus_directory_age = fields.Integer(
        related="company_id.l10n_fr_chorus_directory_age", readonly=False
    )
    l10n_fr_chorus_superfluous = fields.Selection(
        related="company_id.l10n_fr_chorus_superfluous", readonly=False
    )
    l10n_fr_chorus_engagement_days = fields.Integer(
        related="company_id.l10n_fr_chorus_engagement_days", readonly=False
    )
    l10n_fr_chorus_watched_from = fields.Date(
        related="company_id.l10n_fr_chorus_watched_from", readonly=False
    )
    l10n_fr_chorus_auto_send = fields.Boolean(
        related="company_id.l10n_fr_chorus_auto_send", readonly=False
    )
    l10n_fr_chorus_anchor_emails = fields.Char(
        related="company_id.l10n_fr_chorus_anchor_emails", readonly=False
    )
    l10n_fr_chorus_stamp_url = fields.Char(
        related="company_id.l10n_fr_chorus_stamp_url", readonly=False
    )
    l10n_fr_chorus_full_check = fields.Boolean(
        related="company_id.l10n_fr_chorus_full_check", readonly=False
    )
    l10n_fr_chorus_credit_sending = fields.Boolean(
        related="company_id.l10n_fr_chorus_credit_sending", readonly=False
    )
    l10n_fr_chorus_credit_patience = fields.Integer(
        related="company_id.l10n_fr_chorus_credit_patience", readonly=False
    )
    l10n_fr_chorus_accountant_id = fields.Many2one(
        related="company_id.l10n_fr_chorus_accountant_id", readonly=False
    )
    l10n_fr_chorus_digest = fields.Boolean(
        related="company_id.l10n_fr_chorus_digest", readonly=False
    )
    l10n_fr_chorus_connection_id = fields.Many2one(
        "l10n_fr_chorus.connection",
        "Chorus Pro connection",
        compute="_compute_l10n_fr_chorus_connection_id",
    )

    l10n_fr_chorus_gln = fields.Char(
        related="company_id.l10n_fr_chorus_gln", readonly=False
    )
    l10n_fr_chorus_registration = fields.Char(
        related="company_id.l10n_fr_chorus_registration", readonly=False
    )
    l10n_fr_chorus_penalties = fields.Char(
        related="company_id.l10n_fr_chorus_penalties", readonly=False
    )
    l10n_fr_chorus_recovery = fields.Char(
        related="company_id.l10n_fr_chorus_recovery", readonly=False
    )
    l10n_fr_chorus_early_discount = fields.Char(
        related="company_id.l10n_fr_chorus_early_discount", readonly=False
    )

    @api.depends("company_id")
    def _compute_l10n_fr_chorus_next(self):
        for settings in self:
            for name in NEXT:
                settings[name] = settings.company_id[name]

    def _inverse_l10n_fr_chorus_next(self):
        for settings in self:
            settings.company_id.write({name: settings[name] for name in NEXT})

    @api.depends("l10n_fr_chorus_channel", "l10n_fr_chorus_environment", "company_id")
    def _compute_l10n_fr_chorus_connection_id(self):
        for settings in self:
            settings.l10n_fr_chorus_connection_id = self.env[
                "l10n_fr_chorus.connection"
            ]._of_company(
                settings.company_id, settings._l10n_fr_chorus_connected_channel()
            )

    def _l10n_fr_chorus_connected_channel(self):
        """The channel whose connection is set up; the portal is only read by API."""
        channels = self.env["l10n_fr_chorus.channel"]
        if channels._named(self.l10n_fr_chorus_channel)._by_hand:
            return channels._platform_codes()[0]
        return self.l10n_fr_chorus_channel

    def action_l10n_fr_chorus_connection(self):
        """Open the connection of this channel and environment, or a new one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Chorus Pro connection"),
            "res_model": "l10n_fr_chorus.connection",
            "res_id": self.l10n_fr_chorus_connection_id.id,
            "view_mode": "form",
            "target": "current",
            "context": {
                "default_company_id": self.company_id.id,
                "default_channel": self._l10n_fr_chorus_connected_channel(),
                "default_environment": self.l10n_fr_chorus_environment,
            },
        }
