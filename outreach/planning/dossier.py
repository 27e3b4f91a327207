"""The event as one document: what is known, decided, due and done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import (
    Approval,
    Attendance,
    Booth,
    Decision,
    Event,
    EventPlan,
    EventSource,
    Foundation,
    Match,
    MoneyRequest,
    Person,
    Proposal,
    Segment,
    Series,
    SignUp,
    Swag,
    TeamMember,
)
from models.events import CALLED_OFF
from models.goers import signed_up
from outreach.calendars.clock import first_of, opening, say_count, say_list
from outreach.catalog.places.event_place import offered_places
from outreach.catalog.places.lookup import Place
from outreach.issues.at_events.concerns import Concern, find_concerns
from outreach.language import gettext as _
from outreach.planning.calls.board import BoardLine, say_calls_of, tell_calls
from outreach.planning.calls.closing import Closing, find_nearest, list_calls
from outreach.planning.deadlines.sources import ITEM
from outreach.planning.deadlines.told import (
    Deadline,
    WantedDeadlines,
    list_deadlines,
    list_late,
)
from outreach.planning.decisions.approvals import list_approvals
from outreach.planning.decisions.owners import find_plan
from outreach.planning.decisions.preparation import find_preparations
from outreach.planning.decisions.states import DecisionFacts, Preparation, say_lack, state_of
from outreach.planning.kits.load import KitStop, kits_at, stops_of
from outreach.planning.kits.swag import list_swag, say_swag
from outreach.planning.money.loading import is_for, load_requests
from outreach.planning.season.booth_gaps import BoothGap, Staffing, find_staffing
from outreach.planning.trips.near import TripOffer, find_offer, find_trip
from outreach.staffing.booth.booths import say_we_do_not_go
from outreach.talks.load import list_talks

MOST_AUDIENCES = 5
MOST_PAST = 6
MOST_GAPS = 4
MOST_DEADLINES = 3
MOST_ITEMS = 4


@dataclass(frozen=True, slots=True)
class EventAudience:
    """A segment that is at the event, by the stored match."""

    slug: str
    name: str
    score: int | None
    known: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the event's page shows."""

    event: Event
    series: Series | None
    state: str
    lack: str
    """Why the next state is not reached."""
    plan: EventPlan | None
    approvals: Sequence[Approval]
    preparation: Preparation
    nearest: Closing | None
    """The call that closes next."""
    calls: Sequence[BoardLine]
    days_left: int
    """How many days are left until it begins, 0 from then on."""
    decisions: Sequence[Decision]
    team: Sequence[TeamMember]
    signed_up: Sequence[Person]
    """Who goes because they have a shift, without being named."""
    waiting: Sequence[Deadline]
    """What it waits for, nearest first."""
    today: date
    audiences: Sequence[EventAudience]
    other_segments: Sequence[tuple[str, str]]
    """Address and name of those of whom it could be told that they come too."""
    concerns: Sequence[Concern]
    talks: Sequence[Proposal]
    trip: Sequence[Event]
    past: Sequence[Attendance]
    sources: Sequence[EventSource]
    places: Sequence[Place]
    staffing: Staffing | None
    """How the booth is staffed; None where no shifts are drawn."""
    money: Sequence[MoneyRequest]
    """What people ask for to go there."""
    offer: TripOffer
    kits: Sequence[KitStop]
    swag: Sequence[tuple[Swag, str]]
    """What is given away, and how it stands."""

    @property
    def say_money(self) -> str:
        """Say how many ask for money to go there."""
        return (
            say_count(
                "%(Number)s request for money", "%(Number)s requests for money", len(self.money)
            )
            if self.money
            else _("Nobody asks for money")
        )

    @property
    def without_money(self) -> Sequence[Person]:
        """Return who goes and has not asked for money."""
        asked = {request.person_id for request in self.money}
        return [one.person for one in self.team if one.person_id not in asked]

    @property
    def say_concerns(self) -> str:
        """Say how many open issues hit who is there."""
        return (
            say_count(
                "%(Number)s open issue hits these people",
                "%(Number)s open issues hit these people",
                len(self.concerns),
            )
            if self.concerns
            else _("No open issue of theirs is known")
        )

    @property
    def deadlines(self) -> Sequence[Deadline]:
        """Return what it waits for next, of whatever kind."""
        return self.waiting[:MOST_DEADLINES]

    @property
    def items(self) -> Sequence[Deadline]:
        """Return the next open items of its checklist."""
        return self._open[:MOST_ITEMS]

    @property
    def _open(self) -> Sequence[Deadline]:
        return [one for one in self.waiting if one.source == ITEM]

    @property
    def say_items(self) -> str:
        """Say how its checklist stands."""
        late = sum(one.is_late(self.today) for one in self._open)
        if late:
            return say_count("%(Number)s item of the checklist is late",
                             "%(Number)s items of the checklist are late", late)  # fmt: skip
        if self._open:
            return say_count("%(Number)s item of the checklist is open",
                             "%(Number)s items of the checklist are open",
                             len(self._open))  # fmt: skip
        return _("Nothing is open on a checklist")

    @property
    def say_calls(self) -> str:
        """Say how many calls it makes, and when the next one closes."""
        return say_calls_of(self.calls)

    @property
    def say_kits(self) -> str:
        """Say how much comes there: "One kit, two things to give away"."""
        said = []
        if self.kits:
            said.append(say_count("%(number)s kit", "%(number)s kits", len(self.kits)))
        if self.swag:
            said.append(say_count("%(number)s thing to give away",
                                  "%(number)s things to give away", len(self.swag)))  # fmt: skip
        return opening(say_list(said)) if said else _("No kit is booked, nothing to give away")

    @property
    def say_booth(self) -> str:
        """Say how the booth is staffed; where we do not go, that alone."""
        if self.is_called_off:
            return say_we_do_not_go(self.event)
        if self.staffing is None:
            return _("No shifts are drawn yet")
        missing = self.staffing.missing
        return (
            say_count(
                "The booth misses %(number)s person", "The booth misses %(number)s people", missing
            )
            if self.staffing.gaps
            else self.staffing.say_booth
        )

    @property
    def is_called_off(self) -> bool:
        """Tell whether it is decided that we do not go."""
        return self.decision is not None and self.decision.state in CALLED_OFF

    @property
    def first_gaps(self) -> tuple[Sequence[BoothGap], str]:
        """Return the first shifts that lack somebody, and the line that counts the others."""
        return first_of(self.staffing.gaps if self.staffing else (), MOST_GAPS)

    @property
    def goers(self) -> int:
        """Count who goes: who is named, and who has a shift; nobody where we do not go."""
        return 0 if self.is_called_off else len(self.team) + len(self.signed_up)

    @property
    def say_team(self) -> str:
        """Say how many go."""
        if self.is_called_off:
            return _("Nobody goes")
        return (
            say_count("%(Number)s person goes", "%(Number)s people go", self.goers)
            if self.goers
            else _("Nobody is named yet")
        )

    @property
    def say_past(self) -> str:
        """Say how many editions before this one had us."""
        return say_count(
            "%(Number)s earlier edition with us",
            "%(Number)s earlier editions with us",
            len(self.past),
        )

    @property
    def decision(self) -> Decision | None:
        """Return the decision that stands."""
        return next((decision for decision in self.decisions if decision.is_current), None)

    @property
    def earlier_decisions(self) -> Sequence[Decision]:
        """Return what was decided before the last time."""
        return self.decisions[1:]

    @property
    def beside(self) -> Sequence[Event]:
        """Return the whole trip where the event is a part of one."""
        return self.trip if len(self.trip) > 1 else ()


