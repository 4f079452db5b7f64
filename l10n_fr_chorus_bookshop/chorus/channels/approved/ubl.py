"""Write a neutral invoice as UBL 2.1, in the reform's vocabulary.

Extended-ctc-fr: valid against its XSD, its Schematron and BR-FR. The same amounts,
prices and identifiers as the CII of the same invoice.
"""

import base64
import re
from collections.abc import Sequence
from decimal import Decimal

from lxml import etree

from ...facturx.archive import file_name, media_type
from ...facturx.cii import (
    ANNEX,
    DEFAULT_PAYMENT_MEANS,
    READABLE,
    TAX_CURRENCY,
    TRANSFERS,
    amount,
    delivered_to,
    leaf,
    number,
    preceding,
)
from ...facturx.dialect import ADDRESS, SIREN, Reform
from ...facturx.prices import prices
from ...invoice import CREDIT_NOTE, Address, Attachment, Invoice, Line, Party, Tax
from ...mentions import reason
from ...text import cleaned
from ...vat import NOT_SUBJECT

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
_CBC = f"{{{_UBL}CommonBasicComponents-2}}"
_NAMES = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}
# Three signs between number signs, or before the next note's: read as a code.
_LIKE_A_CODE = re.compile(r"(?:(?<=#)|^)(?=[^#]{3}(?:#|$))")
# UNTDID 2005 of the VAT's due date (BT-8): on the invoice, or when it is paid.
_DUE_ON_DEBIT, _DUE_ON_PAYMENT = "3", "432"


def write(
    invoice: Invoice,
    pdf: Attachment,
    attachments: Sequence[Attachment],
    dialect: Reform,
) -> bytes:
    """Return the invoice as UBL with its readable PDF inside.

    :return: UTF-8 XML with its declaration, `flowSyntax` UBL
    """
    invoice = cleaned(invoice)
    credit = invoice.kind == CREDIT_NOTE
    name = "CreditNote" if credit else "Invoice"
    space = f"{_UBL}{name}-2"
    root = etree.Element(f"{{{space}}}{name}", nsmap={None: space, **_NAMES})
    due_date = dialect.due_date(invoice)
    _text(root, "CustomizationID", dialect.profile)
    _text(root, "ProfileID", dialect.frame(invoice))
    _text(root, "ID", invoice.number)
    _text(root, "IssueDate", invoice.issue_date.isoformat())
    if due_date and not credit:
        _text(root, "DueDate", due_date.isoformat())
    _text(root, f"{name}TypeCode", dialect.kind(invoice))
    for subject, content in dialect.notes(invoice):
        _text(root, "Note", _note(subject, content))
    _text(root, "DocumentCurrencyCode", invoice.currency)
    if invoice.tax_in_euros is not None:
        _text(root, "TaxCurrencyCode", TAX_CURRENCY)
    _text(root, "BuyerReference", invoice.service)
    due_code = _DUE_ON_PAYMENT if invoice.vat_on_payment else _DUE_ON_DEBIT
    _text(_node(root, "InvoicePeriod"), "DescriptionCode", due_code)
    _references(root, invoice)
    taken: set[str] = set()
    files = [(pdf, READABLE), *((one, one.kind or ANNEX) for one in attachments)]
    for file, kind in files:
        _file(root, file, kind, taken)
    # BR-O-02: no VAT number where VAT does not apply.
    subject = any(tax.category != NOT_SUBJECT for tax in invoice.taxes)
    for role, party, service, department in (
        ("AccountingSupplierParty", invoice.seller, "", ""),
        (
            "AccountingCustomerParty",
            invoice.buyer,
            invoice.service,
            invoice.service_name,
        ),
    ):
        element = _node(_node(root, role), "Party")
        seller = party is invoice.seller
        _party(element, party, dialect, service, department, subject, seller)
    _delivery(root, invoice)
    _payment(root, invoice, due_date if credit else None)
    _totals(root, invoice)
    for line in invoice.lines:
        _line(root, line, "Credited" if credit else "Invoiced", invoice.currency)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _note(subject: str, content: str) -> str:
    """BT-21 and BT-22 in one text: what a person wrote like a code is set apart."""
    head = f"#{subject}#" if subject else ""
    return head + _LIKE_A_CODE.sub(" ", content)


