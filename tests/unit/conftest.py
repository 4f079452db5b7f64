"""What the tests share: `factories` on the path, and one simulated platform."""

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
