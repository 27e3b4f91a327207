"""The season's run sheet: what needs somebody, the next trip, the year, what each waits for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models import Foundation
from models.events import CALLED_OFF
from outreach.calendars.clock import (
    say_coming,
    say_count,
    say_figure,
    say_number,
    say_opening_number,
)
from outreach.language import ngettext
from outreach.matching.store.stops import trip_of, trips_among
from outreach.planning.calls.closing import Closing, list_closings
from outreach.planning.checklists.standing import DECIDE
from outreach.planning.checklists.templates import days_before
from outreach.planning.deadlines.told import Deadline, LateList, find_pressing
from outreach.planning.decisions.preparation import find_preparations
from outreach.planning.decisions.states import Preparation
from outreach.planning.money.claims import find_claims
from outreach.planning.prints import find_stale
from outreach.planning.season.audiences import find_audiences
from outreach.planning.season.booth_gaps import (
    WEEK,
    BoothGap,
    Staffing,
    find_staffing,
    say_gap,
    short_events,
    strayed_events,
)
from outreach.planning.season.late_items import needs_of_items
from outreach.planning.season.lines import SheetLine, YearSheet, YearTally, find_sheet
from outreach.planning.season.needs import NeedsYou, Pending, SegmentNews, needs_of
from outreach.planning.season.parts import DRAWN_AFTER
from outreach.talks.load import list_owed

YEARS = range(2000, 2100)
"""The seasons that can be looked at."""
NEXT = 6


@dataclass(frozen=True, slots=True)
class SeasonTrip:
    """Consecutive events that one team can serve."""

    city: str
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class YearRow:
    """An event of the year as a table tells it: its calls, its trip, its first gap."""

    line: SheetLine
    calls: Sequence[str]
    trip: str
    gap: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week's ruler: what is due on it and which events open."""

    day: date
    needs: tuple[NeedsYou, ...]
    opening: tuple[SheetLine, ...]

    @property
    def clock(self) -> str:
        """Return the time of day, where everything that is due is due at one."""
        return next((need.clock for need in self.needs if len(self.needs) == 1), "")


@dataclass(frozen=True, slots=True)
class Season:
    """A calendar year of events as the foundation plans it."""

    year: int
    today: date
    needs: tuple[NeedsYou, ...]
    lines: tuple[SheetLine, ...]
    """Every event of the year's sheet, by time."""
    ahead: tuple[SheetLine, ...]
    """The events from today on that are decided or counted on, in whatever year."""
    groups: tuple[tuple[SheetLine, ...], ...]
    """Those that the filter shows; events of one trip share a group."""
    next_trip: SeasonTrip | None
    trip_audience: SegmentNews | None
    staffing: Mapping[int, Staffing]
    """How the booths of the events ahead are staffed, by event."""
    closings: Mapping[int, Sequence[Closing]]
    """When the calls of the shown events close, by event."""
    tally: YearTally
    waiting: Mapping[int, Deadline]
    """What each of the next events waits for first, by event."""
    synced: datetime | None = None
    """When a tracker was read last."""
    more_ideas: int = 0
    """How many ideas of the year are not among its lines."""

    @property
    def say_needs(self) -> str:
        """Say how much waits for somebody: "three things need you"."""
        return say_count(
            "%(number)s thing needs you", "%(number)s things need you", len(self.needs)
        )

    @property
    def week(self) -> list[Day]:
        """Return the days ahead: each of the next WEEK days, later ones where a need is due."""
        days = {self.today + timedelta(days=ahead) for ahead in range(WEEK)}
        days |= {need.due for need in self.needs}
        served = [line for line in self.ahead if line.is_served]
        return [
            Day(
                day,
                tuple(need for need in self.needs if need.due == day),
                tuple(line for line in served if line.starts_on == day),
            )
            for day in sorted(days)
        ]

    @property
    def table(self) -> list[YearRow]:
        """Return what the year's line shows, row by row."""
        return [
            YearRow(
                line,
                [one.say(self.today) for one in self.closings.get(line.id, ())],
                group[0].place if len(group) > 1 else "",
                self.staffing[line.id].gaps[0].whole_time
                if line.id in self.staffing and self.staffing[line.id].gaps
                else "",
            )
            for group in self.groups
            for line in group
        ]

    @property
    def coming(self) -> list[SheetLine]:
        """Return the next events that we may go to; where there are none, ideas."""
        return _coming(self.lines, self.today)

    @property
    def say_more_ideas(self) -> str:
        """Count the ideas that are not shown: "and 211 more ideas"."""
        return ngettext(
            "and %(figure)s more idea",
            "and %(figure)s more ideas",
            self.more_ideas,
            figure=say_figure(self.more_ideas),
        )

    @property
    def say_coming(self) -> str:
        """Say above the table how many events it lists."""
        return say_count(
            "The next, and what it waits for",
            "Next %(number)s, and what each waits for",
            len(self.coming),
        )

    @property
    def counts(self) -> dict[str, int]:
        """Count the events that we were at, go to or may go to, and those turned down."""
        names = ("done", "coming", "turned_down")
        return {name: getattr(self.tally, name) for name in names}

    @property
    def say_more_decided(self) -> str:
        """Count the decided events that are not shown: "and 240 more decided events"."""
        more = self.tally.decided - sum(line.decision is not None for line in self.lines)
        return (
            say_count(
                "and %(number)s more decided event", "and %(number)s more decided events", more
            )
            if more > 0
            else ""
        )


