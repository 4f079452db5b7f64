from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from ...chorus import siret as siret_rules
from ...chorus.channels import CII_WITH_PDF, FACTURX, PORTAL
from ...chorus.platform_time import day_in_france
from ..access.base import is_closed
from ..common import CHORUS

# From then on small firms send through an approved platform (loi de finances 2024).
REFORM = date(2027, 9, 1)
# How long before a person is reminded of it.
NOTICE = timedelta(days=92)


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Chorus Pro channel",
        default=PORTAL,
        required=True,
    )
    l10n_fr_chorus_next_channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Next channel",
        help="Invoices requested from that day on leave by it; what is under way "
        "finishes on its own road.",
    )
    l10n_fr_chorus_next_on = fields.Date("From")
    l10n_fr_chorus_reform_told_on = fields.Date(readonly=True)
    l10n_fr_chorus_environment = fields.Selection(
        [("qualification", "Qualification (tests)"), ("production", "Production")],
        "Chorus Pro environment",
        default="qualification",
        required=True,
    )
    l10n_fr_chorus_syntax = fields.Selection(
        [(FACTURX, "Factur-X (PDF)"), (CII_WITH_PDF, "XML with the PDF inside")],
        "Chorus Pro document",
        default=FACTURX,
        required=True,
    )
    l10n_fr_chorus_layout = fields.Selection(
        [("typeset", "Made for public bodies"), ("odoo", "Odoo's own report")],
        "Readable invoice",
        default="typeset",
        required=True,
        help="Odoo's own report takes seconds for each invoice, weighs ten times more "
        "and needs wkhtmltopdf on the server.",
    )
    l10n_fr_chorus_copy_layout = fields.Selection(
        [("odoo", "Odoo's own report"), ("original", "Same as the original")],
        "Copies",
        default="odoo",
        required=True,
        help="What is printed or mailed after the original has left; each page says "
        "that it is a copy.",
    )
    l10n_fr_chorus_directory_age = fields.Integer(
        "Directory answers hold (hours)",
        default=24,
        help="Before each sending, an older answer is asked for again.",
    )
    l10n_fr_chorus_superfluous = fields.Selection(
        [("error", "Stop the invoice"), ("warning", "Only warn")],
        "Reference the body does not ask for",
        default="error",
        required=True,
    )
    l10n_fr_chorus_engagement_days = fields.Integer(
        "Engagement numbers hold (days)",
        default=90,
        help="An older engagement number is confirmed by a person, unless the platform "
        "can tell whether it still exists. 0: never.",
    )
    l10n_fr_chorus_watched_from = fields.Date(
        "Forgotten invoices from",
        default=fields.Date.today,
        help="Earlier invoices to public bodies left by other means: they are not "
        "listed as forgotten.",
    )
    l10n_fr_chorus_auto_send = fields.Boolean(
        "Send to Chorus Pro when an invoice is confirmed"
    )
    l10n_fr_chorus_full_check = fields.Boolean(
        "Check every document against all EN 16931 rules",
        default=True,
        help="Done by the worker, some hundredths of a second each; without the Python "
        "library saxonche on the server, documents are checked by our own rules alone.",
    )
    l10n_fr_chorus_credit_sending = fields.Boolean(
        "Send the credit note of a refused invoice",
        compute="_compute_l10n_fr_chorus_credit_sending",
        store=True,
        readonly=False,
        help="The booksellers' guide sends it; the State agency's 2026 rules keep it "
        "inside the shop. It can be decided again for each refusal.",
    )
    l10n_fr_chorus_credit_patience = fields.Integer(
        "Credit notes still open after (days)",
        default=30,
        help="The body should reject a credit note, so that it does not pile up.",
    )
    l10n_fr_chorus_in_use = fields.Boolean(
        "Chorus Pro in use",
        compute="_compute_l10n_fr_chorus_in_use",
        store=True,
        help="A connection was opened, a directory loaded or a customer set to Chorus "
        "Pro. Before that, invoices cost not one query more.",
    )
    l10n_fr_chorus_accountant_id = fields.Many2one(
        "res.users",
        "In charge of Chorus Pro",
        help="Told of refused and suspended invoices that have no salesperson.",
    )
    l10n_fr_chorus_digest = fields.Boolean("Daily mail of what awaits each person")
    l10n_fr_chorus_address_id = fields.Char(
        "Electronic address",
        help="The shop's own line in the reform's directory, which the approved "
        "platform gives. Empty: the one made of the SIRET number.",
    )
    l10n_fr_chorus_order_alias_id = fields.Many2one(
        "mail.alias", "Customers' orders", copy=False, ondelete="set null"
    )
    l10n_fr_chorus_order_alias_name = fields.Char(
        "Customers' orders arrive at",
        compute="_compute_l10n_fr_chorus_order_alias_name",
        inverse="_inverse_l10n_fr_chorus_order_alias_name",
        help="Each mail makes a quotation; what its files say is proposed, and someone "
        "confirms.",
    )

    # ---- SINCE WHEN ---------------------------------------------------------------

    @api.depends()
    def _compute_l10n_fr_chorus_in_use(self):
        """Only of a company that comes, or was there before: it begins once for all."""
        self.env["res.partner"].flush_model(["invoice_sending_method"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company.id FROM res_company AS company
                 WHERE company.id = ANY(%s) AND (
                    EXISTS (SELECT FROM l10n_fr_chorus_connection AS one
                             WHERE one.company_id = company.id)
                    OR EXISTS (SELECT FROM l10n_fr_chorus_structure AS one
                                WHERE one.company_id = company.id)
                    OR EXISTS (SELECT FROM res_partner
                                WHERE invoice_sending_method->>company.id::text = %s))
                """,
                self._origin.ids,
                CHORUS,
            )
        )
        using = {company_id for (company_id,) in rows}
        for company in self:
            company.l10n_fr_chorus_in_use = company._origin.id in using

    def _l10n_fr_chorus_begin(self):
        """Note that these companies use Chorus Pro, and those they are branches of."""
        both = (self | self.sudo().root_id).sudo()
        if new := both.filtered(lambda one: not one.l10n_fr_chorus_in_use):
            new.l10n_fr_chorus_in_use = True

    def _l10n_fr_chorus_uses(self):
        """Tell whether this company, or the one it is a branch of, uses Chorus Pro.

        Asked of every invoice that is opened: core has read both, it costs no query.
        """
        both = self.sudo() | self.sudo().root_id
        begun = any(both.mapped("l10n_fr_chorus_in_use"))
        return begun or self._l10n_fr_chorus_is_usual()

    def _l10n_fr_chorus_is_usual(self):
        """Tell whether customers of whom nothing is said are served by Chorus Pro."""
        partners = self.env["res.partner"].sudo()
        method = partners._fields["invoice_sending_method"]
        return any(
            method.get_company_dependent_fallback(partners.with_company(one)) == CHORUS
            for one in self.sudo() | self.sudo().root_id
        )

    @api.depends("l10n_fr_chorus_channel")
    def _compute_l10n_fr_chorus_credit_sending(self):
        """The usage of the road; a person may decide otherwise."""
        channels = self.env["l10n_fr_chorus.channel"]
        for company in self:
            road = channels._named(company.l10n_fr_chorus_channel)
            company.l10n_fr_chorus_credit_sending = road._sends_credit_notes

    # ---- BRANCHES -----------------------------------------------------------------

    def _get_company_root_delegated_field_names(self):
        # EXTENDS 'base': a branch follows its company's choices; what only the software
        # writes is not given to whoever makes a branch
        ours = [
            name
            for name, field in self._fields.items()
            if name.startswith("l10n_fr_chorus_")
            and field.store
            and not field.compute
            and not is_closed(field)
        ]
        return [*super()._get_company_root_delegated_field_names(), *ours]

    def _l10n_fr_chorus_siret(self):
        """Return the company's SIRET as 14 digits, "" without any.

        A branch without one of its own is invoiced under its company's.
        """
        own = self.company_registry or self.sudo().root_id.company_registry
        return siret_rules.clean(own or "")

    def _l10n_fr_chorus_lang(self):
        """Return the language in which the worker writes to this company's people."""
        installed = dict(self.env["res.lang"].get_installed())
        return next(
            (lang for lang in (self.partner_id.lang, "fr_FR") if lang in installed),
            None,
        )

    # ---- ADDRESSES OF THE SHOP'S OWN ------------------------------------------------

    def _l10n_fr_chorus_set_alias(self, field, name, model):
        """Open, rename or close an address; core checks that nobody else has it.

        :param field: which of the company's links to `mail.alias`
        :param name: what stands before the @, "" to close it
        :param model: what a mail that arrives there becomes
        """
        company = self.sudo()
        alias = company[field]
        if not name:
            alias.unlink()
        elif alias:
            alias.alias_name = name
        else:
            company[field] = alias.create(
                {
                    "alias_name": name,
                    "alias_domain_id": self.alias_domain_id.id,
                    "alias_model_id": self.env["ir.model"]._get_id(model),
                    "alias_defaults": repr({"company_id": self.id}),
                    "alias_contact": "everyone",
                }
            )

    @api.depends("l10n_fr_chorus_order_alias_id.alias_name")
    def _compute_l10n_fr_chorus_order_alias_name(self):
        for company in self:
            alias = company.sudo().l10n_fr_chorus_order_alias_id
            company.l10n_fr_chorus_order_alias_name = alias.alias_name

    def _inverse_l10n_fr_chorus_order_alias_name(self):
        for company in self:
            company._l10n_fr_chorus_set_alias(
                "l10n_fr_chorus_order_alias_id",
                company.l10n_fr_chorus_order_alias_name,
                "sale.order",
            )

    # ---- BY WHICH ROAD INVOICES LEAVE, AND FROM WHEN BY ANOTHER (R11) ----------------

    @api.constrains("l10n_fr_chorus_next_channel", "l10n_fr_chorus_next_on")
    def _check_l10n_fr_chorus_next(self):
        for company in self:
            if bool(company.l10n_fr_chorus_next_channel) != bool(
                company.l10n_fr_chorus_next_on
            ):
                raise ValidationError(
                    self.env._("A change of road has a channel and a date.")
                )

    @api.model
    def _l10n_fr_chorus_watch_roads(self):
        """Make the changes that are due, and remind of the reform in time."""
        today = day_in_france(fields.Datetime.now())
        for company in self.search([("l10n_fr_chorus_next_on", "<=", today)]):
            company._l10n_fr_chorus_change_road()
        if today >= REFORM - NOTICE:
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
