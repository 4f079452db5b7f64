from odoo import models
from odoo.tools import format_date

from ...chorus import siret as siret_rules
from ...chorus.lifecycle.states import STATES

# States that prove that the platform has taken an invoice.
TAKEN = [code for code, state in STATES.items() if state.platform]


class L10nFrChorusGuideStep(models.Model):
    """What the database says of each step; a method for each code (R29)."""

    _inherit = "l10n_fr_chorus.guide.step"

    # ---- THE SHOP -----------------------------------------------------------------

    def _missing_shop(self):
        company = self.company_id
        siret = company._l10n_fr_chorus_siret()
        asked = (
            (siret, self.env._("the SIRET")),
            (company.street, self.env._("the street")),
            (company.zip and company.city, self.env._("the postcode and the town")),
            (company.vat, self.env._("the VAT number")),
            (
                company.l10n_fr_chorus_registration,
                self.env._("the legal form, the capital and the trade register (RCS)"),
            ),
            (company.l10n_fr_chorus_penalties, self.env._("late payment")),
            (company.l10n_fr_chorus_recovery, self.env._("recovery costs")),
        )
        absent = ", ".join(name for value, name in asked if not value)
        told = [self.env._("Still missing: %s.", absent)] if absent else []
        # Qualification has numbers of its own, whose key is wrong (R1).
        testing = self.guide_id.environment == "qualification"
        if siret and not siret_rules.is_valid(siret, any_key=testing):
            told.append(
                self.env._(
                    "%(siret)s is not a SIRET: 14 digits, the last of which is a key.",
                    siret=company.company_registry,
                )
            )
        return told

    def _missing_bank(self):
        accounts = self.company_id.partner_id.bank_ids
        if any(one.acc_type == "iban" for one in accounts):
            return []
        return [self.env._("The shop has no IBAN yet.")]

    def _missing_numbers(self):
        journals = self._journals()
        if not journals:
            return [self.env._("The shop has no sales journal yet.")]
        problems = (journal._l10n_fr_chorus_number_problem() for journal in journals)
        return [problem for problem in problems if problem]

    def _remark_numbers(self):
        journals = self._journals()
        gaps = journals and journals.filtered("has_sequence_holes")
        return [
            self.env._(
                "Numbers are missing in the journal « %s »: keep a note of why, an "
                "inspector asks.",
                journal.name,
            )
            for journal in gaps
        ]

    def _journals(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.company_id.id), ("type", "=", "sale")]
        )

    # ---- THE WAY OUT --------------------------------------------------------------

    def _missing_gln(self):
        if self.company_id.l10n_fr_chorus_gln:
            return []
        return [self.env._("The GLN is missing.")]

    def _missing_application(self):
        return self._untyped(
            client_id=self.env._("the PISTE client ID"),
            client_secret=self.env._("the PISTE client secret"),
        )

    def _missing_technical(self):
        return self._untyped(
            login=self.env._("the technical account"),
            password=self.env._("its password"),
        )

    def _missing_platform(self):
        return self._untyped(
            approved_id=self.env._("the platform"),
            flow_url=self.env._("the addresses"),
            client_secret=self.env._("the client secret"),
        )

    def _missing_mailbox(self):
        connection = self.guide_id._connection()
        if connection.mailbox_kind == "folder":
            return self._untyped(folder=self.env._("the folder"))
        told = self._untyped(
            host=self.env._("the server"), login=self.env._("the login")
        )
        if connection.offered_key:
            told.append(
                self.env._(
                    "Compare the server's fingerprint with the operator's letter, then "
                    "confirm it."
                )
            )
        return told

    def _untyped(self, **asked):
        """Tell which of the connection's fields are empty.

        A secret may also come from the server's environment.
        """
        connection = self.guide_id._connection()

        def typed(field):
            secret = field in ("client_secret", "password")
            return connection._secret(field) if secret else connection[field]

        absent = [
            name for field, name in asked.items() if not (connection and typed(field))
        ]
        return absent and [self.env._("Still missing: %s.", ", ".join(absent))]

    def _missing_connection(self):
        connection = self.guide_id._connection()
        if connection.last_error:
            return connection.last_error.splitlines()
        if connection.tested_ok:
            return []
        return (connection.test_result or self.env._("Not tested yet.")).splitlines()

    def _remark_technical(self):
        ends_on = self.guide_id._connection().password_expires_on
        if not ends_on:
            return []
        day = format_date(self.env, ends_on)
        return [self.env._("The password ends on %s.", day)]

    # ---- THE FIRST INVOICE --------------------------------------------------------

    def _missing_first(self):
        taken = self.env["l10n_fr_chorus.submission"].search_count(
            [("company_id", "=", self.company_id.id), ("state", "in", TAKEN)], limit=1
        )
        return [] if taken else [self.env._("Chorus Pro has taken no invoice yet.")]

    def _missing_production(self):
        guide = self.guide_id
        if guide.environment != "production":
            return [self.env._("The shop is in qualification: its invoices are tests.")]
        if guide._channel()._by_hand or guide._connection().tested_ok:
            return []
        return [
            self.env._(
                "Production is open, its connection is not tested yet: invoices wait."
            )
        ]
