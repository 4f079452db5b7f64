"""Programs that come from the machine's own packages."""

import os
import shutil
import subprocess
from pathlib import Path

from . import postgres
from .console import Failure, run_logged
from .paths import LOGS

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


def ensure(*, browser: bool = False) -> None:
    """Have what the product needs, and a browser where pages are tested."""
    missing = _missing(browser=browser)
    if missing:
        _install(missing)
        still = _missing(browser=browser)
        if still:
            raise Failure(f"still missing after the installation: {' '.join(still)}")


def chromium() -> str | None:
    """The browser that drives the page tests, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def renders_several_documents() -> bool:
    """Whether wkhtmltopdf takes several documents in a call: its patched build."""
    version = subprocess.run(
        ["wkhtmltopdf", "--version"], capture_output=True, text=True, check=False
    )
    return "patched qt" in version.stdout.lower()


def _missing(*, browser: bool) -> list[str]:
    """The Debian packages to install."""
    present = {
        "postgresql": postgres.programs() is not None,
        "wkhtmltopdf": shutil.which("wkhtmltopdf") is not None,
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
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"missing on this machine, run: sudo {' '.join(command)}")
    log = LOGS / "apt.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_logged("Updating apt's lists", ["apt-get", "update"], log, env=environment)
    run_logged(
        f"Installing {' '.join(packages)}",
        command,
        log,
        env=environment,
    )
