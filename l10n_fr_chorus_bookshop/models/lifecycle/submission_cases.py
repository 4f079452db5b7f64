import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...chorus.errors import ChorusError, Denied, Unreachable
from ...chorus.invoice import CREDIT_NOTE
from ...chorus.lifecycle import actions
from ...chorus.lifecycle.actions import TREAT
from ...chorus.lifecycle.states import STATES, without_code
from ...chorus.siret import STATE
from ..common import MANAGER

CASE = "l10n_fr_chorus_bookshop.mail_activity_type_case"
# States in which a State body may have given its payment request a number (R23).
PAYMENT_STATES = (
    *("MANDATEE", "MISE_A_DISPOSITION_COMPTABLE", "COMPTABILISEE"),
    "MISE_EN_PAIEMENT",
)
READ_AT_ONCE = 50

_logger = logging.getLogger(__name__)


class L10nFrChorusSubmission(models.Model):
    """Whom the news concerns: one activity for each case, closed with it (R18)."""

    _inherit = "l10n_fr_chorus.submission"

    operation_ids = fields.One2many(
        "l10n_fr_chorus.operation", "submission_id", "Answers", readonly=True
    )
    payment_request = fields.Char(
        "Payment request",
        index="btree_not_null",
        help="The number that a State body gave to the payment request or mandate.",
    )
    payment_request_asked = fields.Boolean()

    def _carried(self):
        """Return the answers that this submission's channel carries."""
        return self.connection_id and self.connection_id._channel()._carried() or ()

    def _needs_person(self):
        """Tell whether someone of the shop must act on this one now."""
        self.ensure_one()
        current = self.move_id.l10n_fr_chorus_submission_id == self
        return (
            current
            and actions.needs_person(self.state, self.kind or "")
            and not self._is_answered()
        )

    def _is_answered(self):
        """Tell whether the body's no is dealt with: the invoice is credited (R23)."""
        return bool(self.move_id._l10n_fr_chorus_credits())

    def _treat(self):
        """Mark the refusals that are dealt with as treated on the platform (R21)."""
        for submission in self.filtered(lambda one: one.state == "REJETEE"):
            over = submission.kind == CREDIT_NOTE or submission._is_answered()
            if over and submission.platform_id and TREAT in submission._carried():
                self.env["l10n_fr_chorus.operation"].sudo()._request(submission, TREAT)

    # ---- CASES --------------------------------------------------------------------

    def _open_cases(self):
        """One activity for each invoice that needs a person; what is over is closed."""
        if not self:
            return
        self._close_cases()
        today = fields.Date.context_today(self)
        values = []
        for submission in self.filtered(lambda one: one._needs_person()):
            procedure = submission._procedure()
            person = submission._person_in_charge(procedure)
            speaking = submission.with_context(lang=person.lang)
            days = actions.DAYS.get(submission.state, actions.USUAL_DAYS)
            values.append(
                {
                    "activity_type_id": self.env.ref(CASE).id,
                    "res_model_id": self.env["ir.model"]._get_id("account.move"),
                    "res_id": submission.move_id.id,
                    "user_id": person.id,
                    "date_deadline": today + timedelta(days=days),
                    "summary": speaking._case_summary(),
                    "note": speaking._case_note(procedure.procedure or ""),
                    "automated": True,
                }
            )
        # The daily digest writes to people who ask for it: no mail for each.
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(values)

    def _close_cases(self, feedback=False):
        """Close the open activities of these invoices."""
        if not self:
            return
        open_cases = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("activity_type_id", "=", self.env.ref(CASE).id),
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", self.move_id.ids),
                ]
            )
        )
        if open_cases:
            open_cases.action_feedback(feedback=feedback)

    def _person_in_charge(self, procedure):
        """Whoever the shop put in charge of the state, the salesperson, the accountant.

        :param procedure: the shop's own for this state, may be empty
        :return: one user, a Chorus Pro manager for want of anybody else
        """
        company = self.company_id
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        candidates = (
            procedure.user_id,
            self.move_id.invoice_user_id,
            company.l10n_fr_chorus_accountant_id,
            *managers.sorted("id", reverse=True),
        )
        return next(
            (
                user
                for user in candidates
                if user.active and not user.share and company in user.company_ids
            ),
            self.env.ref("base.user_admin"),
        )

    def _procedure(self):
        """What the shop itself has decided for this state (R16)."""
        return (
            self.env["l10n_fr_chorus.procedure"]
            .sudo()
            ._for_state(self.company_id, self.state)
        )

    def _case_summary(self):
        """What happened, in a few words."""
        label = self.move_id._l10n_fr_chorus_label(self)
        return self.env._("Chorus Pro: %s", label)

    def _case_note(self, procedure):
        """What happened and why, what to do, in plain words.

        :param procedure: the shop's own words, "" without any
        """
        told = [
            self.env._(
                "%(invoice)s for %(customer)s.",
                invoice=self.move_id.name,
                customer=self.move_id.partner_id.display_name,
            ),
            *without_code(self.reason or "").splitlines(),
            self.env._(actions.meaning(self.state, self.kind or "")),
        ]
        refused = self.operation_ids[:1].filtered(lambda one: one.state == "refused")
        told += (refused.reason or "").splitlines()
        told += [
            self.env._(
                "« %(action)s »: %(todo)s",
                action=self.env._(usual.label),
                todo=self.env._(usual.todo),
            )
            for usual in actions.answers(self.state, self.kind or "")[:1]
        ]
        told.append(procedure)
        lines = [Markup("<p>%s</p>") % line for line in told if line]
        return Markup().join(lines)

    @api.model
    def _cron_digest(self):
        """Write to each person, once a day, what awaits them; off by default (R18)."""
        companies = self.env["res.company"].search(
            [("l10n_fr_chorus_digest", "=", True)]
        )
        cases = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", self.env.ref(CASE).id),
                ("res_model", "=", "account.move"),
            ]
        )
        moves = self.env["account.move"].browse(cases.mapped("res_id")).exists()
        wanted = set(moves.filtered(lambda move: move.company_id in companies).ids)
        cases = cases.filtered(lambda case: case.res_id in wanted)
        for person, theirs in cases.grouped("user_id").items():
            try:
                with self.env.cr.savepoint():
                    theirs.sorted("date_deadline")._l10n_fr_chorus_write_digest(person)
            except Exception:
                _logger.exception("Chorus Pro: daily mail to %s", person.login)

    # ---- PAYMENT REQUESTS ---------------------------------------------------------

    @api.model
    def _read_payment_requests(self):
        """Ask for the numbers that State bodies give, once in each state (R23)."""
        for submission in self.search(
            [
                ("buyer_siret", "=", STATE),
                ("state", "in", PAYMENT_STATES),
                ("payment_request", "=", False),
                ("payment_request_asked", "=", False),
                ("platform_id", "!=", False),
            ],
            limit=READ_AT_ONCE,
        ):
            self.env["l10n_fr_chorus.transmission"]._run_step(
                submission._read_payment_request
            )

    def _read_payment_request(self):
        """Ask for the number of one; no answer is no fault, the next round asks."""
        connection, platform_id = self.connection_id, self.platform_id
        self.env["ir.cron"]._commit_progress()
        try:
            number = connection._channel()._payment_request(connection, platform_id)
        except (Unreachable, Denied) as error:
            self.env["ir.cron"]._commit_progress()
            connection._note_health(error)
            return
        except ChorusError:
            number = ""
        self.env["ir.cron"]._commit_progress()
        self.write({"payment_request": number or False, "payment_request_asked": True})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _l10n_fr_chorus_write_digest(self, person):
        """One mail to one person for all these cases."""
        speaking = self.with_context(lang=person.lang)
        lines = [
            Markup('<a href="%s/odoo/account.move/%s">%s</a>: %s')
            % (case.get_base_url(), case.res_id, case.res_name, case.summary)
            for case in speaking
        ]
        person.partner_id.message_notify(
            partner_ids=person.partner_id.ids,
            subject=speaking.env._("Chorus Pro: what awaits you today"),
            body=Markup("<br/>").join(lines),
        )


