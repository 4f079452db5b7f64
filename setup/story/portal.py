"""The story of a shop that uploads each file by hand."""

import time

from .shop import PATIENCE, Story


class PortalStory(Story):
    """The same shop, whose clerk uploads each file on the portal herself."""

    def connect(self):
        """A connection that works takes the invoices: Claire keeps to the portal."""
        super().connect()
        self.company.l10n_fr_chorus_channel = "portal"
        self.worker.cr.commit()

    def connect_portal(self):
        """The connection only reads the directory and the news."""
        return self.connect_piste()

    def round(self):
        """The worker prepares; Claire carries what is ready to the portal."""
        super().round()
        waiting = self.moves.filtered(
            lambda move: move.l10n_fr_chorus_state == "to_deposit"
        )
        if waiting:
            self.carry(waiting)
            self.worker.cr.commit()

    def carry(self, moves):
        """Upload the files, wait for the site's verdict, and note it."""
        siret = self.company.company_registry
        numbers = {}
        for move in moves:
            original = move.sudo().l10n_fr_chorus_submission_id.original_id
            answer = self.platform.upload(siret, original.filename, original._content())
            numbers[move] = answer["flux"]
        refused = self.verdict(numbers.values())
        for move, number in numbers.items():
            if number in refused:
                move.l10n_fr_chorus_record_refusal("\n".join(refused[number]))
            else:
                move.l10n_fr_chorus_record_deposit(number=number)

    def verdict(self, numbers):
        """Why the platform refuses some deposits, once it has read them all."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ledger = self.platform.ledger()
            read = {
                flux["number"]
                for flux in ledger["fluxes"]
                if flux["state"] in ("IN_INTEGRE", "IN_REJETE")
            }
            if read.issuperset(numbers):
                break
            time.sleep(0.5)
        return {row["flux"]: row["errors"] for row in ledger["rejected"]}
