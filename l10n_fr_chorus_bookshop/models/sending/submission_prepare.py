import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.typeset import MissingGlyphs
from ..common import problem_lines

_logger = logging.getLogger(__name__)

# How long a waiting invoice rests before it is looked at again, per attempt.
WAITS = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240)]
# Invoices prepared in one transaction: what a crash would prepare again.
PREPARE_BATCH = 100
# The same where each takes a second: nobody waits for a lock that long.
SLOW_BATCH = 10
# Looked for at once: the directory is asked for all of them before the first is made.
PREPARE_ROUND = 1000
# Documents made at once: the typesetter and the Schematron let others work meanwhile.
THREADS = 2


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
            limit=PREPARE_ROUND,
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
            count = 0
            for batch in due._batches():
                count += batch._prepare_batch(unreachable)
                if self.env["l10n_fr_chorus.transmission"]._is_over():
                    return looked_at + count
            if not count:
                break  # another worker has them all
            looked_at += count
        return looked_at

    def _batches(self):
        """Yield what is prepared together: of one company and one channel."""
        self.env.invalidate_all()
        for (company, _channel), group in self.grouped(
            lambda sub: (sub.company_id, sub.channel)
        ).items():
            typeset = company.l10n_fr_chorus_layout == "typeset"
            size = PREPARE_BATCH if typeset else SLOW_BATCH
            for start in range(0, len(group), size):
                chosen = self.browse(group.ids[start : start + size])
                yield chosen.with_context(lang=company._l10n_fr_chorus_lang())

    @api.model
    def _refresh_directory(self, batch, down):
        """Ask the directory again for answers too old to send on (R4).

        Every answer is its own transaction: no lock is held during a call.

        :param down: connections that do not answer, see `_refresh_structures`
        :return: dict (company, SIRET) -> why the directory could not be asked
        """
        problems = {}
        structures = self.env["l10n_fr_chorus.structure"]
        for company, submissions in batch.grouped("company_id").items():
            codes = submissions._service_codes()
            stale = {
                *structures._stale_sirets(sorted(codes), company),
                *structures._unasked_sirets(codes),
            }
            if not stale:
                continue
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            # Without it, what was typed or imported is relied upon.
            if connection:
                failures = connection._refresh_structures(sorted(stale), down, codes)
                problems.update(
                    {(company.id, siret): why for siret, why in failures.items()}
                )
        return problems

    def _service_codes(self):
        """Return dict SIRET -> the service codes that invoices to that body use."""
        codes = defaultdict(set)
        for move in self.move_id:
            if siret := move._l10n_fr_chorus_siret():
                codes[siret].update(filter(None, [move.buyer_reference]))
        return codes

    def _check_engagements(self, down):
        """Ask the platform for the engagement numbers about to leave (R9).

        :param down: connections that do not answer in this round, by id
        """
        engagements = self.env["l10n_fr_chorus.engagement"]
        commit = self.env["ir.cron"]._commit_progress
        for company, submissions in self.grouped("company_id").items():
            pairs = submissions.move_id._l10n_fr_chorus_engagement_pairs()
            due = engagements._to_ask(company, pairs.values())
            if not due:
                continue
            connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
            if connection.id in down:
                continue
            try:
                engagements._ask(company, due, between=commit)
                commit()
            except Exception:  # whatever it is, an invoice never waits for this
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: engagements of company %s", company.id)

    def _prepare_batch(self, unreachable):
        """Prepare a batch in a transaction; what another worker holds is left to it.

        :param unreachable: see `_refresh_directory`
        :return: number of submissions looked at
        """
        batch = self.try_lock_for_update()
        self.env.invalidate_all()
        batch = batch.filtered(lambda sub: sub.state in ("requested", "waiting"))
        if not batch:
            return 0
        reachable = batch
        for submission in batch if unreachable else ():
            siret = submission.move_id._l10n_fr_chorus_siret()
            if why := unreachable.get((submission.company_id.id, siret)):
                submission._wait(why)
                reachable -= submission
        reachable._prepare_each()
        self.env["ir.cron"]._commit_progress(len(batch))
        return len(batch)

    def _prepare_each(self):
        """Prepare these together; if that fails, one by one: none stops the others."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._prepare()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if len(self) > 1:
                for submission in self:
                    submission._prepare_each()
                return
            _logger.exception("Chorus Pro: preparing %s", self.move_id.name)
            self._wait(self.env._("The document could not be made: %s", error))

    def _prepare(self):
        """Check these invoices with fresh answers, then keep their documents."""
        checks = self.move_id._l10n_fr_chorus_checks()
        connection = self.env["l10n_fr_chorus.connection"]._of_company(
            self.company_id, self[0].channel
        )
        makers = []
        for submission in self:
            invoice, problems = checks[submission.move_id.id]
            blocking = [p for p in problems if p.severity == "error" or p.waits]
            if blocking:
                submission._stop(blocking)
            elif not connection and not submission._channel()._by_hand:
                submission._wait(
                    self.env._(
                        "No connection to Chorus Pro is set up for %s.",
                        submission.company_id.name,
                    )
                )
            elif make := submission._document_maker(invoice):
                makers.append((make, submission, invoice, problems))
        self._store_originals(connection, list(self._made(makers)))

    def _stop(self, blocking):
        """Leave one invoice to a person, or to the day when the body is ready."""
        texts = problem_lines(self.env, blocking)
        if all(problem.waits for problem in blocking):
            self._wait(texts)
        else:
            self._refuse_document(texts)

    def _refuse_document(self, reason):
        """Nothing leaves until a person has put this right."""
        self._set_state("not_integrated", reason=reason, next_try=False)
        self._notify_state()

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
                submission._notify_state()

    def _document_maker(self, invoice):
        """Return what makes the document of one submission, None if nothing can."""
        try:
            document = self._channel()._document(self.move_id, invoice)
        except UserError as error:
            self._refuse_document(str(error))
            return None
        return document if callable(document) else lambda: document

    def _made(self, makers):
        """Make documents in a few threads: one is typeset while another is checked.

        :param makers: (function that makes a document, submission, and what else to
            give back) of each
        :return: iterator of (submission, what else, document) of those that may leave
        """
        pool = ThreadPoolExecutor(THREADS)
        try:
            futures = [pool.submit(make) for make, *_rest in makers]
            for future, (_make, submission, *rest) in zip(futures, makers, strict=True):
                if document := submission._fit_document(future):
                    yield submission, *rest, document
        finally:
            pool.shutdown(cancel_futures=True)

    def _fit_document(self, future):
        """Return the document of one submission, None when it cannot leave."""
        try:
            document = future.result()
        except MissingGlyphs as error:
            self._refuse_document(self.move_id._l10n_fr_chorus_no_font(error))
            return None
        if not document.problems:
            return document
        lead = self.env._(
            "The document made is not one that Chorus Pro accepts. Show these "
            "details to whoever looks after your Odoo:"
        )
        said = [] if document.correctable else [lead]
        self._refuse_document("\n".join([*said, *document.problems]))
        return None

    def _store_originals(self, connection, made):
        """Keep the exact bytes of several documents (R25): they may leave now.

        :param made: (submission, invoice, problems, document) of each
        """
        if not made:
            return
        originals = self.env["l10n_fr_chorus.original"]._store(
            [submission._original_values(*rest) for submission, *rest in made]
        )
        structures = self.env["l10n_fr_chorus.structure"]._by_siret(
            {invoice.buyer.siret for _submission, invoice, *_rest in made},
            self.company_id,
        )
        ready = self.browse([submission.id for submission, *_rest in made])
        ready._set_state(
            "queued", connection_id=connection.id, next_try=False, attempts=0
        )
        for (submission, invoice, _problems, document), original in zip(
            made, originals, strict=True
        ):
            structure = structures.get(invoice.buyer.siret)
            submission.write(
                {
                    "original_id": original.id,
                    "interchange": document.reference or False,
                    "number": invoice.number,
                    "kind": invoice.kind,
                    "seller_siret": invoice.seller.siret,
                    "buyer_siret": invoice.buyer.siret,
                    "environment": connection.environment
                    or self.company_id.l10n_fr_chorus_environment,
                    "payment_not_reported": bool(
                        structure and structure.payment_not_reported
                    ),
                }
            )

    def _original_values(self, invoice, problems, document):
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
