"""An address is shown to be somebody's, or not; two rows of one person become the earlier one."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Column, Table, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Session

from models import (
    BlockedAddress,
    Foundation,
    Message,
    Person,
    PersonalLink,
    SignInLink,
    SignInSession,
    SignUp,
)
from models.base import Base
from models.staffing import HOLDING, LIVING
from outreach.accounts import addresses
from outreach.accounts.audit import record
from outreach.accounts.tokens import token_hash
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import is_double_booked
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.attendance.experience import count_later
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.states import let_go
from outreach.staffing.volunteers import personal_links

KEYS_TO_THE_HOUSE = (PersonalLink, SignInLink, SignInSession)
"""What lets somebody in; none of the second row's may open the first one's pages."""
NOT_THEIRS = "The owner of the address says that it was not them."


class OtherName(Refused):
    """Somebody of another first name has shown this address before: one person, or two?"""

    status = 409

    def __init__(self, owner: Person, name: str) -> None:
        named = {"owner": owner.first_name, "name": name}
        super().__init__(_("Are you %(owner)s, or do you share the address?", **named))
        self.owner, self.name = owner.first_name, name


def check_contact(
    session: Session,
    person: Person,
    now: datetime,
    real: datetime | None = None,
    *,
    kept: str | None = None,
    shares: bool | None = None,
) -> Person:
    """Note that the person reads the mail of their address; return who they are.

    What was handed out to whoever typed the address ends, but for the link that the confirming
    browser `kept`. Where somebody of that first name has shown the address before, the two are
    one from now on: the earlier row stays, with its name, its role and its links, and takes the
    sign-ups over. Where the name is another, raise OtherName until it is said whether they share
    the address: then both stay, and both get mail. `real` is for the audit.
    """
    wait_for_others(session, person.foundation_id)
    locks.read_again(session, person)
    key = addresses.fold(person.email or "")
    same = (Person.foundation_id == person.foundation_id, Person.email_key == key)
    owner = session.scalar(select(Person).where(*same))
    if person.has_shown_address:
        return person
    if owner and shares is None and not owner.is_named_like(person):
        raise OtherName(owner, person.first_name)
    if owner and not shares:
        return _become(session, owner, person, now, real or now)
    if owner:
        person.shares_address_at = real or now
    else:
        person.email_key = key
    session.flush()
    _end_what_was_handed_out(session, person, kept)
    foundation = session.get_one(Foundation, person.foundation_id)
    record(session, real or now, person, foundation, "showed an address", "person", person.id)
    return person


def _end_what_was_handed_out(session: Session, person: Person, kept: str | None) -> None:
    """End what opens the pages of somebody who has shown now who they are; forget where from."""
    for keys in (SignInLink, SignInSession):
        session.execute(delete(keys).where(keys.person_id == person.id))
    personal_links.forget_others(session, person, kept)
    states.forget_origin(session, [person.id])


def _become(
    session: Session, owner: Person, person: Person, now: datetime, real: datetime
) -> Person:
    number, foundation = person.id, session.get_one(Foundation, person.foundation_id)
    became = unite(session, owner, person, now)
    states.forget_origin(session, [owner.id])
    shifts = {str(shift_id): word for shift_id, word in became.items()}
    detail = {"was": number, "shifts": shifts}
    record(session, real, owner, foundation, "became one", "person", owner.id, detail)
    return owner


def disown(session: Session, person: Person, now: datetime, real: datetime) -> None:
    """Let the owner of an address say that it was not them who signed up with it.

    The places are free again, the links end, the address takes no place at these booths any more,
    and the coordinators are told. Whom staff accepted keeps the places: they mistyped it.
    """
    wait_for_others(session, person.foundation_id)
    locks.read_again(session, person)
    if person.has_shown_address or not person.email:
        raise Refused(_("This address is confirmed, so it stays."))
    grounds = _lock_all(session, person, [person.id])
    if not person.is_known:
        _free(session, grounds.values(), person, now)
        personal_links.end_all(session, person, real)
    _block(session, grounds.values(), person, now)
    waiting = (Message.person_id == person.id, Message.state == "waiting")
    session.execute(update(Message).where(*waiting).values(state="dropped", trouble=NOT_THEIRS))
    person.email = None
    foundation = session.get_one(Foundation, person.foundation_id)
    record(session, real, person, foundation, "was somebody else", "person", person.id)


def _free(session: Session, grounds: Iterable[LockedShift], person: Person, now: datetime) -> None:
    for ground in grounds:
        mine = locks.crowd(session, ground.shift, person.id).mine
        if mine is not None and mine.state in LIVING and now < ground.shift.ends_at:
            let_go(session, mine, "removed", now)
            waiting_list.settle(session, ground, now)


def _block(session: Session, grounds: Iterable[LockedShift], person: Person, now: datetime) -> None:
    """Let the address take no more places at these booths, and tell whoever coordinates them."""
    address = addresses.bucket(addresses.fold(person.email or ""))
    hashed = token_hash(address)
    for ground in {ground.booth.id: ground for ground in grounds}.values():
        if session.get(BlockedAddress, (ground.booth.id, hashed)) is None:
            blocked = {"booth_id": ground.booth.id, "address_hash": hashed, "blocked_at": now}
            session.add(BlockedAddress(**blocked))
        for lead in coordinators_of(session, ground.event):
            fact, event = f"person {person.id} at event {ground.event.id}", ground.event.id
            if notices.may_mail(session, now, person, lead, notices.DROP_OUTS):
                notices.tell(session, now, "disowned", lead, fact, event_id=event, who_id=person.id)
    session.flush()


def unite(session: Session, kept: Person, other: Person, now: datetime) -> dict[int, str]:
    """Move all that is the other's to the kept person, and delete the other.

    Where both are on a shift the kept one's place stands, unless they had left it. A place that
    would be a double booking is given up. The other's links end: who made them has shown
    nothing. Return what became of the other's sign-ups, by shift.
    """
    grounds = _lock_all(session, other, [kept.id, other.id])
    for keys in KEYS_TO_THE_HOUSE:
        session.execute(delete(keys).where(keys.person_id == other.id))
    became = {key: _move(session, ground, kept, other, now) for key, ground in grounds.items()}
    for ground in grounds.values():
        waiting_list.settle(session, ground, now)
    for table, column in _columns_of_people():
        _move_rows(session, table, column, kept.id, other.id)
    session.expire_all()
    session.execute(delete(Person).where(Person.id == other.id))
    count_later(session, [kept.id], now)
    return became


def _lock_all(session: Session, person: Person, people: Collection[int]) -> dict[int, LockedShift]:
    """Lock all shifts that the person has to do with; refused where one is added meanwhile."""
    shift_ids = _shifts_of(session, person)
    grounds = locks.lock(session, shift_ids, people, with_queues=True)
    if _shifts_of(session, person) != shift_ids:
        raise Refused(_("Something changed at this moment. Press the button again."))
    return grounds


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
    return "was elsewhere" if give_up_double(session, ground, kept, theirs, now) else "moved"


def give_up_double(
    session: Session, ground: LockedShift, kept: Person, row: SignUp, now: datetime
) -> bool:
    """Give up a place that turns out to be a double booking, and tell them."""
    commitments = commitments_near(session, [kept.id], [ground.slot])[kept.id]
    if row.state not in HOLDING or not is_double_booked(ground.slot, commitments, ground.rules):
        return False
    let_go(session, row, "removed", now)
    notices.tell_of_place(session, now, "removed", kept, ground, row)
    return True


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
