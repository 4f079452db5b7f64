from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...chorus.channels.edi import invoic
from ...chorus.channels.edi.answer import ACCEPTED, COLUMNS, DATA, REJECTED, Dictionary
from ...chorus.channels.edi.invoic import Mentions, Settings
from ...chorus.channels.edi.mailbox import Folders
from ...chorus.lifecycle.states import STATES
from ...chorus.text import storable
from ..common import profile_download

# Once qualified, changing one of these is using another profile.
AGREED = (
    *("payload", "with_pdf", "receiver_gln", "application", "association"),
    *("original_qualifier", "discount_code", "buyer_agency", "file_name"),
    *("sent_folder", "answers_folder", "archive_folder", "taken_folder", "suffix"),
    *("acknowledges", "row_path", "status_ids", "datum_ids"),
)
# What an exported profile holds.
LINES = {"status_ids": ("code", "meaning"), "datum_ids": ("datum", "column", "path")}
PLAIN = ("name", "operator", *(name for name in AGREED if name not in LINES))
FORMAT = "l10n_fr_chorus.profile/1"
# A profile from outside: its file, its lines, a value in characters.
MOST_BYTES, MOST_LINES, LONGEST = 200_000, 500, 2000
PATTERN_VALUES = {"gln": "", "date": "", "reference": "", "number": ""}


