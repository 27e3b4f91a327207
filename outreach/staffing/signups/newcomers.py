"""Newcomers: people of whom nobody knows yet that they are who they say, and what staff do then."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from models import Availability, Booth, Event, Foundation, Person, Shift, SignUp
from models.people import IS_KNOWN
from models.staffing import IS_LIVING
from outreach.accounts import history
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.shift_acts import shift_act

ACCEPTED, REMOVED = "accepted", "removed newcomers"


@dataclass(slots=True)
class UnknownPerson:
    """Somebody whom nobody knows yet, with the shifts that they took."""

    person: Person
    since: datetime
    shifts: list[Shift] = field(default_factory=list)
    has_said: bool = False
    """Whether they said when they can come."""


@dataclass(slots=True)
class FromOneNetwork:
    """Newcomers who signed up in the same network; None where it is not known."""

    network: str | None
    newcomers: dict[int, UnknownPerson] = field(default_factory=dict)

    @property
    def since(self) -> datetime:
        """When the first of them signed up."""
        return min(one.since for one in self.newcomers.values())

    def first_typed(self, zone: ZoneInfo) -> str:
        """Return when, by the venue's clock, as a form's field holds it."""
        return self.since.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")

    @property
    def said(self) -> str:
        """Say how many they are."""
        count = len(self.newcomers)
        if self.network is None:
            return say_count("%(Number)s from elsewhere", "%(Number)s from elsewhere", count)
        return say_count("%(Number)s from one network", "%(Number)s from one network", count)


def list_newcomers(session: Session, booth: Booth, now: datetime) -> list[FromOneNetwork]:
    """Return who is on the booth's shifts to come and not known, the largest network first."""
    found: dict[str | None, FromOneNetwork] = {}
    for sign_up, shift, person in session.execute(_newcomers(booth, now)):
        group = found.setdefault(sign_up.network, FromOneNetwork(sign_up.network))
        one = group.newcomers.setdefault(person.id, UnknownPerson(person, sign_up.created_at))
        one.since = min(one.since, sign_up.created_at)
        one.shifts.append(shift)
    for said, person in session.execute(_with_times(booth)):
        here = [group for group in found.values() if person.id in group.newcomers]
        if not here:
            group = found.setdefault(said.network, FromOneNetwork(said.network))
            group.newcomers[person.id] = UnknownPerson(person, said.said_at)
            here = [group]
        for group in here:
            group.newcomers[person.id].has_said = True
    return sorted(found.values(), key=lambda one: -len(one.newcomers))


def _newcomers(booth: Booth, now: datetime) -> Select[SignUp, Shift, Person]:
    return (
        select(SignUp, Shift, Person)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), Shift.ends_at > now)
        .where(~IS_KNOWN, IS_LIVING)
        .order_by(Shift.starts_at, SignUp.id)
    )


def _with_times(booth: Booth) -> Select[Availability, Person]:
    """Select the newcomers who said when they can come."""
    return (
        select(Availability, Person)
        .join(Person, Person.id == Availability.person_id)
        .where(Availability.booth_id == booth.id, ~IS_KNOWN)
        .order_by(Availability.id)
    )


def count_newcomers(groups: Iterable[FromOneNetwork]) -> int:
    """Return how many people they are; who signed up in two networks is one."""
    return len({number for group in groups for number in group.newcomers})


def say_newcomers(count: int) -> str:
    """Say how many are not known yet: "Two people are not known yet."."""
    if not count:
        return _("Everybody who signed up is known.")
    return say_count(
        "%(Number)s person is not known yet.", "%(Number)s people are not known yet.", count
    )


def know(session: Session, person_ids: Collection[int], real: datetime) -> None:
    """Note that these people are known, and forget where they signed up."""
    new = (Person.id.in_(person_ids), ~IS_KNOWN)
    # By statement: it must not refuse who changes the person at the same moment.
    session.execute(update(Person).where(*new).values(accepted_at=real))
    states.forget_origin(session, person_ids)


def accept(
    session: Session,
    foundation: Foundation,
    people: Collection[Person],
    by: Person,
    real: datetime,
    booth: Booth | None = None,
) -> history.Entry:
    """Take the word of staff, or of who leads the event of a booth, that they know these people."""
    if not people:
        raise Refused(_("Everybody here is known already."))
    subject = booth or next(iter(people))
    with history.act(session, real, by, foundation, ACCEPTED, subject) as act:
        know(session, [person.id for person in people], real)
        act.concerns(*people, *([session.get_one(Event, booth.event_id)] if booth else []))
    return act.entry


def say_accepted(count: int) -> str:
    """Say how many are known now."""
    return say_count("%(Number)s person is known now.", "%(Number)s people are known now.", count)


def remove_since(
    session: Session,
    booth: Booth,
    network: str,
    since: datetime,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Take everything off that unknown people signed up for in a network since an instant.

    They are told, for some may be honest; who waits is asked. Who has come stays.
    """
    theirs = (SignUp.network == network, SignUp.created_at >= since, SignUp.arrived_at.is_(None))
    wanted = _newcomers(booth, now).where(*theirs)
    rows = session.execute(wanted).all()
    said = _drop_times(session, booth, network, since, by, real)
    if not rows and said is not None:
        return said
    if not rows:
        raise Refused(_("Nobody signed up there since then."))
    people = {row[2].id for row in rows}
    grounds = locks.lock(session, {row[1].id for row in rows}, people, with_queues=True)
    again = wanted.execution_options(populate_existing=True)
    taken_off: Sequence[SignUp] = [
        row[0] for row in session.execute(again) if row[1].id in grounds and row[2].id in people
    ]
    with shift_act(session, real, by, REMOVED, grounds.values()) as act:
        for sign_up in taken_off:
            states.let_go(session, sign_up, "removed", now)
            person = session.get_one(Person, sign_up.person_id)
            ground = grounds[sign_up.shift_id]
            notices.tell_of_place(session, now, "removed", person, ground, sign_up)
        for ground in grounds.values():
            waiting_list.settle(session, ground, now)
        act.detail["places"] = len(taken_off)
    return act.entry


def _drop_times(
    session: Session, booth: Booth, network: str, since: datetime, by: Person, real: datetime
) -> history.Entry | None:
    """Take away what newcomers from a network said since then of when they can come."""
    theirs = (Availability.network == network, Availability.said_at >= since)
    rows = [row for row, _person in session.execute(_with_times(booth).where(*theirs))]
    if not rows:
        return None
    event = session.get_one(Event, booth.event_id)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, REMOVED, booth) as act:
        act.concerns(event)
        act.detail["places"] = 0
        for row in rows:
            session.delete(row)
    return act.entry


def say_removed(entry: history.Entry) -> str:
    """Say how many places are free again."""
    if not entry.detail["places"]:
        return _("What they said is taken away.")
    return say_count(
        "%(Number)s place is free again.",
        "%(Number)s places are free again.",
        entry.detail["places"],
    )
