"""What a platform reads of a document: CII D22B, UBL 2.1, Factur-X."""

from datetime import date
from decimal import Decimal

from lxml import etree

from ..documents import Document, InadmissibleError, embedded_xml

#: syntax -> field -> where it is read, local names only
CII = {
    "number": "ExchangedDocument/ID",
    "type_code": "ExchangedDocument/TypeCode",
    "profile": "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
    "cadre": (
        "ExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter/ID"
    ),
    "issued": "ExchangedDocument/IssueDateTime/DateTimeString",
    "supplier": "//SellerTradeParty/GlobalID[@schemeID='0009']",
    "siren": "//SellerTradeParty/SpecifiedLegalOrganization/ID",
    "recipient": "//BuyerTradeParty/GlobalID[@schemeID='0009']",
    "routing": "//BuyerTradeParty/GlobalID[@schemeID='0224']",
    "address": "//BuyerTradeParty/URIUniversalCommunication/URIID",
    "service": "//BuyerReference",
    "engagement": "//BuyerOrderReferencedDocument/IssuerAssignedID",
    "market": "//ContractReferencedDocument/IssuerAssignedID",
    "origin": "//InvoiceReferencedDocument/IssuerAssignedID",
    "currency": "//InvoiceCurrencyCode",
    "payment_means": "//SpecifiedTradeSettlementPaymentMeans/TypeCode",
    "total_ht": "//TaxBasisTotalAmount",
    "total_tax": "//SpecifiedTradeSettlementHeaderMonetarySummation/TaxTotalAmount",
    "total_ttc": "//GrandTotalAmount",
    "total_due": "//DuePayableAmount",
}
UBL = {
    "number": "ID",
    "type_code": "InvoiceTypeCode|CreditNoteTypeCode",
    "profile": "CustomizationID",
    "cadre": "ProfileID",
    "issued": "IssueDate",
    "supplier": "AccountingSupplierParty//PartyIdentification/ID[@schemeID='0009']",
    "siren": "AccountingSupplierParty//PartyLegalEntity/CompanyID",
    "recipient": "AccountingCustomerParty//PartyIdentification/ID[@schemeID='0009']",
    "routing": "AccountingCustomerParty//PartyIdentification/ID[@schemeID='0224']",
    "address": "AccountingCustomerParty/Party/EndpointID",
    "service": "BuyerReference",
    "engagement": "OrderReference/ID",
    "market": "ContractDocumentReference/ID",
    "origin": "BillingReference//ID",
    "currency": "DocumentCurrencyCode",
    "payment_means": "PaymentMeans/PaymentMeansCode",
    "total_ht": "LegalMonetaryTotal/TaxExclusiveAmount",
    "total_tax": "TaxTotal/TaxAmount",
    "total_ttc": "LegalMonetaryTotal/TaxInclusiveAmount",
    "total_due": "LegalMonetaryTotal/PayableAmount",
}
AMOUNTS = ("total_ht", "total_tax", "total_ttc", "total_due")
ROOTS = {"CrossIndustryInvoice": CII, "Invoice": UBL, "CreditNote": UBL}


class Reformed(Document):
    """A document of the reform: a few more data than the direct road has."""

    profile = siren = routing = address = ""


def read(content, name, syntax):
    """The document; InadmissibleError says why it is none."""
    pdf = content.startswith(b"%PDF")
    if pdf != (syntax == "Factur-X"):
        raise InadmissibleError("FlowTypeError")
    xml = embedded_xml(content) if pdf else content
    root = _root(xml)
    kind = etree.QName(root).localname
    paths = ROOTS.get(kind)
    if paths is None or (paths is UBL) != (syntax == "UBL"):
        raise InadmissibleError("InvalidSchema")
    found = {field: _text(root, path) for field, path in paths.items()}
    digits = found.pop("issued").replace("-", "")
    names = ("profile", "siren", "routing", "address")
    more = {name: found.pop(name) for name in names}
    try:
        issued = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        amounts = {name: Decimal(found.pop(name) or "0") for name in AMOUNTS}
    except (ValueError, ArithmeticError):
        raise InadmissibleError("InvalidSchema") from None
    document = Reformed(file=name, issue_date=issued, **found, **amounts)
    for field, value in more.items():
        setattr(document, field, value)
    return document


def answer_of(content):
    """Number and status code of a status message of ours, with its files' names."""
    root = _root(content)
    if etree.QName(root).localname != "CrossDomainAcknowledgementAndResponse":
        raise InadmissibleError("InvalidSchema")
    files = root.xpath("//*[local-name()='AttachmentBinaryObject']/@filename")
    return (
        _text(root, "//ReferenceReferencedDocument/IssuerAssignedID"),
        _text(root, "//ReferenceReferencedDocument/ProcessConditionCode"),
        _text(root, "//ReferenceReferencedDocument/IssuerTradeParty/GlobalID"),
        [str(name) for name in files],
    )


def _root(xml):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise InadmissibleError("InvalidSchema") from error


def _text(root, path):
    """The first text found by a path of local names."""
    for one in path.split("|"):
        steps = one.split("/")
        xpath = "/".join(_step(step) for step in steps)
        found = root.xpath(xpath)
        if found:
            return (found[0].text or "").strip()
    return ""


def _step(step):
    if not step:
        return step
    name, bracket, rest = step.partition("[")
    return f"*[local-name()='{name}']{bracket}{rest}"
