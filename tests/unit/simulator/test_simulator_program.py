"""``python -m simulator`` as the demo starts it."""

import ast
import subprocess
import sys
from pathlib import Path

from simulator_kit import Platform

from simulator.client import Admin

TESTS = Path(__file__).resolve().parents[2]


def test_it_shares_no_code_with_the_module():
    libraries = {"asyncssh", "lxml", "openpyxl", "pypdf"}
    allowed = {*sys.stdlib_module_names, *libraries, "simulator"}
    for source in (TESTS / "simulator").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "simulator"] if node.level == 0 else []
            else:
                continue
            assert {name.partition(".")[0] for name in names} <= allowed, source


def test_it_says_where_it_listens_and_answers():
    command = [sys.executable, "-m", "simulator", "--port", "0", "--clock", "virtual"]
    with subprocess.Popen(
        command, cwd=TESTS, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline().strip()
            assert line.startswith("listening on http://127.0.0.1:")
            url = line.rpartition(" ")[2]
            assert Admin(url).clock()["frozen"] is True
            assert Platform(url).connect()[0] == 200
        finally:
            process.terminate()
