"""Lets stored matches and links of issues follow what an act changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation, Segment
from outreach.accounts import history
from outreach.accounts.putting_back import key_of_change
from outreach.accounts.rows import read_rows
from outreach.accounts.watching import Change
from outreach.issues.linking import relink_words, words_of
from outreach.matching.store.stored import (
    refresh_events,
    refresh_foundation,
    refresh_issues,
    refresh_segments,
)

OF_EVENTS = frozenset(["attendance", "decision", "event", "talk", "team_member"])
OF_SEGMENTS = frozenset(["gathering", "person_segment", "segment"])
OF_ISSUES = frozenset(["ask", "issue_segment"])
WORDS = frozenset(["name", "summary", "keywords", "projects", "software"])
"""What issues are found by."""
FELT = frozenset(["name", "city", "latitude", "longitude"])
"""What matches with any event may say or count of a person."""
FEW_EVENTS = 100
"""Up to here matches are computed for these events only, beyond for the whole foundation."""


def follow_acts(session: Session, real: datetime) -> None:
    """Let what rests on the acts of this session follow them, before they are committed."""
    for entry in history.take_fresh(session):
        foundation = session.get(Foundation, entry.foundation_id) if entry.foundation_id else None
        if foundation is not None:
            now = foundation.now(real)
            follow(session, foundation, entry.detail["rows"], now)
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
    touched = {one["table"] for one in changes}
    segments = _owners(session, changes, OF_SEGMENTS, "segment_id", "segment")
    segments |= _relink(session, foundation, changes, now)
    events = _owners(session, changes, OF_EVENTS, "event_id", "event")
    if _is_felt_everywhere(changes) or len(events) > FEW_EVENTS or (events and segments):
        refresh_foundation(session, foundation, now)
    elif events:
        refresh_events(session, foundation, events, now)
    elif segments:
        there = [number for number in segments if session.get(Segment, number) is not None]
        refresh_segments(session, foundation, there, now)
    elif touched & OF_ISSUES:
        issues = _owners(session, changes, OF_ISSUES, "segment_id", "segment")
        refresh_issues(session, foundation, issues, now)


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


def _is_felt_everywhere(changes: Iterable[Change]) -> bool:
    for one in changes:
        if one["table"] == "foundation":
            return True
        if one["table"] == "person" and (not one["before"] or FELT & one["before"].keys()):
            return True
    return False
