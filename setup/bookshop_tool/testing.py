"""The three test runs, and their one closing line."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from . import workspace
from .console import say
from .environment import variables
from .paths import MODULE, ODOO_CONF, PYTHON, ROOT

_NOTHING_COLLECTED = 5  # pytest's exit code
# The unit tests, short and never idle, come when the ORM's have left a processor free.
_KINDS = ("orm", "unit", "e2e")
# Each process takes the next file when it has ended one.
_AT_ONCE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
_FOLDERS = {
    "orm": ROOT / MODULE / "tests",
    "unit": ROOT / "tests" / "unit",
    "e2e": ROOT / "tests" / "e2e",
}


@dataclass(frozen=True)
class Tally:
    """What a run of pytest counted; an error is a failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(arguments: list[str]) -> int:
    """Run the tests that ``arguments`` choose, all without a path among them.

    The ORM's, in two halves, and the end-to-end ones wait more than they work: they
    run side by side, and the unit tests after them; these and the end-to-end ones file
    by file in two processes. What is printed beside the ORM's first half follows.
    """
    plan = split_by_kind(arguments)
    if set(plan) == {"unit"}:
        workspace.ensure_environment()
    else:
        workspace.ensure(browser="e2e" in plan)
    beside = []
    if len(plan) > 1:
        for kind in plan.keys() - {"orm"}:
            plan[kind] = [*_AT_ONCE, *plan[kind]]
        if "e2e" in plan:
            beside.append(("e2e", plan.pop("e2e")))
    if "orm" in plan:
        plan["orm"], *others = halves(plan["orm"])
        beside += [("orm", words) for words in others]
    with ExitStack() as stack:
        behind = [
            (kind, stack.enter_context(_started(kind, words, kept=True)))
            for kind, words in beside
        ]
        results = [_run_kind(kind, words) for kind, words in plan.items()]
        for kind, result in behind:
            say(f"{kind} tests, begun with the others")
            results.append(result())
    total = sum((tally for _code, tally in results), Tally())
    print(total, flush=True)
    return worst_code([code for code, _tally in results])


def split_by_kind(arguments: list[str]) -> dict[str, list[str]]:
    """The runs to make, each with its own arguments for pytest."""
    paths = {word: kind for word in arguments if (kind := _kind_of(word))}
    options = [word for word in arguments if word not in paths]
    if not paths:
        return {
            kind: [*options, str(folder)]
            for kind, folder in _FOLDERS.items()
            if folder.is_dir()
        }
    return {
        kind: [*options, *(_absolute(word) for word in paths if paths[word] == kind)]
        for kind in _KINDS
        if kind in paths.values()
    }


def halves(words: list[str]) -> list[list[str]]:
    """Share the test files of these words out to two runs; each keeps the options."""
    files = []
    for word in words:
        path = Path(word)
        files += sorted(path.rglob("test_*.py")) if path.is_dir() else []
    if not files:
        return [words]
    options = [word for word in words if not Path(word).is_dir()]
    return [[*options, *map(str, files[start::2])] for start in (0, 1)]


def worst_code(codes: list[int]) -> int:
    """The worst exit code; a run that selected nothing is only bad when all did."""
    real = [code for code in codes if code != _NOTHING_COLLECTED]
    return max(real, key=abs) if real else _NOTHING_COLLECTED


def read_tally(report: Path, code: int) -> Tally:
    """Count from pytest's JUnit report; a run that died without one has failed."""
    if not report.is_file():
        return Tally(failed=1) if code not in (0, _NOTHING_COLLECTED) else Tally()
    tally = Tally()
    for case in ElementTree.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            tally += Tally(failed=1)
        elif "skipped" in outcomes:
            tally += Tally(skipped=1)
        else:
            tally += Tally(passed=1)
    return tally


def _run_kind(kind: str, words: list[str]) -> tuple[int, Tally]:
    say(f"{kind} tests")
    with _started(kind, words) as result:
        return result()


@contextmanager
def _started(
    kind: str, words: list[str], *, kept: bool = False
) -> Iterator[Callable[[], tuple[int, Tally]]]:
    """Start pytest on tests of one kind; give what waits for its exit code and tally.

    :param kept: keep what it prints until it is waited for
    """
    with ExitStack() as stack:
        options = ["-p", "no:odoo"]
        if kind == "orm":
            purpose = "orm_beside" if kept else "orm"
            database = stack.enter_context(workspace.temporary_database(purpose))
            config = [f"--odoo-config={ODOO_CONF}", f"--odoo-database={database}"]
            options = [*config, "--odoo-http"]
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bookshop-"))
        report, output = Path(folder) / "report.xml", Path(folder) / "output"
        command = [PYTHON, "-m", "pytest", f"--junit-xml={report}", *options, *words]
        process = stack.enter_context(
            subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                env=variables(),
                stdout=stack.enter_context(output.open("wb")) if kept else None,
                stderr=subprocess.STDOUT if kept else None,
            )
        )

        def result() -> tuple[int, Tally]:
            code = process.wait()
            if kept:
                print(output.read_text(errors="replace"), flush=True)
            return code, read_tally(report, code)

        try:
            yield result
        finally:
            process.terminate()


def _absolute(word: str) -> str:
    """A test path from the caller's folder or from the project's root."""
    name, separator, rest = word.partition("::")
    here, there = Path(name).resolve(), ROOT / name
    return f"{here if here.exists() else there}{separator}{rest}"


def _kind_of(word: str) -> str | None:
    """Which run a test path belongs to; None for an option."""
    if word.startswith("-"):
        return None
    path = Path(_absolute(word).partition("::")[0])
    if not path.exists():
        return None
    return next(
        (kind for kind, folder in _FOLDERS.items() if path.is_relative_to(folder)), None
    )
