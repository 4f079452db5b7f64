"""The demonstration data hold together: numbers with right keys, one SIRET per body."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from stdnum import ean, iban, isbn
from stdnum.fr import tva

from chorus import siret as siret_rules
from simulator.directory import Directory

DEMO = Path(__file__).parents[2] / "l10n_fr_chorus_bookshop" / "demo"
FILES = sorted(DEMO.glob("*.xml"))
FLAGS = {
    "service_required": "service_required",
    "engagement_required": "engagement_required",
    "service_or_engagement_required": "either_required",
    "payment_not_reported": "payment_not_reported",
    "is_active": "active",
}


def _value(field):
    if field.get("eval"):
        return field.get("eval") == "True"
    return field.get("ref") or (field.text or "").strip()


def _records(model):
    """Return the records of a model in the XML files: external id -> field values."""
    return {
        record.get("id"): {field.get("name"): _value(field) for field in record}
        for path in FILES
        for record in etree.parse(path).iter("record")
        if record.get("model") == model
    }


def _products():
    with (DEMO / "product.product.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _bodies():
    """Return the customers that have a SIRET: SIRET -> field values."""
    return {
        values["company_registry"]: values
        for name, values in _records("res.partner").items()
        if values.get("company_registry") and name != "partner_bookshop"
    }


PRODUCTS = _products()
BOOKS = [row for row in PRODUCTS if row["categ_id/id"] == "product_category_books"]
SHOP = _records("res.partner")["partner_bookshop"]


def test_every_siret_has_a_right_key():
    for siret in [SHOP["company_registry"], *_bodies()]:
        assert siret_rules.check(siret) == siret_rules.OK, siret


def test_no_two_customers_share_a_siret():
    registries = Counter(
        values["company_registry"]
        for values in _records("res.partner").values()
        if values.get("company_registry")
    )
    assert max(registries.values()) == 1


def test_the_shop_has_one_siren_and_a_right_account():
    siren = SHOP["company_registry"][:9]
    assert tva.is_valid(SHOP["vat"])
    assert SHOP["vat"][4:] == siren
    (account,) = _records("res.partner.bank").values()
    assert iban.is_valid(account["acc_number"])
    assert account["partner_id"] == "partner_bookshop"
    bank, branch, number, key = re.fullmatch(
        r"FR\d\d(\d{5})(\d{5})(\d{11})(\d\d)", account["acc_number"]
    ).groups()
    assert (89 * int(bank) + 15 * int(branch) + 3 * int(number) + int(key)) % 97 == 0


def test_at_least_thirty_books_each_with_its_own_isbn():
    assert len(BOOKS) >= 30
    codes = [book["barcode"] for book in BOOKS]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert isbn.is_valid(code) and code.startswith("9782"), code


def test_other_products_have_a_right_barcode_or_none():
    codes = [row["barcode"] for row in PRODUCTS if row["barcode"]]
    assert len(set(codes)) == len(codes)
    assert all(map(ean.is_valid, codes))


def test_each_product_has_the_vat_of_its_category():
    taxes = {row["categ_id/id"]: row["taxes_id/id"] for row in PRODUCTS}
    assert taxes == {
        "product_category_books": "tax_sale_55",
        "product_category_stationery": "tax_sale_20",
        "product_category_press": "tax_sale_21",
    }
    for row in PRODUCTS:
        assert row["taxes_id/id"] == taxes[row["categ_id/id"]]
        assert row["company_id/id"] == "company_bookshop"
        assert float(row["list_price"]) > 0


def test_the_simulator_knows_every_body_served_by_chorus_pro():
    known = Directory().structures
    served = {
        siret
        for siret, values in _bodies().items()
        if values.get("invoice_sending_method") == "chorus"
    }
    assert served <= set(known)
    assert any(known[siret].either_required for siret in served)
    assert any(not known[siret].active for siret in served)


@pytest.mark.parametrize("name", sorted(_records("l10n_fr_chorus.structure")))
def test_the_mirror_says_what_the_simulator_says(name):
    values = _records("l10n_fr_chorus.structure")[name]
    body = Directory().structures[values["siret"]]
    assert values["name"] == body.name
    assert {flag: values.get(flag, False) for flag in FLAGS} == {
        flag: getattr(body, attribute) for flag, attribute in FLAGS.items()
    }
    mirrored = {
        (
            service["code"],
            service["name"],
            service.get("active", True),
            service.get("engagement_required", False),
        )
        for service in _records("l10n_fr_chorus.service").values()
        if service["structure_id"] == name
    }
    assert mirrored == {
        (service.code, service.name, service.active, service.engagement_required)
        for service in body.services.values()
        if service.code != "FACTURES_PUBLIQUES"
    }


def test_the_mirror_is_too_old_to_send_on():
    for values in _records("l10n_fr_chorus.structure").values():
        assert values["source"] == "demo"
        assert values["checked_at"] < "2021"


def test_no_address_can_reach_a_real_person():
    for name, values in _records("res.partner").items():
        assert values["email"].endswith("@example.com"), name
        # French numbers kept by the regulator for fiction
        assert values["phone"].startswith("+33 2 61 91 "), name
