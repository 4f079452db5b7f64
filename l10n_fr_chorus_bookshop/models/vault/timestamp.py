import logging
import os
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models

from ...chorus.errors import ChorusError
from ...chorus.outside import TRUSTED_HOSTS, named_hosts
from ...chorus.vault import sealing, timestamp

_logger = logging.getLogger(__name__)

# An authority may rest for a week-end: what it missed is covered by its next stamp.
PATIENCE = timedelta(days=3)


class L10nFrChorusTimestamp(models.Model):
    """What an authority certified of a head of the chain (RFC 3161, R25).

    An anchor says when by the shop's own clock, and lies in somebody's mail box; a time
    stamp is signed by a third party, and lies here and in each export. It comes after
    all has left: without it nothing waits.
    """

    _name = "l10n_fr_chorus.timestamp"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Time stamp of the vault's head"
    _log_access = False
    _order = "id DESC"
    _rec_name = "authority"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    anchor_id = fields.Many2one(
        "l10n_fr_chorus.anchor", required=True, readonly=True, ondelete="restrict"
    )
    authority = fields.Char(required=True, readonly=True, help="Its address.")
    stamped_at = fields.Datetime(
        "Certified on", required=True, readonly=True, help="By the authority's clock."
    )
    content = fields.Binary(
        attachment=False, required=True, readonly=True, groups=fields.NO_ACCESS
    )
    sha256 = fields.Char("SHA-256", size=64, required=True, readonly=True)
    size = fields.Integer("Bytes", required=True, readonly=True, aggregator=None)

    _unique_anchor = models.Constraint("UNIQUE (anchor_id)")

    def init(self):
        # The function is the vault's: same columns, same promise.
        self.env.cr.execute(
            """
            DROP TRIGGER IF EXISTS timestamp_content ON l10n_fr_chorus_timestamp;
            CREATE TRIGGER timestamp_content
                BEFORE INSERT ON l10n_fr_chorus_timestamp
                FOR EACH ROW EXECUTE FUNCTION l10n_fr_chorus_original_content();
            """
        )
        return super().init()

    # ---- ASK ----------------------------------------------------------------------

    @api.model
    def _cron_stamp(self):
        """Have each company's last anchor stamped; never raises.

        One that was missed is not stamped later: the next head covers it.
        """
        asking = [("l10n_fr_chorus_stamp_url", "!=", False)]
        for company in self.env["res.company"].search(asking):
            try:
                said = self._stamp(company)
            except Exception as error:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("Chorus Pro: time stamp of %s", company.id)
                said = str(error)
            self.env["l10n_fr_chorus.verification"]._for_company(company.id)._stamped(
                said
            )
            self.env["ir.cron"]._commit_progress()

    def _stamp(self, company):
        """Have a company's last anchor stamped, if it is not.

        :return: why it is not stamped, "" when it is
        """
        anchor = self.env["l10n_fr_chorus.anchor"].search(
            [("company_id", "=", company.id)], limit=1
        )
        if not anchor or anchor.timestamp_ids:
            return ""
        link = next(
            self.env["l10n_fr_chorus.seal"]._links(
                company.id, anchor.seq - 1, hashed=False
            ),
            None,
        )
        data = link and sealing.hashed(link.previous_hash, link.entry)
        if not data or sha256(data).hexdigest() != anchor.hash:
            return company.env._("The vault no longer holds what was published of it.")
        url = company.l10n_fr_chorus_stamp_url
        trusted = named_hosts(os.environ.get(TRUSTED_HOSTS, ""))
        # No transaction stays open while the authority is asked.
        self.env["ir.cron"]._commit_progress()
        try:
            stamp = timestamp.ask(url, data, trusted)
        except ChorusError as error:
            self.env["ir.cron"]._commit_progress()
            _logger.warning("Chorus Pro: time stamp of %s: %s", company.id, error)
            lang = company._l10n_fr_chorus_lang()
            speaking = company.with_context(lang=lang)
            return speaking.env._(error.template, **error.values)
        self.env["ir.cron"]._commit_progress()
        self._insert(
            [
                {
                    "company_id": company.id,
                    "anchor_id": anchor.id,
                    "authority": url,
                    "stamped_at": stamp.stamped_at,
                    "content": stamp.content,
                    "sha256": sha256(stamp.content).hexdigest(),
                    "size": len(stamp.content),
                }
            ]
        )
        return ""

    def _content(self) -> bytes:
        """Return the authority's whole answer. The caller checks the right to."""
        self.ensure_one()
        return self.sudo().with_context(bin_size=False).content


class L10nFrChorusAnchor(models.Model):
    _inherit = "l10n_fr_chorus.anchor"

    timestamp_ids = fields.One2many(
        "l10n_fr_chorus.timestamp", "anchor_id", "Time stamps", readonly=True
    )
    stamped_at = fields.Datetime(related="timestamp_ids.stamped_at")


class L10nFrChorusVerification(models.Model):
    _inherit = "l10n_fr_chorus.verification"

    stamp_failed_since = fields.Datetime("No time stamp since", readonly=True)
    stamp_error = fields.Text("Why no time stamp", readonly=True)
    stamp_told = fields.Boolean(
        readonly=True, help="Somebody was told that the time stamps fail."
    )

    def _stamped(self, said):
        """Take note of how asking went; tell a person, once, of what lasts.

        :param said: why there is no time stamp, "" when there is
        """
        self.ensure_one()
        if not said:
            self.write(dict.fromkeys(self._stamp_names(), False))
            return
        self.stamp_error = said
        self.stamp_failed_since = self.stamp_failed_since or fields.Datetime.now()
        trouble = self._stamp_trouble()
        if trouble and not self.stamp_told:
            self.stamp_told = True
            self.company_id._l10n_fr_chorus_tell_managers(
                self._speaking().env._("Chorus Pro: the vault gets no time stamp"),
                [trouble],
            )

    def _stamp_names(self):
        return ("stamp_failed_since", "stamp_error", "stamp_told")

    def _stamp_trouble(self):
        """What a person must hear of the time stamps, "" when nothing."""
        since, company = self.stamp_failed_since, self.company_id
        if not since or not company.l10n_fr_chorus_stamp_url:
            return ""
        speaking = self._speaking().with_context(tz="Europe/Paris")
        if fields.Datetime.now() - since < PATIENCE:
            return ""
        return speaking.env._(
            "The vault of %(company)s has had no time stamp since %(since)s. %(why)s "
            "Invoices leave all the same, and the vault is kept. Choose another "
            "authority in the settings of Chorus Pro, or none.",
            company=company.name,
            since=fields.Datetime.context_timestamp(speaking, since).strftime(
                "%d/%m/%Y %H:%M"
            ),
            why=self.stamp_error,
        )
