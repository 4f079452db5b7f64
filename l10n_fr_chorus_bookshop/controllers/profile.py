import json

from odoo import http
from odoo.http import request

from ..models.common import PROFILES
from .parameters import found
from .vault import send


class ProfileController(http.Controller):
    """A profile as a file, for whoever may read it: nothing is written for it."""

    @http.route(
        "/chorus/profile/<string:model>/<int:profile_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def profile(self, model, profile_id, **_other):
        """Have what `l10n_fr_chorus_export` gives downloaded."""
        if model not in PROFILES:
            raise request.not_found()
        profile = found(request.env[model], profile_id)
        if not profile.has_access("read"):
            raise request.not_found()
        [values] = profile.l10n_fr_chorus_export()
        content = json.dumps(values, ensure_ascii=False, indent=2).encode()
        return send(content, "application/json", f"{profile.name}.json")
