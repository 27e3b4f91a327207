"""One changed issue reaches every match, brief and Season line that it bears on."""

from datetime import timedelta

from sqlalchemy.orm import Session

from models import Event, Foundation, Match, Segment
from outreach.briefing.brief import gather_brief
from outreach.issues.answers import answer_link
from outreach.issues.linking import link_issues
from outreach.matching.store.stored import refresh_foundation, refresh_segments
from outreach.planning.season.run_sheet import plan_season
from tests.cast import (
    NOW,
    REAL,
    TODAY,
    add_clocked,
    add_decision,
    add_event,
    add_gathering,
    add_issue,
    add_segment,
    add_tracker,
)
from tests.sign_ins import add_person


def said(session: Session, ours: Foundation, segment: Segment, event: Event) -> tuple[float, ...]:
    match = session.get_one(Match, (segment.id, event.id), populate_existing=True)
    needs = plan_season(session, ours, 2024, NOW).needs
    about = [need for need in needs if need.issue_id is not None]
    return match.rank, len(gather_brief(session, event).further), len(about)


def test_an_event_three_days_ahead_follows_its_issue(session: Session) -> None:
    ours = add_clocked(session)
    person = add_person(session, foundation=ours)
    event = add_event(session, ours, starts=TODAY + timedelta(days=3))
    segment = add_segment(session, ours, software=["Houdini", "Maya"])
    add_gathering(session, segment, event)
    add_decision(session, event)
    issue = add_issue(session, add_tracker(session, ours), title="Typo in the manual")
    link_issues(session, ours, [issue.id], NOW)
    refresh_foundation(session, ours, NOW)
    before = said(session, ours, segment, event)
    assert before[1:] == (0, 0)

    issue.title = "Houdini crashes at start"
    touched = link_issues(session, ours, [issue.id], NOW)
    refresh_segments(session, ours, touched, NOW)
    hit = said(session, ours, segment, event)
    assert hit[0] > before[0]
    assert hit[1:] == (1, 1)

    answer_link(session, ours, issue, segment, "rejected", person, NOW, REAL)
    refresh_segments(session, ours, [segment.id], NOW)
    assert said(session, ours, segment, event) == before
    assert link_issues(session, ours, [issue.id], NOW) == set()
    assert said(session, ours, segment, event) == before

    answer_link(session, ours, issue, segment, "accepted", person, NOW, REAL)
    issue.state = "closed"
    refresh_segments(session, ours, link_issues(session, ours, [issue.id], NOW), NOW)
    assert said(session, ours, segment, event) == before
