from datetime import date
from itertools import islice

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ...chorus.vault import sealing

BATCH = 500
# What a seal says of its original, in this order in the queries below.
SEALED = (
    "sha256",
    "size",
    "filename",
    "mimetype",
    "syntax",
    "kind",
    "number",
    "year",
    "seller_siren",
    "seller_siret",
    "buyer_siret",
    "channel",
    "environment",
    "company_id",
    "move_id",
    "submission_id",
    "checks",
    "retain_until",
    "made_at",
    "made_by",
)


class L10nFrChorusSeal(models.Model):
    """The chain of a company: each seal hashes an original and the seal before (R25).

    The form of the hash stands in `chorus/sealing.py`.
    """

    _name = "l10n_fr_chorus.seal"
    _inherit = ["l10n_fr_chorus.insert_only"]
    _description = "Seal of an original"
    _log_access = False
    _order = "company_id, seq DESC"
    _rec_name = "hash"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    seq = fields.Integer("Rank", required=True, readonly=True, aggregator=None)
    original_id = fields.Many2one(
        "l10n_fr_chorus.original", required=True, readonly=True, ondelete="restrict"
    )
    previous_hash = fields.Char(size=64, required=True, readonly=True)
    hash = fields.Char(size=64, required=True, readonly=True)

    _unique_seq = models.Constraint("UNIQUE (company_id, seq)")
    _unique_original = models.Constraint("UNIQUE (original_id)")

    @api.depends("seq", "hash")
    def _compute_display_name(self):
        for seal in self:
            seal.display_name = f"{seal.seq} ({seal.hash[:12]})"

    # ---- APPEND -------------------------------------------------------------------

    @api.model
    def _append(self):
        """Seal every original that has no seal yet, of all companies, oldest first.

        The caller commits before and after: under REPEATABLE READ the lock must be the
        transaction's first statement, else the head of the chain read here may be an
        old one and the unique rank refuses the seal. Writers wait, readers do not.

        :return: number of seals added
        """
        self.env.cr.execute("LOCK TABLE l10n_fr_chorus_seal IN EXCLUSIVE MODE")
        count = 0
        while originals := self._unsealed():
            for company_id, rows in groupby(originals, lambda row: row["company_id"]):
                count += self._seal(company_id, rows)
        return count

    def _unsealed(self):
        """A batch of what the originals without seal say, by company."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT o.id AS original_id, %s FROM l10n_fr_chorus_original o
                    WHERE NOT EXISTS (
                        SELECT FROM l10n_fr_chorus_seal s WHERE s.original_id = o.id
                    )
                    ORDER BY o.id LIMIT %s
                ) batch ORDER BY company_id, original_id
                """,
                self._sealed_columns(),
                BATCH,
            )
        )

    def _seal(self, company_id, rows):
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
            entry = self._entry(row, seq=seq, sealed_at=made_at, sealed_by=made_by)
            seals.append(
                {
                    "company_id": company_id,
                    "seq": seq,
                    "original_id": row["original_id"],
                    "previous_hash": head,
                    "hash": sealing.entry_hash(head, entry),
                    "made_at": made_at,
                    "made_by": made_by,
                }
            )
            head = seals[-1]["hash"]
        return len(self._insert(seals))

    def _sealed_columns(self):
        return SQL(", ").join(SQL.identifier("o", name) for name in SEALED)

    @api.model
    def _entry(self, row, **seal):
        """Return what is hashed of an original: `SEALED`, its id, and the seal's own.

        Dates and times become ISO 8601 text, whole, so that no part can change unseen.
        """
        entry = {
            "version": sealing.VERSION,
            "original_id": row["original_id"],
            **{name: row[name] for name in SEALED},
            **seal,
        }
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in entry.items()
        }

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
            (a constant of `chorus/sealing.py`) and `message`
        """
        company_ids = companies.ids if companies else self._sealing_company_ids()
        return [self._verify_company(company_id) for company_id in company_ids]

    def _sealing_company_ids(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id FROM l10n_fr_chorus_original
                UNION SELECT company_id FROM l10n_fr_chorus_seal ORDER BY 1
                """
            )
        )
        return [company_id for (company_id,) in rows]

    def _verify_company(self, company_id, seq=0, head=sealing.GENESIS, anchors=()):
        """Verify one chain, from its start or from a seal known to hold.

        :param anchors: (rank, hash) published outside, to compare besides those here
        """
        result = self._verify_slice(company_id, seq, head)
        [(unsealed,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM l10n_fr_chorus_original o
                WHERE o.company_id = %s AND NOT EXISTS (
                    SELECT FROM l10n_fr_chorus_seal s WHERE s.original_id = o.id
                )
                """,
                company_id,
            )
        )
        return {
            **result,
            "unsealed": unsealed,
            "fault": result["fault"] or self._fault_outside(company_id, anchors),
        }

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

    def _fault_outside(self, company_id, anchors=()):
        """What is wrong beside the chain itself: anchors, and files with originals."""
        if broken := self.env["l10n_fr_chorus.anchor"]._broken(company_id, anchors):
            seq, text = broken
            message = self.env._(
                "The chain no longer goes through the anchor %(anchor)s, published "
                "outside: it was rebuilt or cut since.",
                anchor=f"{seq}:{text}",
            )
            return self._fault_beside("anchor", message, seq)
        if altered := self.env["l10n_fr_chorus.complementary_file"]._altered(
            company_id
        ):
            _id, name, number = altered
            message = self.env._(
                "The file %(file)s, sent with invoice %(number)s, is not the one that "
                "was kept.",
                file=name,
                number=number or "?",
            )
            return self._fault_beside(
                "complementary_file", message, number=number or "?"
            )
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
        names = {"seq": entry["seq"], "number": entry["number"] or "?"}
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
            "original_id": entry["original_id"],
            "reason": fault.reason,
            "message": messages[fault.reason],
        }

    def _links(self, company_id, seq=0, hashed=True):
        """Yield the `Link` of each seal of a company after rank `seq`, in order.

        :param hashed: have PostgreSQL read and hash the contents
        """
        place = (seq + 1, 0)
        while rows := self._linked(company_id, place, hashed):
            for row in rows:
                yield sealing.Link(
                    self._entry(
                        row,
                        seq=row["seq"],
                        sealed_at=row["sealed_at"],
                        sealed_by=row["sealed_by"],
                    ),
                    row["previous_hash"],
                    row["hash"],
                    row["content_hash"] or "",
                )
            place = (rows[-1]["seq"], rows[-1]["id"])

    def _linked(self, company_id, place, hashed):
        """A batch of seals after `place` (rank, id), each with its original.

        Chosen first: no content beyond the batch is read.
        """
        content_hash = SQL("encode(sha256(o.content), 'hex')") if hashed else SQL("''")
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT s.id, s.seq, s.original_id, s.previous_hash, s.hash,
                    s.made_at AS sealed_at, s.made_by AS sealed_by, %s,
                    %s AS content_hash
                FROM (
                    SELECT * FROM l10n_fr_chorus_seal
                    WHERE company_id = %s AND (seq, id) > %s
                    ORDER BY seq, id LIMIT %s
                ) s
                LEFT JOIN l10n_fr_chorus_original o ON o.id = s.original_id
                ORDER BY s.seq, s.id
                """,
                self._sealed_columns(),
                content_hash,
                company_id,
                place,
                BATCH,
            )
        )
