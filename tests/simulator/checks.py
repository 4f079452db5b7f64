"""What Chorus Pro checks of each invoice when it integrates a flux.

Texts in ``LEGAL`` are those seen on the platform (live run of 2026-09-14, OCA issues
414, 504, 612); the others are in their manner. SIRET keys are not checked.
"""

import re
from decimal import Decimal

from .directory import PUBLIC_INVOICES

DEAL = "FichierXml.SupplyChainTradeTransaction"
AGREEMENT = f"{DEAL}.ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{DEAL}.ApplicableHeaderTradeSettlement"
LEGAL_ID = "SpecifiedLegalOrganization.ID.value"
NUMBER = "FichierXml.ExchangedDocument.ID.value"

#: annex EDI V4.20, rule G1.05: letters, digits, space - + _ /
CHARACTERS = re.compile(r"[A-Za-z0-9 +_/-]*")
SIRET = re.compile(r"\d{14}")
#: annex EDI V4.20, rule S2.05
PAYMENT_MEANS = frozenset(
    ["01", "10", "20", "30", "31", "42", "48", "49", "58", "59", "97"]
)
CADRES = frozenset(f"A{n}" for n in range(1, 26))
CENT = Decimal("0.01")

LEGAL = {
    "unknown_supplier": (
        "L'identifiant fournisseur de la demande de paiement (balise : "
        "AccountingSupplierParty.Party.PartyIdentification.ID.value) n'est pas "
        "reference dans notre systeme."
    ),
    "payment_means": (
        f"L'element {SETTLEMENT}.SpecifiedTradeSettlementPaymentMeans.TypeCode.value "
        "est obligatoire."
    ),
    "long_number": (
        f"Le champ identifiant de la facture ({NUMBER}) ne doit pas depasser 20 "
        "caracteres"
    ),
    # the label says engagement, the tag is the service's: as the platform writes it
    "service": (
        f"L'engagement juridique ({AGREEMENT}.BuyerReference.value) est obligatoire"
    ),
    "engagement": (
        f"L'engagement juridique ({AGREEMENT}.BuyerOrderReferencedDocument."
        "IssuerAssignedID.value) est obligatoire"
    ),
}


def errors(document, platform, account):
    """Every reason to reject ``document``, empty when it can be integrated."""
    found = [
        *_header(document),
        *_parties(document, platform, account),
        *_references(document, platform.directory.structures.get(document.recipient)),
        *_payment(document, platform.settings),
    ]
    if platform.settings.check_totals:
        found += _totals(document)
    if not found and platform.invoices.twin(document):
        found.append(platform.settings.duplicate_message % {"number": document.number})
    return found


def refusal(document, platform, errors):
    """What a platform notes of an invoice that it does not take."""
    return {
        "file": document.file,
        "number": document.number,
        "kind": document.kind,
        "supplier": document.supplier,
        "recipient": document.recipient,
        "issue_date": document.issue_date.isoformat(),
        "twin": bool(platform.invoices.twin(document)),
        "errors": errors,
    }


def joined(messages):
    """``libelleErreurDP``: each message cut at 200 characters, joined by ``|``."""
    return "|".join(message[:200] for message in messages)


def _header(document):
    if not document.number:
        yield f"Le champ identifiant de la facture ({NUMBER}) est obligatoire"
    if len(document.number) > 20:
        yield LEGAL["long_number"]
    if not CHARACTERS.fullmatch(document.number):
        yield (
            f"Le champ identifiant de la facture ({NUMBER}) contient des caracteres "
            "non autorises"
        )
    # AIFE's own samples P01, P02 and P55 leave the cadre empty
    if document.cadre and document.cadre not in CADRES:
        yield f"Le cadre de facturation {document.cadre} n'est pas reference (A1 a A25)"
    if document.type_code not in ("380", "381"):
        yield f"Le type de facture {document.type_code} n'est pas autorise (380, 381)"


def _parties(document, platform, account):
    structures = platform.directory.structures
    yield from _supplier(document.supplier, structures)
    foreign = document.supplier not in account.sirets
    if platform.settings.check_depositor and foreign:
        yield (
            "L'utilisateur n'est pas habilite a deposer pour le fournisseur "
            f"{document.supplier}"
        )
    yield from _recipient(document.recipient, structures)


def _supplier(siret, structures):
    """AIFE FE v1.1 §3.2.1.1: the supplier exists, is active, and is a SIRET."""
    if not SIRET.fullmatch(siret):
        yield (
            f"L'identifiant fournisseur ({AGREEMENT}.SellerTradeParty.{LEGAL_ID}) doit "
            "comporter 14 chiffres"
        )
    elif siret not in structures:
        yield LEGAL["unknown_supplier"]
    elif not structures[siret].active:
        yield f"La structure fournisseur {siret} n'est pas active."


def _recipient(siret, structures):
    if not SIRET.fullmatch(siret):
        yield (
            f"L'identifiant destinataire ({AGREEMENT}.BuyerTradeParty.{LEGAL_ID}) doit "
            "comporter 14 chiffres"
        )
    elif siret not in structures:
        yield (
            f"L'identifiant destinataire {siret} de la demande de paiement n'est pas "
            "reference dans notre systeme."
        )
    elif not structures[siret].active:
        yield f"La structure destinataire {siret} n'est pas active."
    elif not structures[siret].public:
        yield f"La structure destinataire {siret} n'est pas une structure publique."


def _references(document, recipient):
    """Service and engagement: flags of the structure, then of the service."""
    if recipient is None:
        return
    service = recipient.services.get(document.service)
    if document.service:
        yield from _service(document.service, service)
    elif recipient.service_required:
        yield LEGAL["service"]
    required = recipient.engagement_required or (
        service is not None and service.engagement_required
    )
    if required and not document.engagement:
        yield LEGAL["engagement"]
    if recipient.either_required and not (document.service or document.engagement):
        yield "Le code service ou l'engagement juridique est obligatoire"


def _service(code, service):
    if service is None:
        yield f"Le code service {code} n'est pas reference pour ce destinataire."
    elif not service.active:
        yield f"Le service {code} n'est pas actif."
    elif code == PUBLIC_INVOICES:
        yield f"Le service {code} est reserve aux factures entre entites publiques."


def _payment(document, settings):
    """BT-81 (annex V4.20 p. 22); OCA sends credit notes without it in production."""
    required = document.kind == "FACTURE" or settings.payment_means_on_credit_note
    if document.payment_means:
        if document.payment_means not in PAYMENT_MEANS:
            yield f"Le mode de paiement {document.payment_means} n'est pas autorise."
    elif required:
        yield LEGAL["payment_means"]


def _totals(document):
    totals = (document.total_ht, document.total_tax, document.total_ttc)
    if None in (*totals, document.total_due):
        yield "Les montants totaux HT, TVA, TTC et a payer sont obligatoires"
    elif abs(totals[0] + totals[1] - totals[2]) > CENT:
        yield (
            f"Le montant TTC {totals[2]} n'est pas la somme du HT {totals[0]} et de la "
            f"TVA {totals[1]}"
        )
    elif document.kind == "AVOIR" and min(totals) < 0:
        # AIFE samples P92 to P97: a credit note carries positive amounts
        yield "Les montants d'un avoir doivent etre positifs"
