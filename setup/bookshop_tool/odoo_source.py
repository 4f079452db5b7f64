"""Finds Odoo 19, or fetches it."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, run_logged
from .paths import LOGS, RUNTIME

SERIES = "19.0"
_REPOSITORY = "https://github.com/odoo/odoo.git"
_HOME = RUNTIME / "odoo"
_DEBIAN_PACKAGES = "usr/lib/python3/dist-packages"

#: Debian's odoo-19 links to files of these packages by relative links.
#: Font Awesome and Inconsolata changed their paths after Debian 12.
_PACKAGES = {
    "sid": (
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-ocr-b",
    ),
    "bookworm": ("fonts-font-awesome", "fonts-inconsolata"),
}
#: Named by a manifest but left out of the Debian package for its licence; only
#: background blur in video calls uses it. Empty, it keeps browser consoles clean.
_LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo tree: what goes on Python's path, and its folders of addons."""

    python_path: Path
    addons: tuple[Path, ...]
    release: str

    @property
    def key(self) -> str:
        """What tells this tree from another, for the caches."""
        return f"{self.python_path}\n{self.release}"


def ensure() -> OdooSource:
    """The first Odoo 19 found, else a fetched one."""
    named = os.environ.get("ODOO_HOME")
    if named:
        source = _read(Path(named).resolve())
        if source is None:
            raise Failure(f"ODOO_HOME={named} does not hold an Odoo {SERIES}")
        return source
    return _importable() or _fetched() or _fetch()


def _read(folder: Path) -> OdooSource | None:
    """The Odoo tree at ``folder``, or None when it holds no Odoo 19."""
    if (folder / "release.py").is_file():
        folder = folder.parent
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        return None
    text = release.read_text()
    if not re.search(r"^version_info = \(19, 0,", text, re.MULTILINE):
        return None
    inside = folder / "odoo" / "addons"
    # Debian keeps all addons inside, and leaves a useless shell of them outside.
    outside = () if (inside / "account").is_dir() else (folder / "addons",)
    addons = (*outside, inside)
    return OdooSource(folder, addons, text)


def _importable() -> OdooSource | None:
    spec = importlib.util.find_spec("odoo")
    locations = (spec and spec.submodule_search_locations) or ()
    return next(filter(None, (_read(Path(path).parent) for path in locations)), None)


def _fetched() -> OdooSource | None:
    return _read(_HOME / _DEBIAN_PACKAGES) or _read(_HOME)


def _fetch() -> OdooSource:
    """Fetch next to the final place, so that a killed run leaves no half tree."""
    partial = _HOME.with_name("odoo.partial")
    shutil.rmtree(partial, ignore_errors=True)
    mirror = _debian_mirror()
    if mirror:
        _fetch_debian(mirror, partial)
    else:
        _fetch_git(partial)
    shutil.rmtree(_HOME, ignore_errors=True)
    partial.rename(_HOME)
    source = _fetched()
    if source is None:
        raise Failure(f"what was fetched into {_HOME} is not an Odoo {SERIES}")
    return source


def _debian_mirror() -> str | None:
    """The address of the machine's own Debian mirror, from apt's configuration."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    targets = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)|$(LABEL)|$(REPO_URI)",
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in targets.stdout.splitlines():
        origin, label, address = line.split("|", 2)
        if (origin, label) == ("Debian", "Debian"):
            return address
    return None


def _fetch_debian(mirror: str, target: Path) -> None:
    """Download and unpack Debian's package, with a private apt beside the system's.

    Nothing is installed, so no root is needed; apt checks the signatures.
    """
    folder = RUNTIME / "fetch"
    debs = folder / "debs"
    for path in ("lists/partial", "cache/archives/partial", "debs"):
        (folder / path).mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    sources.write_text("".join(f"deb {mirror} {suite} main\n" for suite in _PACKAGES))
    apt = [
        "apt-get",
        f"-oDir::Etc::SourceList={sources}",
        "-oDir::Etc::SourceParts=/dev/null",
        f"-oDir::State::Lists={folder / 'lists'}",
        f"-oDir::Cache={folder / 'cache'}",
        "-oAcquire::Languages=none",
        "-oAPT::Sandbox::User=",
    ]
    names = [f"{name}/{suite}" for suite, group in _PACKAGES.items() for name in group]
    log = LOGS / "fetch-odoo.log"
    run_logged("Reading Debian's lists", [*apt, "update"], log)
    run_logged(
        "Downloading Odoo 19 (130 MB)", [*apt, "download", *names], log, cwd=debs
    )
    unpack = 'for deb in *.deb; do dpkg-deb -x "$deb" "$0" || exit; done'
    run_logged("Unpacking Odoo 19", ["sh", "-c", unpack, target], log, cwd=debs)
    supplied = target / _DEBIAN_PACKAGES / "odoo" / "addons" / _LEFT_OUT
    supplied.parent.mkdir(parents=True, exist_ok=True)
    supplied.touch()
    _check_links(target)
    shutil.rmtree(folder)


def _check_links(tree: Path) -> None:
    """Refuse a tree with links to nowhere: each web page would answer 500."""
    for path in tree.rglob("*"):
        if path.is_symlink() and not path.exists():
            raise Failure(f"a file of Odoo is missing: {path} leads nowhere")


def _fetch_git(target: Path) -> None:
    if not shutil.which("git"):
        raise Failure(
            "no Odoo 19 here: install git, or set ODOO_HOME to an Odoo 19 tree"
        )
    run_logged(
        "Cloning Odoo 19",
        ["git", "clone", "--depth", "1", "--branch", SERIES, _REPOSITORY, target],
        LOGS / "fetch-odoo.log",
    )
