from odoo import api, models

from ...chorus.lifecycle.states import STATES
from ...chorus.rules.problem import problem
from ..common import CHORUS, problem_lines
from .account_move_road import OTHER_STATE, UNATTENDED

# Odoo's own network, as `account_peppol` calls it; `l10n_fr_pdp` shows the same method
# under another name. An invoice has one owner (R44).
NETWORK = "peppol"
# The platform has it.
TAKEN = ("deposited", *(code for code, one in STATES.items() if one.platform))


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # ---- DEFAULTS -----------------------------------------------------------------

    @api.model
    def _get_default_sending_methods(self, move):
        # EXTENDS 'account': never two networks for one invoice
        methods = super()._get_default_sending_methods(move)
        if move._l10n_fr_chorus_other_network():
            return methods - {CHORUS}
        if CHORUS in methods and move._l10n_fr_chorus_elsewhere():
            known = OTHER_STATE in move._fields
            return (methods - {CHORUS}) | ({NETWORK} if known else set())
        return methods - {NETWORK} if move._l10n_fr_chorus_is_ours() else methods

    @api.model
    def _get_default_invoice_edi_format(self, move, **kwargs):
        # EXTENDS 'account': core's file is only the copy, without any e-invoice in it
        if move._l10n_fr_chorus_is_ours() and NETWORK not in kwargs.get(
            "sending_methods", ()
        ):
            return False
        return super()._get_default_invoice_edi_format(move, **kwargs)

    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        # EXTENDS 'account_edi_ubl_cii': core always embeds its own e-invoice in a PDF;
        # a copy carries none, or there would be two of one invoice (R26)
        move = invoice.sudo()
        ours = move.l10n_fr_chorus_concerned or move.l10n_fr_chorus_submission_id
        if ours and not move._l10n_fr_chorus_elsewhere():
            return None
        return super()._hook_invoice_document_after_pdf_report_render(
            invoice, invoice_data
        )

    @api.model
    def _link_invoice_documents(self, invoices_data):
        # EXTENDS 'account': a copy is no sending; nothing says sent before the platform
        # has it
        before = {move: move.is_move_sent for move in invoices_data}
        result = super()._link_invoice_documents(invoices_data)
        for move, was in before.items():
            there = move.sudo().l10n_fr_chorus_state in TAKEN
            if move.is_move_sent and move._l10n_fr_chorus_is_ours() and not there:
                move.is_move_sent = was
        return result

    # ---- ALERTS -------------------------------------------------------------------

    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account': problems at hand, no network
        alerts = super()._get_alerts(moves, moves_data)
        # Among several invoices a bad one does not stop the others.
        alone = len(moves) == 1 and not self.env.context.get(UNATTENDED)
        both = moves.filtered(
            lambda move: (
                NETWORK in moves_data[move]["sending_methods"]
                and move._l10n_fr_chorus_is_ours()
            )
        )
        if both:
            alerts["l10n_fr_chorus_two_networks"] = {
                "level": "danger" if alone else "warning",
                "message": self.env._(
                    "This customer's invoices go through Chorus Pro: by two networks "
                    "it would receive them twice. Untick the other one, or choose "
                    "another way on the customer's form."
                ),
                "action_text": self.env._("View Invoice(s)"),
                "action": both._get_records_action(),
            }
        taken = moves.filtered(
            lambda move: (
                move.l10n_fr_chorus_concerned and move._l10n_fr_chorus_other_network()
            )
        )
        if taken:
            alerts["l10n_fr_chorus_sent_elsewhere"] = {
                "level": "warning",
                "message": problem_lines(
                    self.env, [problem("sent_elsewhere", "number")]
                ),
                "action_text": self.env._("View Invoice(s)"),
                "action": taken._get_records_action(),
            }
        if all(move._l10n_fr_chorus_is_ours() for move in moves):
            # An invitation to the other network would be to send twice.
            alerts.pop("account_peppol_partner_want_peppol", None)
        leaving = moves.filtered(
            lambda move: (
                CHORUS in moves_data[move]["sending_methods"]
                and move.l10n_fr_chorus_concerned
            )
        )
        by_text = {}
        for move_id, (_invoice, problems) in leaving._l10n_fr_chorus_checks().items():
            for one in problems:
                text = problem_lines(self.env, [one])
                key = (one.code, one.severity, one.waits, text)
                by_text.setdefault(key, []).append(move_id)
        for index, ((code, severity, waits, text), ids) in enumerate(by_text.items()):
            stops = severity == "error" and not waits
            at_fault = moves.browse(ids)
            alerts[f"l10n_fr_chorus_{code}_{index}"] = {
                "level": "danger" if stops and alone else "warning",
                "message": text,
                "action_text": self.env._("View Invoice(s)"),
                "action": at_fault._get_records_action(
                    name=self.env._("Invoices to correct for Chorus Pro")
                ),
            }
        return alerts

    # ---- SENDING METHODS ----------------------------------------------------------

    @api.model
    def _is_applicable_to_company(self, method, company):
        # EXTENDS 'account'
        if method == CHORUS:
            return company.is_france_country
        return super()._is_applicable_to_company(method, company)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        # EXTENDS 'account'
        if method == CHORUS:
            return move.l10n_fr_chorus_can_send
        if method == NETWORK and move._l10n_fr_chorus_is_ours():
            return False
        return super()._is_applicable_to_move(method, move, **move_data)

    @api.model
    def _call_web_service_before_invoice_pdf_render(self, invoices_data):
        # EXTENDS 'account': only writes the request down; nothing is called here
        result = super()._call_web_service_before_invoice_pdf_render(invoices_data)
        leaving = self.env["account.move"].union(
            *(
                move
                for move, data in invoices_data.items()
                if CHORUS in data["sending_methods"]
                # Ticked for a customer who is not served: it is told, not dropped.
                and (
                    self._is_applicable_to_move(CHORUS, move, **data)
                    or not move.l10n_fr_chorus_concerned
                )
            )
        )
        for answer in leaving._l10n_fr_chorus_send():
            if not answer["queued"]:
                invoices_data[leaving.browse(answer["id"])]["error"] = {
                    "error_title": self.env._("Not sent to Chorus Pro:"),
                    "errors": [
                        f"{one['message']} {one['remedy']}".strip()
                        for one in answer["problems"]
                    ],
                }
        return result
