"""A shift that is locked: who is on it, who waits for it, and whether somebody may take a place."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, func, inspect, or_, select, true
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Person, Shift, SignUp
from models.base import Base
from models.people import HAS_CONTACT, first_name_of
from models.staffing import HOLDS_PLACE, IS_LIVING, IS_WAITING
from outreach.calendars.clock import say_day, say_start
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import sign_up_opens_at, slot_of, zone_of
from outreach.staffing.last_place import KNOWS_EXPERIENCE
from outreach.staffing.roster.commitments import commitments_of_human
from outreach.staffing.rules import (
    Breach,
    Helper,
    NeedsReason,
    Rules,
    Slot,
    breaches_of,
    in_force,
    rules_of,
)

LONGEST_REASON = 300


class Gone(Refused):
    """Somebody else removed it meanwhile."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This was removed meanwhile. Go back and look again."))


@dataclass(frozen=True, slots=True)
class LockedShift:
    """A locked shift with what its rules depend on."""

    shift: Shift
    booth: Booth
    event: Event
    foundation: Foundation
    decision: str | None
    knows_experience: bool = True

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.event)

    @property
    def rules(self) -> Rules:
        return in_force(rules_of(self.booth.rules), self.knows_experience)

    @property
    def slot(self) -> Slot:
        return slot_of(self.shift, self.event)

    @property
    def label(self) -> str:
        """The shift's name in sentences: "Wed 13:00"."""
        return say_start(self.shift.starts_at, self.zone)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is on a shift now, and how many wait."""

    holding: list[SignUp]
    helpers: list[Helper]
    """Who holds a place, as arithmetic sees them."""
    mine: SignUp | None
    same_form: SignUp | None
    waiting: int
    of_person: int
    """How many places the person holds, on this shift and others."""

    def is_unsettled(self, shift: Shift, now: datetime) -> bool:
        """Tell whether an offer ran out, or somebody waits for a place that is free."""
        if any(one.offer_ends_at and one.offer_ends_at <= now for one in self.holding):
            return True
        return self.waiting > 0 and len(self.holding) < shift.max_people


_LOCKED = (
    select(Shift, Booth.event_id, Decision.state, KNOWS_EXPERIENCE)
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .outerjoin(Event.decision)
    .where(Shift.id.in_(bindparam("shifts", expanding=True)))
    .order_by(Shift.id)
    .with_for_update(key_share=True, of=Shift)
    .execution_options(populate_existing=True)
)
_PEOPLE = (
    select(Person.id)
    .where(Person.id.in_(bindparam("people", expanding=True)))
    .order_by(Person.id)
    .with_for_update(key_share=True)
)
_QUEUED = (
    select(SignUp.person_id)
    .where(SignUp.shift_id.in_(bindparam("shifts", expanding=True)))
    .where(IS_WAITING)
)
_WAITING = (
    select(func.count()).where(SignUp.shift_id == bindparam("shift"), IS_WAITING).scalar_subquery()
)
HOLDS_OF_PERSON = (
    select(func.count()).where(SignUp.person_id == bindparam("person"), HOLDS_PLACE)
).scalar_subquery()
_CROWD = (
    select(_WAITING, SignUp, Person.name, Person.is_experienced, HOLDS_OF_PERSON)
    .select_from(Shift)
    .outerjoin(
        SignUp,
        and_(
            SignUp.shift_id == Shift.id,
            or_(
                HOLDS_PLACE,
                SignUp.person_id == bindparam("person"),
                SignUp.form_key == bindparam("form"),
            ),
        ),
    )
    .outerjoin(Person, Person.id == SignUp.person_id)
    .where(Shift.id == bindparam("shift"))
    .order_by(SignUp.id)
    .execution_options(populate_existing=True)
)
"""One row at least, so that it tells how many wait where nobody is on the shift."""
_OF_CONTACT = select(Person).where(*HAS_CONTACT).order_by(Person.id).limit(20)
"""More rows with one contact are no human's."""


def lock(
    session: Session,
    shift_ids: Iterable[int],
    person_ids: Iterable[int] = (),
    *,
    with_queues: bool = False,
) -> dict[int, LockedShift]:
    """Keep others from changing these shifts and people until the commit; return the shifts.

    Shifts first, then what an unknown visitor comes from, then people, each in ascending order:
    who keeps to it never waits for somebody who waits for them. `with_queues` adds the people who
    wait for these shifts. What is read after this is what is changed. Raise Gone where a shift or
    person is no more.
    """
    wanted = sorted(set(shift_ids))
    rows = session.execute(_LOCKED, {"shifts": wanted}).all()
    grounds = {row[0].id: _ground(session, *row) for row in rows}
    if len(grounds) < len(wanted):
        raise Gone
    people = set(person_ids)
    if with_queues:
        people.update(session.scalars(_QUEUED, {"shifts": wanted}))
    if people:
        lock_people(session, people)
    return grounds


