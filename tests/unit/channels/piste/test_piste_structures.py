"""The directory of structures over the API, and the test of a connection."""

import pytest
from piste_server import Reply, ok, page

from chorus.channels.answers import Structure, Unread
from chorus.channels.piste import Account
from chorus.errors import Unreachable
from chorus.invoice import Service

SIRET = "12345678200028"
SHOP = "33254021516357"
BIG_ID = 9_007_199_254_740_993  # neither 32 bits nor a float


def record(siret=SIRET, number=BIG_ID, statut="ACTIVE", **fields):
    return {
        "idStructureCPP": number,
        "identifiantStructure": siret,
        "typeIdentifiantStructure": "SIRET",
        "designationStructure": "VILLE",
        "statut": statut,
        **fields,
    }


def found(*records):
    return page(list(records), 1, 3, "listeStructures")


def details(**flags):
    return ok(
        informationGenerales={
            "structurePriveePublique": "PUBLIQUE",
            "dateExpirationMotPasseCompteTech": "2027-01-31",
        },
        adressePostaleDuSiege={
            "adresse": "1 place",
            "complementAdresse1": "A",
            "complementAdresse2": "B",
            "codePostal": "76000",
            "ville": "ROUEN",
            "pays": "FR",
        },
        parametres=flags,
    )


def service(number, code, active=True):
    return {
        "idService": number,
        "codeService": code,
        "libelleService": f"Service {code}",
        "estActif": active,
    }


def services(*rows):
    return page(list(rows), 1, 3, "listeServices")


