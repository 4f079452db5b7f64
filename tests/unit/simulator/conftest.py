"""A client of the simulated platform, and a way to deposit."""

import pytest
from simulator_kit import Platform, archive


@pytest.fixture
def platform(simulator, admin):
    client = Platform(simulator.url)
    client.connect()
    return client


@pytest.fixture
def deposited(platform, admin):
    """Deposits documents in one flux, integrated and available; its number."""

    def deposit(*documents):
        content = documents[0] if len(documents) == 1 else archive(*documents)
        flux = platform.deposit(content)
        admin.advance(10)
        return flux

    return deposit