def _ground(
    session: Session, shift: Shift, event_id: int, decision: str | None, knows_experience: bool
) -> LockedShift:
    """Return what the shift stands on; a page has most of it in its hands already."""
    booth = session.get_one(Booth, shift.booth_id)
    event = session.get_one(Event, event_id)
    foundation = session.get_one(Foundation, event.foundation_id)
    return LockedShift(shift, booth, event, foundation, decision, bool(knows_experience))


def is_added(person: Person) -> bool:
    """Tell whether the person has a row; a newcomer gets it behind the locks."""
    return inspect(person).key is not None


def lock_people(session: Session, person_ids: Collection[int]) -> None:
    """Keep others from giving these people shifts; only after the shifts are locked."""
    found = session.scalars(_PEOPLE, {"people": sorted(set(person_ids))}).all()
    if len(found) < len(set(person_ids)):
        raise Gone


def wait_for_origin(session: Session, booth_id: int, origin: Iterable[str | None]) -> None:
    """Let one unknown visitor from there sign up at a time; after the shifts, before people.

    What they hold is counted after this. SQLite's writers stand in line anyway.
    """
    names = [f"{booth_id}:{one}" for one in origin if one]
    if names and session.get_bind().dialect.name == "postgresql":
        keys = [func.pg_advisory_xact_lock(func.hashtextextended(name, 0)) for name in names]
        session.execute(select(*keys))


def hold(
    session: Session, ground: LockedShift, person: Person, origin: Iterable[str | None]
) -> None:
    """Lock a shift, an unknown visitor's origin and a person who is added, in this order.

    In one step, for who reads nothing but in the statement that follows. SQLite's writers stand
    in line anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = [f"{ground.booth.id}:{one}" for one in origin if one]
        wanted = {f"name{number}": name for number, name in enumerate(names)}
        statement = _holding(is_added(person), len(names))
        session.connection().execute(
            statement, wanted | {"shift": ground.shift.id, "person": person.id}
        )


@cache
def _holding(with_person: bool, names: int) -> Select[Any]:
    shift = select(Shift.id).where(Shift.id == bindparam("shift")).with_for_update(key_share=True)
    hashes = (func.hashtextextended(bindparam(f"name{number}"), 0) for number in range(names))
    locked = shift.cte("locked_shift")
    origin = select(locked.c.id, *(func.pg_advisory_xact_lock(one) for one in hashes))
    if not with_person:
        return origin
    # Each reads the one before, so it is locked after it.
    before = origin.cte("locked_origin")
    person = select(Person.id).join(before, true()).where(Person.id == bindparam("person"))
    return person.with_for_update(key_share=True, of=Person)


def read_again(session: Session, row: Base) -> None:
    """Read a row anew after the locks; raise Gone where it is no more."""
    try:
        session.refresh(row)
    except InvalidRequestError:  # what refresh says when it finds nothing
        raise Gone from None


def crowd(
    session: Session, shift: Shift, person_id: int | None = None, form_key: str | None = None
) -> Crowd:
    """Return who is on the shift, with the person's own row and that of the form."""
    wanted = {"shift": shift.id, "person": person_id, "form": form_key}
    found = session.execute(_CROWD, wanted).all()
    rows: list[SignUp] = [row[1] for row in found if row[1] is not None]
    return Crowd(
        holding=[row for row in rows if row.holds_place],
        helpers=[
            Helper(row[1].person_id, first_name_of(row[2]), row[3])
            for row in found
            if row[1] is not None and row[1].holds_place
        ],
        mine=next((row for row in rows if row.person_id == person_id), None),
        same_form=next((row for row in rows if form_key and row.form_key == form_key), None),
        waiting=found[0][0] if found else 0,
        of_person=found[0][4] if found else 0,
    )


def find_of_contact(session: Session, person: Person) -> list[Person]:
    """Return other rows of the foundation with the same contact, under whatever name."""
    if not (person.address_key or person.phone_key):
        return []
    rows = session.scalars(_OF_CONTACT, person.contact_keys).all()
    return [row for row in rows if row.has_contact_of(person)]


