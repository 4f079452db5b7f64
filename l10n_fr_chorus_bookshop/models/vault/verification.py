import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.tools import SQL

from ...chorus.vault.sealing import GENESIS
from ..common import iso, lock_patience

_logger = logging.getLogger(__name__)

# Seals verified in one transaction: what a restart would verify again.
SLICE = 1000
# The worker seals at each round: a quarter of an hour when all is well.
SEAL_PATIENCE = timedelta(hours=1)
# Our own transactions take seconds: whoever keeps our tables longer stops all sending.
LOCK_PATIENCE = timedelta(minutes=1)


class L10nFrChorusVerification(models.Model):
    """How far the scheduled verification of a company's vault has come (R25).

    A round goes from the first seal to the last, slice by slice, each committed: one
    cut short goes on where it was. The next one begins at the first seal again.
    """

    _name = "l10n_fr_chorus.verification"
    _description = "Verification of the vault"
    _order = "company_id"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    seq = fields.Integer("Verified up to rank", readonly=True, aggregator=None)
    head = fields.Char(size=64, readonly=True, default=GENESIS)
    started_at = fields.Datetime("Began on", readonly=True)
    finished_at = fields.Datetime("Last verified whole on", readonly=True)
    checked = fields.Integer("Seals then", readonly=True, aggregator=None)
    longest = fields.Integer("Seals once counted", readonly=True, aggregator=None)
    fault = fields.Text("What is wrong", readonly=True)
    held_told = fields.Boolean(
        readonly=True, help="Somebody was told that another program holds our tables."
    )

    _unique_company = models.Constraint("UNIQUE (company_id)")

    @api.model
    def _for_company(self, company_id):
        found = self.search([("company_id", "=", company_id)])
        return found or self.create({"company_id": company_id})

    @api.model
    def _longest(self, company_id):
        """The greatest rank that a verification of this company has seen."""
        return self.search([("company_id", "=", company_id)]).longest

    @api.model
    def _cron_verify(self):
        """Verify every vault, within the time the job has; tell any difference.

        It never raises: Odoo switches off a job that fails, and nobody would know.
        """
        try:
            with lock_patience(self.env):
                self._verify_all()
        except LockNotAvailable:
            self._watch_locks()

    def _verify_all(self):
        for company_id in self.env["l10n_fr_chorus.seal"]._sealing_company_ids():
            try:
                if not self._for_company(company_id)._go_on():
                    return
            except LockNotAvailable:
                raise
            except Exception as error:
                self.env.cr.rollback()
                _logger.exception("Chorus Pro: verifying the vault of %s", company_id)
                self._for_company(company_id)._end(str(error))
                self.env["ir.cron"]._commit_progress()

    @api.model
    def _held_since(self):
        """When another program took our tables, if it has kept them beyond patience.

        Nothing is asked of the tables themselves: who asks waits too.

        :return: naive UTC, None when nobody holds them
        """
        [(since,)] = self.env.execute_query(
            SQL(
                """
                SELECT min(activity.xact_start) AT TIME ZONE 'UTC'
                  FROM pg_locks held
                  JOIN pg_stat_activity activity USING (pid)
                  JOIN pg_class relation ON relation.oid = held.relation
                 WHERE held.granted AND held.pid <> pg_backend_pid()
                   AND activity.datname = current_database()
                   AND activity.xact_start < clock_timestamp() - %(patience)s
                   AND CASE relation.relname WHEN 'l10n_fr_chorus_seal'
                       THEN held.mode <> 'AccessShareLock'
                       ELSE starts_with(relation.relname, 'l10n_fr_chorus_')
                            AND held.mode IN ('ShareLock', 'ShareRowExclusiveLock',
                                              'ExclusiveLock', 'AccessExclusiveLock')
                       END
                """,
                patience=LOCK_PATIENCE,
            )
        )
        return since

    @api.model
    def _watch_locks(self):
        """Tell the managers, once, that another program holds our tables.

        :return: whether one does
        """
        since = self._held_since()
        told = self.sudo().search([("held_told", "=", True)])
        if not since:
            told.held_told = False
            return False
        for mine in self.sudo().search([("held_told", "=", False)]):
            mine.held_told = True
            mine.company_id._l10n_fr_chorus_tell_managers(
                mine._speaking().env._("Chorus Pro: nothing leaves any more"),
                [mine._held_text(since)],
            )
        return True

    def _held_text(self, since):
        speaking = self._speaking().with_context(tz="Europe/Paris")
        return speaking.env._(
            "Another program has held the tables of the invoices sent since %s: "
            "nothing can leave nor be read before it ends. Ask whoever looks after "
            "your database to end it. Sending then resumes by itself.",
            fields.Datetime.context_timestamp(speaking, since).strftime(
                "%d/%m/%Y %H:%M"
            ),
        )

    def _speaking(self):
        """In the language of the company."""
        return self.with_context(lang=self.company_id._l10n_fr_chorus_lang())

    @api.model
    def _watch(self):
        """Tell at once what needs no reading of the vault: guards, seals that wait."""
        for company_id in self.env["l10n_fr_chorus.seal"]._sealing_company_ids():
            mine = self._for_company(company_id)
            trouble = mine._trouble()
            if trouble and trouble != mine.fault:
                mine.fault = trouble
                mine._notify_fault(trouble)

    def _trouble(self):
        """What can be seen of one company's vault without reading it, "" when well."""
        if since := self._held_since():
            return self._held_text(since)
        company = self.company_id.with_context(
            lang=self.company_id._l10n_fr_chorus_lang()
        )
        if opened := self.env["l10n_fr_chorus.insert_only"]._open_tables():
            return company.env._(
                "The database no longer refuses to change or delete rows of: %s. "
                "Somebody switched its guard off.",
                ", ".join(opened),
            )
        since = fields.Datetime.now() - SEAL_PATIENCE
        seals = self.env["l10n_fr_chorus.seal"]
        if waiting := seals._count_unsealed(company.id, since):
            return company.env._(
                "%s rows of the vault have been waiting for their seal for an hour: "
                "nothing leaves before. Something holds the chain of seals.",
                waiting,
            )
        return ""

    @api.model
    def _health(self, company):
        """How a company's vault fares, for a monitoring system.

        :return: {"ok": bool, "fault": what is wrong or "", "verified_at": ISO text of
            the last whole verification that found all right}
        """
        mine = self.sudo().search([("company_id", "=", company.id)])
        known = (
            mine.fault
            or (mine or self.sudo().new({"company_id": company.id}))._trouble()
            or mine._stamp_trouble()
        )
        return {
            "ok": not known,
            "fault": known or "",
            "verified_at": iso(mine.finished_at),
        }

    def _go_on(self):
        """Verify the rest of this round; return False when the time is over."""
        seals = self.env["l10n_fr_chorus.seal"]
        if not self.seq:
            self.started_at = fields.Datetime.now()
        while True:
            result = seals._verify_slice(
                self.company_id.id, self.seq, self.head or GENESIS, SLICE
            )
            if result["fault"] or result["checked"] < SLICE:
                fault = result["fault"] or seals._fault_outside(
                    self.company_id.id, result["seq"]
                )
                self.checked = result["seq"]
                self.longest = max(self.longest, result["seq"])
                self._end(fault["message"] if fault else "")
                return bool(self.env["ir.cron"]._commit_progress(result["checked"]))
            self.write({"seq": result["seq"], "head": result["head"]})
            if not self.env["ir.cron"]._commit_progress(result["checked"], remaining=1):
                return False

    def _end(self, fault):
        """End the round: say that all holds, or raise the alarm."""
        values = {"seq": 0, "head": GENESIS, "fault": fault or False}
        if not fault:
            values["finished_at"] = fields.Datetime.now()
        self.write(values)
        if fault:
            self._notify_fault(fault)

    def _notify_fault(self, fault):
        """Raise the alarm with the company's Chorus Pro managers."""
        _logger.error("Chorus Pro: vault of %s: %s", self.company_id.id, fault)
        company = self.company_id.with_context(
            lang=self.company_id._l10n_fr_chorus_lang()
        )
        company._l10n_fr_chorus_tell_managers(
            company.env._("ALARM: the vault of invoices was altered"),
            [
                fault,
                company.env._(
                    "Touch nothing. Keep the database's backups and tell your "
                    "accountant and whoever looks after your Odoo today: the document "
                    "must be found again in a backup."
                ),
            ],
        )
