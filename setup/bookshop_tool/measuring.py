"""Measurements and pictures: scripts of the project, run on fresh databases."""

import ast
import subprocess
from pathlib import Path

from . import workspace
from .console import Failure
from .environment import variables
from .paths import PYTHON, ROOT, TESTS_DIR

_BENCHES = TESTS_DIR / "bench"


def bench(name: str | None, arguments: list[str]) -> int:
    """Run one measurement, or all; each prints one line of JSON last.

    Who asks for help gets it at once: it is what the script says of itself.
    """
    known = sorted(path.stem for path in _BENCHES.glob("[!_]*.py"))
    if name and name not in known:
        raise Failure(f"no measurement {name}; there is: {', '.join(known) or 'none'}")
    if name and {"-h", "--help"} & set(arguments):
        print(_told(name))
        return 0
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


def _told(name: str) -> str:
    """What a measurement says of itself, its options included, read without Odoo."""
    return ast.get_docstring(ast.parse(_script(name).read_text())) or ""


def _script(name: str) -> Path:
    return _BENCHES / f"{name}.py"


def _run(name: str, arguments: list[str]) -> int:
    with workspace.temporary_database(f"bench_{name}") as database:
        script = _script(name)
        return workspace.run_shell(database, script, *arguments).returncode