def find_twins(session: Session, person: Person) -> list[Person]:
    """Return other rows that are likely the same human: same contact, same first name.

    Whoever knows name and contact of somebody makes such a row: it proves nothing.
    """
    return [row for row in find_of_contact(session, person) if row.is_named_like(person)]


def places_on(session: Session, shift: Shift, people: Collection[Person]) -> list[SignUp]:
    """Return the living sign-ups of these people on a shift."""
    if not people:
        return []
    theirs = (SignUp.shift_id == shift.id, SignUp.person_id.in_([one.id for one in people]))
    return list(session.scalars(select(SignUp).where(*theirs, IS_LIVING)))


def held(session: Session, shift: Shift) -> int:
    """Return how many places are taken or offered."""
    count = select(func.count()).where(SignUp.shift_id == shift.id, HOLDS_PLACE)
    return session.scalar(count) or 0


def count_held(session: Session, shift_ids: Collection[int]) -> dict[str, int]:
    """Return how many places of each shift are held, by the shift's number as JSON has it."""
    count = (
        select(SignUp.shift_id, func.count())
        .where(SignUp.shift_id.in_(shift_ids), HOLDS_PLACE)
        .group_by(SignUp.shift_id)
    )
    return {str(shift_id): held for shift_id, held in session.execute(count)}


def check_open(ground: LockedShift, now: datetime) -> None:
    """Refuse a shift that volunteers cannot take: not yet, not any more, not at all.

    Whether we go may still be open: who stands there is part of the answer.
    """
    check_runs(ground, now)
    opens_at = sign_up_opens_at(ground.booth, ground.event)
    if now < opens_at:
        day = say_day(opens_at.astimezone(ground.zone).date())
        raise Refused(
            _("Sign-up for %(event)s opens on %(day)s.", event=ground.event.name, day=day)
        )


def check_runs(ground: LockedShift, now: datetime) -> None:
    """Refuse a shift that does not take place any more, or that is over."""
    check_happens(ground)
    if now >= ground.shift.ends_at:
        raise Refused(_("%(shift)s is over.", shift=ground.label))


def check_happens(ground: LockedShift) -> None:
    """Refuse a shift that does not take place."""
    if ground.foundation.removed_at is not None:
        raise Refused(_("The pages of this foundation were removed."))
    if ground.decision == "cancelled":
        raise Refused(_("%(event)s was cancelled.", event=ground.event.name))
    if ground.decision == "no_go":
        raise Refused(_("We do not go to %(event)s.", event=ground.event.name))
    if ground.shift.cancelled_at is not None:
        raise Refused(_("%(shift)s was cancelled.", shift=ground.label))


def check_not_there(sign_up: SignUp) -> None:
    """Refuse to take somebody off who has come."""
    if sign_up.arrived_at is not None:
        raise Refused(_("That person is at the booth: check them out instead."))


def check_belongs(ground: LockedShift, person: Person) -> None:
    """Refuse somebody of another foundation."""
    if person.foundation_id != ground.event.foundation_id:
        raise Refused(_("That person belongs to another foundation."))


def check_person(
    session: Session,
    ground: LockedShift,
    person: Person,
    crowd: Crowd | None,
    reason: str,
    *,
    name: str = "",
    without: Collection[int] = (),
    more: Sequence[Breach] = (),
    twins: Collection[Person] = (),
) -> str:
    """Refuse a double booking, and what else the shift would break unless a reason is given.

    Return the reason in one line, empty where nothing is broken: a reason marks an exception.
    Shift and person are locked. The shifts `without` are given up in the same act; `more` are
    breaches that the caller knows of. What `twins` have at this booth counts as the person's: it
    stands on the public list anyway.
    """
    others = [one.id for one in twins]
    has_any = person.id or others  # nobody has placed who is not added yet
    near = commitments_of_human(session, person.id, others, ground.slot) if has_any else []
    breaches = breaches_of(
        ground.slot,
        [one for one in near if one.shift_id not in without],
        ground.rules,
        ground.zone,
        helper=Helper(person.id, person.first_name, person.is_experienced),
        company=crowd.helpers if crowd else None,
        name=name,
    )
    double = next((breach for breach in breaches if breach.is_double), None)
    if double is not None:
        raise Refused(double.sentence)
    breaches = [*more, *breaches]
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        most = {"longest_reason": LONGEST_REASON}
        raise Refused(_("Keep the reason under %(longest_reason)s characters.", **most), "reason")
    if breaches and not reason:
        raise NeedsReason(breaches)
    return reason if breaches else ""
