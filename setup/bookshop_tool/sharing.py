"""A plugin of pytest: runs of the same tests share them out, file by file.

Each run takes the next file that no other has taken, by making a file of its name in a
folder of theirs: none waits long for another at the end.
"""

import hashlib
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--taken", type=Path, help="folder of the files' names taken")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Sharing(config.getoption("--taken")))


class _Sharing:
    def __init__(self, folder: Path):
        self._folder = folder
        self._ours: dict[Path, bool] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Leave out what another run has: true is to say that nothing is left to do."""
        if item.path not in self._ours:
            self._ours[item.path] = self._take(item.path)
        return None if self._ours[item.path] else True

    def _take(self, path: Path) -> bool:
        name = hashlib.sha256(str(path).encode()).hexdigest()
        try:
            (self._folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True
