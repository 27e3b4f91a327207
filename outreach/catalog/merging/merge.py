"""Merges two events that are one, on a person's word, and keeps enough to take it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from models import AuditEntry, Base, Decision, DuplicateOffer, Event, Foundation, Person
from outreach.accounts.audit import record
from outreach.catalog.importing.stored_json import row_from_json, row_to_json, to_json
from outreach.catalog.importing.undo import record_undo, refuse_second_undo
from outreach.catalog.merging.references import (
    DERIVED_TABLES,
    Reference,
    event_table,
    find_counterpart,
    key_of,
    references_to,
    where_key,
)
from outreach.catalog.places.event_place import PLACE_COLUMNS, Columns
from outreach.locking import wait_for_others
from outreach.refusal import Refused

MERGED = "merged"
"""The act in the audit that a merge can be undone by."""
FILLED_COLUMNS = (
    "series_id", "url", "is_online", "topics", "languages", "cfp_url", "cfp_closes_on", "coc_url",
    "programme", "goal", "booth_cost", "expected_conversations",
)  # fmt: skip


def merge_duplicate(
    session: Session, offer: DuplicateOffer, keep_id: int, now: datetime, person: Person | None
) -> AuditEntry:
    """Merge the two events of an offer into the one to keep, and flush.

    What is unknown of the kept event is filled from the other; sources, gatherings,
    decisions, team and whatever else points to the other move over; the other one goes.
    The answer is the audit entry by which the merge can be undone.
    """
    wait_for_others(session, offer.foundation_id)
    if session.get(DuplicateOffer, offer.id, populate_existing=True) is None:
        raise Refused("Somebody else has answered this already.")
    pair = {offer.kept_id, offer.other_id}
    if keep_id not in pair:
        raise Refused("Choose which of the two events stays.")
    (other_id,) = pair - {keep_id}
    kept, other = session.get_one(Event, keep_id), session.get_one(Event, other_id)
    moving = _Moving(session, kept.id, other.id)
    filled = _fill(kept, other)
    session.flush()
    moving.demote_decision()
    for reference in references_to(event_table()):
        moving.move(reference)
    row = session.execute(select(event_table()).where(event_table().c.id == other.id)).one()
    session.execute(delete(Event).where(Event.id == other.id))
    detail = {
        "other": row_to_json(dict(row._mapping)),
        "filled": filled,
        "moved": moving.moved,
        "dropped": moving.dropped,
        "demoted": moving.demoted,
    }
    foundation = session.get(Foundation, kept.foundation_id)
    entry = record(session, now, person, foundation, MERGED, "event", kept.id, detail)
    _forget_loaded(session)
    return entry


def dismiss_offer(session: Session, offer: DuplicateOffer, now: datetime) -> None:
    """Keep both events; the offer does not come back."""
    offer.dismissed_at = now
    session.flush()


def reopen_offer(session: Session, offer: DuplicateOffer) -> None:
    """Take a dismissal back."""
    offer.dismissed_at = None
    session.flush()


def undo_merge(session: Session, entry: AuditEntry, now: datetime, person: Person | None) -> int:
    """Bring the other event back with what was its own, as far as that is still there; flush.

    Returns its id, the old one unless a later row has it by now.
    """
    refuse_second_undo(session, entry, MERGED)
    kept = session.get(Event, entry.subject_id)
    if kept is None or kept.foundation_id != entry.foundation_id:
        raise Refused("The merged event is gone, so the other one cannot be taken out of it.")
    detail = entry.detail
    other_id = _insert_again(session, event_table(), detail["other"])
    new_ids = {("event", detail["other"]["id"]): other_id}
    for dropped in detail["dropped"]:
        _bring_back(session, dropped, new_ids)
    for moved in reversed(detail["moved"]):
        _move_back(session, moved, kept.id, new_ids)
    session.execute(
        update(Decision)
        .where(Decision.id.in_(detail["demoted"]), Decision.event_id == other_id)
        .values(is_current=True)
        .execution_options(synchronize_session=False)
    )
    for column, change in detail["filled"].items():
        if to_json(getattr(kept, column)) == change["after"]:
            setattr(kept, column, row_from_json(event_table(), {column: change["before"]})[column])
    record_undo(session, entry, now, person)
    _forget_loaded(session)
    return other_id


def _fill(kept: Event, other: Event) -> dict[str, Any]:
    """Fill what is unknown of the kept event, and note each change as JSON."""
    wanted: Columns = {
        column: getattr(other, column)
        for column in FILLED_COLUMNS
        if getattr(kept, column) in (None, "", []) and getattr(other, column) not in (None, "", [])
    }
    if kept.latitude is None and (other.latitude is not None or not kept.city):
        wanted |= {column: getattr(other, column) for column in PLACE_COLUMNS}
    if other.note and other.note not in kept.note:
        wanted["note"] = " · ".join(note for note in (kept.note, other.note) if note)
    filled = {}
    for column, value in wanted.items():
        before = getattr(kept, column)
        if before != value:
            filled[column] = {"before": to_json(before), "after": to_json(value)}
            setattr(kept, column, value)
    return filled


class _Moving:
    """Moves what points to one event over to another, and notes how to move it back."""

    def __init__(self, session: Session, kept_id: int, other_id: int) -> None:
        self.session = session
        self.kept_id = kept_id
        self.other_id = other_id
        self.moved: list[dict[str, Any]] = []
        self.dropped: list[dict[str, Any]] = []
        self.demoted: list[int] = []

    def demote_decision(self) -> None:
        """Let the kept event's decision stand; the other's becomes history beside it."""
        current = select(Decision.id).where(Decision.is_current)
        if self.session.scalar(current.where(Decision.event_id == self.kept_id)) is None:
            return
        ids = list(self.session.scalars(current.where(Decision.event_id == self.other_id)))
        self.demoted = ids
        self.session.execute(
            update(Decision)
            .where(Decision.id.in_(ids))
            .values(is_current=False)
            .execution_options(synchronize_session=False)
        )

    def move(self, reference: Reference) -> None:
        """Move the rows of one table; where the kept event has its own, that one stays."""
        table, column = reference
        if table.name in DERIVED_TABLES:
            return
        rows = self.session.execute(select(table).where(column == self.other_id)).all()
        for row in (dict(one._mapping) for one in rows):
            stays = find_counterpart(self.session, reference, row, self.kept_id)
            if stays is not None or self._is_this_offer(table, row):
                self._drop(table, row, stays)
            else:
                self._point(table, key_of(table, row), column.name, self.kept_id)

    def _is_this_offer(self, table: Table, row: dict[str, Any]) -> bool:
        pair = {row.get("kept_id"), row.get("other_id")}
        return table.name == DuplicateOffer.__tablename__ and pair == {self.kept_id, self.other_id}

    def _drop(self, table: Table, row: dict[str, Any], stays: dict[str, Any] | None) -> None:
        """Note a row that goes; what hangs on it moves to the one that stays."""
        noted = {"table": table.name, "row": row_to_json(row)}
        if noted in self.dropped:
            return
        self.dropped.append(noted)
        if stays is None or "id" not in table.c:
            return
        for child, column in references_to(table):
            found = self.session.execute(select(child).where(column == row["id"])).all()
            for one in found:
                self._point(child, key_of(child, dict(one._mapping)), column.name, stays["id"])

    def _point(self, table: Table, key: dict[str, Any], column: str, target: int) -> None:
        """Let a row point elsewhere; its key is noted as it is afterwards."""
        before = self.session.execute(
            select(table.c[column]).where(where_key(table, key))
        ).scalar_one()
        self.session.execute(update(table).where(where_key(table, key)).values({column: target}))
        after = key | {column: target} if column in key else key
        self.moved.append(
            {"table": table.name, "column": column, "key": row_to_json(after), "before": before}
        )


def _insert_again(session: Session, table: Table, noted: dict[str, Any]) -> int:
    """Insert a noted row, under its old id where that is free, and return its id."""
    row = row_from_json(table, noted)
    taken = session.execute(select(table.c.id).where(table.c.id == row["id"])).first()
    if taken:
        del row["id"]
    statement = insert(table).values(row).returning(table.c.id)
    return int(session.execute(statement).scalar_one())


def _bring_back(
    session: Session, dropped: dict[str, Any], new_ids: dict[tuple[str, int], int]
) -> None:
    table = Base.metadata.tables[dropped["table"]]
    row = dict(dropped["row"])
    for column in table.columns:
        for key in column.foreign_keys:
            known = (key.column.table.name, row.get(column.name))
            row[column.name] = new_ids.get(known, row.get(column.name))  # type: ignore[arg-type]
    if "id" in table.c:
        new_ids[table.name, row["id"]] = _insert_again(session, table, row)
    else:
        session.execute(insert(table).values(row_from_json(table, row)))


def _move_back(
    session: Session,
    moved: dict[str, Any],
    kept_id: int,
    new_ids: dict[tuple[str, int], int],
) -> None:
    table = Base.metadata.tables[moved["table"]]
    (key,) = table.c[moved["column"]].foreign_keys
    target = new_ids.get((key.column.table.name, moved["before"]))
    if target is not None:
        condition = where_key(table, row_from_json(table, moved["key"]))
        session.execute(update(table).where(condition).values({moved["column"]: target}))


def _forget_loaded(session: Session) -> None:
    """Let rows that point to events be read again: they were moved behind the session's back."""
    moved = {table.name for table, _column in references_to(event_table())} | {"event"}
    for row in list(session):
        if isinstance(row, Base) and row.__tablename__ in moved:
            session.expire(row)
