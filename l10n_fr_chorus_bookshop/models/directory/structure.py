from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...chorus import siret as siret_rules
from ...chorus.channels.answers import Structure
from ...chorus.invoice import OBLIGATIONS, Recipient
from ...chorus.invoice import Service as RecipientService

# How long the directory's word on an inactive or unknown body holds.
INACTIVE_AGE = timedelta(hours=1)
# So long, what a service was said to require is not asked again after an outage.
SERVICE_AGE = timedelta(hours=12)
# When a body was checked whose services were read in part: any may be missing.
NEVER = fields.Datetime.to_datetime("1970-01-01 00:00:00")
DETAILS = ("name", "is_active", "is_public", *OBLIGATIONS)
# Facts that decide what an invoice carries and whether it may leave.
FACTS = ("name", "is_active", *OBLIGATIONS[:3])
SOURCES = [
    ("api", "Chorus Pro, on line"),
    ("file", "Directory file"),
    ("manual", "Typed by hand"),
    ("demo", "Demonstration data"),
]
ADDRESS = ("street", "street2", "zip", "city")


class L10nFrChorusStructure(models.Model):
    """Mirror of Chorus Pro's directory: one row per SIRET, shared by all companies.

    What a person types by hand is a row of its own, for one company only; the
    directory's row wins over it as soon as there is one (R3).
    """

    _name = "l10n_fr_chorus.structure"
    _description = "Public body in the Chorus Pro directory"
    _order = "name, siret"
    _rec_names_search = ["name", "siret", "city"]

    siret = fields.Char("SIRET", required=True, size=14)
    name = fields.Char(required=True, index="trigram")
    is_known = fields.Boolean(
        "In the directory",
        default=True,
        help="Not ticked: the directory was asked for this SIRET and has not got it.",
        readonly=True,
    )
    is_active = fields.Boolean(
        "Active on Chorus Pro",
        help="An inactive body cannot receive invoices through Chorus Pro.",
    )
    is_public = fields.Boolean("Public body", default=True, readonly=True)
    service_required = fields.Boolean("Service code mandatory")
    engagement_required = fields.Boolean("Engagement number mandatory")
    service_or_engagement_required = fields.Boolean(
        "Service code or engagement number",
        help="At least one of the two must be on the invoice.",
    )
    payment_not_reported = fields.Boolean(
        "Payments not reported",
        help="This body never reports the payment order: silence is not a delay.",
    )
    works_owner_only = fields.Boolean("Works owner only", readonly=True)
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char(index="trigram")
    platform_id = fields.Char("Platform identifier", readonly=True)
    directory_lines = fields.Text(
        "Lines in the reform's directory",
        readonly=True,
        help="The electronic addresses by which an approved platform reaches it.",
    )
    source = fields.Selection(SOURCES, required=True, default="manual", readonly=True)
    checked_at = fields.Datetime(
        "Checked on", required=True, default=fields.Datetime.now, readonly=True
    )
    verified_at = fields.Datetime(
        "Confirmed on",
        compute="_compute_verified_at",
        help="A complete directory file confirms every answer older than itself.",
    )
    wrong_key = fields.Boolean(
        compute="_compute_wrong_key",
        help="The check digit of this SIRET is wrong, yet the directory has it.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Only set on what was typed by hand: it holds for that company alone.",
    )
    service_ids = fields.One2many(
        "l10n_fr_chorus.service",
        "structure_id",
        "Services",
        context={"active_test": False},
    )

    _siret_shared_unique = models.UniqueIndex(
        "(siret) WHERE company_id IS NULL",
        "This SIRET is already in the directory.",
    )
    _siret_company_unique = models.UniqueIndex(
        "(siret, company_id) WHERE company_id IS NOT NULL",
        "This SIRET was already typed by hand.",
    )

    # Serves a whole SIRET as well as its beginning, whoever the row belongs to.
    _siret_prefix = models.Index("(siret varchar_pattern_ops)")

    @api.depends("checked_at", "company_id")
    def _compute_verified_at(self):
        """An unchanged file writes no row: what it confirmed is told by its date."""
        confirmed = self.env["l10n_fr_chorus.import"]._confirmed_at()
        for structure in self:
            own = structure.checked_at
            shared = confirmed and own and not structure.company_id
            structure.verified_at = max(own, confirmed) if shared else own

    @api.depends("siret")
    def _compute_wrong_key(self):
        for structure in self:
            verdict = siret_rules.check(structure.siret or "")
            structure.wrong_key = verdict == siret_rules.KEY

    @api.model
    def _search_display_name(self, operator, value):
        """Digits are the beginning of a SIRET, words a name or a town (R34)."""
        if operator == "ilike" and isinstance(value, str) and value:
            return self._found_by(value)
        return super()._search_display_name(operator, value)

    @api.model
    def _found_by(self, text):
        """Return the domain of the bodies people mean; each part of it has an index."""
        digits = siret_rules.clean(text)
        if digits.isdecimal():
            return Domain("siret", "=like", f"{digits}%")
        return Domain("name", "ilike", text) | Domain("city", "ilike", text)

    @api.depends("name", "siret")
    def _compute_display_name(self):
        for structure in self:
            structure.display_name = f"{structure.name} ({structure.siret})"

    @api.model_create_multi
    def create(self, vals_list):
        """What a person types holds for the company at hand (R3)."""
        for vals in vals_list:
            if vals.get("source", "manual") == "manual":
                vals.setdefault("company_id", self.env.company.id)
        structures = super().create(vals_list)
        structures.company_id._l10n_fr_chorus_begin()
        return structures

    def write(self, vals):
        """A person's correction dates the answer again."""
        if not self.env.su and vals.keys() & {*DETAILS, "service_ids"}:
            vals = {**vals, "checked_at": fields.Datetime.now()}
        return super().write(vals)

    @api.model
    def _by_siret(self, sirets, company):
        """Find what is known of some bodies, the directory first (R3).

        :param sirets: 14-digit SIRETs
        :param company: company whose own typed answers count too
        :return: dict siret -> structure, unknown ones left out
        """
        found = self.sudo().search(
            [
                ("siret", "in", list(sirets)),
                ("company_id", "in", [False, company.id]),
            ],
            order="company_id DESC",
        )
        answers = {}
        for structure in found:
            if structure.siret not in answers or not structure.company_id:
                answers[structure.siret] = structure
        return answers

    @api.model
    def _stale_sirets(self, sirets, company):
        """Return those of `sirets` whose answer is too old to send on (R4).

        An invoice waits for an inactive body: its answer is asked for again sooner.
        """
        now = fields.Datetime.now()
        age = timedelta(hours=company.l10n_fr_chorus_directory_age)
        answers = self._by_siret(sirets, company)

        def stale(siret):
            answer = answers.get(siret)
            if answer is None or answer.source == "demo":
                return True
            holds = age if answer.is_active else min(age, INACTIVE_AGE)
            return answer.verified_at < now - holds

        return [siret for siret in sirets if stale(siret)]

    @api.model
    def _store_answer(self, siret: str, answer: Structure | None, source: str):
        """Write what the directory answered for a SIRET into the shared mirror.

        Nothing is kept of an earlier answer: flags that went False go False, services
        that vanished are archived. A SIRET that the directory does not know is kept as
        unknown, so that people see it was asked.

        :param answer: the directory's answer, None when it does not know the SIRET
        :return: the structure
        """
        with self.env["l10n_fr_chorus.change"]._watching([siret], source):
            return self._write_answer(siret, answer, source)

    def _write_answer(self, siret, answer, source):
        values = {
            "is_known": answer is not None,
            "is_active": False,
            "source": source,
        }
        whole = answer is None or answer.complete
        values["checked_at"] = fields.Datetime.now() if whole else NEVER
        if answer:
            values |= {
                "name": answer.name or siret,
                "is_active": answer.active,
                "is_public": answer.public,
                "platform_id": answer.platform_id,
                **{flag: getattr(answer, flag) for flag in OBLIGATIONS},
                **{part: getattr(answer, part) for part in ADDRESS},
            }
            if answer.addresses is not None:
                # A line of nothing says that it has none, which is not "unknown".
                values["directory_lines"] = "\n".join(answer.addresses) or "-"
        shared = self._shared_row(siret, source)
        shared.write(values)
        # Another worker that has just written the same answer is met here, on the row
        # of the body: PostgreSQL asks to begin again, rather than refuse a service.
        shared.flush_recordset()
        if answer:
            whole = answer.complete and not answer.unread
            shared._store_services(answer.services, whole)
        return shared

    def _shared_row(self, siret, source):
        """Find or make the directory's row of a SIRET.

        Should another transaction have made it meanwhile, PostgreSQL asks to begin
        again, which Odoo does by itself; after `create`, it would show an error.
        """
        directory = self.sudo()
        shared = directory.search(
            [("siret", "=", siret), ("company_id", "=", False)], limit=1
        )
        if shared:
            return shared
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO l10n_fr_chorus_structure
                            (siret, name, source, checked_at, is_public,
                             create_uid, create_date)
                     VALUES (%(siret)s, %(siret)s, %(source)s, %(now)s, true,
                             %(user)s, %(now)s)
                ON CONFLICT (siret) WHERE company_id IS NULL DO NOTHING
                  RETURNING id
                """,
                siret=siret,
                source=source,
                now=fields.Datetime.now(),
                user=self.env.uid,
            )
        )
        return directory.browse(self.env.cr.fetchone()[0])

    @api.model
    def _codes_to_ask(self, siret, codes):
        """Return those of some service codes whose obligation is not known lately."""
        services = self._shared_services(siret, codes)
        recent = fields.Datetime.now() - SERVICE_AGE
        asked = services.filtered(lambda one: one.asked_at and one.asked_at > recent)
        return sorted(set(codes) - set(asked.mapped("code")))

    @api.model
    def _shared_services(self, siret, codes):
        return (
            self.env["l10n_fr_chorus.service"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("structure_id.siret", "=", siret),
                    ("structure_id.company_id", "=", False),
                    ("code", "in", list(codes)),
                ]
            )
        )

    @api.model
    def _unasked_sirets(self, codes):
        """Return the SIRETs of which a service at hand was listed and never asked.

        :param codes: dict SIRET -> the service codes at hand
        """
        return [
            siret
            for siret, wanted in codes.items()
            if self._shared_services(siret, wanted).filtered(
                lambda one: one.active and one.is_unasked
            )
        ]

    def _store_services(self, services, complete=True):
        """Bring the services of a body to what the directory lists, no more.

        :param complete: whether these are all: those missing have then vanished
        """
        self.ensure_one()
        now = fields.Datetime.now()
        known = {service.code: service for service in self.service_ids}
        for service in services:
            values = {
                "name": service.name or service.code,
                "active": service.active,
            }
            if service.engagement_required is not None:
                values["engagement_required"] = service.engagement_required
                values |= {"asked_at": now, "is_unasked": False}
            if service.code in known:
                known.pop(service.code).write(values)
            else:
                unasked = service.engagement_required is None
                self.env["l10n_fr_chorus.service"].sudo().create(
                    {
                        "structure_id": self.id,
                        "code": service.code,
                        "is_unasked": unasked,
                        **values,
                    }
                )
        for vanished in known.values() if complete else ():
            vanished.active = False

    def _addresses(self):
        """Return the open lines of this body, None when nobody has told."""
        if not self.directory_lines:
            return None
        return tuple(one for one in self.directory_lines.splitlines() if one != "-")

    def _service(self, code):
        """Return the service of this body with exactly this code, archived ones too."""
        return self.service_ids.filtered(lambda service: service.code == code)[:1]

    def _facts(self):
        """Return dict structure id -> dict (fact, service code) -> value, to compare.

        A service requires the engagement also when its body does.
        """
        found = {}
        for structure in self:
            facts = {(name, ""): structure[name] for name in FACTS}
            always = structure.engagement_required
            for service in structure.service_ids.filtered("active"):
                facts["service", service.code] = True
                required = service.engagement_required and not always
                facts["service_engagement", service.code] = required
            found[structure.id] = facts
        return found

    def _in_words(self):
        """Return what the directory says of one body, a few words each."""
        self.ensure_one()
        told = [
            self.env._("active on Chorus Pro")
            if self.is_active
            else self.env._("not active on Chorus Pro")
        ]
        if self.service_or_engagement_required:
            told.append(self.env._("service code or engagement number mandatory"))
        if self.service_required:
            told.append(self.env._("service code mandatory"))
        if self.engagement_required:
            told.append(self.env._("engagement number mandatory"))
        return told

    def _recipients(self):
        """Return dict structure id -> `Recipient`, the rules' view of these bodies."""
        services = defaultdict(list)
        for service in self.with_context(active_test=False).service_ids:
            services[service.structure_id.id].append(
                RecipientService(
                    code=service.code,
                    name=service.name or "",
                    active=service.active,
                    engagement_required=service.engagement_required,
                )
            )
        return {
            structure.id: Recipient(
                siret=structure.siret,
                name=structure.name,
                known=structure.is_known,
                active=structure.is_active,
                services=tuple(services[structure.id]),
                services_known=structure.is_known and structure.checked_at > NEVER,
                addresses=structure._addresses(),
                **{flag: structure[flag] for flag in OBLIGATIONS},
            )
            for structure in self
        }
