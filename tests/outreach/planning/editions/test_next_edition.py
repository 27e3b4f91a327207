"""The next edition takes over what is ticked, leaves what is there, and goes back as one act."""

from datetime import date, timedelta

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
    TeamMember,
)
from outreach.accounts.history import undo
from outreach.planning.editions.next_edition import PARTS, guess_facts, list_later, plan_next
from outreach.refusal import Refused
from tests.cast import NOW, REAL, add_booth, add_clocked, add_event, name_person
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
        add_booth(session, self.event, hours=hours, rules={"min_people": 3}, note="Meet at 9")
        judged = {"judged": "bigger", "note": "Bring more stickers.", "status": "attended"}
        session.add(Attendance(event_id=self.event.id, **judged))
        item = {"foundation_id": self.ours.id, "event_id": self.event.id, "what": "Order stickers"}
        session.add(ChecklistItem(**item, days=-30, done_on=date(2024, 6, 1)))
        session.flush()

    def plan(self, into: Event | None = None, parts: tuple[str, ...] = tuple(PARTS)):  # type: ignore[no-untyped-def]
        facts = guess_facts(self.event)
        return plan_next(self.session, self.ours, self.event, into, facts, parts, self.ada, REAL)


@pytest.fixture
def editions(session: Session) -> Editions:
    return Editions(session)


def test_a_new_event_takes_all_of_it_over(editions: Editions, session: Session) -> None:
    other, _entry = editions.plan()
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


def test_one_undo_takes_the_whole_edition_back(editions: Editions, session: Session) -> None:
    other, entry = editions.plan()
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
    other, entry = editions.plan(there, ("team", "budget"))
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
    other, _entry = plan_next(
        session, editions.ours, editions.event, None, facts, ("booth",), editions.ada, REAL
    )
    booth = session.scalars(select(Booth).where(Booth.event_id == other.id)).one()
    assert [row["day"] for row in booth.hours] == ["2025-07-26", "2025-07-29", "2025-07-30"]


@pytest.mark.parametrize("day", [date(2024, 8, 1), date(2024, 7, 1), date(2030, 1, 1)])
def test_it_is_after_this_one_and_not_far_off(editions: Editions, day: date) -> None:
    facts = guess_facts(editions.event) | {"starts_on": day, "ends_on": day}
    with pytest.raises(Refused) as refusal:
        plan_next(
            editions.session, editions.ours, editions.event, None, facts, (), editions.ada, REAL
        )
    assert refusal.value.field == "starts_on"
