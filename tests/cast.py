"""Rows for tests of rules and pages: a foundation's events, segments, issues and people."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Ask,
    Booth,
    Call,
    ChecklistItem,
    Decision,
    Event,
    EventPlan,
    Foundation,
    Gathering,
    Issue,
    IssueSegment,
    Match,
    Person,
    Proposal,
    ProposalSpeaker,
    Segment,
    Shift,
    SignUp,
    Talk,
    TalkSpeaker,
    TeamMember,
    Tracker,
)
from outreach.example.load import load_example
from tests.sign_ins import add_foundation
from tests.written_once import written_once

TODAY = date(2024, 7, 25)
NOW = datetime(2024, 7, 25, 15, 14, tzinfo=UTC)
REAL = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DENVER = {
    "city": "Denver",
    "country": "United States",
    "latitude": 39.74,
    "longitude": -104.98,
    "timezone": "America/Denver",
}
ATLANTA = {
    "city": "Atlanta",
    "country": "United States",
    "latitude": 33.75,
    "longitude": -84.39,
    "timezone": "America/New_York",
}


@written_once
def add_example(session: Session) -> None:
    """Load the example."""
    load_example(session, REAL)


def add_clocked(session: Session, slug: str = "ours", **columns: Any) -> Foundation:
    """Add a foundation that plans on TODAY."""
    return add_foundation(session, slug, **({"clock": NOW, "clock_zone": "UTC"} | columns))


def add_event(
    session: Session,
    foundation: Foundation,
    name: str = "SIGGRAPH",
    starts: date = date(2024, 7, 28),
    ends: date | None = None,
    **columns: Any,
) -> Event:
    """Add an event in Denver, unless told otherwise."""
    standard = {"name_key": name.casefold(), "created_at": NOW, **DENVER}
    event = Event(
        foundation_id=foundation.id,
        name=name,
        starts_on=starts,
        ends_on=ends or starts,
        **(standard | columns),
    )
    session.add(event)
    session.flush()
    return event


def add_call(session: Session, event: Event, last_day: date | None, **columns: Any) -> Call:
    """Add a call for talks that is open through a day, unless told otherwise."""
    standard = {"kind": "talks", "closes": last_day.isoformat() if last_day else ""}
    call = Call(
        foundation_id=event.foundation_id,
        event_id=event.id,
        last_day=last_day,
        **(standard | columns),
    )
    session.add(call)
    session.flush()
    return call


def add_item(
    session: Session, event: Event, what: str, when: int | date, **columns: Any
) -> ChecklistItem:
    """Add an item to an event's checklist, by days from the event or by a day that stays."""
    day = {"fixed_on": when} if isinstance(when, date) else {"days": when}
    item = ChecklistItem(foundation_id=event.foundation_id, event_id=event.id, what=what,
                         **(columns | day))  # fmt: skip
    session.add(item)
    session.flush()
    return item


def add_segment(
    session: Session, foundation: Foundation, slug: str = "vfx", **columns: Any
) -> Segment:
    """Add a segment; its name is its slug in capitals."""
    standard = {"name": slug.upper(), "short_name": slug.upper()}
    segment = Segment(foundation_id=foundation.id, slug=slug, **(standard | columns))
    session.add(segment)
    session.flush()
    return segment


def add_match(
    session: Session, segment: Segment, event: Event, rank: float = 50, gathers: float = 1.0
) -> Match:
    """Add a stored match."""
    match = Match(
        segment_id=segment.id,
        event_id=event.id,
        score=round(rank),
        known=2,
        rank=rank,
        gathers=gathers,
        sentence=f"{segment.short_name} people meet at {event.name}.",
    )
    session.add(match)
    session.flush()
    return match


def add_gathering(session: Session, segment: Segment, event: Event, **columns: Any) -> Gathering:
    """Add evidence that the segment is at the event."""
    standard = {
        "kind": "stated",
        "sentence": f"The studios meet at {event.name}.",
        "source": "their blog",
        "source_url": "https://example.org/blog",
        "dated": date(2024, 3, 26),
        "created_at": REAL,
    }
    gathering = Gathering(segment_id=segment.id, event_id=event.id, **(standard | columns))
    session.add(gathering)
    session.flush()
    return gathering


def add_tracker(session: Session, foundation: Foundation, **columns: Any) -> Tracker:
    """Add a tracker."""
    standard = {"kind": "jira", "name": "Red Hat Jira", "url": "https://issues.example.org"}
    tracker = Tracker(foundation_id=foundation.id, synced_at=NOW, **(standard | columns))
    session.add(tracker)
    session.flush()
    return tracker


