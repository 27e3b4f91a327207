"""A booth's days as somebody says of each when they could be there: all day, parts of it, hours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Booth, Event, Shift
from outreach.calendars.clock import say_day, say_list, say_times
from outreach.calendars.spans import Span, at, day_span
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.booth.half_days import NoHours
from outreach.staffing.booth.hours import (
    BoothDays,
    by_day,
    days_between,
    from_stored,
    read_times,
)
from outreach.staffing.roster.coverage import join
from outreach.staffing.roster.load import count_shifts
from outreach.staffing.roster.stated.availability import Said, SuitableTime, join_stretches

ALL = "all"
EDGES = (time(12), time(18))
"""Where the afternoon and the evening begin, by the venue's clock."""
LABELS = {
    ALL: N_("All day"),
    "morning": N_("Morning, to 12"),
    "afternoon": N_("Afternoon, 12–18"),
    "evening": N_("Evening, from 18"),
}
SAID = {
    ALL: N_("all day"),
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
}
LONGEST_HOURS = 120
"""Letters of the hours that are typed for one day."""


class WrongTimes(Refused):
    """Some days were not understood; `wrong` has a sentence for each of them."""

    def __init__(self, wrong: Mapping[date, str]) -> None:
        super().__init__(_("Look at the days that are marked; nothing is kept yet."))
        self.wrong = dict(wrong)


@dataclass(frozen=True, slots=True)
class StatedDay:
    """What somebody says of one day: parts that they ticked, hours that they typed."""

    parts: frozenset[str] = frozenset()
    hours: str = ""
    likes: bool = False
    """Whether they would like to be there then."""


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day of the booth that somebody may come on; its night belongs to it."""

    day: date
    span: Span
    """All of it, from where the day before ends."""
    needed: Span
    """From its first shift to its last."""
    zone: ZoneInfo

    @property
    def say_needed(self) -> str:
        """Say from when to when somebody is needed: "10:00–18:00"."""
        first, last = (edge.astimezone(self.zone) for edge in self.needed)
        return say_times(first, last)

    @property
    def parts(self) -> dict[str, Span]:
        """Return the parts of the day in which somebody is needed, and all of it."""
        cuts = (self.span[0], *(at(self.day, edge, self.zone) for edge in EDGES), self.span[1])
        named = zip(("morning", "afternoon", "evening"), pairwise(cuts), strict=True)
        needed = {name: part for name, part in named if _meet(part, self.needed)}
        return {ALL: self.span} | needed

    def read(self, stated: StatedDay) -> list[SuitableTime]:
        """Return the times that are meant; raise NoHours where the typed ones cannot be read."""
        spans = [span for name, span in self.parts.items() if name in stated.parts]
        spans += [self._typed(*edges) for edges in read_times(stated.hours)]
        return join_stretches(SuitableTime(*span, stated.likes) for span in spans)

    def _typed(self, starts: time | None, ends: time | None) -> Span:
        """Return hours of this day; what ends no later than it starts ends the next day."""
        first = at(self.day, starts, self.zone) if starts is not None else self.span[0]
        if ends is None:
            return first, max(self.span[1], first + timedelta(minutes=1))
        last = at(self.day, ends, self.zone)
        if last <= first:
            last = at(self.day + timedelta(days=1), ends, self.zone)
        return first, last

    def show(self, said: Said) -> StatedDay:
        """Return what the form shows of what somebody said."""
        parts, rest = self._split(said)
        likes = any(one.likes for one in _within(said.stretches, self.span))
        return StatedDay(frozenset(parts), ", ".join(map(self._write, rest)), likes)

    def _split(self, said: Said) -> tuple[dict[str, Span], list[Span]]:
        """Return the parts of the day that suit as a whole, and what else of it does."""
        inside = _within(said.stretches, self.span)
        free = join((one.starts, one.ends) for one in inside)
        parts = {name: span for name, span in self.parts.items() if _covers(free, span)}
        if ALL in parts:
            parts = {ALL: self.span}
        return parts, _without(free, parts.values())

    def _write(self, span: Span) -> str:
        """Write hours as `read_times` reads them."""
        first, last = (edge.astimezone(self.zone) for edge in span)
        end = "24:00" if last.time() == time() else last.time().isoformat("minutes")
        return f"{first.time().isoformat('minutes')}–{end}"

    def say(self, said: Said) -> str:
        """Say when somebody could: "in the morning and 14:00–16:00"; "" where never."""
        parts, rest = self._split(said)
        words = {span: str(SAID[name]) for name, span in parts.items()}
        words |= {span: self._write(span) for span in rest}
        return say_list([words[span] for span in sorted(words)])


def list_days(session: Session, booth: Booth, event: Event, now: datetime) -> list[AskedDay]:
    """Return the days to come of a booth: those of its shifts, else of its hours or the event."""
    zone, hours = zone_of(event), from_stored(booth.hours)
    days = BoothDays(hours, zone)
    shifts = count_shifts(session, Shift.booth_id == booth.id, Shift.ends_at > now)
    needed = [(days.day_of(one.starts, one.kind), (one.starts, one.ends)) for one in shifts]
    if not needed:
        needed = [(one.day, one.instants(zone)) for one in hours]
    if not needed:
        all_days = days_between(event.starts_on, event.ends_on)
        needed = [(day, (at(day, time(8), zone), at(day, time(20), zone))) for day in all_days]
    return as_days([one for one in needed if one[1][1] > now], zone)


def as_days(needed: Iterable[tuple[date, Span]], zone: ZoneInfo) -> list[AskedDay]:
    """Return the days that these times belong to; a night ends its own day, not the next one's."""
    found: list[AskedDay] = []
    for day, spans in by_day(needed):
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        starts, ends = day_span(day, zone)
        if found and starts < found[-1].span[1] < last:
            starts = found[-1].span[1]
        found.append(AskedDay(day, (min(starts, first), max(ends, last)), (first, last), zone))
    return found


