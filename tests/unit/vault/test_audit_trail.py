"""R28: the trail goes from the market to the bank; a gap is shown as a gap."""

import io
from datetime import date, datetime

import pytest
from pypdf import PdfReader

from chorus.vault.audit_trail import (
    GAPS,
    SECTIONS,
    Step,
    assemble,
    days_late,
    write_trail,
)


def trail(*steps):
    return assemble(steps, SECTIONS, GAPS)


def test_nothing_is_all_gaps():
    sections = trail()
    assert [one["code"] for one in sections] == list(GAPS)
    assert all(one["gap"] and not one["steps"] for one in sections)
    assert "No delivery note found." in {one["gap"] for one in sections}


def test_sections_follow_the_sale_and_steps_their_dates():
    sections = trail(
        Step("bank", "Line", date(2026, 12, 1)),
        Step("deliveries", "Second", datetime.fromisoformat("2026-11-05T09:00:00")),
        Step(
            "deliveries",
            "First",
            datetime.fromisoformat("2026-11-04T09:00:00"),
            "WH/OUT/1",
            "",
            "m",
            3,
        ),
        Step("returns", "Back", date(2026, 11, 7)),
        Step("deliveries", "Not yet"),
    )
    codes = [one["code"] for one in sections]
    assert codes == [code for code in SECTIONS if code in codes]
    assert "returns" in codes
    by_code = {one["code"]: one for one in sections}
    steps = by_code["deliveries"]["steps"]
    assert [step["what"] for step in steps] == ["Not yet", "First", "Second"]
    assert by_code["deliveries"]["gap"] == ""
    assert steps[1] == {
        "what": "First",
        "when": "2026-11-04T09:00:00",
        "reference": "WH/OUT/1",
        "detail": "",
        "model": "m",
        "id": 3,
    }


def test_life_cycle_keeps_the_order_given():
    """A date to the minute may come after one to the second of the same minute."""
    [found] = [
        one["steps"]
        for one in trail(
            Step("life_cycle", "Before", datetime.fromisoformat("2026-11-05T09:00:30")),
            Step("life_cycle", "After", datetime.fromisoformat("2026-11-05T09:00:00")),
        )
        if one["code"] == "life_cycle"
    ]
    assert [step["what"] for step in found] == ["Before", "After"]


@pytest.mark.parametrize(
    ("planned", "real", "days"),
    [
        (date(2026, 11, 1), datetime.fromisoformat("2026-11-04T00:01:00"), 3),
        (
            datetime.fromisoformat("2026-11-01T23:59:00"),
            datetime.fromisoformat("2026-11-02T00:01:00"),
            1,
        ),
        (date(2026, 11, 4), date(2026, 11, 1), 0),
        (None, date(2026, 11, 1), 0),
        (date(2026, 11, 1), None, 0),
    ],
)
def test_days_late(planned, real, days):
    assert days_late(planned, real) == days


def written(count=3):
    steps = [
        Step("life_cycle", f"Étape n° {rank}", date(2026, 11, 1), "«x» <b>", "Ωœ€ łó")
        for rank in range(count)
    ]
    sections = trail(*steps)
    for section in sections:
        for step in section["steps"]:
            step["day"] = "01/11/2026"
    return write_trail(
        {"sections": sections}, "Piste d'audit", ["Client : A & B"], "page %(page)s"
    )


def test_pdf_says_everything_in_the_same_bytes():
    content = written()
    assert content == written()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for words in ("Piste d'audit", "Client : A & B", "Étape n° 2", "«x» <b>", "œ€ ?ó"):
        assert words in text
    assert "No delivery note found." in text
    assert "page 1" in text


def test_pdf_of_many_pages():
    reader = PdfReader(io.BytesIO(written(200)))
    assert len(reader.pages) > 5
    assert "page 4" in reader.pages[3].extract_text()
