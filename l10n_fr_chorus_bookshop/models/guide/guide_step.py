from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.channels.portal.export import ADDRESSES
from ...chorus.guide import COSTS, EXERCISES, LINK_DAYS, PORTAL_SITE, STEPS, yearly
from ..common import REFRESH, iso

LINK = "l10n_fr_chorus_bookshop.mail_activity_type_link"
SHOP_VIEW = "l10n_fr_chorus_bookshop.guide_view_form_shop"
COST_VIEW = "l10n_fr_chorus_bookshop.guide_view_form_costs"


class L10nFrChorusGuideStep(models.Model):
    """One step of a company's guide; only what a person alone knows is stored."""

    _name = "l10n_fr_chorus.guide.step"
    _description = "Step of the Chorus Pro guide"
    _order = "sequence, id"
    _rec_name = "code"

    guide_id = fields.Many2one(
        "l10n_fr_chorus.guide", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="guide_id.company_id")
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    ticked_at = fields.Datetime("Ticked on", readonly=True)
    ticked_by = fields.Char("Ticked by", readonly=True)
    asked_on = fields.Date("Mail asked for on", readonly=True)
    reminder_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    title = fields.Char(compute="_compute_words")
    why = fields.Char(compute="_compute_words")
    where = fields.Char("Where to find it", compute="_compute_words")
    button = fields.Char(compute="_compute_words")
    url = fields.Char(compute="_compute_words")
    by_hand = fields.Boolean(compute="_compute_words")
    has_link = fields.Boolean(compute="_compute_words")
    is_exercise = fields.Boolean(compute="_compute_words")
    missing = fields.Text(
        "What is missing", compute="_compute_is_done", compute_sudo=True
    )
    remark = fields.Text(compute="_compute_is_done", compute_sudo=True)
    is_done = fields.Boolean("Done", compute="_compute_is_done", compute_sudo=True)

    _unique_code = models.UniqueIndex(
        "(guide_id, code)", "The guide has this step already."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_words(self):
        for one in self:
            step = STEPS[one.code]
            one.title = self.env._(step.title)
            one.why = self.env._(step.why)
            one.where = self.env._(step.where)
            one.button = step.button and self.env._(step.button)
            one.url = one._address(step.url)
            one.by_hand = step.by_hand
            one.has_link = step.link
            one.is_exercise = step.code in EXERCISES

    def _address(self, url):
        """The site of a step; each environment of Chorus Pro has its own portal."""
        return ADDRESSES[self.guide_id.environment] if url == PORTAL_SITE else url

    @api.depends("code", "ticked_at", "guide_id.channel")
    @api.depends_context("lang")
    def _compute_is_done(self):
        """Read from the database itself; what a person ticked comes on top."""
        for one in self:
            missing = one._sentences("missing")
            one.missing = "\n".join(missing)
            one.remark = "\n".join(one._sentences("remark"))
            one.is_done = not missing and (bool(one.ticked_at) or not one.by_hand)

    def _sentences(self, what):
        """Return what the database says of this step, one sentence each.

        :param what: `missing`, which keeps it from being done, or `remark`
        """
        look = getattr(self, f"_{what}_{self.code}", None)
        return look() if look else []

    def _items(self):
        """Steps in plain JSON values."""
        return [
            {
                **{
                    name: step[name] or ""
                    for name in ("code", "title", "why", "where", "url")
                },
                "done": step.is_done,
                "by_hand": step.by_hand,
                "missing": step.missing or "",
                "remark": step.remark or "",
                "ticked_by": step.ticked_by or "",
                "ticked_at": iso(step.ticked_at),
            }
            for step in self
        ]

    # ---- WHAT A PERSON DOES -------------------------------------------------------

    def action_tick(self):
        """Say that it is done."""
        self._tick()
        return REFRESH

    def _tick(self):
        """Note who says that these are done, and when.

        :raises UserError: the database itself tells otherwise
        """
        if self.filtered("is_exercise") and not self.guide_id.training:
            raise UserError(self.env._("No training is under way."))
        for one in self:
            one._need_right()
            if not one.by_hand:
                raise UserError(
                    self.env._(
                        "« %(step)s » is ticked by itself once it is done.",
                        step=one.title,
                    )
                )
            if one.missing:
                raise UserError(one.missing)
            one.sudo().write(
                {
                    "ticked_at": fields.Datetime.now(),
                    "ticked_by": self.env.user.name,
                }
            )
            one._end_reminder()

    def action_untick(self):
        """Say that it is not done after all."""
        self._untick()
        return REFRESH

    def _untick(self):
        for one in self:
            one._need_right()
        self.sudo().write({"ticked_at": False, "ticked_by": False, "asked_on": False})

    def _need_right(self):
        """Exercises are everybody's; the rest is the managers'."""
        self.ensure_one()
        self.check_access("read")
        if not self.is_exercise:
            self.guide_id._need_manager()

    def action_asked(self):
        """The mail is on its way: be reminded before its link is dead."""
        self.ensure_one()
        self.guide_id._need_manager()
        today = fields.Date.context_today(self)
        self._end_reminder()
        reminder = self.guide_id.activity_schedule(
            LINK,
            date_deadline=today + timedelta(days=LINK_DAYS),
            summary=self.env._("Follow the link received by mail: %s", self.title),
            note=self.where,
            user_id=self.env.uid,
        )
        self.sudo().write({"asked_on": today, "reminder_id": reminder.id})
        return REFRESH

    def _end_reminder(self):
        if self.reminder_id:
            self.sudo().reminder_id.action_feedback()

    def action_test(self):
        """Try the connection; what is wrong is said exactly."""
        self.ensure_one()
        guide = self.guide_id
        guide._need_manager()
        connection = guide._connection()
        if not connection:
            raise UserError(self.env._("Type the keys and passwords first."))
        answer = connection.with_env(self.env).action_test()
        if answer["params"]["type"] == "success":
            guide._choose(guide.channel)
        return answer

    def action_production(self):
        """Open production."""
        return self.guide_id.action_open_production()

    def action_open(self):
        """Open what this step is about."""
        self.ensure_one()
        self._need_right()
        if self.is_exercise and not self.guide_id.training:
            # What is made outside a training is no exercise, and may really leave.
            raise UserError(
                self.env._(
                    "No training is under way: a Chorus Pro manager begins one first, "
                    "in Help, Training."
                )
            )
        opener = getattr(self, f"_open_{self.code}", None)
        if not opener:
            raise UserError(
                self.env._(
                    "« %s » is not done on a screen of Odoo: its text says where.",
                    self.title,
                )
            )
        return opener()

    # ---- WHERE EACH IS DONE -------------------------------------------------------

    def _open_shop(self):
        return self.guide_id._window(self.title, SHOP_VIEW, target="new")

    def _open_bank(self):
        return self.company_id.setting_init_bank_account_action()

    def _open_channel(self):
        wide = {"dialog_size": "extra-large"}
        return self.guide_id._window(self.title, COST_VIEW, target="new", context=wide)

    def _open_application(self):
        return self.guide_id._connection_window()

    def _open_numbers(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_journal_form"
        )
        return {
            **action,
            "domain": [("type", "=", "sale"), ("company_id", "=", self.company_id.id)],
            "context": {"default_type": "sale"},
        }

    def _open_first(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice"),
            "res_model": "account.move",
            "view_mode": "form",
            "views": [[False, "form"]],
            "context": {"default_move_type": "out_invoice"},
        }

    def _open_train_read(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_chorus_bookshop.account_move_action_followed"
        )

    _open_gln = _open_shop
    _open_technical = _open_mailbox = _open_platform = _open_application
    _open_train_send = _open_train_inactive = _open_first
    _open_train_refused = _open_train_read


class L10nFrChorusGuideCost(models.Model):
    """What a channel costs this shop, at prices the shop corrects (R29)."""

    _name = "l10n_fr_chorus.guide.cost"
    _description = "Yearly cost of a channel"
    _order = "id"
    _rec_name = "channel"

    guide_id = fields.Many2one(
        "l10n_fr_chorus.guide",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(),
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="guide_id.currency_id")
    monthly = fields.Monetary("Each month")
    each = fields.Monetary("Each invoice")
    minutes = fields.Float(digits=(6, 1))
    yearly = fields.Monetary("A year", compute="_compute_yearly")
    gives = fields.Text("What it gives, what it asks for", compute="_compute_gives")
    is_chosen = fields.Boolean("Chosen", compute="_compute_is_chosen")

    @api.depends(
        *("monthly", "each", "minutes"),
        *("guide_id.hourly", "guide_id.expected", "guide_id.counted"),
    )
    def _compute_yearly(self):
        for cost in self:
            guide = cost.guide_id
            cost.yearly = yearly(
                guide._volume(), cost.monthly, cost.each, cost.minutes, guide.hourly
            )

    @api.depends("channel")
    @api.depends_context("lang")
    def _compute_gives(self):
        for cost in self:
            known = COSTS.get(cost.channel)
            cost.gives = known and self.env._(known.gives)

    @api.depends("channel", "guide_id.channel")
    def _compute_is_chosen(self):
        for cost in self:
            cost.is_chosen = cost.channel == cost.guide_id.channel

    def action_choose(self):
        """Take this way out."""
        self.guide_id._choose(self.channel)
        return REFRESH
