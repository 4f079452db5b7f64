"""R31: fr.po says everything the module says, in the platform's own words.

Terms of views and fields are in the catalogue too, but only Odoo can list them: here
sentences of the code alone are searched for.
"""

import ast
import re
from functools import cache
from pathlib import Path

import polib
import pytest

from chorus.lifecycle.states import STATES

MODULE = Path(__file__).resolve().parents[2] / "l10n_fr_chorus_bookshop"
FRENCH = MODULE / "i18n" / "fr.po"
TEMPLATE = MODULE / "i18n" / "l10n_fr_chorus_bookshop.pot"
FOLDERS = ("chorus", "controllers", "models", "report", "wizard")
PAGES = MODULE / "static" / "src"
# What our pages' scripts say, and what they say without asking for its translation.
SAID = re.compile(r"""\b_t\(\s*(["'`])((?:\\.|(?!\1).)*)\1""", re.DOTALL)
UNSAID = re.compile(r"""(?<!_t\()(?<!_t\(\n)["'`]([A-Z][a-z]+(?: [^"'`\n]+)+)["'`]""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*$", re.DOTALL | re.MULTILINE)

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ 0#]*\d*(?:\.\d+)?[sdrfi%]")
TAG = re.compile(r"</?\w[^>]*>")
NO_BREAK = "\u00a0"
# Punctuation that French sets apart, after an ordinary space or none at all. A colon
# inside a word (https:, 12:30) and marks inside a placeholder are not punctuation.
BAD_SPACE = re.compile(r"(?:[ \w)»%])[;!?](?:\s|$)|(?:[ \w)»%]):(?:\s|$)| »|«[^\u00a0]")


@cache
def entries() -> tuple[polib.POEntry, ...]:
    return tuple(one for one in polib.pofile(str(FRENCH)) if not one.obsolete)


@cache
def french() -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in entries()}


@cache
def sayings() -> tuple[tuple[str, str], ...]:
    """Every literal marked for translation in the code, with its place."""
    return tuple(
        (literal, f"{path.relative_to(MODULE)}:{call.lineno}")
        for folder in FOLDERS
        for path in sorted((MODULE / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and is_marker(call.func)
        for literal in literals(call)
    )


def is_marker(function: ast.expr) -> bool:
    """`_(…)` of the core, `self.env._(…)` of the shell."""
    name = getattr(function, "id", None) or getattr(function, "attr", None)
    return name in ("_", "_lt")


def literals(call: ast.Call) -> list[str]:
    first = call.args[0] if call.args else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return [first.value] if is_text else []


def told(lines: list[str]) -> str:
    """What a failure shows: all of it at once."""
    return "\n".join(["", *lines])


def test_every_term_is_translated():
    undone = [one.msgid for one in entries() if not one.translated() or one.fuzzy]
    assert not undone, told(undone)


def test_french_and_template_have_the_same_terms():
    template = {entry.msgid: entry.occurrences for entry in polib.pofile(str(TEMPLATE))}
    ours = {entry.msgid: entry.occurrences for entry in entries()}
    assert set(template) == set(ours)
    moved = [msgid for msgid in ours if sorted(ours[msgid]) != sorted(template[msgid])]
    assert not moved, told(moved)


def test_placeholders_are_the_same():
    wrong = [
        f"{entry.msgid} -> {entry.msgstr}"
        for entry in entries()
        if sorted(PLACEHOLDER.findall(entry.msgid))
        != sorted(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert not wrong, told(wrong)


def test_markup_is_the_same():
    wrong = [
        f"{entry.msgid} -> {entry.msgstr}"
        for entry in entries()
        if TAG.findall(entry.msgid) != TAG.findall(entry.msgstr)
    ]
    assert not wrong, told(wrong)


def test_typography_is_french():
    wrong = [
        entry.msgstr
        for entry in entries()
        if BAD_SPACE.search(TAG.sub("", PLACEHOLDER.sub("x", entry.msgstr)))
        or set(entry.msgstr) & set("“”’\u202f")
    ]
    assert not wrong, told(wrong)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("Attention : rien", True),
        ("Attention: rien", True),
        (f"Attention{NO_BREAK}: rien", False),
        ("« rien »", True),
        (f"«{NO_BREAK}rien{NO_BREAK}»", False),
        ("Quoi ?", True),
        ("https://exemple.fr", False),
    ],
)
def test_typography_check_sees(text, bad):
    assert bool(BAD_SPACE.search(text)) is bad


def test_every_sentence_of_the_code_is_in_french():
    known = french()
    missing = [f"{place}: {text}" for text, place in sayings() if text not in known]
    assert len(sayings()) > 200
    assert not missing, told(missing)


def test_sentences_of_the_code_are_marked_as_such():
    """Odoo serves to the code only what a term's comment and place say is code."""
    code = {
        entry.msgid
        for entry in entries()
        if "odoo-python" in entry.comment
        and any(
            place.startswith(f"code:addons/{MODULE.name}/")
            for place, _line in entry.occurrences
        )
    }
    missing = [f"{place}: {text}" for text, place in sayings() if text not in code]
    assert not missing, told(missing)


def said_by_scripts(source: str) -> list[str]:
    """The sentences a script has translated."""
    return [text for _quote, text in SAID.findall(COMMENT.sub("", source))]


def unsaid_by_scripts(source: str) -> list[str]:
    """Sentences that a script would show as they are, in English."""
    source = re.sub(r"_t\(\s+", "_t(", COMMENT.sub("", source))
    return UNSAID.findall(source)


def test_every_sentence_of_our_pages_is_in_french():
    served = {one.msgid for one in entries() if "odoo-javascript" in one.comment}
    for path in PAGES.rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not unsaid_by_scripts(source), path
        missing = [text for text in said_by_scripts(source) if text not in served]
        assert not missing, told([str(path), *missing])


@pytest.mark.parametrize(
    ("source", "said", "unsaid"),
    [
        ('_t("To send")', ["To send"], []),
        ('_t(\n    "Late since %s", day)', ["Late since %s"], []),
        ("title: 'To send now'", [], ["To send now"]),
        ("// Say 'To send now'", [], []),
        ('import "@web/core";', [], []),
    ],
)
def test_sentences_of_scripts_are_seen(source, said, unsaid):
    assert said_by_scripts(source) == said
    assert unsaid_by_scripts(source) == unsaid


def test_no_dead_sentence_of_the_code():
    said = {text for text, _place in sayings()}
    dead = [
        entry.msgid
        for entry in entries()
        if entry.occurrences
        and all(place.startswith("code:") for place, _line in entry.occurrences)
        and "odoo-javascript" not in entry.comment
        and entry.msgid not in said
    ]
    assert not dead, told(dead)


@pytest.mark.parametrize("code", STATES)
def test_state_is_named_as_the_platform_names_it(code):
    state = STATES[code]
    assert french()[state.label] == state.french


def test_states_are_told_apart():
    labels = [state.french for state in STATES.values()]
    assert len(labels) == len(set(labels))
    meanings = {french()[state.meaning] for state in STATES.values()}
    assert all(meaning.endswith(".") for meaning in meanings)
