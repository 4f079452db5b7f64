from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare, html2plaintext

from ...chorus.payment import Line, candidates
from ...chorus.payment.line import TREASURY_BANKS
from ...chorus.payment.match import SEVERAL
from ..common import answer_each, given_ids, in_user_lang, iso, notification
from .account_move_bank import CENT

# Lines of the same payer that are looked at to learn for whom it pays.
LEARNT_FROM = 200
CANDIDATE = "l10n_fr_chorus.bank_candidate"


class AccountBankStatementLine(models.Model):
    """Which invoices an incoming transfer pays, and why (R46).

    Nothing is stored: what is open and what is learnt of a payer change at any time.
    """

    _inherit = "account.bank.statement.line"

    l10n_fr_chorus_hint = fields.Char("May pay", compute="_compute_l10n_fr_chorus_hint")
    l10n_fr_chorus_certain = fields.Boolean(
        "Certain", compute="_compute_l10n_fr_chorus_hint"
    )

    @api.depends("amount", "payment_ref", "is_reconciled", "partner_id", "date")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_hint(self):
        found = self._l10n_fr_chorus_found()
        for line in self:
            ones = found.get(line._origin.id, ())
            line.l10n_fr_chorus_certain = any(one.certain for one in ones)
            line.l10n_fr_chorus_hint = self._l10n_fr_chorus_say(ones)

    def _l10n_fr_chorus_say(self, ones):
        """Say what a line may pay, in one sentence; False when it pays nothing known.

        :param ones: its candidates, the likeliest first
        """
        if not ones:
            return False
        as_likely = sum(_is_rivalled(one) for one in ones)
        if as_likely:
            return self.env._("%s candidates as likely: look and choose", as_likely)
        first = ones[0]
        return self.env._(
            "%(invoices)s: %(why)s",
            invoices=_numbers(self.env, first),
            why=_reason(self.env, first.reasons[0]),
        )

    # ---- WHAT THE CORE IS ASKED ------------------------------------------------

    def _l10n_fr_chorus_found(self):
        """Return dict line id -> its candidates, the likeliest first."""
        found = {}
        for company, lines in self._origin.grouped("company_id").items():
            open_ = lines.filtered(
                lambda line: (
                    line.amount > 0
                    and not line.is_reconciled
                    and not line.foreign_currency_id
                    and line.currency_id == line.company_id.currency_id
                )
            )
            dues = open_ and self.env["account.move"]._l10n_fr_chorus_dues(company)
            for line in open_ if dues else ():
                found[line.id] = candidates(
                    line._l10n_fr_chorus_line(), dues, line._l10n_fr_chorus_bodies()
                )
        return found

    def _l10n_fr_chorus_line(self):
        """This line as the core reads it: importers put words in every field."""
        details = self.transaction_details or {}
        return Line(
            texts=(
                self.payment_ref or "",
                self.ref or "",
                html2plaintext(self.narration or ""),
                self.transaction_type or "",
                " ".join(_texts(details)),
            ),
            amount=Decimal(str(self._l10n_fr_chorus_left())).quantize(CENT),
            on=self.date,
            payer=self.partner_name or "",
            account=self.account_number or "",
        )

    def _l10n_fr_chorus_left(self):
        """What of this line is matched with nothing yet."""
        _liquidity, suspense, _others = self._seek_for_lines()
        return -sum(suspense.mapped("amount_currency"))

    def _l10n_fr_chorus_bodies(self):
        """Return the SIRETs of the bodies that this payer is known to pay for.

        One account of the Treasury pays for dozens: the partner that an importer found
        by its number is only one of them.
        """
        payer = self._l10n_fr_chorus_payer_domain()
        past = payer and self.sudo().search(
            Domain.OR(payer)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("is_reconciled", "=", True)
            & Domain("id", "!=", self.id),
            limit=LEARNT_FROM,
        )
        paid = past and past.line_ids.matched_debit_ids.debit_move_id.move_id
        sirets = {move._l10n_fr_chorus_siret() for move in paid or ()} - {""}
        account = (self.account_number or "").replace(" ", "").upper()
        if not account.startswith("FR") or account[4:9] not in TREASURY_BANKS:
            customer = self.partner_id
            sirets |= set(
                (customer | customer.commercial_partner_id).mapped("company_registry")
            )
        return frozenset(filter(None, sirets))

    def _l10n_fr_chorus_payer_domain(self):
        return [
            Domain(name, "=", self[name])
            for name in ("account_number", "partner_name")
            if self[name]
        ]

    # ---- ONE CLICK -------------------------------------------------------------

    def _l10n_fr_chorus_register(self, moves=None, rest=None):
        """Match this line with invoices, as Odoo's own reconciliation does.

        :param moves: one of the candidates; by default the one that is certain
        :param rest: what was shown to be paid beyond them
        :raises UserError: it is no candidate, or no longer what was shown, or none is
            certain
        """
        self.ensure_one()
        self.check_access("write")
        if self.is_reconciled:
            raise UserError(
                self.env._("“%s” is matched already.", self.payment_ref or "")
            )
        found = self._l10n_fr_chorus_found().get(self.id, [])
        if moves is None:
            chosen = next((one for one in found if one.certain), None)
        else:
            keys = tuple(sorted(moves.ids))
            chosen = next((one for one in found if one.keys == keys), None)
        if chosen is None:
            raise UserError(
                self.env._(
                    "“%s”: no invoice that this line certainly pays. Look at the "
                    "candidates and choose.",
                    self.payment_ref or "",
                )
            )
        if rest is not None and float_compare(rest, float(chosen.rest), 2):
            raise UserError(
                self.env._(
                    "What “%s” may pay has changed since it was shown: look at the "
                    "candidates again.",
                    self.payment_ref or "",
                )
            )
        self._l10n_fr_chorus_match(_moves(self.env, chosen))

    def _l10n_fr_chorus_match(self, moves):
        """Put what is due in the place of the suspense line, and reconcile it.

        What is paid beyond stays in suspense; what is missing stays due.
        """
        _liquidity, suspense, _others = self._seek_for_lines()
        currency, left = self.company_id.currency_id, -sum(suspense.mapped("balance"))
        # Credit notes first: they add to what the others are paid with.
        moves = moves.sorted(lambda move: (move.move_type != "out_refund", move.date))
        pairs, commands = [], [Command.delete(line.id) for line in suspense]
        for due, awaited in moves._l10n_fr_chorus_open_items():
            part = min(awaited, left)
            if currency.is_zero(part):
                continue
            left -= part
            pairs.append((due, part))
            commands.append(Command.create(self._l10n_fr_chorus_counterpart(due, part)))
        if not currency.is_zero(left):
            values = self._prepare_move_line_default_vals()[1]
            rest = {"debit": max(-left, 0), "credit": max(left, 0)}
            commands.append(
                Command.create({**values, **rest, "amount_currency": -left})
            )
        known = self.move_id.line_ids
        self.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": commands}
        )
        made = self.move_id.line_ids - known
        for due, part in pairs:
            mine = made.filtered(
                lambda line, due=due, part=part: (
                    line.account_id == due.account_id
                    and line.partner_id == due.partner_id
                    and not float_compare(-line.balance, part, precision_digits=2)
                    and not line.reconciled
                )
            )[:1]
            (due + mine).reconcile()

    def _l10n_fr_chorus_counterpart(self, due, part):
        """Values of the line that settles what is due."""
        return {
            "name": due.move_id.name,
            "account_id": due.account_id.id,
            "partner_id": due.partner_id.id,
            "currency_id": self.currency_id.id,
            "amount_currency": -part,
            "debit": max(-part, 0),
            "credit": max(part, 0),
        }

    # ---- BUTTONS ---------------------------------------------------------------

    def action_l10n_fr_chorus_candidates(self):
        """Show what this line may pay, each with its reasons."""
        self.ensure_one()
        return self.env[CANDIDATE]._show(self._l10n_fr_chorus_found())

    def action_l10n_fr_chorus_register(self):
        """Register what each of these lines certainly pays."""
        certain = self.filtered("l10n_fr_chorus_certain")
        if not certain:
            raise UserError(
                self.env._("No line certainly pays an invoice: look at the candidates.")
            )
        answers = certain.l10n_fr_chorus_register()
        left = [one["message"] for one in answers if not one["done"]]
        done = self.env._(
            "Payments matched with their invoices: %s.", len(answers) - len(left)
        )
        return notification(self.env, [done, *left], "warning" if left else "success")

    # ---- PUBLIC: XML-RPC and JSON-2 --------------------------------

    def l10n_fr_chorus_candidates(self):
        """List what these bank lines may pay, with the reasons (R46).

        :return: list of {"id", "label", "amount", "date", "candidates": [{"move_ids",
            "numbers", "rest", "certain", "reasons"}]}; `rest` is what the line pays
            beyond them, negative when it pays less
        """
        self.check_access("read")
        lines = in_user_lang(self)
        found = lines._l10n_fr_chorus_found()
        return [
            {
                "id": line.id,
                "label": line.payment_ref or "",
                "amount": line.amount,
                "date": iso(line.date),
                "candidates": [
                    {
                        "move_ids": list(one.keys),
                        "numbers": _moves(lines.env, one).mapped("name"),
                        "rest": float(one.rest),
                        "certain": one.certain,
                        "reasons": [_reason(lines.env, why) for why in one.reasons],
                    }
                    for one in found.get(line.id, ())
                ],
            }
            for line in lines
        ]

    def l10n_fr_chorus_register(self, move_ids=None):
        """Match bank lines with the invoices they pay, in Odoo's own way.

        :param move_ids: one of the candidates of `l10n_fr_chorus_candidates`; by
            default the one that is certain
        :return: list of {"id", "label", "reconciled", "done", "message"}
        """
        moves = self.env["account.move"].browse(given_ids(move_ids))
        moves = None if move_ids is None else moves
        return answer_each(
            self,
            lambda line: line._l10n_fr_chorus_register(moves),
            lambda line: {
                "label": line.payment_ref or "",
                "reconciled": line.is_reconciled,
            },
        )


