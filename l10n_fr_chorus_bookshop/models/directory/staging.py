import csv
import io
from collections import namedtuple

from odoo.tools import SQL

from ...chorus.directory import ServiceRow, StructureRow
from ...chorus.invoice import OBLIGATIONS, PUBLIC_ONLY

# Rows handed to PostgreSQL at a time.
BLOCK = 5000
# From here on the planner's idea of the tables is too old to be used.
MANY = 10_000

Counts = namedtuple("Counts", "added changed gone")

TABLES = {
    StructureRow: "l10n_fr_chorus_stage_structure",
    ServiceRow: "l10n_fr_chorus_stage_service",
}
FLAGS = {"is_active", "active", *OBLIGATIONS}
KEYS = {StructureRow: ("siret",), ServiceRow: ("siret", "code")}


class Staging:
    """A directory file in temporary tables, then in the mirror (DECISIONS,
    « A directory file »).

    The file is staged whole before anything is compared: one that ends badly has
    changed nothing. What is compared and written then is the rows that differ, in few
    statements: an unchanged file writes no row, locks none, and stops no sending.

    An answer newer than the file stands: of two news about a body the later one wins.

    :param as_of: naive UTC datetime at which what the file tells was true
    :param partial: the file is an extract: what it does not name has not vanished
    """

    def __init__(self, env, as_of, partial=False):
        self._env = env
        self._cursor = env.cr
        self._partial = partial
        self._as_of = as_of
        self._tally = None

    def __enter__(self):
        self._drop()
        for kind, table in TABLES.items():
            columns = SQL(", ").join(
                SQL(
                    "%s %s",
                    SQL.identifier(name),
                    SQL("boolean" if name in FLAGS else "text"),
                )
                for name in kind._fields
            )
            self._cursor.execute(
                SQL(
                    "CREATE TEMPORARY TABLE %s (line integer, %s)",
                    SQL.identifier(table),
                    columns,
                )
            )
        return self

    def __exit__(self, error, *_details):
        """After an error the transaction is lost: the next file drops the tables."""
        if error is None:
            self._drop()

    def _drop(self):
        for table in TABLES.values():
            self._cursor.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))

    # ---- STAGE --------------------------------------------------------------------

    def stage(self, rows, tally):
        """Copy rows into the temporary tables; yields after each block.

        :param rows: iterator of `StructureRow` and `ServiceRow`
        :param tally: what the reader counts, complete once `rows` is over
        """
        blocks = {kind: [] for kind in TABLES}
        for line, row in enumerate(rows):
            block = blocks[type(row)]
            block.append((line, *row))
            if len(block) == BLOCK:
                self._copy_block(type(row), block)
                block.clear()
                yield
        for kind, block in blocks.items():
            self._copy_block(kind, block)
            self._keep_one_of_each(kind)
            self._index(kind)
        self._tally = tally

    def _copy_block(self, kind, block):
        text = io.StringIO()
        csv.writer(text).writerows(block)
        text.seek(0)
        self._cursor.copy_expert(f"COPY {TABLES[kind]} FROM STDIN (FORMAT csv)", text)

    def _keep_one_of_each(self, kind):
        """Of rows about the same thing the active one counts, else the last."""
        active = "is_active" if kind is StructureRow else "active"
        self._cursor.execute(
            SQL(
                """
                DELETE FROM %(table)s WHERE line IN (
                    SELECT line FROM (
                        SELECT line, row_number() OVER (
                            PARTITION BY %(keys)s
                            ORDER BY %(active)s DESC NULLS LAST, line DESC
                        ) AS rank
                          FROM %(table)s
                         WHERE (%(keys)s) IN (
                            SELECT %(keys)s FROM %(table)s
                             GROUP BY %(keys)s HAVING count(*) > 1
                        )
                    ) AS repeated
                     WHERE rank > 1
                )
                """,
                table=SQL.identifier(TABLES[kind]),
                keys=SQL(", ").join(map(SQL.identifier, KEYS[kind])),
                active=SQL.identifier(active),
            )
        )

    def _index(self, kind):
        """Whatever the planner believes of a mirror just filled, no row is looked up
        by reading all the others: that would take hours."""
        table = SQL.identifier(TABLES[kind])
        keys = SQL(", ").join(map(SQL.identifier, KEYS[kind]))
        self._cursor.execute(SQL("CREATE INDEX ON %s (%s)", table, keys))
        self._cursor.execute(SQL("ANALYZE %s", table))

    def count(self):
        """Return how many different bodies are staged."""
        [[found]] = self._env.execute_query(
            SQL("SELECT count(*) FROM l10n_fr_chorus_stage_structure")
        )
        return found

    # ---- COMPARE ------------------------------------------------------------------

    def preview(self):
        """Return what loading would do: `Counts` of bodies, `Counts` of services."""
        self._take_room()
        found = []
        for kind in TABLES:
            if not self._tells_of(kind):
                found.append(Counts(0, 0, 0))
                continue
            [[added, changed]] = self._env.execute_query(
                SQL(
                    """
                    SELECT count(*) FILTER (WHERE old.id IS NULL),
                           count(*) FILTER (WHERE old.id IS NOT NULL)
                      FROM %s WHERE %s
                    """,
                    self._joined(kind),
                    self._differs(kind),
                )
            )
            [[gone]] = self._env.execute_query(
                SQL("SELECT count(*) FROM %s", self._gone(kind))
            )
            found.append(Counts(added, changed, gone))
        return found

    def silenced(self):
        """Return how many bodies that receive invoices would no longer: all, then so.

        :return: (bodies active now, those of them that loading would make inactive)
        """
        [[active]] = self._env.execute_query(
            SQL(
                """
                SELECT count(*) FROM l10n_fr_chorus_structure
                 WHERE company_id IS NULL AND is_active AND is_public IS NOT FALSE
                """
            )
        )
        if not self._tells_of(StructureRow):
            return active, 0
        [[gone]] = self._env.execute_query(
            SQL("SELECT count(*) FROM %s", self._gone(StructureRow))
        )
        [[closed]] = self._env.execute_query(
            SQL(
                """
                SELECT count(*) FROM %s
                 WHERE old.is_active AND new.is_active IS FALSE
                   AND old.checked_at <= %s
                """,
                self._joined(StructureRow),
                self._as_of,
            )
        )
        return active, gone + closed

    def load(self):
        """Bring the mirror to what the file says, in the current transaction.

        :return: as `preview` told
        """
        self._env.flush_all()
        self._take_room()
        found = []
        for kind in TABLES:
            if not self._tells_of(kind):
                found.append(Counts(0, 0, 0))
                continue
            [[added, changed]] = self._env.execute_query(self._upsert(kind))
            if added + changed > MANY:
                self._cursor.execute(SQL("ANALYZE %s", self._target(kind)))
            self._cursor.execute(self._switch_off(kind))
            found.append(Counts(added, changed, self._cursor.rowcount))
        self._env.invalidate_all()
        return found

    def _take_room(self):
        """Compare in memory: what a statement gets by default is for small ones."""
        self._cursor.execute("SET LOCAL work_mem = '64MB'")

    # ---- STATEMENTS ---------------------------------------------------------------

    def _target(self, kind):
        model = "structure" if kind is StructureRow else "service"
        return SQL.identifier(f"l10n_fr_chorus_{model}")

    def _tells_of(self, kind):
        """Whether the file has rows of this kind: an empty table says nothing."""
        tally = self._tally
        return bool(tally.structures if kind is StructureRow else tally.services)

    def _fields_told(self, kind):
        """Fields the file tells of each row, its keys apart."""
        told = self._tally.fields[kind]
        return [
            name for name in kind._fields if name in told and name not in KEYS[kind]
        ]

    def _value(self, name):
        """A field's new value: an unknown word leaves what was known."""
        column = SQL.identifier(name)
        if name not in FLAGS:
            return SQL("COALESCE(new.%s, '')", column)
        # What is new is there, unless the file says otherwise.
        usual = SQL("true") if name in ("active", "is_active") else SQL("false")
        return SQL("COALESCE(new.%s, old.%s, %s)", column, column, usual)

    def _known(self, name):
        missing = SQL("false") if name in FLAGS else SQL("''")
        return SQL("COALESCE(old.%s, %s)", SQL.identifier(name), missing)

    def _joined(self, kind):
        """Staged rows as `new`, beside what is known of them as `old`, if anything."""
        if kind is StructureRow:
            return SQL(
                """
                %s AS new LEFT JOIN l10n_fr_chorus_structure AS old
                  ON old.siret = new.siret AND old.company_id IS NULL
                """,
                SQL.identifier(TABLES[kind]),
            )
        return SQL(
            """
            %s AS new
            LEFT JOIN l10n_fr_chorus_structure AS body
                   ON body.siret = new.siret AND body.company_id IS NULL
            LEFT JOIN l10n_fr_chorus_service AS old
                   ON old.structure_id = body.id AND old.code = new.code
            """,
            SQL.identifier(TABLES[kind]),
        )

    def _differs(self, kind):
        """Rows to write: new ones, and older ones that say something else."""
        pairs = [
            SQL("%s IS DISTINCT FROM %s", self._known(name), self._value(name))
            for name in self._fields_told(kind)
        ]
        if kind is StructureRow:
            pairs += [SQL("old.is_known IS NOT TRUE"), SQL("old.is_public IS NOT TRUE")]
            return SQL(
                "(old.id IS NULL OR (old.checked_at <= %s AND (%s)))",
                self._as_of,
                SQL(" OR ").join(pairs),
            )
        return SQL(
            """
            (
                (body.id IS NULL AND EXISTS (
                    SELECT FROM l10n_fr_chorus_stage_structure AS staged
                     WHERE staged.siret = new.siret
                ))
                OR (body.checked_at <= %s AND (old.id IS NULL OR %s))
            )
            """,
            self._as_of,
            SQL(" OR ").join(pairs),
        )

    def _upsert(self, kind):
        told = self._fields_told(kind)
        # No user: the job writes, and PostgreSQL would look it up for every row.
        stamp = dict.fromkeys(
            ("create_date", "write_date"), SQL("now() AT TIME ZONE 'UTC'")
        )
        if kind is StructureRow:
            keys = {"siret": SQL("new.siret")}
            conflict = SQL("(siret) WHERE company_id IS NULL")
            stamp.update(
                is_known=SQL("true"),
                is_public=SQL("true"),
                source=SQL("'file'"),
                checked_at=SQL("%s", self._as_of),
            )
            reachable = SQL("true")
        else:
            keys = {"structure_id": SQL("body.id"), "code": SQL("new.code")}
            conflict = SQL("(structure_id, code)")
            reachable = SQL("body.id IS NOT NULL")
        values = {**keys, **{name: self._value(name) for name in told}, **stamp}
        updated = [name for name in values if name not in (*keys, "create_date")]
        return SQL(
            """
            WITH written AS (
                INSERT INTO %(target)s (%(columns)s)
                SELECT %(values)s FROM %(joined)s WHERE %(differs)s AND %(reachable)s
                ON CONFLICT %(conflict)s DO UPDATE SET %(updated)s
                RETURNING xmax = 0 AS added
            )
            SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added)
              FROM written
            """,
            target=self._target(kind),
            columns=SQL(", ").join(map(SQL.identifier, values)),
            values=SQL(", ").join(values.values()),
            joined=self._joined(kind),
            differs=self._differs(kind),
            reachable=reachable,
            conflict=conflict,
            updated=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in updated
            ),
        )

    def _gone(self, kind):
        """What the mirror has and a complete file has not: `FROM` and `WHERE`."""
        if self._partial or not self._tells_of(kind):
            return SQL("l10n_fr_chorus_structure AS old WHERE false")
        if kind is StructureRow:
            return SQL(
                """
                l10n_fr_chorus_structure AS old
                 WHERE old.company_id IS NULL AND old.is_active
                   AND old.is_public IS NOT FALSE AND old.checked_at <= %s
                   AND NOT EXISTS (
                       SELECT FROM l10n_fr_chorus_stage_structure AS staged
                        WHERE staged.siret = old.siret
                   )
                """,
                self._as_of,
            )
        named = StructureRow if self._tells_of(StructureRow) else ServiceRow
        return SQL(
            """
            l10n_fr_chorus_service AS old
              JOIN l10n_fr_chorus_structure AS body ON body.id = old.structure_id
             WHERE body.company_id IS NULL AND body.checked_at <= %s
               AND old.active AND old.code <> %s
               AND EXISTS (SELECT FROM %s AS named WHERE named.siret = body.siret)
               AND NOT EXISTS (
                   SELECT FROM l10n_fr_chorus_stage_service AS staged
                    WHERE staged.siret = body.siret AND staged.code = old.code
               )
            """,
            self._as_of,
            PUBLIC_ONLY,
            SQL.identifier(TABLES[named]),
        )

    def _switch_off(self, kind):
        """Nothing is deleted: bodies become inactive, services are archived."""
        if kind is StructureRow:
            off = SQL(
                "is_active = false, source = 'file', checked_at = %s", self._as_of
            )
        else:
            off = SQL("active = false")
        return SQL(
            """
            UPDATE %(target)s
               SET %(off)s, write_date = now() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT old.id FROM %(gone)s)
            """,
            target=self._target(kind),
            off=off,
            gone=self._gone(kind),
        )
