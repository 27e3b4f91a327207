"""Forgetting: a person whole, or how they are reached; in letters and the history too."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select
from sqlalchemy.orm import Session

from models import (
    CoverAsk,
    Foundation,
    Message,
    Person,
    PersonalLink,
    RosterProposal,
    Shift,
    SignInLink,
    SignInSession,
    SignUp,
    SignUpAnswer,
    Swap,
)
from models.staffing import IS_LIVING
from outreach.accounts.audit import forget, forget_rows, record
from outreach.accounts.redaction import (
    PersonalWords,
    contacts_of,
    names_of,
    redact_everywhere,
    redact_rows,
)
from outreach.accounts.rows import Key, references_to, select_rows, table_of
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.matching.store.stored import refresh_foundation
from outreach.planning.money.traveller import forget_traveller
from outreach.planning.people.people import refuse_last_staff
from outreach.refusal import Refused
from outreach.staffing.signups.states import forget_origin
from outreach.staffing.signups.withdraw import leave


def erase_person(
    session: Session,
    foundation: Foundation,
    person: Person,
    by: Person,
    now: datetime,
    real: datetime,
) -> None:
    """Forget a person and every word about them; staff erase others, and not the last of staff.

    Places to come are given up first, so that whoever waits is asked. Sums of money stay.
    """
    wait_for_others(session, foundation.id)
    if person.role == "staff":
        if person.id == by.id:
            raise Refused(_("You cannot remove yourself; ask somebody else of staff."))
        refuse_last_staff(session, foundation, person)
    for sign_up in _places_to_come(session, person, now):
        leave(session, sign_up, now, real)
    money = forget_traveller(session, person, now.date())
    forget_rows(session, person, [*_keys_of(session, "person", person.id), *money])
    forget(session, person)
    words = PersonalWords(contacts_of(session, person), names_of(session, person))
    _forget_letters(session, person)
    _forget_nearby(session, person, words)
    who = by if by.id != person.id else None
    record(session, real, who, foundation, "removed", "person", person.id)
    session.execute(delete(Person).where(Person.id == person.id))
    redact_everywhere(session, words, foundation.id)
    refresh_foundation(session, foundation, now)


def forget_contact(
    session: Session, foundation: Foundation, person: Person, real: datetime
) -> None:
    """Forget how a person is reached, their links and answers; name, hours and talks stay.

    Who was known stays known, though what showed it goes.
    """
    wait_for_others(session, foundation.id)
    if person.is_known:
        person.accepted_at = person.accepted_at or real
    words = PersonalWords(contacts_of(session, person))
    forget_rows(session, person)
    person.email = person.email_key = person.phone = person.password_hash = None
    person.shares_address_at, person.bounces = None, 0
    session.flush()
    forget_origin(session, [person.id])
    for keys in (PersonalLink, SignInLink, SignInSession, Message, SignUpAnswer):
        session.execute(delete(keys).where(keys.person_id == person.id))
    record(session, real, None, foundation, "forgot the contact", "person", person.id)
    redact_everywhere(session, words, foundation.id)


def _places_to_come(session: Session, person: Person, now: datetime) -> list[SignUp]:
    coming = (
        select(SignUp)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(SignUp.person_id == person.id, IS_LIVING)
        .where(Shift.ends_at > now, SignUp.arrived_at.is_(None))
        .order_by(SignUp.shift_id)
    )
    return list(session.scalars(coming))


def _keys_of(session: Session, table: str, number: int) -> Iterator[Key]:
    """Return the keys of a row and of all rows that go with it."""
    yield table, (number,)
    for child, column in references_to(table_of(table)):
        (key,) = column.foreign_keys
        if key.ondelete != "CASCADE":
            continue
        for name, values in select_rows(session, child, column == number):
            yield name, values
            if "id" in child.c:
                yield from _keys_of(session, name, values[0])


def _forget_letters(session: Session, person: Person) -> None:
    """Delete the letters to the person, and those whose facts name what was theirs."""
    mine = select(SignUp.id).where(SignUp.person_id == person.id)
    swaps = select(Swap.id).where(or_(Swap.mine_id.in_(mine), Swap.theirs_id.in_(mine)))
    facts = {
        name: Message.facts[name].as_integer() for name in ("sign_up_id", "left_id", "swap_id")
    }
    tell: list[ColumnElement[bool]] = [
        facts["sign_up_id"].in_(mine),
        facts["left_id"].in_(mine),
        facts["swap_id"].in_(swaps),
    ]
    ours = Message.foundation_id == person.foundation_id
    session.execute(
        delete(Message)
        .where(or_(Message.person_id == person.id, *tell), ours)
        .execution_options(synchronize_session=False)
    )


def _forget_nearby(session: Session, person: Person, words: PersonalWords) -> None:
    """Take the first name out too where others of a shift are told of it, and from proposals."""
    asked = select(CoverAsk.cover_id).where(CoverAsk.person_id == person.id)
    shifts = select(SignUp.shift_id).where(SignUp.person_id == person.id)
    near = PersonalWords(words.contacts, words.names | {person.name, person.first_name})
    about = or_(
        Message.facts["shift_id"].as_integer().in_(shifts),
        Message.facts["cover_id"].as_integer().in_(asked),
    )
    ours = Message.foundation_id == person.foundation_id
    redact_rows(session, table_of("message"), near, about, ours)
    booths = select(Shift.booth_id).where(Shift.id.in_(shifts))
    redact_rows(session, table_of("roster_proposal"), near, RosterProposal.booth_id.in_(booths))
    proposed = cast(RosterProposal.places, Text).contains(f'"person": {person.id}')
    for one in session.scalars(select(RosterProposal).where(proposed)):
        one.places = [place for place in one.places if place["person"] != person.id]