def _coming(lines: Sequence[SheetLine], today: date) -> list[SheetLine]:
    ahead = [line for line in lines if line.ends_on >= today]
    ideas = [line for line in ahead if line.decision is None]
    return ([line for line in ahead if line.is_served] or ideas)[:NEXT]


def plan_season(
    session: Session,
    foundation: Foundation,
    year: int | None,
    now: datetime,
    state: str | None = None,
    *,
    whole: bool = False,
) -> Season:
    """Gather the season of `year`, the one to begin with by default, as of the planning instant.

    `state` shows only its lines.
    """
    today, whole = now.date(), whole or state is not None
    sheet = find_sheet(session, foundation, year, now, all_ideas=state == "idea", whole=whole)
    audiences = find_audiences(session, foundation, today)
    lines, ahead = sheet.lines, sheet.ahead
    near = ahead if whole else ahead[:DRAWN_AFTER]
    served = {line.id for line in (*lines, *near) if line.is_served and line.ends_on >= today}
    staffing = find_staffing(session, served, now)
    told = {line.id: line for line in (*lines, *near)}
    following = [line.id for line in _coming(lines, today)]
    late, nearest = find_pressing(session, foundation, following, now)
    prepared = prepare_lines(session, foundation, list(told.values()), staffing, late, today)
    told = {line.id: line for line in prepared}
    lines, ahead = ([told.get(one.id, one) for one in some] for some in (lines, ahead))
    shown = [line for line in lines if state in {None, line.state}]
    needs = _needs(session, foundation, ahead, sheet, audiences, staffing, late.values(), today)
    trip = _next_trip(ahead, today)
    return Season(
        year=sheet.opening.year,
        today=today,
        needs=tuple(needs),
        lines=tuple(lines),
        ahead=tuple(ahead),
        groups=_grouped(shown),
        next_trip=trip,
        trip_audience=_audience_of(trip, audiences),
        staffing=staffing,
        closings=list_closings(session, [line.id for line in shown]),
        tally=sheet.tally,
        waiting=nearest,
        synced=sheet.opening.synced,
        more_ideas=sheet.more if state in {None, "idea"} else 0,
    )


def prepare_lines(
    session: Session,
    foundation: Foundation,
    lines: Sequence[SheetLine],
    staffing: Mapping[int, Staffing],
    late: Mapping[int, LateList],
    today: date,
) -> list[SheetLine]:
    """Return the lines with the states that follow from what is prepared, and what is late."""
    coming = {line.id: line.decision for line in lines if line.ends_on >= today}
    found = find_preparations(session, foundation, coming, staffing, late)
    return [line.prepared(found.get(line.id, Preparation()), today) for line in lines]


