"""What a sign-up is: taken, offered, waiting, or gone (left, removed, passed).

Nothing else sets a sign-up's state; only Undo puts a whole row back. Each act here flushes,
and expects that shift and person are locked, that the caller has checked what it must, and
that the caller tells who has to hear of it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from models import (
    Availability,
    Booth,
    Cover,
    Decision,
    Event,
    Foundation,
    Person,
    ProposalSpeaker,
    Shift,
    SignUp,
    Swap,
    TeamMember,
)
from models.database import INSERTS
from models.people import HAS_CONTACT
from models.staffing import HOLDS_PLACE, IS_WAITING
from outreach.staffing.signups.locks import HOLDS_OF_PERSON, Crowd, LockedShift

Gone = Literal["left", "removed"]


class Origin(NamedTuple):
    """Where a sign-up was made, as hashes; kept while nobody knows who made it."""

    browser: str | None = None
    network: str | None = None


KNOWN = Origin()

_SIGN_UPS: Table = SignUp.__table__  # type: ignore[assignment]
_TAKEN = {
    "shift_id": Shift.id,
    "person_id": bindparam("person", type_=_SIGN_UPS.c.person_id.type),
    "state": literal("taken"),
    "sequence": literal(0),
    "confirmed_at": bindparam("now", type_=_SIGN_UPS.c.confirmed_at.type),
    "created_at": bindparam("now", type_=_SIGN_UPS.c.created_at.type),
    "changed_at": bindparam("now", type_=_SIGN_UPS.c.changed_at.type),
} | {name: bindparam(name, type_=_SIGN_UPS.c[name].type) for name in ("form_key", *Origin._fields)}

_HELD = select(func.count()).where(SignUp.shift_id == Shift.id, HOLDS_PLACE).scalar_subquery()
_HAS_EXPERIENCE = (
    select(SignUp.id)
    .join(Person, Person.id == SignUp.person_id)
    .where(SignUp.shift_id == Shift.id, HOLDS_PLACE, Person.is_experienced)
    .exists()
)
STILL_FREE = (
    Shift.id == bindparam("shift"),
    Shift.sequence == bindparam("sequence"),
    Shift.starts_at == bindparam("starts"),
    Shift.ends_at == bindparam("ends"),
    Shift.cancelled_at.is_(None),
    Booth.version == bindparam("booth_version"),
    Event.version == bindparam("event_version"),
    Foundation.removed_at.is_(None),
    func.coalesce(Decision.state, "") == bindparam("decision"),
    Shift.max_people > _HELD,
    ~select(SignUp.id).where(SignUp.shift_id == Shift.id, IS_WAITING).exists(),
    or_(
        bindparam("has_experience"),
        Shift.max_people == 1,
        Shift.max_people > _HELD + 1,
        _HAS_EXPERIENCE,
    ),
)
"""Conditions under which a place without a breach, as `as_seen` has it, is there without one."""
STILL_ALONE = ~select(Person.id).where(*HAS_CONTACT).exists()
"""That no other row has the person's contact: one that has is looked at behind the locks."""
_OTHER = aliased(Shift)
STILL_COMES = (
    select(Person.id).where(Person.id == bindparam("person")).exists(),
    bindparam("of_person") == HOLDS_OF_PERSON,
    ~select(SignUp.id)
    .join(_OTHER, _OTHER.id == SignUp.shift_id)
    .where(SignUp.person_id == bindparam("person"), HOLDS_PLACE, _OTHER.id != Shift.id)
    .where(_OTHER.starts_at < Shift.ends_at, _OTHER.ends_at > Shift.starts_at)
    .exists(),
    ~select(TeamMember.event_id).where(TeamMember.person_id == bindparam("person")).exists(),
    ~select(ProposalSpeaker.person_id)
    .where(ProposalSpeaker.person_id == bindparam("person"))
    .exists(),
)
"""The same of a person who is added: who does more than shifts is looked at behind the locks."""

_PEOPLE: Table = Person.__table__  # type: ignore[assignment]
_ADD = insert(_PEOPLE).returning(_PEOPLE.c.id)
_ADDED = (
    *("foundation_id", "name", "role", "created_at"),
    *("email", "address_key", "phone", "phone_key", "letters_language"),
)

Taking = dict[str, Any]
"""The statement of `take_if`, by dialect."""


def taking_if(*conditions: ColumnElement[bool], beside: FromClause | None = None) -> Taking:
    """Build the statement that puts a person on a shift if all this is so when it runs.

    The conditions are about the shift with its booth, event, foundation and decision, and about
    what is read `beside`, one row.
    """
    chosen = (
        select(*_TAKEN.values())
        .select_from(Shift)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .join(Foundation, Foundation.id == Event.foundation_id)
        .outerjoin(Event.decision)
        .where(STILL_ALONE, *conditions)
    )
    if beside is not None:
        chosen = chosen.join(beside, literal(True))
    return {
        dialect: insert_once(_SIGN_UPS)
        .from_select(list(_TAKEN), chosen)
        .on_conflict_do_nothing()
        .returning(_SIGN_UPS.c.id)
        for dialect, insert_once in INSERTS.items()
    }


def as_seen(ground: LockedShift, crowd: Crowd, person: Person) -> dict[str, Any]:
    """Return what `STILL_FREE` and `STILL_COMES` compare, of a shift that is not locked yet."""
    shift = ground.shift
    return {
        "shift": shift.id,
        "sequence": shift.sequence,
        "starts": shift.starts_at,
        "ends": shift.ends_at,
        "booth": ground.booth.id,
        "booth_version": ground.booth.version,
        "event_version": ground.event.version,
        "decision": ground.decision or "",
        "has_experience": person.is_experienced or not ground.rules.needs_experience,
        "of_person": crowd.of_person,
        **person.contact_keys,
    }


