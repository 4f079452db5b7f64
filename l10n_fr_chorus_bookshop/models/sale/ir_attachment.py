from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _post_add_create(self, **kwargs):
        # EXTENDS 'base': a file dropped on a quotation is read
        result = super()._post_add_create(**kwargs)
        put = self.filtered(lambda one: one.res_model == "sale.order" and one.res_id)
        for order_id, files in put.grouped("res_id").items():
            order = self.env["sale.order"].sudo(False).browse(order_id)
            order._l10n_fr_chorus_offer(files)
        return result
