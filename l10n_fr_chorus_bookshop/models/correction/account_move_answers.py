from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError

from ...chorus import rules
from ...chorus import siret as siret_rules
from ...chorus.lifecycle.actions import ACTIONS, COMPLETE, RECYCLE
from ...chorus.rules import files as file_rules
from ...chorus.rules.problem import Policy
from ..common import (
    CLOSE,
    MANAGER,
    given_files,
    in_user_lang,
    need_group,
    notification,
    problem_lines,
)

ADDRESS = ("buyer.siret", "service", "engagement", "market")


class AccountMove(models.Model):
    _inherit = "account.move"

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_credit(self, reinvoice=False):
        """Credit invoices in full and send the credit notes (R21).

        :param reinvoice: also make the corrected invoice, a draft with the same lines
        :return: list of {"id", "number", "done", "credit_note_id" (or False),
            "credit_note_number", "queued", "invoice_id" (or False), "message",
            "problems"}; `message` says why one was not credited
        """
        self._l10n_fr_chorus_need_user()
        return in_user_lang(self)._l10n_fr_chorus_credit(reinvoice)

    def l10n_fr_chorus_complete(self, files=(), comment=""):
        """Add files and a comment to suspended invoices (R20).

        :param files: list of {"name", "content" (base64)}, below 10 MB each
        :param comment: 2000 characters at most
        :return: list of {"id", "number", "state", "done", "by_hand", "message"}
        """
        return self._l10n_fr_chorus_answer_platform(
            COMPLETE,
            lambda move: move._l10n_fr_chorus_complete(
                given_files(move.env, files), comment
            ),
        )

    def l10n_fr_chorus_recycle(
        self, siret="", service="", engagement="", market="", comment=""
    ):
        """Readdress invoices that the body wants readdressed; the number stays.

        What is left out is as on the invoice.

        :return: same as `l10n_fr_chorus_complete`
        """
        given = {
            "siret": siret_rules.clean(siret),
            "service": service,
            "engagement": engagement,
            "market": market,
        }

        def recycle(move):
            known = move._l10n_fr_chorus_address()
            address = {name: given[name] or known[name] for name in known}
            return move._l10n_fr_chorus_recycle(address, comment)

        return self._l10n_fr_chorus_answer_platform(RECYCLE, recycle)

    # ---- ANSWERING ----------------------------------------------------------------

    def _l10n_fr_chorus_answer_platform(self, code, act):
        """Give one answer for each invoice; see `answer_each`.

        :param act: function of one invoice, which returns the operation it wrote down
        """

        def answer(move):
            move._l10n_fr_chorus_check_answer(code)
            return {"by_hand": act(move).state == "by_hand"}

        answers = self._l10n_fr_chorus_answer_each(answer)
        return [{"by_hand": False, **one} for one in answers]

    def _l10n_fr_chorus_check_answer(self, code):
        """Refuse what the table of answers does not offer now.

        :raises UserError: another state, or already under way
        """
        if code not in [one.code for one in self._l10n_fr_chorus_answers()]:
            [status] = [self._l10n_fr_chorus_status()]
            raise UserError(
                self.env._(
                    "%(invoice)s: « %(action)s » is not possible now (%(state)s).",
                    invoice=self.display_name,
                    action=self.env._(ACTIONS[code].label),
                    state=status["label"] or self.env._("not sent"),
                )
            )

    def _l10n_fr_chorus_complete(self, files, comment):
        """Write down that a suspended invoice is completed.

        :param files: list of (name, bytes)
        :raises UserError: the platform would refuse a file or the comment
        """
        found = file_rules.completing_problems(
            [(name, len(content)) for name, content in files], comment
        )
        if found:
            lines = [self.env._(text, **values) for text, values in found]
            raise UserError("\n".join(lines))
        return self._l10n_fr_chorus_operation(COMPLETE, files=files, comment=comment)

    def _l10n_fr_chorus_recycle(self, address, comment=""):
        """Write down that an invoice is readdressed.

        :param address: dict of siret, service, engagement and market
        :raises UserError: nothing changes, or the directory would refuse it
        """
        if address == self._l10n_fr_chorus_address():
            raise UserError(
                self.env._("Change the body, the service or a number first.")
            )
        problems = self._l10n_fr_chorus_address_problems(address)
        if problems:
            lines = problem_lines(self.env, problems)
            raise UserError(lines)
        return self._l10n_fr_chorus_operation(RECYCLE, comment=comment, **address)

    def _l10n_fr_chorus_address(self):
        """Where the invoice stands on the platform: body, service, numbers."""
        submission = self.sudo().l10n_fr_chorus_submission_id
        return {
            "siret": submission.buyer_siret or self._l10n_fr_chorus_siret(),
            "service": self.buyer_reference or "",
            "engagement": self.purchase_order_reference or "",
            "market": self.contract_reference or "",
        }

    def _l10n_fr_chorus_address_problems(self, address):
        """Check a new address against the directory, asked about a SIRET unknown here.

        What only makes an invoice wait stops a new recipient: nothing waits there.
        """
        invoice, _problems = self._l10n_fr_chorus_checks()[self.id]
        siret = address["siret"]
        moves_on = siret != invoice.buyer.siret
        moved = replace(
            invoice,
            buyer=replace(invoice.buyer, siret=siret),
            service=address["service"],
            engagement=address["engagement"],
            market=address["market"],
        )
        structures = self.env["l10n_fr_chorus.structure"]
        structure = structures._by_siret([siret], self.company_id).get(siret)
        if moves_on and not structure and siret_rules.is_valid(siret, any_key=True):
            partners = self.env["res.partner"].with_company(self.company_id)
            partners._l10n_fr_chorus_ask([siret])
            structure = structures._by_siret([siret], self.company_id).get(siret)
        recipient = structure and structure._recipients()[structure.id]
        policy = Policy(
            qualification=self.company_id.l10n_fr_chorus_environment == "qualification",
            superfluous=self.company_id.l10n_fr_chorus_superfluous,
        )
        return [
            problem
            for problem in rules.check(moved, recipient, policy)
            if problem.field in ADDRESS
            and (problem.severity == rules.ERROR or (moves_on and problem.waits))
        ]

    def _l10n_fr_chorus_operation(self, kind, **values):
        """Write the call down, close the case and say so in the chatter."""
        submission = self.sudo().l10n_fr_chorus_submission_id
        operation = (
            self.env["l10n_fr_chorus.operation"]
            .sudo()
            ._request(submission, kind, **values)
        )
        if operation.state == "by_hand":
            operation._log(self.env._("Chorus Pro: to be done by hand on the portal"))
        else:
            submission._close_cases(self.env._("Answered; it leaves in a moment."))
            operation._log(self.env._("Chorus Pro: about to leave"))
        return operation

    # ---- SMALLER ANSWERS -----------------------------------------------------------

    def l10n_fr_chorus_fix(self):
        """Apply the one-click remedies: remove or respell a reference (R9).

        :return: list of {"id", "number", "state", "done", "message"}
        """
        return self._l10n_fr_chorus_answer_each(lambda move: move._l10n_fr_chorus_fix())

    def l10n_fr_chorus_make_whole(self):
        """Make draft partial credit notes cancel the whole invoice again (R22).

        :return: list of {"id", "number", "state", "done", "message"}
        """

        def make_whole(move):
            move._l10n_fr_chorus_need_credit_note()
            if move.state != "draft":
                raise UserError(
                    move.env._("%s is confirmed already.", move.display_name)
                )
            move.action_l10n_fr_chorus_make_whole()

        return self._l10n_fr_chorus_answer_each(make_whole)

    def l10n_fr_chorus_allow_partial(self, reason):
        """Allow partial credit notes, and keep why (R22).

        Only a Chorus Pro manager may: others read so in `message`.

        :param reason: why the credit is not in full
        :return: list of {"id", "number", "state", "done", "message"}
        """

        def allow(move):
            move._l10n_fr_chorus_need_credit_note()
            if not (reason or "").strip():
                raise UserError(move.env._("Say why a partial credit is allowed."))
            move._l10n_fr_chorus_allow_partial(reason.strip())

        return self._l10n_fr_chorus_answer_each(allow)

    def l10n_fr_chorus_send_internal(self):
        """Send credit notes that were kept inside the shop (R21).

        :return: same as `l10n_fr_chorus_send`
        """
        self._l10n_fr_chorus_need_user()
        self.check_access("write")
        self.sudo().l10n_fr_chorus_internal = False
        return self.l10n_fr_chorus_send()

    def l10n_fr_chorus_ask_rejection(self):
        """Write to each body: please reject this credit note, it is closed (R23).

        :return: list of {"id", "number", "state", "done", "message"}
        """
        template = self.env.ref("l10n_fr_chorus_bookshop.mail_template_ask_rejection")

        def ask(move):
            move._l10n_fr_chorus_need_credit_note()
            customer = move.partner_id
            customer._l10n_fr_chorus_need_email()
            move.message_post_with_source(
                template.sudo(),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=customer.ids,
            )

        return self._l10n_fr_chorus_answer_each(ask)

    def _l10n_fr_chorus_allow_partial(self, reason):
        """Keep why, and trace it.

        :raises AccessError: the user is no manager
        """
        need_group(
            self.env,
            MANAGER,
            self.env._("Only a Chorus Pro manager allows a partial credit note."),
        )
        self.check_access("write")
        self.sudo().l10n_fr_chorus_partial_reason = reason
        self._message_log(
            body=self.env._(
                "Partial credit note allowed by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
        )

    def _l10n_fr_chorus_need_credit_note(self):
        """Refuse what is not the credit note of an invoice.

        :raises UserError: it is not one
        """
        if self.move_type != "out_refund" or not self.reversed_entry_id:
            raise UserError(
                self.env._(
                    "%s is not the credit note of an invoice.", self.display_name
                )
            )

    # ---- BUTTONS ------------------------------------------------------------------

    def action_l10n_fr_chorus_credit(self):
        """Credit a selection in full; tell those that could not be, and why (R21)."""
        answers = self.l10n_fr_chorus_credit()
        whys, good = {}, {}
        for answer in answers:
            credit, done = answer["credit_note_number"], answer["done"]
            whys[answer["id"]] = "" if done else answer["message"]
            good[answer["id"]] = self.env._("Credited by %s.", credit)
        title = self.env._("Full credit note (Chorus Pro)")
        return self._l10n_fr_chorus_told_each(title, whys, good)

    def action_l10n_fr_chorus_correct(self):
        """Open core's reversal dialog, which explains and does it all."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return {
            **action,
            "name": self.env._("Credit in full and invoice again"),
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"active_model": "account.move", "active_ids": self.ids},
        }

    def action_l10n_fr_chorus_complete(self):
        """Open the dialog that adds files and a comment."""
        self.check_access("read")
        return self._l10n_fr_chorus_dialog(
            "l10n_fr_chorus.complete", self.env._("Add what is missing")
        )

    def action_l10n_fr_chorus_recycle(self):
        """Open the dialog that changes body, service or numbers."""
        self.check_access("read")
        return self._l10n_fr_chorus_dialog(
            "l10n_fr_chorus.readdress", self.env._("Change the address")
        )

    def _l10n_fr_chorus_given(self, operation):
        """Tell the person who has just answered what comes next."""
        if operation.state == "by_hand":
            lines = [self.env._("Chorus Pro: to be done by hand on the portal")]
        else:
            lines = [self.env._("Answered; it leaves in a moment.")]
        kind = "warning" if operation.state == "by_hand" else "success"
        return notification(self.env, lines, kind, follow=CLOSE)

    def action_l10n_fr_chorus_allow_partial(self):
        """Open the manager's dialog on a partial credit note (R22)."""
        self.check_access("read")
        return self._l10n_fr_chorus_ask_why(
            "allow_partial", self.env._("Allow a partial credit note")
        )

    def _l10n_fr_chorus_dialog(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_l10n_fr_chorus_make_whole(self):
        """Make a partial credit note cancel the whole invoice again (R22)."""
        for move in self.filtered(lambda one: one.state == "draft"):
            original = move.reversed_entry_id.with_context(include_business_fields=True)
            [data] = original.copy_data()
            lines = [
                line
                for line in data["line_ids"]
                if line[2]["display_type"]
                in ("product", "line_section", "line_subsection", "line_note")
            ]
            move.invoice_line_ids.unlink()
            move.write(
                {
                    "line_ids": lines,
                    "buyer_reference": original.buyer_reference,
                    "purchase_order_reference": original.purchase_order_reference,
                    "contract_reference": original.contract_reference,
                }
            )
        whole = self.env._("The credit note cancels the whole invoice again.")
        return notification(self.env, [whole])

    def action_l10n_fr_chorus_send_internal(self):
        """Send after all a credit note that was kept inside the shop."""
        return self._l10n_fr_chorus_sent(self.l10n_fr_chorus_send_internal())

    def action_l10n_fr_chorus_ask_rejection(self):
        """Write to the body: please reject this credit note, it is closed (R23)."""
        self.check_access("read")
        self.ensure_one()
        template = self.env.ref("l10n_fr_chorus_bookshop.mail_template_ask_rejection")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the body to reject the credit note"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "account.move",
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
            },
        }
