"""The run of an event: its days in order, what each holds, who stands there, and for whose eyes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Trip, TripPerson, TripStop
from outreach.planning.dossier import open_dossier
from outreach.planning.run.run import MOST_DAYS, EventRun, RunDay, open_run
from tests.cast import (
    NOW,
    TODAY,
    add_booth,
    add_decision,
    add_event,
    add_item,
    add_proposal,
    add_shift,
    add_sign_up,
)
from tests.sign_ins import add_person

TUESDAY, WEDNESDAY = date(2024, 7, 30), date(2024, 7, 31)
STRETCHES = [
    {"day": "2024-07-30", "kind": "set_up", "from": "08:00", "until": "09:30"},
    {"day": "2024-07-30", "kind": "booth", "from": "09:30", "until": "18:00"},
    {"day": "2024-07-31", "kind": "booth", "from": "22:00", "until": "01:00"},
]


class Running:
    """SIGGRAPH with a booth on two of its five days, and all that a run can tell."""

    def __init__(self, session: Session, ours: Foundation, ada: Person) -> None:
        self.session, self.ada = session, ada
        self.event: Event = add_event(session, ours, ends=date(2024, 8, 1))
        add_decision(session, self.event, "go", ada, reason="they gather there")
        self.kim: Person = add_person(session, "Kim Sample", "volunteer", ours)

    def booth(self) -> Booth:
        return add_booth(self.session, self.event, hours=STRETCHES)

    def shift(self, booth: Booth, day: int, hour: int, hours: float, *people: Person) -> None:
        """Add a shift of two by Denver's clock."""
        starts = datetime(2024, 7, day, hour, tzinfo=UTC) + timedelta(hours=6)
        shift = add_shift(self.session, booth, starts, hours, min_people=2)
        for person in people:
            add_sign_up(self.session, shift, person)

    def trip(self, *stays: tuple[Person, date, bool]) -> None:
        trip = Trip(foundation_id=self.event.foundation_id, name="Denver")
        self.session.add(trip)
        self.session.flush()
        self.session.add(TripStop(event_id=self.event.id, trip_id=trip.id))
        self.session.add_all(
            TripPerson(trip_id=trip.id, person_id=person.id, arrives_on=day,
                       leaves_on=date(2024, 8, 2), is_at_home=is_at_home)
            for person, day, is_at_home in stays
        )  # fmt: skip
        self.session.flush()

    def run(self, *, whole: bool = True, now: datetime = NOW) -> EventRun:
        found = open_run(self.session, open_dossier(self.session, self.event, now), whole=whole)
        assert found is not None
        return found


@pytest.fixture
def running(session: Session, ours: Foundation, ada: Person) -> Running:
    return Running(session, ours, ada)


def day_of(run: EventRun, day: date) -> RunDay:
    return next(one for one in run.days if one.day == day)


def said(lines: Sequence[Any]) -> list[str]:
    return [line.sentence for line in lines]


def test_days_run_forward_from_the_decision_to_what_is_due_after_it(running: Running) -> None:
    add_item(running.session, running.event, "Publish the recap", 30)
    add_item(running.session, running.event, "Ship", -10, owner_id=running.ada.id)
    run = running.run()
    days = [one.day for one in run.days]
    assert days == sorted(days)
    assert days[-1] == date(2024, 8, 31)
    assert {date(2024, 7, 28) + timedelta(days=number) for number in range(5)} < set(days)
    assert [one.day for one in run.days if one.is_today] == [TODAY]
    assert said(day_of(run, date(2024, 7, 12)).untimed) == [
        f"Go, decided by {running.ada.name}: they gather there",
    ]
    (late,) = day_of(run, date(2024, 7, 18)).untimed
    assert (late.sentence, late.tone) == ("Ship", "late")
    assert late.more == f"{running.ada.name}, seven days late"
    assert said(day_of(run, date(2024, 7, 28)).untimed) == ["SIGGRAPH begins."]
    assert said(day_of(run, date(2024, 8, 1)).untimed) == ["SIGGRAPH ends."]
    assert day_of(run, TUESDAY).is_quiet


