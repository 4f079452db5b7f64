"""What the folders of the trade share."""

from ..chorus.errors import Denied, Unreachable

# The way of sending that Odoo's own field gets from us.
CHORUS = "chorus"

USER = "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_user"

# What says that the platform is away, and nothing of what was asked.
OUTAGE = (Unreachable, Denied)
