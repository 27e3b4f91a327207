"""Questions at sign-up: which a booth asks, and what people answered."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, SignUp, SignUpAnswer
from models.staffing import IS_EXPECTED, QUESTIONS, SHIRTS
from outreach.accounts import history
from outreach.language import N_
from outreach.staffing.signups import locks

SET_QUESTIONS = "set what is asked"
SHIRT_WORDS: dict[str, Any] = {size: size for size in SHIRTS} | {
    "no_shirt": N_("None, thank you"),
}
TICKET_WORDS: dict[str, Any] = {
    "has_ticket": N_("I have one"),
    "needs_ticket": N_("I need one"),
}
LONGEST = {"food": 200, "spoken": 200, "note_to_team": 500}


def set_questions(
    session: Session,
    booth: Booth,
    event: Event,
    asked: Collection[str],
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Set what is asked at sign-up; what was answered to other questions stays, unseen."""
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, SET_QUESTIONS, booth, if_changed=True) as act:
        act.concerns(event)
        booth.asked_at_sign_up = [one for one in QUESTIONS if one in asked]
    return act.changed


def find_answers(session: Session, booth: Booth, person: Person) -> dict[str, str]:
    """Return what the person answered to what this booth asks."""
    row = session.scalar(_row(booth.id, person.id))
    return _words(row, booth.asked_at_sign_up) if row is not None else {}


def keep_answers(
    session: Session, booth: Booth, person: Person, given: Mapping[str, str], now: datetime
) -> None:
    """Keep answers to what is asked; an empty one takes away what was answered before.

    Who signs up is locked by now; two forms of one person are taken one after the other.
    """
    wanted = {name: given[name] for name in booth.asked_at_sign_up if name in given}
    if not wanted:
        return
    locks.lock_people(session, [person.id])
    row = session.scalar(_row(booth.id, person.id))
    if row is None and not any(wanted.values()):
        return
    row = row or SignUpAnswer(booth_id=booth.id, person_id=person.id)
    for name, words in wanted.items():
        setattr(row, name, words or None)
    row.said_at = now
    session.add(row)
    session.flush()


def fold(session: Session, kept: Person, other: Person) -> None:
    """Let the kept row of a person have the newer answer to each question where both answered.

    The history keeps no words, so taking it back separates no answers that became one.
    """
    answers = select(SignUpAnswer).where(SignUpAnswer.person_id.in_([kept.id, other.id]))
    by_booth: dict[int, list[SignUpAnswer]] = {}
    for row in session.scalars(answers.order_by(SignUpAnswer.said_at, SignUpAnswer.id)):
        by_booth.setdefault(row.booth_id, []).append(row)
    for rows in by_booth.values():
        mine = next((row for row in rows if row.person_id == kept.id), None)
        if mine is None or len(rows) == 1:
            continue
        for name in QUESTIONS:
            said = [words for row in rows if (words := getattr(row, name))]
            setattr(mine, name, said[-1] if said else None)
        mine.said_at = rows[-1].said_at
    session.flush()


@dataclass(frozen=True, slots=True)
class AskedBooth:
    """A booth that asks somebody something, as My shifts says it."""

    event_id: int
    event_name: str
    has_said: bool


def list_asked(session: Session, person: Person, events: Collection[int]) -> list[AskedBooth]:
    """Return which of the booths at these events ask something, and whether it was answered."""
    found = session.execute(
        select(Booth, Event.name)
        .join(Event, Event.id == Booth.event_id)
        .where(Booth.event_id.in_(events))
        .order_by(Event.starts_on, Booth.id)
    ).all()
    asking = [(booth, name) for booth, name in found if booth.asked_at_sign_up]
    if not asking:
        return []
    mine = select(SignUpAnswer).where(SignUpAnswer.person_id == person.id)
    rows = {row.booth_id: row for row in session.scalars(mine)}
    return [
        AskedBooth(booth.event_id, name, bool(_words(rows.get(booth.id), booth.asked_at_sign_up)))
        for booth, name in asking
    ]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """Somebody with a place at the booth, and what they answered."""

    person: Person
    said: Mapping[str, str]


def list_answers(session: Session, booth: Booth) -> list[AnswerLine]:
    """Return everybody with a place at the booth and what they answered, by name."""
    there = select(SignUp.person_id).join(Shift, Shift.id == SignUp.shift_id)
    there = there.where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), IS_EXPECTED)
    found = session.execute(
        select(Person, SignUpAnswer)
        .outerjoin(
            SignUpAnswer,
            (SignUpAnswer.person_id == Person.id) & (SignUpAnswer.booth_id == booth.id),
        )
        .where(Person.id.in_(there))
    ).all()
    lines = [AnswerLine(person, _words(row, booth.asked_at_sign_up)) for person, row in found]
    return sorted(lines, key=lambda one: (one.person.name.casefold(), one.person.id))


def load_tickets(session: Session, booth: Booth) -> dict[int, str] | None:
    """Return who has or needs a ticket, by number; None where that is not asked."""
    if "ticket" not in booth.asked_at_sign_up:
        return None
    theirs = select(SignUpAnswer.person_id, SignUpAnswer.ticket)
    theirs = theirs.where(SignUpAnswer.booth_id == booth.id, SignUpAnswer.ticket.is_not(None))
    return {number: code for number, code in session.execute(theirs) if code}


def _row(booth_id: int, person_id: int) -> Select[SignUpAnswer]:
    theirs = (SignUpAnswer.booth_id == booth_id, SignUpAnswer.person_id == person_id)
    return select(SignUpAnswer).where(*theirs).execution_options(populate_existing=True)


def _words(row: SignUpAnswer | None, asked: Iterable[str]) -> dict[str, str]:
    return {name: words for name in asked if (words := getattr(row, name, None))}
