"""Workers killed for real, and several at once: nothing lost, nothing doubled."""

import time

import pytest

from e2e.stage import open_shop

# The platform goes on by itself; nothing else is planned for these invoices.
INTEGRATED = {"DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"}
# Seconds from a deposit until the platform shows its invoices, and a margin.
PLATFORM_TAKES = 4
CUSTOMER = {
    "customer": "partner_seine_maritime",
    "purchase_order_reference": "EJ-76-2026-0200",
}


@pytest.fixture(scope="module")
def shop():
    with open_shop("e2e_crash") as shop:
        shop.call("connect", url=shop.platform.url, batch_size=2)
        yield shop


@pytest.fixture
def sent(shop):
    """Ask for the sending of some invoices; the numbers they have."""

    def send(count):
        answers = shop.call("send", count=count, **CUSTOMER)
        assert all(answer["queued"] for answer in answers), answers
        return {answer["number"] for answer in answers}

    shop.platform.clear_faults()
    return send


def until(condition, patience=90):
    """Wait for something that another process does."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def kill_worker(shop, moment):
    """Start a worker and kill it, as `kill -9` does, at some moment."""
    worker = shop.start(("work", {}))
    try:
        until(moment)
    finally:
        worker.kill()
        worker.wait()


def end_leases(shop):
    """As if a quarter of an hour had passed since the workers died."""
    shop.sql(
        "UPDATE l10n_fr_chorus_transmission "
        "SET lease_until = lease_until - interval '1 hour' WHERE state = 'sending'"
    )


def deposits(shop):
    """How many times a deposit was called for."""
    counts = shop.platform.ledger()["counts"]
    return sum(count for path, count in counts.items() if "deposer/flux" in path)


def current(shop, numbers):
    """The states of these invoices."""
    named = ", ".join(f"'{number}'" for number in numbers)
    rows = shop.sql(
        f"SELECT state FROM l10n_fr_chorus_submission WHERE number IN ({named})"
    )
    return set(rows.split())


def standing(shop, numbers):
    """How many times the platform has each of these invoices."""
    there = shop.on_platform()
    return {number: there[number, "FACTURE"] for number in numbers}


def test_killed_after_the_platform_took_the_deposit(shop, sent):
    numbers = sent(2)
    before = len(shop.platform.ledger()["fluxes"])
    shop.platform.fault("slow_then_lost", match="deposer/flux", seconds=20)
    kill_worker(shop, lambda: len(shop.platform.ledger()["fluxes"]) > before)
    calls = deposits(shop)

    # While the lease runs, nobody touches what a worker may still be sending.
    shop.call("work")
    assert current(shop, numbers) == {"sending"}
    end_leases(shop)
    shop.call("work", rounds=3, pause=PLATFORM_TAKES)

    assert current(shop, numbers) <= INTEGRATED
    assert standing(shop, numbers) == dict.fromkeys(numbers, 1)
    assert deposits(shop) == calls


def test_killed_and_the_platform_never_got_it(shop, sent):
    numbers = sent(1)
    [number] = numbers
    shop.platform.fault("slow", match="deposer/flux", seconds=3600)
    state = (
        "SELECT state FROM l10n_fr_chorus_submission "
        f"WHERE number = '{number}' AND state = 'sending'"
    )
    # Killed once the platform holds the request: the fault must not meet the next one.
    kill_worker(
        shop,
        lambda: shop.sql(state).strip() and not shop.platform.faults()["waiting"],
    )
    end_leases(shop)
    calls = deposits(shop)

    # The platform's silence is no proof before the quarantine is over.
    shop.call("work")
    assert current(shop, numbers) == {"doubtful"}
    assert deposits(shop) == calls
    sha256 = "SELECT sha256, attempts FROM l10n_fr_chorus_transmission ORDER BY id DESC"
    first = shop.sql(f"{sha256} LIMIT 1").split("|")
    shop.sql(
        "UPDATE l10n_fr_chorus_transmission "
        "SET doubtful_since = doubtful_since - interval '1 day' "
        "WHERE state = 'doubtful'"
    )
    shop.call("work", rounds=4, pause=PLATFORM_TAKES)

    again = shop.sql(f"{sha256} LIMIT 1").split("|")
    assert again[0] == first[0]
    assert int(again[1]) == int(first[1]) + 1
    assert current(shop, numbers) <= INTEGRATED
    assert standing(shop, numbers) == {number: 1}


def test_several_workers_and_one_is_killed(shop, sent):
    numbers = sent(20)
    before = len(shop.platform.ledger()["fluxes"])
    shop.platform.fault("lost_answer", match="deposer/flux", after=3)
    rounds = ("work", {"rounds": 6, "hurried": False})
    workers = [shop.start(rounds) for _worker in range(2)]
    kill_worker(shop, lambda: len(shop.platform.ledger()["fluxes"]) > before)
    for worker in workers:
        shop.finish(worker)
    end_leases(shop)
    shop.call("work", rounds=3, pause=PLATFORM_TAKES)

    assert standing(shop, numbers) == dict.fromkeys(numbers, 1)
    assert current(shop, numbers) <= INTEGRATED
    originals = shop.sql(
        "SELECT number, count(*) FROM l10n_fr_chorus_original "
        "GROUP BY number HAVING count(*) > 1"
    )
    assert originals.strip() == ""
    assert max(shop.on_platform().values()) == 1
