"""Delivery: takes waiting mail in small batches, writes it anew, sends it, notes what came of it.

A mail is claimed in one statement, for a short time: a worker that dies gives it free by that.
It may die after the server took a mail and before that is noted; then the mail is sent once
more, with the same Message-ID. Exactly once cannot be had over SMTP.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Update, and_, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation, Message, Person
from outreach.accounts import addresses, limits
from outreach.messages.smtp import MOST_SECONDS, Later, Line, MailServer, Never, Outcome, Sent
from outreach.messages.written import Dropped, Write, Written, as_mail
from outreach.refusal import Refused

BATCH = 10
LEASE = timedelta(minutes=2)
"""How long a claimed mail is a worker's own."""
SKEW = timedelta(minutes=5)
"""How far workers' clocks may differ, and the time that one may stand in line to claim."""
ONE_SEND = timedelta(seconds=MOST_SECONDS)
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 480, 480, 480, 480))
"""After each try that failed; together two days, then it is given up."""
BOUNCES_TO_SUSPEND = 2
LONGEST = 300

UNPROVEN_ADDRESS = limits.Limit(
    "mail to unproven address", 3, timedelta(hours=6), "Nobody has shown yet whose address it is."
)
SUSPENDED = "The address was refused twice in a row, so it gets no more mail."


@dataclass(slots=True)
class Tally:
    """What became of the mail of one round."""

    sent: int = 0
    later: int = 0
    bounced: int = 0
    dropped: int = 0
    is_down: bool = False
    """The server took nothing more: another round now would be refused too."""


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """A worker's way to send what waits; `clock` is real time."""

    sessions: sessionmaker[Session]
    server: MailServer
    write: Write
    clock: Callable[[], datetime]
    stops: Callable[[], bool] = lambda: False
    """Asked between two mails: a worker that is told to end finishes the one it has."""
    complain: Callable[[str], None] = lambda _words: None
    """Called while a bug is handled, to log it."""

    def run(self) -> Tally:
        """Send until nothing is due, the server takes nothing more, or the worker is to end."""
        tally = Tally()
        with Line(self.server) as line:
            while not self.stops() and not tally.is_down:
                batch = self._claim()
                if not batch:
                    break
                self._send_batch(line, batch, tally)
        return tally

    def _claim(self) -> Sequence[int]:
        with self.sessions() as session:
            batch = claim(session, self.clock())
            session.commit()
        return batch

    def _send_batch(self, line: Line, batch: Sequence[int], tally: Tally) -> None:
        until = self.clock() + LEASE
        for number in batch:
            if self.stops() or tally.is_down or self.clock() + ONE_SEND > until:
                self._give_back(number)
                continue
            ready = self._prepare(number, tally)
            if ready is not None:
                self._note(ready, self._hand_in(line, ready), tally)

    def _give_back(self, number: int) -> None:
        with self.sessions() as session:
            session.execute(_of(number).values(claimed_until=None))
            session.commit()

    def _prepare(self, number: int, tally: Tally) -> Ready | None:
        """Write a claimed mail in a transaction of its own: a link is there before its mail."""
        with self.sessions() as session:
            message = session.get(Message, number)
            if message is None or message.state != "waiting":
                return None
            ready: Ready | Dropped | Held | Outcome
            try:
                ready = prepare(session, message, self.write, self.clock())
            except Exception as trouble:
                session.rollback()
                self.complain(f"mail {number} could not be written")
                ready = Later(f"It could not be written: {type(trouble).__name__}.")
            if isinstance(ready, Ready):
                session.commit()
                return ready
            note(session, number, None, ready, self.clock(), tally)
            session.commit()
        return None

    def _hand_in(self, line: Line, ready: Ready) -> Outcome:
        try:
            mail = as_mail(
                ready.written,
                self.server.sender,
                ready.to,
                ready.fact_key,
                self.server.own_name,
                self.clock(),
            )
        except ValueError:
            return Never("It could not be written as a mail.")
        return line.send(mail, ready.to)

    def _note(self, ready: Ready, outcome: Outcome, tally: Tally) -> None:
        with self.sessions() as session:
            note(session, ready.message_id, ready, outcome, self.clock(), tally)
            session.commit()


