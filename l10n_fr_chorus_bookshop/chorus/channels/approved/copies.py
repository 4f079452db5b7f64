"""How a platform says that it has a document already, as a code or in words.

Such a refusal is about a second copy: it carries the number of the first, which may be
well (AIFE FE v1.1 §3.2: a number is unique there).
"""

import re

from ...text import unaccented

#: codes, in the standard's spelling, the reform's and platforms' own
_CODES = re.compile(r"already_?exist|doublon|duplicat|rej_uni\b|double_fact")
_IT = r"\b(?:facture|numero|document|flux|fichier|invoice|number|flow|file)s?\b"
# Of what an invoice names, the same words say something else.
_OTHERS = r"(?!engagement|commande|marche|contrat|iban|compte|order|contract)"
_ALREADY = (
    r"(?:\bdeja (?:ete )?(?:exist|connu|recu|transmis|envoy|depos|integr|enregistr"
    r"|present|utilis|emis|trait|import)"
    r"|\b(?:existe|recue?|transmise?|deposee?) deja\b"
    r"|\balready (?:been )?(?:exist|known|received|sent|submitted|used|processed)"
    r"|\ben double\b|\bpas unique\b|\bnot unique\b)"
)
_SAID = re.compile(
    rf"{_IT}(?:{_OTHERS}[^.;]){{0,80}}?{_ALREADY}"
    rf"|\bexiste deja une? (?:autre )?{_IT}"
    rf"|\bunicite\b(?:{_OTHERS}[^.;]){{0,40}}{_IT}"
)
_LONGEST = 4000


def says_so(text: str) -> bool:
    """Tell whether a code or a reason means: we have this one already."""
    plain = unaccented(text[:_LONGEST]).casefold()
    return bool(_CODES.search(plain) or _SAID.search(" ".join(plain.split())))
