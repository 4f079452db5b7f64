"""Programs that come from the machine's own packages."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from . import postgres
from .console import Failure, run_logged, say
from .paths import LOGS

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
#: Odoo's page printer: what we send needs none, and Debian 13 no longer has it.
_PRINTER = "wkhtmltopdf"


def ensure(*, browser: bool = False) -> None:
    """Have what the product needs, and a browser where pages are tested."""
    missing = _missing(browser=browser)
    if missing:
        _install(missing)
        still = _missing(browser=browser)
        if _PRINTER in still:
            say(
                f"no {_PRINTER} in this system's packages: Odoo's own prints will not "
                "work. What is sent to Chorus Pro needs none."
            )
        if set(still) - {_PRINTER}:
            raise Failure(f"still missing after the installation: {' '.join(still)}")


def chromium() -> str | None:
    """The browser that drives the page tests, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def renders_several_documents() -> bool:
    """Whether wkhtmltopdf takes several documents in a call: its patched build."""
    if not shutil.which(_PRINTER):
        return False
    version = subprocess.run(
        [_PRINTER, "--version"], capture_output=True, text=True, check=False
    )
    return "patched qt" in version.stdout.lower()


def _missing(*, browser: bool) -> list[str]:
    """The Debian packages to install."""
    present = {
        # Debian has Python without what makes an environment.
        "python3-venv": importlib.util.find_spec("ensurepip") is not None,
        "postgresql": postgres.programs() is not None,
        _PRINTER: shutil.which(_PRINTER) is not None,
        "fonts-dejavu-core": _has_font("DejaVuSans.ttf"),
        # Chinese, Japanese and Korean, in 2 MB.
        "fonts-droid-fallback": _has_font("DroidSansFallbackFull.ttf"),
        "fonts-liberation": _has_font("LiberationSans-Regular.ttf"),
        "chromium": not browser or chromium() is not None,
    }
    return [package for package, found in present.items() if not found]


def _has_font(name: str) -> bool:
    return any(
        next(Path(folder).rglob(name), None) is not None for folder in _FONT_FOLDERS
    )


def _install(packages: list[str]) -> None:
    may = os.geteuid() == 0 and shutil.which("apt-get")
    log = LOGS / "apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Where it alone is missing, the lists were read when the others came.
    if may and packages != [_PRINTER]:
        run_logged("Updating apt's lists", ["apt-get", "update"], log, env=environment)
    packages = [one for one in packages if one != _PRINTER or _is_offered(one)]
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not may:
        raise Failure(f"missing on this machine, run: sudo {' '.join(command)}")
    run_logged(
        f"Installing {' '.join(packages)}",
        command,
        log,
        env=environment,
    )


def _is_offered(package: str) -> bool:
    """Whether the system's own package lists have this package."""
    if not shutil.which("apt-cache"):
        return False
    found = subprocess.run(
        ["apt-cache", "show", package], capture_output=True, check=False
    )
    return found.returncode == 0 and bool(found.stdout)
