"""Every way to say a day, a time, a length, a list, a number and a count."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from outreach import language
from outreach.language import gettext as _
from outreach.language import ngettext, pgettext

MOST_KEPT = 8192
"""So many days, times and lists are remembered: a long page says the same few again and again."""
ENGLISH = {
    "d": "d",
    "E": "EEE",
    "EEEE": "EEEE",
    "MMM": "MMM",
    "MMMd": "d MMM",
    "MMMEd": "EEE d MMM",
    "MMMMd": "d MMMM",
    "yMMMd": "d MMM y",
    "yMMMEd": "EEE d MMM y",
    "yMMMMd": "d MMMM y",
    "Hm": "HH:mm",
}
"""How English is written here: the day before the month, hours to 24. Others as CLDR has them."""
ENGLISH_LISTS = "en_001"
"""English without a comma before the last of a list."""
MIDNIGHT = time(0)
OFFICE_HOURS = range(9, 19)
"""Hours that are said in words where only a start is told: "Wednesday at three"."""
DAYLIGHT = range(7, 20)
"""Hours that are said in words where a stretch is told: nobody takes "three" for the night's."""

Given = ParamSpec("Given")
Said = TypeVar("Said")
Row = TypeVar("Row")


def remembered(say: Callable[Given, Said]) -> Callable[Given, Said]:
    """Remember what was said before, in each language."""
    kept: Callable[..., Said] = lru_cache(maxsize=MOST_KEPT)(lambda _code, *given: say(*given))  # type: ignore[call-arg]

    def said(*given: Given.args, **_named: Given.kwargs) -> Said:
        return kept(language.current(), *given)

    return said


def _is_english() -> bool:
    return language.current() == language.SOURCE


def _pattern(skeleton: str) -> str:
    if _is_english():
        return ENGLISH[skeleton]
    known = Locale.parse(language.current()).datetime_skeletons
    return str(known[skeleton].pattern) if skeleton in known else ENGLISH[skeleton]


@remembered
def _day_as(skeleton: str, day: date) -> str:
    return format_date(day, _pattern(skeleton), locale=language.current())


@remembered
def _clock_as(skeleton: str, clock: time) -> str:
    return format_time(clock, _pattern(skeleton), locale=language.current())


# Days


def _in(skeleton: str) -> Callable[[date], str]:
    return lambda day: _day_as(skeleton, day)


say_day = _in("MMMEd")
"""Say a day with its weekday: "Sun 28 Jul"."""
say_day_month = _in("MMMd")
"""Say a day without its weekday: "25 Jul"."""
say_long_day = _in("yMMMEd")
"""Say a day with weekday and year: "Thu 25 Jul 2024"."""
say_date = _in("yMMMd")
"""Say a source's day: "26 Mar 2024"."""
say_full_date = _in("yMMMMd")
"""Say a day in full: "26 March 2024"."""
say_full_day_month = _in("MMMMd")
"""Say a day in full without the year: "26 March"."""
say_weekday = _in("EEEE")
"""Say the day of the week: "Wednesday"."""
say_short_weekday = _in("E")
"""Say the day of the week in short: "Wed"."""


@remembered
def say_days(first: date, last: date) -> str:
    """Say the days from `first` to `last`, both included: "28 Jul – 1 Aug", "3–4 Feb"."""
    if first == last:
        return say_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return pgettext(
            "days of one month",
            "%(first)s–%(last)s %(month)s",
            first=_day_as("d", first),
            last=_day_as("d", last),
            month=_day_as("MMM", first),
        )
    return pgettext("days", "%(first)s – %(last)s", first=say_day_month(first),
                    last=say_day_month(last))  # fmt: skip


def say_coming(day: date, today: date) -> str:
    """Say when a day comes, in a sentence: "today", "on Sunday", "on 7 August", "in 2025"."""
    ahead = (day - today).days
    if ahead < 2:
        return say_days_left(max(ahead, 0))
    if ahead < 7:
        return _("on %(day)s", day=say_weekday(day))
    return _("on %(day)s", day=say_full_day_month(day) if ahead < 300 else say_full_date(day))


def say_days_left(days: int) -> str:
    """Say a number of days to go: "today", "tomorrow", "in 5 days"."""
    if days in {0, 1}:
        return _("tomorrow") if days else _("today")
    return ngettext("in a day", "in %(num)s days", days)


def say_days_ago(days: int) -> str:
    """Say a number of days that have passed: "today", "yesterday", "5 days ago"."""
    if days in {0, 1}:
        return _("yesterday") if days else _("today")
    return ngettext("a day ago", "%(num)s days ago", days)


def say_day_word(days: int) -> str:
    """Say the noun below a number of days."""
    return ngettext("day", "days", days)


# Times of the day


