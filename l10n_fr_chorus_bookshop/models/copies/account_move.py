import io
import logging
from base64 import b64encode

from markupsafe import Markup
from pypdf import PdfWriter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.invoice import Attachment
from ..common import in_user_lang
from .res_partner import MOST_COPIES

_logger = logging.getLogger(__name__)

COPIES = "copies.pdf"
SLIP = "stock.action_report_delivery"


class L10nFrChorusSubmission(models.Model):
    _inherit = "l10n_fr_chorus.submission"

    copy_wish = fields.Selection(
        [("email", "To e-mail"), ("print", "To print"), ("done", "Done")],
        "Copy wished",
        index="btree_not_null",
        help="What this customer wishes beside the invoice.",
    )

    @api.model
    def _cron_copies(self):
        """E-mail the copies that customers wish, each in a transaction of its own."""
        due = self.search([("copy_wish", "=", "email")], order="id")
        for submission in due:
            taken = submission.try_lock_for_update()
            if not taken or taken.copy_wish != "email":
                continue
            try:
                with self.env.cr.savepoint():
                    taken.move_id._l10n_fr_chorus_mail_copy()
            except Exception:
                # A person has the copy at hand at least.
                _logger.exception("Chorus Pro: copy of %s", submission.number)
                taken.copy_wish = "print"
            if not self.env["ir.cron"]._commit_progress(1):
                return


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_fr_chorus_copy_wish = fields.Selection(
        related="l10n_fr_chorus_submission_id.copy_wish", string="Copy wished"
    )

    def _l10n_fr_chorus_delivery_preferences(self):
        """Return the partner whose wishes hold: the body invoiced, or its parent."""
        self.ensure_one()
        own = self.partner_id
        has_own = own.l10n_fr_chorus_copy_method != "no" or (
            own.l10n_fr_chorus_slips != "none"
        )
        return own if has_own else self.commercial_partner_id

    def _l10n_fr_chorus_plan_copies(self):
        """Write down the copy that each customer wishes; the job makes it."""
        for move in self.sudo():
            method = (
                move._l10n_fr_chorus_delivery_preferences().l10n_fr_chorus_copy_method
            )
            if method != "no":
                move.l10n_fr_chorus_submission_id.copy_wish = method
                if method == "email":
                    self.env.ref(
                        "l10n_fr_chorus_bookshop.ir_cron_copies"
                    ).sudo()._trigger()

    def _l10n_fr_chorus_is_copy(self):
        """Tell whether a rendering of this invoice is only a copy (R26).

        From posting on; not what is rendered to be deposited.
        """
        self.ensure_one()
        move = self.sudo()
        return (
            move.state == "posted"
            # Only the software itself may say so: a context comes from anywhere.
            and not (self.env.su and self.env.context.get("l10n_fr_chorus_original"))
            and bool(move.l10n_fr_chorus_concerned or move.l10n_fr_chorus_submission_id)
            and not move._l10n_fr_chorus_elsewhere()
        )

    def _l10n_fr_chorus_sent_on(self):
        """Return the day when the original left, in France; None before."""
        submission = self.sudo().l10n_fr_chorus_submission_id
        if not submission.sent_at:
            return None
        paris = submission.with_context(tz="Europe/Paris")
        return fields.Datetime.context_timestamp(paris, submission.sent_at).date()

    # ---- WHAT A COPY IS MADE OF ---------------------------------------------------

    def _l10n_fr_chorus_slip_files(self):
        """Render the delivery slips of what this invoice bills."""
        self.ensure_one()
        pickings = (
            self.sudo()
            ._l10n_fr_chorus_orders()
            .picking_ids.filtered(lambda one: one.state == "done" and not one.return_id)
        )
        report = self.env["ir.actions.report"].sudo()
        report = report.with_company(self.company_id).with_context(
            force_report_rendering=True, report_pdf_no_attachment=True
        )
        return tuple(
            Attachment(
                f"bon_{one.name.replace('/', '.')}.pdf",
                report._render_qweb_pdf(SLIP, one.ids)[0],
            )
            for one in pickings
        )

    def _l10n_fr_chorus_copy_files(self):
        """Render the copy in the layout wished, with its slips when wished."""
        self.ensure_one()
        preferences = self._l10n_fr_chorus_delivery_preferences()
        report = preferences.l10n_fr_chorus_copy_report_id
        reports = self.env["ir.actions.report"]
        if report.sudo() and report.sudo()._l10n_fr_chorus_is_invoices():
            # Somebody chose it: it reads what the one who asks may read, no more.
            asking = self.sudo().l10n_fr_chorus_submission_id.create_uid
            reports = reports.with_user(asking if self.env.su else self.env.user)
        else:
            report = self.env["account.move.send"]._get_default_pdf_report_id(self)
        content, _kind = (
            reports.with_company(self.company_id)
            .with_context(force_report_rendering=True, report_pdf_no_attachment=True)
            ._render_qweb_pdf(report.sudo(), self.ids)
        )
        files = [Attachment(f"copie_{self.name.replace('/', '.')}.pdf", content)]
        if preferences.l10n_fr_chorus_slips in ("copy", "both"):
            files += self._l10n_fr_chorus_slip_files()
        return files

    def _l10n_fr_chorus_deposited_slips(self):
        """Render the slips that the customer wishes with the deposit."""
        wished = self._l10n_fr_chorus_delivery_preferences().l10n_fr_chorus_slips
        return (
            self._l10n_fr_chorus_slip_files() if wished in ("deposit", "both") else ()
        )

    # ---- E-MAIL -------------------------------------------------------------------

    def _l10n_fr_chorus_copy_partner(self):
        """Who gets the copy: by default those who receive the books."""
        preferences = self._l10n_fr_chorus_delivery_preferences()
        return (
            preferences.l10n_fr_chorus_copy_partner_id
            or self.partner_shipping_id
            or self.partner_id
        )

    def _l10n_fr_chorus_mail_copy(self):
        """E-mail the copy; without an address it is left to print, and says so."""
        self.ensure_one()
        partner = self._l10n_fr_chorus_copy_partner()
        ours = self.company_id._l10n_fr_chorus_lang()
        move = self.with_context(lang=partner.lang or ours)
        if not partner.email:
            move = self.with_context(lang=ours)
            move.l10n_fr_chorus_submission_id.copy_wish = "print"
            move._message_log(
                body=move.env._(
                    "The copy wished was not e-mailed: %s has no e-mail address. Enter "
                    "it on the contact, or print the copy.",
                    partner.display_name,
                )
            )
            return
        move.message_post(
            partner_ids=partner.ids,
            subject=move.env._("Copy of the invoice %s", move.name),
            body=Markup("<p>%s</p><p>%s</p>")
            % (
                move.env._(
                    "Here is a copy of the invoice %(number)s of %(company)s. It is "
                    "for information: the invoice itself has reached you through "
                    "Chorus Pro.",
                    number=move.name,
                    company=move.company_id.name,
                ),
                move.company_id.name,
            ),
            attachments=[
                (one.name, one.content) for one in move._l10n_fr_chorus_copy_files()
            ],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_from=move.company_id.email_formatted or None,
        )
        move.l10n_fr_chorus_submission_id.copy_wish = "done"

    # ---- PRINT --------------------------------------------------------------------

    def l10n_fr_chorus_print_copies(self):
        """Give the copies that customers wish as one PDF; they are taken as done (R6).

        :return: {"filename", "content": base64}
        :raises UserError: there is none to print
        """
        content = in_user_lang(self)._l10n_fr_chorus_printed()
        return {"filename": COPIES, "content": b64encode(content).decode()}

    def _l10n_fr_chorus_printed(self):
        """Render the copies wished, and note that they are printed.

        :return: one PDF
        :raises UserError: there is none to print
        """
        self._l10n_fr_chorus_need_user()
        moves = self.filtered(lambda move: move._l10n_fr_chorus_is_copy())
        content = moves._l10n_fr_chorus_print_copies()
        printed = moves.sudo().l10n_fr_chorus_submission_id
        printed.filtered(lambda one: one.copy_wish == "print").copy_wish = "done"
        return content

    def _l10n_fr_chorus_print_copies(self):
        """Return one PDF of all the copies wished of these invoices, slips after each.

        :raises UserError: there is none to print
        """
        writer = PdfWriter()
        for move in self:
            preferences = move._l10n_fr_chorus_delivery_preferences()
            count = min(preferences.l10n_fr_chorus_copy_count, MOST_COPIES)
            files = move._l10n_fr_chorus_copy_files()
            for _copy in range(count):
                for one in files:
                    writer.append(io.BytesIO(one.content))
        if not writer.pages:
            raise UserError(self.env._("Choose the invoices whose copies to print."))
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()

    def action_l10n_fr_chorus_print_copies(self):
        """Download the copies wished of these invoices, ready to print.

        :raises UserError: there is none to print; said here, not on a page of its own
        """
        self.check_access("read")
        copies = self.filtered(lambda move: move._l10n_fr_chorus_is_copy())
        if not copies:
            raise UserError(self.env._("Choose the invoices whose copies to print."))
        ids = ",".join(map(str, copies.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/l10n_fr_chorus/copies?move_ids={ids}",
            "target": "self",
        }
