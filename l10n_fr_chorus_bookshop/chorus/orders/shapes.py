"""The shapes that values take on an order form: digits grouped anyhow, dates, codes."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from stdnum import ean

from .. import siret

_MONTHS = {
    name: rank
    for rank, names in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        1,
    )
    for name in names.split()
}
# Meets folded text, hence "1er" and months without accents.
DATE = re.compile(
    r"(?<![\d/.-])(?:(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})"
    r"|(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2})"
    r"|(?P<td>\d{1,2})(?:er)? (?P<tm>" + "|".join(_MONTHS) + r")\.? (?P<ty>\d{4}))"
    r"(?![\d/-])"
)
_YEARS = range(2000, 2100)
_DIGITS = re.compile(r"\d+")
_GROUPS = re.compile(r"\s*(?:[:.=(]\s*)?(\d[\d .\-]{12,24})")
# What a reader of pictures takes for a digit.
_MISREAD = str.maketrans("OoQIlSBZz", "000115822")
_MISREAD_GROUPS = re.compile(
    r"\s*(?:[:.=(]\s*)?([\dOoQIlSBZz][\dOoQIlSBZz .\-]{12,24})"
)
_BARE_SIRET = re.compile(
    r"(?<![\w.,/-])(?:\d{14}|\d{3}([ .])\d{3}\1\d{3}\1\d{5})(?![\w/-]|[.,]\d)"
)
_BARE_SIRET_BESIDE = re.compile(r"\d *$"), re.compile(r" {0,2}\d")

# A number of an order, an engagement, a market: words and digits without blanks.
_CODE = re.compile(r"[A-Za-z0-9]+(?:[./_+-]+[A-Za-z0-9]+)*")
# With blanks in it, as far as nothing but a date comes next.
_SPACED = re.compile(
    r"(?:\d{2,4} ?[A-Z]{1,3} ?\d{3,8}|[A-Z]{1,4} ?\d{2,4}[ -]\d{3,8}|"
    r"\d{2,4} ?[/-] ?\d{3,8}|\d{2,8}(?: \d{3,8}){1,2})"
    r"(?=\s*$|\s\s|\s*[;()]|\s+[/-]|[,.](?!\d)|\s+(?:[Dd][Uu]|[Ee][Nn]|[Ll][Ee])\b)"
)
_SAP = re.compile(r"(?!20\d\d )(?:\d[ ]?){10}(?!\d)")
# "26D0011 et n° 26D0012": another number of the same shape.
_AND = re.compile(
    r"\s*(?:\([^()]{1,30}\)\s*)?(?:et|ou|[,;&+/-])\s*(?:n ?°|no\.?|numero)?\s*(?=\w)",
    re.IGNORECASE,
)
# Said where there is no service.
_NO_SERVICE = {"N/A", "NA", "NC", "NEANT", "AUCUN", "SANS", "RAS", "NON", "OUI", "XX"}
_ALONE = re.compile(r"\s*(?:$|[,;.()]|[/-](?:\s|$)|\s{2})")
_SERVICE = re.compile(r"[A-Za-z0-9_/-]{2,100}")
STATE_ENGAGEMENT = re.compile(r"[12]\d{9}")
# What begins as a number does and is another thing: amounts, telephones, hours,
# quantities, ranks, pages, years of a school, addresses, IBAN, VAT numbers, ISBN.
_OTHERWISE = re.compile(
    r"\d[\d .]*,\d\d\b|\d[\d .]* ?(?:€|eur)|\d{1,3} ?%"
    r"|(?:\+33 ?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)"
    r"|(?:[01]?\d|2[0-4]) ?h(?:\d\d)?(?!\w|-\d+(?![\dh]))"
    r"|\d{1,4} ?(?:jours?|mois|semaines?|ex\w*|titres?|livres?|volumes?|pages?|points?|"
    r"bis|ter|rue|avenue|boulevard|bd|place|allees?|quai|chemin|route|impasse)\b"
    r"|\d{1,2}(?:e|er|re|eme|nde?)\b|\d ?/ ?\d(?![\d/])|20\d\d ?[-/] ?20\d\d(?!\d)"
    r"|www\.|https?:|\S+@|fr\d\d(?: ?\d{4}){2}|fr ?\d\d ?\d{3} ?\d{3} ?\d{3}(?!\d)"
    r"|97[89]-\d{1,5}-\d"
)
# "2026-12du 3 mars": words drawn close together.
_GLUED = re.compile(r"(?<=\d)(?:du|le|en)$")
_POSTAL = re.compile(r"\d{5} [A-ZÀ-Ý][A-Za-zÀ-ÿ-]{2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Among codes of services: a school's number, a blank to be filled in, a fraction.
_NO_CODE = re.compile(r"\d{7}[a-z](?!\w)|[x_-]+(?!\w)|\d{1,2}/\d|\d{13}(?!\d)")


def day(match: re.Match) -> str | None:
    """Return a date met as ISO; None when no calendar has it."""
    if match["d"]:
        year = int(match["y"])
        parts = (year + 2000 if year < 100 else year, int(match["m"]), int(match["d"]))
    elif match["iy"]:
        parts = int(match["iy"]), int(match["im"]), int(match["id"])
    else:
        parts = int(match["ty"]), _MONTHS[match["tm"]], int(match["td"])
    if parts[0] not in _YEARS:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def labelled_siret(
    text: str, accepts: Callable[[str], bool]
) -> tuple[str, str, bool] | None:
    """Read the SIRET that begins a text.

    :param text: what stands beside the label
    :param accepts: whether fourteen digits are a SIRET
    :return: (digits, as printed, whether letters were read as digits)
    """
    for pattern, corrected in ((_GROUPS, False), (_MISREAD_GROUPS, True)):
        match = pattern.match(text)
        printed = match and _fourteen(match[1], text[match.end() :])
        if not printed:
            continue
        digits = re.sub(r"[ .\-]", "", printed.translate(_MISREAD))
        if digits.isdigit() and accepts(digits):
            return digits, printed, corrected
    return None


def _fourteen(text: str, after: str) -> str | None:
    """The shortest run of whole groups that makes fourteen digits."""
    count = 0
    for match in re.finditer(r"[^ .\-]+", text):
        count += len(match[0])
        if count == 14:
            rest = text[match.end() :] + after
            glued = rest[:1].isalnum()
            # One group more, close by, and it was a longer number.
            more = re.match(r"[ .\-]\d", rest) and len(match[0]) != 14
            return None if glued or more else text[: match.end()]
        if count > 14:
            return None
    return None


def bare_sirets(
    text: str, accepts: Callable[[str], bool]
) -> list[tuple[str, int, int]]:
    """Find the SIRETs that no label announces: grouped as people do, or not at all.

    :return: (digits, start, end) of each
    """
    before, beyond = _BARE_SIRET_BESIDE
    return [
        (digits, *match.span())
        for match in _BARE_SIRET.finditer(text)
        if not before.search(text[: match.start()])
        and not beyond.match(text[match.end() :])
        and accepts(digits := re.sub(r"\D", "", match[0]))
        and not _is_dated(digits)
    ]


def _is_dated(digits: str) -> bool:
    """A number that begins with a day is an order's, as 20260312000009."""
    return bool(re.match(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", digits))


def is_otherwise(folded: str) -> bool:
    """Tell whether a text begins with what is no reference, digits as it may have."""
    return bool(_OTHERWISE.match(folded))


def code(text: str, folded: str, least: int = 1) -> tuple[str, str] | None:
    """Read the number that begins a text: an order's, an engagement's, a market's.

    :param text: what stands beside the label
    :param folded: the same without accents or capitals
    :param least: how many letters and digits it has at least
    :return: (value, as printed)
    """
    if is_otherwise(folded) or DATE.match(folded) or _POSTAL.match(text):
        return None
    grouped = _SAP.match(text)
    if grouped and " " in grouped[0].strip():
        printed = grouped[0].strip()
        value = printed.replace(" ", "")
        if STATE_ENGAGEMENT.fullmatch(value) or value.startswith("45"):
            return value, printed
    spaced = _SPACED.match(text)
    if spaced and " " in spaced[0]:
        return re.sub(r" ?([/-]) ?", r"\1", spaced[0]), spaced[0]
    match = _CODE.match(text)
    if not match:
        return None
    printed = _GLUED.sub("", match[0])
    if (
        not _DIGITS.search(printed)
        or _YEAR.fullmatch(printed)
        or not printed.strip("0")
        or siret.is_valid(printed)
        and not _is_dated(printed)
        or len(re.sub(r"\W", "", printed)) < least
        or len(printed) > 50
        or re.match(r"[,.]\d|[%€@]", text[match.end() :])
        or printed.isdigit()
        and re.match(r" \d", text[match.end() :])
        or len(printed) == 13
        and ean.is_valid(printed)
    ):
        return None
    return printed, printed


def following(text: str, folded: str, printed: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers of the same shape that a number begins a list of.

    :param text: from that number on
    :param printed: the number
    """
    end = len(printed)
    while beyond := _AND.match(text, end):
        one = code(text[beyond.end() :], folded[beyond.end() :])
        if not one or shape(one[1]) != shape(printed):
            return
        yield one
        end = beyond.end() + len(one[1])


def shape(text: str) -> str:
    """Return what two numbers of one series have in common."""
    return re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "9", text))


def service(text: str, folded: str, sure: bool) -> str | None:
    """Read the service code that begins a text.

    :param text: what stands beside the label
    :param folded: the same without accents or capitals
    :param sure: the label can announce nothing else
    """
    match = _SERVICE.match(text)
    if not match or is_otherwise(folded) or _NO_CODE.match(folded):
        return None
    printed = match[0].rstrip("-/_")
    after = text[match.end() :]
    if len(printed) < 2 or printed.upper() in _NO_SERVICE:
        return None
    if _DIGITS.search(printed):
        good = not _YEAR.fullmatch(printed) and not re.match(r"[,.]\d", after)
        if printed.isdigit():
            good = good and sure and len(printed) < 13 and _ALONE.match(after)
        return printed if good and (sure or printed.upper() == printed) else None
    # A word in capitals is a code where nothing but it is said.
    alone = _ALONE.match(after)
    capital = printed.upper() == printed
    return printed if capital and alone and (sure or len(printed) <= 12) else None
