"""Links stored issues to the segments they concern, by their words and by what staff answered."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Segment, Tracker
from outreach.issues.lessons import TEXT, build_index, number_segments, read_lessons
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import Finding, IssueText
from outreach.issues.texts import as_profile, as_text
from outreach.locking import wait_for_others

BATCH = 500
MOST_RELINKED = 1500
"""Issues judged again at once when a segment's words change, the newest; the others with the
next sync of their tracker."""
FEWEST_LETTERS = 3
_LINK = (
    IssueSegment.issue_id,
    IssueSegment.segment_id,
    IssueSegment.state,
    IssueSegment.phrases,
    IssueSegment.places,
    IssueSegment.score,
)


class Reasons(NamedTuple):
    """What a link stores of a judgement."""

    phrases: list[str]
    places: list[str]
    score: float


def link_issues(
    session: Session, foundation: Foundation, issue_ids: Collection[int], now: datetime
) -> set[int]:
    """Judge these issues again and keep their links: suggest, renew, drop, never revive.

    Returns the segments whose matches these issues bear on. `now` is the planning clock.
    """
    wait_for_others(session, foundation.id)
    session.flush()
    numbers = number_segments(session, foundation)
    if not numbers or not issue_ids:
        return set()
    index = build_index(*read_lessons(session, foundation))
    touched: set[int] = set()
    ids = sorted(issue_ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        touched |= _link_batch(session, foundation, batch, index, numbers, now)
    _forget_loaded(session)
    return touched


def relink_words(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    words: Collection[str],
    now: datetime,
) -> set[int]:
    """Judge again the open issues that say one of these changed words or are linked already.

    Of very many the older ones wait for the next sync, in their tracker's `due_issues`.
    """
    wait_for_others(session, foundation.id)
    session.flush()
    linked = set(
        session.scalars(
            select(IssueSegment.issue_id).where(
                IssueSegment.segment_id == segment.id, IssueSegment.state == "suggested"
            )
        )
    )
    said = _find_saying(session, foundation, words)
    ids = sorted(linked.union(said), reverse=True)
    _put_off(session, foundation, ids[MOST_RELINKED:])
    return link_issues(session, foundation, ids[:MOST_RELINKED], now) | {segment.id}


def _put_off(session: Session, foundation: Foundation, ids: Collection[int]) -> None:
    """Let the next sync judge these issues, each that of its tracker."""
    mine = select(Issue.id, Issue.tracker_id).where(Issue.foundation_id == foundation.id)
    owner = {row.id: row.tracker_id for row in session.execute(mine)} if ids else {}
    for tracker in session.scalars(select(Tracker).where(Tracker.id.in_(set(owner.values())))):
        theirs = {one for one in ids if owner[one] == tracker.id}
        tracker.due_issues = sorted(theirs.union(tracker.due_issues))


def words_of(segment: Segment) -> set[str]:
    """Return the words by which a segment's issues are found."""
    profile = as_profile(segment)
    prose = re.findall(r"\w+", f"{profile.name} {profile.summary}")
    return {*profile.keywords, *profile.projects, *profile.software, *prose}


def settle(
    state: str | None, finding: Finding | None, text: IssueText, old: Reasons, is_open: bool
) -> Reasons | None:
    """Return what a link says from now on, None where there is none.

    What a person accepted or rejected stays, and so does any link of an issue that is not
    open; of their old phrases they keep those that the issue still says.
    """
    if state != "rejected" and finding is not None and finding.concerns:
        return _reasons(finding)
    if state in {"accepted", "rejected"} or (state == "suggested" and not is_open):
        return _still_said(old, text)
    return None


def _reasons(finding: Finding) -> Reasons:
    phrases = [phrase for phrase, _ in finding.phrases]
    return Reasons(phrases, [where for _, where in finding.phrases], round(finding.score, 3))


def _still_said(old: Reasons, text: IssueText) -> Reasons:
    found = [(phrase, find_place(phrase, text)) for phrase in old.phrases]
    kept = [(phrase, where) for phrase, where in found if where]
    return Reasons([phrase for phrase, _ in kept], [where for _, where in kept], old.score)


