"""The command-line tool: what it decides, apart from the long steps it takes."""

import os
import re
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bookshop_tool import (
    console,
    lock,
    measuring,
    odoo_source,
    services,
    system,
    template,
    testing,
)
from bookshop_tool.console import Failure
from bookshop_tool.paths import MODULE, MODULE_DIR, ROOT, SETUP_DIR, TESTS_DIR

BOOKSHOP = SETUP_DIR / "bookshop"
BENCHES = TESTS_DIR / "bench"


def bookshop(*words, **variables):
    """Run the tool as a person does, from another folder."""
    return subprocess.run(
        [sys.executable, str(BOOKSHOP), *words],
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, **variables},
        timeout=60,
        check=False,
    )


# -- The command line --------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    ["demo", "serve", "test", "lint", "bench", "screenshots", "shell", "stop"],
)
def test_every_command_has_help(command):
    done = bookshop(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: bookshop {command}")


@pytest.mark.parametrize("script", sorted(BENCHES.glob("[!_]*.py")))
def test_a_measurement_tells_its_options_before_anything_is_installed(
    script, monkeypatch, capsys
):
    """The help of one installed Odoo and a database first."""
    monkeypatch.setattr(measuring, "_run", None)
    assert measuring.bench(script.stem, ["--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"`setup/bookshop bench {script.stem}" in told
    options = re.findall(r'add_argument\("(-[^"]+)"', script.read_text())
    assert [one for one in options if one not in told] == []


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--nope"], []])
def test_a_wrong_command_is_told_in_one_line(words):
    done = bookshop(*words)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_an_odoo_home_without_odoo_is_told_in_one_line(tmp_path):
    done = bookshop(
        "simulator", ODOO_HOME=str(tmp_path), BOOKSHOP_RUNTIME=str(tmp_path)
    )
    assert done.returncode == 1
    assert done.stderr == f"bookshop: ODOO_HOME={tmp_path} does not hold an Odoo 19.0\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_runtime_of_somebody_else_is_told_in_one_line():
    done = bookshop("stop", BOOKSHOP_RUNTIME="/proc/bookshop")
    assert done.returncode == 1
    assert "set BOOKSHOP_RUNTIME" in done.stderr


# -- Steps and locks ---------------------------------------------------------------


def test_a_failed_step_gives_its_reason_and_its_log(tmp_path):
    log = tmp_path / "step.log"
    script = "echo 'KeyError: 7'; echo '2026-01-01 10:00:00,0 1 INFO db x: bye'; exit 3"
    with pytest.raises(Failure, match=r"KeyError: 7 \(log: .*step\.log\)"):
        console.run_logged("A step", ["sh", "-c", script], log)


def test_the_lock_is_free_inside_itself_and_released_after():
    with lock.exclusive(), lock.exclusive():
        assert lock._depth == 1
    assert lock._depth == 0


def test_a_free_port_is_free_until_taken():
    port = services.free_port()
    assert services.is_free(port)


@pytest.mark.parametrize(
    "start", [lambda port: services.start_odoo("none", port), services.start_simulator]
)
def test_who_answers_on_a_taken_port_is_not_taken_for_ours(start):
    """H7: the tool took whoever answered there for its own server."""
    with socket.create_server((services.HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port} is taken"):
            start(port)


# -- The machine's packages --------------------------------------------------------


@pytest.fixture
def machine(monkeypatch):
    """A machine that lacks these packages; what is run on it."""

    def lacking(*missing, offered):
        run, lacks = [], list(missing)

        def run_logged(_title, command, _log, **_options):
            run.append(command[1])
            if command[1] == "install":
                lacks[:] = [one for one in lacks if one not in command]

        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(system, "_missing", lambda **_which: list(lacks))
        monkeypatch.setattr(system, "_is_offered", lambda _package: offered)
        monkeypatch.setattr(system, "run_logged", run_logged)
        return run

    return lacking


def test_a_debian_without_page_printer_is_enough(machine, capsys):
    """Debian 13 has none; what is sent to Chorus Pro is typeset without."""
    run = machine("postgresql", "wkhtmltopdf", offered=False)
    system.ensure()
    assert run == ["update", "install"]
    assert "Odoo's own prints will not work" in capsys.readouterr().err
    system.ensure()
    assert run == ["update", "install"], "nothing is looked for again"


def test_a_debian_with_page_printer_gets_it(machine):
    run = machine("postgresql", "wkhtmltopdf", offered=True)
    system.ensure()
    assert run == ["update", "install"]
    assert system._missing() == []


def test_a_new_debian_has_no_environments(monkeypatch):
    monkeypatch.setattr(system.importlib.util, "find_spec", lambda _name: None)
    assert "python3-venv" in system._missing(browser=False)


# -- Odoo's source -----------------------------------------------------------------


def odoo_tree(folder: Path, version: str, account_in: str) -> Path:
    release = folder / "odoo" / "release.py"
    release.parent.mkdir(parents=True)
    release.write_text(f"version_info = ({version}, 0, FINAL, 0, '')\n")
    (folder / account_in / "account").mkdir(parents=True)
    return folder


def test_a_git_tree_has_two_folders_of_addons(tmp_path):
    source = odoo_source._read(odoo_tree(tmp_path, "19, 0", "addons"))
    assert source.addons == (tmp_path / "addons", tmp_path / "odoo" / "addons")


def test_a_packaged_tree_has_all_addons_inside(tmp_path):
    source = odoo_source._read(odoo_tree(tmp_path, "19, 0", "odoo/addons"))
    assert source.addons == (tmp_path / "odoo" / "addons",)
    assert odoo_source._read(tmp_path / "odoo") == source


def test_another_series_is_not_taken(tmp_path):
    assert odoo_source._read(odoo_tree(tmp_path, "18, 0", "addons")) is None


# -- Templates ---------------------------------------------------------------------


def test_any_warning_of_an_installation_is_found():
    log = (
        "2026-11-23 06:28:31,186 10385 WARNING db odoo.modules.module: not a package\n"
        "2026-11-23 06:28:31,187 10385 INFO db odoo.modules: no ERROR at all\n"
        "2026-11-23 06:28:31,188 10385 ERROR db odoo.sql_db: bad query\n"
        "2026-11-23 06:28:31,189 10385 CRITICAL db odoo.modules.module: not loaded\n"
        "<string>:38: (ERROR/3) Unexpected indentation.\n"
        "Running as user 'root' is a security risk.\n"
    )
    bad = [line.split()[:4][-1] for line in template.bad_lines(log)]
    assert bad == ["WARNING", "ERROR", "CRITICAL", "indentation."]


def test_a_template_depends_on_every_file_but_tests_and_pictures():
    files = {str(path.relative_to(MODULE_DIR)) for path in template.module_files()}
    assert {"__manifest__.py", "chorus/invoice.py"} <= files
    assert not [name for name in files if name.startswith(("tests/", "static/"))]
    assert not [name for name in files if name.endswith(".pyc")]


def test_the_copies_of_a_dead_process_are_known():
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert not template._is_alive(process.pid)
    assert template._is_alive(os.getpid())
    assert template._COPY.search(template.copy_name("orm"))[1] == str(os.getpid())


# -- Test runs ---------------------------------------------------------------------


def test_the_orm_tests_are_shared_out(tmp_path):
    for name in "abc":
        (tmp_path / f"test_{name}.py").touch()
    shared = testing.halves(["-x", str(tmp_path)])
    assert shared == [
        ["-x", str(tmp_path / "test_a.py"), str(tmp_path / "test_c.py")],
        ["-x", str(tmp_path / "test_b.py")],
    ]
    assert testing.halves(["-x", "one.py::test"]) == [["-x", "one.py::test"]]


def test_without_a_path_every_run_gets_the_options():
    plan = testing.split_by_kind(["-x"])
    assert plan["unit"] == ["-x", str(ROOT / "tests" / "unit")]


def test_a_path_chooses_its_run_alone():
    path = "tests/unit/test_setup_tool.py::test_x"
    assert testing.split_by_kind([path, "-q"]) == {"unit": ["-q", str(ROOT / path)]}


def test_the_value_of_an_option_is_not_a_path():
    plan = testing.split_by_kind(["-k", "siret"])
    assert plan["unit"][:2] == ["-k", "siret"]


def test_the_closing_line_counts_errors_as_failures(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase/><testcase/><testcase><skipped/></testcase>"
        "<testcase><failure/></testcase><testcase><failure/><error/></testcase>"
        "</testsuite></testsuites>"
    )
    tally = testing.read_tally(report, 1) + testing.Tally(passed=1)
    assert str(tally) == "3 passed, 2 failed, 1 skipped"


def test_a_run_that_died_has_failed(tmp_path):
    assert testing.read_tally(tmp_path / "none.xml", 3) == testing.Tally(failed=1)
    assert testing.read_tally(tmp_path / "none.xml", -9) == testing.Tally(failed=1)
    assert testing.read_tally(tmp_path / "none.xml", 5) == testing.Tally()


@pytest.mark.parametrize(
    ("codes", "worst"), [([0, 0], 0), ([0, 5], 0), ([5, 5], 5), ([0, 1, 5], 1)]
)
def test_the_worst_exit_code_wins(codes, worst):
    assert testing.worst_code(codes) == worst


# -- The project's files -----------------------------------------------------------


def test_the_module_builds_as_a_wheel(tmp_path):
    subprocess.run(
        [sys.executable, "setup.py", "-q", "egg_info", "-e", tmp_path]
        + ["build", "-b", tmp_path / "build", "bdist_wheel", "-d", tmp_path],
        cwd=SETUP_DIR / MODULE,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith(f"odoo_addon_{MODULE}-19.0.")
    assert f"odoo/addons/{MODULE}/__manifest__.py" in names
    assert f"odoo/addons/{MODULE}/static/description/icon.png" in names
    assert not [name for name in names if name.endswith(".pyc")]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_no_file_names_a_mirror():
    hosts = [f"{name}.org" for name in ("deb.debian", "pypi", "pythonhosted")]
    # The checkout may belong to another user, as in a container.
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    tracked = subprocess.check_output([*git, "ls-files"], text=True)
    paths = [ROOT / name for name in tracked.splitlines()]
    texts = {path: path.read_bytes() for path in paths if path.is_file()}
    found = [
        (path.name, host)
        for path, text in texts.items()
        for host in hosts
        if host.encode() in text
    ]
    assert found == []
