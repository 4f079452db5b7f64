"""Chorus Pro's API on PISTE: one method per service, typed answers.

Sources: Swagger *Factures* and *Structures* v1.0.0; for *Transverses*, which has no
public Swagger, AIFE's sample pages (`show-detailed-report`).
"""

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from ... import platform_time
from ..answers import (
    INTEGRATED,
    PARTLY,
    PENDING,
    REJECTED,
    Deposit,
    News,
    Rejection,
    Report,
    Structure,
    Unread,
)
from ...errors import ChorusError, Refused, Unreachable
from ...lifecycle.identity import Identity
from ...text import _
from ..token import MemoryStore, Token, TokenStore
from .answer import UNEXPECTED, Answer, past_state, present_state
from .corrections import Corrections, document
from .http import Settings, Transport, gather
from .structures import Structures, password_expiry

__all__ = [
    "ADDRESSES",
    "Account",
    "MemoryStore",
    "Piste",
    "Settings",
    "Token",
    "TokenStore",
]

# Token service and API of each environment (reference of the API, hosts).
ADDRESSES = {
    "production": (
        "https://oauth.piste.gouv.fr/api/oauth/token",
        "https://api.piste.gouv.fr",
    ),
    "qualification": (
        "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
        "https://sandbox-api.piste.gouv.fr",
    ),
}

# Final states of a flux; any other one, known or not, is still on its way.
_OUTCOMES = {
    "IN_INTEGRE": INTEGRATED,
    "IN_INTEGRE_PARTIEL": PARTLY,
    "IN_REJETE": REJECTED,
    "IN_INCIDENTE": REJECTED,
    "IN_ERREUR_INTERNE": REJECTED,
    "QP_IRRECEVABLE": REJECTED,
    "QP_RECEVABLE_AVEC_ERREUR": REJECTED,
}
_RESEND = ("IN_INCIDENTE", "IN_ERREUR_INTERNE")
_FLUX_NOT_FOUND = ("POQ_MSG_01.003", "introuvable")


@dataclass(frozen=True, slots=True)
class Account:
    """What a successful test shows.

    :ivar structure: the shop's own structure, None when the directory has not got it
    :ivar password_expires_on: `YYYY-MM-DD`, end of the technical account's password,
        "" when the platform does not say
    """

    structure: Structure | None = None
    password_expires_on: str = ""


