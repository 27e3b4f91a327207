"""On the day: who has come, who has left, who stays on, who was missed, and how long they stood."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Person, Shift, SignUp
from outreach.accounts import history
from outreach.accounts.history import Entry, find_last_act
from outreach.accounts.putting_back import TakingBack
from outreach.calendars.clock import say_list, say_number, say_start
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.roster.days import EARLY, left_at
from outreach.staffing.roster.stood import find_arrival
from outreach.staffing.signups import locks
from outreach.staffing.signups.attendance.experience import put_back_noted, recount
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.newcomers import know
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_shifts

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
    session: Session,
    sign_up: SignUp,
    by: Person,
    now: datetime,
    real: datetime,
    *,
    read_code: bool = False,
) -> Entry:
    """Note that somebody has come; a second time it is noted already.

    From two hours before the shift on. The lead can do it up to a day after it, and then the
    person counts as there from its start; a volunteer only while it lasts. Who was seen there, or
    `read_code` at the booth, is known from then on.
    """
    ground = _lock(session, sign_up)
    if sign_up.arrived_at is not None:
        return _noted_before(session, sign_up, CAME, _("That person is checked in already."))
    _refuse_too_early_or_late(ground, sign_up, by, now)
    is_late = now >= ground.shift.ends_at
    stayed = find_arrival(session, sign_up, ground.booth.id, now)
    arrived = stayed or (ground.shift.starts_at if is_late else now)
    # Being there says yes better than any answer.
    said_yes = sign_up.confirmed_at or now
    return _note(
        session,
        ground,
        sign_up,
        by,
        now,
        real,
        CAME,
        arrived_at=arrived,
        was_missed=False,
        confirmed_at=said_yes,
        is_known=read_code or by.id != sign_up.person_id,
    )


def say_one_too_many(session: Session, sign_up: SignUp) -> str:
    """Say who stands there as well where more came than were wanted: who was missed was replaced.

    Both stay noted as they are; who runs the booth can thank one of them. "" where they fit.
    """
    shift = session.get_one(Shift, sign_up.shift_id)
    there = locks.crowd(session, shift).helpers
    others = [one.first_name for one in there if one.id != sign_up.person_id]
    more = len(others) + 1 - shift.max_people
    if more < 1 or sign_up.arrived_at is None:
        return ""
    return ngettext(
        "%(names)s stands there as well: that is %(more)s more than the shift takes.",
        "%(names)s stand there as well: that is %(more)s more than the shift takes.",
        len(others),
        names=say_list(others),
        more=say_number(more),
    )


def check_out(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime
) -> Entry:
    ground = _lock(session, sign_up)
    arrived = find_arrival(session, sign_up, ground.booth.id, now)
    if arrived is None:
        raise Refused(_("Check in for %(shift)s first.", shift=ground.label))
    if sign_up.left_at is not None:
        return _noted_before(session, sign_up, LEFT, _("That person has checked out already."))
    span = ground.shift.starts_at, ground.shift.ends_at
    left = left_at(span, arrived, sign_up.stays_on_at is not None, now)
    noted = (session, ground, sign_up, by, now, real, LEFT)
    return _note(*noted, arrived_at=arrived, left_at=left)


def stay_on(
    session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime, says: bool = True
) -> Entry:
    """Note that somebody can stay on if nobody comes, or that they cannot after all."""
    ground = _lock(session, sign_up)
    act = STAYS if says else STAYS_NOT
    arrived = find_arrival(session, sign_up, ground.booth.id, now)
    if arrived is None or sign_up.left_at is not None:
        raise Refused(_("Only somebody who is at the booth can stay on."))
    if says == (sign_up.stays_on_at is not None):
        return _noted_before(session, sign_up, act, _("That person has said so already."))
    stays = now if says else None
    noted = (session, ground, sign_up, by, now, real, act)
    return _note(*noted, arrived_at=arrived, stays_on_at=stays)


def miss(session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime) -> Entry:
    """Note that somebody did not come; only leads see it."""
    ground = _lock(session, sign_up)
    if now < ground.shift.starts_at:
        raise Refused(_("%(shift)s has not begun yet.", shift=ground.label))
    if sign_up.arrived_at is not None:
        raise Refused(_("That person is checked in."))
    if sign_up.was_missed:
        return _noted_before(session, sign_up, MISSED, _("That person is noted as missed."))
    return _note(session, ground, sign_up, by, now, real, MISSED, was_missed=True)


def _lock_noted(taking: TakingBack) -> None:
    """Lock the place that something was noted about; it must still be one."""
    lock_shifts(taking)
    sign_up = taking.session.get_one(SignUp, taking.entry.subject_id)
    _lock(taking.session, sign_up)
    came = taking.entry.detail.get("first", taking.entry.act) == CAME
    if came and (sign_up.left_at or sign_up.stays_on_at):
        raise Refused(_("Something else was noted since: take that back first."))


history.teach(history.Way(put_back_noted, _lock_noted), "sign_up", MISSED)
history.teach(
    history.Way(put_back_noted, _lock_noted, is_own=True), "sign_up", CAME, LEFT, STAYS, STAYS_NOT
)


def _lock(session: Session, sign_up: SignUp) -> LockedShift:
    ground = locks.lock(session, [sign_up.shift_id])[sign_up.shift_id]
    locks.read_again(session, sign_up)
    if sign_up.state != "taken" or ground.shift.cancelled_at is not None:
        raise Refused(_("This is no place on %(shift)s any more.", shift=ground.label))
    return ground


def _refuse_too_early_or_late(
    ground: LockedShift, sign_up: SignUp, by: Person, now: datetime
) -> None:
    shift = ground.shift
    if now < shift.starts_at - EARLY:
        opens = say_start(shift.starts_at - EARLY, ground.zone)
        raise Refused(_("Check-in for %(shift)s opens %(opens)s.", shift=ground.label, opens=opens))
    last = shift.ends_at if by.id == sign_up.person_id else shift.ends_at + LATE
    if now >= last:
        raise Refused(_("%(shift)s is over.", shift=ground.label))


def _noted_before(session: Session, sign_up: SignUp, verb: str, sentence: str) -> Entry:
    """Return the line that tells of it, for who pressed twice; else it is refused."""
    found = find_last_act(session, sign_up, verb)
    if found is None:
        raise Refused(sentence)
    return found


def _note(
    session: Session,
    ground: LockedShift,
    sign_up: SignUp,
    by: Person,
    now: datetime,
    real: datetime,
    verb: str,
    *,
    is_known: bool = False,
    **facts: datetime | bool | None,
) -> Entry:
    with shift_act(session, real, by, verb, [ground]) as act:
        if is_known:
            know(session, [sign_up.person_id], real)
        act.subject, sign_up.changed_at = sign_up, now
        for column, value in facts.items():
            setattr(sign_up, column, value)
    recount(session, ground.foundation, [sign_up.person_id], now)
    return act.entry
