"""A new channel is one new model: nothing else changes anywhere (R11)."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from ...chorus.channels.answers import INTEGRATED, Deposit, News, Report
from ...models.channels.channel import Document
from ..common import ChorusCase

PIGEON = "l10n_fr_chorus.channel.pigeon"


class Pigeonry:
    """A network in memory: it has what was deposited, and says one state of it."""

    def __init__(self):
        self.deposits = {}
        self.state = "MISE_A_DISPOSITION"

    def deposit(self, content, name, syntax):
        self.deposits[f"P{len(self.deposits)}"] = (name, content)
        return Deposit(f"P{len(self.deposits) - 1}")


PIGEONRY = Pigeonry()


class Pigeon(models.AbstractModel):
    """The whole channel."""

    _module = None
    _name = PIGEON
    _inherit = ["l10n_fr_chorus.channel"]
    _description = "Carrier pigeon"

    _label, _rank = "Carrier pigeon", 90

    def _connection_values(self):
        return {"batch_size": 1}

    def _document(self, move, invoice):
        return Document(f"{invoice.number.replace('/', '-')}.txt", b"coo", "COO")

    def _archive(self, originals):
        return originals.filename, originals._content(), originals.syntax

    @contextmanager
    def _depositor(self, connection):
        yield PIGEONRY

    def _report(self, transmission):
        return Report(transmission.flux_number, INTEGRATED, "LANDED")

    def _find(self, connection, **sought):
        return [replace(news, state="DEPOSEE") for news in self._told(connection)]

    def _news(self, connection, since):
        yield self._told(connection)

    def _history(self, connection, news):
        return []

    def _test(self, connection):
        return {}

    def _told(self, connection):
        submissions = self.env["l10n_fr_chorus.submission"].search(
            [("connection_id", "=", connection.id)]
        )
        return [
            News(
                number=one.number,
                kind=one.kind,
                seller_siret=one.seller_siret,
                buyer_siret=one.buyer_siret,
                platform_id=str(one.id),
                state=PIGEONRY.state,
                occurred_at=datetime.now(UTC),
                flux_number=one.transmission_id.flux_number or "",
            )
            for one in submissions
        ]


@tagged("post_install", "-at_install")
class TestNewChannel(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add_to_registry(cls.registry, Pigeon)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.addClassCleanup(cls.registry._setup_models__, cls.env.cr, [])
        cls.addClassCleanup(cls.registry.__delitem__, PIGEON)
        cls.pigeons = cls.connect(cls.company, channel="pigeon")

    def test_it_sends_is_followed_and_shown(self):
        PIGEONRY.deposits.clear()
        self.pigeons.action_test()
        self.assertTrue(self.pigeons.tested_ok)
        self.assertIn("Carrier pigeon", self.pigeons.name)
        move = self.make_invoice()
        self.deposit(move)
        self.assertEqual(list(PIGEONRY.deposits), ["P0"])
        self.assertState(move, "MISE_A_DISPOSITION")
        PIGEONRY.state = "MISE_EN_PAIEMENT"
        self.follow()
        self.assertState(move, "MISE_EN_PAIEMENT")
        [status] = move.l10n_fr_chorus_status()
        self.assertEqual(status["channel"], "pigeon")
        self.assertEqual(status["flux_number"], "P0")
        shown = dict(
            move._fields["l10n_fr_chorus_channel"]._description_selection(move.env)
        )
        self.assertEqual(shown["pigeon"], "Carrier pigeon")

    def test_it_may_be_chosen_for_one_invoice(self):
        self.company.l10n_fr_chorus_channel = "portal"
        move = self.make_invoice()
        [answer] = move.l10n_fr_chorus_send_by("pigeon", "the line is down")
        self.assertTrue(answer["queued"])
        self.assertIn("Carrier pigeon", self.chatter(move))
