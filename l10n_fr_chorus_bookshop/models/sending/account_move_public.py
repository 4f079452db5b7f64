from odoo import fields, models

from ...chorus.lifecycle.states import FREE, STATES
from ..common import (
    REFRESH,
    USER,
    answer_each,
    in_user_lang,
    iso,
    need_group,
    notification,
    problem_item,
)


class AccountMove(models.Model):
    _inherit = "account.move"

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    def _l10n_fr_chorus_item(self, check, queued=False):
        """One invoice's answer, in plain JSON values."""
        self.ensure_one()
        _invoice, problems = check or (None, [])
        told = [problem_item(self.env, one) for one in problems]
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
        self.check_access("read")
        moves = in_user_lang(self)
        checks = moves.filtered("l10n_fr_chorus_concerned")._l10n_fr_chorus_checks()
        return [move._l10n_fr_chorus_item(checks.get(move.id)) for move in moves]

    def l10n_fr_chorus_send(self):
        """Ask for the sending of posted invoices; those with errors are left alone.

        :return: same as `l10n_fr_chorus_check`; `queued` tells what will leave
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self._l10n_fr_chorus_need_user()
        return in_user_lang(self)._l10n_fr_chorus_send()

    def l10n_fr_chorus_status(self):
        """Tell where invoices stand on Chorus Pro.

        :return: list of {"id", "number", "state", "state_code", "label", "meaning",
            "since", "reason", "platform_ref", "flux_number", "channel",
            "payment_request", "actions": [{"code", "label", "method"}], "events":
            [{"code", "label", "occurred_at", "source", "reason"}]}
        """
        self.check_access("read")
        moves = in_user_lang(self)
        return [move._l10n_fr_chorus_status() for move in moves]

    def _l10n_fr_chorus_status(self):
        submission = self.sudo().l10n_fr_chorus_submission_id
        return {
            "id": self.id,
            "number": self.name or "",
            "state": submission.state or "",
            "state_code": submission.state_code or "",
            "label": self._l10n_fr_chorus_label(submission),
            "meaning": self.l10n_fr_chorus_meaning or "",
            "since": iso(submission.state_date),
            "reason": submission.reason or "",
            "platform_ref": submission.platform_id or "",
            "flux_number": submission._deposit_reference(),
            "channel": submission.channel or "",
            "payment_request": submission.payment_request or "",
            "actions": [
                {
                    "code": one.code,
                    "label": self.env._(one.label),
                    "method": one.method,
                }
                for one in self._l10n_fr_chorus_answers()
            ],
            "events": [
                {
                    "code": event.code,
                    "label": event.label,
                    "occurred_at": iso(event.occurred_at),
                    "source": event.source or "",
                    "reason": event.reason or "",
                }
                for event in submission.event_ids._in_order()
            ],
        }

    def _l10n_fr_chorus_label(self, submission):
        state = STATES.get(submission.state)
        if state is None:
            return ""
        if state.code == "unknown":
            return submission.state_code or ""
        return self.env._(state.label)

    def l10n_fr_chorus_sync(self):
        """Have the platform asked about these invoices now rather than later.

        :return: same as `l10n_fr_chorus_status`, as known at this moment
        """
        self._l10n_fr_chorus_need_user()
        now = fields.Datetime.now()
        submissions = self.sudo().l10n_fr_chorus_submission_id
        submissions.filtered(
            lambda one: one.state in ("requested", "waiting")
        ).next_try = now
        submissions.transmission_id.filtered(
            lambda one: one.state in ("ready", "doubtful", "deposited")
        ).next_try = now
        submissions.connection_id.next_sync = now
        self.env["l10n_fr_chorus.transmission"]._wake()
        return self.l10n_fr_chorus_status()

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
        """Tell what will leave, and what was left aside."""
        left = [answer for answer in answers if not answer["queued"]]
        lines = [
            self.env._("%s will leave in a moment.", count)
            if (count := len(answers) - len(left)) != 1
            else self.env._("One invoice will leave in a moment.")
        ]
        for answer in left:
            texts = [
                f"{one['message']} {one['remedy']}".strip()
                for one in answer["problems"]
                if one["severity"] == "error"
            ] or [self.env._("It is already on its way, or not confirmed yet.")]
            lines.append(f"{answer['number']}: {' '.join(texts)}")
        return notification(self.env, lines, "warning" if left else "success")

    def action_l10n_fr_chorus_sync(self):
        """Ask the platform soon; the page shows the answer once it is in."""
        self.l10n_fr_chorus_sync()
        return REFRESH
