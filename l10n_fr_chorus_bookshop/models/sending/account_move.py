from odoo import models
from odoo.tools import formatLang

from ...chorus.lifecycle.states import FREE, STATES, WITHDRAW
from ...chorus.rules.problem import problem
from ..common import (
    USER,
    answer_each,
    in_user_lang,
    need_group,
    need_staff,
    notification,
    problem_item,
    told_each,
)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_send(self, **way):
        """Check these invoices and request the sending of those without errors (R12).

        :param way: see `_l10n_fr_chorus_request`
        :return: list of dicts, one per invoice (ARCHITECTURE, « Other systems »)
        """
        concerned = self.filtered("l10n_fr_chorus_concerned")
        checks = concerned._l10n_fr_chorus_checks(fresh_only=True, by_own_road=not way)
        sendable = concerned.filtered(
            lambda move: (
                not any(
                    one.severity == "error" and not one.waits
                    for one in checks[move.id][1]
                )
                and move.state == "posted"
            )
        )
        in_hand = sendable._l10n_fr_chorus_request(**way)
        leaving = (sendable - in_hand).filtered(
            lambda move: STATES[move.sudo().l10n_fr_chorus_state].draft == WITHDRAW
        )
        return [
            move._l10n_fr_chorus_item(
                checks.get(move.id), move in leaving, move in in_hand
            )
            for move in self
        ]

    def _l10n_fr_chorus_request(self, **way):
        """Write down that these posted invoices must leave, and wake the worker.

        An invoice already on its way is not requested twice; one that waits is looked
        at again at once.

        :param way: `channel` and `channel_reason` of a sending by another channel than
            the company's; by default those of the sending made again
        :return: those left aside, which somebody else sends or changes at this moment
        """
        moves = self.sudo().with_context(
            skip_invoice_sync=True, skip_is_manually_modified=True
        )
        leaving = moves.filtered(
            lambda move: (
                not move.l10n_fr_chorus_submission_id
                or move.l10n_fr_chorus_submission_id._state().send_again
            )
        )
        if waiting := moves - leaving:
            waiting.l10n_fr_chorus_submission_id._try_now()
        # Who comes second must not wait, then fail with all its batch.
        taken = leaving.try_lock_for_update(allow_referencing=True)
        in_hand, leaving = leaving - taken, taken
        leaving.company_id._l10n_fr_chorus_begin()
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        requested = submissions.create(
            [
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "number": move.name,
                    "environment": move.company_id.l10n_fr_chorus_environment,
                    "identity": identity.text,
                    **(way or move._l10n_fr_chorus_way()),
                }
                for move, identity in leaving._l10n_fr_chorus_identities().items()
            ]
        )
        for move, submission in zip(leaving, requested, strict=True):
            move.l10n_fr_chorus_submission_id = submission
        # Sent again, its follow-up is closed.
        self.filtered(
            lambda move: move.sudo().l10n_fr_chorus_state == "requested"
        )._l10n_fr_chorus_over()
        if self:
            self.env["l10n_fr_chorus.transmission"]._wake()
        return self.browse(in_hand.ids)

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def _l10n_fr_chorus_item(self, check, queued=False, in_hand=False):
        """One invoice's answer, in plain JSON values.

        :param in_hand: somebody else sends or changes it at this moment
        """
        self.ensure_one()
        _invoice, problems = check or (None, [])
        told = [problem_item(self.env, one) for one in problems]
        if in_hand:
            told.append(
                {
                    "code": "in_hand",
                    "severity": "error",
                    "field": "state",
                    "message": self.env._(
                        "Somebody else sends or changes this invoice at this moment."
                    ),
                    "remedy": self.env._(
                        "Look at its state in a minute; send it again if it still has "
                        "not left."
                    ),
                }
            )
        if check is None and self.l10n_fr_chorus_internal:
            told.append(
                {
                    "code": "kept_internal",
                    "severity": "error",
                    "field": "kind",
                    "message": self.env._("This credit note is kept inside the shop."),
                    "remedy": self.env._("Untick it on the credit note to send it."),
                }
            )
        elif check is None:
            told.append(
                {
                    "code": "not_concerned",
                    "severity": "error",
                    "field": "buyer.name",
                    "message": self.env._("This customer is not served by Chorus Pro."),
                    "remedy": self.env._(
                        "Set « by Chorus Pro » on the customer's invoicing page."
                    ),
                }
            )
        return {
            "id": self.id,
            "number": self.name or "",
            "state": self.sudo().l10n_fr_chorus_state or "",
            "queued": bool(queued),
            "problems": told,
        }

    def l10n_fr_chorus_check(self):
        """Check invoices, drafts too, without sending anything.

        :return: list of {"id", "number", "state", "queued", "problems": [{"code",
            "severity", "field", "message", "remedy"}]}
        """
        need_staff(self)
        moves = in_user_lang(self)
        concerned = moves.filtered("l10n_fr_chorus_concerned")
        checks = concerned._l10n_fr_chorus_checks()
        doubt = problem("probably_public", "buyer.siret")
        for move in moves - concerned:
            if move.l10n_fr_chorus_probably_public and move.is_sale_document():
                checks[move.id] = (None, [doubt])
        return [move._l10n_fr_chorus_item(checks.get(move.id)) for move in moves]

    def l10n_fr_chorus_send(self):
        """Ask for the sending of posted invoices; those with errors are left alone.

        :return: same as `l10n_fr_chorus_check`; `queued` tells what will leave
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self._l10n_fr_chorus_need_user()
        return in_user_lang(self)._l10n_fr_chorus_send()

    def l10n_fr_chorus_withdraw(self):
        """Take back invoices that have not left yet.

        :return: list of {"id", "number", "state", "done", "message"}
        """

        def withdraw(move):
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            move._l10n_fr_chorus_refuse_locked()
            move._l10n_fr_chorus_take_back()
            return {"done": bool(state and state.draft != FREE)}

        return self._l10n_fr_chorus_answer_each(withdraw)

    def _l10n_fr_chorus_answer_each(self, act):
        """Do one thing to each invoice, as a Chorus Pro user: see `answer_each`.

        :return: list of {"id", "number", "state", "done", "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self._l10n_fr_chorus_need_user()
        return answer_each(
            self,
            act,
            lambda move: {
                "number": move.name or "",
                "state": move.sudo().l10n_fr_chorus_state or "",
            },
        )

    def _l10n_fr_chorus_need_user(self):
        self.check_access("read")
        need_group(
            self.env,
            USER,
            self.env._("Sending to Chorus Pro needs the right « Chorus Pro: User »."),
        )

    # ---- BUTTONS ------------------------------------------------------------------

    def action_l10n_fr_chorus_send(self):
        """Send from the form or the list; tell what was left aside, and why (R12)."""
        return self._l10n_fr_chorus_sent(self.l10n_fr_chorus_send())

    def _l10n_fr_chorus_sent(self, answers):
        """Tell what will leave, and what was left aside: in a dialog when several."""
        if len(answers) != 1:
            counts = {
                "done": sum(answer["queued"] for answer in answers),
                "count": len(answers),
            }
            moves = self.browse(answer["id"] for answer in answers)
            by_hand = moves.filtered(lambda move: move._l10n_fr_chorus_by_hand())
            title = self.env._("%(done)s of %(count)s will leave in a moment", **counts)
            if by_hand:
                title = self.env._("%(done)s of %(count)s were asked for", **counts)
            return self._l10n_fr_chorus_told_each(
                title,
                {one["id"]: self._l10n_fr_chorus_why_left(one) for one in answers},
                {move.id: move._l10n_fr_chorus_portal_next() for move in by_hand},
            )
        [answer] = answers
        move = self.browse(answer["id"])
        why = self._l10n_fr_chorus_why_left(answer)
        if not why:
            leaves = (
                move._l10n_fr_chorus_portal_next()
                if move._l10n_fr_chorus_by_hand()
                else self.env._("One invoice will leave in a moment.")
            )
            return notification(self.env, [leaves])
        line = f"{move.display_name}: {why}"
        return notification(self.env, [line], "warning", about=move)

    def _l10n_fr_chorus_by_hand(self):
        """Tell whether a person carries this invoice to the portal."""
        self.ensure_one()
        return self._l10n_fr_chorus_channel()._by_hand

    def _l10n_fr_chorus_portal_next(self):
        """Say what a person does with an invoice that was asked for and is carried."""
        if self.l10n_fr_chorus_state == "to_deposit":
            return self.env._("Its file is ready: deposit it on the portal.")
        return self.env._("Its file will be ready in a moment: then deposit it.")

    def _l10n_fr_chorus_why_left(self, answer):
        """Say why one was left aside, "" when it will leave."""
        if answer["queued"]:
            return ""
        texts = [
            f"{one['message']} {one['remedy']}".strip()
            for one in answer["problems"]
            if one["severity"] == "error"
        ] or [self.env._("It is already on its way, or not confirmed yet.")]
        return " ".join(texts)

    def _l10n_fr_chorus_told_each(self, title, whys, good=None):
        """Tell what became of each of these invoices.

        :param whys: dict id -> why it was not done, "" when it was
        :param good: dict id -> what to say of one that was done
        """
        fine = self.env._("It will leave in a moment.")
        rows = [
            {
                "model": "account.move",
                "id": move.id,
                "name": move.name or self.env._("Draft"),
                "about": " · ".join(
                    [
                        move.partner_id.display_name or "",
                        formatLang(
                            self.env, move.amount_total, currency_obj=move.currency_id
                        ),
                    ]
                ),
                "text": whys[move.id] or (good or {}).get(move.id) or fine,
                "done": not whys[move.id],
            }
            for move in self.browse(whys)
        ]
        return told_each(title, rows)
