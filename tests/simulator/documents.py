"""Reading what was deposited: XML, Factur-X PDF, tar.gz and zip.

Only the structure is judged here; the rules of an invoice are in ``checks``.
"""

import gzip
import io
import re
import tarfile
import zipfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

STANDARD = "urn:un:unece:uncefact:data:standard"
RSM = f"{STANDARD}:CrossIndustryInvoice:100"
RAM = f"{STANDARD}:ReusableAggregateBusinessInformationEntity:100"
UDT = f"{STANDARD}:UnqualifiedDataType:100"
NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT}

HEADER = "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument"
CONTEXT = "/rsm:CrossIndustryInvoice/rsm:ExchangedDocumentContext"
DEAL = "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LEGAL_ID = "ram:SpecifiedLegalOrganization/ram:ID"

#: where Chorus Pro reads each datum: AIFE sample flows FSO1117A and FSO1116A
TEXTS = {
    "number": f"{HEADER}/ram:ID",
    "type_code": f"{HEADER}/ram:TypeCode",
    "cadre": f"{CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
    "supplier": f"{AGREEMENT}/ram:SellerTradeParty/{LEGAL_ID}",
    "recipient": f"{AGREEMENT}/ram:BuyerTradeParty/{LEGAL_ID}",
    "service": f"{AGREEMENT}/ram:BuyerReference",
    "engagement": f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    "market": f"{AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "origin": f"{SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
    "currency": f"{SETTLEMENT}/ram:InvoiceCurrencyCode",
    "payment_means": (
        f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode"
    ),
}
AMOUNTS = {
    "total_ht": f"{SUMS}/ram:TaxBasisTotalAmount",
    "total_tax": f"{SUMS}/ram:TaxTotalAmount",
    "total_ttc": f"{SUMS}/ram:GrandTotalAmount",
    "total_due": f"{SUMS}/ram:DuePayableAmount",
}
ISSUE_DATE = f"{HEADER}/ram:IssueDateTime/udt:DateTimeString"
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


class InadmissibleError(Exception):
    """The whole flux is technically inadmissible (``listeErreurTechnique``)."""

    def __init__(self, message, code="ERR_XSD_001"):
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass
class Document:
    """What Chorus Pro keeps of one invoice of a flux."""

    file: str
    issue_date: date
    number: str = ""
    type_code: str = ""
    cadre: str = ""
    supplier: str = ""
    recipient: str = ""
    service: str = ""
    engagement: str = ""
    market: str = ""
    origin: str = ""
    currency: str = ""
    payment_means: str = ""
    total_ht: Decimal | None = None
    total_tax: Decimal | None = None
    total_ttc: Decimal | None = None
    total_due: Decimal | None = None
    taxes: list = field(default_factory=list)

    @property
    def kind(self):
        return "AVOIR" if self.type_code == "381" else "FACTURE"


def unpack(content, name):
    """The files of a flux, by name: one file alone, or those of an archive."""
    try:
        if content.startswith(b"\x1f\x8b"):
            return _untar(content)
        if content.startswith(b"PK\x03\x04"):
            return _unzip(content)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise InadmissibleError(
            f"IRRECEVABILITE: archive illisible: {error}"
        ) from error
    return {name: content}


def _untar(content):
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        return {
            member.name: archive.extractfile(member).read()
            for member in archive
            if member.isfile()
        }


def _unzip(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_flux(content, name):
    """The documents of a flux; InadmissibleError if one of them cannot be read."""
    files = unpack(content, name)
    if not files:
        raise InadmissibleError("IRRECEVABILITE: le flux ne contient aucun fichier")
    return [read(data, file) for file, data in files.items()]


def read(content, file):
    xml = embedded_xml(content) if content.startswith(b"%PDF") else content
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        line, position = error.position
        raise InadmissibleError(_located(error.msg, line, position)) from error
    if root.tag != f"{{{RSM}}}CrossIndustryInvoice":
        name = etree.QName(root).localname
        raise InadmissibleError(
            _located(f"cvc-elt.1: Declaration de l'element '{name}' introuvable.", 1)
        )
    texts = {name: _text(root, path) for name, path in TEXTS.items()}
    amounts = {name: _amount(_node(root, path)) for name, path in AMOUNTS.items()}
    return Document(
        file=file, issue_date=_issue_date(root), taxes=_taxes(root), **texts, **amounts
    )


def embedded_xml(pdf):
    """The Factur-X file inside a PDF/A-3."""
    try:
        attachments = PdfReader(io.BytesIO(pdf)).attachments
        if "factur-x.xml" in attachments:
            return attachments["factur-x.xml"][0]
    except (PyPdfError, ValueError, KeyError) as error:
        raise InadmissibleError(f"IRRECEVABILITE: PDF illisible: {error}") from error
    raise InadmissibleError("IRRECEVABILITE: le PDF ne contient pas de factur-x.xml")


def _node(root, path):
    found = root.xpath(path, namespaces=NAMESPACES)
    return found[0] if found else None


def _text(root, path):
    node = _node(root, path)
    return "" if node is None else (node.text or "").strip()


def _amount(node):
    """xs:decimal: a dot, no thousands separator (``-1 324,60`` is a true rejection)."""
    if node is None:
        return None
    text = (node.text or "").strip()
    if not DECIMAL.fullmatch(text):
        raise InadmissibleError(
            _located(
                f"cvc-datatype-valid.1.2.1: '{text}' n'est pas une valeur valide pour "
                "'decimal'.",
                node.sourceline,
            )
        )
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InadmissibleError(_located(str(error), node.sourceline)) from error


def _issue_date(root):
    node = _node(root, ISSUE_DATE)
    text = "" if node is None else (node.text or "").strip()
    try:
        if len(text) != 8:
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        line = root.sourceline if node is None else node.sourceline
        message = f"cvc-pattern-valid: La date '{text}' n'est pas au format AAAAMMJJ."
        raise InadmissibleError(_located(message, line)) from error


def _taxes(root):
    rows = root.xpath(f"{SETTLEMENT}/ram:ApplicableTradeTax", namespaces=NAMESPACES)
    return [
        {
            "rate": _child(row, "RateApplicablePercent"),
            "base": _child(row, "BasisAmount"),
            "amount": _child(row, "CalculatedAmount"),
        }
        for row in rows
    ]


def _child(row, name):
    amount = _amount(row.find(f"{{{RAM}}}{name}"))
    return None if amount is None else float(amount)


def _located(message, line, position=1):
    """The shape of a true message: COM page show-detailed-report."""
    return f"IRRECEVABILITE: {message} - ligne: {line} - position: {position}"
