"""What one volunteer has: shifts to come, with whom, places offered, queues, swaps, cover asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models import (
    Availability,
    Booth,
    Cover,
    CoverAsk,
    Decision,
    Event,
    Person,
    Shift,
    SignUp,
    Swap,
    TeamMember,
)
from models.events import CALLED_OFF, NOT_CALLED_OFF
from models.people import first_name_of
from models.staffing import IS_EXPECTED, IS_LIVING, PLACE_OF_SHIFT, SAID_OF_SHIFT
from outreach.calendars.clock import say_count, say_list, say_spoken_start, say_time
from outreach.language import gettext as _
from outreach.staffing.roster.days import EARLY

MOST = 500
LAST_DAY = timedelta(days=1)


@dataclass(slots=True)
class OwnPlace:
    """A volunteer's place on a shift. Of the others on it, first names."""

    id: int
    state: str
    offer_ends_at: datetime | None
    stays_on_at: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    is_lead: bool
    is_confirmed: bool
    """Whether the person said yes; staff may have put them there."""
    shift_id: int
    kind: str
    starts: datetime
    ends: datetime
    note: str
    own_url: str | None
    """Where more is to be read of its kind."""
    cancelled_at: datetime | None
    code: str
    label: str
    booth_note: str
    chat_url: str
    event_id: int
    event_name: str
    city: str | None
    country: str | None
    timezone: str | None
    before: int
    """How many wait before this person."""
    seeks_cover: bool
    """Whether others are asked to take it over."""
    is_called_off: bool = False
    """Whether we do not go there at all."""
    told_why: str = ""
    """Why it does not take place, in the words that people are told."""
    names: list[str] = field(default_factory=list)

    @property
    def zone(self) -> str:
        """The venue's zone as IANA names it."""
        return self.timezone or "UTC"

    def is_near(self, now: datetime) -> bool:
        """Tell whether one can check in for it."""
        return self.starts - EARLY <= now < self.ends

    @property
    def place(self) -> str:
        """Say where it is, as one would tell a driver."""
        return ", ".join(part for part in (self.label, self.city, self.country) if part)


_other = aliased(SignUp)
_BEFORE = (
    select(func.count())
    .where(_other.shift_id == SignUp.shift_id, _other.state == "waiting")
    .where(_other.queue_no < SignUp.queue_no)
    .correlate(SignUp)
    .scalar_subquery()
)
_SEEKS = (
    select(Cover.id)
    .where(Cover.leaving_id == SignUp.id, Cover.closed_at.is_(None))
    .correlate(SignUp)
    .exists()
)
_PLACES = (
    select(
        SignUp.id,
        SignUp.state,
        SignUp.offer_ends_at,
        SignUp.stays_on_at,
        SignUp.arrived_at,
        SignUp.left_at,
        SignUp.is_lead,
        SignUp.confirmed_at.is_not(None),
        Shift.id,
        Shift.kind,
        Shift.starts_at,
        Shift.ends_at,
        SAID_OF_SHIFT,
        Shift.own_url,
        Shift.cancelled_at,
        Booth.code,
        PLACE_OF_SHIFT,
        Booth.note,
        Booth.chat_url,
        Event.id,
        Event.name,
        Event.city,
        Event.country,
        Event.timezone,
        _BEFORE,
        _SEEKS,
        func.coalesce(Decision.state.in_(CALLED_OFF), False),
        case((Shift.cancelled_at.is_not(None), Shift.told_why), else_=Decision.told_why),
    )
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .outerjoin(Event.decision)
    .order_by(Shift.starts_at, Shift.id)
    .limit(MOST)
)


def load_places(session: Session, person: Person, since: datetime) -> list[OwnPlace]:
    """Return what the person holds, is offered or waits for, and what was cancelled under them.

    In order of time, from what ends after `since`; in two statements.
    """
    counts = or_(IS_LIVING, and_(SignUp.state == "removed", Shift.cancelled_at.is_not(None)))
    rows: Any = session.execute(
        _PLACES.where(SignUp.person_id == person.id, Shift.ends_at > since, counts)
    )
    return _with_company(session, person, [OwnPlace(*row) for row in rows])


def note_arrivals(places: Iterable[OwnPlace], arrivals: Mapping[int, datetime | None]) -> None:
    """Let who stayed from the shift before have come to these."""
    for place in places:
        place.arrived_at = arrivals.get(place.id) or place.arrived_at


def find_place(session: Session, person: Person, sign_up_id: int) -> OwnPlace | None:
    """Return one place of the person's own, whatever became of it; None where it is not theirs."""
    own = (SignUp.id == sign_up_id, SignUp.person_id == person.id)
    rows: Any = session.execute(_PLACES.where(*own)).all()
    return next(iter(_with_company(session, person, [OwnPlace(*row) for row in rows])), None)


def _with_company(session: Session, person: Person, places: list[OwnPlace]) -> list[OwnPlace]:
    """Name who else is on the shifts."""
    by_shift = {place.shift_id: place for place in places}
    others = session.execute(
        select(SignUp.shift_id, Person.name)
        .join(Person, Person.id == SignUp.person_id)
        .where(SignUp.shift_id.in_(by_shift), SignUp.person_id != person.id)
        .where(IS_EXPECTED)
        .order_by(SignUp.id)
    )
    for shift_id, name in others:
        by_shift[shift_id].names.append(first_name_of(name))
    return places


