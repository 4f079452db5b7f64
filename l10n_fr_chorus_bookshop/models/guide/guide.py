from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...chorus.guide import COSTS, EXERCISES, STEPS, steps_of
from ..common import MANAGER, REFRESH, USER, in_user_lang, need_group
from ..invoice.account_move_unsent import obliged

# What the guide writes on the company, which a manager of ours may not write elsewhere.
SHOP = {
    *("siret", "vat", "street", "zip", "city", "gln", "training"),
    *("registration", "penalties", "recovery", "early_discount"),
}
YEAR = timedelta(days=365)


class L10nFrChorusGuide(models.Model):
    """A company's way to its first invoice, which may be left and resumed (R29).

    Core's onboarding panels know neither steps that depend on a choice, nor who ticked
    one: what is done is read here from the database each time, and only what a person
    alone knows is stored.
    """

    _name = "l10n_fr_chorus.guide"
    _description = "Chorus Pro set-up guide"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "l10n_fr_chorus.by_channel",
    ]
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        "Channel chosen",
        required=True,
    )
    all_step_ids = fields.One2many(
        "l10n_fr_chorus.guide.step", "guide_id", readonly=True
    )
    step_ids = fields.Many2many(
        "l10n_fr_chorus.guide.step", string="Steps", compute="_compute_steps"
    )
    exercise_ids = fields.Many2many(
        "l10n_fr_chorus.guide.step", string="Exercises", compute="_compute_steps"
    )
    progress = fields.Float("Percentage done", compute="_compute_progress")
    progress_told = fields.Char("Progress", compute="_compute_progress")
    contact_ids = fields.Many2many(
        "l10n_fr_chorus.contact", string="Who helps", compute="_compute_contact_ids"
    )

    siret = fields.Char(related="company_id.company_registry", readonly=False)
    vat = fields.Char(related="company_id.vat", readonly=False, string="VAT number")
    street = fields.Char(related="company_id.street", readonly=False)
    zip = fields.Char(related="company_id.zip", readonly=False)
    city = fields.Char(related="company_id.city", readonly=False)
    registration = fields.Char(
        related="company_id.l10n_fr_chorus_registration", readonly=False
    )
    penalties = fields.Char(
        related="company_id.l10n_fr_chorus_penalties", readonly=False
    )
    recovery = fields.Char(related="company_id.l10n_fr_chorus_recovery", readonly=False)
    early_discount = fields.Char(
        related="company_id.l10n_fr_chorus_early_discount", readonly=False
    )
    gln = fields.Char(related="company_id.l10n_fr_chorus_gln", readonly=False)
    environment = fields.Selection(related="company_id.l10n_fr_chorus_environment")
    training = fields.Boolean(
        related="company_id.l10n_fr_chorus_training", readonly=False
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    counted = fields.Integer("Counted over twelve months", compute="_compute_counted")
    expected = fields.Integer(
        "Your own estimate",
        help="Invoices and credit notes to public bodies in a year. 0: as counted.",
    )
    hourly = fields.Monetary(
        "An hour of work costs",
        default=20,
        help="Wages and charges of whoever does it.",
    )
    cost_ids = fields.One2many("l10n_fr_chorus.guide.cost", "guide_id", "Channels")

    _unique_company = models.UniqueIndex(
        "(company_id)", "This company already has its guide."
    )

    @api.model
    def _for_company(self, company):
        """Return the guide of a company, made the first time."""
        guide = self.sudo().search([("company_id", "=", company.id)])
        if not guide:
            guide = self.sudo().create(
                {"company_id": company.id, "channel": company.l10n_fr_chorus_channel}
            )
        guide._complete_lines()
        return guide.with_env(self.env)

    def _complete_lines(self):
        """Add the steps and channels that this version of the module knows."""
        known = set(self.all_step_ids.mapped("code"))
        priced = set(self.cost_ids.mapped("channel"))
        steps = [
            Command.create({"code": code, "sequence": rank})
            for rank, code in enumerate(STEPS)
            if code not in known
        ]
        costs = [
            Command.create(
                {
                    "channel": channel,
                    "monthly": COSTS[channel].monthly,
                    "each": COSTS[channel].each,
                    "minutes": COSTS[channel].minutes,
                }
            )
            for channel in COSTS
            if channel not in priced
        ]
        if steps or costs:
            self.write({"all_step_ids": steps, "cost_ids": costs})

    def write(self, vals):
        """A manager sets the shop up here without being Odoo's administrator.

        :raises AccessError: a guide is that of one company for good
        """
        self.check_access("write")
        if "company_id" in vals:
            raise AccessError(self.env._("A guide does not change company."))
        shop = {name: vals[name] for name in SHOP & vals.keys()}
        if shop:
            super(L10nFrChorusGuide, self.sudo()).write(shop)
        rest = {name: vals[name] for name in vals.keys() - SHOP}
        return super().write(rest) if rest else True

    # ---- WHAT IS SHOWN ------------------------------------------------------------

    @api.depends("channel", "all_step_ids")
    def _compute_steps(self):
        for guide in self:
            guide.step_ids = guide._steps(steps_of(guide.channel))
            guide.exercise_ids = guide._steps(EXERCISES)

    def _steps(self, codes):
        return self.all_step_ids.filtered(lambda one: one.code in codes)

    @api.depends("step_ids")
    @api.depends_context("lang")
    def _compute_progress(self):
        for guide in self:
            done, count = sum(guide.step_ids.mapped("is_done")), len(guide.step_ids)
            guide.progress = 100 * done / count if count else 0
            guide.progress_told = (
                self.env._("One step of %s done", count)
                if done == 1
                else self.env._(
                    "%(done)s of %(count)s steps done", done=done, count=count
                )
            )

    @api.depends("company_id")
    def _compute_contact_ids(self):
        for guide in self:
            guide.contact_ids = self.env["l10n_fr_chorus.contact"]._for_company(
                guide.company_id
            )

    @api.depends("company_id")
    def _compute_counted(self):
        """Invoices and credit notes to public bodies, whichever way they left."""
        since = fields.Date.context_today(self) - YEAR
        for guide in self:
            company = guide.company_id
            partners = self.env["res.partner"].with_company(company).sudo()
            guide.counted = (
                self.env["account.move"]
                .sudo()
                .search_count(
                    Domain("company_id", "=", company.id)
                    & Domain("move_type", "in", ("out_invoice", "out_refund"))
                    & Domain("state", "=", "posted")
                    & Domain("invoice_date", ">=", since)
                    & Domain("partner_id", "in", partners._search(obliged(partners)))
                )
            )

    def _volume(self):
        """Return how many invoices a year the comparison counts with."""
        return self.expected or self.counted

    def _connection(self):
        """Return the connection of the channel chosen, empty without any."""
        connections = self.env["l10n_fr_chorus.connection"]
        return connections._of_company(self.company_id, self.channel)

    # ---- WHAT A PERSON DOES -------------------------------------------------------

    @api.model
    def _need_manager(self):
        need_group(
            self.env,
            MANAGER,
            self.env._("The set-up guide is for Chorus Pro managers."),
        )

    @api.model
    def action_open(self):
        """Open the company's guide where it was left."""
        self._need_manager()
        return self._for_company(self.env.company)._window(self.env._("Set-up guide"))

    @api.model
    def action_open_training(self):
        """Open the exercises of the company."""
        need_group(
            self.env, USER, self.env._("Training needs the right « Chorus Pro: User ».")
        )
        view = "l10n_fr_chorus_bookshop.guide_view_form_training"
        guide = self._for_company(self.env.company)
        return guide._window(self.env._("Training"), view)

    def _window(self, title, view="l10n_fr_chorus_bookshop.guide_view_form", **values):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [[self.env.ref(view).id, "form"]],
            **values,
        }

    def _choose(self, channel):
        """Take a way out; invoices take it once its connection works (R11)."""
        self._need_manager()
        self.channel = channel
        connection = self._connection()
        if self._channel()._by_hand or connection.tested_ok:
            self.company_id.sudo().l10n_fr_chorus_channel = channel
        self._steps(["channel"])._tick()

    def _open_production(self):
        """Turn the company to production.

        :raises UserError: in training, without a test invoice taken by the platform, or
            by an EDI profile that the operator has not accepted
        """
        self._need_manager()
        self.check_access("write")
        if self.training:
            raise UserError(
                self.env._(
                    "The shop is in training: end the training first, then open "
                    "production."
                )
            )
        if why := self._channel()._production_obstacle(self._connection()):
            raise UserError(why)
        if not self._steps(["first"]).is_done:
            raise UserError(
                self.env._(
                    "No test invoice was taken by Chorus Pro yet: send one in "
                    "qualification first."
                )
            )
        self.company_id.sudo().l10n_fr_chorus_environment = "production"

    def action_open_production(self):
        """Open production, then the connection that asks for its own secrets."""
        self._open_production()
        if self._channel()._by_hand:
            return REFRESH
        return self._connection_window()

    def _connection_window(self):
        """Open the connection of the channel chosen, a new one for want of any."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Chorus Pro connection"),
            "res_model": "l10n_fr_chorus.connection",
            "res_id": self._connection().id,
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_channel": self.channel,
                "default_environment": self.environment,
            },
        }

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    @api.model
    def l10n_fr_chorus_guide(self):
        """Tell how far the user's company is, as the guide shows it.

        :return: {"company", "channel", "environment", "training": bool, "done": count,
            "steps": [step], "exercises": [step], "costs": [{"channel", "label",
            "yearly", "gives"}], "contacts": [{"name", "role", "about", "email",
            "phone", "website"}]} where a step is {"code", "title", "why", "where",
            "url", "done": bool, "by_hand": bool, "missing", "remark", "ticked_by",
            "ticked_at": ISO text}
        """
        guide = self._mine()
        return {
            "company": guide.company_id.name,
            "channel": guide.channel,
            "environment": guide.environment,
            "training": guide.training,
            "done": sum(guide.step_ids.mapped("is_done")),
            "steps": guide.step_ids._items(),
            "exercises": guide.exercise_ids._items(),
            "costs": [
                {
                    "channel": cost.channel,
                    "label": cost.display_name,
                    "yearly": cost.yearly,
                    "gives": cost.gives or "",
                }
                for cost in guide.cost_ids
            ],
            "contacts": [
                {
                    name: contact[name] or ""
                    for name in ("name", "role", "about", "email", "phone", "website")
                }
                for contact in guide.contact_ids
            ],
        }

    @api.model
    def l10n_fr_chorus_tick(self, code, done=True):
        """Say that a step, or an exercise, is done, or is not after all.

        :param code: the step's code
        :return: same as `l10n_fr_chorus_guide`
        :raises UserError: no such step, it is ticked by itself, or the database tells
            otherwise
        :raises AccessError: a step of the set-up, and the user is no manager
        """
        step = self._mine()._steps([code])
        if not step:
            raise UserError(self.env._("The guide has no step « %s ».", code))
        if done:
            step._tick()
        else:
            step._untick()
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_asked(self, code):
        """Have the user reminded of a link that comes by mail, before it is dead.

        :param code: the step's code
        :return: same as `l10n_fr_chorus_guide`
        :raises UserError: no such step, or it ends by no link
        """
        step = self._mine()._steps([code])
        if not step.has_link:
            raise UserError(self.env._("No link is awaited for « %s ».", code))
        step.action_asked()
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_choose(self, channel):
        """Choose the way invoices leave; they take it once its connection works.

        :param channel: one of the channels' codes
        :return: same as `l10n_fr_chorus_guide`
        """
        self.env["l10n_fr_chorus.channel"]._check_code(channel)
        self._mine()._choose(channel)
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_train(self, wanted=True):
        """Begin a training, or end it; never in production.

        :return: same as `l10n_fr_chorus_guide`
        """
        self._mine()._train(bool(wanted))
        return self.l10n_fr_chorus_guide()

    @api.model
    def l10n_fr_chorus_open_production(self):
        """Turn the company to production, as the guide's last step does.

        :return: same as `l10n_fr_chorus_guide`
        """
        self._mine()._open_production()
        return self.l10n_fr_chorus_guide()

    def _mine(self):
        """The company's guide, in the user's language."""
        self.check_access("read")
        return in_user_lang(self)._for_company(self.env.company)
