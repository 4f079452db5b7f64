from odoo import api, models

# Invoices put into deposits in one transaction.
PACK_BATCH = 1000


class L10nFrChorusTransmission(models.Model):
    _inherit = "l10n_fr_chorus.transmission"

    @api.model
    def _seal_due(self):
        """Chain the originals just stored: nothing unsealed is ever sent (DECISIONS,
        « Insert-only tables »).

        The lock must be the first statement of its transaction.
        """
        self._commit()
        self.env["l10n_fr_chorus.seal"]._append()

    @api.model
    def _pack_due(self):
        """Put what is ready to leave into deposits, as few as the limits allow."""
        while self._pack():
            self._commit()

    @api.model
    def _pack(self):
        """Pack so many invoices that memory holds them easily; return how many."""
        queued = self.env["l10n_fr_chorus.submission"].search(
            [("state", "=", "queued"), ("transmission_id", "=", False)],
            order="id",
            limit=PACK_BATCH,
        )
        queued = queued.try_lock_for_update()
        queued.invalidate_recordset()
        queued = queued.filtered(
            lambda sub: sub.state == "queued" and not sub.transmission_id
        )
        sealed = self.env["l10n_fr_chorus.seal"].search(
            [("original_id", "in", queued.original_id.ids)]
        )
        sealed_ids = set(sealed.original_id.ids)
        queued = queued.filtered(lambda sub: sub.original_id.id in sealed_ids)
        by_hand = queued.filtered(lambda sub: sub._channel()._by_hand)
        if by_hand:
            by_hand._await_person()
        queued -= by_hand
        for (connection, syntax), group in queued.grouped(
            lambda sub: (sub.connection_id, sub.original_id.syntax)
        ).items():
            for load in self._loads(connection, group):
                transmission = self.create(
                    {
                        "name": load[0].original_id.filename,
                        "company_id": connection.company_id.id,
                        "connection_id": connection.id,
                        "syntax": syntax,
                        "size": sum(load.original_id.mapped("size")),
                    }
                )
                load.write({"transmission_id": transmission.id})
        return len(queued + by_hand)

    @api.model
    def _loads(self, connection, submissions):
        """Split submissions so that each deposit keeps within number and size.

        An archive never holds two files of one name: one would hide the other.
        """
        load, weight = submissions.browse(), 0
        for submission in submissions:
            size = submission.original_id.size
            full = len(load) >= connection.batch_size
            names = load.original_id.mapped("filename")
            full = full or submission.original_id.filename in names
            if load and (full or weight + size > connection.batch_bytes):
                yield load
                load, weight = submissions.browse(), 0
            load, weight = load + submission, weight + size
        if load:
            yield load