def find_place(phrase: str, text: IssueText) -> str | None:
    """Return where the issue says the phrase, the weightiest place first."""
    parts = {
        "title": text.title,
        "repository": text.repository,
        "label": "\n".join(text.labels),
        "body": text.body,
    }
    said = phrase.casefold()
    return next((where for where, part in parts.items() if said in part.casefold()), None)


def _link_batch(
    session: Session,
    foundation: Foundation,
    ids: Sequence[int],
    index: Relevance,
    numbers: dict[str, int],
    now: datetime,
) -> set[int]:
    rows = session.execute(
        select(*TEXT).where(Issue.id.in_(ids), Issue.foundation_id == foundation.id)
    ).all()
    links: dict[int, dict[int, Any]] = {row.id: {} for row in rows}
    for link in session.execute(select(*_LINK).where(IssueSegment.issue_id.in_(list(links)))):
        links[link.issue_id][link.segment_id] = link
    changes = _LinkChanges(now)
    for row in rows:
        text = as_text(row)
        findings = {
            numbers[one.segment]: one for one in index.judge(text) if one.segment in numbers
        }
        known = links[row.id]
        for segment_id in numbers.values():
            if segment_id in findings or segment_id in known:
                old, finding = known.get(segment_id), findings.get(segment_id)
                changes.note(row, segment_id, old, finding, text)
    changes.write(session)
    return changes.touched


class _LinkChanges:
    """Collects what a batch changes, and writes it in three statements."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.touched: set[int] = set()
        self.new: list[dict[str, Any]] = []
        self.renewed: list[dict[str, Any]] = []
        self.dropped: list[tuple[int, int]] = []

    def note(
        self, issue: Any, segment_id: int, link: Any, finding: Finding | None, text: IssueText
    ) -> None:
        """Note what becomes of one link; a rejected one only forgets what is not said any more."""
        old = Reasons(link.phrases, link.places, link.score) if link else Reasons([], [], 0.0)
        state = link.state if link else None
        found = settle(state, finding, text, old, issue.state == "open")
        key = {"issue_id": issue.id, "segment_id": segment_id}
        if state != "rejected" and (link is not None or found is not None):
            self.touched.add(segment_id)
        if found is None and link is not None:
            self.dropped.append((issue.id, segment_id))
        elif found is not None and link is None:
            fresh = {"state": "suggested", "matched_at": self.now}
            self.new.append(key | found._asdict() | fresh)
        elif found is not None and found != old:
            self.renewed.append(key | found._asdict())

    def write(self, session: Session) -> None:
        """Write everything noted."""
        if self.new:
            session.execute(insert(IssueSegment), self.new)
        if self.renewed:
            session.execute(update(IssueSegment), self.renewed)
        if self.dropped:
            key = tuple_(IssueSegment.issue_id, IssueSegment.segment_id)
            gone = delete(IssueSegment).where(key.in_(self.dropped))
            session.execute(gone, execution_options={"synchronize_session": False})


def _find_saying(session: Session, foundation: Foundation, words: Collection[str]) -> Iterator[int]:
    """Yield the open issues whose text has the longest word of one of these phrases."""
    stems = {_stem(word) for word in words} - {""}
    if not stems:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(stems))))
    query = select(*TEXT).where(Issue.foundation_id == foundation.id, Issue.state == "open")
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        if pattern.search(f"{row.title} {row.key} {' '.join(row.labels)} {row.body}".casefold()):
            yield row.id


def _stem(phrase: str) -> str:
    """Return a phrase's longest word without its plural, "" where that says too little."""
    longest = max(re.findall(r"\w+", phrase.casefold()), key=len, default="").rstrip("s")
    return longest if len(longest) >= FEWEST_LETTERS else ""


def _forget_loaded(session: Session) -> None:
    """Let links be read again: they were written behind the session's back."""
    for row in list(session):
        if isinstance(row, IssueSegment):
            session.expire(row)
