"""What an address of a calendar opens: looked at cheaply, and written where it has changed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from models import (
    Event,
    Feed,
    Foundation,
    Gathering,
    Person,
    Proposal,
    ProposalSpeaker,
    Segment,
    Shift,
    SignUp,
    TalkSegment,
)
from outreach.accounts.audit import find_last
from outreach.calendars.entries import Entry, Head, identity
from outreach.calendars.writing import write
from outreach.language import gettext as _
from outreach.planning.deadlines.told import Deadline
from outreach.planning.feeds.booths import list_hours, list_shifts
from outreach.planning.feeds.deadlines import list_due
from outreach.planning.feeds.events import list_events
from outreach.staffing.letters import own_entries
from outreach.talks.calendar_entries import load_entries

FORM = "1"
"""Raised with every change of how feeds are written, so that programs take them anew."""
KEPT = timedelta(days=400)
"""How long what is over stays in a calendar."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A calendar that an address opens."""

    foundation: Foundation
    what: str
    event_id: int | None = None
    segment_id: int | None = None
    person: Person | None = None

    @classmethod
    def of(cls, session: Session, feed: Feed) -> "Opened":
        """Return what a feed opens."""
        person = session.get(Person, feed.person_id) if feed.person_id else None
        return cls(feed.foundation, feed.what, feed.event_id, feed.segment_id, person)


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is: by the foundation's clock, and really."""

    now: datetime
    real: datetime


@dataclass(frozen=True, slots=True)
class Pages:
    """Where entries lead to."""

    site: str
    own: str
    of_deadline: Callable[[Deadline], str]


def stamp(session: Session, opened: Opened, at: Moment, said: Sequence[str]) -> str:
    """Return a word that changes whenever the calendar might: a question or two, no entries.

    Whatever is planned is an act of the history; a sign-up has an instant of its own. What only
    the passing of days changes is looked at anew each day.
    """
    ours, person = opened.foundation, opened.person
    told: list[Any] = [find_last(session, ours)]
    if person is not None:
        told += [person.id, person.version, *session.execute(_beside(person)).one()]
    days = (at.now.date(), at.real.date())
    which = (ours.id, opened.what, opened.event_id, opened.segment_id, *said)
    named = (FORM, ours.name, ours.calendar_scope, *which, *days, *told)
    return hashlib.sha256(repr(named).encode()).hexdigest()[:32]


def _beside(person: Person) -> Select[*tuple[Any, ...]]:
    """Select what became of all sign-ups to the shifts that somebody has to do with."""
    theirs = select(SignUp.shift_id).where(SignUp.person_id == person.id)
    moved = func.sum(Shift.sequence + SignUp.sequence)
    return (
        select(func.count(), func.max(SignUp.changed_at), func.max(SignUp.id), moved)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(SignUp.shift_id.in_(theirs))
    )


def write_feed(session: Session, opened: Opened, at: Moment, pages: Pages) -> bytes:
    """Write a calendar that programs ask for again and again."""
    match opened.what:
        case "own":
            title, entries = _own(session, opened, at, pages)
        case "deadlines":
            title = _("%(foundation)s, deadlines", foundation=opened.foundation.name)
            entries = list_due(
                session, opened.foundation, at.now, lambda one: pages.site + pages.of_deadline(one)
            )
        case "event":
            title, entries = _event(session, opened, at)
        case "segment":
            title, entries = _segment(session, opened, at)
        case _:
            title = _("%(foundation)s, season", foundation=opened.foundation.name)
            entries = _season(session, opened, at)
    scope = opened.foundation.calendar_scope
    number = opened.event_id or opened.segment_id or (opened.person.id if opened.person else 0)
    return write(Head(title, identity(scope, "feed", opened.what, number)), entries)


def _season(session: Session, opened: Opened, at: Moment, *only: Any) -> list[Entry]:
    """Return the events that we go to or may, and our talks there."""
    ours = opened.foundation
    lately = (Event.ends_on > at.now.date() - KEPT, *only)
    return [
        *list_events(session, ours, at.real, *lately),
        *load_entries(session, ours, at.real, *lately),
    ]


def _event(session: Session, opened: Opened, at: Moment) -> tuple[str, list[Entry]]:
    """Return an event with its hours, shifts and talks; nobody is named."""
    ours, number = opened.foundation, opened.event_id or 0
    event = session.get_one(Event, number)
    return _("%(foundation)s at %(event)s", foundation=ours.name, event=event.name), [
        *list_events(session, ours, at.real, Event.id == number),
        *list_hours(session, ours, number, at.real),
        *list_shifts(session, ours, number, at.now, at.real),
        *load_entries(session, ours, at.real, Event.id == number),
    ]


def gathers_at(segment_id: int) -> ColumnElement[bool]:
    """Ask whether a segment gathers at an event, or at the others of its series."""
    theirs = Gathering.segment_id == segment_id
    return Event.id.in_(
        select(Gathering.event_id).where(theirs, Gathering.event_id.is_not(None))
    ) | Event.series_id.in_(
        select(Gathering.series_id).where(theirs, Gathering.series_id.is_not(None))
    )


def _segment(session: Session, opened: Opened, at: Moment) -> tuple[str, list[Entry]]:
    """Return the events at which a segment gathers, and our talks for it."""
    ours = opened.foundation
    segment = session.get_one(Segment, opened.segment_id)
    lately, there = Event.ends_on > at.now.date() - KEPT, gathers_at(segment.id)
    texts = select(TalkSegment.talk_id).where(TalkSegment.segment_id == segment.id)
    named = {"foundation": ours.name, "segment": segment.name}
    return _("%(foundation)s, events for %(segment)s", **named), [
        *list_events(session, ours, at.real, lately, there),
        *load_entries(session, ours, at.real, lately, Proposal.talk_id.in_(texts)),
    ]


def _own(session: Session, opened: Opened, at: Moment, pages: Pages) -> tuple[str, list[Entry]]:
    """Return somebody's own shifts, with whom they are, and their talks."""
    ours, person = opened.foundation, opened.person
    assert person is not None  # noqa: S101 - an own calendar has an owner
    theirs = select(ProposalSpeaker.proposal_id).where(ProposalSpeaker.person_id == person.id)
    lately = (Event.ends_on > at.now.date() - KEPT, Proposal.id.in_(theirs))
    shifts = own_entries.load_entries(
        session, person, ours.calendar_scope, ours.name, at.now, (), pages.own
    )
    talks = load_entries(session, ours, at.real, *lately)
    return own_entries.say_title(ours, person), [*shifts, *talks]
