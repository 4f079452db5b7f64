from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...chorus.lifecycle.states import STATES

STAGE = "l10n_fr_chorus_stage"
FINAL = [code for code, state in STATES.items() if state.final]


class AccountMove(models.Model):
    """Five places where an invoice may stand, for one look at all of them (R32)."""

    _inherit = "account.move"

    l10n_fr_chorus_stage = fields.Selection(
        [
            ("to_send", "To send"),
            ("to_correct", "To correct"),
            ("under_way", "Under way"),
            ("ordered", "Payment ordered"),
            ("cashed", "Received or closed"),
        ],
        "Where it stands",
        compute="_compute_l10n_fr_chorus_stage",
        search="_search_l10n_fr_chorus_stage",
        group_expand=True,
    )

    @api.model
    def _l10n_fr_chorus_stage_domains(self):
        """Return the domain of each stage, by code; no two have an invoice in common.

        Money first, then what a person must do; all the rest is under way or over.
        """
        concerned = Domain("move_type", "in", ("out_invoice", "out_refund"))
        money = self._l10n_fr_chorus_payment_domains()
        ordered = money["ordered"] | money["registered"]
        to_do = self._l10n_fr_chorus_todo_domains()
        over = Domain("l10n_fr_chorus_state", "in", FINAL) | Domain(
            "payment_state", "=", "reversed"
        )
        in_turn = (
            ("ordered", ordered),
            ("to_correct", to_do["to_correct"]),
            ("to_send", to_do["to_send"] | to_do["forgotten"]),
            ("cashed", money["cashed"] | over),
            ("under_way", Domain("l10n_fr_chorus_submission_id", "!=", False)),
        )
        domains, taken = {}, Domain.FALSE
        for code, domain in in_turn:
            domains[code] = concerned & domain & ~taken
            taken |= domain
        return domains

    @api.depends("l10n_fr_chorus_submission_id.state", "payment_state", "state")
    def _compute_l10n_fr_chorus_stage(self):
        self._l10n_fr_chorus_choose(STAGE, self._l10n_fr_chorus_stage_domains())

    def _search_l10n_fr_chorus_stage(self, operator, value):
        return self._l10n_fr_chorus_chosen(
            operator, value, self._l10n_fr_chorus_stage_domains()
        )

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        # EXTENDS 'base': as invoices go from one to the next, not as codes are spelt
        stage = groupby_terms.get(STAGE)
        if stage:
            in_order = list(self._fields[STAGE].get_values(self.env))
            groupby_terms[STAGE] = SQL("array_position(%s, %s)", in_order, stage)
        ordered = super()._read_group_orderby(order, groupby_terms, query)
        if stage:
            groupby_terms[STAGE] = stage
        return ordered

    def _read_group_groupby(self, alias, groupby_spec, query):
        # EXTENDS 'base': the columns of the kanban, from the very domains of the search
        if groupby_spec != STAGE:
            return super()._read_group_groupby(alias, groupby_spec, query)
        cases = [
            SQL(
                "WHEN %s THEN %s",
                domain.optimize_full(self)._to_sql(self, alias, query),
                code,
            )
            for code, domain in self._l10n_fr_chorus_stage_domains().items()
        ]
        return SQL("CASE %s END", SQL(" ").join(cases))
