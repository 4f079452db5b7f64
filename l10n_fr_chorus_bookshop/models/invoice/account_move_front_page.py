# pylint: disable=prefer-env-translation
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from ...chorus.lifecycle.actions import ACTIONS, ANSWERS, COMPLETE, CREDIT, RECYCLE
from ...chorus.lifecycle.states import without_code
from ..common import USER, iso, problem_text

# So many of each kind are told; the rest is one click away.
ROWS = 5
OLDEST = "invoice_date, id"
TO_SORT = "l10n_fr_chorus.to_sort"
BY_HAND = "l10n_fr_chorus.operation"
CUSTOMER = "res.partner"
PROPOSED = [("kind", "=", "mail"), ("noted_why", "=", "proposed")]


class Task(NamedTuple):
    """One kind of thing to do.

    :ivar label: what is to be done
    :ivar explanation: why, in a sentence
    :ivar domain: what waits for it
    :ivar button: what its button says, and the method that it calls; without any, the
        row only opens
    :ivar model: whose records
    :ivar measure: the amount that its rows show
    """

    label: str
    explanation: str
    domain: Domain
    button: tuple[str, str] | None = None
    model: str = "account.move"
    measure: str = "amount_total_signed"


def usually(answer):
    """Codes of the states to which the shop usually gives this answer."""
    return [code for code, given in ANSWERS.items() if given[0] == answer]


