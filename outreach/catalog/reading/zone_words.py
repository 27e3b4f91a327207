"""Reads the word for a time zone beside an hour: "AoE", "PT", "UTC+8", "Europe/Berlin", a town."""

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from outreach.calendars.clock import say_either
from outreach.catalog.places.lookup import find_places
from outreach.catalog.places.spelling import fold_name
from outreach.language import gettext as _

AOE: Final = "AoE"
"""Anywhere on Earth: the last place where a day is over, UTC−12."""

_FIXED = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "trt": 3, "wat": 1, "cat": 2, "sast": 2, "eat": 3,
    "idt": 3, "irst": 3.5, "pkt": 5, "npt": 5.75, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "myt": 8,
    "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11,
    "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "clt": -4, "clst": -3, "cot": -5, "pet": -5,
    "nst": -3.5, "ndt": -2.5, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
"""Hours from UTC of abbreviations that name one zone, as they are written: PST is never PDT."""
_IN_WINTER = {
    "cet": "Europe/Berlin", "eet": "Europe/Helsinki", "est": "America/New_York",
    "pst": "America/Los_Angeles",
}  # fmt: skip
"""Abbreviations that people also write in summer, when clocks there are an hour ahead."""
SEVERAL = {
    "cst": ("America/Chicago", "Asia/Shanghai", "Asia/Taipei", "America/Havana"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "adt": ("America/Halifax", "Asia/Baghdad"),
    "gst": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "sst": ("Asia/Singapore", "Pacific/Pago_Pago"),
    "ect": ("America/Guayaquil", "America/Martinique"),
    "amt": ("America/Manaus", "Asia/Yerevan"),
    "wst": ("Australia/Perth", "Pacific/Apia"),
    "mmt": ("Asia/Yangon", "Indian/Maldives"),
    "pyt": ("America/Asuncion", "Asia/Pyongyang"),
}
"""Abbreviations that name several zones, with what each may mean."""
_BY_CLOCK = {
    "pt": "America/Los_Angeles", "pacific": "America/Los_Angeles", "mt": "America/Denver",
    "mountain": "America/Denver", "ct": "America/Chicago", "central": "America/Chicago",
    "et": "America/New_York", "eastern": "America/New_York", "central european": "Europe/Berlin",
    "eastern european": "Europe/Helsinki", "western european": "Europe/Lisbon",
    "uk": "Europe/London", "british": "Europe/London", "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata", "china": "Asia/Shanghai", "japan": "Asia/Tokyo",
    "singapore": "Asia/Singapore", "brazil": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo",
}  # fmt: skip
"""Clocks that people name in words, whichever time of the year it is."""
_OFFSET = re.compile(
    r"(?:utc|gmt)?\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?", re.I
)
_ANYWHERE = re.compile(r"aoe|any\s?(?:where|place) (?:on|in) (?:the )?(?:earth|world)(?: \(?aoe)?")
_SPOKEN = re.compile(
    r"(?P<clock>[\w.' /-]+?)\s+(?:(?:daylight|standard|summer|local) )?time(?: zone)?", re.I
)
_MOST_HOURS = 14
LONGEST_ZONE = 60


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: the word that is kept, and the clock by which instants are reckoned."""

    word: str
    clock: tzinfo
    in_winter: ZoneInfo | None = None
    """Where its word holds in winter alone."""


class NoZone(ValueError):
    """A word names no zone, or several; the message is a sentence about it."""


@lru_cache(maxsize=1024)
def read_zone(text: str) -> Zone:
    """Read one word for a zone. Refuses what names none, or several, with the choices.

    >>> read_zone("PT").clock
    zoneinfo.ZoneInfo(key='America/Los_Angeles')
    """
    word = " ".join(text.strip(" ().[],").split())
    if len(word) > LONGEST_ZONE:
        raise NoZone(_("“%(word)s” names no zone that is known here.", word=f"{word[:39]}…"))
    folded = word.lower().replace(".", "")
    if _ANYWHERE.fullmatch(folded):
        return Zone(AOE, timezone(timedelta(hours=-12), AOE))
    if folded in SEVERAL:
        raise NoZone(
            _(
                "“%(word)s” names several zones: write %(choices)s.",
                word=word,
                choices=say_either(SEVERAL[folded]),
            )  # fmt: skip
        )
    if found := _OFFSET.fullmatch(word):
        return Zone(word, _fixed(found, word))
    if folded in _FIXED:
        name, winter = folded.upper(), _IN_WINTER.get(folded)
        clock = timezone(timedelta(hours=_FIXED[folded]), name) if _FIXED[folded] else UTC
        return Zone(name, clock, ZoneInfo(winter) if winter else None)
    if key := _named(word):
        return Zone(word, ZoneInfo(key))
    raise NoZone(_("“%(word)s” names no zone that is known here.", word=word[:40]))


def _fixed(found: re.Match[str], word: str) -> timezone:
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if hours * 60 + minutes > _MOST_HOURS * 60:
        raise NoZone(_("“%(word)s” is further from UTC than any zone.", word=word))
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if found["sign"] == "+" else -ahead)


def _named(word: str) -> str | None:
    """Find the zone of a name: as the database of zones has it, of a clock, or of a town."""
    names = _names()
    spoken = _SPOKEN.fullmatch(word)
    clock = (spoken["clock"] if spoken else word).lower()
    if clock in _BY_CLOCK or clock in names:
        return _BY_CLOCK.get(clock) or names[clock]
    town = next(iter(find_places(clock)), None) if spoken else None
    return town.timezone if town and fold_name(town.name) == fold_name(clock) else None


@cache
def _names() -> dict[str, str]:
    """Return the zones by their names in small letters, and by their towns."""
    named = {name.lower(): name for name in available_timezones() if "/" in name}
    regions = {"america", "europe", "asia", "africa", "australia", "pacific", "atlantic", "indian"}
    towns = {
        name.rpartition("/")[2].replace("_", " "): zone
        for name, zone in named.items()
        if name.partition("/")[0] in regions
    }
    return towns | named
