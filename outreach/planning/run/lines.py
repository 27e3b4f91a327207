"""The dated lines of an event's run: what was decided, what it waits for, who comes, what is on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from models import Decision, Event, Proposal, TripPerson
from models.talks import SPEAKING
from outreach.calendars.clock import opening, say_list, say_time
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.deadlines.told import Deadline
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.dossier import Dossier
from outreach.planning.season.booth_gaps import BoothGap
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.booth.hours import BoothDays
from outreach.talks.words import say_speakers

MOST_DECISIONS, MOST_WAITING = 3, 6
"""So many decisions are told, and so many deadlines before the first day; pages have the others."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One thing of a day, at a time of it or at none."""

    day: date
    kind: str
    """Of what it tells: "decided", "due", "stay", "event", "talk", "gap"."""
    sentence: str
    tone: str = ""
    """How much it presses: "late", "due", or nothing."""
    more: str = ""
    """Whose it is, and how late."""
    at: datetime | None = None
    """By the venue's clock."""
    until: datetime | None = None
    number: int = 0
    gap: BoothGap | None = None
    """Of a shift that lacks somebody."""


def lines_of(
    dossier: Dossier, stays: Sequence[TripPerson], days: BoothDays, *, whole: bool
) -> list[RunLine]:
    """Return every dated line but the shifts; without `whole` what anybody of ours may read."""
    told = [
        *_on_events(dossier),
        *_on_talks(dossier.talks, dossier.event, days, whole),
        *_on_gaps(dossier.first_gaps[0], days),
    ]
    if whole:
        told += _on_decisions(dossier.decisions)
        told += _on_deadlines(dossier)
        told += _on_stays(stays, dossier)
    order = {"decided": 0, "due": 1, "stay": 2, "event": 3}
    untimed = datetime.min.replace(tzinfo=UTC)
    return sorted(told, key=lambda one: (one.day, one.at or untimed, order.get(one.kind, 4)))


def _on_decisions(decisions: Sequence[Decision]) -> Iterator[RunLine]:
    for one in decisions[:MOST_DECISIONS]:
        state = opening(str(STATE_WORDS[one.state]))
        named = {"state": state, "name": one.person.name if one.person else _("somebody")}
        said = _("%(state)s, decided by %(name)s.", **named)
        if one.reason:
            said = _("%(state)s, decided by %(name)s: %(reason)s", reason=one.reason, **named)
        yield RunLine(one.decided_on, "decided", said)


def _on_deadlines(dossier: Dossier) -> Iterator[RunLine]:
    """Tell what is due within its days and after, and the nearest before; late ones come first."""
    event, before = dossier.event, 0
    for one in dossier.waiting:
        before += one.by < event.starts_on
        if one.by >= event.starts_on or before <= MOST_WAITING:
            yield _due(one, dossier.today)


def _due(one: Deadline, today: date) -> RunLine:
    late = one.say_left(today) if one.is_late(today) else ""
    tone = "late" if late else "due" if one.by == today else ""
    more = ", ".join(filter(None, (one.owner, late)))
    return RunLine(one.by, "due", one.what, tone, more)


def _on_events(dossier: Dossier) -> Iterator[RunLine]:
    """Tell when it begins and ends, and which other stops of its trip begin meanwhile."""
    event = dossier.event
    if event.starts_on == event.ends_on:
        yield RunLine(event.starts_on, "event", _("%(event)s, one day.", event=event.name))
    else:
        yield RunLine(event.starts_on, "event", _("%(event)s begins.", event=event.name))
        yield RunLine(event.ends_on, "event", _("%(event)s ends.", event=event.name))
    for other in dossier.beside:
        if other.id != event.id:
            said = _("%(event)s begins, with the same team.", event=other.name)
            yield RunLine(other.starts_on, "event", said, number=other.id)


def _on_talks(
    talks: Iterable[Proposal], event: Event, days: BoothDays, whole: bool
) -> Iterator[RunLine]:
    zone = zone_of(event)
    for one in talks:
        if one.starts_at and one.ends_at and one.state in SPEAKING:
            said = _say_talk(one, say_speakers(one, in_full=whole), say_time(one.ends_at, zone))
            at, until = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
            day = days.day_of(one.starts_at)
            yield RunLine(day, "talk", said, at=at, until=until, number=one.id)


def _say_talk(talk: Proposal, who: str, until: str) -> str:
    named = {"title": talk.title, "who": who, "until": until, "room": talk.room}
    if talk.room:
        said = _("“%(title)s”, %(who)s, until %(until)s, room %(room)s.", **named)
    else:
        said = _("“%(title)s”, %(who)s, until %(until)s.", **named)
    return f"{said} {_('The time may still move.')}" if talk.is_provisional else said


def _on_gaps(gaps: Iterable[BoothGap], days: BoothDays) -> Iterator[RunLine]:
    for one in gaps:
        day, number = days.day_of(one.starts), one.shift_id
        yield RunLine(day, "gap", one.clock, at=one.starts, number=number, gap=one)


def _on_stays(stays: Sequence[TripPerson], dossier: Dossier) -> Iterator[RunLine]:
    """Tell who comes and goes on which day; whose money nobody approved is told apart."""
    waits = {one.person_id for one in dossier.money if one.state == "wanted"}
    groups: dict[tuple[date, str], list[str]] = {}
    for one in stays:
        comes = "home" if one.is_at_home else "open" if one.person_id in waits else "come"
        groups.setdefault((one.arrives_on, comes), []).append(one.person.first_name)
        if not one.is_at_home:
            groups.setdefault((one.leaves_on, "go"), []).append(one.person.first_name)
    for (day, what), names in groups.items():
        yield RunLine(day, "stay", _say_stay(what, names), "due" if what == "open" else "")


def _say_stay(what: str, names: Sequence[str]) -> str:
    count, said = len(names), say_list(names)
    match what:
        case "come":
            return ngettext("%(names)s arrives.", "%(names)s arrive.", count, names=said)
        case "go":
            return ngettext("%(names)s leaves.", "%(names)s leave.", count, names=said)
        case "home":
            return ngettext("%(names)s comes from home.", "%(names)s come from home.", count,
                            names=said)  # fmt: skip
    return ngettext("%(names)s should arrive, and nobody has approved it.",
                    "%(names)s should arrive, and nobody has approved it.", count,
                    names=said)  # fmt: skip
