"""What a calendar says of each thing in it, as days and words; one that is odd stands apart."""

import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr

from outreach.calendars.reading.components import Component, Property, Read, unescape
from outreach.calendars.reading.zones import Zones

FIRST_YEAR, LAST_YEAR = 1970, 2100
MOST_ENTRIES, MOST_OF_SERIES, MOST_DATES = 5_000, 60, 2_000
SECONDS_A_SERIES = 1.0
LONGEST = {"SUMMARY": 300, "LOCATION": 500, "DESCRIPTION": 2_000, "UID": 500}
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})[T ](\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z?)", re.ASCII
)
_LENGTH = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?",
    re.ASCII,
)
_BLOCK = re.compile(r"</?(?:br|p|div|li|ul|ol|h[1-6]|tr|td)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")
_FREQUENT = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)

DAY_LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One thing of a calendar, or one time of a series."""

    uid: str
    recurrence_id: str
    """Which time of a series it is; "" for what stands alone."""
    name: str
    first: date
    last: date
    starts: datetime | None
    """The instant at which it begins, in UTC; None for whole days."""
    place: str = ""
    url: str = ""
    note: str = ""
    is_cancelled: bool = False
    sequence: int = 0
    odd: tuple[str, ...] = ()
    """What of it was guessed."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A thing of a calendar that cannot be read, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class CalendarRead:
    """What was read from a file."""

    name: str = ""
    entries: list[CalendarEntry] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    is_whole: bool = True
    is_calendar: bool = True
    left_out: int = 0


class Unreadable(Exception):
    """A value that cannot be right, in a sentence."""


@dataclass(frozen=True, slots=True)
class GivenMoment:
    """A day or a time as a calendar gives it, by which clock, and whether that was guessed."""

    local: datetime
    zone: tzinfo | None
    is_day: bool
    odd: str = ""

    @property
    def instant(self) -> datetime:
        """Return it in UTC; a clock that nobody knows counts as UTC's."""
        return self.local.replace(tzinfo=self.zone or UTC).astimezone(UTC)


def read_entries(read: Read, since: date, until: date) -> CalendarRead:
    """Read all things of a file that are within these days."""
    found = CalendarRead(is_whole=read.is_whole, is_calendar=bool(read.calendars))
    found.left_out = read.left_out
    for calendar in read.calendars:
        zones = Zones(calendar)
        found.name = found.name or _text(calendar, "X-WR-CALNAME")[:200]
        masters: list[Master] = []
        changed: dict[tuple[str, str], CalendarEntry] = {}
        for one in calendar.parts:
            if one.name != "VEVENT":
                continue
            try:
                entry, start = _read_one(one, zones)
            except Unreadable as error:
                found.quarantined.append(Quarantined(_text(one, "SUMMARY")[:200], str(error)))
                continue
            if entry.recurrence_id:
                key = entry.uid, entry.recurrence_id
                if key not in changed or changed[key].sequence <= entry.sequence:
                    changed[key] = entry
            else:
                masters.append((one, entry, start))
        _add(found, _newest(masters), changed, zones, since, until)
    found.entries.sort(key=lambda one: (one.first, one.name, one.uid))
    found.left_out += max(0, len(found.entries) - MOST_ENTRIES)
    del found.entries[MOST_ENTRIES:]
    return found


Master = tuple[Component, CalendarEntry, GivenMoment]


def _newest(masters: Iterable[Master]) -> list[Master]:
    """Return each thing once, as its highest SEQUENCE has it; two without a UID are two."""
    newest: dict[str, Master] = {}
    for number, master in enumerate(masters):
        entry = master[1]
        key = entry.uid or f"{number}"
        if key not in newest or newest[key][1].sequence <= entry.sequence:
            newest[key] = master
    return list(newest.values())


def _add(
    found: CalendarRead,
    masters: Iterable[Master],
    changed: Mapping[tuple[str, str], CalendarEntry],
    zones: Zones,
    since: date,
    until: date,
) -> None:
    """Add what is within the days: each time of a series, as it is or as it was changed."""
    left = dict(changed)
    for one, entry, start in masters:
        times = [entry]
        if one.first("RRULE") or one.first("RDATE"):
            try:
                times = list(_times(one, entry, start, zones, since, until))
            except Unreadable as error:
                found.quarantined.append(Quarantined(entry.name, str(error)))
                times = [entry]
        for time_of in times:
            key = entry.uid, time_of.recurrence_id
            found.entries += _within([left.pop(key, time_of)], since, until)
    found.entries += _within(left.values(), since, until)


