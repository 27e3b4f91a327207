"""Lets stored matches, links of issues and who has signed up follow what an act changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, MoneyStop, Segment, TripStop
from models.events import CALLED_OFF
from outreach.accounts import history
from outreach.accounts.putting_back import key_of_change
from outreach.accounts.rows import Values, read_rows
from outreach.accounts.watching import Change
from outreach.issues.linking import relink_words, words_of
from outreach.matching.store.needed import going_events
from outreach.matching.store.stored import (
    refresh_events,
    refresh_foundation,
    refresh_issues,
    refresh_segments,
)
from outreach.planning.clocks import find_clocks
from outreach.staffing.signups.call_off import tell_called_off, tell_on_again
from outreach.staffing.signups.change_shift import keep_clocks

OF_EVENTS = frozenset(["attendance", "decision", "event", "proposal", "team_member"])
STOPS = frozenset(["money_stop", "trip_share", "trip_stop"])
OF_REQUESTS = frozenset(["money_line", "money_rate", "money_request", "money_stop"])
OF_TRIPS = frozenset(["trip", "trip_cost", "trip_stop"])
OF_COSTS = STOPS | OF_REQUESTS | OF_TRIPS
OF_SEGMENTS = frozenset(["gathering", "person_segment", "segment"])
DECIDED = frozenset(["decision"])
OF_ISSUES = frozenset(["ask", "issue_segment"])
WORDS = frozenset(["name", "summary", "keywords", "projects", "software"])
"""What issues are found by."""
FELT = frozenset(["name", "city", "latitude", "longitude"])
"""What matches with any event may say or count of a person."""
DAYS = frozenset(["starts_on", "ends_on"])
"""What decides who is beside an event."""
FEW_EVENTS = 100
"""Up to here matches are computed for these events only, beyond for the whole foundation."""


def follow_acts(session: Session, real: datetime) -> None:
    """Let what rests on the acts of this session follow them, before they are committed."""
    for entry in history.take_fresh(session):
        foundation = session.get(Foundation, entry.foundation_id) if entry.foundation_id else None
        if foundation is not None:
            now = foundation.now(real)
            made = [
                {"table": "event", "key": [number], "before": None, "after": ""}
                for number in entry.detail.get("created", ())
            ]
            follow(session, foundation, [*entry.detail.get("rows", ()), *made], now)
            if segments := entry.detail.get("segments"):
                follow_issues(session, foundation, segments, now)


def follow_issues(
    session: Session, foundation: Foundation, segments: Collection[int], now: datetime
) -> None:
    """Let the matches follow of segments whose issues came, changed or went."""
    refresh_issues(session, foundation, segments, now)


def follow(
    session: Session, foundation: Foundation, changes: Sequence[Change], now: datetime
) -> None:
    """Compute again what rests on these rows."""
    session.flush()
    _tell_who_signed_up(session, changes, now)
    if clocks := find_clocks(session, changes):
        keep_clocks(session, clocks, now)
    touched = {one["table"] for one in changes}
    segments = _owners(session, changes, OF_SEGMENTS, "segment_id", "segment")
    segments |= _relink(session, foundation, changes, now)
    events = _owners(session, changes, OF_EVENTS, "event_id", "event")
    events |= _repriced(session, changes)
    decided, moved = _owners(session, changes, DECIDED, "event_id", "event"), _moved(changes)
    going = going_events(foundation).where(Event.id.in_(moved))
    is_felt = _is_felt_everywhere(changes) or moved & decided or (moved and session.scalar(going))
    if is_felt or len(events) > FEW_EVENTS or (events and segments):
        refresh_foundation(session, foundation, now)
    elif events:
        refresh_events(session, foundation, events, now, decided)
    elif segments:
        there = [number for number in segments if session.get(Segment, number) is not None]
        refresh_segments(session, foundation, there, now)
    elif touched & OF_ISSUES:
        issues = _owners(session, changes, OF_ISSUES, "segment_id", "segment")
        refresh_issues(session, foundation, issues, now)


def _tell_who_signed_up(session: Session, changes: Iterable[Change], now: datetime) -> None:
    """Tell who counts on a shift that we do not go, or that we do after all."""
    ours = [one for one in changes if one["table"] == "decision"]
    if not ours:
        return
    standing = read_rows(session, map(key_of_change, ours))
    before = [standing.get(key_of_change(one), {}) | one["before"] for one in ours if one["before"]]
    was, is_now = _called_off(before), _called_off(standing.values())
    came = {one["key"][0] for one in changes if one["table"] == "event" and not one["before"]}
    tell_called_off(session, is_now - was - came, now)
    tell_on_again(session, was - is_now, now)


def _called_off(decisions: Iterable[Values]) -> set[int]:
    """Return the events that these decisions call off."""
    off = (one for one in decisions if one.get("is_current") and one.get("state") in CALLED_OFF)
    return {one["event_id"] for one in off}


def _owners(
    session: Session, changes: Iterable[Change], tables: frozenset[str], column: str, owner: str
) -> set[int]:
    """Return which segments or events the changed rows of these tables belong to."""
    ours = [one for one in changes if one["table"] in tables]
    now = read_rows(session, map(key_of_change, ours))
    found: set[Any] = set()
    for one in ours:
        if one["table"] == owner:
            found.add(one["key"][0])
        for row in (one["before"], one["after"], now.get(key_of_change(one))):
            if isinstance(row, dict):
                found.add(row.get(column))
    return found - {None}


def _repriced(session: Session, changes: Sequence[Change]) -> set[int]:
    """Return the events whose cost follows what was asked, spent or shared between them.

    Only where the booth has a price does the match count what they cost.
    """
    if not any(one["table"] in OF_COSTS for one in changes):
        return set()
    stops = _owners(session, changes, STOPS, "event_id", "event")
    asked = _owners(session, changes, OF_REQUESTS, "request_id", "money_request")
    trips = _owners(session, changes, OF_TRIPS, "trip_id", "trip")
    of_asked = select(MoneyStop.event_id).where(MoneyStop.request_id.in_(asked))
    of_trips = select(TripStop.event_id).where(TripStop.trip_id.in_(trips))
    found = Event.id.in_(stops) | Event.id.in_(of_asked) | Event.id.in_(of_trips)
    return set(session.scalars(select(Event.id).where(found, Event.booth_cost.is_not(None))))


def _relink(
    session: Session, foundation: Foundation, changes: Iterable[Change], now: datetime
) -> set[int]:
    """Judge the issues again that say a word which a segment lost or got."""
    touched: set[int] = set()
    for one in changes:
        if one["table"] == "segment" and one["before"] and one["after"]:
            segment = session.get(Segment, one["key"][0], populate_existing=True)
            if segment is not None and WORDS & one["before"].keys():
                standing = {name: getattr(segment, name) for name in WORDS}
                other = Segment(
                    **(standing | {n: one["before"].get(n, standing[n]) for n in WORDS})
                )
                words = words_of(segment) ^ words_of(other)
                touched |= relink_words(session, foundation, segment, words, now)
    return touched


def _moved(changes: Iterable[Change]) -> set[int]:
    """Return the events that left their days; who is beside a Go on those days feels it."""
    ours = (one for one in changes if one["table"] == "event")
    return {one["key"][0] for one in ours if DAYS & (one["before"] or {}).keys()}


def _is_felt_everywhere(changes: Iterable[Change]) -> bool:
    for one in changes:
        if one["table"] == "foundation":
            return True
        if one["table"] == "person" and (not one["before"] or FELT & one["before"].keys()):
            return True
    return False
