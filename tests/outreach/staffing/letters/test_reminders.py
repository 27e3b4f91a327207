"""Reminders and alarms: in time by the venue's clock, once, and never when they are of no use."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from models import Message, Person
from models.database import make_sessions
from outreach.messages.due import gather
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import reminders, writing
from outreach.staffing.letters.reminders import (
    alarm_due,
    find_alarms,
    find_due,
    post_alarm,
    post_due,
)
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.signups import change_shift
from outreach.staffing.signups.sign_up import take
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DESK = Desk("http://where.example", "k" * 40)


@pytest.fixture
def crew(session: Session) -> Crew:
    """Return a crew that time passes for."""
    crew = Crew(session)
    crew.ours.clock = None
    session.flush()
    return crew


def tick(session: Session, now: datetime) -> list[str]:
    """Post what is due at an instant, and return its kinds."""
    before = set(session.scalars(select(Message.id)))
    list(post_due(session, find_due(session, now), now))
    for alarm in find_alarms(session, now):
        post_alarm(session, alarm, now)
    new = session.scalars(select(Message).order_by(Message.id)).all()
    return [message.kind for message in new if message.id not in before]


def written(session: Session, kind: str, now: datetime) -> Written | Dropped:
    newest = select(Message).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
    return writing.write(session, gather(session, session.scalars(newest).one()), now, DESK)


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (24 * HOUR + MINUTE, []),
        (24 * HOUR, ["reminder"]),
        (2 * HOUR, ["reminder"]),
        (MINUTE, ["reminder"]),
        (timedelta(0), []),
        (-MINUTE, []),
    ],
)
def test_when_a_worker_that_was_off_reminds(
    crew: Crew, before: timedelta, kinds: list[str]
) -> None:
    take(crew.session, crew.shift(min_people=0), crew.person(), NOW)
    assert tick(crew.session, WEDNESDAY - before) == kinds


def test_each_reminder_is_posted_once_however_the_clock_jumps(crew: Crew) -> None:
    take(crew.session, crew.shift(min_people=0), crew.person(), NOW)
    jumps = [-25, -24, -23, -24, -25, -23, -1, -2, -24, -1, 0, 24, -24, -1]
    posted = [kind for hours in jumps for kind in tick(crew.session, WEDNESDAY + hours * HOUR)]
    assert posted == ["reminder"]


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Europe/Berlin", date(2024, 10, 27), "Sun 27 Oct 2024, 10:00"),
        ("Europe/Berlin", date(2025, 3, 30), "Sun 30 Mar 2025, 10:00"),
        ("America/Denver", date(2024, 11, 3), "Sun 3 Nov 2024, 10:00"),
        ("Pacific/Auckland", date(2024, 9, 29), "Sun 29 Sep 2024, 10:00"),
    ],
)
def test_over_the_change_of_the_clocks_it_comes_once_and_tells_the_venues_time(
    crew: Crew, zone: str, day: date, clock: str
) -> None:
    starts = datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    crew.event.timezone, crew.event.starts_on, crew.event.ends_on = zone, day, day
    crew.event.latitude = crew.event.longitude = None
    take(crew.session, crew.shift(starts, min_people=0), crew.person(), starts - 20 * DAY)
    told_before(crew.session)
    hours = [*range(-30, 3)]
    posted = [(hour, kind) for hour in hours for kind in tick(crew.session, starts + hour * HOUR)]
    assert posted == [(-24, "reminder")]
    letter = written(crew.session, "reminder", starts - 24 * HOUR)
    assert isinstance(letter, Written)
    assert clock in letter.body
    assert "Your shift begins tomorrow:" in letter.body


def told_before(session: Session) -> None:
    """Let what was posted so far have left."""
    session.execute(update(Message).values(state="sent", sent_at=NOW))


def test_it_says_how_soon(crew: Crew) -> None:
    take(crew.session, crew.shift(min_people=0), crew.person(), NOW)
    told_before(crew.session)
    tick(crew.session, WEDNESDAY - 20 * HOUR)
    soon = {1200: "tomorrow", 600: "today, in about 10 hours", 60: "in an hour",
            45: "in 45 minutes", 1: "in a minute"}  # fmt: skip
    for minutes, said in soon.items():
        letter = written(crew.session, "reminder", WEDNESDAY - minutes * MINUTE)
        assert isinstance(letter, Written)
        assert f"Your shift begins {said}:" in letter.body
    assert isinstance(written(crew.session, "reminder", WEDNESDAY), Dropped)


def test_a_day_is_one_reminder_of_all_its_shifts(crew: Crew) -> None:
    person = crew.person()
    for hour in (0, 3, 6, 10, 12, 20):
        shift = crew.shift(WEDNESDAY + hour * HOUR, min_people=0)
        take(crew.session, shift, person, NOW, reason="asked")
    told_before(crew.session)
    assert tick(crew.session, WEDNESDAY - 24 * HOUR) == ["reminder"]
    letter = written(crew.session, "reminder", WEDNESDAY - 24 * HOUR)
    assert isinstance(letter, Written)
    assert letter.subject == "Wed 31 Jul, 13:00: your five shifts at SIGGRAPH"
    assert "You have five shifts, and the first begins tomorrow:" in letter.body
    assert "That is the night from Wednesday to Thursday." in letter.body
    assert "09:00" not in letter.body  # of Thursday by day
    assert letter.calendar is None
    assert tick(crew.session, WEDNESDAY - 4 * HOUR) == ["reminder"]


def test_a_moved_shift_is_told_once_where_its_reminder_has_not_left(crew: Crew) -> None:
    shift = crew.shift(min_people=0)
    take(crew.session, shift, crew.person(), NOW)
    told_before(crew.session)
    now = WEDNESDAY - 24 * HOUR
    assert tick(crew.session, now) == ["reminder"]
    later = {"starts_at": WEDNESDAY + 3 * HOUR, "ends_at": WEDNESDAY + 5 * HOUR}
    change_shift.change_shift(crew.session, shift, later, crew.lead, now, now)
    letter = written(crew.session, "reminder", now)
    assert isinstance(letter, Written)
    assert "Your shift has a new time:" in letter.body and "begins" not in letter.body
    assert tick(crew.session, now + 3 * HOUR) == []


@pytest.mark.parametrize(
    ("told", "moments"),
    [(-30, [-24]), (-29, [-23]), (-25, [-19]), (-24, [-18]), (-23, []), (-2, [])],
)
def test_who_was_told_of_another_time_is_not_reminded_at_once(
    crew: Crew, told: int, moments: list[int]
) -> None:
    """Nor at all, where that was within the day before; else it would be the same again."""
    shift = crew.shift(WEDNESDAY - HOUR, min_people=0)
    take(crew.session, shift, crew.person(), NOW)
    now = WEDNESDAY + told * HOUR
    times = {"starts_at": WEDNESDAY, "ends_at": WEDNESDAY + HOUR}
    session = crew.session
    change_shift.change_shift(session, shift, times, crew.lead, now, now)
    posted = [hour for hour in range(told, 0) if tick(session, WEDNESDAY + hour * HOUR)]
    assert posted == moments


def test_who_left_after_it_was_posted_is_not_reminded(crew: Crew) -> None:
    sign_up = take(crew.session, crew.shift(min_people=0), crew.person(), NOW)
    told_before(crew.session)
    now = WEDNESDAY - 24 * HOUR
    tick(crew.session, now)
    leave(crew.session, sign_up, now, now)
    letter = written(crew.session, "reminder", now)
    assert isinstance(letter, Written)
    assert "You gave up this shift" in letter.body and "begins" not in letter.body


def test_who_took_it_within_the_day_has_just_been_told(crew: Crew) -> None:
    now = WEDNESDAY - 3 * HOUR
    take(crew.session, crew.shift(min_people=0), crew.person(), now)
    assert tick(crew.session, now) == []
    assert tick(crew.session, WEDNESDAY - HOUR) == []


def test_who_took_the_morning_late_is_reminded_of_the_afternoon(crew: Crew) -> None:
    person = crew.person()
    take(crew.session, crew.shift(WEDNESDAY + 4 * HOUR, min_people=0), person, NOW)
    told_before(crew.session)
    now = WEDNESDAY - 21 * HOUR
    take(crew.session, crew.shift(min_people=0), person, now)
    assert tick(crew.session, now) == []
    told_before(crew.session)
    assert tick(crew.session, now + 6 * HOUR) == ["reminder"]
    letter = written(crew.session, "reminder", now + 6 * HOUR)
    assert isinstance(letter, Written)
    assert "You have two shifts" in letter.body


@pytest.mark.parametrize(
    "columns", [{"email": None, "email_key": None}, {"letters_stopped_at": NOW}]
)
def test_who_can_or_wants_not_be_told(crew: Crew, columns: dict[str, datetime | None]) -> None:
    take(crew.session, crew.shift(min_people=0), crew.person(**columns), NOW)
    assert tick(crew.session, WEDNESDAY - 24 * HOUR) == []


def test_the_example_and_cancelled_shifts_are_left_alone(session: Session) -> None:
    example = Crew(session, "example")
    example.ours.is_example, example.ours.clock = True, None
    take(session, example.shift(min_people=0), example.person(), NOW)
    ours = Crew(session)
    ours.ours.clock = None
    shift = ours.shift(min_people=0)
    take(session, shift, ours.person(email="x@example.org", email_key="x@example.org"), NOW)
    shift.cancelled_at = NOW
    session.flush()
    assert tick(session, WEDNESDAY - 24 * HOUR) == []


def test_two_workers_at_once_post_each_once(engine: Engine, stored: Stored) -> None:
    with stored() as session:
        crew = Crew(session)
        crew.ours.clock = None
        for _ in range(40):
            shift = crew.shift(min_people=0, max_people=1)
            cast.add_sign_up(session, shift, crew.person())
    now = WEDNESDAY - 24 * HOUR
    sessions = make_sessions(engine)
    with sessions() as session:
        dues = find_due(session, now)
    together = threading.Barrier(3)
    counts: list[int] = []

    def work() -> None:
        together.wait()
        with sessions() as session:
            for posted in post_due(session, dues, now):
                session.commit()
                counts.append(posted)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    with stored() as session:
        assert len(session.scalars(select(Message.id)).all()) == 40


def test_many_are_posted_in_several_transactions(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    for _ in range(5):
        cast.add_sign_up(crew.session, crew.shift(min_people=0), crew.person())
    now = WEDNESDAY - 24 * HOUR
    assert list(post_due(crew.session, find_due(crew.session, now), now)) == [2, 2, 1]
    assert find_due(crew.session, now) == []


@pytest.mark.parametrize(
    ("before", "days"),
    [
        (14 * DAY + MINUTE, None),
        (14 * DAY, 14),
        (13 * DAY + MINUTE, 14),
        (13 * DAY, None),
        (7 * DAY, 7),
        (6 * DAY, None),
        (2 * DAY, 2),
        (DAY + MINUTE, 2),
        (DAY, None),
        (timedelta(0), None),
    ],
)
def test_when_an_alarm_is_due(before: timedelta, days: int | None) -> None:
    assert alarm_due(WEDNESDAY, WEDNESDAY - before) == days


class TestShortOfPeople:
    """Coordinators hear fourteen, seven and two days before that people are missing."""

    def test_three_times_each_once(self, crew: Crew) -> None:
        crew.shift()
        posted = [
            (days, kind)
            for days in (15, 14, 14, 13.5, 10, 7, 7, 3, 2, 1.5, 1, 0.5)
            for kind in tick(crew.session, WEDNESDAY - days * DAY)
        ]
        assert posted == [(days, "short_of_people") for days in (14, 7, 2)]

    def test_what_it_says(self, crew: Crew) -> None:
        take(crew.session, crew.shift(), crew.person(), NOW)
        cast.add_shift(crew.session, crew.booth, WEDNESDAY + DAY)
        now = WEDNESDAY - 2 * DAY
        tick(crew.session, now)
        letter = written(crew.session, "short_of_people", now)
        assert isinstance(letter, Written)
        assert letter.subject == "Wed 31 Jul, 13:00 MDT: two shifts short of people at SIGGRAPH"
        assert letter.body == (
            "Hello Lea,\n\n"
            "Two shifts at SIGGRAPH still lack people:\n\n"
            "- Wed 31 Jul 2024, 13:00–15:00 MDT: 1 of 2\n"
            "- Thu 1 Aug 2024, 13:00–15:00 MDT: 0 of 2\n\n"
            f"The roster:\nhttp://where.example/events/{crew.event.id}/roster\n\n"
            "Ours\n"
        )

    def test_it_is_dropped_once_people_are_found(self, crew: Crew) -> None:
        shift = crew.shift()
        now = WEDNESDAY - 2 * DAY
        tick(crew.session, now)
        for _ in range(2):
            take(crew.session, shift, crew.person(), now)
        assert isinstance(written(crew.session, "short_of_people", now), Dropped)

    @pytest.mark.parametrize("state", ["no_go", "cancelled"])
    def test_where_we_do_not_go_nobody_is_missing(self, session: Session, state: str) -> None:
        crew = Crew(session, decided=None)
        crew.ours.clock = None
        cast.add_decision(session, crew.event, state, reason="too dear")
        crew.shift()
        assert tick(session, WEDNESDAY - 2 * DAY) == []

    def test_leads_are_told_instead_of_all_staff(self, crew: Crew) -> None:
        lead = crew.person("Kim Vol")
        cast.name_person(crew.session, crew.event, lead, is_lead=True)
        crew.shift()
        tick(crew.session, WEDNESDAY - 2 * DAY)
        told = crew.session.scalars(select(Message.person_id)).all()
        assert told == [lead.id]
        assert crew.session.get_one(Person, lead.id).email == "v1@example.org"