def add_newcomer(session: Session, person: Person) -> int:
    """Add the row of a newcomer for `take_if`, and return its number."""
    given = {name: getattr(person, name) for name in _ADDED}
    number: int = session.connection().execute(_ADD, given).scalar_one()
    return number


def drop_newcomer(session: Session, number: int) -> None:
    """Delete the row of a newcomer who could not be put on the shift."""
    session.connection().execute(delete(_PEOPLE).where(_PEOPLE.c.id == number))


def take_if(session: Session, taking: Taking, wanted: dict[str, Any]) -> SignUp | None:
    """Put a person on a shift for the first time; None where something stands against it.

    Who is on it, was on it, or sent this form before is not put there. What is returned tells of
    the row that was added; the session does not know it.
    """
    found = session.connection().scalar(taking[session.get_bind().dialect.name], wanted)
    if found is None:
        return None
    return SignUp(id=found, shift_id=wanted["shift"], person_id=wanted["person"], state="taken")


def take(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    *,
    reason: str = "",
    placed_by: Person | None = None,
    is_lead: bool = False,
    form_key: str | None = None,
    origin: Origin = KNOWN,
) -> SignUp:
    """Put a person on a shift; `row` is theirs on it, where they had to do with it before.

    Who put themselves there has said yes; whom staff put there (`placed_by`) has not answered.
    """
    taken = _free_of_its_past(session, shift, row, person, now, form_key, origin)
    taken.state, taken.reason, taken.is_lead = "taken", reason, is_lead
    taken.confirmed_at = None if placed_by else now
    taken.placed_by_id = placed_by.id if placed_by else None
    session.flush()
    return taken


def queue(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    number: int,
    *,
    reason: str = "",
    form_key: str | None = None,
    origin: Origin = KNOWN,
) -> SignUp:
    """Put a person on the waiting list of a shift, at this number."""
    waiting = _free_of_its_past(session, shift, row, person, now, form_key, origin)
    waiting.state, waiting.queue_no, waiting.reason = "waiting", number, reason
    waiting.confirmed_at = None
    session.flush()
    return waiting


def offer(session: Session, waiting: SignUp, until: datetime, now: datetime) -> None:
    """Ask who waits to take a place, until an instant."""
    waiting.state, waiting.offer_ends_at, waiting.changed_at = "offered", until, now
    session.flush()


def accept(session: Session, offered: SignUp, now: datetime, reason: str) -> None:
    """Let somebody take the place that they were offered."""
    offered.state, offered.offer_ends_at, offered.reason = "taken", None, reason
    offered.confirmed_at = offered.changed_at = now
    session.flush()


def say_yes(session: Session, taken: SignUp, now: datetime) -> None:
    """Note that who was put on a shift comes."""
    taken.confirmed_at = taken.changed_at = now
    session.flush()


def pass_on(session: Session, offered: SignUp, now: datetime) -> None:
    """End an offer without a yes."""
    offered.state, offered.offer_ends_at, offered.changed_at = "passed", None, now
    session.flush()


def let_go(session: Session, sign_up: SignUp, state: Gone, now: datetime) -> None:
    """Free the place of a sign-up, with the swaps and the cover that are about it."""
    sign_up.state, sign_up.changed_at, sign_up.offer_ends_at = state, now, None
    sign_up.sequence += 1
    sign_up.is_lead, sign_up.stays_on_at = False, None
    session.flush()
    either = or_(Swap.mine_id == sign_up.id, Swap.theirs_id == sign_up.id)
    session.execute(
        update(Swap).where(either, Swap.state == "offered").values(state="void", answered_at=now)
    )
    session.execute(update(Cover).where(Cover.leaving_id == sign_up.id).values(leaving_id=None))


def take_over(session: Session, own: SignUp, theirs: SignUp) -> None:
    """Let a row that was gone be what another row of the same human on the shift is."""
    kept = {"id", "shift_id", "person_id", "form_key", "created_at"}
    for column in _SIGN_UPS.columns:
        if column.name not in kept:
            setattr(own, column.name, getattr(theirs, column.name))
    session.flush()


def forget_origin(session: Session, person_ids: Collection[int]) -> None:
    """Forget where the sign-ups of these people were made: it is known who they are."""
    theirs = update(SignUp).where(SignUp.person_id.in_(person_ids), SignUp.network.is_not(None))
    session.execute(theirs.values(browser=None, network=None))
    said = update(Availability).where(Availability.person_id.in_(person_ids))
    said = said.where(Availability.network.is_not(None))
    session.execute(said.values(browser=None, network=None))


def _free_of_its_past(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    form_key: str | None,
    origin: Origin,
) -> SignUp:
    """Return the person's one row on the shift, new or used again; who is new is added with it."""
    if row is None:
        row = SignUp(shift_id=shift.id, person=person, created_at=now)
        session.add(row)
    else:
        row.sequence += 1
    row.form_key, row.changed_at, row.queue_no = form_key or row.form_key, now, None
    row.browser, row.network = origin
    row.placed_by_id = row.offer_ends_at = row.arrived_at = row.left_at = row.stays_on_at = None
    row.is_lead = row.was_missed = False
    return row
