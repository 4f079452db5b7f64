"""What the tests share: `factories` on the path, and one simulated platform."""

import time

import pytest
from hypothesis import settings

# A loaded machine is no fault of what is tested.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")


@pytest.fixture(scope="session")
def simulator():
    """The platform over HTTP, on a free port."""
    pytest.importorskip("pypdf", reason="the simulator reads PDF files with pypdf")
    from simulator.server import Simulator

    with Simulator() as running:
        yield running


@pytest.fixture
def admin(simulator):
    """Its administration, once it has forgotten the test before."""
    from simulator.client import Admin

    client = Admin(simulator.url)
    client.reset(record=True)
    return client


# Of an idle machine; what `pace` takes there, five times.
SECONDS = 5


@pytest.fixture
def quick():
    """Seconds of the processor; a busy machine counts more, for `pace` as well."""
    begun = time.thread_time()
    yield
    spent = time.thread_time() - begun
    assert spent < SECONDS or spent < 5 * pace()


def pace():
    """Seconds of the processor that reading a long order takes, on this machine now."""
    from chorus import orders

    row = "siret 2199 engagement n 12 " * 70 + "\n"
    begun = time.thread_time()
    orders.read_file((row * 200).encode(), "a.txt")
    return time.thread_time() - begun
