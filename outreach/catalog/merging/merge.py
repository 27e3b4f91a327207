"""Merges two events that are one, on a person's word, and keeps enough to take it back."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from models import Decision, DuplicateOffer, Event, Feed, Foundation, Person
from outreach.accounts import history
from outreach.accounts.moving import Moving, forget_loaded
from outreach.accounts.putting_back import TakingBack, put_back_touched
from outreach.accounts.rows import Values, references_to, table_of
from outreach.catalog.places.event_place import PLACE_COLUMNS, Columns
from outreach.locking import wait_for_others
from outreach.refusal import Refused

MERGED = "merged"
"""What the history calls it."""
KEPT_APART = "kept apart"
FILLED_COLUMNS = (
    "series_id", "url", "is_online", "topics", "languages", "coc_url",
    "organiser", "organiser_contact", "manual_url",
    "programme", "goal", "booth_cost", "expected_conversations",
)  # fmt: skip


def merge_duplicate(
    session: Session, offer: DuplicateOffer, keep_id: int, now: datetime, person: Person | None
) -> history.Entry:
    """Merge the two events of an offer into the one to keep, and flush.

    What is unknown of the kept event is filled from the other; sources, gatherings,
    decisions, team and whatever else points to the other move over; the other one goes.
    """
    wait_for_others(session, offer.foundation_id)
    if session.get(DuplicateOffer, offer.id, populate_existing=True) is None:
        raise Refused("Somebody else has answered this already.")
    pair = {offer.kept_id, offer.other_id}
    if keep_id not in pair:
        raise Refused("Choose which of the two events stays.")
    (other_id,) = pair - {keep_id}
    kept, other = session.get_one(Event, keep_id), session.get_one(Event, other_id)
    foundation = session.get(Foundation, kept.foundation_id)
    # Of feeds no act tells, for their secrets; here nothing but their event changes.
    told = frozenset([Feed.__tablename__])
    with history.act(session, now, person, foundation, MERGED, kept, told) as act:
        act.detail["name"] = other.name
        moving = Moving(act, session, kept.id, other.id)
        _fill(kept, other)
        session.flush()
        _demote_decision(session, kept.id, other.id)
        for reference in references_to(table_of("event")):
            moving.move(reference, _is_offer_of(pair))
        session.execute(delete(Event).where(Event.id == other.id))
    forget_loaded(session, table_of("event"))
    return act.entry


def _put_back(taking: TakingBack) -> None:
    """Bring the other event back with what was its own, as far as that is still there."""
    if taking.session.get(Event, taking.entry.subject_id) is None:
        raise Refused("The merged event is gone, so the other one cannot be taken out of it.")
    put_back_touched(taking)
    forget_loaded(taking.session, table_of("event"))
    taking.said = "they are two events again"


history.teach(history.Way(_put_back, again=False), "event", MERGED)


def dismiss_offer(
    session: Session, offer: DuplicateOffer, now: datetime, person: Person | None
) -> history.Entry:
    """Keep both events; the offer does not come back by itself."""
    foundation = session.get(Foundation, offer.foundation_id)
    with history.act(session, now, person, foundation, KEPT_APART, offer) as act:
        act.concerns(session.get_one(Event, offer.kept_id), session.get_one(Event, offer.other_id))
        offer.dismissed_at = now
    return act.entry


def _fill(kept: Event, other: Event) -> None:
    """Fill what is unknown of the kept event."""
    wanted: Columns = {
        column: getattr(other, column)
        for column in FILLED_COLUMNS
        if getattr(kept, column) in (None, "", []) and getattr(other, column) not in (None, "", [])
    }
    if kept.latitude is None and (other.latitude is not None or not kept.city):
        wanted |= {column: getattr(other, column) for column in PLACE_COLUMNS}
    if other.note and other.note not in kept.note:
        wanted["note"] = " · ".join(note for note in (kept.note, other.note) if note)
    for column, value in wanted.items():
        if getattr(kept, column) != value:
            setattr(kept, column, value)


def _demote_decision(session: Session, kept_id: int, other_id: int) -> None:
    """Let the kept event's decision stand; the other's becomes history beside it."""
    current = select(Decision.id).where(Decision.is_current)
    if session.scalar(current.where(Decision.event_id == kept_id)) is None:
        return
    session.execute(
        update(Decision)
        .where(Decision.is_current, Decision.event_id == other_id)
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )


def _is_offer_of(pair: set[int]) -> Callable[[Table, Values], bool]:
    """Return what finds the offer that is answered: it goes with the event that goes."""

    def is_offer(table: Table, row: Values) -> bool:
        named = {row.get("kept_id"), row.get("other_id")}
        return table.name == DuplicateOffer.__tablename__ and named == pair

    return is_offer
