"""Sign-up: a volunteer takes a place on a shift, or joins its waiting list."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Shift, SignUp
from outreach.calendars.clock import say_ordinal
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.checks import check_belongs, check_open, check_person
from outreach.staffing.signups.locks import Crowd, LockedShift
from outreach.staffing.signups.waiting_list import queue_place

GONE = ("left", "removed", "passed")


class Full(Refused):
    """No place is free; `queue_place` is the place in the queue that the person has or would."""

    def __init__(self, label: str, place: int, is_waiting: bool) -> None:
        named = {"shift": label, "place": say_ordinal(place)}
        super().__init__(
            _("%(shift)s is full; you are %(place)s on the waiting list.", **named)
            if is_waiting
            else _("%(shift)s is full; you would be %(place)s on the waiting list.", **named)
        )
        self.queue_place = place
        self.is_waiting = is_waiting


def take(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    *,
    form_key: str | None = None,
    reason: str = "",
) -> SignUp:
    """Take a place; who has one already keeps it, an offered one is accepted.

    Raise Full where no place is free or others wait for it, NeedsReason where rules would be
    broken without a reason. A form that comes again after its person withdrew is refused.
    """
    ground = locks.lock(session, [shift.id])[shift.id]
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = _find_settled(crowd, form_key)
    if settled is not None:
        return settled
    check_open(ground, now)
    crowd = _settle(session, ground, crowd, person, now)
    if crowd.mine is not None and crowd.mine.state == "offered":
        return waiting_list.answer_offer(session, crowd.mine, True, now, reason)
    if len(crowd.holding) >= ground.shift.max_people:
        raise _full(session, ground, crowd)
    kept_reason = check_person(session, ground, person, crowd, reason)
    row = states.take(
        session, ground.shift, crowd.mine, person, now, reason=kept_reason, form_key=form_key
    )
    notices.tell_of_place(session, now, "confirmed", person, ground, row)
    return row


def wait(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    form_key: str | None = None,
    *,
    reason: str = "",
) -> SignUp:
    """Join the end of the waiting list; who waits or holds a place already stays there.

    A place that is free by now is offered at once, in the order of the queue.
    """
    ground = locks.lock(session, [shift.id], [person.id], with_queues=True)[shift.id]
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = _find_settled(crowd, form_key)
    if settled is not None:
        return settled
    if crowd.mine is not None and crowd.mine.state in {"offered", "waiting"}:
        return crowd.mine
    check_open(ground, now)
    if now >= ground.shift.starts_at:
        raise Refused(
            _("%(shift)s has begun; nobody is asked from its waiting list now.", shift=ground.label)
        )
    kept_reason = check_person(session, ground, person, None, reason)
    number = waiting_list.next_number(session, ground.shift)
    row = states.queue(
        session, ground.shift, crowd.mine, person, now, number,
        reason=kept_reason, form_key=form_key,
    )  # fmt: skip
    if row not in waiting_list.settle(session, ground, now):
        notices.tell_of_place(session, now, "waiting", person, ground, row)
    return row


def find_same_form(session: Session, shift: Shift, form_key: str) -> SignUp | None:
    """Return the sign-up that this very form made, with the shift locked.

    Somebody's first form makes the person too: it is asked for before, so that a double click
    makes neither twice.
    """
    locks.lock(session, [shift.id])
    made = select(SignUp).where(SignUp.shift_id == shift.id, SignUp.form_key == form_key)
    return session.scalar(made.execution_options(populate_existing=True))


def _find_settled(crowd: Crowd, form_key: str | None) -> SignUp | None:
    """Return the sign-up that stands already: of this person, or made by this very form."""
    for row in (crowd.mine, crowd.same_form):
        if row is not None and row.state == "taken":
            return row
    same = crowd.same_form
    if same is not None and same.state in GONE:
        raise Refused(
            _("This form was used before, and the place given up since. Open the shift again.")
        )
    return same if same is not crowd.mine else None


def _settle(
    session: Session, ground: LockedShift, crowd: Crowd, person: Person, now: datetime
) -> Crowd:
    """Lock the person, and first those whose turn it is where a place waits to be offered."""
    if not waiting_list.is_unsettled(session, ground, crowd, now):
        locks.lock_people(session, [person.id])
        return crowd
    locks.lock(session, [ground.shift.id], [person.id], with_queues=True)
    waiting_list.settle(session, ground, now)
    return locks.crowd(session, ground.shift, person.id)


def _is_waiting(crowd: Crowd) -> bool:
    return crowd.mine is not None and crowd.mine.state == "waiting"


def _full(session: Session, ground: LockedShift, crowd: Crowd) -> Full:
    waits = _is_waiting(crowd)
    mine = crowd.mine
    place = queue_place(session, mine) if waits and mine else crowd.waiting + 1
    return Full(ground.label, place, waits)
