"""What a page must not show a bookseller: English, raw codes, a part out of sight."""

import re

import polib

from bookshop_tool.paths import MODULE_DIR
from chorus.lifecycle.states import STATES

# Words with a low line; files and addresses may have some.
SNAKE = re.compile(r"(?<![\w./@-])[a-z]+(?:_[a-z0-9]+)+(?![\w./@-])")
STATE = re.compile(
    rf"\b({'|'.join(code for code in STATES if code.isupper() and '_' in code)})\b"
)
HOLE = re.compile(r"%(?:\(\w+\))?[sd]|<")
# Below this a term may well be part of another sentence, or of a book's title.
LONG = 25
SEEN = """() => [
    document.body.innerText,
    ...[...document.querySelectorAll("[placeholder]")]
        .filter(one => one.offsetParent).map(one => one.placeholder),
].join("\\n")"""
# Columns of a kanban go on beyond the page, as everywhere in Odoo.
OUT_OF_SIGHT = """() => [document.documentElement,
    ...document.querySelectorAll(".o_content, .o_list_renderer, .modal-body")]
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .filter(one => !one.querySelector(".o_kanban_grouped"))
    .map(one => `${one.className || one.tagName}: ${one.scrollWidth} px`)"""


def catalogue() -> dict[str, str]:
    """What the module says in English, by its French."""
    path = MODULE_DIR / "i18n" / "fr.po"
    entries = [one for one in polib.pofile(str(path)) if not one.obsolete]
    french = {entry.msgstr for entry in entries}
    return {
        entry.msgid: entry.msgstr
        for entry in entries
        if entry.msgid != entry.msgstr and entry.msgid not in french
    }


def english_in(text: str, terms: dict[str, str]) -> list[str]:
    """The terms that a text shows in English: a line of it, or a long part of one."""
    lines = {" ".join(line.split()) for line in text.splitlines()}
    flat = " ".join(text.split())
    return [
        term
        for term in terms
        if term in lines
        or (len(term) >= LONG and not HOLE.search(term) and term in flat)
    ]


def raw_codes_in(text: str) -> list[str]:
    """The codes that a text shows, of the platform or of ours."""
    return sorted({*SNAKE.findall(text), *STATE.findall(text)})


def faults(page, terms: dict[str, str]) -> list[str]:
    """All that is wrong with a page as it is seen now."""
    text = page.evaluate(SEEN)
    return [
        *(f"in English: {one}" for one in english_in(text, terms)),
        *(f"raw code: {one}" for one in raw_codes_in(text)),
        *(f"wider than the page: {one}" for one in page.evaluate(OUT_OF_SIGHT)),
    ]
