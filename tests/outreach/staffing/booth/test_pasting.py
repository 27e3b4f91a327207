"""Shifts pasted from a sheet: half days that go on, and starts and ends with their day."""

import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from outreach.catalog.reading.table import Settled
from outreach.staffing.booth.pasting import Setting, read_paste
from tests.conftest import ROOT

CASES = ROOT.parent / "shared" / "data" / "cases"
ZONE = ZoneInfo("Europe/Berlin")
SETTING = Setting(date(2027, 3, 26), date(2027, 3, 28), ZONE)


def shifts_in(text: str) -> list[tuple[str, str, int]]:
    """Return start and end by the venue's clock, and the fewest people, of each shift."""
    found = read_paste(text, SETTING, Settled()).ready
    return [
        *(
            (f"{one.starts.astimezone(ZONE):%Y-%m-%d %H:%M}",
             f"{one.ends.astimezone(ZONE):%Y-%m-%d %H:%M}", one.min_people)
            for one in found
        )
    ]  # fmt: skip


def case(name: str) -> tuple[str, list[object]]:
    if not CASES.is_dir():
        pytest.skip("the cases are not beside this repository")
    expected = json.loads((CASES / f"{name}.expected.json").read_text())["expected"]["shifts"]
    return (CASES / f"{name}.csv").read_text(), expected


def test_rows_of_half_days_go_on_from_each_other() -> None:
    text, expected = case("b05")
    assert [f"{starts[11:]}-{ends[11:]}" for starts, ends, _ in shifts_in(text)] == expected


def test_starts_and_ends_name_their_day() -> None:
    text, expected = case("b07")
    assert [list(one) for one in shifts_in(text)] == expected


def test_a_time_with_two_meanings_is_asked_for_in_its_cell() -> None:
    [line] = read_paste("Shift,People\nFri 11-1,2", SETTING, Settled()).bad
    assert "11:00–13:00" in (line.cells[0].error or "") and "23:00–01:00" in (
        line.cells[0].error or ""
    )


def test_an_end_before_its_start_is_wrong_in_its_cell() -> None:
    text = "Start,End\n2027-03-26 11:00,2027-03-26 09:00"
    [line] = read_paste(text, SETTING, Settled()).bad
    assert line.cells[1].error == "A shift ends after it starts, within a day."