def read_days(
    days: Sequence[AskedDay], stated: Mapping[date, StatedDay], said: Said
) -> list[SuitableTime]:
    """Return all that somebody says now; a day that is as it was shown stays as it was.

    Raise WrongTimes where a day cannot be read. What lies outside these days is kept.
    """
    found, wrong = list(_outside(said.stretches, days)), {}
    for one in days:
        typed = stated.get(one.day, StatedDay())
        try:
            is_same = typed == one.show(said)
            found += _within(said.stretches, one.span) if is_same else one.read(typed)
        except NoHours as error:
            wrong[one.day] = str(error)
    if wrong:
        raise WrongTimes(wrong)
    return join_stretches(found)


def say_stated(days: Sequence[AskedDay], said: Said) -> str:
    """Say when somebody can and when not: "Can: Sat 20 Feb all day. Cannot: Fri 19 Feb."."""
    told = {one.day: one.say(said) for one in days}
    can = [
        _("%(day)s %(times)s", day=say_day(day), times=times)
        for day, times in told.items()
        if times
    ]
    cannot = [say_day(day) for day, times in told.items() if not times]
    if not can:
        return _("Cannot on any of these days.")
    if not cannot:
        return _("Can: %(times)s.", times="; ".join(can))
    return _("Can: %(times)s. Cannot: %(days)s.", times="; ".join(can), days=say_list(cannot))


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _covers(free: Iterable[Span], span: Span) -> bool:
    return any(starts <= span[0] and span[1] <= ends for starts, ends in free)


def _within(stretches: Iterable[SuitableTime], span: Span) -> list[SuitableTime]:
    """Return the part of these times that lies inside a span."""
    return [
        SuitableTime(max(one.starts, span[0]), min(one.ends, span[1]), one.likes)
        for one in stretches
        if _meet((one.starts, one.ends), span)
    ]


def _outside(stretches: Iterable[SuitableTime], days: Sequence[AskedDay]) -> Iterable[SuitableTime]:
    """Return the part of these times that lies in none of these days."""
    for one in stretches:
        for span in _without([(one.starts, one.ends)], [day.span for day in days]):
            yield SuitableTime(*span, one.likes)


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return these spans with others cut out of them."""
    left = list(spans)
    for cut in taken:
        pieces = [((a, min(b, cut[0])), (max(a, cut[1]), b)) for a, b in left]
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return left
