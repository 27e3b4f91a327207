"""The board of calls: what closes next, for whom it is, and which talk of ours would fit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from models import Call, Decision, Event, Foundation, Match, Proposal, Segment
from models.events import NOT_CALLED_OFF
from models.talks import SPEAKING
from outreach.calendars.clock import say_count, say_days_left
from outreach.catalog.reading.endings import Ending
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.calls.closing import (
    KINDS,
    MARKS,
    WORDS,
    ending_of,
    is_open,
    may_be_open,
    say_clock,
    say_day_near,
    say_own_time,
)
from outreach.talks.states import say_state

SOON = 21
"""Days ahead within which the headline counts what closes."""
Rows = Select[*tuple[Any, ...]]
MOST_TALKS = 60
"""Talks of ours that are looked at for a page of calls."""
OUR_TALKS = ("submitted", "waitlisted", *SPEAKING)
ACTS = {
    "talks": N_("Submit a talk"),
    "stand": N_("Apply"),
    "sponsors": N_("Answer"),
    "travel": N_("Ask"),
    "volunteers": N_("Pass on"),
}
"""What the address of a call is for, by its kind."""


@dataclass(frozen=True, slots=True)
class CallFit:
    """A segment that gathers at the event of a call, and why."""

    segment_id: int
    slug: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class OurTalk:
    """A talk of ours, the event it was for, and who gathers there most."""

    title: str
    state: str
    event_id: int
    call_id: int | None
    event: str
    segment_id: int | None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A call as lists show it."""

    call: Call
    event: Event
    state: str | None
    ending: Ending
    now: datetime
    own: str
    """The instant by the planner's own clock, where that differs."""
    fit: CallFit | None = None
    talk: str = ""
    sent: Sequence[Proposal] = ()
    """What we proposed to it, where its event is shown."""

    @property
    def kind(self) -> str:
        """Say what it is for."""
        return str(KINDS[self.call.kind])

    @property
    def takes_talks(self) -> bool:
        """Tell whether a talk can be sent to it."""
        return self.call.kind == "talks" and self.is_open

    @property
    def act(self) -> str:
        """Say what its address is for."""
        return str(ACTS[self.call.kind])

    @property
    def days(self) -> int | None:
        """Return the days to the one to aim at; None for a word, and once it is closed."""
        aim = self.ending.aim
        if aim is None or not self.is_open:
            return None
        return max((aim - self.now.date()).days, 0)

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be open."""
        return may_be_open(self.ending, self.now)

    @property
    def said(self) -> str:
        """Say how long it is open: "closes in 9 days", "closed", "not announced yet"."""
        if self.ending.word:
            return str(WORDS[self.ending.word])
        if self.ending.day is None:
            return _("its end is not known")
        if not self.is_open:
            return _("closed")
        if self.ending.at is None:
            return _("aim at the day before, %(left)s", left=say_days_left(self.days or 0))
        return _("closes %(left)s", left=say_days_left(self.days or 0))

    @property
    def day(self) -> str:
        """Say its last day, or the word in its place."""
        if self.ending.day is None:
            return str(WORDS[self.ending.word]) if self.ending.word else _("not known")
        return say_day_near(self.ending.day, self.now.date())

    @property
    def clock(self) -> str:
        """Say the hour of its zone, or that the day stands alone."""
        if self.ending.day is None:
            return ""
        return say_clock(self.ending) or _("the day alone")

    @property
    def marks(self) -> list[str]:
        """Say what is unsure about its end."""
        unsure = [str(MARKS[mark]) for mark in sorted(self.ending.marks)]
        if self.ending.day and self.ending.at is None and self.is_open:
            unsure.append(_("perhaps until 11:59 UTC of the next day"))
        return unsure

    @property
    def facts(self) -> str:
        """Say what else is known of it in one line: "opens 1 Jul · told by 13 Sep"."""
        today, call = self.now.date(), self.call
        said = [call.takes] if call.takes else []
        if call.answer_by:
            said.insert(0, _("answer by %(day)s", day=say_day_near(call.answer_by, today)))
        if call.told_by:
            said.insert(0, _("told by %(day)s", day=say_day_near(call.told_by, today)))
        if call.opens_on and call.opens_on > today:
            said.insert(0, _("opens %(day)s", day=say_day_near(call.opens_on, today)))
        return " · ".join(said)


def select_board(foundation: Foundation, now: datetime, kind: str, when: str) -> Rows:
    """Select the calls of a kind, or all, with their events: those to come, or those closed."""
    standing = or_(is_open(now), and_(Call.last_day.is_(None), Event.ends_on >= now.date()))
    query: Rows = (
        select(Call, Decision.state)
        .join(Call.event)
        .outerjoin(Event.decision)
        .options(contains_eager(Call.event).load_only(Event.name, Event.starts_on))
        .where(Call.foundation_id == foundation.id, NOT_CALLED_OFF)
    )
    if kind:
        query = query.where(Call.kind == kind)
    if when == "closed":
        return query.where(Call.last_day.is_not(None), ~is_open(now)).order_by(
            Call.last_day.desc(), Event.name, Call.id
        )
    return query.where(standing).order_by(
        Call.last_day.is_(None), Call.last_day, Call.closes_at, Event.name, Call.id
    )


def tell_board(
    session: Session, foundation: Foundation, rows: Sequence[Any], now: datetime
) -> list[BoardLine]:
    """Say these calls with who gathers at their events, in two questions however many they are."""
    fits = _fits(session, {call.event_id for call, _state in rows})
    asking = {call.event_id for call, _state in rows if call.kind == "talks"}
    talks = _talks(session, foundation, asking) if asking else []
    return [
        BoardLine(
            call,
            call.event,
            state,
            ending_of(call),
            now,
            say_own_time(ending_of(call), foundation.zone),
            fits.get(call.event_id),
            _talk_for(call, fits.get(call.event_id), talks),
        )
        for call, state in rows
    ]


def _fits(session: Session, events: set[int]) -> dict[int, CallFit]:
    """Return for each event the segment that gathers there most."""
    best = (
        select(Match.event_id, func.max(Match.rank).label("rank"))
        .where(Match.event_id.in_(events), Match.rank > 0)
        .group_by(Match.event_id)
        .subquery()
    )
    rows = session.execute(
        select(Match.event_id, Segment.id, Segment.slug, Segment.short_name, Match.sentence)
        .join(Segment, Segment.id == Match.segment_id)
        .join(best, and_(best.c.event_id == Match.event_id, best.c.rank == Match.rank))
        .order_by(Segment.id.desc())
    )
    return {row.event_id: CallFit(*row[1:]) for row in rows}


def _talks(session: Session, foundation: Foundation, events: Collection[int]) -> list[OurTalk]:
    """Return our talks at these events, and the newest ones at others.

    Each with the segment its event was best for.
    """
    best = (
        select(Match.segment_id)
        .where(Match.event_id == Proposal.event_id, Match.rank > 0)
        .order_by(Match.rank.desc())
        .limit(1)
        .scalar_subquery()
    )
    there = Proposal.event_id.in_(events)
    rows = session.execute(
        select(
            *(Proposal.title, Proposal.state, Proposal.event_id, Proposal.call_id, Event.name, best)
        )
        .join(Event, Event.id == Proposal.event_id)
        .where(Proposal.foundation_id == foundation.id, Proposal.state.in_(OUR_TALKS))
        .order_by(there.desc(), Event.starts_on.desc(), Proposal.id)
        .limit(MOST_TALKS)
    )
    return [OurTalk(*row) for row in rows]


def _talk_for(call: Call, fit: CallFit | None, talks: Sequence[OurTalk]) -> str:
    """Say what we sent to a call for talks, else which talk of ours was for the same people."""
    if call.kind != "talks":
        return ""
    ours = (call.id, None)  # of one without a call nobody said which it answers
    there = (talk for talk in talks if talk.event_id == call.event_id and talk.call_id in ours)
    sent = next(there, None)
    if sent:
        return _("“%(talk)s” is %(state)s.", talk=sent.title, state=say_state(sent.state))
    same = (talk for talk in talks if fit and talk.segment_id == fit.segment_id)
    found = next(same, None)
    return (
        _("Your talk “%(talk)s” fits: it was for the same people at %(event)s.",
          talk=found.title, event=found.event)
        if found
        else ""
    )  # fmt: skip


def tell_calls(
    calls: Sequence[Call],
    event: Event,
    now: datetime,
    zone: ZoneInfo,
    talks: Sequence[Proposal] = (),
) -> list[BoardLine]:
    """Say the calls of one event, with what of our talks answers each; `zone` is the planner's."""
    told = []
    for call in calls:
        ending, sent = ending_of(call), [talk for talk in talks if talk.call_id == call.id]
        own = say_own_time(ending, zone)
        told.append(BoardLine(call, event, None, ending, now, own, sent=sent))
    return told


