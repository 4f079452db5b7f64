"""A small campaign of faults for three seeds; `bench faults` runs longer ones."""

import json
import subprocess

import pytest

from bookshop_tool import workspace

CAMPAIGN = workspace.ROOT / "tests" / "bench" / "faults.py"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_nor_doubled(seed):
    words = ("--invoices", "30", "--seed", str(seed))
    with workspace.temporary_database(f"e2e_faults_{seed}") as database:
        ended = workspace.run_shell(
            database,
            CAMPAIGN,
            *words,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout.splitlines()[-1])
    verdicts = ("lost", "doubled", "stuck", "wrong_state")
    assert {name: result[name] for name in verdicts} == dict.fromkeys(verdicts, 0)
    assert result["invoices"] == 30
    assert result["kills"] >= 5
    assert len(result["faults"]) >= 15
