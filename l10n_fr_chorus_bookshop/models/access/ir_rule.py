from odoo import api, models
from odoo.fields import Domain

from .base import MODELS


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        # EXTENDS 'base': a dialog's rows belong to the person who filled it
        domain = super()._compute_domain(model_name, mode)
        if (
            self.env.su
            or not model_name.startswith(MODELS)
            or not self.env[model_name]._transient
        ):
            return domain
        return domain & Domain("create_uid", "=", self.env.uid)
