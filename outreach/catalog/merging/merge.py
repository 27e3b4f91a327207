"""Merges two events that are one, on a person's word, and keeps enough to take it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from models import Base, Decision, DuplicateOffer, Event, Foundation, Person
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back_touched
from outreach.accounts.rows import DERIVED, Reference, references_to
from outreach.catalog.merging.references import (
    event_table,
    find_counterpart,
    may_stand_in_the_way,
    where_key,
)
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
    with history.act(session, now, person, foundation, MERGED, kept) as act:
        act.detail["name"] = other.name
        moving = _Moving(act, session, kept.id, other.id)
        _fill(kept, other)
        session.flush()
        moving.demote_decision()
        for reference in references_to(event_table()):
            moving.move(reference)
        session.execute(delete(Event).where(Event.id == other.id))
    _forget_loaded(session)
    return act.entry


def _put_back(taking: TakingBack) -> None:
    """Bring the other event back with what was its own, as far as that is still there."""
    if taking.session.get(Event, taking.entry.subject_id) is None:
        raise Refused("The merged event is gone, so the other one cannot be taken out of it.")
    put_back_touched(taking)
    _forget_loaded(taking.session)
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


class _Moving:
    """Moves what points to one event over to another."""

    def __init__(self, act: history.Act, session: Session, kept_id: int, other_id: int) -> None:
        self.act = act
        self.session = session
        self.kept_id = kept_id
        self.other_id = other_id

    def demote_decision(self) -> None:
        """Let the kept event's decision stand; the other's becomes history beside it."""
        current = select(Decision.id).where(Decision.is_current)
        if self.session.scalar(current.where(Decision.event_id == self.kept_id)) is None:
            return
        self.session.execute(
            update(Decision)
            .where(Decision.is_current, Decision.event_id == self.other_id)
            .values(is_current=False)
            .execution_options(synchronize_session=False)
        )

    def move(self, reference: Reference) -> None:
        """Move the rows of one table; where the kept event has its own, that one stays."""
        self._move(reference, self.other_id, self.kept_id)

    def _move(self, reference: Reference, gone: int, target: int) -> None:
        table, column = reference
        if table.name in DERIVED:
            return
        theirs = column == gone
        if not may_stand_in_the_way(reference):  # all at once: others wait for it meanwhile
            self.session.execute(update(table).where(theirs).values({column.name: target}))
            return
        rows = self.session.execute(select(table).where(theirs)).all()
        for row in (dict(one._mapping) for one in rows):
            stays = find_counterpart(self.session, reference, row, target)
            if stays is not None:
                self._hand_over(table, row, stays)
            elif not self._is_this_offer(table, row):
                self._point(table, row, column.name, target)

    def _is_this_offer(self, table: Table, row: dict[str, Any]) -> bool:
        pair = {row.get("kept_id"), row.get("other_id")}
        return table.name == DuplicateOffer.__tablename__ and pair == {self.kept_id, self.other_id}

    def _hand_over(self, table: Table, row: dict[str, Any], stays: dict[str, Any]) -> None:
        """Move what hangs on a row that goes to the one that stays."""
        if "id" not in table.c:
            return
        for reference in references_to(table):
            self._move(reference, row["id"], stays["id"])

    def _point(self, table: Table, row: dict[str, Any], column: str, target: int) -> None:
        """Let a row point elsewhere; where that changes its key, the act is told."""
        key = {one.name: row[one.name] for one in table.primary_key}
        if column in key:
            self.act.watch.expect(table, tuple((key | {column: target}).values()))
        self.session.execute(update(table).where(where_key(table, key)).values({column: target}))


def _forget_loaded(session: Session) -> None:
    """Let rows that point to events be read again: they were moved behind the session's back."""
    moved = {table.name for table, _column in references_to(event_table())} | {"event"}
    for row in list(session):
        if isinstance(row, Base) and row.__tablename__ in moved:
            session.expire(row)
