"""What an act changed, column by column, so that Undo can restore exactly that."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from models import AuditEntry, Cover, CoverAsk, Foundation, Person, Shift, SignUp, Swap
from models.base import Base, UtcDateTime
from models.staffing import HOLDING
from outreach.accounts.audit import record
from outreach.refusal import Refused

Columns = dict[str, Any]
Snapshot = dict[tuple[str, tuple[int, ...]], Columns]
"""The rows of some shifts, by table and key."""

KINDS: dict[str, type[Base]] = {
    "shift": Shift,
    "sign_up": SignUp,
    "swap": Swap,
    "cover": Cover,
    "cover_ask": CoverAsk,
}
UNJUDGED = frozenset({"changed_at", "sequence"})
"""Columns that an act and its Undo both move on."""


def snapshot(session: Session, shift_ids: Collection[int]) -> Snapshot:
    """Return all rows of these locked shifts as they are now."""
    session.flush()
    ours = select(SignUp.id).where(SignUp.shift_id.in_(shift_ids))
    covers = select(Cover.id).where(Cover.shift_id.in_(shift_ids))
    queries = (
        select(Shift).where(Shift.id.in_(shift_ids)),
        select(SignUp).where(SignUp.shift_id.in_(shift_ids)),
        select(Swap).where(or_(Swap.mine_id.in_(ours), Swap.theirs_id.in_(ours))),
        select(Cover).where(Cover.shift_id.in_(shift_ids)),
        select(CoverAsk).where(CoverAsk.cover_id.in_(covers)),
    )
    rows: list[Base] = []
    for query in queries:
        rows += session.scalars(query.execution_options(populate_existing=True))
    return {_key(row): _columns(row) for row in rows}


def changes(before: Snapshot, after: Snapshot) -> list[dict[str, Any]]:
    """Return what differs, as plain values for the audit; a row that is new has no "before"."""
    found = []
    for key, columns in after.items():
        old = before.get(key)
        names = [name for name in columns if old is None or old[name] != columns[name]]
        if names:
            found.append(
                {
                    "table": key[0],
                    "key": list(key[1]),
                    "before": None if old is None else {name: old[name] for name in names},
                    "after": {name: columns[name] for name in names},
                }
            )
    return found


def record_act(
    session: Session,
    real: datetime,
    by: Person,
    foundation: Foundation,
    act: str,
    row: Shift | SignUp,
    before: Snapshot,
    **more: Any,
) -> AuditEntry:
    """Record an act on the shifts of a snapshot with all that `undoing.undo` needs."""
    shift_ids = [key[0] for table, key in before if table == "shift"]
    after = snapshot(session, shift_ids)
    detail = {
        "shifts": shift_ids,
        "people": people_in(before, after),
        "held": held_in(before),
        "changes": changes(before, after),
    }
    subject = row.__tablename__
    return record(session, real, by, foundation, act, subject, row.id, detail | more)


def find_last_act(session: Session, row: Shift | SignUp, act: str) -> AuditEntry | None:
    """Return the newest line about this row, if it tells of this act."""
    newest = (
        select(AuditEntry)
        .where(AuditEntry.subject == row.__tablename__, AuditEntry.subject_id == row.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    return found if found is not None and found.act == act else None


def held_in(before: Snapshot) -> dict[str, int]:
    """Return how many places of each shift were held then, by the shift's number as text."""
    holding = [
        columns["shift_id"]
        for (table, _), columns in before.items()
        if table == "sign_up" and columns["state"] in HOLDING
    ]
    return {str(shift_id): holding.count(shift_id) for shift_id in holding}


def people_in(before: Snapshot, after: Snapshot) -> list[int]:
    """Return whose sign-ups the act changed."""
    rows = {key: columns for key, columns in after.items() if key[0] == "sign_up"}
    return sorted(
        {columns["person_id"] for key, columns in rows.items() if before.get(key) != columns}
    )


def load_unchanged(session: Session, stored: Iterable[dict[str, Any]]) -> list[Base]:
    """Return the rows of an act's changes, or refuse where one of them changed since."""
    rows = []
    for change in stored:
        row = session.get(KINDS[change["table"]], tuple(change["key"]), populate_existing=True)
        if row is None or not _stands(row, change["after"]):
            raise Refused("Something changed meanwhile; it stays as it is.")
        rows.append(row)
    return rows


def restore(row: Base, before: Columns) -> None:
    """Set the columns of a row back."""
    types = inspect(type(row)).columns
    for name, value in before.items():
        if name != "sequence":
            is_time = isinstance(types[name].type, UtcDateTime)
            setattr(row, name, datetime.fromisoformat(value) if is_time and value else value)


def _stands(row: Base, after: Columns) -> bool:
    now = _columns(row)
    return all(now[name] == value for name, value in after.items() if name not in UNJUDGED)


def _key(row: Base) -> tuple[str, tuple[int, ...]]:
    return row.__tablename__, tuple(inspect(row).identity or ())


def _columns(row: Base) -> Columns:
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
