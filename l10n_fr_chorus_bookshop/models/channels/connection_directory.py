import logging

import psycopg2

from odoo import models

from ...chorus.errors import ChorusError
from ..common import describe, is_outage

_logger = logging.getLogger(__name__)


class L10nFrChorusConnection(models.Model):
    """The directory on line, SIRET by SIRET (R3, R4)."""

    _inherit = "l10n_fr_chorus.connection"

    def _refresh_structures(self, sirets, down, codes=None):
        """Ask the directory on line for some SIRETs, one transaction each (R3, R4).

        :param codes: dict SIRET -> the service codes at hand
        :param down: why, by id, of the connections that do not answer in this round
            and are not asked again; completed here
        :return: dict SIRET -> why it could not be asked, for those that could not
        """
        if not self:
            why = self.env._("No connection to Chorus Pro is set up.")
            return dict.fromkeys(sirets, why)
        failures = {}
        env = self.with_context(lang=self.company_id._l10n_fr_chorus_lang()).env
        for siret in sirets:
            if self.id in down:
                failures[siret] = down[self.id]
                continue
            self.env["ir.cron"]._commit_progress()
            try:
                self._refresh_structure(siret, (codes or {}).get(siret, ()))
            except ChorusError as error:
                self.env["ir.cron"]._commit_progress()
                self._keep_partial(siret, error)
                self._note_health(error)
                if self._channel()._lacks_directory(error) and self._has_kept(siret):
                    continue
                failures[siret] = env._(
                    "The directory could not be asked: %s", describe(env, error)
                )
                if is_outage(error):
                    down[self.id] = failures[siret]
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                # One body's answer that cannot be kept does not stop the others.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: directory answer for %s", siret)
                failures[siret] = env._("The directory could not be asked: %s", error)
        self.env["ir.cron"]._commit_progress()
        return failures

    def _has_kept(self, siret):
        """Whether an earlier answer, or a file, told of a body: it is relied upon."""
        structures = self.env["l10n_fr_chorus.structure"]
        kept = structures._by_siret([siret], self.company_id).get(siret, structures)
        return kept.is_known

    def _keep_partial(self, siret, error):
        """Keep what was answered before an error: the next try goes on from there."""
        if error.partial:
            self._store_structure(siret, error.partial)
            self.env["ir.cron"]._commit_progress()

    def _refresh_structure(self, siret, codes=()):
        """Ask for one SIRET and store the answer.

        :param codes: the service codes at hand: of a body with hundreds of services,
            only these are asked for what each requires
        :return: the structure, empty when the directory does not know the SIRET
        :raises ChorusError: the directory could not be asked
        """
        structures = self.env["l10n_fr_chorus.structure"]
        wanted = structures._codes_to_ask(siret, codes)
        answer = self._channel()._structure(self, siret, wanted)
        self.env["ir.cron"]._commit_progress()
        return self._store_structure(siret, answer)

    def _store_structure(self, siret, answer):
        """Store an answer; its services that cannot be read are a person's to see."""
        if answer:
            self.env["l10n_fr_chorus.unmatched"].sudo()._keep_unread(
                self, answer.unread
            )
        structures = self.env["l10n_fr_chorus.structure"]
        return structures._store_answer(siret, answer, "api")
