from odoo import http
from odoo.http import request

from ..models.sale.ticket import LONGEST


class Checkout(http.Controller):
    """What a public body must say in the e-shop, where there is one (R47)."""

    @http.route(
        "/l10n_fr_chorus/checkout",
        type="jsonrpc",
        auth="public",
        website=True,
        sitemap=False,
    )
    def checkout(self, service=None, engagement=None):
        """Tell what the visitor's own basket needs; write it once it is given.

        :return: as `res.partner._l10n_fr_chorus_asked` tells
        """
        # Set by the e-shop, for the visitor alone; absent without it.
        basket = getattr(request, "cart", None)
        if not basket or basket.state not in ("draft", "sent"):
            return {"public": False, "asked": False}
        said = {"service": service, "engagement": engagement}
        given = {
            name: value.strip()[:LONGEST]
            for name, value in said.items()
            if isinstance(value, str)
        }
        return basket._l10n_fr_chorus_basket(given)
