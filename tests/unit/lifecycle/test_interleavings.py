"""News of invoices that share numbers, in any order: each gets its own (R41)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.answers import News
from chorus.lifecycle.identity import Ours, owner
from chorus.lifecycle.order import Fact, latest

SHOPS = ("88888888000018", "88888888000026", "33254021516357")
BODIES = ("12345678200051", "21590350100017")
STATES = ("DEPOSEE", "MISE_A_DISPOSITION", "SUSPENDUE", "MANDATEE", "MISE_EN_PAIEMENT")
#: echoes that a row may omit once the identifier is known, or that prove nothing
OPTIONAL = ("kind", "buyer_siret", "total", "flux_number")
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class There:
    """An invoice as the platform has it."""

    ours: Ours
    platform_id: str
    states: list = field(default_factory=list)


@st.composite
def worlds(draw):
    """Invoices of few numbers: years, shops and kinds tell them apart.

    The platform takes a number once a year for all the shops of a SIREN.
    """
    ids = count(2**31)
    world, keys = [], set()
    for year in (2025, 2026):
        for number in ("F-1", "F-2"):
            for shop in draw(st.sets(st.sampled_from(SHOPS), min_size=1)):
                key = (year, shop[:9], number)
                if key in keys:
                    continue
                keys.add(key)
                kind = draw(st.sampled_from(["380", "381"]))
                body = draw(st.sampled_from(BODIES))
                total = draw(st.sampled_from([Decimal("10.55"), Decimal("105.50")]))
                day = date(year, draw(st.integers(1, 12)), draw(st.integers(1, 28)))
                ours = Ours(
                    key=len(world),
                    number=number,
                    invoice_date=day,
                    kind=kind,
                    seller_siret=shop,
                    buyer_sirets=(body,),
                    total=total,
                    flux_number=draw(st.sampled_from(["CPP1", "CPP2"])),
                )
                states = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=4))
                world.append(There(ours, str(next(ids)), states))
    return world


def rows_of(one):
    """Everything the platform says of one invoice."""
    for rank, state in enumerate(one.states):
        yield News(
            number=one.ours.number,
            kind=one.ours.kind,
            seller_siret=one.ours.seller_siret,
            buyer_siret=one.ours.buyer_sirets[0],
            platform_id=one.platform_id,
            state=state,
            occurred_at=START + timedelta(hours=rank),
            flux_number=one.ours.flux_number,
            invoice_date=one.ours.invoice_date.isoformat(),
            total=str(one.ours.total),
        )


@given(worlds(), st.data())
def test_each_invoice_gets_exactly_its_own_states(world, data):
    known = data.draw(st.sets(st.sampled_from([one.ours.key for one in world])))
    told = [(one.ours.key, row) for one in world for row in rows_of(one)]
    told = data.draw(st.permutations(told))
    ours = {one.ours.key: one.ours for one in world if one.ours.key in known}
    received = {key: [] for key in known}
    for key, row in told:
        absent = data.draw(st.sets(st.sampled_from(OPTIONAL)))
        seen = replace(row, **dict.fromkeys(absent, ""))
        if data.draw(st.booleans()):
            seen = replace(seen, seller_siret=row.seller_siret[:9])
        borne = any(one.platform_id == row.platform_id for one in ours.values())
        if borne and data.draw(st.booleans()):
            seen = replace(seen, invoice_date="")
        found = owner(seen, ours.values())
        assert (found and found.key) == (key if key in known else None)
        if found is None:
            continue
        ours[key] = replace(ours[key], platform_id=row.platform_id)
        received[key].append(Fact(row.state, row.occurred_at.replace(tzinfo=None)))
    for one in world:
        if one.ours.key in known:
            assert latest(received[one.ours.key]).code == one.states[-1]


def told(*words):
    """Facts a minute apart, in the order of their own moments."""
    return [
        Fact(word, START + timedelta(minutes=rank)) for rank, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("MISE_A_DISPOSITION", "DEPOSEE_PLATEFORME"), "MISE_A_DISPOSITION"),
        (("REJETEE", "EN_COURS_ACHEMINEMENT", "DEPOSEE_PLATEFORME"), "REJETEE"),
        (("SUSPENDUE", "DEPOSEE", "DEPOSEE_PLATEFORME"), "SUSPENDUE"),
        (("DEPOSEE", "DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT"), "DEPOSEE"),
        (("DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT"), "EN_COURS_ACHEMINEMENT"),
        (("NON_CONFORME", "DEPOSEE_PLATEFORME"), "DEPOSEE_PLATEFORME"),
        (("COPIE_REFUSEE", "DEPOSEE_PLATEFORME"), "DEPOSEE_PLATEFORME"),
        # By Chorus Pro itself it is forwarded after its deposit, and after a recycling.
        (("DEPOSEE", "EN_COURS_ACHEMINEMENT"), "EN_COURS_ACHEMINEMENT"),
        (("A_RECYCLER", "EN_COURS_ACHEMINEMENT"), "EN_COURS_ACHEMINEMENT"),
    ],
    ids=str,
)
def test_an_approved_platforms_own_step_never_undoes_an_arrival(words, state):
    """Its statuses may bear the moment at which they were written, long after."""
    assert latest(told(*words)).code == state
