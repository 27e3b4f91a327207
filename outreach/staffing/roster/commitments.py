"""What people do around a slot: shifts they hold anywhere, their talks, the events they go to."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    String,
    bindparam,
    cast,
    false,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Proposal, ProposalSpeaker, Shift, SignUp, TeamMember
from models.base import UtcDateTime
from models.events import CALLED_OFF
from models.staffing import HOLDS_PLACE
from models.talks import SPEAKING
from outreach.calendars.spans import at
from outreach.staffing.booth.booths import point_at, zone_of
from outreach.staffing.rules import Commitment, Slot

AROUND = timedelta(days=14)
"""How long before and after an event its people's other doings are looked at."""
TRAVEL_REACH = timedelta(days=3)


_HAPPENS = ~Event.decision.has(Decision.state.in_(CALLED_OFF))
_NO_TIME = cast(null(), UtcDateTime)
_NO_DAY = cast(null(), Date)
_WHERE = (Event.timezone, Event.latitude, Event.longitude)

_COMMITMENTS: CompoundSelect[Any] = union_all(
    select(
        SignUp.person_id,
        literal("shift", String).label("kind"),
        Shift.starts_at,
        Shift.ends_at,
        _NO_DAY.label("first"),
        _NO_DAY.label("last"),
        Event.name,
        Event.id,
        *_WHERE,
        Shift.id.label("shift_id"),
        false().label("is_provisional"),
    )
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Booth, Booth.id == Shift.booth_id)
    .join(Event, Event.id == Booth.event_id)
    .where(SignUp.person_id.in_(bindparam("people", expanding=True)))
    .where(HOLDS_PLACE, Shift.cancelled_at.is_(None), _HAPPENS)
    .where(Shift.starts_at < bindparam("until"), Shift.ends_at > bindparam("since")),
    select(
        ProposalSpeaker.person_id,
        literal("talk", String),
        Proposal.starts_at,
        Proposal.ends_at,
        _NO_DAY,
        _NO_DAY,
        Proposal.title,
        Event.id,
        *_WHERE,
        cast(null(), Integer),
        Proposal.is_provisional,
    )
    .join(Proposal, Proposal.id == ProposalSpeaker.proposal_id)
    .join(Event, Event.id == Proposal.event_id)
    .where(ProposalSpeaker.person_id.in_(bindparam("people", expanding=True)))
    .where(Proposal.state.in_(SPEAKING), _HAPPENS)
    .where(Proposal.starts_at < bindparam("until"), Proposal.ends_at > bindparam("since")),
    select(
        TeamMember.person_id,
        literal("event", String),
        _NO_TIME,
        _NO_TIME,
        Event.starts_on,
        Event.ends_on,
        Event.name,
        Event.id,
        *_WHERE,
        cast(null(), Integer),
        false(),
    )
    .join(Event, Event.id == TeamMember.event_id)
    .join(Event.decision)
    .where(TeamMember.person_id.in_(bindparam("people", expanding=True)))
    .where(Decision.state == "go", Event.is_online.is_not(True))
    .where(Event.starts_on <= bindparam("last_day"), Event.ends_on >= bindparam("first_day")),
)


def load_commitments(
    session: Session, person_ids: Collection[int], around: Event
) -> dict[int, list[Commitment]]:
    """Return what these people do around the event, in order: shifts, talks, events to go to.

    An offered place counts like a taken one. In one statement for all of them.
    """
    zone = zone_of(around)
    since = at(around.starts_on, time(), zone) - AROUND
    until = at(around.ends_on, time(), zone) + AROUND
    return commitments_between(session, person_ids, since, until)


def commitments_near(
    session: Session, person_ids: Collection[int], slots: Collection[Slot]
) -> dict[int, list[Commitment]]:
    """Return what these people do near these slots, as far as the rules look."""
    since = min(slot.starts for slot in slots) - TRAVEL_REACH
    until = max(slot.ends for slot in slots) + TRAVEL_REACH
    return commitments_between(session, person_ids, since, until)


def commitments_of_human(
    session: Session, person_id: int | None, twins: Collection[int], slot: Slot
) -> list[Commitment]:
    """Return what a person does near a slot, with the shifts that their twins have at its event."""
    people = [one for one in (person_id, *twins) if one]
    near = commitments_near(session, people, [slot])
    found = [
        one
        for number, theirs in near.items()
        for one in theirs
        if number == person_id or (one.kind == "shift" and one.event_id == slot.event_id)
    ]
    return sorted(found, key=lambda one: (one.starts, one.ends, one.kind))


def commitments_between(
    session: Session, person_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, list[Commitment]]:
    """Return what these people do between two instants; see `load_commitments`."""
    found: dict[int, list[Commitment]] = {person_id: [] for person_id in person_ids}
    wanted = {
        "people": sorted(found),
        "since": since,
        "until": until,
        "first_day": since.date(),
        "last_day": until.date(),
    }
    for row in session.execute(_COMMITMENTS, wanted):
        person_id, kind, starts, ends, first, last, label, event_id, zone, lat, lon, *more = row
        if kind == "event":
            starts, ends = _days(first, last, ZoneInfo(zone or "UTC"))
        place = point_at(lat, lon)
        found[person_id].append(Commitment(starts, ends, kind, label, event_id, place, *more))
    for commitments in found.values():
        commitments.sort(key=lambda one: (one.starts, one.ends, one.kind))
    return found


def _days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return at(first, time(), zone), at(last + timedelta(days=1), time(), zone)
