"""Puts a proposed roster to use, and takes it back: the placing rules decide on every place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, RosterProposal, Shift, SignUp
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.proposed_rosters.choice import Pair
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.locks import LockedShift, check_belongs, check_happens, check_person
from outreach.staffing.signups.ways_back import find_standing, put_back_standing

USED = "used a proposed roster"


@dataclass(frozen=True, slots=True)
class Used:
    """What came of using a proposal."""

    entry: history.Entry
    placed: int
    left_out: tuple[str, ...]
    """What changed meanwhile, a sentence for each place that stayed empty."""


def use(
    session: Session,
    proposal: RosterProposal,
    by: Person,
    now: datetime,
    real: datetime,
    without: Collection[Pair] = (),
) -> Used:
    """Put the proposed people on their shifts; each is told, and has yet to confirm.

    `without` are places that staff do not want, by shift and person.

    What changed since the proposal is left out and named. Pressed twice it is done once.
    """
    event = _lock(session, proposal)
    if proposal.state == "used":
        return _used_before(session, proposal)
    wanted = [one for one in proposal.places if (one["shift"], one["person"]) not in without]
    if proposal.state == "failed" or not wanted:
        raise Refused(_("This proposal has nobody to place."))
    grounds, people = _lock_places(session, proposal)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, USED, proposal) as act:
        act.concerns(event, session.get_one(Booth, proposal.booth_id))
        act.detail["held"] = locks.count_held(session, grounds)
        placed, left_out = _place_all(session, wanted, grounds, people, by, now)
        act.detail |= {"placed": placed, "left_out": left_out}
        proposal.state, proposal.claimed_until = "used", None
        proposal.finished_at = proposal.finished_at or now
    return Used(act.entry, placed, tuple(left_out))


def _place_all(
    session: Session,
    wanted: Iterable[Mapping[str, Any]],
    grounds: Mapping[int, LockedShift],
    people: Mapping[int, Person],
    by: Person,
    now: datetime,
) -> tuple[int, list[str]]:
    """Place everybody who can be; return how many, and why the others cannot."""
    placed, left_out = 0, []
    for one in wanted:
        ground, person = grounds.get(one["shift"]), people.get(one["person"])
        if ground is None or person is None:
            left_out.append(_("A shift or a person was removed."))
            continue
        try:
            _place(session, ground, person, by, now, one["lead"])
            placed += 1
        except Refused as refusal:
            named = {"name": person.first_name, "shift": ground.label}
            left_out.append(_("%(name)s on %(shift)s: %(why)s", why=refusal.sentence, **named))
    return placed, left_out


def find_use(session: Session, proposal: RosterProposal) -> history.Entry | None:
    """Return the line of the use that can be taken back, if the proposal is in use."""
    used = proposal.state == "used"
    return history.find_last_act(session, proposal, USED) if used else None


def _lock(session: Session, proposal: RosterProposal) -> Event:
    """Keep others from using or taking back the same proposal; return its event."""
    session.refresh(proposal, with_for_update={"key_share": True})
    booth = session.get_one(Booth, proposal.booth_id)
    return session.get_one(Event, booth.event_id)


def _lock_proposal(taking: TakingBack) -> None:
    proposal = taking.session.get_one(RosterProposal, taking.entry.subject_id)
    _lock(taking.session, proposal)
    taking.locked, _people = _lock_places(taking.session, proposal)


def _put_back_use(taking: TakingBack) -> None:
    """Take everybody off whom a proposal put there; who said yes or was moved stays."""
    session = taking.session
    proposal = session.get_one(RosterProposal, taking.entry.subject_id)
    taking.changes = [one for one in taking.changes if one["table"] != proposal.__tablename__]
    unchanged = find_standing(taking)
    stays = [one["key"][0] for one in taking.changes if one not in unchanged]
    taking.remarks += [_say_stays(session, taking.locked, number) for number in stays]
    put_back_standing(taking, unchanged)
    taking.said = _("the proposal's people are off their shifts")
    proposal.state = "done"


history.teach(
    history.Way(_put_back_use, _lock_proposal, again=False), RosterProposal.__tablename__, USED
)


def _lock_places(
    session: Session, proposal: RosterProposal
) -> tuple[dict[int, LockedShift], dict[int, Person]]:
    """Lock all shifts and people of a proposal at once, in the order that everybody keeps."""
    wanted = {one["shift"] for one in proposal.places}
    named = {one["person"] for one in proposal.places}
    ids = set(session.scalars(select(Shift.id).where(Shift.id.in_(wanted))))
    known = set(session.scalars(select(Person.id).where(Person.id.in_(named))))
    grounds = locks.lock(session, ids, known, with_queues=True)
    people = session.scalars(select(Person).where(Person.id.in_(known)))
    return grounds, {one.id: one for one in people}


def _place(
    session: Session, ground: LockedShift, person: Person, by: Person, now: datetime, is_lead: bool
) -> None:
    """Put somebody on a locked shift by the rules of placing, without a reason for any breach."""
    crowd = locks.crowd(session, ground.shift, person.id)
    check_belongs(ground, person)
    check_happens(ground)
    if ground.shift.starts_at <= now:
        raise Refused(_("The shift has begun."))
    if crowd.mine is not None and crowd.mine.holds_place:
        raise Refused(_("%(name)s is on it already.", name=person.first_name))
    if len(crowd.holding) >= ground.shift.max_people:
        raise Refused(
            ngettext(
                "It is full with %(num)s person.",
                "It is full with %(num)s people.",
                len(crowd.holding),
            )
        )
    check_person(session, ground, person, crowd, "", name=person.first_name)
    row = states.take(session, ground.shift, crowd.mine, person, now, placed_by=by, is_lead=is_lead)
    notices.tell_of_place(session, now, "placed", person, ground, row)


def _used_before(session: Session, proposal: RosterProposal) -> Used:
    entry = history.find_last_act(session, proposal, USED)
    if entry is None:
        raise Refused(_("This proposal is in use already."))
    return Used(entry, entry.detail["placed"], tuple(entry.detail["left_out"]))


def _say_stays(session: Session, grounds: Mapping[int, LockedShift], sign_up_id: int) -> str:
    row = session.get(SignUp, sign_up_id, populate_existing=True)
    if row is None:
        return _("A place was removed meanwhile.")
    name, label = session.get_one(Person, row.person_id).first_name, grounds[row.shift_id].label
    if row.state == "taken" and row.confirmed_at is not None:
        return _("%(name)s said yes to %(shift)s and stays.", name=name, shift=label)
    return _("%(name)s on %(shift)s changed meanwhile and stays so.", name=name, shift=label)