def open_dossier(session: Session, event: Event, now: datetime) -> Dossier:
    """Gather the document of one event as of the planning instant."""
    today = now.date()
    foundation = session.get_one(Foundation, event.foundation_id)
    decisions = _decisions(session, event)
    current = next((decision.state for decision in decisions if decision.is_current), None)
    team, (audiences, others) = list_team(session, [event]), _audiences(session, event)
    past = _past(session, event)
    recapped = any(one.event_id == event.id and (one.judged or one.note) for one in past)
    calls = list_calls(session, [event.id]).get(event.id, [])
    talks = list_talks(session, [event])
    trip = find_trip(session, event)
    nearest, plan = find_nearest(calls, now, talks), find_plan(session, event)
    staffing = find_staffing(session, [event.id], now)
    here = {event.id: current}
    waiting = list_deadlines(session, foundation, now, WantedDeadlines([event.id]))
    late = {event.id: list_late(waiting, today)}
    preparation = find_preparations(session, foundation, here, staffing, late)[event.id]
    standing = DecisionFacts(current, event.starts_on, event.ends_on, recapped, preparation)
    return Dossier(
        event=event,
        series=session.get(Series, event.series_id) if event.series_id else None,
        state=state_of(standing, today),
        lack=say_lack(standing, today),
        plan=plan,
        approvals=list_approvals(session, event),
        preparation=preparation,
        nearest=nearest,
        calls=tell_calls(calls, event, now, foundation.zone, talks),
        days_left=max(0, (event.starts_on - today).days),
        decisions=decisions,
        team=team,
        signed_up=list_signed_up(session, event),
        waiting=waiting,
        today=today,
        audiences=audiences,
        other_segments=others,
        concerns=find_concerns(session, [event]),
        talks=talks,
        trip=trip,
        offer=find_offer(session, event, trip),
        kits=_kits(session, event),
        swag=[(one, say_swag(one, today)) for one in list_swag(session, foundation, event.id)],
        past=[one for one in past if one.event_id != event.id],
        sources=_sources(session, event),
        places=offered_places(event),
        staffing=staffing.get(event.id),
        money=load_requests(session, is_for(event)),
    )


