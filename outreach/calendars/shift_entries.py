"""Shifts and talks as iCalendar: in the venue's zone, with an identity that outlives every move."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Timezone, vCalAddress
from icalendar import Event as Entry
from icalendar.enums import STATUS

from models.contacts import plain
from outreach.calendars.zones import spell_zone

PRODUCT = "-//Whereabouts//EN"
_REFRESH = timedelta(hours=1)
"""What we ask of programs that subscribe; some of them look once a day all the same."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """One person's place on one shift, or one talk; `stamp` is when that was last changed."""

    scope: str
    """Keeps identities of different foundations apart: the foundation's slug."""
    shift_id: int
    person_id: int
    title: str
    starts: datetime
    ends: datetime
    zone: str | None
    """Of the venue, as IANA names it; UTC where nobody knows it."""
    place: str
    note: str
    sequence: int
    stamp: datetime
    is_cancelled: bool = False
    kind: str = "shift"
    """What its numbers are of: of a talk the proposal's, and nobody's."""
    is_tentative: bool = False
    url: str = ""
    """The page where somebody can do something about it."""
    alarm: timedelta | None = None
    """How long before its start a calendar reminds of it, where it does."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who publishes a calendar that travels by mail: the same in every mail about an entry."""

    name: str
    address: str


def as_feed(
    title: str,
    entries: Sequence[ShiftEntry],
    method: str | None = None,
    sender: Sender | None = None,
) -> bytes:
    """Write entries as one calendar: the same bytes for the same entries, whoever asks and when.

    Cancelled entries stay in it as cancelled, for a program that saw them once would otherwise
    show them for ever. `method` and `sender` are for a calendar that travels by mail, which nobody
    answers: PUBLISH, or CANCEL where all of it is cancelled.
    """
    calendar = Calendar.new(
        name=_plain(title),
        prodid=PRODUCT,
        uid=_name(f"{entries[0].scope if entries else ''}/calendar/{title}"),
        method=method,
    )
    if not method:
        ask_again(calendar)
    add_entries(calendar, entries, sender)
    content: bytes = calendar.to_ical()
    return content


def ask_again(calendar: Calendar) -> None:
    """Ask programs that subscribe to look again; the library does not say what kind it is."""
    calendar.add("REFRESH-INTERVAL", _REFRESH, parameters={"VALUE": "DURATION"})


def add_entries(
    calendar: Calendar, entries: Sequence[ShiftEntry], sender: Sender | None = None
) -> None:
    """Write entries into a calendar, behind the zones that they are in."""
    for zone in _zones(entries):
        calendar.add_component(zone)
    for entry in sorted(entries, key=lambda one: (one.starts, one.kind, one.shift_id)):
        calendar.add_component(_entry(entry, sender))


def identity(entry: ShiftEntry) -> str:
    """Return the UID of an entry: of the shift and the person, never of the time."""
    return _name(f"{entry.scope}/{entry.kind}/{entry.shift_id}/{entry.person_id}")


def _entry(entry: ShiftEntry, sender: Sender | None) -> Entry:
    zone = ZoneInfo(entry.zone) if entry.zone else None
    alarms = [_alarm(entry)] if entry.alarm and not entry.is_cancelled else []
    return Entry.new(
        uid=identity(entry),
        summary=_plain(entry.title),
        start=_at_venue(entry.starts, zone),
        end=_at_venue(entry.ends, zone),
        location=_plain(entry.place) or None,
        description="\n".join(map(_plain, entry.note.split("\n"))).strip() or None,
        url=entry.url or None,
        organizer=_organizer(sender) if sender else None,
        status=_status(entry),
        sequence=entry.sequence,
        stamp=entry.stamp,
        subcomponents=alarms,
    )


def _alarm(entry: ShiftEntry) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -(entry.alarm or timedelta()))
    alarm.add("DESCRIPTION", _plain(entry.title))
    return alarm


def _organizer(sender: Sender) -> vCalAddress:
    address = vCalAddress(f"mailto:{sender.address}")
    address.params["CN"] = _plain(sender.name).replace('"', "")
    return address


def _status(entry: ShiftEntry) -> STATUS:
    if entry.is_cancelled:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if entry.is_tentative else STATUS.CONFIRMED


def _at_venue(instant: datetime, zone: ZoneInfo | None) -> datetime:
    """Say an instant by the venue's clock; in UTC where that clock shows the time again.

    Where nobody knows the zone it is the clock of wherever somebody reads it.
    """
    if zone is None:
        return instant.replace(tzinfo=None)
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold else local


def _zones(entries: Iterable[ShiftEntry]) -> list[Timezone]:
    """Spell out the zones that the entries are in, for the years around them."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for entry in entries:
        if entry.zone and entry.zone != "UTC":
            first, last = spans.get(entry.zone, (entry.starts, entry.ends))
            spans[entry.zone] = (min(first, entry.starts), max(last, entry.ends))
    return [
        spell_zone(zone, first.year, last.year) for zone, (first, last) in sorted(spans.items())
    ]


def _name(words: str) -> str:
    return str(uuid5(NAMESPACE_URL, words))


def _plain(text: str) -> str:
    """Return text without line ends: the library writes some of them raw, as lines of their own."""
    return " ".join(_UNPRINTABLE.sub(" ", plain(text)).split())
