"""What is gathered on a brief: asks first, few enough for a page, the trip's words and people."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Brief, BriefIssue, Event, Foundation
from outreach.briefing.brief import (
    add_issue,
    drop_issue,
    find_words,
    gather_brief,
)
from tests import cast
from tests.cast import (
    ATLANTA,
    NOW,
    REAL,
    add_ask,
    add_clocked,
    add_decision,
    add_event,
    add_match,
    add_segment,
    add_tracker,
    name_person,
)
from tests.sign_ins import add_person


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


def add_issues(session: Session, event: Event, asked: int, bare: int) -> list[str]:
    """Add issues of the segment that is at the event; return their keys, asks first."""
    ours = session.get_one(Foundation, event.foundation_id)
    segment = add_segment(session, ours, short_name="VFX")
    add_match(session, segment, event)
    tracker = add_tracker(session, ours)
    keys = []
    for number in range(asked + bare):
        matched = NOW - timedelta(days=number)
        issue = cast.add_issue(session, tracker, segment, f"A-{number}", matched)
        if number < asked:
            add_ask(session, issue, segment)
        keys.append(issue.key)
    return keys


def test_nothing_is_known_yet(session: Session, event: Event) -> None:
    brief = gather_brief(session, event)
    assert (brief.events, brief.asks, brief.further, brief.team) == ([event], [], [], [])
    assert brief.headline == "Meet people."
    assert brief.read is None


@pytest.mark.parametrize(
    ("asked", "bare", "cards", "lines"),
    [
        (0, 1, 0, 1),
        (0, 9, 0, 6),
        (1, 0, 1, 0),
        (1, 9, 1, 6),
        (2, 1, 2, 1),
        (3, 0, 2, 1),
        (5, 9, 2, 6),
    ],
)
def test_cards_and_lines_fit_a_page(
    session: Session, event: Event, asked: int, bare: int, cards: int, lines: int
) -> None:
    keys = add_issues(session, event, asked, bare)
    brief = gather_brief(session, event)
    assert [concern.key for concern in brief.asks] == keys[:cards]
    assert [concern.key for concern in brief.further] == keys[cards : cards + lines]


def test_the_first_ask_is_the_headline(session: Session, event: Event) -> None:
    add_issues(session, event, 1, 0)
    brief = gather_brief(session, event)
    assert brief.headline == "Does A-0 hit you?"
    assert list(brief.audiences) == ["VFX"]
    assert brief.read == NOW


def test_what_somebody_added_stands_alone_until_it_is_dropped(
    session: Session, ours: Foundation, event: Event
) -> None:
    keys = add_issues(session, event, 0, 6)
    tracker = add_tracker(session, ours, url="https://b.example.org")
    elsewhere = add_segment(session, ours, "other")
    issue = cast.add_issue(session, tracker, elsewhere, "B-1")
    person = add_person(session, foundation=ours)
    for _ in range(2):  # once is enough
        add_issue(session, ours, event, issue, person, REAL)
        session.flush()
    assert [concern.key for concern in gather_brief(session, event).further] == ["B-1"]
    drop_issue(session, ours, event, issue, person, REAL)
    assert [concern.key for concern in gather_brief(session, event).further] == keys
    assert session.scalars(select(BriefIssue.issue_id)).all() == []


def test_an_ask_for_another_event_is_not_asked_here(
    session: Session, ours: Foundation, event: Event
) -> None:
    segment = add_segment(session, ours)
    add_match(session, segment, event)
    other = add_event(session, ours, "SC24", **ATLANTA)
    issue = cast.add_issue(session, add_tracker(session, ours), segment)
    ask = add_ask(session, issue, segment, event_id=other.id)
    assert gather_brief(session, event).asks == []
    ask.event_id = event.id
    session.flush()
    assert len(gather_brief(session, event).asks) == 1


def test_the_card_for_this_event_goes_before_the_one_for_everywhere(
    session: Session, ours: Foundation, event: Event
) -> None:
    segment = add_segment(session, ours)
    add_match(session, segment, event)
    issue = cast.add_issue(session, add_tracker(session, ours), segment)
    add_ask(session, issue, segment)
    own = add_ask(session, issue, segment, event_id=event.id, question="Here?")
    (concern,) = gather_brief(session, event).asks
    assert concern.ask is own


def test_another_foundation_sees_nothing_of_it(session: Session, event: Event) -> None:
    add_issues(session, event, 1, 1)
    theirs = add_event(session, add_clocked(session, "theirs"))
    assert gather_brief(session, theirs).asks == []


def test_an_event_of_a_trip_shows_its_own_words_first(session: Session, ours: Foundation) -> None:
    """What somebody writes on this page is what this page shows."""
    events = [add_event(session, ours, name) for name in ("Open Source Days", "SIGGRAPH")]
    for event in events:
        add_decision(session, event)
        session.add(Brief(event_id=event.id, goal=f"Goal of {event.name}.", changed_at=NOW))
    session.flush()
    for event in events:
        assert gather_brief(session, event).words.goal == f"Goal of {event.name}."
        assert find_words(session, event).goal == f"Goal of {event.name}."


def test_a_trip_has_one_brief(session: Session, ours: Foundation) -> None:
    osd = add_event(session, ours, "Open Source Days")
    siggraph = add_event(session, ours, "SIGGRAPH")
    far = add_event(session, ours, "SC24", **ATLANTA)
    for event in (osd, siggraph, far):
        add_decision(session, event)
    session.add(Brief(event_id=siggraph.id, goal="Find ten testers.", changed_at=NOW))
    ada, lin = (add_person(session, f"{name} Example", foundation=ours) for name in ("Ada", "Lin"))
    name_person(session, osd, ada)
    name_person(session, siggraph, ada, is_lead=True)
    name_person(session, siggraph, lin)
    for event in (osd, siggraph):
        brief = gather_brief(session, event)
        assert [one.name for one in brief.events] == ["Open Source Days", "SIGGRAPH"]
        assert brief.words.goal == "Find ten testers."
        assert [member.person.name for member in brief.team] == ["Ada Example", "Lin Example"]
    assert [one.name for one in gather_brief(session, far).events] == ["SC24"]


def test_shifts_show_first_names_and_what_is_missing(
    session: Session, ours: Foundation, event: Event
) -> None:
    booth = cast.add_booth(session, event)
    cast.add_shift(session, booth, NOW + timedelta(hours=1), hours=1)
    first = cast.add_shift(session, booth, NOW, hours=1)
    cast.add_shift(session, booth, NOW, hours=2, cancelled_at=NOW)
    cast.add_sign_up(session, first, add_person(session, "Ada Example", foundation=ours))
    cast.add_sign_up(session, first, add_person(session, "Sol Example", foundation=ours), "left")
    slots = gather_brief(session, event).slots
    assert [(list(slot.names), slot.missing) for slot in slots] == [(["Ada"], 1), ([], 2)]


def test_shifts_are_the_events_own_and_stand_by_the_venues_day(
    session: Session, ours: Foundation
) -> None:
    """Of a trip, each event has its own page; five past midnight in UTC is the evening before."""
    siggraph, osd = (add_event(session, ours, name) for name in ("SIGGRAPH", "Open Source Days"))
    for event in (siggraph, osd):
        add_decision(session, event)
    booth = cast.add_booth(session, siggraph)
    for hours in (0, 12, 24):
        cast.add_shift(session, booth, NOW + timedelta(hours=hours), hours=1)
    cast.add_shift(session, cast.add_booth(session, osd), NOW)
    assert [len(gather_brief(session, event).slots) for event in (siggraph, osd)] == [3, 1]
    zone = siggraph.timezone
    assert zone == "America/Denver"
    assert [len(slots) for _, slots in gather_brief(session, siggraph).days] == [2, 1]


@pytest.mark.parametrize(
    ("shifts", "words", "printed"), [(0, 0, 6), (14, 0, 6), (15, 0, 5), (16, 9, 0), (60, 0, 0)]
)
def test_issues_give_way_to_shifts_and_words_and_stay_on_the_screen(
    session: Session, event: Event, shifts: int, words: int, printed: int
) -> None:
    keys = add_issues(session, event, 0, 9)
    booth = cast.add_booth(session, event)
    for hours in range(shifts):
        cast.add_shift(session, booth, NOW + timedelta(hours=hours), hours=1)
    links = [{"label": "a", "url": "https://example.org"}] * words
    session.add(Brief(event_id=event.id, links=links, changed_at=NOW))
    session.flush()
    brief = gather_brief(session, event)
    assert len(brief.slots) == shifts
    assert [concern.key for concern in brief.further] == keys[:printed]
    assert [concern.key for concern in brief.left_out] == keys[printed:]
    assert [concern.key for concern in brief.also_open] == keys


def test_beside_shifts_a_second_card_becomes_a_line(session: Session, event: Event) -> None:
    keys = add_issues(session, event, 2, 1)
    cast.add_shift(session, cast.add_booth(session, event), NOW)
    brief = gather_brief(session, event)
    assert [concern.key for concern in brief.asks] == keys[:1]
    assert [concern.key for concern in brief.further] == keys[1:]
