"""Nights: what starts past midnight belongs to the evening before, and how that is said."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_day, say_open_times, say_times, say_weekday
from outreach.language import gettext as _

ENDS = 5
"""The hour at which a night is over; what starts before is of the day on which it began."""


def day_of(starts: datetime, zone: ZoneInfo) -> date:
    """Return the day that people call it: a shift at one on Sunday morning is Saturday's."""
    local = starts.astimezone(zone)
    return local.date() - timedelta(days=local.hour < ENDS)


def say_night(starts: datetime, zone: ZoneInfo) -> str:
    """Say which night a start is in: "the night from Saturday to Sunday"; "" for one by day."""
    local, day = starts.astimezone(zone), day_of(starts, zone)
    if day == local.date():
        return ""
    return _("the night from %(first)s to %(second)s", first=say_weekday(day),
             second=say_weekday(local.date()))  # fmt: skip


def say_night_day(starts: datetime, zone: ZoneInfo) -> str:
    """Say a shift's day; of one in the night which night it is, for "Sunday" is missed by a day."""
    day, night = say_day(starts.astimezone(zone).date()), say_night(starts, zone)
    return _("%(day)s (%(night)s)", day=day, night=night) if night else day


def say_under(day: date, starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Say a shift's hours under a day that is not its own: "23:00–01:00 (from Friday)"."""
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    if first.date() < day:
        named = {"times": say_times(first, last), "day": say_weekday(first.date())}
        return _("%(times)s (from %(day)s)", **named)
    times, night = say_open_times(first, last), say_night(starts, zone)
    return _("%(times)s (%(night)s)", times=times, night=night) if night else times
