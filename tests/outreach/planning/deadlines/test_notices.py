"""Letters about deadlines: whose, when, once, and never of what is done or called off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ChecklistItem, Event, Foundation, Message, Person
from outreach.messages.outbox import post_rows
from outreach.messages.written import Dropped, Written
from outreach.planning.deadlines import letters
from outreach.planning.deadlines.choices import choose
from outreach.planning.deadlines.notices import find_due, mark_reached
from outreach.staffing.letters.told_about import Desk
from tests import cast
from tests.cast import REAL, add_clocked, add_decision, add_event, add_item, name_person
from tests.sign_ins import add_person

DESK = Desk("http://where.example", "k" * 40)
DAY = timedelta(days=1)
THURSDAY = datetime(2024, 7, 25, 5, 30, tzinfo=UTC)
"""Too early for letters of the morning, and of no week's first days."""


@pytest.fixture
def ours(session: Session) -> Foundation:
    return add_clocked(session, clock=None)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    made = add_event(session, ours, "All Things Open", date(2024, 10, 27))
    add_decision(session, made)
    return made


@pytest.fixture
def ada(session: Session, ours: Foundation) -> Person:
    return add_person(session, foundation=ours)


def tick(session: Session, now: datetime) -> list[Message]:
    """Post what is due at an instant, and return it."""
    posted = post_rows(session, rows) if (rows := find_due(session, now)) else []
    return list(session.scalars(select(Message).where(Message.id.in_(posted)).order_by(Message.id)))


def written(session: Session, message: Message, now: datetime) -> Written | Dropped:
    return letters.write(session, message, now, DESK)


@pytest.mark.parametrize(
    ("days", "mark"),
    [(22, None), (21, 21), (8, 21), (7, 7), (3, 7), (2, 2), (0, 2), (-1, None)],
)
def test_a_mark_is_reached_on_its_day_and_stays_until_the_next(days: int, mark: int | None) -> None:
    assert mark_reached(days) == mark


def test_each_mark_is_told_once_to_the_owner(session: Session, event: Event, ada: Person) -> None:
    kim = add_person(session, "Kim Example", "volunteer", session.get_one(Foundation, 1))
    add_item(session, event, "Badges", date(2024, 8, 16), owner_id=kim.id)
    told = []
    for days in range(24):
        for message in tick(session, THURSDAY + days * DAY):
            if message.person_id == kim.id:
                letter = written(session, message, THURSDAY + days * DAY)
                assert isinstance(letter, Written)
                told.append((days, letter.subject))
    assert told == [
        (1, "Badges, All Things Open: in 21 days"),
        (15, "Badges, All Things Open: in 7 days"),
        (20, "Badges, All Things Open: in 2 days"),
    ]


def test_a_day_has_one_letter_whatever_reaches_a_mark(
    session: Session, event: Event, ada: Person
) -> None:
    add_item(session, event, "Badges", date(2024, 8, 1))
    add_item(session, event, "Form\u2028 at evil.example", date(2024, 8, 15))
    (message,) = tick(session, THURSDAY + DAY)
    letter = written(session, message, THURSDAY + DAY)
    assert isinstance(letter, Written)
    assert letter.subject == "Two deadlines: All Things Open"
    assert "- 1 Aug, in 6 days: Badges (All Things Open)" in letter.body
    assert "http://where.example/events/1/checklist" in letter.body
    assert "evil.example" not in letter.body
    add_item(session, event, "Later typed", date(2024, 8, 2))
    assert tick(session, THURSDAY + DAY) == []
    (again,) = tick(session, THURSDAY + 2 * DAY)
    assert "Later typed" in written(session, again, THURSDAY + 2 * DAY).subject  # type: ignore[union-attr]


