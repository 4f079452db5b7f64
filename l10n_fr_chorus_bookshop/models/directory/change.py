from collections import defaultdict
from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ...chorus.lifecycle.states import LOCKED, STATES
from ..common import CHORUS, MANAGER, in_user_lang
from .structure import SOURCES

# Invoices in these states have not been handed over.
NOT_HANDED_OVER = [code for code, state in STATES.items() if state.draft != LOCKED]


class L10nFrChorusChange(models.Model):
    """What changed in the directory for bodies with open orders or unsent invoices."""

    _name = "l10n_fr_chorus.change"
    _description = "Change in the Chorus Pro directory"
    _order = "changed_at DESC, id DESC"
    _rec_name = "structure_id"

    structure_id = fields.Many2one(
        "l10n_fr_chorus.structure",
        "Body",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    fact = fields.Selection(
        [
            ("name", "Name"),
            ("is_active", "Active on Chorus Pro"),
            ("service_required", "Service code mandatory"),
            ("engagement_required", "Engagement number mandatory"),
            ("service_or_engagement_required", "Service code or engagement number"),
            ("service", "Service code offered"),
            ("service_engagement", "Engagement number mandatory for the service"),
        ],
        "What changed",
        required=True,
        readonly=True,
    )
    service_code = fields.Char(readonly=True)
    before = fields.Char("Raw value before", readonly=True)
    after = fields.Char("Raw value after", readonly=True)
    is_flag = fields.Boolean(readonly=True)
    told_before = fields.Char("Before", compute="_compute_told")
    told_after = fields.Char("After", compute="_compute_told")
    source = fields.Selection(SOURCES, required=True, readonly=True)
    changed_at = fields.Datetime(
        "Seen on", required=True, readonly=True, default=fields.Datetime.now
    )

    @api.depends("before", "after", "is_flag")
    @api.depends_context("lang")
    def _compute_told(self):
        words = {"1": self.env._("yes"), "": self.env._("no")}
        for change in self:
            before, after = change.before or "", change.after or ""
            if change.is_flag:
                before, after = words[before], words[after]
            change.told_before, change.told_after = before, after

    # ---- WHO IS CONCERNED ---------------------------------------------------------

    @api.model
    def _open_domains(self):
        """Return the domains of open orders and of unsent invoices."""
        quotation = Domain("state", "in", ("draft", "sent"))
        ordered = Domain("state", "=", "sale") & Domain(
            "invoice_status", "in", ("no", "to invoice", "upselling")
        )
        forgotten = (
            Domain("l10n_fr_chorus_submission_id", "=", False)
            & Domain("partner_id.invoice_sending_method", "=", CHORUS)
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("is_move_sent", "=", False)
        )
        on_its_way = Domain("l10n_fr_chorus_submission_id.state", "in", NOT_HANDED_OVER)
        posted = Domain("state", "=", "posted") & (forgotten | on_its_way)
        return quotation | ordered, Domain(
            "move_type", "in", ("out_invoice", "out_refund")
        ) & (Domain("state", "=", "draft") | posted)

    @api.model
    def _of_interest(self):
        """Return the SIRETs of the bodies with open orders or unsent invoices."""
        orders, moves = self._open_domains()
        partners = self.env["res.partner"].sudo()
        for model, domain, field in (
            ("sale.order", orders, "partner_invoice_id"),
            ("account.move", moves, "partner_id"),
        ):
            for (partner,) in self.env[model].sudo()._read_group(domain, [field]):
                partners |= partner
        return {siret for one in partners if (siret := one._l10n_fr_chorus_siret())}

    @api.model
    def _open_documents(self, sirets):
        """Return the open orders and the unsent invoices of some bodies."""
        whose = Domain("company_registry", "in", sirets) | Domain(
            "commercial_partner_id.company_registry", "in", sirets
        )
        found = self.env["res.partner"].sudo()._search(whose)
        orders, moves = self._open_domains()
        return (
            self.env["sale.order"]
            .sudo()
            .search(orders & Domain("partner_invoice_id", "in", found)),
            self.env["account.move"]
            .sudo()
            .search(moves & Domain("partner_id", "in", found)),
        )

    # ---- RECORD -------------------------------------------------------------------

    @contextmanager
    def _watching(self, sirets, source):
        """Record what the block changes of these bodies, and tell whom it concerns."""
        structures = self.env["l10n_fr_chorus.structure"].sudo()
        domain = [("siret", "in", list(sirets)), ("company_id", "=", False)]
        before = structures.search(domain)._facts()
        yield
        after = structures.search(domain)._facts()
        rows = {
            structure: self._differences(facts, after[structure])
            for structure, facts in before.items()
            if structure in after and facts != after[structure]
        }
        if rows:
            self.sudo()._record(rows, source)

    @api.model
    def _differences(self, before, after):
        """Return values of changes between two dicts (fact, service code) -> value."""
        return [
            {
                "fact": fact,
                "service_code": code,
                "before": _stored(before.get((fact, code), False)),
                "after": _stored(after.get((fact, code), False)),
                "is_flag": fact != "name",
            }
            for fact, code in sorted({*before, *after})
            if before.get((fact, code), False) != after.get((fact, code), False)
        ]

    @api.model
    def _record(self, rows, source):
        """Keep the changes of bodies with something open, and tell people once.

        :param rows: dict structure id -> list of values
        """
        structures = self.env["l10n_fr_chorus.structure"].browse(rows)
        documents = self._documents_by_siret(structures.mapped("siret"))
        changes = self.create(
            [
                {"structure_id": structure.id, "source": source, **values}
                for structure in structures
                if documents[structure.siret]
                for values in rows[structure.id]
            ]
        )
        for structure, found in changes.grouped("structure_id").items():
            for records in documents[structure.siret]:
                found._plan_activities(records)
        return changes

    @api.model
    def _documents_by_siret(self, sirets):
        """Return dict SIRET -> recordsets of what is open for this body."""
        documents = defaultdict(list)
        for records in self._open_documents(list(sirets)):
            partner = (
                "partner_id"
                if records._name == "account.move"
                else ("partner_invoice_id")
            )
            by_siret = records.grouped(
                lambda one, name=partner: one[name]._l10n_fr_chorus_siret()
            )
            for siret, found in by_siret.items():
                documents[siret].append(found)
        return documents

    def _plan_activities(self, documents):
        """Plan one activity on each document, for whoever is in charge of it."""
        for user, records in documents.grouped(self._in_charge).items():
            speaking = self.with_context(lang=user.lang)
            records.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=speaking.env._("The Chorus Pro directory has changed"),
                note=speaking._as_note(),
                user_id=user.id,
            )

    @api.model
    def _in_charge(self, document):
        """Return the person who will send a document, else a manager of Chorus Pro."""
        managers = self.env.ref(MANAGER).all_user_ids
        candidates = (
            document.user_id | document.create_uid | document.partner_id.user_id
        ) + managers
        company = document.company_id
        able = candidates.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return able[:1] or self.env.user

    def _as_note(self):
        """Say the changes of one body as people read them."""
        labels = dict(self._fields["fact"]._description_selection(self.env))
        lines = [
            self.env._(
                "%(what)s: %(before)s, now %(after)s.",
                what=f"{labels[change.fact]} {change.service_code or ''}".strip(),
                before=change.told_before or "-",
                after=change.told_after or "-",
            )
            for change in self
        ]
        structure = self.structure_id.display_name
        advice = self.env._("Check this document again before it is sent.")
        return Markup("<br/>").join([structure, *lines, advice])

    # ---- PUBLIC -------------------------------------------------------------------

    @api.model
    def l10n_fr_chorus_changes(self, since="", limit=200):
        """List what changed in the directory for bodies with something open (R36).

        :param since: ISO date or datetime, UTC; "" for all
        :return: list of {"id", "siret", "name", "fact", "service_code", "before",
            "after", "source", "changed_at"}, newest first; plain JSON values
        """
        moment = fields.Datetime.to_datetime(since.replace("T", " ")) if since else None
        domain = [("changed_at", ">=", moment)] if moment else []
        return [
            {
                "id": change.id,
                "siret": change.structure_id.siret,
                "name": change.structure_id.name,
                "fact": change.fact,
                "service_code": change.service_code or "",
                "before": change.told_before or "",
                "after": change.told_after or "",
                "source": change.source,
                "changed_at": change.changed_at.isoformat(),
            }
            for change in in_user_lang(self).search(domain, limit=limit)
        ]


def _stored(value):
    """A fact as text: a flag is 1 or empty."""
    return value if isinstance(value, str) else "1" if value else ""
