"""A shop that sends through a simulated approved platform."""

from datetime import timedelta

from odoo import fields

from ..common import ChorusCase


class ApprovedCase(ChorusCase):
    """The platform is the simulator's; its Chorus Pro is the one of other tests."""

    profile_code = "standard"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.platforms = cls.env["l10n_fr_chorus.approved_platform"]
        cls.api = cls.connection
        cls.connection = cls.connect_approved(cls.profile_code)

    @classmethod
    def connect_approved(cls, code, **values):
        """Open a connection to the simulated platform of a shipped profile."""
        url = f"{cls.platform.url}/pa"
        cls.company.l10n_fr_chorus_channel = "approved"
        platform = cls.env.ref(f"l10n_fr_chorus_bookshop.approved_{code}")
        return cls.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": cls.company.id,
                "channel": "approved",
                "environment": "qualification",
                "approved_id": platform.id,
                "flow_url": f"{url}/flow/v1",
                "directory_url": f"{url}/directory/v1",
                "token_url": f"{url}/oauth/token",
                "client_id": "bookshop",
                "client_secret": "secret",
                "approved_key": "hub-key",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        start = fields.Datetime.now() - timedelta(hours=1)
        self.platform.set_clock(f"{start.isoformat(timespec='seconds')}+00:00")
        self.manners(profile=self.profile_code)

    def addresses(self):
        """Where the simulated platform is, with the secrets that go there."""
        url = f"{self.platform.url}/pa"
        return {
            "flow_url": f"{url}/flow/v1",
            "directory_url": f"{url}/directory/v1",
            "token_url": f"{url}/oauth/token",
            # A secret does not follow to another address.
            "client_secret": "secret",
            "approved_key": "hub-key",
        }

    def manners(self, **values):
        self.platform.approved_manners(**values)

    def integrated(self):
        """How many invoices Chorus Pro has, by SIREN, year and number."""
        return self.platform.approved()["integrated"]

    def key(self, move):
        siren = move.company_id.company_registry[:9]
        return f"{siren} {move.invoice_date.year} {move.name}"

    def sent_once(self, moves):
        self.assertEqual(self.integrated(), {self.key(move): 1 for move in moves})

    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def reason(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.reason or ""
