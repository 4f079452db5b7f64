from dataclasses import dataclass, field

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

from ...chorus import siret as siret_rules
from ...chorus import takeover
from ...chorus.channels import PISTE
from ...chorus.lifecycle.states import STATES, state_of
from ..common import CHORUS, MANAGER, in_user_lang, need_group

SOURCE = "takeover"


@dataclass
class Taken:
    """What one kind of thing came to.

    :ivar found: how many there are to take
    :ivar left: (what, why) of those that could not be
    """

    found: int = 0
    left: list = field(default_factory=list)


class L10nFrChorusTakeover(models.AbstractModel):
    """What a shop kept in the OCA's Chorus modules, found by their own columns (R40).

    Every step looks for what is not ours yet: run again, it finds only what is new.
    What was sent by another software is followed, and never shown as our original.
    """

    _name = "l10n_fr_chorus.takeover"
    _description = "Take over from the former Chorus modules"

    @api.model
    def l10n_fr_chorus_take_over(self, really=False):
        """Find, and take if told so, what the former modules know of this company.

        :param really: False only counts
        :return: list of {"code", "label", "found", "taken", "left": [{"name", "why"}]}
        :raises AccessError: the user is not a Chorus Pro manager
        """
        need_group(
            self.env,
            MANAGER,
            self.env._("Taking over needs the right « Chorus Pro: Manager »."),
        )
        answers = []
        for code, (label, step) in in_user_lang(self)._steps().items():
            taken = step(really)
            answers.append(
                {
                    "code": code,
                    "label": label,
                    "found": taken.found,
                    "taken": taken.found - len(taken.left) if really else 0,
                    "left": [{"name": name, "why": why} for name, why in taken.left],
                }
            )
        return answers

    def _steps(self):
        """Label and method of each step; customers need the bodies' rules first."""
        return {
            "structures": (self.env._("Rules of public bodies"), self._take_structures),
            "customers": (self.env._("Customers by Chorus Pro"), self._take_customers),
            "services": (self.env._("Usual services"), self._take_services),
            "settings": (
                self.env._("Connection, without its secrets"),
                self._take_settings,
            ),
            "references": (
                self.env._("References not sent yet"),
                self._take_references,
            ),
            "sent": (
                self.env._("Invoices already sent, to be followed"),
                self._take_sent,
            ),
        }

    # ---- STEPS --------------------------------------------------------------------

    def _take_structures(self, really):
        taken = Taken()
        if not self._has("res_partner", "fr_chorus_required"):
            return taken
        structures = self.env["l10n_fr_chorus.structure"].sudo()
        mine = [("company_id", "in", (False, self.env.company.id))]
        known = set(structures.search(mine).mapped("siret"))
        for row in self._rows(
            SQL(
                "SELECT id, name, fr_chorus_required AS required, %s FROM res_partner p"
                " WHERE fr_chorus_required IS NOT NULL AND parent_id IS NULL AND %s",
                self._siret_columns(),
                self._mine(),
            )
        ):
            siret = takeover.siret(row["registry"], row["siren"], row["nic"])
            if siret in known:
                continue
            taken.found += 1
            flags = takeover.REQUIRED.get(row["required"])
            if not siret_rules.is_valid(siret) or flags is None:
                taken.left.append((row["name"], self.env._("It has no right SIRET.")))
            elif really:
                known.add(siret)
                structures.create(
                    {
                        "siret": siret,
                        "name": row["name"],
                        "is_active": True,
                        "company_id": self.env.company.id,
                        **dict.fromkeys(flags, True),
                        "service_ids": self._services_of(row["id"]),
                    }
                )
        return taken

    def _services_of(self, partner_id):
        return [
            (0, 0, row)
            for row in self._rows(
                SQL(
                    "SELECT code, name, active, "
                    "coalesce(engagement_required, false) AS engagement_required "
                    "FROM chorus_partner_service WHERE partner_id = %s",
                    partner_id,
                )
            )
        ]

    def _take_customers(self, really):
        taken = Taken()
        company = self.env.company
        rows = self._rows(
            SQL(
                "SELECT id, name, %s FROM res_partner p "
                "WHERE invoice_sending_method ->> %s = %s AND %s",
                self._siret_columns(),
                str(company.id),
                takeover.SENDING_METHOD,
                self._mine(),
            )
        )
        for row in rows:
            taken.found += 1
            if not really:
                continue
            siret = takeover.siret(row["registry"], row["siren"], row["nic"])
            values = {"invoice_sending_method": CHORUS}
            if siret and not row["registry"]:
                values["company_registry"] = siret
            partner = self.env["res.partner"].browse(row["id"]).with_company(company)
            self._try(taken, row["name"], partner.write, values)
        return taken

    def _take_services(self, really):
        taken = Taken()
        if not self._has("res_partner", "fr_chorus_service_id"):
            return taken
        for row in self._rows(
            SQL(
                "SELECT p.id, p.name, s.code FROM res_partner p "
                "JOIN chorus_partner_service s ON s.id = p.fr_chorus_service_id "
                "WHERE p.l10n_fr_chorus_service_code IS NULL AND %s",
                self._mine(),
            )
        ):
            taken.found += 1
            partner = self.env["res.partner"].browse(row["id"])
            if really:
                values = {"l10n_fr_chorus_service_code": row["code"]}
                self._try(taken, row["name"], partner.write, values)
        return taken

    def _take_settings(self, really):
        taken = Taken()
        company = self.env.company
        if not self._has("res_company", "fr_chorus_api_login"):
            return taken
        [row] = self._rows(
            SQL(
                "SELECT fr_chorus_api_login AS login, fr_chorus_invoice_format AS form,"
                " fr_chorus_pwd_expiry_date AS ends FROM res_company WHERE id = %s",
                company.id,
            )
        )
        if not row["login"] or self._connection():
            return taken
        taken.found = 1
        if really:
            self.env["l10n_fr_chorus.connection"].create(
                {
                    "company_id": company.id,
                    "channel": PISTE,
                    "environment": "production",
                    "login": row["login"],
                    "password_expires_on": row["ends"],
                }
            )
            if row["form"] in takeover.SYNTAX:
                company.l10n_fr_chorus_syntax = takeover.SYNTAX[row["form"]]
        return taken

    def _take_references(self, really):
        """The OCA keeps the engagement in the customer's reference."""
        taken = Taken()
        company_id = self.env.company.id
        if self._has("account_move", "chorus_service_code"):
            rows = self._rows(
                SQL(
                    "SELECT id, name, chorus_service_code AS service, ref AS engagement"
                    " FROM account_move WHERE company_id = %s AND state != 'cancel'"
                    " AND invoice_sending_method = %s AND chorus_flow_id IS NULL"
                    " AND coalesce(chorus_identifier, 0) = 0"
                    " AND buyer_reference IS NULL AND purchase_order_reference IS NULL"
                    " AND coalesce(chorus_service_code, ref, '') != ''"
                    " AND l10n_fr_chorus_submission_id IS NULL",
                    company_id,
                    takeover.SENDING_METHOD,
                )
            )
            names = ("buyer_reference", "purchase_order_reference")
            self._take_both(taken, really, "account.move", rows, names)
        if self._has("sale_order", "chorus_service_code"):
            rows = self._rows(
                SQL(
                    "SELECT id, name, chorus_service_code AS service,"
                    " client_order_ref AS engagement FROM sale_order"
                    " WHERE company_id = %s AND state IN ('draft', 'sent', 'sale')"
                    " AND invoice_status != 'invoiced' AND invoice_sending_method = %s"
                    " AND l10n_fr_chorus_service_code IS NULL"
                    " AND l10n_fr_chorus_engagement IS NULL"
                    " AND coalesce(chorus_service_code, client_order_ref, '') != ''",
                    company_id,
                    takeover.SENDING_METHOD,
                )
            )
            names = ("l10n_fr_chorus_service_code", "l10n_fr_chorus_engagement")
            self._take_both(taken, really, "sale.order", rows, names)
        return taken

    def _take_both(self, taken, really, model, rows, names):
        for row in rows:
            taken.found += 1
            values = dict(zip(names, (row["service"], row["engagement"]), strict=True))
            kept = {name: value for name, value in values.items() if value}
            record = self.env[model].browse(row["id"])
            if really:
                self._try(taken, row["name"] or "?", record.write, kept)

    def _take_sent(self, really):
        taken = Taken()
        if not self._has("account_move", "chorus_identifier"):
            return taken
        rows = self._rows(
            SQL(
                "SELECT m.id, m.name, m.chorus_identifier AS platform_id,"
                " m.chorus_status AS status, m.chorus_status_date AS status_date,"
                " f.name AS flux, f.date AS sent, f.status AS flux_state"
                " FROM account_move m"
                " LEFT JOIN chorus_flow f ON f.id = m.chorus_flow_id"
                " WHERE m.company_id = %s AND m.state = 'posted'"
                " AND m.l10n_fr_chorus_submission_id IS NULL"
                " AND (m.chorus_flow_id IS NOT NULL OR m.chorus_identifier > 0)",
                self.env.company.id,
            )
        )
        for row in rows:
            taken.found += 1
            if really:
                self._try(taken, row["name"], self._follow, row)
        return taken

    def _follow(self, row):
        """Follow what another software sent, from where it had been read."""
        move = self.env["account.move"].browse(row["id"])
        word = takeover.state(row["status"] or "", row["flux_state"] or "")
        since = row["status_date"] or row["sent"] or move.invoice_date
        spoken = word not in ("deposited", "not_integrated")
        submission = (
            self.env["l10n_fr_chorus.submission"]
            .sudo()
            .create(
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "connection_id": self._connection().id,
                    "channel": PISTE,
                    "channel_reason": self.env._("Sent by the former Chorus module."),
                    "number": move.name,
                    "kind": move.move_type,
                    "seller_siret": move.company_id.company_registry,
                    "buyer_siret": move._l10n_fr_chorus_siret(),
                    "platform_id": str(row["platform_id"] or "") or False,
                    "deposit_number": row["flux"],
                    "sent_at": row["sent"],
                    "state": state_of(word).code if spoken else word,
                    "state_code": word if spoken else False,
                    "state_date": since,
                    "next_try": False,
                }
            )
        )
        if spoken:
            self.env["l10n_fr_chorus.event"].sudo()._record(
                [
                    {
                        "submission_id": submission.id,
                        "code": word,
                        "state": STATES[submission.state].code,
                        "occurred_at": since,
                        "precision": "minute",
                        "source": SOURCE,
                        "reference": row["flux"],
                    }
                ]
            )
        move.sudo().with_context(
            skip_invoice_sync=True, skip_is_manually_modified=True
        ).l10n_fr_chorus_submission_id = submission

    # ---- HOW IT IS FOUND ----------------------------------------------------------

    def _connection(self):
        """The connection by which what was sent before us is followed."""
        return self.env["l10n_fr_chorus.connection"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("channel", "=", PISTE),
                ("environment", "=", "production"),
            ],
            limit=1,
        )

    def _try(self, taken, name, method, *values):
        """Take one thing; what refuses it is told, and the others go on."""
        try:
            with self.env.cr.savepoint():
                method(*values)
        except (UserError, ValidationError) as error:
            taken.left.append((name, str(error)))

    def _mine(self):
        """Condition of the partners `p` that belong to this company or to nobody."""
        return SQL(
            "(p.company_id IS NULL OR p.company_id = %s)", self.env.company.root_id.id
        )

    def _has(self, table, column):
        """Tell whether the former modules' column is there."""
        cr = self.env.cr
        return table_exists(cr, table) and column_exists(cr, table, column)

    def _siret_columns(self):
        """Odoo's own field, and the OCA's two halves where they are."""
        halves = self._has("res_partner", "siren") and self._has("res_partner", "nic")
        return SQL(
            "coalesce(company_registry, '') AS registry, %s",
            SQL("coalesce(siren, '') AS siren, coalesce(nic, '') AS nic")
            if halves
            else SQL("'' AS siren, '' AS nic"),
        )

    def _rows(self, query):
        """The rows of a query, as dicts, of what this company may see."""
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()
