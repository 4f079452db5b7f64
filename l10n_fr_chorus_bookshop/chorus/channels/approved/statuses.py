"""What the reform's status codes are in the trade's words.

AIFE FE v1.1 §4.2 and BR-FR-CDV-CL-06: 200 and 201 come from the issuing platform, 202
and later ones from Chorus Pro or the public body. Four of the body's words all arrive
as 204, told apart by the comment alone: believed where it is plain, never guessed.
"""

import re
from datetime import datetime

from ...lifecycle.labels import REFORM
from ...text import unaccented
from ..answers import News
from . import copies
from .cdar import Status

TAKEN_CHARGE = "204"
REJECTED = "213"

#: code -> the word of `lifecycle.states`; a code that is not here is kept as it came
WORDS = REFORM
DUPLICATE = "COPIE_REFUSEE"
#: the reform's labels (AIFE FE v1.1 §4.2), where a platform gives no code
_LABELS = {
    "deposee": "200",
    "emise par la plateforme": "201",
    "recue par la plateforme": "202",
    "mise a disposition": "203",
    "prise en charge": "204",
    "approuvee": "205",
    "approuvee partiellement": "206",
    "partiellement approuvee": "206",
    "en litige": "207",
    "suspendue": "208",
    "completee": "209",
    "refusee": "210",
    "paiement transmis": "211",
    "rejetee": "213",
}

_STEMS = {
    "SERVICE_FAIT": re.compile(r"service fait"),
    "MANDATEE": re.compile(r"mandat|demande de paiement"),
    "MISE_A_DISPOSITION_COMPTABLE": re.compile(r"disposition[^.;]{0,40}comptable"),
    "COMPTABILISEE": re.compile(r"comptabilis"),
}
# "Demande de paiement" is also what the accountant receives.
_OBJECT = {"MANDATEE", "MISE_A_DISPOSITION_COMPTABLE"}
_NEGATION = re.compile(r"\b(?:ne|pas|non|sans|aucun|aucune)\b|\bn'")

#: the order in which statuses follow each other, where two bear the same second
_ORDER = {code: place for place, code in enumerate(WORDS, 1)}
_LAST = 99


def word(status: Status) -> str:
    """Return the state's word, the code itself where nobody knows it."""
    code = _code(status)
    if code == REJECTED and _is_copys(status):
        return DUPLICATE
    if code == TAKEN_CHARGE:
        return _said(f"{status.label} {status.text}") or WORDS[TAKEN_CHARGE]
    return WORDS.get(code, code)


def news(status: Status, flow_id: str) -> News:
    """Return the status as every channel gives its news.

    :param flow_id: of the message, by which a person finds it again
    """
    return News(
        number=status.number,
        kind=_kind(status.kind),
        seller_siret=status.seller_siren,
        buyer_siret="",
        platform_id="",
        state=word(status),
        occurred_at=status.occurred_at,
        sequence=_sequence(status),
        reason=_reason(status),
        flux_number=flow_id,
        invoice_date=status.issued_on.isoformat() if status.issued_on else "",
    )


def _is_copys(status: Status) -> bool:
    return any(map(copies.says_so, (*status.reasons, *status.text.splitlines())))


def _code(status: Status) -> str:
    """The code, where a label stands in its place too."""
    return _LABELS.get(_plain(status.code), status.code)


def _plain(text: str) -> str:
    return " ".join(unaccented(text.replace("\u2019", "'")).casefold().split())


def _said(comment: str) -> str:
    """The one thing a comment says, "" when it says none, several or a negation."""
    plain = _plain(comment)
    if _NEGATION.search(plain):
        return ""
    found = {name for name, stem in _STEMS.items() if stem.search(plain)}
    if found == _OBJECT and "mandat" not in plain:
        return "MISE_A_DISPOSITION_COMPTABLE"
    return found.pop() if len(found) == 1 else ""


def _kind(code: str) -> str:
    """Credit notes of every sort are 381 to us, every other number an invoice."""
    if not re.fullmatch(r"[0-9]{2,3}", code):
        return ""
    return "381" if code in ("381", "396", "502", "503", "261", "262") else "380"


def _sequence(status: Status) -> int:
    """Order within a minute: seconds, then the usual way where even those agree."""
    moment: datetime = status.occurred_at
    return moment.second * 100 + _ORDER.get(_code(status), _LAST)


def _reason(status: Status) -> str:
    """What was written; the label too where our own word does not say as much."""
    vague = (status.code, WORDS[TAKEN_CHARGE])
    told = word(status) not in vague
    lead = dict.fromkeys(() if told else filter(None, (status.code, status.label)))
    return "\n".join(filter(None, (" ".join(lead), status.text)))
