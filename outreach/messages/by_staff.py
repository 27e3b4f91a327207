"""What staff do with a mail in the outbox: pass its link on, try it again, drop it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.accounts.putting_back import TakingBack
from outreach.messages.due import gather
from outreach.messages.outcomes import note_sent
from outreach.messages.written import Dropped, Write, Written
from outreach.refusal import Refused

DROPPED_BY_STAFF = "Staff dropped it."
MAIL = frozenset(["message"])


def hand_over(
    session: Session, message: Message, write: Write, now: datetime, by: Person
) -> Written:
    """Write a waiting mail out for staff who pass its link on by another way; audited.

    What would leave together with it is told by it too.
    """
    _wait_for_worker(session, message, now)
    if message.state != "waiting":
        raise Refused("This mail has left, or will not: there is nothing to hand over.")
    facts = gather(session, message, locks=True)
    written = write(session, facts, now)
    if isinstance(written, Dropped):
        raise Refused(f"This mail would not be sent: {written.reason}")
    if not written.link:
        raise Refused("This mail holds no personal link.")
    note_sent(session, facts, written, now, message.to_address)
    foundation, number = _foundation(session, message), message.person_id
    record(session, now, by, foundation, "handed over a link", "person", number)
    return written


def send_again(session: Session, message: Message, now: datetime, by: Person) -> history.Entry:
    """Let a mail leave as soon as it can: one that waits, bounced or was dropped.

    Its address counts as good again. What is not true any more is not sent all the same.
    """
    _wait_for_worker(session, message, now)
    if message.state == "sent":
        raise Refused("This mail was sent already.")
    foundation = _foundation(session, message)
    with history.act(session, now, by, foundation, "sent again", message, MAIL) as act:
        message.state, message.due_at, message.trouble = "waiting", now, ""
        message.attempts = 0
        session.execute(update(Person).where(Person.id == message.person_id).values(bounces=0))
    return act.entry


def drop(session: Session, message: Message, now: datetime, by: Person) -> history.Entry:
    """Keep a waiting mail from leaving."""
    _wait_for_worker(session, message, now)
    if message.state != "waiting":
        raise Refused("This mail does not wait any more.")
    foundation = _foundation(session, message)
    with history.act(session, now, by, foundation, "dropped mail", message, MAIL) as act:
        message.state, message.trouble = "dropped", DROPPED_BY_STAFF
    return act.entry


def _wait_for_worker(session: Session, message: Message, now: datetime) -> None:
    session.refresh(message, with_for_update=True)
    claims = (one.claimed_until for one in (message, *gather(session, message)))
    if any(until is not None and until > now for until in claims):
        raise Refused("This mail is just being sent. Look again in two minutes.")


def _foundation(session: Session, message: Message) -> Foundation:
    return session.get_one(Foundation, message.foundation_id)


def _lock(taking: TakingBack) -> None:
    message = taking.session.get(Message, taking.entry.subject_id)
    if message is not None:
        _wait_for_worker(taking.session, message, taking.real)


history.teach(history.Way(lock=_lock), "message")
