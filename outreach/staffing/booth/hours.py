"""The exhibitor's hours of a booth, as people type or paste them and as they are stored."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from outreach import language
from outreach.calendars.clock import say_day, say_figure, say_times
from outreach.calendars.spans import at
from outreach.catalog.reading.dates import NoDate, Span, read_span
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.staffing.booth.half_days import (
    NoHours,
    TwoMeanings,
    in_the_afternoon,
    is_of_half_days,
)
from outreach.staffing.rule_values import read_clock

Row = TypeVar("Row")

LONGEST_TEXT = 10_000
MOST_STRETCHES = 200
NEAR = timedelta(days=60)
"""How far from the event a day without a year may lie."""
AROUND = timedelta(days=3)
"""How long before and after the event a bare weekday is looked for."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

KIND_WORDS = {"booth": "", "set_up": N_("set-up"), "tear_down": N_("tear-down")}
_KINDS = {
    "set_up": r"set[ -]?up|build[ -]?up|move[ -]?in|assembly|aufbau",
    "tear_down": r"tear[ -]?down|take[ -]?down|move[ -]?out|pack[ -]?up|strike|dismantl\w+|abbau",
    "booth": r"booth|expo\w*|exhibit\w*|open\w*|show|hall|table|stand",
}
_KIND = re.compile("|".join(rf"\b(?P<{kind}>{words})\b" for kind, words in _KINDS.items()), re.I)
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.|h|uhr)?"
_RANGE = re.compile(
    rf"(?<![\d.:/-]){_CLOCK}\s*(?:[-‐‑‒–—―−]|to|until|till|bis)\s*{_CLOCK}(?![\d:/]|[.-]\d)"
    r"(?!\.?\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.I,
)
_NOON, _MIDNIGHT = re.compile(r"\bnoon\b", re.I), re.compile(r"\bmidnight\b", re.I)
_AFTER_MONTH = re.compile(
    r"(?<!\d)(?<!\d )\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*$", re.I
)
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}")
_NOISE = re.compile(r"\b(?:from|hours?|hrs?|and|at|on|the|local time)\b|[()\[\]:;|•*]", re.I)
_FROM = re.compile(
    rf"\b(?:from|after|ab|dès|à partir de|desde|a partir de)\s+{_CLOCK}(?![\d:])", re.I
)
_UNTIL = re.compile(rf"\b(?:until|till|before|bis|avant|hasta)\s+{_CLOCK}(?![\d:])", re.I)
_BETWEEN = re.compile(r"\b(?:and|or|from|und|oder|et|ou|y|o|uhr)\b|[,;.&+]", re.I)
_EVERY_DAY = re.compile(r"daily|(?:every|each|all) days?", re.I)
_NTH_DAY = re.compile(r"day (\d{1,2})", re.I)


