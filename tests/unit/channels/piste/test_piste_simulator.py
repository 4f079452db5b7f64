"""The client against the simulator over HTTP, and both against AIFE's Swagger."""

import gzip
import io
import tarfile
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

pytest.importorskip("pypdf", reason="the simulator reads PDF files with pypdf")

import swagger
from chorus.channels.answers import INTEGRATED, PARTLY, PENDING, REJECTED
from chorus.channels.piste import MemoryStore, Piste, Settings
from chorus.errors import Denied, Doubtful, Refused, Unreachable
from chorus.lifecycle.identity import Identity
from chorus.platform_time import PARIS

SHOP = "33254021516357"
PLAIN, SERVICE, STATE = "12345678200051", "12345678200028", "11000201100044"
SYNTAX = "IN_DP_E2_CII_MIN_16B"
SEARCH = "rechercher/fournisseur"

# The least that the platform reads of an invoice.
CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice
 xmlns="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><BusinessProcessSpecifiedDocumentContextParameter><ID>A1</ID>
</BusinessProcessSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ID>{number}</ID><TypeCode>{kind}</TypeCode><IssueDateTime>
<udt:DateTimeString>20261118</udt:DateTimeString></IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ApplicableHeaderTradeAgreement>
<SellerTradeParty><SpecifiedLegalOrganization><ID>33254021516357</ID>
</SpecifiedLegalOrganization></SellerTradeParty>
<BuyerTradeParty><SpecifiedLegalOrganization><ID>{buyer}</ID>
</SpecifiedLegalOrganization></BuyerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><SpecifiedTradeSettlementPaymentMeans>
<TypeCode>30</TypeCode></SpecifiedTradeSettlementPaymentMeans>
<ApplicableTradeTax><CalculatedAmount>5.50</CalculatedAmount>
<BasisAmount>100.00</BasisAmount></ApplicableTradeTax>
<SpecifiedTradeSettlementHeaderMonetarySummation>
<TaxBasisTotalAmount>100.00</TaxBasisTotalAmount><TaxTotalAmount>5.50</TaxTotalAmount>
<GrandTotalAmount>105.50</GrandTotalAmount><DuePayableAmount>105.50</DuePayableAmount>
</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


def key(number):
    return Identity(2026, SHOP[:9], number)


@pytest.fixture
def settings(simulator):
    return Settings(
        oauth_url=f"{simulator.url}/api/oauth/token",
        api_url=simulator.url,
        client_id="bookshop",
        client_secret="secret",
        login=f"TECH_1_{SHOP}@cpro.fr",
        password="password",
        read_timeout=0.5,
        page_size=4,
    )


@pytest.fixture
def piste(admin, settings):
    """A client; what it said and heard is then held against the Swagger."""
    with Piste(settings, MemoryStore()) as client:
        yield client
    if swagger.available():
        answered = [talk for talk in admin.exchanges() if talk["status"] == 200]
        assert swagger.check_exchanges(answered) == []


def cii(number, buyer=PLAIN, kind="380") -> bytes:
    return CII.format(number=number, buyer=buyer, kind=kind).encode()


def archive(*documents) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for position, content in enumerate(documents):
            member = tarfile.TarInfo(f"facture_{position}.xml")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(output.getvalue())


def deposit(piste, *documents) -> str:
    if len(documents) == 1:
        return piste.deposit(documents[0], "facture.xml", SYNTAX).flux_number
    return piste.deposit(archive(*documents), "lot.tar.gz", SYNTAX).flux_number


def period(admin) -> tuple[datetime, datetime]:
    """The last day of the platform's clock."""
    now = datetime.fromisoformat(admin.clock()["now"])
    now = now if now.tzinfo else now.replace(tzinfo=PARIS)
    return now - timedelta(days=1), now + timedelta(seconds=1)


def numbers(pages) -> list[str]:
    return sorted(news.number for page in pages for news in page)


def test_engagements_of_the_state(admin, piste):
    admin.structure(STATE, engagements=["1300012345", "1300012346"])
    own = piste.find_structure(SHOP).platform_id
    assert piste.knows_engagement(own, "1300012345")
    assert not piste.knows_engagement(own, "130001234")
    state = piste.find_structure(STATE).platform_id
    assert not piste.knows_engagement(state, "1300012345")


