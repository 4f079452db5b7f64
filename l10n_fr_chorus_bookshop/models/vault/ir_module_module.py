from odoo import models

MODULE = "l10n_fr_chorus_bookshop"


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        # EXTENDS 'base': tell at once what `uninstall_hook` would refuse later
        action = super().button_uninstall()
        if self.search_count([("name", "=", MODULE), ("state", "=", "to remove")]):
            self.env["l10n_fr_chorus.original"].sudo()._refuse_uninstall()
        return action

    def module_uninstall(self):
        # EXTENDS 'base': open to RPC, and drops the tables without any hook
        if MODULE in self.mapped("name"):
            self.env["l10n_fr_chorus.original"].sudo()._refuse_uninstall()
        return super().module_uninstall()
