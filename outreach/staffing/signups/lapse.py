"""Places lapse whose person never answered the letter that asked whose the address is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from models.people import IS_KNOWN
from models.staffing import IS_LIVING
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack
from outreach.staffing import notices
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.newcomers import know
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_shifts, put_back_shifts

LAPSED = "lapsed"
ASKED_FOR = timedelta(days=3)
"""So long ago the letter must have been delivered, and the place taken."""
AHEAD = timedelta(days=2)
"""Nothing lapses nearer to the shift: a doubtful person is better than none."""


def find_lapsed(
    session: Session, foundation: Foundation, now: datetime, real: datetime
) -> Sequence[int]:
    """Return the sign-ups that lapse, by number; it only reads.

    Only where a letter that asks whose the address is was delivered to it. So without a mail
    server, or with a telephone number alone, nothing does.
    """
    return session.scalars(_lapsed(foundation, now, real).order_by(SignUp.id)).all()


def lapse(
    session: Session, sign_up_id: int, foundation: Foundation, now: datetime, real: datetime
) -> bool:
    """Free a place that lapses, if it still does, and tell whose it was."""
    row = session.get(SignUp, sign_up_id)
    if row is None:
        return False
    ground = locks.lock(session, [row.shift_id], [row.person_id], with_queues=True)[row.shift_id]
    still = _lapsed(foundation, now, real).where(SignUp.id == sign_up_id)
    if session.scalar(still) is None:
        return False
    locks.read_again(session, row)
    with shift_act(session, real, None, LAPSED, [ground]) as act:
        act.subject = row
        states.let_go(session, row, "removed", now)
        person = session.get_one(Person, row.person_id)
        notices.tell_of_place(session, now, "lapsed", person, ground, row)
        waiting_list.settle(session, ground, now)
    return True


def _put_back(taking: TakingBack) -> None:
    """Put the place back: who does that stands by the person, else it would lapse again."""
    put_back_shifts(taking)
    row = taking.session.get_one(SignUp, taking.entry.subject_id)
    know(taking.session, [row.person_id], taking.real)


history.teach(history.Way(_put_back, lock_shifts, again=False), "sign_up", LAPSED)


def _lapsed(foundation: Foundation, now: datetime, real: datetime) -> Select[int]:
    asked = (
        select(Message.id)
        .where(Message.person_id == Person.id, Message.to_address == Person.email)
        .where(Message.kind.in_(notices.ASKING), Message.state == "sent")
        .where(Message.sent_at <= real - ASKED_FOR)
        .exists()
    )
    return (
        select(SignUp.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Event.foundation_id == foundation.id, IS_LIVING, ~IS_KNOWN)
        .where(SignUp.placed_by_id.is_(None), SignUp.arrived_at.is_(None))
        .where(SignUp.changed_at <= now - ASKED_FOR)
        .where(Shift.cancelled_at.is_(None), Shift.starts_at > now + AHEAD)
        .where(Person.bounces == 0, asked)
    )
