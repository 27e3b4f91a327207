"""Removes the example foundation in one click, and opens it with another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.example.load import load_example
from outreach.refusal import Refused


def find_example(session: Session) -> Foundation | None:
    """Return the example foundation, removed or not, if it was ever loaded."""
    return session.scalar(select(Foundation).where(Foundation.is_example))


def remove_example(
    session: Session, foundation: Foundation, person: Person, real: datetime
) -> history.Entry:
    """Put the example out of sight; its rows stay until they are cleaned up."""
    if not foundation.is_example:
        raise Refused("Only the example can be removed.")
    with history.act(session, real, person, foundation, "removed", foundation) as act:
        foundation.removed_at = real
    return act.entry


def open_example(session: Session, person: Person, real: datetime) -> Foundation:
    """Let the example be looked at: load it where it was never loaded."""
    foundation = find_example(session)
    if foundation is None:
        foundation = load_example(session, real)
    foundation.removed_at = None
    record(session, real, person, foundation, "opened", "foundation", foundation.id, {})
    return foundation
