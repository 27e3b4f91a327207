"""Talks that have a slot, as entries of a calendar."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Person, Proposal, ProposalSpeaker
from models.base import among
from models.events import CALLED_OFF, NOT_CALLED_OFF
from models.talks import OWED, SPEAKING
from outreach.accounts.audit import changes_of
from outreach.calendars.changes import GONE_FOR, last_of
from outreach.calendars.clock import say_list
from outreach.calendars.entries import Entry, Standing, identity
from outreach.language import gettext as _

MOST = 1000
GIVEN_UP = ("withdrawn", "cancelled")
"""States of what may have had a slot before."""


def load_entries(
    session: Session,
    foundation: Foundation,
    real: datetime,
    *only: Any,
    has_names: bool = False,
) -> list[Entry]:
    """Return an entry for each talk that has a slot; one that may still move is tentative.

    What is off stays for a while as cancelled. Who speaks is said only to who is signed in: an
    address that opens by itself names nobody.
    """
    changed = changes_of("proposal", foundation)
    speaks, lately = among(Proposal.state, SPEAKING), real - GONE_FOR
    is_told = or_(
        and_(speaks, NOT_CALLED_OFF),
        and_(speaks, Decision.recorded_at > lately),
        and_(among(Proposal.state, GIVEN_UP), changed.c.at > lately),
    )
    rows = session.execute(
        select(
            *(Proposal.id, Proposal.title, Proposal.starts_at, Proposal.ends_at, Proposal.room),
            *(Proposal.state, Proposal.is_provisional, Proposal.version, Proposal.co_speakers),
            *(Event.name, Event.city, Event.timezone, Event.created_at),
            *(Decision.state.label("decision"), Decision.recorded_at),
            *(changed.c.times, changed.c.at),
        )
        .join(Proposal.event)
        .outerjoin(Event.decision)
        .outerjoin(changed, changed.c.number == Proposal.id)
        .where(Proposal.foundation_id == foundation.id, Proposal.starts_at.is_not(None))
        .where(is_told, *only)
        .order_by(Proposal.starts_at.desc(), Proposal.id)
        .limit(MOST)
    ).all()
    names = _find_names(session, rows) if has_names else None
    return [_entry(row, foundation.calendar_scope, names) for row in rows]


def _find_names(session: Session, rows: Sequence[Any]) -> Mapping[int, list[str]]:
    """Return who speaks, by talk."""
    found = defaultdict[int, list[str]](list)
    people = session.execute(
        select(ProposalSpeaker.proposal_id, Person.name)
        .join(Person, Person.id == ProposalSpeaker.person_id)
        .where(ProposalSpeaker.proposal_id.in_([row.id for row in rows]))
        .order_by(Person.name, Person.id)
    )
    for number, name in people:
        found[number].append(name)
    return found


def _entry(row: Any, scope: str, names: Mapping[int, list[str]] | None) -> Entry:
    named = {"talk": row.title, "event": row.name}
    title = f"{row.name}: {row.title}"
    if names is not None:
        speakers = [*names.get(row.id, ()), *row.co_speakers]
        who = say_list(speakers) if speakers else _("nobody named yet")
        title = _("%(who)s: “%(talk)s”, %(event)s", who=who, **named)
    return Entry(
        uid=identity(scope, "talk", row.id, 0),
        title=title,
        starts=row.starts_at,
        ends=row.ends_at,
        stamp=last_of(row.created_at, row.recorded_at, row.at),
        sequence=row.version - 1 + (row.times or 0),
        zone=row.timezone,
        place=", ".join(part for part in (row.room, row.city) if part),
        standing=_standing(row),
    )


def _standing(row: Any) -> Standing:
    if row.state in GIVEN_UP or row.decision in CALLED_OFF:
        return "cancelled"
    return "tentative" if row.is_provisional or row.state in OWED else "confirmed"
