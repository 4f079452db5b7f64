"""The house stays as `doc/ARCHITECTURE.rst` says: one place for each thing."""

import ast
import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "l10n_fr_chorus_bookshop"
DOC = MODULE / "doc"

# For all of the core.
SHARED = {
    *("errors", "invoice", "mentions", "outside", "platform_time"),
    *("siret", "text", "vat"),
}
# Which other folders of the core a folder of it, or a file beside them, may import.
MAY = {
    "lifecycle": set(),
    "facturx": set(),
    "files": set(),
    "payment": set(),
    "vault": set(),
    "rules": {"facturx"},
    "typeset": {"facturx"},
    "directory": {"files"},
    "orders": {"files"},
    "channels": {"facturx", "files", "lifecycle", "rules", "typeset"},
    "guide": {"channels"},
    "takeover": {"channels"},
}
CITED = re.compile(r"\b(ARCHITECTURE|DECISIONS),(?:\s|#)+« ([^»]+?) »", re.DOTALL)
REQUIREMENT = re.compile(r"\bR(\d{1,3})\b(?!\.)")
TITLE = re.compile(r"^(.+)\n(=+)$", re.MULTILINE)
PLACE = re.compile(
    r"``?((?:chorus|models|wizard|controllers|data|doc)/[\w./]*?)(?::(\w+))?``?"
)


def sources(*folders: str) -> list[Path]:
    return [path for one in folders for path in sorted((ROOT / one).rglob("*.py"))]


SHIPPED = sources(MODULE.name)
WRITTEN = [*SHIPPED, *sources("tests", "setup")]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> list[tuple[str, ...]]:
    """What a file imports of the module, as parts from its root."""
    package = path.relative_to(MODULE).parts[:-1]
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            name = tuple(node.module.split(".")) if node.module else ()
            found += [(*base, *name, alias.name) for alias in node.names]
    return found


def crossings(root: str) -> dict[tuple[str, str], set[str]]:
    """(folder, folder it imports) under a root -> the files that do."""
    found = defaultdict(set)
    for path in sorted((MODULE / root).rglob("*.py")):
        parts = path.relative_to(MODULE).parts
        room = Path(parts[1]).stem
        for target in imports(path):
            if target[0] == root and target[1:2] not in ((), (room,)):
                found[room, target[1]].add("/".join(parts))
    return found


def declared(path: Path) -> list[tuple[str, ast.ClassDef, bool]]:
    """The models of a file: (name, class, whether it is born there)."""
    found = []
    for owner in tree(path).body:
        if not isinstance(owner, ast.ClassDef):
            continue
        said = {
            line.targets[0].id: ast.literal_eval(line.value)
            for line in owner.body
            if isinstance(line, ast.Assign)
            and isinstance(line.targets[0], ast.Name)
            and line.targets[0].id in ("_name", "_inherit")
        }
        inherited = said.get("_inherit", [])
        names = [inherited] if isinstance(inherited, str) else inherited
        name = said.get("_name") or next(iter(names), "")
        if name:
            found.append((name, owner, name not in names))
    return found


def order() -> list[str]:
    """The folders of the models, as they are loaded."""
    return [
        alias.name
        for node in tree(MODULE / "models" / "__init__.py").body
        for alias in node.names
    ]


# ---- MODELS -------------------------------------------------------------------------


def method(item: ast.stmt) -> str:
    return item.name if isinstance(item, ast.FunctionDef) else ""


def field(item: ast.stmt) -> str:
    known = isinstance(item, ast.Assign) and "fields." in ast.unparse(item.value)
    return item.targets[0].id if known else ""


@pytest.mark.parametrize(("named", "least"), [(method, 900), (field, 500)])
def test_a_method_or_field_of_a_model_stands_in_one_file(named, least):
    places = defaultdict(set)
    for path in SHIPPED:
        if "tests" in path.parts:
            continue
        for model, owner, _born in declared(path):
            for name in filter(None, map(named, owner.body)):
                places[model, name].add(str(path.relative_to(MODULE)))
    assert len(places) > least
    assert {key: files for key, files in places.items() if len(files) > 1} == {}


# Whose own a channel's code is: the folder of the models, the files of another.
OWN = {
    "piste": ("channels/channel_piste.py",),
    "dilifac": ("edi/",),
    "portal": ("portal/",),
    "approved": ("approved/",),
    "odoo": ("approved/channel_odoo.py",),
}


def asks_which_channel(source: str, place: str) -> list[int]:
    """The lines where code outside a channel compares something with its code."""
    codes = {
        word
        for code, own in OWN.items()
        if not place.removeprefix("models/").startswith(own)
        for word in (code, code.upper())
    }
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare | ast.MatchValue)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and part.value in codes
        or isinstance(part, ast.Name)
        and part.id in codes
    ]


def test_nobody_asks_which_channel_it_is():
    found = {}
    for folder in ("models", "wizard", "controllers"):
        for path in sorted((MODULE / folder).rglob("*.py")):
            place = str(path.relative_to(MODULE))
            lines = asks_which_channel(path.read_text(encoding="utf-8"), place)
            found |= {place: lines} if lines else {}
    assert found == {}