def headline(season: Season) -> tuple[str, str]:
    """Say the season in two short sentences: what comes next, and what it lacks.

    The next trip is told in this year, whenever it is, and in its own; other years are counted.
    """
    trip = season.next_trip
    told_in = {season.today.year, trip.lines[0].starts_on.year} if trip else set()
    if trip is None or season.year not in told_in:
        return _say_counts(season)
    first = trip.lines[0]
    verb = "is on" if first.starts_on <= season.today else "opens"
    opening = f"{trip.city} {verb} {say_coming(first.starts_on, season.today)}."
    if any(line.decision != "go" for line in trip.lines):
        return opening, "Nobody has said Go yet."
    gaps = [gap for line in trip.lines for gap in _gaps_of(season, line)]
    if gaps:
        return opening, say_gap(min(gaps, key=lambda gap: gap.starts), season.today)
    if any(line.team_size < 2 for line in trip.lines):
        return opening, "Two people are still to be named."
    people = max(line.team_size for line in trip.lines)
    return opening, f"{say_opening_number(people)} people go."


def _gaps_of(season: Season, line: SheetLine) -> tuple[BoothGap, ...]:
    return season.staffing[line.id].gaps if line.id in season.staffing else ()


def _say_counts(season: Season) -> tuple[str, str]:
    """Say what a year without the next trip holds: "2023: ten done, one turned down."."""
    if not season.tally.decided:
        return f"Nothing is decided for {season.year} yet.", "See where your people gather."
    words = {"done": "done", "coming": "to come", "turned_down": "turned down"}
    parts = [f"{say_number(count)} {words[name]}" for name, count in season.counts.items() if count]
    return f"{season.year}: {', '.join(parts) or 'nothing done'}.", ""


def _needs(
    session: Session,
    foundation: Foundation,
    ahead: Sequence[SheetLine],
    sheet: YearSheet,
    audiences: Sequence[SegmentNews],
    staffing: Mapping[int, Staffing],
    late: Iterable[LateList],
    today: date,
) -> list[NeedsYou]:
    waiting = {line.id: line for line in (*ahead, *sheet.calls)}
    before = timedelta(days=days_before(foundation, DECIDE))
    pending = [
        Pending(
            line.id,
            line.name,
            line.starts_on,
            line.decision,
            line.decided,
            line.call,
            line.owner,
            line.next_on,
            before,
        )
        for line in waiting.values()
        if line.ends_on >= today
    ]
    stale = find_stale(session, foundation, today)
    served = {line.id: line.name for line in ahead if line.is_served}
    short, strayed = short_events(served, staffing, today), strayed_events(served, staffing)
    owed, claims = list_owed(session, foundation, today), find_claims(session, foundation, today)
    lists = needs_of_items(late, today)
    return needs_of(
        audiences, pending, sheet.opening.doubled, today, stale, short, strayed, owed, claims, lists
    )


def _grouped(lines: Sequence[SheetLine]) -> tuple[tuple[SheetLine, ...], ...]:
    """Put the events of one trip side by side; everything else stands alone.

    What was put into a trip is in that; the others make trips as they lie.
    """
    put = defaultdict[int, list[SheetLine]](list)
    for line in lines:
        if line.trip_id and line.state not in CALLED_OFF:
            put[line.trip_id].append(line)
    free = [line for line in lines if line.is_served and not line.trip_id]
    trips = {trip[0].id: tuple(trip) for trip in (*put.values(), *trips_among(free))}
    later = {line.id for trip in trips.values() for line in trip[1:]}
    return tuple(trips.get(line.id, (line,)) for line in lines if line.id not in later)


def _next_trip(lines: Sequence[SheetLine], today: date) -> SeasonTrip | None:
    coming = [line for line in lines if line.is_served and line.ends_on >= today]
    if not coming:
        return None
    first = coming[0]
    same = [line for line in coming if line.trip_id == first.trip_id]
    return SeasonTrip(first.place, tuple(same if first.trip_id else trip_of(first, same)))


def _audience_of(trip: SeasonTrip | None, audiences: Sequence[SegmentNews]) -> SegmentNews | None:
    ids = {line.id for line in trip.lines} if trip else set()
    return next((audience for audience in audiences if audience.event_id in ids), None)
