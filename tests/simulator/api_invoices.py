"""One invoice: its history, its details, and what the supplier may do with it."""

import base64
import io
import random
import zipfile

from . import wire
from .calls import DONE, endpoint, success
from .clock import day, minute
from .documents import embedded_xml, unpack
from .errors import RefusedError

DOES_NOT_EXIST = "GDP_MSG_11.008"
NOT_ENTITLED = "GDP_MSG_11.005"
NOT_SUSPENDED = "GDP_MSG_11.033"
STATE_FORBIDS = "GDP_MSG_11.001"

#: history list -> its paging object, the suffix of its fields, its sort columns
STATUSES = "paramRechercheHistoStatuts"
EVENTS = "paramRechercheHistoEvenementsComplementaires"
ACTIONS = "paramRechercheHistoActionsUtilisateurs"


@endpoint("factures/v1/consulter/historique")
def history(call):
    """The only place with every status, its date and its reason."""
    invoice = _invoice(call, "idFacture")
    actions = invoice.actions
    return success(
        DONE,
        idFacture=invoice.id,
        numeroFacture=invoice.document.number,
        modeDepot=wire.DEPOSIT_MODE,
        statutCourantCode=invoice.current.status,
        historiquesDesStatuts=_paged(
            call,
            [wire.history_row(e) for e in _entries(call, invoice)],
            STATUSES,
            "Statut",
            "histoStatut",
            "HistoStatut",
        ),
        historiquesDesEvenementsComplementaires=_paged(
            call, [], EVENTS, "Evenement", "evenement", "Evenement"
        ),
        historiquesDesActionsUtilisateurs=_paged(
            call, actions, ACTIONS, "Action", "histoAction", "HistoAction"
        ),
        derniereAction={
            "derniereActionId": actions[-1]["histoActionId"],
            "derniereActionCode": actions[-1]["histoActionCode"],
        }
        if actions
        else None,
    )


def _entries(call, invoice):
    """By date when ``triSens`` is given, else in an order drawn from the seed."""
    descending = call.direction(STATUSES, "ListeHistoStatut")
    if descending is None:
        entries = list(invoice.history)
        seed = f"{call.settings.seed}:{invoice.id}:{len(entries)}"
        random.Random(seed).shuffle(entries)
        return entries
    return sorted(invoice.history, key=lambda e: (e.at, e.id), reverse=descending)


def _paged(call, rows, wrapper, word, name, suffix):
    page, paging = call.page(rows, wrapper, f"ListeHisto{word}")
    return {
        **call.maybe_empty(name, page),
        f"pageCourante{suffix}": paging["pageCourante"],
        f"pages{suffix}": paging["pages"],
        f"nbResultatsParPage{suffix}": paging["nbResultatsParPage"],
        f"total{suffix}": paging["total"],
    }


@endpoint("factures/v1/consulter/fournisseur")
def consult(call):
    return success(facture=wire.details(call, _invoice(call, "identifiantFactureCPP")))


@endpoint("factures/v1/completer")
def complete(call):
    """Only a suspended invoice (C# client Gobal.cs for the codes)."""
    invoice = _invoice(call, "identifiantFactureCPP")
    if invoice.current.status != "SUSPENDUE":
        raise RefusedError(20002, NOT_SUSPENDED)
    known = call.platform.attachments
    wanted = [
        call.part(piece).integer("pieceJointeComplementaireId")
        for piece in call.list("pieceJointeComplementaire")
    ]
    if not all(number in known for number in wanted):
        raise RefusedError(20003, "GDP_MSG_11.009 La piece jointe n'existe pas.")
    now = call.platform.clock.now()
    invoice.attachments += [known[number] for number in wanted]
    call.platform.set_status(
        invoice, "COMPLETEE", now, call.text("commentaire"), call.account.login
    )
    return success(
        DONE,
        identifiantFactureCPP=invoice.id,
        numeroFacture=invoice.document.number,
        dateTraitement=day(now),
    )