def say_calls_of(lines: Sequence[BoardLine]) -> str:
    """Say above an event's calls how many it has, and when the next one closes."""
    if not lines:
        return _("No call of it is known")
    count = say_count("%(Number)s call", "%(Number)s calls", len(lines))
    days = [line.days for line in lines if line.days is not None]
    if not days:
        return count
    return _("%(calls)s, the next closes %(left)s", calls=count, left=say_days_left(min(days)))


def say_board(lines: Sequence[BoardLine], total: int, when: str) -> str:
    """Say what the board holds: "SeaGL closes in 5 days." or how many are closed."""
    if when == "closed":
        return say_count("%(Number)s call is closed.", "%(Number)s calls are closed.", total)
    if not lines:
        return _("No call is open, as far as is known.")
    first = lines[0]
    if first.days is None:
        return say_count("%(Number)s call without a day.", "%(Number)s calls without a day.", total)
    soon = sum(line.days is not None and line.days <= SOON for line in lines)
    opening = _("%(event)s closes %(left)s.", event=first.event.name,
                left=say_days_left(first.days))  # fmt: skip
    others = say_count("%(Number)s other within three weeks.",
                       "%(Number)s others within three weeks.", soon - 1)  # fmt: skip
    return f"{opening} {others}" if soon > 1 else opening
