"""What came of a mail, and how it is written down: sent, to be tried again, bounced, dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.due import WAITS, gather
from outreach.messages.outbox import AS_ADDRESSED
from outreach.messages.smtp import Later, Never, Outcome, Sent
from outreach.messages.written import Dropped, Written

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may leave."""

    to: str
    fact_keys: tuple[str, ...]
    """What it tells: the names of its facts, by which the mail gets its own."""
    written: Written


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that a limit holds back for a while; no try of its own is used up."""

    trouble: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Prepared:
    """The facts that were to leave as one mail, and what came of writing it."""

    facts: tuple[int, ...]
    """Their numbers, the oldest first; none where it could not even be seen which they are."""
    answer: Ready | Dropped | Held | Outcome


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
    found: Prepared,
    outcome: Outcome | Dropped | Held,
    now: datetime,
) -> str:
    """Write down what came of a mail, and return the state of what it told.

    `number` is the fact that was claimed for all. What was told otherwise meanwhile stays.
    """
    claimed = session.get(Message, number, with_for_update=True)
    if claimed is None:
        return ""
    claimed.claimed_until = None
    facts = _find_facts(session, claimed, found)
    match outcome:
        case Sent():
            if isinstance(found.answer, Ready):
                note_sent(session, facts, found.answer.written, now, found.answer.to)
        case Dropped(reason, left_out):
            for fact in facts:
                _drop(fact, left_out.get(fact.id, reason))
        case Held(trouble, wait):
            for fact in facts:
                fact.due_at, fact.trouble = now + wait, trouble[:LONGEST]
        case Later(trouble):
            for fact in facts:
                _note_later(fact, trouble, now)
        case Never(trouble, is_address):
            _note_bounced(session, facts, trouble, is_address)
    session.flush()
    return "sent" if isinstance(outcome, Sent) else claimed.state


def _find_facts(session: Session, claimed: Message, found: Prepared) -> Sequence[Message]:
    if not found.facts:
        return gather(session, claimed, locks=True)
    wanted = select(Message).where(Message.id.in_(found.facts), Message.state == "waiting")
    return session.scalars(wanted.order_by(Message.id).with_for_update()).all()


def note_sent(
    session: Session, facts: Sequence[Message], written: Written, now: datetime, to: str
) -> None:
    """Note of each fact that the letter told it, or why not; the first one keeps the text."""
    carrier = None
    for fact in facts:
        if fact.id in written.left_out:
            _drop(fact, written.left_out[fact.id])
            continue
        fact.state, fact.sent_at, fact.trouble = "sent", now, ""
        fact.attempts += 1
        fact.facts = {**fact.facts, **written.told.get(fact.id, {})}
        fact.to_address = to
        if carrier is None:
            carrier = fact
            carrier.subject, carrier.body = written.subject, written.body
        else:
            fact.told_in_id = carrier.id
    if carrier is not None:
        bounced = and_(Person.id == carrier.person_id, Person.bounces > 0)
        session.execute(update(Person).where(bounced).values(bounces=0))


def _drop(fact: Message, reason: str) -> None:
    fact.state, fact.trouble = "dropped", reason[:LONGEST]


def _note_later(message: Message, trouble: str, now: datetime) -> None:
    message.attempts += 1
    message.trouble = trouble[:LONGEST]
    if message.attempts > len(WAITS):
        message.state = "bounced"
        message.trouble = f"Given up after two days. {trouble}"[:LONGEST]
    else:
        message.due_at = now + WAITS[message.attempts - 1]


def _note_bounced(
    session: Session, facts: Sequence[Message], trouble: str, is_address: bool
) -> None:
    for fact in facts:
        fact.state, fact.trouble = "bounced", trouble[:LONGEST]
        fact.attempts += 1
    if is_address and facts and not facts[0].facts.get(AS_ADDRESSED):
        person = Person.id == facts[0].person_id
        session.execute(update(Person).where(person).values(bounces=Person.bounces + 1))
