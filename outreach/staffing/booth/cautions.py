"""Says what would be inconsistent about shifts that are about to be drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_count, say_day, say_length, say_list, say_number, say_time
from outreach.staffing.booth.drawing import Drawn, Figures
from outreach.staffing.booth.hours import MOST_STRETCHES, OpenHours, days_between
from outreach.staffing.rules import Rules, Slot, at, breaches_of

EDGE_DAYS = timedelta(days=2)
"""So long before and after an event its booths are set up and torn down."""


@dataclass(frozen=True, slots=True)
class DrawnFor:
    """What the shifts are drawn for. `zone` is None where the event's place is not known."""

    first: date
    last: date
    zone: ZoneInfo | None
    team: int
    now: datetime

    @property
    def clock(self) -> ZoneInfo:
        """Return the zone that the hours are read by."""
        return self.zone or ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Caution:
    """A sentence about what is drawn; `is_wrong` where somebody should change something."""

    code: str
    sentence: str
    is_wrong: bool = True


def remark_on(
    stretches: Sequence[OpenHours],
    drawn: Sequence[Drawn],
    figures: Figures,
    rules: Rules,
    scene: DrawnFor,
) -> list[Caution]:
    """Return all that somebody should know before these shifts are drawn, worst first."""
    found = [
        *_overlaps(stretches, scene),
        *_outside(stretches, scene),
        *_team(drawn, figures, scene),
        *_by_the_rules(drawn, rules, scene),
        *_left_over(drawn, rules, scene),
        *_clocks(stretches, scene),
        *_midnight(stretches),
        *_over(drawn, scene),
        *_empty_days(stretches, scene),
    ]
    if scene.zone is None:
        sentence = (
            "Where the event is, is not known: these hours will be by the clock of the place, once"
            " it is named."
        )
        found.insert(0, Caution("zone", sentence))
    return sorted(found, key=lambda remark: not remark.is_wrong)