def test_the_whole_way_of_an_invoice(admin, piste):
    flux = deposit(piste, cii("FAC/1"))
    assert piste.report(flux).outcome == PENDING
    admin.advance(10)
    assert piste.report(flux).outcome == INTEGRATED
    [invoice] = piste.find_invoices(flux_number=flux)
    assert (invoice.number, invoice.kind) == ("FAC/1", "380")
    assert (invoice.seller_siret, invoice.buyer_siret) == (SHOP, PLAIN)
    assert invoice.state == "MISE_A_DISPOSITION"
    admin.advance(minutes=5)
    admin.status("FAC/1", "SUSPENDUE", reason="LIVR_INCOMP")
    history = piste.history(invoice.platform_id)
    assert [news.state for news in history] == [
        "DEPOSEE",
        "MISE_A_DISPOSITION",
        "SUSPENDUE",
    ]
    assert "LIVR_INCOMP" in history[-1].reason
    assert {news.number for news in history} == {"FAC/1"}
    [[news]] = piste.news(*period(admin))
    assert news.state == "SUSPENDUE"
    assert history[-1].occurred_at == news.occurred_at.replace(second=0, microsecond=0)


def test_a_credit_note_rejected_beside_an_invoice_integrated(admin, piste):
    flux = deposit(piste, cii("FAC/2"), cii("AV/2", "99999999999999", "381"))
    admin.advance(10)
    report = piste.report(flux)
    assert report.outcome == PARTLY
    [rejection] = report.rejections
    assert rejection.number == "AV/2"
    assert rejection.reasons
    assert [news.number for news in piste.find_invoices(flux_number=flux)] == ["FAC/2"]


def test_a_flux_that_is_no_invoice_is_rejected_with_a_reason(admin, piste):
    flux = deposit(piste, b"<nothing/>")
    admin.advance(10)
    report = piste.report(flux)
    assert report.outcome == REJECTED
    assert report.reasons or report.rejections
    assert not report.resend


def test_an_incident_of_the_platform_asks_for_the_same_flux(admin, piste):
    admin.fault("incident", "deposer/flux")
    flux = deposit(piste, cii("FAC/3"))
    admin.advance(10)
    report = piste.report(flux)
    assert (report.outcome, report.resend) == (REJECTED, True)


def test_a_flux_not_found_yet_or_in_an_unknown_state_is_pending(admin, piste):
    admin.settings(found_after=5)
    flux = deposit(piste, cii("FAC/4"))
    assert piste.report(flux).outcome == PENDING
    admin.advance(10)
    admin.fault("unknown_flux_state", "consulterCRDetaille")
    assert piste.report(flux).outcome == PENDING
    assert piste.report(flux).outcome == INTEGRATED


def test_case_17_answer_spread_over_several_pages(admin, piste):
    wanted = sorted(f"FAC/{number:03}" for number in range(11))
    deposit(piste, *map(cii, wanted))
    admin.advance(10)
    assert numbers(piste.news(*period(admin))) == wanted


@pytest.mark.parametrize("fault", ["duplicate_page", "shifting_pages"])
def test_pages_that_move_while_they_are_read(admin, piste, fault):
    wanted = sorted(f"FAC/{number:03}" for number in range(11))
    deposit(piste, *map(cii, wanted))
    admin.advance(10)
    admin.fault(fault, SEARCH, after=1)
    assert numbers(piste.news(*period(admin))) == wanted


def test_case_09_http_500_in_the_middle_keeps_earlier_pages(admin, piste):
    deposit(piste, *(cii(f"FAC/{number:03}") for number in range(11)))
    admin.advance(10)
    admin.fault("status", SEARCH, after=1, code=500)
    kept = []
    with pytest.raises(Unreachable):
        for page in piste.news(*period(admin)):
            kept += page
    assert len(kept) == 4


def test_case_10_503_without_headers(admin, piste):
    admin.fault("status", SEARCH, code=503, bare=True)
    with pytest.raises(Unreachable):
        piste.find_invoices(identities=[key("FAC/1")])


def test_case_11_token_expiring_mid_run(admin, piste):
    flux = deposit(piste, cii("FAC/5"))
    admin.expire_tokens()
    assert piste.report(flux).outcome == PENDING


@pytest.mark.parametrize(
    "fault", ["lost_answer", "truncated_json", "reset_after_read", "slow_then_lost"]
)
def test_a_lost_answer_is_doubtful_and_the_search_settles_it(admin, piste, fault):
    admin.fault(fault, "deposer/flux", seconds=0.1)
    with pytest.raises(Doubtful):
        deposit(piste, cii("FAC/6"))
    admin.advance(10)
    reached = fault != "reset_after_read"
    found = piste.find_invoices(identities=[key("FAC/6"), key("FAC/7")])
    assert [news.number for news in found] == ["FAC/6"] * reached


def test_a_slow_deposit_is_doubtful(admin, piste):
    admin.fault("slow", "deposer/flux", seconds=1)
    with pytest.raises(Doubtful):
        deposit(piste, cii("FAC/8"))


@pytest.mark.parametrize(
    ("code", "kind"), [(429, Unreachable), (403, Denied), (413, Refused)]
)
def test_a_deposit_that_the_gateway_stops_is_certain(admin, piste, code, kind):
    admin.fault("status", "deposer/flux", code=code, headers={"Retry-After": "7"})
    with pytest.raises(kind) as caught:
        deposit(piste, cii("FAC/9"))
    if kind is Unreachable:
        assert caught.value.retry_after == 7