@dataclass(frozen=True, slots=True, order=True)
class OpenHours:
    """A time by the venue's clock; one that ends no later than it starts ends the next day."""

    day: date
    starts: time
    ends: time
    kind: str = "booth"

    @property
    def is_past_midnight(self) -> bool:
        """Tell whether it goes on into the next day; ending at midnight does not."""
        return self.ends <= self.starts and self.ends != time(0)

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return its start and end in UTC."""
        last = self.day + timedelta(days=self.ends <= self.starts)
        return at(self.day, self.starts, zone), at(last, self.ends, zone)

    def say(self) -> str:
        """Say it as it can be typed again: "Tue 30 Jul 08:30–10:00 set-up"."""
        end = _("24:00") if self.ends == time(0) else ""
        named = {"day": say_day(self.day), "times": say_times(self.starts, self.ends, end)}
        if self.kind == "booth":
            return _("%(day)s %(times)s", **named)
        return _("%(day)s %(times)s %(kind)s", kind=say_kind_within(self.kind), **named)


def say_kind_within(kind: str) -> str:
    """Say within a sentence what kind of shift it is: "set-up"; "" where the booth is open."""
    return str(KIND_WORDS[kind])


def at_same(instant: datetime, was: ZoneInfo, zone: ZoneInfo, days: int = 0) -> datetime:
    """Return the instant at which this zone's clock shows what the other's did, days before."""
    local = instant.astimezone(was)
    return at(local.date() + timedelta(days=days), local.time(), zone)


class BoothDays:
    """Tells which day a shift belongs to: that of the hours that it begins in.

    So the shift after midnight is one of the evening before, whatever is done to the morning.
    What begins in no hours belongs to the venue's day.
    """

    def __init__(self, stretches: Iterable[OpenHours], zone: ZoneInfo) -> None:
        self.zone = zone
        known = tuple(stretches)
        has_nights = any(one.is_past_midnight for one in known)
        self._told = [(*one.instants(zone), one.kind, one.day) for one in known if has_nights]

    def day_of(self, starts: datetime, kind: str = "booth") -> date:
        """Return the day of a shift of this kind; of two that it begins in, the later one."""
        day = _local_day(starts, self.zone)
        if not self._told:
            return day
        begun = (one for one in self._told if one[0] <= starts < one[1] and one[2] == kind)
        return max(begun, default=(starts, starts, kind, day))[3]


def by_day(rows: Iterable[tuple[date, Row]]) -> list[tuple[date, list[Row]]]:
    """Gather rows, each with its day, into days; in each they keep their order."""
    found: dict[date, list[Row]] = {}
    for day, row in rows:
        found.setdefault(day, []).append(row)
    return sorted(found.items(), key=lambda pair: pair[0])


@lru_cache(maxsize=8192)
def _local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the venue's day; asked for every row of a long list, mostly the same ones again."""
    return instant.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Hours:
    """What was read from a text: the stretches in order, and a sentence for each bad line."""

    stretches: tuple[OpenHours, ...]
    wrong: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    """The same sentences without the numbers of the lines."""
    asks: str = ""
    """The first of them that asks which of two times is meant."""


def read_hours(
    text: str, first: date, last: date, ended: Mapping[date, time] | None = None
) -> Hours:
    """Read hours, a line each: "Tue 30 Jul 09:30-18:00", "set-up Mon 14-18", "daily 10am-6pm".

    `first` and `last` are the event's days: they complete dates without a year and bare
    weekdays. A line that only names a day or a kind holds for the lines below it. `ended` says
    when the stretch before ended on a day, where that stands elsewhere.
    """
    if len(text) > LONGEST_TEXT:
        long = (_("Keep it under %(figure)s characters.", figure=say_figure(LONGEST_TEXT)),)
        return Hours((), long, long)
    context = _Context((first, last), ended=dict(ended or {}))
    found: set[OpenHours] = set()
    wrong: list[str] = []
    why: list[str] = []
    asks = ""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found.update(_read_line(" ".join(line.split()), context))
        except NoHours as error:
            asks = asks or (str(error) if isinstance(error, TwoMeanings) else "")
            why.append(str(error))
            wrong.append(_("Line %(number)s: %(sentence)s", number=number, sentence=error))
    if len(found) > MOST_STRETCHES:
        many = _("That is more than %(most)s stretches; draw them in parts.", most=MOST_STRETCHES)
        wrong.append(many)
        why.append(many)
    return Hours(tuple(sorted(found)), tuple(wrong), tuple(why), asks)


def read_times(text: str) -> list[tuple[time | None, time | None]]:
    """Read times of one day: "10-14, from 16", "until noon"; None is where a side is open."""
    plain = _MIDNIGHT.sub("24:00", _NOON.sub("12:00", text))
    found: list[tuple[time | None, time | None]] = []
    for pattern in (_RANGE, _FROM, _UNTIL):
        found += [_sides(pattern, one, text) for one in pattern.finditer(plain)]
        plain = pattern.sub(" , ", plain)
    if _BETWEEN.sub(" ", plain).strip():
        raise NoHours(_("“%(text)s” has no times like 10–14 or from 16.", text=_short(text)))
    return found


def write_hours(stretches: Iterable[OpenHours]) -> str:
    """Write hours as `read_hours` reads them: in English."""
    with language.spoken(language.SOURCE):
        return "\n".join(stretch.say() for stretch in sorted(stretches))


