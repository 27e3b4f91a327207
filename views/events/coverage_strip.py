"""The coverage strip of a booth's day: who is on when, as a picture in percent of the page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from outreach.calendars.clock import opening, say_time
from outreach.calendars.spans import Span
from outreach.planning.run.run import DutyDay, EventRun, RunDay
from outreach.staffing.booth.hours import say_kind_within
from outreach.staffing.roster.days import RosterShift

HOUR = 60
ROW, AXIS, TALK = 28, 20, 7
"""Units of the picture's height: a row of shifts, the names of the hours, our talks below."""
LETTERS, ABOVE = 16, 4
"""How far into a shift its words stand, and above the shifts the lines of the hours begin."""
MOST_NAMED_HOURS = 6
STEPS = (1, 2, 3, 4, 6, 12)
LETTER, INSET = 1.2, 2.6
"""Percent that a letter of a name takes where the page is narrow, and what stands before it."""


@dataclass(frozen=True, slots=True)
class StripBlock:
    """A stretch of the day: from where, how long (in percent), in which row, how it looks."""

    x: float
    width: float
    y: int
    look: str
    """"on", "few" where somebody is missing, "none" for nobody, "edge" for set-up and tear-down."""
    label: str
    shift_id: int = 0

    @property
    def end(self) -> float:
        return round(self.x + self.width, 2)

    @property
    def letters_at(self) -> int:
        """Return the height at which its words stand."""
        return self.y + LETTERS

    @property
    def fits(self) -> bool:
        """Tell whether its words have room in it."""
        return len(self.label) * LETTER + INSET <= self.width


@dataclass(frozen=True, slots=True)
class HourMark:
    """An hour of the axis; a name is "" where there is no room for it."""

    at: float
    name: str
    anchor: str
    is_minor: bool
    """Whether a phone leaves its name out."""


@dataclass(frozen=True, slots=True)
class CoverageStrip:
    """The picture of one day."""

    top: int
    """Where the shifts begin: below the names of the hours, which the first day alone has."""
    height: int
    blocks: tuple[StripBlock, ...]
    talks: tuple[StripBlock, ...]
    marks: tuple[HourMark, ...]

    @property
    def lines_from(self) -> int:
        """Return where the lines of the hours begin."""
        return self.top - ABOVE

    @property
    def told(self) -> frozenset[int]:
        """Return the shifts that it tells well enough for a wide page to do without words."""
        return frozenset(one.shift_id for one in self.blocks if one.fits or one.look == "none")


@dataclass(frozen=True, slots=True)
class DayScale:
    """One scale for all days, in minutes from the midnight before."""

    first: int
    last: int

    def at(self, day: date, instant: datetime) -> float:
        """Return the place of an instant of a day by the venue's clock, in percent."""
        minutes = _minutes(day, instant) - self.first
        return round(min(max(100 * minutes / (self.last - self.first), 0), 100), 2)

    def marks(self) -> Iterator[HourMark]:
        """Give the hours; of many only every second, third, … has its name."""
        hours = range(self.first // HOUR, self.last // HOUR + 1)
        step = next((one for one in STEPS if len(hours) / one <= MOST_NAMED_HOURS), STEPS[-1])
        named = hours[::step]
        for hour in hours:
            at = round(100 * (hour - hours[0]) / (len(hours) - 1), 2)
            anchor = "start" if hour == hours[0] else "end" if hour == hours[-1] else "middle"
            is_minor = hour in named and named.index(hour) % 2 == 1
            yield HourMark(at, say_time(time(hour % 24)) if hour in named else "", anchor, is_minor)


def draw_strips(run: EventRun) -> dict[date, CoverageStrip]:
    """Draw a strip for each day of the booth, all by one scale."""
    duties = [day for day in run.days if day.duty]
    spans = [
        (_minutes(duty.day, starts), _minutes(duty.day, ends))
        for duty in (day.duty for day in duties)
        if duty
        for starts, ends in _local([*((row.starts, row.ends) for row in duty.shifts), *duty.bare],
                                   duty)
    ]  # fmt: skip
    if not spans:
        return {}
    first = min(starts for starts, _ends in spans) // HOUR * HOUR
    last = -(-max(ends for _starts, ends in spans) // HOUR) * HOUR
    scale = DayScale(first, last)
    return {
        day.day: _draw(day, day.duty, scale, with_axis=day is duties[0])
        for day in duties
        if day.duty and (day.duty.shifts or day.duty.bare)
    }


def _draw(day: RunDay, duty: DutyDay, scale: DayScale, *, with_axis: bool) -> CoverageStrip:
    top = AXIS if with_axis else 0
    rows, blocks = list[float](), []
    for one in sorted(_blocks(duty, scale), key=lambda one: (one.x, one.end)):
        row = next((number for number, end in enumerate(rows) if end <= one.x), len(rows))
        rows[row : row + 1] = [one.end]
        blocks.append(replace(one, y=top + row * ROW))
    below = top + len(rows) * ROW
    talks = [
        _block(scale, duty.day, line.at, line.until, below - 1, "talk")
        for line in day.timed
        if line.at and line.until
    ]
    height = below + (TALK if talks else 0)
    return CoverageStrip(top, height, tuple(blocks), tuple(talks), tuple(scale.marks()))


def _blocks(duty: DutyDay, scale: DayScale) -> Iterator[StripBlock]:
    for row in duty.shifts:
        starts, ends = row.starts.astimezone(row.zone), row.ends.astimezone(row.zone)
        block = _block(scale, duty.day, starts, ends, 0, _look(row))
        yield replace(block, label=_label(row, duty), shift_id=row.id)
    for starts, ends in _local(duty.bare, duty):
        look = "none" if duty.is_drawn else "edge"
        yield _block(scale, duty.day, starts, ends, 0, look)


def _look(row: RosterShift) -> str:
    if row.missing:
        return "few" if row.expected else "none"
    return "on" if row.slot.kind == "booth" else "edge"


def _label(row: RosterShift, duty: DutyDay) -> str:
    """Say who is on it; set-up and tear-down are named where nobody is."""
    names = " · ".join(row.names) if duty.with_names else duty.who(row)
    return names or opening(say_kind_within(row.slot.kind))


def _block(
    scale: DayScale, day: date, starts: datetime, ends: datetime, y: int, look: str
) -> StripBlock:
    x = scale.at(day, starts)
    return StripBlock(x, round(scale.at(day, ends) - x, 2), y, look, "")


def _local(spans: Iterable[Span], duty: DutyDay) -> Sequence[Span]:
    return [(one.astimezone(duty.zone), two.astimezone(duty.zone)) for one, two in spans]


def _minutes(day: date, local: datetime) -> int:
    """Return the minutes by the venue's clock since the day's midnight."""
    since = local.replace(tzinfo=None) - datetime.combine(day, time())
    return int(since / timedelta(minutes=1))
