from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

from ..chorus import rules
from ..chorus.invoice import Attachment, Recipient
from ..chorus.vocabulary import FREE, LOCKED, STATES, WITHDRAW
from .neutral_invoice import neutral_invoices
from .res_partner import CHORUS

REFERENCES = ("buyer_reference", "purchase_order_reference", "contract_reference")
USER = "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_user"


class AccountMove(models.Model):
    _inherit = "account.move"

    # Core's three fields hold what goes to the platform, byte for byte (R7).
    buyer_reference = fields.Char("Service code", tracking=True)
    purchase_order_reference = fields.Char("Engagement number", tracking=True)
    contract_reference = fields.Char("Market number", tracking=True)
    l10n_fr_chorus_service_id = fields.Many2one(
        "l10n_fr_chorus.service",
        "Body's service",
        compute="_compute_l10n_fr_chorus_service_id",
        inverse="_inverse_l10n_fr_chorus_service_id",
    )
    l10n_fr_chorus_structure_id = fields.Many2one(
        related="partner_id.l10n_fr_chorus_structure_id"
    )
    l10n_fr_chorus_attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Documents sent with the invoice",
        copy=False,
    )
    l10n_fr_chorus_submission_id = fields.Many2one(
        "l10n_fr_chorus.submission",
        "Chorus Pro sending",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    l10n_fr_chorus_state = fields.Selection(
        related="l10n_fr_chorus_submission_id.state", string="Chorus Pro state"
    )
    l10n_fr_chorus_state_code = fields.Char(
        related="l10n_fr_chorus_submission_id.state_code", string="Platform's word"
    )
    l10n_fr_chorus_state_date = fields.Datetime(
        related="l10n_fr_chorus_submission_id.state_date", string="Chorus Pro since"
    )
    l10n_fr_chorus_reason = fields.Text(
        related="l10n_fr_chorus_submission_id.reason", string="Chorus Pro reason"
    )
    l10n_fr_chorus_platform_ref = fields.Char(
        related="l10n_fr_chorus_submission_id.platform_id",
        string="Chorus Pro identifier",
    )
    l10n_fr_chorus_flux_number = fields.Char(
        related="l10n_fr_chorus_submission_id.transmission_id.flux_number",
        string="Flux number",
    )
    l10n_fr_chorus_channel = fields.Char(
        related="l10n_fr_chorus_submission_id.channel", string="Chorus Pro channel"
    )
    l10n_fr_chorus_event_ids = fields.One2many(
        "l10n_fr_chorus.event",
        string="Life cycle",
        compute="_compute_l10n_fr_chorus_event_ids",
    )
    l10n_fr_chorus_meaning = fields.Char(compute="_compute_l10n_fr_chorus_meaning")
    l10n_fr_chorus_concerned = fields.Boolean(
        compute="_compute_l10n_fr_chorus_concerned",
        help="This customer's invoices go through Chorus Pro.",
    )
    l10n_fr_chorus_can_send = fields.Boolean(compute="_compute_l10n_fr_chorus_can_send")
    l10n_fr_chorus_locked = fields.Boolean(
        compute="_compute_l10n_fr_chorus_locked",
        help="Handed to the network: its references can no longer change.",
    )
    l10n_fr_chorus_problems = fields.Html(
        compute="_compute_l10n_fr_chorus_problems", sanitize=False
    )
    l10n_fr_chorus_fixable = fields.Boolean(compute="_compute_l10n_fr_chorus_problems")

    # ---- WHO IS CONCERNED ---------------------------------------------------------

    def _l10n_fr_chorus_siret(self):
        """Return the 14 digits of the body invoiced, "" without any."""
        return self.partner_id._l10n_fr_chorus_siret()

    @api.depends("move_type", "partner_id", "company_id")
    def _compute_l10n_fr_chorus_concerned(self):
        for move in self:
            move.l10n_fr_chorus_concerned = (
                move.move_type in ("out_invoice", "out_refund")
                and move.company_id.is_france_country
                and move.partner_id
                and not move.commercial_partner_id.l10n_fr_chorus_exempt
                and move.partner_id._l10n_fr_chorus_method(move.company_id) == CHORUS
            )

    @api.depends("state", "l10n_fr_chorus_concerned", "l10n_fr_chorus_submission_id")
    def _compute_l10n_fr_chorus_can_send(self):
        for move in self:
            current = move.l10n_fr_chorus_submission_id
            move.l10n_fr_chorus_can_send = (
                move.state == "posted"
                and move.l10n_fr_chorus_concerned
                and (not current or current._state().send_again)
            )

    @api.depends("l10n_fr_chorus_submission_id.state")
    def _compute_l10n_fr_chorus_locked(self):
        for move in self:
            state = STATES.get(move.l10n_fr_chorus_state)
            move.l10n_fr_chorus_locked = bool(state and not state.edit_references)

    @api.depends("l10n_fr_chorus_submission_id.state")
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_meaning(self):
        for move in self:
            state = STATES.get(move.l10n_fr_chorus_state)
            move.l10n_fr_chorus_meaning = self.env._(state.meaning) if state else False

    @api.depends("l10n_fr_chorus_submission_id.event_ids")
    def _compute_l10n_fr_chorus_event_ids(self):
        """Newest first: the first one is the state, also within one minute."""
        for move in self:
            events = move.sudo().l10n_fr_chorus_submission_id.event_ids
            move.l10n_fr_chorus_event_ids = events._in_order()[::-1]

    @api.depends("buyer_reference", "partner_id.l10n_fr_chorus_structure_id")
    def _compute_l10n_fr_chorus_service_id(self):
        for move in self:
            move.l10n_fr_chorus_service_id = (
                move.l10n_fr_chorus_structure_id.service_ids.filtered(
                    lambda service, code=move.buyer_reference: service.code == code
                )[:1]
            )

    def _inverse_l10n_fr_chorus_service_id(self):
        for move in self:
            move.buyer_reference = move.l10n_fr_chorus_service_id.code

    # ---- CHECKS -------------------------------------------------------------------

    def _l10n_fr_chorus_checks(self, fresh_only=False):
        """Check invoices against the directory's answers at hand (R9); no network.

        :param fresh_only: leave out answers too old to send on (R4): they will be
            asked for again before anything leaves, and may have changed
        :return: dict move id -> (neutral invoice, list of Problem)
        """
        invoices = neutral_invoices(self)
        checks = {}
        for company, moves in self.grouped("company_id").items():
            sirets = {invoices[move.id].buyer.siret for move in moves}
            directory = self.env["l10n_fr_chorus.structure"]
            if fresh_only:
                sirets -= set(directory._stale_sirets(sirets, company))
            structures = directory._by_siret(sirets, company)
            recipients = directory.union(*structures.values())._recipients()
            policy = rules.Policy(
                qualification=company.l10n_fr_chorus_environment == "qualification",
                superfluous=company.l10n_fr_chorus_superfluous or "error",
                today=fields.Date.context_today(self),
            )
            for move in moves:
                invoice = invoices[move.id]
                structure = structures.get(invoice.buyer.siret)
                recipient: Recipient | None = structure and recipients[structure.id]
                checks[move.id] = (invoice, rules.check(invoice, recipient, policy))
        return checks

    @api.depends(
        "l10n_fr_chorus_concerned",
        "l10n_fr_chorus_can_send",
        "invoice_line_ids.price_subtotal",
        "partner_id.company_registry",
        "partner_bank_id",
        "invoice_date",
        "reversed_entry_id",
        *REFERENCES,
    )
    @api.depends_context("lang")
    def _compute_l10n_fr_chorus_problems(self):
        looked_at = self.filtered(
            lambda move: (
                move.l10n_fr_chorus_concerned
                and move.invoice_line_ids
                and (move.state == "draft" or move.l10n_fr_chorus_can_send)
            )
        )
        checks = looked_at._l10n_fr_chorus_checks()
        channel = self.env["l10n_fr_chorus.channel"]
        for move in self:
            _invoice, problems = checks.get(move.id, (None, []))
            move.l10n_fr_chorus_problems = problems and Markup("<ul>%s</ul>") % (
                Markup().join(
                    Markup("<li><b>%s</b> %s</li>")
                    % (channel._problem_text(one), channel._problem_remedy(one))
                    for one in problems
                )
            )
            move.l10n_fr_chorus_fixable = any(one.fix for one in problems)

    def action_l10n_fr_chorus_fix(self):
        """Apply the one-click remedies: remove or respell a reference (R9)."""
        for move in self:
            _invoice, problems = move._l10n_fr_chorus_checks()[move.id]
            fixes = {one.fix: one.values for one in problems if one.fix}
            if "clear_service" in fixes:
                move.buyer_reference = False
            if "clear_engagement" in fixes:
                move.purchase_order_reference = False
            if "fix_case" in fixes:
                move.buyer_reference = fixes["fix_case"]["right"]

    # ---- POSTING ------------------------------------------------------------------

    def action_post(self):
        # EXTENDS 'account': a person is told before the invoice legally exists
        return super(
            AccountMove, self.with_context(l10n_fr_chorus_person=True)
        ).action_post()

    def _post(self, soft=True):
        # EXTENDS 'account': checked with the number just given; raising undoes it
        posted = super()._post(soft)
        concerned = posted.filtered("l10n_fr_chorus_concerned")
        if concerned and self.env.context.get("l10n_fr_chorus_person"):
            concerned._l10n_fr_chorus_stop_on_errors()
        automatic = concerned.filtered("company_id.l10n_fr_chorus_auto_send")
        if automatic:
            automatic.sudo()._l10n_fr_chorus_send()
        return posted

    def _l10n_fr_chorus_stop_on_errors(self):
        """Refuse to post what a person must correct first, all problems at once (R9).

        What merely waits (a body not active yet) does not stop the invoice.
        """
        channel = self.env["l10n_fr_chorus.channel"]
        stopped = []
        for move, (invoice, problems) in zip(
            self, self._l10n_fr_chorus_checks().values(), strict=True
        ):
            errors = [p for p in problems if p.severity == "error" and not p.waits]
            if errors:
                title = self.env._(
                    "%(invoice)s for %(customer)s cannot go to Chorus Pro as it is:",
                    invoice=invoice.number,
                    customer=move.partner_id.display_name,
                )
                stopped.append(f"{title}\n{channel._problem_lines(errors)}")
        if stopped:
            raise UserError("\n\n".join(stopped))

    # ---- SENDING ------------------------------------------------------------------

    def _l10n_fr_chorus_send(self):
        """Check these invoices and request the sending of those without errors (R12).

        :return: list of dicts, one per invoice (DESIGN §7)
        """
        concerned = self.filtered("l10n_fr_chorus_concerned")
        checks = concerned._l10n_fr_chorus_checks(fresh_only=True)
        sendable = concerned.filtered(
            lambda move: (
                not any(
                    one.severity == "error" and not one.waits
                    for one in checks[move.id][1]
                )
                and move.state == "posted"
            )
        )
        sendable._l10n_fr_chorus_request()
        leaving = sendable.filtered(
            lambda move: STATES[move.sudo().l10n_fr_chorus_state].draft == WITHDRAW
        )
        return [
            move._l10n_fr_chorus_item(checks.get(move.id), move in leaving)
            for move in self
        ]

    def _l10n_fr_chorus_request(self):
        """Write down that these posted invoices must leave, and wake the worker.

        An invoice already on its way is not requested twice; one that waits is looked
        at again at once.
        """
        submissions = self.env["l10n_fr_chorus.submission"].sudo()
        for move in self:
            current = move.sudo().l10n_fr_chorus_submission_id
            if current and not current._state().send_again:
                if current.state in ("requested", "waiting"):
                    current.next_try = fields.Datetime.now()
                continue
            move.sudo().with_context(
                skip_invoice_sync=True, skip_is_manually_modified=True
            ).l10n_fr_chorus_submission_id = submissions.create(
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "channel": move.company_id.l10n_fr_chorus_channel,
                    "number": move.name,
                }
            )
        if self:
            self.env["l10n_fr_chorus.transmission"]._wake()

    def _l10n_fr_chorus_render(self):
        """Render the readable invoice (R26): never core's own file, which is a copy.

        :return: PDF bytes
        """
        self.ensure_one()
        report = (
            self.env["account.move.send"]
            ._get_default_pdf_report_id(self)
            .with_company(self.company_id)
            .with_context(force_report_rendering=True, l10n_fr_chorus_original=True)
        )
        content, _kind = report._render_qweb_pdf(report, res_ids=self.ids)
        return content

    def _l10n_fr_chorus_attachments(self):
        """Return the files that go with the invoice."""
        return tuple(
            Attachment(file.name, file.raw, file.mimetype)
            for file in self.sudo().l10n_fr_chorus_attachment_ids
        )

    # ---- GUARDS -------------------------------------------------------------------

    def _l10n_fr_chorus_refuse_locked(self):
        """Raise when one of these invoices is already in the network's hands."""
        for move in self:
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            if state and state.draft == LOCKED:
                raise UserError(
                    self.env._(
                        "%(invoice)s is with Chorus Pro (%(state)s): it can no longer "
                        "be changed, cancelled or deleted here. Make a credit note "
                        "instead.",
                        invoice=move.name,
                        state=self.env._(state.label),
                    )
                )

    def _l10n_fr_chorus_take_back(self):
        """Withdraw what has not left yet; say so when a worker is busy with it."""
        leaving = self.sudo().l10n_fr_chorus_submission_id.filtered(
            lambda submission: submission._state().draft == WITHDRAW
        )
        try:
            leaving._withdraw()
        except LockError as error:
            raise UserError(
                self.env._(
                    "%s is being prepared for Chorus Pro right now: try again in a "
                    "minute.",
                    ", ".join(leaving.move_id.mapped("name")),
                )
            ) from error

    def _check_draftable(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        return super()._check_draftable()

    def button_draft(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        return super().button_draft()

    def button_cancel(self):
        # EXTENDS 'account'
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        return super().button_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_l10n_fr_chorus(self):
        self._l10n_fr_chorus_refuse_locked()
        self._l10n_fr_chorus_take_back()
        kept = self.env["l10n_fr_chorus.original"].sudo()
        if kept.search_count([("move_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "A document made for Chorus Pro from this invoice is kept in the "
                    "vault: cancel the invoice instead of deleting it."
                )
            )

    @api.depends("l10n_fr_chorus_submission_id.state")
    def _compute_show_reset_to_draft_button(self):
        # EXTENDS 'account'
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            if state and state.draft == LOCKED:
                move.show_reset_to_draft_button = False
        return result

    def write(self, vals):
        # EXTENDS 'account': references of what has not left may change (R8)
        changed = self.browse()
        if vals.keys() & set(REFERENCES):
            changed = self._l10n_fr_chorus_changing_references(vals)
        result = super().write(vals)
        changed._l10n_fr_chorus_make_again()
        return result

    def _l10n_fr_chorus_changing_references(self, vals):
        """Return the posted moves on their way whose references `vals` changes.

        :raises UserError: one of them has left already
        """
        changing = self.filtered(
            lambda move: (
                move.sudo().l10n_fr_chorus_submission_id
                and any(
                    (move[name] or "") != (vals[name] or "")
                    for name in REFERENCES
                    if name in vals
                )
            )
        )
        for move in changing:
            if not STATES[move.sudo().l10n_fr_chorus_state].edit_references:
                move._l10n_fr_chorus_refuse_locked()
        return changing

    def _l10n_fr_chorus_make_again(self):
        """Withdraw the version that waits to leave and have another one made (R8)."""
        again = self.filtered(
            lambda move: STATES[move.sudo().l10n_fr_chorus_state].draft == WITHDRAW
        )
        if again:
            again._l10n_fr_chorus_take_back()
            again._l10n_fr_chorus_request()

    # ---- PUBLIC: XML-RPC and JSON-2 (DESIGN §7) -----------------------------------

    def _l10n_fr_chorus_item(self, check, queued=False):
        """One invoice's answer, in plain JSON values."""
        self.ensure_one()
        channel = self.env["l10n_fr_chorus.channel"]
        _invoice, problems = check or (None, [])
        told = [
            {
                "code": one.code,
                "severity": one.severity,
                "field": one.field,
                "message": channel._problem_text(one),
                "remedy": channel._problem_remedy(one),
            }
            for one in problems
        ]
        if check is None:
            told.append(
                {
                    "code": "not_concerned",
                    "severity": "error",
                    "field": "buyer.name",
                    "message": self.env._("This customer is not served by Chorus Pro."),
                    "remedy": self.env._(
                        "Set « by Chorus Pro » on the customer's invoicing page."
                    ),
                }
            )
        return {
            "id": self.id,
            "number": self.name or "",
            "state": self.sudo().l10n_fr_chorus_state or "",
            "queued": bool(queued),
            "problems": told,
        }

    def _l10n_fr_chorus_speaking(self):
        """These records in the user's language: another system seldom says which."""
        if self.env.context.get("lang"):
            return self
        return self.with_context(lang=self.env.user.lang)

    def l10n_fr_chorus_check(self):
        """Check invoices, drafts too, without sending anything.

        :return: list of {"id", "number", "state", "queued", "problems": [{"code",
            "severity", "field", "message", "remedy"}]}
        """
        self.check_access("read")
        moves = self._l10n_fr_chorus_speaking()
        checks = moves.filtered("l10n_fr_chorus_concerned")._l10n_fr_chorus_checks()
        return [move._l10n_fr_chorus_item(checks.get(move.id)) for move in moves]

    def l10n_fr_chorus_send(self):
        """Ask for the sending of posted invoices; those with errors are left alone.

        :return: same as `l10n_fr_chorus_check`; `queued` tells what will leave
        :raises AccessError: the user is not in the Chorus Pro user group
        """
        self._l10n_fr_chorus_need_user()
        return self._l10n_fr_chorus_speaking()._l10n_fr_chorus_send()

    def l10n_fr_chorus_status(self):
        """Tell where invoices stand on Chorus Pro.

        :return: list of {"id", "number", "state", "state_code", "label", "meaning",
            "since", "reason", "platform_ref", "flux_number", "channel", "events":
            [{"code", "label", "occurred_at", "source", "reason"}]}
        """
        self.check_access("read")
        moves = self._l10n_fr_chorus_speaking()
        return [move._l10n_fr_chorus_status() for move in moves]

    def _l10n_fr_chorus_status(self):
        submission = self.sudo().l10n_fr_chorus_submission_id
        state = STATES.get(submission.state)
        return {
            "id": self.id,
            "number": self.name or "",
            "state": submission.state or "",
            "state_code": submission.state_code or "",
            "label": self._l10n_fr_chorus_label(submission),
            "meaning": self.env._(state.meaning) if state else "",
            "since": _iso(submission.state_date),
            "reason": submission.reason or "",
            "platform_ref": submission.platform_id or "",
            "flux_number": submission.transmission_id.flux_number or "",
            "channel": submission.channel or "",
            "events": [
                {
                    "code": event.code,
                    "label": event.label,
                    "occurred_at": _iso(event.occurred_at),
                    "source": event.source or "",
                    "reason": event.reason or "",
                }
                for event in submission.event_ids._in_order()
            ],
        }

    def _l10n_fr_chorus_label(self, submission):
        state = STATES.get(submission.state)
        if state is None:
            return ""
        if state.code == "unknown":
            return submission.state_code or ""
        return self.env._(state.label)

    def l10n_fr_chorus_sync(self):
        """Have the platform asked about these invoices now rather than later.

        :return: same as `l10n_fr_chorus_status`, as known at this moment
        """
        self._l10n_fr_chorus_need_user()
        now = fields.Datetime.now()
        submissions = self.sudo().l10n_fr_chorus_submission_id
        submissions.filtered(
            lambda one: one.state in ("requested", "waiting")
        ).next_try = now
        submissions.transmission_id.filtered(
            lambda one: one.state in ("ready", "doubtful", "deposited")
        ).next_try = now
        submissions.connection_id.next_sync = now
        self.env["l10n_fr_chorus.transmission"]._wake()
        return self.l10n_fr_chorus_status()

    def l10n_fr_chorus_withdraw(self):
        """Take back invoices that have not left yet.

        :return: list of {"id", "number", "state", "withdrawn", "message"}
        """
        self._l10n_fr_chorus_need_user()
        answers = []
        for move in self._l10n_fr_chorus_speaking():
            state = STATES.get(move.sudo().l10n_fr_chorus_state)
            message = ""
            try:
                move._l10n_fr_chorus_refuse_locked()
                move._l10n_fr_chorus_take_back()
            except UserError as error:
                message = str(error)
            answers.append(
                {
                    "id": move.id,
                    "number": move.name or "",
                    "state": move.sudo().l10n_fr_chorus_state or "",
                    "withdrawn": bool(state and state.draft != FREE and not message),
                    "message": message,
                }
            )
        return answers

    def _l10n_fr_chorus_need_user(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(USER):
            raise AccessError(
                self.env._(
                    "Sending to Chorus Pro needs the right « Chorus Pro: User »."
                )
            )

    # ---- BUTTONS ------------------------------------------------------------------

    def action_l10n_fr_chorus_send(self):
        """Send from the form or the list; tell what was left aside, and why (R12)."""
        answers = self.l10n_fr_chorus_send()
        left = [answer for answer in answers if not answer["queued"]]
        lines = [
            self.env._("%s will leave in a moment.", count)
            if (count := len(answers) - len(left)) != 1
            else self.env._("One invoice will leave in a moment.")
        ]
        for answer in left:
            texts = [
                f"{one['message']} {one['remedy']}".strip()
                for one in answer["problems"]
                if one["severity"] == "error"
            ] or [self.env._("It is already on its way, or not confirmed yet.")]
            lines.append(f"{answer['number']}: {' '.join(texts)}")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "title": self.env._("Chorus Pro"),
                "message": "\n".join(lines),
                "sticky": bool(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_l10n_fr_chorus_sync(self):
        """Ask the platform soon; the page shows the answer once it is in."""
        self.l10n_fr_chorus_sync()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_l10n_fr_chorus_refresh(self):
        """Verify the customer's SIRET in the directory (R34)."""
        return self.partner_id.with_company(
            self.company_id
        ).action_l10n_fr_chorus_refresh()


def _iso(moment):
    """A datetime as ISO text, "" without any."""
    return moment.isoformat() if moment else ""
