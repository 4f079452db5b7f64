from markupsafe import Markup

from odoo import fields, models

from ..common import MANAGER


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_anchor_emails = fields.Char(
        "Anchors of the vault are mailed to",
        help="Addresses outside the shop, such as the accountant's; commas between.",
    )

    l10n_fr_chorus_job_told_at = fields.Datetime(
        readonly=True, copy=False, help="When a person was told that the job sleeps."
    )

    def _l10n_fr_chorus_tell_managers(self, subject, lines):
        """One message to a company's Chorus Pro managers, whatever its channel.

        Its administrators hear of it where no manager works in the company.
        """
        self.ensure_one()
        for group in (MANAGER, "base.group_system"):
            users = self.env.ref(group).sudo().all_user_ids.filtered("active")
            if told := users.filtered(lambda user: self in user.company_ids):
                break
        connections = self.env["l10n_fr_chorus.connection"].sudo()
        connection = connections.with_context(active_test=False).search(
            [("company_id", "=", self.id)], order="active DESC, id", limit=1
        )
        (connection or self.env["mail.thread"].sudo()).message_notify(
            partner_ids=told.partner_id.ids,
            subject=subject,
            body=Markup("<br/>").join(lines),
        )
