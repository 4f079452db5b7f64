from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ...chorus.lifecycle.states import READY, STATES
from ..common import (
    in_user_lang,
    need_staff,
)

# An invoice of this morning is to be sent, not forgotten yet. Days and months are
# those of the user, in the words of Odoo's domains.
RECENT = "today -2d"
THIS_MONTH = "=1d"
THIS_YEAR = "=1d -11m"
# The lists: what was answered, or until when the money is due.
OF_STATES = "l10n_fr_chorus_bookshop.account_move_view_list_followed"
OF_MONEY = "l10n_fr_chorus_bookshop.account_move_view_list_late"
# The card of what is no invoice.
TO_SORT = "to_sort"
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
        never = Domain("l10n_fr_chorus_submission_id", "=", False) | Domain(
            "l10n_fr_chorus_state", "=", "withdrawn"
        )
        unsent = Domain("l10n_fr_chorus_is_forgotten", "=", True) & never
        return {
            "to_send": (
                self.env._("To send"),
                self.env._("Confirmed, and waiting for you."),
                Domain("l10n_fr_chorus_todo", "=", "to_send"),
            ),
            "leaving": (
                self.env._("Leaving"),
                self.env._(
                    "%(ready)s ready, %(remaining)s still to be prepared.",
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
                unsent & ~Domain("invoice_date", ">=", RECENT),
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
    def _l10n_fr_chorus_to_sort_card(self):
        """Count what came from outside and found no place: it is worth no money."""
        return {
            "code": TO_SORT,
            "label": self.env._("To be sorted out"),
            "help": self.env._("News, answers, mails and rows that found no place."),
            "count": self.env["l10n_fr_chorus.to_sort"].search_count([]),
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
        """Give the figures of the dashboard, for the user's current companies.

        :return: {"currency": code, "cards": [{"code", "label", "help", "count",
            "amount", "amount_text"}], "to_sort": one card, of what found no place,
            "expected": the same by age of the money,
            "states": [{"code", "label", "count"}], "volume": [{"month": "2026-11",
            "channel", "label", "count"}], "refusals": [{"code", "label", "count"}]}
        """
        need_staff(self)
        speaking = in_user_lang(self)
        return {
            "currency": self.env.company.currency_id.name,
            "cards": speaking._l10n_fr_chorus_count(
                speaking._l10n_fr_chorus_cards(), "amount_total_signed"
            ),
            "to_sort": [speaking._l10n_fr_chorus_to_sort_card()],
            "expected": speaking._l10n_fr_chorus_count(
                speaking._l10n_fr_chorus_ages(), "amount_residual_signed"
            ),
            "states": speaking._l10n_fr_chorus_count_states(),
            "volume": speaking._l10n_fr_chorus_count_volume(),
            "refusals": speaking._l10n_fr_chorus_count_refusals(),
        }

    @api.model
    def _l10n_fr_chorus_count(self, cards, measure):
        """Count each card and add its money up: one statement each."""
        currency = self.env.company.currency_id
        counted = []
        for code, (label, explanation, domain) in cards.items():
            [(count, amount)] = self._read_group(
                self._l10n_fr_chorus_mine() & domain, [], ["__count", f"{measure}:sum"]
            )
            amount = currency.round(amount or 0.0)
            counted.append(
                {
                    "code": code,
                    "label": label,
                    "help": explanation,
                    "count": count,
                    "amount": amount,
                    "amount_text": formatLang(self.env, amount, currency_obj=currency),
                }
            )
        return counted

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
            {"code": code, "label": self.env._(state.label), "count": counts[code]}
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

    # ---- BUTTONS ------------------------------------------------------------------

    @api.model
    def action_l10n_fr_chorus_card(self, code):
        """Open the list of one card, with the very domain that was counted."""
        if code == TO_SORT:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "l10n_fr_chorus_bookshop.to_sort_action"
            )
        ages = self._l10n_fr_chorus_ages()
        label, explanation, domain = {**self._l10n_fr_chorus_cards(), **ages}[code]
        columns = OF_MONEY if code == "late" or code in ages else OF_STATES
        return {
            "type": "ir.actions.act_window",
            "name": label,
            "help": explanation,
            "res_model": "account.move",
            "view_mode": "list,kanban,form",
            "views": [
                (self.env.ref(columns).id, "list"),
                (False, "kanban"),
                (False, "form"),
            ],
            "search_view_id": [
                self.env.ref("account.view_account_invoice_filter").id,
                "search",
            ],
            "domain": list(self._l10n_fr_chorus_mine() & domain),
            "context": {"default_move_type": "out_invoice"},
        }
