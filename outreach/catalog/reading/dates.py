"""Reads dates and spans of dates as people type them into spreadsheets."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from outreach.calendars.clock import say_date, say_weekday
from outreach.catalog.reading.date_words import (
    AND,
    FILLERS,
    UNTIL,
    find_month,
    find_weekday,
    fold_date,
)
from outreach.language import gettext as _

DayOrder = Literal["day", "month"]
"""Which comes first in 03/04/2024."""

_FIRST_YEAR, _LAST_YEAR = 1970, 2100

LONGEST_TEXT = 100
_CLOCK = r"(?:\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?)"
_ZONE = (
    r"(?:\s*\(?(?:z\b|(?:utc|gmt)(?:\s*[+-]\d{1,2}(?::?\d{2})?)?|aoe\b|anywhere on earth"
    r"|(?!sept)[a-z]{1,4}t\b|[+-]\d{2}:?\d{2}\b)\)?)?"
)
_HOURS = re.compile(
    rf"(?<=\d)t{_CLOCK.replace('[:.h]', ':')}{_ZONE}"  # 2027-05-03T09:00Z
    rf"|(?:^|(?<=[\s,(]))(?:at\s+|@\s*)?(?<![\d.]){_CLOCK.replace('[:.h]', '[:h]')}{_ZONE}"
    rf"(?:\s*(?:-+|to|until|till|bis)\s*{_CLOCK.replace('[:.h]', '[:h]')}{_ZONE})?"
)
"""The hours behind a day, and their zone: they do not change which day it is."""
_NOISE = re.compile(
    r"(?<=\d)(?:st|nd|rd|th|er)\b|[ºª°]"  # 28th, 1er, 1º
    r"|\((?:tbc|tbd|tentative|provisional|provisorisch|to be confirmed|confirmed)\)"
    r"|[(),’']"
)
_NAMED = re.compile(r"\b(\d{1,2})([-/. ]{1,2})([^\W\d_]{3,})\.?\2['’]?(\d{2})(?![\d:h]|\s*[-&])")
"""17-Oct-27: a year of two digits, where the month stands before it."""
_SHORT_YEAR = re.compile(r"['’](\d{2})\b")
_MONTH_BETWEEN = re.compile(r"\b(\d{1,4})[-/]([^\W\d_]{3,})[-/](\d{1,4})\b")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.0+)?", re.ASCII)
_SERIAL_BEGINS = date(1899, 12, 30)
"""From here a spreadsheet counts the days of a cell that has lost its form."""
_TOKEN = re.compile(
    r"(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))"
    r"|(?P<full>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?!\d))"
    r"|(?P<dotted>\d{1,2}\.\d{1,2}\.)"
    r"|(?P<number>\d+)\.?"
    r"|(?P<word>[^\W\d_]+)\.?"
    r"|(?P<dash>-+|\.\.+|/)"
    r"|(?P<and>[&+])"
    r"|(?P<space>\s+)|(?P<odd>.)"
)
_DASHES = re.compile("[‐‑‒–—―−~→]")


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day, both included."""

    first: date
    last: date


class NoDate(ValueError):
    """A text is no date; the message is a sentence about it."""


