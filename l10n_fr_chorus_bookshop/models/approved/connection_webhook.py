import secrets
import time
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...chorus.channels.approved import webhook
from ...chorus.errors import ChorusError
from ..channels import secret
from ..common import MANAGER, describe, in_user_lang, need_group

PATH = "/l10n_fr_chorus/approved"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# However often a platform calls, its news is read at most so often.
PAUSE = timedelta(minutes=1)


class L10nFrChorusConnection(models.Model):
    """A platform that calls when something is new: it wakes us, nothing more (R43).

    What it says is not believed: the news is read over the API as at any visit. A shop
    that nobody can reach does without; it asks every hour anyway.
    """

    _inherit = "l10n_fr_chorus.connection"

    offers_webhook = fields.Boolean(related="approved_id.webhooks")
    webhook_id = fields.Char("Subscription", readonly=True, copy=False)
    webhook_token = fields.Char(
        readonly=True, copy=False, groups=fields.NO_ACCESS, index="btree_not_null"
    )
    stored_webhook_key = secret.stored()
    woken_at = fields.Datetime("Last call", readonly=True, copy=False)

    def action_subscribe(self):
        """Ask the platform to call when something is new."""
        self.ensure_one()
        self._subscribe()

    def action_unsubscribe(self):
        """Ask the platform to call no more."""
        self.ensure_one()
        self._unsubscribe()

    def l10n_fr_chorus_subscribe(self, wanted=True):
        """Ask platforms to call when something is new, or to call no more.

        :param wanted: False to end it
        :return: list of {"id", "done", "message"}
        """
        self.check_access("write")
        answers = []
        for connection in in_user_lang(self):
            message = ""
            try:
                connection._subscribe() if wanted else connection._unsubscribe()
            except UserError as error:
                message = str(error)
            answers.append(
                {"id": connection.id, "done": not message, "message": message}
            )
        return answers

    def _subscribe(self):
        """Have the platform call an address that nobody can guess.

        It may try that address at once: what tells us is known before. Nothing is held
        during a call, nor undone by what came meanwhile: nobody else has the key.

        :raises UserError: the platform offers no calls, or could not reach us
        """
        self._need_manager()
        base = self.get_base_url()
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise UserError(
                self.env._(
                    "The platform must reach this Odoo at an address that begins with "
                    "https://. Without one, news is read every hour all the same."
                )
            )
        if self.webhook_id:
            self._unsubscribe()
        token = secrets.token_urlsafe(32)
        self.sudo().webhook_token = token
        self._commit_read()
        try:
            with self._approved_client() as client:
                made, key = client.subscribe(f"{base}{PATH}/{token}")
        except ChorusError as error:
            raise UserError(describe(self.env, error)) from error
        self._commit_read()
        self.sudo().write(
            {"webhook_id": made, "stored_webhook_key": key, "woken_at": False}
        )
        self._commit_read()

    def _unsubscribe(self):
        """Listen no more, and tell the platform so; if it does not hear, no matter."""
        self._need_manager()
        subscription = self.webhook_id
        self.sudo().write(
            {"webhook_id": False, "webhook_token": False, "stored_webhook_key": False}
        )
        self._commit_read()
        if subscription:
            with suppress(ChorusError), self._approved_client() as client:
                client.unsubscribe(subscription)
            self._commit_read()

    def _need_manager(self):
        self.check_access("write")
        need_group(
            self.env, MANAGER, self.env._("Only a Chorus Pro manager may decide this.")
        )

    # ---- A CALL -------------------------------------------------------------------

    @api.model
    def _answer_call(self, token, body, moment, signature):
        """Answer a call from outside.

        :param token: the end of the address that was called
        :return: HTTP status: 200, or why not: 401 not the platform, 404 nobody here
        """
        connection = self.sudo().search([("webhook_token", "=", token)], limit=1)
        if not token or not connection:
            return 404
        key = connection.stored_webhook_key or ""
        if not webhook.is_signed(body, moment, signature, key, time.time()):
            return 401
        connection._be_woken()
        return 200

    def _be_woken(self):
        """Read the news soon; a platform that fails is left alone as before."""
        now = fields.Datetime.now()
        due = max(now, self.woken_at + PAUSE) if self.woken_at else now
        soon = self.next_sync and self.next_sync <= due
        if soon or self.unreachable_since or not self.try_lock_for_update():
            return
        self.write({"next_sync": due, "woken_at": due})
        self.env["l10n_fr_chorus.transmission"]._wake(at=due)
