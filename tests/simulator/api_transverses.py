"""The other services: attachments, directory file, own structures, engagements."""

import base64

from . import directory_files
from .calls import DONE, endpoint, found, success
from .errors import MalformedError, RefusedError

MAX_ATTACHMENT = 10_000_000
#: a guess: the true one is not public
NO_ENGAGEMENT = (20000, "EJU_MSG_00.015 - Aucun engagement juridique trouvé")


@endpoint("transverses/v1/health-check", "GET")
def health_check(call):
    return {"body": "OK", "statusCodeValue": 200, "statusCode": "OK"}


@endpoint("transverses/v1/ajouter/fichier")
def add_file(call):
    """An attachment for ``completer``: 10 MB, name of 50 characters at most.

    A longer name is a malformed request, not a business refusal (AIFE annex API).
    """
    content = call.base64("pieceJointeFichier")
    name = call.text("pieceJointeNom", required=True)
    if len(name) > 50:
        raise MalformedError("pieceJointeNom: 50 caracteres au plus")
    if len(content) > MAX_ATTACHMENT:
        raise RefusedError(20003, "GDP_MSG_11.022")
    call.text("pieceJointeTypeMime", required=True)
    extension = call.text("pieceJointeExtension", required=True)
    number = call.platform.attach(name, extension, len(content))
    return success(DONE, pieceJointeId=number)


@endpoint("transverses/v1/recuperer/structures/actives/fournisseur")
def own_structures(call):
    rows = [
        {
            "idStructureCPP": structure.id,
            "identifiant": structure.siret,
            "designationStructure": structure.name,
        }
        for structure in _own(call)
        if structure.active
    ]
    return found(call, "listeStructures", rows)


@endpoint("utilisateurs/v1/monCompte/recuperer/rattachements")
def attachments_of_account(call):
    rows = [
        {
            "idStructure": structure.id,
            "identifiantStructure": structure.siret,
            "typeIdentifiantStructure": "SIRET",
            "designationStructure": structure.name,
            "statutRattachementStructure": "VALIDEE",
            "roleUtilisateur": "GESTIONNAIRE_PRINCIPAL",
            "listeServicesRattache": [],
        }
        for structure in _own(call)
    ]
    page, paging = call.page(rows, "parametresRecherche")
    return found(call, "listeStructureRattachement", page, paging)


@endpoint("engagementsJuridiques/v1/rechercher")
def search_engagements(call):
    """The State issues an engagement, the supplier receives it (AIFE's detail page).

    The recipient is asked by its ``idStructureCPP``, as OCA does in production; AIFE's
    own sample sends null. Other bodies have no engagement here.
    """
    recipient = call.text("structureReceptriceEngagementJuridique")
    issuer = call.text("structureEmettriceEngagementJuridique")
    number = call.text("numeroEngagementJuridique")
    rows = [
        {
            "numeroEngagementJuridique": engagement,
            "structureEmettriceEngagementJuridique": str(state.id),
            "structureReceptriceEngagementJuridique": str(supplier.id),
            "etatCourantEngagementJuridique": "COMMANDE",
        }
        for supplier in _own(call)
        if recipient in (None, "", str(supplier.id))
        for state in call.platform.directory.structures.values()
        if issuer in (None, "", str(state.id))
        for engagement in state.engagements
        if number in (None, "", engagement)
    ]
    return found(call, "listeEngagementJuridique", rows, nothing=NO_ENGAGEMENT)


@endpoint("transverses/v1/telecharger/annuaire/destinataire")
def download_directory(call):
    """The public directory, as FAR0037: one XML document in a ZIP."""
    public = [s for s in call.platform.directory.structures.values() if s.public]
    services = [(s, service) for s in public for service in s.services.values()]
    content = directory_files.xml_zip(
        [_structure_row(structure) for structure in public],
        [_service_row(*pair) for pair in services],
    )
    return success(fichierResultat=base64.b64encode(content).decode())


def _own(call):
    structures = call.platform.directory.structures
    return [structures[s] for s in call.account.sirets if s in structures]


def _structure_row(structure):
    return directory_files.structure(
        structure.siret,
        structure.name,
        GestionStatutMiseEnPaiement=_word(not structure.payment_not_reported),
        GestionEngagement=_word(structure.engagement_required),
        GestionService=_word(structure.service_required),
        GestionServiceEngagement=_word(structure.either_required),
        StructureActive=_word(structure.active),
        **_address(structure),
    )


def _service_row(structure, service):
    return directory_files.service(
        structure.siret,
        service.code,
        service.name,
        RaisonSociale=structure.name,
        GestionEGMT=_word(service.engagement_required),
        ServiceActif=_word(service.active),
        **_address(structure),
    )


def _address(structure):
    return {
        "Adresse": structure.address,
        "CodePostal": structure.postcode,
        "Ville": structure.city,
    }


def _word(flag):
    return "true" if flag else "false"
