"""Kinds of shift that a booth names itself, with a place, a note and a link of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, ShiftKind
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import list_kinds
from outreach.staffing.roster.stated.availability import lock_booth
from outreach.staffing.signups import locks
from outreach.staffing.signups.change_shift import (
    lock_with_people,
    places_of,
    tell_elsewhere,
)
from outreach.staffing.signups.locks import LockedShift

MOST = 12
LONGEST_NAME, LONGEST_PLACE, LONGEST_NOTE, LONGEST_URL = 40, 80, 160, 500
SAVED, REMOVED = "saved kind of shift", "removed kind of shift"


@dataclass(frozen=True, slots=True)
class WantedKind:
    """What a form says of a kind, and which shifts are of it, by number."""

    name: str
    place: str
    note: str
    url: str
    shift_ids: frozenset[int]


def save_kind(
    session: Session, booth: Booth, event: Event, kind: ShiftKind | None, wanted: WantedKind,
    by: Person, now: datetime, real: datetime,
) -> history.Entry | None:  # fmt: skip
    """Add a kind, or change one, with the shifts that are of it; None where nothing changed."""
    grounds = _lock(session, booth, wanted.shift_ids, kind)
    places = places_of(grounds)
    _check_name(session, booth, kind, wanted.name)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, SAVED, booth, if_changed=True) as act:
        act.concerns(event)
        act.detail["name"] = wanted.name
        if kind is None:
            kind = ShiftKind(booth_id=booth.id)
            session.add(kind)
        before = kind.place, kind.note, kind.url, kind.name
        kind.name, kind.place = wanted.name, wanted.place
        kind.note, kind.url = wanted.note, wanted.url
        session.flush()
        has_changed = before != (kind.place, kind.note, kind.url, kind.name)
        for key, ground in grounds.items():
            _sort(ground.shift, kind, key in wanted.shift_ids, has_changed, now)
        session.flush()
        tell_elsewhere(session, grounds, places, now)
    return act.changed


def _sort(shift: Shift, kind: ShiftKind, is_of_it: bool, has_changed: bool, now: datetime) -> None:
    """Let a shift be of the kind or not; calendars hear of another place, note or link."""
    was = shift.own_kind_id == kind.id
    if is_of_it != was:
        shift.own_kind_id = kind.id if is_of_it else None
    if is_of_it != was or (was and has_changed):
        shift.note_change(now)


def remove_kind(
    session: Session, booth: Booth, event: Event, kind: ShiftKind,
    by: Person, now: datetime, real: datetime,
) -> history.Entry:  # fmt: skip
    """Take a kind away; its shifts stay, with the place and the note of the booth."""
    grounds = _lock(session, booth, frozenset(), kind)
    places = places_of(grounds)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, REMOVED, booth) as act:
        act.concerns(event)
        act.detail["name"] = kind.name
        for ground in grounds.values():
            ground.shift.own_kind_id = None
            ground.shift.note_change(now)
        session.flush()
        session.delete(kind)
        session.flush()
        tell_elsewhere(session, grounds, places, now)
    return act.entry


def _lock(
    session: Session, booth: Booth, wanted: Collection[int], kind: ShiftKind | None
) -> dict[int, LockedShift]:
    """Lock the shifts of the booth that are of a kind, or are to be, and who is on them."""
    lock_booth(session, booth.id)
    if kind is not None:
        locks.read_again(session, kind)
    of_kind = Shift.own_kind_id == kind.id if kind is not None else false()
    ours = Shift.booth_id == booth.id, Shift.id.in_(wanted) | of_kind
    shifts = select(Shift).where(*ours).order_by(Shift.id)
    return lock_with_people(session, session.scalars(shifts).all())


def _check_name(session: Session, booth: Booth, kind: ShiftKind | None, name: str) -> None:
    others = [one for one in list_kinds(session, booth) if kind is None or one.id != kind.id]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Refused(_("There is a kind of this name already."), "name")
    if kind is None and len(others) >= MOST:
        raise Refused(_("A booth names %(most)s kinds at most.", most=MOST), "name")


def _lock_shifts(taking: TakingBack) -> None:
    shifts = select(Shift).where(Shift.id.in_(taking.keys("shift"))).order_by(Shift.id)
    taking.locked = lock_with_people(taking.session, taking.session.scalars(shifts).all())


def _put_back(taking: TakingBack) -> None:
    """Put the kind and its shifts back; calendars and people hear of it as of any change."""
    grounds: dict[int, LockedShift] = taking.locked
    heard = {key: ground.shift.sequence for key, ground in grounds.items()}
    places = places_of(grounds)
    history.put_back_with_parts(taking)
    for key, ground in grounds.items():
        taking.session.refresh(ground.shift)
        ground.shift.sequence = heard[key]
        ground.shift.note_change(taking.now)
    taking.session.flush()
    tell_elsewhere(taking.session, grounds, places, taking.now)


history.teach(history.Way(put_back=_put_back, lock=_lock_shifts), "booth", SAVED, REMOVED)
