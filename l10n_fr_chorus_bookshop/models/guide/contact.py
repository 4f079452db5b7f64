from odoo import api, fields, models


class L10nFrChorusContact(models.Model):
    """Who helps a bookseller, and for what; the list is the shop's to correct (R38)."""

    _name = "l10n_fr_chorus.contact"
    _description = "Support contact"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    role = fields.Selection(
        [
            ("association", "Booksellers' association"),
            ("operator", "EDI operator (Dilicom)"),
            ("platform", "Chorus Pro"),
            ("integrator", "Odoo integrator"),
        ],
        required=True,
        default="integrator",
    )
    about = fields.Char("Ask for")
    email = fields.Char()
    phone = fields.Char()
    website = fields.Char()
    company_id = fields.Many2one("res.company", help="Empty: for every company.")

    @api.model
    def _for_company(self, company, roles=()):
        """Return the contacts of a company, its own and those of all.

        :param roles: only these roles, all for want of any
        """
        domain = [("company_id", "in", [company.id, False])]
        if roles:
            domain.append(("role", "in", list(roles)))
        return self.sudo().search(domain).with_env(self.env)

    @api.model
    def _whom_to_ask(self, company, *roles):
        """Return one line on whom to ask, "" when nobody can be reached."""
        told = [one._reached() for one in self._for_company(company, roles)]
        named = [line for line in told if line]
        return self.env._("Who helps: %s", " · ".join(named)) if named else ""

    def _reached(self):
        """Name and ways to reach, "" without any way."""
        ways = [way for way in (self.phone, self.email, self.website) if way]
        return f"{self.name} ({', '.join(ways)})" if ways else ""


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    def _helpers(self):
        """Return one line on whoever can put this connection right, "" when nobody."""
        role = self._channel()._run_by
        contacts = self.env["l10n_fr_chorus.contact"]
        return contacts._whom_to_ask(self.company_id, role, "integrator")
