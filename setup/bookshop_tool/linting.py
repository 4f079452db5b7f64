"""The checks of ``setup/bookshop lint``; all run, and the worst result counts."""

import subprocess
from pathlib import Path

from . import workspace
from .console import say
from .environment import variables
from .paths import MODULE, MODULE_DIR, PYTHON, ROOT, SETUP_DIR, VENV

_TOOL_DIR = SETUP_DIR / "bookshop_tool"
#: Checks of OCA's that Odoo itself does not follow.
_NOT_OURS = ("xml-header-wrong", "xml-field-numeric-without-eval")


def run(*, fix: bool) -> int:
    """Run all the checks, after putting right what can be, if asked."""
    workspace.ensure_environment()
    if fix:
        _passes("ruff's corrections", ["ruff", "check", "--fix", "--quiet", "."])
        _passes("ruff's format", ["ruff", "format", "--quiet", "."])
    failed = [name for name, command in _checks() if not _passes(name, command)]
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def _checks() -> list[tuple[str, list]]:
    # The project's README, at its root, is the module's.
    # A long model stands in several files, each named after what it holds.
    not_ours = "--disable=missing-readme,consider-merging-classes-inherited"
    pylint = ["pylint", "--rcfile=.pylintrc", not_ours]
    core = MODULE_DIR / "chorus"
    # The pure core has no `self.env` to translate with: it only marks its terms. Its
    # verifier is a program of its own, and speaks by printing.
    marks = "--disable=prefer-env-translation,translation-not-lazy,print-used"
    oca = ["oca-checks-odoo-module", "--disable", ",".join(_NOT_OURS)]
    checks: list[tuple[str, list]] = [
        ("ruff", ["ruff", "check", "."]),
        ("ruff format", ["ruff", "format", "--check", "."]),
        ("pylint-odoo", [*pylint, f"--ignore-paths={MODULE}/chorus/.*", MODULE]),
        ("pylint-odoo of the core", [*pylint, marks, core]),
        ("oca module", [*oca, MODULE_DIR / "__manifest__.py"]),
    ]
    folders = (ROOT, MODULE_DIR, MODULE_DIR / "doc")
    texts = sorted(path for folder in folders for path in folder.glob("*.rst"))
    if texts:
        checks.append(("rst", ["rst-lint", "--level", "warning", *texts]))
    catalogues = sorted(MODULE_DIR.glob("i18n/*.po*"))
    if catalogues:
        oca_po = ["oca-checks-po", "--disable=po-pretty-format"]
        checks.append(("oca po", [*oca_po, *catalogues]))
        ours = [PYTHON, _TOOL_DIR / "po_check.py"]
        checks.append(("translations", [*ours, *MODULE_DIR.glob("i18n/*.po")]))
    return checks


def _passes(name: str, command: list) -> bool:
    program, *rest = command
    path = Path(program) if Path(program).is_absolute() else VENV / "bin" / program
    words = [str(word) for word in (path, *rest)]
    passed = subprocess.call(words, cwd=ROOT, env=variables()) == 0
    say(f"{name}: {'ok' if passed else 'FAILED'}")
    return passed
