from odoo import api, fields, models

from ...chorus.lifecycle import actions
from ...chorus.lifecycle.states import STATES


class L10nFrChorusProcedure(models.Model):
    """What a shop has decided for one state: what to do, and who does it (R16)."""

    _name = "l10n_fr_chorus.procedure"
    _description = "The shop's own procedure for a state"
    _order = "company_id, state"
    _rec_name = "state"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        selection=lambda self: [
            (state.code, self.env._(state.label)) for state in STATES.values()
        ],
        required=True,
    )
    meaning = fields.Char(compute="_compute_meaning")
    actor = fields.Char("Who acts", compute="_compute_meaning")
    follows = fields.Char("What may follow", compute="_compute_meaning")
    procedure = fields.Text("Our procedure")
    user_id = fields.Many2one(
        "res.users",
        "Person in charge",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    _unique_state = models.UniqueIndex(
        "(company_id, state)", "This state already has its procedure."
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_meaning(self):
        for one in self:
            explained = self._explain(one.state) if one.state else ("", "", "")
            one.meaning, one.actor, one.follows = explained

    @api.model
    def _explain(self, state, kind=""):
        """Explain a state in the user's language (R16).

        :return: (meaning, who acts, what usually follows)
        """
        follows = (STATES[code] for code in actions.FOLLOWS.get(state, ()))
        return (
            self.env._(actions.meaning(state, kind)),
            self.env._(actions.ACTORS[actions.actor(state, kind)]),
            ", ".join(self.env._(one.label) for one in follows),
        )

    @api.model
    def _of(self, company, state):
        """Return the procedure of a company for a state, empty without any."""
        return self.search(
            [("company_id", "=", company.id), ("state", "=", state)], limit=1
        )
