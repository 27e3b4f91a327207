"""Where a booth has too few people: what Season, the event's page and its needs tell of shifts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.calendars.clock import (
    opening,
    say_count,
    say_day,
    say_days,
    say_moment,
    say_start,
    say_time,
    say_times,
    say_weekday,
)
from outreach.language import gettext as _
from outreach.staffing.booth.cautions import is_outside
from outreach.staffing.booth.hours import BoothDays, from_stored
from outreach.staffing.roster.coverage import Places
from outreach.staffing.roster.load import CountedShift, count_shifts_of

MOST_PIPS = 3
WEEK = 7
GAPS_AHEAD = 60
"""Days ahead within which an empty shift needs somebody now."""


@dataclass(frozen=True, slots=True)
class BoothGap:
    """A shift still to come with fewer people than it needs."""

    shift_id: int
    starts: datetime
    ends: datetime
    """By the venue's clock."""
    zone: ZoneInfo
    places: Places

    @property
    def missing(self) -> int:
        """Return how many people it lacks."""
        return self.places.missing

    @property
    def clock(self) -> str:
        """Say when: "15:00–16:00"."""
        return say_times(self.starts, self.ends)

    @property
    def when(self) -> str:
        """Say the day and when it begins: "Wed 31 Jul, 15:00"."""
        return say_moment(self.starts)

    @property
    def whole_time(self) -> str:
        """Say the day, when it begins and when it ends: "Wed 31 Jul, 15:00–16:00"."""
        return _("%(day)s, %(times)s", day=say_day(self.starts.date()), times=self.clock)

    @property
    def sentence(self) -> str:
        """Say what is wrong: "15:00–16:00 has nobody."."""
        return _("%(times)s has %(people)s.", times=self.clock,
                 people=say_people(self.places.taken))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staffing:
    """How far the booth of one event is staffed."""

    shifts: int
    gaps: tuple[BoothGap, ...]
    outside: str = ""
    """What to say of shifts to come on days on which there is no event."""
    is_over: bool = False
    """Whether none of its shifts is to come."""
    fell_short: int = 0
    """How many shifts that are over had too few people."""
    happens: bool = True
    """Whether we go there."""

    @property
    def missing(self) -> int:
        """Count the places without a person."""
        return sum(gap.missing for gap in self.gaps)

    @property
    def pips(self) -> int:
        """Return how many signs stand for what is missing."""
        return min(self.missing, MOST_PIPS)

    @property
    def short_words(self) -> str:
        """Say it where there is little room: "fully staffed", "2 missing"."""
        if not self.happens:
            return _("we do not go")
        if self.is_over:
            return self._say_past()
        return _("%(count)s missing", count=self.missing) if self.gaps else _("fully staffed")

    @property
    def say_booth(self) -> str:
        """Say it of a booth without a gap to come: "The booth is fully staffed"."""
        return opening(self._say_past()) if self.is_over else _("The booth is fully staffed")

    def _say_past(self) -> str:
        """Say how a booth that is over was staffed: "two of 14 shifts had too few people"."""
        if not self.fell_short:
            return _("every shift had enough people")
        return say_count("%(number)s of %(all)s shifts had too few people",
                         "%(number)s of %(all)s shifts had too few people", self.fell_short,
                         all=self.shifts)  # fmt: skip

    @property
    def words(self) -> str:
        """Say it beside the pips: "fully staffed", "2 missing, Wed 15:00"."""
        if not self.gaps:
            return self.short_words
        start = say_start(self.gaps[0].starts, self.gaps[0].zone)
        return _("%(count)s missing, %(start)s", count=self.missing, start=start)


def say_people(count: int) -> str:
    """Say how many stand there: "nobody", "one person"."""
    if count == 0:
        return _("nobody")
    return say_count("one person", "%(number)s people", count)


def say_gap(gap: BoothGap, today: date) -> str:
    """Say it in a headline: "On Wednesday at 15:00, nobody is at the booth."."""
    day = gap.starts.date()
    when = say_weekday(day) if (day - today).days < WEEK else say_day(day)
    named = {"day": when, "clock": say_time(gap.starts)}
    if not gap.places.taken:
        return _("On %(day)s at %(clock)s, nobody is at the booth.", **named)
    return say_count(
        "On %(day)s at %(clock)s, only one person is at the booth.",
        "On %(day)s at %(clock)s, only %(number)s people are at the booth.",
        gap.places.taken,
        **named,
    )


def find_staffing(session: Session, event_ids: Iterable[int], now: datetime) -> dict[int, Staffing]:
    """Return how the booths of these events are staffed; events without shifts are left out.

    Shifts that are over have no gap any more.
    """
    ids = list(event_ids)
    by_event: dict[int, list[CountedShift]] = {}
    for row in count_shifts_of(session, ids) if ids else ():
        by_event.setdefault(row.event_id or 0, []).append(row)
    return {
        event_id: Staffing(
            len(rows),
            tuple(_gap(row) for row in rows if row.missing and row.ends > now),
            _say_outside([row for row in rows if row.ends > now and row.happens]),
            all(row.ends <= now for row in rows),
            sum(bool(row.missing) for row in rows if row.ends <= now),
            all(row.happens for row in rows),
        )
        for event_id, rows in by_event.items()
    }


def _say_outside(coming: Sequence[CountedShift]) -> str:
    """Say how many shifts to come lie outside the days of their event: it may have moved since."""
    if not coming or coming[0].days is None:
        return ""
    (first, last), zone = coming[0].days, coming[0].zone
    days = BoothDays(from_stored(coming[0].hours), zone)
    count = sum(
        is_outside(days.day_of(row.starts, row.kind), row.kind, first, last) for row in coming
    )
    if not count:
        return ""
    return say_count(
        "%(Number)s shift to come is outside the days of the event, %(days)s.",
        "%(Number)s shifts to come are outside the days of the event, %(days)s.",
        count,
        days=say_days(first, last),
    )


def _gap(row: CountedShift) -> BoothGap:
    starts, ends = row.starts.astimezone(row.zone), row.ends.astimezone(row.zone)
    return BoothGap(row.id or 0, starts, ends, row.zone, row.places)


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
    def sought(self) -> str:
        """Say what is looked for: cover for somebody who gave up a place, or people."""
        return "cover" if any(gap.places.was_given_up for gap in self.gaps) else "people"

    def due(self, today: date) -> date:
        """Return the day by which somebody is needed."""
        return max(self.gaps[0].starts.date(), today)

    @property
    def sentence(self) -> str:
        """Say the first gap and how many more there are."""
        first, more = self.gaps[0], len(self.gaps) - 1
        if not more:
            return first.sentence
        others = say_count("One more shift is short.", "%(Number)s more are short.", more)
        return f"{first.sentence} {others}"


@dataclass(frozen=True, slots=True)
class Strayed:
    """An event with shifts on days on which it is not."""

    event_id: int
    name: str
    sentence: str


def strayed_events(names: Mapping[int, str], staffing: Mapping[int, Staffing]) -> list[Strayed]:
    """Return the events with shifts outside their days; `names` maps those that we go to."""
    return [
        Strayed(event_id, name, staffing[event_id].outside)
        for event_id, name in names.items()
        if event_id in staffing and staffing[event_id].outside
    ]


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
