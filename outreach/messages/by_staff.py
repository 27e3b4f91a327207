"""What staff do with a mail in the outbox: pass its link on, try it again, drop it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.accounts.audit import record
from outreach.messages.written import Dropped, Write, Written
from outreach.refusal import Refused

DROPPED_BY_STAFF = "Staff dropped it."


def hand_over(
    session: Session, message: Message, write: Write, now: datetime, by: Person
) -> Written:
    """Write a waiting mail out for staff who pass its link on by another way; audited."""
    _wait_for_worker(session, message, now)
    if message.state != "waiting":
        raise Refused("This mail has left, or will not: there is nothing to hand over.")
    written = write(session, message, now)
    if isinstance(written, Dropped):
        raise Refused(f"This mail would not be sent: {written.reason}")
    if not written.link:
        raise Refused("This mail holds no personal link.")
    message.subject, message.body = written.subject, written.body
    message.facts = {**message.facts, **written.told}
    message.state, message.sent_at, message.trouble = "sent", now, ""
    _record(session, now, by, message, "handed over a link", "person", message.person_id)
    return written


def send_again(session: Session, message: Message, now: datetime, by: Person) -> None:
    """Let a mail leave as soon as it can: one that waits, bounced or was dropped.

    Its address counts as good again. What is not true any more is not sent all the same.
    """
    _wait_for_worker(session, message, now)
    if message.state == "sent":
        raise Refused("This mail was sent already.")
    message.state, message.due_at, message.trouble = "waiting", now, ""
    message.attempts = 0
    session.execute(update(Person).where(Person.id == message.person_id).values(bounces=0))
    _record(session, now, by, message, "sent again", "message", message.id)


def drop(session: Session, message: Message, now: datetime, by: Person) -> None:
    """Keep a waiting mail from leaving."""
    _wait_for_worker(session, message, now)
    if message.state != "waiting":
        raise Refused("This mail does not wait any more.")
    message.state, message.trouble = "dropped", DROPPED_BY_STAFF
    _record(session, now, by, message, "dropped", "message", message.id)


def _wait_for_worker(session: Session, message: Message, now: datetime) -> None:
    session.refresh(message, with_for_update=True)
    if message.claimed_until is not None and message.claimed_until > now:
        raise Refused("This mail is just being sent. Look again in two minutes.")


def _record(
    session: Session,
    now: datetime,
    by: Person,
    message: Message,
    act: str,
    subject: str,
    subject_id: int | None,
) -> None:
    foundation = session.get_one(Foundation, message.foundation_id)
    record(session, now, by, foundation, act, subject, subject_id)
