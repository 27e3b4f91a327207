"""The waiting list: a free place is offered to its head, for a time that shrinks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import Booth, Event, Foundation, Person, Shift, SignUp
from models.staffing import HOLDING, HOLDS_PLACE, IS_OFFERED, IS_WAITING
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import is_double_booked, is_kept
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.locks import LockedShift, check_person, check_runs

OFFER_LASTS = (
    (timedelta(days=7), timedelta(hours=24)),
    (timedelta(days=3), timedelta(hours=12)),
    (timedelta(days=1), timedelta(hours=4)),
    (timedelta(hours=6), timedelta(hours=1)),
)
"""More than so long before the start, so long to answer."""
SHORTEST_OFFER = timedelta(minutes=30)
MOST_SHIFTS = 20
"""How many shifts one transaction of `expire_offers` looks at."""

_HOLDER = aliased(SignUp)
_HELD_BY_EXPERIENCE = (
    select(_HOLDER.id)
    .join(Person, Person.id == _HOLDER.person_id)
    .where(
        _HOLDER.shift_id == bindparam("shift"),
        _HOLDER.state.in_(HOLDING),
        _HOLDER.was_missed.is_(False),
    )
    .where(Person.is_experienced)
    .exists()
)
_QUEUE = (
    select(SignUp, Person.is_experienced, _HELD_BY_EXPERIENCE)
    .join(Person, Person.id == SignUp.person_id)
    .where(SignUp.shift_id == bindparam("shift"), IS_WAITING)
    .order_by(SignUp.queue_no, SignUp.id)
    .execution_options(populate_existing=True)
)
"""Who waits, in order, and whether somebody with experience holds a place."""


def offer_lasts(until_start: timedelta) -> timedelta:
    """Return how long an offer stands, the shorter the nearer the shift is."""
    for more_than, lasts in OFFER_LASTS:
        if until_start > more_than:
            return lasts
    return SHORTEST_OFFER


def settle(session: Session, ground: LockedShift, now: datetime) -> list[SignUp]:
    """Pass on offers that ran out, and offer every free place in the order of the queue.

    Return the new offers. The shift and the people who wait for it are locked. Who has
    another shift then by now stays in the queue and is passed over; once the shift has begun
    nobody is asked any more.
    """
    for offer in _ran_out(session, ground.shift, now):
        pass_on(session, ground, offer, now)
    if ground.shift.cancelled_at is not None or now >= ground.shift.starts_at:
        return []
    free = ground.shift.max_people - locks.held(session, ground.shift)
    offers = _heads(session, ground, free)
    for offer in offers:
        _offer(session, ground, offer, now)
    return offers


def pass_on(session: Session, ground: LockedShift, offer: SignUp, now: datetime) -> None:
    """End an offer without an answer; the person is told that they do not wait any more."""
    states.pass_on(session, offer, now)
    person = session.get_one(Person, offer.person_id)
    notices.tell_of_place(session, now, "passed", person, ground, offer)


def answer_offer(
    session: Session, sign_up: SignUp, says_yes: bool, now: datetime, reason: str = ""
) -> SignUp:
    """Take the offered place or let it go; a second press of the same button changes nothing.

    What the place would break by now wants a reason, unless one was given when queueing.
    """
    ground = locks.lock(session, [sign_up.shift_id], [sign_up.person_id], with_queues=True)[
        sign_up.shift_id
    ]
    locks.read_again(session, sign_up)
    if sign_up.state == ("taken" if says_yes else "passed"):
        return sign_up
    if sign_up.state != "offered" or _is_over(sign_up, now):
        raise Refused(
            _("The offer of %(shift)s has ended, the place was passed on.", shift=ground.label)
        )
    person = session.get_one(Person, sign_up.person_id)
    if not says_yes:
        states.pass_on(session, sign_up, now)
        settle(session, ground, now)
        return sign_up
    check_runs(ground, now)
    kept = check_person(session, ground, person, None, reason or sign_up.reason)
    states.accept(session, sign_up, now, kept)
    notices.tell_of_place(session, now, "confirmed", person, ground, sign_up, **notices.OWN)
    return sign_up


def expire_offers(session: Session, now: datetime, of: Foundation | None = None) -> int:
    """Pass on offers that ran out and offer what is free; return how many rows changed.

    `of` one foundation, by whose clock `now` is. It looks at some shifts at a time: the caller
    commits and calls again until it returns 0.
    """
    due = list(session.scalars(_due(now) if of is None else _due(now).where(_is_of(of))))
    for first in range(0, len(due), MOST_SHIFTS):
        some = session.begin_nested()
        changed = 0
        grounds = locks.lock(session, due[first : first + MOST_SHIFTS], with_queues=True)
        for ground in grounds.values():
            changed += len(_ran_out(session, ground.shift, now))
            changed += len(settle(session, ground, now))
        if changed:
            some.commit()
            return changed
        some.rollback()  # where all who wait are busy; their locks would be in the others' way
    return 0


def queue_place(session: Session, sign_up: SignUp) -> int:
    """Return the person's place in the queue, from 1; 0 for who does not wait."""
    if sign_up.state != "waiting":
        return 0
    before = select(func.count()).where(
        SignUp.shift_id == sign_up.shift_id,
        IS_WAITING,
        SignUp.queue_no <= sign_up.queue_no,
    )
    return session.scalar(before) or 0


