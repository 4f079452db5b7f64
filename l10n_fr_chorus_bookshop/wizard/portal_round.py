import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.common import notification


class L10nFrChorusPortalRound(models.TransientModel):
    """The round of what must be uploaded on the portal, one invoice after the other."""

    _name = "l10n_fr_chorus.portal_round"
    _description = "Deposits on the Chorus Pro portal"

    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    partner_id = fields.Many2one(related="move_id.partner_id")
    state = fields.Selection(related="move_id.l10n_fr_chorus_state")
    progress = fields.Char(compute="_compute_progress")
    address = fields.Char("Portal", compute="_compute_address")
    document = fields.Binary("File to upload", compute="_compute_document")
    filename = fields.Char(compute="_compute_document")
    value_ids = fields.One2many(
        "l10n_fr_chorus.portal_value", "round_id", "Values", readonly=True
    )
    deposited_at = fields.Datetime("Deposited on")
    number = fields.Char(
        "Portal's number", help="The number that the portal shows after the deposit."
    )
    problem = fields.Text("What the portal says is wrong")

    @api.depends("move_id", "move_ids")
    @api.depends_context("lang")
    def _compute_progress(self):
        for one in self:
            one.progress = self.env._(
                "%(rank)s of %(count)s",
                rank=one._in_order().ids.index(one.move_id.id) + 1,
                count=len(one.move_ids),
            )

    @api.depends("move_id")
    def _compute_address(self):
        for one in self:
            one.address = one.move_id._l10n_fr_chorus_portal_address()

    @api.depends("move_id")
    def _compute_document(self):
        """The sealed original itself: what is uploaded is what is kept."""
        for one in self:
            one.move_id.check_access("read")
            original = one.move_id.sudo().l10n_fr_chorus_submission_id.original_id
            one.document = original and base64.b64encode(original._content())
            one.filename = original.filename

    # ---- THE WAY ------------------------------------------------------------------

    @api.model
    def _begin(self, moves):
        """Open the round of these invoices on the first of them."""
        round_ = self.sudo().create({"move_ids": [Command.set(moves.ids)]})
        return round_.with_env(self.env)._turn_to(round_._in_order()[0])

    def _in_order(self):
        """The invoices of the round, oldest first."""
        return self.move_ids.sorted(lambda move: (move.invoice_date, move.id))

    def _turn_to(self, move):
        """Show one invoice."""
        values = move._l10n_fr_chorus_typed()[move.id]
        self.sudo().write(
            {
                "move_id": move.id,
                "value_ids": [Command.clear(), *map(Command.create, values)],
                "deposited_at": fields.Datetime.now(),
                "number": False,
                "problem": False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposit on the portal"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _others(self, step):
        """The invoices still to upload, from the one after (or before) this one on."""
        moves = self._in_order()[::step]
        here = moves.ids.index(self.move_id.id) + 1
        ahead = moves[here:] + moves[: here - 1]
        return ahead.filtered(lambda move: move.l10n_fr_chorus_state == "to_deposit")

    def action_next(self):
        """Leave this one for later."""
        return self._turn_to((self._others(1) or self.move_id)[0])

    def action_previous(self):
        """Go back to the one before."""
        return self._turn_to((self._others(-1) or self.move_id)[0])

    def action_record(self):
        """Note the deposit, and go on with the next one."""
        self._submission()._record_deposit(
            self.deposited_at or fields.Datetime.now(), (self.number or "").strip()
        )
        return self._go_on()

    def action_refused(self):
        """Note why the portal does not take it, and go on with the next one."""
        self._submission()._record_refusal(self.problem)
        return self._go_on()

    def _submission(self):
        self.move_id._l10n_fr_chorus_need_user()
        return self.move_id._l10n_fr_chorus_sending()

    def _go_on(self):
        """The next one to upload; the end once there is none."""
        self.move_ids.invalidate_recordset(["l10n_fr_chorus_state"])
        if ahead := self._others(1):
            return self._turn_to(ahead[0])
        return notification(
            self.env, [self.env._("Nothing is left to deposit in this round.")]
        )


class L10nFrChorusPortalValue(models.TransientModel):
    """One value to type on the portal, ready to be copied."""

    _name = "l10n_fr_chorus.portal_value"
    _description = "Value to type on the Chorus Pro portal"

    round_id = fields.Many2one(
        "l10n_fr_chorus.portal_round",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    block = fields.Char("Part of the site's form", readonly=True)
    label = fields.Char("What", readonly=True)
    text = fields.Char("Value", readonly=True)


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_l10n_fr_chorus_deposit(self):
        """Go through these invoices on the portal, one after the other (R11)."""
        self._l10n_fr_chorus_need_user()
        waiting = self.filtered(lambda one: one.l10n_fr_chorus_state == "to_deposit")
        if not waiting:
            raise UserError(
                self.env._(
                    "None of these invoices waits to be deposited on the portal. Those "
                    "just sent are prepared in a moment: try again in a minute."
                )
            )
        return self.env["l10n_fr_chorus.portal_round"]._begin(waiting)

    @api.model
    def action_l10n_fr_chorus_deposit_all(self):
        """Go through all that waits for a person in these companies."""
        waiting = self.search(
            [
                ("l10n_fr_chorus_state", "=", "to_deposit"),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="invoice_date, id",
        )
        if not waiting:
            nothing = self.env._(
                "Nothing waits to be deposited on the portal. What leaves by this way "
                "shows under « To do » once its file is ready."
            )
            return notification(self.env, [nothing])
        return waiting.action_l10n_fr_chorus_deposit()
