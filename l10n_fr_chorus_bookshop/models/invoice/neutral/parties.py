"""Seller, buyer and place of delivery of invoices."""

from ....chorus.invoice import Address, Party
from .values import compact

PARTNER_FIELDS = (
    *("name", "complete_name", "company_registry", "vat", "email", "phone", "lang"),
    *("street", "street2", "zip", "city", "country_id"),
)


def seller(company) -> Party:
    """Return the company that invoices, under its own SIRET."""
    return _party(company.partner_id, company.partner_id)


def buyer(move) -> Party:
    """Return the body invoiced.

    The establishment with a SIRET of its own is the debtor; a contact without one is
    invoiced under the SIRET of the entity it belongs to.
    """
    return _party(move.partner_id, move.commercial_partner_id)


def delivery(move) -> Party | None:
    """Return where the goods went, None when that is where the invoice goes."""
    place = move.partner_shipping_id
    if not place or place == move.partner_id:
        return None
    return _party(place, place.commercial_partner_id)


def country(partner) -> str:
    """Return the ISO 3166-1 code of a partner's country, "" when it has none."""
    return partner.country_id.code or ""


def _party(partner, entity) -> Party:
    """Describe a partner; what only its commercial entity knows comes from there."""
    return Party(
        name=(partner.name and partner.complete_name) or entity.name or "",
        siret=compact(partner.company_registry or entity.company_registry),
        vat=compact(partner.vat or entity.vat),
        address=_address(partner if partner.city or partner.zip else entity),
        email=partner.email or "",
        phone=partner.phone or "",
    )


def _address(partner) -> Address:
    return Address(
        street=partner.street or "",
        street2=partner.street2 or "",
        zip=partner.zip or "",
        city=partner.city or "",
        country=country(partner),
    )
