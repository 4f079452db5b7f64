"""The Python environment that runs Odoo, the tests and the linters."""

import hashlib
import os
import sys
from pathlib import Path

from .console import Failure, run_logged
from .odoo_source import OdooSource
from .paths import LOGS, PYTHON, ROOT, SETUP_DIR, TESTS_DIR, VENV

REQUIREMENTS = (SETUP_DIR / "odoo-requirements.txt", ROOT / "requirements.txt")
_STAMP = VENV / "bookshop.stamp"


def requirements_key() -> str:
    """Changes with any of the requirements."""
    content = b"\0".join(path.read_bytes() for path in REQUIREMENTS)
    return hashlib.sha256(content).hexdigest()


def ensure(source: OdooSource) -> None:
    """Make the environment, or bring it up to date with the requirements."""
    stamp = f"{sys.version}\n{requirements_key()}\n{source.python_path}\n"
    if _STAMP.is_file() and _STAMP.read_text() == stamp and PYTHON.exists():
        return
    log = LOGS / "pip.log"
    if not _is_usable():
        run_logged(
            "Making the Python environment",
            [sys.executable, "-m", "venv", "--clear", VENV],
            log,
        )
        if not _is_usable():
            raise Failure("no pip in a new environment: install python3-venv")
    options = [word for path in REQUIREMENTS for word in ("-r", path)]
    run_logged(
        "Installing Python packages (one to two minutes)",
        [PYTHON, "-m", "pip", "install", *options],
        log,
    )
    (_site_packages() / "odoo.pth").write_text(f"{source.python_path}\n")
    _STAMP.write_text(stamp)


def variables(**extra: str) -> dict[str, str]:
    """The environment variables of the programs we start.

    A database or an Odoo named by the person's own shell must not be taken for ours.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and name not in ("ODOO_RC", "PYTHONHOME")
    }
    paths = [str(SETUP_DIR), str(TESTS_DIR), kept.get("PYTHONPATH", "")]
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    kept["PYTHONUNBUFFERED"] = "1"
    return {**kept, **extra}


def _is_usable() -> bool:
    """Whether the environment is whole and of the Python that runs us."""
    version = "{}.{}".format(*sys.version_info)
    pip = VENV / f"lib/python{version}/site-packages/pip"
    return PYTHON.exists() and pip.is_dir()


def _site_packages() -> Path:
    return next((VENV / "lib").glob("python*/site-packages"))
