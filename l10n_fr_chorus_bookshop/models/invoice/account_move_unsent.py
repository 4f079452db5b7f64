from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.lifecycle.states import STATES
from ..common import (
    CHORUS,
    iso,
    need_staff,
    notification,
)
from ..sending.account_move_road import FREE_OF_OTHER, OTHER_STATE

# States in which nobody has received the invoice, and nothing is under way.
NOT_SENT = [code for code, state in STATES.items() if state.send_again]


class AccountMove(models.Model):
    """Posted for a public body and not sent, whoever made it (R5)."""

    _inherit = "account.move"

    l10n_fr_chorus_is_forgotten = fields.Boolean(
        "Forgotten: not sent to Chorus Pro",
        compute="_compute_l10n_fr_chorus_is_forgotten",
        search="_search_l10n_fr_chorus_is_forgotten",
    )
    l10n_fr_chorus_paper_reason = fields.Char(
        "Why not through Chorus Pro", copy=False, tracking=True, readonly=True
    )

    l10n_fr_chorus_probably_public = fields.Boolean(
        "Probably a public body",
        compute="_compute_l10n_fr_chorus_probably_public",
        compute_sudo=True,
    )

    @api.depends(
        "state",
        "company_id.l10n_fr_chorus_in_use",
        "l10n_fr_chorus_submission_id",
        "l10n_fr_chorus_paper_reason",
    )
    def _compute_l10n_fr_chorus_is_forgotten(self):
        """What the search says is the truth; it alone is written down.

        It is asked only of those who may be meant: the others cost no query.
        """
        meant = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in ("out_invoice", "out_refund")
                and move.company_id._l10n_fr_chorus_uses()
                and (
                    move._l10n_fr_chorus_siret()
                    or move.partner_id._l10n_fr_chorus_served_by(move.company_id)
                )
            )
        )
        forgotten = meant and self.sudo().search(
            [("id", "in", meant.ids), ("l10n_fr_chorus_is_forgotten", "=", True)]
        )
        for move in self:
            move.l10n_fr_chorus_is_forgotten = move._origin in forgotten

    def _search_l10n_fr_chorus_is_forgotten(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return (
            Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            & Domain("l10n_fr_chorus_paper_reason", "=", False)
            & self._l10n_fr_chorus_free_of_other()
            & (
                Domain("l10n_fr_chorus_submission_id", "=", False)
                | Domain("l10n_fr_chorus_submission_id.state", "in", NOT_SENT)
            )
            & Domain.OR(
                self._l10n_fr_chorus_forgotten_in(company)
                for company in self.env.companies
            )
        )

    def _l10n_fr_chorus_free_of_other(self):
        """Domain of what Odoo's own network does not have."""
        if OTHER_STATE not in self._fields:
            return Domain.TRUE
        return Domain(OTHER_STATE, "in", FREE_OF_OTHER)

    def _l10n_fr_chorus_forgotten_in(self, company):
        """Domain of a company's invoices that the law sends to Chorus Pro."""
        if not (company.is_france_country and company._l10n_fr_chorus_uses()):
            return Domain.FALSE
        partners = self.env["res.partner"].with_company(company.root_id).sudo()
        since = company.l10n_fr_chorus_watched_from
        return (
            Domain("company_id", "=", company.id)
            & (Domain("invoice_date", ">=", since) if since else Domain.TRUE)
            & Domain("partner_id", "in", partners._search(obliged(partners)))
        )

    @api.model
    def l10n_fr_chorus_forgotten(self):
        """List the invoices and credit notes to public bodies that nobody sent.

        :return: list of {"id", "number", "date", "customer", "siret", "total", "state"}
        """
        need_staff(self)
        forgotten = self.search([("l10n_fr_chorus_is_forgotten", "=", True)])
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "date": iso(move.invoice_date),
                "customer": move.partner_id.display_name or "",
                "siret": move._l10n_fr_chorus_siret(),
                "total": move.amount_total,
                "state": move.sudo().l10n_fr_chorus_state or "",
            }
            for move in forgotten
        ]

    # ---- ON PAPER, BY AN EXPLICIT CHOICE (R35) ---------------------------------------

    @api.depends(
        "partner_id.l10n_fr_chorus_probably_public",
        "company_id.l10n_fr_chorus_in_use",
    )
    @api.depends_context("company")
    def _compute_l10n_fr_chorus_probably_public(self):
        """A company that does not use Chorus Pro is not asked about its customers."""
        for move in self:
            move.l10n_fr_chorus_probably_public = (
                move.company_id._l10n_fr_chorus_uses()
                and move.partner_id.l10n_fr_chorus_probably_public
            )

    def l10n_fr_chorus_leave(self, reason):
        """Let these invoices leave on paper or by e-mail, and keep why.

        Nothing is sent: they only stop waiting for Chorus Pro.

        :param reason: why they do not go through Chorus Pro, as the law requires;
            "" brings them back
        :return: list of {"id", "number", "state", "done", "message"}
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        reason = (reason or "").strip()

        def leave(move):
            move._l10n_fr_chorus_refuse_locked()
            move._l10n_fr_chorus_take_back()
            move.sudo().l10n_fr_chorus_paper_reason = reason or False
            if reason:
                move._l10n_fr_chorus_over()

        return self._l10n_fr_chorus_answer_each(leave)

    def action_l10n_fr_chorus_leave(self):
        """Ask why these invoices leave on paper or by e-mail."""
        self.check_access("read")
        return self._l10n_fr_chorus_ask_why("leave", self.env._("Send by another way"))

    def action_l10n_fr_chorus_back(self):
        """The invoice goes through Chorus Pro after all."""
        self.l10n_fr_chorus_leave("")
        said = self.env._("It goes through Chorus Pro again: send it from this page.")
        return notification(self.env, [said])


def obliged(partners):
    """Domain of the customers set to Chorus Pro, or in its directory without excuse.

    A contact has its own method and SIRET, else those of the entity it belongs to.
    """
    structures = partners.env["l10n_fr_chorus.structure"].sudo()
    public = structures._search([("is_known", "=", True), ("is_public", "=", True)])
    listed = ("company_registry", "in", public.subselect("siret"))
    excused = ("l10n_fr_chorus_paper_reason", "not in", [False, ""])
    no_siret = Domain("company_registry", "=", False)
    in_directory = Domain(*listed) | (no_siret & _entity(listed))
    return served() | (_not_exempt() & in_directory & ~_entity(excused))


def served():
    """Domain of the customers set to Chorus Pro, in the company of the search."""
    chosen = ("invoice_sending_method", "=", CHORUS)
    no_method = Domain("invoice_sending_method", "=", False)
    return _not_exempt() & (Domain(*chosen) | (no_method & _entity(chosen)))


def _entity(condition):
    """The same condition, on the entity that a contact belongs to."""
    name, operator, value = condition
    return Domain(f"commercial_partner_id.{name}", operator, value)


def _not_exempt():
    return Domain("commercial_partner_id.l10n_fr_chorus_exempt", "=", False)
