"""The main job by hand, on the portal: `setup/bookshop demo --channel portal`."""

import json
import subprocess

from bookshop_tool import demo, workspace
from bookshop_tool.paths import LOGS


def test_the_story_ends_as_by_the_api(tmp_path):
    log = LOGS / "e2e-demo-portal.log"
    log.unlink(missing_ok=True)
    with (
        workspace.temporary_database("e2e_demo_portal") as database,
        workspace.start_simulator() as simulator,
    ):
        done = demo.tell(
            database, tmp_path, simulator.url, "portal", log, stdout=subprocess.PIPE
        )
    assert done.returncode == 0, done.stdout
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["lost"] == summary["doubled"] == 0
    assert summary["corrected"] == 1
    states = {"MISE_EN_PAIEMENT", "SUSPENDUE", "REJETEE", "not_integrated"}
    assert states <= set(summary["states"])