def days_between(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def from_stored(rows: Sequence[Mapping[str, Any]]) -> tuple[OpenHours, ...]:
    """Return the hours that a booth keeps; a stretch that cannot be read any more is left out."""
    found = []
    for row in rows:
        with suppress(LookupError, TypeError, ValueError):
            day, kind = date.fromisoformat(row["day"]), str(row["kind"])
            starts, ends = read_clock(row["from"]), read_clock(row["until"])
            found += [OpenHours(day, starts, ends, kind)] if kind in KIND_WORDS else []
    return tuple(sorted(found))


def as_stored(stretches: Iterable[OpenHours]) -> list[dict[str, Any]]:
    """Return hours as a booth keeps them."""
    return [
        {
            "day": stretch.day.isoformat(),
            "kind": stretch.kind,
            "from": stretch.starts.isoformat("minutes"),
            "until": stretch.ends.isoformat("minutes"),
        }
        for stretch in sorted(stretches)
    ]


@dataclass(slots=True)
class _Context:
    """What the lines above a line say for it."""

    event: tuple[date, date]
    days: tuple[date, ...] = ()
    kind: str = "booth"
    ended: dict[date, time] = field(default_factory=dict)
    """When the stretch before ended, by day: a clock of half days goes on from there."""


def _read_line(line: str, context: _Context) -> list[OpenHours]:
    """Read the stretches of one line; a heading is remembered in the context."""
    plain = _MIDNIGHT.sub("24:00", _NOON.sub("12:00", line))
    ranges = [found for found in _RANGE.finditer(plain) if not _is_days(found, plain)]
    cuts = [found.start() for found in ranges] + [len(plain)]
    before = plain[: cuts[0]]
    tails = [plain[one.end() : cut] for one, cut in zip(ranges, cuts[1:], strict=True)]
    days = _days_of(" ".join([before, *tails]), context.event)
    if not ranges:
        return _remember(before, days, context)
    if not (days or context.days):
        raise NoHours(_("“%(text)s” names no day.", text=_short(line)))
    context.days = days or context.days
    kind = _kind_of(before) or context.kind
    found = []
    for one, tail in zip(ranges, tails, strict=True):
        for day in context.days:
            times = _times(one, line, context.ended.get(day))
            context.ended[day] = times[1]
            found.append(OpenHours(day, *times, _kind_of(tail) or kind))
    return found


def _is_days(found: re.Match[str], line: str) -> bool:
    """Tell whether bare numbers are days of a month: "July 30-31"."""
    hour, minute, half, end_hour, end_minute, end_half = found.groups()
    if minute or half or end_minute or end_half:
        return False
    return max(int(hour), int(end_hour)) > 24 or bool(_AFTER_MONTH.search(line[: found.start()]))


def _remember(line: str, days: tuple[date, ...], context: _Context) -> list[OpenHours]:
    """Keep what a heading says; refuse what is neither a heading nor empty."""
    kind = _kind_of(line)
    if line and not (days or kind) and "closed" not in line.lower():
        raise NoHours(_("“%(text)s” has no time like 09:30–18:00.", text=_short(line)))
    if days:
        context.days, context.kind = days, kind or "booth"
    elif kind:
        context.kind = kind
    return []


def _kind_of(text: str) -> str | None:
    found = {match.lastgroup for match in _KIND.finditer(text)}
    return next((kind for kind in _KINDS if kind in found), None)


def _times(found: re.Match[str], line: str, ended: time | None = None) -> tuple[time, time]:
    hour, minute, half, end_hour, end_minute, end_half = found.groups()
    half, end_half = (half or "").lower()[:1], (end_half or "").lower()[:1]
    if end_half in ("a", "p") and half not in ("a", "p"):
        half = end_half if int(hour) % 12 < int(end_hour) % 12 else "a"
    starts = _time(hour, minute, half, line)
    ends = _time(end_hour, end_minute, end_half, line)
    if starts == ends and int(end_hour) != 24:
        raise NoHours(_("“%(text)s” starts and ends at the same time.", text=_short(line)))
    if half or end_half or not is_of_half_days(hour, end_hour):
        return starts, ends
    return in_the_afternoon(starts, ends, ended, found[0])


def _sides(
    pattern: re.Pattern[str], found: re.Match[str], text: str
) -> tuple[time | None, time | None]:
    if pattern is _RANGE:
        return _times(found, text)
    edge = _time(found[1], found[2], (found[3] or "").lower()[:1], text)
    return (edge, None) if pattern is _FROM else (None, edge)


def _time(hour: str, minute: str | None, half: str, line: str) -> time:
    value = int(hour)
    if half in ("a", "p"):
        value = value % 12 + (12 if half == "p" else 0) if value <= 12 else 99
    if value == 24 and not int(minute or 0):
        value = 0
    try:
        return time(value, int(minute or 0))
    except ValueError:
        raise NoHours(
            _("“%(text)s” holds a time that no clock shows.", text=_short(line))
        ) from None


def _days_of(text: str, event: tuple[date, date]) -> tuple[date, ...]:
    """Return the days that a text names, if it names any."""
    words = " ".join(_NOISE.sub(" ", _KIND.sub(" ", text)).split()).strip(" ,-–—")
    words = re.sub(r"\bclosed\b", "", words, flags=re.I).strip(" ,")
    if not words:
        return ()
    first, last = event
    if _EVERY_DAY.fullmatch(words):
        return days_between(first, last)
    if nth := _NTH_DAY.fullmatch(words):
        return (first + timedelta(days=int(nth[1]) - 1),)
    sides = [_weekday(side, event) for side in re.split(r"\s*(?:[-–—]|\bto\b)\s*", words)]
    if len(sides) <= 2 and all(sides):
        found = [side for side in sides if side]
        return days_between(found[0], found[-1])
    span = _dated(words, event)
    if (span.last - span.first).days >= MOST_STRETCHES:
        raise NoHours(_("“%(text)s” is a very long time.", text=_short(text)))
    return days_between(span.first, span.last)


def _weekday(text: str, event: tuple[date, date]) -> date | None:
    """Return the day near the event that a bare weekday means; None where it is none."""
    word = text.strip(" .,").lower()
    number = _weekday_number(word)
    if number is None:
        return None
    first, last = event
    near = days_between(first - AROUND, last + AROUND)
    named = [day for day in near if day.weekday() == number]
    least = min((_distance(day, event) for day in named), default=0)
    found = [day for day in named if _distance(day, event) == least]
    if len(found) > 1:
        raise NoHours(
            ngettext(
                "There is %(num)s day called %(weekday)s; give the date.",
                "There are %(num)s days called %(weekday)s; give the date.",
                len(found),
                weekday=word.title(),
            )
        )
    if found:
        return found[0]
    raise NoHours(_("No %(weekday)s is near the event; give the date.", weekday=word.title()))


def _weekday_number(word: str) -> int | None:
    names = enumerate(WEEKDAYS)
    return next((n for n, name in names if len(word) > 2 and name.startswith(word)), None)


def _dated(words: str, event: tuple[date, date]) -> Span:
    """Read a date, completed by the event's year and the order of day and month that is near."""
    years = sorted({(day + shift).year for day in event for shift in (-NEAR, NEAR)})
    spans, sentence = [], ""
    joint = "/" if _SLASHED.fullmatch(words) else " "
    for text in (words, *(f"{words}{joint}{year}" for year in years)):
        for order in ("day", "month"):
            try:
                spans.append(read_span(text, "day" if order == "day" else "month"))
            except NoDate as error:
                sentence = str(error).replace(f"“{text}”", f"“{words}”")
        if spans and text == words:
            break
    if not spans:
        raise NoHours(sentence)
    return min(spans, key=lambda span: _distance(span.first, event))


def _distance(day: date, event: tuple[date, date]) -> int:
    return max((event[0] - day).days, (day - event[1]).days, 0)


def _short(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:39]}…"
