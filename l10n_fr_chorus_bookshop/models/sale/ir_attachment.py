from odoo import api, models
from odoo.exceptions import UserError

# What makes a file the one that was read.
CONTENT = {"raw", "datas", "res_model", "res_id"}


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

    def write(self, vals):
        # EXTENDS 'base': an order's proof stays what was read, wherever it is stored
        if given := CONTENT & vals.keys():
            ours = self.sudo().filtered(lambda one: one.res_model == "sale.order")
            changed = ours.filtered(
                lambda one: any(one[name] != vals[name] for name in given)
            )
            changed._l10n_fr_chorus_refuse_proof()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_l10n_fr_chorus_proof(self):
        self._l10n_fr_chorus_refuse_proof()

    def _l10n_fr_chorus_refuse_proof(self):
        """Refuse to touch the files that confirmed orders were read from (R28).

        :raises UserError: one of these is such a file
        """
        put = self.sudo().filtered(lambda one: one.res_model == "sale.order")
        forms = put and self.env["l10n_fr_chorus.order_form"].sudo()
        kept = put and forms.search(
            [
                ("attachment_ids", "in", put.ids),
                ("state", "=", "kept"),
                ("order_id.state", "=", "sale"),
            ],
            limit=1,
        )
        if kept:
            raise UserError(
                self.env._(
                    "%(file)s is the proof of the order %(order)s: it stays as it was "
                    "received.",
                    file=kept.name,
                    order=kept.order_id.name,
                )
            )
