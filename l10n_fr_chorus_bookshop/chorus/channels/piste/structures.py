"""The directory of structures, over Chorus Pro's API (Swagger *Structures* v1.0.0)."""

from collections.abc import Collection
from dataclasses import replace

from ...invoice import PUBLIC_ONLY, Service
from ..answers import Structure
from .answer import Answer
from .http import Transport

# Filters say ACTIF, answers say ACTIVE.
_ACTIVE = ("ACTIVE", "ACTIF")


def find(
    transport: Transport, siret: str, previous_platform_id: str
) -> Structure | None:
    """Find exactly this SIRET (`structures/rechercher`); see `Piste.find_structure`."""

    def read(page: int) -> tuple[Answer, list[Structure]]:
        wanted = {"identifiantStructure": siret, "typeIdentifiantStructure": "SIRET"}
        body = {"structure": wanted, "parametres": transport.page_request(page)}
        answer = transport.post("structures/v1/rechercher", body)
        rows = [
            Structure(
                siret=row.text("identifiantStructure"),
                platform_id=row.identifier("idStructureCPP"),
                name=row.text("designationStructure"),
                active=row.text("statut") in _ACTIVE,
            )
            for row in answer.many("listeStructures")
        ]
        return answer.one("parametresRetour"), rows

    found = (row for page in transport.pages(read) for row in page)
    return max(
        (row for row in found if row.siret == siret),
        key=lambda row: (row.active, row.platform_id == previous_platform_id),
        default=None,
    )


def details(
    transport: Transport, found: Structure, service_codes: Collection[str] | None
) -> Structure:
    """Complete a structure with its obligations and services; see `Piste.structure`.

    A service's own engagement flag costs a call. It is asked for active services, and
    not when the body itself requires the engagement: then it holds for all of them.
    """
    answer = _consult(transport, found)
    general = answer.one("informationGenerales")
    address = answer.one("adressePostaleDuSiege")
    flags = answer.one("parametres")
    always = flags.flag("numeroEJDoitEtreRenseigne")

    def flagged(service_id: str, service: Service) -> Service:
        if not service.active or service.code == PUBLIC_ONLY:
            required = False
        elif always:
            required = True
        elif service_codes is not None and service.code not in service_codes:
            required = None
        else:
            required = _engagement_flag(transport, found.platform_id, service_id)
        return replace(service, engagement_required=required)

    complements = map(address.text, ("complementAdresse1", "complementAdresse2"))
    return replace(
        found,
        name=found.name
        or general.text("raisonSocialeStructure")
        or general.text("libelleStructure"),
        public=general.text("structurePriveePublique") != "PRIVEE",
        service_required=flags.flag("codeServiceDoitEtreRenseigne"),
        engagement_required=always,
        service_or_engagement_required=flags.flag("gestionNumeroEJOuCodeService"),
        payment_not_reported=flags.flag("statutMiseEnPaiementNestPasRemonte"),
        works_owner_only=flags.flag("estMoaUniquement"),
        street=address.text("adresse"),
        street2=" ".join(filter(None, complements)),
        zip=address.text("codePostal"),
        city=address.text("ville"),
        country=address.text("pays"),
        services=tuple(
            flagged(*row) for row in _services(transport, found.platform_id)
        ),
    )


def password_expiry(transport: Transport, own: Structure) -> str:
    """End of the technical account's password, told to its own structure only.

    :return: `YYYY-MM-DD`, "" when the platform does not say
    """
    general = _consult(transport, own).one("informationGenerales")
    return general.day("dateExpirationMotPasseCompteTech")


def _consult(transport: Transport, found: Structure) -> Answer:
    body = {"idStructureCPP": int(found.platform_id), "codeLangue": "fr"}
    return transport.post("structures/v1/consulter", body)


def _services(transport: Transport, platform_id: str) -> list[tuple[str, Service]]:
    """All services of a structure with their ids (`rechercher/services`)."""

    def read(page: int) -> tuple[Answer, list[tuple[str, Service]]]:
        paging = {
            **transport.page_request(page),
            "triColonne": "CodeService",
            "triSens": "Ascendant",
        }
        body = {
            "idStructure": int(platform_id),
            "parametresRechercherServicesStructure": paging,
        }
        answer = transport.post("structures/v1/rechercher/services", body)
        rows = [
            (
                row.identifier("idService"),
                Service(
                    code=row.text("codeService"),
                    name=row.text("libelleService"),
                    active=row.flag("estActif"),
                ),
            )
            for row in answer.many("listeServices")
        ]
        return answer.one("parametresRetour"), rows

    return [row for page in transport.pages(read) for row in page]


def _engagement_flag(transport: Transport, platform_id: str, service_id: str) -> bool:
    body = {
        "idStructure": int(platform_id),
        "idService": int(service_id),
        "codeLangue": "fr",
    }
    answer = transport.post("structures/v1/consulter/service", body)
    return answer.one("parametres").flag("numeroEngagement")


def knows(transport: Transport, supplier_id: str, number: str) -> bool:
    """Tell whether the State issued an engagement; see `Piste.knows_engagement`.

    No public Swagger: the supplier is the recipient (AIFE's page of the detail), asked
    by its platform id as OCA does in production.
    """
    body = {
        "structureReceptriceEngagementJuridique": supplier_id,
        "numeroEngagementJuridique": number,
        "etatCourantEngagementJuridique": "COMMANDE",
    }
    answer = transport.post("engagementsJuridiques/v1/rechercher", body)
    return any(
        row.text("numeroEngagementJuridique") == number
        for row in answer.many("listeEngagementJuridique")
    )
