"""R43: a platform that calls wakes the reading of news, and does nothing else."""

import base64
import hashlib
import hmac
import time
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ...chorus.channels.approved import Approved
from ...models.approved.connection_webhook import PATH
from ..transactions import written_after_calls
from .approved_case import ApprovedCase

BODY = b'{"flowId": "i_1", "flowDirection": "In"}'


def signed(key, moment, body=BODY):
    message = body + b"@" + moment.encode()
    made = hmac.new(base64.b64decode(key), message, hashlib.sha256).digest()
    return base64.b64encode(made).decode()


@tagged("post_install", "-at_install")
class TestWebhook(ApprovedCase):
    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "https://shop.example")
        self.manager = self.env.ref("base.user_admin")
        self.manager.group_ids += self.env.ref(
            "l10n_fr_chorus_bookshop.l10n_fr_chorus_bookshop_group_manager"
        )

    def pressed(self, name, *values):
        """What a manager's button or call answers, in transactions of its own."""
        self.env.flush_all()
        with self.worker() as env:
            mine = self.connection.with_env(env).with_user(self.manager)
            answer = getattr(mine, name)(*values)
        self.env.invalidate_all()
        return answer

    def subscribe(self):
        self.pressed("action_subscribe")
        return self.connection.sudo()

    def call(self, connection, moment=None, body=BODY, **changes):
        moment = moment or f"{time.time():.0f}"
        key = connection.stored_webhook_key
        values = {
            "token": connection.webhook_token,
            "signature": signed(key, moment) if key else "",
            **changes,
        }
        return self.connection._answer_call(
            values["token"], body, moment, values["signature"]
        )

    def test_a_call_wakes_the_reading_of_news_once_a_minute(self):
        connection = self.subscribe()
        later = fields.Datetime.add(fields.Datetime.now(), hours=1)
        connection.next_sync = later
        self.assertEqual(self.call(connection), 200)
        self.assertLessEqual(connection.next_sync, fields.Datetime.now())
        connection.next_sync = later
        self.assertEqual(self.call(connection), 200)
        woken = connection.next_sync
        self.assertGreater(woken, fields.Datetime.now())
        self.assertLess(woken, later)
        self.assertEqual(self.call(connection), 200)
        self.assertEqual(connection.next_sync, woken)

    def test_nothing_of_a_call_is_believed(self):
        move = self.make_invoice()
        self.integrate(move)
        self.later(hours=1)
        connection = self.subscribe()
        body = b'{"flowId": "x", "acknowledgement": {"status": "Error"}}'
        moment = f"{time.time():.0f}"
        signature = signed(connection.stored_webhook_key, moment, body)
        status = self.call(connection, moment, body, signature=signature)
        self.assertEqual(status, 200)
        self.work()
        self.assertState(move, "MISE_A_DISPOSITION")

    def test_others_are_not_listened_to(self):
        connection = self.subscribe()
        connection.next_sync = later = fields.Datetime.add(
            fields.Datetime.now(), hours=1
        )
        old = f"{time.time() - 400:.0f}"
        self.assertEqual(self.call(connection, token="unknown"), 404)
        self.assertEqual(self.call(connection, token=""), 404)
        self.assertEqual(self.call(connection, signature=""), 401)
        self.assertEqual(self.call(connection, old), 401)
        self.assertEqual(self.call(connection, body=BODY + b" "), 401)
        self.assertEqual(connection.next_sync, later)

    def test_a_platform_that_fails_is_left_alone(self):
        connection = self.subscribe()
        later = fields.Datetime.add(fields.Datetime.now(), hours=1)
        connection.write({"next_sync": later, "unreachable_since": later})
        self.assertEqual(self.call(connection), 200)
        self.assertEqual(connection.next_sync, later)

    def test_it_ends_by_the_button_and_with_another_address(self):
        connection = self.subscribe()
        token = connection.webhook_token
        self.pressed("action_unsubscribe")
        self.assertEqual(self.call(connection, token=token, signature=""), 404)
        token = self.subscribe().webhook_token
        self.connection.flow_url = "https://elsewhere.example/v1"
        self.assertFalse(connection.webhook_id)
        self.assertFalse(connection.stored_webhook_key)
        self.assertEqual(self.connection._answer_call(token, BODY, "1", ""), 404)

    def test_a_subscription_is_noted_in_a_transaction_of_its_own(self):
        """Undone by another worker's writing, it would be made anew and anew."""
        with written_after_calls() as late:
            for _time in range(2):
                self.pressed("action_subscribe")
            [answer] = self.pressed("l10n_fr_chorus_subscribe")
            self.assertTrue(answer["done"], answer)
            self.pressed("action_unsubscribe")
        self.assertFalse(late)

    def test_a_call_made_while_one_subscribes_is_not_believed(self):
        """The platform may try the address before it has told its key."""
        answers, subscribe = [], Approved.subscribe

        def tried(client, url):
            token = url.rpartition("/")[2]
            moment = f"{time.time():.0f}"
            signature = signed(base64.b64encode(b"").decode(), moment)
            tried = self.connection._answer_call(token, BODY, moment, signature)
            answers.append(tried)
            return subscribe(client, url)

        with patch.object(Approved, "subscribe", tried):
            connection = self.subscribe()
        self.assertEqual(answers, [401])
        self.assertEqual(self.call(connection), 200)

    def test_who_may_and_where(self):
        with self.refused(AccessError, "."):
            self.connection.with_user(self.claire).action_subscribe()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "http://shop.example")
        mine = self.connection.with_user(self.manager)
        with self.refused(UserError, "https://"):
            mine.action_subscribe()
        parameters.set_param("web.base.url", "https://shop.example")
        self.manners(webhooks=False)
        [answer] = self.pressed("l10n_fr_chorus_subscribe")
        self.assertFalse(answer["done"])
        self.manners(webhooks=True)
        [answer] = self.pressed("l10n_fr_chorus_subscribe")
        self.assertTrue(answer["done"], answer)
        [answer] = self.pressed("l10n_fr_chorus_subscribe", False)
        self.assertTrue(answer["done"], answer)


@tagged("post_install", "-at_install")
class TestWebhookAddress(HttpCase):
    def test_nonsense_is_answered_in_one_word(self):
        for path, data, expected in (
            ("nobody", BODY, 404),
            ("nobody", b"", 400),
            ("nobody", b"x" * 200_000, 400),
        ):
            answer = self.url_open(
                f"{PATH}/{path}",
                data=data,
                headers={"Content-Type": "application/json"},
                method="POST",
            )
            self.assertEqual(answer.status_code, expected)
            self.assertFalse(answer.content)
