"""Swaps: two volunteers exchange their places, each with a tap, both judged by the rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Person, Shift, SignUp, Swap
from models.staffing import IS_TAKEN
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.booths import slot_of
from outreach.staffing.last_place import rules_in_force
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import Commitment, Helper, Rules, Slot, breaches_of, is_double_booked
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.locks import LockedShift, check_runs
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.ways_back import lock_running, put_back_shifts

MOST_PARTNERS = 100
OFFERED, SWAPPED, REFUSED, ENDED = "offered swap", "swapped", "refused swap", "ended swap"


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody's place that one's own could be exchanged for."""

    sign_up_id: int
    first_name: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: what they give, who they are, where they would go."""

    row: SignUp
    person: Person
    given: LockedShift
    wanted: LockedShift


def list_partners(session: Session, mine: SignUp, now: datetime) -> list[Partner]:
    """Return the places of others at the same booth that an exchange would double book nobody on.

    First names only, by time; the rest of the rules is checked when the swap is offered.
    """
    given, booth, event = session.execute(
        select(Shift, Booth, Event)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(Shift.id == mine.shift_id)
    ).one()
    offered, rules = slot_of(given, event), rules_in_force(session, booth, event)
    rows = session.execute(
        select(SignUp, Shift, Person)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Shift.booth_id == booth.id, Shift.id != given.id)
        .where(Shift.starts_at > now, Shift.cancelled_at.is_(None))
        .where(IS_TAKEN, SignUp.person_id != mine.person_id)
        .order_by(Shift.starts_at, Shift.id, SignUp.id)
        .limit(MOST_PARTNERS)
    ).all()
    wanted = {row[1].id: slot_of(row[1], event) for row in rows}
    people = {mine.person_id, *(row[0].person_id for row in rows)}
    doing = commitments_near(session, people, [offered, *wanted.values()])
    found = []
    for row, shift, person in rows:
        keep = _without(doing[mine.person_id], given.id)
        theirs = _without(doing[person.id], shift.id)
        if _may_go(wanted[shift.id], keep, rules) and _may_go(offered, theirs, rules):
            found.append(Partner(row.id, person.first_name, shift.starts_at, shift.ends_at))
    return found


def offer_swap(
    session: Session, mine: SignUp, theirs: SignUp, now: datetime, real: datetime
) -> Swap:
    """Offer somebody at the same booth to exchange places; the same offer twice is one.

    Refuses what the rules refuse to either of the two, and who mails too often or is not known.
    """
    ours, other = _lock_sides(session, mine, theirs)
    for side in (ours, other):
        _check(session, side, other if side is ours else ours, now, whose_eyes=ours)
    standing = session.scalar(
        select(Swap).where(
            Swap.mine_id == mine.id, Swap.theirs_id == theirs.id, Swap.state == "offered"
        )
    )
    if standing is not None:
        return standing
    notices.refuse_unknown(ours.person)
    if not notices.may_mail(session, now, ours.person, other.person, notices.ASKS):
        named = {"name": other.person.first_name}
        raise Refused(_("You or %(name)s had many such questions today. Try tomorrow.", **named))
    swap = Swap(mine_id=mine.id, theirs_id=theirs.id, state="offered", offered_at=now)
    with _swap_act(session, real, OFFERED, swap, ours, other):
        session.add(swap)
        session.flush()
        _tell_offer(session, now, swap, other.given, other.row)
    return swap


@contextmanager
def _swap_act(
    session: Session, real: datetime, verb: str, swap: Swap, by: _Side, other: _Side
) -> Iterator[None]:
    """Keep what one of the two does as an act about both."""
    with shift_act(session, real, by.person, verb, [by.given, other.given]) as act:
        act.subject = swap
        act.concerns(by.person, other.person)
        yield


def _tell_offer(
    session: Session, now: datetime, swap: Swap, ground: LockedShift, theirs: SignUp
) -> None:
    asked = session.get_one(Person, theirs.person_id)
    notices.tell_of_place(
        session, now, "swap_offered", asked, ground, theirs, _fact_of(swap, now), swap_id=swap.id
    )


def _fact_of(swap: Swap, now: datetime) -> str:
    """Return what is told once a day, however often it is offered, taken back or refused."""
    return f"{swap.mine_id} for {swap.theirs_id} on {now.date()}"


def answer_swap(
    session: Session, swap: Swap, says_yes: bool, now: datetime, real: datetime
) -> Swap:
    """Exchange the two places, or say no; a second press of the same button changes nothing."""
    mine, theirs = _rows_of(session, swap)
    ours, other = _lock_sides(session, mine, theirs)
    locks.read_again(session, swap)
    if swap.state == ("agreed" if says_yes else "refused"):
        return swap
    if swap.state != "offered":
        raise Refused(_("This offer to swap has ended."))
    if not says_yes:
        with _swap_act(session, real, REFUSED, swap, other, ours):
            _end(session, swap, "refused", now)
            notices.tell_of_place(
                session, now, "swap_refused", ours.person, ours.given, ours.row,
                _fact_of(swap, now), swap_id=swap.id,
            )  # fmt: skip
        return swap
    for side in (ours, other):
        _check(session, side, other if side is ours else ours, now, whose_eyes=other)
    with _swap_act(session, real, SWAPPED, swap, other, ours):
        _end(session, swap, "agreed", now)
        _exchange(session, swap, ours, other, now)
    return swap


def take_swap_back(session: Session, swap: Swap, now: datetime, real: datetime) -> Swap:
    """End one's own offer; who was asked and has answered already keeps what they said."""
    ours, other = _lock_sides(session, *_rows_of(session, swap))
    locks.read_again(session, swap)
    if swap.state == "withdrawn":
        return swap
    if swap.state != "offered":
        raise Refused(_("This offer to swap has ended."))
    with _swap_act(session, real, ENDED, swap, ours, other):
        _end(session, swap, "withdrawn", now)
    return swap


