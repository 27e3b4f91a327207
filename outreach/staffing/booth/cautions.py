"""Says what would be inconsistent about shifts that are about to be drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from outreach.calendars.clock import (
    say_count,
    say_day,
    say_length,
    say_list,
    say_number,
    say_opening_number,
    say_time,
)
from outreach.calendars.spans import at
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.drawing import Drawn, Figures
from outreach.staffing.booth.hours import MOST_STRETCHES, OpenHours, days_between
from outreach.staffing.rules import Rules, Slot, breaches_of

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
        sentence = _(
            "Where the event is, is not known: these hours will be by the clock of the place, once"
            " it is named."
        )
        found.insert(0, Caution("zone", sentence))
    return sorted(found, key=lambda remark: not remark.is_wrong)


def _overlaps(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    """Hours that overlap: of one kind they draw shifts twice, of two kinds they may be meant."""
    spans = sorted((*stretch.instants(scene.clock), stretch) for stretch in stretches)
    for (_starts, ends, one), (starts, _ends, other) in pairwise(spans):
        if starts >= ends:
            continue
        named = {"one": one.say(), "other": other.say()}
        sentence = _("%(one)s and %(other)s overlap.", **named)
        if one.kind == other.kind:
            sentence = _("%(one)s and %(other)s overlap. Their shifts would stand twice.", **named)
        yield Caution("overlap", sentence)


def _outside(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    for stretch in stretches:
        if not is_outside(stretch.day, stretch.kind, scene.first, scene.last):
            continue
        hours = stretch.say()
        if stretch.day < scene.first:
            day = say_day(scene.first)
            before = _("%(hours)s is before the event begins on %(day)s.", hours=hours, day=day)
            yield Caution("outside", before)
        else:
            day = say_day(scene.last)
            after = _("%(hours)s is after the event ends on %(day)s.", hours=hours, day=day)
            yield Caution("outside", after)


def is_outside(day: date, kind: str, first: date, last: date) -> bool:
    """Tell whether hours of this day are none of an event from `first` to `last`."""
    slack = timedelta() if kind == "booth" else EDGE_DAYS
    return not first - slack <= day <= last + slack


def _team(drawn: Sequence[Drawn], figures: Figures, scene: DrawnFor) -> Iterator[Caution]:
    """Compare what is wanted with who is named for the event."""
    if not scene.team:
        return
    most = max((one.min_people for one in drawn), default=0)
    people = figures.smallest.people
    if most > scene.team:
        sentence = say_count(
            "A shift wants at least %(people)s people, and %(number)s is named for the event.",
            "A shift wants at least %(people)s people, and %(number)s are named for the event.",
            scene.team,
            people=say_number(most),
        )
        yield Caution("team", sentence)
    elif people > scene.team:
        sentence = say_count(
            "By the rules it takes %(people)s people, and %(number)s is named for the event.",
            "By the rules it takes %(people)s people, and %(number)s are named for the event.",
            scene.team,
            people=say_number(people),
        )
        yield Caution("team", sentence)


def _by_the_rules(drawn: Sequence[Drawn], rules: Rules, scene: DrawnFor) -> Iterator[Caution]:
    """Name shifts that nobody can stand without breaking a rule: too long, no lunch."""
    seen = set()
    for number, one in enumerate(drawn):
        slot = Slot(number, one.starts, one.ends, 0, one.kind)
        for breach in breaches_of(slot, (), rules, scene.clock, name=_("anybody")):
            if breach.sentence not in seen:
                seen.add(breach.sentence)
                yield Caution(breach.code, breach.sentence)


def _left_over(drawn: Sequence[Drawn], rules: Rules, scene: DrawnFor) -> Iterator[Caution]:
    """Name shifts of the open booth that are much longer or shorter than a shift is meant to be.

    Those of one length stand in one line, however many they are.
    """
    wanted = timedelta(minutes=rules.slot_minutes)
    by_length: dict[timedelta, list[Drawn]] = {}
    for one in drawn:
        if one.kind == "booth" and abs(one.length - wanted) >= timedelta(minutes=30):
            by_length.setdefault(one.length, []).append(one)
    for length, shifts in by_length.items():
        sentence = _say_left_over(shifts, length, wanted, scene)
        yield Caution("rest", sentence, is_wrong=length >= wanted * 1.5)


def _say_left_over(
    shifts: Sequence[Drawn], length: timedelta, wanted: timedelta, scene: DrawnFor
) -> str:
    """Say of one shift when it begins, of several how many they are."""
    named = {"start": _say_start(shifts[0], scene), "length": say_length(length),
             "usual": say_length(wanted), "Number": say_opening_number(len(shifts))}  # fmt: skip
    if length > wanted:
        return ngettext(
            "%(start)s is %(length)s, longer than a shift of %(usual)s.",
            "%(Number)s shifts are %(length)s, longer than a shift of %(usual)s.",
            len(shifts),
            **named,
        )
    return ngettext(
        "%(start)s is %(length)s, shorter than a shift of %(usual)s.",
        "%(Number)s shifts are %(length)s, shorter than a shift of %(usual)s.",
        len(shifts),
        **named,
    )


def _say_start(one: Drawn, scene: DrawnFor) -> str:
    day = one.starts.astimezone(scene.clock).date()
    return _("%(day)s %(times)s", day=say_day(day), times=say_time(one.starts, scene.clock))


def _clocks(stretches: Sequence[OpenHours], scene: DrawnFor) -> Iterator[Caution]:
    """Tell of clocks that change during the hours or between the days."""
    zone = scene.clock
    offset = None
    for stretch in stretches:
        yield from _odd_times(stretch, zone)
        starts, ends = stretch.instants(zone)
        before, after = (instant.astimezone(zone).utcoffset() for instant in (starts, ends))
        if before != after:
            sentence = _(
                "The clocks change during %(hours)s: it lasts %(length)s.",
                hours=stretch.say(),
                length=say_length(ends - starts),
            )
            yield Caution("clocks", sentence)
        elif offset is not None and before != offset:
            sentence = _(
                "The clocks change before %(day)s; each day's hours are by the clock of that day.",
                day=say_day(stretch.day),
            )
            yield Caution("clocks", sentence, is_wrong=False)
        offset = after


def _odd_times(stretch: OpenHours, zone: ZoneInfo) -> Iterator[Caution]:
    """Name times that the clocks skip or show twice that night."""
    last = stretch.day + timedelta(days=stretch.ends <= stretch.starts)
    for day, clock in ((stretch.day, stretch.starts), (last, stretch.ends)):
        taken = at(day, clock, zone).astimezone(zone)
        named = {"time": say_time(clock), "day": say_day(day), "taken": say_time(taken)}
        if taken.time() != clock:
            sentence = _(
                "%(time)s on %(day)s does not exist, the clocks go forward: %(taken)s is taken.",
                **named,
            )
            yield Caution("clocks", sentence)
        elif taken.replace(fold=1).utcoffset() != taken.replace(fold=0).utcoffset():
            sentence = _(
                "%(time)s on %(day)s comes twice, the clocks go back: the first is taken.", **named
            )
            yield Caution("clocks", sentence)


def _midnight(stretches: Sequence[OpenHours]) -> Iterator[Caution]:
    for stretch in stretches:
        if stretch.is_past_midnight:
            day = say_day(stretch.day + timedelta(days=1))
            sentence = _("%(hours)s ends on %(day)s.", hours=stretch.say(), day=day)
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
        days = say_list([say_day(day) for day in empty[:6]])
        sentence = _("No opening hours are given for %(days)s.", days=days)
        if len(empty) > 6:
            sentence = _("No opening hours are given for %(days)s and later days.", days=days)
        yield Caution("empty", sentence, is_wrong=False)


def suggest_hours(first: date, last: date) -> list[OpenHours]:
    """Return hours to begin with: every day of the event from ten to six."""
    days = islice(days_between(first, last), MOST_STRETCHES)
    return [OpenHours(day, time(10), time(18)) for day in days]
