"""Puts a proposed roster to use, and takes it back: the placing rules decide on every place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Booth, Event, Foundation, Person, RosterProposal, Shift, SignUp
from outreach.accounts.audit import record
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks, states
from outreach.staffing.signups.checks import check_belongs, check_happens, check_person
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.snapshots import (
    Snapshot,
    changes,
    held_in,
    load_unchanged,
    people_in,
    snapshot,
)
from outreach.staffing.signups.undo import undo

USED = "used a proposed roster"


@dataclass(frozen=True, slots=True)
class Used:
    """What came of using a proposal."""

    entry: AuditEntry
    placed: int
    left_out: tuple[str, ...]
    """What changed meanwhile, a sentence for each place that stayed empty."""


def use(
    session: Session, proposal: RosterProposal, by: Person, now: datetime, real: datetime
) -> Used:
    """Put the proposed people on their shifts; each is told, and has yet to confirm.

    What changed since the proposal is left out and named. Pressed twice it is done once.
    """
    foundation = _lock(session, proposal)
    if proposal.state == "used":
        return _used_before(session, proposal)
    if proposal.state == "failed" or not proposal.places:
        raise Refused("This proposal has nobody to place.")
    grounds, people = _lock_places(session, proposal)
    before = snapshot(session, list(grounds))
    placed, left_out = 0, []
    for one in proposal.places:
        ground, person = grounds.get(one["shift"]), people.get(one["person"])
        if ground is None or person is None:
            left_out.append("A shift or a person was removed.")
            continue
        try:
            _place(session, ground, person, by, now, one["lead"])
            placed += 1
        except Refused as refusal:
            left_out.append(f"{person.first_name} on {ground.label}: {refusal.sentence}")
    proposal.state, proposal.claimed_until = "used", None
    proposal.finished_at = proposal.finished_at or now
    session.flush()
    detail = _detail(session, before) | {"placed": placed, "left_out": left_out}
    used = record(session, real, by, foundation, USED, "roster_proposal", proposal.id, detail)
    return Used(used, placed, tuple(left_out))


def take_back(
    session: Session, entry: AuditEntry, by: Person, now: datetime, real: datetime
) -> tuple[str, ...]:
    """Take everybody off whom a proposal put there; return who stays, a sentence each.

    Who said yes meanwhile, or was moved, stays where they are.
    """
    proposal = session.get_one(RosterProposal, entry.subject_id)
    _lock(session, proposal)
    if proposal.state != "used" or _newest_use(session, proposal).id != entry.id:
        return ()
    grounds, _ = _lock_places(session, proposal)
    unchanged, stays = _sort_out(session, grounds, entry.detail["changes"])
    detail = entry.detail | {"changes": unchanged}
    reduced = AuditEntry(id=entry.id, act=USED, subject=entry.subject, detail=detail)
    reduced.subject_id = entry.subject_id
    undo(session, reduced, by, now, real)
    proposal.state = "done"
    session.flush()
    return tuple(stays)


def find_use(session: Session, proposal: RosterProposal) -> AuditEntry | None:
    """Return the line of the use that Undo takes back, if the proposal is in use."""
    return _newest_use(session, proposal) if proposal.state == "used" else None


def _lock(session: Session, proposal: RosterProposal) -> Foundation:
    """Keep others from using or taking back the same proposal."""
    session.refresh(proposal, with_for_update={"key_share": True})
    booth = session.get_one(Booth, proposal.booth_id)
    event = session.get_one(Event, booth.event_id)
    return session.get_one(Foundation, event.foundation_id)


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
        raise Refused("The shift has begun.")
    if crowd.mine is not None and crowd.mine.holds_place:
        raise Refused(f"{person.first_name} is on it already.")
    if len(crowd.holding) >= ground.shift.max_people:
        raise Refused(f"It is full with {len(crowd.holding)} people.")
    check_person(session, ground, person, crowd, "", whose=f"{person.first_name}'s")
    row = states.take(session, ground.shift, crowd.mine, person, now, placed_by=by, is_lead=is_lead)
    notices.tell_of_place(session, now, "placed", person, ground, row)


def _detail(session: Session, before: Snapshot) -> dict[str, Any]:
    """Return what Undo needs to take the act back."""
    shifts = [key[0] for table, key in before if table == "shift"]
    after = snapshot(session, shifts)
    return {
        "shifts": shifts,
        "people": people_in(before, after),
        "held": held_in(before),
        "changes": changes(before, after),
    }


def _sort_out(
    session: Session, grounds: Mapping[int, LockedShift], stored: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the changes that still stand, and a sentence for each of the others."""
    unchanged, stays = [], []
    for change in stored:
        try:
            load_unchanged(session, [change])
            unchanged.append(change)
        except Refused:
            stays.append(_say_stays(session, grounds, change["key"][0]))
    return unchanged, stays


def _newest_use(session: Session, proposal: RosterProposal) -> AuditEntry:
    uses = select(AuditEntry).where(
        AuditEntry.subject == "roster_proposal",
        AuditEntry.subject_id == proposal.id,
        AuditEntry.act == USED,
    )
    return session.scalars(uses.order_by(AuditEntry.id.desc()).limit(1)).one()


def _used_before(session: Session, proposal: RosterProposal) -> Used:
    entry = _newest_use(session, proposal)
    return Used(entry, entry.detail["placed"], tuple(entry.detail["left_out"]))


def _say_stays(session: Session, grounds: Mapping[int, LockedShift], sign_up_id: int) -> str:
    row = session.get(SignUp, sign_up_id, populate_existing=True)
    if row is None:
        return "A place was removed meanwhile."
    name, label = session.get_one(Person, row.person_id).first_name, grounds[row.shift_id].label
    if row.state == "taken" and row.confirmed_at is not None:
        return f"{name} said yes to {label} and stays."
    return f"{name} on {label} changed meanwhile and stays so."