@pytest.mark.parametrize(
    ("source", "place", "asked"),
    [
        ("if one.channel == 'dilifac': pass", "models/sending/submission.py", True),
        ("a = self.channel in (PISTE, PORTAL)", "models/guide/guide.py", True),
        ("self.filtered(lambda one: one.channel != APPROVED)", "wizard/x.py", True),
        ("self.filtered(lambda one: one.channel != DILIFAC)", "models/edi/x.py", False),
        ("channel = self._named(DILIFAC)", "models/guide/guide.py", False),
    ],
)
def test_a_question_of_the_channel_is_seen(source, place, asked):
    assert bool(asks_which_channel(source, place)) is asked


def test_every_folder_of_the_models_is_loaded_once():
    present = {path.parent.name for path in (MODULE / "models").glob("*/__init__.py")}
    assert sorted(order()) == sorted(present)


def test_a_folder_imports_only_those_loaded_before_it():
    rank = {name: place for place, name in enumerate(["common", *order()])}
    wrong = {
        arrow: files
        for arrow, files in crossings("models").items()
        if arrow[0] in rank and rank[arrow[1]] > rank[arrow[0]]
    }
    assert wrong == {}


def test_a_model_is_declared_before_it_is_extended():
    rank = {name: place for place, name in enumerate(order())}
    born, extended = {}, defaultdict(set)
    for path in (MODULE / "models").rglob("*.py"):
        room = path.relative_to(MODULE / "models").parts[0]
        for model, _owner, is_born in declared(path):
            if is_born:
                born[model] = room
            else:
                extended[model].add(room)
    wrong = {
        model: room
        for model, rooms in extended.items()
        for room in rooms
        if model in born and rank[born[model]] > rank[room]
    }
    assert wrong == {}


def test_no_model_calls_a_dialog():
    dialogs = {
        model
        for path in (MODULE / "wizard").glob("*.py")
        for model, _owner, born in declared(path)
        if born
    }
    called = [
        (str(path.relative_to(MODULE)), node.lineno)
        for path in sorted((MODULE / "models").rglob("*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value in dialogs
    ]
    assert dialogs
    assert called == []


# ---- THE CORE -----------------------------------------------------------------------


def test_the_folders_of_the_core_know_each_other_one_way():
    present = {path.parent.name for path in (MODULE / "chorus").glob("*/__init__.py")}
    assert present <= set(MAY)
    wrong = {
        arrow: files
        for arrow, files in crossings("chorus").items()
        if arrow[1] not in MAY.get(arrow[0], set()) | SHARED
    }
    assert wrong == {}


def test_what_is_shared_knows_no_folder():
    assert not [
        arrow
        for arrow in crossings("chorus")
        if {arrow[1]} & set(MAY) and {arrow[0]} & SHARED
    ]


# ---- CITATIONS ----------------------------------------------------------------------


def missing_in(text: str) -> list[tuple[str, str]]:
    """The places told in a text, as `chorus/file.py:name`, that are not there."""
    return [
        (place, name)
        for place, name in PLACE.findall(text)
        if not (MODULE / place).exists()
        or name
        and not re.search(rf"\b{name}\b", (MODULE / place).read_text(encoding="utf-8"))
    ]


@cache
def titles(document: str) -> list[str]:
    text = (DOC / f"{document}.rst").read_text(encoding="utf-8")
    found = [title for title, line in TITLE.findall(text) if len(title) == len(line)]
    return [title.partition(" · ")[2] or title for title in found]


def test_every_cited_section_exists():
    cited = [
        (document, " ".join(section.replace("#", " ").split()), path.name)
        for path in WRITTEN
        for document, section in CITED.findall(path.read_text(encoding="utf-8"))
        if path != Path(__file__)
    ]
    assert len(cited) > 5
    assert [
        one
        for one in cited
        if not any(title.startswith(one[1]) for title in titles(one[0]))
    ] == []


def test_every_cited_requirement_is_told():
    told = {
        int(number)
        for number in re.findall(
            r"^R(\d+)", (DOC / "REQUIREMENTS.rst").read_text(), re.MULTILINE
        )
    }
    assert told == set(range(1, max(told) + 1))
    cited = {
        int(number)
        for path in WRITTEN
        for line in path.read_text(encoding="utf-8").splitlines()
        if '"""' in line or "#" in line
        for number in REQUIREMENT.findall(line)
    }
    assert len(cited) > 30
    assert cited - told == set()


def test_every_folder_is_in_the_picture():
    picture = (DOC / "ARCHITECTURE.rst").read_text(encoding="utf-8")
    folders = [*MAY, *order()]
    assert [one for one in folders if not re.search(rf"\b{one}\b", picture)] == []


@pytest.mark.parametrize("name", sorted(path.name for path in DOC.glob("*.rst")))
def test_every_place_told_exists(name):
    assert missing_in((DOC / name).read_text(encoding="utf-8")) == []


def test_every_place_told_in_the_code_exists():
    missing = {
        str(path): missing_in(path.read_text(encoding="utf-8"))
        for path in WRITTEN
        if path != Path(__file__)
    }
    assert {path: places for path, places in missing.items() if places} == {}
    assert missing_in("see `chorus/invoice.py:Nobody`") == [
        ("chorus/invoice.py", "Nobody")
    ]


def test_a_second_place_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "MODULE", tmp_path)
    for room, lines in (("a", "from ..b import c"), ("b", "")):
        (tmp_path / "models" / room).mkdir(parents=True)
        (tmp_path / "models" / room / "one.py").write_text(lines)
    assert dict(crossings("models")) == {("a", "b"): {"models/a/one.py"}}