class L10nFrChorusProfile(models.Model):
    """How an operator wants its files (R11): another operator is another profile.

    Dilicom's own specification comes with its contract. What is shipped is the message
    book traders speak; every doubtful choice stands here rather than in the code.
    """

    _name = "l10n_fr_chorus.profile"
    _description = "EDI operator's profile"
    _inherit = ["mail.thread"]

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: shipped for all companies. Duplicate it to have your own.",
    )
    operator = fields.Char(required=True, default="Dilifac")
    payload = fields.Selection(
        [("edifact", "EDIFACT (INVOIC D.96A)"), ("facturx", "Factur-X (PDF)")],
        "Document",
        required=True,
        default="edifact",
    )
    with_pdf = fields.Boolean(
        "With the PDF beside",
        help="The readable invoice is left in the mailbox with the EDIFACT file.",
    )
    receiver_gln = fields.Char("Operator's GLN", required=True, default="3025590000008")
    application = fields.Char("Application reference (UNB 0026)", default="INVOIC")
    association = fields.Char(
        "EANCOM version (UNH 0057)", required=True, default="EAN008"
    )
    original_qualifier = fields.Selection(
        [("IV", "IV"), ("OI", "OI")],
        "Qualifier of the credited invoice (RFF)",
        required=True,
        default="IV",
    )
    discount_code = fields.Char(
        "Code of a trade discount (ALC)", required=True, default="TD"
    )
    buyer_agency = fields.Char(
        "Agency of the SIRET (NAD 3055)", required=True, default="107"
    )
    file_name = fields.Char(
        "File name",
        required=True,
        default="{gln}_INVOIC_{date}_{reference}",
        help="{gln}: the shop's GLN; {date}: year to second; {reference}: the "
        "interchange's control reference, which makes the name unique; {number}: the "
        "invoice's number. The extension is added.",
    )
    sent_folder = fields.Char("Deposit folder", required=True, default="I")
    answers_folder = fields.Char("Answers folder", required=True, default="O")
    archive_folder = fields.Char(
        default="ARC", help="Where answers that were read go; empty to delete them."
    )
    taken_folder = fields.Char(
        "Folder of what was taken",
        help="Where the operator keeps the files it took, if the shop can see it.",
    )
    suffix = fields.Char("Suffix of archived files")
    acknowledges = fields.Boolean(
        "Answers every file",
        default=True,
        help="The operator always answers what it took. Its silence then proves, once "
        "the quarantine is over, that a doubtful deposit did not arrive; without this, "
        "a person decides.",
    )
    row_path = fields.Char("Path of a status (XML)")
    status_ids = fields.One2many(
        "l10n_fr_chorus.profile.status", "profile_id", "Operator's words", copy=True
    )
    datum_ids = fields.One2many(
        "l10n_fr_chorus.profile.datum", "profile_id", "Status files", copy=True
    )
    qualified = fields.Boolean(
        "Qualified by Dilicom",
        tracking=True,
        copy=False,
        help="The operator has accepted test files made with this profile. Production "
        "stays closed until then.",
    )
    qualified_on = fields.Date(tracking=True, copy=False)

    _qualified_dated = models.Constraint(
        "CHECK (qualified IS NOT TRUE OR qualified_on IS NOT NULL)",
        "Give the date on which the operator qualified this profile.",
    )

    @api.constrains("receiver_gln")
    def _check_receiver_gln(self):
        for profile in self:
            if not invoic.is_gln(profile.receiver_gln):
                raise ValidationError(
                    self.env._(
                        "« %(gln)s » is not a GLN: 13 digits, the last of which is a "
                        "key.",
                        gln=profile.receiver_gln,
                    )
                )

    @api.constrains("file_name")
    def _check_file_name(self):
        for profile in self:
            try:
                profile.file_name.format(**PATTERN_VALUES)
                unique = "{reference}" in profile.file_name
            except (KeyError, IndexError, ValueError):
                unique = False
            if not unique or "/" in profile.file_name or "." in profile.file_name:
                raise ValidationError(
                    self.env._(
                        "A file name is made of {gln}, {date}, {number} and plain "
                        "letters, and holds {reference}, which no other file has."
                    )
                )

    def write(self, vals):
        """A profile that changes is no longer the one the operator accepted."""
        if "qualified" not in vals and vals.keys() & set(AGREED):
            vals = {**vals, "qualified": False, "qualified_on": False}
        return super().write(vals)

    @api.onchange("qualified")
    def _onchange_qualified(self):
        if self.qualified and not self.qualified_on:
            self.qualified_on = fields.Date.context_today(self)

    # ---- FOR THE CORE -------------------------------------------------------------

    def _settings(self, company) -> Settings:
        """Return what the message's writer needs."""
        self.ensure_one()
        return Settings(
            receiver=self.receiver_gln,
            application=self.application or "",
            association=self.association,
            original_qualifier=self.original_qualifier,
            discount_code=self.discount_code,
            buyer_agency=self.buyer_agency,
            mentions=Mentions(
                registration=company.l10n_fr_chorus_registration or "",
                penalties=company.l10n_fr_chorus_penalties or "",
                recovery=company.l10n_fr_chorus_recovery or "",
                discount=company.l10n_fr_chorus_early_discount or "",
            ),
        )

    def _folders(self) -> Folders:
        self.ensure_one()
        return Folders(
            sent=self.sent_folder,
            answers=self.answers_folder,
            archive=self.archive_folder or "",
            taken=self.taken_folder or "",
            suffix=self.suffix or "",
        )

    def _dictionary(self) -> Dictionary:
        self.ensure_one()
        columns = {one.datum: one.column or "" for one in self.datum_ids}
        return Dictionary(
            meanings={one.code: one.meaning for one in self.status_ids},
            columns=columns or COLUMNS,
            row=self.row_path or "",
            paths={one.datum: one.path or "" for one in self.datum_ids},
        )

    def _name_of(self, gln, invoice, reference, moment) -> str:
        """Return the name of an invoice's file, without extension."""
        number = "".join(char if char.isalnum() else "-" for char in invoice.number)
        return self.file_name.format(
            gln=gln,
            date=moment.strftime("%Y%m%d%H%M%S"),
            reference=reference,
            number=number,
        )

    # ---- PUBLIC -------------------------------------------------------------------

    def l10n_fr_chorus_export(self):
        """Return these profiles as plain values, to be kept or given to a colleague.

        The qualification stays behind: it is between one shop and its operator.

        :return: list of dicts without None
        """
        self.check_access("read")
        return [
            {
                "format": FORMAT,
                **{name: profile[name] or _nothing(profile, name) for name in PLAIN},
                **{
                    lines: [
                        {name: line[name] or "" for name in names}
                        for line in profile[lines]
                    ]
                    for lines, names in LINES.items()
                },
            }
            for profile in self
        ]

    @api.model
    def l10n_fr_chorus_import(self, values):
        """Create a profile from what `l10n_fr_chorus_export` gave; never qualified.

        :param values: one of its dicts
        :return: {"id": of the new profile, "name"}
        :raises UserError: these are not the values of a profile
        """
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise UserError(self.env._("This is not an exported profile."))
        known = {"format", *PLAIN, *LINES}
        try:
            if unknown := sorted(values.keys() - known):
                raise ValueError(", ".join(unknown))
            rows = {
                lines: [
                    Command.create({name: row[name] for name in names})
                    for row in values.get(lines, [])
                ]
                for lines, names in LINES.items()
            }
            plain = {name: values[name] for name in PLAIN if name in values}
            if sum(map(len, rows.values())) > MOST_LINES:
                raise ValueError(MOST_LINES)
            for told in (plain, *(one[2] for some in rows.values() for one in some)):
                _check_plain(told)
            with self.env.cr.savepoint():
                profile = self.create({**plain, **rows})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UserError(
                self.env._("This profile cannot be read: %(why)s", why=error)
            ) from error
        return {"id": profile.id, "name": profile.name}

    # ---- SCREEN -------------------------------------------------------------------

    def action_export(self):
        """Download a profile as a JSON file."""
        return profile_download(self)


