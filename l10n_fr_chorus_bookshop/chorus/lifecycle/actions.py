"""What a person may answer in each state: one table for buttons, activities and RPC.

Sources: R18, R20 to R24; AIFE FE v1.1 §2.4.2, §3.2.1.4.2, §3.4 and tables 3-4; the
API's services *completer*, *recycler* and *traiterRejet*.
"""

from dataclasses import dataclass

from ..invoice import CREDIT_NOTE
from ..text import _
from .states import BODY, FREE, LOCKED, NOBODY, ON_HOLD, PLATFORM, SHOP, STATES

SEND_AGAIN, COMPLETE, RECYCLE = "send_again", "complete", "recycle"
CREDIT, TREAT = "credit", "treat"


@dataclass(frozen=True, slots=True)
class Action:
    """One answer of the shop.

    :ivar label: what its button says
    :ivar todo: what it does and when to choose it
    :ivar method: the method by which another system gives it
    """

    code: str
    label: str
    todo: str
    method: str


ACTIONS = {
    action.code: action
    for action in (
        Action(
            SEND_AGAIN,
            _("Correct and send again"),
            _("Correct the invoice, then send it again under the same number."),
            "l10n_fr_chorus_send",
        ),
        Action(
            COMPLETE,
            _("Add what is missing"),
            _("Add the missing file or a comment: the public body then goes on."),
            "l10n_fr_chorus_complete",
        ),
        Action(
            RECYCLE,
            _("Change the address"),
            _("Give the right body, service or engagement; the number stays."),
            "l10n_fr_chorus_recycle",
        ),
        Action(
            CREDIT,
            _("Credit in full and invoice again"),
            _("Credit the invoice in full, then correct and send a new one."),
            "l10n_fr_chorus_credit",
        ),
    )
}

# The platform has no invoice yet: a draft of its own site.
_NOT_THERE_YET = ("BROUILLON", "INTERPRETEE_OCR")

ANSWERS: dict[str, tuple[str, ...]] = {
    **{code: (SEND_AGAIN,) for code, one in STATES.items() if one.draft == FREE},
    **{
        code: (CREDIT,)
        for code, one in STATES.items()
        if code == "unknown"
        or (one.platform and one.draft == LOCKED and code not in _NOT_THERE_YET)
    },
    "SUSPENDUE": (COMPLETE, CREDIT),
    "A_RECYCLER": (RECYCLE, CREDIT),
}

# The state in which the platform takes each call, and which the call ends.
TAKEN_IN = {COMPLETE: "SUSPENDUE", RECYCLE: "A_RECYCLER", TREAT: "REJETEE"}

# Days a person has before the case is late; a body's patience is not public.
DAYS = {"SUSPENDUE": 3, "A_RECYCLER": 3, "REJETEE": 5}
USUAL_DAYS = 2

ACTORS = {
    NOBODY: _("Nobody"),
    SHOP: _("The shop"),
    PLATFORM: _("Chorus Pro"),
    BODY: _("The public body"),
}

_END_OF_CREDIT_NOTE = _(
    "The public body has rejected the credit note, as it should: the refused invoice "
    "and its credit note are both closed. There is nothing to do."
)

