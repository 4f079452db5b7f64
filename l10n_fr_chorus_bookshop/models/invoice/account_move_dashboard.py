from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...chorus.lifecycle import actions
from ...chorus.lifecycle.states import READY, STATES
from ..common import in_user_lang, need_staff
from .account_move_front_page import BY_HAND, CUSTOMER, TO_SORT, count_each

# Months are those of the user, in the words of Odoo's domains.
THIS_MONTH = "=1d"
THIS_YEAR = "=1d -11m"
# The lists: what was answered, or until when the money is due.
OF_STATES = "l10n_fr_chorus_bookshop.account_move_view_list_followed"
CARDS = "l10n_fr_chorus_bookshop.account_move_view_kanban_plain"
OF_MONEY = "l10n_fr_chorus_bookshop.account_move_view_list_late"
TO_SORT_ACTION = "l10n_fr_chorus_bookshop.to_sort_action"
# Ages of expected money, in days since the invoice was made available.
AGES = ((0, 30), (30, 60), (60, 90), (90, None))


class AccountMove(models.Model):
    """One glance for the day: what needs a person, and the money to come (R32).

    A card counts what its list shows: both have the same domain, in terms that a
    browser may send back.
    """

    _inherit = "account.move"

    # ---- CARDS --------------------------------------------------------------------

    @api.model
    def _l10n_fr_chorus_cards(self):
        """Return the cards in reading order: code -> (label, explanation, domain)."""
        return {
            "to_send": (
                self.env._("To send"),
                self.env._("Confirmed, and waiting for you."),
                Domain("l10n_fr_chorus_todo", "=", "to_send"),
            ),
            "leaving": (
                self.env._("Leaving"),
                self.env._(
                    "Ready: %(ready)s; still to be prepared: %(remaining)s.",
                    **self._l10n_fr_chorus_progress(),
                ),
                Domain("l10n_fr_chorus_state", "in", ["requested", *READY]),
            ),
            "waiting": (
                self.env._("Waiting"),
                self.env._("They leave by themselves once their reason is settled."),
                Domain("l10n_fr_chorus_state", "in", ["waiting", "doubtful"]),
            ),
            "to_correct": (
                self.env._("To correct"),
                self.env._("Stopped, suspended or refused: someone must answer."),
                Domain("l10n_fr_chorus_todo", "=", "to_correct"),
            ),
            "forgotten": (
                self.env._("Forgotten"),
                self.env._("Confirmed for a public body days ago, and never sent."),
                Domain("l10n_fr_chorus_todo", "=", "forgotten"),
            ),
            "late": (
                self.env._("Late"),
                self.env._("The shop, Chorus Pro or a payment is overdue."),
                Domain("l10n_fr_chorus_late", "!=", False),
            ),
            "ordered": (
                self.env._("Payments ordered this month"),
                self.env._("Told by Chorus Pro; in the bank some days later."),
                Domain("l10n_fr_chorus_state", "=", "MISE_EN_PAIEMENT")
                & Domain("l10n_fr_chorus_state_date", ">=", THIS_MONTH),
            ),
        }

    @api.model
    def _l10n_fr_chorus_to_sort_card(self, to_do):
        """One card of what came from outside and found no place: worth no money."""
        waiting = [group for group in to_do if group["code"] in ("confirm", "sort")]
        return {
            "code": "to_sort",
            "label": self.env._("To be sorted out"),
            "help": self.env._("News, answers, e-mails and rows that found no place."),
            "count": sum(group["count"] for group in waiting),
            "amount": 0.0,
            "amount_text": "",
        }

    @api.model
    def _l10n_fr_chorus_progress(self):
        """Tell how many are prepared, and how many remain."""
        states = dict(
            self.env["l10n_fr_chorus.submission"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", self.env.companies.ids),
                    ("state", "in", ["requested", *READY]),
                ],
                ["state"],
                ["__count"],
            )
        )
        remaining = states.pop("requested", 0)
        return {"ready": sum(states.values()), "remaining": remaining}

    @api.model
    def _l10n_fr_chorus_ages(self):
        """Return the expected money by age: code -> (label, explanation, domain)."""
        expected = Domain(
            "l10n_fr_chorus_payment", "in", ["awaited", "untold", "ordered"]
        )
        available = "l10n_fr_chorus_available_at"
        cards = {}
        for youngest, oldest in AGES:
            domain = expected & Domain(available, "<", f"now -{youngest}d")
            if oldest:
                domain &= Domain(available, ">=", f"now -{oldest}d")
            label = (
                self.env._("%(start)s to %(end)s days", start=youngest, end=oldest)
                if oldest
                else self.env._("More than %s days", youngest)
            )
            code = f"expected_{oldest or 'more'}"
            cards[code] = (label, self.env._("Since it was made available."), domain)
        return cards

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    @api.model
    def l10n_fr_chorus_dashboard(self):
        """Tell what is to do and the figures, for the user's current companies.

        :return: {"currency": code, "to_do": [{"code", "label", "help", "count",
            "amount", "amount_text", "rows": [{"model", "id", "name", "customer",
            "amount_text", "why", "since": ISO text, "age", "button", "method"}]}], of
            what counts something, "cards": [{"code", "label", "help", "count",
            "amount", "amount_text"}], "expected": the same by age of the money,
            "to_sort": one card, of what found no place, "states": [{"code", "label",
            "tone", "count"}], "volume": [{"month": "2026-11", "shown_month",
            "channel", "label", "count"}], "refusals": [{"code", "label", "count"}]}
        """
        need_staff(self)
        speaking = in_user_lang(self)
        to_do = speaking._l10n_fr_chorus_to_do()
        cards, expected = speaking._l10n_fr_chorus_count()
        return {
            "currency": self.env.company.currency_id.name,
            "to_do": to_do,
            "to_sort": [speaking._l10n_fr_chorus_to_sort_card(to_do)],
            "cards": cards,
            "expected": expected,
            "states": speaking._l10n_fr_chorus_count_states(),
            "volume": speaking._l10n_fr_chorus_count_volume(),
            "refusals": speaking._l10n_fr_chorus_count_refusals(),
        }

    @api.model
    def _l10n_fr_chorus_count(self):
        """Count cards and ages and add their money up, in one statement.

        :return: the cards, and the expected money by age
        """
        parts = (
            (self._l10n_fr_chorus_cards(), "amount_total_signed"),
            (self._l10n_fr_chorus_ages(), "amount_residual_signed"),
        )
        found = count_each(
            self,
            {
                code: (self._l10n_fr_chorus_mine() & domain, measure)
                for cards, measure in parts
                for code, (_label, _explanation, domain) in cards.items()
            },
        )
        return [
            [
                {
                    "code": code,
                    "label": label,
                    "help": explanation,
                    "count": found[code][0],
                    "amount": found[code][1],
                    "amount_text": self._l10n_fr_chorus_money(found[code][1]),
                }
                for code, (label, explanation, _domain) in cards.items()
            ]
            for cards, _measure in parts
        ]

    @api.model
    def _l10n_fr_chorus_mine(self):
        return Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _l10n_fr_chorus_count_states(self):
        """Count the invoices in each state, in the states' usual order."""
        counts = dict(
            self._read_group(
                self._l10n_fr_chorus_mine()
                & Domain("l10n_fr_chorus_submission_id", "!=", False),
                ["l10n_fr_chorus_state"],
                ["__count"],
            )
        )
        return [
            {
                "code": code,
                "label": self.env._(state.label),
                "tone": actions.tone(code),
                "count": counts[code],
            }
            for code, state in STATES.items()
            if code in counts
        ]

    @api.model
    def _l10n_fr_chorus_count_volume(self):
        """Count what left, by month and channel, over a year: Dilifac bills by it."""
        submissions = self.env["l10n_fr_chorus.submission"]
        channels = dict(submissions._fields["channel"]._description_selection(self.env))
        return [
            {
                "month": month.strftime("%Y-%m"),
                "shown_month": self._l10n_fr_chorus_month(month),
                "channel": channel,
                "label": channels[channel],
                "count": count,
            }
            for month, channel, count in submissions._read_group(
                self._l10n_fr_chorus_mine() & Domain("sent_at", ">=", THIS_YEAR),
                ["sent_at:month", "channel"],
                ["__count"],
                order="sent_at:month, channel",
            )
        ]

    @api.model
    def _l10n_fr_chorus_count_refusals(self):
        """Count the reasons that bodies gave, the most frequent first."""
        refusals = self.env["l10n_fr_chorus.refusal"]
        reasons = dict(refusals._fields["reason_code"]._description_selection(self.env))
        return [
            {
                "code": code or "",
                "label": reasons.get(code) or self.env._("Without a code"),
                "count": count,
            }
            for code, count in refusals._read_group(
                self._l10n_fr_chorus_mine(),
                ["reason_code"],
                ["__count"],
                order="__count desc, reason_code",
            )
        ]

    @api.model
    def _l10n_fr_chorus_month(self, day):
        return format_date(self.env, day, date_format="MMM y")

    # ---- BUTTONS ------------------------------------------------------------------

    @api.model
    def action_l10n_fr_chorus_card(self, code):
        """Open what one card, group or bar counts, with the very domain.

        :param code: of a card or of a group of things to do; "state_…", "volume_…"
            (month and channel) or "refusal_…" for a bar
        """
        kind, _sign, value = code.partition("_")
        if kind == "volume":
            return self._l10n_fr_chorus_open_volume(*value.split("_", 1))
        if kind == "refusal":
            return self._l10n_fr_chorus_open_refusals(value)
        if kind == "state":
            label = self.env._(STATES[value].label)
            domain = Domain("l10n_fr_chorus_state", "=", value)
            return self._l10n_fr_chorus_open(label, "", domain)
        if code == "to_sort":
            return self.env["ir.actions.act_window"]._for_xml_id(TO_SORT_ACTION)
        tasks = self._l10n_fr_chorus_tasks()
        if code in tasks:
            return self._l10n_fr_chorus_open_task(code, tasks[code])
        ages = self._l10n_fr_chorus_ages()
        label, explanation, domain = {**self._l10n_fr_chorus_cards(), **ages}[code]
        of_money = code == "late" or code in ages
        return self._l10n_fr_chorus_open(label, explanation, domain, of_money)

    @api.model
    def _l10n_fr_chorus_open_task(self, code, task):
        """Open the list of a group: the trade's own, of what its rows are."""
        if task.model == "account.move":
            of_money = task.measure != "amount_total_signed"
            return self._l10n_fr_chorus_open(
                task.label, task.explanation, task.domain, of_money
            )
        place = {
            TO_SORT: TO_SORT_ACTION,
            BY_HAND: "l10n_fr_chorus_bookshop.operation_action",
            CUSTOMER: "l10n_fr_chorus_bookshop.res_partner_action_public",
        }[task.model]
        return self._l10n_fr_chorus_open_action(place, task.label, task.domain)

    @api.model
    def _l10n_fr_chorus_open(self, label, explanation, domain, of_money=False):
        return {
            "type": "ir.actions.act_window",
            "name": label,
            "help": explanation,
            "res_model": "account.move",
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "views": [
                (self.env.ref(OF_MONEY if of_money else OF_STATES).id, "list"),
                (self.env.ref(CARDS).id, "kanban"),
                (False, "form"),
            ],
            "search_view_id": [
                self.env.ref("account.view_account_invoice_filter").id,
                "search",
            ],
            "domain": list(self._l10n_fr_chorus_mine() & domain),
            "context": {"default_move_type": "out_invoice"},
        }

    @api.model
    def _l10n_fr_chorus_open_volume(self, month, channel):
        """Open what left in one month by one channel."""
        year, number = map(int, month.split("-"))
        submissions = self.env["l10n_fr_chorus.submission"]
        channels = dict(submissions._fields["channel"]._description_selection(self.env))
        domain = (
            Domain("channel", "=", channel)
            & Domain("sent_at.year_number", "=", year)
            & Domain("sent_at.month_number", "=", number)
        )
        shown = self._l10n_fr_chorus_month(date(year, number, 1))
        return {
            **self._l10n_fr_chorus_open_action(
                "l10n_fr_chorus_bookshop.submission_action_volume",
                f"{channels[channel]} · {shown}",
                domain,
            ),
            "view_mode": "list,graph,pivot",
            "views": [(False, "list"), (False, "graph"), (False, "pivot")],
        }

    @api.model
    def _l10n_fr_chorus_open_refusals(self, reason):
        """Open the refusals that gave one reason."""
        reasons = dict(
            self.env["l10n_fr_chorus.refusal"]
            ._fields["reason_code"]
            ._description_selection(self.env)
        )
        return {
            **self._l10n_fr_chorus_open_action(
                "l10n_fr_chorus_bookshop.refusal_action",
                reasons.get(reason) or self.env._("Without a code"),
                Domain("reason_code", "=", reason or False),
            ),
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }

    @api.model
    def _l10n_fr_chorus_open_action(self, place, label, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(place)
        return {**action, "name": label, "domain": list(domain), "context": {}}
