import logging

from odoo import api, fields, models
from odoo.tools import format_date

from ...chorus import guide
from ...chorus.platform_time import day_in_france

_logger = logging.getLogger(__name__)

TYPE = "l10n_fr_chorus_bookshop.mail_activity_type_expiry"
# What ends, with the field that remembers which warning was given.
ENDING = {
    "password_expires_on": "password_warned",
    "secret_expires_on": "secret_warned",
}


class L10nFrChorusConnection(models.Model):
    """A person is told before a password or a key ends, once for each delay (R29)."""

    _name = "l10n_fr_chorus.connection"
    _inherit = ["l10n_fr_chorus.connection", "mail.activity.mixin"]

    secret_expires_on = fields.Date(
        "Keys end on",
        copy=False,
        help="Of the PISTE secret or of the SFTP key, when their owner gave a date.",
    )
    password_warned = fields.Integer(copy=False, readonly=True)
    secret_warned = fields.Integer(copy=False, readonly=True)

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
