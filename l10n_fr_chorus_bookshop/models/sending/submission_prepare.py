import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ..common import problem_lines

_logger = logging.getLogger(__name__)

# How long a waiting invoice rests before it is looked at again, per attempt.
WAITS = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240)]
# Invoices prepared in one transaction: what a crash would prepare again.
PREPARE_BATCH = 20


class L10nFrChorusSubmission(models.Model):
    """From the request to the document that leaves: checked with fresh answers."""

    _inherit = "l10n_fr_chorus.submission"

    @api.model
    def _due_to_prepare(self):
        return self.search(
            [
                ("state", "in", ("requested", "waiting")),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            order="next_try, id",
            # More than a batch: what another worker holds is stepped over.
            limit=PREPARE_BATCH * 10,
        )

    @api.model
    def _prepare_due(self):
        """Check and prepare what was asked for, batch after batch.

        A batch is one transaction: a crash makes it again, nothing has left yet.

        :return: number of submissions looked at
        """
        looked_at, down = 0, {}
        while due := self._due_to_prepare():
            unreachable = self._refresh_directory(due, down)
            due._check_engagements(down)
            batch = due.try_lock_for_update(limit=PREPARE_BATCH)
            self.env.invalidate_all()
            batch = batch.filtered(lambda sub: sub.state in ("requested", "waiting"))
            if not batch:
                break
            batch._prepare_batch(unreachable)
            self.env["ir.cron"]._commit_progress(len(batch))
            looked_at += len(batch)
            if self.env["l10n_fr_chorus.transmission"]._is_over():
                break
        return looked_at

    @api.model
    def _refresh_directory(self, batch, down):
        """Ask the directory again for answers too old to send on (R4).

        Every answer is its own transaction: no lock is held during a call.

        :param down: connections that do not answer, see `_refresh_structures`
        :return: dict (company, SIRET) -> why the directory could not be asked
        """
        problems = {}
        for company in batch.company_id:
            sirets = {
                siret
                for sub in batch.filtered(lambda sub, c=company: sub.company_id == c)
                if (siret := sub.move_id._l10n_fr_chorus_siret())
            }
            stale = self.env["l10n_fr_chorus.structure"]._stale_sirets(
                sorted(sirets), company
            )
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            # Without it, what was typed or imported is relied upon.
            if stale and connection:
                failures = connection._refresh_structures(stale, down)
                problems.update(
                    {(company.id, siret): why for siret, why in failures.items()}
                )
        return problems

    def _check_engagements(self, down):
        """Ask the platform for the engagement numbers about to leave (R9).

        :param down: connections that do not answer in this round, by id
        """
        engagements = self.env["l10n_fr_chorus.engagement"]
        commit = self.env["ir.cron"]._commit_progress
        for company, submissions in self.grouped("company_id").items():
            pairs = submissions.move_id._l10n_fr_chorus_engagement_pairs()
            due = engagements._to_ask(company, pairs)
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            if not due or connection.id in down:
                continue
            try:
                engagements._ask(company, due, between=commit)
                commit()
            except Exception:  # whatever it is, an invoice never waits for this
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: engagements of company %s", company.id)

    def _prepare_batch(self, unreachable):
        """Prepare each submission of a locked batch; none stops the others."""
        for submission in self:
            submission = submission.with_context(
                lang=submission.company_id._l10n_fr_chorus_lang()
            )
            why = unreachable.get(
                (submission.company_id.id, submission.move_id._l10n_fr_chorus_siret())
            )
            if why:
                submission._wait(why)
                continue
            try:
                with self.env.cr.savepoint():
                    submission._prepare()
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.exception("Chorus Pro: preparing %s", submission.move_id.name)
                submission._wait(
                    self.env._("The document could not be made: %s", error)
                )

    def _prepare(self):
        """Check one invoice with fresh answers, then keep its document."""
        invoice, problems = self.move_id._l10n_fr_chorus_checks()[self.move_id.id]
        blocking = [p for p in problems if p.severity == "error" or p.waits]
        if not blocking:
            self._make_original(invoice, problems)
            return
        texts = problem_lines(self.env, blocking)
        if all(problem.waits for problem in blocking):
            self._wait(texts)
        else:
            self._set_state("not_integrated", reason=texts, next_try=False)
            self._tell()

    def _wait(self, why, retry_after=None):
        """Keep the invoice for later, saying why and since when."""
        for submission in self:
            pause = WAITS[min(submission.attempts, len(WAITS) - 1)]
            if retry_after:
                pause = timedelta(seconds=retry_after)
            told = submission.state == "waiting" and submission.reason == why
            submission.write(
                {
                    "state": "waiting",
                    "reason": why,
                    "waiting_since": submission.waiting_since or fields.Datetime.now(),
                    "next_try": fields.Datetime.now() + pause,
                    "attempts": submission.attempts + 1,
                }
            )
            if not told:
                submission._tell()

    def _make_original(self, invoice, problems):
        """Make the document of one submission and keep its exact bytes (R25)."""
        self.ensure_one()
        connection = self.env["l10n_fr_chorus.connection"]._of_company(
            self.company_id, self.channel
        )
        if not connection and not self._channel()._by_hand:
            self._wait(
                self.env._(
                    "No connection to Chorus Pro is set up for %s.",
                    self.company_id.name,
                )
            )
            return
        document = self._channel()._document(self.move_id, invoice)
        if document.problems:
            lead = self.env._(
                "The document made is not one that Chorus Pro accepts. Show these "
                "details to whoever looks after your Odoo:"
            )
            said = [] if document.correctable else [lead]
            self._set_state(
                "not_integrated", reason="\n".join([*said, *document.problems])
            )
            self._tell()
            return
        original = self.env["l10n_fr_chorus.original"]._store(
            self._original_values(invoice, document, problems)
        )
        structure = self.env["l10n_fr_chorus.structure"]._by_siret(
            [invoice.buyer.siret], self.company_id
        )
        self._set_state(
            "queued",
            original_id=original.id,
            connection_id=connection.id,
            interchange=document.reference or False,
            number=invoice.number,
            kind=invoice.kind,
            seller_siret=invoice.seller.siret,
            buyer_siret=invoice.buyer.siret,
            payment_not_reported=any(
                body.payment_not_reported for body in structure.values()
            ),
            next_try=False,
            attempts=0,
        )

    def _original_values(self, invoice, document, problems):
        return {
            "content": document.content,
            "filename": document.name,
            "mimetype": document.mimetype,
            "syntax": document.syntax,
            "kind": invoice.kind,
            "number": invoice.number,
            "year": invoice.issue_date.year,
            "seller_siren": invoice.seller.siret[:9],
            "seller_siret": invoice.seller.siret,
            "buyer_siret": invoice.buyer.siret,
            "channel": self.channel,
            "environment": self.company_id.l10n_fr_chorus_environment,
            "company_id": self.company_id.id,
            "move_id": self.move_id.id,
            "submission_id": self.id,
            "checks": problem_lines(self.env, problems),
        }
