"""Events as iCalendar, read back with the library and by the line."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from outreach.calendars.export import as_calendar

CREATED = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Row:
    id: int = 7
    name: str = "SIGGRAPH"
    starts_on: date = date(2024, 7, 28)
    ends_on: date = date(2024, 8, 1)
    city: str | None = "Denver"
    country: str | None = "United States"
    url: str | None = "https://s2024.siggraph.org/"
    created_at: datetime = CREATED
    version: int = 3


def entry(row: Row, scope: str = "ours") -> Calendar:
    (found,) = Calendar.from_ical(as_calendar("Ours 2024", [(row, "go")], scope)).walk("VEVENT")
    return found


def lines(row: Row) -> list[str]:
    text = as_calendar("Ours 2024", [(row, "go")], "ours").decode().replace("\r\n ", "")
    return text.split("\r\n")


def test_the_end_of_all_days_is_the_day_after() -> None:
    found = entry(Row())
    assert found["DTSTART"].dt == date(2024, 7, 28)
    assert found["DTEND"].dt == date(2024, 8, 2)
    assert "DTSTART;VALUE=DATE:20240728" in lines(Row())


def test_one_day_at_the_end_of_a_month() -> None:
    day = date(2024, 2, 29)
    assert entry(Row(starts_on=day, ends_on=day))["DTEND"].dt == date(2024, 3, 1)


def test_the_identity_stays_when_everything_else_changes() -> None:
    moved = Row(name="SIGGRAPH 2024", starts_on=date(2024, 7, 29), city=None, url=None, version=4)
    assert entry(moved)["UID"] == entry(Row())["UID"]
    assert (entry(Row())["SEQUENCE"], entry(moved)["SEQUENCE"]) == (2, 3)


def test_identities_of_events_and_foundations_differ() -> None:
    assert len({entry(Row())["UID"], entry(Row(id=8))["UID"], entry(Row(), "theirs")["UID"]}) == 3


def test_the_same_rows_are_the_same_bytes() -> None:
    rows = [(Row(), "go"), (Row(id=8), "proposed")]
    assert as_calendar("Ours", rows, "ours") == as_calendar("Ours", rows, "ours")


@pytest.mark.parametrize("text", ["A\r\nATTENDEE:mailto:x@example.org", "A\nB", "A\x00\x85\u2028B"])
@pytest.mark.parametrize("column", ["name", "city", "url"])
def test_no_text_begins_a_line_of_its_own(column: str, text: str) -> None:
    row = Row(**{column: text})
    assert [line.partition(":")[0].partition(";")[0] for line in lines(row)] == [
        line.partition(":")[0].partition(";")[0] for line in lines(Row())
    ]
    assert not any(ord(letter) < 32 for line in lines(row) for letter in line)


def test_the_calendar_has_a_clean_name_too() -> None:
    text = as_calendar("Ours\r\nMETHOD:CANCEL", [], "ours").decode()
    assert "\r\nMETHOD" not in text.replace("\r\n ", "")


def test_what_is_not_known_is_left_out() -> None:
    found = entry(Row(city=None, country=None, url=None))
    assert "LOCATION" not in found
    assert "URL" not in found
    assert entry(Row(country=None))["LOCATION"] == "Denver"


def test_commas_are_escaped() -> None:
    assert entry(Row(name="Day 1; a, b\\c"))["SUMMARY"] == "Day 1; a, b\\c"


@pytest.mark.parametrize(
    ("decision", "status"),
    [("go", "CONFIRMED"), ("proposed", "TENTATIVE"), ("cancelled", "CANCELLED"), ("no_go", None)],
)
def test_a_calendar_is_told_what_was_decided(decision: str, status: str | None) -> None:
    found = Calendar.from_ical(as_calendar("Ours", [(Row(), decision)], "ours")).walk("VEVENT")
    assert [entry["STATUS"] for entry in found] == ([status] if status else [])
