"""What others write, damaged at random: nothing untyped, nothing slow, memory bounded.

Run by `setup/bookshop bench hostile [--seconds S] [--seed N]`. No database is touched.
Files of every kind the readers meet are cut, spliced, repeated and sprinkled with what
does harm; then a few bombs are opened, each in a process of its own. Prints one line of
JSON, and one on standard error for each fault; exits with 1 when there was any.

Seconds are those of the processor: what a file costs, whoever else works.
"""

import argparse
import io
import json
import os
import random
import resource
import shlex
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from types import SimpleNamespace

from odoo.addons.l10n_fr_chorus_bookshop.chorus import directory, orders, platform_time
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.approved import cdar, profile
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.edi import (
    edifact,
    invoic_read,
    returns,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.piste import (
    answer,
    corrections,
)
from odoo.addons.l10n_fr_chorus_bookshop.chorus.channels.portal import export, mail
from odoo.addons.l10n_fr_chorus_bookshop.chorus.errors import Refused, UnreadableFile
from odoo.addons.l10n_fr_chorus_bookshop.chorus.payment.line import Line, words
from odoo.addons.l10n_fr_chorus_bookshop.chorus.typeset.letterhead import Letterhead

from bench import _bombs as bombs
from bench import _foreign as foreign
from simulator import directory_files, edi

# What one file may cost, in seconds, and a bomb, in seconds and megabytes.
LONGEST, BOMB_SECONDS, BOMB_MEGABYTES = 2.0, 5.0, 300
# What all of them together may leave behind, in megabytes.
GROWTH = 200
_KEPT = 10

WORDS = returns.Dictionary(
    {"NON CONFORME": returns.REJECTED},
    row="//facture",
    paths={"number": "@numero", "code": "etat", "date": "le", "reason": "motif"},
)
SPICES = [
    *(b"\0", b"\xff", b"\x1a", b'"', b"'", b"?", b"+", b":", b";", b",", b"\t", b"|"),
    *(b"\r", b"\n", b"\r\n", b"\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"UNA:+.? '", b"UNB+UNOC:3+a+b+1+1'", b"UNH+1+APERAK'", b"UNT+2+1'", b"UNZ+1+1'"),
    *(b"<", b">", b"&", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&#0;", b"<row/>"),
    *(b"0001-01-01", b"9999-12-31T23:59:59", b"2611-02-02", b"32/13/2026", b"-0"),
    *(
        b"1e999",
        b"99999999999999999999",
        b"\xc2\xb2",
        b"NaN",
        b"motif : ",
        b"statut : ",
    ),
    *(
        "é".encode("latin-1"),
        "é".encode(),
        "\ud800".encode("utf-16-le", "surrogatepass"),
    ),
]


def main() -> None:
    """Damage files until the time is over, then open the bombs."""
    options = _options()
    rng = random.Random(options.seed)
    signal.signal(signal.SIGVTALRM, _end)
    kinds = _kinds()
    tried, faults, longest = Counter(), [], (0.0, "")
    before = _megabytes()
    end = time.monotonic() + options.seconds
    spent = dict.fromkeys(kinds, 0.0)
    while time.monotonic() < end:
        # Each reader has the same time: slow ones meet fewer files.
        name = min(spent, key=spent.get)
        reader, samples = kinds[name]
        content = _damaged(rng, samples)
        begun = time.process_time()
        if trouble := _trouble(reader, content):
            faults.append(f"{name}: {trouble}: {content[:200]!r}")
        taken = time.process_time() - begun
        spent[name] += taken
        longest = max(longest, (taken, name))
        tried[name] += 1
    growth = _megabytes() - before
    measured = bombs.measure({**_readers(), **_other_readers()})
    bad = [
        name
        for name, (seconds, megabytes) in measured.items()
        if seconds > BOMB_SECONDS or megabytes > BOMB_MEGABYTES
    ]
    for line in faults[:_KEPT]:
        print(line, file=sys.stderr)
    result = {
        "seed": options.seed,
        "seconds": options.seconds,
        "files": sum(tried.values()),
        "by_reader": dict(tried),
        "untyped": len(faults),
        "longest_seconds": round(longest[0], 3),
        "longest": longest[1],
        "memory_growth_mb": growth,
        "bombs": measured,
        "bombs_too_much": bad,
    }
    print(json.dumps(result), flush=True)
    sys.exit(1 if faults or bad or longest[0] > LONGEST or growth > GROWTH else 0)


# ---- READERS ------------------------------------------------------------------------


def _readers() -> dict:
    """What reads each kind of file, by name."""
    return {
        "answers": _read_answer,
        "invoic": _read_invoic,
        "directory": _read_directory,
        "export": _read_export,
        "mail": _read_mail,
        "dates": _read_date,
        **foreign.readers(),
    }


def _other_readers() -> dict:
    """What is only bombed: its own tests damage the files of each."""
    endings = ("pdf", "txt", "docx", "eml")
    return {
        **{f"order.{one}": partial(_read_order, f"a.{one}") for one in endings},
        "status": _read_status,
        "document": _read_document,
        "json": lambda content: answer._json(SimpleNamespace(content=content)),
        "profile": _read_profile,
        "logo": lambda content: Letterhead(logo=content).picture,
        "bank": lambda content: words(
            Line((content.decode(),), Decimal(1), date(2026, 1, 1))
        ),
    }


def _read_order(name, content):
    reading = orders.read_file(content, name)
    foreign.storable(
        *map(str, reading.notes), *(one.value for one in reading.candidates)
    )


def _read_status(content):
    with suppress(UnreadableFile):
        cdar.read(content, datetime.now(UTC), "Europe/Paris")


def _read_document(content):
    with suppress(Refused):
        corrections.unpack(content.decode())


def _read_profile(content):
    with suppress(UnreadableFile):
        profile.from_json(content)


def _read_answer(content):
    try:
        reading = returns.read(content, WORDS)
    except returns.Unreadable:
        return
    finally:
        returns.is_unfinished(content)
    for one in reading.answers:
        foreign.storable(one.code, one.meaning, one.reason, one.platform_id)
        foreign.storable(*one.references)
        assert one.occurred_at is None or 1999 < one.occurred_at.year < 2101
    for one in reading.asides:
        foreign.storable(one.text, one.template % one.values)


def _read_invoic(content):
    try:
        invoic_read.read(content)
    except edifact.SyntaxFault:
        return


def _read_directory(content):
    tally = directory.Tally()
    try:
        for row in directory.read(io.BytesIO(content), tally):
            foreign.storable(*(cell for cell in row if isinstance(cell, str)))
            assert len(row.siret) == 14
            assert row.siret.isascii()
    except UnreadableFile as error:
        foreign.storable(error.template % error.values)
    for one in tally.asides:
        foreign.storable(one.text, one.template % one.values)


def _read_export(content):
    try:
        table = export.table(content)
    except UnreadableFile as error:
        foreign.storable(error.template % error.values)
        return
    columns = export.guess(table.titles)
    if set(export.NEEDED) <= columns.keys():
        for row in export.rows(table, columns):
            foreign.storable(row.number, row.code, row.reason, row.siret)


def _read_mail(content):
    body = content.decode("utf-8", "replace").replace("\0", "")
    text = mail.text_of(body)
    for one in mail.read(text[:80], text, mail.candidates(text)):
        foreign.storable(one.number, one.code, one.reason, *one.sentences)


def _read_date(content):
    platform_time.written(content[:80].decode("utf-8", "replace"))


def _trouble(reader, content) -> str:
    """Say what is wrong with how a file was read, "" when nothing is.

    One that does not end is ended, twice after what a file may cost.
    """
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * LONGEST)
    try:
        reader(content)
    except Exception as error:  # noqa: BLE001 - what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} {error} ({where.filename}:{where.lineno})"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def _end(*_signal) -> None:
    raise _Endless


class _Endless(Exception):
    """A reader was still at its file."""


# ---- SAMPLES ------------------------------------------------------------------------


def _kinds() -> dict:
    """By name: the reader, and files as they should be."""
    samples = {
        "answers": _answers(),
        "invoic": [_edifact("INVOIC", _INVOIC)],
        "directory": _directories(),
        "export": _exports(),
        "mail": _mails(),
        "dates": [b"23/11/2026 9:05", b"2026-11-23T09:05:00+01:00", b"23 nov. 2026"],
        **foreign.samples(),
    }
    return {name: (reader, samples[name]) for name, reader in _readers().items()}


_INVOIC = (
    "BGM+380+F1+9'DTM+137:20261123:102'NAD+SU+1::9++A+B+C++76000+FR'"
    "NAD+BY+2::107++A+B+C++76000+FR'CUX+2:EUR:4'LIN+1++9782070612758:EN'"
    "IMD+F++:::T'QTY+47:2'MOA+203:14.22'PRI+AAA:7.11'TAX+7+VAT+++:::5.5+S'UNS+S'"
    "CNT+2:1'MOA+79:14.22'MOA+9:15'TAX+7+VAT+++:::5.5+S'MOA+125:14.22'MOA+124:0.78'"
)


def _edifact(kind: str, *messages: str) -> bytes:
    whole = "".join(
        f"UNH+{rank}+{kind}:D:96A:UN'{text}UNT+{text.count(chr(39)) + 2}+{rank}'"
        for rank, text in enumerate(messages, start=1)
    )
    start = "UNA:+.? 'UNB+UNOC:3+a:14+b:14+261123:0900+7'"
    return f"{start}{whole}UNZ+{len(messages)}+7'".encode("latin-1")


def _answers() -> list[bytes]:
    contrl = "UCI+9+a:14+b:14+7'UCM+1+INVOIC:D:96A:UN+4+13'UCS+20+12'UCD+13+2:1'"
    aperak = (
        "BGM+312+1+RE'DTM+4:202611231014:203'RFF+IV:F1'RFF+IV:F2'ERC+X'FTX+AAI+++é'"
    )
    csv = (
        'numero_facture;statut;date;motif\nF1;Rejetée;23/11/26 9:05;"a\nb"\nF2;208;;\n'
    )
    xml = "<r><facture numero='F1'><etat>03</etat><le>261123</le></facture></r>"
    cpp = (
        "<CPPStatut><CPPFactureStatutUnitaire><DonneesStatut><IdStatut>08</IdStatut>"
        "<IdFacture>F1</IdFacture></DonneesStatut></CPPFactureStatutUnitaire></CPPStatut>"
    )
    both = _edifact("APERAK", aperak, aperak)
    return [
        edi.aperak("FAC/2026/00001", "L'article est inconnu"),
        edi.contrl("0000123", "4", "12"),
        _edifact("CONTRL", contrl),
        both,
        both + _edifact("CONTRL", contrl).replace(b":", b"|").replace(b"'", b"~"),
        both.replace(b"'", b"'\r\n"),
        both[9:].replace(b"'", b"\n"),
        b"\n".join(both[at : at + 40] for at in range(0, len(both), 40)),
        both.decode("latin-1").encode("utf-16"),
        csv.encode(),
        csv.encode("cp1252"),
        csv.encode("utf-16"),
        xml.encode(),
        cpp.encode(),
    ]


def _directories() -> list[bytes]:
    bodies = [
        directory_files.structure(f"{21590350100010 + n}", f"ÉCOLE {n}")
        for n in range(5)
    ]
    services = [directory_files.service("21590350100012", "A b", "Bibliothèque")]
    text = directory_files.csv_text(bodies)
    return [
        text.encode(),
        text.replace(";", "|").encode("cp1252"),
        directory_files.csv_text(services).encode("utf-16"),
        directory_files.csv_zip(bodies, services),
        directory_files.xlsx(bodies, services),
        directory_files.xml_zip(bodies, services),
        zipfile.ZipFile(io.BytesIO(directory_files.xml_zip(bodies, services))).read(
            zipfile.ZipFile(
                io.BytesIO(directory_files.xml_zip(bodies, services))
            ).namelist()[0]
        ),
    ]


def _exports() -> list[bytes]:
    rows = [
        ["Exporté le", "23/11/2026"],
        ["Numéro", "Statut", "Date du statut", "Montant TTC"],
        ["F1", "Suspendue", "23/11/2026 9:05", "1 234,50 €"],
        ['F"2', "Rejetée", "", "-3"],
    ]
    text = "\n".join(map(";".join, rows))
    return [text.encode(), text.encode("utf-16"), bombs.workbook(rows)]


def _mails() -> list[bytes]:
    html = (
        "<body><h3>Factures suspendues</h3><table><tr><td>FAC/2026/1</td></tr>"
        "</table><p>Numéro : A/1<br/>Statut : Suspendue<br/>Motif : bon</p></body>"
    )
    flux = "le flux FSO1117A_CPP001_CPP0011117000000000425903 a été rejetée, motif : x"
    return [html.encode(), flux.encode()]


# ---- DAMAGE -------------------------------------------------------------------------


def _damaged(rng: random.Random, samples: list[bytes]) -> bytes:
    """A sample, damaged once or several times; one in twenty is left whole."""
    content = rng.choice(samples)
    if content.startswith(b"PK") and rng.random() < 0.7:
        return _damaged_inside(rng, content)
    for _blow in range(rng.choice((0, 1, 1, 2, 2, 3, 5, 8))):
        content = _blow_on(rng, content, samples)
    return content


def _damaged_inside(rng: random.Random, content: bytes) -> bytes:
    """A ZIP that is whole, one of its parts damaged."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(output, "w") as other,
    ):
        struck = rng.choice(archive.namelist())
        for name in archive.namelist():
            part = archive.read(name)
            if name == struck:
                for _blow in range(rng.randint(1, 4)):
                    part = _blow_on(rng, part, [part])
            other.writestr(name, part)
    return output.getvalue()


def _blow_on(rng: random.Random, content: bytes, samples: list[bytes]) -> bytes:
    at, width = rng.randrange(len(content) + 1), rng.choice((1, 2, 5, 20, 100))
    kind = rng.randrange(7)
    if kind == 0:
        return content[:at] + content[at + width :]
    if kind == 1:
        return content[:at] + rng.choice(SPICES) + content[at:]
    if kind == 2:
        return content[:at] + rng.choice(SPICES) + content[at + width :]
    if kind == 3:
        return (
            content[:at] + content[at : at + width] * rng.randint(2, 200) + content[at:]
        )
    if kind == 4:
        other = rng.choice(samples)
        return content[:at] + other[rng.randrange(len(other) + 1) :]
    if kind == 5:
        return content[:at]
    return content[:at] + rng.randbytes(width) + content[at + width :]


def _megabytes() -> int:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bookshop bench hostile")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(shlex.split(os.environ.get("BOOKSHOP_BENCH_ARGS", "")))


main()
