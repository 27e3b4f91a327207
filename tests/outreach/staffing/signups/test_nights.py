"""A shift after midnight belongs to the hours that made it, on whatever page and in each change."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Shift
from outreach.briefing.brief import gather_brief
from outreach.staffing.booth.drawing import Need, Plan, draw_shifts
from outreach.staffing.booth.hours import BoothDays, OpenHours, read_hours
from outreach.staffing.roster.booth_days import days_of_drawn, list_days
from outreach.staffing.roster.load import load_roster
from outreach.staffing.signups.batches.draw import Outlook, Wanted, draw, look_ahead
from outreach.staffing.signups.sign_up import take
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import Crew

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)
DENVER = ZoneInfo("America/Denver")
TUESDAY, WEDNESDAY = date(2024, 7, 30), date(2024, 7, 31)
NIGHT = "Tue 18-2\nWed 10-16"


def wanted(text: str) -> Wanted:
    return Wanted(read_hours(text, FIRST, LAST).stretches, Plan())


def drawn(session: Session, text: str = NIGHT) -> Crew:
    crew = Crew(session)
    draw(session, crew.event, wanted(text), "", crew.lead, NOW, REAL)
    return crew


def said(starts: datetime) -> str:
    return f"{starts.astimezone(DENVER):%a %H}"


def gone(outlook: Outlook) -> list[str]:
    return [said(one.starts) for one in outlook.difference.removed]


@pytest.mark.parametrize(
    ("after", "removed", "moved"),
    [
        ("Tue 18-2\nWed 11-17", [], ["Wed 10", "Wed 12", "Wed 14"]),
        ("Tue 18-2", ["Wed 10", "Wed 12", "Wed 14"], []),
        ("Tue 18-24\nWed 10-16", ["Wed 00"], []),
        ("Tue 18-1\nWed 10-16", ["Wed 00"], ["Tue 22"]),
        ("Wed 10-16", ["Tue 18", "Tue 20", "Tue 22", "Wed 00"], []),
        ("Tue 18-2\nWed 10-16\nThu 10-12", [], []),
        ("Tue 18-2\nWed 10-16\nWed 0-2 tear-down", [], []),
        ("Tue 18-2\nWed 18-2", ["Wed 10", "Wed 12", "Wed 14"], []),
    ],
)
def test_only_what_the_changed_line_made_changes(
    session: Session, after: str, removed: list[str], moved: list[str]
) -> None:
    crew = drawn(session)
    outlook = look_ahead(session, crew.event, wanted(after), NOW)
    assert gone(outlook) == removed
    assert [said(one.starts) for one, _ in outlook.difference.moved] == moved


def test_nobody_of_the_night_is_told_of_the_morning(session: Session) -> None:
    crew = drawn(session)
    night = session.scalars(select(Shift).order_by(Shift.starts_at)).all()[3]
    assert said(night.starts_at) == "Wed 00"
    sofia = crew.person("Sofia Nacht")
    take(session, night, sofia, NOW)
    outlook = look_ahead(session, crew.event, wanted("Tue 18-2\nWed 11-17"), NOW)
    assert outlook.difference.told == {}
    seen = outlook.difference.fingerprint
    draw(session, crew.event, wanted("Tue 18-2\nWed 11-17"), seen, crew.lead, NOW, REAL)
    assert night.cancelled_at is None


def test_what_somebody_changed_in_the_night_stays_with_it(session: Session) -> None:
    """Its evening's hours stay, so do its people and places; a shift of one's own stays too."""
    crew = drawn(session)
    night = session.scalars(select(Shift).order_by(Shift.starts_at)).all()[3]
    night.max_people = 7
    session.flush()
    outlook = look_ahead(session, crew.event, wanted("Tue 18-2\nWed 11-17"), NOW)
    assert [one.max_people for one in outlook.shifts if said(one.starts) == "Wed 00"] == [7]


def test_every_surface_shows_it_under_its_evening(session: Session) -> None:
    crew = drawn(session)
    outlook = look_ahead(session, crew.event, wanted(NIGHT), NOW)
    roster = load_roster(session, crew.booth, crew.event)
    listed = {
        "preview": [(one.day, len(one.rows)) for one in days_of_drawn(outlook.shifts, DENVER)],
        "booth": [(one.day, len(one.rows)) for one in list_days(session, crew.booth, DENVER)],
        "roster": [(day, len(roster.rows_on(day))) for day in roster.days],
        "brief": [(day, len(rows)) for day, rows in gather_brief(session, crew.event).days],
    }
    assert listed == dict.fromkeys(listed, [(TUESDAY, 4), (WEDNESDAY, 3)])
    assert outlook.figures.days == 2
    assert [one.hours for one in list_days(session, crew.booth, DENVER)] == [8, 6]


def test_its_hours_are_of_its_evening(session: Session) -> None:
    crew = drawn(session)
    shifts = session.scalars(select(Shift).order_by(Shift.starts_at)).all()
    person = crew.person()
    for shift in (shifts[2], shifts[3]):
        take(session, shift, person, NOW)
    roster = load_roster(session, crew.booth, crew.event)
    hours = [roster.hours_on(day).get(person.id) for day in roster.days]
    assert [one and one.total_seconds() / 3600 for one in hours] == [4, None]
    assert roster.coverage_on(TUESDAY).open.total_seconds() / 3600 == 8


def test_one_night_is_one_day(session: Session) -> None:
    """Whoever opens for one evening needs no people for two days."""
    crew = Crew(session)
    figures = look_ahead(session, crew.event, wanted("Tue 20-2"), NOW).figures
    assert figures.days == 1


EVENING = OpenHours(TUESDAY, time(18), time(2))


@pytest.mark.parametrize(
    ("starts", "kind", "hours", "day"),
    [
        ("2024-07-30 18:00", "booth", [EVENING], TUESDAY),
        ("2024-07-31 00:00", "booth", [EVENING], TUESDAY),
        ("2024-07-31 01:59", "booth", [EVENING], TUESDAY),
        ("2024-07-31 02:00", "booth", [EVENING], WEDNESDAY),
        ("2024-07-31 00:00", "tear_down", [EVENING], WEDNESDAY),
        ("2024-07-31 00:00", "booth", [OpenHours(TUESDAY, time(18), time(0))], WEDNESDAY),
        ("2024-07-31 00:00", "booth", [], WEDNESDAY),
        ("2024-07-31 01:00", "booth", [EVENING, OpenHours(WEDNESDAY, time(1), time(5))], WEDNESDAY),
        ("2024-07-31 00:30", "booth", [EVENING, OpenHours(WEDNESDAY, time(1), time(5))], TUESDAY),
    ],
)
def test_the_day_of_a_shift(starts: str, kind: str, hours: list[OpenHours], day: date) -> None:
    local = datetime.fromisoformat(starts).replace(tzinfo=DENVER)
    assert BoothDays(hours, DENVER).day_of(local, kind) == day


@pytest.mark.parametrize(
    ("night", "first"),
    [("2024-03-09", "clocks go forward"), ("2024-11-02", "clocks go back")],
)
def test_nights_on_which_the_clocks_change(night: str, first: str) -> None:
    day = date.fromisoformat(night)
    hours = [OpenHours(day, time(20), time(4))]
    days = BoothDays(hours, DENVER)
    made = draw_shifts(hours, Plan(slot_minutes=60), DENVER)
    assert len(made) == {"clocks go forward": 7, "clocks go back": 9}[first]
    assert (
        {days.day_of(one.starts) for one in made} == {one.day_in(DENVER) for one in made} == {day}
    )


@pytest.mark.parametrize(
    ("need", "at"),
    [
        (Need("lead", day=TUESDAY), ["18", "20", "22", "00"]),
        (Need("lead", day=WEDNESDAY), ["00"]),
        (Need("lead", starts=time(22), ends=time(2)), ["22", "00"]),
        (Need("lead", starts=time(0), ends=time(1)), ["00"]),
        (Need("lead", day=TUESDAY, starts=time(0), ends=time(1)), ["00"]),
        (Need("lead", day=WEDNESDAY, starts=time(22), ends=time(23)), []),
    ],
)
def test_who_is_needed_in_a_night(need: Need, at: list[str]) -> None:
    made = draw_shifts([EVENING], Plan(needs=(need,)), DENVER)
    assert [f"{one.starts.astimezone(DENVER):%H}" for one in made if one.needs] == at
