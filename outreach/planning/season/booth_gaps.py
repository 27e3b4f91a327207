"""Where a booth has too few people: what Season, the event's page and its needs tell of shifts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Shift, SignUp
from outreach.calendars.words import say_day, say_number

GAPS_AHEAD = 60
"""Days ahead within which an empty shift needs somebody now."""


@dataclass(frozen=True, slots=True)
class BoothGap:
    """A shift still to come with fewer people than it needs."""

    shift_id: int
    starts: datetime
    ends: datetime
    """By the venue's clock."""
    people: int
    missing: int

    @property
    def clock(self) -> str:
        """Say when: "15:00–16:00"."""
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def when(self) -> str:
        """Say the day and when it begins: "Wed 31 Jul, 15:00"."""
        return f"{say_day(self.starts.date())}, {self.starts:%H:%M}"

    @property
    def sentence(self) -> str:
        """Say what is wrong: "15:00–16:00 has nobody."."""
        return f"{self.clock} has {say_people(self.people)}."


@dataclass(frozen=True, slots=True)
class Staffing:
    """How far the booth of one event is staffed."""

    shifts: int
    gaps: tuple[BoothGap, ...]

    @property
    def missing(self) -> int:
        """Count the places without a person."""
        return sum(gap.missing for gap in self.gaps)

    @property
    def words(self) -> str:
        """Say it beside the pips: "fully staffed", "2 missing, Wed 15:00"."""
        if not self.gaps:
            return "fully staffed"
        return f"{self.missing} missing, {self.gaps[0].starts:%a %H:%M}"


def say_people(count: int) -> str:
    """Say how many stand there: "nobody", "one person"."""
    if count == 0:
        return "nobody"
    return "one person" if count == 1 else f"{say_number(count)} people"


def find_staffing(session: Session, event_ids: Iterable[int], now: datetime) -> dict[int, Staffing]:
    """Return how the booths of these events are staffed; events without shifts are left out.

    Who is only offered a place has not said yes, so the gap stays until they do. Shifts that are
    over have no gap any more.
    """
    ids = list(event_ids)
    drawn = _count_shifts(session, ids)
    gaps: dict[int, list[BoothGap]] = {event_id: [] for event_id in drawn}
    for event_id, gap in _find_gaps(session, list(drawn), now):
        gaps[event_id].append(gap)
    return {event_id: Staffing(count, tuple(gaps[event_id])) for event_id, count in drawn.items()}


def _count_shifts(session: Session, ids: Sequence[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = session.execute(
        select(Booth.event_id, func.count(Shift.id))
        .join(Shift, Shift.booth_id == Booth.id)
        .where(Booth.event_id.in_(ids), Shift.cancelled_at.is_(None))
        .group_by(Booth.event_id)
    )
    return dict(rows.all())


def _find_gaps(
    session: Session, ids: Sequence[int], now: datetime
) -> Iterable[tuple[int, BoothGap]]:
    if not ids:
        return
    people = func.count(SignUp.id)
    rows = session.execute(
        select(
            Booth.event_id,
            Event.timezone,
            Shift.id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.min_people,
            people.label("people"),
        )
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .outerjoin(SignUp, and_(SignUp.shift_id == Shift.id, SignUp.state == "taken"))
        .where(Booth.event_id.in_(ids), Shift.cancelled_at.is_(None), Shift.ends_at > now)
        .group_by(Booth.event_id, Event.timezone, Shift.id)
        .having(people < Shift.min_people)
        .order_by(Shift.starts_at, Shift.id)
    )
    for event_id, zone_name, shift_id, starts, ends, wanted, there in rows:
        zone = ZoneInfo(zone_name or "UTC")
        gap = BoothGap(
            shift_id, starts.astimezone(zone), ends.astimezone(zone), there, wanted - there
        )
        yield event_id, gap


@dataclass(frozen=True, slots=True)
class Short:
    """An event soon whose booth is short of people."""

    event_id: int
    name: str
    gaps: tuple[BoothGap, ...]

    @property
    def missing(self) -> int:
        """Count the places without a person."""
        return sum(gap.missing for gap in self.gaps)

    @property
    def sentence(self) -> str:
        """Say the first gap and how many more there are."""
        first, more = self.gaps[0], len(self.gaps) - 1
        if not more:
            return first.sentence
        others = "One more shift is" if more == 1 else f"{say_number(more).capitalize()} more are"
        return f"{first.sentence} {others} short."


def short_events(
    names: Mapping[int, str], staffing: Mapping[int, Staffing], today: date
) -> list[Short]:
    """Return the events with a gap soon; `names` maps those that we go to."""
    until = today + timedelta(days=GAPS_AHEAD)
    found = []
    for event_id, name in names.items():
        gaps = staffing[event_id].gaps if event_id in staffing else ()
        soon = tuple(gap for gap in gaps if gap.starts.date() <= until)
        if soon:
            found.append(Short(event_id, name, soon))
    return found
