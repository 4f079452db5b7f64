"""Statuses of invoices that share a number: in any order, each gets its own (R41)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cdar_messages import detail, message, reference
from hypothesis import given
from hypothesis import strategies as st

from chorus.channels.approved import cdar, statuses
from chorus.lifecycle.identity import Ours, owner
from chorus.lifecycle.order import Fact, latest
from chorus.lifecycle.states import BEFORE_ARRIVAL, COPY_REFUSED

SHOPS = ("332540215", "888888880")
#: the last day of a year and the first of the next: one day apart, two invoices
DAYS = (date(2025, 12, 31), date(2026, 1, 1))
RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
#: code, reason and comment of a status -> its word
SAID = {
    ("200", "", ""): "DEPOSEE_PLATEFORME",
    ("201", "", ""): "EN_COURS_ACHEMINEMENT",
    ("202", "", ""): "DEPOSEE",
    ("203", "", ""): "MISE_A_DISPOSITION",
    ("204", "", "Service fait"): "SERVICE_FAIT",
    ("204", "", "La facture est mandatée"): "MANDATEE",
    ("208", "LIVR_INCOMP", ""): "SUSPENDUE",
    ("210", "", ""): "REJETEE",
    ("211", "", ""): "MISE_EN_PAIEMENT",
    ("213", "REJ_UNI", ""): COPY_REFUSED,
    ("213", "DOUBLON", ""): COPY_REFUSED,
}


@dataclass(frozen=True)
class Invoice:
    """What tells two invoices of one number apart."""

    number: str
    day: date
    siren: str
    kind: str

    def status(self, said, written="%Y%m%d"):
        code, reason, comment = said
        return reference(
            self.number,
            code=code,
            siren=self.siren,
            issued=f"{self.day:{written}}",
            kind=self.kind,
            details=detail(reason, note=comment) if reason or comment else "",
        )

    def ours(self):
        return Ours(self, self.number, self.day, self.kind, f"{self.siren}00018")


INVOICES = st.builds(
    Invoice,
    st.sampled_from(["F-1", "F-2"]),
    st.sampled_from(DAYS),
    st.sampled_from(SHOPS),
    st.sampled_from(["380", "381"]),
)
#: how makers write a day, and a moment in French time
WRITTEN_DAYS = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d000000", "%Y-%m-%dT12:00:00Z")
WRITTEN_MOMENTS = (
    *("%Y%m%d%H%M%S", "%Y%m%d%H%M%S+0100", "%Y-%m-%dT%H:%M:%S"),
    *("%Y-%m-%dT%H:%M:%S.000+01:00", "%d/%m/%Y %H:%M:%S", "%Y%m%dT%H%M%S+01"),
)
SECONDS = st.sets(st.integers(0, 200), min_size=1, max_size=6)


@st.composite
def lives(draw):
    """All that is said of some invoices: invoice -> {second: status}."""
    return {
        invoice: {
            second: draw(st.sampled_from(sorted(SAID)))
            for second in sorted(draw(SECONDS))
        }
        for invoice in draw(st.sets(INVOICES, min_size=2, max_size=6))
    }


def told(invoices, draw):
    """The messages about them in any order, some twice, some of several invoices."""
    moments = defaultdict(list)
    for invoice, life in invoices.items():
        for second, said in life.items():
            written = draw(st.sampled_from(WRITTEN_DAYS))
            moments[second].append(invoice.status(said, written))
    messages = []
    for second, references in moments.items():
        together = draw(st.booleans())
        written = draw(st.sampled_from(WRITTEN_MOMENTS))
        at = f"{FIRST + timedelta(hours=1, seconds=second):{written}}"
        for group in [references] if together else [[one] for one in references]:
            messages.append(message(*group, moment=at))
    copies = draw(st.lists(st.sampled_from(messages), max_size=4))
    return draw(st.permutations([*messages, *copies]))


@given(lives(), st.data())
def test_each_invoice_gets_exactly_its_own_statuses(invoices, data):
    """Each shop reads them all, through the account of a group perhaps."""
    messages = told(invoices, data.draw)
    for shop in SHOPS:
        mine = {one for one in invoices if one.siren == shop}
        heard = {one: [] for one in mine}
        for content in messages:
            found, asides = cdar.read(content, RECEIVED, "Europe/Paris")
            assert asides == []
            for status in found:
                news = statuses.news(status, "flow")
                ours = owner(news, [one.ours() for one in mine])
                if ours:
                    heard[ours.key].append(news)
        for invoice, facts in heard.items():
            _compare(invoices[invoice], facts)


def _compare(life, heard):
    said = {(FIRST + timedelta(seconds=s), SAID[one]) for s, one in life.items()}
    assert {(news.occurred_at, news.state) for news in heard} == said
    words = [SAID[life[second]] for second in sorted(life)]
    if not set(words) <= set(BEFORE_ARRIVAL):
        words = [word for word in words if word != COPY_REFUSED]
    words = _standing(words)
    facts = [
        Fact(one.state, one.occurred_at, one.precision, one.sequence) for one in heard
    ]
    assert latest(facts).code == words[-1]


def _standing(words):
    """Leave out a platform's own steps once a further one is known, whenever dated."""
    own = ["DEPOSEE_PLATEFORME", "EN_COURS_ACHEMINEMENT"]
    beyond = set(words).difference(BEFORE_ARRIVAL, {"DEPOSEE"})
    if own[0] not in words or not beyond | (set(words) & {"DEPOSEE"}):
        return words
    behind = [*own, "DEPOSEE"] if beyond else own
    return [word for word in words if word not in behind]