def _overlaps(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    """Hours that overlap: of one kind they draw shifts twice, of two kinds they may be meant."""
    spans = sorted((*stretch.instants(scene.clock), stretch) for stretch in stretches)
    for (_, ends, one), (starts, _, other) in pairwise(spans):
        if starts >= ends:
            continue
        sentence = f"{one.say()} and {other.say()} overlap."
        if one.kind == other.kind:
            yield Caution("overlap", f"{sentence} Their shifts would stand twice.")
        else:
            yield Caution("overlap", sentence)


def _outside(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    for stretch in stretches:
        if not is_outside(stretch.day, stretch.kind, scene.first, scene.last):
            continue
        if stretch.day < scene.first:
            sentence = f"{stretch.say()} is before the event begins on {say_day(scene.first)}."
        else:
            sentence = f"{stretch.say()} is after the event ends on {say_day(scene.last)}."
        yield Caution("outside", sentence)


def is_outside(day: date, kind: str, first: date, last: date) -> bool:
    """Tell whether hours of this day are none of an event from `first` to `last`."""
    slack = timedelta() if kind == "booth" else EDGE_DAYS
    return not first - slack <= day <= last + slack


def _team(drawn: Sequence[Drawn], figures: Figures, scene: DrawnFor) -> Iterator[Caution]:
    """Compare what is wanted with who is named for the event."""
    if not scene.team:
        return
    named = say_count(
        "%(number)s is named for the event", "%(number)s are named for the event", scene.team
    )
    most = max((one.min_people for one in drawn), default=0)
    people = figures.smallest.people
    if most > scene.team:
        yield Caution("team", f"A shift wants at least {say_number(most)} people, and {named}.")
    elif people > scene.team:
        yield Caution("team", f"By the rules it takes {say_number(people)} people, and {named}.")


def _by_the_rules(drawn: Sequence[Drawn], rules: Rules, scene: DrawnFor) -> Iterator[Caution]:
    """Name shifts that nobody can stand without breaking a rule: too long, no lunch."""
    seen = set()
    for number, one in enumerate(drawn):
        slot = Slot(number, one.starts, one.ends, 0, one.kind)
        for breach in breaches_of(slot, (), rules, scene.clock, whose="anybody's"):
            if breach.sentence not in seen:
                seen.add(breach.sentence)
                yield Caution(breach.code, breach.sentence)


def _left_over(drawn: Sequence[Drawn], rules: Rules, scene: DrawnFor) -> Iterator[Caution]:
    """Name shifts of the open booth that are much longer or shorter than a shift is meant to be."""
    wanted = timedelta(minutes=rules.slot_minutes)
    for one in drawn:
        if one.kind != "booth" or abs(one.length - wanted) < timedelta(minutes=30):
            continue
        word = "longer" if one.length > wanted else "shorter"
        sentence = (
            f"{_say_start(one, scene)} is {say_length(one.length)}, {word} than a"
            f" shift of {say_length(wanted)}."
        )
        yield Caution("rest", sentence, is_wrong=one.length >= wanted * 1.5)


def _say_start(one: Drawn, scene: DrawnFor) -> str:
    day = one.starts.astimezone(scene.clock).date()
    return f"{say_day(day)} {say_time(one.starts, scene.clock)}"


def _clocks(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    """Tell of clocks that change during the hours or between the days."""
    zone = scene.clock
    offset = None
    for stretch in stretches:
        yield from _odd_times(stretch, zone)
        starts, ends = stretch.instants(zone)
        before, after = (instant.astimezone(zone).utcoffset() for instant in (starts, ends))
        if before != after:
            sentence = (
                f"The clocks change during {stretch.say()}: it lasts {say_length(ends - starts)}."
            )
            yield Caution("clocks", sentence)
        elif offset is not None and before != offset:
            sentence = (
                f"The clocks change before {say_day(stretch.day)}; each day's hours are by the"
                " clock of that day."
            )
            yield Caution("clocks", sentence, is_wrong=False)
        offset = after


def _odd_times(stretch: OpenHours, zone: ZoneInfo) -> Iterator[Caution]:
    """Name times that the clocks skip or show twice that night."""
    last = stretch.day + timedelta(days=stretch.ends <= stretch.starts)
    for day, clock in ((stretch.day, stretch.starts), (last, stretch.ends)):
        taken = at(day, clock, zone).astimezone(zone)
        said = f"{say_time(clock)} on {say_day(day)}"
        if taken.time() != clock:
            sentence = f"{said} does not exist, the clocks go forward: {say_time(taken)} is taken."
            yield Caution("clocks", sentence)
        elif taken.replace(fold=1).utcoffset() != taken.replace(fold=0).utcoffset():
            yield Caution("clocks", f"{said} comes twice, the clocks go back: the first is taken.")


def _midnight(stretches: Sequence[OpenHours]) -> Iterator[Caution]:
    for stretch in stretches:
        if stretch.is_past_midnight:
            sentence = f"{stretch.say()} ends on {say_day(stretch.day + timedelta(days=1))}."
            yield Caution("midnight", sentence, is_wrong=False)


def _over(drawn: Sequence[Drawn], scene: DrawnFor) -> Iterator[Caution]:
    over = [one for one in drawn if one.ends <= scene.now]
    if over:
        sentence = say_count(
            "%(Number)s shift is over already and not drawn.",
            "%(Number)s shifts are over already and not drawn.",
            len(over),
        )
        yield Caution("over", sentence)


def _empty_days(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    """Name the event's days on which the booth is not open: perhaps somebody forgot them."""
    open_on = {stretch.day for stretch in stretches if stretch.kind == "booth"}
    empty = [day for day in days_between(scene.first, scene.last) if day not in open_on]
    if open_on and empty:
        said = say_list([say_day(day) for day in empty[:6]])
        more = " and later days" if len(empty) > 6 else ""
        yield Caution("empty", f"No opening hours are given for {said}{more}.", is_wrong=False)


def suggest_hours(first: date, last: date) -> list[OpenHours]:
    """Return hours to begin with: every day of the event from ten to six."""
    days = islice(days_between(first, last), MOST_STRETCHES)
    return [OpenHours(day, time(10), time(18)) for day in days]
