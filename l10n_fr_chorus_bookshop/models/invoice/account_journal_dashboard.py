from odoo import models
from odoo.fields import Domain

# What a journal's card tells: what a person must do.
TOLD = ("to_send", "to_correct", "forgotten", "late")


class AccountJournal(models.Model):
    """What awaits someone on Chorus Pro, on the sales journals' own cards (R32)."""

    _inherit = "account.journal"

    def _get_journal_dashboard_data_batched(self):
        # EXTENDS 'account'
        dashboard_data = super()._get_journal_dashboard_data_batched()
        sales = self.filtered(lambda one: one.type == "sale")
        french = sales.filtered(lambda one: one.company_id.is_france_country)
        if french:
            for journal_id, lines in french._l10n_fr_chorus_told().items():
                dashboard_data[journal_id]["l10n_fr_chorus"] = lines
        return dashboard_data

    def _l10n_fr_chorus_told(self):
        """Count what these journals tell: {journal id: {card: {label, count}}}."""
        moves = self.env["account.move"]
        cards = moves._l10n_fr_chorus_cards()
        told = {journal.id: {} for journal in self}
        for code in TOLD:
            label, _explanation, domain = cards[code]
            mine = Domain("journal_id", "in", self.ids)
            for journal, count in moves._read_group(
                mine & domain, ["journal_id"], ["__count"]
            ):
                told[journal.id][code] = {"label": label, "count": count}
        return told

    def action_l10n_fr_chorus_card(self):
        """Open what one line of the card counts, in this journal."""
        code = self.env.context["l10n_fr_chorus_card"]
        action = self.env["account.move"].action_l10n_fr_chorus_card(code)
        mine = Domain("journal_id", "in", self.ids)
        return {**action, "domain": list(mine & Domain(action["domain"]))}