class NoYear(NoDate):
    """A day and a month, without the year."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One side of a span, as far as it is written out."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekdays: frozenset[int] = frozenset()
    """What its weekday can be, Monday as 1; empty where none is written."""
    follows: bool = False
    """Whether it is joined to the day before it by "and"."""


def read_span(text: str, order: DayOrder | None = None, year: int | None = None) -> Span:
    """Read a day or a span of days; `order` settles 03/04/2024, `year` a date without one.

    >>> read_span("28 Jul - 1 Aug 2024")
    Span(first=datetime.date(2024, 7, 28), last=datetime.date(2024, 8, 1))
    """
    if _SERIAL.fullmatch(text.strip()):
        day = _SERIAL_BEGINS + timedelta(days=int(text.strip()[:5]))
        return Span(day, day)
    sides = _sides(text, order)
    if not 1 <= len(sides) <= 2:
        raise NoDate(_("“%(text)s” is no date.", text=_short(text)))
    first, last = _completed(sides[0], sides[-1])
    if year and first.year is None:
        over = (first.month or 0) > (last.month or 0) and first.month == 12
        first, last = replace(first, year=year), replace(last, year=year + over)
    span = Span(_day(first, text), _day(last, text))
    if span.last < span.first and sides[0].year is None and sides[0].month == 12:
        span = replace(span, first=_day(replace(first, year=span.first.year - 1), text))
    if span.last < span.first:
        raise NoDate(_("“%(text)s” ends before it starts.", text=_short(text)))
    if sides[-1].follows and span.last - span.first > timedelta(days=1):
        raise NoDate(_("“%(text)s” names two days apart.", text=_short(text)))
    for side, day in zip(sides, (span.first, span.last), strict=False):
        _check_weekday(side, day)
    return span


def _check_weekday(side: _Part, day: date) -> None:
    """Refuse "Tue 31 Jul 2024", which is a Wednesday: either may be the slip."""
    if side.weekdays and day.isoweekday() not in side.weekdays:
        sentence = _(
            "%(day)s is a %(weekday)s: the weekday or the date is wrong.",
            day=say_date(day),
            weekday=say_weekday(day),
        )
        raise NoDate(sentence)


def read_day(text: str, order: DayOrder | None = None) -> date:
    span = read_span(text, order)
    if span.first != span.last:
        raise NoDate(_("“%(text)s” is more than one day.", text=_short(text)))
    return span.first


def read_day_near(text: str, near: date, order: DayOrder | None = None) -> date:
    """Read a day; where it leaves the year out it is the one that lies nearest to another day."""
    try:
        return read_day(text, order)
    except NoYear:
        found = []
        for year in (near.year - 1, near.year, near.year + 1):
            with suppress(NoDate):
                found.append(read_day(f"{text} {year}", order))
        if not found:
            raise
    return min(found, key=lambda day: abs(day - near))


def settle_order(texts: Iterable[str]) -> DayOrder | Literal["ask"] | None:
    """Tell for a whole column which comes first in dates such as 28/07/2024.

    None means that no such date is there, "ask" that every one can be read both ways (or
    that they contradict each other).
    """
    seen: set[str] = set()
    for text in texts:
        for first, second in _undecided(text):
            seen.add("day" if first > 12 else "month" if second > 12 else "either")
    if not seen or seen == {"same"}:
        return None
    decided = seen & {"day", "month"}
    if len(decided) != 1:
        return "ask"
    return "day" if "day" in decided else "month"


def _undecided(text: str) -> list[tuple[int, int]]:
    """Find the numbers of dates with slashes or dashes, of which either may be the day."""
    found = []
    for token in _TOKEN.finditer(_plain(text[:LONGEST_TEXT])):
        if token["full"] and token["sep"] != ".":
            first, second, _year = (int(n) for n in token["full"].split(token["sep"]))
            if first != second:
                found.append((first, second))
    return found


def _plain(text: str) -> str:
    lowered = _DASHES.sub("-", fold_date(text))
    named = _MONTH_BETWEEN.sub(r"\1 \2 \3", _NAMED.sub(_with_century, lowered))
    return _NOISE.sub(" ", _HOURS.sub(" ", _SHORT_YEAR.sub(r" 20\1", named)))


def _with_century(named: re.Match[str]) -> str:
    return f"{named[1]} {named[3]} 20{named[4]}" if find_month(named[3]) else named[0]


def has_hours(text: str) -> bool:
    """Tell whether hours stand behind a day."""
    return _HOURS.search(_DASHES.sub("-", fold_date(text[:LONGEST_TEXT]))) is not None


def _sides(text: str, order: DayOrder | None) -> list[_Part]:
    if len(text) > LONGEST_TEXT:
        raise NoDate(_("“%(text)s” is no date.", text=_short(text)))
    sides = [_Part()]
    for token in _TOKEN.finditer(_plain(text)):
        word = token["word"]
        if token["space"] or word in FILLERS:
            continue
        if token["dash"] or word in UNTIL:
            sides.append(_Part())
        elif token["and"] or word in AND:
            sides.append(_Part(follows=True))
        else:
            sides[-1] = _with(sides[-1], token, order, text)
    return sides


def _with(part: _Part, token: re.Match[str], order: DayOrder | None, text: str) -> _Part:
    """Add what one token says to what is known about a day."""
    if token["iso"]:
        year, month, day = (int(n) for n in re.split("[-/.]", token["iso"]))
        return replace(part, year=year, month=month, day=day)
    if token["full"]:
        found = _from_numbers(token["full"].split(token["sep"]), token["sep"], order, text)
        return replace(found, weekdays=part.weekdays, follows=part.follows)
    if token["dotted"]:
        day, month = (int(n) for n in token["dotted"].strip(".").split("."))
        return replace(part, day=day, month=month)
    if token["number"]:
        return _with_number(part, token["number"], text)
    month_named = find_month(token["word"] or "")
    if month_named and part.month is None:
        return replace(part, month=month_named)
    if weekdays := find_weekday(token["word"] or ""):
        return replace(part, weekdays=weekdays)
    raise NoDate(_("“%(text)s” is no date.", text=_short(text)))


def _from_numbers(numbers: list[str], sep: str, order: DayOrder | None, text: str) -> _Part:
    first, second, year = (int(number) for number in numbers)
    if len(numbers[2]) == 2:
        year += 2000
    if sep == "." or first > 12 or first == second:
        return _Part(year, second, first)
    if second > 12:
        return _Part(year, first, second)
    if order is None:
        raise NoDate(
            _("“%(text)s” can be read in two ways: say which comes first.", text=_short(text))
        )
    return _Part(year, second, first) if order == "day" else _Part(year, first, second)


def _with_number(part: _Part, number: str, text: str) -> _Part:
    if len(number) == 8:
        found = int(number[:4]), int(number[4:6]), int(number[6:])
        return replace(part, year=found[0], month=found[1], day=found[2])
    value = int(number) if len(number) <= 4 else 0
    if len(number) == 4 and part.year is None:
        return replace(part, year=value)
    if len(number) <= 2 and part.day is None:
        return replace(part, day=value)
    raise NoDate(_("“%(text)s” is no date.", text=_short(text)))


def _completed(first: _Part, last: _Part) -> tuple[_Part, _Part]:
    """Let each side take from the other what it leaves out: 28–30 July 2024."""
    return (
        replace(first, year=first.year or last.year, month=first.month or last.month),
        replace(last, year=last.year or first.year, month=last.month or first.month),
    )


def _day(part: _Part, text: str) -> date:
    if part.day is None:
        raise NoDate(_("“%(text)s” has no day.", text=_short(text)))
    if part.month is None:
        raise NoDate(_("“%(text)s” has no month.", text=_short(text)))
    if part.year is None:
        raise NoYear(_("“%(text)s” has no year.", text=_short(text)))
    year, month, day = part.year, part.month, part.day
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NoDate(_("“%(text)s” is in the year %(year)s.", text=_short(text), year=year))
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDate(_("“%(text)s” is no day of the calendar.", text=_short(text))) from None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
