"""When somebody could stand at a booth: said once, kept in stretches, read by the roster."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Availability, Booth, Event, Foundation, Person
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.hours import at_same

MOST_HOURS = 24
SAID_TIMES, NOTED_TIMES = "said times", "noted times"


@dataclass(frozen=True, slots=True)
class SuitableTime:
    """A half-open time that suits somebody; `likes` where it is a wish."""

    starts: datetime
    ends: datetime
    likes: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said about a booth."""

    stretches: Sequence[SuitableTime] = ()
    most_minutes: int | None = None
    said_at: datetime | None = None

    @property
    def tells_times(self) -> bool:
        """Tell whether they said when, be it never; a limit alone tells nothing of it."""
        return bool(self.stretches) or (self.said_at is not None and self.most_minutes is None)

    def covers(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether the whole of a time suits."""
        reached = starts
        for one in self.stretches:
            if one.starts <= reached < one.ends:
                reached = one.ends
        return reached >= ends

    def allows(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether it speaks for no other time; who named no time is taken to be free."""
        return not self.tells_times or self.covers(starts, ends)

    def likes(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether the whole of a time is a wish."""
        wished = [one for one in self.stretches if one.likes]
        return Said(wished).covers(starts, ends)


def find_said(session: Session, booth: Booth, person: Person) -> Said:
    """Return what the person said about the booth; nothing, where they said nothing."""
    row = session.scalar(_row(booth, person))
    return _read(row) if row is not None else Said()


def load_said(session: Session, booth: Booth) -> dict[int, Said]:
    rows = session.scalars(select(Availability).where(Availability.booth_id == booth.id))
    return {row.person_id: _read(row) for row in rows}


def say(
    session: Session,
    booth: Booth,
    person: Person,
    stretches: Iterable[SuitableTime],
    most_minutes: int | None,
    now: datetime,
    real: datetime,
    by: Person | None = None,
) -> Availability:
    """Note when the person could and would like to; with neither time nor limit they cannot.

    `by` is whoever heard it from them, where it was not typed by themselves. What touches and is
    wished for alike becomes one stretch. Refuses an odd limit.
    """
    if most_minutes is not None and not 0 < most_minutes <= MOST_HOURS * 60 * 31:
        raise Refused(_("Give the most hours as a number from 1."), "most")
    lock_booth(session, booth.id)
    row = session.scalar(_row(booth, person))
    times = [_write(one) for one in join_stretches(stretches)]
    event = session.get_one(Event, booth.event_id)
    foundation = session.get_one(Foundation, event.foundation_id)
    verb = SAID_TIMES if by in (None, person) else NOTED_TIMES
    with history.act(session, real, by or person, foundation, verb, booth) as act:
        act.concerns(event, person)
        row = row or Availability(booth_id=booth.id, person_id=person.id)
        row.times, row.most_minutes, row.said_at = times, most_minutes, now
        session.add(row)
    return row


def _lock_booth(taking: TakingBack) -> None:
    lock_booth(taking.session, taking.entry.subject_id)


history.teach(history.Way(lock=_lock_booth, is_own=True), "booth", SAID_TIMES)
history.teach(history.Way(lock=_lock_booth), "booth", NOTED_TIMES)


def keep_clock(session: Session, booth: Booth, was: ZoneInfo, zone: ZoneInfo) -> None:
    """Let the times that people said at this booth show by the zone what they showed before."""

    def moved(one: SuitableTime) -> SuitableTime:
        starts, ends = (at_same(edge, was, zone) for edge in (one.starts, one.ends))
        return SuitableTime(starts, ends, one.likes)

    for row in session.scalars(select(Availability).where(Availability.booth_id == booth.id)):
        row.times = [_write(moved(one)) for one in _read(row).stretches]


def join_stretches(stretches: Iterable[SuitableTime]) -> list[SuitableTime]:
    """Return the stretches in order, those that touch and are alike joined."""
    joined: list[SuitableTime] = []
    for one in sorted(set(stretches), key=_order):
        last = joined[-1] if joined else None
        if last and last.likes == one.likes and one.starts <= last.ends:
            joined[-1] = SuitableTime(last.starts, max(last.ends, one.ends), one.likes)
        else:
            joined.append(one)
    return joined


def booth_for(session: Session, person: Person, event_id: int) -> tuple[Booth, Event] | None:
    """Return the booth of an event of the person's own foundation, if there is one."""
    row = session.execute(
        select(Booth, Event)
        .join(Event, Event.id == Booth.event_id)
        .where(Event.id == event_id, Event.foundation_id == person.foundation_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def lock_booth(session: Session, booth_id: int | None) -> None:
    """Let one at a time say something about this booth."""
    session.execute(select(Booth.id).where(Booth.id == booth_id).with_for_update(key_share=True))


def _row(booth: Booth, person: Person) -> Select[Availability]:
    return select(Availability).where(
        Availability.booth_id == booth.id, Availability.person_id == person.id
    )


def _order(one: SuitableTime) -> tuple[datetime, datetime, bool]:
    return one.starts, one.ends, one.likes


def _read(row: Availability) -> Said:
    """Return what is kept of a person; a stretch that cannot be read any more is left out."""
    found = []
    for stored in row.times:
        with suppress(LookupError, TypeError, ValueError):
            starts, ends = (datetime.fromisoformat(stored[name]) for name in ("from", "until"))
            found.append(SuitableTime(starts, ends, bool(stored.get("likes"))))
    stretches = sorted((one for one in found if one.starts.tzinfo and one.ends.tzinfo), key=_order)
    return Said(stretches, row.most_minutes, row.said_at)


def _write(one: SuitableTime) -> dict[str, Any]:
    starts, ends = (instant.astimezone(UTC).isoformat() for instant in (one.starts, one.ends))
    return {"from": starts, "until": ends, "likes": one.likes}
