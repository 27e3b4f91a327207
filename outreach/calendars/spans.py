"""Stretches of time, and the days of a venue that they touch."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
"""A half-open stretch between two aware instants."""


def covered_time(spans: Iterable[Span], window: Span) -> timedelta:
    """Return how much of the window the stretches cover; what overlaps counts once."""
    covered, reached = timedelta(), window[0]
    for starts, ends in sorted(spans):
        starts, ends = max(starts, reached), min(ends, window[1])
        if starts < ends:
            covered += ends - starts
            reached = ends
    return covered


def whole_minutes(length: timedelta) -> int:
    """Return a length in minutes, rounded down."""
    return int(length.total_seconds() // 60)


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