def _within(entries: Iterable[CalendarEntry], since: date, until: date) -> list[CalendarEntry]:
    return [one for one in entries if one.last >= since and one.first <= until]


def _read_one(one: Component, zones: Zones) -> tuple[CalendarEntry, GivenMoment]:
    """Read what stands alone, or one time of a series that was changed. Raises Unreadable."""
    given = one.first("DTSTART")
    if given is None:
        raise Unreadable("It has no day.")
    start = read_moment(given, zones)
    end, odd_end = _end_of(one, start, zones)
    first, last, is_day = _days(start, end)
    which = one.first("RECURRENCE-ID")
    odd = [word for word in (start.odd, odd_end) if word]
    name = _text(one, "SUMMARY")
    return CalendarEntry(
        uid=_text(one, "UID"),
        recurrence_id=_key(read_moment(which, zones)) if which else "",
        name=name or "Without a name",
        first=first,
        last=last,
        starts=None if is_day else start.instant,
        place=" ".join(_text(one, "LOCATION").split()),
        url=_address(one),
        note=_plain(_text(one, "DESCRIPTION")),
        is_cancelled=one.word("STATUS").upper() == "CANCELLED",
        sequence=_count(one.word("SEQUENCE")),
        odd=tuple(dict.fromkeys(odd)),
    ), start  # fmt: skip


def _count(word: str) -> int:
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else 0


def _text(one: Component, name: str) -> str:
    return unescape(one.word(name))[: LONGEST.get(name, 500)].strip()


def _plain(text: str) -> str:
    """Return a text without the tags that some programs write into it."""
    return " ".join(_TAG.sub("", _BLOCK.sub(" ", text)).split())


def _address(one: Component) -> str:
    """Return where it is told of; nothing but a web address is kept."""
    found = one.word("URL")[:1000]
    return found if re.match(r"https?://[^\s<>\"]+$", found, re.IGNORECASE) else ""


def read_moment(given: Property, zones: Zones) -> GivenMoment:
    """Read a day or a time. Raises Unreadable."""
    value = given.value.strip()
    found = _DAY.fullmatch(value) or _MOMENT.fullmatch(value)
    if found is None:
        raise Unreadable(f"“{value[:40]}” is no day.")
    words = [word or "" for word in found.groups()]
    year, month, day, hour, minute, second, zulu = [*words, "", "", "", ""][:7]
    try:
        at_day = date(int(year), int(month), int(day))
        at_time = time(int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    except ValueError as error:
        raise Unreadable(f"“{value[:40]}” is no day.") from error
    local = datetime.combine(at_day, at_time)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Unreadable(f"The year {local.year} cannot be planned with.")
    if not hour:
        return GivenMoment(local, None, is_day=True)
    if zulu:
        if local.time() != time() and zones.named:
            there = local.replace(tzinfo=UTC).astimezone(zones.named).replace(tzinfo=None)
            return GivenMoment(there, zones.named, is_day=False)
        return GivenMoment(local, UTC, is_day=False)
    tzid = given.params.get("TZID", "")
    if not tzid:
        return GivenMoment(local, zones.named, False, "" if zones.named else "its zone is not said")
    zone, is_guessed = zones.find(tzid)
    if zone is None:
        return GivenMoment(local, zones.named, False, f"its zone “{tzid[:40]}” is not known")
    return GivenMoment(local, zone, False, "its zone was guessed" if is_guessed else "")


def _end_of(one: Component, start: GivenMoment, zones: Zones) -> tuple[datetime, str]:
    """Return when it ends by the clock of its start, and what is odd about that."""
    given, length = one.first("DTEND"), one.word("DURATION")
    plain = start.local + (DAY_LONG if start.is_day else timedelta())
    if given is not None:
        try:
            end = read_moment(given, zones)
        except Unreadable:
            return plain, "its end cannot be read"
        local = end.local
        if end.zone and start.zone and not end.is_day:
            local = end.instant.astimezone(start.zone).replace(tzinfo=None)
        if local < start.local:
            return plain, "it would end before it starts"
        return max(local, plain), ""
    if length:
        found = _LENGTH.fullmatch(length)
        if not found:
            return plain, "its length cannot be read"
        weeks, days, hours, minutes, seconds = (int(word or 0) for word in found.groups())
        long = timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=min(seconds, 10**8)
        )
        if long > timedelta(days=400):
            return plain, "it would last longer than a year"
        return max(start.local + long, plain), ""
    return plain, ""