def test_what_is_done_moved_or_called_off_is_not_told(
    session: Session, event: Event, ada: Person
) -> None:
    item = add_item(session, event, "Badges", date(2024, 8, 1))
    (message,) = tick(session, THURSDAY)
    assert isinstance(written(session, message, THURSDAY), Written)
    for column, value, was in (
        ("done_on", date(2024, 7, 25), None),
        ("fixed_on", date(2024, 9, 1), date(2024, 8, 1)),
        (
            "owner_id",
            add_person(session, "Kim", foundation=session.get_one(Foundation, 1)).id,
            None,
        ),
    ):
        setattr(item, column, value)
        session.flush()
        assert written(session, message, THURSDAY) == letters.NO_MORE
        setattr(item, column, was)
    session.flush()
    add_decision_of(session, event, "cancelled")
    assert written(session, message, THURSDAY) == letters.NO_MORE
    assert session.get_one(ChecklistItem, item.id).done_on is None


def add_decision_of(session: Session, event: Event, state: str) -> None:
    session.refresh(event, ["decision"])
    assert event.decision is not None
    event.decision.state = state
    session.flush()


def test_who_leads_is_told_of_what_nobody_owns(
    session: Session, ours: Foundation, event: Event, ada: Person
) -> None:
    lead = add_person(session, "Lin Example", "volunteer", foundation=ours)
    name_person(session, event, lead, is_lead=True)
    add_item(session, event, "Badges", date(2024, 8, 1))
    assert [message.person_id for message in tick(session, THURSDAY)] == [lead.id]


@pytest.mark.parametrize(
    ("how", "kinds", "hours"),
    [
        ("mail", ["checklist"], [5]),
        ("daily", ["checklist"], [7]),
        ("none", ["checklist"], []),
        ("mail", ["call"], []),
    ],
)
def test_each_is_told_as_they_chose(
    session: Session, ours: Foundation, event: Event, ada: Person, how: str, kinds: list[str],
    hours: list[int],
) -> None:  # fmt: skip
    choose(session, ours, ada, how, kinds, REAL)
    add_item(session, event, "Badges", date(2024, 8, 1))
    add_item(session, event, "Near", date(2024, 7, 24))
    came = {hour: tick(session, THURSDAY.replace(hour=hour)) for hour in (5, 7, 9)}
    assert [hour for hour, letters_of in came.items() if letters_of] == hours
    for message in [one for some in came.values() for one in some]:
        letter = written(session, message, THURSDAY)
        assert isinstance(letter, Written)
        assert ("Near" in letter.body) is (how == "daily")
        choose(session, ours, ada, "none", kinds, REAL)
        assert written(session, message, THURSDAY) == letters.UNWANTED


def test_monday_has_a_letter_for_staff_of_what_is_new_and_open(
    session: Session, ours: Foundation, event: Event, ada: Person
) -> None:
    add_person(session, "Lin Example", "volunteer", foundation=ours)
    monday = datetime(2024, 7, 29, 7, 0, tzinfo=UTC)
    assert tick(session, monday) == []
    cast.add_call(session, event, date(2024, 8, 5))
    (message,) = [one for one in tick(session, monday + DAY) if one.kind == "weekly"]
    assert (message.kind, message.person_id) == ("weekly", ada.id)
    booth = cast.add_booth(session, event)
    cast.add_shift(session, booth, datetime(2024, 10, 27, 15, tzinfo=UTC))
    name_person(session, event, ada)
    letter = written(session, message, monday)
    assert isinstance(letter, Written)
    assert letter.subject == "The week of Ours"
    assert "All Things Open: Call for talks closes" in letter.body
    (next_week,) = [one for one in tick(session, monday + 7 * DAY) if one.kind == "weekly"]
    assert next_week.fact_key != message.fact_key


def test_nobody_is_told_by_the_clock_of_the_example(session: Session, ada: Person) -> None:
    example = add_clocked(session, "example", is_example=True)
    add_person(session, "Sol Sample", foundation=example)
    add_item(session, add_event(session, example, "SC24", date(2024, 7, 28)), "Badges", -1)
    assert tick(session, THURSDAY) == []
