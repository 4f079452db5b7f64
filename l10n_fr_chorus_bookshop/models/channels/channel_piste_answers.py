from odoo import models

from ...chorus.lifecycle.actions import COMPLETE, RECYCLE, TREAT


class L10nFrChorusChannelPiste(models.AbstractModel):
    _inherit = "l10n_fr_chorus.channel.piste"

    def _carried(self):
        # OVERRIDE
        return (COMPLETE, RECYCLE, TREAT)

    def _complete(self, operation):
        # OVERRIDE: a file handed over is noted at once, so that it goes once
        submission, files = operation.submission_id, operation.sudo().attachment_ids
        files = files.sorted("id")
        known = (operation.uploaded or "").split()
        with submission.connection_id._client() as client:
            for file in files[len(known) :]:
                known.append(client.add_file(file.name, file.raw, file.mimetype))
                operation.uploaded = " ".join(known)
                operation._commit()
            client.complete(
                submission.platform_id,
                list(zip(known, files.mapped("name"), strict=True)),
                operation.comment or "",
            )

    def _recycle(self, operation):
        # OVERRIDE
        with operation.submission_id.connection_id._client() as client:
            client.recycle(
                operation.submission_id.platform_id,
                siret=operation.siret,
                service=operation.service or "",
                engagement=operation.engagement or "",
                market=operation.market or "",
                comment=operation.comment or "",
            )

    def _treat(self, operation):
        # OVERRIDE
        with operation.submission_id.connection_id._client() as client:
            client.treat_rejection(operation.submission_id.platform_id)

    def _payment_request(self, connection, platform_id):
        # OVERRIDE
        with connection._client() as client:
            return client.payment_request(platform_id)
