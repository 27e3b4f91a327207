"""Reads the evidence of a match from the database and spells it in the terms of the engine."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Protocol, cast

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from models import (
    Ask,
    Attendance,
    Decision,
    Event,
    Foundation,
    Gathering,
    Issue,
    IssueSegment,
    Person,
    PersonSegment,
    Segment,
    Series,
    Talk,
    TeamMember,
)
from outreach.calendars.words import say_list
from outreach.catalog.places import distance_km
from outreach.matching import terms
from outreach.matching.reasons import NEAR_KM

ASK_STRENGTH = {"test": 1.0, "reproduce": 1.0, "review": 0.8, "tell": 0.8, "good_news": 0.6}
NO_ASK = 0.5
"""How much an open issue counts about which nobody has written yet what to ask."""
ASK_WORDS = {
    "test": "testers are wanted",
    "reproduce": "somebody must reproduce it",
    "review": "the fix wants a review",
    "tell": "we want to hear of it",
    "good_news": "there is good news to tell",
}


class Placed(Protocol):
    """A stored event, or a row with its columns."""

    id: Any
    name: Any
    starts_on: Any
    ends_on: Any
    city: Any
    country: Any
    latitude: Any
    longitude: Any


def as_stop(row: Placed) -> terms.EventFacts:
    """Spell what a trip needs to know of an event."""
    return terms.EventFacts(
        key=str(row.id),
        name=row.name,
        starts=row.starts_on,
        ends=row.ends_on,
        city=row.city,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
    )


EVENT_FACTS = select(
    Event.id,
    Event.name,
    Event.starts_on,
    Event.ends_on,
    Series.name.label("series"),
    Event.city,
    Event.country,
    Event.latitude,
    Event.longitude,
    Event.is_online,
    Event.topics,
    Event.url,
    Event.programme,
    Event.coc_url,
).outerjoin(Series, Series.id == Event.series_id)


def as_facts(row: Any) -> terms.EventFacts:
    """Spell a row of EVENT_FACTS in the terms of the engine."""
    return terms.EventFacts(
        key=str(row.id),
        name=row.name,
        starts=row.starts_on,
        ends=row.ends_on,
        series=row.series,
        city=row.city,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        online=row.is_online,
        topics=tuple(row.topics),
        url=row.url,
        programme=row.programme,
        conduct_url=row.coc_url,
    )


def as_segment(segment: Segment) -> terms.Segment:
    """Spell a stored segment in the terms of the engine."""
    return terms.Segment(
        slug=segment.slug,
        name=segment.name,
        summary=segment.summary,
        keywords=tuple(segment.keywords),
        projects=tuple(segment.projects),
        software=tuple(segment.software),
        regions=tuple(segment.regions),
    )


def gather_evidence(
    session: Session, foundation: Foundation, events: Sequence[terms.EventFacts], today: date
) -> terms.Evidence:
    """Read all evidence of a foundation that may bear on these events."""
    ids = [int(event.key) for event in events]
    return terms.Evidence(
        gatherings=tuple(_gatherings(session, foundation)),
        attendances=tuple(_attendances(session, foundation)),
        issues=tuple(_issues(session, foundation)),
        talks=tuple(_talks(session, ids)),
        people=tuple(_people(session, foundation, events, today)),
        costs=tuple(_costs(session, foundation, ids)),
        recaps=tuple(_recaps(session, foundation)),
        decisions=tuple(_decisions(session, foundation)),
        means=tuple(_means(session, foundation, ids)),
    )


def _gatherings(session: Session, foundation: Foundation) -> Iterable[terms.Gathering]:
    rows = session.execute(
        select(Gathering, Segment.slug, Series.name)
        .join(Segment, Segment.id == Gathering.segment_id)
        .outerjoin(Series, Series.id == Gathering.series_id)
        .where(Segment.foundation_id == foundation.id)
        .order_by(Gathering.id)
    )
    for gathering, slug, series in rows:
        yield terms.Gathering(
            sentence=gathering.sentence,
            source=gathering.source,
            url=gathering.source_url,
            dated=gathering.dated,
            segment=slug,
            kind=cast("terms.GatheringKind", gathering.kind),
            series=series,
            event=str(gathering.event_id) if gathering.event_id else None,
        )


def _attended(foundation: Foundation, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Attendance)
        .join(Event, Event.id == Attendance.event_id)
        .outerjoin(Series, Series.id == Event.series_id)
        .where(Event.foundation_id == foundation.id)
        .order_by(Event.starts_on)
    )


def _attendances(session: Session, foundation: Foundation) -> Iterable[terms.Attendance]:
    columns = (Event.id, Event.name, Event.starts_on, Series.name.label("series"))
    rows = session.execute(_attended(foundation, Attendance, *columns))
    for attendance, event_id, name, starts, series in rows:
        verb = "We were at" if attendance.status == "attended" else "We planned to be at"
        did = say_list([activity.replace("_", " ") for activity in attendance.activities])
        yield terms.Attendance(
            sentence=f"{verb} {name} {starts.year}{f': {did}' if did else ''}.",
            source=attendance.source or "our history",
            dated=starts,
            series=series or name,
            name=name,
            starts=starts,
            activities=tuple(attendance.activities),
            status=attendance.status,
            event=str(event_id),
        )


def _recaps(session: Session, foundation: Foundation) -> Iterable[terms.Recap]:
    columns = (Event.name, Event.ends_on, Series.name.label("series"))
    query = _attended(foundation, Attendance, *columns).where(Attendance.judged.is_not(None))
    for attendance, name, ends, series in session.execute(query):
        yield terms.Recap(
            sentence=attendance.note or f"The recap of {name} {ends.year}.",
            source=f"recap of {name} {ends.year}",
            dated=ends,
            series=series or name,
            edition=f"{name} {ends.year}",
            recommendation=attendance.judged,
        )


def _issues(session: Session, foundation: Foundation) -> Iterable[terms.LiveIssue]:
    rows = session.execute(
        select(Issue, IssueSegment, Segment.slug, Ask)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .join(Segment, Segment.id == IssueSegment.segment_id)
        .outerjoin(Ask, and_(Ask.issue_id == Issue.id, Ask.segment_id == Segment.id))
        .where(
            Issue.foundation_id == foundation.id,
            Issue.state == "open",
            IssueSegment.state != "rejected",
        )
        .order_by(IssueSegment.matched_at.desc(), Issue.id)
    )
    for issue, link, slug, ask in rows:
        wanted = f"; {ASK_WORDS[ask.kind]}" if ask else ""
        told = (ask.symptom if ask and ask.symptom else issue.title).rstrip(".")
        phrases = f" It names {say_list(list(link.phrases))}." if link.phrases else ""
        yield terms.LiveIssue(
            sentence=f"{told}{wanted}.{phrases}",
            source=f"{issue.key}, matched",
            url=issue.url,
            dated=link.matched_at.date(),
            segment=slug,
            key=issue.key,
            title=issue.title,
            ask=ask.kind if ask else "none",
            strength=ASK_STRENGTH[ask.kind] if ask else NO_ASK,
        )


def _talks(session: Session, event_ids: list[int]) -> Iterable[terms.TalkEvidence]:
    for talk in session.scalars(select(Talk).where(Talk.event_id.in_(event_ids))):
        yield terms.TalkEvidence(
            sentence=f"“{talk.title}” is {talk.state}.",
            source="talk list",
            dated=talk.answered_on,
            event=str(talk.event_id),
            title=talk.title,
            state=talk.state,
        )


def _costs(session: Session, foundation: Foundation, event_ids: list[int]) -> Iterable[terms.Cost]:
    rows = session.execute(
        select(Event.id, Event.name, Event.booth_cost, Event.expected_conversations).where(
            Event.id.in_(event_ids), Event.booth_cost.is_not(None)
        )
    )
    for event_id, name, cost, conversations in rows:
        if cost is None or conversations is None:
            continue
        yield terms.Cost(
            sentence=f"{name}: {cost} {foundation.currency}, {conversations} conversations.",
            source="event page",
            event=str(event_id),
            amount=cost,
            conversations=conversations,
            currency=foundation.currency,
        )


def _decisions(session: Session, foundation: Foundation) -> Iterable[terms.Decision]:
    rows = session.execute(
        select(Decision.event_id, Decision.state, Decision.decided_on, Event.name)
        .join(Event, Event.id == Decision.event_id)
        .where(Event.foundation_id == foundation.id, Decision.is_current)
    )
    for event_id, state, decided, name in rows:
        yield terms.Decision(
            sentence=f"{name} is a {state.replace('_', '-')}.",
            source="decisions",
            dated=decided,
            event=str(event_id),
            state=state,
        )


def _means(
    session: Session, foundation: Foundation, event_ids: Collection[int]
) -> Iterable[terms.Means]:
    rows = session.execute(
        select(TeamMember.event_id, func.count())
        .where(TeamMember.event_id.in_(event_ids))
        .group_by(TeamMember.event_id)
    )
    hands: dict[int, int] = {row[0]: row[1] for row in rows}
    for event_id in event_ids if foundation.event_cap is not None else hands:
        yield terms.Means(
            sentence="Who goes, and the cap for one event.",
            source="team and settings",
            event=str(event_id),
            hands=hands.get(event_id),
            cap=foundation.event_cap,
        )


def _people(
    session: Session, foundation: Foundation, events: Sequence[terms.EventFacts], today: date
) -> Iterable[terms.LocalPerson]:
    """Yield for each event who lives near, who is on its team, and else who is nearest.

    Distances are computed once for each pair of places, so that many people in one town and
    many events in another cost one computation.
    """
    homes: dict[tuple[float, float], list[Any]] = defaultdict(list)
    for person in session.execute(_homes(foundation)):
        homes[person.latitude, person.longitude].append(person)
    experts = _experts(session, foundation)
    teams = _teams(session, foundation)
    reach: dict[tuple[float, float], list[tuple[float, Any]]] = {}
    for event in events:
        if event.latitude is None or event.longitude is None or not homes:
            continue
        place = (event.latitude, event.longitude)
        if place not in reach:
            reach[place] = _by_distance(place, homes)
        going = teams.get(event.key, set())
        for km, person in reach[place]:
            if km <= NEAR_KM or person.id in going or person is reach[place][0][1]:
                yield _local(event.key, km, person, experts.get(person.id, ()), today)


def _by_distance(
    place: tuple[float, float], homes: dict[tuple[float, float], list[Any]]
) -> list[tuple[float, Any]]:
    distances = sorted((distance_km(*place, *home), home) for home in homes)
    return [(km, person) for km, home in distances for person in homes[home]]


def _local(
    event: str, km: float, person: Any, expert_in: tuple[str, ...], today: date
) -> terms.LocalPerson:
    return terms.LocalPerson(
        sentence=f"{person.name} lives in {person.city}, {km:.0f} km away.",
        source="people list",
        dated=today,
        event=event,
        name=person.name,
        km=km,
        expert_in=expert_in,
    )


def _homes(foundation: Foundation) -> Select[int, str, str | None, float | None, float | None]:
    return select(Person.id, Person.name, Person.city, Person.latitude, Person.longitude).where(
        Person.foundation_id == foundation.id,
        Person.latitude.is_not(None),
        Person.longitude.is_not(None),
    )


def _experts(session: Session, foundation: Foundation) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = session.execute(
        select(PersonSegment.person_id, Segment.slug)
        .join(Segment, Segment.id == PersonSegment.segment_id)
        .where(Segment.foundation_id == foundation.id)
    )
    for person_id, slug in rows:
        found[person_id] = (*found.get(person_id, ()), slug)
    return found


def _teams(session: Session, foundation: Foundation) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    rows = session.execute(
        select(TeamMember.event_id, TeamMember.person_id)
        .join(Event, Event.id == TeamMember.event_id)
        .where(Event.foundation_id == foundation.id)
    )
    for event_id, person_id in rows:
        found[str(event_id)].add(person_id)
    return found