# What usually comes next. The platform imposes no order (FE v1.1 §3.4): any other
# state remains possible.
_HANDLED = ("SERVICE_FAIT", "MANDATEE", "SUSPENDUE", "REJETEE")
FOLLOWS: dict[str, tuple[str, ...]] = {
    "requested": ("queued", "waiting", "not_integrated"),
    "waiting": ("queued", "not_integrated"),
    "queued": ("sending",),
    "to_deposit": ("deposited",),
    "sending": ("deposited",),
    "doubtful": ("deposited", "queued"),
    "deposited": ("DEPOSEE", "not_integrated"),
    "not_integrated": ("requested",),
    "withdrawn": ("requested",),
    "DEPOSEE_PLATEFORME": ("DEPOSEE", "NON_CONFORME"),
    "APPROUVEE": ("MISE_EN_PAIEMENT",),
    "APPROUVEE_PARTIELLEMENT": ("MISE_EN_PAIEMENT", "REJETEE"),
    "EN_LITIGE": ("APPROUVEE", "REJETEE"),
    "DEPOSEE": ("EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"),
    "EN_COURS_ACHEMINEMENT": ("MISE_A_DISPOSITION",),
    "MISE_A_DISPOSITION": _HANDLED,
    "PRISE_EN_COMPTE_DESTINATAIRE": _HANDLED,
    "COMPLETEE": _HANDLED,
    "SERVICE_FAIT": ("MANDATEE",),
    "MANDATEE": ("MISE_A_DISPOSITION_COMPTABLE", "MISE_EN_PAIEMENT"),
    "MISE_A_DISPOSITION_COMPTABLE": ("COMPTABILISEE", "MISE_EN_PAIEMENT"),
    "COMPTABILISEE": ("MISE_EN_PAIEMENT",),
    "SUSPENDUE": ("COMPLETEE", "REJETEE"),
    "A_RECYCLER": ("DEPOSEE", "REJETEE"),
}

# What a reason puts in question: attributes of `Invoice` (AIFE FE v1.1 tables 3-4).
FAULTS: dict[str, tuple[str, ...]] = {
    "EJ_ERR": ("engagement",),
    "ERREUR_DONNEE_EJ": ("engagement",),
    "CREANCIER_ERR": ("engagement",),
    "SE_ERR": ("service",),
    "MARCHE_TERM": ("market",),
    "COORD_BANC_ERR": ("iban",),
    "FACT_NON_CONFORME": ("lines",),
    "HONORER_LA_COMMANDE": ("lines",),
    "LIVR_INCOMP": ("lines",),
    "MONTANT_ERR": ("lines",),
    "TX_TVA_ERR": ("taxes",),
}

FIELD_LABELS = {
    "engagement": _("the engagement number"),
    "service": _("the service code"),
    "market": _("the market number"),
    "iban": _("the bank account"),
    "lines": _("the lines and amounts"),
    "taxes": _("the VAT of the lines"),
}


def answers(state: str, kind: str = "") -> tuple[Action, ...]:
    """Return what may be answered in a state, the usual answer first.

    :param kind: "380" or "381"; a credit note is never credited itself (R23)
    """
    return tuple(
        ACTIONS[code]
        for code in ANSWERS.get(state, ())
        if not (kind == CREDIT_NOTE and code == CREDIT)
    )


def is_expected_end(state: str, kind: str) -> bool:
    """Tell whether this is the end hoped for: the body rejects a credit note (R23)."""
    return kind == CREDIT_NOTE and state == "REJETEE"


def needs_person(state: str, kind: str = "") -> bool:
    """Tell whether someone of the shop must do something (R18)."""
    return STATES[state].needs_person and not is_expected_end(state, kind)


def tone(state: str, kind: str = "", answered: bool = False) -> str:
    """Return the colour of a state, a person's part in it first.

    :param answered: the shop has done what it had to; the others have the next word
    :return: danger (a person must act), warning (it rests), info (on its way), success
        (the body has it) or muted (nothing is under way)
    """
    if state in ON_HOLD:
        return "warning"
    if needs_person(state, kind):
        return "info" if answered else "danger"
    if STATES[state].platform and actor(state, kind) in (BODY, NOBODY):
        return "success"
    return "info" if STATES[state].actor == PLATFORM else "muted"


def actor(state: str, kind: str = "") -> str:
    """Return who acts next: one of `ACTORS` (R16)."""
    return NOBODY if is_expected_end(state, kind) else STATES[state].actor


def meaning(state: str, kind: str = "") -> str:
    """Return the English explanation of a state of an invoice or credit note (R16)."""
    expected = is_expected_end(state, kind)
    return _END_OF_CREDIT_NOTE if expected else STATES[state].meaning
