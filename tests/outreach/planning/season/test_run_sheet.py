"""The season: which events are its lines, what they say, and what needs somebody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Attendance, BriefIssue, DuplicateOffer, Event, EventSource, Foundation
from outreach.planning.deadlines.sources import WORTH_A_TALK
from outreach.planning.decisions.decisions import find_current
from outreach.planning.season.lines import BEST_IDEAS, find_sheet
from outreach.planning.season.parts import MOST_CALLS, MOST_LINES
from outreach.planning.season.run_sheet import Season, headline, plan_season
from tests.cast import (
    ATLANTA,
    NOW,
    REAL,
    TODAY,
    add_ask,
    add_booth,
    add_call,
    add_clocked,
    add_decision,
    add_event,
    add_issue,
    add_match,
    add_segment,
    add_shift,
    add_sign_up,
    add_tracker,
    name_person,
    own_events,
)
from tests.sign_ins import add_person


def plan(session: Session, ours: Foundation, year: int = 2024, state: str | None = None) -> Season:
    own_events(session, ours)
    return plan_season(session, ours, year, NOW, state)


def add_denver(session: Session, ours: Foundation, state: str = "proposed") -> list[Event]:
    """Add the two events of the story and the issue that concerns who is there."""
    osd = add_event(session, ours, "Open Source Days")
    siggraph = add_event(session, ours, "SIGGRAPH", ends=date(2024, 8, 1))
    segment = add_segment(session, ours, short_name="VFX")
    for event, rank in ((osd, 60), (siggraph, 80)):
        add_decision(session, event, state)
        add_match(session, segment, event, rank)
    issue = add_issue(session, add_tracker(session, ours), segment)
    add_ask(session, issue, segment)
    return [osd, siggraph]


def test_a_line_for_each_decided_event_of_the_year(session: Session, ours: Foundation) -> None:
    for name, day in (
        ("before", date(2023, 12, 31)),
        ("first", date(2024, 1, 1)),
        ("last", date(2024, 12, 31)),
        ("after", date(2025, 1, 1)),
    ):
        add_decision(session, add_event(session, ours, name, day, **ATLANTA))
    theirs = add_clocked(session, "theirs")
    add_decision(session, add_event(session, theirs, "not ours"))
    assert [line.name for line in plan(session, ours).lines] == ["first", "last"]
    assert [line.name for line in plan(session, ours, 2025).lines] == ["after"]


def test_a_decision_that_ended_counts_no_more(session: Session, ours: Foundation) -> None:
    event = add_event(session, ours)
    add_decision(session, event, is_current=False)
    assert [line.state for line in plan(session, ours).lines] == ["idea"]


def import_event(session: Session, ours: Foundation, name: str, **columns: Any) -> Event:
    """Add an event that came from elsewhere, and that nobody has touched yet."""
    event = add_event(session, ours, name, **({"starts": date(2024, 9, 1)} | columns))
    read: dict[str, Any] = {"source": "list", "source_key": name, "read_at": REAL}
    session.add(EventSource(foundation_id=ours.id, event_id=event.id, **read))
    session.flush()
    return event


def test_the_best_coming_ideas_stand_among_them(session: Session, ours: Foundation) -> None:
    for number in range(BEST_IDEAS + 2):
        import_event(session, ours, f"idea {number}", best_rank=number)
    import_event(session, ours, "over", starts=date(2024, 7, 24), best_rank=99)
    season = plan(session, ours)
    assert {line.name for line in season.lines} == {"idea 2", "idea 3", "idea 4", "idea 5"}
    assert season.say_more_ideas == "and 2 more ideas"


def test_no_idea_is_hidden_that_somebody_thought_of_or_that_has_a_deadline(
    session: Session, ours: Foundation
) -> None:
    """However many better ones an import brought; the filter shows those too."""
    for number in range(BEST_IDEAS + 9):
        import_event(session, ours, f"imported {number}", best_rank=90)
    add_event(session, ours, "typed", date(2024, 9, 1))
    import_event(session, ours, "edited", edited_fields=["city"])
    import_event(session, ours, "has a goal", goal="Meet ten.")
    add_call(session, import_event(session, ours, "open call"), TODAY)
    closed = import_event(session, ours, "closed call")
    add_call(session, closed, TODAY - timedelta(days=1))
    add_booth(session, import_event(session, ours, "has a booth"))
    name_person(
        session, import_event(session, ours, "has a team"), add_person(session, foundation=ours)
    )
    began = {"starts": TODAY - timedelta(days=1), "ends": TODAY}
    import_event(session, ours, "on now", goal="Look.", **began)
    season = plan(session, ours)
    shown = {line.name for line in season.lines if not line.name.startswith("imported")}
    assert shown == {
        "typed",
        "edited",
        "has a goal",
        "open call",
        "has a booth",
        "has a team",
        "on now",
    }
    assert len(season.lines) == len(shown) + BEST_IDEAS
    assert season.more_ideas == 9 + 1
    filtered = plan(session, ours, state="idea")
    assert sum(map(len, filtered.groups)) == len(season.lines) + 10
    assert filtered.more_ideas == 0
    assert plan(session, ours, state="go").more_ideas == 0


def test_the_table_below_lists_what_we_may_go_to_else_ideas(
    session: Session, ours: Foundation
) -> None:
    idea = add_event(session, ours, "idea", date(2024, 9, 1))
    assert [line.name for line in plan(session, ours).coming] == ["idea"]
    add_decision(session, add_event(session, ours, "SC24", date(2024, 11, 17), **ATLANTA))
    assert [line.name for line in plan(session, ours).coming] == ["SC24"]
    assert idea.id in {line.id for line in plan(session, ours).lines}


def test_states_follow_decision_day_and_recap(session: Session, ours: Foundation) -> None:
    days = {"over": -20, "judged": -10, "now": 0, "ahead": 40, "turned": 50}
    for name, ahead in days.items():
        event = add_event(session, ours, name, TODAY + timedelta(days=ahead), **ATLANTA)
        state = "no_go" if name == "turned" else "go"
        add_decision(session, event, state, reason="too far")
        if name == "judged":
            session.add(Attendance(event_id=event.id, status="attended", judged="again"))
    season = plan(session, ours)
    assert {line.name: line.state for line in season.lines} == {
        "over": "wrap_up",
        "judged": "recapped",
        "now": "live",
        "ahead": "go",
        "turned": "no_go",
    }
    assert season.counts == {"done": 2, "coming": 2, "turned_down": 1}
    assert [line.name for line in season.coming] == ["now", "ahead"]
    ((turned,),) = plan(session, ours, state="no_go").groups
    assert (turned.name, turned.reason) == ("turned", "too far")


def test_a_filter_shows_its_lines_and_keeps_the_rest_of_the_page(
    session: Session, ours: Foundation
) -> None:
    add_denver(session, ours)
    season = plan(session, ours, state="no_go")
    assert season.groups == ()
    assert season.counts["coming"] == 2
    assert season.next_trip is not None
    assert len(season.needs) == 1


class TestTrip:
    """Two events near in place and time are one trip."""

    def test_they_stand_side_by_side(self, session: Session, ours: Foundation) -> None:
        add_denver(session, ours)
        add_decision(session, add_event(session, ours, "SC24", date(2024, 11, 17), **ATLANTA))
        groups = [[line.name for line in group] for group in plan(session, ours).groups]
        assert groups == [["Open Source Days", "SIGGRAPH"], ["SC24"]]

    def test_what_is_turned_down_is_no_stop(self, session: Session, ours: Foundation) -> None:
        osd, _ = add_denver(session, ours)
        fossy = add_event(session, ours, "FOSSY", date(2024, 8, 1))
        add_decision(session, fossy, "no_go", reason="same days")
        season = plan(session, ours)
        assert season.next_trip is not None
        assert [line.id for line in season.next_trip.lines][0] == osd.id
        assert [len(group) for group in season.groups] == [2, 1]

    def test_it_names_whom_you_meet(self, session: Session, ours: Foundation) -> None:
        add_denver(session, ours)
        season = plan(session, ours)
        assert season.next_trip is not None
        assert season.trip_audience is not None
        assert (season.next_trip.city, season.trip_audience.short_name) == ("Denver", "VFX")

    def test_a_place_that_is_not_known_goes_by_the_name(
        self, session: Session, ours: Foundation
    ) -> None:
        nowhere = dict.fromkeys(ATLANTA)
        add_decision(session, add_event(session, ours, "Somewhere", **nowhere))
        trip = plan(session, ours).next_trip
        assert trip is not None
        assert trip.city == "Somewhere"


class TestNews:
    """A new issue leads to the next place where its audience gathers."""

    def test_it_is_the_first_need(self, session: Session, ours: Foundation) -> None:
        _, siggraph = add_denver(session, ours)
        (need,) = plan(session, ours).needs
        assert need.title == "VFX: new issue RHEL-39415. Why go to Denver?"
        assert need.sentence == (
            "Houdini crashes after the upgrade. Testers are wanted. These people gather in"
            " Denver in 3 days: Open Source Days and SIGGRAPH."
        )
        assert need.event_id == siggraph.id

    @pytest.mark.parametrize(
        ("matched", "is_news"),
        [(0, True), (14, True), (15, False)],
    )
    def test_for_two_weeks(
        self, session: Session, ours: Foundation, matched: int, is_news: bool
    ) -> None:
        event, segment = add_event(session, ours), add_segment(session, ours)
        add_match(session, segment, event)
        day = datetime.combine(TODAY - timedelta(days=matched), datetime.min.time(), UTC)
        add_issue(session, add_tracker(session, ours), segment, matched=day)
        assert bool(plan(session, ours).needs) is is_news

    @pytest.mark.parametrize(
        ("ahead", "gathers", "state", "told"),
        [
            (0, 1.0, "go", True),
            (60, 0.5, "go", True),
            (61, 1.0, "go", False),
            (-1, 1.0, "go", False),
            (3, 0.49, "go", False),
            (3, 1.0, "no_go", False),
            (3, 1.0, "cancelled", False),
        ],
    )
    def test_only_where_they_surely_gather_soon(
        self,
        session: Session,
        ours: Foundation,
        ahead: int,
        gathers: float,
        state: str,
        told: bool,
    ) -> None:
        event = add_event(session, ours, starts=TODAY + timedelta(days=ahead))
        segment = add_segment(session, ours)
        add_match(session, segment, event, gathers=gathers)
        add_decision(session, event, state, reason="far")
        add_issue(session, add_tracker(session, ours), segment)
        acts = [need.act for need in plan(session, ours).needs]
        assert acts == (["brief"] if told else [])

    def test_closed_and_rejected_issues_are_no_news(
        self, session: Session, ours: Foundation
    ) -> None:
        event, segment = add_event(session, ours), add_segment(session, ours)
        add_match(session, segment, event)
        tracker = add_tracker(session, ours)
        add_issue(session, tracker, segment, "A-1", state="closed")
        issue = add_issue(session, tracker, segment, "A-2")
        session.refresh(issue, ["links"])
        issue.links[0].state = "rejected"
        session.flush()
        assert plan(session, ours).needs == ()

    def test_once_on_the_brief_it_asks_no_more(self, session: Session, ours: Foundation) -> None:
        _, siggraph = add_denver(session, ours, "go")
        (need,) = plan(session, ours).needs
        assert (need.act, need.event_id) == ("brief", siggraph.id)
        assert need.issue_id is not None
        session.add(BriefIssue(event_id=siggraph.id, issue_id=need.issue_id, added_at=REAL))
        session.flush()
        assert plan(session, ours).needs == ()


@pytest.mark.parametrize(
    ("closes", "rank", "recalled"),
    [(0, WORTH_A_TALK, True), (22, 90.0, True), (23, 90.0, False), (5, WORTH_A_TALK - 1, False)],
)
def test_a_call_is_recalled_for_an_undecided_event_that_is_worth_a_talk(
    session: Session, ours: Foundation, closes: int, rank: float, recalled: bool
) -> None:
    """Wherever in the coming years it is."""
    closing = TODAY + timedelta(days=closes)
    day = date(2025, 2, 1)
    add_call(session, add_event(session, ours, "FOSDEM", day, best_rank=rank), closing)
    titles = [need.title for need in plan(session, ours).needs]
    assert titles == (["Submit a talk to FOSDEM"] if recalled else [])


def test_only_the_best_calls_are_recalled(session: Session, ours: Foundation) -> None:
    for number in range(MOST_CALLS + 2):
        day, rank = date(2025, 2, 1), 50 + number
        add_call(session, add_event(session, ours, f"Event {number}", day, best_rank=rank), TODAY)
    assert [need.title[-1] for need in plan(session, ours).needs] == ["2", "3", "4"]


def test_duplicates_wait_until_somebody_looked(session: Session, ours: Foundation) -> None:
    one, two = add_event(session, ours, "SIGGRAPH"), add_event(session, ours, "Siggraph 2024")
    offer = DuplicateOffer(
        foundation_id=ours.id, kept_id=one.id, other_id=two.id, sentence="x", offered_at=REAL
    )
    session.add(offer)
    session.flush()
    assert [need.act for need in plan(session, ours).needs] == ["duplicates"]
    offer.dismissed_at = REAL
    session.flush()
    assert plan(session, ours).needs == ()


def test_the_week_has_each_day_and_the_days_on_which_something_is_due(
    session: Session, ours: Foundation
) -> None:
    add_denver(session, ours)
    late = add_event(session, ours, "SeaGL", date(2024, 11, 8))
    at = datetime(2024, 8, 10, 11, 59, tzinfo=UTC)
    add_call(session, late, date(2024, 8, 9), closes_at=at, zone="AoE")
    add_decision(session, late)
    week = plan(session, ours).week
    assert [day.day for day in week] == [
        *(TODAY + timedelta(days=ahead) for ahead in range(7)),
        date(2024, 8, 9),
    ]
    assert [line.name for line in week[3].opening] == ["Open Source Days", "SIGGRAPH"]
    assert week[-1].needs[0].title == "Submit a talk to SeaGL"


class TestHeadline:
    """Two short sentences: what comes next, and what it lacks."""

    def test_nothing_is_planned(self, session: Session, ours: Foundation) -> None:
        assert headline(plan(session, ours))[0] == "Nothing is decided for 2024 yet."

    def test_what_the_trip_lacks(self, session: Session, ours: Foundation) -> None:
        events = add_denver(session, ours)
        assert headline(plan(session, ours)) == (
            "Denver opens on Sunday.",
            "Nobody has said Go yet.",
        )
        for event in events:
            session.refresh(event)
        people = [
            add_person(session, f"{name} Example", foundation=ours) for name in ("Ada", "Lin")
        ]
        _set_go(session, events)
        assert headline(plan(session, ours))[1] == "Two people are still to be named."
        for event in events:
            for person in people:
                name_person(session, event, person)
        assert headline(plan(session, ours))[1] == "Two people go."

    def test_while_it_is_on(self, session: Session, ours: Foundation) -> None:
        event = add_event(session, ours, starts=date(2024, 7, 24), ends=TODAY)
        add_decision(session, event)
        assert headline(plan(session, ours))[0] == "Denver is on today."


def _set_go(session: Session, events: list[Event]) -> None:
    for decision in find_current(session, [event.id for event in events]).values():
        decision.state = "go"
    session.flush()


def test_the_last_sync_is_the_newest(session: Session, ours: Foundation) -> None:
    assert find_sheet(session, ours, None, NOW).opening.synced is None
    add_tracker(session, ours, url="https://a.example.org", name="A")
    tracker = add_tracker(session, ours, url="https://b.example.org", name="B")
    tracker.synced_at = NOW + timedelta(hours=1)
    session.flush()
    assert find_sheet(session, ours, None, NOW).opening.synced == NOW + timedelta(hours=1)


@pytest.mark.parametrize("by", ["booth", "sign-up", "team"])
def test_what_somebody_counts_on_is_on_season_whatever_its_score(
    session: Session, ours: Foundation, by: str
) -> None:
    """Also among more ideas of better rank, that somebody typed, than a page holds."""
    for number in range(MOST_LINES + 5):
        add_event(session, ours, f"Idea {number}", best_rank=90)
    counted_on = add_event(session, ours, "SoCal Expo", best_rank=0)
    vi = add_person(session, "Vi", "volunteer", ours)
    if by == "team":
        name_person(session, counted_on, vi)
    else:
        booth = add_booth(session, counted_on)
        if by == "sign-up":
            add_sign_up(session, add_shift(session, booth, NOW + timedelta(days=3)), vi)
    session.flush()
    sheet = find_sheet(session, ours, None, NOW)
    assert counted_on.id in {line.id for line in sheet.lines}
    assert [line.id for line in sheet.ahead] == [counted_on.id]
