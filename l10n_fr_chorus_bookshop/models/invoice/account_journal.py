from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.rules import document

# What a journal's card tells: what a person must do.
CARDS = ("to_send", "to_correct", "forgotten", "late")


class AccountJournal(models.Model):
    """Numbers that the platform would refuse, and what awaits someone (R24, R32)."""

    _inherit = "account.journal"

    l10n_fr_chorus_number_warning = fields.Char(
        compute="_compute_l10n_fr_chorus_number_warning"
    )

    @api.depends("code", "type", "company_id", "refund_sequence")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_number_warning(self):
        """Warn of numbers that the platform would refuse, before one is made (R24)."""
        for journal in self:
            journal.l10n_fr_chorus_number_warning = (
                journal.type == "sale"
                and journal.company_id.is_france_country
                and journal._l10n_fr_chorus_number_problem()
            )

    def _l10n_fr_chorus_number_problem(self):
        """Say what is wrong with the numbers of this journal, "" when nothing is."""
        year = fields.Date.context_today(self).year
        for number in self._l10n_fr_chorus_next_numbers(year):
            if not document.is_conforming(number):
                return self.env._(
                    "Chorus Pro refuses numbers such as %(number)s: 20 characters at "
                    "most, letters, digits, space and + - _ / only. Rename the next "
                    "invoice %(pattern)s: Odoo then counts on from there.",
                    number=number,
                    pattern=document.conforming(self.code or "", year),
                )
        twin = self._l10n_fr_chorus_twin()
        if twin:
            return self.env._(
                "%(company)s has the same SIREN and a journal with the same code "
                "%(code)s: for Chorus Pro their numbers are the same ones. Give each "
                "establishment a code of its own.",
                company=twin.company_id.name,
                code=self.code,
            )
        return ""

    def _l10n_fr_chorus_next_numbers(self, year):
        """Return the newest number of each series, else the first ones to come."""
        kinds = ["out_invoice", "out_refund"] if self.refund_sequence else [False]
        found = []
        for kind in kinds:
            domain = [
                ("journal_id", "=", self._origin.id),
                ("name", "not in", (False, "/")),
            ]
            domain += [("move_type", "=", kind)] if kind else []
            newest = self.env["account.move"].search(
                domain, order="date DESC, id DESC", limit=1
            )
            prefix = "R" if kind == "out_refund" else ""
            found.append(newest.name or f"{prefix}{self.code or ''}/{year}/00000")
        return found

    def _l10n_fr_chorus_twin(self):
        """Return another establishment's journal whose numbers could be the same.

        The platform's key is year, SIREN and number (AIFE FE v1.1 §3.2.1.4.2).
        """
        siren = self.company_id._l10n_fr_chorus_siret()[:9]
        if not siren or not self.code:
            return self.browse()
        others = self.sudo().search(
            [
                ("type", "=", "sale"),
                ("code", "=", self.code),
                ("company_id", "!=", self.company_id.id),
            ]
        )
        return others.filtered(
            lambda one: one.company_id._l10n_fr_chorus_siret()[:9] == siren
        )[:1]

    # ---- THE JOURNAL'S CARD -------------------------------------------------------

    def _get_journal_dashboard_data_batched(self):
        # EXTENDS 'account'
        dashboard_data = super()._get_journal_dashboard_data_batched()
        sales = self.filtered(lambda one: one.type == "sale")
        french = sales.filtered(lambda one: one.company_id.is_france_country)
        if french:
            for journal_id, lines in french._l10n_fr_chorus_card_counts().items():
                dashboard_data[journal_id]["l10n_fr_chorus"] = lines
        return dashboard_data

    def _l10n_fr_chorus_card_counts(self):
        """Count what awaits someone: {journal id: {card: {label, count}}}."""
        moves = self.env["account.move"]
        cards = moves._l10n_fr_chorus_cards()
        counts = {journal.id: {} for journal in self}
        for code in CARDS:
            label, _explanation, domain = cards[code]
            mine = Domain("journal_id", "in", self.ids)
            for journal, count in moves._read_group(
                mine & domain, ["journal_id"], ["__count"]
            ):
                counts[journal.id][code] = {"label": label, "count": count}
        return counts

    def action_l10n_fr_chorus_card(self):
        """Open what one line of the card counts, in this journal."""
        self.check_access("read")
        code = self.env.context["l10n_fr_chorus_card"]
        action = self.env["account.move"].action_l10n_fr_chorus_card(code)
        mine = Domain("journal_id", "in", self.ids)
        return {**action, "domain": list(mine & Domain(action["domain"]))}
