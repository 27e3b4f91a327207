"""What came of a mail, and how it is written down: sent, to be tried again, bounced, dropped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.outbox import AS_ADDRESSED
from outreach.messages.smtp import Later, Never, Outcome, Sent
from outreach.messages.written import Dropped, Written

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 480, 480, 480, 480))
"""After each try that failed; together two days, then it is given up."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may leave."""

    message_id: int
    person_id: int | None
    fact_key: str
    to: str
    written: Written


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that a limit holds back for a while; no try of its own is used up."""

    trouble: str
    wait: timedelta


@dataclass(slots=True)
class MailTally:
    """What became of the mail of one round."""

    sent: int = 0
    later: int = 0
    bounced: int = 0
    dropped: int = 0
    is_down: bool = False
    """The server took nothing more: another round now would be refused too."""

    def count(self, outcome: Outcome | Dropped | Held, state: str) -> None:
        """Count what became of one mail."""
        self.sent += state == "sent"
        self.later += state == "waiting"
        self.bounced += state == "bounced"
        self.dropped += state == "dropped"
        self.is_down |= isinstance(outcome, Later) and outcome.is_down


def note(
    session: Session,
    number: int,
    ready: Ready | None,
    outcome: Outcome | Dropped | Held,
    now: datetime,
) -> str:
    """Write down what came of a mail, and return its state."""
    message = session.get(Message, number, with_for_update=True)
    if message is None:
        return ""
    message.claimed_until = None
    match outcome:
        case Sent():
            _note_sent(session, message, ready, now)
        case Dropped(reason):
            message.state, message.trouble = "dropped", reason[:LONGEST]
        case Held(trouble, wait):
            message.due_at, message.trouble = now + wait, trouble[:LONGEST]
        case Later(trouble):
            _note_later(message, trouble, now)
        case Never(trouble, is_address):
            _note_bounced(session, message, trouble, is_address)
    session.flush()
    return message.state


def _note_sent(session: Session, message: Message, ready: Ready | None, now: datetime) -> None:
    message.state, message.sent_at, message.trouble = "sent", now, ""
    message.attempts += 1
    if ready is not None:
        message.subject, message.body = ready.written.subject, ready.written.body
        message.to_address = ready.to
        message.facts = {**message.facts, **ready.written.told}
    bounced = and_(Person.id == message.person_id, Person.bounces > 0)
    session.execute(update(Person).where(bounced).values(bounces=0))


def _note_later(message: Message, trouble: str, now: datetime) -> None:
    message.attempts += 1
    message.trouble = trouble[:LONGEST]
    if message.attempts > len(WAITS):
        message.state = "bounced"
        message.trouble = f"Given up after two days. {trouble}"[:LONGEST]
    else:
        message.due_at = now + WAITS[message.attempts - 1]


def _note_bounced(session: Session, message: Message, trouble: str, is_address: bool) -> None:
    message.state, message.trouble = "bounced", trouble[:LONGEST]
    message.attempts += 1
    if is_address and not message.facts.get(AS_ADDRESSED):
        person = Person.id == message.person_id
        session.execute(update(Person).where(person).values(bounces=Person.bounces + 1))