def _check_plain(told):
    """Refuse what no field of a profile holds.

    :raises ValueError: a value is of another kind, too long, or holds a hidden sign
    """
    for name, value in told.items():
        text = value if isinstance(value, str) else ""
        if not isinstance(value, (str, bool, int)) or text != storable(text[:LONGEST]):
            raise ValueError(name)


class L10nFrChorusProfileStatus(models.Model):
    """A word of the operator's, and what it means to us."""

    _name = "l10n_fr_chorus.profile.status"
    _description = "Operator's word"
    _order = "code"
    _rec_name = "code"

    profile_id = fields.Many2one(
        "l10n_fr_chorus.profile", required=True, ondelete="cascade", index=True
    )
    code = fields.Char("Operator's word", required=True)
    meaning = fields.Selection(
        selection=lambda self: [
            (ACCEPTED, self.env._("Accepted by the operator")),
            (REJECTED, self.env._("Stopped by the operator")),
            *(
                (state.code, self.env._(state.label))
                for state in STATES.values()
                if state.platform
            ),
        ],
        required=True,
    )

    _code_unique = models.UniqueIndex(
        "(profile_id, code)", "This word is already there."
    )


class L10nFrChorusProfileDatum(models.Model):
    """Where a status file holds a datum."""

    _name = "l10n_fr_chorus.profile.datum"
    _description = "Datum of a status file"
    _rec_name = "datum"

    profile_id = fields.Many2one(
        "l10n_fr_chorus.profile", required=True, ondelete="cascade", index=True
    )
    datum = fields.Selection(
        selection=lambda self: self._data(),
        required=True,
    )
    column = fields.Char("Column (CSV)")
    path = fields.Char("Path (XML)")

    _datum_unique = models.UniqueIndex(
        "(profile_id, datum)", "This datum is already there."
    )

    @api.model
    def _data(self):
        labels = {
            "number": self.env._("Invoice number"),
            "code": self.env._("Status"),
            "date": self.env._("Date"),
            "reason": self.env._("Reason"),
            "reference": self.env._("Control reference"),
            "platform_id": self.env._("Chorus Pro's identifier"),
        }
        return [(datum, labels[datum]) for datum in DATA]


def _nothing(profile, name):
    """What stands for an empty field in JSON."""
    return False if profile._fields[name].type == "boolean" else ""
