# pylint: disable=prefer-env-translation
# What is marked here is said in the reader's language where it is shown.
from odoo import api, fields, models
from odoo.tools import SQL

from ...chorus.lifecycle.states import UNKNOWN, state_of
from ..common import iso, notification, reason_in_words
from .unmatched import ARCHIVE

# Where each kind comes from; its rank makes the identifiers differ.
SOURCES = {
    "news": "l10n_fr_chorus.unmatched",
    "answer": "l10n_fr_chorus.unmatched",
    "mailbox": "l10n_fr_chorus.unmatched",
    "mail": "l10n_fr_chorus.mail",
    "directory": "l10n_fr_chorus.import",
    "flow": "l10n_fr_chorus.incoming_flow",
}


class L10nFrChorusToSort(models.Model):
    """All that came from outside and found no place, for a person (R17, R37).

    One list over what each channel set aside: nothing is stored twice.
    """

    _name = "l10n_fr_chorus.to_sort"
    _description = "To be sorted out"
    _auto = False
    _order = "since DESC, id DESC"
    _depends = {
        "l10n_fr_chorus.unmatched": ["sorted", "why", "reason", "number"],
        "l10n_fr_chorus.mail": ["state", "name"],
        "l10n_fr_chorus.import": ["state", "is_sorted", "skipped", "message"],
        "l10n_fr_chorus.incoming_flow": ["state", "sorted", "why"],
    }

    kind = fields.Selection(
        [
            ("news", "News of no invoice"),
            ("answer", "Operator's answer"),
            ("mailbox", "Operator's mailbox"),
            ("mail", "Mail"),
            ("directory", "Directory file"),
            ("flow", "Approved platform's message"),
        ],
        readonly=True,
    )
    name = fields.Char("What", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    since = fields.Datetime(readonly=True)
    noted_why = fields.Text(readonly=True)
    why = fields.Text("Why it is here", compute="_compute_words")
    code = fields.Char(readonly=True)
    noted = fields.Text(readonly=True)
    said = fields.Text("What it says", compute="_compute_words")
    remedy = fields.Text("What to do", compute="_compute_words")
    source_id = fields.Integer(readonly=True)
    reply_id = fields.Many2one("l10n_fr_chorus.operator_reply", readonly=True)
    has_file = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT one.id * 10 + 1 AS id,
                   CASE WHEN one.platform_id = %(archive)s THEN 'mailbox'
                        WHEN one.operator_reply_id IS NULL THEN 'news'
                        ELSE 'answer' END AS kind,
                   COALESCE(NULLIF(one.number, ''), reply.name) AS name,
                   one.company_id, one.occurred_at AS since, one.why AS noted_why,
                   one.code, one.reason AS noted,
                   one.id AS source_id, reply.id AS reply_id,
                   reply.state <> 'refused' AS has_file
              FROM l10n_fr_chorus_unmatched AS one
              LEFT JOIN l10n_fr_chorus_operator_reply AS reply
                     ON reply.id = one.operator_reply_id
             WHERE one.sorted IS NOT TRUE
            UNION ALL
            SELECT id * 10 + 2, 'mail', name, company_id, received_at,
                   CASE state WHEN 'to_confirm' THEN 'proposed' END, NULL, text,
                   id, NULL, text <> ''
              FROM l10n_fr_chorus_mail WHERE state <> 'done'
            UNION ALL
            SELECT id * 10 + 3, 'directory', name, NULL, write_date, message,
                   NULL, skipped_rows, id, NULL, true
              FROM l10n_fr_chorus_import
             WHERE state = 'ready'
                OR (is_sorted IS NOT TRUE AND state = 'done' AND skipped > 0)
                OR (is_sorted IS NOT TRUE AND state = 'refused'
                    AND source <> 'upload')
            UNION ALL
            SELECT id * 10 + 4, 'flow', NULL, company_id, create_date, why, NULL, text,
                   id, NULL, text <> ''
              FROM l10n_fr_chorus_incoming_flow
             WHERE state = 'aside' AND sorted IS NOT TRUE
            """,
            archive=ARCHIVE,
        )

    @api.depends("kind", "noted_why", "code", "noted")
    @api.depends_context("lang")
    def _compute_words(self):
        _ = self.env._
        whys = {
            "news": _("No invoice sent from here has this number."),
            "mail": _("It names no invoice sent from here, or no state is read in it."),
            "directory": _("Some of its rows could not be read."),
        }
        remedies = {
            "news": _(
                "Look whether another program sent this invoice, or whether it was "
                "deposited by hand; then say that it is dealt with."
            ),
            "row": _(
                "Look on the portal at what this row speaks of. If such rows come "
                "again, show one to your integrator."
            ),
            "answer": _(
                "Open it: choose the invoice it is about and apply it, or download the "
                "file and show it to the operator."
            ),
            "mailbox": _("Show this to the operator."),
            "mail": _("Open it: confirm what it proposes, or note the state by hand."),
            "directory": _(
                "Download the file: correct the rows named here, or download the "
                "directory again. The other rows are read."
            ),
            "flow": _("Download the message and show it to the platform's support."),
        }
        for one in self:
            why = one.noted_why
            if one.kind == "mail":
                why = _("It proposes states, to be confirmed.") if why else False
            one.why = why or whys.get(one.kind, "")
            illegible = one.kind == "news" and one.noted_why
            one.remedy = remedies.get("row" if illegible else one.kind, "")
            state = state_of(one.code or "")
            label = one.code if state is UNKNOWN else _(state.label)
            told = (label, reason_in_words(self.env, one.noted or ""))
            one.said = "\n".join(filter(None, told))

    def _source(self):
        """The record that this line speaks of, with the user's own rights."""
        return self.env[SOURCES[self.kind]].browse(self.source_id)

    # ---- BUTTONS ------------------------------------------------------------------

    def action_open(self):
        """Show where it can be dealt with."""
        self.ensure_one()
        source = self._source()
        if self.kind in ("news", "answer", "mailbox"):
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "l10n_fr_chorus_bookshop.unmatched_action"
            )
            return {**action, "domain": [("id", "=", source.id)]}
        return {
            "type": "ir.actions.act_window",
            "name": self.name or self.env._("To be sorted out"),
            "res_model": source._name,
            "res_id": source.id,
            "view_mode": "form",
        }

    def action_download(self):
        """Give the file as it came."""
        self.ensure_one()
        source = self._source()
        source.check_access("read")
        if self.reply_id:
            return self.reply_id.action_download()
        if self.kind == "directory":
            url = (
                f"/web/content/{source._name}/{source.id}/file/{source.name or 'file'}"
            )
        else:
            attachment = self.env["ir.attachment"].create(
                {"name": f"{self.name or self.kind}.txt", "raw": source.text or ""}
            )
            url = f"/web/content/{attachment.id}"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}?download=true",
            "target": "download",
        }

    def action_sorted(self):
        """Someone has dealt with these."""
        for one in self:
            source = one._source()
            if one.kind == "mail":
                source.action_sorted()
            elif one.kind == "directory":
                source.is_sorted = True
            else:
                source.sorted = True
        self.env.flush_all()
        self.invalidate_model()
        return notification(self.env, [self.env._("Noted: it is dealt with.")])

    # ---- PUBLIC -------------------------------------------------------------------

    @api.model
    def l10n_fr_chorus_to_sort(self):
        """Tell what waits to be sorted.

        :return: list of {"id", "kind", "name", "since": ISO text, "why", "said",
            "remedy"}; plain JSON values
        """
        self.check_access("read")
        return [
            {
                "id": one.id,
                "since": iso(one.since),
                **{name: one[name] or "" for name in ("kind", "name", "why", "said")},
                "remedy": one.remedy or "",
            }
            for one in self.search([])
        ]

    def l10n_fr_chorus_sorted(self):
        """Say that these are dealt with.

        :return: list of {"id", "sorted": True}
        """
        ids = self.ids
        self.action_sorted()
        return [{"id": one, "sorted": True} for one in ids]
