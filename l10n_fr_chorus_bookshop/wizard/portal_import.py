from odoo import Command, fields, models

from ..chorus.channels.portal import export as portal_export


class L10nFrChorusPortalImport(models.TransientModel):
    """The portal's export of issued invoices: columns first, then the states."""

    _name = "l10n_fr_chorus.portal_import"
    _description = "Export of the Chorus Pro portal"

    content = fields.Binary("Export of issued invoices", attachment=False)
    filename = fields.Char()
    step = fields.Selection(
        [("file", "File"), ("columns", "Columns"), ("done", "Result")],
        default="file",
        readonly=True,
    )
    column_ids = fields.One2many("l10n_fr_chorus.portal_column", "import_id", "Columns")
    result = fields.Text(readonly=True)

    def action_read(self):
        """Read the titles, and propose what each column holds."""
        moves = self.env["account.move"]
        table = moves._l10n_fr_chorus_table(self.content)
        known = self.env.company.sudo().l10n_fr_chorus_export_columns or {}
        found = portal_export.guess(table.titles, known)
        parts = {index: part for part, index in found.items()}
        self.sudo().write(
            {
                "step": "columns",
                "column_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "title": title,
                                "sample": table.rows[0][1][index] if table.rows else "",
                                "part": parts.get(index, False),
                            }
                        )
                        for index, title in enumerate(table.titles)
                        if title
                    ),
                ],
            }
        )
        return self._again()

    def action_import(self):
        """Remember the columns, and note what the rows say."""
        company = self.env.company
        company._l10n_fr_chorus_remember_columns(
            {column.title: column.part or "" for column in self.column_ids}
        )
        moves = self.env["account.move"]
        answer = moves.l10n_fr_chorus_import_export(self.content)
        lines = [
            self.env._(
                "%(rows)s rows read: %(recorded)s states noted, %(known)s known "
                "already.",
                rows=answer["rows"],
                recorded=answer["recorded"],
                known=answer["known"],
            )
        ]
        lines += [
            self.env._(
                "Row %(line)s, %(number)s: %(message)s",
                line=left["line"],
                number=left["number"],
                message=left["message"],
            )
            for left in answer["left"]
        ]
        self.sudo().write({"step": "done", "result": "\n".join(lines)})
        return self._again()

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import the portal's export"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class L10nFrChorusPortalColumn(models.TransientModel):
    """One column of the export, and what it holds."""

    _name = "l10n_fr_chorus.portal_column"
    _description = "Column of the Chorus Pro portal's export"

    import_id = fields.Many2one(
        "l10n_fr_chorus.portal_import",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    title = fields.Char(readonly=True)
    sample = fields.Char("First value", readonly=True)
    part = fields.Selection(
        selection=lambda self: [
            (part, self.env._(label)) for part, label in portal_export.PARTS.items()
        ],
        string="Holds",
    )
