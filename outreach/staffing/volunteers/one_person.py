"""An address is shown to be somebody's; two rows that are one person become the earlier one."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, Table, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Session

from models import Foundation, Person, PersonalLink, SignInLink, SignInSession, SignUp
from models.base import Base
from models.staffing import HOLDING, LIVING
from outreach.accounts import addresses
from outreach.accounts.audit import record
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import is_double_booked
from outreach.staffing.signups import locks, waiting_list
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.states import let_go

KEYS_TO_THE_HOUSE = (PersonalLink, SignInLink, SignInSession)
"""What lets somebody in; none of the second row's may open the first one's pages."""


def check_contact(
    session: Session, person: Person, now: datetime, real: datetime | None = None
) -> Person:
    """Note that the person reads the mail of their address; return who they are.

    Where somebody of the foundation has shown that before, the two are one from now on: the
    earlier row stays, with its name, its role and its links, and takes the sign-ups over. The
    later row's links end, for whoever typed an address may not open its owner's pages. `real`
    is for the audit.
    """
    wait_for_others(session, person.foundation_id)
    locks.read_again(session, person)
    if person.email_key is not None:
        return person
    key = addresses.fold(person.email or "")
    same = (Person.foundation_id == person.foundation_id, Person.email_key == key)
    owner = session.scalar(select(Person).where(*same))
    foundation = session.get_one(Foundation, person.foundation_id)
    at, number = real or now, person.id
    if owner is None:
        person.email_key = key
        session.flush()
        record(session, at, person, foundation, "showed an address", "person", number)
        return person
    became = unite(session, owner, person, now)
    shifts = {str(shift_id): word for shift_id, word in became.items()}
    detail = {"was": number, "shifts": shifts}
    record(session, at, owner, foundation, "became one", "person", owner.id, detail)
    return owner


def unite(session: Session, kept: Person, other: Person, now: datetime) -> dict[int, str]:
    """Move all that is the other's to the kept person, and delete the other.

    Where both are on a shift the kept one's place stands, unless they had left it. A place that
    would be a double booking is given up. The other's links end: who made them has shown
    nothing. Return what became of the other's sign-ups, by shift.
    """
    shift_ids = _shifts_of(session, other)
    grounds = locks.lock(session, shift_ids, [kept.id, other.id], with_queues=True)
    if _shifts_of(session, other) != shift_ids:
        raise Refused(_("Something changed at this moment. Press the button again."))
    for keys in KEYS_TO_THE_HOUSE:
        session.execute(delete(keys).where(keys.person_id == other.id))
    became = {key: _move(session, ground, kept, other, now) for key, ground in grounds.items()}
    for ground in grounds.values():
        waiting_list.settle(session, ground, now)
    for table, column in _columns_of_people():
        _move_rows(session, table, column, kept.id, other.id)
    session.expire_all()
    session.execute(delete(Person).where(Person.id == other.id))
    return became


def _shifts_of(session: Session, person: Person) -> list[int]:
    mine = select(SignUp.shift_id).where(SignUp.person_id == person.id).order_by(SignUp.shift_id)
    return list(session.scalars(mine))


def _move(session: Session, ground: LockedShift, kept: Person, other: Person, now: datetime) -> str:
    """Let the kept person have the other's row on one shift, or their own."""
    theirs = locks.crowd(session, ground.shift, other.id).mine
    own = locks.crowd(session, ground.shift, kept.id).mine
    if theirs is None:
        return "gone"
    if own is not None:
        lost = own if theirs.state in LIVING and own.state not in LIVING else theirs
        session.delete(lost)
        session.flush()
        if lost is theirs:
            return "had one"
    theirs.person_id, theirs.form_key = kept.id, None  # whoever has the form shows nothing by it
    session.flush()
    commitments = commitments_near(session, [kept.id], [ground.slot])[kept.id]
    if theirs.state in HOLDING and is_double_booked(ground.slot, commitments, ground.rules):
        let_go(session, theirs, "removed", now)
        notices.tell_of_place(session, now, "removed", kept, ground, theirs)
        return "was elsewhere"
    return "moved"


def _columns_of_people() -> Iterator[tuple[Table, Column[int]]]:
    """List every column that names a person, of tables of today and tomorrow."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                yield table, column


def _move_rows(session: Session, table: Table, column: Column[int], kept: int, other: int) -> None:
    """Name the kept person instead; what the kept one has already is not doubled."""
    uniques = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for columns in ({*table.primary_key.columns}, *({*c.columns} for c in uniques)):
        if column in columns and len(columns) > 1:
            twin = table.alias()
            same = [twin.c[one.key] == one for one in columns if one is not column]
            has_one = select(1).where(twin.c[column.key] == kept, *same).exists()
            session.execute(delete(table).where(column == other, has_one))
    session.execute(update(table).where(column == other).values({column: kept}))
