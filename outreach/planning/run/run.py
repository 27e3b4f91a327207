"""The run of an event, day by day: its dated lines, its booth's hours, who stands there when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.calendars.clock import opening, say_count, say_list, say_open_times, say_time
from outreach.calendars.spans import Span
from outreach.language import gettext as _
from outreach.planning.dossier import Dossier
from outreach.planning.run.lines import RunLine, lines_of
from outreach.planning.trips.load import load_stays
from outreach.staffing.booth.booths import find_booth, zone_of
from outreach.staffing.booth.hours import BoothDays, OpenHours, from_stored
from outreach.staffing.roster.coverage import join
from outreach.staffing.roster.days import Roster, RosterShift
from outreach.staffing.roster.load import load_duty

UNRUN = frozenset(["idea", "no_go", "cancelled"])
"""States of events that have no run; an idea has one where somebody drew shifts for it."""
MOST_DAYS = 31
"""So many days of an event are told one by one; of a longer one those on which something is."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DutyDay:
    """The booth on one day: its hours in words, its shifts, and the open time without one."""

    day: date
    hours: str
    """When it is set up, open and taken down, in words."""
    covered: str
    """How much of the open time has enough people; "" where no shift is drawn."""
    is_short: bool
    shifts: tuple[RosterShift, ...]
    bare: tuple[Span, ...]
    """Open time in which no shift is drawn."""
    is_drawn: bool
    """Whether the booth has shifts on any day."""
    zone: ZoneInfo
    with_names: bool

    def who(self, row: RosterShift) -> str:
        """Name who is on a shift, or count them for those who may not read it; "" for nobody."""
        if not row.expected:
            return ""
        return say_list(row.names) if self.with_names else row.places.say_there


@dataclass(frozen=True, slots=True)
class RunDay:
    """One day of the run: what has no time, the booth, and what has one."""

    day: date
    untimed: tuple[RunLine, ...]
    duty: DutyDay | None
    timed: tuple[RunLine, ...]
    """Talks, and the shifts that lack somebody, by time."""
    is_past: bool
    is_today: bool

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing is known of it."""
        return not (self.untimed or self.duty or self.timed)


@dataclass(frozen=True, slots=True)
class EventRun:
    """The days of an event from its decision to its recap."""

    headline: str
    days: tuple[RunDay, ...]
    more: str
    """How many shifts are short that are not told one by one; "" where all are."""


def open_run(session: Session, dossier: Dossier, *, whole: bool) -> EventRun | None:
    """Return the run of the event of a dossier; None where there is none.

    With `whole` it is the run of who works on it; else names, deadlines, decisions and who
    travels when are left out.
    """
    event = dossier.event
    if dossier.is_called_off or (dossier.state in UNRUN and dossier.staffing is None):
        return None
    booth = find_booth(session, event.id)
    roster = load_duty(session, booth, event) if booth else None
    hours = from_stored(booth.hours) if booth else []
    days = roster.booth_days if roster else BoothDays((), zone_of(event))
    stays = load_stays(session, event) if whole else ()
    lines = lines_of(dossier, stays, days, whole=whole)
    duties = _duties(roster, hours, whole) if roster else {}
    told = tuple(_days(dossier, lines, duties))
    return EventRun(_say_headline(dossier, duties), told, dossier.first_gaps[1])


def _say_headline(dossier: Dossier, duties: Iterable[date]) -> str:
    """Answer how the booth stands; without one, how long it lasts and what we do there."""
    if dossier.staffing or duties:
        return dossier.say_booth
    days = (dossier.event.ends_on - dossier.event.starts_on).days + 1
    lasts = say_count("%(Number)s day", "%(Number)s days", days)
    if dossier.preparation.has_booth:
        return _("%(days)s, and the booth's hours are not known", days=lasts)
    return _("%(days)s without a booth", days=lasts)


def _days(
    dossier: Dossier, lines: Sequence[RunLine], duties: Mapping[date, DutyDay]
) -> Iterator[RunDay]:
    event, today = dossier.event, dossier.today
    days = {one.day for one in lines} | duties.keys()
    lasts = (event.ends_on - event.starts_on).days + 1
    if lasts <= MOST_DAYS:
        days |= {event.starts_on + number * DAY for number in range(lasts)}
    for day in sorted(days | ({today} if today <= max(days) else set())):
        here = [one for one in lines if one.day == day]
        yield RunDay(
            day,
            tuple(one for one in here if one.at is None),
            duties.get(day),
            tuple(one for one in here if one.at),
            is_past=day < today,
            is_today=day == today,
        )


def _duties(roster: Roster, hours: Sequence[OpenHours], with_names: bool) -> dict[date, DutyDay]:
    days = sorted({*roster.days, *(one.day for one in hours)})
    return {
        day: _duty(roster, day, [one for one in hours if one.day == day], with_names)
        for day in days
    }


def _duty(roster: Roster, day: date, hours: Sequence[OpenHours], with_names: bool) -> DutyDay:
    rows, coverage = roster.rows_on(day), roster.coverage_on(day)
    covered = _("%(hours)s with enough people", hours=coverage.words) if rows else ""
    return DutyDay(
        day,
        _say_hours(roster, day, hours),
        covered if coverage.open else "",
        is_short=bool(rows) and not coverage.is_full,
        shifts=tuple(rows),
        bare=tuple(_without(roster.open_on(day), rows)),
        is_drawn=bool(roster.rows),
        zone=roster.zone,
        with_names=with_names,
    )


def _without(spans: Iterable[Span], rows: Sequence[RosterShift]) -> Iterator[Span]:
    """Give the stretches of these spans in which no shift of the open booth runs."""
    drawn = join((row.starts, row.ends) for row in rows if row.slot.kind == "booth")
    for begins, ends in spans:
        at = begins
        for first, last in drawn:
            if first < ends and last > at:
                if first > at:
                    yield at, first
                at = max(at, last)
        if at < ends:
            yield at, ends


def _say_hours(roster: Roster, day: date, hours: Sequence[OpenHours]) -> str:
    """Say when it is set up, open and taken down; without told hours, by its shifts."""
    spans = [(one.kind, *one.instants(roster.zone)) for one in hours]
    spans = spans or [(row.slot.kind, row.starts, row.ends) for row in roster.rows_on(day)]
    local = {
        kind: [(one.astimezone(roster.zone), two.astimezone(roster.zone)) for one, two in join(of)]
        for kind in ("set_up", "booth", "tear_down")
        if (of := [(starts, ends) for word, starts, ends in spans if word == kind])
    }
    said = {
        "set_up": lambda one: _("set-up at %(time)s", time=say_time(one[0])),
        "booth": lambda one: _("open %(times)s", times=say_open_times(*one)),
        "tear_down": lambda one: _("tear-down at %(time)s", time=say_time(one[0])),
    }
    return opening(", ".join(said[kind](one) for kind, of in local.items() for one in of))