def _lock(taking: TakingBack) -> None:
    """Lock both places of a swap, whatever became of them, before anything is read."""
    swap = taking.session.get(Swap, taking.entry.subject_id)
    if swap is None:
        raise locks.Gone
    lock_running(taking, *(row.shift_id for row in _rows_of(taking.session, swap)))
    locks.read_again(taking.session, swap)


def _put_back(taking: TakingBack) -> None:
    """Put both back where they were; an offer that stands again is told again."""
    put_back_shifts(taking)
    if taking.entry.act == ENDED:
        swap = taking.session.get_one(Swap, taking.entry.subject_id)
        _, theirs = _rows_of(taking.session, swap)
        _tell_offer(taking.session, taking.now, swap, taking.locked[theirs.shift_id], theirs)


def _end_offer(taking: TakingBack) -> None:
    """End an offer that nobody has answered."""
    swap = taking.session.get_one(Swap, taking.entry.subject_id)
    if swap.state != "offered":
        raise Refused(_("This offer to swap has ended."))
    _end(taking.session, swap, "withdrawn", taking.now)


history.teach(history.Way(_end_offer, _lock, again=False, is_own=True), "swap", OFFERED)
history.teach(history.Way(_put_back, _lock, again=False, is_own=True), "swap", REFUSED, ENDED)
# What two agreed on neither takes back alone: only who runs the booth does.
history.teach(history.Way(_put_back, _lock, again=False), "swap", SWAPPED)


def find_swap(session: Session, swap_id: int) -> tuple[Swap, int, int] | None:
    """Return a swap with the numbers of the two people: who offered it, who was asked."""
    swap = session.get(Swap, swap_id)
    if swap is None:
        return None
    mine, theirs = _rows_of(session, swap)
    return swap, mine.person_id, theirs.person_id


def _rows_of(session: Session, swap: Swap) -> tuple[SignUp, SignUp]:
    """Return both sides; raise Gone where one is no more."""
    mine = session.get(SignUp, swap.mine_id)
    theirs = session.get(SignUp, swap.theirs_id)
    if mine is None or theirs is None:
        raise locks.Gone
    return mine, theirs


