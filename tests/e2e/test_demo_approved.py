"""The main job by an approved platform: `setup/bookshop demo --channel approved`."""

import json
import subprocess

import pytest

from bookshop_tool import demo, workspace
from bookshop_tool.paths import LOGS
from chorus.facturx import schemas
from simulator.client import Admin


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    log = LOGS / "e2e-demo-approved.log"
    log.unlink(missing_ok=True)
    with (
        workspace.temporary_database("e2e_demo_approved") as database,
        workspace.start_simulator() as simulator,
    ):
        done = demo.tell(
            database, folder, simulator.url, "approved", log, stdout=subprocess.PIPE
        )
        assert done.returncode == 0, done.stdout
        there = Admin(simulator.url).approved()
    return json.loads(done.stdout.splitlines()[-1]), folder / "sent", there


def test_the_story_ends_as_by_the_api(told):
    summary, sent, there = told
    assert summary["lost"] == summary["doubled"] == 0
    assert summary["corrected"] == 1
    states = {"MISE_EN_PAIEMENT", "SUSPENDUE", "REJETEE", "NON_CONFORME", "waiting"}
    assert states <= set(summary["states"])
    assert "unknown" not in summary["states"]
    assert summary["originals"] == len(list(sent.iterdir()))
    assert set(there["integrated"].values()) == {1}


def test_no_document_has_a_fatal_of_its_schematrons(told):
    _summary, sent, _there = told
    if not schemas.schematron_available():
        pytest.skip("saxonche is absent")
    for path in sent.iterdir():
        xml = path.read_bytes()
        assert schemas.xsd_problems(xml, schemas.CII_CTC_FR, huge=True) == [], path
        problems = schemas.schematron_problems(xml, schemas.CII_CTC_FR, huge=True)
        assert problems == [], path.name
