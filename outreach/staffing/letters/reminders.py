"""Reminders before a shift, and alarms where an event is short of people: each is posted once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from models.staffing import IS_TAKEN
from outreach.calendars.nights import day_of
from outreach.messages import outbox
from outreach.staffing.booth.booths import coordinators_of, is_called_off
from outreach.staffing.letters.coordinators import load_gaps
from outreach.staffing.letters.own_place import HAVING
from outreach.staffing.notices import fact_key, row_of, tell

BATCH = 100
"""How many reminders one transaction posts."""


REMINDER = "reminder"
BEFORE = timedelta(hours=24)
"""So long before the first shift of a day its reminder comes."""
REPEATED_AFTER = timedelta(hours=6)
"""Whoever heard of the shift so shortly before is not reminded at once."""
ALARM = "short_of_people"
ALARM_DAYS = (14, 7, 2)
ALARM_LATE = timedelta(hours=24)
"""A worker that was off so long does not raise the alarm of a day that is past."""


@dataclass(frozen=True, slots=True)
class Due:
    """The reminder of one person's day, which has not been posted."""

    person_id: int
    event_id: int
    day: date
    """Of the venue; a shift past midnight is of the day before."""

    @property
    def fact(self) -> str:
        """What it tells: once, whatever becomes of the shifts of that day."""
        return f"{self.day} at event {self.event_id}"


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
        for due in _find_due(session, foundation, foundation.now(real))
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
            row_of(real, REMINDER, people[due.person_id], due.fact,
                   event_id=due.event_id, day=due.day.isoformat())
            for due in batch
            if due.person_id in people
        ]  # fmt: skip
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


def _find_due(session: Session, foundation: Foundation, now: datetime) -> list[Due]:
    """Find whose day begins within 24 hours, and who has not just been told of it anyway."""
    days: dict[Due, list[Any]] = {}
    for row in session.execute(_shifts_near(foundation, now)):
        day = day_of(row.starts_at, ZoneInfo(row.timezone or "UTC"))
        days.setdefault(Due(row.person_id, row.event_id, day), []).append(row)
    near = {due: rows for due, rows in days.items() if _is_near(rows, now)}
    told = _told(session, [fact_key(REMINDER, due.person_id, due.fact) for due in near])
    wanted = [due for due in near if fact_key(REMINDER, due.person_id, due.fact) not in told]
    heard = _load_heard(session, {due.person_id for due in wanted}, now)
    return [due for due in wanted if _is_to_remind(near[due], heard, now)]


def _shifts_near(foundation: Foundation, now: datetime) -> Any:
    """Select the shifts of the next two days, of people who can and want to be reminded."""
    return (
        select(
            SignUp.person_id,
            Event.id.label("event_id"),
            Event.timezone,
            Shift.id.label("shift_id"),
            Shift.starts_at,
            func.coalesce(SignUp.confirmed_at, SignUp.created_at).label("since"),
        )
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Event.foundation_id == foundation.id, IS_TAKEN)
        .where(Shift.starts_at > now, Shift.starts_at <= now + 2 * BEFORE)
        .where(Shift.cancelled_at.is_(None), Person.email.is_not(None))
        .where(Person.letters_stopped_at.is_(None))
        .order_by(Shift.starts_at, SignUp.id)
    )


def _is_near(rows: Sequence[Any], now: datetime) -> bool:
    return bool(rows[0].starts_at <= now + BEFORE)


def _is_to_remind(rows: Sequence[Any], heard: Mapping[Any, datetime], now: datetime) -> bool:
    """Tell whether one of a day's shifts was last heard of earlier than a day before it.

    Who took it, or was told of its time, later than that knows it. Nobody is reminded in the
    hours after they heard of one of them.
    """
    last = {
        row.shift_id: max(row.since, heard.get((row.person_id, row.shift_id), row.since))
        for row in rows
    }
    if now - max(last.values()) < REPEATED_AFTER:
        return False
    return any(last[row.shift_id] <= row.starts_at - BEFORE for row in rows)


def _load_heard(
    session: Session, people: Collection[int], now: datetime
) -> dict[tuple[int, int], datetime]:
    """Return when people were last told of the times of shifts, of those who lately were."""
    found: dict[tuple[int, int], datetime] = {}
    numbers = sorted(people)
    for first in range(0, len(numbers), 500):
        lately = (
            select(Message.person_id, Message.facts, Message.created_at)
            .where(Message.person_id.in_(numbers[first : first + 500]))
            .where(Message.kind.in_((*HAVING, "changed")), Message.state.in_(("waiting", "sent")))
            .where(Message.created_at > now - BEFORE - REPEATED_AFTER)
            .order_by(Message.created_at)
        )
        for person_id, facts, at in session.execute(lately):
            if isinstance(facts.get("shift_id"), int):
                found[person_id, facts["shift_id"]] = at
    return found


def _told(session: Session, keys: Sequence[str]) -> set[str]:
    """Return which of these facts are posted already."""
    told: set[str] = set()
    for first in range(0, len(keys), 500):
        some = keys[first : first + 500]
        told.update(session.scalars(select(Message.fact_key).where(Message.fact_key.in_(some))))
    return told


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