def say_time(moment: datetime | time, zone: ZoneInfo | None = None) -> str:
    """Say a time of the day, of an instant by the clock of the zone: "15:15"."""
    if isinstance(moment, datetime):
        moment = (moment.astimezone(zone) if zone else moment).time()
    return _clock_as("Hm", moment.replace(second=0, microsecond=0))


@remembered
def say_moment(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """Say a day and a time: "Wed 31 Jul, 15:15"."""
    local = moment.astimezone(zone) if zone else moment
    return _on_day(say_day(local.date()), say_time(local))


def say_full_moment(moment: datetime) -> str:
    """Say a day with its year and a time: "31 Jul 2024, 15:15"."""
    return _on_day(say_date(moment.date()), say_time(moment))


def _on_day(day: str, clock: str) -> str:
    return _("%(day)s, %(clock)s", day=day, clock=clock)


@remembered
def say_start(starts: datetime, zone: ZoneInfo) -> str:
    """Say when something starts, in short: "Wed 13:00"."""
    local = starts.astimezone(zone)
    return _on_weekday(say_short_weekday(local.date()), say_time(local))


def _on_weekday(day: str, clock: str) -> str:
    return pgettext("weekday and time", "%(day)s %(clock)s", day=day, clock=clock)


@remembered
def say_span(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Say a shift's time: "Wed 31 Jul, 13:00–15:00"."""
    return _("%(day)s, %(start)s–%(end)s", day=say_day(starts.astimezone(zone).date()),
             start=say_time(starts, zone), end=say_time(ends, zone))  # fmt: skip


def say_times(starts: datetime | time, ends: datetime | time, end: str = "") -> str:
    """Say from when to when: "13:00–15:00"; `end` says the end in another way."""
    return pgettext("times", "%(start)s–%(end)s", start=say_time(starts), end=end or say_time(ends))


def say_open_times(starts: datetime, ends: datetime) -> str:
    """Say from when to when as a notice at a door does: "22:00–24:00", "22:00–Thu 01:00"."""
    if ends.time() == MIDNIGHT:
        return say_times(starts, ends, end=_("24:00"))
    if ends.date() == starts.date():
        return say_times(starts, ends)
    return say_times(starts, ends, end=_on_weekday(say_short_weekday(ends.date()), say_time(ends)))


@remembered
def say_stretch(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Say a time in full: "Wed 31 Jul 2024, 13:00–15:00 MDT"; the clocks may change within it."""
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    start, end = say_time(first), say_zoned_time(last)
    if first.utcoffset() != last.utcoffset():
        start = say_zoned_time(first)
    if last.date() != first.date():
        end = _on_weekday(say_day(last.date()), end)
    return _("%(day)s, %(start)s–%(end)s", day=say_long_day(first.date()), start=start, end=end)


def say_zoned_time(local: datetime) -> str:
    """Say a time with the word for its zone: "15:14 MDT", "15:14 UTC+13"."""
    word = local.tzname() or ""
    return f"{say_time(local)} {f'UTC{word}' if word[:1] in '+-' else word}"


def say_zoned_moment(instant: datetime, zone: ZoneInfo) -> str:
    """Say an instant with the word for its zone: "Mon 29 Jul, 15:14 MDT"."""
    local = instant.astimezone(zone)
    return _on_day(say_day(local.date()), say_zoned_time(local))


def say_town(zone: str) -> str:
    """Name a zone by its town: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def say_spoken_start(instant: datetime, zone: ZoneInfo) -> str:
    """Say when as a headline does: "Wednesday at three", "Sunday at 08:30"."""
    local = instant.astimezone(zone)
    is_plain = not local.minute and local.hour in OFFICE_HOURS
    clock = _say_hour(local.hour) if is_plain else say_time(local)
    return _("%(day)s at %(clock)s", day=say_weekday(local.date()), clock=clock)


def say_spoken_times(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Say a stretch by the venue's clock: "three to four", "15:15 to 16:00"."""
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    whole = not (first.minute or last.minute) and first.hour in DAYLIGHT and last.hour in DAYLIGHT
    if whole and timedelta() < ends - starts < timedelta(hours=12):
        return _("%(start)s to %(end)s", start=_say_hour(first.hour), end=_say_hour(last.hour))
    return _("%(start)s to %(end)s", start=say_time(first), end=say_time(last))


def _say_hour(hour: int) -> str:
    """Say an hour in words where it has some: "three" for 15."""
    return say_number(hour % 12 or 12, up_to=12) if _is_english() else say_time(time(hour))


# Lengths


def say_hours(length: timedelta) -> str:
    """Say a length in hours with what is behind the point: "7.5", "8", "0.25"."""
    return _decimal(round(length / timedelta(hours=1), 2), "0.##")


def say_length(length: timedelta) -> str:
    """Say a length: "2 hours", "2 h 30 min", "45 minutes"."""
    hours, rest = divmod(int(length.total_seconds() // 60), 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    if rest:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
    return ngettext("%(num)s hour", "%(num)s hours", hours)


def say_how_soon(ahead: timedelta, days: int) -> str:
    """Say how soon something begins: "in 45 minutes", "tomorrow"; `days` by the calendar."""
    minutes = max(1, round(ahead.total_seconds() / 60))
    if minutes == 60:
        return _("in an hour")
    if minutes < 90:
        return ngettext("in a minute", "in %(num)s minutes", minutes)
    if days:
        return say_days_left(days)
    hours = round(minutes / 60)
    return ngettext("today, in about an hour", "today, in about %(num)s hours", hours)


def say_share(share: float) -> str:
    """Say a share of a whole: "half", "a quarter", "40 %"."""
    known = {0.25: _("a quarter"), 0.5: _("half"), 0.75: _("three quarters"), 1.0: _("all")}
    return known.get(share, f"{100 * share:.0f} %")


# Numbers and lists


def say_number(count: int, up_to: int = 10) -> str:
    """Say a small number in words, a larger one in figures."""
    words = _numbers()
    return words[count] if 0 <= count <= min(up_to, len(words) - 1) else str(count)


def say_count(one: str, many: str, count: int, /, **named: Any) -> str:
    """Say a sentence that counts, `%(number)s` or where it begins `%(Number)s` in words."""
    words = {"number": say_number(count), "Number": say_opening_number(count)}
    return ngettext(one, many, count, **words, **named)


def say_opening_number(count: int) -> str:
    """Say a number where a sentence begins: "Three", "12"."""
    return opening(say_number(count))


def opening(words: str) -> str:
    """Begin a sentence with these words; names further on keep their capitals."""
    return words[:1].upper() + words[1:]


def say_figure(count: int) -> str:
    """Say a number in figures that are easy to read: "1,234"."""
    return _decimal(count, "#,##0")


class Figure(int):
    """A number for a sentence that is said later: in figures that are easy to read."""

    def __str__(self) -> str:
        return say_figure(int(self))


def say_decimal(number: float | Decimal, digits: int) -> str:
    """Say a number with so many digits behind the point: "1,234.50"."""
    return _decimal(number, f"#,##0.{'0' * digits}" if digits else "#,##0")


@remembered
def _decimal(number: float | Decimal, pattern: str) -> str:
    return format_decimal(number, pattern, locale=language.current())


def say_ordinal(place: int, *, in_words: bool = True) -> str:
    """Say which in a row: "third", "21st"; without words "3rd"."""
    words = _ordinals() if in_words else []
    if 0 < place <= len(words):
        return words[place - 1]
    form = Locale.parse(language.current()).ordinal_form(place)
    return {
        "one": pgettext("21st", "%(place)sst", place=place),
        "two": pgettext("22nd", "%(place)snd", place=place),
        "few": pgettext("23rd", "%(place)srd", place=place),
    }.get(form, pgettext("24th", "%(place)sth", place=place))


def say_list(names: Iterable[str]) -> str:
    """Join names as a sentence does: "Ada, Lin and Noor"."""
    return _joined(tuple(names), "standard")


def say_some(names: Sequence[str], most: int, count: int | None = None) -> str:
    """Join the first names of so many (all that are given): "Ada, Lin and 3 more"."""
    more = (len(names) if count is None else count) - min(most, len(names))
    others = [ngettext("%(figure)s more", "%(figure)s more", more, figure=say_figure(more))]
    return say_list([*names[:most], *others] if more > 0 else names)


def first_of(rows: Sequence[Row], most: int) -> tuple[Sequence[Row], str]:
    """Give the first of many rows, and the line below them: "and 3 more", or nothing."""
    more = len(rows) - most
    said = ngettext("and %(figure)s more", "and %(figure)s more", more, figure=say_figure(more))
    return rows[:most], said if more > 0 else ""


def say_either(names: Iterable[str]) -> str:
    """Join names of which one is meant: "Ada, Lin or Noor"."""
    return _joined(tuple(names), "or")


@remembered
def _joined(names: tuple[str, ...], style: Literal["standard", "or"]) -> str:
    locale = ENGLISH_LISTS if _is_english() else language.current()
    return format_list(names, style, locale=locale)


@remembered
def _numbers() -> list[str]:
    return pgettext(
        "numbers from 0 on",
        "no, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve",
    ).split(", ")


@remembered
def _ordinals() -> list[str]:
    return pgettext(
        "places in a row", "first, second, third, fourth, fifth, sixth, seventh, eighth"
    ).split(", ")
