"""The venue's clock: its days and windows as instants, and instants as its people say them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.words import say_day

Span = tuple[datetime, datetime]
"""A half-open stretch between two aware instants."""


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC at which the venue's clock shows this.

    Of an hour that the clocks repeat it is the first; one that they skip counts from before.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Return the venue's day, which has 23 or 25 hours when the clocks change."""
    return at(day, time(), zone), at(day + timedelta(days=1), time(), zone)


def days_of(starts: datetime, ends: datetime, zone: ZoneInfo) -> list[date]:
    """Return the venue's days that a stretch touches."""
    day = starts.astimezone(zone).date()
    last = (ends - timedelta(microseconds=1)).astimezone(zone).date()
    return [day + timedelta(days=number) for number in range((last - day).days + 1)]


def say_span(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Say a shift's time: "Wed 31 Jul, 13:00-15:00"."""
    return f"{say_day(starts.astimezone(zone))}, {_clock(starts, zone)}-{_clock(ends, zone)}"


def say_start(starts: datetime, zone: ZoneInfo) -> str:
    """Say when something starts, in short: "Wed 13:00"."""
    return f"{starts.astimezone(zone):%a} {_clock(starts, zone)}"


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"
