"""Deposits in threads: at once, but never too many, and one session per thread."""

import threading
from contextlib import contextmanager

import pytest

from chorus.channels.answers import Deposit
from chorus.channels.depositors import Couriers, Parcel
from chorus.errors import Unreachable

PATIENCE = 5


class Platform:
    """Takes deposits; holds them until enough are there, when told to."""

    def __init__(self, together=1):
        self.barrier = threading.Barrier(together)
        self.released = threading.Event()
        self.opened = []
        self.closed = []

    def parcel(self, name, route="piste", content=b"12345"):
        """A parcel for this platform; its name is its key."""
        return Parcel(name, route, lambda: self.client(route), name, content, "CII")

    @contextmanager
    def client(self, route):
        """A session, as each thread opens one."""
        self.opened.append((threading.get_ident(), route))
        yield self
        self.closed.append(route)

    def deposit(self, _content, name, _syntax):
        """Take a deposit; by their names, some cannot arrive and some are held."""
        self.barrier.wait(PATIENCE)
        if name.startswith("held"):
            assert self.released.wait(PATIENCE)
        if name.startswith("unreachable"):
            raise Unreachable("away")
        return Deposit(flux_number=f"flux of {name}")


def drain(couriers):
    """Every outcome, by name."""
    outcomes = {}
    while couriers.busy:
        outcomes.update({one.key: said for one, said in couriers.outcomes()})
    return outcomes


def warmed_up(platform, threads, most_bytes=1000):
    """Couriers who have met nothing but success."""
    couriers = Couriers(threads, most_bytes)
    for number in range(4):
        couriers.take(platform.parcel(f"first {number}"))
        drain(couriers)
    return couriers


def test_an_outcome_is_told_with_its_parcel():
    platform = Platform()
    with Couriers(2, 1000) as couriers:
        couriers.take(platform.parcel("a"))
        [(parcel, outcome)] = couriers.outcomes()
    assert parcel.key == "a"
    assert outcome.flux_number == "flux of a"
    assert not couriers.busy


def test_calls_go_at_the_same_time():
    """The platform answers none before all three are there."""
    platform = Platform()
    with warmed_up(platform, 3) as couriers:
        platform.barrier = threading.Barrier(3)
        assert couriers.room_for([5, 5, 5]) == 3
        for name in "abc":
            couriers.take(platform.parcel(name))
        assert set(drain(couriers)) == {"a", "b", "c"}


def test_the_first_goes_alone_and_success_lets_more_go():
    platform = Platform()
    with Couriers(2, 1000) as couriers:
        widths = []
        for _round in range(5):
            widths.append(couriers.room_for([5] * 9))
            for number in range(widths[-1]):
                couriers.take(platform.parcel(f"{_round}-{number}"))
            drain(couriers)
    assert widths == [1, 2, 4, 8, 8], "four times the threads, and no more"


def test_trouble_lets_one_go_at_a_time_again():
    platform = Platform()
    with warmed_up(platform, 2) as couriers:
        couriers.take(platform.parcel("unreachable"))
        assert isinstance(drain(couriers)["unreachable"], Unreachable)
        couriers.take(platform.parcel("a"))
        assert couriers.room_for([5]) == 0


def test_trouble_among_successes_counts():
    platform = Platform()
    with warmed_up(platform, 1) as couriers:
        for name in ("unreachable", "a", "b", "c"):
            couriers.take(platform.parcel(name))
        assert len(couriers.outcomes()) == 4
        assert couriers.room_for([5] * 9) == 1


def test_outcomes_gather_while_threads_have_enough_to_do():
    platform = Platform()
    with warmed_up(platform, 1) as couriers:
        for name in "abcd":
            couriers.take(platform.parcel(name))
        assert len(couriers.outcomes()) == 4


def test_an_outcome_does_not_wait_for_a_slow_platform():
    platform = Platform()
    with warmed_up(platform, 1) as couriers:
        couriers.take(platform.parcel("a"))
        for name in ("held b", "held c", "held d"):
            couriers.take(platform.parcel(name))
        [(parcel, _outcome)] = couriers.outcomes()
        assert parcel.key == "a"
        platform.released.set()
        drain(couriers)


@pytest.mark.parametrize(
    ("sizes", "room"), [([90], 1), ([91], 0), ([40, 50, 1], 2), ([40, 51, 1], 1)]
)
def test_bytes_under_way_are_limited(sizes, room):
    platform = Platform()
    with warmed_up(platform, 2, most_bytes=100) as couriers:
        couriers.take(platform.parcel("a", content=b"1234567890"))
        assert couriers.room_for(sizes) == room
        drain(couriers)


def test_larger_than_the_limit_goes_alone():
    with Couriers(2, 100) as couriers:
        assert couriers.room_for([500, 500]) == 1


def test_a_thread_opens_each_route_once_and_all_are_closed():
    platform = Platform()
    with warmed_up(platform, 1) as couriers:
        for number in range(3):
            couriers.take(platform.parcel(f"again {number}"))
            couriers.take(platform.parcel(f"other {number}", route="elsewhere"))
        drain(couriers)
        assert [route for _thread, route in platform.opened] == ["piste", "elsewhere"]
    assert sorted(platform.closed) == ["elsewhere", "piste"]


def test_a_client_that_cannot_be_opened_is_an_outcome():
    def closed_door():
        raise Unreachable("no way in")

    parcel = Parcel("a", "piste", closed_door, "a", b"", "CII")
    with Couriers(1, 10) as couriers:
        couriers.take(parcel)
        assert isinstance(drain(couriers)["a"], Unreachable)
