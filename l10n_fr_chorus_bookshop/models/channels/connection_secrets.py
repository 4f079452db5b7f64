import logging
import os

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...chorus import guide
from ...chorus.errors import Denied
from ...chorus.outside import TRUSTED_HOSTS, are_trusted
from ...chorus.platform_time import day_in_france
from .secret import SECRETS

_logger = logging.getLogger(__name__)

# Where a connection leads: its secrets were given for that place, and no other.
ADDRESSES = (
    *("oauth_url", "api_url", "host"),
    *("flow_url", "directory_url", "token_url"),
)
PLACE = (*ADDRESSES, "company_id", "channel", "environment", "port", "approved_id")
TYPE = "l10n_fr_chorus_bookshop.mail_activity_type_expiry"
# What ends, with the field that remembers which warning was given.
ENDING = {
    "password_expires_on": "password_warned",
    "secret_expires_on": "secret_warned",
}


class L10nFrChorusConnection(models.Model):
    """Secrets follow their address, and production its database (R15)."""

    _inherit = "l10n_fr_chorus.connection"

    secret_expires_on = fields.Date(
        "Keys end on",
        copy=False,
        help="Of the PISTE secret or of the SFTP key, when their owner gave a date.",
    )
    password_warned = fields.Integer(copy=False, readonly=True)
    secret_warned = fields.Integer(copy=False, readonly=True)

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

    # ---- WHAT ENDS (R29) -------------------------------------------------------------

    def _moved_ends(self, vals):
        """Return the names of the dates that these values change."""
        return [
            ends
            for ends in ENDING.keys() & vals.keys()
            if any(one[ends] != fields.Date.to_date(vals[ends]) for one in self)
        ]

    @api.model
    def _untold_ends(self, moved):
        """Values that let a new date be warned of in its turn."""
        return {ENDING[ends]: 0 for ends in moved}

    def _count_password_days(self):
        """Until the platform tells, a password just typed is taken to be new."""
        for connection in self:
            if not connection._channel()._password_lasts:
                continue
            connection.sudo().password_expires_on = guide.password_end(
                connection._today()
            )

    def _today(self):
        return day_in_france(fields.Datetime.now())

    # ---- WARNINGS -----------------------------------------------------------------

    def _warn_of_ends(self):
        """Tell the managers what ends soon; the newest warning replaces the older."""
        for connection in self:
            try:
                with self.env.cr.savepoint():
                    connection._warn_once()
            except Exception:
                _logger.exception("Chorus Pro: what ends in %s", connection.name)

    def _warn_once(self):
        today = self._today()
        due = {
            warned: guide.warning(self[ends] or None, today)
            for ends, warned in ENDING.items()
        }
        fresh = {
            name: days for name, days in due.items() if days not in (0, self[name])
        }
        if fresh:
            self._end_warnings()
            self._tell_ends(today)
            self.sudo().write(fresh)

    def _tell_ends(self, today):
        """One activity for each manager and each thing that ends."""
        lang = self.company_id._l10n_fr_chorus_lang()
        for manager in self._managers():
            speaking = self.with_context(lang=manager.lang or lang)
            for ends in ENDING:
                if guide.warning(self[ends] or None, today):
                    speaking.activity_schedule(
                        TYPE,
                        date_deadline=self[ends],
                        summary=speaking._told_end(ends),
                        note=speaking._told_remedy(ends),
                        user_id=manager.id,
                    )

    def _end_warnings(self):
        """Close the warnings that are open."""
        self.sudo().activity_unlink([TYPE])

    def _told_end(self, ends):
        day = format_date(self.env, self[ends])
        if ends == "password_expires_on":
            return self.env._(
                "%(connection)s: the password ends on %(day)s",
                connection=self.name,
                day=day,
            )
        return self.env._(
            "%(connection)s: the keys end on %(day)s", connection=self.name, day=day
        )

    def _told_remedy(self, ends):
        channel = self._channel()
        if ends != "password_expires_on":
            channel = self.env["l10n_fr_chorus.channel"]
        return channel._password_remedy()

    def _ends(self):
        """Return what ends, in plain JSON values."""
        today = self._today()
        return [
            {
                "connection": connection.name or "",
                "what": ends.removesuffix("_expires_on"),
                "ends_on": connection[ends].isoformat(),
                "days_left": (connection[ends] - today).days,
                "warned": bool(guide.warning(connection[ends], today)),
            }
            for connection in self
            for ends in ENDING
            if connection[ends]
        ]

    def _expiries(self):
        """What ends, for `l10n_fr_chorus_health`: the list, and whether one is past."""
        ends = self.search([("company_id", "=", self.env.company.id)])._ends()
        return ends, any(one["days_left"] < 0 for one in ends)
