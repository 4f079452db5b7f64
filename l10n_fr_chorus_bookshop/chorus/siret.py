"""SIRET numbers (R1): 14 digits, Luhn key, La Poste's own key.

A number whose form is right but whose key is wrong may still exist: the directory
knows a few, and the qualification platform hands out such numbers. Hence three
verdicts rather than two.
"""

from functools import lru_cache
from typing import Literal

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siret as stdnum_siret

Verdict = Literal["ok", "format", "key"]

OK: Verdict = "ok"
FORMAT: Verdict = "format"
KEY: Verdict = "key"

# The services of the State share one SIRET, told apart by their service code.
STATE = "11000201100044"


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return `text` without the spaces and dots people type between digits."""
    return "".join(stdnum_siret.compact(text).split())


@lru_cache(maxsize=4096)
def check(text: str) -> Verdict:
    """Tell whether `text` is a SIRET: OK, not even its FORM, or a wrong KEY."""
    try:
        stdnum_siret.validate(clean(text))
    except InvalidChecksum:
        return KEY
    except ValidationError:
        return FORMAT
    return OK


def is_valid(text: str, *, any_key: bool = False) -> bool:
    """Tell whether `text` may be stored as a SIRET.

    :param any_key: accept a wrong key: the directory knows the number, or this is a
        qualification environment
    """
    return check(text) in ((OK, KEY) if any_key else (OK,))


def siren(text: str) -> str:
    """Return the nine digits of the legal entity inside a SIRET."""
    return clean(text)[:9]


def is_state(text: str) -> bool:
    """Tell whether a SIRET is the one that the State's services share on Chorus Pro.

    They are told apart by their service code.
    """
    return clean(text) == STATE
