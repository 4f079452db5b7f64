from collections import defaultdict
from datetime import date
from itertools import islice

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ...chorus.vault import sealing
from ..common import LOCK_TIMEOUT
from .insert_only import MODELS

BATCH = 500
ORIGINAL = "original"


class L10nFrChorusSeal(models.Model):
    """The chain of a company: each seal hashes a row and the seal before (R25).

    Every insert-only table is in it: originals, whose seal says all that is said of
    them, and the rows of the others, by the digest of all their columns. The form of
    the hash stands in `chorus/vault/sealing.py`.
    """

    _name = "l10n_fr_chorus.seal"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Seal of a row of the vault"
    _log_access = False
    _order = "company_id, seq DESC"
    _rec_name = "hash"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    seq = fields.Integer("Rank", required=True, readonly=True, aggregator=None)
    kind_of_row = fields.Char(
        required=True, readonly=True, help="The table: original, event, outcome…"
    )
    row_id = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Its id there."
    )
    original_id = fields.Many2one(
        "l10n_fr_chorus.original", readonly=True, ondelete="restrict"
    )
    previous_hash = fields.Char(size=64, required=True, readonly=True)
    hash = fields.Char(size=64, required=True, readonly=True)

    _unique_seq = models.Constraint("UNIQUE (company_id, seq)")
    _unique_original = models.Constraint("UNIQUE (original_id)")
    # Also what finds the rows without seal.
    _unique_row = models.Constraint("UNIQUE (kind_of_row, row_id)")

    @api.depends("seq", "hash")
    def _compute_display_name(self):
        for seal in self:
            seal.display_name = f"{seal.seq} ({seal.hash[:12]})"

    # ---- APPEND -------------------------------------------------------------------

    @api.model
    def _append(self):
        """Seal every row that has no seal yet, of all companies, oldest first.

        The caller commits before and after: under REPEATABLE READ the lock must be the
        transaction's first statement, else the head of the chain read here may be an
        old one and the unique rank refuses the seal. Writers wait, readers do not.

        :return: number of seals added
        :raises psycopg2.errors.LockNotAvailable: somebody holds the chain too long
        """
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
        self.env.cr.execute("LOCK TABLE l10n_fr_chorus_seal IN EXCLUSIVE MODE")
        count = 0
        for kind in self._kinds():
            while rows := self._unsealed(kind):
                for company_id, mine in groupby(rows, lambda row: row["company"]):
                    count += self._seal(company_id, kind, mine)
        return count

    @api.model
    def _kinds(self):
        """The tables of the chain, originals first: a new one enters by itself."""
        names = self.pool["l10n_fr_chorus.insert_only"]._inherit_children
        kinds = {name.removeprefix(MODELS) for name in names if name != self._name}
        return [ORIGINAL, *sorted(kinds - {ORIGINAL})]

    @api.model
    def _sealed_names(self, kind):
        """The columns of a table that a seal covers, in the order they are hashed."""
        rows = self.env[f"{MODELS}{kind}"]
        return rows._sealed_columns or sorted(
            field.name
            for field in rows._fields.values()
            if field.store and field.column_type and field.name not in ("id", "content")
        )

    @api.model
    def _sql_rows(self, kind, hashed=False):
        """What a query needs that reads the rows of a table for the chain, as `o`.

        :param hashed: have PostgreSQL hash the contents too, as `content_hash`
        :return: dict of SQL: `columns` that are sealed, `table`, `join` to its owner,
            the row's `company`
        """
        rows = self.env[f"{MODELS}{kind}"]
        columns = [SQL.identifier("o", name) for name in self._sealed_names(kind)]
        if "content" in rows._fields:
            found = SQL("encode(sha256(o.content), 'hex')") if hashed else SQL("NULL")
            columns.append(SQL("%s AS content_hash", found))
        join, company = SQL(), SQL("o.company_id")
        link, _dot, _company = rows._company_path.partition(".")
        if link != "company_id":
            owners = self.env[rows._fields[link].comodel_name]
            company = SQL("owner.company_id")
            join = SQL(
                "JOIN %s owner ON owner.id = o.%s",
                SQL.identifier(owners._table),
                SQL.identifier(link),
            )
        return {
            "columns": SQL(", ").join(columns),
            "table": SQL.identifier(rows._table),
            "join": join,
            "company": company,
        }

    def _unsealed(self, kind, limit=BATCH):
        """A batch of the rows of a table without seal, with the company of each."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT o.id, %(columns)s, %(company)s AS company
                    FROM %(table)s o %(join)s
                    WHERE NOT EXISTS (
                        SELECT FROM l10n_fr_chorus_seal s
                        WHERE s.kind_of_row = %(kind)s AND s.row_id = o.id
                    )
                    ORDER BY o.id LIMIT %(limit)s
                ) batch ORDER BY company, id
                """,
                kind=kind,
                limit=limit,
                **self._sql_rows(kind),
            )
        )

    def _seal(self, company_id, kind, rows):
        """Add a company's seals after its last one; return how many."""
        last = self.env.execute_query(
            SQL(
                """
                SELECT seq, hash FROM l10n_fr_chorus_seal WHERE company_id = %s
                ORDER BY seq DESC LIMIT 1
                """,
                company_id,
            )
        )
        last_seq, head = last[0] if last else (0, sealing.GENESIS)
        made_at, made_by = fields.Datetime.now(), self._author()
        seals = []
        for seq, row in enumerate(rows, start=last_seq + 1):
            entry = self._entry(
                kind, row["id"], row, seq=seq, sealed_at=made_at, sealed_by=made_by
            )
            seals.append(
                {
                    "company_id": company_id,
                    "seq": seq,
                    "kind_of_row": kind,
                    "row_id": row["id"],
                    "original_id": row["id"] if kind == ORIGINAL else False,
                    "previous_hash": head,
                    "hash": sealing.entry_hash(head, entry),
                    "made_at": made_at,
                    "made_by": made_by,
                }
            )
            head = seals[-1]["hash"]
        return len(self._insert(seals))

    @api.model
    def _entry(self, kind, row_id, row, **seal):
        """Return what is hashed of a row, and the seal's own.

        Dates and times become ISO 8601 text, whole, so that no part can change unseen.
        """
        if kind == ORIGINAL:
            found = {name: row.get(name) for name in self._sealed_names(kind)}
            entry = {"version": sealing.VERSION, "original_id": row_id, **found, **seal}
        else:
            entry = {
                "version": sealing.ROW_VERSION,
                "kind_of_row": kind,
                "row_id": row_id,
                "sha256": sealing.row_digest(self._digested(kind, row)),
                **seal,
            }
        return _plain(entry)

    def _digested(self, kind, row):
        """All that a row says; its content by the digest of what is there now."""
        found = {name: row.get(name) for name in self._sealed_names(kind)}
        if row.get("content_hash"):
            found["sha256"] = row["content_hash"]
        return _plain(found)

    # ---- VERIFY -------------------------------------------------------------------

    @api.model
    def _verify(self, companies=None):
        """Verify the chain of each company against the bytes stored now.

        Reads the tables themselves, batch by batch, whatever their length; PostgreSQL
        hashes the contents where they lie.

        :param companies: recordset; all that have originals by default
        :return: one dict of plain values per company: `company_id`, `checked`, `seq`
            and `head` (the last seal that holds), `unsealed` (originals without seal)
            and `fault`: False, or a dict `seq`, `original_id`, `number`, `reason`
            (a constant of `chorus/vault/sealing.py`) and `message`
        """
        company_ids = companies.ids if companies else self._sealing_company_ids()
        return [self._verify_company(company_id) for company_id in company_ids]

    def _sealing_company_ids(self):
        """The companies that have, or had, something in the vault."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id FROM l10n_fr_chorus_original
                UNION SELECT company_id FROM l10n_fr_chorus_seal
                UNION SELECT company_id FROM l10n_fr_chorus_anchor
                UNION SELECT company_id FROM l10n_fr_chorus_verification ORDER BY 1
                """
            )
        )
        return [company_id for (company_id,) in rows]

    def _verify_company(self, company_id, seq=0, head=sealing.GENESIS, anchors=()):
        """Verify one chain, from its start or from a seal known to hold.

        :param anchors: (rank, hash) published outside, to compare besides those here
        """
        result = self._verify_slice(company_id, seq, head)
        outside = self._fault_outside(company_id, result["seq"], anchors)
        return {
            **result,
            "unsealed": self._count_unsealed(company_id),
            "fault": result["fault"] or outside,
        }

    @api.model
    def _count_unsealed(self, company_id, before=None):
        """How many rows of a company have no seal.

        :param before: only those older than this moment
        """
        older = SQL("AND o.made_at < %s", before) if before else SQL()
        count = 0
        for kind in self._kinds():
            [(found,)] = self.env.execute_query(
                SQL(
                    """
                    SELECT count(*) FROM %(table)s o %(join)s
                    WHERE %(company)s = %(company_id)s %(older)s AND NOT EXISTS (
                        SELECT FROM l10n_fr_chorus_seal s
                        WHERE s.kind_of_row = %(kind)s AND s.row_id = o.id
                    )
                    """,
                    company_id=company_id,
                    older=older,
                    kind=kind,
                    **self._sql_rows(kind),
                )
            )
            count += found
        return count

    @api.model
    def _counts(self, company_id, seq):
        """How many seals of each kind a chain has up to a rank."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT kind_of_row, count(*) FROM l10n_fr_chorus_seal
                    WHERE company_id = %s AND seq <= %s GROUP BY 1
                    """,
                    company_id,
                    seq,
                )
            )
        )

    def _verify_slice(self, company_id, seq, head, limit=None):
        """Verify at most `limit` seals after rank `seq`, whose hash is `head`."""
        links = islice(self._links(company_id, seq), limit)
        verdict = sealing.verify(links, seq, head)
        return {
            "company_id": company_id,
            "checked": verdict.checked,
            "seq": verdict.seq,
            "head": verdict.head,
            "fault": verdict.fault is not None and self._fault(verdict.fault),
        }

    def _fault_outside(self, company_id, seq, anchors=()):
        """What is wrong beside the chain itself: guards, its length, anchors.

        :param seq: the last rank that holds
        """
        if opened := self.env["l10n_fr_chorus.insert_only"]._open_tables():
            message = self.env._(
                "The database no longer refuses to change or delete rows of: "
                "%(tables)s. Somebody switched its guard off.",
                tables=", ".join(opened),
            )
            return self._fault_beside("guard", message)
        known = self.env["l10n_fr_chorus.verification"]._longest(company_id)
        if seq < known:
            message = self.env._(
                "The chain had %(known)s seals and has %(found)s now: its end was cut.",
                known=known,
                found=seq,
            )
            return self._fault_beside("shrunk", message, seq)
        if broken := self.env["l10n_fr_chorus.anchor"]._broken(company_id, anchors):
            rank, text = broken
            message = self.env._(
                "The chain no longer goes through the anchor %(anchor)s, published "
                "outside: it was rebuilt or cut since.",
                anchor=f"{rank}:{text}",
            )
            return self._fault_beside("anchor", message, rank)
        return False

    def _fault_beside(self, reason, message, seq=0, number="?"):
        return {
            "seq": seq,
            "number": number,
            "original_id": 0,
            "reason": reason,
            "message": message,
        }

    def _fault(self, fault):
        entry = fault.entry
        number = entry.get("number") or self._named(entry)
        names = {"seq": entry["seq"], "number": number}
        messages = {
            sealing.GAP: self.env._(
                "Seal %(seq)s (invoice %(number)s) does not follow the one before: a "
                "seal is missing, or the order was changed.",
                **names,
            ),
            sealing.PREVIOUS: self.env._(
                "Seal %(seq)s (invoice %(number)s) does not continue the seal before.",
                **names,
            ),
            sealing.CONTENT: self.env._(
                "The document of invoice %(number)s (seal %(seq)s) is not the one "
                "that was sealed.",
                **names,
            ),
            sealing.HASH: self.env._(
                "What is recorded about invoice %(number)s (seal %(seq)s) is not what "
                "was sealed.",
                **names,
            ),
        }
        return {
            **names,
            "original_id": entry.get("original_id") or 0,
            "reason": fault.reason,
            "message": messages[fault.reason],
        }

    def _named(self, entry):
        """A row that is no original, in words."""
        if "kind_of_row" not in entry:
            return "?"
        rows = self.env[f"{MODELS}{entry['kind_of_row']}"]
        row = rows.sudo().browse(entry["row_id"]).exists()
        kind = self.env["ir.model"]._get(rows._name).name
        return f"{kind}, {row.display_name if row else entry['row_id']}"

    def _links(self, company_id, seq=0, hashed=True):
        """Yield the `Link` of each seal of a company after rank `seq`, in order.

        :param hashed: have PostgreSQL read and hash the contents
        """
        place = (seq + 1, 0)
        while seals := self._batch(company_id, place):
            rows = self._rows(seals, hashed)
            for seal in seals:
                kind = seal["kind_of_row"]
                row = rows[kind].get(seal["row_id"], {})
                entry = self._entry(
                    kind,
                    seal["row_id"],
                    row,
                    seq=seal["seq"],
                    sealed_at=seal["made_at"],
                    sealed_by=seal["made_by"],
                )
                content_hash = entry["sha256"]
                if kind == ORIGINAL:
                    content_hash = row.get("content_hash") or ""
                yield sealing.Link(
                    entry, seal["previous_hash"], seal["hash"], content_hash
                )
            place = (seals[-1]["seq"], seals[-1]["id"])

    def _batch(self, company_id, place):
        """A batch of seals after `place` (rank, id)."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT id, seq, kind_of_row, row_id, previous_hash, hash, made_at,
                    made_by
                FROM l10n_fr_chorus_seal
                WHERE company_id = %s AND (seq, id) > %s
                ORDER BY seq, id LIMIT %s
                """,
                company_id,
                place,
                BATCH,
            )
        )

    def _rows(self, seals, hashed):
        """The rows that these seals name, by kind and id; no other content is read."""
        found = defaultdict(dict)
        for kind, mine in groupby(seals, lambda seal: seal["kind_of_row"]):
            rows = self.env.execute_query_dict(
                SQL(
                    "SELECT o.id, %(columns)s FROM %(table)s o "
                    "WHERE o.id = ANY(%(ids)s)",
                    ids=[seal["row_id"] for seal in mine],
                    **self._sql_rows(kind, hashed),
                )
            )
            found[kind] = {row["id"]: row for row in rows}
        return found


def _plain(values):
    """Values as JSON knows them; dates and times as ISO text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