def next_number(session: Session, shift: Shift) -> int:
    """Return the number that puts somebody at the end of the queue."""
    last = select(func.max(SignUp.queue_no)).where(SignUp.shift_id == shift.id)
    return (session.scalar(last) or 0) + 1


def _offer(session: Session, ground: LockedShift, sign_up: SignUp, now: datetime) -> None:
    starts_at = ground.shift.starts_at
    until = min(now + offer_lasts(starts_at - now), starts_at)
    states.offer(session, sign_up, until, now)
    person = session.get_one(Person, sign_up.person_id)
    notices.tell_of_place(
        session, now, "offered", person, ground, sign_up, offer_ends_at=until.isoformat()
    )


def _heads(session: Session, ground: LockedShift, free: int) -> list[SignUp]:
    """Return who is asked: the first in the queue who are in no other place then.

    Newcomers are passed over for a last place that is kept.
    """
    if free <= 0:
        return []
    waiting = session.execute(_QUEUE, {"shift": ground.shift.id}).all()
    if not waiting:
        return []
    people = [one.person_id for one, _knows, _held_by in waiting]
    commitments = commitments_near(session, people, [ground.slot])
    most, has_experience = ground.shift.max_people, bool(waiting[0][2])
    chosen: list[SignUp] = []
    for one, is_experienced, _held_by in waiting:
        held = most - free + len(chosen)
        is_for_others = not is_experienced and is_kept(ground.rules, most, held, has_experience)
        if held >= most or is_for_others:
            continue
        if not is_double_booked(ground.slot, commitments[one.person_id], ground.rules):
            chosen.append(one)
            has_experience = has_experience or is_experienced
    return chosen


def _ran_out(session: Session, shift: Shift, now: datetime) -> Sequence[SignUp]:
    return session.scalars(
        select(SignUp)
        .where(SignUp.shift_id == shift.id, IS_OFFERED)
        .where(SignUp.offer_ends_at <= now)
        .order_by(SignUp.id)
        .execution_options(populate_existing=True)
    ).all()


def _due(now: datetime) -> Select[int]:
    """Select shifts with an offer that ran out, or with a free place that somebody waits for."""
    ran_out = select(SignUp.shift_id).where(IS_OFFERED, SignUp.offer_ends_at <= now)
    waits = select(SignUp.shift_id).where(IS_WAITING)
    held = select(func.count()).where(SignUp.shift_id == Shift.id, HOLDS_PLACE).scalar_subquery()
    free = Shift.id.in_(waits) & (held < Shift.max_people)
    open_still = Shift.cancelled_at.is_(None) & (Shift.starts_at > now)
    return select(Shift.id).where(or_(Shift.id.in_(ran_out), open_still & free)).order_by(Shift.id)


def _is_of(foundation: Foundation) -> ColumnElement[bool]:
    booths = select(Booth.id).join(Event, Event.id == Booth.event_id)
    return Shift.booth_id.in_(booths.where(Event.foundation_id == foundation.id))


def _is_over(offer: SignUp, now: datetime) -> bool:
    return offer.offer_ends_at is not None and offer.offer_ends_at <= now
