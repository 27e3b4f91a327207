"""The next edition takes over what is ticked, leaves what is there, and goes back as one act."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Booth,
    ChecklistItem,
    Event,
    Foundation,
    Person,
    Series,
    Shift,
    SignUp,
    TeamMember,
)
from outreach.accounts.history import undo
from outreach.planning.editions.next_edition import PARTS, guess_facts, list_later, plan_next
from outreach.planning.editions.shifts import find_last_plan
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import Drawn, Need, Plan, plan_like
from tests.cast import (
    NOW,
    REAL,
    add_booth,
    add_clocked,
    add_event,
    add_shift,
    add_sign_up,
    name_person,
)
from tests.sign_ins import add_person


class Editions:
    """An edition of 2024 with everything that can be taken over."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ours: Foundation = add_clocked(session)
        self.ada: Person = add_person(session, foundation=self.ours)
        series = Series(foundation_id=self.ours.id, name="SIGGRAPH", name_key="siggraph")
        session.add(series)
        session.flush()
        self.event: Event = add_event(
            session,
            self.ours,
            "SIGGRAPH 2024",
            ends=date(2024, 8, 1),
            booth_cost=900,
            series_id=series.id,
        )
        name_person(session, self.event, self.ada, is_lead=True)
        days = ("2024-07-27", "2024-07-30", "2024-08-01", "2024-08-02")
        stretch = {"kind": "booth", "from": "09:30", "until": "18:00"}
        hours = [{"day": day} | stretch for day in days]
        add_booth(session, self.event, hours=hours, rules={"min_people": 3}, note="Meet at 9",
                  asked_at_sign_up=["food"])  # fmt: skip
        judged = {"judged": "bigger", "note": "Bring more stickers.", "status": "attended"}
        session.add(Attendance(event_id=self.event.id, **judged))
        item = {"foundation_id": self.ours.id, "event_id": self.event.id, "what": "Order stickers"}
        session.add(ChecklistItem(**item, days=-30, done_on=date(2024, 6, 1)))
        session.flush()

    def plan(self, into: Event | None = None, parts: tuple[str, ...] = tuple(PARTS)):  # type: ignore[no-untyped-def]
        facts = guess_facts(self.event)
        return plan_next(
            self.session, self.ours, self.event, into, facts, parts, self.ada, NOW, REAL
        )


@pytest.fixture
def editions(session: Session) -> Editions:
    return Editions(session)


def test_a_new_event_takes_all_of_it_over(editions: Editions, session: Session) -> None:
    other = editions.plan().event
    assert (other.name, other.starts_on, other.ends_on) == (
        "SIGGRAPH 2025",
        date(2025, 7, 27),
        date(2025, 7, 31),
    )
    assert (other.series_id, other.timezone) == (editions.event.series_id, "America/Denver")
    assert other.booth_cost == 900
    assert other.note == "SIGGRAPH 2024 2024: go again, and bigger. Bring more stickers."
    (member,) = session.scalars(select(TeamMember).where(TeamMember.event_id == other.id))
    assert (member.person_id, member.is_lead) == (editions.ada.id, True)
    (item,) = session.scalars(select(ChecklistItem).where(ChecklistItem.event_id == other.id))
    assert (item.what, item.days, item.done_on) == ("Order stickers", -30, None)
    booth = session.scalars(select(Booth).where(Booth.event_id == other.id)).one()
    days = [row["day"] for row in booth.hours]
    assert days == ["2025-07-26", "2025-07-29", "2025-07-31", "2025-08-01"]
    assert (booth.rules, booth.note, booth.label) == ({"min_people": 3}, "Meet at 9", "")
    assert booth.asked_at_sign_up == ["food"]


def test_one_undo_takes_the_whole_edition_back(editions: Editions, session: Session) -> None:
    made = editions.plan()
    other, entry = made.event, made.entry
    number = other.id
    undo(session, entry, editions.ada, NOW, REAL)
    session.expire_all()
    assert session.get(Event, number) is None
    assert list(session.scalars(select(Booth.event_id))) == [editions.event.id]