def _without(doing: list[Commitment], shift_id: int) -> list[Commitment]:
    return [one for one in doing if one.shift_id != shift_id]


def _may_go(slot: Slot, doing: list[Commitment], rules: Rules) -> bool:
    is_on_it = any(one.shift_id == slot.id for one in doing)
    return not is_on_it and not is_double_booked(slot, doing, rules)


def _lock_sides(session: Session, mine: SignUp, theirs: SignUp) -> tuple[_Side, _Side]:
    shift_ids = [mine.shift_id, theirs.shift_id]
    grounds = locks.lock(session, shift_ids, [mine.person_id, theirs.person_id])
    for row in (mine, theirs):
        locks.read_again(session, row)
    first, second = grounds[mine.shift_id], grounds[theirs.shift_id]
    if first.booth.id != second.booth.id or mine.person_id == theirs.person_id:
        raise Refused(_("Only two people at the same booth can swap."))
    one, two = session.get_one(Person, mine.person_id), session.get_one(Person, theirs.person_id)
    return _Side(mine, one, first, second), _Side(theirs, two, second, first)


def _check(
    session: Session, side: _Side, other: _Side, now: datetime, *, whose_eyes: _Side
) -> None:
    """Refuse unless this one of the two may go where the other stands."""
    is_reader = side is whose_eyes
    _check_holds(side, now, is_reader=is_reader)
    crowd = locks.crowd(session, side.wanted.shift, side.person.id)
    if crowd.mine is not None and crowd.mine.state in {"taken", "offered"}:
        named = {"name": side.person.first_name, "shift": side.wanted.label}
        raise Refused(
            _("You are on %(shift)s already.", **named)
            if is_reader
            else _("%(name)s is on %(shift)s already.", **named)
        )
    doing = commitments_near(session, [side.person.id], [side.wanted.slot])
    kept = _without(doing[side.person.id], side.given.shift.id)
    company = [one for one in crowd.helpers if one.id != other.person.id]
    helper = Helper(side.person.id, side.person.first_name, side.person.is_experienced)
    found = breaches_of(
        side.wanted.slot,
        kept,
        side.wanted.rules,
        side.wanted.zone,
        helper=helper,
        company=company if other.person.is_experienced else None,  # else it gets no worse
        name="" if is_reader else side.person.first_name,
    )
    if found:
        raise Refused(_("That does not work: %(sentence)s", sentence=found[0].sentence))


def _check_holds(side: _Side, now: datetime, *, is_reader: bool) -> None:
    check_runs(side.given, now)
    named = {"name": side.person.first_name, "shift": side.given.label}
    if side.row.state != "taken":
        raise Refused(
            _("You are not on %(shift)s any more.", **named)
            if is_reader
            else _("%(name)s is not on %(shift)s any more.", **named)
        )
    if now >= side.given.shift.starts_at or side.row.arrived_at is not None:
        raise Refused(_("%(shift)s has begun.", **named))


def _exchange(session: Session, swap: Swap, ours: _Side, other: _Side, now: datetime) -> None:
    """Let each go from where they were and put them where the other was."""
    leads = {ours.given.shift.id: ours.row.is_lead, other.given.shift.id: other.row.is_lead}
    for side in (ours, other):
        states.let_go(session, side.row, "left", now)
    for side in (ours, other):
        mine = locks.crowd(session, side.wanted.shift, side.person.id).mine
        leads_there = leads[side.wanted.shift.id] and side.person.is_experienced
        row = states.take(session, side.wanted.shift, mine, side.person, now, is_lead=leads_there)
        notices.tell_of_place(
            session, now, "swap_done", side.person, side.wanted, row,
            swap_id=swap.id, left_id=side.row.id,
            who_id=(other if side is ours else ours).person.id,
        )  # fmt: skip


def _end(session: Session, swap: Swap, state: str, now: datetime) -> None:
    swap.state, swap.answered_at = state, now
    session.flush()
