"""How an invoice is written in the answers of the platform."""

import random

from .clock import day, iso, minute

CADRES = {
    "A1": "A1_FACTURE_FOURNISSEUR",
    "A2": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
    "A3": "A3_MEMOIRE_JUSTICE",
    "A4": "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR",
    "A5": "A5_ETAT_ACOMPTE_FOURNISSEUR",
    "A6": "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
    "A7": "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR",
    "A8": "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR",
    "A9": "A9_FACTURE_SOUSTRAITANT",
    "A10": "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT",
    "A11": "A11_PROJET_DECOMPTE_FINAL_SOUSTRAITANT",
    "A12": "A12_FACTURE_COTRAITANT",
    "A13": "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT",
    "A14": "A14_PROJET_DECOMPTE_FINAL_COTRAITANT",
    "A15": "A15_ETAT_ACOMPTE_MOE",
    "A16": "A16_ETAT_ACOMPTE_VALIDE_MOE",
    "A17": "A17_PROJET_DECOMPTE_GENERAL_MOE",
    "A18": "A18_DECOMPTE_GENERAL_MOE",
    "A19": "A19_ETAT_ACOMPTE_VALIDE_MOA",
    "A20": "A20_DECOMPTE_GENERAL_MOA",
    "A21": "A21_DEMANDE_REMBOURSEMENT_TIC",
    "A22": "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE",
    "A23": "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
    "A24": "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE",
    "A25": "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
}
#: BT-81 -> modePaiement; other codes are read as Virement (annex EDI, rule G1.14)
PAYMENT_MODES = {
    "10": "ESPECE",
    "20": "CHEQUE",
    "49": "PRELEVEMENT",
    "59": "PRELEVEMENT",
    "97": "REPORT",
    "01": "AUTRE",
    "48": "AUTRE",
}
#: a deposited flux shows UPLOAD_API or EDI_MIXTE: unverified
DEPOSIT_MODE = "UPLOAD_API"
ABSENT = object()


def cadre(invoice):
    return CADRES.get(invoice.document.cadre, CADRES["A1"])


def number(amount):
    return None if amount is None else float(amount)


def inbox_row(call, invoice):
    """A line of ``rechercher/atraiter/fournisseur``: no flux number."""
    document = invoice.document
    supplier = call.platform.directory.get(document.supplier)
    recipient = call.platform.directory.get(document.recipient)
    service = recipient.services.get(document.service)
    return {
        "identifiantFactureCPP": invoice.id,
        "typeDemandePaiement": "FACTURE",
        "codeFournisseur": document.supplier,
        "typeIdentifiantFournisseur": "SIRET",
        "designationFournisseur": supplier.name,
        "idDestinataire": recipient.id,
        "codeDestinataire": document.recipient,
        "designationDestinataire": recipient.name,
        "idServiceExecutant": service.id if service else None,
        "codeServiceExecutant": document.service or None,
        "nomServiceExecutant": service.name if service else None,
        "typeFacture": document.kind,
        "numeroFacture": document.number,
        "dateFacture": document.issue_date.isoformat(),
        "dateDepot": day(invoice.deposited_at),
        "montantHT": number(document.total_ht),
        "montantTTC": number(document.total_ttc),
        "montantAPayer": number(document.total_due),
        "devise": document.currency or "EUR",
        "statut": invoice.current.status,
        "numeroMarche": document.market or None,
        "numeroBonCommande": document.engagement or None,
    }


def search_row(call, invoice):
    """A line of ``rechercher/fournisseur``."""
    current = invoice.current
    row = inbox_row(call, invoice) | {
        "numeroFluxDepot": invoice.flux,
        "numeroFactureOrigine": invoice.document.origin or None,
        "modeDepot": DEPOSIT_MODE,
        "dateHeureEtatCourant": iso(current.at),
        "commentaireEtatCourant": current.reason,
        "rejetTraite": invoice.rejection_treated,
    }
    if call.body.get("recupererTaille"):
        flux = call.platform.fluxes.by_number.get(invoice.flux)
        row["taille"] = len(flux.content) if flux else 0
    return row


#: fields of a row that no client should count on, and how they are shortened
OPTIONAL = {
    "identifiantFactureCPP": None,
    "numeroFluxDepot": None,
    "typeFacture": None,
    "codeDestinataire": None,
    "codeFournisseur": lambda siret: siret[:9],
    "dateHeureEtatCourant": lambda moment: moment[:10],
    "dateFacture": None,
    "montantTTC": None,
    "commentaireEtatCourant": None,
    "identifiantFournisseur": lambda siret: siret[:9],
    "identifiantDestinataire": None,
    "numeroDP": None,
}


