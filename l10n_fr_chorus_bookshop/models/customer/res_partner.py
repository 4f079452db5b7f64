from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...chorus import siret as siret_rules
from ..common import CHORUS, iso

ADDRESS = ("street", "street2", "zip", "city")


class ResPartner(models.Model):
    _inherit = "res.partner"

    invoice_sending_method = fields.Selection(
        selection_add=[(CHORUS, "by Chorus Pro")],
    )
    l10n_fr_chorus_structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Chorus Pro body",
        compute="_compute_l10n_fr_chorus_structure_id",
        search="_search_l10n_fr_chorus_structure_id",
    )
    l10n_fr_chorus_is_active = fields.Boolean(
        related="l10n_fr_chorus_structure_id.is_active"
    )
    l10n_fr_chorus_service_required = fields.Boolean(
        related="l10n_fr_chorus_structure_id.service_required"
    )
    l10n_fr_chorus_engagement_required = fields.Boolean(
        related="l10n_fr_chorus_structure_id.engagement_required"
    )
    l10n_fr_chorus_either_required = fields.Boolean(
        related="l10n_fr_chorus_structure_id.service_or_engagement_required"
    )
    l10n_fr_chorus_service_ids = fields.One2many(
        related="l10n_fr_chorus_structure_id.service_ids"
    )
    l10n_fr_chorus_source = fields.Selection(
        related="l10n_fr_chorus_structure_id.source", string="Chorus Pro source"
    )
    l10n_fr_chorus_checked_at = fields.Datetime(
        related="l10n_fr_chorus_structure_id.verified_at"
    )
    l10n_fr_chorus_siret_warning = fields.Char(
        compute="_compute_l10n_fr_chorus_siret_warning"
    )
    l10n_fr_chorus_found_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Find a public body",
        compute="_compute_l10n_fr_chorus_found_id",
        readonly=False,
        help="By SIRET, name or town: SIRET, name, address and sending are filled.",
    )
    l10n_fr_chorus_chosen = fields.Boolean(
        "By Chorus Pro somewhere",
        compute="_compute_l10n_fr_chorus_chosen",
        store=True,
        help="Some company chose Chorus Pro for this contact.",
    )
    l10n_fr_chorus_service_code = fields.Char(
        "Usual service code",
        help="Put on this contact's orders and invoices. A contact of a body may have "
        "its own: a library of a town.",
    )
    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Usual service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
    )

    # ---- SIRET --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'base'
        partners = super().create(
            [self._l10n_fr_chorus_cleaned(vals) for vals in vals_list]
        )
        partners.filtered("company_registry")._l10n_fr_chorus_serve_by_default()
        if any(vals.get("invoice_sending_method") == CHORUS for vals in vals_list):
            self.env.company._l10n_fr_chorus_begin()
        return partners

    def write(self, vals):
        # EXTENDS 'base'
        result = super().write(self._l10n_fr_chorus_cleaned(vals))
        if vals.get("company_registry"):
            self._l10n_fr_chorus_serve_by_default()
        if vals.get("l10n_fr_chorus_contacted_on"):
            self._l10n_fr_chorus_close_questions()
        if vals.get("invoice_sending_method") == CHORUS:
            self.env.company._l10n_fr_chorus_begin()
        return result

    @api.model
    def _l10n_fr_chorus_cleaned(self, vals):
        """Values whose SIRET is 14 digits, without the spaces people type (R1)."""
        registry = vals.get("company_registry")
        if not registry or siret_rules.check(registry) == siret_rules.FORMAT:
            return vals
        return {**vals, "company_registry": siret_rules.clean(registry)}

    def _l10n_fr_chorus_siret(self):
        """Return the 14 digits this contact is invoiced under, "" without any."""
        registry = (
            self.company_registry or self.commercial_partner_id.company_registry or ""
        )
        return siret_rules.clean(registry)

    @api.depends("invoice_sending_method")
    def _compute_l10n_fr_chorus_chosen(self):
        """Read the choices of all companies at once: each holds its own."""
        self.flush_model(["invoice_sending_method"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner, jsonb_each_text(invoice_sending_method)"
                " WHERE id = ANY(%s) AND value = %s",
                self._origin.ids,
                CHORUS,
            )
        )
        chosen = {partner_id for (partner_id,) in rows}
        for partner in self:
            typed = partner != partner._origin and partner.invoice_sending_method
            partner.l10n_fr_chorus_chosen = (
                partner._origin.id in chosen or typed == CHORUS
            )

    def _l10n_fr_chorus_served_by(self, company):
        """Tell whether a company sends this contact's invoices by Chorus Pro.

        Asked of every invoice that is opened: of whom no company chose it for, and that
        is most customers, it costs no query.
        """
        both = self | self.commercial_partner_id
        chosen = both.filtered("l10n_fr_chorus_chosen")
        if not chosen and not company._l10n_fr_chorus_is_usual():
            return False
        return self._l10n_fr_chorus_method(company) == CHORUS

    def _l10n_fr_chorus_method(self, company):
        """Return how this contact gets its invoices from a company, or its branch."""
        holder = self.commercial_partner_id
        for one in company | company.sudo().root_id:
            method = (
                self.with_company(one).invoice_sending_method
                or holder.with_company(one).invoice_sending_method
            )
            if method:
                return method
        return False

    @api.constrains("company_registry", "invoice_sending_method")
    def _check_l10n_fr_chorus_siret(self):
        """A wrong SIRET is not stored on a customer served by Chorus Pro (R1)."""
        for partner in self:
            if partner.invoice_sending_method == CHORUS and partner.company_registry:
                problem = partner._l10n_fr_chorus_siret_problem()
                if problem and not partner._l10n_fr_chorus_wrong_key_accepted():
                    raise ValidationError(problem)

    def _l10n_fr_chorus_siret_problem(self):
        """Say what is wrong with the SIRET, "" when it is right."""
        number = siret_rules.clean(self.company_registry or "")
        verdict = siret_rules.check(number)
        if verdict == siret_rules.FORMAT:
            return self.env._(
                "%(siret)s is not a SIRET: it must have 14 digits. It stands on the "
                "body's order, or in the directory of companies.",
                siret=self.company_registry,
            )
        if verdict == siret_rules.KEY:
            return self.env._(
                "%(siret)s is not a SIRET: its check digit is wrong. One digit was "
                "probably mistyped.",
                siret=self.company_registry,
            )
        return ""

    def _l10n_fr_chorus_wrong_key_accepted(self):
        """R1: the directory knows it, or this company works in qualification."""
        known = self.l10n_fr_chorus_structure_id.is_known
        testing = self.env.company.l10n_fr_chorus_environment == "qualification"
        has_digits = (
            siret_rules.check(siret_rules.clean(self.company_registry))
            != siret_rules.FORMAT
        )
        return has_digits and (known or testing)

    @api.depends("company_registry", "invoice_sending_method")
    @api.depends_context("company", "lang")
    def _compute_l10n_fr_chorus_siret_warning(self):
        for partner in self:
            served = partner.invoice_sending_method == CHORUS
            partner.l10n_fr_chorus_siret_warning = (
                served
                and partner.company_registry
                and partner._l10n_fr_chorus_siret_problem()
            )

    # ---- DIRECTORY ----------------------------------------------------------------

    @api.depends("company_registry", "commercial_partner_id.company_registry")
    @api.depends_context("company")
    def _compute_l10n_fr_chorus_structure_id(self):
        """The answer belongs to the SIRET: a new SIRET shows no flag of the old one."""
        sirets = {partner: partner._l10n_fr_chorus_siret() for partner in self}
        found = self.env["l10n_fr_chorus.structure"]._by_siret(
            set(filter(None, sirets.values())), self.env.company
        )
        for partner, siret in sirets.items():
            partner.l10n_fr_chorus_structure_id = found.get(siret)

    def _search_l10n_fr_chorus_structure_id(self, operator, value):
        """Customers by their body: the SIRETs are compared, no identifier is stored."""
        if operator not in ("in", "any"):
            return NotImplemented
        structures = self.env["l10n_fr_chorus.structure"]
        domain = value if operator == "any" else [("id", "in", list(value))]
        if operator == "in" and set(value) == {False}:
            known = structures._search([]).subselect("siret")
            return Domain("company_registry", "not in", known)
        return Domain(
            "company_registry", "in", structures._search(domain).subselect("siret")
        )

    def action_l10n_fr_chorus_by_hand(self):
        """Type the body's rules by hand, for this company alone (R3)."""
        self.check_access("read")
        self.ensure_one()
        own = self.l10n_fr_chorus_structure_id.filtered("company_id")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What its invoices must carry"),
            "res_model": "l10n_fr_chorus.structure",
            "res_id": own.id,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_siret": self._l10n_fr_chorus_siret(),
                "default_name": self.name,
                "default_is_active": True,
                "default_street": self.street,
                "default_zip": self.zip,
                "default_city": self.city,
            },
        }

    # ---- FIND ---------------------------------------------------------------------

    def _compute_l10n_fr_chorus_found_id(self):
        """Nothing to show: it only serves to look for a body."""
        self.l10n_fr_chorus_found_id = False

    @api.onchange("l10n_fr_chorus_found_id")
    def _onchange_l10n_fr_chorus_found_id(self):
        found = self.l10n_fr_chorus_found_id
        if found:
            self.company_registry = found.siret
            self.is_company = True
            self._l10n_fr_chorus_fill(found)
            self.l10n_fr_chorus_found_id = False

    @api.onchange("company_registry")
    def _onchange_l10n_fr_chorus_siret(self):
        self._l10n_fr_chorus_ask_typed()
        self._l10n_fr_chorus_fill(self.l10n_fr_chorus_structure_id)

    def _l10n_fr_chorus_fill(self, structure):
        """Fill what is empty, or what an earlier body filled, with what this one is.

        What a person typed stays: a town hall's usual name is not the directory's.
        """
        if not structure.is_known:
            return
        before = self.env["l10n_fr_chorus.structure"].browse()
        if self._origin.company_registry != structure.siret:
            before = self._origin.l10n_fr_chorus_structure_id
        if not self.name or self.name == before.name:
            self.name = structure.name
        if not any(self[part] and self[part] != before[part] for part in ADDRESS):
            self.update({part: structure[part] for part in ADDRESS})
            self.country_id = self.country_id or self.env.ref("base.fr")
        if not self.invoice_sending_method and self.l10n_fr_chorus_obliged:
            self.invoice_sending_method = CHORUS

    def _l10n_fr_chorus_learn(self):
        """Complete customers with what the directory has just said of them.

        One who only reads customers may verify them too: nothing is filled then.
        """
        for partner in self._filtered_access("write"):
            if partner == partner.commercial_partner_id and partner.is_company:
                partner._l10n_fr_chorus_fill(partner.l10n_fr_chorus_structure_id)

    # ---- USUAL SERVICE ------------------------------------------------------------

    @api.depends("l10n_fr_chorus_service_code", "l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for partner in self:
            partner.l10n_fr_chorus_service_id = (
                partner.l10n_fr_chorus_structure_id._service(
                    partner.l10n_fr_chorus_service_code
                )
            )

    def _inverse_l10n_fr_chorus_service_id(self):
        for partner in self:
            partner.l10n_fr_chorus_service_code = partner.l10n_fr_chorus_service_id.code

    @api.onchange("l10n_fr_chorus_service_id")
    def _onchange_l10n_fr_chorus_service_id(self):
        """The code follows the choice at once, not only when the form is saved."""
        self._inverse_l10n_fr_chorus_service_id()

    def _l10n_fr_chorus_usual_service(self):
        """Return the usual code of the first of these contacts that has one."""
        return next(filter(None, self.mapped("l10n_fr_chorus_service_code")), False)

    # ---- PUBLIC -------------------------------------------------------------------

    def _l10n_fr_chorus_answer(self, message=""):
        structure = self.l10n_fr_chorus_structure_id
        return {
            "id": self.id,
            "siret": self._l10n_fr_chorus_siret(),
            "found": bool(structure.is_known),
            "probably_public": self.l10n_fr_chorus_probably_public,
            "name": structure.name or "",
            "active": structure.is_active,
            "service_required": structure.service_required,
            "engagement_required": structure.engagement_required,
            "either_required": structure.service_or_engagement_required,
            "services": [
                {
                    "code": service.code,
                    "name": service.name or "",
                    "engagement_required": service.engagement_required,
                }
                for service in structure.service_ids.filtered("active")
            ],
            "source": structure.source or "",
            "checked_at": iso(structure.verified_at),
            "message": message,
        }

    @api.model
    def l10n_fr_chorus_find(self, text, limit=20):
        """Find bodies in the mirror of the directory, by SIRET, name or town (R34).

        :param text: beginning of a SIRET, or part of a name or town
        :return: list of dicts: siret, name, city, active
        """
        found = self.env["l10n_fr_chorus.structure"].search(
            Domain("siret", "=like", f"{siret_rules.clean(text)}%")
            if siret_rules.clean(text).isdigit()
            else Domain("name", "ilike", text) | Domain("city", "ilike", text),
            limit=limit,
        )
        return [
            {
                "siret": structure.siret,
                "name": structure.name,
                "city": structure.city or "",
                "active": structure.is_active,
            }
            for structure in found
        ]