@endpoint("factures/v1/recycler")
def recycle(call):
    """Only the recipient, the service and the engagement change; same number."""
    invoice = _invoice(call, "identifiantFactureCPP")
    if not call.settings.recycling or invoice.current.status != "A_RECYCLER":
        raise RefusedError(20004, STATE_FORBIDS)
    recipient = call.object("destinataire")
    document = invoice.document
    siret = recipient.get("codeDestinataire") or document.recipient
    if siret not in call.platform.directory.structures:
        raise RefusedError(20005, "GDP_MSG_11.010 Le destinataire n'existe pas.")
    document.recipient = siret
    document.service = recipient.get("codeServiceExecutant") or document.service
    reference = call.object("reference")
    document.engagement = reference.get("numeroBonCommande") or document.engagement
    document.market = reference.get("numeroMarche") or document.market
    now = call.platform.clock.now()
    call.platform.set_status(
        invoice, "DEPOSEE", now, call.text("commentaire"), call.account.login
    )
    return success(
        DONE,
        identifiantFactureCPP=invoice.id,
        numeroFacture=document.number,
        statutFacture=invoice.current.status,
        dateDepot=day(now),
    )


@endpoint("factures/v1/traiterRejet")
def treat_rejections(call):
    """Flips ``rejetTraite``: no new status."""
    invoices = [
        _invoice(call.part(row), "idDemandePaiement")
        for row in call.list("listeDemandePaiement")
    ]
    if any(invoice.current.status != "REJETEE" for invoice in invoices):
        raise RefusedError(20002, STATE_FORBIDS)
    for invoice in invoices:
        invoice.rejection_treated = True
        _act(call, invoice, "TRAITEMENT_REJET")
    return success(DONE)


@endpoint("factures/v1/telecharger/groupe")
def download(call):
    """A zip of the deposited files, or of their XML when PIVOT is asked."""
    pivot = call.choice("format", ("PDF", "PIVOT"), required=True) == "PIVOT"
    call.choice("avecPiecesJointesComplementaires", ("OUI", "NON"))
    invoices = [
        _invoice(call.part(row), "idFacture") for row in call.list("listeFacture")
    ]
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for invoice in invoices:
            flux = call.platform.fluxes.by_number.get(invoice.flux)
            if flux is None:
                raise RefusedError(20003, "GDP_MSG_11.013 Aucun fichier.")
            name = invoice.document.file
            content = unpack(flux.content, flux.name)[name]
            if pivot and content.startswith(b"%PDF"):
                content, name = embedded_xml(content), f"{name}.xml"
            archive.writestr(f"{invoice.id}_{name}", content)
            _act(call, invoice, "TELECHARGEMENT_FACTURE")
    return success(fichierResultat=base64.b64encode(output.getvalue()).decode())


@endpoint("factures/v1/traiter/recue")
def treat_received(call):
    """The recipient's side: the account must be one of the recipient's."""
    invoice = call.platform.invoices.by_id.get(call.integer("idFacture", required=True))
    if invoice is None or not call.sees(invoice.document.recipient):
        raise RefusedError(20000, DOES_NOT_EXIST)
    status = call.text("nouveauStatut", required=True)
    reason = call.text("motif")
    if status in ("SUSPENDUE", "REJETEE") and not reason:
        raise RefusedError(20001, "GDP_MSG_11.012 Le motif est obligatoire.")
    now = call.platform.clock.now()
    invoice.mandate = call.text("numeroDPMandat") or invoice.mandate
    call.platform.set_status(invoice, status, now, reason, call.account.login)
    return success(
        DONE,
        idFacture=invoice.id,
        numeroFacture=invoice.document.number,
        dateTraitement=day(now),
        nouveauStatut=status,
    )


def _invoice(call, name):
    invoice = call.platform.invoices.by_id.get(call.integer(name, required=True))
    if invoice is None:
        raise RefusedError(20000, DOES_NOT_EXIST)
    if not call.sees(invoice.document.supplier):
        raise RefusedError(20001, NOT_ENTITLED)
    return invoice


def _act(call, invoice, code):
    invoice.actions.append(
        {
            "histoActionId": len(invoice.actions) + 1,
            "histoActionCode": code,
            "histoActionDateHeure": minute(call.platform.clock.now()),
            "histoActionUtilisateurNom": call.account.login,
        }
    )
