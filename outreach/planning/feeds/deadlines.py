"""Deadlines as entries of a calendar: whole days, on which nobody is busy because of them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation
from outreach.accounts.audit import changes_of
from outreach.calendars.entries import Entry, identity
from outreach.planning.deadlines.told import Deadline, list_deadlines

MOST = 1000


def list_due(
    session: Session, foundation: Foundation, now: datetime, link: Callable[[Deadline], str]
) -> list[Entry]:
    """Return what events wait for; each was changed when its event last was.

    What is done is left out: nobody waits for it any more.
    """
    changed = changes_of("event", foundation)
    known = {row.number: (row.times, row.at) for row in session.execute(select(changed))}
    found = []
    for one in list_deadlines(session, foundation, now, most=MOST):
        times, last = known.get(one.event_id, (0, foundation.created_at))
        found.append(
            Entry(
                uid=identity(foundation.calendar_scope, "deadline", one.source, one.number),
                title=f"{one.event}: {one.what}",
                starts=one.opens or one.by,
                ends=one.by,
                stamp=last,
                sequence=times,
                note=link(one),
                is_busy=False,
            )
        )
    return found
