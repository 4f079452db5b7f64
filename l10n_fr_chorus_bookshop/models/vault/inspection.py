import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...chorus.platform_time import day_in_france
from ..common import MANAGER

_logger = logging.getLogger(__name__)


class L10nFrChorusInspection(models.Model):
    """The right of one person to read a company's vault until a day (R27).

    The person is a *portal* user: an internal one, even without any group, reads more
    than a hundred models. It gets no right on any of ours: controllers read for it.
    """

    _name = "l10n_fr_chorus.inspection"
    _description = "Inspector's access to the vault"
    _order = "date_until DESC, id DESC"
    _rec_name = "person"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Portal user", required=True, readonly=True, ondelete="restrict"
    )
    person = fields.Char("Inspector", required=True, readonly=True)
    why = fields.Char(required=True, readonly=True)
    date_until = fields.Date("Until (included)", required=True, readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)
    user_made = fields.Boolean(
        "Made for inspections",
        readonly=True,
        help="The user was made for inspections and ends with them.",
    )
    is_open = fields.Boolean("Open", compute="_compute_is_open")
    access_log_ids = fields.One2many(
        "l10n_fr_chorus.access_log", "inspection_id", "Readings", readonly=True
    )

    @api.depends("date_until", "ended_at")
    def _compute_is_open(self):
        today = day_in_france(fields.Datetime.now())
        for inspection in self:
            inspection.is_open = (
                not inspection.ended_at and inspection.date_until >= today
            )

    @api.model
    def _open_to(self, user):
        """Return what this person may read today."""
        mine = self.sudo().search([("user_id", "=", user.id)])
        return mine.filtered("is_open")

    # ---- GIVING -------------------------------------------------------------------

    @api.model
    def _give(self, company, name, email, date_until, why):
        """Give a person access, and invite it by mail.

        :return: the inspection
        :raises UserError: the address is that of somebody who works here
        """
        user, made = self._portal_user(company, name, email)
        inspection = self.sudo().create(
            {
                "company_id": company.id,
                "user_id": user.id,
                "person": f"{name} <{email}>",
                "why": why,
                "date_until": date_until,
                "user_made": made or self.sudo()._made_for_inspections(user),
            }
        )
        inspection._invite()
        return inspection

    def _portal_user(self, company, name, email):
        """Return the portal user of this address, and whether it was made now."""
        users = self.env["res.users"].sudo().with_context(active_test=False)
        user = users.search([("login", "=ilike", email)], limit=1)
        if user and not user.share:
            raise UserError(
                self.env._(
                    "%s works in this Odoo already: an inspector has an address of its "
                    "own.",
                    email,
                )
            )
        if user:
            user.write({"active": True, "company_ids": [(4, company.id)]})
            return user, False
        return (
            users.with_context(no_reset_password=True).create(
                {
                    "name": name,
                    "login": email,
                    "email": email,
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
                }
            ),
            True,
        )

    def _made_for_inspections(self, user):
        return bool(
            self.search_count(
                [("user_id", "=", user.id), ("user_made", "=", True)], limit=1
            )
        )

    def _invite(self):
        """Mail the person where to sign in, and until when."""
        partner = self.user_id.partner_id
        partner.signup_prepare()
        pages = f"{self.get_base_url()}/chorus/inspection/{self.id}"
        lines = [
            self.env._(
                "%(company)s opens its vault of invoices sent to Chorus Pro to you, to "
                "read, until %(date)s. Reason given: %(why)s",
                company=self.company_id.name,
                date=format_date(self.env, self.date_until),
                why=self.why,
            ),
            Markup('<a href="%s">%s</a>')
            % (partner._get_signup_url(), self.env._("1. Choose a password")),
            Markup('<a href="%s">%s</a>') % (pages, self.env._("2. Open the vault")),
            self.env._("Each page that you open is written down."),
        ]
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._(
                    "Access to the invoice vault of %s", self.company_id.name
                ),
                "body_html": Markup("<p>%s</p>") % Markup("</p><p>").join(lines),
                "email_from": self.company_id.email_formatted,
                "email_to": self.user_id.email_formatted,
            }
        )

    # ---- ENDING -------------------------------------------------------------------

    def action_end(self):
        """End the access now."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise UserError(self.env._("Only a Chorus Pro manager ends an inspection."))
        self.sudo()._end()

    def _end(self):
        """Note the end, and archive the users whom nothing else lets in."""
        self.filtered(lambda one: not one.ended_at).ended_at = fields.Datetime.now()
        for user in self.filtered("user_made").user_id:
            if not self._open_to(user):
                user.active = False

    @api.model
    def _cron_end(self):
        """End what is past its day; each page checks the day too."""
        today = day_in_france(fields.Datetime.now())
        past = self.search([("ended_at", "=", False), ("date_until", "<", today)])
        for inspection in past:
            try:
                with self.env.cr.savepoint():
                    inspection._end()
            except Exception:
                _logger.exception("Chorus Pro: ending inspection %s", inspection.id)
