import re

from odoo import models

# What a page asks to be told of: one invoice, or all of one company.
WANTED = re.compile(r"l10n_fr_chorus\.(invoice|company)_(\d{1,9})")
# A page shows one invoice; beyond this somebody is guessing.
MOST = 50


class IrWebsocket(models.AbstractModel):
    """A page is told that something moved, never what: it reads it with its rights."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        # EXTENDS 'bus'
        return super()._build_bus_channel_list(self._l10n_fr_chorus_channels(channels))

    def _l10n_fr_chorus_channels(self, channels):
        """Put the records that the user may read in the place of the names asked for.

        :param channels: list of text or records
        :return: the same without our names, with the records behind them
        """
        kept, wanted = [], {"invoice": set(), "company": set()}
        for channel in channels:
            found = isinstance(channel, str) and WANTED.fullmatch(channel)
            if found:
                wanted[found[1]].add(int(found[2]))
            else:
                kept.append(channel)
        moves = self.env["account.move"]
        user = self.env.user
        if not user._is_internal() or not moves.has_access("read"):
            return kept
        ids = sorted(wanted["invoice"])[:MOST]
        companies = user.company_ids.filtered(lambda one: one.id in wanted["company"])
        readable = moves.search([("id", "in", ids)]) if ids else moves
        return [*kept, *readable, *((one, "l10n_fr_chorus") for one in companies)]
