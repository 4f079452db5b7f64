"""The hash chain: its form never changes, and no single change goes unseen."""

import itertools
import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorus.vault.sealing import (
    CONTENT,
    GAP,
    GENESIS,
    HASH,
    PREVIOUS,
    Link,
    canonical,
    entry_hash,
    verify,
)

TEXTS = st.text(max_size=12)
CHAINS = st.lists(st.tuples(st.binary(max_size=8), TEXTS), min_size=1, max_size=6)


def chain(documents):
    """Seal (bytes, number) pairs, one after the other."""
    head = GENESIS
    for seq, (content, number) in enumerate(documents, start=1):
        digest = sha256(content).hexdigest()
        entry = {
            "version": 1,
            "seq": seq,
            "sha256": digest,
            "number": number,
            "checks": None,
        }
        link = Link(entry, head, entry_hash(head, entry), digest)
        head = link.hash
        yield link


def flip(digest):
    """Another digest, one character away."""
    return ("1" if digest[0] == "0" else "0") + digest[1:]


def alter_entry(link, name):
    value = link.entry[name]
    changed = f"{value}x" if isinstance(value, str) else (value or 0) + 1
    return link._replace(entry={**link.entry, name: changed})


ALTERATIONS = {
    "content": lambda link: link._replace(content_hash=flip(link.content_hash)),
    "no content": lambda link: link._replace(content_hash=""),
    "hash": lambda link: link._replace(hash=flip(link.hash)),
    "previous": lambda link: link._replace(previous_hash=flip(link.previous_hash)),
    "seq": lambda link: alter_entry(link, "seq"),
    "digest": lambda link: alter_entry(link, "sha256"),
    "number": lambda link: alter_entry(link, "number"),
    "checks": lambda link: alter_entry(link, "checks"),
    "version": lambda link: alter_entry(link, "version"),
    "unsealable": lambda link: link._replace(entry={**link.entry, "number": 1.5}),
    "one name less": lambda link: link._replace(
        entry={name: link.entry[name] for name in ("seq", "sha256", "version")}
    ),
    "one name more": lambda link: link._replace(entry={**link.entry, "other": ""}),
}


def test_form_is_the_one_promised_for_ten_years():
    entry = {"seq": 1, "number": "FA é", "checks": None, "sha256": "ab"}
    line = rb'{"checks":null,"number":"FA \u00e9","seq":1,"sha256":"ab"}'
    assert canonical(entry) == line
    assert entry_hash(GENESIS, entry) == sha256(b"0" * 64 + line).hexdigest()
    assert (
        entry_hash(GENESIS, entry)
        == "d86c2e108c9d0d4b51cff2cd5d112132dc4ec59476a2d4170f71c46c23e03729"
    )


@pytest.mark.parametrize("value", [1.0, b"x", ["x"], {"x": 1}])
def test_only_plain_values_have_a_form(value):
    with pytest.raises(TypeError, match="number"):
        canonical({"number": value})


@given(CHAINS)
def test_untouched_chain_holds(documents):
    links = list(chain(documents))
    verdict = verify(links)
    assert verdict == (len(links), len(links), links[-1].hash, None)


def test_empty_chain_holds():
    assert verify([]) == (0, 0, GENESIS, None)


@given(CHAINS, st.data())
def test_any_change_of_an_entry_is_found_there(documents, data):
    links = list(chain(documents))
    place = data.draw(st.integers(0, len(links) - 1))
    alteration = data.draw(st.sampled_from(sorted(ALTERATIONS)))
    links[place] = ALTERATIONS[alteration](links[place])
    verdict = verify(links)
    assert verdict.checked == verdict.seq == place
    assert verdict.fault.entry == links[place].entry


@given(CHAINS, TEXTS, st.data())
def test_other_words_about_a_document_are_found(documents, number, data):
    links = list(chain(documents))
    place = data.draw(st.integers(0, len(links) - 1))
    entry = {**links[place].entry, "number": number}
    links[place] = links[place]._replace(entry=entry)
    unchanged = number == documents[place][1]
    assert (verify(links).fault is None) is unchanged


@given(CHAINS, st.data())
def test_entry_removed_before_the_end_is_a_gap(documents, data):
    links = list(chain([*documents, (b"last", "last")]))
    place = data.draw(st.integers(0, len(links) - 2))
    del links[place]
    verdict = verify(links)
    assert (verdict.checked, verdict.fault.reason) == (place, GAP)


@given(CHAINS, st.data())
def test_entries_exchanged_are_found(documents, data):
    links = list(chain([*documents, (b"last", "last")]))
    places = st.integers(0, len(links) - 1)
    one, other = sorted(
        data.draw(st.lists(places, min_size=2, max_size=2, unique=True))
    )
    links[one], links[other] = links[other], links[one]
    verdict = verify(links)
    assert (verdict.checked, verdict.fault.reason) == (one, GAP)


@given(CHAINS, st.data())
def test_chain_rebuilt_from_a_forgery_ends_on_another_head(documents, data):
    place = data.draw(st.integers(0, len(documents) - 1))
    forged = list(documents)
    forged[place] = (forged[place][0] + b"!", forged[place][1])
    true, rebuilt = verify(chain(documents)), verify(chain(forged))
    assert rebuilt.fault is None
    assert rebuilt.head != true.head


@given(CHAINS, st.data())
def test_walk_goes_on_where_another_ended(documents, data):
    links = list(chain(documents))
    cut = data.draw(st.integers(0, len(links)))
    first = verify(links[:cut])
    second = verify(links[cut:], first.seq, first.head)
    assert (second.seq, second.head) == (len(links), links[-1].hash)
    assert first.checked + second.checked == len(links)


@pytest.mark.parametrize(
    ("alteration", "reason"),
    [
        ("seq", GAP),
        ("previous", PREVIOUS),
        ("content", CONTENT),
        ("no content", CONTENT),
        ("number", HASH),
        ("hash", HASH),
        ("unsealable", HASH),
    ],
)
def test_reason_is_named(alteration, reason):
    links = list(chain([(b"a", "1"), (b"b", "2"), (b"c", "3")]))
    links[1] = ALTERATIONS[alteration](links[1])
    assert verify(links).fault.reason == reason


def test_long_chain_is_walked_in_constant_memory():
    documents = ((b"bytes", str(place)) for place in itertools.count())
    tracemalloc.start()
    try:
        verdict = verify(chain(itertools.islice(documents, 20_000)))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert verdict.checked == 20_000
    assert peak < 100_000
