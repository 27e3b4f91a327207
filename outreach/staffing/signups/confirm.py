"""Saying yes: whom staff put on shifts comes, to one of them or to all at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Person, SignUp
from outreach.accounts import history
from outreach.accounts.history import Entry, find_last_act
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.locks import LockedShift, check_runs
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_running, put_back_shifts

CONFIRMED, HEARD_YES = "confirmed", "heard a yes"


def confirm(
    session: Session, sign_ups: Sequence[SignUp], by: Person, now: datetime, real: datetime
) -> Entry | None:
    """Note that one person comes to these places of theirs; return the line of the history.

    `by` is the person, or whoever of the staff heard it. What is no place any more, is over or
    cancelled is left out, and refused where nothing else is among them. Pressed twice it is done
    once; None where they had said so in another way.
    """
    grounds = locks.lock(session, {one.shift_id for one in sign_ups})
    for one in sign_ups:
        locks.read_again(session, one)
    going = [one for one in sign_ups if _why_not(grounds[one.shift_id], one, now) is None]
    if not going:
        raise _refusal(grounds, sign_ups, now)
    fresh = [one for one in going if one.confirmed_at is None]
    if not fresh:
        return find_last_act(session, going[0], CONFIRMED)
    ours = [grounds[one.shift_id] for one in fresh]
    is_theirs = all(one.person_id == by.id for one in fresh)
    with shift_act(session, real, by, CONFIRMED if is_theirs else HEARD_YES, ours) as act:
        act.subject = fresh[0]
        act.concerns(*(ground.booth for ground in ours), *(ground.event for ground in ours))
        for one in fresh:
            states.say_yes(session, one, now)
    return act.entry


def _why_not(ground: LockedShift, sign_up: SignUp, now: datetime) -> Refused | None:
    """Say why nobody can say yes to this place."""
    if sign_up.state != "taken":
        return Refused(_("This is no place on %(shift)s any more.", shift=ground.label))
    try:
        check_runs(ground, now)
    except Refused as refusal:
        return refusal
    return None


def _refusal(grounds: dict[int, LockedShift], sign_ups: Sequence[SignUp], now: datetime) -> Refused:
    found = (_why_not(grounds[one.shift_id], one, now) for one in sign_ups)
    return next((one for one in found if one), Refused(_("Say for which shift.")))


history.teach(history.Way(put_back_shifts, lock_running, is_own=True), "sign_up", CONFIRMED)
