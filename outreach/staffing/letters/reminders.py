"""Reminders before a shift, and alarms where an event is short of people: each is posted once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from models.staffing import IS_TAKEN
from outreach.messages import outbox
from outreach.staffing.booth.booths import coordinators_of, is_called_off
from outreach.staffing.letters.coordinators import load_gaps
from outreach.staffing.letters.own_place import DAY_AT_LEAST
from outreach.staffing.notices import fact_key, row_of, tell

BATCH = 100
"""How many reminders one transaction posts."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A reminder: how long before the shift, and until when it is of use."""

    name: str
    before: timedelta
    at_least: timedelta


KINDS = (
    Kind("reminder_day", timedelta(hours=24), DAY_AT_LEAST),
    Kind("reminder_hour", timedelta(hours=1), timedelta(0)),
)
ALARM = "short_of_people"
ALARM_DAYS = (14, 7, 2)
ALARM_LATE = timedelta(hours=24)
"""A worker that was off so long does not raise the alarm of a day that is past."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that has not been posted."""

    kind: str
    person_id: int
    fact: str
    """What it tells: of a shift that is moved it is another fact."""
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alarm:
    """An event that is short of people, so many days before its first shift to come."""

    event_id: int
    days: int
    first: datetime

    @property
    def fact(self) -> str:
        """What it tells: once for each of the days, whatever the clock does."""
        return f"event {self.event_id} short {self.days} days before {self.first:%Y-%m-%d}"


def find_due(session: Session, real: datetime) -> list[Due]:
    """Return the reminders to post, of all foundations but the example; it only reads."""
    return [
        due
        for foundation in living_foundations(session)
        for kind in KINDS
        for due in _find_due(session, foundation, kind, foundation.now(real))
    ]


def post_due(session: Session, dues: Sequence[Due], real: datetime) -> Iterator[int]:
    """Post reminders, some at a time; the caller commits whenever this yields how many.

    Of two workers that post one at once, one does.
    """
    for first in range(0, len(dues), BATCH):
        batch = dues[first : first + BATCH]
        wanted = select(Person).where(Person.id.in_([due.person_id for due in batch]))
        people = {one.id: one for one in session.scalars(wanted)}
        rows = [
            row_of(real, due.kind, people[due.person_id], due.fact, **due.facts)
            for due in batch
            if due.person_id in people
        ]
        posted = [row for row in rows if row is not None]
        yield len(outbox.post_rows(session, posted)) if posted else 0


def find_alarms(session: Session, real: datetime) -> list[Alarm]:
    """Return the alarms to raise for events with too few people; it only reads."""
    found = []
    for foundation in living_foundations(session):
        now = foundation.now(real)
        for event_id, first in session.execute(_first_shifts(foundation, now)):
            days = alarm_due(first, now)
            if days is None or not _is_wanting(session, event_id, now):
                continue
            alarm = Alarm(event_id, days, first)
            if _is_untold(session, alarm):
                found.append(alarm)
    return found


def alarm_due(first_shift: datetime, now: datetime) -> int | None:
    """Return how many days before the first shift an alarm is due now, if one is."""
    for days in ALARM_DAYS:
        since = first_shift - timedelta(days=days)
        if since <= now < since + ALARM_LATE:
            return days
    return None


def post_alarm(session: Session, alarm: Alarm, real: datetime) -> int:
    """Tell the coordinators of an event that it is short of people; return how many were told."""
    event = session.get(Event, alarm.event_id)
    if event is None:
        return 0
    return sum(
        tell(session, real, ALARM, person, alarm.fact, event_id=alarm.event_id)
        for person in coordinators_of(session, event)
    )


def living_foundations(session: Session) -> Sequence[Foundation]:
    """Return the foundations that time passes for: not the example, nor what was removed."""
    own = select(Foundation).where(~Foundation.is_example, Foundation.removed_at.is_(None))
    return session.scalars(own.order_by(Foundation.id)).all()


def _find_due(session: Session, foundation: Foundation, kind: Kind, now: datetime) -> Iterator[Due]:
    """Find who is to be reminded; who took the shift later than that has just been told."""
    rows: Any = session.execute(
        select(
            SignUp.person_id,
            SignUp.id.label("sign_up_id"),
            Shift.id.label("shift_id"),
            Event.id.label("event_id"),
            Shift.starts_at,
            Shift.ends_at,
            Shift.sequence,
            func.coalesce(SignUp.confirmed_at, SignUp.created_at).label("since"),
        )
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Event.foundation_id == foundation.id, IS_TAKEN)
        .where(Shift.starts_at > now + kind.at_least, Shift.starts_at <= now + kind.before)
        .where(Shift.cancelled_at.is_(None), Person.email.is_not(None))
        .where(Person.letters_stopped_at.is_(None))
        .order_by(Shift.starts_at, SignUp.id)
    )
    found: dict[str, Due] = {}
    for row in rows:
        if row.since <= row.starts_at - kind.before:
            due = _due(kind.name, row)
            found[fact_key(kind.name, due.person_id, due.fact)] = due
    told = _told(session, list(found))
    return (due for key, due in found.items() if key not in told)


def _told(session: Session, keys: Sequence[str]) -> set[str]:
    """Return which of these facts are posted already."""
    told: set[str] = set()
    for first in range(0, len(keys), 500):
        some = keys[first : first + 500]
        told.update(session.scalars(select(Message.fact_key).where(Message.fact_key.in_(some))))
    return told


def _due(kind: str, row: Any) -> Due:
    keys = {name: getattr(row, name) for name in ("event_id", "shift_id", "sign_up_id", "sequence")}
    times = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    fact = f"sign-up {row.sign_up_id} starts {times['starts_at']}"
    return Due(kind, row.person_id, fact, keys | times)


def _first_shifts(foundation: Foundation, now: datetime) -> Select[int, datetime]:
    """Select the events with shifts to come, and when the first of these starts."""
    first = func.min(Shift.starts_at)
    furthest = now + timedelta(days=max(ALARM_DAYS))
    return (
        select(Event.id, first)
        .join(Booth, Booth.event_id == Event.id)
        .join(Shift, Shift.booth_id == Booth.id)
        .where(Event.foundation_id == foundation.id, Shift.cancelled_at.is_(None))
        .group_by(Event.id)
        .having(first > now, first <= furthest)
    )


def _is_wanting(session: Session, event_id: int, now: datetime) -> bool:
    return bool(load_gaps(session, event_id, now)) and not is_called_off(session, event_id)


def _is_untold(session: Session, alarm: Alarm) -> bool:
    event = session.get_one(Event, alarm.event_id)
    people = coordinators_of(session, event)
    keys = [fact_key(ALARM, person.id, alarm.fact) for person in people if person.email]
    return len(_told(session, keys)) < len(keys)
