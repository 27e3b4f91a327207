"""The run on an event's page: a strip with the same as a list, and its acts for who may act."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from models import Event, Person
from outreach.planning.run.lines import RunLine
from outreach.planning.run.run import DutyDay, EventRun, RunDay
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import RosterShift, Seat
from outreach.staffing.rules import Slot
from tests import cast
from tests.cast import NOW
from tests.conftest import Stored
from tests.pages import of_class, says, tree_of
from tests.views.planned import Owned
from views.events.coverage_strip import CoverageStrip, draw_strips

DAY, UTC_ZONE = date(2024, 7, 30), ZoneInfo("UTC")


def at(hour: float) -> datetime:
    return datetime.combine(DAY, time(), UTC_ZONE) + timedelta(hours=hour)


def shift(number: int, first: float, last: float, *names: str, kind: str = "booth") -> RosterShift:
    """Return a shift of two people by its hours."""
    slot = Slot(number, at(first), at(last), 1, kind, "SIGGRAPH", (), None, 2, 3)
    seats = tuple(
        Seat(RosterPerson(one, name, True, name), one, number, "taken", None, None, True, False,
             "", at(0), None, None, False, False)
        for one, name in enumerate(names)
    )  # fmt: skip
    return RosterShift(slot, UTC_ZONE, "", 0, seats, (), ())


def strip(*shifts: RosterShift, talks: tuple[RunLine, ...] = (), **more: object) -> CoverageStrip:
    standard = {"bare": (), "is_drawn": True, "zone": UTC_ZONE, "with_names": True}
    duty = DutyDay(DAY, "", "", False, tuple(shifts), **(standard | more))  # type: ignore[arg-type]
    day = RunDay(DAY, (), duty, talks, is_past=False, is_today=False)
    return draw_strips(EventRun("", (day,), ""))[DAY]


def test_a_strip_places_what_stands_and_hatches_what_nobody_has() -> None:
    drawn = strip(
        shift(1, 8, 10, "Ada", "Lin", kind="set_up"),
        shift(2, 10, 14, "Ada", "Kim"),
        shift(3, 14, 16),
        shift(4, 16, 18, "Sol"),
    )
    assert [(one.x, one.width, one.look, one.label) for one in drawn.blocks] == [
        (0, 20, "edge", "Ada · Lin"),
        (20, 40, "on", "Ada · Kim"),
        (60, 20, "none", ""),
        (80, 20, "few", "Sol"),
    ]
    assert {one.y for one in drawn.blocks} == {20}
    assert drawn.told == {1, 2, 3, 4}
    assert [(mark.at, mark.name) for mark in drawn.marks if mark.name][:2] == [
        (0, "08:00"),
        (20, "10:00"),
    ]


def test_shifts_at_one_time_lie_below_each_other_and_long_names_go_to_the_list() -> None:
    drawn = strip(
        shift(1, 9, 17, "Ada", "Lin"), shift(2, 9, 10, "Bartholomew", "Kim"), shift(3, 10, 17)
    )
    assert sorted((one.y, one.shift_id) for one in drawn.blocks) == [(20, 2), (20, 3), (48, 1)]
    assert drawn.told == {1, 3}


@pytest.mark.parametrize(("is_drawn", "look"), [(True, "none"), (False, "edge")])
def test_open_time_without_a_shift_is_a_gap_once_shifts_are_drawn(
    is_drawn: bool, look: str
) -> None:
    drawn = strip(bare=((at(9), at(12)),), is_drawn=is_drawn)
    assert [(one.x, one.width, one.look) for one in drawn.blocks] == [(0, 100, look)]


def test_a_talk_is_a_line_below_its_time() -> None:
    talk = RunLine(DAY, "talk", "", at=at(11), until=at(12))
    (line,) = strip(shift(1, 9, 13, "Ada", "Lin"), talks=(talk,)).talks
    assert (line.x, line.width, line.y) == (50, 25, 47)


def test_a_night_goes_on_behind_midnight() -> None:
    drawn = strip(shift(1, 22, 26, "Ada", "Lin"))
    assert [(one.x, one.width) for one in drawn.blocks] == [(0, 100)]
    assert drawn.marks[-1].name == "02:00"


def test_staff_read_names_and_find_cover_where_volunteers_read_numbers(
    staff: FlaskClient, volunteer: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        booth = cast.add_booth(session, event)
        shift = cast.add_shift(session, booth, NOW + timedelta(days=5), min_people=2)
        cast.add_sign_up(session, shift, session.get_one(Person, owned.staff))
        cover = f"/events/{owned.event}/shifts/{shift.id}/cover"
    read = [client.get(f"/events/{owned.event}") for client in (staff, volunteer)]
    for answer, who in zip(read, ("Ada", "1 of 2"), strict=True):
        assert answer.status_code == 200
        (run,) = of_class(tree_of(answer.text), "course")
        assert f"{who} 1 missing" in says(run) and "SIGGRAPH begins." in says(run)
        links = [one.get("href") for one in run.iter("a")]
        assert (cover in links) == (who == "Ada")
