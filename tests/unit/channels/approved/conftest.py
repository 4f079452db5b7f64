"""A simulated platform over HTTP, and a client of it."""

import pytest

pytest.importorskip("pypdf", reason="the simulator reads PDF files with pypdf")

from approved_kit import PROFILES

from chorus.channels.approved import Access, Approved, MemoryStore


@pytest.fixture
def connect(simulator, admin):
    """A client of the simulator, of a shipped profile with changes."""
    opened = []

    def make(code="standard", manners=None, access=None, **changes):
        admin.approved_manners(profile=code, **(manners or {}))
        pa = f"{simulator.url}/pa"
        values = {
            "profile": PROFILES[code].change(**changes),
            "flow_url": f"{pa}/flow/v1",
            "directory_url": f"{pa}/directory/v1",
            "token_url": f"{pa}/oauth/token",
            "client_id": "bookshop",
            "client_secret": "secret",
            "key": "hub-key",
        } | (access or {})
        store = values.pop("store", None) or MemoryStore()
        now = simulator.platform.clock.timestamp
        client = Approved(Access(**values), store, now=now)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__()
