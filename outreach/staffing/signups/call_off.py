"""What a decision against an event means for its booth: whoever counts on a shift is told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Booth, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import LIVING
from outreach.staffing import notices
from outreach.staffing.signups import locks


def list_counting(session: Session, event_ids: Iterable[int], now: datetime) -> dict[int, str]:
    """Return who counts on a shift to come of these events, or waits for one: first names."""
    people = (
        select(Person.id, Person.name)
        .join(SignUp, SignUp.person_id == Person.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(Shift.id.in_(_drawn(event_ids, now)), SignUp.state.in_(LIVING))
        .order_by(Person.name, Person.id)
    )
    return {row.id: first_name_of(row.name) for row in session.execute(people)}


def _drawn(event_ids: Iterable[int], now: datetime) -> Select[int]:
    return (
        select(Shift.id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.event_id.in_(list(event_ids)))
        .where(Shift.cancelled_at.is_(None), Shift.ends_at > now)
    )


def tell_called_off(session: Session, event_ids: Iterable[int], now: datetime) -> None:
    """Tell everybody on the shifts of these events, or in their queues, that we do not go.

    The places stay as they are: the decision may be taken back.
    """
    _tell(session, event_ids, now, LIVING, "called_off")


def tell_on_again(session: Session, event_ids: Iterable[int], now: datetime) -> None:
    """Tell whoever has a place that we go after all."""
    _tell(session, event_ids, now, ("taken",), "on_again")


def _tell(
    session: Session, event_ids: Iterable[int], now: datetime, states: tuple[str, ...], kind: str
) -> None:
    shifts = session.scalars(_drawn(event_ids, now)).all()
    if not shifts:
        return
    grounds = locks.lock(session, shifts)
    for ground in grounds.values():
        ground.shift.note_change(now)
    session.flush()
    rows = session.execute(
        select(SignUp, Person)
        .join(Person, Person.id == SignUp.person_id)
        .where(SignUp.shift_id.in_(shifts), SignUp.state.in_(states))
        .order_by(SignUp.id)
    )
    for sign_up, person in rows.all():
        notices.tell_of_place(session, now, kind, person, grounds[sign_up.shift_id], sign_up)
