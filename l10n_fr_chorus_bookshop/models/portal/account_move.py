import base64
import binascii
from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.channels.portal import export as portal_export
from ...chorus.channels.portal.export import ADDRESSES, form_values
from ...chorus.errors import UnreadableFile
from ...chorus.lifecycle.states import state_of
from ..common import (
    CLOSE,
    in_user_lang,
    need_staff,
    notification,
)
from ..invoice.neutral import neutral_invoices
from .submission import platform_states


class AccountMove(models.Model):
    _inherit = "account.move"

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_portal_values(self):
        """Give what a person types or verifies on the portal, in the site's order.

        :return: list of {"id", "number", "state", "address", "values": [{"block",
            "label", "text"}]}
        """
        need_staff(self)
        moves = in_user_lang(self)
        values = moves._l10n_fr_chorus_typed()
        return [
            {
                "id": move.id,
                "number": move.name or "",
                "state": move.sudo().l10n_fr_chorus_state or "",
                "address": move._l10n_fr_chorus_portal_address(),
                "values": values[move.id],
            }
            for move in moves
        ]

    def l10n_fr_chorus_record_deposit(self, date="", number=""):
        """Note that a person uploaded the files of these invoices on the portal.

        :param date: ISO text, UTC unless it has an offset; now by default
        :param number: what the portal gave for the deposit
        :return: list of {"id", "number", "state", "done", "message"}
        """

        def record(move):
            move._l10n_fr_chorus_sending()._record_deposit(_moment(move, date), number)

        return self._l10n_fr_chorus_answer_each(record)

    def l10n_fr_chorus_record_refusal(self, reason):
        """Note that the portal did not take the files: same number, once corrected.

        :param reason: the portal's own words
        :return: list of {"id", "number", "state", "done", "message"}
        """
        return self._l10n_fr_chorus_answer_each(
            lambda move: move._l10n_fr_chorus_sending()._record_refusal(reason)
        )

    def l10n_fr_chorus_confirm(self, state, date="", reason=""):
        """Note a state that a person read on the portal.

        An invoice on which Chorus Pro itself answers is left alone.

        :param state: the platform's code, as in `l10n_fr_chorus_status`
        :param date: when the platform set it, ISO text, UTC unless it has an offset;
            now by default
        :param reason: compulsory for a state on which the shop must act
        :return: list of {"id", "number", "state", "done", "message"}
        """

        def confirm(move):
            if not state_of(state).platform:
                raise UserError(
                    move.env._(
                        "« %(state)s » is no state of Chorus Pro. Choose among: "
                        "%(states)s.",
                        state=state,
                        states=", ".join(dict(platform_states(move.env))),
                    )
                )
            move._l10n_fr_chorus_sending()._confirm(
                state_of(state).code, _moment(move, date), reason
            )

        return self._l10n_fr_chorus_answer_each(confirm)

    def _l10n_fr_chorus_sending(self):
        """Return the current submission, as the software itself.

        :raises UserError: there is none
        """
        submission = self.sudo().l10n_fr_chorus_submission_id
        if not submission:
            raise UserError(
                self.env._(
                    "%s was never asked to leave for Chorus Pro: send it first.",
                    self.name or self.display_name,
                )
            )
        return submission

    # ---- WHAT IS TYPED ------------------------------------------------------------

    def _l10n_fr_chorus_typed(self):
        """The values of each invoice's form, by id, in the user's language."""
        return {
            move_id: [
                {
                    "block": self.env._(value.block),
                    "label": self.env._(value.label, **dict(value.values)),
                    "text": value.text,
                }
                for value in form_values(invoice)
            ]
            for move_id, invoice in neutral_invoices(self).items()
        }

    def _l10n_fr_chorus_portal_address(self):
        """The portal on which one invoice is deposited."""
        return ADDRESSES[self.company_id.l10n_fr_chorus_environment]

    # ---- BUTTONS ------------------------------------------------------------------

    def action_l10n_fr_chorus_note(self):
        """Note the state read on the portal, for one or several invoices."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("State read on the portal"),
            "res_model": "l10n_fr_chorus.portal_state",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }

    def _l10n_fr_chorus_show_noted(self, answers, follow=None):
        """Show what was noted, and what was not and why."""
        left = [
            f"{one['number']}: {one['message']}" for one in answers if not one["done"]
        ]
        done = len(answers) - len(left)
        lines = [
            self.env._("One invoice noted.")
            if done == 1
            else self.env._("%s invoices noted.", done)
        ]
        kind = "warning" if left else "success"
        return notification(self.env, lines + left, kind, follow=follow or CLOSE)

    # ---- THE PORTAL'S EXPORT -------------------------------------------------------

    @api.model
    def l10n_fr_chorus_import_export(self, content, columns=None):
        """Read the portal's export of issued invoices, CSV or XLSX (R11).

        :param content: the file, base64
        :param columns: title of the column by part (number, state, date, siret, total,
            reason), where it is not remembered nor guessed; remembered from then on
        :return: {"rows", "recorded", "known", "left": [{"line", "number", "message"}]}
        :raises UserError: not a table, or the columns of number and state are missing
        """
        self._l10n_fr_chorus_need_user()
        move = in_user_lang(self)
        table = move._l10n_fr_chorus_table(content)
        company = move.env.company
        company._l10n_fr_chorus_remember_columns(
            {title: part for part, title in (columns or {}).items()}
        )
        known = company.sudo().l10n_fr_chorus_export_columns or {}
        found = portal_export.guess(table.titles, known)
        if missing := [part for part in portal_export.NEEDED if part not in found]:
            raise UserError(
                move.env._(
                    "Which column holds « %(part)s »? The file has: %(titles)s.",
                    part=move.env._(portal_export.PARTS[missing[0]]),
                    titles=", ".join(filter(None, table.titles)),
                )
            )
        submissions = move.env["l10n_fr_chorus.submission"].sudo()
        answer = submissions._absorb_export(company, portal_export.rows(table, found))
        answer["left"] += [
            {
                "line": one.place,
                "number": "",
                "message": f"{move.env._(one.template, **one.values)}\n{one.text}",
            }
            for one in (*table.asides, *portal_export.left_out(table, found))
        ]
        return answer

    @api.model
    def _l10n_fr_chorus_table(self, content):
        """Read a table from base64, telling a person what is wrong with it."""
        try:
            known = self.env.company.sudo().l10n_fr_chorus_export_columns or {}
            return portal_export.table(base64.b64decode(content or ""), known)
        except UnreadableFile as error:
            raise UserError(self.env._(error.template, **error.values)) from error
        except (binascii.Error, ValueError, TypeError) as error:
            raise UserError(self.env._("The file is not in base64.")) from error


def _moment(move, text):
    """Read a date given by another system.

    :return: naive UTC, now without any text
    :raises UserError: it is not ISO
    """
    if not text:
        return fields.Datetime.now()
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise UserError(
            move.env._("« %s » is no date: write 2026-11-26T14:30:00.", text)
        ) from error
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment
