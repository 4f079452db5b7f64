from odoo import api, fields, models


class L10nFrChorusService(models.Model):
    """A service of a public body; one that vanished from the directory is archived."""

    _name = "l10n_fr_chorus.service"
    _description = "Service of a public body"
    _order = "structure_id, code"
    _rec_names_search = ["code", "name"]

    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure", "Body", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="structure_id.company_id")
    code = fields.Char(required=True, help="Upper and lower case matter.")
    name = fields.Char()
    active = fields.Boolean(default=True)
    engagement_required = fields.Boolean("Engagement number mandatory")

    _code_unique = models.UniqueIndex(
        "(structure_id, code)", "A body has each service code only once."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            named = service.name and service.name != service.code
            service.display_name = (
                f"{service.code} - {service.name}" if named else service.code
            )
