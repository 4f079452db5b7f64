"""R31: the guide shows each picture it has, and the screens' links lead there."""

import re
from pathlib import Path

import pytest

MODULE = Path(__file__).resolve().parents[2] / "l10n_fr_chorus_bookshop"
FOLDER = MODULE / "static" / "description"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.html")}
README = MODULE.parent / "README.rst"
GUIDE = PAGES["guide.html"]
IMAGE = re.compile(r'<img src="([^"]+)"(?: class="[^"]+")? alt="([^"]+)">')
ICON = "icon.png"
# What a person waits for, on a shop's line.
LARGEST = 150_000
MOST = 19


def pictures() -> set[str]:
    """The pictures that the pages show."""
    return {name for page in PAGES.values() for name, _alt in IMAGE.findall(page)}


def test_every_picture_exists_and_is_used():
    there = {path.name for path in FOLDER.glob("*.png")} - {ICON}
    assert pictures() == there
    assert len(there) <= MOST


@pytest.mark.parametrize("name", sorted(pictures()))
def test_pictures_are_light(name):
    assert (FOLDER / name).stat().st_size <= LARGEST


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_is_told_in_words(name):
    assert PAGES[name].count("<img") == len(IMAGE.findall(PAGES[name]))


def test_pages_need_nothing_from_elsewhere():
    for page in PAGES.values():
        assert not re.search(r"(?:src|href)=\"https?:", page)
        assert "<script" not in page


def test_links_lead_somewhere():
    places = re.findall(r'id="([^"]+)"', GUIDE)
    assert len(places) == len(set(places))
    links = set(re.findall(r'href="#([^"]+)"', GUIDE))
    for path in (*MODULE.rglob("*.xml"), *MODULE.rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        links |= set(re.findall(r"guide\.html#([\w-]+)", text))
    assert links <= set(places)
    assert len(links) > 10


def test_pictures_of_the_readme_exist():
    for path in re.findall(r"^\.\. image:: (\S+)", README.read_text(), re.MULTILINE):
        assert (MODULE.parent / path).is_file()