def claim(session: Session, now: datetime, most: int = BATCH) -> Sequence[int]:
    """Claim due mail in one statement, whichever database it is; return its keys, oldest first.

    Not the example's, whose addresses are invented. A claim or a wait that ends later than any
    can was made by a clock that stood wrong, and holds nobody up.
    """
    due = (
        _due(now)
        .order_by(Message.due_at, Message.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Message)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    claimed = (
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(claimed_until=now + LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(claimed))


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether something waits that may leave now; it only reads."""
    return session.scalar(_due(now).limit(1)) is not None


def prepare(
    session: Session, message: Message, write: Write, now: datetime
) -> Ready | Dropped | Held | Never:
    """Write a mail anew and check that its reader may get it; what is missing is the answer."""
    person = session.get(Person, message.person_id) if message.person_id else None
    if person is not None and person.bounces >= BOUNCES_TO_SUSPEND:
        return Dropped(SUSPENDED)
    to = (person.email if person is not None else message.to_address) or ""
    try:
        key = addresses.fold(to)
    except Refused:
        return Never("There is no address that mail could go to.")
    written = write(session, message, now)
    if isinstance(written, Dropped):
        return written
    if person is not None and person.email_key is None:
        try:
            limits.count(session, now, UNPROVEN_ADDRESS, addresses.bucket(key))
        except limits.TooMany as refusal:
            session.rollback()
            return Held(refusal.sentence, refusal.wait)
    return Ready(message.id, message.person_id, message.fact_key, to, written)


def note(
    session: Session,
    number: int,
    ready: Ready | None,
    outcome: Outcome | Dropped | Held,
    now: datetime,
    tally: Tally,
) -> None:
    """Write down what came of a mail: sent, to be tried again, bounced, or dropped."""
    message = session.get(Message, number, with_for_update=True)
    if message is None:
        return
    message.claimed_until = None
    match outcome:
        case Sent():
            _note_sent(session, message, ready, now)
            tally.sent += 1
        case Dropped(reason):
            message.state, message.trouble = "dropped", reason[:LONGEST]
            tally.dropped += 1
        case Held(trouble, wait):
            message.due_at, message.trouble = now + wait, trouble[:LONGEST]
            tally.later += 1
        case Later(trouble, is_down):
            _note_later(message, trouble, now, tally)
            tally.is_down = tally.is_down or is_down
        case Never(trouble, is_address):
            _note_bounced(session, message, trouble, is_address)
            tally.bounced += 1
    session.flush()


def _note_sent(session: Session, message: Message, ready: Ready | None, now: datetime) -> None:
    message.state, message.sent_at, message.trouble = "sent", now, ""
    message.attempts += 1
    if ready is not None:
        message.subject, message.body = ready.written.subject, ready.written.body
        message.to_address = ready.to
        message.facts = {**message.facts, **ready.written.told}
    bounced = and_(Person.id == message.person_id, Person.bounces > 0)
    session.execute(update(Person).where(bounced).values(bounces=0))


def _note_later(message: Message, trouble: str, now: datetime, tally: Tally) -> None:
    message.attempts += 1
    message.trouble = trouble[:LONGEST]
    if message.attempts > len(WAITS):
        message.state = "bounced"
        message.trouble = f"Given up after two days. {trouble}"[:LONGEST]
        tally.bounced += 1
    else:
        message.due_at = now + WAITS[message.attempts - 1]
        tally.later += 1


def _note_bounced(session: Session, message: Message, trouble: str, is_address: bool) -> None:
    message.state, message.trouble = "bounced", trouble[:LONGEST]
    message.attempts += 1
    if is_address:
        person = Person.id == message.person_id
        session.execute(update(Person).where(person).values(bounces=Person.bounces + 1))


def _due(now: datetime) -> Select[int]:
    """Select mail that may leave now and that no worker has."""
    own = Foundation.id.is_(None) | (~Foundation.is_example & Foundation.removed_at.is_(None))
    return (
        select(Message.id)
        .outerjoin(Foundation, Foundation.id == Message.foundation_id)
        .where(Message.state == "waiting", own)
        .where(or_(Message.due_at <= now, Message.due_at > now + max(WAITS) + SKEW))
        .where(
            or_(
                Message.claimed_until.is_(None),
                Message.claimed_until <= now,
                Message.claimed_until > now + LEASE + SKEW,
            )
        )
    )


def _of(number: int) -> Update:
    return update(Message).where(Message.id == number)
