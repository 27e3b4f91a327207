"""How acts on shifts and on who is on them go back: to exactly what was, and everybody hears."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Cover, Person, Shift, SignUp, Swap
from models.base import Base
from models.staffing import HOLDING
from outreach.accounts import history
from outreach.accounts.putting_back import (
    CHANGED,
    TakingBack,
    key_of_change,
    stands,
)
from outreach.accounts.rows import models, read_rows, row_from_json, table_of
from outreach.accounts.watching import Change
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import is_double_booked
from outreach.staffing.signups import locks, waiting_list
from outreach.staffing.signups.locks import LockedShift, check_happens, check_runs
from outreach.staffing.signups.states import let_go

LETTERS = {"taken": "put_back", "waiting": "waiting", "removed": "removed", "offered": "offered"}
"""What somebody is told whom the way back brings to this state."""
HEARD = frozenset({"starts_at", "ends_at", "cancelled_at"})
"""Columns of a shift that calendars hear of."""
STAY_OFF = N_("Who has another shift by now stays off.")

Grounds = dict[int, LockedShift]
Pairs = list[tuple[Base, dict[str, Any] | None]]
"""Rows as they are, each with the columns to set back; None for a row that the act made."""


def lock_shifts(taking: TakingBack, *others: int) -> None:
    """Lock the shifts of an act, who stands in their queues, and the people it moved."""
    ours = select(SignUp.shift_id, SignUp.person_id).where(SignUp.id.in_(taking.keys("sign_up")))
    moved = taking.session.execute(ours).all()
    shifts = {*others, *taking.keys("shift"), *(row.shift_id for row in moved)}
    people = {row.person_id for row in moved}
    taking.locked = locks.lock(taking.session, shifts, people, with_queues=True)


def lock_running(taking: TakingBack, *others: int) -> None:
    """Lock shifts as `lock_shifts` does; what a volunteer did goes back while they last."""
    lock_shifts(taking, *others)
    for ground in taking.locked.values():
        check_runs(ground, taking.now)


def put_back_shifts(taking: TakingBack) -> None:
    """Set shifts and places back; refused where one changed since or went to somebody else.

    Who was on the shift and has another one at that time by now stays off.
    """
    if len(find_standing(taking)) < len(taking.changes):
        raise Refused(CHANGED)
    put_back_standing(taking, taking.changes)
    shift = taking.locked.get(taking.entry.subject_id)
    if taking.entry.subject == Shift.__tablename__ and shift is not None:
        taking.said = _("%(shift)s is as before", shift=shift.label)


def find_standing(taking: TakingBack) -> list[Change]:
    """Return the changes of an act whose rows are as the act left them."""
    taking.session.flush()
    now = read_rows(taking.session, map(key_of_change, taking.changes))
    return [one for one in taking.changes if stands(one, now, taking.entry)]


def put_back_standing(taking: TakingBack, changes: Sequence[Change]) -> None:
    """Set these rows back, tell whom it moves, and let the queues follow."""
    session, grounds, now = taking.session, taking.locked, taking.now
    pairs = [_load(session, change) for change in changes]
    moved, elsewhere = _put_back_times(session, pairs, now)
    if _put_back_places(session, grounds, pairs, now):
        taking.remarks.append(str(STAY_OFF))
    for row, _before in pairs:
        _refuse_or_void(session, grounds, row, now)
    refuse_filled(session, grounds, taking.entry.detail.get("held", {}))
    _refuse_clashes(session, grounds, moved)
    _tell(taking, pairs, moved, elsewhere)
    for ground in grounds.values():
        waiting_list.settle(session, ground, now)


def _load(session: Session, change: Change) -> tuple[Base, dict[str, Any] | None]:
    """Read a row anew, with what it is to be set back to."""
    model = models()[change["table"]]
    row = session.get_one(model, tuple(change["key"]), populate_existing=True)
    before = change["before"]
    return row, None if before is None else row_from_json(table_of(change["table"]), before)


def _set(row: Base, before: Mapping[str, Any]) -> None:
    """Set the columns of a row back."""
    for name, value in before.items():
        if name != "sequence":
            setattr(row, name, value)


def _put_back_times(session: Session, pairs: Pairs, now: datetime) -> tuple[set[int], set[int]]:
    """Restore shifts; return those whose people hear of other times, and of another place."""
    moved, elsewhere = set(), {}
    for row, before in pairs:
        if isinstance(row, Shift) and before is not None:
            place = row.own_place
            _set(row, before)
            if before.keys() & HEARD:
                row.note_change(now)
                moved.add(row.id)
            elif "own_kind_id" in before:
                row.note_change(now)
                elsewhere[row.id] = place
    session.flush()
    return moved, {key for key, place in elsewhere.items() if _place(session, key) != place}


def _place(session: Session, shift_id: int) -> str | None:
    return session.scalar(select(Shift.own_place).where(Shift.id == shift_id))


def _put_back_places(session: Session, grounds: Grounds, pairs: Pairs, now: datetime) -> list[int]:
    """Restore the rest, first who leaves a place and then who comes back to one."""
    stay_off = []
    for row, before in sorted(pairs, key=_comes_back):
        if isinstance(row, SignUp) and before is None:
            let_go(session, row, "removed", now)
        elif isinstance(row, SignUp) and _is_busy(session, grounds, row, before):
            stay_off.append(row.person_id)
        elif not isinstance(row, Shift) and before is not None:
            if isinstance(row, SignUp) and row.state == "taken" and "state" in before:
                locks.check_not_there(row)
                let_go(session, row, "removed", now)  # with what hangs on it since
            _set(row, before)
            if isinstance(row, SignUp):
                row.sequence += 1
        session.flush()
    return stay_off


def _refuse_or_void(session: Session, grounds: Grounds, row: Base, now: datetime) -> None:
    """Refuse a place on what was cancelled since; let no offer stand about a place that is gone."""
    if isinstance(row, SignUp) and row.state in (*HOLDING, "waiting"):
        ground = grounds[row.shift_id]
        if ground.shift.cancelled_at is not None:
            check_happens(ground)
    if isinstance(row, Swap) and row.state == "offered":
        sides = [session.get_one(SignUp, number) for number in (row.mine_id, row.theirs_id)]
        if any(side.state != "taken" for side in sides):
            void = update(Swap).where(Swap.id == row.id)
            session.execute(void.values(state="void", answered_at=now))
    if isinstance(row, Cover) and row.leaving_id is not None:
        leaving = session.get_one(SignUp, row.leaving_id)
        row.leaving_id = leaving.id if leaving.state == "taken" else None


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


def refuse_filled(session: Session, grounds: Grounds, held_then: Mapping[str, int]) -> None:
    """Refuse where a shift holds more people than it may, and than it did at the time."""
    for key, ground in grounds.items():
        most = max(ground.shift.max_people, held_then.get(str(key), 0))
        if locks.held(session, ground.shift) > most:
            raise Refused(
                _("%(shift)s was filled meanwhile; it stays as it is.", shift=ground.label)
            )


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
            raise Refused(
                _(
                    "%(name)s is somewhere else then: take them off %(shift)s first.",
                    name=name,
                    shift=ground.label,
                )
            )


def _tell(taking: TakingBack, pairs: Pairs, moved: set[int], elsewhere: set[int]) -> None:
    """Tell whom it moves; who took back what they did themselves was put nowhere by others."""
    session, grounds, now, told = taking.session, taking.locked, taking.now, set()
    restored = {
        row.id
        for row, before in pairs
        if isinstance(row, Shift) and "cancelled_at" in (before or {})
    }
    for row, before in pairs:
        if isinstance(row, SignUp) and (before is None or "state" in before):
            told.add(row.id)
            kind = LETTERS.get(row.state)
            if kind == "put_back" and row.shift_id in restored:
                kind = "restored"
            elif kind == "put_back" and row.person_id == taking.by.id:
                kind = "confirmed"
            if kind:
                _tell_one(session, grounds[row.shift_id], row, kind, now)
    for key in sorted(moved | elsewhere):
        for row in locks.crowd(session, grounds[key].shift).holding:
            if row.id not in told:
                kind = "changed" if key in moved else "elsewhere"
                _tell_one(session, grounds[key], row, kind, now)


def _tell_one(session: Session, ground: LockedShift, row: SignUp, kind: str, now: datetime) -> None:
    if now < ground.shift.ends_at:
        person = session.get_one(Person, row.person_id)
        notices.tell_of_place(session, now, kind, person, ground, row)


AS_BEFORE = history.Way(put_back=put_back_shifts, lock=lock_shifts)
history.teach(AS_BEFORE, "shift")
history.teach(AS_BEFORE, "sign_up")
