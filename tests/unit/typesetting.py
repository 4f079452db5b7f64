"""What the tests of the readable page share: Odoo's Lato, and the text of a PDF."""

import io
from importlib.util import find_spec
from pathlib import Path

from pypdf import PdfReader

from chorus import typeset

PLAIN = typeset.Letterhead()


def lato() -> str:
    """The folder where Odoo keeps Lato."""
    for root in find_spec("odoo").submodule_search_locations:
        folder = Path(root) / "addons" / "web" / "static" / "fonts" / "lato"
        if folder.is_dir():
            return str(folder)
    message = "Odoo's Lato is nowhere"
    raise FileNotFoundError(message)


def write(invoice, letterhead=PLAIN, copy: str = "") -> bytes:
    """The page of an invoice."""
    return typeset.write(invoice, letterhead, lato(), copy)


def text_of(pdf: bytes) -> str:
    """The text of every page, in reading order."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def packed(text: str) -> str:
    """A text without its spaces, which readers of PDF put where they like."""
    return "".join(text.replace("\u200b", "").split())
