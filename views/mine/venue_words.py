"""Times as a volunteer reads them: the venue's clock first, one's own only where it differs."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from flask import Response, request

from outreach.calendars.words import say_day

COOKIE = "zone"
A_YEAR = 365 * 24 * 3600
MOST_TIMES = 8192


@dataclass(frozen=True, slots=True)
class When:
    """A shift's time in words; `own` is empty where the reader's clock shows the same."""

    day: str
    span: str
    iso: str
    own: str


@lru_cache(maxsize=MOST_TIMES)
def say_when(starts: datetime, ends: datetime, venue: str, own: str | None = None) -> When:
    """Say a stretch by the venue's clock, and by the reader's zone where that is another time.

    Asked for every row of a long list, and mostly for the same ones again.
    """
    zone = ZoneInfo(venue)
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    return When(
        day=say_day(first.date()),
        span=_span(first, last),
        iso=f"{first:%Y-%m-%dT%H:%M}{_offset(first)}/{last:%Y-%m-%dT%H:%M}{_offset(last)}",
        own=_say_own(first, last, own) if own else "",
    )


def say_instant(instant: datetime, venue: str) -> str:
    """Say an instant by the venue's clock: "Mon 1 Jul, 09:00"."""
    local = instant.astimezone(ZoneInfo(venue))
    return f"{say_day(local.date())}, {local:%H:%M}"


def say_share(share: float) -> str:
    """Say a share of a whole: "half", "40 %"."""
    return {0.5: "half", 1.0: "all"}.get(share, f"{share:.0%}")


@lru_cache(maxsize=1)
def zones() -> dict[str, list[str]]:
    """Return the zones that a reader may choose from: continent, and towns in it."""
    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        region, _, town = name.partition("/")
        if town and region not in {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"}:
            found.setdefault(region, []).append(name)
    return found


def own_zone() -> str | None:
    """Return the reader's zone: as the address names it, else as the browser keeps it."""
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
    day = f"{say_day(mine.date())}, " if mine.date() != first.date() else ""
    town = own.rpartition("/")[2].replace("_", " ")
    return f"{day}{_span(mine, until)} your time, {town}"


def _span(first: datetime, last: datetime) -> str:
    next_day = f"{last:%a} " if last.date() > first.date() and f"{last:%H:%M}" != "00:00" else ""
    until = "24:00" if f"{last:%H:%M}" == "00:00" else f"{last:%H:%M}"
    return f"{first:%H:%M}–{next_day}{until}"


def _offset(local: datetime) -> str:
    text = f"{local:%z}"
    return f"{text[:3]}:{text[3:5]}"
