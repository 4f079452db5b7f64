from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...chorus import siret as siret_rules
from ...chorus.rules.recipient import is_probable
from ..common import CHORUS, USER, answer_each, need_group, notification

# Where companies are known by a SIRET: not in the Pacific, nor in Monaco.
SIRENE = ("FR", "BL", "GF", "GP", "MF", "MQ", "PM", "RE", "TF", "YT")
LETTER = "l10n_fr_chorus_bookshop.mail_template_letter"
# Context: the order or invoice for which a letter is written.
ABOUT_RECORD = "l10n_fr_chorus_waiting"


class ResPartner(models.Model):
    """Who must be served by Chorus Pro, and who is not, why (R5)."""

    _inherit = "res.partner"

    l10n_fr_chorus_exempt = fields.Boolean(
        "Outside Chorus Pro",
        compute="_compute_l10n_fr_chorus_exempt",
        store=True,
        readonly=False,
        help="A few public bodies, such as the Senate, are outside Chorus Pro.",
    )
    l10n_fr_chorus_exempt_reason = fields.Char(
        "Why it is outside Chorus Pro",
        compute="_compute_l10n_fr_chorus_exempt",
        store=True,
        readonly=False,
    )
    l10n_fr_chorus_paper_reason = fields.Char(
        "Why not through Chorus Pro",
        company_dependent=True,
        help="The law requires Chorus Pro for this body: say why its invoices leave "
        "by another way.",
    )
    l10n_fr_chorus_obliged = fields.Boolean(
        "Must receive its invoices through Chorus Pro",
        compute="_compute_l10n_fr_chorus_obliged",
    )
    l10n_fr_chorus_unserved = fields.Boolean(
        "In the directory, not set to Chorus Pro",
        compute="_compute_l10n_fr_chorus_unserved",
        search="_search_l10n_fr_chorus_unserved",
    )
    l10n_fr_chorus_road = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Chorus Pro channel",
        company_dependent=True,
        help="Invoices to this customer leave by it instead of the company's channel.",
    )
    l10n_fr_chorus_road_reason = fields.Char(
        "Why another channel", company_dependent=True
    )
    l10n_fr_chorus_looks_public = fields.Boolean(
        "Looks public",
        compute="_compute_l10n_fr_chorus_looks_public",
        store=True,
        help="By its SIREN or by its name alone, whatever a directory says.",
    )
    l10n_fr_chorus_probably_public = fields.Boolean(
        "Probably a public body",
        compute="_compute_l10n_fr_chorus_siret_said",
        search="_search_l10n_fr_chorus_probably_public",
        help="By its SIREN or by its name; no directory has said so yet.",
    )
    l10n_fr_chorus_siret_said = fields.Char(
        "On Chorus Pro", compute="_compute_l10n_fr_chorus_siret_said"
    )

    @api.depends("company_registry")
    def _compute_l10n_fr_chorus_exempt(self):
        """The list speaks of the SIRET: a new one shows no exemption of the old one."""
        found = self.env["l10n_fr_chorus.exemption"]._for_partners(self)
        for partner in self:
            listed = found[partner]
            partner.l10n_fr_chorus_exempt = bool(listed)
            partner.l10n_fr_chorus_exempt_reason = listed and self.env._(
                "%s is in the list of bodies outside Chorus Pro.", listed.name
            )

    @api.depends("l10n_fr_chorus_structure_id", "l10n_fr_chorus_exempt")
    def _compute_l10n_fr_chorus_obliged(self):
        for partner in self:
            structure = partner.l10n_fr_chorus_structure_id
            partner.l10n_fr_chorus_obliged = (
                structure.is_known
                and structure.is_active
                and structure.is_public
                and not partner.l10n_fr_chorus_exempt
            )

    @api.constrains("invoice_sending_method", "l10n_fr_chorus_paper_reason")
    def _check_l10n_fr_chorus_paper_reason(self):
        """Leaving Chorus Pro is allowed, and says why."""
        for partner in self:
            method = partner.invoice_sending_method
            left = method and method != CHORUS and partner.l10n_fr_chorus_obliged
            if left and not (partner.l10n_fr_chorus_paper_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "%s is active on Chorus Pro: the law requires that its "
                        "invoices go there. To send them by another way all the same, "
                        "say why on the customer's invoicing page.",
                        partner.display_name,
                    )
                )

    # ---- CHORUS PRO BY DEFAULT ----------------------------------------------------

    def _l10n_fr_chorus_serve_by_default(self):
        """A body active in the directory goes by Chorus Pro, unless told otherwise."""
        for partner in self:
            if (
                partner == partner.commercial_partner_id
                and not partner.invoice_sending_method
                and partner.l10n_fr_chorus_obliged
            ):
                partner.invoice_sending_method = CHORUS

    # ---- IN THE DIRECTORY, NOT SET TO CHORUS PRO (R34) ----------------------------

    @api.depends_context("company")
    @api.depends("l10n_fr_chorus_obliged", "invoice_sending_method")
    def _compute_l10n_fr_chorus_unserved(self):
        unserved = self.search(
            [("id", "in", self.ids), ("l10n_fr_chorus_unserved", "=", True)]
        )
        for partner in self:
            partner.l10n_fr_chorus_unserved = partner._origin in unserved

    def _search_l10n_fr_chorus_unserved(self, operator, value):
        """Customers of this company that the law sends to Chorus Pro, and are not."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        obliged = [
            ("is_known", "=", True),
            ("is_active", "=", True),
            ("is_public", "=", True),
        ]
        return (
            Domain("l10n_fr_chorus_structure_id", "any", obliged)
            & Domain("l10n_fr_chorus_exempt", "=", False)
            & self._l10n_fr_chorus_goes_elsewhere()
        )

    @api.model
    def _l10n_fr_chorus_goes_elsewhere(self):
        """Domain of this company's customers not set to Chorus Pro, without a word."""
        bought = Domain("customer_rank", ">", 0) | Domain(
            "sale_order_ids", "any", [("company_id", "=", self.env.company.id)]
        )
        return (
            (Domain("is_company", "=", True) | Domain("parent_id", "=", False))
            & Domain("invoice_sending_method", "!=", CHORUS)
            & Domain("l10n_fr_chorus_paper_reason", "in", [False, ""])
            & bought
        )

    @api.model
    def l10n_fr_chorus_unserved_customers(self):
        """List the customers that the law sends to Chorus Pro and are not set to it.

        :return: list of dicts, as `l10n_fr_chorus_refresh`, from what is at hand
        """
        unserved = self.search([("l10n_fr_chorus_unserved", "=", True)])
        return [partner._l10n_fr_chorus_answer() for partner in unserved]

    def l10n_fr_chorus_serve(self):
        """Set these customers to Chorus Pro; one that cannot be does not stop others.

        :return: list of {"id", "siret", "done", "message"}, one a customer
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        need_group(
            self.env,
            USER,
            self.env._(
                "Setting customers to Chorus Pro needs the right « Chorus Pro: User »."
            ),
        )

        def serve(partner):
            partner.invoice_sending_method = CHORUS

        return answer_each(self, serve, _siret)

    def action_l10n_fr_chorus_serve(self):
        """Set the selection to Chorus Pro, and tell which could not be."""
        answers = self.l10n_fr_chorus_serve()
        refused = [one["message"] for one in answers if not one["done"]]
        served = self.env._(
            "%s customers set to Chorus Pro.", len(answers) - len(refused)
        )
        kind = "warning" if refused else "success"
        return notification(self.env, [served, *refused], kind)

    # ---- BY WHICH ROAD ---------------------------------------------------------------

    @api.constrains("l10n_fr_chorus_road", "l10n_fr_chorus_road_reason")
    def _check_l10n_fr_chorus_road(self):
        for partner in self:
            said = (partner.l10n_fr_chorus_road_reason or "").strip()
            if partner.l10n_fr_chorus_road and not said:
                raise ValidationError(
                    self.env._(
                        "Say why invoices to %s leave by another channel.",
                        partner.display_name,
                    )
                )

    # ---- A LETTER TO A BODY ----------------------------------------------------------

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': the letter stands on the body, and is told where it began
        waiting = self.env.context.get(ABOUT_RECORD)
        if waiting:
            self.with_context(**{ABOUT_RECORD: False})._l10n_fr_chorus_trace(*waiting)
        return super()._message_post_after_hook(message, msg_vals)

    def _l10n_fr_chorus_trace(self, model, record_id):
        """Say on the order or invoice that waits that its body was written to.

        A context may come from outside: nothing of another customer is named.
        """
        if model not in ("account.move", "sale.order"):
            return
        document = self.env[model].browse(record_id).exists()
        if document and document._l10n_fr_chorus_invoiced() in self:
            document.check_access("read")
            document._message_log(
                body=self.env._("The body was written to: %s", self.display_name)
            )

    def _l10n_fr_chorus_compose_letter(self, about="", waiting=None):
        """Open the letter to this body, ready to be read again and sent.

        :param about: the order or invoice that waits, as the body knows it
        :param waiting: that order or invoice, where the letter is told
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter to %s", self.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(LETTER).id,
                "default_composition_mode": "comment",
                "l10n_fr_chorus_about": about,
                ABOUT_RECORD: waiting and (waiting._name, waiting.id),
            },
        }

    def action_l10n_fr_chorus_letter(self):
        """The button on the customer's form."""
        return self._l10n_fr_chorus_compose_letter()

    def l10n_fr_chorus_letter(self, about=""):
        """Send the letter to these bodies, traced on each; one failing stops no other.

        :param about: the order or invoice that waits, as the body knows it
        :return: list of {"id", "siret", "done", "message"}
        """
        self.check_access("write")
        return answer_each(
            self,
            lambda partner: partner._l10n_fr_chorus_send_letter(about),
            lambda partner: {"siret": partner._l10n_fr_chorus_siret()},
        )

    def _l10n_fr_chorus_send_letter(self, about):
        """Send the letter to one body, and trace it.

        :raises UserError: it has no e-mail address
        """
        self._l10n_fr_chorus_need_email()
        self.with_context(l10n_fr_chorus_about=about).message_post_with_source(
            self.env.ref(LETTER).sudo(),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.ids,
        )

    def _l10n_fr_chorus_need_email(self):
        """Refuse to write to whom has no address.

        :raises UserError: no e-mail address
        """
        if not self.email:
            raise UserError(self.env._("%s has no e-mail address.", self.display_name))

    # ---- WHO LOOKS PUBLIC --------------------------------------------------------

    @api.depends("company_registry", "name", "company_name", "country_id")
    def _compute_l10n_fr_chorus_looks_public(self):
        """A person of the e-shop, too, may write a body's name (R5)."""
        for partner in self:
            registry = partner.company_registry or ""
            names = (partner.name, partner.company_name)
            partner.l10n_fr_chorus_looks_public = (
                partner._l10n_fr_chorus_may_be_french()
                and any(is_probable(registry, name or "") for name in names)
            )

    @api.depends(
        *("company_registry", "commercial_partner_id.l10n_fr_chorus_looks_public"),
        *("l10n_fr_chorus_structure_id", "l10n_fr_chorus_looks_public"),
        *("l10n_fr_chorus_exempt", "commercial_partner_id.l10n_fr_chorus_exempt"),
    )
    @api.depends_context("company", "lang")
    def _compute_l10n_fr_chorus_siret_said(self):
        """What its SIRET and its name say of a customer, beside the SIRET (R1, R5)."""
        for partner in self:
            structure = partner.l10n_fr_chorus_structure_id
            whole = partner.commercial_partner_id or partner
            # A contact without a SIRET of its own is invoiced under its body's.
            invoiced = partner if partner.company_registry else whole
            probable = (
                invoiced.l10n_fr_chorus_looks_public
                and not structure.is_known
                and not (partner.l10n_fr_chorus_exempt or whole.l10n_fr_chorus_exempt)
            )
            partner.l10n_fr_chorus_probably_public = probable
            partner.l10n_fr_chorus_siret_said = partner._l10n_fr_chorus_say_siret(
                structure, probable
            )

    def _search_l10n_fr_chorus_probably_public(self, operator, value):
        """Those whose own SIRET or name says so, and whom no directory knows."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return (
            Domain("l10n_fr_chorus_looks_public", "=", True)
            & Domain("l10n_fr_chorus_exempt", "=", False)
            & Domain.custom(to_sql=self._l10n_fr_chorus_unknown_sql)
        )

    @api.model
    def _l10n_fr_chorus_unknown_sql(self, partners, alias, query):
        """SQL: no directory knows its SIRET. Each is looked up, by the index."""
        known = partners.env["l10n_fr_chorus.structure"]._search(
            [("is_known", "=", True)]
        )
        theirs = partners._field_to_sql(alias, "company_registry", query)
        known.add_where(SQL("%s = %s", SQL.identifier(known.table, "siret"), theirs))
        return SQL("NOT EXISTS (%s)", known.select(SQL("1")))

    def _l10n_fr_chorus_may_be_french(self):
        """Whether the company's number of this contact is a SIRET."""
        return self.country_code in (False, *SIRENE)

    @api.model
    def _l10n_fr_chorus_say_typed(self, siret, ask=False):
        """Return what is said beside a SIRET typed where no customer is.

        :param ask: ask the platform too when nothing is known here
        """
        typed = self.new({"company_registry": siret, "is_company": True})
        if ask:
            typed._l10n_fr_chorus_ask_typed()
        return typed.l10n_fr_chorus_siret_said or (
            siret
            and self.env._(
                "The Chorus Pro directory does not know the SIRET %(siret)s.",
                siret=siret,
            )
            or ""
        )

    def _l10n_fr_chorus_say_siret(self, structure, probable):
        """One line on a customer's SIRET, "" when there is nothing to say."""
        number = siret_rules.clean(self.company_registry or "")
        verdict = siret_rules.check(number)
        if structure.is_known:
            return " · ".join(structure._in_words())
        meant = probable or verdict == siret_rules.KEY or number.isdigit()
        wrong = (
            number
            and verdict != siret_rules.OK
            and self._l10n_fr_chorus_may_be_french()
        )
        if wrong and meant:
            return self._l10n_fr_chorus_siret_problem()
        if probable and not number:
            return self.env._("Probably a public body: ask it for its SIRET.")
        if probable:
            return self.env._(
                "Probably a public body, unknown here: verify it in the directory."
            )
        return ""


def _siret(partner):
    return {"siret": partner._l10n_fr_chorus_siret()}