def _days(start: GivenMoment, end: datetime) -> tuple[date, date, bool]:
    """Return its first and last day, and whether it is of whole days.

    From midnight to midnight UTC is a day, whatever the clock there says.
    """
    is_day = start.is_day or (start.local.time() == end.time() == time() and end > start.local)
    first, last = start.local.date(), end.date()
    if end.time() == time() and end > start.local:
        last -= DAY_LONG  # the end is the first moment after it
    return first, max(first, last), is_day


def _key(moment: GivenMoment) -> str:
    """Name a time of a series alike, whichever way it is written."""
    return moment.local.date().isoformat() if moment.is_day else moment.instant.isoformat()


def _times(
    one: Component, entry: CalendarEntry, start: GivenMoment, zones: Zones, since: date, until: date
) -> Iterator[CalendarEntry]:
    """Give the times of a series within the days: not more than a season can use."""
    with _within_seconds(SECONDS_A_SERIES):
        found = _starts(one, start, zones, since - (entry.last - entry.first), until)
    is_cut = len(found) >= MOST_OF_SERIES
    odd = (*entry.odd, "only its first times are read") if is_cut else entry.odd
    for local in found:
        moved = replace(start, local=local)
        days = local.date() - entry.first
        yield replace(
            entry,
            recurrence_id=_key(moved),
            first=entry.first + days,
            last=entry.last + days,
            starts=None if entry.starts is None else moved.instant,
            odd=odd,
        )  # fmt: skip


def _starts(
    one: Component, start: GivenMoment, zones: Zones, since: date, until: date
) -> list[datetime]:
    """Return when the times of a series begin by its clock, sooner first, a day once."""
    first, last = datetime.combine(since, time()), datetime.combine(until, time.max)
    if first > start.local and _FREQUENT.search(one.word("RRULE")):
        raise Unreadable("It happens many times a day: only its first time is read.")
    begun = {start.local} if start.local >= first else set()
    for rule in one.all("RRULE")[:4]:
        begun |= set(_ruled(rule.value, start.local, first, last))
    for dates in one.all("RDATE")[:MOST_DATES]:
        begun |= set(_dates(dates, start, zones))
    gone: set[datetime] = set()
    for dates in one.all("EXDATE")[:MOST_DATES]:
        gone |= set(_dates(dates, start, zones))
    for rule in one.all("EXRULE")[:4]:
        gone |= set(_ruled(rule.value, start.local, first, last))
    by_day = {local.date(): local for local in sorted(begun - gone, reverse=True)}
    kept = sorted(local for local in by_day.values() if first <= local <= last)
    return kept[:MOST_OF_SERIES]


def _ruled(rule: str, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if "=" in part)
    if parts.get("INTERVAL", "1").strip("0") == "":
        raise Unreadable("Its rule repeats it after no time at all.")
    if until := parts.get("UNTIL"):
        ends = _MOMENT.fullmatch(until) or _DAY.fullmatch(until)
        if ends is None:
            raise Unreadable("Its rule cannot be read.")
        parts["UNTIL"] = "".join(ends.groups()[:3]) + "T235959"
    try:
        found = rrulestr(";".join(f"{key}={value}" for key, value in parts.items()), dtstart=start)
        for local in islice(found, 200_000):
            if local > last:
                return
            if local >= first:
                yield local
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError) as error:
        raise Unreadable("Its rule cannot be read.") from error


def _dates(given: Property, start: GivenMoment, zones: Zones) -> Iterator[datetime]:
    for value in given.value.split(",")[:MOST_DATES]:
        with suppress(Unreadable):
            moment = read_moment(Property(given.name, given.params, value.partition("/")[0]), zones)
            if moment.is_day or start.zone is None or moment.zone is None:
                local = datetime.combine(moment.local.date(), start.local.time())
                yield local if moment.is_day else moment.local
            else:
                yield moment.instant.astimezone(start.zone).replace(tzinfo=None)


class _TooLong(BaseException):
    """The time of a series is over; no rule's own handler may take it."""


@contextmanager
def _within_seconds(seconds: float) -> Iterator[None]:
    """End what takes longer; it needs the main thread, as a child process has it."""

    def over(_signal: int, _frame: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TooLong as error:
        raise Unreadable("Its rule finds no next time soon: only its first is read.") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def as_json(found: CalendarRead) -> dict[str, Any]:
    """Return it as plain values, days and instants as text."""
    return asdict(found)
