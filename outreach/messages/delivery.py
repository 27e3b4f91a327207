"""Delivery: takes waiting mail in small batches, writes it anew, sends it, notes what came of it.

A mail is claimed in one statement, for a short time: a worker that dies gives it free by that.
It may die after the server took a mail and before that is noted; then the mail is sent once
more, with the same Message-ID. Exactly once cannot be had over SMTP.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models import Message, Person
from outreach.accounts import addresses, limits
from outreach.language import N_
from outreach.messages.due import LEASE, claim, gather
from outreach.messages.outbox import AS_ADDRESSED
from outreach.messages.outcomes import Held, MailTally, Prepared, Ready, note
from outreach.messages.smtp import MOST_SECONDS, Later, MailConnection, MailServer, Never, Outcome
from outreach.messages.written import Dropped, NeedsWriting, Write, as_mail, only_reads
from outreach.refusal import Refused

ONE_SEND = timedelta(seconds=MOST_SECONDS)
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0)
"""Seconds between tries to write down what came of a mail while the database is busy."""
BOUNCES_TO_SUSPEND = 2

UNPROVEN_ADDRESS = limits.Limit(
    "mail to unproven address",
    3,
    timedelta(hours=6),
    N_("Nobody has shown yet whose address it is."),
)
SUSPENDED = "The address was refused twice in a row, so it gets no more mail."


@dataclass(frozen=True, slots=True)
class Delivery:
    """A worker's way to send what waits; `clock` is real time."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    server: MailServer
    write: Write
    clock: Callable[[], datetime]
    stops: Callable[[], bool] = lambda: False
    """Asked between two mails: a worker that is told to end finishes the one it has."""
    complain: Callable[[str], None] = lambda _words: None
    """Called while a bug is handled, to log it."""

    def run(self) -> MailTally:
        """Send until nothing is due, the server takes nothing more, or the worker is to end."""
        tally = MailTally()
        with MailConnection(self.server) as line:
            while not self.stops() and not tally.is_down:
                now = self.clock()
                with self.writing() as session:
                    batch = claim(session, now)
                    session.commit()
                if not batch:
                    break
                self._send_batch(line, batch, now + LEASE, tally)
        return tally

    def _send_batch(
        self, line: MailConnection, batch: Sequence[int], until: datetime, tally: MailTally
    ) -> None:
        for number in batch:
            if self.stops() or tally.is_down or self.clock() + ONE_SEND > until:
                self._give_back(number)
                continue
            found = self._prepare(number)
            if found is None:
                continue
            if isinstance(found.answer, Ready):
                self._note(number, found, self._hand_in(line, found.answer), tally)
            else:
                self._note(number, found, found.answer, tally)

    def _give_back(self, number: int) -> None:
        with self.writing() as session:
            session.execute(_of(number).values(claimed_until=None))
            session.commit()

    def _prepare(self, number: int) -> Prepared | None:
        """Write a claimed mail; only where it needs a row of its own others are kept waiting."""
        try:
            try:
                return self._prepare_in(self.reading, number)
            except NeedsWriting:
                return self._prepare_in(self.writing, number)
        except OperationalError:
            raise
        except Exception as trouble:
            self.complain(f"mail {number} could not be written")
            return Prepared((), Later(f"It could not be written: {type(trouble).__name__}."))

    def _prepare_in(self, sessions: sessionmaker[Session], number: int) -> Prepared | None:
        """Write a mail in a transaction that ends before it leaves: a link is there by then."""
        with sessions() as session:
            message = session.get(Message, number)
            if message is None or message.state != "waiting":
                return None
            facts = gather(session, message)
            keys = tuple(one.id for one in facts)
            answer = prepare(session, facts, self.write, self.clock())
            if isinstance(answer, Ready):
                session.commit()
            return Prepared(keys, answer)

    def _hand_in(self, line: MailConnection, ready: Ready) -> Outcome:
        try:
            mail = as_mail(
                ready.written,
                self.server.sender,
                ready.to,
                ready.fact_keys,
                self.server.own_name,
                self.clock(),
            )
        except ValueError:
            return Never("It could not be written as a mail.")
        return line.send(mail, ready.to)

    def _note(
        self, number: int, found: Prepared, outcome: Outcome | Dropped | Held, tally: MailTally
    ) -> None:
        """Write down what came of a mail; patiently, for else it would be sent again."""
        for pause in (*PAUSES, None):
            try:
                with self.writing() as session:
                    state = note(session, number, found, outcome, self.clock())
                    session.commit()
            except OperationalError:
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                tally.count(outcome, state)
                return


def prepare(
    session: Session, facts: Sequence[Message], write: Write, now: datetime
) -> Ready | Dropped | Held | Never:
    """Write one mail of these facts and check that its reader may get it; else say why not."""
    first = facts[0]
    person = session.get(Person, first.person_id) if first.person_id else None
    if person is not None and person.bounces >= BOUNCES_TO_SUSPEND:
        return Dropped(SUSPENDED)
    as_addressed = person is None or first.facts.get(AS_ADDRESSED)
    to = (first.to_address if as_addressed else person and person.email) or ""
    try:
        key = addresses.fold(to)
    except Refused:
        return Never("There is no address that mail could go to.")
    written = write(session, facts, now)
    if isinstance(written, Dropped):
        return written
    told = [one for one in facts if one.id not in written.left_out]
    if person is not None and not person.has_shown_address and all(o.is_by_reader for o in told):
        if only_reads(session):
            raise NeedsWriting
        try:
            limits.count(session, now, UNPROVEN_ADDRESS, addresses.bucket(key))
        except limits.TooMany as refusal:
            session.rollback()
            return Held(refusal.sentence, refusal.wait)
    return Ready(to, tuple(one.fact_key for one in told), written)


def _of(number: int) -> Update:
    return update(Message).where(Message.id == number)
