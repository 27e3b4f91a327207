"""What staff hear on the telephone: somebody says yes or no, and it is done as if by themselves."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Cover, Person, SignUp
from outreach.accounts.history import Entry, find_fresh
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.cover.questions import answer_cover
from outreach.staffing.reach import hearers
from outreach.staffing.signups import locks
from outreach.staffing.signups.confirm import HEARD_YES, confirm
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.waiting_list import answer_offer
from outreach.staffing.signups.withdraw import HEARD_NO, leave


def hear_of_place(
    session: Session, sign_up: SignUp, says_yes: bool, by: Person, now: datetime, real: datetime
) -> Entry | None:
    """Do what somebody said of their place: take what is offered, come, or give it up.

    Who said it hears nothing new by it; return the line of the history.
    """
    ground = locks.lock(session, [sign_up.shift_id], [sign_up.person_id], with_queues=True)[
        sign_up.shift_id
    ]
    locks.read_again(session, sign_up)
    if sign_up.state not in {"taken", "offered"}:
        raise Refused(_("That person is not on this shift any more."))
    person = session.get_one(Person, sign_up.person_id)
    if sign_up.state == "offered":
        with shift_act(session, real, by, HEARD_YES if says_yes else HEARD_NO, [ground]) as act:
            act.subject = sign_up
            act.concerns(person)
            answer_offer(session, sign_up, says_yes, now)
    elif says_yes:
        confirm(session, [sign_up], by, now, real)
    else:
        leave(session, sign_up, now, real, by)
    hearers.forget(session, person)
    return find_fresh(session)


def hear_of_cover(
    session: Session,
    cover: Cover,
    person: Person,
    says_yes: bool,
    by: Person,
    now: datetime,
    real: datetime,
    reason: str = "",
) -> Entry | None:
    """Do what somebody said who was asked to take a place; return the line of the history."""
    answer_cover(session, cover, person, says_yes, now, real, reason, by)
    hearers.forget(session, person)
    return find_fresh(session)
