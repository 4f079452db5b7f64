"""R33: README tells every public method as it is, and no other."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.rst").read_text(encoding="utf-8")
MODULE = ROOT / "l10n_fr_chorus_bookshop"
PUBLIC = "l10n_fr_chorus_"

MIXINS = {"l10n_fr_chorus.document": ["account.move", "sale.order"]}

# Where the reference begins, and where it ends.
REFERENCE = README.partition("Factures, ``account.move`` :")
REFERENCE = "".join(REFERENCE[1:]).partition("\nDévelopper\n")[0]
# A model, then the methods told of it.
TOLD = re.compile(
    rf"``((?!{PUBLIC})[a-z0-9_]+\.[a-z0-9_.]+)``"
    rf"|``({PUBLIC}\w+\([^`]*\))``"
)
EXAMPLE = re.compile(rf"\b{PUBLIC}\w+")


def models_of(owner: ast.ClassDef) -> list[str]:
    """The models whose methods a class gives: a mixin's are those of its heirs."""
    names = {
        target.id: ast.literal_eval(line.value)
        for line in owner.body
        if isinstance(line, ast.Assign)
        and isinstance(target := line.targets[0], ast.Name)
        and target.id in ("_name", "_inherit")
    }
    model = names.get("_name") or names.get("_inherit") or ""
    return MIXINS.get(model, [model])


def signature(method: ast.FunctionDef) -> str:
    """A method as another system calls it: `ids` first, unless it is the model's."""
    of_the_model = "model" in [
        getattr(one, "attr", "") for one in method.decorator_list
    ]
    given = ast.unparse(method.args).removeprefix("self").removeprefix(", ")
    arguments = [*([] if of_the_model else ["ids"]), *([given] if given else [])]
    return f"{method.name}({', '.join(arguments)})"


@cache
def written() -> set[tuple[str, str]]:
    """(model, signature) of the public methods of the code."""
    return {
        (model, signature(method))
        for folder in ("models", "wizard")
        for path in (MODULE / folder).rglob("*.py")
        for owner in ast.parse(path.read_text()).body
        if isinstance(owner, ast.ClassDef)
        for model in models_of(owner)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name.startswith(PUBLIC)
    }


def told(text: str) -> set[tuple[str, str]]:
    """(model, signature) of the methods a reference tells."""
    found, model = set(), ""
    for name, method in TOLD.findall(text):
        model = name or model
        if method:
            found.add((model, " ".join(method.split())))
    return found


def test_the_reference_tells_what_the_code_does():
    assert len(written()) > 50
    assert sorted(told(REFERENCE) ^ written()) == []


def test_a_method_is_told_with_its_model():
    text = "``sale.order`` :\n- ``l10n_fr_chorus_a(ids, b='',\n  c=())`` : yes."
    assert told(text) == {("sale.order", "l10n_fr_chorus_a(ids, b='', c=())")}


def test_examples_call_what_is_told():
    examples = README.partition("XML-RPC et JSON-2\n")[2].partition("Factures, ``")[0]
    called = set(EXAMPLE.findall(examples))
    names = {method.partition("(")[0] for _model, method in written()}
    assert len(called & names) >= 15
    assert {name for name in called if f'"{name}"' in examples} <= names
