"""Batches of shifts that were drawn or pasted together: listed, and removed as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, SignUp
from models.people import first_name_of
from models.staffing import IS_LIVING
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back_touched
from outreach.calendars.clock import say_opening_number
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import say_shifts
from outreach.staffing.signups import change_shift, locks
from outreach.staffing.signups.batches.draw import DREW

REMOVED_SHIFTS = "removed shifts"


@dataclass(frozen=True, slots=True)
class DrawnBatch:
    """Shifts that were drawn together, as far as they stand."""

    key: str
    drawn_at: datetime
    shifts: int
    people: int
    """How many are on them or wait for them, and hear of it when they go."""
    first: datetime
    last: datetime
    entry: history.Entry | None = None
    """The line of the history by which they go; None where nobody drew them by hand."""

    @property
    def question(self) -> str:
        return _("Take %(shifts)s back?", shifts=say_shifts(self.shifts))

    @property
    def say_people(self) -> str:
        """Say how many are on them or wait for them."""
        number = say_opening_number(self.people)
        if self.shifts == 1:
            return ngettext(
                "%(number)s person is on it or waits for a place.",
                "%(number)s people are on it or wait for a place.",
                self.people,
                number=number,
            )
        return ngettext(
            "%(number)s person is on them or waits for a place.",
            "%(number)s people are on them or wait for a place.",
            self.people,
            number=number,
        )


def list_batches(session: Session, booth: Booth) -> list[DrawnBatch]:
    """Return the batches of a booth that have shifts, the newest first."""
    rows = session.execute(
        select(
            Shift.batch,
            func.min(Shift.created_at),
            func.count(),
            func.min(Shift.starts_at),
            func.max(Shift.ends_at),
        )
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), Shift.batch.is_not(None))
        .group_by(Shift.batch)
    ).all()
    counted = session.execute(
        select(Shift.batch, func.count(SignUp.person_id.distinct()))
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None))
        .where(IS_LIVING)
        .group_by(Shift.batch)
    )
    people = {row[0]: row[1] for row in counted}
    entries = {entry.detail["batch"]: entry for entry in history.list_acts(session, booth, DREW)}
    found = [
        DrawnBatch(key or "", at, count, people.get(key, 0), first, last, entries.get(key))
        for key, at, count, first, last in rows
    ]
    return sorted(found, key=lambda batch: (batch.drawn_at, batch.key), reverse=True)


def list_told(session: Session, booth: Booth, batch: str) -> dict[int, str]:
    """Return who is on the batch's shifts or waits for them, number and first name."""
    people = (
        select(Person.id, Person.name)
        .join(SignUp, SignUp.person_id == Person.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(Shift.booth_id == booth.id, Shift.batch == batch, Shift.cancelled_at.is_(None))
        .where(IS_LIVING)
        .order_by(SignUp.id)
    )
    return {row.id: first_name_of(row.name) for row in session.execute(people)}


def count_told_by(session: Session, entry: history.Entry) -> int:
    """Return how many people would hear of it if a drawing were taken back."""
    if (entry.subject, entry.act) != ("booth", DREW) or history.find_hindrance(entry):
        return 0
    booth = session.get_one(Booth, entry.subject_id)
    return len(list_told(session, booth, entry.detail["batch"]))


def remove_batch(
    session: Session,
    event: Event,
    booth: Booth,
    batch: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Remove shifts that were made together; who is on them is told.

    Raise Gone where the booth has no such batch.
    """
    _lock_batch(session, booth, batch)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, REMOVED_SHIFTS, booth) as act:
        act.concerns(event)
        if not _remove(session, booth, batch, by, now, real):
            raise locks.Gone
    return act.entry


def _standing(booth: Booth, batch: str) -> Select[int]:
    return select(Shift.id).where(
        Shift.booth_id == booth.id, Shift.batch == batch, Shift.cancelled_at.is_(None)
    )


def _lock_batch(session: Session, booth: Booth, batch: str) -> None:
    """Lock the shifts of a batch, and who is on them or waits for them."""
    ids = list(session.scalars(_standing(booth, batch)))
    people = select(SignUp.person_id).where(SignUp.shift_id.in_(ids), IS_LIVING)
    locks.lock(session, ids, session.scalars(people), with_queues=True)


def _remove(
    session: Session, booth: Booth, batch: str, by: Person, now: datetime, real: datetime
) -> int:
    """Clear the shifts of a batch; return how many."""
    ids = session.scalars(_standing(booth, batch)).all()
    change_shift.clear_shifts(session, ids, by, now, real)
    return len(ids)


def _lock_drawing(taking: TakingBack) -> None:
    booth = taking.session.get_one(Booth, taking.entry.subject_id)
    _lock_batch(taking.session, booth, taking.entry.detail["batch"])


def _put_back_drawing(taking: TakingBack) -> None:
    """Remove what a drawing made; what it moved or removed is as before.

    Shifts on which somebody stands are cancelled and the people told; the others are forgotten.
    What was changed again since stays as it is.
    """
    session, batch = taking.session, taking.entry.detail["batch"]
    booth = session.get_one(Booth, taking.entry.subject_id)
    removed = _remove(session, booth, batch, taking.by, taking.now, taking.real)
    if removed:
        taking.said = _("%(shifts)s taken back", shifts=say_shifts(removed))
    taking.changes = [one for one in taking.changes if one["before"] is not None]
    put_back_touched(taking)
    parts = history.list_parts(session, taking.entry)
    if sum(_stays(taking, part) for part in parts):
        taking.remarks.append(_("What was changed again since stays as it is."))


def _stays(taking: TakingBack, part: history.Entry) -> bool:
    """Take one act of a drawing back; tell whether it has to stay because of what came after."""
    try:
        with taking.session.begin_nested():
            history.undo(taking.session, part, taking.by, taking.now, taking.real)
    except Refused:
        return True
    return False


history.teach(history.Way(_put_back_drawing, _lock_drawing, again=False), "booth", DREW)
