"""Asks: what we want an audience to do about an issue, written by us and never by a tracker."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Ask, Event, Foundation, Issue, IssueSegment, Person, Segment
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back
from outreach.issues.fates import Fate, fate_of
from outreach.locking import wait_for_others
from outreach.refusal import Refused

WROTE, REMOVED, TOLD = "wrote ask", "removed ask", "made good news"
MOST_STEPS = 4
LONGEST_STEP = 200
SHORT = {"question": 300, "since": 120, "good_until": 200}
"""The longest one-line texts, as the columns hold them."""


@dataclass(frozen=True, slots=True)
class AskCard:
    """An ask card as it is typed; `event_id` None means wherever the segment gathers."""

    segment_id: int
    event_id: int | None
    kind: str
    question: str
    audience: str = ""
    symptom: str = ""
    since: str = ""
    steps: tuple[str, ...] = ()
    then: str = ""
    way_back: tuple[str, ...] = ()
    answer_url: str | None = None
    helper_id: int | None = None
    ends_on: date | None = None
    good_until: str = ""


def read_steps(text: str, field: str) -> tuple[str, ...]:
    """Read commands, one a line. Refuses more than fit on a card."""
    steps = tuple(line.strip() for line in text.splitlines() if line.strip())
    if len(steps) > MOST_STEPS:
        raise Refused(f"At most {MOST_STEPS} lines fit on a card.", field)
    if any(len(step) > LONGEST_STEP for step in steps):
        raise Refused(f"Keep each line under {LONGEST_STEP} characters.", field)
    return steps


def save_ask(
    session: Session,
    foundation: Foundation,
    issue: Issue,
    ask: Ask | None,
    card: AskCard,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Write a card, a new one where `ask` is None. Refuses a second one for the same place."""
    wait_for_others(session, foundation.id)
    _refuse_foreign(session, foundation, issue, card)
    _refuse_second(session, issue, ask, card)
    with history.act(session, real, by, foundation, WROTE, issue) as act:
        kept = ask or Ask(foundation_id=foundation.id, issue_id=issue.id)
        _fill(kept, asdict(card))
        session.add(kept)
    return act.entry


def remove_ask(
    session: Session, foundation: Foundation, issue: Issue, ask: Ask, by: Person, real: datetime
) -> history.Entry:
    """Take a card away; the history keeps its words."""
    return history.remove(session, foundation, ask, by, real, REMOVED, subject=issue)


def offers_news(issue: Issue, ask: Ask) -> Fate | None:
    """Return what became of the issue where the card should no longer ask as it does."""
    fate = fate_of(issue.state, issue.state_note)
    return None if fate == "open" or ask.kind == "good_news" else fate


def tell_good_news(
    session: Session, foundation: Foundation, issue: Issue, ask: Ask, by: Person, real: datetime
) -> history.Entry:
    """Turn a card into good news: nothing is left to try, the way back stays for those who did."""
    wait_for_others(session, foundation.id)
    if offers_news(issue, ask) is None:
        raise Refused(f"{issue.key} is open and no fix is out, so there is no good news yet.")
    done = "fixed" if fate_of(issue.state, issue.state_note) == "fixed" else "closed"
    # In our words: the tracker's title would stay here if the issue were hidden there.
    symptom = ask.symptom.partition(". ")[0].rstrip(".")[:240]
    with history.act(session, real, by, foundation, TOLD, issue) as act:
        ask.kind, ask.steps, ask.ends_on, ask.good_until = "good_news", [], None, ""
        ask.question = f"Good news: {f'“{symptom}” is' if symptom else f'{issue.key} is'} {done}."
        ask.then = "Thank everybody who tried the fix, and tell them how to get it."
    return act.entry


def _put_back(taking: TakingBack) -> None:
    """Put a card back as it was, unless another stands in its place or its segment is not hit."""
    put_back(taking)
    issue = taking.session.get_one(Issue, taking.entry.subject_id)
    for number in taking.keys("ask"):
        ask = taking.session.get(Ask, number, populate_existing=True)
        if ask is not None:
            place = AskCard(ask.segment_id, ask.event_id, ask.kind, ask.question)
            _refuse_foreign(taking.session, taking.foundation, issue, place)
    taking.said = "the card is as it was before"


history.teach(history.Way(_put_back), "issue", WROTE, REMOVED, TOLD)


def _refuse_foreign(session: Session, foundation: Foundation, issue: Issue, card: AskCard) -> None:
    """Refuse what the form did not offer: another foundation's rows, a segment not hit."""
    link = session.get(IssueSegment, (issue.id, card.segment_id))
    segment = session.get(Segment, card.segment_id)
    if segment is None or segment.foundation_id != foundation.id:
        raise Refused("Choose one of your segments.", "segment_id")
    if link is None or link.state == "rejected":
        raise Refused(f"{issue.key} does not concern {segment.short_name}.", "segment_id")
    for model, number, field in (
        (Event, card.event_id, "event_id"),
        (Person, card.helper_id, "helper_id"),
    ):
        row = session.get(model, number) if number else None
        if number and getattr(row, "foundation_id", None) != foundation.id:
            raise Refused("That one is not on your list any more.", field)


def _refuse_second(session: Session, issue: Issue, ask: Ask | None, card: AskCard) -> None:
    place = Ask.event_id == card.event_id
    if card.event_id is None:
        place = Ask.event_id.is_(None) & (Ask.segment_id == card.segment_id)
    taken = session.scalar(select(Ask.id).where(Ask.issue_id == issue.id, place))
    if taken is not None and taken != (ask.id if ask else None):
        raise Refused("A card for that place exists already; change that one.", "event_id")


def _fill(ask: Ask, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(ask, name, list(value) if isinstance(value, tuple) else value)
