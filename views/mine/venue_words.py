"""Times as a volunteer reads them: the venue's clock first, one's own only where it differs."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from flask import Response, request

from models import Person
from outreach.calendars.clock import (
    remembered,
    say_day,
    say_open_times,
    say_short_weekday,
    say_town,
)
from outreach.calendars.nights import ENDS, say_night_day, say_under
from outreach.language import gettext as _

COOKIE = "zone"
UNKNOWN = "UTC"
"""By which clock hours are kept while nobody knows where it is: no town's."""
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class When:
    """A shift's time in words; `own` is empty where the reader's clock shows the same."""

    day: str
    span: str
    short: str
    """Weekday and times, as a button says them."""
    iso: str
    own: str


@remembered
def say_when(
    starts: datetime,
    ends: datetime,
    venue: str,
    own: str | None = None,
    under: date | None = None,
) -> When:
    """Say a stretch by the venue's clock, and by the reader's zone where that is another time.

    With `under`, as it stands in the list of this day: what began the evening before says so.

    Asked for every row of a long list, and mostly for the same ones again.
    """
    zone = ZoneInfo(venue)
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    span = say_open_times(first, last)
    goes_on = under is not None and first.date() < under
    is_late = first.hour < ENDS
    return When(
        day=say_night_day(starts, zone)
        if is_late
        else say_day((goes_on and under) or first.date()),
        span=say_under(under, starts, ends, zone) if under and goes_on else span,
        short=_("%(day)s %(times)s", day=say_short_weekday(first.date()), times=span),
        iso=first.isoformat(timespec="minutes"),
        own=_say_own(first, last, own) if own and venue != UNKNOWN else "",
    )


@lru_cache(maxsize=1)
def zones() -> dict[str, list[str]]:
    """Return the zones that a reader may choose from: continent, and towns in it."""
    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        region, _, town = name.partition("/")
        if town and region not in {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"}:
            found.setdefault(region, []).append(name)
    return found


def own_zone(reader: Person | None) -> str | None:
    """Return the reader's zone: what the browser told, else that of their home."""
    home = reader.timezone if reader else None
    return kept_zone() or (home if home and is_zone(home) else None)


def kept_zone() -> str | None:
    """Return the zone that the address names, else that which the browser keeps."""
    for given in (request.args.get("zone"), request.cookies.get(COOKIE)):
        if given and is_zone(given):
            return given
    return None


def is_zone(name: str) -> bool:
    """Tell whether this names a zone; what does not is never looked up as a file."""
    region = name.partition("/")[0]
    return name in zones().get(region, ())


def keep_zone(response: Response) -> None:
    """Let the browser remember the zone that its reader chose in the address."""
    chosen = request.args.get("zone")
    if chosen and is_zone(chosen):
        response.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax")


def read_day(text: str) -> date | None:
    """Return the day that a filter names; None where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _say_own(first: datetime, last: datetime, own: str) -> str:
    zone = ZoneInfo(own)
    mine, until = first.astimezone(zone), last.astimezone(zone)
    if (mine.utcoffset(), until.utcoffset()) == (first.utcoffset(), last.utcoffset()):
        return ""
    times, town = say_open_times(mine, until), say_town(own)
    if mine.date() == first.date():
        return _("%(times)s your time, %(town)s", times=times, town=town)
    day = say_day(mine.date())
    return _("%(day)s, %(times)s your time, %(town)s", day=day, times=times, town=town)