@pytest.mark.parametrize("service", ["rechercher", "consulterCRDetaille", "historique"])
def test_wrong_types_never_pass_for_an_answer(admin, piste, service):
    flux = deposit(piste, cii("FAC/10"))
    admin.advance(10)
    [invoice] = piste.find_invoices(flux_number=flux)
    admin.fault("wrong_types", service, times=None)
    with pytest.raises(Unreachable):
        piste.find_invoices(flux_number=flux)
        piste.report(flux)
        piste.history(invoice.platform_id)
    admin.clear_faults()
    admin.clear_exchanges()


def test_structures_and_services(piste):
    body = piste.structure(SERVICE)
    assert (body.active, body.public, body.service_required) == (True, True, True)
    assert [row.code for row in body.services] == ["SERVICE_DEST_SERV_OBL"]
    assert piste.find_structure("00000000000000") is None
    state = {row.code: row for row in piste.structure(STATE).services}
    assert len(state) > 10
    assert state["FAC9470092"].engagement_required is True
    assert state["SFACETAT"].engagement_required is False
    assert state["FAC0000054"].active is False


def test_wrong_credentials_are_denied(settings, admin):
    for wrong in ({"client_secret": "no"}, {"password": "no"}, {"login": "nobody"}):
        with (
            Piste(
                replace(settings, **wrong), MemoryStore(), sleep=lambda _seconds: None
            ) as client,
            pytest.raises(Denied),
        ):
            client.test()


def test_a_connection_is_tested(piste):
    account = piste.test(SHOP)
    assert account.structure.siret == SHOP
    assert account.password_expires_on == "2030-12-31"


# Answering the body (R20, R21)


def integrated(piste, admin, number="FAC/9", buyer=PLAIN):
    """Deposit one invoice and wait; return its identifier on the platform."""
    piste.deposit(cii(number, buyer), "a.xml", SYNTAX)
    admin.advance(60)
    [news] = piste.find_invoices(identities=[key(number)])
    return news.platform_id


def test_a_suspended_invoice_is_completed_with_a_file(piste, admin):
    known = integrated(piste, admin)
    admin.status("FAC/9", "SUSPENDUE", reason="LIVR_INCOMP")
    file = piste.add_file("bon.pdf", b"%PDF", "application/pdf")
    admin.advance(60)
    piste.complete(known, [(file, "bon.pdf")], "Voici le bon.")
    there = admin.invoice("FAC/9")
    assert there["status"] == "COMPLETEE"
    assert there["attachments"] == ["bon.pdf"]
    assert there["history"][-1]["reason"] == "Voici le bon."
    with pytest.raises(Refused, match="20002"):
        piste.complete(known, [], "Encore")


def test_an_invoice_is_readdressed(piste, admin):
    known = integrated(piste, admin)
    admin.status("FAC/9", "A_RECYCLER", reason="SE_ERR")
    admin.advance(60)
    piste.recycle(
        known, siret=SERVICE, service="SERVICE_DEST_SERV_OBL", engagement="E1"
    )
    there = admin.invoice("FAC/9")
    assert there["status"] == "DEPOSEE"
    assert (there["recipient"], there["engagement"]) == (SERVICE, "E1")
    with pytest.raises(Refused, match="20004"):
        piste.recycle(known, siret=SERVICE)


def test_a_refusal_is_marked_as_treated(piste, admin):
    known = integrated(piste, admin)
    admin.status("FAC/9", "REJETEE", reason="EJ_ERR")
    piste.treat_rejection(known)
    piste.treat_rejection(known)
    assert admin.invoice("FAC/9")["rejection_treated"]


def test_no_payment_request_yet(piste, admin):
    assert piste.payment_request(integrated(piste, admin)) == ""


def test_a_lost_answer_to_a_completion_is_doubtful(piste, admin):
    known = integrated(piste, admin)
    admin.status("FAC/9", "SUSPENDUE", reason="LIVR_INCOMP")
    admin.fault("lost_answer", "completer")
    with pytest.raises(Doubtful):
        piste.complete(known, [], "Voici.")
    admin.fault("lost_answer", "ajouter/fichier")
    with pytest.raises(Unreachable):
        piste.add_file("bon.pdf", b"%PDF", "application/pdf")


def test_the_document_comes_back(admin, piste):
    flux = deposit(piste, cii("FA-BACK"))
    admin.advance(60)
    [news] = piste.find_invoices(flux_number=flux)
    assert piste.download(news.platform_id) == [cii("FA-BACK")]
    with pytest.raises(Refused):
        piste.download("999")
