"""Finds whom to ask about a shift, and what was asked about it already."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from models import (
    Availability,
    Booth,
    Cover,
    CoverAsk,
    Event,
    Person,
    PersonSegment,
    Segment,
    Shift,
    SignUp,
    TeamMember,
)
from models.people import first_name_of
from models.staffing import HAS_LEFT, HOLDS_PLACE, IS_TAKEN, IS_WAITING
from outreach.staffing.booth.booths import slot_of, zone_of
from outreach.staffing.cover.candidates import (
    LOCAL_KM,
    CoverCandidate,
    PlaceToFill,
    RankedCandidate,
    rank,
)
from outreach.staffing.last_place import rules_in_force
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import MAILED, UNCONFIRMED, ReachFacts, reach_of
from outreach.staffing.roster.commitments import load_commitments
from outreach.staffing.roster.stated.availability import load_said
from outreach.staffing.rules import Helper

ASKED_BY_MAIL = frozenset({MAILED, UNCONFIRMED})
"""Who is asked by a letter; who wants no more than news of their own shifts is called."""
KM_A_DEGREE = 111.0
MOST_KNOWN = 400
MOST_OTHERS = 60
"""People of whom nothing is known that speaks for this event; so many of them are looked at."""
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class CoverQuestion:
    """A question that is or was open about a shift, with who answered what."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    leaving: str | None
    """Who keeps the place until somebody says yes."""
    answers: tuple[tuple[int, str, str], ...]
    """Number, name and state of everybody who was asked."""


def rank_people(
    session: Session, event: Event, booth: Booth, shift: Shift, *, for_staff: bool = True
) -> tuple[list[RankedCandidate], dict[int, ReachFacts]]:
    """Return whom to ask about the shift, best first, and how to reach them.

    A lead is told nothing of other events, and can reach by themselves only who has to do with
    theirs; the others are asked through the program.
    """
    slot, rules = slot_of(shift, event), rules_in_force(session, booth, event)
    people = _people(session, event, booth, shift)
    numbers = [person.id for person in people]
    loader = _Loader(session, event, booth, shift, numbers)
    company = loader.company()
    place = PlaceToFill(slot, rules, zone_of(event), company, for_staff)
    found = rank(place, loader.candidates(people))[:MOST_SHOWN]
    shown = {one.candidate.helper.id for one in found}
    return found, load_contacts(session, event, booth, shown, for_staff=for_staff)


def load_contacts(
    session: Session, event: Event, booth: Booth, people: Iterable[int], *, for_staff: bool
) -> dict[int, ReachFacts]:
    """Return how these people are reached; to a lead of those alone who have to do with theirs."""
    shown = set(people)
    if shown and not for_staff:
        shown &= set(session.scalars(_linked(event, booth)))
    return load_reach(session, shown)


def list_questions(session: Session, shift: Shift) -> list[CoverQuestion]:
    """Return what was asked about the shift, open questions first, then the newest."""
    covers = session.scalars(select(Cover).where(Cover.shift_id == shift.id)).all()
    asks = session.execute(
        select(CoverAsk.cover_id, Person.id, Person.name, CoverAsk.state)
        .join(Person, Person.id == CoverAsk.person_id)
        .where(CoverAsk.cover_id.in_([cover.id for cover in covers]))
        .order_by(CoverAsk.asked_at, Person.name)
    ).all()
    leaving = select(SignUp.id, Person.name).join(Person, Person.id == SignUp.person_id)
    kept = [cover.leaving_id for cover in covers if cover.leaving_id]
    names = {row[0]: row[1] for row in session.execute(leaving.where(SignUp.id.in_(kept)))}
    found = [
        CoverQuestion(
            cover.id,
            cover.opened_at,
            cover.closed_at,
            names.get(cover.leaving_id) if cover.leaving_id else None,
            tuple((row[1], row[2], row[3]) for row in asks if row[0] == cover.id),
        )
        for cover in covers
    ]
    return sorted(found, key=lambda one: (one.closed_at is not None, -one.id))


def find_leaving(session: Session, shift: Shift, question_id: int | None) -> SignUp | None:
    """Return whose place an open question is about, while they keep it."""
    return session.scalar(
        select(SignUp)
        .join(Cover, Cover.leaving_id == SignUp.id)
        .where(Cover.id == question_id, Cover.shift_id == shift.id, Cover.closed_at.is_(None))
    )


def _people(session: Session, event: Event, booth: Booth, shift: Shift) -> Sequence[Person]:
    """Return who may be asked: who has to do with the event or lives near it, then some others."""
    ours = Person.foundation_id == event.foundation_id
    on_it = select(SignUp.person_id).where(SignUp.shift_id == shift.id, HOLDS_PLACE)
    near = _near(event)
    experts = _experts(event, shift)
    linked = or_(Person.id.in_(_linked(event, booth)), Person.id.in_(experts))
    known = or_(linked, near) if near is not None else linked
    base = select(Person).where(ours, Person.id.not_in(on_it))
    people = list(session.scalars(base.where(known).order_by(Person.id).limit(MOST_KNOWN)))
    room = MOST_OTHERS if len(people) < MOST_KNOWN else 0
    others = base.where(~known).order_by(Person.is_experienced.desc(), Person.id).limit(room)
    return [*people, *session.scalars(others)]


def _experts(event: Event, shift: Shift) -> Select[int]:
    slugs = [need.partition(":")[2] for need in shift.needs if need.startswith("expert:")]
    return (
        select(PersonSegment.person_id)
        .join(Segment, Segment.id == PersonSegment.segment_id)
        .where(Segment.foundation_id == event.foundation_id, Segment.slug.in_(slugs))
    )


