from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...chorus.channels import APPROVED
from ...chorus.channels.approved import Access, Approved
from ...chorus.errors import ChorusError, Denied
from ..channels import secret

# What a manager says of test invoices that came through.
TRIED = ("approved_tried", "approved_tried_on")


class L10nFrChorusConnection(models.Model):
    """How a company reaches its approved platform (R43)."""

    _inherit = "l10n_fr_chorus.connection"

    approved_id = fields.Many2one(
        "l10n_fr_chorus.approved_platform", "Platform", ondelete="restrict"
    )
    flow_url = fields.Char(
        "Flow service",
        compute="_compute_approved",
        store=True,
        readonly=False,
        help="Its address, with /v1.",
    )
    directory_url = fields.Char(
        "Directory service",
        compute="_compute_approved",
        store=True,
        readonly=False,
        help="Its address, with /v1. Empty: the platform has none.",
    )
    token_url = fields.Char(
        "Token service",
        compute="_compute_approved",
        store=True,
        readonly=False,
        help="Its whole address.",
    )
    organization = fields.Char(
        "Organisation",
        help="Organization-Id: which of several companies behind one account.",
    )
    approved_key = secret.typed(
        "approved_key",
        string="Platform's key",
        help="Value of the further header that some platforms ask for.",
    )
    stored_approved_key = secret.stored()
    approved_tried = fields.Boolean(
        "Tried with this platform",
        compute="_compute_approved",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        help="Test invoices went through it and their statuses came back. Production "
        "stays closed until then.",
    )
    approved_tried_on = fields.Date("Tried on", tracking=True, copy=False)
    flows_until = fields.Char(
        readonly=True,
        copy=False,
        help="On the platform's clock: the moment of the newest flow read.",
    )

    _tried_dated = models.Constraint(
        "CHECK (approved_tried IS NOT TRUE OR approved_tried_on IS NOT NULL)",
        "Give the date on which this platform was tried.",
    )

    @api.onchange("approved_tried")
    def _onchange_approved_tried(self):
        if self.approved_tried and not self.approved_tried_on:
            self.approved_tried_on = fields.Date.context_today(self)

    @api.depends("approved_id", "environment")
    def _compute_approved(self):
        """Another platform has other addresses, and was not tried."""
        for connection in self:
            connection.approved_tried = False
            platform = connection.approved_id
            found = platform and platform._addresses(connection.environment)
            (
                connection.flow_url,
                connection.directory_url,
                connection.token_url,
            ) = found or (False, False, False)

    @api.constrains("channel", "approved_id", "batch_size")
    def _check_approved(self):
        for connection in self.filtered(lambda one: one.channel == APPROVED):
            if not connection.approved_id:
                raise ValidationError(self.env._("Choose the approved platform."))
            if connection.batch_size != 1:
                raise ValidationError(
                    self.env._("An approved platform takes one invoice at a time.")
                )

    def _check_platform(self, vals):
        """Refuse another platform while this one has something under way.

        Another profile of the same platform is no other platform.

        :raises UserError: what to do instead
        """
        chosen = self.env["l10n_fr_chorus.approved_platform"].browse(
            vals.get("approved_id")
        )
        if not chosen:
            return
        for connection in self.sudo().filtered("approved_id"):
            if connection._leaves_for(chosen.sudo()) and (
                connection._has_open() or connection._is_followed()
            ):
                connection._refuse_to_leave()

    def _leaves_for(self, chosen):
        """Tell whether a profile is another platform's: another code, or place.

        Many are copies of the standard's own, whose code says nothing.
        """
        present = self.approved_id
        places = {one._addresses(self.environment)[0] for one in (present, chosen)}
        return present.code != chosen.code or len(places - {""}) > 1

    def _forget_place(self, vals):
        """Another place was not tried; it numbers its flows anew, and none was read.

        :param vals: what moved it; said with it, that it was tried is true of it
        """
        untold = {} if vals.get("approved_tried") else dict.fromkeys(TRIED, False)
        self.sudo().write({"flows_until": False, **untold})
        flows = self.env["l10n_fr_chorus.incoming_flow"].sudo()
        flows.search(
            [("connection_id", "in", self.ids), ("state", "=", "read")]
        ).unlink()

    def _access(self) -> Access:
        """Return how to reach the platform.

        :raises Denied: something is missing, or production is closed
        """
        self.ensure_one()
        self._check_production()
        profile = self.approved_id._profile()
        access = Access(
            profile=profile,
            flow_url=self.flow_url or "",
            directory_url=self.directory_url or "",
            token_url=self.token_url or "",
            client_id=self.client_id or "",
            client_secret=self._secret("client_secret"),
            key=self._secret("approved_key"),
            organization=self.organization or "",
        )
        needed = [access.flow_url, access.client_secret]
        if profile.token_style != "static":
            needed += [access.token_url, access.client_id]
        if not all(needed):
            raise Denied(
                self.env._(
                    "The connection « %s » has no addresses or credentials yet.",
                    self.name,
                )
            )
        return access

    @contextmanager
    def _approved_client(self):
        """Open the client; what goes wrong bears the platform's name."""
        self.ensure_one()
        access = self.sudo()._access()
        try:
            with self._shared_tokens() as tokens, Approved(access, tokens) as client:
                yield client
        except ChorusError as error:
            error.who = access.who
            raise
