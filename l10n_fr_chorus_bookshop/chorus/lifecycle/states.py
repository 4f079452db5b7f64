"""The trade's and the platform's words: states, what they mean, what they allow.

This is the only place that says what may be done in a state. Buttons, RPC, guards and
activities read `STATES`; nothing else compares states by hand.
Sources: AIFE FE v1.1 tables 8-12 and §3.4, requirement R16.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..text import _

# Who must act next.
NOBODY, SHOP, PLATFORM, BODY = "nobody", "shop", "platform", "body"

# What resetting to draft, cancelling or deleting the invoice does in a state.
FREE = "free"  # nothing in flight: Odoo's own rules apply
WITHDRAW = "withdraw"  # still ours: taken back under the row's lock
LOCKED = "locked"  # handed to the network: refused


@dataclass(frozen=True, slots=True)
class State:
    """One state of a submission.

    :ivar code: value of the Selection; the platform's own spelling in upper case
    :ivar label: English label
    :ivar french: label as the platform writes it
    :ivar meaning: what it means for the shop, and what it should do
    :ivar actor: who must act next
    :ivar draft: FREE, WITHDRAW or LOCKED
    :ivar edit_references: service, engagement and market may still change
    :ivar send_again: the same invoice, same number, may be requested again
    :ivar needs_person: someone of the shop must do something
    :ivar final: no more news is expected
    :ivar platform: the platform has spoken: the state is a function of its news
    """

    code: str
    label: str
    french: str
    meaning: str
    actor: str
    draft: str = LOCKED
    edit_references: bool = False
    send_again: bool = False
    needs_person: bool = False
    final: bool = False
    platform: bool = True


def _ours(code, label, french, meaning, actor=PLATFORM, **rights) -> State:
    return State(code, label, french, meaning, actor, platform=False, **rights)


_STILL_OURS = {"draft": WITHDRAW, "edit_references": True}
_BACK_TO_US = {"draft": FREE, "edit_references": True, "send_again": True}

_LOCAL = (
    _ours(
        "requested",
        _("Requested"),
        "Demandée",
        _("Noted. The invoice will be checked, then sent; there is nothing to do."),
        **_STILL_OURS,
    ),
    _ours(
        "waiting",
        _("Waiting"),
        "En attente",
        _("Not sent yet: the reason is shown. It leaves by itself once it is settled."),
        **_STILL_OURS,
    ),
    _ours(
        "queued",
        _("Ready to leave"),
        "Prête à partir",
        _("Checked, its original kept. It leaves with the next deposit."),
        **_STILL_OURS,
    ),
    _ours(
        "to_deposit",
        _("To deposit on the portal"),
        "À déposer sur le portail",
        _("The file is ready: someone must upload it on the Chorus Pro portal."),
        SHOP,
        needs_person=True,
        **_STILL_OURS,
    ),
    _ours(
        "sending",
        _("Being sent"),
        "Envoi en cours",
        _("The deposit is under way."),
    ),
    _ours(
        "doubtful",
        _("Doubtful"),
        "Envoi incertain",
        _("The answer was lost. The platform is asked before anything goes again."),
    ),
    _ours(
        "deposited",
        _("Handed to the platform"),
        "Remise à la plateforme",
        _("The platform has the file and is checking it."),
    ),
    _ours(
        "not_integrated",
        _("Not integrated"),
        "Non intégrée",
        _(
            "Our checks or the platform stopped the invoice: nobody has received it, "
            "no credit note is needed. Correct it and send it again under the same "
            "number."
        ),
        SHOP,
        needs_person=True,
        **_BACK_TO_US,
    ),
    _ours(
        "withdrawn",
        _("Withdrawn"),
        "Retirée",
        _("Taken back before it left. Nothing was sent."),
        NOBODY,
        **_BACK_TO_US,
    ),
)

_PLATFORM = (
    State(
        "DEPOSEE_PLATEFORME",
        _("At the approved platform"),
        "Déposée à la plateforme agréée",
        _(
            "The approved platform has taken the invoice and hands it to Chorus Pro. "
            "There is nothing to do."
        ),
        PLATFORM,
    ),
    State(
        "BROUILLON",
        _("Draft on the platform"),
        "Brouillon",
        _("Left as a draft on the portal: it is not sent. Finish the deposit there."),
        SHOP,
        needs_person=True,
    ),
    State(
        "INTERPRETEE_OCR",
        _("Read by the platform"),
        "Interprétée OCR",
        _("The portal has read the PDF; the deposit must still be confirmed there."),
        SHOP,
        needs_person=True,
    ),
    State(
        "DEPOSEE",
        _("Deposited"),
        "Déposée",
        _("Received and found compliant. There is nothing to do."),
        PLATFORM,
    ),
    State(
        "EN_COURS_ACHEMINEMENT",
        _("On its way"),
        "En cours d'acheminement",
        _("The platform is passing it to the public body. There is nothing to do."),
        PLATFORM,
    ),
    State(
        "MISE_A_DISPOSITION",
        _("Made available"),
        "Mise à disposition",
        _("The public body can see it; the thirty days of payment start here."),
        BODY,
    ),
    State(
        "PRISE_EN_COMPTE_DESTINATAIRE",
        _("Taken into account"),
        "Prise en compte par le destinataire",
        _("The public body has opened it. There is nothing to do."),
        BODY,
    ),
    State(
        "SERVICE_FAIT",
        _("Delivery certified"),
        "Service fait",
        _("The public body confirms that it received the books."),
        BODY,
    ),
    State(
        "APPROUVEE",
        _("Approved"),
        "Approuvée",
        _("The invoice is approved; the public body goes on."),
        BODY,
    ),
    State(
        "APPROUVEE_PARTIELLEMENT",
        _("Approved in part"),
        "Approuvée partiellement",
        _("A part of the invoice is approved: read the reason given."),
        SHOP,
        needs_person=True,
    ),
    State(
        "MANDATEE",
        _("Payment authorised"),
        "Mandatée",
        _("The public body has ordered the payment. There is nothing to do."),
        BODY,
    ),
    State(
        "MISE_A_DISPOSITION_COMPTABLE",
        _("With the public accountant"),
        "Mise à disposition du comptable",
        _("The public accountant has it. There is nothing to do."),
        BODY,
    ),
    State(
        "COMPTABILISEE",
        _("Booked"),
        "Comptabilisée",
        _("The public accountant has booked it. There is nothing to do."),
        BODY,
    ),
    State(
        "MISE_EN_PAIEMENT",
        _("Payment ordered"),
        "Mise en paiement",
        _("The transfer is ordered. The invoice is paid once the bank line arrives."),
        NOBODY,
        final=True,
    ),
    State(
        "SUSPENDUE",
        _("Suspended"),
        "Suspendue",
        _("The public body misses something: read its reason, then complete it."),
        SHOP,
        needs_person=True,
    ),
    State(
        "EN_LITIGE",
        _("Disputed"),
        "En litige",
        _("The customer disputes the invoice: read the reason, then call the body."),
        SHOP,
        needs_person=True,
    ),
    State(
        "COMPLETEE",
        _("Completed"),
        "Complétée",
        _("The missing pieces were added; the public body goes on."),
        BODY,
    ),
    State(
        "A_RECYCLER",
        _("To be readdressed"),
        "À recycler",
        _("Wrong body, service or engagement: correct the address on the platform."),
        SHOP,
        needs_person=True,
    ),
    State(
        "REJETEE",
        _("Refused"),
        "Rejetée",
        _(
            "The public body refuses it and its number is used up: "
            "credit it in full, then make a new invoice."
        ),
        SHOP,
        needs_person=True,
        final=True,
    ),
    State(
        "ABANDONNEE",
        _("Abandoned"),
        "Abandonnée",
        _("The draft was abandoned on the portal: nothing was sent."),
        SHOP,
        needs_person=True,
        final=True,
        **_BACK_TO_US,
    ),
    State(
        "SUPPRIMEE",
        _("Deleted"),
        "Supprimée",
        _("The draft was deleted on the portal: nothing was sent."),
        SHOP,
        needs_person=True,
        final=True,
        **_BACK_TO_US,
    ),
    State(
        "NON_CONFORME",
        _("Not compliant"),
        "Non conforme",
        _("The platform did not take it. Correct it, same number, and send it again."),
        SHOP,
        needs_person=True,
        final=True,
        **_BACK_TO_US,
    ),
)

COPY_REFUSED = "COPIE_REFUSEE"

_COPY = (
    State(
        COPY_REFUSED,
        _("Number already used"),
        "Numéro déjà utilisé",
        _(
            "The platform says that it has an invoice of this number already. If it is "
            "another one, give this invoice a new number and send it again."
        ),
        SHOP,
        needs_person=True,
        **_BACK_TO_US,
    ),
)

UNKNOWN = State(
    "unknown",
    _("Unknown to this software"),
    "Inconnue de ce logiciel",
    _("The platform uses a word this software does not know; it is shown as received."),
    NOBODY,
    platform=False,
)

STATES = {state.code: state for state in (*_LOCAL, *_PLATFORM, *_COPY, UNKNOWN)}
RANK = {code: rank for rank, code in enumerate(STATES)}

# Nothing more is expected of a body that does not report its payments (R19).
FINAL_WITHOUT_PAYMENT = ("MANDATEE", "COMPTABILISEE")

# States whose platform or sender owes the next step: silence there is a fault (R19).
SENDER_OR_PLATFORM_OWES = (
    *("BROUILLON", "deposited", "DEPOSEE_PLATEFORME"),
    *("DEPOSEE", "EN_COURS_ACHEMINEMENT"),
)

# What an invoice that never reached Chorus Pro may be said to be.
BEFORE_ARRIVAL = (
    *("BROUILLON", "INTERPRETEE_OCR", "DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT"),
    *("ABANDONNEE", "SUPPRIMEE", "NON_CONFORME", COPY_REFUSED, "unknown"),
)

# Prepared, and about to leave.
READY = ("queued", "sending")
# Nothing is wrong, and nothing goes on by itself either.
ON_HOLD = ("waiting", "to_deposit", "doubtful", "unknown")

# Why a body suspends or refuses (AIFE FE v1.1 tables 3-4): code -> English label.
REASONS = {
    "AUTRE": _("Other"),
    "CONTACT_ACHTR": _("Contact your buyer"),
    "COORD_BANC_ERR": _("Wrong bank details"),
    "CREANCIER_ERR": _("Creditor unknown, or not the one of the engagement"),
    "DOUBLE_FACT": _("Invoiced twice"),
    "ERREUR_DONNEE_EJ": _("Wrong engagement data"),
    "EJ_ERR": _("Engagement number wrong or missing"),
    "SE_ERR": _("Wrong service"),
    "FACT_NON_CONFORME": _("Not as ordered"),
    "HONORER_LA_COMMANDE": _("The order cannot be honoured"),
    "LIVR_INCOMP": _("Incomplete delivery"),
    "MARCHE_TERM": _("The market has ended"),
    "MONTANT_ERR": _("Wrong amount"),
    "TX_TVA_ERR": _("Wrong VAT rate"),
    "SUPPR_COMP_AVOIR": _("Deleted, offset by credit notes"),
    "SUPPR_MASSE": _("Mass deletion"),
    "RETRAIT_MAN_SERV": _("Reprocessed by hand"),
    "TRANSF_PMNT_REGIE": _("Paid by an imprest account"),
    # Codes of the reform (BR-FR-CDV-CL-09)
    "ADR_ERR": _("Wrong electronic address"),
    "REJ_ADR": _("The customer's address is not in the directory"),
    "REJ_COH": _("Does not agree with what Chorus Pro knows"),
    "REJ_CONT_B2G": _("Fails the rules of invoices to public bodies"),
    "REJ_SEMAN": _("Fails the rules of the invoice's data"),
    "REJ_UNI": _("Number already used this year"),
    "REJ_REF_PJ": _("A joined file is named and not there"),
    "REJ_ASS_PJ": _("A joined file does not belong to the invoice"),
    "DOUBLON": _("Sent twice"),
    "DEST_INC": _("Unknown customer"),
    "DEST_ERR": _("Wrong customer, service or validator"),
    "CMD_ERR": _("Order or engagement number wrong or missing"),
    "CONTRAT_TERM": _("The market has ended"),
    "MONTANTTOTAL_ERR": _("Wrong total"),
    "CALCUL_ERR": _("Wrong calculation"),
    "ERREUR_ROUTAGE": _("Sent to the wrong address"),
    "IRR_ANTIVIRUS": _("Stopped by the antivirus"),
    "IRR_EXT_DOC": _("The file's extension is not allowed"),
    "IRR_NOM_F": _("The file's name is not allowed"),
    "IRR_NOM_PJ": _("The name of a joined file is not allowed"),
    "IRR_SYNTAX": _("The file cannot be read"),
    "IRR_TAILLE_F": _("The file is too large"),
    "IRR_TAILLE_PJ": _("A joined file is too large"),
    "IRR_TYPE_F": _("This kind of file is not allowed"),
    "IRR_VIDE_F": _("The file is empty"),
    "IRR_VID_PJ": _("A joined file is empty"),
    "NON_CONFORME": _("Mandatory mention missing"),
    "TRANSAC_INC": _("Unknown transaction"),
    "EMMET_INC": _("Unknown sender"),
    "JUSTIF_ABS": _("Supporting document missing"),
    "SIRET_ERR": _("SIRET wrong or missing"),
    "CODE_ROUTAGE_ERR": _("Service code wrong or missing"),
    "REF_CT_ABSENT": _("Contract reference missing"),
    "REF_ERR": _("Wrong reference"),
    "PU_ERR": _("Wrong unit price"),
    "REM_ERR": _("Wrong discount"),
    "QTE_ERR": _("Wrong quantity"),
    "ART_ERR": _("Wrong article"),
    "MODPAI_ERR": _("Wrong terms of payment"),
    "QUALITE_ERR": _("Wrong quality"),
    "ROUTAGE_ERR": _("Sent the wrong way"),
    "ST_CT_NON_DECLAR": _("Undeclared subcontractor"),
    "NON_TRANSMISE": _("Not transmitted: the customer cannot be reached"),
}


@lru_cache(maxsize=256)
def state_of(raw_code: str) -> State:
    """Return the state a platform's raw code stands for, `UNKNOWN` for a new word.

    :param raw_code: as received; `SERVICE-FAIT` is written both ways in the wild
    """
    state = STATES.get(raw_code.replace("-", "_"))
    return state if state is not None and state.platform else UNKNOWN


_CODE = re.compile(r"[A-Z][A-Z0-9_]+[A-Z]")


def reason_code(reason: str) -> str:
    """Return the platform's reason code found in a free text, "" without any.

    Code and label come inside the comment, in no fixed form (AIFE FE v1.1 tables 3-4).
    """
    return next((code for code in _CODE.findall(reason) if code in REASONS), "")


def without_code(reason: str) -> str:
    """Return a reason less the platform's code, for people to read (R16).

    "Wrong service (SE_ERR - closed)" becomes "Wrong service (closed)".
    """
    code = reason_code(reason)
    if not code:
        return reason
    bare = re.sub(rf"\b{code}\b[ \t]*[-–:]?[ \t]*", "", reason)
    return bare.replace("()", "").strip()
