"""The directory of structures, over Chorus Pro's API (Swagger *Structures* v1.0.0)."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from ...errors import ChorusError, Illegible
from ...invoice import PUBLIC_ONLY, Service
from ...text import _
from ..answers import Structure, Unread
from .answer import UNEXPECTED, Answer
from .corrections import decode
from .http import Transport, gather

# Filters say ACTIF, answers say ACTIVE. What is not said is not inactive.
_ACTIVE = ("ACTIVE", "ACTIF")

# So many services are all asked for their flag; of more, those at hand only.
FEW = 20


class Structures:
    """The calls of `Piste` that read the directory."""

    _transport: Transport

    def find_structure(
        self, siret: str, previous_platform_id: str = ""
    ) -> Structure | None:
        """Look a SIRET up: identity and activity only, in one call.

        :param siret: 14 digits
        :param previous_platform_id: among several records of one SIRET, an active one
            comes first, then the one already known
        :return: None when the directory has not got exactly this SIRET
        """
        return _find(self._transport, siret, previous_platform_id)

    def knows_engagement(self, supplier_id: str, number: str) -> bool:
        """Tell whether the State issued this engagement to a supplier.

        The platform has none of other bodies. Case counts.

        :param supplier_id: the supplier's own platform id, its recipient
        :param number: engagement number, as written on the order
        """
        return _knows(self._transport, supplier_id, number)

    def structure(
        self,
        siret: str,
        previous_platform_id: str = "",
        service_codes: Collection[str] | None = None,
    ) -> Structure | None:
        """Look a SIRET up with its obligations and all its services.

        :param previous_platform_id: see `find_structure`
        :param service_codes: where a body has many services (a State one has
            hundreds), the only ones whose own engagement flag is worth a call each;
            None for all. The others' `engagement_required` is None: not asked, what was
            known still holds
        :return: None when the directory has not got exactly this SIRET
        :raise ChorusError: its `partial`, if any, is what was answered before
        """
        found = self.find_structure(siret, previous_platform_id)
        if found is None:
            return None
        return _details(self._transport, found, service_codes)

    def directory_file(self) -> bytes:
        """Download the whole public directory (`telecharger/annuaire/destinataire`).

        :return: FAR0037, one XML document in a ZIP
        """
        answer = self._transport.post(
            "transverses/v1/telecharger/annuaire/destinataire", {}
        )
        try:
            return decode(answer.word("fichierResultat"))
        except ValueError:
            raise answer.wrong("fichierResultat") from None


def _find(
    transport: Transport, siret: str, previous_platform_id: str
) -> Structure | None:
    """Find exactly this SIRET (`structures/rechercher`): see `find_structure`."""

    def read(paging: dict) -> tuple[Answer, list[Structure]]:
        wanted = {"identifiantStructure": siret, "typeIdentifiantStructure": "SIRET"}
        body = {"structure": wanted, "parametres": paging}
        answer = transport.post("structures/v1/rechercher", body, search=True)
        return answer.counts(), answer.rows("listeStructures", _structure)

    rows, whole = gather(transport.pages(read))
    found = [row for row in rows if isinstance(row, Structure) and row.siret == siret]
    if not found and not (whole and all(isinstance(row, Structure) for row in rows)):
        raise _unread("listeStructures")
    return max(
        found,
        key=lambda row: (row.active, row.platform_id == previous_platform_id),
        default=None,
    )


def _unread(name: str) -> Illegible:
    """What is looked for is not seen, and may stand in what cannot be read."""
    return Illegible(
        _("The answer of Chorus Pro cannot be read (%(field)s)."),
        values={"field": name},
        code=UNEXPECTED,
    )


def _structure(row: Answer) -> Structure:
    return Structure(
        siret="".join(row.text("identifiantStructure").split()),
        platform_id=row.identifier("idStructureCPP"),
        name=row.text("designationStructure"),
        active=row.text("statut").upper() in (*_ACTIVE, ""),
    )


def _details(
    transport: Transport, found: Structure, service_codes: Collection[str] | None
) -> Structure:
    """Complete a structure with its obligations and services; see `Piste.structure`.

    A service's own engagement flag costs a call. It is asked for active services, and
    not when the body itself requires the engagement: then it holds for all of them.

    :raise ChorusError: some services could not be asked, or one that is wanted may be
        among those that cannot be read; its `partial` is the structure with the others
    """
    body = _described(transport, found)
    listed: list[tuple[str, Service]] = []
    asked: dict[str, bool] = {}
    try:
        for page in _services(transport, found.platform_id):
            unread = [row.of(found.siret) for row in page if isinstance(row, Unread)]
            body = replace(body, unread=(*body.unread, *unread))
            listed += [row for row in page if not isinstance(row, Unread)]
        if body.unread and _missing(service_codes or (), listed):
            raise _unread("listeServices")
        few = len(listed) <= FEW
        for service_id, service in listed:
            wanted = few or service_codes is None or service.code in service_codes
            usable = service.active and service.code != PUBLIC_ONLY
            if usable and wanted and not body.engagement_required:
                asked[service_id] = _engagement_flag(
                    transport, found.platform_id, service_id
                )
    except ChorusError as error:
        flagged = _flagged(body, listed, asked)
        error.partial = replace(body, services=flagged, complete=False)
        raise
    return replace(body, services=_flagged(body, listed, asked))


def _missing(
    service_codes: Collection[str], listed: list[tuple[str, Service]]
) -> set[str]:
    """The services that are wanted and not listed."""
    return set(service_codes) - {service.code for _id, service in listed}


def _flagged(
    body: Structure, listed: list[tuple[str, Service]], asked: dict[str, bool]
) -> tuple[Service, ...]:
    """The services with their engagement flags, None where it was not asked."""

    def required(service_id: str, service: Service) -> bool | None:
        if not service.active or service.code == PUBLIC_ONLY:
            return False
        return True if body.engagement_required else asked.get(service_id)

    return tuple(
        replace(service, engagement_required=required(service_id, service))
        for service_id, service in listed
    )


def _described(transport: Transport, found: Structure) -> Structure:
    """The structure with its obligations and address (`structures/consulter`)."""
    answer = _consult(transport, found)
    general = answer.one("informationGenerales")
    address = answer.one("adressePostaleDuSiege")
    flags = answer.one("parametres")
    complements = map(address.text, ("complementAdresse1", "complementAdresse2"))
    return replace(
        found,
        name=found.name
        or general.text("raisonSocialeStructure")
        or general.text("libelleStructure"),
        public=general.text("structurePriveePublique") != "PRIVEE",
        service_required=flags.flag("codeServiceDoitEtreRenseigne"),
        engagement_required=flags.flag("numeroEJDoitEtreRenseigne"),
        service_or_engagement_required=flags.flag("gestionNumeroEJOuCodeService"),
        payment_not_reported=flags.flag("statutMiseEnPaiementNestPasRemonte"),
        works_owner_only=flags.flag("estMoaUniquement"),
        street=address.text("adresse"),
        street2=" ".join(filter(None, complements)),
        zip=address.text("codePostal"),
        city=address.text("ville"),
        country=address.text("pays"),
    )


def password_expiry(transport: Transport, own: Structure) -> str:
    """End of the technical account's password, told to its own structure only.

    :return: `YYYY-MM-DD`, "" when the platform does not say
    """
    general = _consult(transport, own).one("informationGenerales")
    return general.day("dateExpirationMotPasseCompteTech")


def _consult(transport: Transport, found: Structure) -> Answer:
    body = {"idStructureCPP": int(found.platform_id), "codeLangue": "fr"}
    return transport.post("structures/v1/consulter", body)


def _services(
    transport: Transport, platform_id: str
) -> Iterator[list[tuple[str, Service] | Unread]]:
    """Read the services of a structure with their ids, page by page."""

    def read(paging: dict) -> tuple[Answer, list[tuple[str, Service] | Unread]]:
        paging |= {"triColonne": "CodeService", "triSens": "Ascendant"}
        body = {
            "idStructure": int(platform_id),
            "parametresRechercherServicesStructure": paging,
        }
        service = "structures/v1/rechercher/services"
        answer = transport.post(service, body, search=True)
        return answer.counts(), answer.rows("listeServices", _service)

    whole = yield from transport.pages(read)
    if not whole:
        yield [Unread("")]  # counted, and never shown


def _service(row: Answer) -> tuple[str, Service]:
    code = row.word("codeService")
    active = row.flag("estActif") if row.has("estActif") else True
    return (
        row.identifier("idService"),
        Service(code=code, name=row.text("libelleService"), active=active),
    )


def _engagement_flag(transport: Transport, platform_id: str, service_id: str) -> bool:
    body = {
        "idStructure": int(platform_id),
        "idService": int(service_id),
        "codeLangue": "fr",
    }
    answer = transport.post("structures/v1/consulter/service", body)
    return answer.one("parametres").flag("numeroEngagement")


def _knows(transport: Transport, supplier_id: str, number: str) -> bool:
    """Tell whether the State issued an engagement; see `Piste.knows_engagement`.

    No public Swagger: the supplier is the recipient (AIFE's page of the detail), asked
    by its platform id as OCA does in production.
    """
    body = {
        "structureReceptriceEngagementJuridique": supplier_id,
        "numeroEngagementJuridique": number,
        "etatCourantEngagementJuridique": "COMMANDE",
    }
    service = "engagementsJuridiques/v1/rechercher"
    answer = transport.post(service, body, search=True)
    rows = answer.rows(
        "listeEngagementJuridique", lambda row: row.text("numeroEngagementJuridique")
    )
    if number not in rows and any(isinstance(row, Unread) for row in rows):
        raise _unread("listeEngagementJuridique")
    return number in rows
