"""Numbers of invoices that the platform takes (R24).

AIFE FE v1.1 §3.2.1.4.2: at most 20 characters, letters, digits, space and `+ - _ /`;
unique by year of issue, SIREN of the seller and number. A number whose invoice was not
integrated may be used again; one that the body refused may not.
"""

import re

LENGTH = 20
REFUSED = re.compile(r"[^A-Za-z0-9 +_/-]")


def is_conforming(number: str) -> bool:
    """Tell whether the platform takes this number."""
    return bool(number.strip()) and len(number) <= LENGTH and not REFUSED.search(number)


def conforming(prefix: str, year: int) -> str:
    """Propose the first number of a series that stays within the limit.

    :param prefix: what tells the series from the others: a journal's code
    """
    kept = REFUSED.sub("", prefix).strip()[: LENGTH - len("/2026/00001")] or "FAC"
    return f"{kept}/{year}/00001"
