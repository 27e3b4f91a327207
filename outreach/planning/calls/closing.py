"""When calls close: which are open, the nearest of an event, and how all that is said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from models import Call, Event, Proposal
from models.base import among
from models.talks import TURNED_DOWN, UNSENT
from outreach.calendars.clock import say_day, say_days_left, say_long_day, say_time, say_town
from outreach.catalog.reading.endings import Ending, Mark, Word
from outreach.catalog.reading.zone_words import AOE, read_zone
from outreach.language import N_, SaidLater
from outreach.language import gettext as _

KINDS: Mapping[str, SaidLater] = {
    "talks": N_("talks"),
    "stand": N_("stand or booth"),
    "sponsors": N_("sponsors"),
    "travel": N_("travel money"),
    "volunteers": N_("volunteers"),
}
WORDS: Mapping[str, SaidLater] = {
    "tba": N_("not announced yet"),
    "open": N_("open, without an end"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
}
MARKS: Mapping[Mark, SaidLater] = {
    "day_early": N_("perhaps a day early: the start of that day was written"),
    "hour_early": N_("perhaps an hour early: the word is winter's, and it is summer there"),
    "zone_assumed": N_("the zone was not written"),
}
LATEST = timedelta(hours=12)
"""How long after its midnight by UTC a day may still go on somewhere."""
ENDING = (Call.word, Call.last_day, Call.closes_at, Call.zone, Call.marks)
SENT = and_(Proposal.call_id.is_not(None), ~among(Proposal.state, (*UNSENT, *TURNED_DOWN)))
"""Of a proposal: it answers a call, and stands."""
IS_ANSWERED = exists().where(Proposal.call_id == Call.id, SENT)
_DATED = (
    select(Call.event_id, Call.kind, Call.id, *ENDING)
    .where(Call.event_id.in_(bindparam("events", expanding=True)), Call.last_day.is_not(None))
    .order_by(Call.last_day, Call.id)
)


@dataclass(frozen=True, slots=True)
class Closing:
    """The ending of a call, of what kind it is."""

    kind: str
    ending: Ending
    call_id: int | None = None

    def say(self, today: date) -> str:
        """Say it in a list: "talks, Tue 30 Jul, 23:59 AoE"."""
        ending = say_ending(self.ending, today)
        return _("%(kind)s, %(ending)s", kind=KINDS[self.kind], ending=ending)

    def due(self, today: date) -> date:
        """Return the day to aim at, today where only the unsure rest of it is left."""
        return max(self.ending.aim or today, today)

    @property
    def deadline(self) -> str:
        """Say it in a list of deadlines: "Call for talks closes, 23:59 AoE"."""
        clock = say_clock(self.ending)
        if clock:
            return _("Call for %(kind)s closes, %(clock)s", kind=KINDS[self.kind], clock=clock)
        return _("Call for %(kind)s closes, open through %(day)s", kind=KINDS[self.kind],
                 day=say_day(cast(date, self.ending.day)))  # fmt: skip

    def say_need(self, today: date) -> str:
        """Say it where somebody is to answer: "The call closes at 23:59 AoE, in 5 days."."""
        left = say_days_left((self.due(today) - today).days)
        if clock := say_clock(self.ending):
            return _("The call closes at %(clock)s, %(left)s.", clock=clock, left=left)
        return _("The call is open through %(day)s: aim at the day before, %(left)s.",
                 day=say_day(cast(date, self.ending.day)), left=left)  # fmt: skip


def ending_of(row: Any) -> Ending:
    """Return the ending that a call, or a row with its columns, keeps."""
    return spelled_ending(row.word, row.last_day, row.closes_at, row.zone, row.marks)


def spelled_ending(
    word: str | None, day: date | None, at: datetime | None, zone: str, marks: Collection[Mark]
) -> Ending:
    """Return it from the values of ENDING, in their order."""
    return Ending(cast(Word | None, word), day, at, zone, frozenset(marks))


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return the condition of calls whose day may not be over yet."""
    return is_open_at(now, earliest_open(now))


def is_open_at(now: Any, earliest: Any) -> ColumnElement[bool]:
    """Return the same for a query that is told later what both are."""
    return or_(
        and_(Call.closes_at.is_not(None), Call.closes_at >= now),
        and_(Call.closes_at.is_(None), Call.last_day >= earliest),
    )


def earliest_open(now: datetime) -> date:
    """Return the earliest day that may still go on somewhere."""
    return (now - LATEST).date()


def may_be_open(ending: Ending, now: datetime) -> bool:
    """Tell the same of one ending; a word is never late, and only "open" is open."""
    return ending.word == "open" or (ending.until is not None and now <= ending.until)


def nearest_open(now: Any, earliest: Any) -> Any:
    """Return the number of an event's call that closes next, for a query of events.

    What a talk of ours answers waits for nothing.
    """
    return (
        select(Call.id)
        .where(Call.event_id == Event.id, is_open_at(now, earliest), ~IS_ANSWERED)
        .order_by(Call.last_day, Call.id)
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )


