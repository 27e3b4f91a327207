"""Rows that join a talk or a proposal with people and segments."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Person, ProposalSpeaker, Segment, TalkSegment, TalkSpeaker

Link = type[TalkSpeaker] | type[TalkSegment] | type[ProposalSpeaker]


def join(
    session: Session,
    link: Link,
    mine: dict[str, int],
    other: type[Person] | type[Segment],
    wanted: Iterable[int],
    foundation_id: int,
) -> None:
    """Let one row be joined with these others and no more, as far as they are the foundation's."""
    columns: Any = link.__table__.c
    ((owner, number),) = mine.items()
    theirs = f"{other.__tablename__}_id"
    ours = select(other.id).where(other.foundation_id == foundation_id, other.id.in_(list(wanted)))
    kept = set(session.scalars(ours))
    here = columns[owner] == number
    stood = set(session.scalars(select(columns[theirs]).where(here)))
    if lost := stood - kept:
        session.execute(delete(link).where(here, columns[theirs].in_(lost)))
    session.add_all(link(**{owner: number, theirs: one}) for one in sorted(kept - stood))
    session.flush()
