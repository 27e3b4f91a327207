"""The day's sheet: each quarter is filled once, whatever the shifts and the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import RosterShift, Seat, Speech
from outreach.staffing.rules import Slot
from views.booth.roster_sheet import Sheet, draw_sheet

DENVER = ZoneInfo("America/Denver")
ADA, LIN = RosterPerson(1, "Ada", True, "Ada Example"), RosterPerson(2, "Lin", True, "Lin Example")


def row(number: int, starts: datetime, minutes: int, *people: RosterPerson) -> RosterShift:
    """Return a shift with people on it."""
    slot = Slot(number, starts, starts + timedelta(minutes=minutes), 1)
    made = datetime(2024, 7, 1, tzinfo=UTC)
    seats = tuple(
        Seat(
            one,
            10 * number + one.id,
            number,
            "taken",
            None,
            None,
            True,
            False,
            "",
            made,
            None,
            None,
            False,
            False,
        )
        for one in people
    )
    return RosterShift(slot, ZoneInfo("UTC"), "", 0, seats, (), ())


def at(clock: str, zone: ZoneInfo = DENVER, day: date = date(2024, 7, 31)) -> datetime:
    """Return an instant by the venue's clock."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def columns_of(sheet: Sheet, lanes: int) -> list[list[str]]:
    """Fill the table as a browser does; return each column, or fail where cells collide."""
    width = 1 + sheet.tracks + lanes
    grid: list[list[str | None]] = [[None] * width for _ in sheet.lines]
    for number, line in enumerate(sheet.lines):
        cells = [("t", line.tick.span)] if line.tick else []
        for cell in line.slots:
            cells.append((f"s{cell.row.id}" if cell.row else "-", cell.span))
        for cell in line.lanes:
            said = "+".join(stand.words for stand in cell.stands)
            talks = "+".join(one.room for one in cell.speeches)
            cells.append((f"{said}{talks}" or "-", cell.span))
        for words, span in cells:
            column = grid[number].index(None)
            for below in range(number, number + span):
                assert grid[below][column] is None
                grid[below][column] = words
    return [[str(line[column]) for line in grid] for column in range(width)]


def drawn(rows: list[RosterShift], *speeches: Speech, zone: ZoneInfo = DENVER) -> list[list[str]]:
    """Draw a sheet with the lanes of Ada and Lin, and check that nothing of it is left open."""
    sheet = draw_sheet(rows, [ADA, LIN], speeches, {}, zone)
    columns = columns_of(sheet, 2)
    assert all("None" not in column for column in columns)
    return columns


def test_shifts_one_after_the_other_stand_in_one_column() -> None:
    columns = drawn([row(1, at("09:00"), 60, ADA, LIN), row(2, at("10:00"), 30, LIN)])
    assert columns[1] == ["s1"] * 4 + ["s2"] * 2
    assert columns[2] == ["with Lin"] * 4 + ["-"] * 2
    assert columns[3] == ["with Ada"] * 4 + ["alone"] * 2


def test_a_hand_over_keeps_the_column_and_shifts_at_once_do_not() -> None:
    columns = drawn([row(1, at("09:00"), 75, ADA), row(2, at("10:00"), 60, ADA)])
    assert columns[1] == ["s1"] * 4 + ["s2"] * 4
    assert columns[2] == ["alone"] * 8
    columns = drawn([row(1, at("09:00"), 60, ADA), row(2, at("09:30"), 60, LIN)])
    assert columns[1] == ["s1"] * 4 + ["-"] * 2
    assert columns[2] == ["-"] * 2 + ["s2"] * 4


def test_a_talk_in_a_shift_stands_beside_it() -> None:
    talk = Speech(1, "Three years", at("09:30"), at("10:15"), "401", is_provisional=False)
    columns = drawn([row(1, at("09:00"), 60, ADA)], talk)
    assert columns[2] == ["alone401"] * 5
    assert columns[1] == ["s1"] * 4 + ["-"]


@pytest.mark.parametrize(
    ("clock", "minutes", "quarters"), [("09:10", 35, 3), ("09:15", 5, 2), ("09:00", 4000, 144)]
)
def test_odd_times_and_lengths(clock: str, minutes: int, quarters: int) -> None:
    columns = drawn([row(1, at(clock), minutes, ADA)])
    assert len(columns[0]) == quarters
    assert "s1" in columns[1]


@pytest.mark.parametrize(
    ("zone", "day", "labels"),
    [
        ("America/Denver", date(2024, 11, 3), ["00:30", "01:00", "01:30", "01:00", "01:30"]),
        ("America/Denver", date(2024, 3, 10), ["00:30", "01:00", "01:30", "03:00", "03:30"]),
        ("Pacific/Auckland", date(2024, 4, 7), ["00:30", "01:00", "01:30", "02:00", "02:30"]),
        ("Asia/Kathmandu", date(2024, 7, 31), ["00:30", "01:00", "01:30", "02:00", "02:30"]),
    ],
)
def test_the_ruler_goes_by_the_venues_clock(zone: str, day: date, labels: list[str]) -> None:
    there = ZoneInfo(zone)
    sheet = draw_sheet([row(1, at("00:40", there, day), 240)], [], [], {}, there)
    ticks = [line.tick for line in sheet.lines if line.tick]
    assert [tick.label for tick in ticks][:5] == labels
    assert sum(tick.span for tick in ticks) == len(sheet.lines)
