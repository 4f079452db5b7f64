import json
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_split_and_format

from ...chorus.outside import host_of
from ...chorus.vault.export import program_digest

_logger = logging.getLogger(__name__)


class L10nFrChorusAnchor(models.Model):
    """A head of the chain, published where the shop cannot rewrite it (R25).

    Whoever owns the database can rebuild the whole chain, and these rows with it; not
    the mail in the accountant's box, nor an export that has left.
    """

    _name = "l10n_fr_chorus.anchor"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Published head of the vault's chain"
    _log_access = False
    _order = "id DESC"
    _rec_name = "hash"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    seq = fields.Integer("Rank", required=True, readonly=True, aggregator=None)
    hash = fields.Char(size=64, required=True, readonly=True)
    sent_to = fields.Char("Sent to", required=True, readonly=True)
    counts = fields.Char(
        "Seals counted", required=True, readonly=True, help="By kind of row, in JSON."
    )

    @api.model
    def _cron_publish(self):
        """Publish each company's new head: mail it to the addresses set, keep it for
        the authority that stamps it. Never raises.
        """
        sealed = self.env["l10n_fr_chorus.seal"]._read_group([], ["company_id"])
        for (company,) in sealed:
            try:
                with self.env.cr.savepoint():
                    self._publish(company)
            except Exception:
                _logger.exception("Chorus Pro: publishing an anchor of %s", company.id)

    @api.model
    def _publish(self, company):
        """Publish one company's head, unless it is the one published last.

        :return: the anchor, empty when there is nothing new
        """
        addresses = email_split_and_format(company.l10n_fr_chorus_anchor_emails or "")
        authority = host_of(company.l10n_fr_chorus_stamp_url or "")
        told = [*addresses, authority] if authority else addresses
        if not told:
            return self.browse()
        head = self.env["l10n_fr_chorus.seal"].search(
            [("company_id", "=", company.id)], order="seq DESC", limit=1
        )
        last = self.search([("company_id", "=", company.id)], limit=1)
        if not self._is_news(head, last):
            return self.browse()
        counts = self.env["l10n_fr_chorus.seal"]._counts(company.id, head.seq)
        anchor = self._insert(
            [
                {
                    "company_id": company.id,
                    "seq": head.seq,
                    "hash": head.hash,
                    "sent_to": ", ".join(told),
                    "counts": json.dumps(counts, sort_keys=True),
                }
            ]
        )
        if addresses:
            lang = company._l10n_fr_chorus_lang()
            anchor.with_context(lang=lang)._mail(company, addresses, last)
        return anchor

    def _is_news(self, head, last):
        """Tell whether more than the last anchor, and its stamp, was sealed since."""
        if not head or not last:
            return bool(head)
        since = self.env["l10n_fr_chorus.seal"].search_count(
            [
                ("company_id", "=", head.company_id.id),
                ("seq", ">", last.seq),
                ("kind_of_row", "not in", ("anchor", "timestamp")),
            ],
            limit=1,
        )
        return bool(since) or head.seq < last.seq

    def _mail(self, company, addresses, previous):
        """Write the mail; core's own queue sends it."""
        lines = [
            self.env._(
                "Anchor of the invoice vault of %(company)s (SIREN %(siren)s), after "
                "%(count)s seals (originals: %(originals)s):",
                company=company.name,
                siren=company._l10n_fr_chorus_siret()[:9] or "?",
                count=self.seq,
                originals=json.loads(self.counts).get("original", 0),
            ),
            Markup("<code>%s:%s</code>") % (self.seq, self.hash),
            self.env._("By kind: %s", self.counts),
            self.env._("SHA-256 of the verifier verify.py: %s", program_digest()),
        ]
        if previous:
            lines.append(
                self.env._(
                    "The one before: %(anchor)s",
                    anchor=f"{previous.seq}:{previous.hash}",
                )
            )
        lines.append(
            self.env._(
                "Keep this mail for ten years. An inspector gives the anchor to the "
                "export's verifier, which then finds out whether the vault was rebuilt "
                "after this day."
            )
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._(
                    "Invoice vault of %(company)s: anchor %(rank)s",
                    company=company.name,
                    rank=self.seq,
                ),
                "body_html": Markup("<p>%s</p>") % Markup("</p><p>").join(lines),
                "email_from": company.email_formatted,
                "email_to": ", ".join(addresses),
            }
        )

    @api.model
    def _broken(self, company_id, others=()):
        """Return (rank, hash) of the first anchor the chain does not go through.

        :param others: more anchors to compare, (rank, hash) each, from outside
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.seq, a.hash FROM (
                    SELECT seq, hash FROM l10n_fr_chorus_anchor
                    WHERE company_id = %(id)s
                    %(others)s
                ) a
                LEFT JOIN l10n_fr_chorus_seal s
                    ON s.company_id = %(id)s AND s.seq = a.seq
                WHERE s.hash IS DISTINCT FROM a.hash
                ORDER BY a.seq LIMIT 1
                """,
                id=company_id,
                others=SQL(" ").join(
                    SQL("UNION ALL SELECT %s, %s", seq, text) for seq, text in others
                ),
            )
        )
        return rows[0] if rows else None
