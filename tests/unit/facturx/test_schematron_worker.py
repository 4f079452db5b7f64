"""The Schematron as we change it finds what the published one finds."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

import factories
from chorus.facturx import cii, dialect, schemas
from chorus.facturx.schematron_worker import quick

pytestmark = pytest.mark.skipif(
    not schemas.schematron_available(), reason="saxonche is absent"
)
ADDON = Path(schemas.__file__).parents[2]
DAMAGED = 40

# Saxon is native code, in a process of its own as in the product.
COMPARE = """
import sys
from pathlib import Path
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor
from chorus.facturx.schematron_worker import Sheets

SVRL = "{http://purl.oclc.org/dsdl/svrl}"

def found(report, path, document):
    try:
        root = etree.fromstring(report(path, document).encode())
    except PySaxonApiError as error:
        return "refused"
    return [
        (one.tag, dict(one.attrib), "".join(one.itertext()))
        for one in root.iter(SVRL + "failed-assert", SVRL + "successful-report")
    ]

with PySaxonProcessor(license=False) as processor:
    sheets = Sheets(processor)
    rules = set()
    for path in sys.argv[2:]:
        for file in sorted(Path(sys.argv[1]).glob("*.xml")):
            document = file.read_text()
            ours = found(sheets.report, path, document)
            theirs = found(sheets.as_published, path, document)
            assert ours == theirs, (path, file, ours, theirs)
            rules |= {one[1].get("id") for one in theirs if theirs != "refused"}
    print(len(rules))
"""


def sheets(*books: schemas.Rulebook) -> list[str]:
    return [
        str(schemas._directory() / one) for book in books for one in book.schematrons
    ]


def damage(rng: random.Random, document: bytes) -> bytes:
    """Take out, repeat or move an element, or write another value, a few times."""
    root = etree.fromstring(document)
    for _blow in range(rng.choice((1, 1, 2, 4, 10))):
        elements = [one for one in root.iter(etree.Element) if one is not root]
        struck, other = rng.choice(elements), rng.choice(elements)
        kind = rng.randrange(4)
        if kind == 0:
            struck.getparent().remove(struck)
        elif kind == 1:
            other.append(etree.fromstring(etree.tostring(struck)))
        elif kind == 2 and not len(struck):
            struck.text = rng.choice(("", "-1", "X", "99999.999", "VA", "2026"))
        elif struck.attrib:
            struck.set(rng.choice(list(struck.attrib)), "zz")
    return etree.tostring(root)


def test_damaged_documents_are_found_the_same_faults(tmp_path):
    rng = random.Random(19)
    whole = [
        cii.write(factories.invoice()),
        cii.write(factories.credit_note()),
        cii.write(factories.invoice(), (), dialect.Reform(dialect.EXTENDED_CTC_FR)),
    ]
    damaged = [damage(rng, rng.choice(whole)) for _rank in range(DAMAGED)]
    for rank, document in enumerate([*whole, *damaged]):
        (tmp_path / f"{rank}.xml").write_bytes(document)
    path = os.pathsep.join([str(ADDON), str(Path(factories.__file__).parent)])

    result = subprocess.run(
        [
            *(sys.executable, "-c", COMPARE, str(tmp_path)),
            *sheets(schemas.EN16931, schemas.CII_CTC_FR),
        ],
        env=os.environ | {"PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert result.returncode == 0, result.stderr[-3000:]
    assert int(result.stdout) > 60, "damage that breaks many different rules"


@pytest.mark.parametrize(
    "book",
    [
        *(schemas.EN16931, schemas.CII_CTC_FR, schemas.FACTURX_EXTENDED),
        schemas.UBL_INVOICE,
    ],
)
def test_patterns_go_to_their_nodes_at_once(book):
    """Where the compiled form is another one day, this says that it is slow again."""
    for path in sheets(book):
        text, files = quick(Path(path))
        # One pattern of the extended profile does not look below what it has met.
        assert text.count('select="/"') <= 1
        assert 'select="document(' not in text
        assert all(file.is_file() for file in files.values())
