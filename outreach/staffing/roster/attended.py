"""Who is at the booth as far as it was noted, from when to when, and how early one can come."""

from datetime import datetime, timedelta

from outreach.staffing.rules import Span

EARLY = timedelta(hours=2)
"""How long before a shift somebody can check in for it."""


def time_there(
    shift: Span, arrived: datetime | None, left: datetime | None, now: datetime
) -> timedelta:
    """Return how long somebody stood there; a check-out that was forgotten ends with the shift.

    Who came early is counted from the shift's start.
    """
    if arrived is None:
        return timedelta()
    until = left if left is not None else min(now, shift[1])
    return max(timedelta(), until - max(arrived, shift[0]))


def left_at(shift: Span, arrived: datetime, stays_on: bool, now: datetime) -> datetime:
    """Return when somebody has left who checks out now: with the shift's end, unless they stay."""
    return max(arrived, now if stays_on else min(now, shift[1]))


def is_there(
    shift: Span, arrived: datetime | None, left: datetime | None, stays: bool, now: datetime
) -> bool:
    """Tell whether somebody stands at the booth now, as far as it was noted."""
    return arrived is not None and left is None and (now < shift[1] or stays)
