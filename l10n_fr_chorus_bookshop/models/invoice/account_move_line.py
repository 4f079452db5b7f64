from odoo import api, models

# What an invoice says it sold, line by line.
SOLD = {
    *("name", "product_id", "product_uom_id", "quantity", "price_unit", "discount"),
    *("tax_ids", "display_type", "move_id"),
}
SHOWN = ("product", "line_section", "line_subsection", "line_note")
# What it comes to, taxes included; not how books part what is due, nor costs of stock.
AMOUNTS = {"balance", "amount_currency", "debit", "credit", "currency_id"}
BOOKS = ("payment_term", "cogs")


class AccountMoveLine(models.Model):
    """The lines of an invoice are what was sent: they change with it, or not at all.

    Core guards the taxes and the period of a posted line; its price and its words are
    for whoever may write.
    """

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        lines = super().create(vals_list)
        lines._l10n_fr_chorus_shown().move_id._l10n_fr_chorus_refuse_locked()
        return lines

    def write(self, vals):
        # EXTENDS 'account': of what has not left, another version is made
        changed = self._l10n_fr_chorus_changed(vals)
        changed._l10n_fr_chorus_refuse_locked()
        result = super().write(vals)
        changed._l10n_fr_chorus_make_again()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_l10n_fr_chorus(self):
        """Core lets a context delete posted lines."""
        self._l10n_fr_chorus_shown().move_id._l10n_fr_chorus_refuse_locked()

    def _l10n_fr_chorus_asked(self):
        """Those of posted invoices that were asked to leave."""
        posted = self.filtered(lambda line: line.parent_state == "posted")
        return posted.filtered("move_id.l10n_fr_chorus_submission_id")

    def _l10n_fr_chorus_shown(self):
        """Those that stand on the page of such an invoice."""
        return self._l10n_fr_chorus_asked().filtered(
            lambda line: line.display_type in SHOWN
        )

    def _l10n_fr_chorus_changed(self, vals):
        """Return such invoices, of which `vals` changes what they say."""
        names = vals.keys() & (SOLD | AMOUNTS)
        asked = self._l10n_fr_chorus_asked() if names else self.browse()
        return asked.filtered(
            lambda line: any(
                line._l10n_fr_chorus_differs(name, vals[name])
                for name in names
                if line.display_type in SHOWN
                or (name in AMOUNTS and line.display_type not in BOOKS)
            )
        ).move_id

    def _l10n_fr_chorus_differs(self, name, value):
        field = self._fields[name]
        return field.type == "many2many" or (
            field.convert_to_cache(self[name], self)
            != field.convert_to_cache(value, self, validate=False)
        )
