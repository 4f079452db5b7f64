"""What the tests of the simulator share: a plain HTTP client and documents."""

import base64
import gzip
import io
import json
import tarfile
import urllib.error
import urllib.request

from lxml import etree
from pypdf import PdfWriter

SUPPLIER = "33254021516357"
LOGIN = f"TECH_1_{SUPPLIER}@cpro.fr"
STANDARD = "urn:un:unece:uncefact:data:standard"
RSM = f"{STANDARD}:CrossIndustryInvoice:100"
RAM = f"{STANDARD}:ReusableAggregateBusinessInformationEntity:100"
UDT = f"{STANDARD}:UnqualifiedDataType:100"
NAMESPACES = {"rsm": RSM, "udt": UDT, "": RAM}
FACTURX = "IN_DP_E2_CII_FACTURX"


class Platform:
    """What a client of the API does, without any of the module's code."""

    def __init__(self, url, login=LOGIN, password="password"):
        self.url = url
        self.headers = {
            "Content-Type": "application/json;charset=utf-8",
            "cpro-account": base64.b64encode(f"{login}:{password}".encode()).decode(),
        }

    def connect(self, client_id="bookshop", client_secret="secret"):
        form = (
            "grant_type=client_credentials&scope=openid"
            f"&client_id={client_id}&client_secret={client_secret}"
        )
        status, _headers, body = self.send(
            "/api/oauth/token",
            form.encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if status == 200:
            token = json.loads(body)["access_token"]
            self.headers["Authorization"] = f"Bearer {token}"
        return status, json.loads(body)

    def send(self, path, data, headers=None, method=None):
        """Status, headers and raw body, whatever the status."""
        request = urllib.request.Request(
            self.url + path,
            data,
            self.headers if headers is None else headers,
            method=method,
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def post(self, service, **body):
        """The JSON answer of a service, which must be a 200."""
        status, _headers, answer = self.send(
            f"/cpro/{service}", json.dumps(body).encode()
        )
        assert status == 200, (status, answer)
        return json.loads(answer)

    def deposit(self, content, name="facture.xml", syntax=FACTURX):
        answer = self.post(
            "factures/v1/deposer/flux",
            fichierFlux=base64.b64encode(content).decode(),
            nomFichier=name,
            syntaxeFlux=syntax,
            avecSignature=False,
        )
        return answer.get("numeroFluxDepot")

    def report(self, flux):
        return self.post("transverses/v1/consulterCRDetaille", numeroFluxDepot=flux)

    def search(self, **filters):
        answer = self.post("factures/v1/rechercher/fournisseur", **filters)
        return answer.get("listeFactures") or []

    def history(self, number):
        (row,) = self.search(numeroFacture=number)
        return self.post(
            "factures/v1/consulter/historique", idFacture=row["identifiantFactureCPP"]
        )


def cii(number="FAC/2026/0001", **values):
    """A small CII; a value of None leaves its element out."""
    values = {
        "cadre": "A1",
        "type_code": "380",
        "issue_date": "20261118",
        "supplier": SUPPLIER,
        "recipient": "12345678200051",
        "service": None,
        "engagement": None,
        "market": None,
        "origin": None,
        "payment_means": "30",
        "ht": "100.00",
        "tax": "5.50",
        "ttc": "105.50",
        "due": "105.50",
        **values,
    }
    root = etree.Element(f"{{{RSM}}}CrossIndustryInvoice")
    rsm = "rsm:"
    deal = f"{rsm}SupplyChainTradeTransaction"
    agreement = f"{deal}/ApplicableHeaderTradeAgreement"
    settlement = f"{deal}/ApplicableHeaderTradeSettlement"
    sums = f"{settlement}/SpecifiedTradeSettlementHeaderMonetarySummation"
    legal = "SpecifiedLegalOrganization/ID"
    context = f"{rsm}ExchangedDocumentContext"
    document = f"{rsm}ExchangedDocument"
    paths = {
        f"{context}/BusinessProcessSpecifiedDocumentContextParameter/ID": "cadre",
        f"{document}/TypeCode": "type_code",
        f"{document}/IssueDateTime/udt:DateTimeString": "issue_date",
        f"{agreement}/BuyerReference": "service",
        f"{agreement}/SellerTradeParty/{legal}": "supplier",
        f"{agreement}/BuyerTradeParty/{legal}": "recipient",
        f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID": "engagement",
        f"{agreement}/ContractReferencedDocument/IssuerAssignedID": "market",
        f"{settlement}/SpecifiedTradeSettlementPaymentMeans/TypeCode": "payment_means",
        f"{settlement}/InvoiceReferencedDocument/IssuerAssignedID": "origin",
        f"{settlement}/ApplicableTradeTax/CalculatedAmount": "tax",
        f"{settlement}/ApplicableTradeTax/BasisAmount": "ht",
        f"{sums}/TaxBasisTotalAmount": "ht",
        f"{sums}/TaxTotalAmount": "tax",
        f"{sums}/GrandTotalAmount": "ttc",
        f"{sums}/DuePayableAmount": "due",
    }
    _put(root, f"{document}/ID", number)
    for path, name in paths.items():
        if values[name] is not None:
            _put(root, path, values[name])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _put(root, path, text):
    node = root
    for step in path.split("/"):
        prefix, _colon, name = step.rpartition(":")
        tag = f"{{{NAMESPACES[prefix]}}}{name}"
        found = node.find(tag)
        node = etree.SubElement(node, tag) if found is None else found
    node.text = text


def facturx(xml, name="factur-x.xml"):
    """A PDF that carries ``xml``."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment(name, xml)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def archive(*documents):
    """A tar.gz of documents."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for position, content in enumerate(documents):
            member = tarfile.TarInfo(f"facture_{position}.xml")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(output.getvalue())
