"""What loading the whole directory costs, against the least it could.

Run by `setup/bookshop bench directory [--structures N] [--services N] [--formats
F ...]` inside Odoo's shell, on a database of its own. Prints one line of JSON per
format, CSV last.

Measured, each format in a process of its own: the first load into empty tables, the
same file again, then one of which 1 % of the bodies changed. `peak_rss_mb` is the peak
of all three; `empty_process_mb` the same process before it has read anything.
Floor, in the same run: both tables staged by a bare COPY and turned into tables with
the same indexes by one statement each; for XLSX and XML, plus a bare pass of openpyxl
or of lxml's iterparse over the same file.
"""

import argparse
import base64
import csv
import io
import os
import random
import shlex
import tempfile
import time
import zipfile
from itertools import chain
from pathlib import Path

import openpyxl
import xlsxwriter
from lxml import etree
from stdnum import luhn

from odoo.tools import SQL

from bench import _measure
from bookshop_tool import workspace
from simulator import directory_files as files

FORMATS = ("xlsx", "xml", "csv")
LOADS = ("first", "again", "changed")
WORDS = ("MAIRIE", "LYCEE", "ECOLE", "MUSEE", "SAINT", "GRAND", "NORD", "BOIS", "VAL")
TABLES = {"structure": files.STRUCTURE, "service": files.SERVICE}
NUMBERS = ("TypeIdentifiant", "Identifiant", "CodePostal")


