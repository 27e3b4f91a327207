"""Staff change, cancel and remove shifts; nobody is taken off without being told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import Cover, CoverAsk, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import IS_LIVING, SHIFT_KINDS
from outreach.accounts.history import Entry, find_last_act
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.hours import at_same
from outreach.staffing.roster.booth_days import CANCELLED
from outreach.staffing.roster.stated.availability import keep_clock
from outreach.staffing.signups import locks, waiting_list
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.shift_acts import shift_act
from outreach.staffing.signups.states import let_go
from outreach.staffing.signups.ways_back import refuse_clashes

CHANGED = "changed"
LONGEST_NOTE = 300
MOST_PEOPLE = 99
MIN_LENGTH = timedelta(minutes=1)
"""Of a shift in an hour that the clocks of its new place show twice."""
FIELDS = (
    "kind", "starts_at", "ends_at", "min_people", "max_people", "needs", "note", "own_kind_id",
)  # fmt: skip

Facts = Mapping[str, Any]


def change_shift(
    session: Session, shift: Shift, facts: Facts, by: Person, now: datetime, real: datetime
) -> Entry:
    """Change some columns of a shift, see FIELDS; return the line of the history.

    Fewer places remove nobody: the shift is over-full until people leave. More places go to who
    waits. Other times are told to everybody on it; refused where one of them is elsewhere then.
    """
    return change_shifts(session, [(shift, facts)], by, now, real)


def change_shifts(
    session: Session,
    wanted: Sequence[tuple[Shift, Facts]],
    by: Person,
    now: datetime,
    real: datetime,
) -> Entry:
    """Change several shifts in one act: what they are afterwards counts, not the order."""
    grounds = lock_with_people(session, [shift for shift, _ in wanted])
    with shift_act(session, real, by, CHANGED, grounds.values()) as act:
        act.subject = wanted[0][0]
        before = places_of(grounds)
        moved = [
            grounds[one.id] for one, facts in wanted if _change(grounds[one.id].shift, facts, now)
        ]
        session.flush()
        tell_elsewhere(session, grounds, before, now, {one.shift.id for one in moved})
        for ground in moved:
            refuse_clashes(session, ground)
            _shorten_offers(session, ground, now)
            tell_all(session, ground, "changed", now)
        for ground in grounds.values():
            waiting_list.settle(session, ground, now)
    return act.entry


def cancel_shift(
    session: Session, shift: Shift, by: Person, now: datetime, real: datetime, why: str = ""
) -> Entry:
    """Cancel a shift: everybody on it and in its queue is told. Pressed twice it is done once."""
    return cancel_shifts(session, [shift], by, now, real, why)


def cancel_shifts(
    session: Session,
    shifts: Sequence[Shift],
    by: Person,
    now: datetime,
    real: datetime,
    why: str = "",
) -> Entry:
    """Cancel several shifts in one act; those that were cancelled already stay so.

    `why` is told besides to who was on them.
    """
    why = " ".join(why.split())
    if len(why) > LONGEST_NOTE:
        named = {"longest_note": LONGEST_NOTE}
        raise Refused(_("Keep it under %(longest_note)s characters.", **named), "told_why")
    grounds = lock_with_people(session, shifts)
    standing = [ground for ground in grounds.values() if ground.shift.cancelled_at is None]
    first = (standing[0] if standing else grounds[shifts[0].id]).shift
    found = None if standing else find_last_act(session, first, CANCELLED)
    if found is not None:
        return found
    with shift_act(session, real, by, CANCELLED, grounds.values()) as act:
        act.subject = first
        for ground in standing:
            ground.shift.told_why = why
            _cancel(session, ground, now)
    return act.entry


def list_on_shift(session: Session, shift: Shift) -> dict[int, str]:
    """Return who is on a shift that stands, or waits for it: first names by number."""
    if shift.cancelled_at is not None:
        return {}
    people = (
        select(Person.id, Person.name)
        .join(SignUp, SignUp.person_id == Person.id)
        .where(SignUp.shift_id == shift.id, IS_LIVING)
        .order_by(Person.name, Person.id)
    )
    return {row.id: first_name_of(row.name) for row in session.execute(people)}


def same_hours(
    starts: datetime, ends: datetime, was: ZoneInfo, zone: ZoneInfo, days: int = 0
) -> tuple[datetime, datetime]:
    """Return the instants of the same hours by another clock, or so many days later."""
    first = at_same(starts, was, zone, days)
    return first, max(at_same(ends, was, zone, days), first + MIN_LENGTH)


def keep_clocks(session: Session, clocks: Mapping[int, ZoneInfo], now: datetime) -> None:
    """Let shifts whose venue has another zone now show the times that they showed before.

    `clocks` are the zones that the times of these shifts were by. The hall opens at ten, whatever
    zone was known; whoever is on a shift that is at another instant now is told, once it is known.
    """
    grounds = lock_with_people(session, session.scalars(select(Shift).where(Shift.id.in_(clocks))))
    for booth, was, zone in {(one.booth, clocks[key], one.zone) for key, one in grounds.items()}:
        keep_clock(session, booth, was, zone)
    for ground in grounds.values():
        shift, was, zone = ground.shift, clocks[ground.shift.id], ground.zone
        starts, ends = same_hours(shift.starts_at, shift.ends_at, was, zone)
        if (starts, ends) == (shift.starts_at, shift.ends_at):
            continue
        shift.starts_at, shift.ends_at = starts, ends
        shift.note_change(now)
        session.flush()
        if ground.event.timezone is not None:
            _shorten_offers(session, ground, now)
            tell_all(session, ground, "changed", now)


def clear_shifts(
    session: Session, shift_ids: Collection[int], by: Person, now: datetime, real: datetime
) -> None:
    """Cancel the shifts that somebody ever had to do with; the others had as well not been."""
    locks.lock(session, shift_ids)
    used: set[int] = set()
    for column in (SignUp.shift_id, Cover.shift_id):
        used.update(session.scalars(select(column).where(column.in_(shift_ids))))
    if used:
        standing = select(Shift).where(Shift.id.in_(used)).order_by(Shift.id)
        cancel_shifts(session, session.scalars(standing).all(), by, now, real)
    session.execute(delete(Shift).where(Shift.id.in_(set(shift_ids) - used)))


def lock_with_people(session: Session, shifts: Iterable[Shift]) -> dict[int, LockedShift]:
    """Lock the shifts and everybody who is on them or waits for them."""
    grounds = locks.lock(session, [shift.id for shift in shifts])
    people = select(SignUp.person_id).where(SignUp.shift_id.in_(grounds), IS_LIVING)
    locks.lock_people(session, set(session.scalars(people)))
    return grounds


def _change(shift: Shift, facts: Facts, now: datetime) -> bool:
    """Set what is given, and tell whether calendars must hear of it."""
    unknown = set(facts) - set(FIELDS)
    if unknown:
        raise ValueError(f"a shift has no {', '.join(sorted(unknown))} to change")
    times, kind = (shift.starts_at, shift.ends_at), shift.own_kind_id
    for name, value in facts.items():
        setattr(shift, name, value)
    _check(shift)
    if (shift.starts_at, shift.ends_at) == times:
        if shift.own_kind_id != kind:
            shift.note_change(now)  # it may be in another place, which calendars show
        return False
    shift.note_change(now)
    return True


def _check(shift: Shift) -> None:
    if shift.kind not in SHIFT_KINDS:
        raise Refused(_("Pick what kind of shift it is."), "kind")
    if shift.ends_at <= shift.starts_at:
        raise Refused(_("A shift ends after it starts."), "ends_at")
    fewest, most = shift.min_people, shift.max_people
    if not 0 <= fewest <= MOST_PEOPLE:
        raise Refused(
            _("Give a number from 0 to %(most_people)s.", most_people=MOST_PEOPLE), "min_people"
        )
    if not max(1, fewest) <= most <= MOST_PEOPLE:
        named = {"max": max(1, fewest), "most_people": MOST_PEOPLE}
        raise Refused(_("Give a number from %(max)s to %(most_people)s.", **named), "max_people")
    if len(shift.note) > LONGEST_NOTE:
        raise Refused(
            _("Keep the note under %(longest_note)s characters.", longest_note=LONGEST_NOTE), "note"
        )


def _cancel(session: Session, ground: LockedShift, now: datetime) -> None:
    shift = ground.shift
    if now >= shift.ends_at:
        raise Refused(_("%(shift)s is over.", shift=ground.label))
    rows = _living(session, shift.id)
    if any(row.arrived_at is not None for row in rows):
        raise Refused(_("Somebody is checked in on %(shift)s already.", shift=ground.label))
    shift.cancelled_at = now
    shift.note_change(now)
    for row in rows:
        let_go(session, row, "removed", now)
        person = session.get_one(Person, row.person_id)
        notices.tell_of_place(session, now, "cancelled", person, ground, row)
    _close_covers(session, ground, now)


def _close_covers(session: Session, ground: LockedShift, now: datetime) -> None:
    """End calls for cover of a shift that does not take place, and tell those who were asked."""
    open_covers = select(Cover.id).where(
        Cover.shift_id == ground.shift.id, Cover.closed_at.is_(None)
    )
    covers = list(session.scalars(open_covers))
    asked = session.scalars(
        select(CoverAsk).where(CoverAsk.cover_id.in_(covers), CoverAsk.state == "asked")
    )
    for ask in asked:
        ask.state, ask.answered_at = "closed", now
        person = session.get_one(Person, ask.person_id)
        ids = {"cover_id": ask.cover_id, "shift_id": ground.shift.id, "event_id": ground.event.id}
        notices.tell(session, now, "cover_closed", person, f"cover {ask.cover_id} closed", **ids)
    session.flush()
    session.execute(update(Cover).where(Cover.id.in_(covers)).values(closed_at=now))


def _shorten_offers(session: Session, ground: LockedShift, now: datetime) -> None:
    """Let no offer last longer than the new time allows."""
    latest = min(
        now + waiting_list.offer_lasts(ground.shift.starts_at - now), ground.shift.starts_at
    )
    for row in locks.crowd(session, ground.shift).holding:
        if row.state == "offered" and row.offer_ends_at is not None:
            row.offer_ends_at = max(now, min(row.offer_ends_at, latest))


def places_of(grounds: Mapping[int, LockedShift]) -> dict[int, str]:
    """Return where these shifts are, to tell afterwards who has to go elsewhere."""
    return {key: one.booth.place_of(one.shift.own_place) for key, one in grounds.items()}


def tell_elsewhere(
    session: Session,
    grounds: Mapping[int, LockedShift],
    before: Mapping[int, str],
    now: datetime,
    told: Collection[int] = (),
) -> None:
    """Tell who is on a shift that is at another place now; but for those told of it anyway."""
    for ground in grounds.values():
        session.refresh(ground.shift, ["own_place"])
    for key, place in places_of(grounds).items():
        if place != before[key] and key not in told and grounds[key].shift.cancelled_at is None:
            tell_all(session, grounds[key], "elsewhere", now)


def tell_all(session: Session, ground: LockedShift, kind: str, now: datetime) -> None:
    if now >= ground.shift.ends_at:
        return
    for row in locks.crowd(session, ground.shift).holding:
        person = session.get_one(Person, row.person_id)
        notices.tell_of_place(session, now, kind, person, ground, row)


def _living(session: Session, shift_id: int) -> Sequence[SignUp]:
    return session.scalars(
        select(SignUp)
        .where(SignUp.shift_id == shift_id, IS_LIVING)
        .order_by(SignUp.id)
        .execution_options(populate_existing=True)
    ).all()
