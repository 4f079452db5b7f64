"""A scripted server in place of PISTE and Chorus Pro, and a client of it."""

import piste_server
import pytest

from chorus.channels.piste import MemoryStore, Piste


@pytest.fixture(scope="session")
def serving():
    with piste_server.running() as server:
        yield server


@pytest.fixture
def server(serving):
    serving.forget()
    return serving


@pytest.fixture
def piste(server):
    with Piste(piste_server.settings(server.url), MemoryStore()) as client:
        yield client
