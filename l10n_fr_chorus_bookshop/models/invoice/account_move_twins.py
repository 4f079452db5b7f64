from odoo import models

from ...chorus.identity import Identity
from ...chorus.rules.problem import problem


class AccountMove(models.Model):
    """Two invoices that the platform would take for one (R41)."""

    _inherit = "account.move"

    def _l10n_fr_chorus_twins(self, invoices):
        """Find what already has, on its way to the platform, the key of these.

        Another journal of the shop, another company of its SIREN, a date of another
        year may lead to the same key. Of two that have not left, the second one waits.

        :param invoices: dict move id -> neutral invoice
        :return: dict move id -> the other invoice
        """
        keys = {
            move.id: Identity.of(one.issue_date, one.seller.siret, one.number)
            for move in self
            if (one := invoices[move.id]).number and one.issue_date and one.seller.siret
        }
        others = self._l10n_fr_chorus_rivals(set(keys.values()))
        return {
            move.id: rival
            for move in self
            if (key := keys.get(move.id)) and not move._l10n_fr_chorus_is_living()
            for rival in others.get(key, ())[:1]
            if rival != move and rival._l10n_fr_chorus_comes_before(move)
        }

    def _l10n_fr_chorus_rivals(self, keys):
        """Return dict key -> invoices that bear it and go through Chorus Pro.

        Those already on their way come first, then the oldest.
        """
        named = self.sudo().search(
            [
                ("name", "in", sorted({key.number for key in keys})),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        found = {}
        for move in named.filtered(
            lambda one: one._l10n_fr_chorus_is_living() or one.l10n_fr_chorus_concerned
        ):
            found.setdefault(move._l10n_fr_chorus_identity(), []).append(move)
        for moves in found.values():
            moves.sort(key=lambda one: not one._l10n_fr_chorus_is_living())
        return found

    def _l10n_fr_chorus_is_living(self):
        """Tell whether this invoice is on its way, or on the platform."""
        current = self.sudo().l10n_fr_chorus_submission_id
        return bool(current) and not current._state().send_again

    def _l10n_fr_chorus_comes_before(self, move):
        """Tell whether this one keeps the number that both bear."""
        return self._l10n_fr_chorus_is_living() or self.id < (move._origin.id or 0)

    def _l10n_fr_chorus_twin_problem(self):
        """What the other invoice is told of this one."""
        return problem(
            "number_taken",
            "number",
            number=self.name,
            other=f"{self.company_id.name} ({self.journal_id.name})",
            date=self.invoice_date,
        )
