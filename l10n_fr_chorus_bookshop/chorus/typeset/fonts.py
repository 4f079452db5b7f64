"""Which fonts the page is set in: Odoo's Lato, then the machine's widest ones.

The order is fixed and no other font is ever taken: the same fonts give the same bytes.
"""

from functools import cache

import typst

# Lato has Latin letters only. The others, in order: DejaVu has Greek, Cyrillic, Arabic,
# Hebrew, Armenian and Georgian; Droid and Noto have Chinese, Japanese and Korean.
FAMILIES = (
    *("Lato", "DejaVu Sans", "Noto Sans", "Droid Sans Fallback"),
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Unifont"),
)
_NOTO = "Noto Sans "


@cache
def fonts(folder: str) -> typst.Fonts:
    """Return the machine's fonts and those of a folder, looked for once.

    :param folder: where Odoo keeps Lato
    """
    return typst.Fonts(include_embedded_fonts=False, font_paths=[folder])


@cache
def families(folder: str) -> tuple[str, ...]:
    """Return the families that are there, in the order they are tried."""
    present = set(fonts(folder).families())
    scripts = sorted(name for name in present if name.startswith(_NOTO))
    return tuple(
        name for name in dict.fromkeys((*FAMILIES, *scripts)) if name in present
    )
