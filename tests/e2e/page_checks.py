"""What a page must not show a bookseller: English, raw codes, a part out of sight."""

import re
from collections.abc import Callable

import polib

from bookshop_tool.paths import MODULE_DIR
from chorus.lifecycle.states import STATES

GLOSSARY = MODULE_DIR / "doc" / "GLOSSARY.rst"

# Words with a low line; files and addresses may have some.
SNAKE = re.compile(r"(?<![\w./@-])[a-z]+(?:_[a-z0-9]+)+(?![\w./@-])")
STATE = re.compile(
    rf"\b({'|'.join(code for code in STATES if code.isupper() and '_' in code)})\b"
)
# A state in capitals without its accents, a reason's code, a moment for machines.
BARE = re.compile(
    rf"\b({'|'.join(code for code in STATES if code.isupper() and '_' not in code)})\b"
)
REASON = re.compile(r"\b[A-Z]{2,4}_[A-Z]{3,}(?:_[A-Z]+)*\b")
MOMENT = re.compile(r"\bUTC\b|\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?|__\w+__")
HOLE = re.compile(r"%(?:\(\w+\))?[sd]|<")
HOLE_IN_SENTENCE = re.compile(r"%(?:\(\w+\))?[sd]")
# As much of a sentence is enough to know who says it.
SAID = 15
# Below this a term may well be part of another sentence, or of a book's title.
LONG = 25
SEEN = """() => [
    document.body.innerText,
    ...[...document.querySelectorAll("[placeholder]")]
        .filter(one => one.offsetParent).map(one => one.placeholder),
].join("\\n")"""
# Columns of a kanban go on beyond the page, as everywhere in Odoo.
# Odoo's own lists scroll inside themselves, as Odoo made them.
OUT_OF_SIGHT = """() => [document.documentElement,
    ...document.querySelectorAll(".o_content, .o_list_renderer, .modal-body")]
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .filter(one => !one.querySelector(".o_kanban_grouped"))
    .filter(one => !one.matches(".o_list_renderer")
        || one.closest(".o_l10n_fr_chorus, [name*=chorus]"))
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


def codes_in(text: str) -> list[str]:
    """All that was written for machines in a text: codes, and moments of the server."""
    found = {one for rule in (BARE, REASON, MOMENT) for one in rule.findall(text)}
    return sorted({*raw_codes_in(text), *found})


def banned_words(glossary: str = "") -> re.Pattern:
    """The words of the glossary that a page in French never shows."""
    text = (glossary or GLOSSARY.read_text()).partition("Words of the screens")[2]
    rows = re.findall(r"^(\S.*?) {2,}\S", text, re.MULTILINE)
    words = [row for row in rows if row != "Never" and not row.startswith("=")]
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})s?\b", re.IGNORECASE)


def words_in(text: str, banned: re.Pattern) -> list[str]:
    """The words of a text that no bookseller would say."""
    return sorted({one.lower() for one in banned.findall(text)})


def sayings(terms: dict[str, str]) -> Callable[[str], bool]:
    """What tells whether one of our sentences, in either language, is in a text."""
    pieces = set()
    for sentence in {*terms, *terms.values()}:
        longest = max(re.split(HOLE_IN_SENTENCE, sentence), key=len, default="")
        if len(longest.strip()) >= SAID:
            pieces.add(" ".join(longest.split()))
    return lambda text: any(one in " ".join(text.split()) for one in pieces)


def faults(page, terms: dict[str, str]) -> list[str]:
    """All that is wrong with a page as it is seen now."""
    text = page.evaluate(SEEN)
    return [
        *(f"in English: {one}" for one in english_in(text, terms)),
        *(f"raw code: {one}" for one in raw_codes_in(text)),
        *(f"wider than the page: {one}" for one in page.evaluate(OUT_OF_SIGHT)),
    ]
