"""Withdrawing: a volunteer gives a place up, and whoever waits is asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Person, SignUp
from outreach.accounts import history
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_running, put_back_shifts

WITHDREW, HEARD_NO = "withdrew", "heard a no"


def leave(
    session: Session, sign_up: SignUp, now: datetime, real: datetime, by: Person | None = None
) -> None:
    """Give a place up, or leave the queue; who is gone already stays gone.

    `by` whoever runs the booth, where they heard it.

    The coordinators hear at once of a taken place, the head of the waiting list is asked, and
    offers to swap this place are void.
    """
    shift_id = sign_up.shift_id
    ground = locks.lock(session, [shift_id], [sign_up.person_id], with_queues=True)[shift_id]
    locks.read_again(session, sign_up)
    if sign_up.state not in {"taken", "offered", "waiting"}:
        return
    if sign_up.state == "taken":
        if now >= ground.shift.ends_at:
            raise Refused(_("%(shift)s is over.", shift=ground.label))
        if sign_up.arrived_at is not None:
            raise Refused(_("You are checked in at the booth: check out instead."))
    was_taken = sign_up.state == "taken"
    person = session.get_one(Person, sign_up.person_id)
    with shift_act(session, real, by or person, HEARD_NO if by else WITHDREW, [ground]) as act:
        act.subject = sign_up
        act.concerns(person)
        states.let_go(session, sign_up, "left", now)
        if was_taken:
            notices.tell_of_place(session, now, "left", person, ground, sign_up, **notices.OWN)
            notices.alarm(session, now, ground, sign_up)
        waiting_list.settle(session, ground, now)


# Who leaves once more says so again, and who runs the booth is told again.
history.teach(
    history.Way(put_back_shifts, lock_running, again=False, is_own=True), "sign_up", WITHDREW
)
