"""Write a neutral invoice as CII, in the vocabulary of its road (`dialect`).

Factur-X 1.0, profile EN 16931, for direct deposit; the reform's extended-ctc-fr for an
approved platform: each valid against its XSD and its Schematrons.

Every amount is the neutral invoice's own. Only a price may be expressed otherwise than
it was given, so that price and quantity lead back to the amount in the books.
"""

import base64
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from ..invoice import Address, Attachment, Invoice, Line, Party, Preceding, Tax
from ..mentions import reason
from ..text import NOT_XML, cleaned
from ..vat import INTRA_COMMUNITY, NOT_SUBJECT
from .archive import file_name, media_type, zipped
from .dialect import ADDRESS, HISTORICAL, SIREN, Dialect
from .prices import prices

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:"
    "ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
RSM, RAM, QDT, UDT = (f"{{{uri}}}" for uri in NAMESPACES.values())

TRANSFERS = frozenset({"30", "31", "42", "58"})
DEFAULT_PAYMENT_MEANS = "30"
# VAT is told in euros too (CGI, annexe II, 242 nonies A; BT-6).
TAX_CURRENCY = "EUR"
_DUE_ON_PAYMENT, _DUE_ON_DEBIT = "72", "5"
_MARKET = "BC"
_SUPPORTING_DOCUMENT = "916"
_CENT = Decimal("0.01")
# UNTDID 2379: yyyymmdd.
_DAY_FORMAT = "102"
# Kinds of joined files (BT-123, BR-FR-17).
READABLE, ANNEX = "LISIBLE", "DOCUMENT_ANNEXE"


def write(
    invoice: Invoice,
    attachments: Sequence[Attachment] = (),
    dialect: Dialect = HISTORICAL,
) -> bytes:
    """Return the invoice as the XML of a Factur-X, profile EN 16931.

    :param invoice: amounts in the invoice's currency, as the books hold them
    :param attachments: files carried inside the XML. Beside a PDF, embed them in the
        PDF instead (`pdf.embed`): the Schematron allows a single one here
        (CII-SR-476)
    :param dialect: the vocabulary of the road it goes by
    :return: UTF-8 XML with its declaration
    """
    return _document(invoice, [(a, "") for a in attachments], dialect)


