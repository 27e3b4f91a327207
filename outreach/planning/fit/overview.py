"""The segments side by side, each with the coming events that fit it best."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, literal, select, union_all
from sqlalchemy.orm import Session

from models import Decision, Event, Match, Segment
from outreach.calendars.clock import say_count

SHOWN = 3


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """A coming event of a segment, by its stored match."""

    id: int
    name: str
    city: str | None
    starts: date
    score: int | None
    known: int
    sentence: str
    state: str


def first_events(
    session: Session, segment_ids: Sequence[int], today: date
) -> dict[int, list[ComingEvent]]:
    """Return the SHOWN best coming events of each segment, best first."""
    wanted = union_all(*(_nth(place, segment_ids, today) for place in range(SHOWN))).subquery()
    rows = session.execute(
        select(
            wanted.c.segment_id,
            Event.id,
            Event.name,
            Event.city,
            Event.starts_on,
            Match.score,
            Match.known,
            Match.sentence,
            Decision.state,
        )
        .join(Event, Event.id == wanted.c.event_id)
        .join(
            Match,
            and_(Match.event_id == wanted.c.event_id, Match.segment_id == wanted.c.segment_id),
        )
        .outerjoin(Event.decision)
        .order_by(wanted.c.segment_id, wanted.c.place)
    )
    found: dict[int, list[ComingEvent]] = defaultdict(list)
    for row in rows:
        found[row.segment_id].append(
            ComingEvent(
                row.id,
                row.name,
                row.city,
                row.starts_on,
                row.score,
                row.known,
                row.sentence,
                row.state or "idea",
            )
        )
    return found


def _nth(place: int, segment_ids: Sequence[int], today: date) -> Select[*tuple[Any, ...]]:
    """Select the coming event at one place, from 0, of each segment's order.

    A few short walks along an index are cheaper than ordering every match of every segment.
    """
    nth = (
        select(Match.event_id)
        .join(Event, Event.id == Match.event_id)
        .where(Match.segment_id == Segment.id, Event.ends_on >= today)
        .order_by(Match.rank.desc(), Match.event_id)
        .limit(1)
        .offset(place)
        .correlate(Segment)
        .scalar_subquery()
    )
    return select(
        Segment.id.label("segment_id"), nth.label("event_id"), literal(place).label("place")
    ).where(Segment.id.in_(segment_ids))


def say_segments(count: int) -> str:
    """Say what the overview lists."""
    return say_count(
        "%(Number)s segment, each with the coming events that fit it best and the"
        " strongest reason.",
        "%(Number)s segments, each with the coming events that fit it best and the"
        " strongest reason.",
        count,
    )
