"""Zones of venues as iCalendar spells them: the changes of the clocks around some dates.

The library's own writer gives the onset of summer time by the new clock; RFC 5545 (3.6.5) wants
it by the old one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_MARGIN = timedelta(days=190)
"""Before the first date, so that the change whose rule is in force then is told."""
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


@lru_cache(maxsize=256)
def spell_zone(name: str, first_year: int, last_year: int) -> bytes:
    """Write the zone with every change of its clocks in these years, both included."""
    start = datetime(first_year, 1, 1, tzinfo=UTC) - _MARGIN
    zone, component = ZoneInfo(name), Timezone()
    component.add("TZID", name)
    component.add_component(_observance(start, zone))
    for change in changes(zone, start, datetime(last_year + 1, 1, 1, tzinfo=UTC)):
        component.add_component(_observance(change, zone))
    content: bytes = component.to_ical()
    return content


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the instants between two others at which the zone's offset changes, to the minute."""
    day = start
    while day < end:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            yield _change_within(zone, day)
        day += _DAY


def _change_within(zone: ZoneInfo, day: datetime) -> datetime:
    before, first, last = _offset(zone, day), 0, _DAY // _MINUTE
    while last - first > 1:
        middle = (first + last) // 2
        if _offset(zone, day + middle * _MINUTE) == before:
            first = middle
        else:
            last = middle
    return day + last * _MINUTE


def _observance(onset: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    before, after = _offset(zone, onset - _MINUTE), _offset(zone, onset)
    local = onset.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("DTSTART", (onset + before).replace(tzinfo=None))
    part.add("TZOFFSETFROM", before)
    part.add("TZOFFSETTO", after)
    part.add("TZNAME", local.tzname() or "")
    return part


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