class L10nFrChorusBankCandidate(models.TransientModel):
    """One way to read a bank line: the invoices it may pay, and why (R46)."""

    _name = "l10n_fr_chorus.bank_candidate"
    _description = "Invoices that a bank line may pay"
    _order = "certain DESC, id"

    line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    on = fields.Date(related="line_id.date", string="Received on")
    label = fields.Char(related="line_id.payment_ref")
    amount = fields.Monetary(related="line_id.amount")
    currency_id = fields.Many2one(related="line_id.currency_id")
    move_ids = fields.Many2many("account.move", readonly=True)
    numbers = fields.Text("Invoices", readonly=True)
    rest = fields.Monetary("Paid beyond them", readonly=True)
    why = fields.Text(readonly=True)
    certain = fields.Boolean(readonly=True)

    @api.model
    def _show(self, found, only=None):
        """Show candidates in a list.

        :param found: dict line id -> candidates of the core
        :param only: the invoice they are shown for
        """
        rows = self.sudo().create(
            [
                {
                    "line_id": line_id,
                    "move_ids": list(one.keys),
                    "numbers": _numbers(self.env, one),
                    "rest": float(one.rest),
                    "why": " · ".join(_reason(self.env, why) for why in one.reasons),
                    "certain": one.certain,
                }
                for line_id, ones in found.items()
                for one in ones
                if only is None or only.id in one.keys
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What the bank may have paid"),
            "res_model": self._name,
            "view_mode": "list",
            "domain": [("id", "in", rows.ids)],
            "target": "new",
        }

    def action_register(self):
        """Register the payment of these invoices by this line, in Odoo's own way."""
        self.ensure_one()
        line = self.env["account.bank.statement.line"].browse(self.line_id.id)
        line._l10n_fr_chorus_register(
            self.env["account.move"].browse(self.move_ids.ids), self.rest
        )
        return {"type": "ir.actions.act_window_close"}


def _moves(env, candidate):
    return env["account.move"].browse(candidate.keys)


def _numbers(env, candidate):
    """The invoices of a candidate, by their numbers."""
    return ", ".join(_moves(env, candidate).mapped("name"))


def _is_rivalled(candidate):
    """Tell whether another candidate is as likely."""
    return any(one.template == SEVERAL for one in candidate.reasons)


def _reason(env, reason):
    """One reason of the core, in the reader's language."""
    return env._(reason.template, **dict(reason.values))


def _texts(details):
    """Every text of what a bank sent as JSON, at any depth."""
    if isinstance(details, dict):
        details = list(details.values())
    if isinstance(details, list):
        return [text for one in details for text in _texts(one)]
    return [str(details)] if isinstance(details, str | int) else []
