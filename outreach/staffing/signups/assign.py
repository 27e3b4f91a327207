"""Staff put people on shifts, move them and take them off; each act can be undone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from models import Person, Shift, SignUp
from models.staffing import HOLDING, LIVING
from outreach.accounts.history import Entry, find_last_act
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.rules import Breach
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.locks import LockedShift, check_belongs, check_happens, check_person
from outreach.staffing.signups.shift_acts import shift_act

PLACED, TAKEN_OFF, MOVED, LED = "placed", "took off", "moved", "set the lead"


def place(
    session: Session,
    shift: Shift,
    person: Person,
    by: Person,
    now: datetime,
    real: datetime,
    *,
    reason: str = "",
    is_lead: bool = False,
) -> Entry:
    """Put a person on a shift, out of its queue too; return the line of the history.

    Against a rule, or on a full shift, only with a reason; a double booking is refused. The
    person is told, and has yet to confirm. Pressed twice it is done once.
    """
    ground = locks.lock(session, [shift.id], [person.id], with_queues=True)[shift.id]
    mine = locks.crowd(session, ground.shift, person.id).mine
    if mine is not None and mine.state == "taken":
        return find_last_act(session, mine, PLACED) or _refuse_standing(ground, person)
    with shift_act(session, real, by, PLACED, [ground]) as act:
        act.subject = row = _seat(session, ground, person, by, now, reason, is_lead)
        _tell(session, now, "placed", ground, row)
    return act.entry


def take_off(session: Session, sign_up: SignUp, by: Person, now: datetime, real: datetime) -> Entry:
    """Take a person off a shift or out of its queue; who waits for the place is asked."""
    shift_id = sign_up.shift_id
    ground = locks.lock(session, [shift_id], [sign_up.person_id], with_queues=True)[shift_id]
    locks.read_again(session, sign_up)
    if sign_up.state not in LIVING:
        found = find_last_act(session, sign_up, TAKEN_OFF)
        if found is None or sign_up.state != "removed":
            raise Refused(_("That person is not on this shift any more."))
        return found
    locks.check_not_there(sign_up)
    with shift_act(session, real, by, TAKEN_OFF, [ground]) as act:
        act.subject = sign_up
        states.let_go(session, sign_up, "removed", now)
        _tell(session, now, "removed", ground, sign_up)
        waiting_list.settle(session, ground, now)
    return act.entry


def move(
    session: Session,
    sign_up: SignUp,
    to_shift: Shift,
    by: Person,
    now: datetime,
    real: datetime,
    reason: str = "",
) -> Entry:
    """Move a person to another shift of the same booth, by the rules of `place`."""
    both = [sign_up.shift_id, to_shift.id]
    grounds = locks.lock(session, both, [sign_up.person_id], with_queues=True)
    source, target = grounds[sign_up.shift_id], grounds[to_shift.id]
    locks.read_again(session, sign_up)
    if source.booth.id != target.booth.id or source is target:
        raise Refused(_("Pick another shift of this booth."))
    if sign_up.state != "taken":
        raise Refused(_("That person is not on this shift any more."))
    locks.check_not_there(sign_up)
    person = session.get_one(Person, sign_up.person_id)
    mine = locks.crowd(session, target.shift, person.id).mine
    if mine is not None and mine.state == "taken":
        _refuse_standing(target, person)
    with shift_act(session, real, by, MOVED, [source, target]) as act:
        leads, without = sign_up.is_lead, [source.shift.id]
        act.subject = row = _seat(session, target, person, by, now, reason, leads, without)
        states.let_go(session, sign_up, "removed", now)
        _tell(session, now, "removed", source, sign_up)
        _tell(session, now, "placed", target, row)
        waiting_list.settle(session, source, now)
    return act.entry


def set_lead(
    session: Session, sign_up: SignUp, is_lead: bool, by: Person, now: datetime, real: datetime
) -> Entry:
    """Say whether the person leads the shift."""
    ground = locks.lock(session, [sign_up.shift_id])[sign_up.shift_id]
    locks.read_again(session, sign_up)
    if sign_up.state not in HOLDING:
        raise Refused(_("That person is not on this shift any more."))
    with shift_act(session, real, by, LED, [ground]) as act:
        act.subject = sign_up
        sign_up.is_lead, sign_up.changed_at = is_lead, now
    return act.entry


def _seat(
    session: Session,
    ground: LockedShift,
    person: Person,
    by: Person,
    now: datetime,
    reason: str,
    is_lead: bool,
    without: Collection[int] = (),
) -> SignUp:
    check_belongs(ground, person)
    check_happens(ground)
    crowd = locks.crowd(session, ground.shift, person.id)
    held = sum(one.person_id != person.id for one in crowd.holding)
    full = Breach(
        "full", _("%(shift)s is full with %(held)s people.", shift=ground.label, held=held)
    )
    kept = check_person(
        session,
        ground,
        person,
        crowd,
        reason,
        name=person.first_name,
        without=without,
        more=[full] if held >= ground.shift.max_people else [],
    )
    return states.take(
        session, ground.shift, crowd.mine, person, now,
        reason=kept, placed_by=by, is_lead=is_lead,
    )  # fmt: skip


def _refuse_standing(ground: LockedShift, person: Person) -> Entry:
    raise Refused(
        _("%(name)s is on %(shift)s already.", name=person.first_name, shift=ground.label)
    )


def _tell(session: Session, now: datetime, kind: str, ground: LockedShift, sign_up: SignUp) -> None:
    """Tell the person, unless the shift is over: then nothing of it is news."""
    if now < ground.shift.ends_at:
        person = session.get_one(Person, sign_up.person_id)
        notices.tell_of_place(session, now, kind, person, ground, sign_up)
