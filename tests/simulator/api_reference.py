"""The small services that other clients use: lists of codes, and what they look up.

Names of services and fields are those of go-choruspro, the only public mirror of the
API *Transverses*; connection tests of Pastell (``recuperer/tauxtva``) and of
``chorus_api`` (``recuperer/devises``) go through here. The lists are extracts.
"""

from .calls import endpoint, found, success
from .errors import RefusedError
from .fluxes import INTERFACES
from .wire import CADRES, DEPOSIT_MODE

#: what a recipient may set next (COM recuperer-etats-possibles-pour-traitement)
NEXT = (
    "MISE_A_DISPOSITION",
    "SUSPENDUE",
    "REJETEE",
    "MANDATEE",
    "MISE_EN_PAIEMENT",
    "COMPTABILISEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "A_RECYCLER",
)
STATES = ("DEPOSEE", *NEXT, "SERVICE_FAIT", "COMPLETEE")
FORMATS = ("IN_DP_E1_STRUCT", "IN_DP_E2_MIXTE", "IN_DP_E2_FACTURX")

#: service -> its list, and the rows of it: fields, then their values
LISTS = {
    "devises": (
        "listeDevises",
        ("codeDevise", "libelleDevise"),
        [("EUR", "Euro"), ("USD", "Dollar des Etats-Unis"), ("XPF", "Franc pacifique")],
    ),
    "pays": (
        "listePays",
        ("codePays", "libellePays"),
        [("FR", "France"), ("BE", "Belgique"), ("DE", "Allemagne")],
    ),
    "tauxtva": (
        "listeTauxTva",
        ("codeTauxTva", "libelleTauxTva", "valeurTauxTva"),
        [
            ("TVA1", "20%", 20),
            ("TVA2", "10%", 10),
            ("TVA3", "8,5%", 8.5),
            ("TVA4", "5,5%", 5.5),
            ("TVA5", "2,1%", 2.1),
            ("TVA6", "0%", 0),
        ],
    ),
    "motifs/exonerationtva": (
        "listeMotifsExonerationTva",
        ("codeMotifExonerationTva", "libelleMotifExonerationTva"),
        [("EXPT", "Exportation"), ("FRANCHISE", "Franchise en base, art. 293 B")],
    ),
    "modereglements": (
        "listeModePaiement",
        ("modePaiement",),
        [(m,) for m in ("CHEQUE", "PRELEVEMENT", "VIREMENT", "ESPECE", "AUTRE")],
    ),
    "modedepot": ("listeModeDepot", ("modeDepot",), [("SAISIE_API",), (DEPOSIT_MODE,)]),
    "formatflux": ("listeFormatFlux", ("formatFlux",), [(f,) for f in FORMATS]),
    "syntaxeflux": ("listeSyntaxeFlux", ("syntaxeFlux",), [(s,) for s in INTERFACES]),
    "typedp": (
        "listeTypeDemandePaiement",
        ("typeDemandePaiement",),
        [("FACTURE",), ("FACTURE_TRAVAUX",), ("MEMOIRE_FRAIS_JUSTICE",)],
    ),
    "cadrefacturation": (
        "listeCadreFacturation",
        ("codeCadreFacturation",),
        [(code,) for code in CADRES.values()],
    ),
    "typespj": (
        "listeTypePieceJointe",
        ("idTypePieceJointe", "codeTypePieceJointe", "libelleTypePieceJointe"),
        [(1, "01", "Piece principale"), (2, "02", "Piece complementaire")],
    ),
    "etat/typedp": (
        "listeEtatDemandePaiement",
        ("etatDemandePaiement",),
        [(state,) for state in STATES],
    ),
    "etats/traitement": (
        "listeStatutsPossiblesPourTraitement",
        ("statutPossiblePourTraitement",),
        [(state,) for state in NEXT],
    ),
}


def _offer(name, field, columns, rows):
    @endpoint(f"transverses/v1/recuperer/{name}")
    def reference(call):
        return success(
            **{field: [dict(zip(columns, row, strict=True)) for row in rows]}
        )


for _name, (_field, _columns, _rows) in LISTS.items():
    _offer(_name, _field, _columns, _rows)


@endpoint("transverses/v1/recuperer/structures/actives/destinataire")
def own_recipients(call):
    """The structures of the account that receive invoices: a supplier has none."""
    return found(call, "listeStructures", [])


@endpoint("transverses/v1/recuperer/coordbanc/valides")
def bank_details(call):
    return found(call, "listeCoordonneeBancaire", [])


@endpoint("transverses/v1/rechercher/destinataire")
def search_recipients(call):
    """``identifiant`` is a SIRET, ``nomVilleCodePostal`` any of the three."""
    siret = call.text("identifiant") or ""
    word = (call.text("nomVilleCodePostal") or "").upper()
    recipients = [
        s
        for s in call.platform.directory.structures.values()
        if s.public and s.active and siret in ("", s.siret)
        if any(word in text.upper() for text in (s.name, s.city, s.postcode))
    ]
    page, paging = call.page(recipients, "parametresRecherche")
    rows = [
        {
            "idStructureCPP": s.id,
            "siret": s.siret,
            "nomDestinataire": s.name,
            "adresseCodePostal": s.postcode,
            "adresseVille": s.city,
        }
        for s in page
    ]
    return found(call, "listeDestinataires", rows, paging)


@endpoint("transverses/v1/consulter/information/siret")
def insee(call):
    """INSEE's data, absent from the qualification platform itself."""
    siret = call.text("siretStructure", required=True)
    structure = call.platform.directory.structures.get(siret)
    if structure is None:
        raise RefusedError(20001, "TRA_MSG_12.001 Le SIRET n'existe pas.")
    return success(
        siret=siret,
        siren=siret[:9],
        raisonSociale=structure.name,
        adresse=structure.address,
        estActif=structure.active,
    )


@endpoint("factures/v1/rechercher/recipiendaire")
def received(call):
    """Pastell's daily call: a supplier has received nothing."""
    return found(call, "listeFactures", [])
