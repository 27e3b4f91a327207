"""Links stored issues to the segments they concern, by their words and by what staff answered."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Segment
from outreach.issues.relevance import Answer, Finding, IssueText, Profile, Relevance
from outreach.issues.texts import as_profile, as_text
from outreach.locking import wait_for_others

BATCH = 500
MOST_ANSWERED = 150
"""Issues that teach, the newest that staff answered: more would make one changed issue wait."""
MOST_RELINKED = 1500
"""Issues judged again when a segment's words change, the newest that may be concerned."""
FEWEST_LETTERS = 3
_TEXT = (Issue.id, Issue.key, Issue.title, Issue.body, Issue.labels, Issue.state)
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
    segments = _read_segments(session, foundation)
    if not segments or not issue_ids:
        return set()
    index = _index(
        tuple(as_profile(one) for one in segments), _read_answers(session, foundation, segments)
    )
    numbers = {one.slug: one.id for one in segments}
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
    """Judge again the open issues that say one of these changed words or are linked already."""
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
    ids = sorted(linked.union(said), reverse=True)[:MOST_RELINKED]
    return link_issues(session, foundation, ids, now) | {segment.id}


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
        select(*_TEXT).where(Issue.id.in_(ids), Issue.foundation_id == foundation.id)
    ).all()
    links: dict[int, dict[int, Any]] = {row.id: {} for row in rows}
    for link in session.execute(select(*_LINK).where(IssueSegment.issue_id.in_(list(links)))):
        links[link.issue_id][link.segment_id] = link
    changes = _Changes(now)
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


class _Changes:
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


@lru_cache(maxsize=2)
def _index(profiles: tuple[Profile, ...], answers: tuple[Answer, ...]) -> Relevance:
    """Build the index once for the same words and answers: learning costs more than judging."""
    index = Relevance.build(profiles)
    return index.learn(answers) if answers else index


def _read_segments(session: Session, foundation: Foundation) -> Sequence[Any]:
    columns = (
        Segment.id, Segment.slug, Segment.name, Segment.summary,
        Segment.keywords, Segment.projects, Segment.software,
    )  # fmt: skip
    query = select(*columns).where(Segment.foundation_id == foundation.id)
    return session.execute(query.order_by(Segment.id)).all()


def _read_answers(
    session: Session, foundation: Foundation, segments: Sequence[Any]
) -> tuple[Answer, ...]:
    """Return what staff said about the newest issues that they looked at.

    Whoever accepts or rejects a link of an issue has seen the others that it has and those
    that it has not, so a segment without a link is a no; a mere suggestion is neither.
    """
    newest = (
        select(IssueSegment.issue_id)
        .where(
            IssueSegment.segment_id.in_([one.id for one in segments]),
            IssueSegment.state != "suggested",
        )
        .group_by(IssueSegment.issue_id)
        .order_by(func.max(IssueSegment.matched_at).desc(), IssueSegment.issue_id.desc())
        .limit(MOST_ANSWERED)
    )
    ids = list(session.scalars(newest))
    states: dict[tuple[int, int], str] = {
        (row.issue_id, row.segment_id): row.state
        for row in session.execute(select(*_LINK).where(IssueSegment.issue_id.in_(ids)))
    }
    mine = (Issue.id.in_(ids), Issue.foundation_id == foundation.id)
    texts = {
        row.id: as_text(row)
        for row in session.execute(select(*_TEXT).where(*mine).order_by(Issue.id))
    }
    return tuple(
        Answer(text, one.slug, states.get((issue_id, one.id)) == "accepted")
        for issue_id, text in texts.items()
        for one in segments
        if states.get((issue_id, one.id)) != "suggested"
    )


def _find_saying(session: Session, foundation: Foundation, words: Collection[str]) -> Iterator[int]:
    """Yield the open issues whose text has the longest word of one of these phrases."""
    stems = {_stem(word) for word in words} - {""}
    if not stems:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(stems))))
    query = select(*_TEXT).where(Issue.foundation_id == foundation.id, Issue.state == "open")
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
