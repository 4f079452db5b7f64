"""A small campaign of faults for three seeds; `bench faults` runs longer ones."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from bookshop_tool import workspace

CAMPAIGN = workspace.ROOT / "tests" / "bench" / "faults.py"
SEEDS = (1, 2, 3)
VERDICTS = ("lost", "doubled", "stuck", "wrong_state")


def campaign(seed):
    """Run one campaign; return its process, ended."""
    with workspace.temporary_database(f"e2e_faults_{seed}") as database:
        return workspace.run_shell(
            database,
            CAMPAIGN,
            *("--invoices", "30", "--seed", str(seed)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


@pytest.fixture(scope="module")
def campaigns():
    """All at once: they mostly wait."""
    with ThreadPoolExecutor(len(SEEDS)) as threads:
        return dict(zip(SEEDS, threads.map(campaign, SEEDS), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_nor_doubled(campaigns, seed):
    ended = campaigns[seed]
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert {name: result[name] for name in VERDICTS} == dict.fromkeys(VERDICTS, 0)
    assert result["invoices"] == 30
    assert result["kills"] >= 5
    assert len(result["faults"]) >= 15
