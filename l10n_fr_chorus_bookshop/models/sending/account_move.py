from odoo import fields, models

from ...chorus.invoice import Attachment
from ...chorus.lifecycle.states import STATES, WITHDRAW


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_fr_chorus_send(self, **way):
        """Check these invoices and request the sending of those without errors (R12).

        :param way: see `_l10n_fr_chorus_request`
        :return: list of dicts, one per invoice (DESIGN §7)
        """
        concerned = self.filtered("l10n_fr_chorus_concerned")
        checks = concerned._l10n_fr_chorus_checks(fresh_only=True)
        sendable = concerned.filtered(
            lambda move: (
                not any(
                    one.severity == "error" and not one.waits
                    for one in checks[move.id][1]
                )
                and move.state == "posted"
            )
        )
        sendable._l10n_fr_chorus_request(**way)
        leaving = sendable.filtered(
            lambda move: STATES[move.sudo().l10n_fr_chorus_state].draft == WITHDRAW
        )
        return [
            move._l10n_fr_chorus_item(checks.get(move.id), move in leaving)
            for move in self
        ]

    def _l10n_fr_chorus_request(self, **way):
        """Write down that these posted invoices must leave, and wake the worker.

        An invoice already on its way is not requested twice; one that waits is looked
        at again at once.

        :param way: `channel` and `channel_reason` of a sending by another channel than
            the company's; by default those of the sending made again
        """
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        for move in self:
            current = move.sudo().l10n_fr_chorus_submission_id
            if current and not current._state().send_again:
                if current.state in ("requested", "waiting"):
                    current.next_try = fields.Datetime.now()
                continue
            move.sudo().with_context(
                skip_invoice_sync=True, skip_is_manually_modified=True
            ).l10n_fr_chorus_submission_id = submissions.create(
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "number": move.name,
                    **(way or current._way(move.company_id)),
                }
            )
        if self:
            self.env["l10n_fr_chorus.transmission"]._wake()

    def _l10n_fr_chorus_render(self):
        """Render the readable invoice (R26): never core's own file, which is a copy.

        :return: PDF bytes
        """
        self.ensure_one()
        report = (
            self.env["account.move.send"]
            ._get_default_pdf_report_id(self)
            .sudo()
            .with_company(self.company_id)
            .with_context(
                force_report_rendering=True,
                l10n_fr_chorus_original=True,
                # Neither made from a copy kept before, nor kept as one.
                report_pdf_no_attachment=True,
            )
        )
        content, _kind = report._render_qweb_pdf(report, res_ids=self.ids)
        return content

    def _l10n_fr_chorus_attachments(self):
        """Return the files that go with the invoice."""
        return tuple(
            Attachment(file.name, file.raw, file.mimetype)
            for file in self.sudo().l10n_fr_chorus_attachment_ids
        )
