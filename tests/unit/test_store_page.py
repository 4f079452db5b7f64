"""The page of Odoo's store: what it shows is there, in French and in English."""

import re

from bookshop_tool import template
from bookshop_tool.paths import MODULE_DIR

PAGE = MODULE_DIR / "static" / "description" / "index.html"


def test_every_picture_is_there():
    text = PAGE.read_text(encoding="utf-8")
    pictures = re.findall(r'<img src="([^"]+)"', text)
    assert pictures
    assert all((PAGE.parent / name).is_file() for name in pictures)
    assert all(re.findall(r'<img [^>]*alt="([^"]+)"', text))


def test_it_speaks_both_languages():
    text = PAGE.read_text(encoding="utf-8")
    french, english = text.split('id="english"')
    assert "transmise une fois" in french
    assert "sent once" in english
    assert 'lang="en"' in text
    assert "<script" not in text


def test_the_manifest_says_where_to_turn():
    """H9. An address that nobody reads is worse than none."""
    manifest = template.manifest()
    assert manifest["author"]
    assert manifest["website"].startswith("https://")
    assert not manifest.get("support", "").endswith((".example", "example.com"))
    for name in manifest["images"]:
        assert (MODULE_DIR / name).is_file()
    for name in ("LICENSE", "CHANGELOG.rst", "README.rst"):
        assert (MODULE_DIR / name).is_file()
