"""Every term of a translation file is translated, and none is doubtful.

Run by ``setup/bookshop lint`` with the environment's Python, which has polib.
"""

import sys

import polib


def unfinished(path: str) -> list[str]:
    """One line for each term that is not translated, or only guessed."""
    terms = [entry for entry in polib.pofile(path) if not entry.obsolete]
    return [
        f"{path}:{entry.linenum}: {'fuzzy' if entry.fuzzy else 'not translated'}: "
        f"{entry.msgid[:70]!r}"
        for entry in terms
        if not entry.translated()
    ]


if __name__ == "__main__":
    problems = [line for path in sys.argv[1:] for line in unfinished(path)]
    print("\n".join(problems))
    sys.exit(bool(problems))
