from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...chorus.channels.piste import ADDRESSES, MemoryStore, Piste, Settings, Token
from ...chorus.errors import ChorusError, Denied
from ..common import MANAGER, describe, in_user_lang, need_group, notification
from . import secret
from .secret import SECRETS

# The client that a session holds open, by connection.
_HELD = ContextVar("held", default={})  # noqa: B039 - never changed, only replaced
# What a person changes so that it works again.
WAKING = {*SECRETS, "client_id", "login", "oauth_url", "api_url", "host", "port"}


class L10nFrChorusConnection(models.Model):
    """How one company reaches one channel in one environment (R11, R15)."""

    _name = "l10n_fr_chorus.connection"
    _description = "Chorus Pro connection"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "l10n_fr_chorus.by_channel",
    ]
    _order = "company_id, channel, environment"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(
        lambda self: self.env["l10n_fr_chorus.channel"]._choices(connected=True),
        required=True,
    )
    is_platform = fields.Boolean(compute="_compute_is_platform")
    environment = fields.Selection(
        [("qualification", "Qualification (tests)"), ("production", "Production")],
        required=True,
        default="qualification",
    )
    database_mark = fields.Char(
        readonly=True, copy=False, help="The database where production was opened."
    )
    oauth_url = fields.Char(
        "Token address", compute="_compute_urls", store=True, readonly=False
    )
    api_url = fields.Char(
        "API address", compute="_compute_urls", store=True, readonly=False
    )
    client_id = fields.Char(
        "PISTE client ID",
        help="On PISTE: your application, « OAuth credentials ». Qualification has the "
        "sandbox application, production another one.",
    )
    client_secret = secret.typed(
        "client_secret",
        string="PISTE client secret",
        help="On PISTE, beside the client ID: « Consult client secret ».",
    )
    login = fields.Char(
        "Technical account",
        help="API: TECH_…@cpro.fr, on the Chorus Pro portal, page « Raccordement » of "
        "your structure. EDI: in the operator's letter.",
    )
    password = secret.typed(
        "password",
        string="Technical account password",
        help="API: shown once when the technical account is made; the portal makes a "
        "new one at any time. EDI: in the operator's letter.",
    )
    stored_client_secret = secret.stored()
    stored_password = secret.stored()
    token = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)
    token_expires_at = fields.Float(copy=False, groups=fields.NO_ACCESS, readonly=True)
    password_expires_on = fields.Date(
        "Password ends on",
        copy=False,
        help="API: as the platform tells at each test. EDI: as the operator tells you.",
    )
    batch_size = fields.Integer(
        "Invoices per deposit",
        default=500,
        help="The platform takes at most 500 documents in one deposit.",
    )
    batch_bytes = fields.Integer(
        "Bytes per deposit",
        # 30 MB once in base64, the most that a deposit may weigh (AIFE FE v1.1 §5.4.1)
        default=22_400_000,
        help="The platform takes at most 30 MB in one deposit, once encoded.",
    )
    quarantine = fields.Integer(
        "Quarantine (minutes)",
        default=240,
        help="How long the platform must show no trace of a doubtful deposit before "
        "the same bytes may go again.",
    )
    own_platform_id = fields.Char(
        readonly=True, copy=False, help="The platform's identifier of the shop itself."
    )
    tested_ok = fields.Boolean(
        readonly=True, copy=False, help="A test of it succeeded, once at least."
    )
    tested_at = fields.Datetime("Last test", readonly=True, copy=False)
    test_result = fields.Text(readonly=True, copy=False)
    synced_until = fields.Datetime(
        "News read until",
        readonly=True,
        copy=False,
        help="On the platform's clock: the date of the newest news read.",
    )
    synced_at = fields.Datetime("News last read", readonly=True, copy=False)
    reread_at = fields.Datetime("All news read again", readonly=True, copy=False)
    next_sync = fields.Datetime(default=fields.Datetime.now, readonly=True, copy=False)
    unreachable_since = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)

    _unique_active = models.UniqueIndex(
        "(company_id, channel, environment) WHERE active IS TRUE",
        "This company already has a connection for this channel and environment.",
    )

    @api.depends("channel", "environment")
    @api.depends_context("lang")
    def _compute_name(self):
        for connection in self:
            labels = [
                dict(connection._fields[field]._description_selection(self.env)).get(
                    connection[field], ""
                )
                for field in ("channel", "environment")
            ]
            connection.name = " - ".join(labels)

    @api.depends("channel")
    def _compute_is_platform(self):
        for connection in self:
            connection.is_platform = connection._channel()._is_platform

    @api.onchange("channel")
    def _onchange_channel(self):
        """The pace of the channel chosen last."""
        usual = self.default_get(["batch_size", "quarantine"])
        self.update({**usual, **self._channel()._connection_values()})

    @api.depends("environment")
    def _compute_urls(self):
        for connection in self:
            connection.oauth_url, connection.api_url = ADDRESSES[
                connection.environment or "qualification"
            ]

    def _creation_message(self):
        # EXTENDS 'mail': a connection is feminine in French
        return self.env._("Connection created")

    @api.model_create_multi
    def create(self, vals_list):
        channels = self.env["l10n_fr_chorus.channel"]
        connections = super().create(
            [
                {**channels._named(vals.get("channel"))._connection_values(), **vals}
                for vals in vals_list
            ]
        )
        connections.invalidate_recordset(SECRETS, flush=False)
        connections._mark_database()
        connections.company_id._l10n_fr_chorus_begin()
        connections.filtered("password")._count_password_days()
        return connections

    def write(self, vals):
        """Write what a person typed; what it makes untrue goes with it."""
        closed = {name for name, field in self._fields.items() if field.readonly}
        if not self or vals.keys() <= closed:
            return super().write(vals)  # what the software notes moves nothing
        self._check_stays(vals)
        self._check_platform(vals)
        ends, moving = self._moved_ends(vals), self._moving(vals)
        result = super().write(vals)
        moving._forget_secrets(secret.given(vals))
        moving._forget_place(vals)
        if vals.keys() & set(SECRETS):
            # What was just typed is not read back either.
            self.invalidate_recordset(SECRETS, flush=False)
        if vals.keys() & {"client_id", "client_secret", "login", "oauth_url"}:
            # Nobody may touch a token, not even the manager who changes its secret.
            self.sudo().write({"token": False, "token_expires_at": 0})
        if "environment" in vals:
            self._mark_database()
        if "password" in secret.given(vals):
            self._count_password_days()
        if ends:
            self.sudo().write(self._untold_ends(ends))
            self._end_warnings()
        if vals.keys() & WAKING:
            self._wake()
        return result

    def _check_production(self):
        """Refuse production where it is closed (R15).

        :raises Denied: before anything is attempted, wherever the secrets come from
        """
        self.ensure_one()
        if self.environment != "production":
            return
        self._check_no_training()
        if obstacle := self._channel()._production_obstacle(self):
            raise Denied(obstacle)
        self._check_database()

    def _settings(self) -> Settings:
        """Return the client's settings.

        :raises Denied: production asked from a copy, or credentials missing
        """
        self.ensure_one()
        self._check_production()
        settings = Settings(
            oauth_url=self.oauth_url or "",
            api_url=self.api_url or "",
            client_id=self.client_id or "",
            client_secret=self._secret("client_secret"),
            login=self.login or "",
            password=self._secret("password"),
        )
        if not all((settings.client_id, settings.client_secret, settings.login)):
            raise Denied(
                self.env._("The connection « %s » has no credentials yet.", self.name)
            )
        return settings

    @contextmanager
    def _client(self):
        """Open the API client; within a `_session`, give the one that it holds."""
        self.ensure_one()
        if held := _HELD.get().get(self.id):
            yield held
            return
        with self._shared_tokens() as tokens, Piste(self._settings(), tokens) as client:
            yield client

    @contextmanager
    def _session(self):
        """Hold one client open for all the calls made meanwhile."""
        with self._client() as client:
            before = _HELD.set({self.id: client})
            try:
                yield
            finally:
                _HELD.reset(before)

    @contextmanager
    def _shared_tokens(self):
        """Give a client the token at hand; one it makes then serves other workers."""
        connection = self.sudo()
        held = (
            Token(connection.token, connection.token_expires_at)
            if connection.token
            else None
        )
        tokens = MemoryStore()
        if held:
            tokens.save(held)
        yield tokens
        if tokens.load() != held:
            connection._share_token(tokens.load())

    def _own_platform_id(self, client):
        """The platform's identifier of the shop, learned once; "" when it has none.

        :raises ChorusError: it could not be asked
        """
        connection = self.sudo()
        if not connection.own_platform_id:
            siret = connection.company_id._l10n_fr_chorus_siret()
            found = siret and client.find_structure(siret)
            told = found and found.platform_id
            connection._free().own_platform_id = told
            return told or ""
        return connection.own_platform_id

    def _share_token(self, token):
        """Keep a new token, unless another worker has this row: it has one too."""
        self._free().write(
            {
                "token": token.value if token else False,
                "token_expires_at": token.expires_at if token else 0,
            }
        )

    def _free(self):
        """Lock; return those that no other worker writes.

        Nor has written since this transaction began, in which a network may have been
        asked: what is noted on the way must not undo what the network has brought.
        """
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                return self.try_lock_for_update()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            return self.browse()

    @api.model
    def _of_company(self, company, channel=None):
        """Return the connection a company sends through, empty when there is none."""
        return self.sudo().search(
            [
                ("company_id", "=", company.sudo().root_id.id),
                ("channel", "=", channel or company._l10n_fr_chorus_road()),
                ("environment", "=", company.l10n_fr_chorus_environment),
            ],
            limit=1,
        )

    @api.model
    def _of_directory(self, company):
        """Return the connection that reads the directory on line, if any.

        That of the company's own road where it can, since it tells what that road
        needs; else any other that can, Chorus Pro's own first.
        """
        connections = self.sudo().search(
            [
                ("company_id", "=", company.sudo().root_id.id),
                ("environment", "=", company.l10n_fr_chorus_environment),
            ]
        )
        reading = connections.filtered(lambda one: one._channel()._reads(one))
        road = company._l10n_fr_chorus_road()
        return reading.sorted(
            lambda one: (one.channel != road, not one._channel()._is_platform)
        )[:1]

    def action_test(self):
        """Try the connection and tell in words what works and what does not."""
        self.ensure_one()
        need_group(
            self.env, MANAGER, self.env._("Only a Chorus Pro manager may test it.")
        )
        try:
            values = self._channel()._test(self)
            told = (self._told_working(), values.get("test_result"))
            values["test_result"] = "\n".join(filter(None, told))
            self.sudo()._fares_well()
            self._wake()
            kind = "success"
        except ChorusError as error:
            values = {"test_result": self._told_failing(error)}
            kind = "danger"
        self.sudo().write({**values, "tested_at": fields.Datetime.now()})
        return notification(self.env, [self.test_result], kind)

    def _told_working(self):
        """Say that the connection works; the first time, invoices take it (R11).

        A company sends by the portal until it has a connection that works. Choosing the
        portal again later is a choice, and stays; so is a day from which it changes.
        """
        told, takes_over = self.env._("Everything answers."), self._takes_over()
        self.sudo().tested_ok = True
        if not takes_over:
            return told
        self.company_id.sudo().l10n_fr_chorus_channel = self.channel
        change = self.env._(
            "From now on invoices leave by this connection instead of being deposited "
            "by hand. The settings let you choose otherwise."
        )
        return f"{told}\n{change}"

    def _takes_over(self):
        """Tell whether this is the first success of a company that uploads by hand."""
        company = self.company_id
        present = self.env["l10n_fr_chorus.channel"]._named(
            company.l10n_fr_chorus_channel
        )
        others = self.sudo().search_count(
            [("company_id", "=", company.id), ("tested_ok", "=", True)], limit=1
        )
        return (
            present._by_hand
            and not present._elsewhere
            and not company.l10n_fr_chorus_next_on
            and company.l10n_fr_chorus_environment == self.environment
            and not others
        )

    def _told_failing(self, error):
        """Say what is wrong with the connection, and who can put it right."""
        return "\n".join(filter(None, [describe(self.env, error), self._helpers()]))

    def l10n_fr_chorus_test(self):
        """Try connections; one that does not work stops no other.

        :return: list of {"id", "name", "ok", "message"}
        :raises AccessError: the user is no Chorus Pro manager
        """
        self.check_access("read")
        return [
            {
                "id": connection.id,
                "name": connection.name or "",
                "ok": connection.action_test()["params"]["type"] == "success",
                "message": connection.test_result or "",
            }
            for connection in in_user_lang(self)
        ]
