import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...chorus.channels.approved import profile as profiles
from ...chorus.channels.approved.profile import Profile
from ...chorus.errors import UnreadableFile
from ..common import profile_download

FORMAT = "l10n_fr_chorus.approved_platform/1"
# What an exported profile holds, under the same names in the core.
TEXTS = (
    *("code", "name", "version", "flow_url", "directory_url", "token_url"),
    *("test_flow_url", "test_directory_url", "test_token_url", "token_style"),
    *("key_header", "flow_info_type", "paging", "syntax", "time_zone"),
)
FLAGS = (
    *("sends_rule", "sends_profile", "sends_tracking", "keeps_tracking"),
    *("sends_sha256", "webhooks", "b2g_note"),
)
NUMBERS = ("page_size", "overlap", "index_delay")
SPOKEN = (*TEXTS, *FLAGS, *NUMBERS, "documents")
SEPARATOR = ","


class L10nFrChorusApprovedPlatform(models.Model):
    """How one approved platform speaks the standard (R43): data, never code.

    Any of them serves: a shop that changes its platform chooses another profile.
    """

    _name = "l10n_fr_chorus.approved_platform"
    _description = "Approved platform"
    _order = "sequence, name"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True)
    code = fields.Char(required=True)
    version = fields.Selection(
        [(one, one) for one in profiles.VERSIONS],
        "Version of XP Z12-013",
        required=True,
        default="1.3.0",
    )
    flow_url = fields.Char("Flow service", help="Its address, with /v1.")
    directory_url = fields.Char(
        "Directory service", help="Its address, with /v1. Empty: the platform has none."
    )
    token_url = fields.Char("Token service", help="Its whole address.")
    test_flow_url = fields.Char("Flow service (tests)")
    test_directory_url = fields.Char("Directory service (tests)")
    test_token_url = fields.Char("Token service (tests)")
    token_style = fields.Selection(
        [
            ("body", "Client ID and secret in the request"),
            ("basic", "Client ID and secret as HTTP Basic"),
            ("static", "A fixed key"),
        ],
        "Token",
        required=True,
        default="body",
    )
    key_header = fields.Char(
        "Further header", help="Name of a header that carries a key of its own."
    )
    sends_rule = fields.Boolean("Announce the processing rule (B2G)", default=True)
    sends_profile = fields.Boolean("Announce the document's profile", default=True)
    sends_tracking = fields.Boolean("Send our own identifier", default=True)
    keeps_tracking = fields.Boolean(
        "Finds our own identifier again",
        default=True,
        help="Not ticked: after a lost answer, what was sent is looked for by the "
        "file's name and fingerprint.",
    )
    sends_sha256 = fields.Boolean("Send the file's fingerprint", default=True)
    flow_info_type = fields.Selection(
        [
            ("application/json", "application/json"),
            ("text/plain", "text/plain"),
            ("file", "application/json, as a file"),
            ("form", "plain form field"),
        ],
        "Type of the description",
        required=True,
        default="application/json",
    )
    paging = fields.Selection(
        [("cursor", "Cursor"), ("total", "Total"), ("date", "Dates")],
        "Long lists",
        required=True,
        default="cursor",
    )
    page_size = fields.Integer("Results per page", required=True, default=100)
    overlap = fields.Integer(
        "Read again (seconds)",
        required=True,
        default=3600,
        help="How far back each visit reads again: a list may lag behind.",
    )
    index_delay = fields.Integer(
        "Seen after (seconds)",
        required=True,
        default=900,
        help="After this time a search shows a new flow for certain.",
    )
    documents = fields.Char(
        "Files asked for, in this order",
        required=True,
        default="Original,Converted",
    )
    syntax = fields.Selection(
        [("CII", "CII (XML)"), ("UBL", "UBL (XML)"), ("Factur-X", "Factur-X (PDF)")],
        "Document",
        required=True,
        default="CII",
    )
    webhooks = fields.Boolean(
        "Can call us",
        help="It calls the shop when something is new, once asked to; a shop without a "
        "public address does not need it.",
    )
    b2g_note = fields.Boolean(
        "Mark invoices as public",
        help="Some validators want the note ADN / B2G in the invoice.",
    )
    time_zone = fields.Selection(
        [(one, one) for one in profiles.TIME_ZONES],
        "Times of statuses",
        required=True,
        default="Europe/Paris",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        readonly=True,
        help="Whose profile it is. Those that come with the module are everybody's: "
        "duplicate one to change it.",
    )

    @api.constrains(*SPOKEN)
    def _check_profile(self):
        for platform in self:
            try:
                platform._profile()
            except UnreadableFile as error:
                raise ValidationError(platform._told(error)) from error

    def write(self, vals):
        """A profile that changes is no longer the one that was tried."""
        result = super().write(vals)
        if vals.keys() & set(SPOKEN) - {"name"}:
            connections = self.env["l10n_fr_chorus.connection"].sudo()
            every = connections.with_context(active_test=False)
            every.search([("approved_id", "in", self.ids)]).write(
                {"approved_tried": False, "approved_tried_on": False}
            )
        return result

    def copy_data(self, default=None):
        """A copy is the company's own, and may change."""
        company = self.env.company
        return [
            {
                **values,
                "company_id": company.id,
                "name": self.env._("%s (copy)", platform.name),
            }
            for platform, values in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def _told(self, error):
        """Say what is wrong with a profile, a field by its name on the form."""
        field = self._fields.get(error.values.get("problem"))
        told = {"problem": field._description_string(self.env)} if field else {}
        return self.env._(error.template, **{**error.values, **told})

    # ---- FOR THE CORE -------------------------------------------------------------

    def _profile(self) -> Profile:
        """Return the core's view of this platform.

        :raises UnreadableFile: a field holds what it cannot
        """
        self.ensure_one()
        listed = (self.documents or "").split(SEPARATOR)
        return profiles.from_values(
            {
                **{name: self[name] or "" for name in TEXTS},
                **{name: self[name] for name in (*FLAGS, *NUMBERS)},
                "documents": tuple(one.strip() for one in listed),
            }
        )

    @api.model
    def _values_of(self, profile: Profile):
        """Return the values of a record that says the same as a core's profile."""
        values = {name: getattr(profile, name) for name in (*TEXTS, *FLAGS, *NUMBERS)}
        return {
            **values,
            "flow_info_type": profile.flow_info_type or "form",
            "documents": SEPARATOR.join(profile.documents),
        }

    def _addresses(self, environment):
        """Return the addresses of an environment: flow, directory, token."""
        self.ensure_one()
        prefix = "test_" if environment == "qualification" else ""
        names = ("flow_url", "directory_url", "token_url")
        return [self[f"{prefix}{name}"] or "" for name in names]

    @api.model
    def _load_shipped(self):
        """Make the platforms that come with the module, once each."""
        data = self.env["ir.model.data"]
        for profile in profiles.shipped():
            xml_id = f"l10n_fr_chorus_bookshop.approved_{profile.code}"
            if self.env.ref(xml_id, raise_if_not_found=False):
                continue
            values = {**self._values_of(profile), "company_id": False}
            platform = self.create(values)
            data._update_xmlids(
                [{"xml_id": xml_id, "record": platform, "noupdate": True}]
            )

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_export(self):
        """Return these profiles as plain values, to be kept or given to a colleague.

        That it was tried stays behind: it is between one shop and its platform.

        :return: list of dicts without None
        """
        self.check_access("read")
        return [
            {"format": FORMAT, **json.loads(platform._profile().to_json())}
            for platform in self
        ]

    @api.model
    def l10n_fr_chorus_import(self, values):
        """Create a profile from what `l10n_fr_chorus_export` gave; never tried.

        :param values: one of its dicts
        :return: {"id": of the new profile, "name"}
        :raises UserError: these are not the values of a profile
        """
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise UserError(self.env._("This is not an exported profile."))
        plain = {name: value for name, value in values.items() if name != "format"}
        try:
            profile = profiles.from_values(plain)
        except UnreadableFile as error:
            raise UserError(self._told(error)) from error
        platform = self.create(self._values_of(profile))
        return {"id": platform.id, "name": platform.name}

    # ---- SCREEN -------------------------------------------------------------------

    def action_export(self):
        """Download a profile as a JSON file."""
        return profile_download(self)
