from odoo import http
from odoo.http import request

from ..chorus.channels.approved.webhook import LARGEST
from ..models.approved.connection_webhook import PATH
from .parameters import read_text


class Webhook(http.Controller):
    """Where an approved platform says that something is new (R43)."""

    @http.route(
        f"{PATH}/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def called(self, token, **_other):
        """Wake the reading of news, if it is the platform that calls."""
        called = request.httprequest
        length = called.content_length
        if not length or length > LARGEST:
            return request.make_response("", status=400)
        status = request.env["l10n_fr_chorus.connection"]._answer_call(
            read_text(token),
            called.get_data(),
            called.headers.get("Afnor-Signature-Timestamp", ""),
            called.headers.get("Afnor-Signature", ""),
        )
        return request.make_response("", status=status)
