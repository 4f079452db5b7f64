import os

from odoo import models
from odoo.tools import SQL

from ...chorus.channels.hosts import TRUSTED_HOSTS, are_trusted
from ...chorus.errors import Denied
from .secret import SECRETS

# Where a connection leads: its secrets were given for that place, and no other.
ADDRESSES = (
    *("oauth_url", "api_url", "host"),
    *("flow_url", "directory_url", "token_url"),
)
PLACE = (*ADDRESSES, "company_id", "channel", "environment", "port", "approved_id")


class L10nFrChorusConnection(models.Model):
    """Secrets follow their address, and production its database (R15)."""

    _inherit = "l10n_fr_chorus.connection"

    # ---- WHERE THEY GO ------------------------------------------------------------

    def _moving(self, vals):
        """Those whose place `vals` changes; an emptied address leads nowhere."""
        emptied = {name for name in ADDRESSES if not vals.get(name)}
        named = [self._fields[one] for one in PLACE if one in vals.keys() - emptied]
        return self.filtered(
            lambda connection: any(
                field.convert_to_cache(vals[field.name], connection, validate=False)
                != field.convert_to_cache(connection[field.name], connection)
                for field in named
            )
        )

    def _forget_secrets(self, given):
        """Empty what was trusted to the place before; what was just given stays.

        :param given: the names of the secrets that were typed with the new place
        """
        forgotten = {f"stored_{name}": False for name in SECRETS if name not in given}
        self.sudo().write(
            {
                **forgotten,
                "token": False,
                "token_expires_at": 0,
                "own_platform_id": False,
                # The place before may go on calling: nobody listens to it any more.
                "webhook_id": False,
                "webhook_token": False,
                "stored_webhook_key": False,
                "host_key": False,
                "offered_key": False,
                "tested_ok": False,
            }
        )
        self.invalidate_recordset(SECRETS, flush=False)

    def _secret(self, name):
        """A secret from the form, else from the server's environment.

        That one names its company, and goes to the State's hosts alone, or to those
        that the server itself names.
        """
        if stored := self.sudo()[f"stored_{name}"]:
            return stored
        siren = self.company_id.sudo()._l10n_fr_chorus_siret()[:9]
        variable = f"CHORUS_{siren}_{self.environment}_{name}".upper()
        held = os.environ.get(variable, "")
        addresses = [self[name] for name in ADDRESSES]
        if held and not are_trusted(addresses, os.environ.get(TRUSTED_HOSTS, "")):
            raise Denied(
                self.env._(
                    "The secrets that the server holds go to Chorus Pro's own "
                    "addresses only. Whoever looks after the server may name others "
                    "in %s.",
                    TRUSTED_HOSTS,
                )
            )
        return held

    # ---- PRODUCTION ---------------------------------------------------------------

    def _database_mark(self):
        """What tells this database from a copy of it.

        Odoo's own identifier, the cluster's (PostgreSQL gives each a number when it is
        made) and the database's number in it. A dump restored anywhere has another
        mark; a copy of the cluster's files, or of the whole machine, has the same.
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        [(cluster, number)] = self.env.execute_query(
            SQL(
                """
                SELECT system_identifier, (
                    SELECT oid FROM pg_database WHERE datname = current_database()
                ) FROM pg_control_system()
                """
            )
        )
        return f"{uuid}:{cluster}:{number}"

    def _mark_database(self):
        """Remember where production was opened: a copy must not use it (R15)."""
        mark = self._database_mark()
        for connection in self.sudo():
            opened = connection.environment == "production"
            connection.database_mark = mark if opened else False

    def _check_database(self):
        """Refuse production from a duplicated or neutralised database."""
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param("database.is_neutralized"):
            raise Denied(
                self.env._(
                    "This database is a neutralised copy: it never calls production."
                )
            )
        if self._database_mark() != self.database_mark:
            raise Denied(
                self.env._(
                    "This database is a copy: production was opened on another one. "
                    "A manager must open it again here, if this one replaces it."
                )
            )