def add_issue(
    session: Session,
    tracker: Tracker,
    segment: Segment | None = None,
    key: str = "RHEL-39415",
    matched: datetime = NOW,
    **columns: Any,
) -> Issue:
    """Add an open issue, linked to the segment where one is given."""
    standard = {
        "title": "glibc: Houdini crashes after the upgrade",
        "url": f"https://issues.example.org/{key}",
        "state": "open",
        "opened_on": date(2024, 6, 4),
    }
    issue = Issue(
        foundation_id=tracker.foundation_id, tracker_id=tracker.id, key=key, **(standard | columns)
    )
    session.add(issue)
    session.flush()
    if segment is not None:
        session.add(
            IssueSegment(
                issue_id=issue.id, segment_id=segment.id, phrases=["Houdini"], matched_at=matched
            )
        )
        session.flush()
    return issue


def add_ask(session: Session, issue: Issue, segment: Segment, **columns: Any) -> Ask:
    """Add what we ask the segment about the issue."""
    standard = {
        "kind": "test",
        "question": f"Does {issue.key} hit you?",
        "symptom": "Houdini crashes after the upgrade.",
        "audience": "Studios",
    }
    ask = Ask(
        foundation_id=issue.foundation_id,
        issue_id=issue.id,
        segment_id=segment.id,
        **(standard | columns),
    )
    session.add(ask)
    session.flush()
    return ask


def own_events(session: Session, foundation: Foundation) -> None:
    """Give the foundation's events an owner, so that nobody is asked for one."""
    owner = Person(
        name="Owen Example", role="volunteer", foundation_id=foundation.id, created_at=NOW
    )
    session.add(owner)
    session.flush()
    for event in session.scalars(select(Event).where(Event.foundation_id == foundation.id)):
        session.merge(EventPlan(event_id=event.id, owner_id=owner.id))
    session.flush()


def add_decision(
    session: Session, event: Event, state: str = "go", person: Person | None = None, **columns: Any
) -> Decision:
    """Add a standing decision."""
    standard = {"reason": "", "decided_on": date(2024, 7, 12), "recorded_at": REAL}
    decision = Decision(
        event_id=event.id,
        state=state,
        person_id=person.id if person else None,
        **(standard | columns),
    )
    session.add(decision)
    session.flush()
    return decision


def add_talk(session: Session, foundation: Foundation, *speakers: int, **columns: Any) -> Talk:
    """Add a text to the library, with who gives it."""
    standard = {"title": "Three years", "co_speakers": []}
    talk = Talk(foundation_id=foundation.id, **(standard | columns))
    session.add(talk)
    session.flush()
    session.add_all(TalkSpeaker(talk_id=talk.id, person_id=one) for one in speakers)
    session.flush()
    return talk


def add_proposal(session: Session, event: Event, *speakers: int, **columns: Any) -> Proposal:
    """Add a talk that was proposed to an event and accepted, unless told otherwise."""
    foundation = session.get_one(Foundation, event.foundation_id)
    talk = columns.pop("talk", None)
    text = {"title": columns.pop("title", talk.title if talk else "Three years")}
    talk = talk or add_talk(session, foundation, *speakers, **text)
    standard = {"state": "accepted", "co_speakers": []}
    proposal = Proposal(
        foundation_id=foundation.id,
        event_id=event.id,
        talk_id=talk.id,
        **(text | standard | columns),
    )
    session.add(proposal)
    session.flush()
    session.add_all(ProposalSpeaker(proposal_id=proposal.id, person_id=one) for one in speakers)
    session.flush()
    return proposal


def name_person(session: Session, event: Event, person: Person, is_lead: bool = False) -> None:
    """Put a person on an event's team."""
    session.add(TeamMember(event_id=event.id, person_id=person.id, is_lead=is_lead))
    session.flush()


def add_booth(session: Session, event: Event, **columns: Any) -> Booth:
    """Add our booth at the event; its code is made from the event's number."""
    code = f"b{event.id:07d}".translate(str.maketrans("01", "zx"))
    booth = Booth(event_id=event.id, **({"code": code} | columns))
    session.add(booth)
    session.flush()
    return booth


def add_shift(
    session: Session, booth: Booth, starts: datetime, hours: float = 2, **columns: Any
) -> Shift:
    """Add a shift of so many hours that wants two people and takes three."""
    ends = starts + timedelta(hours=hours)
    shift = Shift(
        booth_id=booth.id, starts_at=starts, ends_at=ends, **({"created_at": NOW} | columns)
    )
    session.add(shift)
    session.flush()
    return shift


def add_sign_up(
    session: Session, shift: Shift, person: Person, state: str = "taken", **columns: Any
) -> SignUp:
    """Add a person to the shift, confirmed unless told otherwise."""
    standard = {"confirmed_at": NOW, "created_at": NOW, "changed_at": NOW}
    sign_up = SignUp(shift_id=shift.id, person_id=person.id, state=state, **(standard | columns))
    session.add(sign_up)
    session.flush()
    return sign_up
