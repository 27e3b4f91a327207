"""Evidence gathered for a few events says of them what the evidence of everything says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
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
    TeamMember,
    Tracker,
)
from outreach.catalog.series.known import read_series
from outreach.matching.engine import terms
from outreach.matching.engine.match import Engine
from outreach.matching.store import nearby, stored
from outreach.matching.store.gathered import EVENT_FACTS, as_facts, as_segment, gather_evidence
from tests.cast import add_proposal

NOW = datetime(2024, 7, 25, 15, tzinfo=UTC)
TODAY = NOW.date()
DENVER, BOULDER, BERLIN = (39.74, -104.98), (40.01, -105.27), (52.52, 13.40)
FILLED = ("ours", "theirs")


def fill(session: Session, slug: str) -> Foundation:
    """Store a foundation with evidence of every kind."""
    foundation = Foundation(slug=slug, name=slug.title(), event_cap=4000, created_at=NOW)
    session.add(foundation)
    session.flush()
    own = {"foundation_id": foundation.id}
    segments = [
        Segment(
            **own, slug=name, name=name, short_name=name, keywords=[name, word], software=["glibc"]
        )
        for name, word in (("graphics", "rendering"), ("storage", "filesystems"))
    ]
    series = [Series(**own, name=name, name_key=name.lower()) for name in ("Paintcon", "Diskfest")]
    session.add_all([*segments, *series])
    session.flush()
    _add_events(session, own, series)
    _add_people(session, own, segments)
    _add_evidence(session, own, segments, series)
    session.flush()
    return foundation


def _add_events(session: Session, own: dict[str, int], series: list[Series]) -> None:
    plan = (
        ("Paintcon", 2023, date(2023, 7, 20), DENVER, series[0], "go"),
        ("Paintcon", 2024, date(2024, 7, 28), DENVER, series[0], None),
        ("Brush Days", 2024, date(2024, 7, 30), DENVER, None, "go"),
        ("Diskfest", 2024, date(2024, 7, 29), BERLIN, series[1], "go"),
        ("Diskfest", 2025, date(2025, 3, 3), BERLIN, series[1], "proposed"),
        ("Nowhere Rendering Meeting", 2024, date(2024, 10, 1), None, None, None),
    )
    for name, year, first, place, kind, state in plan:
        event = Event(
            **own,
            name=name,
            name_key=name.lower().replace(" ", ""),
            series_id=kind.id if kind else None,
            starts_on=first,
            ends_on=first + timedelta(days=2),
            city="Denver" if place == DENVER else None,
            latitude=place[0] if place else None,
            longitude=place[1] if place else None,
            topics=["graphics"] if "i" in name else ["storage"],
            booth_cost=year,
            expected_conversations=100,
            created_at=NOW,
        )
        session.add(event)
        session.flush()
        if state:
            session.add(
                Decision(
                    event_id=event.id, state=state, decided_on=date(2024, 5, 1), recorded_at=NOW
                )
            )


def _add_people(session: Session, own: dict[str, int], segments: list[Segment]) -> None:
    homes = (("Ada", DENVER), ("Lin", BOULDER), ("Otto", BERLIN), ("Pia", BERLIN), ("Rosa", None))
    for number, (name, home) in enumerate(homes):
        person = Person(
            **own,
            name=name,
            city="Home",
            latitude=home[0] if home else None,
            longitude=home[1] if home else None,
            created_at=NOW,
        )
        session.add(person)
        session.flush()
        segment = segments[number % 2]
        session.add(PersonSegment(person_id=person.id, segment_id=segment.id))
    mine = select(Person).where(Person.foundation_id == own["foundation_id"]).order_by(Person.id)
    people = session.scalars(mine).all()
    for event, going in zip(_events(session, own["foundation_id"])[1:4], people[2:], strict=True):
        session.add(TeamMember(event_id=event.id, person_id=going.id))
        session.add(TeamMember(event_id=event.id, person_id=people[0].id, is_lead=True))


def _add_evidence(
    session: Session, own: dict[str, int], segments: list[Segment], series: list[Series]
) -> None:
    events = _events(session, own["foundation_id"])
    tracker = Tracker(**own, kind="github", name="Tracker", url="https://tracker.example")
    session.add(tracker)
    session.flush()
    for number, segment in enumerate(segments):
        said = {"sentence": "They say so.", "source": "a survey", "created_at": NOW}
        session.add(
            Gathering(segment_id=segment.id, series_id=series[number].id, kind="stated", **said)
        )
        session.add(Gathering(segment_id=segment.id, event_id=events[5].id, kind="member", **said))
        for key in ("1", "2"):
            issue = Issue(
                **own,
                tracker_id=tracker.id,
                key=f"{segment.slug}-{key}",
                title=f"It breaks {key}",
                url="https://tracker.example/1",
                state="open",
            )
            session.add(issue)
            session.flush()
            session.add(IssueSegment(issue_id=issue.id, segment_id=segment.id, matched_at=NOW))
        asked = {"kind": "test", "question": "Does it?"}
        session.add(Ask(**own, issue_id=issue.id, segment_id=segment.id, **asked))
    for event in (events[0], events[3]):
        session.add(
            Attendance(event_id=event.id, activities=["booth"], status="attended", judged="again")
        )
        add_proposal(session, event, title="Ours")


def _events(session: Session, foundation_id: int) -> list[Event]:
    mine = select(Event).where(Event.foundation_id == foundation_id).order_by(Event.id)
    return list(session.scalars(mine))


def match_with_everything(
    session: Session, foundation: Foundation, segment: Segment, event: Event
) -> terms.ExplainedMatch:
    """Match in the midst of all events and all evidence of the foundation."""
    rows = session.execute(EVENT_FACTS.where(Event.foundation_id == foundation.id))
    facts = [as_facts(row) for row in rows]
    engine = Engine(
        [as_segment(segment)],
        facts,
        gather_evidence(session, foundation, facts, TODAY),
        as_of=TODAY,
        gazetteer=read_series(),
        organisation=foundation.name,
    )
    return engine.match(segment.slug, str(event.id))


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("slug", ["graphics", "storage"])
def test_what_is_left_out_changes_no_match(session: Session, slug: str, number: int) -> None:
    ours = [fill(session, name) for name in FILLED][0]
    segment = session.scalars(select(Segment).where(Segment.slug == slug).limit(1)).one()
    event = _events(session, ours.id)[number]
    [explained] = stored.explain(session, ours, segment, [event.id], NOW)
    assert explained == match_with_everything(session, ours, segment, event)


def test_of_one_event_only_its_own_evidence_is_read(session: Session) -> None:
    ours = [fill(session, name) for name in FILLED][0]
    event, segment = _events(session, ours.id)[1], session.get_one(Segment, 1)
    row = session.execute(EVENT_FACTS.where(Event.id == event.id)).one()
    found = gather_evidence(session, ours, [as_facts(row)], TODAY, [segment.id])
    assert {one.segment for one in (*found.gatherings, *found.issues)} == {segment.slug}
    assert {one.series for one in (*found.attendances, *found.recaps)} == {"Paintcon"}
    assert {one.event for one in (*found.people, *found.costs, *found.means)} == {str(event.id)}
    assert [one.name for one in found.people] == ["Ada", "Lin", "Otto"]


def test_a_gate_knows_that_others_were_decided_on(session: Session) -> None:
    ours = fill(session, "ours")
    event = _events(session, ours.id)[5]
    row = session.execute(EVENT_FACTS.where(Event.id == event.id)).one()
    found = gather_evidence(session, ours, [as_facts(row)], TODAY)
    assert len(found.decisions) == 1


def test_many_events_and_people_are_read_without_naming_each(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [fill(session, name) for name in FILLED][0]
    facts = [
        as_facts(row) for row in session.execute(EVENT_FACTS.where(Event.foundation_id == ours.id))
    ]
    named = gather_evidence(session, ours, facts, TODAY)
    monkeypatch.setattr(nearby, "MANY", 0)
    assert gather_evidence(session, ours, facts, TODAY).people == named.people