class AccountMove(models.Model):
    """What is to do, by action: where Chorus Pro opens (R32).

    Each thing is told once, and the domains are those of the lists and of the journal's
    card: no other place knows what is to do.
    """

    _inherit = "account.move"

    # ---- WHAT IS TO DO ------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_tasks(self):
        """Return the kinds of things to do, the most urgent first: code -> `Task`."""
        _ = self.env._
        return {
            **self._l10n_fr_chorus_answer_tasks(),
            "deposit": Task(
                _("Deposit on the portal"),
                _("Their file is ready: upload it on the Chorus Pro portal."),
                Domain("l10n_fr_chorus_state", "=", "to_deposit"),
                (_("Deposit"), "action_l10n_fr_chorus_deposit"),
            ),
            "by_hand": Task(
                _("Finish on the portal"),
                _("Your answer is noted: give it on the Chorus Pro portal."),
                Domain("state", "=", "by_hand"),
                (_("Done on the portal"), "action_done_by_hand"),
                BY_HAND,
            ),
            "send": Task(
                _("Send"),
                _("Confirmed, and waiting for you."),
                Domain("l10n_fr_chorus_todo", "=", "to_send")
                & Domain("l10n_fr_chorus_state", "!=", "to_deposit"),
                (_("Send"), "action_l10n_fr_chorus_send"),
            ),
            "confirm": Task(
                _("Confirm an e-mail"),
                _("An e-mail of Chorus Pro proposes a state: look, and confirm it."),
                Domain(PROPOSED),
                (_("Look and confirm"), "action_open"),
                TO_SORT,
            ),
            "sort": Task(
                _("Sort out"),
                _("News, answers, e-mails and rows that found no place."),
                ~Domain(PROPOSED),
                (_("Sort out"), "action_open"),
                TO_SORT,
            ),
            "forgotten": Task(
                _("Forgotten invoices"),
                _("Confirmed for a public body days ago, and never sent."),
                Domain("l10n_fr_chorus_todo", "=", "forgotten"),
            ),
            "stuck": Task(
                _("Nothing moves"),
                _("They should have left, or been passed on by Chorus Pro."),
                Domain("l10n_fr_chorus_late", "in", ["shop", "platform"])
                & ~Domain("l10n_fr_chorus_todo", "in", ["to_send", "to_correct"]),
            ),
            "remind": Task(
                _("Remind of a payment"),
                _("Due by law, and not paid."),
                Domain("l10n_fr_chorus_late", "=", "payment"),
                (_("Write a reminder"), "action_l10n_fr_chorus_remind"),
                measure="amount_residual_signed",
            ),
            "unbanked": Task(
                _("Look for a payment"),
                _("Ordered ten days ago, and no line of the bank was found."),
                Domain("l10n_fr_chorus_unbanked", "=", True)
                & Domain("l10n_fr_chorus_late", "!=", "payment"),
                (_("Look in the bank"), "action_l10n_fr_chorus_bank_candidates"),
                measure="amount_residual_signed",
            ),
            "credit_open": Task(
                _("Have a credit note closed"),
                _("The public body should reject them, and has not."),
                Domain("l10n_fr_chorus_credit_open", "=", True),
                (_("Write to the body"), "action_l10n_fr_chorus_ask_rejection"),
            ),
            "verify": Task(
                _("Verify a customer"),
                _("In the Chorus Pro directory, and its invoices go another way."),
                Domain("l10n_fr_chorus_unserved", "=", True),
                (_("Set to Chorus Pro"), "action_l10n_fr_chorus_serve"),
                CUSTOMER,
            ),
            "doubt": Task(
                _("Public or not?"),
                _("Probably public, and their invoices go another way: verify them."),
                Domain("l10n_fr_chorus_probably_public", "=", True)
                & self.env[CUSTOMER]._l10n_fr_chorus_goes_elsewhere(),
                model=CUSTOMER,
            ),
        }

    @api.model
    def _l10n_fr_chorus_answer_tasks(self):
        """What is *to correct*, by the answer it usually gets."""
        _ = self.env._
        answers = {
            CREDIT: (
                _("Answer a refusal"),
                _("The public body has said no."),
                "action_l10n_fr_chorus_correct",
            ),
            RECYCLE: (
                _("Change the address"),
                _("The public body wants them addressed otherwise."),
                "action_l10n_fr_chorus_recycle",
            ),
            COMPLETE: (
                _("Add what is missing"),
                _("Suspended until a document or an explanation comes."),
                "action_l10n_fr_chorus_complete",
            ),
        }
        to_correct = Domain("l10n_fr_chorus_todo", "=", "to_correct")
        state = "l10n_fr_chorus_state"
        tasks = {
            code: Task(
                label,
                explanation,
                to_correct & Domain(state, "in", usually(code)),
                (_(ACTIONS[code].label), method),
            )
            for code, (label, explanation, method) in answers.items()
        }
        known = [one for code in answers for one in usually(code)]
        tasks["correct"] = Task(
            _("Correct and send again"),
            _("Stopped before anybody had them: the number stays."),
            to_correct & ~Domain(state, "in", known),
        )
        return tasks

    # ---- COUNTED AND TOLD ---------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_to_do(self):
        """Tell what is to do: each kind with its count and its oldest rows.

        :return: list of {"code", "label", "help", "count", "amount", "amount_text",
            "rows"}, see `l10n_fr_chorus_dashboard`; only what counts something
        """
        groups = {}
        tasks = self._l10n_fr_chorus_tasks()
        for model in dict.fromkeys(task.model for task in tasks.values()):
            records = self.env[model]
            if not records.has_access("read"):
                continue
            mine = {code: one for code, one in tasks.items() if one.model == model}
            found = count_each(
                records,
                {
                    code: (self._l10n_fr_chorus_of(model) & one.domain, one.measure)
                    for code, one in mine.items()
                },
            )
            # One read for all rows of a model.
            every = records.browse(
                row for _count, _sum, ids in found.values() for row in ids[:ROWS]
            )
            for code, (count, amount, ids) in found.items():
                rows = records.browse(ids[:ROWS]).with_prefetch(every.ids)
                if count:
                    groups[code] = self._l10n_fr_chorus_group(
                        code, tasks[code], count, amount, rows
                    )
        return [groups[code] for code in tasks if code in groups]

    @api.model
    def _l10n_fr_chorus_of(self, model):
        """Domain of this shop's part of a model."""
        if model == CUSTOMER:
            return Domain.TRUE
        return Domain("company_id", "in", [False, *self.env.companies.ids])

    @api.model
    def _l10n_fr_chorus_group(self, code, task, count, amount, rows):
        may = task.button and self.env.user.has_group(USER)
        label, method = task.button if may else ("", "")
        tell = {
            "account.move": self._l10n_fr_chorus_move_row,
            BY_HAND: self._l10n_fr_chorus_operation_row,
            TO_SORT: self._l10n_fr_chorus_sort_row,
            CUSTOMER: self._l10n_fr_chorus_customer_row,
        }[task.model]
        faults = rows._l10n_fr_chorus_first_faults() if code == "correct" else {}
        return {
            "code": code,
            "label": task.label,
            "help": task.explanation,
            "count": count,
            "amount": amount,
            "amount_text": self._l10n_fr_chorus_money(amount),
            "rows": [
                {
                    "model": task.model,
                    "id": row.id,
                    "customer": "",
                    "amount_text": "",
                    "why": "",
                    "since": "",
                    "age": "",
                    "button": label,
                    "method": method,
                    **tell(row, task),
                    **faults.get(row.id, {}),
                }
                for row in rows
            ],
        }

    def _l10n_fr_chorus_move_row(self, move, task):
        submission = move.sudo().l10n_fr_chorus_submission_id
        since = submission.state_date or move.invoice_date
        why = submission.reason or ""
        if task.measure != "amount_total_signed" and submission.payment_due:
            since = submission.payment_due
            why = self.env._("due on %s", format_date(self.env, since))
        return {
            "name": move.name or "",
            "customer": move.partner_id.display_name or "",
            "amount_text": self._l10n_fr_chorus_money(move[task.measure]),
            "why": without_code(why).partition("\n")[0],
            **self._l10n_fr_chorus_age(since),
        }

    def _l10n_fr_chorus_first_faults(self):
        """What is wrong with those that never left, as nobody has answered them yet.

        :return: dict id -> {"why": the first problem}
        """
        unsaid = self.filtered(lambda move: not move.l10n_fr_chorus_reason)
        return {
            move_id: {"why": problem_text(self.env, problems[0])}
            for move_id, (_invoice, problems) in unsaid._l10n_fr_chorus_checks().items()
            if problems
        }

    def _l10n_fr_chorus_operation_row(self, operation, _task):
        move = operation.submission_id.move_id
        labels = dict(operation._fields["kind"]._description_selection(self.env))
        return {
            "name": move.name or "",
            "customer": move.partner_id.display_name or "",
            "amount_text": self._l10n_fr_chorus_money(move.amount_total_signed),
            "why": labels[operation.kind],
            **self._l10n_fr_chorus_age(operation.create_date),
        }

    def _l10n_fr_chorus_sort_row(self, line, _task):
        return {
            "name": line.name or "",
            "why": (line.why or "").partition("\n")[0],
            **self._l10n_fr_chorus_age(line.since),
        }

    def _l10n_fr_chorus_customer_row(self, partner, _task):
        return {
            "name": partner.display_name or "",
            "why": partner.l10n_fr_chorus_siret_said or partner._l10n_fr_chorus_siret(),
        }

    @api.model
    def _l10n_fr_chorus_age(self, since):
        if isinstance(since, datetime):
            span = fields.Datetime.now() - since
        else:
            span = since and fields.Date.context_today(self) - since
        return {
            "since": iso(since),
            "age": self._l10n_fr_chorus_shown_duration(span, True) if span else "",
        }

    @api.model
    def _l10n_fr_chorus_money(self, amount):
        currency = self.env.company.currency_id
        return formatLang(self.env, amount, currency_obj=currency)


def count_each(records, wanted):
    """Count several domains of one model, add them up and name their oldest rows.

    One statement for all.

    :param wanted: dict code -> (domain, name of a stored amount)
    :return: dict code -> (count, amount, ids of the oldest)
    """
    selects = []
    for code, (domain, measure) in wanted.items():
        query = records._search(domain)
        alias = query.table
        field = records._fields.get(measure)
        amount = (
            SQL("SUM(%s)", records._field_to_sql(alias, measure, query))
            if field
            else SQL("0")
        )
        order = records._order_to_sql(
            OLDEST if "invoice_date" in records._fields else "id", query
        )
        selects.append(
            query.select(
                SQL("%s", code),
                SQL("COUNT(*)"),
                amount,
                SQL(
                    "(ARRAY_AGG(%s ORDER BY %s))[1:%s]",
                    SQL.identifier(alias, "id"),
                    order,
                    ROWS,
                ),
            )
        )
    rows = records.env.execute_query(SQL(" UNION ALL ").join(selects))
    currency = records.env.company.currency_id
    return {
        code: (count, currency.round(float(amount or 0.0)), ids or [])
        for code, count, amount, ids in rows
    }
