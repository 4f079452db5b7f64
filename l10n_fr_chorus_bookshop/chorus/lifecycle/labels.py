"""States as people and the portal write them, in sentences, mails and exports.

Accents, capitals, plurals and the platform's own codes are all read; words nobody knows
are kept as they came, so that they are shown raw (R17).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..text import _, unaccented
from .states import STATES

# What the platform says of a whole flux (AIFE, consulterCR), as people say it.
FLUX_LABELS = {
    "IN_RECU": _("Received"),
    "IN_TRAITE_SE_CPP": _("Being checked"),
    "IN_EN_COURS_TRAITEMENT_CPP": _("Being checked"),
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": _("Waiting to be checked"),
    "IN_INCIDENTE": _("Stopped by an incident of Chorus Pro"),
    "IN_ERREUR_INTERNE": _("Stopped by an incident of Chorus Pro"),
    "QP_IRRECEVABLE": _("Not admissible"),
    "QP_RECEVABLE_AVEC_ERREUR": _("Rejected"),
    "IN_INTEGRE": _("Integrated"),
    "IN_INTEGRE_PARTIEL": _("Partly integrated"),
    "IN_REJETE": _("Rejected"),
}

# Other words for a platform's state (communaute Chorus Pro; R16 for *refusée*).
_SYNONYMS = {
    "REJETEE": ("refusée", "rejet", "rejeté", "refusé"),
    "SUSPENDUE": ("suspension", "suspendu"),
    "MISE_EN_PAIEMENT": ("paiement ordonné",),
    "NON_CONFORME": ("non intégrée",),
}

# The same states by number, as life-cycle files of Chorus Pro have them (CPPStatut
# V1.19, AIFE FE v1.1 §4.2.1); those whose meaning is not public, or varies, left out.
_CPPSTATUT = {
    "01": "DEPOSEE",
    "02": "EN_COURS_ACHEMINEMENT",
    "03": "MISE_A_DISPOSITION",
    "04": "A_RECYCLER",
    "05": "REJETEE",
    "06": "SUSPENDUE",
    "07": "SERVICE_FAIT",
    "08": "MANDATEE",
    "09": "MISE_A_DISPOSITION_COMPTABLE",
    "10": "COMPTABILISEE",
    "11": "MISE_EN_PAIEMENT",
    "12": "COMPLETEE",
    "32": "COMPLETEE",
    "37": "NON_CONFORME",
}
#: the reform's (AIFE FE v1.1 §4.2 and BR-FR-CDV-CL-06), in the order of the life cycle
REFORM = {
    "200": "DEPOSEE_PLATEFORME",
    "201": "EN_COURS_ACHEMINEMENT",
    "202": "DEPOSEE",
    "203": "MISE_A_DISPOSITION",
    "204": "PRISE_EN_COMPTE_DESTINATAIRE",
    "205": "APPROUVEE",
    "206": "APPROUVEE_PARTIELLEMENT",
    "207": "EN_LITIGE",
    "208": "SUSPENDUE",
    "209": "COMPLETEE",
    "210": "REJETEE",
    "211": "MISE_EN_PAIEMENT",
    "213": "NON_CONFORME",
    # Another document under this invoice's name: its account changed.
    "227": "COMPLETEE",
    "501": "NON_CONFORME",
}
_NUMBERED = re.compile(r"(?:fr:)?(\d{2,3})(?: (.+))?")


def plain(text: str) -> str:
    """Return a text without accents, in lower case, its spaces and dashes made one."""
    bare = unaccented(text.replace("’", "'"))
    return " ".join(re.sub(r"[_\s-]+", " ", bare.casefold()).split())


def _pattern(label: str) -> str:
    """A regular expression of a label, each of its words in the plural or not."""
    return r" ".join(rf"{re.escape(word)}s?" for word in plain(label).split())


_LABELS = sorted(
    (
        (label, state.code)
        for state in STATES.values()
        if state.platform
        for label in {state.french, state.code, *_SYNONYMS.get(state.code, ())}
    ),
    # "Mise à disposition du comptable" before "Mise à disposition".
    key=lambda pair: (-len(pair[0]), pair),
)
_WHOLE = [(re.compile(_pattern(label)), code) for label, code in _LABELS]
_INSIDE = re.compile(
    "|".join(
        rf"(?P<l{rank}>\b{_pattern(label)}\b)"
        for rank, (label, _) in enumerate(_LABELS)
    )
)


def code_said(text: str) -> str:
    """Return the platform's code that a cell or a choice says.

    :param text: "Mise à disposition", "MISE_A_DISPOSITION"…
    :return: the code; for words nobody knows, themselves in upper case, spaces as
        underscores, so that they become an unknown state shown as it is; "" for ""
    """
    return known_code(text) or plain(text).upper().replace(" ", "_")


@lru_cache(maxsize=1024)
def known_code(text: str) -> str:
    """Return the platform's code that a label or a number says, "" for other words.

    :param text: "Mise à disposition", "MISE_A_DISPOSITION", "03", "203 - Mise à…"
    """
    said = plain(text[:200])
    for pattern, code in _WHOLE:
        if pattern.fullmatch(said):
            return code
    numbered = _NUMBERED.fullmatch(said)
    if not numbered:
        return ""
    number, label = numbered.groups()
    if label:
        return known_code(label)
    return _CPPSTATUT.get(number) or REFORM.get(number, "")


# What makes of a state in the same sentence no news: denied, supposed, asked, past, to
# come. Anywhere before it, right before it, or right after it.
_DENIED = re.compile(
    r"\b(?:ne|si|sinon|lorsque|quand|soit|sera|seront|serait|seraient|va|vont|peut|peuvent"
    r"|pourra|pourront|pourrait|devra|devrait|etait|etaient|avait|avaient|risque)\b"
    r"|\b(?:n'|s'ils?\b|lorsqu')|\ben (?:cas|attente) d|\bannul"
)
_DENIED_NEAR = re.compile(
    r"\b(?:ni|pas|jamais|non|aucune?|sans|sauf|hors|avant)\b[^:;,|()–]{0,30}\Z"
)
_TAKEN_BACK = re.compile(
    r"s?\W{0,3}(?:est |sont |a ete |ont ete )?(?:annule|levee?s?\b|retire|aucune?\b)"
    r"|[^.!]*\?"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def codes_in(text: str) -> list[str]:
    """Return the codes of the states that a text names, in its order, once each.

    :return: "" for a state that is named and not told: "n'a pas été rejetée"
    """
    codes = (
        code
        for sentence in _SENTENCE.split(plain(text))
        for code in _codes_of(sentence)
    )
    return list(dict.fromkeys(codes))


def _codes_of(sentence: str) -> Iterator[str]:
    for match in _INSIDE.finditer(sentence):
        before = sentence[: match.start()]
        denied = _DENIED.search(before) or _DENIED_NEAR.search(before[-40:])
        back = _TAKEN_BACK.match(sentence, match.end())
        yield "" if denied or back else _LABELS[int(match.lastgroup[1:])][1]
