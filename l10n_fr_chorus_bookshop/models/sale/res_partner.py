from odoo import fields, models

from ...chorus import rules
from ..common import problem_item

REFERENCES = ("service", "engagement", "market")


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_fr_chorus_fill_orders = fields.Boolean(
        "Fill in what its orders say",
        help="What is read with certainty on this customer's orders is written on the "
        "quotation without being confirmed first.",
    )

    def _l10n_fr_chorus_asked(self, company, given):
        """Tell what a customer must say before it is invoiced; by R9's own rules (R47).

        :param given: dict of `service`, `engagement` and `market`, as far as known
        :return: {"public": bool, "asked": whether something is to give or to correct,
            "customer", "service", "engagement", "market", "services": list of [code,
            name], "missing": fields to give, "problems": sentences, "said": the same
            for the customer itself, without what the shop should do}; of a customer
            that is no public body, the first two
        """
        self.ensure_one()
        concerned = (
            self._l10n_fr_chorus_served_by(company)
            and not self.commercial_partner_id.l10n_fr_chorus_exempt
        )
        if not concerned:
            return {"public": False, "asked": False}
        usual = self._l10n_fr_chorus_usual_service() or ""
        said = {name: given.get(name) or "" for name in REFERENCES}
        said["service"] = said["service"] or usual
        body = self.sudo().l10n_fr_chorus_structure_id
        problems = [
            one
            for one in rules.check_order(
                self._l10n_fr_chorus_siret() or "",
                said,
                body._recipients().get(body.id),
                company.sudo()._l10n_fr_chorus_policy(),
                rules.Engagement(),
            )
            if one.severity == rules.ERROR and not one.waits
        ]
        told = [problem_item(self.env, one) for one in problems]
        return {
            "public": True,
            "asked": bool(problems),
            "customer": self.display_name or "",
            **said,
            "services": [
                [service.code, service.name or ""]
                for service in body.service_ids.filtered("active")
            ],
            "missing": rules.missing(problems),
            "problems": [f"{one['message']} {one['remedy']}" for one in told],
            "said": [one["message"] for one in told],
        }
