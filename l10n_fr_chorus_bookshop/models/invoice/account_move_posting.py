from markupsafe import Markup

from odoo import fields, models
from odoo.tools import formatLang

from ..common import ToSettle, notification, problem_lines

CASE = "l10n_fr_chorus_bookshop.mail_activity_type_case"


class AccountMove(models.Model):
    """What happens when an invoice is confirmed, by a person or by itself (R9)."""

    _inherit = "account.move"

    l10n_fr_chorus_faulty = fields.Boolean(
        "Confirmed by itself with problems",
        readonly=True,
        copy=False,
        help="An online payment or another automatic flow confirmed it: it is to be "
        "corrected before it can leave.",
    )

    # ---- CONFIRMING ---------------------------------------------------------------

    def _l10n_fr_chorus_confirmed(self):
        """Check invoices just posted: a person is stopped, all problems at once.

        Core's own flows (online payment, automatic invoice, subscription, till) never
        are: money was taken, and an invoice is due.

        :raises ToSettle: a person must correct one of them first; posting is undone
        """
        person = bool(self.env.context.get("l10n_fr_chorus_person"))
        checks = self._l10n_fr_chorus_checks(attended=person and len(self) == 1)
        faults = self._l10n_fr_chorus_faults(checks, undone=person)
        if faults and person:
            raise ToSettle("\n\n".join(faults.values()))
        for move, text in faults.items():
            move.sudo().l10n_fr_chorus_faulty = True
            move._l10n_fr_chorus_tell_to_correct(text)
        self._l10n_fr_chorus_remember(checks)

    def _l10n_fr_chorus_faults(self, checks, undone=False):
        """Say of each of these invoices what a person must correct first.

        What merely waits (a body not active yet) does not stop an invoice.

        :param checks: see `_l10n_fr_chorus_checks`
        :param undone: they stay drafts, and the number is not given
        :return: dict move -> text, of the faulty ones only
        """
        faults = {}
        for move in self:
            invoice, problems = checks[move.id]
            errors = [p for p in problems if p.severity == "error" and not p.waits]
            if errors:
                title = move._l10n_fr_chorus_fault_title(invoice, undone)
                faults[move] = f"{title}\n{problem_lines(self.env, errors)}"
        return faults

    def _l10n_fr_chorus_fault_title(self, invoice, undone):
        customer = self.partner_id.display_name
        if not undone:
            return self.env._(
                "%(invoice)s for %(customer)s cannot go to Chorus Pro as it is:",
                invoice=invoice.number,
                customer=customer,
            )
        return self.env._(
            "The draft for %(customer)s (%(total)s) cannot go to Chorus Pro as it is:",
            customer=customer,
            total=formatLang(
                self.env, self.amount_total, currency_obj=self.currency_id
            ),
        )

    def _l10n_fr_chorus_confirm_each(self, confirm):
        """Confirm a selection; one that is faulty stays a draft, the others do not.

        :param confirm: function of the invoices to confirm, which returns an action
        :return: an action
        :raises ToSettle: all of them are faulty
        """
        drafts = self.filtered(lambda move: move.state == "draft" and move.line_ids)
        looked_at = drafts.filtered("l10n_fr_chorus_concerned")
        if len(drafts) < 2 or not looked_at:
            return confirm(self.with_context(l10n_fr_chorus_person=True))
        checks = looked_at._l10n_fr_chorus_checks()
        faults = looked_at._l10n_fr_chorus_faults(checks, undone=True)
        good = self - self.browse().union(*faults)
        if faults and not good & drafts:
            raise ToSettle("\n\n".join(faults.values()))
        action = confirm(good.with_context(l10n_fr_chorus_person=True))
        if not faults:
            return action
        lead = self.env._("Confirmed, but for these, which stay drafts:")
        lines = [lead, *faults.values()]
        return notification(self.env, lines, "warning", follow=action or None)

    # ---- TO CORRECT ---------------------------------------------------------------

    def _l10n_fr_chorus_tell_to_correct(self, text):
        """Open the one activity of an invoice for whoever is in charge of it."""
        self.ensure_one()
        submission = self.env["l10n_fr_chorus.submission"].sudo()
        stopped = submission.new(
            {
                "move_id": self.id,
                "company_id": self.company_id.id,
                "state": "not_integrated",
            }
        )
        person = stopped._person_in_charge(stopped._procedure())
        move = self.sudo().with_context(
            lang=person.lang, mail_activity_quick_update=True
        )
        lines = text.splitlines()
        move.activity_schedule(
            CASE,
            user_id=person.id,
            summary=move.env._("Chorus Pro: to correct before it can leave"),
            note=Markup().join(Markup("<p>%s</p>") % line for line in lines),
            automated=True,
        )

    def _l10n_fr_chorus_over(self):
        """Close what awaits a person: sent, taken back, cancelled, left on paper."""
        # Nobody awaits the others, which cost no query.
        told = self.sudo().filtered(
            lambda one: one.l10n_fr_chorus_faulty or one.l10n_fr_chorus_submission_id
        )
        if not told:
            return
        told.filtered("l10n_fr_chorus_faulty").l10n_fr_chorus_faulty = False
        self.env["mail.activity"].sudo().search(
            [
                ("activity_type_id", "=", self.env.ref(CASE).id),
                ("res_model", "=", "account.move"),
                ("res_id", "in", told.ids),
            ]
        ).action_feedback()

    # ---- RETURNS ------------------------------------------------------------------

    def _l10n_fr_chorus_name_original(self):
        """Name the one invoice that a credit note of an order takes back from (R9)."""
        for move in self.filtered("l10n_fr_chorus_concerned"):
            if move.move_type != "out_refund" or move.reversed_entry_id:
                continue
            sold = move.sudo().invoice_line_ids.sale_line_ids
            invoices = sold.invoice_lines.move_id.filtered(
                lambda one: one.state == "posted" and one.move_type == "out_invoice"
            )
            if len(invoices) == 1:
                move.reversed_entry_id = invoices.id
