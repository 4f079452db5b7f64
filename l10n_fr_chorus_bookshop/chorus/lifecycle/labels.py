"""States as people and the portal write them, in sentences, mails and exports.

Accents, capitals, plurals and the platform's own codes are all read; words nobody knows
are kept as they came, so that they are shown raw (R17).
"""

import re
import unicodedata

from .states import STATES

# Other words for a platform's state (communaute Chorus Pro; R16 for *refusée*).
_SYNONYMS = {
    "REJETEE": ("refusée", "rejet"),
    "SUSPENDUE": ("suspension",),
    "MISE_EN_PAIEMENT": ("paiement ordonné",),
    "NON_CONFORME": ("non intégrée",),
}


def plain(text: str) -> str:
    """Return a text without accents, in lower case, its spaces and dashes made one."""
    decomposed = unicodedata.normalize("NFD", text.replace("’", "'"))
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
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
    said = plain(text)
    for pattern, code in _WHOLE:
        if pattern.fullmatch(said):
            return code
    return said.upper().replace(" ", "_")


def codes_in(sentence: str) -> list[str]:
    """Return the codes of the states that a sentence names, in its order, once each."""
    found = _INSIDE.finditer(plain(sentence))
    codes = (_LABELS[int(match.lastgroup[1:])][1] for match in found)
    return list(dict.fromkeys(codes))
