"""Loads the roster of a booth, with the talks and other doings of its people, in few statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from models import (
    Availability,
    Booth,
    Event,
    Person,
    PersonSegment,
    Segment,
    Shift,
    SignUp,
    Talk,
    TeamMember,
)
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.booth.hours import from_stored
from outreach.staffing.roster.commitments import SPEAKING, load_commitments
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import Roster, RosterShift, Seat, Speech
from outreach.staffing.rules.breaches import rules_of
from outreach.staffing.rules.slots import Point, Slot
from outreach.staffing.rules.venue_time import Span

SHOWN = ("taken", "offered", "waiting")

_SHIFTS = (
    select(
        Shift.id,
        Shift.starts_at,
        Shift.ends_at,
        Shift.kind,
        Shift.needs,
        Shift.min_people,
        Shift.max_people,
        Shift.note,
        Shift.sequence,
    )
    .where(Shift.booth_id == bindparam("booth"), Shift.cancelled_at.is_(None))
    .order_by(Shift.starts_at, Shift.ends_at, Shift.id)
)
_SEATS = (
    select(
        SignUp.id,
        SignUp.shift_id,
        SignUp.person_id,
        SignUp.state,
        SignUp.queue_no,
        SignUp.offer_ends_at,
        SignUp.confirmed_at,
        SignUp.is_lead,
        SignUp.reason,
        SignUp.changed_at,
    )
    .join(Shift, Shift.id == SignUp.shift_id)
    .where(Shift.booth_id == bindparam("booth"), Shift.cancelled_at.is_(None))
    .where(SignUp.state.in_(SHOWN))
    .order_by(SignUp.is_lead.desc(), SignUp.queue_no, SignUp.id)
)
_GOING = select(TeamMember.person_id).where(TeamMember.event_id == bindparam("event"))
_SPEAKING = select(Talk.speaker_id).where(
    Talk.event_id == bindparam("event"), Talk.speaker_id.is_not(None)
)
_SAID = select(Availability.person_id).where(Availability.booth_id == bindparam("booth"))
_PEOPLE = (
    select(Person.id, Person.name, Person.is_experienced, Person.languages, Person.skills)
    .where(
        or_(
            Person.id.in_(bindparam("seated", expanding=True)),
            Person.id.in_(_GOING),
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
_TALKS = (
    select(Talk.speaker_id, Talk.title, Talk.starts_at, Talk.ends_at, Talk.room)
    .where(Talk.event_id == bindparam("event"), Talk.state.in_(SPEAKING))
    .where(Talk.speaker_id.is_not(None), Talk.starts_at.is_not(None), Talk.ends_at.is_not(None))
    .order_by(Talk.starts_at, Talk.id)
)
_FREE = select(Availability.person_id, Availability.times).where(
    Availability.booth_id == bindparam("booth")
)


def load_roster(
    session: Session, booth: Booth, event: Event, others: Collection[int] = ()
) -> Roster:
    """Load every shift of the booth with its people; the same few statements for any number.

    People are those on a shift, in a queue, on the event's team, with a talk there, or who said
    when they could; `others` are added to them, the caller has made sure that they are ours.
    """
    keys = {"booth": booth.id, "event": event.id}
    shifts = session.execute(_SHIFTS, keys).all()
    seats = session.execute(_SEATS, keys).all()
    seated = {row.person_id for row in seats} | set(others)
    people = _load_people(session, keys, seated)
    zone = zone_of(event)
    return Roster(
        event_id=event.id,
        label=event.name,
        zone=zone,
        rules=rules_of(booth.rules),
        hours=tuple(
            stretch.instants(zone)
            for stretch in from_stored(booth.hours)
            if stretch.kind == "booth"
        ),
        rows=tuple(_rows(shifts, seats, people, event)),
        people=people,
        speeches=tuple(Speech(*row) for row in _talks(session, keys)),
        commitments=load_commitments(session, list(people), event) if people else {},
        free=_free(session, keys),
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
            first_name=row.name.split()[0],
            is_experienced=row.is_experienced,
            name=row.name,
            words=frozenset(
                expert[row.id]
                | {f"language:{language}" for language in row.languages}
                | {f"skill:{skill}" for skill in row.skills}
            ),
        )
        for row in rows
    }


def _rows(
    shifts: Any, seats: Any, people: Mapping[int, RosterPerson], event: Event
) -> list[RosterShift]:
    by_shift: dict[int, dict[str, list[Seat]]] = defaultdict(lambda: defaultdict(list))
    for row in seats:
        by_shift[row.shift_id][row.state].append(_seat(row, people[row.person_id]))
    place: Point | None = None
    if event.latitude is not None and event.longitude is not None:
        place = event.latitude, event.longitude
    return [
        RosterShift(
            slot=Slot(
                id=row.id,
                starts=row.starts_at,
                ends=row.ends_at,
                event_id=event.id,
                kind=row.kind,
                label=event.name,
                needs=tuple(row.needs),
                place=place,
                min_people=row.min_people,
                max_people=row.max_people,
            ),
            note=row.note,
            sequence=row.sequence,
            **{state: tuple(by_shift[row.id][state]) for state in SHOWN},
        )
        for row in shifts
    ]


def _seat(row: Any, person: RosterPerson) -> Seat:
    return Seat(
        id=row.id,
        shift_id=row.shift_id,
        person=person,
        state=row.state,
        queue_no=row.queue_no,
        offer_ends=row.offer_ends_at,
        is_confirmed=row.confirmed_at is not None,
        is_lead=row.is_lead,
        reason=row.reason,
        changed_at=row.changed_at,
    )


def _talks(session: Session, keys: Mapping[str, int]) -> Any:
    return session.execute(_TALKS, keys)


def _free(session: Session, keys: Mapping[str, int]) -> dict[int, list[Span]]:
    return {
        person_id: sorted(_span(stretch) for stretch in times)
        for person_id, times in session.execute(_FREE, keys)
    }


def _span(stretch: Mapping[str, Any]) -> Span:
    return datetime.fromisoformat(stretch["from"]), datetime.fromisoformat(stretch["until"])
