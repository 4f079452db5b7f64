"""Deposit of a flux and its reports: ``deposer/flux``, ``consulterCR(Detaille)``."""

import base64
import io

from pypdf import PdfWriter

from . import checks, wire
from .calls import DONE, endpoint, success
from .clock import day, iso
from .errors import RefusedError
from .fluxes import INTERFACES


@endpoint("factures/v1/deposer/flux")
def deposit(call):
    """Only says that the file was received: no state, no invoice id."""
    syntax = call.choice("syntaxeFlux", INTERFACES, required=True)
    name = call.text("nomFichier", required=True)
    call.boolean("avecSignature")
    content = call.base64("fichierFlux")
    if len(content) > call.settings.max_flux_bytes:
        raise RefusedError(20001, "GDP_MSG_11.022")
    flux = call.platform.fluxes.deposit(content, name, syntax, call.account, call.rule)
    return success(
        DONE,
        numeroFluxDepot=flux.number,
        dateDepot=day(flux.deposited_at),
        syntaxeFlux=syntax,
    )


@endpoint("transverses/v1/consulterCRDetaille")
def detailed_report(call):
    """COM page show-detailed-report: the flux number is not echoed."""
    flux, (state, at) = _flux(call)
    rejected = [
        wire.echoed(
            call,
            {
                "identifiantFournisseur": row["supplier"],
                "identifiantDestinataire": row["recipient"],
                "numeroDP": row["number"],
                "libelleErreurDP": checks.joined(row["errors"]),
            },
        )
        for row in flux.rejected
    ]
    return success(
        codeInterfaceDepotFlux=flux.interface,
        nomFichier=f"{flux.interface}_CPP001_{flux.number}",
        dateDepotFlux=iso(flux.deposited_at),
        dateHeureEtatCourantFlux=iso(at),
        etatCourantDepotFlux=state,
        **call.maybe_empty("listeErreurTechnique", flux.technical_errors),
        **call.maybe_empty("listeErreurDP", rejected),
    )


@endpoint("transverses/v1/consulterCR")
def report(call):
    flux, (state, at) = _flux(call)
    return success(
        numeroFluxDepot=flux.number,
        etatCourantFlux=state,
        dateDepotFlux=iso(flux.deposited_at),
        dateHeureEtatCourantFlux=iso(at),
        nomFichierFlux=f"{flux.interface}_CPP001_{flux.number}",
        codeInterfaceFlux=flux.interface,
        codeAppliPartenaire="CPP001",
        designationPartenaire="CHORUS PRO",
        fichierCR=base64.b64encode(_blank_pdf()).decode(),
    )


def _flux(call):
    flux = call.platform.fluxes.by_number.get(
        call.text("numeroFluxDepot", required=True)
    )
    state = flux and flux.state(call.platform.clock.now())
    if state is None or flux.account is not call.account:
        raise RefusedError(20001, "POQ_MSG_01.003 - Flux introuvable.")
    return flux, state


def _blank_pdf():
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