def test_what_an_event_has_stays_and_only_the_ticked_comes(
    editions: Editions, session: Session
) -> None:
    editions.plan(parts=())
    (there,) = list_later(session, editions.event)
    there.booth_cost = 1200
    made = editions.plan(there, ("team", "budget"))
    other, entry = made.event, made.entry
    assert (other.id, other.booth_cost, other.note) == (there.id, 1200, "")
    with pytest.raises(Refused, match="has all of that already"):
        editions.plan(there, ("team", "budget"))
    with pytest.raises(Refused, match="Tick what"):
        editions.plan(there, ())
    undo(session, entry, editions.ada, NOW, REAL)
    assert list(session.scalars(select(TeamMember.event_id))) == [editions.event.id]


def test_a_shorter_edition_has_no_hours_on_days_that_it_lacks(
    editions: Editions, session: Session
) -> None:
    facts = guess_facts(editions.event)
    facts["ends_on"] = facts["starts_on"] + timedelta(days=2)
    other = plan_next(
        session, editions.ours, editions.event, None, facts, ("booth",), editions.ada, NOW, REAL
    ).event
    booth = session.scalars(select(Booth).where(Booth.event_id == other.id)).one()
    assert [row["day"] for row in booth.hours] == ["2025-07-26", "2025-07-29", "2025-07-30"]


@pytest.mark.parametrize("day", [date(2024, 8, 1), date(2024, 7, 1), date(2030, 1, 1)])
def test_it_is_after_this_one_and_not_far_off(editions: Editions, day: date) -> None:
    facts = guess_facts(editions.event) | {"starts_on": day, "ends_on": day}
    with pytest.raises(Refused) as refusal:
        plan_next(
            editions.session,
            editions.ours,
            editions.event,
            None,
            facts,
            (),
            editions.ada,
            NOW,
            REAL,
        )
    assert refusal.value.field == "starts_on"


def stand(editions: Editions, session: Session) -> Booth:
    """Let the booth of 2024 have shifts: set-up, two of the day, one of the night, a cancelled."""
    booth = session.scalars(select(Booth).where(Booth.event_id == editions.event.id)).one()
    booth.hours = [*booth.hours, NIGHT]
    for day, hour, hours, columns in (
        (27, 15, 1.5, {"kind": "set_up", "min_people": 1, "max_people": 1}),
        (30, 15.5, 2, {"min_people": 2, "max_people": 4, "needs": ["lead"], "note": "Demo"}),
        (30, 17.5, 2, {"min_people": 2, "max_people": 4, "needs": ["lead", "language:fr"]}),
        (31, 28, 2, {"min_people": 3, "max_people": 3}),
        (30, 20, 2, {"cancelled_at": NOW}),
    ):
        starts = datetime(2024, 7, day, tzinfo=UTC) + timedelta(hours=hour)
        shift = add_shift(session, booth, starts, hours, **columns)
        add_sign_up(session, shift, editions.ada)
    return booth


NIGHT = {"day": "2024-07-31", "kind": "booth", "from": "22:00", "until": "01:00"}


def shifts_of(session: Session, event: Event) -> list[Shift]:
    mine = select(Shift).join(Booth).where(Booth.event_id == event.id)
    return list(session.scalars(mine.order_by(Shift.starts_at)))


def test_its_shifts_come_over_at_the_same_hours_with_nobody_on_them(
    editions: Editions, session: Session
) -> None:
    stand(editions, session)
    made = editions.plan()
    drawn = shifts_of(session, made.event)
    denver = ZoneInfo("America/Denver")
    told = [
        (one.starts_at.astimezone(denver).strftime("%a %d %H:%M"), one.min_people, one.max_people)
        for one in drawn
    ]
    assert told == [
        ("Sat 26 09:00", 1, 1),
        ("Tue 29 09:30", 2, 4),
        ("Tue 29 11:30", 2, 4),
        ("Wed 30 22:00", 3, 3),
    ]
    assert [one.kind for one in drawn] == ["set_up", "booth", "booth", "booth"]
    assert (drawn[1].needs, drawn[1].note) == (["lead"], "Demo")
    assert (len({one.batch for one in drawn}), made.left) == (1, "")
    assert not session.scalars(
        select(SignUp).where(SignUp.shift_id.in_([one.id for one in drawn]))
    ).all()
    undo(session, made.entry, editions.ada, NOW, REAL)
    session.expire_all()
    assert {one.booth_id for one in session.scalars(select(Shift))} == {
        booth.id for booth in session.scalars(select(Booth))
    }
    assert session.scalars(select(Booth.event_id)).all() == [editions.event.id]


