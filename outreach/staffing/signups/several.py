"""Several shifts at once: a volunteer, known or new, takes all that they ticked, or what is free.

It holds what signing up for one holds. All shifts are locked first, in one order, then where an
unknown visitor comes from, then everybody whom it may concern: two who want overlapping sets
never wait for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation, Person, SignUp
from outreach.accounts.addresses import Newcomer, new_person
from outreach.accounts.tokens import token_hash
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.signups import caps, locks, waiting_list
from outreach.staffing.signups.locks import Crowd, LockedShift, check_belongs, check_open
from outreach.staffing.signups.sign_up import (
    KEY_LENGTH,
    REPEATED_WITHIN,
    ShiftMoved,
    UsedBefore,
    Wish,
    find_settled,
    numbers_of,
    take_behind_locks,
)
from outreach.staffing.signups.states import KNOWN

MOST_AT_ONCE = 12
"""So many shifts are locked together at most."""


class NoneTaken(Refused):
    """No shift of those that were ticked could be taken; `refused` says why, by its number."""

    status = 409

    def __init__(self, refused: Mapping[int, Refused]) -> None:
        super().__init__(_("None of them could be taken."))
        self.refused = refused


@dataclass(slots=True)
class Several:
    """What came of it; `is_new` tells that the person was made for it."""

    person: Person
    is_new: bool
    taken: list[SignUp] = field(default_factory=list)
    elsewhere: list[SignUp] = field(default_factory=list)
    """What was theirs before, taken in another browser: nothing was changed."""
    refused: dict[int, Refused] = field(default_factory=dict)


def join_several(
    session: Session,
    foundation: Foundation,
    booth_id: int,
    seen: Mapping[int, int],
    who: Person | Newcomer,
    wish: Wish,
    now: datetime,
) -> Several:
    """Take a place on each of these shifts of a booth, or say why not, shift by shift.

    `seen` names the shifts with the sequence that the reader saw. Raise NoneTaken where nothing
    came of it; after a refusal the caller rolls back.
    """
    if len(seen) > MOST_AT_ONCE:
        raise Refused(_("Take %(most)s shifts at once, at most.", most=MOST_AT_ONCE))
    is_new = isinstance(who, Newcomer)
    person = (
        new_person(foundation, who.name, who.contact, now) if isinstance(who, Newcomer) else who
    )
    key = token_hash(wish.form_key)[:KEY_LENGTH]
    grounds = locks.lock(session, seen)
    unknown = caps.look_at(session, booth_id, person, wish.origin, now)
    if unknown is not None:
        locks.wait_for_origin(session, booth_id, caps.origin_of(person, unknown))
    crowds = {
        number: locks.crowd(session, ground.shift, person.id, key)
        for number, ground in grounds.items()
    }
    sent = [one.same_form for one in crowds.values() if one.same_form]
    if is_new and sent:
        person, is_new = _sender(session, sent, now), False
    if any(one.person_id != person.id for one in sent):
        raise UsedBefore
    twins = [one for one in locks.find_twins(session, person) if one is not person]
    _lock_people(session, grounds, crowds, person, twins, now)
    several = Several(person, is_new)
    for number, ground in sorted(grounds.items(), key=lambda one: (one[1].shift.starts_at, one[0])):
        try:
            row = _take(session, ground, seen[number], several, twins, unknown, key, wish, now)
        except Refused as refusal:
            several.refused[number] = refusal
        else:
            (several.taken if row.person_id == person.id else several.elsewhere).append(row)
    if not (several.taken or several.elsewhere):
        raise NoneTaken(several.refused)
    return several


def _sender(session: Session, sent: Sequence[SignUp], now: datetime) -> Person:
    """Return whom this very form added a moment ago; later it is no key to their pages."""
    if now - min(one.created_at for one in sent) > REPEATED_WITHIN:
        raise UsedBefore
    return session.get_one(Person, sent[0].person_id)


def _lock_people(
    session: Session,
    grounds: Mapping[int, LockedShift],
    crowds: Mapping[int, Crowd],
    person: Person,
    twins: Sequence[Person],
    now: datetime,
) -> None:
    """Lock person and twins, with all who wait where a place is to be offered or answered."""
    asks = any(
        crowds[number].is_unsettled(ground.shift, now) or _is_offered(crowds[number])
        for number, ground in grounds.items()
    )
    locks.lock(session, grounds, numbers_of(person, twins), with_queues=asks)


def _is_offered(crowd: Crowd) -> bool:
    return crowd.mine is not None and crowd.mine.state == "offered"


def _take(
    session: Session,
    ground: LockedShift,
    seen: int,
    several: Several,
    twins: Sequence[Person],
    unknown: caps.Unknown | None,
    key: str,
    wish: Wish,
    now: datetime,
) -> SignUp:
    """Take a place on one of the shifts, behind the locks of all."""
    person = several.person
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, key)
    if settled := find_settled(crowd):
        return settled
    check_open(ground, now)
    if ground.shift.sequence != seen:
        raise ShiftMoved
    if crowd.is_unsettled(ground.shift, now):
        waiting_list.settle(session, ground, now)
        crowd = locks.crowd(session, ground.shift, person.id, key)
    return take_behind_locks(
        session, ground, crowd, person, twins, now,
        form_key=key, reason="", unknown=unknown,
        origin=KNOWN if person.is_known else wish.origin,
    )  # fmt: skip