def echoed(call, row):
    """A row as it goes out: a few optional fields missing, null or shortened.

    Each is drawn from the seed and from the row, so that a row stays as it was seen.
    """
    if call.settings.echoes == "full":
        return row
    told = {
        name: value
        for name, value in (
            (name, _echo(call.settings.seed, row, name)) for name in row
        )
        if value is not ABSENT
    }
    if "dateFacture" in row and not told.get("identifiantFactureCPP"):
        # Without either, nobody could tell two invoices that share a number.
        told["dateFacture"] = row["dateFacture"]
    return told


def _echo(seed, row, name):
    value = row[name]
    if name not in OPTIONAL or value is None:
        return value
    drawn = random.Random(f"{seed}:{_number(row)}:{name}").random()
    if drawn < 0.1:
        return ABSENT
    if drawn < 0.2:
        return None
    shorten = OPTIONAL[name]
    return shorten(value) if shorten and drawn < 0.4 else value


def _number(row):
    return row.get("numeroFacture") or row.get("numeroDP")


def details(call, invoice):
    """``consulter/fournisseur``; absent parts are omitted, as the platform does."""
    row = inbox_row(call, invoice)
    document = invoice.document
    taxes = [
        {
            "ligneTvaTauxManuel": tax["rate"],
            "ligneTvaMontantBaseHtParTaux": tax["base"],
            "ligneTvaMontantTvaParTaux": tax["amount"],
        }
        for tax in document.taxes
    ]
    return {
        "identifiantFactureCPP": invoice.id,
        "numeroFacture": document.number,
        "statutFacture": invoice.current.status,
        "modeDepot": DEPOSIT_MODE,
        "rejetTraite": invoice.rejection_treated,
        "commentaire": invoice.current.reason,
        "destinataire": {
            "idDestinataire": row["idDestinataire"],
            "codeDestinataire": document.recipient,
            "designationDestinataire": row["designationDestinataire"],
            "idServiceExecutant": row["idServiceExecutant"],
            "codeServiceExecutant": row["codeServiceExecutant"],
            "libelleServiceExecutant": row["nomServiceExecutant"],
        },
        "fournisseur": {
            "codeFournisseur": document.supplier,
            "typeIdentifiantFournisseur": "SIRET",
            "designationFournisseur": row["designationFournisseur"],
        },
        "cadreDeFacturation": {"codeCadreFacturation": cadre(invoice)},
        "references": {
            "dateFacture": row["dateFacture"],
            "dateDepot": row["dateDepot"],
            "codeDeviseFacture": row["devise"],
            "typeFacture": document.kind,
            "numeroMarche": row["numeroMarche"],
            "numeroBonCommande": row["numeroBonCommande"],
            "numeroFactureOrigine": document.origin or None,
            "modePaiement": PAYMENT_MODES.get(document.payment_means, "VIREMENT"),
            "numeroDpMandat": invoice.mandate,
        },
        "recapitulatifDeTva": {
            "ligneTva": taxes,
            "pageCouranteLignesRecapitulativesTVA": 1,
            "pagesLignesRecapitulativesTVA": 1,
            "nbResultatsParPageLignesRecapitulativesTVA": 10,
            "totalLignesRecapitulativesTVA": len(taxes),
        },
        "montantTotal": {
            "montantHtTotal": row["montantHT"],
            "montantTVA": number(document.total_tax),
            "montantTtcTotal": row["montantTTC"],
            "montantAPayer": row["montantAPayer"],
        },
        "listeDesPiecesJointes": {
            "pieceJointe": [
                {
                    "pieceJointeId": attachment["id"],
                    "pieceJointeDesignation": attachment["name"],
                    "pieceJointeTypeCode": "02",
                    "pieceJointeExtension": attachment["extension"],
                }
                for attachment in invoice.attachments
            ]
        },
    }


def history_row(entry):
    """The time is told to the minute here, to the second in the search."""
    row = {
        "histoStatutId": entry.id,
        "histoStatutCode": entry.status,
        "histoStatutDatePassage": minute(entry.at),
    }
    if entry.reason:
        row["histoStatutCommentaire"] = entry.reason
    if entry.author:
        row["histoStatutUtilisateurNom"] = entry.author
    return row
