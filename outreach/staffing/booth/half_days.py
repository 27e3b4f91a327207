"""Times by a clock of half days without am and pm: what ends in the afternoon, and what asks."""

from datetime import time

from outreach.calendars.clock import say_times
from outreach.language import gettext as _

HALF_DAY = 12
OF_A_HALL, EARLIEST = 4 * 60, 6
"""Minutes from which on hours are those of a hall by day, and when one opens at the earliest."""


class NoHours(ValueError):
    """A line tells no hours; the message is a sentence about it."""


class TwoMeanings(NoHours):
    """A line may tell one time or another; the message asks which."""


def is_of_half_days(*hours: str) -> bool:
    """Tell whether hours may be of such a clock: "10:01–10:00" is how one of 24 hours writes."""
    is_within = all(not one.startswith("0") and int(one) <= HALF_DAY for one in hours)
    return is_within and any(len(one) == 1 for one in hours)


def in_the_afternoon(starts: time, ends: time, ended: time | None, text: str) -> tuple[time, time]:
    """Return the times of a clock of half days: what ends before it starts ends in the afternoon.

    So do hours that go on from the stretch before. A short one may as well be at night: it asks.
    """
    later = _half_a_day_later(starts)
    if ended is not None and later == ended and ends > starts:
        return later, _half_a_day_later(ends)
    if ends > starts:
        return starts, ends
    afternoon = _half_a_day_later(ends)
    long = (afternoon.hour - starts.hour) * 60 + afternoon.minute - starts.minute
    if starts == ended or (long >= OF_A_HALL and starts.hour >= EARLIEST):
        return starts, afternoon
    both = (say_times(starts, afternoon), say_times(later, ends))
    raise TwoMeanings(
        _("“%(text)s” may be %(day)s or %(night)s: write it so.", text=text, day=both[0],
          night=both[1])
    )  # fmt: skip


def _half_a_day_later(clock: time) -> time:
    return clock.replace(hour=(clock.hour + HALF_DAY) % 24)
