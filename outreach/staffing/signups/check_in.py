"""On the day: who has come, who has left, who stays on, who was missed, and how long they stood."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import AuditEntry, Person, SignUp
from outreach.refusal import Refused
from outreach.staffing.roster.attended import EARLY, left_at
from outreach.staffing.rules.venue_time import say_start
from outreach.staffing.signups import locks
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.snapshots import Snapshot, find_last_act, record_act, snapshot
from outreach.staffing.signups.undo import undo as undo_act

CAME, LEFT, STAYS, STAYS_NOT, MISSED = (
    "checked in",
    "checked out",
    "stays on",
    "does not stay on",
    "missed",
)
ACTS = frozenset({CAME, LEFT, STAYS, STAYS_NOT, MISSED})
LATE = timedelta(hours=24)
"""How long after it the lead can still note who was there."""


def check_in(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime
) -> AuditEntry:
    """Note that somebody has come; a second time it is noted already.

    From two hours before the shift on. The lead can do it up to a day after it, and then the
    person counts as there from its start; a volunteer only while it lasts.
    """
    ground = _lock(session, sign_up)
    if sign_up.arrived_at is not None:
        return find_last_act(session, sign_up, CAME) or _refuse("is checked in already")
    _refuse_too_early_or_late(ground, sign_up, by, now)
    before = snapshot(session, [sign_up.shift_id])
    sign_up.arrived_at = now if now < ground.shift.ends_at else ground.shift.starts_at
    sign_up.was_missed = False
    # Being there says yes better than any answer.
    sign_up.confirmed_at = sign_up.confirmed_at or now
    return _keep(session, ground, sign_up, by, now, real, CAME, before)


def check_out(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime
) -> AuditEntry:
    """Note that somebody has left."""
    ground = _lock(session, sign_up)
    if sign_up.arrived_at is None:
        raise Refused(f"Check in for {ground.label} first.")
    if sign_up.left_at is not None:
        return find_last_act(session, sign_up, LEFT) or _refuse("has checked out already")
    before = snapshot(session, [sign_up.shift_id])
    span = ground.shift.starts_at, ground.shift.ends_at
    sign_up.left_at = left_at(span, sign_up.arrived_at, sign_up.stays_on_at is not None, now)
    return _keep(session, ground, sign_up, by, now, real, LEFT, before)


def stay_on(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime, says: bool = True
) -> AuditEntry:
    """Note that somebody can stay on if nobody comes, or that they cannot after all."""
    ground = _lock(session, sign_up)
    act = STAYS if says else STAYS_NOT
    if sign_up.arrived_at is None or sign_up.left_at is not None:
        raise Refused("Only somebody who is at the booth can stay on.")
    if says == (sign_up.stays_on_at is not None):
        return find_last_act(session, sign_up, act) or _refuse("has said so already")
    before = snapshot(session, [sign_up.shift_id])
    sign_up.stays_on_at = now if says else None
    return _keep(session, ground, sign_up, by, now, real, act, before)


def miss(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime
) -> AuditEntry:
    """Note that somebody did not come; only leads see it."""
    ground = _lock(session, sign_up)
    if now < ground.shift.starts_at:
        raise Refused(f"{ground.label} has not begun yet.")
    if sign_up.arrived_at is not None:
        _refuse("is checked in")
    if sign_up.was_missed:
        return find_last_act(session, sign_up, MISSED) or _refuse("is noted as missed")
    before = snapshot(session, [sign_up.shift_id])
    sign_up.was_missed = True
    return _keep(session, ground, sign_up, by, now, real, MISSED, before)


def undo(session: Session, entry: AuditEntry, by: Person, now: datetime, real: datetime) -> None:
    """Take back what was noted about a place, unless something of it changed since."""
    sign_up = session.get(SignUp, entry.subject_id) if entry.act in ACTS else None
    if sign_up is None:
        raise Refused("This cannot be undone here.")
    _lock(session, sign_up)
    if entry.act == CAME and (sign_up.left_at or sign_up.stays_on_at):
        raise Refused("Something else was noted since: take that back first.")
    undo_act(session, entry, by, now, real)


def _lock(session: Session, sign_up: SignUp) -> LockedShift:
    ground = locks.lock(session, [sign_up.shift_id])[sign_up.shift_id]
    locks.read_again(session, sign_up)
    if sign_up.state != "taken" or ground.shift.cancelled_at is not None:
        raise Refused(f"This is no place on {ground.label} any more.")
    return ground


def _refuse_too_early_or_late(
    ground: LockedShift, sign_up: SignUp, by: Person, now: datetime
) -> None:
    shift = ground.shift
    if now < shift.starts_at - EARLY:
        opens = say_start(shift.starts_at - EARLY, ground.zone)
        raise Refused(f"Check-in for {ground.label} opens {opens}.")
    last = shift.ends_at if by.id == sign_up.person_id else shift.ends_at + LATE
    if now >= last:
        raise Refused(f"{ground.label} is over.")


def _refuse(words: str) -> AuditEntry:
    raise Refused(f"That person {words}.")


def _keep(
    session: Session,
    ground: LockedShift,
    sign_up: SignUp,
    by: Person,
    now: datetime,
    real: datetime,
    act: str,
    before: Snapshot,
) -> AuditEntry:
    sign_up.changed_at = now
    session.flush()
    return record_act(session, real, by, ground.foundation, act, sign_up, before)