def headline(places: Sequence[OwnPlace], now: datetime) -> str:
    """Say what comes next for the person: "Wednesday at three, with Ada."."""
    on = [one for one in places if not (one.cancelled_at or one.is_called_off)]
    coming = next((one for one in on if one.state == "taken"), None)
    if coming is None:
        off = next((one for one in places if one.is_called_off), None)
        if off is not None and not on:
            return _("We do not go to %(event)s. You need not come.", event=off.event_name)
        states = {one.state for one in on}
        if "offered" in states:
            return _("A place is free for you.")
        if "waiting" in states:
            return _("You wait for a place.")
        return _("You have no shift to come.")
    zone = ZoneInfo(coming.zone)
    if coming.starts <= now:
        return _("You are on until %(time)s.", time=say_time(coming.ends, zone))
    start = say_spoken_start(coming.starts, zone)
    if coming.names:
        return _("%(time)s, with %(names)s.", time=start, names=say_list(coming.names))
    return _("%(time)s.", time=start)


def say_unanswered(places: Sequence[OwnPlace]) -> str:
    """Say on how many shifts the person was put, and what is asked of them."""
    return say_count(
        "You were put on %(number)s shift. Say that you come, or that you can’t.",
        "You were put on %(number)s shifts. Say that you come, or which of them you can’t.",
        len(places),
    )


def say_no_reminders(leads: Sequence[Person]) -> str:
    """Say to somebody who gave a telephone number only what they will not get."""
    if not leads:
        return _(
            "With a telephone number we cannot send reminders; we call you if something changes."
        )
    return _(
        "With a telephone number we cannot send reminders; %(name)s calls you if something"
        " changes.",
        name=leads[0].first_name,
    )


def why_untold(person: Person, starts: datetime, now: datetime, sends: bool) -> str | None:
    """Say why somebody with a shift then may not yet read the brief, and whom to call.

    Who has not shown yet who they are may on the last day: they may be on their way.
    """
    if person.is_known or starts - now <= LAST_DAY:
        return None
    if person.email and sends:
        return _("It is here a day before, with whom to call; now, if you confirm your address.")
    return _("It is here a day before, with whom to call; now, if who runs the booth accepts you.")


def find_first_start(session: Session, person: Person, event_id: int) -> datetime | None:
    """Return when the person's first shift at this event starts that they have or wait for."""
    found = (
        select(func.min(Shift.starts_at))
        .select_from(SignUp)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(SignUp.person_id == person.id, Booth.event_id == event_id)
        .where(IS_LIVING)
    )
    return session.scalar(found)


def list_cover_asks(
    session: Session, person: Person, now: datetime
) -> Sequence[tuple[int, Shift, str]]:
    """Return the open calls for cover that the person has not answered: number, shift, zone."""
    rows = session.execute(
        select(Cover.id, Shift, Event.timezone)
        .join(CoverAsk, CoverAsk.cover_id == Cover.id)
        .join(Shift, Shift.id == Cover.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(CoverAsk.person_id == person.id, CoverAsk.state == "asked")
        .where(Cover.closed_at.is_(None), Shift.cancelled_at.is_(None), Shift.ends_at > now)
        .order_by(Shift.starts_at, Cover.id)
    )
    return [(row[0], row[1], row[2] or "UTC") for row in rows]


@dataclass(frozen=True, slots=True)
class SwapSeen:
    """An open offer to swap, as one of the two sees it."""

    id: int
    is_mine: bool
    """Whether this person offered it."""
    name: str
    """The other's first name."""
    give: Shift
    get: Shift
    zone: str


@dataclass(frozen=True, slots=True)
class WantedTimes:
    """An event to come whose booth the person may say times for."""

    event_id: int
    event_name: str
    is_named: bool
    """Whether staff named them for it."""
    has_said: bool


def list_wanted_times(session: Session, person: Person, now: datetime) -> list[WantedTimes]:
    """Return the events to come that the person is named for, has a shift at, or said times for."""
    named = select(TeamMember.event_id).where(TeamMember.person_id == person.id)
    said = select(Availability.booth_id).where(Availability.person_id == person.id)
    placed = (
        select(Shift.booth_id)
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(SignUp.person_id == person.id, IS_LIVING)
    )
    rows = session.execute(
        select(Event.id, Event.name, Event.id.in_(named), Booth.id.in_(said))
        .join(Booth, Booth.event_id == Event.id)
        .outerjoin(Event.decision)
        .where(Event.foundation_id == person.foundation_id, NOT_CALLED_OFF)
        .where(Event.ends_on >= now.date())
        .where(or_(Event.id.in_(named), Booth.id.in_(said), Booth.id.in_(placed)))
        .order_by(Event.starts_on, Event.id)
    )
    return [WantedTimes(*row) for row in rows]


def list_swaps(session: Session, person: Person, now: datetime) -> list[SwapSeen]:
    """Return the open offers to swap that the person made or may answer."""
    mine, theirs = aliased(SignUp), aliased(SignUp)
    given, wanted = aliased(Shift), aliased(Shift)
    asker, asked = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Swap.id, asker.id, asker.name, asked.name, given, wanted, Event.timezone)
        .join(mine, mine.id == Swap.mine_id)
        .join(theirs, theirs.id == Swap.theirs_id)
        .join(given, given.id == mine.shift_id)
        .join(wanted, wanted.id == theirs.shift_id)
        .join(asker, asker.id == mine.person_id)
        .join(asked, asked.id == theirs.person_id)
        .join(Booth, Booth.id == given.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(Swap.state == "offered", or_(asker.id == person.id, asked.id == person.id))
        .where(given.ends_at > now, wanted.ends_at > now)
        .order_by(Swap.id)
    )
    found = []
    for number, asker_id, asker_name, asked_name, given_, wanted_, zone in rows:
        is_mine = asker_id == person.id
        give, get = (given_, wanted_) if is_mine else (wanted_, given_)
        name = first_name_of(asked_name if is_mine else asker_name)
        found.append(SwapSeen(number, is_mine, name, give, get, zone or "UTC"))
    return found
