"""Measurements and pictures: scripts of the project, run on fresh databases."""

import subprocess

from . import workspace
from .console import Failure
from .environment import variables
from .paths import PYTHON, ROOT, TESTS_DIR

_BENCHES = TESTS_DIR / "bench"


def bench(name: str | None, arguments: list[str]) -> int:
    """Run one measurement, or all; each prints one line of JSON last."""
    known = sorted(path.stem for path in _BENCHES.glob("[!_]*.py"))
    if name and name not in known:
        raise Failure(f"no measurement {name}; there is: {', '.join(known) or 'none'}")
    codes = [_run(one, arguments) for one in ([name] if name else known)]
    return max(codes, key=abs, default=0)


def screenshots() -> int:
    """Take the documentation's pictures."""
    script = TESTS_DIR / "e2e" / "screenshots.py"
    if not script.is_file():
        raise Failure("there are no pictures to take: no tests/e2e/screenshots.py")
    workspace.ensure(browser=True)
    command = [str(PYTHON), str(script)]
    return subprocess.call(command, cwd=ROOT, env=variables())


def _run(name: str, arguments: list[str]) -> int:
    with workspace.temporary_database(f"bench_{name}") as database:
        script = _BENCHES / f"{name}.py"
        return workspace.run_shell(database, script, *arguments).returncode
