"""VAT in France as invoices say it: rates, categories (UNTDID 5305), legal mentions.

Mentions are in French, as the law words them, whatever the language of the user.
"""

import re
from decimal import Decimal

STANDARD, ZERO_RATED, EXEMPT_ROW, REVERSE_CHARGE = "S", "Z", "E", "AE"
INTRA_COMMUNITY, EXPORT, NOT_SUBJECT = "K", "G", "O"
#: categories that give their reason (EN 16931 BR-E-10, BR-AE-10, BR-IC-10…)
EXEMPT = (EXEMPT_ROW, REVERSE_CHARGE, INTRA_COMMUNITY, EXPORT, NOT_SUBJECT)
#: a line without any tax; one of whose taxes VAT cannot be told from the others
NONE, UNTOLD = "", "?"

#: rates of France and its overseas departments, those of old invoices included
#: (BR-FR-16 of XP Z12-012)
RATES = frozenset(
    map(
        Decimal,
        [
            "20",
            "10",
            "5.5",
            "2.1",
            "8.5",
            "1.75",
            "1.05",
            "0.9",
            "13",
            "19.6",
            "20.6",
            "7",
            "9.2",
            "9.6",
        ],
    )
)
# A sale in a territory without VAT, and one between two VAT territories of France,
# are exempt (CGI, art. 294).
OVERSEAS = frozenset(
    {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"}
)
FRANCE = OVERSEAS | {"FR", "MC"}

#: countries of a VAT number, EL for Greece, XI for Northern Ireland (BR-CO-09)
PREFIXES = frozenset(
    [
        "1A",
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AN",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BL",
        "BJ",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "EL",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "XI",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)

ARTICLE_293_B = "TVA non applicable, article 293 B du CGI"
ARTICLE_294 = "TVA non applicable, article 294 du CGI"
FRANCHISE = "VATEX-FR-FRANCHISE"
#: usual mention of each category (CGI, annexe II, art. 242 nonies A, I, 12° and 13°)
REASONS = {
    EXEMPT_ROW: "Exonération de TVA",
    REVERSE_CHARGE: "Autoliquidation",
    EXPORT: "Exonération de TVA, article 262, I du CGI",
    INTRA_COMMUNITY: "Exonération de TVA, article 262 ter, I du CGI",
    NOT_SUBJECT: "Opération non soumise à la TVA",
}
_MARGIN = "Régime particulier - {} (article 297 A du CGI)"
#: mention of each reason code (VATEX); the margin scheme by 242 nonies A, I, 16°
_MENTIONS = {
    FRANCHISE: ARTICLE_293_B,
    "VATEX-FR-CNWVAT": "Avoir net de taxe (article 272 du CGI)",
    "VATEX-FR-AE": REASONS[REVERSE_CHARGE],
    "VATEX-EU-AE": REASONS[REVERSE_CHARGE],
    "VATEX-EU-G": REASONS[EXPORT],
    "VATEX-EU-IC": REASONS[INTRA_COMMUNITY],
    "VATEX-EU-O": REASONS[NOT_SUBJECT],
    "VATEX-EU-F": _MARGIN.format("Biens d'occasion"),
    "VATEX-EU-I": _MARGIN.format("Objets d'art"),
    "VATEX-EU-J": _MARGIN.format("Objets de collection et d'antiquité"),
}
#: second-hand goods, works of art, antiques: VAT is on the margin and shown nowhere
MARGIN = ("VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J")
_CODE_OF_TAXES = re.compile(r"VATEX-FR-(?:CGI)?(\d+)([A-Z]*)(?:-(\d+)(BIS)?)?")
_DIRECTIVE = re.compile(r"VATEX-EU-(\d+)(?:-(\d*)([A-Z]*))?")


def mention(code: str) -> str:
    """Return what an invoice says for a reason code (VATEX), "" for no code.

    >>> mention("VATEX-FR-CGI261-4")
    'Exonération de TVA, article 261, 4 du CGI'
    >>> mention("VATEX-EU-132-1I")
    'Exonération de TVA, article 132, 1, i) de la directive 2006/112/CE'
    """
    if known := _MENTIONS.get(code):
        return known
    if found := _CODE_OF_TAXES.fullmatch(code):
        article, letters, point, bis = found.groups(default="")
        words = " ".join(filter(None, (article, letters)))
        return _exempt(words, f"{point} {bis.lower()}".strip(), "du CGI")
    if found := _DIRECTIVE.fullmatch(code):
        article, point, letters = found.groups(default="")
        letter = f"{letters.lower()})" if letters else ""
        words = ", ".join(filter(None, (article, point)))
        return _exempt(words, letter, "de la directive 2006/112/CE")
    return ""


def _exempt(article: str, point: str, law: str) -> str:
    where = ", ".join(filter(None, (article, point)))
    return f"Exonération de TVA, article {where} {law}"