class L10nFrChorusProcedure(models.Model):
    """What a shop has decided for one state: what to do, and who does it (R16)."""

    _name = "l10n_fr_chorus.procedure"
    _description = "The shop's own procedure for a state"
    _order = "company_id, state"
    _rec_name = "state"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        selection=lambda self: [
            (state.code, self.env._(state.label)) for state in STATES.values()
        ],
        required=True,
    )
    meaning = fields.Char(compute="_compute_meaning")
    actor = fields.Char("Who acts", compute="_compute_meaning")
    follows = fields.Char("What may follow", compute="_compute_meaning")
    procedure = fields.Text("Our procedure")
    user_id = fields.Many2one(
        "res.users",
        "Person in charge",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    _unique_state = models.UniqueIndex(
        "(company_id, state)", "This state already has its procedure."
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_meaning(self):
        for one in self:
            explained = self._explain(one.state) if one.state else ("", "", "")
            one.meaning, one.actor, one.follows = explained

    @api.model
    def _explain(self, state, kind=""):
        """Explain a state in the user's language (R16).

        :return: (meaning, who acts, what usually follows)
        """
        follows = (STATES[code] for code in actions.FOLLOWS.get(state, ()))
        return (
            self.env._(actions.meaning(state, kind)),
            self.env._(actions.ACTORS[actions.actor(state, kind)]),
            ", ".join(self.env._(one.label) for one in follows),
        )

    @api.model
    def _for_state(self, company, state):
        """Return the procedure of a company for a state, empty without any."""
        return self.search(
            [("company_id", "=", company.id), ("state", "=", state)], limit=1
        )
