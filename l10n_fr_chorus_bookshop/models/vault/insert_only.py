from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

MODELS = "l10n_fr_chorus."
GUARDS = ("insert_only_rows", "insert_only_table")
MODULE = "l10n_fr_chorus_bookshop"


class L10nFrChorusInsertOnly(models.AbstractModel):
    """A table whose rows are never changed nor deleted, whoever asks (R25).

    PostgreSQL refuses by triggers; the ORM refuses before it, with words for people.
    The owner of the table can still disable a trigger: that is found by the chain of
    `l10n_fr_chorus.seal`, not prevented.

    A model that inherits this sets `_log_access = False` itself (Odoo does not inherit
    it), has no link to users or partners (merging or deleting one would change rows),
    only required links with `ondelete="restrict"`, no stored computed field and no
    `active`. Its schema is final: Odoo fills a new column by an UPDATE. Later facts go
    to a new table.
    """

    _name = "l10n_fr_chorus.insert_only"
    _description = "Rows never changed nor deleted"

    # The field that leads to the company whose chain seals a row.
    _company_path = "company_id"
    # The columns that a seal covers; all of them, a content by its digest, where none
    # is named.
    _sealed_columns = ()

    made_at = fields.Datetime("Recorded on", required=True, readonly=True)
    made_by = fields.Char("Recorded by", required=True, readonly=True)

    def init(self):
        if not self._abstract:
            self._guard_table()
        return super().init()

    def _guard_table(self):
        """Set the triggers, the same again at each upgrade."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION l10n_fr_chorus_insert_only()
                RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION USING MESSAGE = TG_OP || ' refused: rows of '
                        || TG_TABLE_NAME || ' are never changed nor deleted';
                END $$;
                DROP TRIGGER IF EXISTS insert_only_rows ON %(table)s;
                CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION l10n_fr_chorus_insert_only();
                DROP TRIGGER IF EXISTS insert_only_table ON %(table)s;
                CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION l10n_fr_chorus_insert_only();
                """,
                table=SQL.identifier(self._table),
            )
        )

    # ---- GUARDS -------------------------------------------------------------------

    @api.model
    def _open_tables(self):
        """The names of the tables whose guards are no longer all in place."""
        names = self.pool["l10n_fr_chorus.insert_only"]._inherit_children
        tables = {self.env[name]._table: name for name in names}
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT c.relname, count(*)
                    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                    WHERE c.relname IN %s AND t.tgname IN %s
                        AND t.tgenabled IN ('O', 'A')
                    GROUP BY 1
                    """,
                    tuple(tables),
                    GUARDS,
                )
            )
        )
        models_ = self.env["ir.model"]
        return [
            models_._get(name).name
            for table, name in sorted(tables.items())
            if counts.get(table, 0) < len(GUARDS)
        ]

    @api.model
    def _author(self) -> str:
        """Who acts, as text that outlives the user's record."""
        user = self.env.user.sudo()
        return f"{user.name} ({user.login})"

    @api.model
    def _insert(self, rows, conflict=None):
        """Add rows in one statement: the only way in, closed to RPC.

        Raw bytes go to a Binary column as they are, not as base64.

        :param rows: dicts by field name; what is absent is empty, `made_at` and
            `made_by` are now and the current user
        :param conflict: SQL of an ON CONFLICT clause
        :return: the rows added, as a recordset
        :raises ValueError: a row names something that is not a column
        """
        if not rows:
            return self.browse()
        columns = [
            field
            for field in self._fields.values()
            if field.store and field.column_type and field.name != "id"
        ]
        stamp = {"made_at": fields.Datetime.now(), "made_by": self._author()}
        values = []
        for row in rows:
            row = {**stamp, **row}
            if unknown := row.keys() - {field.name for field in columns}:
                message = f"{self._name} has no column {sorted(unknown)}"
                raise ValueError(message)
            values.append(
                tuple(
                    field.convert_to_column_insert(row.get(field.name), self)
                    for field in columns
                )
            )
        added = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s %s RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(SQL.identifier(field.name) for field in columns),
                SQL(", ").join(values),
                conflict or SQL(),
            )
        )
        records = self.browse(record_id for (record_id,) in added)
        records._forget_dependents()
        return records

    def _forget_dependents(self):
        """Drop from the cache what these new rows make stale."""
        for field in self._fields.values():
            for inverse in self.pool.field_inverses[field]:
                self.env[inverse.model_name].invalidate_model([inverse.name])
        self.modified(self._fields, create=True)

    # ---- REFUSALS -----------------------------------------------------------------

    def _refuse(self):
        raise AccessError(
            self.env._(
                "%(table)s: what is recorded is proof. It is never changed nor "
                "deleted, and only the software itself adds to it.",
                table=self.env["ir.model"]._get(self._name).name,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        return self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        return self._refuse()

    def unlink(self):  # pylint: disable=method-required-super
        return self._refuse()


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        # EXTENDS 'base': tell at once what `uninstall_hook` would refuse later
        action = super().button_uninstall()
        if self.search_count([("name", "=", MODULE), ("state", "=", "to remove")]):
            self.env["l10n_fr_chorus.original"].sudo()._refuse_uninstall()
        return action

    def module_uninstall(self):
        # EXTENDS 'base': open to RPC, and drops the tables without any hook
        if MODULE in self.mapped("name"):
            self.env["l10n_fr_chorus.original"].sudo()._refuse_uninstall()
        return super().module_uninstall()
