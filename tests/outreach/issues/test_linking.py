"""Links of stored issues: suggested by words, kept by answers, forgotten when hidden."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Segment, Tracker
from outreach.accounts.history import undo
from outreach.issues.answers import answer_link
from outreach.issues.at_events.concerns import say_reasons
from outreach.issues.linking import (
    Reasons,
    find_place,
    link_issues,
    relink_words,
    settle,
    words_of,
)
from outreach.issues.relevance.subjects import Finding, IssueText
from tests.cast import NOW, REAL, add_clocked, add_issue, add_segment, add_tracker
from tests.sign_ins import add_person

LATER = NOW + timedelta(hours=3)
TEXT = IssueText("1", "acme/renderer", "Houdini crashes", "It is glibc.", ("farm",))
OLD = Reasons(["Maya", "glibc"], ["title", "body"], 0.7)
YES = Finding("vfx", 0.9, True, (("Houdini", "title"), ("glibc", "body")))
NO = Finding("vfx", 0.2, False, (("glibc", "body"),))
FRESH = Reasons(["Houdini", "glibc"], ["title", "body"], 0.9)
KEPT = Reasons(["glibc"], ["body"], 0.7)


@pytest.mark.parametrize(
    ("state", "finding", "is_open", "expected"),
    [
        (None, YES, True, FRESH),
        (None, YES, False, FRESH),
        (None, NO, True, None),
        (None, None, True, None),
        ("suggested", YES, True, FRESH),
        ("suggested", NO, True, None),
        ("suggested", None, True, None),
        ("suggested", NO, False, KEPT),
        ("accepted", YES, True, FRESH),
        ("accepted", NO, True, KEPT),
        ("accepted", None, False, KEPT),
        ("rejected", YES, True, KEPT),
        ("rejected", None, True, KEPT),
    ],
)
def test_what_a_link_says(
    state: str | None, finding: Finding | None, is_open: bool, expected: Reasons | None
) -> None:
    assert settle(state, finding, TEXT, OLD, is_open) == expected


@pytest.mark.parametrize(
    ("phrase", "place"),
    [
        ("houdini", "title"),
        ("Renderer", "repository"),
        ("FARM", "label"),
        ("glibc", "body"),
        ("Blender", None),
    ],
)
def test_where_a_phrase_stands(phrase: str, place: str | None) -> None:
    assert find_place(phrase, TEXT) == place


@pytest.fixture
def tracker(session: Session, ours: Foundation) -> Tracker:
    return add_tracker(session, ours)


@pytest.fixture
def vfx(session: Session, ours: Foundation) -> Segment:
    return add_segment(session, ours, "vfx", software=["Houdini", "Maya"], keywords=["glibc"])


@pytest.fixture
def hpc(session: Session, ours: Foundation) -> Segment:
    return add_segment(session, ours, "hpc", software=["Slurm", "Open MPI"])


def links(session: Session) -> dict[tuple[str, str], IssueSegment]:
    rows = session.execute(
        select(Issue.key, Segment.slug, IssueSegment)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .join(Segment, Segment.id == IssueSegment.segment_id)
    )
    return {(key, slug): link for key, slug, link in rows}


def set_state(session: Session, issue: Issue, segment: Segment, state: str) -> IssueSegment:
    link = IssueSegment(issue_id=issue.id, segment_id=segment.id, state=state, matched_at=NOW)
    session.add(link)
    session.flush()
    return link


def test_issues_are_suggested_with_their_words_and_where_they_stand(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, hpc: Segment
) -> None:
    hit = add_issue(session, tracker, key="A-1", body="The backtrace ends in glibc.")
    other = add_issue(session, tracker, key="A-2", title="Typo in the manual")
    assert link_issues(session, ours, [hit.id, other.id], NOW) == {vfx.id}
    ((key, link),) = links(session).items()
    assert key == ("A-1", "vfx")
    assert sorted(say_reasons(link.phrases, link.places)) == ["Houdini (title)", "glibc (title)"]
    assert (link.state, link.matched_at) == ("suggested", NOW)
    assert 0.5 < link.score <= 1


def test_again_changes_nothing_but_says_whom_it_bears_on(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment
) -> None:
    issue = add_issue(session, tracker)
    link_issues(session, ours, [issue.id], NOW)
    before = {key: (link.phrases, link.matched_at) for key, link in links(session).items()}
    issue.state = "closed"
    assert link_issues(session, ours, [issue.id], LATER) == {vfx.id}
    assert before == {key: (one.phrases, one.matched_at) for key, one in links(session).items()}


def test_an_open_suggestion_goes_with_its_words_and_comes_with_new_ones(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, hpc: Segment
) -> None:
    issue = add_issue(session, tracker)
    link_issues(session, ours, [issue.id], NOW)
    issue.title = "Slurm loses jobs"
    assert link_issues(session, ours, [issue.id], LATER) == {vfx.id, hpc.id}
    ((key, link),) = links(session).items()
    assert (key[1], link.phrases, link.matched_at) == ("hpc", ["Slurm"], LATER)


def test_what_a_person_said_stands(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, hpc: Segment
) -> None:
    issue = add_issue(session, tracker)
    set_state(session, issue, vfx, "rejected")
    set_state(session, issue, hpc, "accepted")
    for moment in (NOW, LATER):
        assert link_issues(session, ours, [issue.id], moment) == {hpc.id}
    found = {slug: (link.state, link.phrases) for (_, slug), link in links(session).items()}
    assert found == {"vfx": ("rejected", []), "hpc": ("accepted", [])}


@pytest.mark.parametrize("state", ["suggested", "accepted", "rejected"])
def test_of_a_hidden_issue_no_word_is_kept(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, state: str
) -> None:
    issue = add_issue(session, tracker)
    link_issues(session, ours, [issue.id], NOW)
    links(session)["RHEL-39415", "vfx"].state = state
    issue.title, issue.body, issue.state, issue.visibility = issue.key, "", "closed", "private"
    link_issues(session, ours, [issue.id], LATER)
    ((_, link),) = links(session).items()
    assert (link.state, link.phrases, link.places) == (state, [], [])


def test_another_foundation_keeps_its_own(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment
) -> None:
    theirs = add_clocked(session, "theirs")
    add_segment(session, theirs, "vfx", software=["Houdini"])
    foreign = add_issue(session, add_tracker(session, theirs))
    assert link_issues(session, ours, [foreign.id], NOW) == set()
    assert links(session) == {}


def test_without_segments_or_issues_there_is_nothing_to_link(
    session: Session, ours: Foundation, tracker: Tracker
) -> None:
    issue = add_issue(session, tracker)
    assert link_issues(session, ours, [issue.id], NOW) == set()
    add_segment(session, ours, "vfx", software=["Houdini"])
    assert link_issues(session, ours, [], NOW) == set()


def test_answers_teach(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, hpc: Segment
) -> None:
    """A word that no profile has is learnt from what staff accepted, against what they did not."""
    for number in range(20):
        yes = add_issue(
            session, tracker, key=f"p{number}/x#1", title="Solaris viewport paints hydra black"
        )
        set_state(session, yes, vfx, "accepted")
        no = add_issue(session, tracker, key=f"q{number}/x#1", title="The scheduler sleeps")
        set_state(session, no, hpc, "accepted")
    new = add_issue(session, tracker, key="z/x#9", title="Solaris viewport: hydra is slow")
    assert link_issues(session, ours, [new.id], NOW) == {vfx.id}
    reasons = set(links(session)["z/x#9", "vfx"].phrases)
    assert reasons == {"Solaris", "viewport", "hydra"}


def test_new_words_find_their_issues(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, hpc: Segment
) -> None:
    said = add_issue(session, tracker, key="A-1", title="ZBrush: grey frames")
    add_issue(session, tracker, key="A-2", title="Slurm loses jobs")
    before = words_of(vfx)
    vfx.software = [*vfx.software, "ZBrush"]
    assert before ^ words_of(vfx) == {"ZBrush"}
    assert relink_words(session, ours, vfx, {"ZBrush"}, NOW) == {vfx.id}
    assert set(links(session)) == {("A-1", "vfx")}
    vfx.software = ["Maya"]
    assert relink_words(session, ours, vfx, {"ZBrush"}, NOW) == {vfx.id}
    assert links(session) == {}
    assert said.title == "ZBrush: grey frames"


@pytest.mark.parametrize("before", ["suggested", "accepted", "rejected", None])
@pytest.mark.parametrize("after", ["accepted", "rejected"])
def test_an_answer_can_be_taken_back(
    session: Session, ours: Foundation, tracker: Tracker, vfx: Segment, before: str, after: str
) -> None:
    issue, ada = add_issue(session, tracker), add_person(session, foundation=ours)
    if before is not None:
        set_state(session, issue, vfx, before)
    entry = answer_link(session, ours, issue, vfx, after, ada, NOW, REAL)
    assert [link.state for link in links(session).values()] == [after]
    assert (entry is None) == (before == after)
    if entry is not None:
        undo(session, entry, ada, NOW, REAL)
        session.expire_all()
    assert [link.state for link in links(session).values()] == ([before] if before else [])
