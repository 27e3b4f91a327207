"""Puts a proposed roster to use, and takes it back: the placing rules decide on every place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Booth, Event, Foundation, Person, RosterProposal, Shift, SignUp
from models.staffing import HOLDING
from outreach.accounts.audit import record
from outreach.refusal import Refused
from outreach.staffing import places, placing
from outreach.staffing.booths import zone_of
from outreach.staffing.venue_time import say_start

USED, TAKEN_BACK = "used a proposed roster", "took a proposed roster back"


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
    foundation, event = _lock(session, proposal)
    if proposal.state == "used":
        return _used_before(session, proposal)
    if proposal.state == "failed" or not proposal.places:
        raise Refused("This proposal has nobody to place.")
    shifts, people = _lock_places(session, proposal)
    entries, left_out = [], []
    for one in proposal.places:
        shift, person = shifts.get(one["shift"]), people.get(one["person"])
        if shift is None or person is None:
            left_out.append("A shift or a person was removed.")
            continue
        try:
            entries.append(_place(session, shift, person, by, now, real, one["lead"]))
        except Refused as refusal:
            when = say_start(shift.starts_at, zone_of(event))
            left_out.append(f"{person.first_name} on {when}: {refusal.sentence}")
    proposal.state, proposal.claimed_until = "used", None
    proposal.finished_at = proposal.finished_at or now
    detail = {"entries": [entry.id for entry in entries], "left_out": left_out}
    used = record(session, real, by, foundation, USED, "roster_proposal", proposal.id, detail)
    return Used(used, len(entries), tuple(left_out))


def take_back(
    session: Session, entry: AuditEntry, by: Person, now: datetime, real: datetime
) -> tuple[str, ...]:
    """Take everybody off whom a proposal put there; return who stays, a sentence each.

    Who said yes meanwhile, or was moved, stays where they are.
    """
    proposal = session.get_one(RosterProposal, entry.subject_id)
    foundation, event = _lock(session, proposal)
    if proposal.state != "used" or _newest_use(session, proposal).id != entry.id:
        return ()
    _lock_places(session, proposal)
    stays = []
    acts = list(_load_acts(session, entry.detail["entries"]))
    for act in reversed(acts):
        try:
            with session.begin_nested():
                placing.undo_placing(session, act, by, now, real)
        except Refused:
            stays.append(_say_stays(session, act, event))
    proposal.state = "done"
    detail = {"entry": entry.id, "stays": stays}
    record(session, real, by, foundation, TAKEN_BACK, "roster_proposal", proposal.id, detail)
    return tuple(stays)


def find_use(session: Session, proposal: RosterProposal) -> AuditEntry | None:
    """Return the line of the use that Undo takes back, if the proposal is in use."""
    return _newest_use(session, proposal) if proposal.state == "used" else None


def _lock(session: Session, proposal: RosterProposal) -> tuple[Foundation, Event]:
    """Keep others from using or taking back the same proposal."""
    session.refresh(proposal, with_for_update={"key_share": True})
    booth = session.get_one(Booth, proposal.booth_id)
    event = session.get_one(Event, booth.event_id)
    return session.get_one(Foundation, event.foundation_id), event


def _lock_places(
    session: Session, proposal: RosterProposal
) -> tuple[dict[int, Shift], dict[int, Person]]:
    """Lock all shifts and people of a proposal at once, in the order that everybody keeps."""
    wanted = {one["shift"] for one in proposal.places}
    named = {one["person"] for one in proposal.places}
    ids = set(session.scalars(select(Shift.id).where(Shift.id.in_(wanted))))
    known = set(session.scalars(select(Person.id).where(Person.id.in_(named))))
    grounds = places.lock(session, ids, known, with_queues=True)
    people = session.scalars(select(Person).where(Person.id.in_(known)))
    return {key: one.shift for key, one in grounds.items()}, {one.id: one for one in people}


def _place(
    session: Session,
    shift: Shift,
    person: Person,
    by: Person,
    now: datetime,
    real: datetime,
    is_lead: bool,
) -> AuditEntry:
    held = select(SignUp.id).where(
        SignUp.shift_id == shift.id, SignUp.person_id == person.id, SignUp.state.in_(HOLDING)
    )
    if session.scalar(held) is not None:
        raise Refused(f"{person.first_name} is on it already.")
    if shift.starts_at <= now:
        raise Refused("The shift has begun.")
    with session.begin_nested():
        return placing.place(session, shift, person, by, now, real, is_lead=is_lead)


def _newest_use(session: Session, proposal: RosterProposal) -> AuditEntry:
    uses = select(AuditEntry).where(
        AuditEntry.subject == "roster_proposal",
        AuditEntry.subject_id == proposal.id,
        AuditEntry.act == USED,
    )
    return session.scalars(uses.order_by(AuditEntry.id.desc()).limit(1)).one()


def _used_before(session: Session, proposal: RosterProposal) -> Used:
    entry = _newest_use(session, proposal)
    detail: dict[str, Any] = entry.detail
    return Used(entry, len(detail["entries"]), tuple(detail["left_out"]))


def _load_acts(session: Session, ids: Sequence[int]) -> Iterable[AuditEntry]:
    found = session.scalars(select(AuditEntry).where(AuditEntry.id.in_(ids)))
    return sorted(found, key=lambda entry: entry.id)


def _say_stays(session: Session, act: AuditEntry, event: Event) -> str:
    row = session.get(SignUp, act.subject_id, populate_existing=True)
    if row is None:
        return "A place was removed meanwhile."
    name = session.get_one(Person, row.person_id).first_name
    when = say_start(session.get_one(Shift, row.shift_id).starts_at, zone_of(event))
    if row.state == "taken" and row.confirmed_at is not None:
        return f"{name} said yes to {when} and stays."
    return f"{name} on {when} changed meanwhile and stays so."
