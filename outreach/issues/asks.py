"""Asks: what we want an audience to do about an issue, written by us and never by a tracker."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Ask, AuditEntry, Event, Foundation, Issue, IssueSegment, Person, Segment
from outreach.accounts.audit import record
from outreach.issues.fates import Fate, fate_of
from outreach.locking import wait_for_others
from outreach.refusal import Refused

WROTE, REMOVED, TOLD = "wrote ask", "removed ask", "made good news"
UNDOABLE = (WROTE, REMOVED, TOLD)
UNDID = "undid"
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
) -> AuditEntry:
    """Write a card, a new one where `ask` is None. Refuses a second one for the same place."""
    wait_for_others(session, foundation.id)
    _refuse_foreign(session, foundation, issue, card)
    _refuse_second(session, issue, ask, card)
    before = _columns(ask) if ask else None
    kept = ask or Ask(foundation_id=foundation.id, issue_id=issue.id)
    _fill(kept, asdict(card))
    session.add(kept)
    session.flush()
    return _note(session, foundation, issue, kept.id, WROTE, before, by, real)


def remove_ask(
    session: Session, foundation: Foundation, issue: Issue, ask: Ask, by: Person, real: datetime
) -> AuditEntry:
    """Take a card away; the audit keeps its words for Undo."""
    wait_for_others(session, foundation.id)
    before = _columns(ask)
    session.delete(ask)
    session.flush()
    return _note(session, foundation, issue, ask.id, REMOVED, before, by, real)


def offers_news(issue: Issue, ask: Ask) -> Fate | None:
    """Return what became of the issue where the card should no longer ask as it does."""
    fate = fate_of(issue.state, issue.state_note)
    return None if fate == "open" or ask.kind == "good_news" else fate


def tell_good_news(
    session: Session, foundation: Foundation, issue: Issue, ask: Ask, by: Person, real: datetime
) -> AuditEntry:
    """Turn a card into good news: nothing is left to try, the way back stays for those who did."""
    wait_for_others(session, foundation.id)
    if offers_news(issue, ask) is None:
        raise Refused(f"{issue.key} is open and no fix is out, so there is no good news yet.")
    before = _columns(ask)
    ask.kind, ask.steps, ask.ends_on, ask.good_until = "good_news", [], None, ""
    done = "fixed" if fate_of(issue.state, issue.state_note) == "fixed" else "closed"
    # In our words: the tracker's title would stay here if the issue were hidden there.
    symptom = ask.symptom.partition(". ")[0].rstrip(".")[:240]
    ask.question = f"Good news: {f'“{symptom}” is' if symptom else f'{issue.key} is'} {done}."
    ask.then = "Thank everybody who tried the fix, and tell them how to get it."
    session.flush()
    return _note(session, foundation, issue, ask.id, TOLD, before, by, real)


def undo_ask(
    session: Session, foundation: Foundation, entry: AuditEntry, by: Person, real: datetime
) -> None:
    """Put a card back as it was before the act: written anew, restored, or gone again."""
    wait_for_others(session, foundation.id)
    _refuse_second_undo(session, entry)
    before = entry.detail["before"]
    issue = session.get(Issue, entry.subject_id)
    if issue is None:
        raise Refused("The issue is gone, and its card with it.")
    # SQLite gives the number of a removed card to a later one, which is not to be written over.
    ask = None if entry.act == REMOVED else session.get(Ask, entry.detail["ask"])
    if before is not None:
        card = _card_of(before)
        _refuse_foreign(session, foundation, issue, card)
        _refuse_second(session, issue, ask, card)
        ask = ask or _anew(session, foundation, issue, entry.detail["ask"])
        _fill(ask, asdict(card))
        session.add(ask)
    elif ask is not None and ask.issue_id == issue.id:
        session.delete(ask)
    session.flush()
    record(session, real, by, foundation, UNDID, AuditEntry.__tablename__, entry.id)


def _anew(session: Session, foundation: Foundation, issue: Issue, number: int) -> Ask:
    """Begin a removed card again, under its old number while nobody has it: Undo looks for it."""
    ask = Ask(foundation_id=foundation.id, issue_id=issue.id)
    if session.get(Ask, number) is None:
        ask.id = number
    return ask


def _refuse_second_undo(session: Session, entry: AuditEntry) -> None:
    undone = select(AuditEntry.id).where(
        AuditEntry.act == UNDID,
        AuditEntry.subject == AuditEntry.__tablename__,
        AuditEntry.subject_id == entry.id,
    )
    if session.scalar(undone) is not None:
        raise Refused("This has been undone already.")


def find_undoable(session: Session, foundation: Foundation, entry_id: int) -> AuditEntry | None:
    """Return the audit's entry about a card of this foundation, if it is one to undo."""
    entry = session.get(AuditEntry, entry_id)
    mine = entry is not None and entry.foundation_id == foundation.id
    return entry if entry is not None and mine and entry.act in UNDOABLE else None


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


def _columns(ask: Ask) -> dict[str, Any]:
    """Spell a card for the audit, which keeps JSON."""
    columns = {name: getattr(ask, name) for name in AskCard.__dataclass_fields__}
    return columns | {"ends_on": ask.ends_on.isoformat() if ask.ends_on else None}


def _card_of(columns: Mapping[str, Any]) -> AskCard:
    listed = {name: tuple(columns[name]) for name in ("steps", "way_back")}
    ends_on = columns.get("ends_on")  # entries from before there was one
    day = date.fromisoformat(ends_on) if ends_on else None
    return AskCard(**{**columns, **listed, "ends_on": day})


def _fill(ask: Ask, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(ask, name, list(value) if isinstance(value, tuple) else value)


def _note(
    session: Session,
    foundation: Foundation,
    issue: Issue,
    ask_id: int,
    act: str,
    before: dict[str, Any] | None,
    by: Person,
    real: datetime,
) -> AuditEntry:
    detail = {"ask": ask_id, "before": before}
    return record(session, real, by, foundation, act, "issue", issue.id, detail)