class TestStructure:
    def test_only_exactly_this_siret(self, server, piste):
        server.script(found(record("12345678200029"), record()))
        assert piste.find_structure(SIRET) == Structure(
            SIRET, str(BIG_ID), "VILLE", active=True
        )
        assert server.calls[-1].body == {
            "structure": {
                "identifiantStructure": SIRET,
                "typeIdentifiantStructure": "SIRET",
            },
            "parametres": {"pageResultatDemandee": 1, "nbResultatsParPage": 3},
        }

    @pytest.mark.parametrize(
        "rows",
        [[], [record("1")]],
    )
    def test_an_unknown_siret(self, server, piste, rows):
        server.script(found(*rows))
        assert piste.structure(SIRET) is None
        assert len(server.calls) == 1

    @pytest.mark.parametrize("row", [None, "?", {}, {"idStructureCPP": "?"}])
    def test_a_row_that_cannot_be_read_may_be_the_one(self, server, piste, row):
        server.script(found(record("1"), row))
        with pytest.raises(Unreachable):
            piste.find_structure(SIRET)

    def test_a_row_counted_and_not_shown_may_be_the_one(self, server, piste):
        none = ok(listeStructures=[], parametresRetour={"pages": 1, "total": 1})
        server.script(none, none)
        with pytest.raises(Unreachable):
            piste.find_structure(SIRET)

    def test_beside_it_nothing_else_counts(self, server, piste):
        server.script(found(None, record()))
        assert piste.find_structure(SIRET).siret == SIRET

    def test_an_engagement_is_not_unknown_while_a_row_cannot_be_read(
        self, server, piste
    ):
        rows = [{"numeroEngagementJuridique": "2"}, {"numeroEngagementJuridique": []}]
        server.script(*[ok(listeEngagementJuridique=rows)] * 2)
        assert piste.knows_engagement("7", "2")
        with pytest.raises(Unreachable):
            piste.knows_engagement("7", "1")

    def test_an_inactive_one_says_so(self, server, piste):
        server.script(found(record(statut="INACTIVE")))
        assert piste.find_structure(SIRET).active is False

    def test_among_several_the_active_one_then_the_known_one(self, server, piste):
        rows = [record(number=1, statut="INACTIVE"), record(number=2), record(number=3)]
        server.script(found(*rows), found(*rows))
        assert piste.find_structure(SIRET, "1").platform_id == "2"
        assert piste.find_structure(SIRET, "3").platform_id == "3"

    def test_obligations_and_address(self, server, piste):
        server.script(
            found(record()),
            details(
                codeServiceDoitEtreRenseigne=True,
                gestionNumeroEJOuCodeService=None,
                statutMiseEnPaiementNestPasRemonte=True,
            ),
            services(),
        )
        structure = piste.structure(SIRET)
        assert structure == Structure(
            siret=SIRET,
            platform_id=str(BIG_ID),
            name="VILLE",
            active=True,
            public=True,
            service_required=True,
            payment_not_reported=True,
            street="1 place",
            street2="A B",
            zip="76000",
            city="ROUEN",
            country="FR",
        )
        assert server.calls[1].body == {"idStructureCPP": BIG_ID, "codeLangue": "fr"}

    def test_engagement_of_each_active_service_over_two_pages(self, server, piste):
        rows = [
            service(1, "A"),
            service(2, "FACTURES_PUBLIQUES"),
            service(3, "B", active=False),
            service(4, "c"),
        ]
        server.script(
            found(record()),
            details(),
            page(rows, 1, 3, "listeServices"),
            page(rows, 2, 3, "listeServices"),
            ok(parametres={"numeroEngagement": True}),
            ok(parametres={"numeroEngagement": False}),
        )
        assert piste.structure(SIRET).services == (
            Service("A", "Service A", True, True),
            Service("FACTURES_PUBLIQUES", "Service FACTURES_PUBLIQUES", True, False),
            Service("B", "Service B", False, False),
            Service("c", "Service c", True, False),
        )
        asked = [call.body["idService"] for call in server.calls[4:]]
        assert asked == [1, 4]

    def test_a_body_that_requires_it_makes_the_calls_needless(self, server, piste):
        server.script(
            found(record()),
            details(numeroEJDoitEtreRenseigne=True),
            services(service(1, "A"), service(2, "B", active=False)),
        )
        flags = [row.engagement_required for row in piste.structure(SIRET).services]
        assert flags == [True, False]

    def test_of_many_services_only_those_that_matter(self, server, piste):
        """A11: a State service centre has 303."""
        rows = [service(number, f"S{number}") for number in range(1, 304)]
        server.script(
            found(record()),
            details(),
            *(listed(rows, asked) for asked in pages_asked(303)),
            ok(parametres={"numeroEngagement": True}),
        )
        structure = piste.structure(SIRET, service_codes=["S7", "GONE"])
        flags = {row.code: row.engagement_required for row in structure.services}
        assert len(flags) == 303
        assert flags.pop("S7") is True
        assert set(flags.values()) == {None}
        assert structure.complete

    def test_what_was_answered_is_kept_when_the_rest_fails(self, server, piste):
        """A11: every 150th call was refused, and all the others thrown away."""
        rows = [service(number, f"S{number}") for number in range(1, 7)]
        server.script(
            found(record()),
            details(codeServiceDoitEtreRenseigne=True),
            page(rows, 1, 3, "listeServices"),
            page(rows, 2, 3, "listeServices"),
            ok(parametres={"numeroEngagement": True}),
            Reply(429, None, {"Retry-After": "9"}),
        )
        with pytest.raises(Unreachable) as failure:
            piste.structure(SIRET)
        partial = failure.value.partial
        assert not partial.complete
        assert partial.service_required
        flags = [row.engagement_required for row in partial.services]
        assert sorted(flags, key=str) == [None] * 5 + [True]

    def test_a_page_that_fails_keeps_the_pages_before(self, server, piste):
        rows = [service(number, f"S{number}") for number in range(1, 7)]
        server.script(
            found(record()), details(), page(rows, 1, 3, "listeServices"), Reply(503)
        )
        with pytest.raises(Unreachable) as failure:
            piste.structure(SIRET)
        assert len(failure.value.partial.services) == 3

    @pytest.mark.parametrize(
        "row",
        ["bonjour", None, {"idService": 2}, {"idService": {}, "codeService": "B"}],
    )
    def test_a_service_that_cannot_be_read_is_told_beside_the_others(
        self, server, piste, row
    ):
        rows = [service(1, "A"), row]
        server.script(found(record()), details(), services(*rows), ok())
        structure = piste.structure(SIRET)
        assert [one.code for one in structure.services] == ["A"]
        [unread] = structure.unread
        assert isinstance(unread, Unread)
        assert SIRET in unread.text

    def test_the_one_that_is_wanted_may_be_the_one_that_cannot_be_read(
        self, server, piste
    ):
        rows = [service(1, "A"), "bonjour"]
        server.script(found(record()), details(), services(*rows), ok())
        with pytest.raises(Unreachable) as failure:
            piste.structure(SIRET, service_codes=["B"])
        assert [one.code for one in failure.value.partial.services] == ["A"]
        assert len(failure.value.partial.unread) == 1

    def test_a_body_of_which_nothing_is_known_has_no_part(self, server, piste):
        server.script(found(record()), Reply(503))
        with pytest.raises(Unreachable) as failure:
            piste.structure(SIRET)
        assert failure.value.partial is None

    @pytest.mark.parametrize(("flag", "read"), [("false", False), ("true", True)])
    def test_a_flag_may_be_quoted(self, server, piste, flag, read):
        """A14."""
        rows = [service(1, "A", active=flag)]
        flags = {"numeroEJDoitEtreRenseigne": "true"}
        server.script(found(record()), details(**flags), services(*rows))
        structure = piste.structure(SIRET)
        assert structure.engagement_required
        assert structure.services[0].active is read

    def test_a_flag_of_another_type_is_not_guessed(self, server, piste):
        server.script(found(record()), details(numeroEJDoitEtreRenseigne="peut-etre"))
        with pytest.raises(Unreachable):
            piste.structure(SIRET)


def pages_asked(total, size=3):
    """The order in which the pages of a list are read."""
    last = -(-total // size)
    return [1, *range(last, 1, -1)]


def listed(rows, number, size=3):
    return page(rows, number, size, "listeServices")


HEALTH = Reply(body={"statusCodeValue": 200, "statusCode": "OK", "body": "OK"})


class TestTest:
    def test_it_shows_our_structure_and_the_end_of_the_password(self, server, piste):
        server.script(HEALTH, found(record(SHOP)), details())
        account = piste.test(SHOP)
        assert account.structure.siret == SHOP
        assert account.password_expires_on == "2027-01-31"
        assert server.calls[0].method == "GET"
        assert server.calls[0].path == "/cpro/transverses/v1/health-check"

    def test_our_structure_may_be_unknown(self, server, piste):
        server.script(HEALTH, found())
        assert piste.test(SHOP) == Account()
