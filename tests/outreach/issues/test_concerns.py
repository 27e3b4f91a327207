"""Issues of an event ranked with why, and what a printed brief no longer says truly."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import BriefIssue, BriefPrint, Event, Foundation, Issue, IssueSegment, Segment
from outreach.issues.at_events.concerns import Concern, find_concerns
from outreach.issues.at_events.meetings import find_meetings
from outreach.planning.prints import Stale, digest_ask, find_stale, say_change
from outreach.planning.season.needs import need_of_stale, needs_of
from tests.cast import (
    ATLANTA,
    NOW,
    TODAY,
    add_ask,
    add_clocked,
    add_decision,
    add_event,
    add_issue,
    add_match,
    add_segment,
    add_tracker,
)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


@pytest.fixture
def vfx(session: Session, ours: Foundation, event: Event) -> Segment:
    segment = add_segment(session, ours, short_name="VFX")
    add_match(session, segment, event)
    return segment


@pytest.fixture
def issues(session: Session, ours: Foundation, vfx: Segment) -> dict[str, Issue]:
    """Five issues of two trackers: plain, new, relevant, asked to tell, asked to test."""
    jira = add_tracker(session, ours)
    github = add_tracker(session, ours, name="GitHub", url="https://github.com", kind="github")
    found = {}
    for number, (name, age) in enumerate(
        [("plain", 9), ("new", 0), ("fitting", 9), ("told", 20), ("tested", 30)]
    ):
        matched = NOW - timedelta(days=age)
        tracker = (jira, github)[number % 2]
        found[name] = add_issue(session, tracker, vfx, name, matched)
    links = {issue.key: issue for issue in found.values()}
    add_ask(session, links["told"], vfx, kind="tell")
    add_ask(session, links["tested"], vfx)
    session.get_one(IssueSegment, (found["plain"].id, vfx.id)).score = 0.6
    session.flush()
    return found


def keys(session: Session, *events: Event) -> list[str]:
    return [concern.key for concern in find_concerns(session, events)]


def test_the_rank_and_why(session: Session, event: Event, issues: dict[str, Issue]) -> None:
    session.add(BriefIssue(event_id=event.id, issue_id=issues["plain"].id, added_at=NOW))
    session.flush()
    found = find_concerns(session, [event])
    assert [(one.key, one.why) for one in found] == [
        ("plain", "put here by hand; matched: Houdini"),
        ("tested", "testers are wanted; matched: Houdini"),
        ("told", "we want to hear of their set-up; matched: Houdini"),
        ("new", "matched: Houdini"),
        ("fitting", "matched: Houdini"),
    ]


def test_of_one_day_the_more_relevant_goes_first(
    session: Session, event: Event, issues: dict[str, Issue]
) -> None:
    assert keys(session, event)[2:] == ["new", "fitting", "plain"]


def test_closed_ones_stay_while_there_is_a_card(
    session: Session, event: Event, issues: dict[str, Issue]
) -> None:
    for name in ("new", "told", "tested"):
        issues[name].state = "closed"
    session.flush()
    found = {one.key: one for one in find_concerns(session, [event])}
    assert set(found) == {"tested", "told", "plain", "fitting"}
    assert found["tested"].is_outdated
    assert not found["plain"].is_outdated


@pytest.mark.parametrize(
    ("fate", "said", "sentence"),
    [
        ("open", "a", None),
        ("open", "b", "X-1: its card says something else"),
        ("open", "", "X-1: its card was removed"),
        ("open", None, "X-1 is off the brief"),
        ("fixed", "a", "X-1: its fix is out"),
        ("closed", "b", "X-1: it was closed"),
        ("dropped", "a", "X-1: it was closed without a fix"),
        (None, "a", "X-1 is gone from its tracker"),
    ],
)
def test_what_changed(fate: Any, said: str | None, sentence: str | None) -> None:
    assert say_change({"key": "X-1", "fate": "open", "said": "a"}, fate, said) == sentence


def test_a_card_or_its_end_is_a_change_too() -> None:
    assert say_change({"key": "X", "fate": "open", "said": ""}, "open", "a") == (
        "X: it has a card now"
    )
    assert say_change({"key": "X", "fate": "closed", "said": ""}, "open", "") == (
        "X: it was reopened"
    )


def test_a_print_is_stale_when_a_card_or_an_issue_changed(
    session: Session, ours: Foundation, event: Event, issues: dict[str, Issue], vfx: Segment
) -> None:
    concern = next(one for one in find_concerns(session, [event]) if one.key == "tested")
    print_of(session, event, concern)
    assert find_stale(session, ours, TODAY) == []
    assert concern.ask is not None
    concern.ask.question = "Another question?"
    session.flush()
    (stale,) = find_stale(session, ours, TODAY)
    assert stale.changes == ("tested: its card says something else",)
    issues["tested"].state_note = "went stable on 8 August"
    session.flush()
    assert find_stale(session, ours, TODAY)[0].changes == ("tested: its fix is out",)
    assert find_stale(session, ours, event.ends_on + timedelta(days=1)) == []
    assert find_stale(session, add_clocked(session, "theirs"), TODAY) == []


def test_only_the_last_print_counts(
    session: Session, ours: Foundation, event: Event, issues: dict[str, Issue]
) -> None:
    (first, *_) = find_concerns(session, [event])
    print_of(session, event, first)
    issues[first.key].state = "closed"
    session.flush()
    print_of(session, event)
    assert find_stale(session, ours, TODAY) == []


@pytest.mark.parametrize("state", ["no_go", "cancelled"])
def test_nobody_prints_for_an_event_that_is_turned_down(
    session: Session, ours: Foundation, event: Event, issues: dict[str, Issue], state: str
) -> None:
    print_of(session, event, find_concerns(session, [event])[0])
    issues["tested"].state = "closed"
    session.flush()
    assert len(find_stale(session, ours, TODAY)) == 1
    add_decision(session, event, state, reason="far")
    assert find_stale(session, ours, TODAY) == []


def test_a_card_written_after_the_print_is_a_change(
    session: Session, ours: Foundation, event: Event, issues: dict[str, Issue], vfx: Segment
) -> None:
    print_of(session, event, *(c for c in find_concerns(session, [event]) if c.key == "plain"))
    elsewhere = add_event(session, ours, "Elsewhere", **ATLANTA)
    others = add_segment(session, ours, "games")
    add_ask(session, issues["plain"], vfx, event_id=elsewhere.id)
    add_ask(session, issues["plain"], others)
    assert find_stale(session, ours, TODAY) == []
    add_ask(session, issues["plain"], vfx)
    assert find_stale(session, ours, TODAY)[0].changes == ("plain: it has a card now",)


def print_of(session: Session, event: Event, *concerns: Concern) -> None:
    lines = [
        {
            "id": one.issue_id,
            "key": one.key,
            "fate": one.fate,
            "ask": one.ask.id if one.ask else None,
            "said": digest_ask(one.ask),
        }
        for one in concerns
    ]
    session.add(BriefPrint(event_id=event.id, printed_at=NOW, words="", issues=lines))
    session.flush()


STALE = Stale(1, "SIGGRAPH", TODAY + timedelta(days=3), NOW, ("A: its fix is out",))


def test_the_season_asks_for_a_new_print() -> None:
    need = need_of_stale(STALE, TODAY)
    assert (need.act, need.event_id, need.due) == ("print", 1, TODAY)
    assert need.title == "Print the SIGGRAPH brief again"
    assert need.sentence == (
        "Changed since the print of Thu 25 Jul: A: its fix is out. It opens in 3 days."
    )
    many = replace(STALE, changes=("A", "B", "C", "D"), starts=TODAY - timedelta(days=1))
    assert need_of_stale(many, TODAY).sentence.endswith("A. B. And two more. It opens today.")
    assert needs_of([], [], 0, TODAY, [STALE]) == [need]


def test_where_an_issue_meets_its_people(
    session: Session, ours: Foundation, event: Event, issues: dict[str, Issue], vfx: Segment
) -> None:
    later = add_event(session, ours, "SC24", TODAY + timedelta(days=100), **ATLANTA)
    refused = add_event(session, ours, "No", TODAY + timedelta(days=50))
    past = add_event(session, ours, "Past", TODAY - timedelta(days=9))
    rare = add_event(session, ours, "Rare", TODAY + timedelta(days=60))
    for one in (later, refused, past):
        add_match(session, vfx, one)
    add_match(session, vfx, rare, gathers=0.4)
    add_decision(session, refused, "no_go", reason="too far")
    session.add(BriefIssue(event_id=event.id, issue_id=issues["plain"].id, added_at=NOW))
    session.flush()
    found = find_meetings(session, issues["plain"], TODAY)
    assert [(one.name, one.state, one.on_brief) for one in found] == [
        ("SIGGRAPH", "idea", True),
        ("SC24", "idea", False),
    ]
