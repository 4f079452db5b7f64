import base64
import io
import logging
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...chorus import directory
from ...chorus.errors import UnreadableFile
from ..common import iso, need_group
from .staging import Staging

NUMBERS = (
    "progress",
    "structures",
    "services",
    "added",
    "changed",
    "gone",
    "service_added",
    "service_changed",
    "service_gone",
    "others",
    "wrong_keys",
    "skipped",
)

_logger = logging.getLogger(__name__)

PARIS = ZoneInfo("Europe/Paris")
# A file that silences more bodies than a usual week is looked at by a person: a row
# may have swallowed others.
SILENCED_SHARE, SILENCED_LEAST = 0.01, 20
# A file much smaller than the last one was cut off on its way.
SMALLEST = 0.8
# How often a load is begun: another worker may write the same rows, a server may stop.
ROUNDS = 4


class L10nFrChorusImport(models.Model):
    """One directory file on its way into the mirror, then what it brought (R3).

    ::

        draft ──> reading ──> ready ──> loading ──> done
                     │  └───────────────────┘  │
                     └───────> refused <───────┘

    Reading stages the file and counts; loading stages it again and writes, in one
    transaction. Both run in the scheduled job, so that nobody waits at a screen.
    """

    _name = "l10n_fr_chorus.import"
    _description = "Import of the Chorus Pro directory"
    _order = "id DESC"

    name = fields.Char("File name")
    file = fields.Binary(
        attachment=True, help="Kept until it is loaded, and every row of it is read."
    )
    source = fields.Selection(
        [
            ("upload", "Uploaded"),
            ("download", "Scheduled download"),
            ("rpc", "Another system"),
        ],
        default="upload",
        required=True,
        readonly=True,
    )
    partial = fields.Boolean(
        "Only a part of the directory",
        help="Bodies that the file does not name then stay as they are.",
    )
    to_confirm = fields.Boolean("Show what would change first", default=True)
    as_of = fields.Datetime(
        "True on",
        compute="_compute_as_of",
        store=True,
        readonly=False,
        help="The day the file was made. A later answer about a body is kept.",
    )
    state = fields.Selection(
        [
            ("draft", "Not read yet"),
            ("reading", "Being read"),
            ("ready", "To be confirmed"),
            ("loading", "Being loaded"),
            ("done", "Loaded"),
            ("refused", "Not loaded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    progress = fields.Integer("Progress (%)", readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)
    message = fields.Text("What is wrong", readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    structures = fields.Integer("Bodies in the file", readonly=True, copy=False)
    services = fields.Integer("Services in the file", readonly=True, copy=False)
    added = fields.Integer("New bodies", readonly=True, copy=False)
    changed = fields.Integer("Changed bodies", readonly=True, copy=False)
    gone = fields.Integer("Bodies no longer listed", readonly=True, copy=False)
    service_added = fields.Integer("New services", readonly=True, copy=False)
    service_changed = fields.Integer("Changed services", readonly=True, copy=False)
    service_gone = fields.Integer(
        "Services no longer listed", readonly=True, copy=False
    )
    others = fields.Integer(
        "Bodies without SIRET",
        readonly=True,
        copy=False,
        help="Known by another identifier: they are kept apart.",
    )
    wrong_keys = fields.Integer("SIRETs with a wrong key", readonly=True, copy=False)
    skipped = fields.Integer("Rows left out", readonly=True, copy=False)
    skipped_rows = fields.Text("First rows left out", readonly=True, copy=False)
    is_sorted = fields.Boolean(
        "Dealt with", copy=False, help="Someone has looked at the rows left out."
    )
    remarks = fields.Text(readonly=True, copy=False)
    unmapped = fields.Text("Columns nobody knows", readonly=True, copy=False)

    @api.depends("name", "as_of")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Another system may give a file without its name: it has a date."""
        for one in self:
            day = one.as_of and format_date(one.env, one.as_of.date())
            one.display_name = one.name or one.env._("Directory of %s", day or "")

    @api.depends("name")
    def _compute_as_of(self):
        """The day its name tells, else now; never later than now."""
        now = fields.Datetime.now()
        for one in self:
            day = directory.published_on(one.name or "")
            told = datetime.combine(day, time(), PARIS).astimezone(UTC) if day else None
            one.as_of = min(now, told.replace(tzinfo=None)) if told else now

    # ---- BUTTONS ------------------------------------------------------------------

    def action_read(self):
        """Read the file; load it at once unless it is to be confirmed."""
        self._need_administrator()
        for one in self:
            if not one.file:
                raise UserError(self.env._("Choose the directory file first."))
        self._start("reading")

    def action_load(self):
        """Load what was previewed."""
        self._need_administrator()
        self.filtered(lambda one: one.state == "ready")._start("loading")

    def action_look(self):
        """Show how far the job is: the form reads itself again."""
        self.check_access("read")
        return False

    def _need_administrator(self):
        need_group(
            self.env,
            "base.group_system",
            self.env._(
                "All the companies of this Odoo share the directory: only its "
                "administrator loads it."
            ),
        )

    def _start(self, state):
        self.env.company._l10n_fr_chorus_begin()
        self.sudo().write(
            {"state": state, "progress": 0, "attempts": 0, "message": False}
        )
        self._wake()

    @api.model
    def _wake(self):
        self.env.ref("l10n_fr_chorus_bookshop.ir_cron_directory").sudo()._trigger()

    # ---- THE JOB ------------------------------------------------------------------

    @api.model
    def _cron_directory(self):
        """Fetch what is due, then read and load what waits. Never raises."""
        self.env["l10n_fr_chorus.directory.source"]._download_due()
        self._work()

    @api.model
    def _work(self):
        """Read and load what waits, one file after the other."""
        waiting = [("state", "in", ("reading", "loading"))]
        while one := self.search(waiting, order="id", limit=1):
            one = one.with_context(lang=one.create_uid.lang)
            try:
                one._advance()
            except Exception as error:
                # Whatever happens, the mirror stays as it was and a person is told.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                # Another worker wrote the same rows at the same time.
                conflict = isinstance(error, TransactionRollbackError)
                if not conflict or one.attempts >= ROUNDS:
                    _logger.warning("Chorus Pro: directory file", exc_info=True)
                    one._refuse(one._describe_error(error))
            self.env["ir.cron"]._commit_progress()

    def _describe_error(self, error):
        """Say an error to a person."""
        if isinstance(error, UnreadableFile):
            return self.env._(error.template, **error.values)
        return self.env._("The file could not be loaded: %s", error)

    def _refuse(self, why):
        self.write(
            {
                "state": "refused",
                "message": why,
                "finished_at": fields.Datetime.now(),
                "file": False,
            }
        )

    def _advance(self):
        """Read one file, and load it unless a person is to confirm it.

        :raises UnreadableFile: the file is refused
        """
        self.ensure_one()
        self.attempts += 1
        if self.attempts > ROUNDS:
            self._refuse(
                self.env._("Loading stopped %s times: ask your integrator.", ROUNDS)
            )
            return
        self.env["ir.cron"]._commit_progress()
        only_preview = self.state == "reading" and self.to_confirm
        with (
            self._open() as file,
            Staging(self.env, self.as_of, self.partial) as staging,
        ):
            tally = directory.Tally()
            self._stage(staging, file, tally)
            self._note_tally(tally)
            why = self._why_not(staging.count())
            doubt = self._why_ask(staging) if self.state == "reading" else ""
            if why:
                self._refuse(why)
            elif only_preview or doubt:
                self._note_counts(staging.preview())
                self.write({"state": "ready", "message": doubt or False})
            else:
                self._load(staging)

    def _open(self):
        """Open the file where it lies, without reading it whole."""
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        if attachment.store_fname:
            return open(attachment._full_path(attachment.store_fname), "rb")
        return io.BytesIO(attachment.raw or b"")

    def _stage(self, staging, file, tally):
        """Copy the file into the staging tables, showing how far it is."""
        size = max(file.seek(0, io.SEEK_END), 1)
        for _block in staging.stage(directory.read(file, tally), tally):
            progress = min(99, file.tell() * 100 // size)
            if progress != self.progress:
                self.progress = progress
                self.env["ir.cron"]._commit_progress()
        # What follows must see what was committed while the file was read.
        self.env["ir.cron"]._commit_progress()

    def _load(self, staging):
        """Write what differs and tell whom it concerns, in one transaction."""
        changes = self.env["l10n_fr_chorus.change"]
        with changes._watching(changes._of_interest(), "file"):
            self._note_counts(staging.load())
        self.write(
            {
                "state": "done",
                "progress": 100,
                "message": False,
                "finished_at": fields.Datetime.now(),
                # Whoever corrects the rows left out wants to see them.
                **({} if self.skipped else {"file": False}),
            }
        )

    def _note_tally(self, tally):
        self.write(
            {
                "structures": tally.structures,
                "services": tally.services,
                "others": tally.others,
                "wrong_keys": tally.wrong_keys,
                "skipped": tally.skipped,
                "unmapped": ", ".join(tally.unmapped) or False,
                "remarks": "\n".join(
                    self.env._(template, **values) for template, values in tally.remarks
                )
                or False,
                "skipped_rows": "\n".join(map(self._describe_aside, tally.asides))
                or False,
            }
        )

    def _describe_aside(self, one):
        """Say which row was left out, why, and what it holds."""
        return self.env._(
            "Row %(row)s: %(why)s « %(text)s »",
            row=one.place,
            why=self.env._(one.template, **one.values),
            text=one.text,
        )

    def _note_counts(self, counts):
        structures, services = counts
        self.write(
            {
                **structures._asdict(),
                **{f"service_{name}": one for name, one in services._asdict().items()},
            }
        )

    def _why_not(self, structures):
        """Say why a file that could be read is not loaded, "" when it may be."""
        last = self._last_loaded()
        if last and self.as_of < last.as_of:
            return self.env._(
                "A directory of %(later)s is already loaded; this one is of %(date)s.",
                later=self._day(last.as_of),
                date=self._day(self.as_of),
            )
        complete = self._last_loaded(complete=True)
        # A file of services alone says nothing of the bodies.
        told = structures or not self.services
        if not self.partial and told and structures < SMALLEST * complete.structures:
            return self.env._(
                "The file names %(new)s bodies, the last one %(old)s: it is probably "
                "cut off. Download it again, or say that it is only a part.",
                new=structures,
                old=complete.structures,
            )
        return ""

    def _why_ask(self, staging):
        """Say why a person must look before this file is loaded, "" when none must."""
        active, silenced = staging.silenced()
        if silenced <= max(SILENCED_LEAST, SILENCED_SHARE * active):
            return ""
        return self.env._(
            "%(silenced)s of %(active)s bodies would no longer receive invoices, many "
            "more than in a usual week. Look at the rows left out: if the file is "
            "right, load it; if not, download it again.",
            silenced=silenced,
            active=active,
        )

    def _day(self, moment):
        there = fields.Datetime.context_timestamp(
            self.with_context(tz="Europe/Paris"), moment
        )
        return format_date(self.env, there.date())

    @api.model
    def _last_loaded(self, complete=False):
        """Return the loaded import whose file is the newest."""
        domain = Domain("state", "=", "done")
        if complete:
            domain &= Domain("partial", "=", False) & Domain("structures", ">", 0)
        return self.sudo().search(domain, order="as_of DESC, id DESC", limit=1)

    @api.model
    def _confirmed_at(self):
        """Return when the whole directory was last confirmed, False when never."""
        return self._last_loaded(complete=True).as_of

    # ---- PUBLIC -------------------------------------------------------------------

    @api.model
    def l10n_fr_chorus_import(self, content, name="", partial=False, confirm=False):
        """Load a directory file: XLSX, CSV, or XML in a ZIP (R3).

        It is read by the scheduled job; `l10n_fr_chorus_import_status` follows it.

        :param content: the file in base64
        :param name: its name, whose day tells how old it is
        :param partial: bodies that it does not name stay as they are
        :param confirm: only tell what would change; `l10n_fr_chorus_load` then loads it
        :return: what `l10n_fr_chorus_import_status` tells of it
        """
        self._need_administrator()
        try:
            base64.b64decode(content, validate=True)
        except ValueError:
            raise UserError(self.env._("The content must be in base64.")) from None
        one = self.sudo().create(
            {
                "name": name,
                "file": content,
                "source": "rpc",
                "partial": partial,
                "to_confirm": confirm,
            }
        )
        one = one.with_env(self.env)
        one._start("reading")
        return one.l10n_fr_chorus_import_status()[0]

    def l10n_fr_chorus_load(self):
        """Load files whose preview was asked for.

        :return: as `l10n_fr_chorus_import_status`
        """
        self.action_load()
        return self.l10n_fr_chorus_import_status()

    def l10n_fr_chorus_import_status(self):
        """Tell how far imports are and what they bring.

        :return: list of {"id", "name", "state", "progress", "message", "structures",
            "services", "added", "changed", "gone", "service_added", "service_changed",
            "service_gone", "others", "wrong_keys", "skipped", "skipped_rows",
            "unmapped", "remarks",
            "as_of", "finished_at"}; plain JSON values
        """
        self.check_access("read")
        return [
            {
                "id": one.id,
                **{name: one[name] or "" for name in ("name", "state", "message")},
                **{name: one[name] for name in NUMBERS},
                "unmapped": one.unmapped.split(", ") if one.unmapped else [],
                "remarks": one.remarks.splitlines() if one.remarks else [],
                "skipped_rows": one.skipped_rows or "",
                "as_of": iso(one.as_of),
                "finished_at": iso(one.finished_at),
            }
            for one in self
        ]
