"""Which zone a calendar means: by the name that it gives, else by the rules that it brings along.

A zone of one calendar is never known to another: nothing here is kept.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.calendars.reading.components import Component

_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?", re.ASCII)
_IANA = re.compile(r"[A-Z][A-Za-z_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
MOST_TRIED = 64

WINDOWS = {
    "Dateline Standard Time": "Etc/GMT+12", "Hawaiian Standard Time": "Pacific/Honolulu",
    "Alaskan Standard Time": "America/Anchorage", "Pacific Standard Time": "America/Los_Angeles",
    "US Mountain Standard Time": "America/Phoenix", "Mountain Standard Time": "America/Denver",
    "Central America Standard Time": "America/Guatemala",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Canada Central Standard Time": "America/Regina",
    "SA Pacific Standard Time": "America/Bogota", "Eastern Standard Time": "America/New_York",
    "US Eastern Standard Time": "America/Indianapolis",
    "Venezuela Standard Time": "America/Caracas", "Paraguay Standard Time": "America/Asuncion",
    "Atlantic Standard Time": "America/Halifax", "SA Western Standard Time": "America/La_Paz",
    "Pacific SA Standard Time": "America/Santiago",
    "Newfoundland Standard Time": "America/St_Johns",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Buenos_Aires",
    "SA Eastern Standard Time": "America/Cayenne", "Greenland Standard Time": "America/Godthab",
    "Montevideo Standard Time": "America/Montevideo", "Azores Standard Time": "Atlantic/Azores",
    "Cape Verde Standard Time": "Atlantic/Cape_Verde", "UTC": "UTC",
    "Coordinated Universal Time": "UTC", "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik", "Morocco Standard Time": "Africa/Casablanca",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Romance Standard Time": "Europe/Paris", "Central European Standard Time": "Europe/Warsaw",
    "W. Central Africa Standard Time": "Africa/Lagos", "Jordan Standard Time": "Asia/Amman",
    "GTB Standard Time": "Europe/Bucharest", "Middle East Standard Time": "Asia/Beirut",
    "Egypt Standard Time": "Africa/Cairo", "Syria Standard Time": "Asia/Damascus",
    "E. Europe Standard Time": "Europe/Chisinau",
    "South Africa Standard Time": "Africa/Johannesburg", "FLE Standard Time": "Europe/Kiev",
    "Israel Standard Time": "Asia/Jerusalem", "Turkey Standard Time": "Europe/Istanbul",
    "Arabic Standard Time": "Asia/Baghdad", "Arab Standard Time": "Asia/Riyadh",
    "Belarus Standard Time": "Europe/Minsk", "Russian Standard Time": "Europe/Moscow",
    "E. Africa Standard Time": "Africa/Nairobi", "Iran Standard Time": "Asia/Tehran",
    "Arabian Standard Time": "Asia/Dubai", "Azerbaijan Standard Time": "Asia/Baku",
    "Georgian Standard Time": "Asia/Tbilisi", "Caucasus Standard Time": "Asia/Yerevan",
    "Afghanistan Standard Time": "Asia/Kabul", "West Asia Standard Time": "Asia/Tashkent",
    "Pakistan Standard Time": "Asia/Karachi", "India Standard Time": "Asia/Kolkata",
    "Sri Lanka Standard Time": "Asia/Colombo", "Nepal Standard Time": "Asia/Kathmandu",
    "Central Asia Standard Time": "Asia/Almaty", "Bangladesh Standard Time": "Asia/Dhaka",
    "Myanmar Standard Time": "Asia/Yangon", "SE Asia Standard Time": "Asia/Bangkok",
    "China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore",
    "W. Australia Standard Time": "Australia/Perth", "Taipei Standard Time": "Asia/Taipei",
    "Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "AUS Central Standard Time": "Australia/Darwin",
    "E. Australia Standard Time": "Australia/Brisbane",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Tasmania Standard Time": "Australia/Hobart", "Lord Howe Standard Time": "Australia/Lord_Howe",
    "New Zealand Standard Time": "Pacific/Auckland", "Fiji Standard Time": "Pacific/Fiji",
    "Samoa Standard Time": "Pacific/Apia",
}  # fmt: skip
"""Zones as Windows and Exchange name them, by Unicode's table of one zone for each name."""


def find_named(name: str) -> ZoneInfo | None:
    """Return the zone of a name, of Windows' name, or of a path that ends in one."""
    name = name.strip().strip('"')[:120]
    if name in WINDOWS:
        return ZoneInfo(WINDOWS[name])
    parts = name.strip("/").split("/")
    for length in (3, 2, 1):
        key = "/".join(parts[-length:])
        if length <= len(parts) and (length > 1 or len(parts) == 1) and _IANA.fullmatch(key):
            try:
                return ZoneInfo(key)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None


class Zones:
    """The zones of one calendar."""

    def __init__(self, calendar: Component) -> None:
        self.own = {one.word("TZID"): one for one in calendar.parts if one.name == "VTIMEZONE"}
        self.named = find_named(calendar.word("X-WR-TIMEZONE"))

    def find(self, tzid: str) -> tuple[tzinfo | None, bool]:
        """Return the zone of a name, and whether it was guessed; None where nobody knows it."""
        if found := find_named(tzid):
            return found, tzid.strip().strip('"') != found.key
        own = self.own.get(tzid)
        if own is None:
            return None, True
        if found := find_named(own.word("X-LIC-LOCATION")):
            return found, False
        return _like(own), True


def _like(own: Component) -> tzinfo | None:
    """Return a zone with the offsets that a calendar brings along: the standard one, if no more.

    Rules of one's own are not followed: which of the known zones keeps them is asked instead.
    """
    kinds = {one.name: read_offset(one.word("TZOFFSETTO")) for one in own.parts}
    standard, daylight = kinds.get("STANDARD"), kinds.get("DAYLIGHT")
    if standard is None:
        return None if daylight is None else timezone(daylight)
    if daylight is None or daylight == standard:
        return timezone(standard)
    return _keeps(standard, daylight) or timezone(standard)


COMMON = (
    "Europe/Berlin", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Europe/London", "Europe/Helsinki", "Europe/Moscow",
    "Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland", "America/Halifax",
    "America/St_Johns", "America/Anchorage", "America/Santiago", "Asia/Jerusalem",
    "Australia/Lord_Howe", "Atlantic/Azores",
)  # fmt: skip


def _keeps(standard: timedelta, daylight: timedelta) -> ZoneInfo | None:
    """Return a well-known zone that changes between these two offsets."""
    for key in COMMON:
        zone = ZoneInfo(key)
        found = {zone.utcoffset(datetime(2024, month, 15)) for month in (1, 7)}  # noqa: DTZ001
        if found == {standard, daylight}:
            return zone
    return None


def read_offset(word: str) -> timedelta | None:
    """Read "+0130"; None for what is none, or more than a day has."""
    found = _OFFSET.fullmatch(word.strip())
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return offset if found[1] == "+" else -offset
