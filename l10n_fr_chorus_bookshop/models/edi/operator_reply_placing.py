from datetime import UTC, timedelta

from odoo import models

from ...chorus.channels.answers import News
from ...chorus.channels.edi.returns import ACCEPTED, REJECTED

# Clocks differ: an answer is not older than its deposit by less than this.
TOLERANCE = timedelta(minutes=10)


class L10nFrChorusOperatorReply(models.Model):
    _inherit = "l10n_fr_chorus.operator_reply"

    def _place(self, answer):
        """Give an answer to the invoice it speaks of.

        :param answer: chorus.returns.Answer
        :return: why a person must sort it, "" when it found its place
        """
        if not answer.references:
            return self.env._("It names no invoice.")
        if not answer.meaning:
            return self.env._("Its verdict is not understood.")
        submission = self._submission_of(answer)
        if not submission:
            return self.env._("It names no invoice that was sent from here.")
        return self._apply(answer, submission)

    def _submission_of(self, answer):
        """The sending an answer names: by its control reference, else by number."""
        sent = self.env["l10n_fr_chorus.submission"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                # Nobody speaks of what has not left.
                ("transmission_id.sha256", "!=", False),
                "|",
                ("interchange", "in", answer.references),
                ("number", "in", answer.references),
            ],
            order="id DESC",
        )
        exact = sent.filtered(lambda one: one.interchange in answer.references)
        return (exact or sent)[:1]

    def _apply(self, answer, submission, source="mailbox"):
        """Note a verdict or a state.

        :param source: where the news comes from, as events keep it
        :return: why it contradicts what is known, "" when it does not
        """
        transmission = submission.transmission_id
        if answer.meaning in (ACCEPTED, REJECTED):
            if self._is_older(answer, transmission):
                return self.env._("It is older than the last sending of this invoice.")
            if answer.meaning == REJECTED and submission.state_code:
                return self.env._(
                    "The operator stops an invoice that Chorus Pro already has."
                )
            if answer.meaning == ACCEPTED and transmission.verdict == REJECTED:
                return self.env._("The operator takes what it had stopped.")
            transmission._hear(answer)
            transmission._settle_heard()
            return ""
        transmission._hear(answer)
        news = self._news(answer, submission)
        submission._record_news([(submission, news, source)])
        transmission._settle_heard()
        return ""

    def _is_older(self, answer, transmission):
        """Whether it speaks of an earlier sending under the same number."""
        if not answer.occurred_at or not transmission.deposited_at:
            return False
        occurred_at = answer.occurred_at.astimezone(UTC).replace(tzinfo=None)
        return occurred_at < transmission.deposited_at - TOLERANCE

    def _news(self, answer, submission) -> News:
        received_at = self.received_at.replace(tzinfo=UTC)
        return News(
            number=submission.number,
            kind=submission.kind,
            seller_siret=submission.seller_siret,
            buyer_siret=submission.buyer_siret,
            platform_id=answer.platform_id,
            state=answer.meaning,
            occurred_at=(answer.occurred_at or received_at).astimezone(UTC),
            precision="second" if answer.precise else "minute",
            reason=answer.reason,
            flux_number=submission.transmission_id.name,
        )

    def _unmatched(self, rank, answer=None, why=""):
        """Keep aside what a person must sort."""
        values = {
            "connection_id": self.connection_id.id,
            "platform_id": f"{self.id}/{rank}",
            "operator_reply_id": self.id,
            "why": why,
            "occurred_at": self.received_at,
        }
        if answer:
            moment = answer.occurred_at
            values |= {
                "number": (answer.references or ("",))[0],
                "code": answer.code,
                "reason": answer.reason,
                "occurred_at": moment.astimezone(UTC).replace(tzinfo=None)
                if moment
                else self.received_at,
            }
        self.env["l10n_fr_chorus.unmatched"].sudo().create(values)
