"""The segments side by side, each with the coming events that fit it best."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models import Decision, Event, Match

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """An event in a segment's short list."""

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
) -> dict[int, list[Place]]:
    """Return the SHOWN best coming events of each segment, best first."""
    order = func.row_number().over(
        partition_by=Match.segment_id, order_by=(Match.rank.desc(), Match.event_id)
    )
    ranked = (
        select(Match.segment_id, Match.event_id, order.label("place"))
        .join(Event, Event.id == Match.event_id)
        .where(Match.segment_id.in_(segment_ids), Event.ends_on >= today)
        .subquery()
    )
    rows = session.execute(
        select(
            ranked.c.segment_id,
            Event.id,
            Event.name,
            Event.city,
            Event.starts_on,
            Match.score,
            Match.known,
            Match.sentence,
            Decision.state,
        )
        .join(Event, Event.id == ranked.c.event_id)
        .join(
            Match,
            and_(Match.event_id == ranked.c.event_id, Match.segment_id == ranked.c.segment_id),
        )
        .outerjoin(Decision, and_(Decision.event_id == Event.id, Decision.is_current))
        .where(ranked.c.place <= SHOWN)
        .order_by(ranked.c.segment_id, ranked.c.place)
    )
    found: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        found[row.segment_id].append(
            Place(
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
