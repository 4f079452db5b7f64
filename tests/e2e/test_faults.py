"""Small campaigns of faults (longer ones: `bench faults`), and a crash everywhere."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from bookshop_tool import workspace

BENCH = workspace.ROOT / "tests" / "bench"
# The approved platforms' are left to `bench faults`, profile by profile.
CAMPAIGNS = (("piste", 1), ("dilifac", 1))
VERDICTS = ("lost", "doubled", "stuck", "wrong_state", "misattributed")


def run(purpose, script, *words):
    """Run a script on a database of its own; return its process, ended."""
    with workspace.temporary_database(purpose) as database:
        return workspace.run_shell(
            database, script, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


def campaign(drawn):
    """Run one campaign: a channel and a seed."""
    channel, seed = drawn
    words = ("--channel", channel, "--invoices", "30", "--seed", str(seed))
    return run(f"e2e_faults_{channel}_{seed}", BENCH / "faults.py", *words)


def judged(ended):
    """The line of JSON of a process; nothing may be wrong in it."""
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    assert {name: result[name] for name in VERDICTS} == dict.fromkeys(VERDICTS, 0)
    return result


@pytest.fixture(scope="module")
def campaigns():
    """All at once: they mostly wait."""
    with ThreadPoolExecutor(len(CAMPAIGNS)) as threads:
        return dict(zip(CAMPAIGNS, threads.map(campaign, CAMPAIGNS), strict=True))


@pytest.mark.parametrize("drawn", CAMPAIGNS, ids=lambda drawn: f"{drawn[0]}-{drawn[1]}")
def test_nothing_is_lost_nor_doubled(campaigns, drawn):
    result = judged(campaigns[drawn])
    assert result["invoices"] == 30
    assert result["kills"] >= 5
    assert len(result["faults"]) >= 15


def test_each_statement_is_the_crash_point_in_turn():
    result = judged(run("e2e_crash_points", BENCH / "campaign" / "crash_points.py"))
    sending, following = result["points"]
    assert sending > 40
    assert following > 20