def main(env) -> None:
    """Measure and print the results."""
    options = _options()
    if options.measured:
        _measured(env, options)
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.formats:
            _prepare(env, options, kind, Path(folder))
            _second_half(env, "--measured", kind, "--folder", folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench directory")
    parser.add_argument("--structures", type=int, default=200_000)
    parser.add_argument("--services", type=int, default=80_000)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    for hidden in ("--measured", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    return parser.parse_args(_arguments())


def _arguments() -> list[str]:
    return shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", ""))


def _second_half(env, *more: str) -> None:
    """Measure one format in a fresh process, on what is committed."""
    script = Path(__file__)
    done = workspace.run_shell(env.cr.dbname, script, *_arguments(), *more)
    if done.returncode:
        raise SystemExit(done.returncode)


# --- data ----------------------------------------------------------------------------


def _bodies(count: int, changed: bool):
    """Rows of bodies; `changed`, one in a hundred needs a service code."""
    some = random.Random(1)
    for number in range(count):
        stem = f"2{number:012}"
        name = " ".join(some.choices(WORDS, k=4))
        yield files.structure(
            stem + luhn.calc_check_digit(stem),
            f"{name} {number}",
            GestionService="true" if changed and number % 100 == 0 else "false",
            Adresse=f"{number % 200} RUE DE {some.choice(WORDS)}",
            CodePostal=f"{1000 + number % 95_000:05}",
            Ville=" ".join(some.choices(WORDS, k=2)),
        )


def _services(options):
    """Rows of services, of the first bodies."""
    for number, body in zip(
        range(options.services), _bodies(options.structures, False), strict=False
    ):
        siret = body["Identifiant"]
        yield files.service(siret, f"SVC{number}", f"Service {number}")


def _prepare(env, options, kind: str, folder: Path) -> None:
    """Make the files of one format and hand them to Odoo, as uploads do."""
    for load in LOADS:
        path = folder / f"{load}.{kind}"
        if load == "again":
            path.write_bytes((folder / f"first.{kind}").read_bytes())
        else:
            rows = _bodies(options.structures, load == "changed")
            WRITERS[kind](path, rows, _services(options))
        env["l10n_fr_chorus.import"].create(
            {
                "name": f"{load}.{kind}",
                "file": base64.b64encode(path.read_bytes()),
                "to_confirm": False,
            }
        )
    if not (folder / "structure").exists():
        _write_table(folder / "structure", _bodies(options.structures, False))
        _write_table(folder / "service", _services(options))
    env.cr.commit()


def _write_xlsx(path: Path, bodies, services) -> None:
    """A workbook whose texts stand in its cells, as servers write them."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for title, rows in (("Structures", bodies), ("Services", services)):
            sheet = book.add_worksheet(title)
            first = next(rows)
            sheet.write_row(0, 0, first)
            for place, row in enumerate(chain((first,), rows), start=1):
                cells = [
                    int(value) if name in NUMBERS and value else value
                    for name, value in row.items()
                ]
                sheet.write_row(place, 0, cells)


def _write_xml(path: Path, bodies, services) -> None:
    by_siret = {}
    for row in services:
        by_siret.setdefault(row["Identifiant"], []).append(row)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("FAR0037.xml", "w") as output,
    ):
        files.write_xml(output, bodies, by_siret)


def _write_csv(path: Path, bodies, services) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (("structures.csv", bodies), ("services.csv", services)):
            with archive.open(name, "w") as output:
                _write_rows(output, rows, ";", header=True)


def _write_table(path: Path, rows) -> None:
    with path.open("wb") as output:
        _write_rows(output, rows, ",", header=False)


def _write_rows(output, rows, separator: str, *, header: bool) -> None:
    text = io.TextIOWrapper(output, "utf-8", newline="")
    first = next(rows)
    writer = csv.DictWriter(text, list(first), delimiter=separator)
    if header:
        writer.writeheader()
    writer.writerows(chain((first,), rows))
    text.flush()
    text.detach()


WRITERS = {"xlsx": _write_xlsx, "xml": _write_xml, "csv": _write_csv}


# --- measures ------------------------------------------------------------------------


def _measured(env, options) -> None:
    kind = options.measured
    folder = Path(options.folder)
    env.cr.execute("TRUNCATE l10n_fr_chorus_structure CASCADE")
    env.cr.commit()
    env["l10n_fr_chorus.import"]._work()
    _measure.forget_peak()
    empty = _measure.memory("VmRSS")
    seconds, written = {}, {}
    for load in LOADS:
        seconds[load], written[load] = _load(env, f"{load}.{kind}")
    peak = _measure.memory("VmHWM")
    floor = _floor(env, folder) + PASSES[kind](folder / f"first.{kind}")
    rows = options.structures + options.services
    _measure.report(
        {
            "format": kind,
            "structures": options.structures,
            "services": options.services,
            "seconds": seconds["first"],
            "rows_per_second": round(rows / seconds["first"]),
            "reload_seconds": seconds["again"],
            "changed_seconds": seconds["changed"],
            "peak_rss_mb": peak,
            "empty_process_mb": empty,
            "floor_seconds": floor,
            "ratio": seconds["first"] / floor,
            "reload_ratio": seconds["again"] / floor,
            "changed_ratio": seconds["changed"] / floor,
            "rows_written": written["first"],
            "rows_written_on_reload": written["again"],
            "rows_written_on_change": written["changed"],
        }
    )


def _load(env, name: str) -> tuple[float, int]:
    """Load one file; return the seconds it took and the rows it wrote."""
    one = env["l10n_fr_chorus.import"].search([("name", "=", name)])
    one.state = "reading"
    env.cr.execute("SELECT txid_current()")
    [before] = env.cr.fetchone()
    env.cr.commit()
    start = time.monotonic()
    one._work()
    seconds = time.monotonic() - start
    if one.state != "done":
        message = f"{name} was not loaded: {one.message}"
        raise AssertionError(message)
    env.cr.execute(
        """
        SELECT (SELECT count(*) FROM l10n_fr_chorus_structure
                 WHERE xmin::text::bigint > %(before)s)
             + (SELECT count(*) FROM l10n_fr_chorus_service
                 WHERE xmin::text::bigint > %(before)s)
        """,
        {"before": before},
    )
    [written] = env.cr.fetchone()
    return seconds, written


def _floor(env, folder: Path) -> float:
    """Both tables by a bare COPY, one CREATE TABLE AS and the same indexes; undone."""
    env.cr.rollback()
    indexes = {name: _indexes(env, name) for name in TABLES}
    start = time.monotonic()
    for name, columns in TABLES.items():
        texts = ", ".join(f'"{column}" text' for column in columns)
        env.cr.execute(f"CREATE TEMPORARY TABLE raw_{name} ({texts})")
        with (folder / name).open("rb") as file:
            env.cr.copy_expert(f"COPY raw_{name} FROM STDIN (FORMAT csv)", file)
        env.cr.execute(TURNED[name])
        for definition in indexes[name]:
            env.cr.execute(definition)
    seconds = time.monotonic() - start
    env.cr.rollback()
    return seconds


TURNED = {
    "structure": """
        CREATE TABLE floor_structure AS
        SELECT row_number() OVER () AS id, "Identifiant" AS siret,
               "RaisonSociale" AS name, "StructureActive"::boolean AS is_active,
               "GestionService"::boolean AS service_required,
               "GestionEngagement"::boolean AS engagement_required,
               "GestionServiceEngagement"::boolean AS service_or_engagement_required,
               NOT "GestionStatutMiseEnPaiement"::boolean AS payment_not_reported,
               "EstMOAUniquement"::boolean AS works_owner_only, "Adresse" AS street,
               "ComplementAdresse1" || "ComplementAdresse2" AS street2,
               "CodePostal" AS zip, "Ville" AS city, 'file' AS source,
               now() AS checked_at, NULL::integer AS company_id
          FROM raw_structure
    """,
    "service": """
        CREATE TABLE floor_service AS
        SELECT row_number() OVER () AS id, body.id AS structure_id, "Code" AS code,
               "Nom" AS name, "ServiceActif"::boolean AS active,
               "GestionEGMT"::boolean AS engagement_required
          FROM raw_service JOIN floor_structure AS body ON siret = "Identifiant"
    """,
}


def _indexes(env, name: str) -> list[str]:
    """The statements that give the floor's table the indexes of the real one."""
    table = f"l10n_fr_chorus_{name}"
    rows = env.execute_query(
        SQL("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", table)
    )
    return [
        definition.replace(f".{table} ", f".floor_{name} ").replace(
            f" {index} ", f" floor_{number}_{name} "
        )
        for number, (index, definition) in enumerate(rows)
    ]


def _pass_xlsx(path: Path) -> float:
    start = time.monotonic()
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass
    return time.monotonic() - start


def _pass_xml(path: Path) -> float:
    start = time.monotonic()
    with zipfile.ZipFile(path) as archive, archive.open("FAR0037.xml") as file:
        for _event, element in etree.iterparse(file):
            element.clear()
    return time.monotonic() - start


PASSES = {"xlsx": _pass_xlsx, "xml": _pass_xml, "csv": lambda _path: 0.0}


main(env)  # noqa: F821 - Odoo's shell defines it
