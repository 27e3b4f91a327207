"""Who is told of which deadline when: 21, 7 and 2 days before, each once, a letter a day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Foundation, Message, NoticeChoice, Person, TeamMember
from models.checklists import NOTICE_KINDS
from outreach.messages import outbox
from outreach.planning.deadlines.told import Deadline, WantedDeadlines, list_deadlines
from outreach.planning.season.weekly import tell_week
from outreach.staffing.letters.reminders import living_foundations
from outreach.staffing.notices import fact_key

MARKS = (2, 7, 21)
"""Days before a deadline on which its owner is told."""
DEADLINES, WEEKLY = "deadlines", "weekly"
TITLES = {DEADLINES: "Deadlines", WEEKLY: "The week"}
KINDS = frozenset(TITLES)
MORNING = 7
"""The hour of the foundation's clock from which letters of the morning leave."""
REMEMBERED = timedelta(days=max(MARKS) * 2)
Mark = tuple[str, int, str, int]
"""A deadline by its source and number, its day, and which of MARKS it has reached."""


def mark_reached(days: int) -> int | None:
    """Return which mark a deadline so many days ahead has reached, if any."""
    return next((mark for mark in MARKS if 0 <= days <= mark), None)


def find_due(session: Session, real: datetime) -> list[dict[str, Any]]:
    """Return the letters to post, of all foundations but the example; it only reads."""
    return [
        row
        for foundation in living_foundations(session)
        for row in _find_due(session, foundation, foundation.now(real), real)
    ]


def _find_due(
    session: Session, foundation: Foundation, now: datetime, real: datetime
) -> Iterable[dict[str, Any]]:
    today, is_morning = now.date(), now.hour >= MORNING
    readers = find_readers(session, foundation, find_near(session, foundation, now))
    people = {one.id: one for one in _list_people(session, foundation, readers)}
    choices = {one.person_id: one for one in _list_choices(session, people)}
    told = _told(session, foundation, real)
    for number, person in people.items():
        how, kinds = wanted_by(choices.get(number))
        marks = [
            mark
            for one in readers.get(number, ())
            if notice_kind(one) in kinds
            and (mark := mark_of(one, now))
            and (number, mark) not in told
        ]
        if marks and (how == "mail" or (how == "daily" and is_morning)):
            facts = {"marks": [list(mark) for mark in marks]}
            yield from _row(real, person, DEADLINES, today.isoformat(), facts)
    # Whoever looks on Tuesday still does what Monday's worker did not do.
    if is_morning and today.weekday() < 2:
        weekly = [
            one for one in people.values() if is_told_weekly(one, *wanted_by(choices.get(one.id)))
        ]
        yield from _weekly(session, foundation, weekly, now, real)


def _weekly(
    session: Session,
    foundation: Foundation,
    people: Iterable[Person],
    now: datetime,
    real: datetime,
) -> Iterable[dict[str, Any]]:
    """Give the letters of this week that were not posted yet, where there is something to tell."""
    monday = (now.date() - timedelta(days=now.weekday())).isoformat()
    rows = [row for one in people for row in _row(real, one, WEEKLY, monday, {})]
    keys = [row["fact_key"] for row in rows]
    posted = set(session.scalars(select(Message.fact_key).where(Message.fact_key.in_(keys))))
    new = [row for row in rows if row["fact_key"] not in posted]
    return new if new and tell_week(session, foundation, now) else []


def _row(
    real: datetime, person: Person, kind: str, fact: str, facts: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    key = fact_key(kind, person.id, fact)
    row = outbox.row_of(real, person, TITLES[kind], "", key, kind, facts)
    return [row] if row else []


def find_near(session: Session, foundation: Foundation, now: datetime) -> list[Deadline]:
    """Return what is late or reaches a mark."""
    until = now.date() + timedelta(days=max(MARKS))
    return list_deadlines(session, foundation, now, WantedDeadlines(until=until))


def find_readers(
    session: Session, foundation: Foundation, deadlines: Collection[Deadline]
) -> dict[int, list[Deadline]]:
    """Return for each person whose deadlines these are: owner, else who leads, else all staff."""
    events = {one.event_id for one in deadlines if one.owner_id is None}
    leads = defaultdict[int, list[int]](list)
    led = select(TeamMember.event_id, TeamMember.person_id).where(
        TeamMember.event_id.in_(events), TeamMember.is_lead
    )
    for event_id, person_id in session.execute(led):
        leads[event_id].append(person_id)
    staff = session.scalars(
        select(Person.id).where(Person.foundation_id == foundation.id, Person.role == "staff")
    ).all()
    found = defaultdict[int, list[Deadline]](list)
    for one in deadlines:
        for person_id in [one.owner_id] if one.owner_id else leads.get(one.event_id, staff):
            found[person_id].append(one)
    return dict(found)


def mark_of(one: Deadline, now: datetime) -> Mark | None:
    """Return which mark it has reached by now, if any."""
    mark = mark_reached(one.days(now.date()))
    return (one.source, one.number, one.by.isoformat(), mark) if mark else None


def notice_kind(one: Deadline) -> str:
    """Return of which kind it is for whoever chooses what to be told of."""
    return {"call": "call", "answer": "talk"}.get(one.kind, "checklist")


def wanted_by(choice: NoticeChoice | None) -> tuple[str, Collection[str]]:
    """Return how somebody is told, and of what; who never chose is told of everything at once."""
    return (choice.how, choice.kinds) if choice else ("mail", NOTICE_KINDS)


def is_told_weekly(person: Person, how: str, kinds: Collection[str]) -> bool:
    """Tell whether somebody gets the letter of the week."""
    return person.role == "staff" and how != "none" and "weekly" in kinds


def _list_people(
    session: Session, foundation: Foundation, readers: Mapping[int, Any]
) -> Iterable[Person]:
    wanted = or_(Person.id.in_(readers), Person.role == "staff")
    query = select(Person).where(Person.foundation_id == foundation.id, wanted)
    return session.scalars(query.where(Person.email.is_not(None)).order_by(Person.id))


def _list_choices(session: Session, people: Collection[int]) -> Iterable[NoticeChoice]:
    return session.scalars(select(NoticeChoice).where(NoticeChoice.person_id.in_(people)))


def _told(session: Session, foundation: Foundation, real: datetime) -> set[tuple[int | None, Mark]]:
    """Return which marks were told to whom."""
    letters = session.execute(
        select(Message.person_id, Message.facts).where(
            Message.foundation_id == foundation.id,
            Message.kind == DEADLINES,
            Message.created_at > real - REMEMBERED,
        )
    )
    return {(number, _as_mark(mark)) for number, facts in letters for mark in facts["marks"]}


def _as_mark(mark: list[Any]) -> Mark:
    source, number, by, reached = mark
    return source, number, by, reached