def list_calls(session: Session, events: Collection[int]) -> dict[int, list[Call]]:
    """Return the calls of these events, by event, those that close first before the others."""
    found: dict[int, list[Call]] = defaultdict(list)
    for call in session.scalars(select(Call).where(Call.event_id.in_(events))):
        found[call.event_id].append(call)
    for calls in found.values():
        calls.sort(key=lambda call: (call.last_day or date.max, call.kind, call.name))
    return found


def list_closings(session: Session, events: Collection[int]) -> dict[int, list[Closing]]:
    """Return when the calls of these events close, by event and day; a word is no day."""
    found: dict[int, list[Closing]] = defaultdict(list)
    rows: Iterable[Any] = session.execute(_DATED, {"events": list(events)})
    for event_id, kind, number, *ending in rows:
        found[event_id].append(Closing(kind, spelled_ending(*ending), number))
    return found


def find_nearest(
    calls: Sequence[Call], now: datetime, talks: Collection[Proposal] = ()
) -> Closing | None:
    """Return which of an event's calls, in their order, closes next; `talks` answer some."""
    answered = {one.call_id for one in talks if one.is_sent and one.state not in TURNED_DOWN}
    waiting = (Closing(one.kind, ending_of(one), one.id) for one in calls if one.id not in answered)
    dated = (one for one in waiting if one.ending.day and may_be_open(one.ending, now))
    return next(dated, None)


def find_open(session: Session, event_id: int | None, now: datetime) -> Call | None:
    """Return the call for talks of an event that closes next."""
    open_ones = select(Call).where(Call.event_id == event_id, Call.kind == "talks", is_open(now))
    return session.scalar(open_ones.order_by(Call.last_day, Call.id).limit(1))


def say_closings(session: Session, events: Collection[int], now: datetime) -> dict[int, str]:
    """Say in a list of events what closes next, or closed last: "talks, Tue 30 Jul, 23:59 AoE"."""
    said = {}
    for event_id, calls in list_calls(session, events).items():
        endings = [(call, ending_of(call)) for call in calls]
        standing = [one for one in endings if may_be_open(one[1], now) or not one[1].day]
        call, ending = standing[0] if standing else endings[-1]
        kind = KINDS[call.kind]
        if ending.day and not standing:
            day = say_day_near(ending.day, now.date())
            said[event_id] = _("%(kind)s, closed %(day)s", kind=kind, day=day)
        else:
            said[event_id] = Closing(call.kind, ending).say(now.date())
    return said


def are_over(session: Session, events: Sequence[Event], now: datetime) -> bool:
    """Tell whether none of these events takes a talk any more, as far as all have said."""
    calls = list_calls(session, [event.id for event in events])
    talks = [[call for call in calls.get(event.id, ()) if call.kind == "talks"] for event in events]
    return all(some and all(_is_over(ending_of(call), now) for call in some) for some in talks)


def _is_over(ending: Ending, now: datetime) -> bool:
    return ending.word in ("closed", "cancelled") or (
        ending.until is not None and not may_be_open(ending, now)
    )


def say_ending(ending: Ending, today: date) -> str:
    """Say when: "Tue 30 Jul, 23:59 AoE", "through Wed 31 Jul", "not announced yet"."""
    if ending.word:
        return str(WORDS[ending.word])
    if ending.day is None:
        return _("not known")
    day = say_day_near(ending.day, today)
    if clock := say_clock(ending):
        return _("%(day)s, %(clock)s", day=day, clock=clock)
    return _("through %(day)s", day=day)


def say_day_near(day: date, today: date) -> str:
    """Say a day, with its year where that is not this one."""
    return say_day(day) if day.year == today.year else say_long_day(day)


def say_clock(ending: Ending) -> str:
    """Say the hour with its zone as given: "23:59 AoE", "17:00 New York"; "" for a day alone."""
    if ending.at is None:
        return ""
    word = ending.zone
    zone = say_town(word) if "/" in word else word
    clock = say_time(ending.at.astimezone(read_zone(word).clock))
    return _(
        "%(clock)s %(zone)s", clock=clock, zone=_("Anywhere on Earth") if word == AOE else zone
    )


def say_own_time(ending: Ending, zone: ZoneInfo) -> str:
    """Say the instant by the planner's own clock, where the day or the hour differs there."""
    if ending.at is None or ending.day is None:
        return ""
    own = ending.at.astimezone(zone)
    if own.replace(tzinfo=None) == ending.at.astimezone(read_zone(ending.zone).clock).replace(
        tzinfo=None
    ):
        return ""
    return _("%(day)s, %(clock)s in %(town)s", day=say_day(own.date()), clock=say_time(own),
             town=say_town(str(zone)))  # fmt: skip
