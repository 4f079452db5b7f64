"""What the former Chorus modules wrote, in our words (R40).

Source: the OCA's 18.0 modules `l10n_fr_chorus_account`, `_facturx` and `_sale`, whose
columns stay in a database that was upgraded without them.
"""

from .channels import CII_WITH_PDF, FACTURX
from .siret import clean

SENDING_METHOD = "fr_chorus"

# Its partner's "Info Required for Chorus", as the directory's flags.
REQUIRED = {
    "none": (),
    "service": ("service_required",),
    "engagement": ("engagement_required",),
    "service_or_engagement": ("service_or_engagement_required",),
    "service_and_engagement": ("service_required", "engagement_required"),
}
# Its company's "Chorus Invoice Format".
SYNTAX = {"xml_cii": CII_WITH_PDF, "pdf_factur-x": FACTURX}
# What a flux's state says of an invoice of which nothing more was known.
FLUX = {"IN_INTEGRE": "DEPOSEE", "IN_REJETE": "not_integrated"}


def siret(registry: str, siren: str, nic: str) -> str:
    """The SIRET of a partner: Odoo's own field, else the two halves of the OCA's.

    :param registry: `company_registry`, "" without any
    :param siren: 9 digits or ""
    :param nic: 5 digits or ""
    :return: 14 digits, or "" when they do not make one
    """
    found = clean(registry) or clean(siren) + clean(nic)
    return found if len(found) == 14 and found.isdecimal() else ""


def state(status: str, flux_state: str) -> str:
    """Where an invoice stood: the platform's word on it, else on its flux.

    :param status: the invoice's last status, "" when it was never read
    :param flux_state: the flux's, "" when it was never read
    :return: a code of `lifecycle.states`, or a word of the platform as it wrote it
    """
    return status or FLUX.get(flux_state, "deposited")
