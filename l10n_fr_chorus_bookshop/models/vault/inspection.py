import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, escape_psql, format_date

from ...chorus.platform_time import day_in_france
from ..common import MANAGER, in_user_lang, need_group

_logger = logging.getLogger(__name__)

# The law limits an inspection on the spot to three months for small firms.
LONGEST = timedelta(days=366)


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
        "Ends with its inspections",
        readonly=True,
        help="The user was made, or opened again, for inspections and ends with them.",
    )
    is_open = fields.Boolean("Still open", compute="_compute_is_open")
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
    def _give(self, company, name, email, date_until, why, existing=False):
        """Give a person access, and invite it by mail.

        :param existing: a customer's portal user of this address may be the inspector
        :return: the inspection
        :raises UserError: the caller is no manager, works elsewhere, or the address or
            the date cannot be taken
        """
        self._need_manager()
        if company not in self.env.companies:
            raise UserError(self.env._("Choose one of the companies you work in."))
        today = day_in_france(fields.Datetime.now())
        if not today <= date_until <= today + LONGEST:
            raise UserError(
                self.env._(
                    "The access must end between today and a year from now: choose "
                    "another date."
                )
            )
        email = self._inspector_email(email)
        user, made = self._portal_user(company, name, email, existing)
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
        inspection._invite(chooses_password=made)
        return inspection

    @api.model
    def _need_manager(self):
        need_group(
            self.env,
            MANAGER,
            self.env._("Only a Chorus Pro manager opens or ends an inspection."),
        )

    @api.model
    def _inspector_email(self, text):
        """The one address in a text, in lower case.

        :raises UserError: it is none
        """
        email = email_normalize(text)
        if not email:
            raise UserError(
                self.env._(
                    "« %s » is not an e-mail address: correct it, the invitation goes "
                    "there.",
                    text,
                )
            )
        return email

    def _portal_user(self, company, name, email, existing):
        """Return the portal user of exactly this address.

        :return: the user, and whether it was made, or opened again, now
        """
        users = self.env["res.users"].sudo().with_context(active_test=False)
        # The same login in other letters is the same person; a pattern is nobody.
        found = users.search([("login", "=ilike", escape_psql(email))])
        user = found.filtered(lambda one: not one.share)[:1] or found[:1]
        if user and not user.share:
            raise UserError(
                self.env._(
                    "%s works in this Odoo already: an inspector has an address of its "
                    "own.",
                    email,
                )
            )
        if user and not existing and not self.sudo()._made_for_inspections(user):
            raise UserError(
                self.env._(
                    "%(email)s is the portal user of %(name)s already: it would read "
                    "the whole vault. Say that this person is the inspector, or use "
                    "another address.",
                    email=user.login,
                    name=user.name,
                )
            )
        if user:
            opened_again = not user.active
            user.write({"active": True, "company_ids": [(4, company.id)]})
            return user, opened_again
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

    def _invite(self, chooses_password):
        """Mail the person where to sign in, and until when.

        The mail goes once it is sent: a link that sets a password is kept nowhere.
        """
        pages = f"{self.get_base_url()}/chorus/inspection/{self.id}"
        lines = [
            self.env._(
                "%(company)s opens its vault of invoices sent to Chorus Pro to you, to "
                "read, until %(date)s. Reason given: %(why)s",
                company=self.company_id.name,
                date=format_date(self.env, self.date_until),
                why=self.why,
            ),
        ]
        if chooses_password:
            partner = self.user_id.partner_id
            partner.signup_prepare()
            lines.append(
                Markup('<a href="%s">%s</a>')
                % (partner._get_signup_url(), self.env._("Choose a password"))
            )
        lines += [
            Markup('<a href="%s">%s</a>') % (pages, self.env._("Open the vault")),
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
                "auto_delete": True,
            }
        )

    # ---- ENDING -------------------------------------------------------------------

    def action_end(self):
        """End the access now."""
        self._need_manager()
        self.check_access("read")
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

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    @api.model
    def l10n_fr_chorus_give(self, name, email, date_until, why, existing=False):
        """Give an inspector access to the vault of the present company (R27).

        :param date_until: ISO date of the last day
        :param why: such as the reference of the inspection's notice
        :param existing: a portal user that has this address already is the inspector
        :return: {"id", "person", "date_until"}
        :raises UserError: the address or the date is not one
        """
        given = in_user_lang(self)._give(
            self.env.company, name, email, self._date(date_until), why, existing
        )
        return {
            "id": given.id,
            "person": given.person,
            "date_until": given.date_until.isoformat(),
        }

    @api.model
    def _date(self, text):
        """A date from its ISO text.

        :raises UserError: it is none
        """
        try:
            day = fields.Date.to_date(text)
        except (TypeError, ValueError):
            day = None
        if not day:
            raise UserError(
                self.env._("« %s » is not a date: write it as 2026-12-31.", text)
            )
        return day

    def l10n_fr_chorus_end(self):
        """End these accesses now.

        :return: list of {"id", "ended_at": ISO text}
        """
        self.action_end()
        return [
            {"id": one.id, "ended_at": fields.Datetime.to_string(one.ended_at)}
            for one in self
        ]


class L10nFrChorusAccessLog(models.Model):
    """What an inspector read, line by line (R27)."""

    _name = "l10n_fr_chorus.access_log"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Reading by an inspector"
    _log_access = False
    _order = "id DESC"
    _rec_name = "what"

    inspection_id = fields.Many2one(
        "l10n_fr_chorus.inspection",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    what = fields.Char(
        "Page", required=True, readonly=True, help="list, document, trail, export…"
    )
    page = fields.Char("What was read", compute="_compute_page")
    about = fields.Char(readonly=True)
    address = fields.Char("IP address", readonly=True)

    @api.depends("what")
    @api.depends_context("lang")
    def _compute_page(self):
        pages = {
            "list": self.env._("List of the originals"),
            "document": self.env._("Document"),
            "trail": self.env._("Audit trail"),
            "export": self.env._("Export with proof"),
            "verify": self.env._("Verification"),
        }
        for one in self:
            one.page = pages.get(one.what, one.what)

    @api.model
    def _log(self, inspection, what, about="", address=""):
        """Write down one reading."""
        return self._insert(
            [
                {
                    "inspection_id": inspection.id,
                    "company_id": inspection.company_id.id,
                    "what": what,
                    "about": about,
                    "address": address,
                }
            ]
        )
