import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from odoo import api, fields, models
from odoo.tools import SQL

from ...chorus.channels.approved import statuses
from ...chorus.errors import ChorusError, Refused

_logger = logging.getLogger(__name__)

# A flow that cannot be fetched is asked for so many times, then left to a person.
MOST_TRIES = 10
# So many failures in a row are the platform's, not the flows'.
OUTAGE_AFTER = 3
# Flows that were read are forgotten once no visit can meet them again.
KEPT = timedelta(days=30)


class L10nFrChorusIncomingFlow(models.Model):
    """A flow that an approved platform had for us: read once, or parked.

    One that cannot be fetched or read hides none of the others: it is asked for again
    by its own identifier, then shown to a person with its text and the reason.
    """

    _name = "l10n_fr_chorus.incoming_flow"
    _description = "Flow of the approved platform"
    _order = "updated_at DESC, id DESC"
    _rec_name = "flow_number"

    connection_id = fields.Many2one(
        "l10n_fr_chorus.connection", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    flow_number = fields.Char("Flow", required=True, readonly=True)
    updated_at = fields.Datetime("Dated", readonly=True)
    state = fields.Selection(
        [("read", "Read"), ("parked", "To fetch again"), ("aside", "To sort")],
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True)
    text = fields.Text("What came", readonly=True)
    why = fields.Char("Why it is here", readonly=True)
    sorted = fields.Boolean("Dealt with")

    _flow_unique = models.UniqueIndex("(connection_id, flow_number)")
    _to_fetch = models.Index("(connection_id) WHERE state = 'parked'")

    @api.model
    def _unknown(self, connection, flows):
        """Return those of these flows that were not met before."""
        numbers = [flow.flow_id for flow in flows]
        known = self.search_fetch(
            [("connection_id", "=", connection.id), ("flow_number", "in", numbers)],
            ["flow_number"],
        )
        met = set(known.mapped("flow_number"))
        return [flow for flow in flows if flow.flow_id not in met]

    @api.model
    def _noted(self, connection, flows):
        """Note the flows of a page that were not met before.

        :return: their records, and dict identifier -> Flow
        """
        unknown = {flow.flow_id: flow for flow in self._unknown(connection, flows)}
        noted = [
            self._note(connection, flow.flow_id, flow.updated_at).id
            for flow in unknown.values()
        ]
        return self.browse(filter(None, noted)), unknown

    @api.model
    def _note(self, connection, number, updated_at):
        """Note a flow met for the first time, to be fetched.

        :param updated_at: aware
        :return: its record, empty when another visit has it in hand
        """
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO l10n_fr_chorus_incoming_flow (
                    connection_id, company_id, flow_number, updated_at, state, tries,
                    create_date
                )
                VALUES (%s, %s, %s, %s, 'parked', 0, now() AT TIME ZONE 'UTC')
                ON CONFLICT DO NOTHING RETURNING id
                """,
                connection.id,
                connection.company_id.id,
                number,
                updated_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
            )
        )
        return self.browse(one for (one,) in found)

    @api.model
    def _parked(self, connection):
        """What could not be fetched, the least often asked for first."""
        return self.search(
            [("connection_id", "=", connection.id), ("state", "=", "parked")],
            order="tries, id",
            limit=100,
        )

    def _fetch(self, client, flow, failures):
        """Fetch and read one flow; nothing is written meanwhile.

        :param flow: as a list told of it, None to ask by its identifier
        :param failures: how many could not be fetched in a row, in a list of one,
            completed here
        :return: its `News`, none when it stays parked, then what to write of it once
            they are stored
        :raises ChorusError: the platform itself does not answer
        """
        found, asides = [], []
        tries = self.tries + 1
        last = tries >= MOST_TRIES
        try:
            flow = flow or client.metadata(self.flow_number)
            if flow:
                found, asides = client.read(flow)
        except ChorusError as error:
            refused = isinstance(error, Refused)
            # What is refused or unreadable is this flow's trouble, not the platform's.
            failures[0] += not (refused or error.code == "unexpected")
            if failures[0] >= OUTAGE_AFTER:
                raise
            state = "aside" if last or refused else "parked"
            return [], {"tries": tries, "state": state, "why": error.message}
        except Exception:
            _logger.exception("Chorus Pro: flow %s", self.flow_number)
            why = self.env._("It could not be read: show it to your integrator.")
            return [], {"tries": tries, "state": "aside", "why": why}
        failures[0] = 0
        if not flow:
            return [], {"tries": tries, "state": "aside" if last else "parked"}
        read = {"tries": tries, "state": "aside" if asides else "read"}
        for aside in asides[:1]:
            read |= {"text": aside.text, "why": self.env._(aside.reason)}
        return [statuses.news(status, flow.flow_id) for status in found], read

    @api.model
    def _set_aside(self, connection, asides):
        """Keep rows of a list that could not be read, once each.

        One that says its flow's identifier is asked for again by it: a row may be
        cut on its way.
        """
        for aside in asides:
            # Many rows begin alike.
            digest = sha256(aside.text.encode()).hexdigest()
            number = aside.flow_id or f"{aside.text[:40]} {digest[:12]}"
            self._note(connection, number, datetime.now(UTC)).write(
                {
                    "state": "parked" if aside.flow_id else "aside",
                    "text": aside.text,
                    "why": aside.reason,
                }
            )

    @api.autovacuum
    def _forget_read(self):
        """Forget what was read long before any visit could meet it again."""
        limit = fields.Datetime.now() - KEPT
        self.search(
            [("state", "=", "read"), ("updated_at", "<", limit)], limit=10_000
        ).unlink()


def moment(text, default):
    """Read the watermark kept as text: it needs more than seconds."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return default.astimezone(UTC)
