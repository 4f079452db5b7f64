"""Seller, buyer and place of delivery of invoices, and what VAT depends on."""

from dataclasses import replace
from datetime import date

from odoo.tools.misc import get_lang

from ....chorus.invoice import Address, Party
from .taxes import Sale
from .values import compact, text, texts, vat_number

FRENCH = "fr_FR"
PARTNER_FIELDS = (
    *("name", "complete_name", "company_registry", "vat", "email", "phone", "lang"),
    "l10n_fr_chorus_payment_days",
    *("street", "street2", "zip", "city", "country_id"),
)


def read(move, day: date) -> tuple[dict[str, Party | None], Sale]:
    """Return the parties as the neutral invoice names them, and who sells to whom.

    :param day: of the invoice
    """
    seller = _seller(move.company_id)
    sale = Sale(
        country(move.company_id.partner_id),
        country(move.commercial_partner_id),
        franchise=not seller.vat,
        lang=_language(move.partner_id),
        day=day,
    )
    parties = {"seller": seller, "buyer": _buyer(move), "delivery": _delivery(move)}
    return parties, sale


def _language(partner) -> str:
    """Return the language in which to write to a partner: its own, else French.

    Another one where that is not installed.
    """
    lang = partner.lang or partner.commercial_partner_id.lang or FRENCH
    return get_lang(partner.env, lang).code


def _seller(company) -> Party:
    """Return the company that invoices, under its own SIRET."""
    party = _party(company.partner_id, company.sudo().root_id.partner_id)
    return replace(
        party,
        gln=company.l10n_fr_chorus_gln or "",
        address_id=company.l10n_fr_chorus_address_id or "",
    )


def _buyer(move) -> Party:
    """Return the body invoiced.

    The establishment with a SIRET of its own is the debtor; a contact without one is
    invoiced under the SIRET of the entity it belongs to.
    """
    return _party(move.partner_id, move.commercial_partner_id)


def _delivery(move) -> Party | None:
    """Return where the goods went, None when that is where the invoice goes."""
    place = move.partner_shipping_id
    if not place or place == move.partner_id:
        return None
    return _party(place, place.commercial_partner_id)


def country(partner) -> str:
    """Return the ISO 3166-1 code of a partner's country, "" when it has none.

    A contact of a town without country is in its town's.
    """
    while partner and not partner.country_id:
        partner = partner.parent_id
    return partner.country_id.code or ""


def _party(partner, entity) -> Party:
    """Describe a partner; what only its commercial entity knows comes from there."""
    place = partner if partner.city or partner.zip else entity
    code = country(place)
    return Party(
        name=text((partner.name and partner.complete_name) or entity.name),
        siret=compact(partner.company_registry or entity.company_registry),
        vat=vat_number(partner.vat) or vat_number(entity.vat),
        address=Address(
            **texts(place, ("street", "street2", "zip", "city")), country=code
        ),
        **texts(partner, ("email", "phone")),
    )
