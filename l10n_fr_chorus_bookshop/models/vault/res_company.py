from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...chorus.errors import Denied
from ...chorus.vault import timestamp
from ..common import MANAGER


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_fr_chorus_anchor_emails = fields.Char(
        "Anchors of the vault are mailed to",
        help="Addresses outside the shop, such as the accountant's; commas between.",
    )
    l10n_fr_chorus_stamp_url = fields.Char(
        "Time stamps of the vault come from",
        help="Address of a time-stamping authority (RFC 3161), https only. It sees "
        "nothing of the invoices: the chain's hash alone leaves.",
    )

    l10n_fr_chorus_job_told_at = fields.Datetime(
        readonly=True, copy=False, help="When a person was told that the job sleeps."
    )

    @api.constrains("l10n_fr_chorus_stamp_url")
    def _check_l10n_fr_chorus_stamp_url(self):
        """Say at once what would only be found out at night."""
        for company in self.filtered("l10n_fr_chorus_stamp_url"):
            if not timestamp.is_installed():
                raise ValidationError(
                    self.env._(
                        "Time stamps need a library that this server does not have. "
                        "Ask whoever looks after it to install the Python package "
                        "rfc3161-client, or leave the authority's address empty."
                    )
                )
            try:
                timestamp.check_address(company.l10n_fr_chorus_stamp_url)
            except Denied as error:
                message = self.env._(error.template, **error.values)
                raise ValidationError(
                    self.env._("Time-stamping authority: %s", message)
                ) from error

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
