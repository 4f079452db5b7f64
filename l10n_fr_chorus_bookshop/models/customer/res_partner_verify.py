import logging
import time
from datetime import timedelta

import psycopg2
from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import get_lang

from ...chorus import siret as siret_rules
from ...chorus.errors import ChorusError
from ..common import (
    ASKERS,
    describe,
    in_user_lang,
    is_outage,
    need_group,
    notification,
)

_logger = logging.getLogger(__name__)

# How long one verification may ask the directory, in seconds: a web request is cut
# after two minutes, and what is not asked is told.
PATIENCE = 60
# An answer so young has no age.
JUST_NOW = timedelta(minutes=1)


class ResPartner(models.Model):
    """Verify customers in the directory, on line, one or many (R3, R34)."""

    _inherit = "res.partner"

    l10n_fr_chorus_age = fields.Char(
        "Age of the answer", compute="_compute_l10n_fr_chorus_age"
    )

    @api.depends("l10n_fr_chorus_structure_id")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_age(self):
        locale = get_lang(self.env).code
        for partner in self:
            verified_at = partner.l10n_fr_chorus_structure_id.verified_at
            since = verified_at and fields.Datetime.now() - verified_at
            if since and since < JUST_NOW:
                partner.l10n_fr_chorus_age = self.env._("just now")
                continue
            partner.l10n_fr_chorus_age = verified_at and format_timedelta(
                -since, add_direction=True, locale=locale
            )

    def l10n_fr_chorus_refresh(self):
        """Ask the directory again for these customers, on line (R3, R34).

        All are asked first, then all answers are written: no row is held during a
        call. One that fails does not stop the others.

        :return: list of dicts, one per customer: id, siret, found, name, active,
            service_required, engagement_required, either_required, services, source,
            checked_at, message; plain JSON values, no None
        """
        self._l10n_fr_chorus_need_asker()
        partners = in_user_lang(self)
        messages = partners._l10n_fr_chorus_verify()
        partners.invalidate_recordset()
        partners._l10n_fr_chorus_learn()
        return [
            partner._l10n_fr_chorus_answer(messages[partner.id]) for partner in partners
        ]

    def _l10n_fr_chorus_need_asker(self):
        """Refuse whoever neither sends nor sells: the platform is asked nothing.

        :raises AccessError: so, or one of these customers is not to be read
        """
        self.check_access("read")
        need_group(
            self.env,
            ASKERS,
            self.env._("Asking Chorus Pro needs the right « Chorus Pro: User »."),
        )

    def _l10n_fr_chorus_verify(self):
        """Ask and store; return dict id -> what is wrong, "" when all is well."""
        sirets = {partner.id: partner._l10n_fr_chorus_siret() for partner in self}
        messages = {
            partner.id: partner._l10n_fr_chorus_siret_problem()
            or self.env._("No SIRET.")
            for partner in self
            if siret_rules.check(sirets[partner.id]) == siret_rules.FORMAT
        }
        asked = {sirets[partner.id] for partner in self if partner.id not in messages}
        said = self._l10n_fr_chorus_ask(sorted(asked))
        return {id_: messages.get(id_) or said[siret] for id_, siret in sirets.items()}

    def _l10n_fr_chorus_ask(self, sirets):
        """Ask the directory for some SIRETs; return dict SIRET -> what is wrong."""
        connections = self.env["l10n_fr_chorus.connection"]
        connection = connections._of_directory(self.env.company)
        if not connection:
            return dict.fromkeys(
                sirets, self.env._("No connection to Chorus Pro is set up.")
            )
        channel, answers, said = connection._channel(), {}, {}
        deadline, outage = time.monotonic() + PATIENCE, ""
        for siret in sirets:
            if outage or time.monotonic() > deadline:
                said[siret] = outage or self.env._(
                    "Not asked yet, time is up: verify this customer again."
                )
                continue
            try:
                answers[siret] = channel._structure(connection, siret)
            except ChorusError as error:
                said[siret] = describe(self.env, error)
                outage = said[siret] if is_outage(error) else ""
        for siret, answer in answers.items():
            said[siret] = self._l10n_fr_chorus_keep(connection, siret, answer)
        return said

    def _l10n_fr_chorus_ask_typed(self):
        """Ask the platform at once about a SIRET just typed that is unknown here.

        Nobody waits for a platform that did not answer lately, nor is told of it:
        the button beside the SIRET asks, and says what is wrong.
        """
        siret = self._l10n_fr_chorus_siret()
        company = self.env.company
        connection = self.env["l10n_fr_chorus.connection"]._of_directory(company)
        if (
            siret_rules.check(siret) == siret_rules.OK
            and not self.l10n_fr_chorus_structure_id
            and self._l10n_fr_chorus_may_be_french()
            and self.env.user.has_groups(ASKERS)
            and connection
            and not connection.sudo().unreachable_since
        ):
            self._l10n_fr_chorus_ask([siret])
            self.modified(["company_registry"])

    def _l10n_fr_chorus_keep(self, connection, siret, answer):
        """Write one answer of the directory; return what is wrong."""
        try:
            with self.env.cr.savepoint():
                connection._store_structure(siret, answer)
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # one answer does not stop the others
            _logger.exception("Chorus Pro: directory answer for %s", siret)
            return self.env._("The directory could not be asked: %s", error)
        if answer is None:
            return self.env._("The directory does not know the SIRET %s.", siret)
        return ""

    # ---- TOLD TO A PERSON ---------------------------------------------------------

    def _l10n_fr_chorus_summary(self):
        """One sentence: what the directory says of this customer, whence and when."""
        self.ensure_one()
        structure = self.l10n_fr_chorus_structure_id
        if not structure.is_known:
            return self.env._("%s: not in the directory.", self.display_name)
        sources = dict(structure._fields["source"]._description_selection(self.env))
        return self.env._(
            "%(name)s (SIRET %(siret)s): %(facts)s. %(origin)s, %(age)s.",
            name=self.display_name,
            siret=structure.siret,
            facts=", ".join(structure._in_words()),
            origin=sources[structure.source],
            age=self.l10n_fr_chorus_age,
        )

    def action_l10n_fr_chorus_refresh(self):
        """Ask the directory again and tell what it says.

        :raises UserError: nothing could be learnt
        """
        started = fields.Datetime.now()
        answers = self.l10n_fr_chorus_refresh()
        wrong = {
            partner: f"{partner.display_name}: {answer['message']}"
            for partner, answer in zip(self, answers, strict=True)
            if answer["message"]
        }
        answered = self.filtered(
            lambda one: (
                one.l10n_fr_chorus_source == "api"
                and one.l10n_fr_chorus_structure_id.checked_at >= started
            )
        )
        if wrong and not answered:
            raise UserError("\n".join(wrong.values()))
        lines = [wrong.get(one) or one._l10n_fr_chorus_summary() for one in self]
        kind = "warning" if wrong else "success"
        return notification(self.env, lines, kind, sticky=bool(wrong) or len(lines) > 1)
