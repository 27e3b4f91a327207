"""Reads shifts, counted or with their people, and the roster of a booth, in few statements.

Every page and letter that speaks of who is on which shift reads it here; the public list alone
has a SELECT of its own, for its length.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Availability,
    Booth,
    Decision,
    Event,
    Person,
    PersonSegment,
    Proposal,
    ProposalSpeaker,
    Segment,
    Shift,
    SignUp,
    TeamMember,
)
from models.events import CALLED_OFF
from models.people import IS_KNOWN, first_name_of
from models.staffing import (
    GAVE_UP,
    HAS_LEFT,
    IS_EXPECTED,
    IS_LIVING,
    IS_OFFERED,
    LIVING,
    SAID_OF_SHIFT,
)
from models.talks import SPEAKING
from outreach.staffing.booth.booths import point_at, zone_of
from outreach.staffing.booth.hours import BoothDays, from_stored
from outreach.staffing.last_place import rules_in_force
from outreach.staffing.reach.load import REACHED_BY, facts_in
from outreach.staffing.roster.commitments import load_commitments
from outreach.staffing.roster.coverage import Places, RosterPerson
from outreach.staffing.roster.days import Roster, RosterShift, Seat, Speech
from outreach.staffing.roster.stated.availability import load_said
from outreach.staffing.rules import Slot

_HAPPENS = ~Event.decision.has(Decision.state.in_(CALLED_OFF))
"""Condition on an event: nobody decided that we do not go."""
_COUNTED = (
    select(
        Shift.id,
        Booth.event_id,
        Event.timezone,
        Shift.kind,
        Shift.starts_at,
        Shift.ends_at,
        Shift.needs,
        SAID_OF_SHIFT,
        Shift.cancelled_at,
        Shift.min_people,
        Shift.max_people,
        func.count(case((IS_EXPECTED, SignUp.id))),
        func.count(case((IS_OFFERED, SignUp.id))),
        func.min(case((IS_OFFERED, SignUp.offer_ends_at))),
        Booth.hours,
        Event.starts_on,
        Event.ends_on,
        _HAPPENS,
        func.max(case((GAVE_UP, 1), else_=0)),
    )
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .outerjoin(SignUp, SignUp.shift_id == Shift.id)
    .group_by(Shift.id, Booth.id, Event.id)
    .order_by(Shift.starts_at, Shift.id)
)
_STANDING = _COUNTED.where(Shift.cancelled_at.is_(None))
_OF_EVENTS = _STANDING.where(Booth.event_id.in_(bindparam("events", expanding=True)))
_SHIFTS = (
    select(
        Shift.id,
        Booth.event_id,
        Event.name,
        Event.timezone,
        Event.latitude,
        Event.longitude,
        Shift.starts_at,
        Shift.ends_at,
        Shift.kind,
        Shift.needs,
        Shift.min_people,
        Shift.max_people,
        SAID_OF_SHIFT.label("note"),
        Shift.own_place.label("own_place"),
        Shift.own_kind_id,
        Shift.sequence,
        _HAPPENS.label("happens"),
        select(SignUp.id).where(SignUp.shift_id == Shift.id, GAVE_UP).exists().label("given_up"),
    )
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .where(Shift.cancelled_at.is_(None))
    .order_by(Shift.starts_at, Shift.ends_at, Shift.id)
)
_SEATS = (
    select(
        SignUp.id,
        SignUp.shift_id,
        SignUp.state,
        SignUp.queue_no,
        SignUp.offer_ends_at,
        SignUp.confirmed_at.is_not(None),
        SignUp.is_lead,
        SignUp.reason,
        SignUp.changed_at,
        SignUp.arrived_at,
        SignUp.left_at,
        SignUp.was_missed,
        SignUp.stays_on_at.is_not(None),
        SignUp.person_id,
        Person.name,
        Person.is_experienced,
        IS_KNOWN.label("is_known"),
        *REACHED_BY,
    )
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Person, Person.id == SignUp.person_id)
    .where(Shift.cancelled_at.is_(None), IS_LIVING)
    .order_by(SignUp.is_lead.desc(), SignUp.queue_no, SignUp.id)
)
"""First the columns of a `Seat`, in its order."""
_SPEAKING = (
    select(ProposalSpeaker.person_id)
    .join(Proposal, Proposal.id == ProposalSpeaker.proposal_id)
    .where(Proposal.event_id == bindparam("event"))
)
_SAID = select(Availability.person_id).where(Availability.booth_id == bindparam("booth"))
_PEOPLE = (
    select(
        Person.id,
        Person.name,
        Person.is_experienced,
        Person.languages,
        Person.skills,
        IS_KNOWN.label("is_known"),
        *REACHED_BY,
        TeamMember.is_lead,
    )
    .outerjoin(
        TeamMember,
        and_(TeamMember.person_id == Person.id, TeamMember.event_id == bindparam("event")),
    )
    .where(
        or_(
            Person.id.in_(bindparam("seated", expanding=True)),
            TeamMember.person_id.is_not(None),
            Person.id.in_(_SAID),
            Person.id.in_(_SPEAKING),
        )
    )
    .order_by(Person.name, Person.id)
)
_SEGMENTS = (
    select(PersonSegment.person_id, Segment.slug)
    .join(Segment, Segment.id == PersonSegment.segment_id)
    .where(PersonSegment.person_id.in_(bindparam("people", expanding=True)))
)
_GAVE_UP = (
    select(SignUp.shift_id, SignUp.person_id)
    .join(Shift, Shift.id == SignUp.shift_id)
    .where(Shift.booth_id == bindparam("booth"), HAS_LEFT)
)
_TALKS = (
    select(
        ProposalSpeaker.person_id,
        Proposal.title,
        Proposal.starts_at,
        Proposal.ends_at,
        Proposal.room,
        Proposal.is_provisional,
    )
    .join(Proposal, Proposal.id == ProposalSpeaker.proposal_id)
    .where(Proposal.event_id == bindparam("event"), Proposal.state.in_(SPEAKING))
    .where(Proposal.starts_at.is_not(None))
    .order_by(Proposal.starts_at, Proposal.id)
)


@dataclass(frozen=True, slots=True)
class CountedShift:
    """A shift and how many are on it, without names; the ids are None before it is drawn."""

    id: int | None
    event_id: int | None
    zone: ZoneInfo
    kind: str
    starts: datetime
    ends: datetime
    needs: tuple[str, ...]
    note: str
    is_cancelled: bool
    places: Places
    hours: Any = None
    """Of its booth, as they are stored."""
    days: tuple[date, date] | None = None
    """The first and the last of its event."""

    @property
    def missing(self) -> int:
        return self.places.missing

    @property
    def happens(self) -> bool:
        """Tell whether we go there."""
        return self.places.happens


def count_shifts(
    session: Session, *conditions: ColumnElement[bool], with_cancelled: bool = False
) -> list[CountedShift]:
    """Return the shifts that meet these conditions (of Shift, Booth, Event), by time, counted."""
    wanted = _COUNTED if with_cancelled else _STANDING
    return _counted(session.execute(wanted.where(*conditions)))


def count_shifts_of(session: Session, events: Collection[int]) -> list[CountedShift]:
    """Return the shifts of these events, by time, counted; the question is built once."""
    return _counted(session.execute(_OF_EVENTS, {"events": list(events)}))


def _counted(rows: Iterable[Any]) -> list[CountedShift]:
    return [
        CountedShift(
            id=row[0],
            event_id=row[1],
            zone=ZoneInfo(row[2] or "UTC"),
            kind=row[3],
            starts=row[4],
            ends=row[5],
            needs=tuple(row[6]),
            note=row[7],
            is_cancelled=row[8] is not None,
            places=Places(row[9], row[10], row[11], row[12], row[13], bool(row[17]), bool(row[18])),
            hours=row[14],
            days=(row[15], row[16]),
        )
        for row in rows
    ]


def count_places(session: Session, shift_id: int) -> Places:
    return count_shifts(session, Shift.id == shift_id, with_cancelled=True)[0].places


def load_shifts(session: Session, *conditions: ColumnElement[bool]) -> list[RosterShift]:
    """Return the shifts that meet these conditions, by time, with everybody on them.

    Two statements. What people know is not read; a roster has it.
    """
    shifts, seats = _read(session, *conditions)
    return _rows(shifts, seats, {})


def _read(session: Session, *conditions: ColumnElement[bool]) -> tuple[Any, Any]:
    shifts = session.execute(_SHIFTS.where(*conditions)).all()
    return shifts, session.execute(_SEATS.where(*conditions)).all()


def load_roster(
    session: Session, booth: Booth, event: Event, others: Collection[int] = ()
) -> Roster:
    """Load every shift of the booth with its people; the same few statements for any number.

    People are those on a shift, in a queue, on the event's team, with a talk there, or who said
    when they could; `others` are added to them, the caller has made sure that they are ours.
    """
    keys = {"booth": booth.id, "event": event.id}
    shifts, seats = _read(session, Shift.booth_id == booth.id)
    seated = {row.person_id for row in seats} | set(others)
    people = _load_people(session, keys, seated)
    talks: Any = session.execute(_TALKS, keys)
    return replace(
        _bare(session, booth, event, _rows(shifts, seats, people)),
        people=people,
        speeches=tuple(Speech(*row) for row in talks),
        commitments=load_commitments(session, list(people), event) if people else {},
        said=load_said(session, booth),
        gave_up=frozenset((row[0], row[1]) for row in session.execute(_GAVE_UP, keys)),
    )


def load_duty(session: Session, booth: Booth, event: Event) -> Roster:
    """Load the shifts of the booth with who is on them, and nothing else of these people."""
    return _bare(session, booth, event, _rows(*_read(session, Shift.booth_id == booth.id), {}))


def _bare(session: Session, booth: Booth, event: Event, rows: Iterable[RosterShift]) -> Roster:
    zone, hours = zone_of(event), from_stored(booth.hours)
    return Roster(
        event_id=event.id,
        label=event.name,
        zone=zone,
        booth_days=BoothDays(hours, zone),
        rules=rules_in_force(session, booth, event),
        hours=tuple(one.instants(zone) for one in hours if one.kind == "booth"),
        rows=tuple(rows),
        people={},
        speeches=(),
        commitments={},
        said={},
    )


def _load_people(
    session: Session, keys: Mapping[str, int], seated: Collection[int]
) -> dict[int, RosterPerson]:
    rows = session.execute(_PEOPLE, {**keys, "seated": sorted(seated)}).all()
    expert: dict[int, set[str]] = defaultdict(set)
    for person_id, slug in session.execute(_SEGMENTS, {"people": [row.id for row in rows]}):
        expert[person_id].add(f"expert:{slug}")
    return {
        row.id: RosterPerson(
            id=row.id,
            first_name=first_name_of(row.name),
            is_experienced=row.is_experienced,
            name=row.name,
            words=frozenset(
                expert[row.id]
                | {f"language:{language}" for language in row.languages}
                | {f"skill:{skill}" for skill in row.skills}
            ),
            goes=row.is_lead is not None,
            leads_event=bool(row.is_lead),
            is_known=row.is_known,
            reach=facts_in(row),
        )
        for row in rows
    }


def _rows(shifts: Any, seats: Any, people: Mapping[int, RosterPerson]) -> list[RosterShift]:
    by_shift: dict[int, dict[str, list[Seat]]] = defaultdict(lambda: defaultdict(list))
    for row in seats:
        by_shift[row.shift_id][row.state].append(_seat(row, people.get(row.person_id)))
    return [
        RosterShift(
            slot=_slot(row),
            zone=ZoneInfo(row.timezone or "UTC"),
            note=row.note,
            sequence=row.sequence,
            happens=bool(row.happens),
            was_given_up=bool(row.given_up),
            own_place=row.own_place or "",
            own_kind_id=row.own_kind_id,
            **{state: tuple(by_shift[row.id][state]) for state in LIVING},
        )
        for row in shifts
    ]


def _slot(row: Any) -> Slot:
    return Slot(
        row.id, row.starts_at, row.ends_at, row.event_id, row.kind, row.name, tuple(row.needs),
        point_at(row.latitude, row.longitude), row.min_people, row.max_people,
    )  # fmt: skip


def _seat(row: Any, known: RosterPerson | None) -> Seat:
    return Seat(known or _person(row), *row[:13])


def _person(row: Any) -> RosterPerson:
    first_name = first_name_of(row.name)
    return RosterPerson(
        row.person_id, first_name, row.is_experienced, row.name,
        is_known=row.is_known, reach=facts_in(row),
    )  # fmt: skip
