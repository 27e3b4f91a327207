"""Undo of what staff did to shifts and to who is on them: back to exactly what was."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Person, Shift, SignUp
from models.base import Base
from models.staffing import HOLDING
from outreach.accounts.audit import record
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules.breaches import is_double_booked
from outreach.staffing.signups import locks, waiting_list
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.snapshots import load_unchanged, restore
from outreach.staffing.signups.states import let_go

UNDONE = "undid"
LETTERS = {"taken": "placed", "waiting": "waiting", "removed": "removed", "offered": "offered"}
"""What somebody is told whom Undo brings back to this state."""
HEARD = frozenset({"starts_at", "ends_at", "cancelled_at"})
"""Columns of a shift that calendars hear of."""

Grounds = dict[int, LockedShift]


def undo(
    session: Session, entry: AuditEntry, by: Person, now: datetime, real: datetime
) -> list[int]:
    """Restore what an act changed; return the people who stay off.

    Refused where something of it changed since, or the place went to somebody else. Who was on
    the shift and has another one at that time by now stays off. Pressed twice it is done once.
    """
    detail = entry.detail
    grounds = locks.lock(session, detail["shifts"], _people(detail), with_queues=True)
    if _was_undone(session, entry):
        return []
    rows = load_unchanged(session, detail["changes"])
    pairs = [(row, change["before"]) for row, change in zip(rows, detail["changes"], strict=True)]
    moved = _restore_shifts(session, pairs)
    stay_off = _restore_rows(session, grounds, pairs, now)
    _refuse_filled(session, grounds, detail["held"])
    _refuse_clashes(session, grounds, moved)
    _tell(session, grounds, pairs, moved, now)
    for ground in grounds.values():
        waiting_list.settle(session, ground, now)
    foundation = next(iter(grounds.values())).foundation
    more = {"entry": entry.id, "act": entry.act, "stay_off": stay_off}
    record(session, real, by, foundation, UNDONE, entry.subject, entry.subject_id, more)
    return stay_off


Pairs = list[tuple[Base, dict[str, Any] | None]]


def _people(detail: dict[str, Any]) -> set[int]:
    """Return whom the act moved, to lock them."""
    return set(detail["people"])


def _restore_shifts(session: Session, pairs: Pairs) -> set[int]:
    """Restore shifts; return those that calendars must hear of."""
    moved = set()
    for row, before in pairs:
        if isinstance(row, Shift) and before is not None:
            restore(row, before)
            if before.keys() & HEARD:
                row.sequence += 1
                moved.add(row.id)
    session.flush()
    return moved


def _restore_rows(session: Session, grounds: Grounds, pairs: Pairs, now: datetime) -> list[int]:
    """Restore the rest, first who leaves a place and then who comes back to one."""
    stay_off = []
    for row, before in sorted(pairs, key=_comes_back):
        if isinstance(row, SignUp) and before is None:
            let_go(session, row, "removed", now)
        elif isinstance(row, SignUp) and _is_busy(session, grounds, row, before):
            stay_off.append(row.person_id)
        elif not isinstance(row, Shift) and before is not None:
            if isinstance(row, SignUp) and row.state == "taken" and "state" in before:
                let_go(session, row, "removed", now)  # with what hangs on it since
            restore(row, before)
        session.flush()
    return stay_off


def _comes_back(pair: tuple[Base, dict[str, Any] | None]) -> bool:
    return pair[1] is not None and pair[1].get("state") in HOLDING


def _is_busy(
    session: Session, grounds: Grounds, row: SignUp, before: dict[str, Any] | None
) -> bool:
    """Tell whether somebody who would be on the shift again is somewhere else by now."""
    if before is None or before.get("state") not in HOLDING or row.state in HOLDING:
        return False
    ground = grounds[row.shift_id]
    commitments = commitments_near(session, [row.person_id], [ground.slot])
    return is_double_booked(ground.slot, commitments[row.person_id], ground.rules)


def _refuse_filled(session: Session, grounds: Grounds, held_then: dict[str, int]) -> None:
    for key, ground in grounds.items():
        most = max(ground.shift.max_people, held_then.get(str(key), 0))
        if locks.held(session, ground.shift) > most:
            raise Refused(f"{ground.label} was filled meanwhile; it stays as it is.")


def _refuse_clashes(session: Session, grounds: Grounds, moved: Iterable[int]) -> None:
    for key in sorted(moved):
        refuse_clashes(session, grounds[key])


def refuse_clashes(session: Session, ground: LockedShift) -> None:
    """Refuse where somebody on the shift would be in two places at once."""
    people = [one.person_id for one in locks.crowd(session, ground.shift).holding]
    commitments = commitments_near(session, people, [ground.slot])
    for person_id, theirs in commitments.items():
        if is_double_booked(ground.slot, theirs, ground.rules):
            name = session.get_one(Person, person_id).first_name
            raise Refused(f"{name} is somewhere else then: take them off {ground.label} first.")


def _tell(session: Session, grounds: Grounds, pairs: Pairs, moved: set[int], now: datetime) -> None:
    told = set()
    for row, before in pairs:
        if isinstance(row, SignUp) and (before is None or "state" in before):
            told.add(row.id)
            if row.state in LETTERS:
                _tell_one(session, grounds[row.shift_id], row, LETTERS[row.state], now)
    for key in sorted(moved):
        for row in locks.crowd(session, grounds[key].shift).holding:
            if row.id not in told:
                _tell_one(session, grounds[key], row, "changed", now)


def _tell_one(session: Session, ground: LockedShift, row: SignUp, kind: str, now: datetime) -> None:
    if now < ground.shift.ends_at:
        person = session.get_one(Person, row.person_id)
        notices.tell_of_place(session, now, kind, person, ground, row)


def _was_undone(session: Session, entry: AuditEntry) -> bool:
    later = session.scalars(
        select(AuditEntry).where(
            AuditEntry.subject == entry.subject,
            AuditEntry.subject_id == entry.subject_id,
            AuditEntry.act == UNDONE,
            AuditEntry.id > entry.id,
        )
    )
    return any(one.detail.get("entry") == entry.id for one in later)