def test_a_day_of_the_booth_says_its_hours_who_stands_there_and_what_lacks(
    running: Running,
) -> None:
    booth = running.booth()
    running.shift(booth, 30, 10, 2, running.ada, running.kim)
    running.shift(booth, 30, 12, 6, running.kim)
    tuesday = day_of(running.run(), TUESDAY)
    duty = tuesday.duty
    assert duty is not None
    assert duty.hours == "Set-up at 08:00, open 09:30–18:00"
    assert (duty.covered, duty.is_short) == ("2 of 8.5 h with enough people", True)
    assert [duty.who(row) for row in duty.shifts] == ["Ada and Kim", "Kim"]
    bare = [[one.astimezone(duty.zone).strftime("%H:%M") for one in span] for span in duty.bare]
    assert bare == [["09:30", "10:00"]]
    assert [(one.kind, one.sentence) for one in tuesday.timed] == [("gap", "12:00–18:00")]


def test_what_is_open_past_midnight_belongs_to_its_evening(running: Running) -> None:
    booth = running.booth()
    running.shift(booth, 31, 23, 2, running.ada, running.kim)
    duty = day_of(running.run(), WEDNESDAY).duty
    assert duty is not None and duty.hours == "Open 22:00–Thu 01:00"
    assert len(duty.shifts) == 1
    assert day_of(running.run(), date(2024, 8, 1)).duty is None


def test_hours_without_shifts_are_told_and_nothing_is_missing_yet(running: Running) -> None:
    running.booth()
    run = running.run()
    duty = day_of(run, TUESDAY).duty
    assert duty is not None
    assert (duty.covered, duty.is_short, duty.is_drawn) == ("", False, False)
    assert run.headline == "No shifts are drawn yet"


def test_talks_stand_at_their_hour_once_the_event_said_yes(running: Running) -> None:
    starts = datetime(2024, 7, 31, 21, 15, tzinfo=UTC)
    slot = {"starts_at": starts, "ends_at": starts + timedelta(minutes=45)}
    add_proposal(running.session, running.event, running.ada.id, room="401", **slot)
    add_proposal(running.session, running.event, state="submitted", title="Not yet", **slot)
    (talk,) = day_of(running.run(), WEDNESDAY).timed
    assert talk.sentence == f"“Three years”, {running.ada.name}, until 16:00, room 401."
    assert talk.at is not None and talk.at.strftime("%H:%M") == "15:15"


def test_who_travels_is_told_on_the_day_apart_from_who_sleeps_at_home(running: Running) -> None:
    saturday = date(2024, 7, 27)
    running.trip((running.ada, saturday, False), (running.kim, date(2024, 7, 28), True))
    run = running.run()
    assert said(day_of(run, saturday).untimed) == ["Ada arrives."]
    assert said(day_of(run, date(2024, 7, 28)).untimed) == [
        "Kim comes from home.",
        "SIGGRAPH begins.",
    ]
    assert said(day_of(run, date(2024, 8, 2)).untimed) == ["Ada leaves."]


def test_others_read_no_names_no_deadlines_and_no_journeys(running: Running) -> None:
    running.shift(running.booth(), 30, 10, 2, running.ada)
    running.trip((running.kim, date(2024, 7, 27), False))
    add_item(running.session, running.event, "Ship", 0)
    run = running.run(whole=False)
    told = [line.sentence for one in run.days for line in (*one.untimed, *one.timed)]
    assert told == ["SIGGRAPH begins.", "10:00–12:00", "SIGGRAPH ends."]
    duty = day_of(run, TUESDAY).duty
    assert duty is not None and [duty.who(row) for row in duty.shifts] == ["1 of 2"]


@pytest.mark.parametrize("state", ["idea", "no_go", "cancelled"])
def test_what_nobody_goes_to_has_no_run_but_an_idea_with_shifts(
    running: Running, session: Session, ours: Foundation, state: str
) -> None:
    event = add_event(session, ours, "Elsewhere")
    if state != "idea":
        add_decision(session, event, state, reason="far")
    dossier = open_dossier(session, event, NOW)
    assert open_run(session, dossier, whole=True) is None
    add_shift(session, add_booth(session, event), NOW + timedelta(days=4))
    drawn = open_run(session, open_dossier(session, event, NOW), whole=True)
    assert (drawn is not None) == (state == "idea")


def test_a_very_long_event_is_told_by_the_days_on_which_something_is(
    session: Session, ours: Foundation
) -> None:
    for lasts, told in ((MOST_DAYS, MOST_DAYS), (MOST_DAYS + 1, 2)):
        ends = date(2024, 7, 28) + timedelta(days=lasts - 1)
        event = add_event(session, ours, f"Long {lasts}", ends=ends)
        add_decision(session, event)
        run = open_run(session, open_dossier(session, event, NOW), whole=False)
        assert run is not None
        assert sum(event.starts_on <= one.day <= ends for one in run.days) == told
        assert run.headline == f"{lasts} days without a booth"