def write_with_pdf(
    invoice: Invoice, pdf: Attachment, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the invoice as CII D16B with its readable PDF inside (E2, FSO1116A).

    :param pdf: the readable invoice
    :param attachments: further files
    :return: UTF-8 XML with its declaration, for syntax `IN_DP_E2_CII_MIN_16B`. Files
        travel as base64 of a ZIP that holds the file, as in all AIFE samples
    """
    # In FSO1116A the readable document is told from the others by its name, ZZZ, and a
    # market from a contract by BC, which the Factur-X Schematron does not allow.
    files = [(pdf, "ZZZ"), *((attachment, "") for attachment in attachments)]
    return _document(invoice, files, HISTORICAL, market_type=_MARKET)


def write_reform(
    invoice: Invoice,
    pdf: Attachment,
    attachments: Sequence[Attachment],
    dialect: Dialect,
) -> bytes:
    """Return the invoice as CII D22B with its readable PDF inside, for the reform.

    :param pdf: the readable invoice (BT-123 `LISIBLE`, one at most: BR-FR-18)
    :param attachments: further files, as they are (BR-FR-17)
    :return: UTF-8 XML with its declaration, `flowSyntax` CII
    """
    files = [(pdf, READABLE), *((one, one.kind or ANNEX) for one in attachments)]
    return _document(invoice, files, dialect, bare=True)


def _document(
    invoice: Invoice,
    files: Sequence[tuple[Attachment, str]],
    dialect: Dialect,
    market_type: str = "",
    *,
    bare: bool = False,
) -> bytes:
    invoice = cleaned(invoice)
    in_frame, kind = dialect.frame(invoice), dialect.kind(invoice)
    notes, due_date = dialect.notes(invoice), dialect.due_date(invoice)
    root = etree.Element(RSM + "CrossIndustryInvoice", nsmap=NAMESPACES)
    context = node(root, "ExchangedDocumentContext", RSM)
    frame = node(context, "BusinessProcessSpecifiedDocumentContextParameter")
    leaf(frame, "ID", in_frame)
    guideline = node(context, "GuidelineSpecifiedDocumentContextParameter")
    leaf(guideline, "ID", dialect.profile)

    header = node(root, "ExchangedDocument", RSM)
    leaf(header, "ID", invoice.number)
    leaf(header, "TypeCode", kind)
    day(header, "IssueDateTime", invoice.issue_date)
    for subject, content in notes:
        note = node(header, "IncludedNote")
        leaf(note, "Content", content)
        text(note, "SubjectCode", subject)

    transaction = node(root, "SupplyChainTradeTransaction", RSM)
    for line in invoice.lines:
        _line(transaction, line)
    agreement = _agreement(transaction, invoice, dialect, market_type)
    taken: set[str] = set()
    for file, label in files:
        _add_file(agreement, file, label, taken, bare=bare)
    _delivery(transaction, invoice)
    _settlement(transaction, invoice, due_date)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


# --- lines ---------------------------------------------------------------------------


def _line(transaction: etree._Element, line: Line) -> None:
    item = node(transaction, "IncludedSupplyChainTradeLineItem")
    leaf(node(item, "AssociatedDocumentLineDocument"), "LineID", str(line.position))

    product = node(item, "SpecifiedTradeProduct")
    if line.ean:
        # ISO 6523 code 0160 is GTIN, and an ISBN-13 is one.
        leaf(product, "GlobalID", line.ean).set("schemeID", "0160")
    text(product, "SellerAssignedID", line.reference)
    text(product, "Name", line.name)
    text(product, "Description", line.description)

    quantity = _prices(node(item, "SpecifiedLineTradeAgreement"), line)
    delivered = node(item, "SpecifiedLineTradeDelivery")
    leaf(delivered, "BilledQuantity", number(quantity)).set("unitCode", line.unit)

    settlement = node(item, "SpecifiedLineTradeSettlement")
    tax = node(settlement, "ApplicableTradeTax")
    leaf(tax, "TypeCode", "VAT")
    leaf(tax, "CategoryCode", line.category)
    _rate(tax, line)
    summation = node(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    leaf(summation, "LineTotalAmount", amount(line.total))


def _prices(agreement: etree._Element, line: Line) -> Decimal:
    """Write BT-146 to BT-149 and return the quantity they go with.

    A gross price comes with its discount or not at all: Chorus Pro refuses a
    `GrossPriceProductTradePrice` without `ActualAmount` (OCA/l10n-france #504).
    """
    quantity, net, basis, gross = prices(line)
    if gross is not None:
        block = node(agreement, "GrossPriceProductTradePrice")
        leaf(block, "ChargeAmount", number(gross))
        allowance = node(block, "AppliedTradeAllowanceCharge")
        leaf(node(allowance, "ChargeIndicator"), "Indicator", "false", UDT)
        leaf(allowance, "ActualAmount", number(gross - net))
    block = node(agreement, "NetPriceProductTradePrice")
    leaf(block, "ChargeAmount", number(net))
    if basis is not None:
        leaf(block, "BasisQuantity", number(basis)).set("unitCode", line.unit)
    return quantity


def _rate(element: etree._Element, taxed: Line | Tax) -> None:
    """Write the rate, which BR-O-05 forbids where VAT does not apply."""
    if taxed.category != NOT_SUBJECT:
        leaf(element, "RateApplicablePercent", amount(taxed.rate))


# --- header --------------------------------------------------------------------------


def _agreement(
    transaction: etree._Element, invoice: Invoice, dialect: Dialect, market_type: str
) -> etree._Element:
    agreement = node(transaction, "ApplicableHeaderTradeAgreement")
    text(agreement, "BuyerReference", invoice.service)
    # BR-O-02: no VAT number where VAT does not apply.
    subject = any(tax.category != NOT_SUBJECT for tax in invoice.taxes)
    seller = _party(agreement, "SellerTradeParty", invoice.seller, subject, dialect)
    if not invoice.seller.vat and invoice.seller.siret:
        # BR-E-02: a seller without VAT number says its own tax number (BT-32).
        _tax_number(seller, invoice.seller.siret[:9], "FC")
    _party(
        agreement,
        "BuyerTradeParty",
        invoice.buyer,
        subject,
        dialect,
        invoice.service,
        invoice.service_name,
    )
    if invoice.engagement:
        order = node(agreement, "BuyerOrderReferencedDocument")
        leaf(order, "IssuerAssignedID", invoice.engagement)
    if invoice.market:
        contract = node(agreement, "ContractReferencedDocument")
        leaf(contract, "IssuerAssignedID", invoice.market)
        text(contract, "ReferenceTypeCode", market_type)
    return agreement


def _party(
    parent: etree._Element,
    tag: str,
    party: Party,
    subject: bool,
    dialect: Dialect,
    service: str = "",
    service_name: str = "",
) -> etree._Element:
    private_ids = dialect.private_ids(party, service)
    legal_id, address = dialect.legal_id(party), dialect.address(party, service)
    element = node(parent, tag)
    for scheme, identifier in private_ids:
        leaf(element, "GlobalID", identifier).set("schemeID", scheme)
    text(element, "Name", party.name)
    if legal_id:
        organization = node(element, "SpecifiedLegalOrganization")
        leaf(organization, "ID", legal_id).set("schemeID", SIREN)
    _contact(element, service_name, party.phone, party.email)
    _address(element, party.address)
    if address:
        place = node(element, "URIUniversalCommunication")
        leaf(place, "URIID", address).set("schemeID", ADDRESS)
    if subject and party.vat:
        _tax_number(element, party.vat, "VA")
    return element


def _tax_number(party: etree._Element, number: str, scheme: str) -> None:
    registration = node(party, "SpecifiedTaxRegistration")
    leaf(registration, "ID", number).set("schemeID", scheme)


def _contact(party: etree._Element, department: str, phone: str, email: str) -> None:
    if not (department or phone or email):
        return
    contact = node(party, "DefinedTradeContact")
    text(contact, "DepartmentName", department)
    if phone:
        telephone = node(contact, "TelephoneUniversalCommunication")
        leaf(telephone, "CompleteNumber", phone)
    if email:
        leaf(node(contact, "EmailURIUniversalCommunication"), "URIID", email)


def _address(party: etree._Element, address: Address) -> None:
    # BR-57: an address without its country is refused.
    if address.country:
        element = node(party, "PostalTradeAddress")
        text(element, "PostcodeCode", address.zip)
        text(element, "LineOne", address.street)
        text(element, "LineTwo", address.street2)
        text(element, "CityName", address.city)
        leaf(element, "CountryID", address.country)


def _delivery(transaction: etree._Element, invoice: Invoice) -> None:
    element = node(transaction, "ApplicableHeaderTradeDelivery")
    if place := delivered_to(invoice):
        ship_to = node(element, "ShipToTradeParty")
        text(ship_to, "Name", place.name)
        _address(ship_to, place.address)
    # An invoice that names no other day was delivered on the day of issue (CGI,
    # annexe II, article 242 nonies A, I, 10°).
    event = node(element, "ActualDeliverySupplyChainEvent")
    day(event, "OccurrenceDateTime", invoice.delivery_date or invoice.issue_date)


def delivered_to(invoice: Invoice) -> Party | None:
    """Return where it went; BR-IC-12: an intra-Community supply always says."""
    abroad = any(tax.category == INTRA_COMMUNITY for tax in invoice.taxes)
    return invoice.delivery or (invoice.buyer if abroad else None)


def _settlement(
    transaction: etree._Element, invoice: Invoice, due_date: date | None
) -> None:
    element = node(transaction, "ApplicableHeaderTradeSettlement")
    if invoice.tax_in_euros is not None:
        leaf(element, "TaxCurrencyCode", TAX_CURRENCY)
    leaf(element, "InvoiceCurrencyCode", invoice.currency)
    _payment_means(element, invoice)
    for tax in invoice.taxes:
        _tax(element, tax, reason(invoice, tax), due_code(invoice, tax))
    _payment_terms(element, invoice, due_date)
    _totals(element, invoice)
    for one in preceding(invoice):
        earlier = node(element, "InvoiceReferencedDocument")
        leaf(earlier, "IssuerAssignedID", one.number)
        if one.day:
            day(earlier, "FormattedIssueDateTime", one.day, QDT)


def _payment_means(settlement: etree._Element, invoice: Invoice) -> None:
    """Write BT-81 always (Chorus Pro refuses its absence), an account for transfers."""
    means = node(settlement, "SpecifiedTradeSettlementPaymentMeans")
    code = invoice.payment_means or DEFAULT_PAYMENT_MEANS
    leaf(means, "TypeCode", code)
    iban = "".join(invoice.iban.split())
    if iban and code in TRANSFERS:
        account = node(means, "PayeePartyCreditorFinancialAccount")
        leaf(account, "IBANID", iban)
        if invoice.bic:
            bank = node(means, "PayeeSpecifiedCreditorFinancialInstitution")
            leaf(bank, "BICID", invoice.bic)


def preceding(invoice: Invoice) -> list[Preceding]:
    """Return what BG-3 names: the invoice credited, the deposits deducted."""
    original = Preceding(invoice.original_number, invoice.original_date)
    return [one for one in (original, *invoice.deposits) if one.number]


def due_code(invoice: Invoice, tax: Tax) -> str:
    """Return when the VAT of a row is due (BT-8), by UNTDID 2475."""
    row = tax.on_payment
    on_payment = invoice.vat_on_payment if row is None else row
    return _DUE_ON_PAYMENT if on_payment else _DUE_ON_DEBIT


def _tax(settlement: etree._Element, tax: Tax, reason: str, due_code: str) -> None:
    element = node(settlement, "ApplicableTradeTax")
    leaf(element, "CalculatedAmount", amount(tax.amount))
    leaf(element, "TypeCode", "VAT")
    text(element, "ExemptionReason", reason)
    leaf(element, "BasisAmount", amount(tax.base))
    leaf(element, "CategoryCode", tax.category)
    if reason:
        text(element, "ExemptionReasonCode", tax.exemption_code)
    leaf(element, "DueDateTypeCode", due_code)
    _rate(element, tax)


def _payment_terms(
    settlement: etree._Element, invoice: Invoice, due_date: date | None
) -> None:
    """Write terms and due date; BR-CO-25 wants one of them when something is due."""
    terms = node(settlement, "SpecifiedTradePaymentTerms")
    description = text(terms, "Description", invoice.payment_terms)
    if due_date or description is None:
        day(terms, "DueDateDateTime", due_date or invoice.issue_date)


def _totals(settlement: etree._Element, invoice: Invoice) -> None:
    totals = node(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    leaf(totals, "LineTotalAmount", amount(invoice.untaxed))
    leaf(totals, "TaxBasisTotalAmount", amount(invoice.untaxed))
    tax = leaf(totals, "TaxTotalAmount", amount(invoice.tax))
    tax.set("currencyID", invoice.currency)
    if invoice.tax_in_euros is not None:
        euros = leaf(totals, "TaxTotalAmount", amount(invoice.tax_in_euros))
        euros.set("currencyID", TAX_CURRENCY)
    if invoice.rounding:
        leaf(totals, "RoundingAmount", amount(invoice.rounding))
    leaf(totals, "GrandTotalAmount", amount(invoice.total))
    if invoice.paid:
        leaf(totals, "TotalPrepaidAmount", amount(invoice.paid))
    leaf(totals, "DuePayableAmount", amount(invoice.due))


# --- files ---------------------------------------------------------------------------


def _add_file(
    agreement: etree._Element,
    file: Attachment,
    label: str,
    taken: set[str],
    *,
    bare: bool,
) -> None:
    """Add a supporting document (BG-24).

    :param label: kind of document (BT-123), "" for none
    :param taken: as for `file_name`
    :param bare: as it is, as EN 16931 has it; else in a ZIP, as AIFE's samples do
    """
    name = file_name(file.name, taken)
    element = node(agreement, "AdditionalReferencedDocument")
    leaf(element, "IssuerAssignedID", name)
    leaf(element, "TypeCode", _SUPPORTING_DOCUMENT)
    text(element, "Name", label)
    binary = node(element, "AttachmentBinaryObject")
    content = file.content if bare else zipped(name, file.content)
    binary.text = base64.b64encode(content)
    binary.set("mimeCode", media_type(file))
    binary.set("filename", name)


# --- nodes and values ----------------------------------------------------------------


def node(parent: etree._Element, tag: str, namespace: str = RAM) -> etree._Element:
    """Add an element that will hold others, and return it."""
    return etree.SubElement(parent, namespace + tag)


def leaf(
    parent: etree._Element, tag: str, value: str, namespace: str = RAM
) -> etree._Element:
    """Add an element with this text, and return it."""
    element = etree.SubElement(parent, namespace + tag)
    try:
        element.text = value
    except ValueError:
        # lxml looks for illegal characters anyway: looking twice would cost a tenth.
        element.text = NOT_XML.sub("", value)
    return element


def text(parent: etree._Element, tag: str, value: str) -> etree._Element | None:
    """Add an element with this text unless it is empty."""
    return leaf(parent, tag, value) if value else None


def day(parent: etree._Element, tag: str, value: date, namespace: str = UDT) -> None:
    """Add a date as CII nests it, yyyymmdd."""
    string = leaf(node(parent, tag), "DateTimeString", f"{value:%Y%m%d}", namespace)
    string.set("format", _DAY_FORMAT)


def amount(value: Decimal) -> str:
    """Two decimals, half up, the most that BR-DEC-* allow; adding 0 turns -0 into 0."""
    return f"{value.quantize(_CENT, ROUND_HALF_UP) + 0:f}"


def number(value: Decimal) -> str:
    """All the significant decimals, never an exponent."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
