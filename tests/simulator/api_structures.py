"""``/cpro/structures/v1``: the public directory, one SIRET at a time."""

from .calls import endpoint, found, success
from .clock import iso
from .errors import RefusedError

SEARCH = "parametres"
SEARCH_SERVICES = "parametresRechercherServicesStructure"
IDENTIFIERS = [
    "SIRET",
    "UE_HORS_FRANCE",
    "HORS_UE",
    "RIDET",
    "TAHITI",
    "AUTRE",
    "PARTICULIER",
]
COLUMNS = {
    "IdentifiantStructure": lambda s: s.siret,
    "DesignationStructure": lambda s: s.name,
    "TypeIdentifiantStructure": lambda s: "SIRET",
    "Statut": lambda s: s.active,
}
SERVICE_COLUMNS = {
    "CodeService": lambda s: s.code,
    "LibelleService": lambda s: s.name,
    "DateDbtService": lambda s: s.id,
    "DateFinService": lambda s: s.id,
    "EstActif": lambda s: s.active,
}
#: guesses: only the code of ``rechercher/recipiendaire`` is public
NO_STRUCTURE = (20001, "GST_MSG_00.015 - Aucune structure ne correspond aux critères")
NO_SERVICE = (20002, "GST_MSG_00.016 - Aucun service trouvé")
OPENED = "2017-01-01 00:00"
CLOSED = "2022-12-31 00:00"


@endpoint("structures/v1/rechercher")
def search_structures(call):
    """Asked ``ACTIF``/``INACTIF``, answered ``ACTIVE``/``INACTIVE``."""
    asked = call.nested("structure")
    kind = asked.choice("typeIdentifiantStructure", IDENTIFIERS)
    status = asked.choice("statutStructure", ("ACTIF", "INACTIF"))
    nature = asked.choice("typeStructure", ("PRIVEE", "PUBLIQUE"))
    siret = asked.text("identifiantStructure")
    name = _words(asked, "raisonSocialeStructure", "libelleStructure", "nomStructure")
    city = _words(asked, "adresseVille")
    postcode = asked.text("adresseCodePostal")
    only_public = call.boolean("restreindreStructuresPrivees")
    # a first name is that of a person: no structure here is one
    person = asked.text("prenomStructure")
    structures = [
        s
        for s in call.platform.directory.structures.values()
        if siret in (None, "", s.siret)
        and kind in (None, "SIRET")
        and status in (None, "ACTIF" if s.active else "INACTIF")
        and nature in (None, "PUBLIQUE" if s.public else "PRIVEE")
        and all(word in s.name.upper() for word in name)
        and all(word in s.city.upper() for word in city)
        and not person
        and postcode in (None, "", s.postcode)
        and (s.public or not only_public)
    ]
    page, paging = call.page(call.sorted(structures, SEARCH, COLUMNS), SEARCH)
    rows = [
        {
            "idStructureCPP": s.id,
            "identifiantStructure": s.siret,
            "designationStructure": s.name,
            "typeIdentifiantStructure": "SIRET",
            "statut": "ACTIVE" if s.active else "INACTIVE",
        }
        for s in page
    ]
    return found(call, "listeStructures", rows, paging, NO_STRUCTURE)


@endpoint("structures/v1/consulter")
def consult_structure(call):
    structure = _structure(call, "idStructureCPP")
    general = {
        "idStructureCPP": structure.id,
        "identifiantStructure": structure.siret,
        "typeIdentifiantStructure": "SIRET",
        "structurePriveePublique": "PUBLIQUE" if structure.public else "PRIVEE",
        "raisonSocialeStructure": structure.name,
        "libelleStructure": structure.name,
        "nomStructure": None,
        "numeroTVA": structure.vat or None,
        "estValideurDeleguee": False,
    }
    if call.sees(structure.siret):
        # only for one's own structure
        expiry = call.platform.accounts.expiry_for(structure.siret)
        general["dateExpirationMotPasseCompteTech"] = iso(expiry)
    return success(
        informationGenerales=general,
        adressePostaleDuSiege=_address(structure),
        parametres={
            "codeServiceDoitEtreRenseigne": structure.service_required,
            "numeroEJDoitEtreRenseigne": structure.engagement_required,
            "gestionNumeroEJOuCodeService": structure.either_required,
            "statutMiseEnPaiementNestPasRemonte": structure.payment_not_reported,
            "estMoaUniquement": False,
            "getaMoa": False,
            "estValideurDelegue": False,
            "connexionEDI": False,
            "recevoirDonneesViaEDI": False,
            "nonDiffusibleInsee": False,
        },
    )


@endpoint("structures/v1/rechercher/services")
def search_services(call):
    structure = _structure(call, "idStructure")
    services = call.sorted(
        list(structure.services.values()), SEARCH_SERVICES, SERVICE_COLUMNS
    )
    page, paging = call.page(services, SEARCH_SERVICES)
    rows = [
        {
            "idService": s.id,
            "codeService": s.code,
            "libelleService": s.name,
            "estActif": s.active,
            "statutService": "ACTIF" if s.active else "INACTIF",
            "dateDbtService": OPENED,
            "dateFinService": None if s.active else CLOSED,
        }
        for s in page
    ]
    return found(call, "listeServices", rows, paging, NO_SERVICE)


@endpoint("structures/v1/consulter/service")
def consult_service(call):
    structure = _structure(call, "idStructure")
    wanted = call.integer("idService", required=True)
    service = next((s for s in structure.services.values() if s.id == wanted), None)
    if service is None:
        raise RefusedError(20002, "GST_MSG_01.002 Le service n'existe pas.")
    return success(
        informationsGenerales={
            "codeService": service.code,
            "nomService": service.name,
            "descriptionService": None,
        },
        adressePostale=_address(structure),
        parametres={
            "numeroEngagement": service.engagement_required,
            "miseEnPaiement": not structure.payment_not_reported,
            "dateDebutValidite": OPENED,
            "dateFinValidite": None if service.active else CLOSED,
            "dateCreation": OPENED,
            "dateModification": OPENED,
        },
    )


def _words(asked, *names):
    """What was asked of a name, in capitals; an empty text asks nothing."""
    return [text.upper() for name in names if (text := asked.text(name))]


def _structure(call, name):
    structure = call.platform.directory.by_id(call.integer(name, required=True))
    if structure is None:
        raise RefusedError(20001, "GST_MSG_01.001 La structure n'existe pas.")
    return structure


def _address(structure):
    return {
        "adresse": structure.address,
        "codePostal": structure.postcode,
        "ville": structure.city,
        "pays": "FR",
    }
