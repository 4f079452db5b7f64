"""Finding invoices: search by the supplier, and the list of those to act on."""

from datetime import timedelta

from . import wire
from .calls import endpoint, found
from .clock import parse
from .errors import MalformedError

SEARCH = "rechercheFactureParFournisseur"
INBOX = "rechercheFactureATraiterParFournisseur"

#: exact filters: name in the request -> value of the invoice
EQUAL = {
    "numeroFluxDepot": lambda i: i.flux,
    "numeroFacture": lambda i: i.document.number,
    "typeFacture": lambda i: i.document.kind,
    "cadreFacturation": wire.cadre,
    "numeroMarche": lambda i: i.document.market,
    "numeroBonCommande": lambda i: i.document.engagement,
    "numeroFactureOrigine": lambda i: i.document.origin,
    "modeDepot": lambda i: wire.DEPOSIT_MODE,
    "rejetTraite": lambda i: i.rejection_treated,
}
AMOUNTS = {
    "montantHT": lambda i: i.document.total_ht,
    "montantTTC": lambda i: i.document.total_ttc,
    "montantApayer": lambda i: i.document.total_due,
}
#: periods, closed at both ends: a date alone means the whole day
PERIODS = {
    "periodeDateDepot": lambda i: i.deposited_at,
    "periodeDateFacture": lambda i: parse(i.document.issue_date.isoformat()),
    "periodeDateHeureEtatCourant": lambda i: i.current.at,
}
#: columns that may sort the list; those of names and validators are not offered
COLUMNS = {
    "TypeDemandePaiement": lambda i: "FACTURE",
    "CodeFournisseur": lambda i: i.document.supplier,
    "CodeDestinataire": lambda i: i.document.recipient,
    "CodeServiceExecutant": lambda i: i.document.service,
    "TypeFacture": lambda i: i.document.kind,
    "NumeroFacture": lambda i: i.document.number,
    "DateFacture": lambda i: i.document.issue_date,
    "DateDepot": lambda i: i.deposited_at.date(),
    "MontantHT": lambda i: i.document.total_ht or 0,
    "MontantTTC": lambda i: i.document.total_ttc or 0,
    "MontantAPayer": lambda i: i.document.total_due or 0,
    "Devise": lambda i: i.document.currency,
    "Statut": lambda i: i.current.status,
    "NumeroMarche": lambda i: i.document.market,
    "NumeroBonCommande": lambda i: i.document.engagement,
    "NumeroFluxDepot": lambda i: i.flux,
    "NumeroFactureOrigine": lambda i: i.document.origin,
    "ModeDepot": lambda i: wire.DEPOSIT_MODE,
}
TO_TREAT = ("SUSPENDUE", "A_RECYCLER", "REJETEE")


@endpoint("factures/v1/rechercher/fournisseur")
def search(call):
    """Filters are all applied; without ``triColonne`` the newest comes first."""
    tests = [*_equal_tests(call), *_range_tests(call), *_list_tests(call)]
    invoices = [
        invoice
        for invoice in _candidates(call)
        if call.sees(invoice.document.supplier) and all(test(invoice) for test in tests)
    ]
    return _answer(call, invoices, SEARCH, wire.search_row)


@endpoint("factures/v1/rechercher/atraiter/fournisseur")
def inbox(call):
    """Suspended, to recycle, or rejected and not yet treated."""
    wanted = call.integer("idStructure")
    hide_rejected = call.boolean("masquerRejetee")
    directory = call.platform.directory
    invoices = [
        invoice
        for invoice in call.platform.invoices
        if call.sees(invoice.document.supplier)
        and wanted in (None, 0, directory.get(invoice.document.supplier).id)
        and invoice.current.status in TO_TREAT
        and not (invoice.current.status == "REJETEE" and invoice.rejection_treated)
        and not (invoice.current.status == "REJETEE" and hide_rejected)
    ]
    return _answer(call, invoices, INBOX, wire.inbox_row)


def _candidates(call):
    """The invoices that may match, by an index when there is one."""
    invoices = call.platform.invoices
    flux, number = call.text("numeroFluxDepot"), call.text("numeroFacture")
    if flux:
        return invoices.by_flux.get(flux, [])
    if number:
        return invoices.by_number.get(number, [])
    return invoices


def _answer(call, invoices, wrapper, row):
    invoices.reverse()
    page, paging = call.page(call.sorted(invoices, wrapper, COLUMNS), wrapper)
    rows = [wire.echoed(call, row(call, invoice)) for invoice in page]
    return found(call, "listeFactures", rows, paging)


def _equal_tests(call):
    for name, read in EQUAL.items():
        value = call.body.get(name)
        if value not in (None, ""):
            yield lambda i, read=read, value=value: read(i) == value


def _range_tests(call):
    for name, read in AMOUNTS.items():
        low, high = call.body.get(f"{name}Min"), call.body.get(f"{name}Max")
        if low is not None or high is not None:
            yield _between(read, low, high)
    for name, read in PERIODS.items():
        low = _moment(call, f"{name}Du")
        high = _moment(call, f"{name}Au", end=True)
        if low is not None or high is not None:
            yield _between(read, low, high)


def _between(read, low, high):
    def test(invoice):
        value = read(invoice)
        return (low is None or value >= low) and (high is None or value <= high)

    return test


def _moment(call, name, end=False):
    text = call.text(name)
    if not text:
        return None
    try:
        when = parse(text)
    except ValueError as error:
        raise MalformedError(f"{name}: date attendue") from error
    whole_day = end and len(text.strip()) == len("2026-11-23")
    return when + timedelta(days=1, milliseconds=-1) if whole_day else when


def _list_tests(call):
    directory = call.platform.directory
    statuses = call.list("statutCourant")
    if statuses:
        yield lambda i: i.current.status in statuses
    supplier = call.integer("idFournisseur")
    if supplier:
        yield lambda i: directory.get(i.document.supplier).id == supplier
    recipients = call.list("listeDestinataire")
    if recipients:
        yield _recipient_test(call, recipients)


def _recipient_test(call, criteria):
    """Any of the recipients, and of their services when some are named."""
    directory = call.platform.directory
    whole_siren = call.boolean("rechercheSirenDestinataire")
    wanted = []
    for criterion in criteria:
        asked = call.part(criterion)
        structure = directory.by_id(asked.integer("idDestinataire"))
        if structure:
            length = 9 if whole_siren else 14
            services = asked.list("listeIdServiceExecutant")
            wanted.append((structure.siret[:length], services))

    def test(invoice):
        document = invoice.document
        services = directory.get(document.recipient).services
        service = services.get(document.service)
        return any(
            document.recipient.startswith(siret)
            and (not ids or (service is not None and service.id in ids))
            for siret, ids in wanted
        )

    return test