class Piste(Structures, Corrections):
    """A client of one environment, with one session: one per thread and run.

    Every method may raise Unreachable, Denied and Refused; only `deposit`, `complete`
    and `recycle` raise Doubtful. But for a refusal of the credentials, which must last
    a few seconds to be believed, nothing is retried: waiting belongs to the caller.

    :param tokens: where the workers share their token
    :param now: the clock, epoch seconds
    :param sleep: what waits these seconds
    :raise Denied: an address that would carry the password in clear
    """

    def __init__(
        self,
        settings: Settings,
        tokens: TokenStore,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._transport = Transport(settings, tokens, now, sleep)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._transport.close()

    def test(self, siret: str = "") -> Account:
        """Check token, technical account and rights; nothing is changed.

        :param siret: the shop's own SIRET
        """
        self._transport.get("transverses/v1/health-check")
        structure = self.find_structure(siret) if siret else None
        if structure is None:
            return Account()
        expiry = password_expiry(self._transport, structure)
        return Account(structure, expiry)

    def deposit(self, content: bytes, name: str, syntax: str) -> Deposit:
        """Hand a file over (`deposer/flux`), at most 30 MB. Not idempotent.

        :param name: file name with its extension
        :param syntax: `syntaxeFlux`, such as `IN_DP_E2_CII_FACTURX`
        :return: the flux number: received, not yet read by the platform
        :raise Unreachable: certainly not received
        :raise Denied: certainly not received
        :raise Refused: certainly not accepted
        :raise Doubtful: possibly received: ask for the numbers before sending again
        """
        body = {
            "fichierFlux": content,
            "nomFichier": name,
            "syntaxeFlux": syntax,
            "avecSignature": False,
        }
        answer = self._transport.post("factures/v1/deposer/flux", body, effect=True)
        return Deposit(answer.word("numeroFluxDepot"), answer.day("dateDepot"))

    def report(self, flux_number: str) -> Report:
        """Ask for the fate of a flux (`consulterCRDetaille`).

        Right after the deposit the platform may not find the flux yet: pending.
        Nothing else in the answer is needed than the state of the flux.
        """
        body = {"numeroFluxDepot": flux_number}
        try:
            answer = self._transport.post("transverses/v1/consulterCRDetaille", body)
        except Refused as error:
            label = " ".join(error.reasons)
            if any(mark in label for mark in _FLUX_NOT_FOUND):
                return Report(flux_number, PENDING, "", unknown=True)
            raise
        state = answer.text("etatCourantDepotFlux").upper()
        technical = answer.rows("listeErreurTechnique", _technical_reason)
        rejections = answer.rows("listeErreurDP", _rejection)
        return Report(
            flux_number,
            _OUTCOMES.get(state, PENDING),
            state,
            tuple(
                one.text if isinstance(one, Unread) else one for one in technical if one
            ),
            tuple(
                Rejection("", "", "", (one.text,)) if isinstance(one, Unread) else one
                for one in rejections
            ),
            state in _RESEND,
        )

    def news(self, since: datetime, until: datetime) -> Iterator[list[News | Unread]]:
        """Read the invoices whose state was set in a period (`rechercher/fournisseur`).

        Each page is yielded as soon as it is read, and remains good if a later one
        fails. The service cannot sort by date of state: the period is known entirely
        only when the last page has been read.

        :param since: aware datetime
        :param until: aware datetime, rather a little in the past: a period that is over
            loses invoices while it is read but gains none
        """
        return self._search(
            {
                "periodeDateHeureEtatCourantDu": platform_time.for_request(since),
                "periodeDateHeureEtatCourantAu": platform_time.for_request(until),
            }
        )

    def find_invoices(
        self, *, identities: Iterable[Identity] = (), flux_number: str = ""
    ) -> list[News | Unread]:
        """Find invoices by their keys, or those of one flux, in their current state.

        The platform may find more than was asked, and tell less: a row that does not
        say its date or its supplier is asked for its detail.

        :param identities: one search each, by number
        :return: those that may be the invoices asked for; then what may hide others:
            rows that cannot be read, or are counted and not shown. With any of these,
            nothing that is missing is proven absent
        :raise Unreachable: also when none of the rows can be read
        """
        found = []
        for identity in dict.fromkeys(identities):
            found += self._find(identity)
        if flux_number:
            found += [
                row
                for row in self._rows({"numeroFluxDepot": flux_number})
                if isinstance(row, Unread) or row.flux_number in ("", flux_number)
            ]
        return list(dict.fromkeys(found))

    def _find(self, identity: Identity) -> list[News | Unread]:
        """The rows that may be one invoice, and those that may hide it."""
        return [
            row
            for row in self._rows({"numeroFacture": identity.number})
            if (
                _may_hide(row, identity)
                if isinstance(row, Unread)
                else identity.may_be(self.dated(row))
            )
        ]

    def _rows(self, criteria: dict) -> list[News | Unread]:
        """All rows of a search, and one more for those counted and never shown."""
        rows, whole = gather(self._search(criteria))
        if rows and not any(isinstance(row, News) for row in rows):
            raise Unreachable(
                _("The answer of Chorus Pro cannot be read (%(field)s)."),
                values={"field": "listeFactures"},
                code=UNEXPECTED,
            )
        return rows if whole else [*rows, Unread("")]

    def dated(self, news: News) -> News:
        """The same news with its date and supplier, asked for where a row omits them.

        What the detail does not say either stays unknown (`consulter/fournisseur`).
        """
        if (news.invoice_date and news.seller_siret) or not news.platform_id:
            return news
        body = {"identifiantFactureCPP": int(news.platform_id), "codeLangue": "fr"}
        try:
            answer = self._transport.post("factures/v1/consulter/fournisseur", body)
            invoice = answer.one("facture")
            seller = invoice.one("fournisseur").text("codeFournisseur")
            day = invoice.one("references").day("dateFacture")
        except Refused:
            return news
        return replace(
            news,
            seller_siret=news.seller_siret or seller,
            invoice_date=news.invoice_date or day,
        )

    def history(
        self,
        platform_id: str,
        *,
        number: str = "",
        kind: str = "",
        seller_siret: str = "",
        buyer_siret: str = "",
    ) -> list[News | Unread]:
        """Read all states of one invoice with their reasons (`consulter/historique`).

        :param platform_id: the platform's `identifiantFactureCPP`
        :param number: with `kind`, `seller_siret` and `buyer_siret`, what the caller
            knows and the service does not tell; copied into the news
        :return: oldest first, precise to the minute; then the rows that cannot be read
        """

        def read(paging: dict) -> tuple[Answer, list[News | Unread]]:
            body = {
                "idFacture": int(platform_id),
                "paramRechercheHistoStatuts": {
                    **paging,
                    "triSensListeHistoStatut": "Ascendant",
                    "triColonneListeHistoStatut": "HistoStatutDatePassage",
                },
            }
            answer = self._transport.post("factures/v1/consulter/historique", body)
            states = answer.one("historiquesDesStatuts")
            told = answer.text("numeroFacture") or number

            known = {"number": told, "kind": kind, "platform_id": platform_id}
            known |= {"seller_siret": seller_siret, "buyer_siret": buyer_siret}
            rows = states.rows("histoStatut", partial(past_state, **known))
            return states, [
                row.of(f"{told} ({platform_id})") if isinstance(row, Unread) else row
                for row in rows
            ]

        pages = self._transport.pages(read, "ListeHistoStatut", "HistoStatut")
        rows, _whole = gather(pages)
        unread = [row for row in rows if isinstance(row, Unread)]
        found = [row for row in rows if isinstance(row, News)]
        found.sort(key=lambda news: (news.occurred_at, news.sequence))
        return [*found, *unread]

    def download(self, platform_id: str) -> list[bytes]:
        """Fetch the files of one invoice as deposited (`telecharger/groupe`).

        :raise Refused: the platform gives nothing, or what it gives cannot be read
        """
        return document(self._transport, platform_id)

    def _search(self, criteria: dict) -> Generator[list[News | Unread], None, bool]:
        """Read all pages of `rechercher/fournisseur`, each row for itself.

        Sorted by number, which is nearly unique: a tie could be served in another order
        on the next page.
        """

        def read(paging: dict) -> tuple[Answer, list[News | Unread]]:
            paging |= {"triColonne": "NumeroFacture", "triSens": "Ascendant"}
            body = {**criteria, "rechercheFactureParFournisseur": paging}
            answer = self._transport.post(
                "factures/v1/rechercher/fournisseur", body, search=True
            )
            return answer.counts(), answer.rows("listeFactures", present_state)

        return self._transport.pages(read)


def _may_hide(row: Unread, identity: Identity) -> bool:
    """Whether nothing legible in a row contradicts that it is this invoice."""
    fields = {}
    with suppress(ValueError):
        fields = json.loads(row.text)
    answer = Answer(fields if isinstance(fields, dict) else {}, Unreachable)

    def legible(name):
        with suppress(ChorusError):
            return answer.text(name)
        return ""

    seen = News(
        number=legible("numeroFacture") or identity.number,
        kind="",
        seller_siret=legible("codeFournisseur"),
        buyer_siret="",
        platform_id="",
        state="",
        occurred_at=None,
        invoice_date=answer.day("dateFacture"),
    )
    return identity.may_be(seen)


def _technical_reason(row: Answer) -> str:
    """Why a whole flux is refused."""
    return ": ".join(filter(None, map(row.text, ("codeErreur", "libelleErreur"))))


def _rejection(row: Answer) -> Rejection:
    """One invoice not integrated; the platform joins its reasons with `|`."""
    reasons = (reason.strip() for reason in row.text("libelleErreurDP").split("|"))
    return Rejection(
        number=row.text("numeroDP"),
        seller_siret=row.text("identifiantFournisseur"),
        buyer_siret=row.text("identifiantDestinataire"),
        reasons=tuple(filter(None, reasons)),
    )