def _linked(event: Event, booth: Booth) -> Select[int]:
    """Return who has to do with the event: its team, and who signed up or said when they can."""
    found = union(
        select(TeamMember.person_id).where(TeamMember.event_id == event.id),
        select(SignUp.person_id).join(Shift).where(Shift.booth_id == booth.id),
        select(Availability.person_id).where(Availability.booth_id == booth.id),
    ).subquery()
    return select(found.c[0])


def _near(event: Event) -> ColumnElement[bool] | None:
    """Return a box around the event; None where its place is not known."""
    if event.latitude is None or event.longitude is None:
        return None
    high = LOCAL_KM / KM_A_DEGREE
    wide = high / max(cos(radians(event.latitude)), 0.05)
    return and_(
        Person.latitude.between(event.latitude - high, event.latitude + high),
        Person.longitude.between(event.longitude - wide, event.longitude + wide),
    )


@dataclass(slots=True)
class _Loader:
    """Reads what is known of some people in a few statements."""

    session: Session
    event: Event
    booth: Booth
    shift: Shift
    numbers: Collection[int]

    def company(self) -> tuple[Helper, ...]:
        """Return who is on the shift."""
        rows = self.session.execute(
            select(Person.id, Person.name, Person.is_experienced)
            .join(SignUp, SignUp.person_id == Person.id)
            .where(SignUp.shift_id == self.shift.id, HOLDS_PLACE)
        )
        return tuple(Helper(row[0], first_name_of(row[1]), row[2]) for row in rows)

    def candidates(self, people: Iterable[Person]) -> list[CoverCandidate]:
        """Return the people as the ranking sees them."""
        commitments = load_commitments(self.session, self.numbers, self.event)
        slugs, asked = self._slugs(), self._asked()
        said = load_said(self.session, self.booth)
        team, answers, waiting = self._team(), self._answers(), self._waiting()
        gave_up, missed = self._gave_up(), self._missed()
        reach = load_reach(self.session, self.numbers)
        return [
            CoverCandidate(
                Helper(one.id, one.first_name, one.is_experienced),
                one.name,
                one.city or "",
                None
                if one.latitude is None or one.longitude is None
                else (one.latitude, one.longitude),
                frozenset(
                    [
                        *(f"expert:{slug}" for slug in slugs.get(one.id, ())),
                        *(f"language:{word}" for word in one.languages),
                        *(f"skill:{word.casefold()}" for word in one.skills),
                    ]
                ),
                commitments[one.id],
                said.get(one.id),
                one.id in team,
                asked[one.id],
                sum(
                    int((two.ends - two.starts).total_seconds() // 60)
                    for two in commitments[one.id]
                    if two.kind == "shift" and two.event_id == self.event.id
                ),
                one.id in waiting,
                answers.get(one.id),
                gave_up.get(one.id),
                missed.get(one.id),
                reach_of(reach[one.id], sends=True) in ASKED_BY_MAIL,
            )
            for one in people
        ]

    def _slugs(self) -> dict[int, list[str]]:
        rows = self.session.execute(
            select(PersonSegment.person_id, Segment.slug)
            .join(Segment, Segment.id == PersonSegment.segment_id)
            .where(PersonSegment.person_id.in_(self.numbers))
        )
        found: dict[int, list[str]] = {}
        for number, slug in rows:
            found.setdefault(number, []).append(slug)
        return found

    def _asked(self) -> Counter[int]:
        rows = self.session.execute(
            select(CoverAsk.person_id, func.count())
            .join(Cover, Cover.id == CoverAsk.cover_id)
            .join(Shift, Shift.id == Cover.shift_id)
            .where(Shift.booth_id == self.booth.id)
            .group_by(CoverAsk.person_id)
        )
        return Counter({row[0]: row[1] for row in rows})

    def _team(self) -> set[int]:
        team = select(TeamMember.person_id).where(TeamMember.event_id == self.event.id)
        return set(self.session.scalars(team))

    def _waiting(self) -> set[int]:
        queue = select(SignUp.person_id).where(SignUp.shift_id == self.shift.id, IS_WAITING)
        return set(self.session.scalars(queue))

    def _gave_up(self) -> dict[int, datetime]:
        """Return who gave up a place on this shift, and when."""
        left = (SignUp.shift_id == self.shift.id, HAS_LEFT)
        rows = self.session.execute(select(SignUp.person_id, SignUp.changed_at).where(*left))
        return {row[0]: row[1] for row in rows}

    def _missed(self) -> dict[int, datetime]:
        """Return who did not come to a shift of the booth, and when the last such one began."""
        rows = self.session.execute(
            select(SignUp.person_id, func.max(Shift.starts_at))
            .join(Shift, Shift.id == SignUp.shift_id)
            .where(Shift.booth_id == self.booth.id, SignUp.was_missed, IS_TAKEN)
            .group_by(SignUp.person_id)
        )
        return {row[0]: row[1] for row in rows}

    def _answers(self) -> dict[int, str]:
        """Return what was answered to questions that are open, and who said no to any."""
        rows = self.session.execute(
            select(CoverAsk.person_id, CoverAsk.state)
            .join(Cover, Cover.id == CoverAsk.cover_id)
            .where(Cover.shift_id == self.shift.id)
            .where(or_(Cover.closed_at.is_(None), CoverAsk.state == "no"))
            .order_by(CoverAsk.cover_id)
        )
        return {row[0]: row[1] for row in rows}