def list_team(session: Session, events: Sequence[Event]) -> list[TeamMember]:
    """Return who goes to these events, leads first, with what they know."""
    return list(
        session.scalars(
            select(TeamMember)
            .where(TeamMember.event_id.in_([event.id for event in events]))
            .join(TeamMember.person)
            .options(
                contains_eager(TeamMember.person)
                .selectinload(Person.segments)
                .load_only(Segment.short_name)
            )
            .order_by(TeamMember.is_lead.desc(), Person.name)
        )
    )


def list_signed_up(session: Session, event: Event) -> Sequence[Person]:
    """Return who has a shift there and is not named for it, by name."""
    named = select(TeamMember.person_id).where(TeamMember.event_id == event.id)
    there = signed_up().where(Booth.event_id == event.id).with_only_columns(SignUp.person_id)
    wanted = select(Person).where(Person.id.in_(there), Person.id.not_in(named))
    return session.scalars(wanted.order_by(Person.name, Person.id)).all()


def _decisions(session: Session, event: Event) -> Sequence[Decision]:
    return session.scalars(
        select(Decision)
        .where(Decision.event_id == event.id)
        .options(joinedload(Decision.person))
        .order_by(Decision.id.desc())
    ).all()


def _sources(session: Session, event: Event) -> Sequence[EventSource]:
    mine = select(EventSource).where(EventSource.event_id == event.id)
    return session.scalars(mine.order_by(EventSource.id)).all()


def _kits(session: Session, event: Event) -> list[KitStop]:
    stops = (stop for kit in kits_at(session, event) for stop in stops_of(kit))
    return [stop for stop in stops if stop.booking.event_id == event.id]


def _audiences(session: Session, event: Event) -> tuple[list[EventAudience], list[tuple[str, str]]]:
    """Return the segments that are at the event, the best matches first, and all others."""
    rows = session.execute(
        select(
            Segment.slug, Segment.short_name, Match.score, Match.known, Match.sentence, Match.rank
        )
        .outerjoin(Match, (Match.segment_id == Segment.id) & (Match.event_id == event.id))
        .where(Segment.foundation_id == event.foundation_id)
        .order_by(Segment.short_name)
    ).all()
    matched = sorted((row for row in rows if row.rank is not None), key=lambda row: -row.rank)
    best = [EventAudience(*row[:5]) for row in matched[:MOST_AUDIENCES]]
    there = {one.slug for one in best}
    return best, [(row.slug, row.short_name) for row in rows if row.slug not in there]


def _past(session: Session, event: Event) -> Sequence[Attendance]:
    # A series belongs to one foundation, so the event's own need not be asked for.
    same = Event.series_id == event.series_id if event.series_id else Event.id == event.id
    return session.scalars(
        select(Attendance)
        .join(Attendance.event)
        .options(contains_eager(Attendance.event))
        .where(same)
        .order_by(Event.starts_on.desc())
        .limit(MOST_PAST)
    ).all()
