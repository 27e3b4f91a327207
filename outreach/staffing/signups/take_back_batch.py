"""Batches of shifts that were drawn or pasted together: listed, and taken back as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import AuditEntry, Booth, Cover, Event, Foundation, Person, Shift, SignUp
from models.staffing import IS_LIVING
from outreach.accounts.audit import record
from outreach.refusal import Refused
from outreach.staffing.signups import change_shift, locks, undo
from outreach.staffing.signups.draw_batch import DREW

TOOK_BACK = "took back shifts"


@dataclass(frozen=True, slots=True)
class DrawnBatch:
    """Shifts that were drawn together, as far as they stand."""

    key: str
    drawn_at: datetime
    shifts: int
    people: int
    """How many are on them or wait for them, and hear of it when they go."""
    first: datetime
    last: datetime
    entry: AuditEntry | None = None
    """The line of the audit that tells who drew them; None where nobody did by hand."""


def list_batches(session: Session, booth: Booth) -> list[DrawnBatch]:
    """Return the batches of a booth that have shifts, the newest first."""
    rows = session.execute(
        select(
            Shift.batch,
            func.min(Shift.created_at),
            func.count(),
            func.min(Shift.starts_at),
            func.max(Shift.ends_at),
        )
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), Shift.batch.is_not(None))
        .group_by(Shift.batch)
    ).all()
    counted = session.execute(
        select(Shift.batch, func.count(SignUp.person_id.distinct()))
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None))
        .where(IS_LIVING)
        .group_by(Shift.batch)
    )
    people = {row[0]: row[1] for row in counted}
    entries = {entry.detail["batch"]: entry for entry in _entries(session, booth)}
    found = [
        DrawnBatch(key or "", at, count, people.get(key, 0), first, last, entries.get(key))
        for key, at, count, first, last in rows
    ]
    return sorted(found, key=lambda batch: (batch.drawn_at, batch.key), reverse=True)


def find_drawing(session: Session, booth: Booth, entry_id: int) -> AuditEntry | None:
    """Return the line about shifts that were drawn at this booth."""
    return next((one for one in _entries(session, booth) if one.id == entry_id), None)


def told_by_undo(session: Session, booth: Booth, batch: str) -> int:
    """Return how many people are on the batch's shifts or wait for them."""
    count = (
        select(func.count(SignUp.person_id.distinct()))
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(Shift.booth_id == booth.id, Shift.batch == batch, Shift.cancelled_at.is_(None))
        .where(IS_LIVING)
    )
    return session.scalar(count) or 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking back came to: shifts gone, people told, and acts that had to stay."""

    shifts: int
    people: int
    stayed: int


def undo_drawing(
    session: Session,
    event: Event,
    booth: Booth,
    entry: AuditEntry,
    by: Person,
    now: datetime,
    real: datetime,
) -> TakenBack:
    """Take a drawing back: its shifts go, those it moved or removed are as before.

    Shifts on which somebody stands are cancelled and the people told; the others are forgotten.
    What was changed again since stays as it is. Pressed twice it is done once.
    """
    detail = entry.detail
    taken = _take_back(session, event, booth, detail["batch"], by, now, real)
    if entry.id in _undone(session, booth):
        return taken
    for row in detail["deleted"]:
        session.add(_again(row))
    session.flush()
    acts = session.scalars(select(AuditEntry).where(AuditEntry.id.in_(detail["acts"])))
    stayed = sum(_stays(session, act, by, now, real) for act in acts)
    before, after = detail["before"], detail["after"]
    for column in before:
        if getattr(booth, column) == after[column]:
            setattr(booth, column, before[column])
    _note(session, event, booth, by, real, {"of": entry.id, "batch": detail["batch"]})
    return TakenBack(taken.shifts, taken.people, stayed)


def undo_batch(
    session: Session,
    event: Event,
    booth: Booth,
    batch: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> TakenBack:
    """Take back shifts that were made together, with all that their drawing did besides.

    Raise Gone where the booth has no such batch.
    """
    entries = (one for one in _entries(session, booth) if one.detail["batch"] == batch)
    entry = next(entries, None)
    if entry is not None:
        return undo_drawing(session, event, booth, entry, by, now, real)
    taken = _take_back(session, event, booth, batch, by, now, real)
    if not taken.shifts:
        raise locks.Gone
    _note(session, event, booth, by, real, {"batch": batch})
    return taken


def _take_back(
    session: Session,
    event: Event,
    booth: Booth,
    batch: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> TakenBack:
    """Remove the shifts of a batch; who is on them is told."""
    ours = select(Shift).where(
        Shift.booth_id == booth.id, Shift.batch == batch, Shift.cancelled_at.is_(None)
    )
    ids = list(session.scalars(ours.with_only_columns(Shift.id)))
    people = select(SignUp.person_id).where(SignUp.shift_id.in_(ids), IS_LIVING)
    locks.lock(session, ids, session.scalars(people), with_queues=True)
    told = told_by_undo(session, booth, batch)
    used = set(session.scalars(select(SignUp.shift_id).where(SignUp.shift_id.in_(ids))))
    used |= set(session.scalars(select(Cover.shift_id).where(Cover.shift_id.in_(ids))))
    standing = session.scalars(ours.where(Shift.id.in_(used))).all()
    if standing:
        change_shift.cancel_shifts(session, standing, by, now, real)
    session.execute(delete(Shift).where(Shift.id.in_(set(ids) - used)))
    return TakenBack(len(ids), told, 0)


def _stays(session: Session, act: AuditEntry, by: Person, now: datetime, real: datetime) -> bool:
    """Undo one act of a drawing; tell whether it has to stay because of what came after."""
    try:
        with session.begin_nested():
            undo.undo(session, act, by, now, real)
    except Refused:
        return True
    return False


def _again(row: dict[str, Any]) -> Shift:
    """Make a forgotten shift again, under its old number."""
    times = {"starts_at", "ends_at", "cancelled_at", "created_at"}
    return Shift(
        **{
            name: datetime.fromisoformat(value) if name in times and value else value
            for name, value in row.items()
        }
    )


def _entries(session: Session, booth: Booth) -> Sequence[AuditEntry]:
    ours = select(AuditEntry).where(
        AuditEntry.subject == "booth", AuditEntry.subject_id == booth.id, AuditEntry.act == DREW
    )
    return session.scalars(ours.order_by(AuditEntry.id.desc())).all()


def _undone(session: Session, booth: Booth) -> set[int]:
    lines = session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.subject == "booth",
            AuditEntry.subject_id == booth.id,
            AuditEntry.act == TOOK_BACK,
        )
    )
    return {detail["of"] for detail in lines if "of" in detail}


def _note(
    session: Session, event: Event, booth: Booth, by: Person, real: datetime, detail: dict[str, Any]
) -> None:
    session.flush()
    foundation = session.get_one(Foundation, event.foundation_id)
    record(session, real, by, foundation, TOOK_BACK, "booth", booth.id, detail)