def test_what_cannot_be_drawn_is_said(editions: Editions, session: Session) -> None:
    stand(editions, session)
    facts = guess_facts(editions.event)
    short = facts | {"ends_on": facts["starts_on"] + timedelta(days=2)}
    args = (session, editions.ours, editions.event, None)
    made = plan_next(*args, short, ("booth",), editions.ada, NOW, REAL)
    assert made.left == "One shift is left out: the next edition has no such day."
    assert len(shifts_of(session, made.event)) == 3
    nowhere = facts | {"city": None, "country": None}
    made = plan_next(*args, nowhere, ("booth",), editions.ada, NOW, REAL)
    assert made.left.startswith("Its shifts are not drawn: its place")
    assert shifts_of(session, made.event) == []


def test_shifts_of_an_edition_that_has_some_or_is_over_stay_as_they_are(
    editions: Editions, session: Session
) -> None:
    stand(editions, session)
    there = editions.plan(parts=()).event
    add_shift(session, add_booth(session, there), NOW + timedelta(days=365))
    editions.plan(there, ("booth",))
    assert len(shifts_of(session, there)) == 1
    facts = guess_facts(editions.event)
    late = datetime(2026, 1, 1, tzinfo=UTC)
    args = (session, editions.ours, editions.event, None, facts, ("booth",), editions.ada)
    assert shifts_of(session, plan_next(*args, late, REAL).event) == []


def test_an_edition_that_has_all_but_the_shifts_takes_them_in_one_act(
    editions: Editions, session: Session
) -> None:
    there = editions.plan().event
    stand(editions, session)
    made = editions.plan(there, ("booth",))
    assert len(shifts_of(session, there)) == 4
    undo(session, made.entry, editions.ada, NOW, REAL)
    session.expire_all()
    assert shifts_of(session, there) == []
    with pytest.raises(Refused, match="has all of that already"):
        editions.plan(there, ("team",))


def test_drawing_by_hand_begins_with_how_the_last_edition_was_cut(
    editions: Editions, session: Session
) -> None:
    there = editions.plan(parts=()).event
    assert find_last_plan(session, there) is None
    stand(editions, session)
    assert find_last_plan(session, there) == Plan(120, 2, 4, 1, 1)
    assert find_last_plan(session, editions.event) is None


@pytest.mark.parametrize(
    ("shifts", "plan"),
    [
        ([], Plan()),
        ([("booth", 60, 1, 2, ("lead",))], Plan(60, 1, 2, 1, 2, needs=(Need("lead"),))),
        (
            [
                ("booth", 90, 2, 3, ("lead", "language:fr")),
                ("booth", 90, 2, 3, ("language:fr",)),
                ("booth", 30, 2, 3, ("language:fr", "lead")),
                ("tear_down", 60, 4, 5, ("skill:lift",)),
            ],
            Plan(90, 2, 3, 4, 5,
                 needs=(Need("language:fr"), Need("skill:lift", "tear_down"))),
        ),
    ],
)  # fmt: skip
def test_a_plan_like_shifts_is_what_most_of_each_kind_have(
    shifts: list[tuple[Any, ...]], plan: Plan
) -> None:
    drawn = [
        Drawn(kind, NOW, NOW + timedelta(minutes=minutes), least, most, needs)
        for kind, minutes, least, most, needs in shifts
    ]
    assert plan_like(drawn) == plan
