"""What is marked on a brief after it was printed: new issues, changed cards, our own words."""

import pytest
from sqlalchemy.orm import Session

from models import Ask, Brief, BriefPrint, Event, Foundation, Issue, Person, Segment
from outreach.accounts.history import list_acts, undo
from outreach.briefing.brief import BoothBrief, gather_brief
from outreach.briefing.changes import record_print
from outreach.planning.prints import find_print
from tests import cast
from tests.cast import (
    NOW,
    REAL,
    add_ask,
    add_event,
    add_match,
    add_segment,
    add_tracker,
)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


@pytest.fixture
def vfx(session: Session, ours: Foundation, event: Event) -> Segment:
    segment = add_segment(session, ours)
    add_match(session, segment, event)
    return segment


@pytest.fixture
def issue(session: Session, ours: Foundation, vfx: Segment) -> Issue:
    return cast.add_issue(session, add_tracker(session, ours), vfx, "A-1")


@pytest.fixture
def ask(session: Session, issue: Issue, vfx: Segment) -> Ask:
    return add_ask(session, issue, vfx)


def printed(session: Session, ours: Foundation, event: Event, ada: Person) -> BriefPrint:
    brief = gather_brief(session, event)
    issues = [*brief.asks, *brief.further]
    record_print(session, ours, event, issues, brief.words, ada, NOW, REAL)
    found = find_print(session, [event.id])
    assert found is not None
    return found


def look(session: Session, event: Event) -> BoothBrief:
    session.flush()
    return gather_brief(session, event)


def test_nothing_is_marked_before_the_first_print(session: Session, event: Event, ask: Ask) -> None:
    brief = look(session, event)
    assert brief.printed is None
    assert not brief.changes


def test_nothing_is_marked_while_nothing_changed(
    session: Session, ours: Foundation, event: Event, ask: Ask, ada: Person
) -> None:
    kept = printed(session, ours, event, ada)
    brief = look(session, event)
    assert brief.printed is kept
    assert not brief.changes


def test_a_newly_matched_issue_is_marked(
    session: Session,
    ours: Foundation,
    event: Event,
    issue: Issue,
    ask: Ask,
    vfx: Segment,
    ada: Person,
) -> None:
    """On the example's clock, which stands still, as on any other."""
    printed(session, ours, event, ada)
    other = add_tracker(session, ours, url="https://b.example.org")
    new = cast.add_issue(session, other, vfx, "B-1")
    brief = look(session, event)
    assert brief.changes.new == {new.id}
    assert brief.changes.sentences == ()


def test_a_changed_card_and_changed_words_are_told(
    session: Session, ours: Foundation, event: Event, ask: Ask, ada: Person
) -> None:
    printed(session, ours, event, ada)
    ask.steps = ["dnf update"]
    session.add(Brief(event_id=event.id, goal="Find ten.", changed_at=NOW))
    assert look(session, event).changes.sentences == (
        "A-1: its card says something else",
        "our own words changed",
    )


def test_a_fixed_issue_leaves_the_paper_until_it_is_good_news(
    session: Session, ours: Foundation, event: Event, issue: Issue, ask: Ask, ada: Person
) -> None:
    printed(session, ours, event, ada)
    issue.state, issue.state_note = "closed", "released in 9.5"
    brief = look(session, event)
    assert (list(brief.asks), [one.key for one in brief.outdated]) == ([], ["A-1"])
    assert brief.changes.sentences == ("A-1: its fix is out",)
    ask.kind = "good_news"
    brief = look(session, event)
    assert ([one.key for one in brief.asks], list(brief.outdated)) == (["A-1"], [])
    printed(session, ours, event, ada)
    assert not look(session, event).changes


def test_what_is_no_longer_on_the_page_is_told(
    session: Session, ours: Foundation, event: Event, issue: Issue, ada: Person
) -> None:
    printed(session, ours, event, ada)
    issue.state = "closed"
    assert look(session, event).changes.sentences == ("A-1 is off the brief",)


def test_a_print_taken_back_brings_the_one_before(
    session: Session, ours: Foundation, event: Event, ask: Ask, ada: Person
) -> None:
    first = printed(session, ours, event, ada)
    second = printed(session, ours, event, ada)
    assert find_print(session, [event.id]) is second
    undo(session, list_acts(session, event, "printed brief")[0], ada, NOW, REAL)
    assert find_print(session, [event.id]) is first