def _references(root: etree._Element, invoice: Invoice) -> None:
    if invoice.engagement:
        _text(_node(root, "OrderReference"), "ID", invoice.engagement)
    for one in preceding(invoice):
        earlier = _node(_node(root, "BillingReference"), "InvoiceDocumentReference")
        _text(earlier, "ID", one.number)
        if one.day:
            _text(earlier, "IssueDate", one.day.isoformat())
    if invoice.market:
        _text(_node(root, "ContractDocumentReference"), "ID", invoice.market)


def _file(root: etree._Element, file: Attachment, kind: str, taken: set[str]) -> None:
    name = file_name(file.name, taken)
    element = _node(root, "AdditionalDocumentReference")
    _text(element, "ID", name)
    _text(element, "DocumentDescription", kind)
    content = base64.b64encode(file.content).decode()
    binary = leaf(
        _node(element, "Attachment"), "EmbeddedDocumentBinaryObject", content, _CBC
    )
    binary.set("mimeCode", media_type(file))
    binary.set("filename", name)


def _party(
    element: etree._Element,
    party: Party,
    dialect: Reform,
    service: str,
    department: str,
    subject: bool,
    seller: bool,
) -> None:
    address = dialect.address(party, service)
    _text(element, "EndpointID", address, schemeID=ADDRESS)
    for scheme, identifier in dialect.private_ids(party, service):
        _text(_node(element, "PartyIdentification"), "ID", identifier, schemeID=scheme)
    _address(element, "PostalAddress", party.address)
    number, scheme = (party.vat if subject else "", "VAT")
    if seller and not party.vat:
        # BR-E-02: a seller without VAT number says its own tax number (BT-32).
        number, scheme = party.siret[:9], "LOC"
    if number:
        tax = _node(element, "PartyTaxScheme")
        _text(tax, "CompanyID", number)
        _text(_node(tax, "TaxScheme"), "ID", scheme)
    legal = _node(element, "PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    _text(legal, "CompanyID", dialect.legal_id(party), schemeID=SIREN)
    values = {
        "Name": department,
        "Telephone": party.phone,
        "ElectronicMail": party.email,
    }
    if any(values.values()):
        contact = _node(element, "Contact")
        for name, value in values.items():
            _text(contact, name, value)


def _address(parent: etree._Element, name: str, address: Address) -> None:
    if not address.country:
        return
    element = _node(parent, name)
    _text(element, "StreetName", address.street)
    _text(element, "AdditionalStreetName", address.street2)
    _text(element, "CityName", address.city)
    _text(element, "PostalZone", address.zip)
    _text(_node(element, "Country"), "IdentificationCode", address.country)


def _delivery(root: etree._Element, invoice: Invoice) -> None:
    element = _node(root, "Delivery")
    delivered = invoice.delivery_date or invoice.issue_date
    _text(element, "ActualDeliveryDate", delivered.isoformat())
    if place := delivered_to(invoice):
        _address(_node(element, "DeliveryLocation"), "Address", place.address)
        if place.name:
            name = _node(_node(element, "DeliveryParty"), "PartyName")
            _text(name, "Name", place.name)


def _payment(root: etree._Element, invoice: Invoice, due_date) -> None:
    means = _node(root, "PaymentMeans")
    code = invoice.payment_means or DEFAULT_PAYMENT_MEANS
    _text(means, "PaymentMeansCode", code)
    if due_date:
        _text(means, "PaymentDueDate", due_date.isoformat())
    iban = "".join(invoice.iban.split())
    if iban and code in TRANSFERS:
        account = _node(means, "PayeeFinancialAccount")
        _text(account, "ID", iban)
        if invoice.bic:
            _text(_node(account, "FinancialInstitutionBranch"), "ID", invoice.bic)
    if invoice.payment_terms:
        _text(_node(root, "PaymentTerms"), "Note", invoice.payment_terms)


def _totals(root: etree._Element, invoice: Invoice) -> None:
    currency = invoice.currency
    tax_total = _node(root, "TaxTotal")
    _amount(tax_total, "TaxAmount", invoice.tax, currency)
    for tax in invoice.taxes:
        row = _node(tax_total, "TaxSubtotal")
        _amount(row, "TaxableAmount", tax.base, currency)
        _amount(row, "TaxAmount", tax.amount, currency)
        category = _category(row, "TaxCategory", tax)
        _text(category, "TaxExemptionReason", reason(invoice, tax))
        _scheme(category)
    if invoice.tax_in_euros is not None:
        euros = _node(root, "TaxTotal")
        _amount(euros, "TaxAmount", invoice.tax_in_euros, TAX_CURRENCY)
    totals = _node(root, "LegalMonetaryTotal")
    _amount(totals, "LineExtensionAmount", invoice.untaxed, currency)
    _amount(totals, "TaxExclusiveAmount", invoice.untaxed, currency)
    _amount(totals, "TaxInclusiveAmount", invoice.total, currency)
    if invoice.paid:
        _amount(totals, "PrepaidAmount", invoice.paid, currency)
    if invoice.rounding:
        _amount(totals, "PayableRoundingAmount", invoice.rounding, currency)
    _amount(totals, "PayableAmount", invoice.due, currency)


def _line(root: etree._Element, line: Line, verb: str, currency: str) -> None:
    found = prices(line)
    name = "CreditNoteLine" if verb == "Credited" else "InvoiceLine"
    element = _node(root, name)
    _text(element, "ID", str(line.position))
    quantity = number(found.quantity)
    _text(element, f"{verb}Quantity", quantity, unitCode=line.unit)
    _amount(element, "LineExtensionAmount", line.total, currency)
    item = _node(element, "Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    if line.reference:
        _text(_node(item, "SellersItemIdentification"), "ID", line.reference)
    if line.ean:
        standard = _node(item, "StandardItemIdentification")
        _text(standard, "ID", line.ean, schemeID="0160")
    _scheme(_category(item, "ClassifiedTaxCategory", line))
    price = _node(element, "Price")
    _text(price, "PriceAmount", number(found.net), currencyID=currency)
    if found.basis is not None:
        _text(price, "BaseQuantity", number(found.basis), unitCode=line.unit)
    if found.gross is not None:
        discount = _node(price, "AllowanceCharge")
        _text(discount, "ChargeIndicator", "false")
        off = number(found.gross - found.net)
        _text(discount, "Amount", off, currencyID=currency)
        _text(discount, "BaseAmount", number(found.gross), currencyID=currency)


def _category(parent: etree._Element, name: str, taxed: Line | Tax) -> etree._Element:
    category = _node(parent, name)
    _text(category, "ID", taxed.category)
    if taxed.category != NOT_SUBJECT:  # BR-O-05
        _text(category, "Percent", amount(taxed.rate))
    return category


def _scheme(category: etree._Element) -> None:
    _text(_node(category, "TaxScheme"), "ID", "VAT")


def _node(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, _CAC + name)


def _text(parent: etree._Element, name: str, value: str, **attributes: str) -> None:
    """Add an element with this text unless it is empty."""
    if value:
        element = leaf(parent, name, value, _CBC)
        for attribute, said in attributes.items():
            element.set(attribute, said)


def _amount(parent: etree._Element, name: str, value: Decimal, currency: str) -> None:
    _text(parent, name, amount(value), currencyID=currency)
