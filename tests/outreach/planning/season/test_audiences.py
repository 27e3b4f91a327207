"""Segments with news: each has its own share, and hears of the asks that are meant for it."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from models import Foundation
from outreach.planning.season import audiences
from outreach.planning.season.audiences import find_audiences
from tests.cast import (
    ATLANTA,
    NOW,
    TODAY,
    add_ask,
    add_event,
    add_issue,
    add_match,
    add_segment,
    add_tracker,
)


def test_a_busy_segment_hides_no_other(session: Session, ours: Foundation) -> None:
    tracker = add_tracker(session, ours)
    event = add_event(session, ours)
    busy, quiet = add_segment(session, ours, "busy"), add_segment(session, ours, "quiet")
    for segment in (busy, quiet):
        add_match(session, segment, event)
    for number in range(audiences.MOST_NEWS + 2):
        add_issue(session, tracker, busy, f"B-{number}")
    add_issue(session, tracker, quiet, "Q-1", NOW - timedelta(days=10))
    found = [audience.slug for audience in find_audiences(session, ours, TODAY)]
    assert (found.count("busy"), found.count("quiet")) == (audiences.MOST_NEWS, 1)


def test_an_event_that_is_on_is_ahead(session: Session, ours: Foundation) -> None:
    segment = add_segment(session, ours)
    event = add_event(session, ours, starts=TODAY - timedelta(days=2), ends=TODAY)
    add_match(session, segment, event)
    add_issue(session, add_tracker(session, ours), segment)
    assert [one.event_id for one in find_audiences(session, ours, TODAY)] == [event.id]


def test_an_ask_for_another_event_is_not_told_here(session: Session, ours: Foundation) -> None:
    segment = add_segment(session, ours)
    here = add_event(session, ours)
    there = add_event(session, ours, "SC24", date(2024, 11, 17), **ATLANTA)
    add_match(session, segment, here)
    issue = add_issue(session, add_tracker(session, ours), segment)
    add_ask(session, issue, segment, event_id=there.id, symptom="Jobs hang.")
    (audience,) = find_audiences(session, ours, TODAY)
    assert (audience.wants_testers, audience.symptom) == (False, f"{issue.title}.")
    add_ask(session, issue, segment, kind="tell", symptom="In general.")
    assert find_audiences(session, ours, TODAY)[0].symptom == "In general."
    add_ask(session, issue, segment, event_id=here.id, symptom="Here.")
    (audience,) = find_audiences(session, ours, TODAY)
    assert (audience.wants_testers, audience.symptom) == (True, "Here.")
