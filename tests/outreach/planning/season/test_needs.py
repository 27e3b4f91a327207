"""What needs somebody: which lines appear, what they say, in which order, and no more than five."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from outreach.calendars.clock import say_day
from outreach.catalog.reading.endings import Ending
from outreach.planning.calls.closing import Closing
from outreach.planning.season.needs import (
    MOST_NEEDS,
    Pending,
    SegmentNews,
    need_of_call,
    need_of_decision,
    need_of_news,
    needs_of,
)

TODAY = date(2024, 7, 25)
NEWS = SegmentNews(
    slug="vfx",
    short_name="VFX",
    issue_id=7,
    issue_key="RHEL-39415",
    symptom="Houdini crashes after 9.4.",
    matched=TODAY,
    wants_testers=True,
    city="Denver",
    event_id=1,
    event_names=("Open Source Days", "SIGGRAPH"),
    event_ids=frozenset({1, 2}),
    starts=date(2024, 7, 28),
    decision="proposed",
    on_brief=False,
)
EVENT = Pending(
    event_id=9,
    name="All Things Open",
    starts=date(2024, 10, 27),
    decision="proposed",
    decided=date(2024, 7, 13),
    call=None,
    owner="Ada Example",
)


def call(closes: int, kind: str = "talks") -> Closing:
    """Close at 23:59 anywhere on Earth, so many days ahead."""
    at = datetime.combine(days(closes + 1), time(11, 59), UTC)
    return Closing(kind, Ending(day=days(closes), at=at, zone="AoE"))


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


class TestNews:
    """A new issue is connected with the place where the people it hits gather next."""

    def test_it_names_issue_place_days_and_events(self) -> None:
        need = need_of_news(NEWS, TODAY)
        assert need is not None
        assert need.title == "VFX: new issue RHEL-39415. Why go to Denver?"
        assert need.sentence == (
            "Houdini crashes after 9.4. Testers are wanted. These people gather in Denver"
            " in 3 days: Open Source Days and SIGGRAPH."
        )
        assert (need.act, need.button, need.due) == ("why", "Why Denver?", TODAY)
        assert (need.segment_slug, need.event_id, need.issue_id) == ("vfx", 1, 7)

    @pytest.mark.parametrize(
        ("starts", "words"), [(0, "today"), (1, "tomorrow"), (2, "in 2 days"), (60, "in 60 days")]
    )
    def test_it_says_how_soon(self, starts: int, words: str) -> None:
        assert (
            f"Denver {words}:" in need_of_news(replace(NEWS, starts=days(starts)), TODAY).sentence
        )

    @pytest.mark.parametrize(
        ("decision", "on_brief", "act"),
        [
            ("go", False, "brief"),
            ("go", True, None),
            ("proposed", False, "why"),
            (None, False, "why"),
        ],
    )
    def test_after_the_go_it_belongs_on_the_brief(
        self, decision: str | None, on_brief: bool, act: str | None
    ) -> None:
        audience = replace(NEWS, decision=decision, on_brief=on_brief)
        need = need_of_news(audience, TODAY)
        assert (need.act if need else None) == act

    def test_without_an_ask_it_is_open(self) -> None:
        need = need_of_news(replace(NEWS, wants_testers=False), TODAY)
        assert need is not None
        assert "It is open." in need.sentence
        assert "Testers" not in need.sentence

    def test_one_issue_is_told_once_at_its_soonest_event(self) -> None:
        later = replace(NEWS, slug="games", event_id=5, starts=days(40), event_ids=frozenset({5}))
        assert [need.segment_slug for need in needs_of([later, NEWS], [], 0, TODAY)] == ["vfx"]

    def test_many_issues_of_one_trip_are_one_line(self) -> None:
        many = [replace(NEWS, issue_id=n, issue_key=f"RHEL-{n}") for n in range(1, 9)]
        games = replace(NEWS, slug="games", short_name="Games", issue_id=99, issue_key="X-1")
        titles = [need.title for need in needs_of([*many, games], [], 0, TODAY)]
        assert titles == [
            "Games: new issue X-1. Why go to Denver?",
            "VFX: new issue RHEL-1 and 7 more. Why go to Denver?",
        ]

    def test_what_is_on_the_brief_is_not_counted(self) -> None:
        told, one, two = (
            replace(NEWS, issue_id=n, issue_key=f"R-{n}", decision="go", on_brief=n == 1)
            for n in (1, 2, 3)
        )
        (need,) = needs_of([told, one, two], [], 0, TODAY)
        assert need.title == "VFX: new issue R-2 and 1 more for the Denver brief"
        assert need.issue_id == 2

    def test_while_the_event_is_on_they_gather_today(self) -> None:
        need = need_of_news(replace(NEWS, starts=days(-2)), TODAY)
        assert need is not None
        assert "gather in Denver today:" in need.sentence


class TestCall:
    """A call is recalled in its last three weeks, and every kind says what is to be done."""

    @pytest.mark.parametrize(
        ("closes", "words"),
        [
            (0, "today."),
            (1, "tomorrow."),
            (5, "in 5 days."),
            (21, "in 21 days."),
            (22, None),
        ],
    )
    def test_from_three_weeks_before(self, closes: int, words: str | None) -> None:
        need = need_of_call(replace(EVENT, call=call(closes)), TODAY)
        assert (need.sentence if need else None) == (
            f"The call closes at 23:59 Anywhere on Earth, {words}" if words else None
        )

    def test_a_day_alone_is_due_the_day_before(self) -> None:
        """And today while only the unsure rest of it is left."""
        for closes, ahead in ((5, 4), (1, 0), (0, 0), (-1, 0)):
            day = days(closes)
            need = need_of_call(replace(EVENT, call=Closing("talks", Ending(day=day))), TODAY)
            assert need is not None
            assert need.due == days(ahead)
            assert f"open through {say_day(day)}: aim at the day before" in need.sentence

    @pytest.mark.parametrize(
        ("kind", "title"),
        [
            ("talks", "Submit a talk to All Things Open"),
            ("stand", "Apply for a stand at All Things Open"),
            ("sponsors", "Answer the call for sponsors of All Things Open"),
            ("travel", "Ask All Things Open for travel money"),
            ("volunteers", "Name volunteers for All Things Open"),
        ],
    )
    def test_what_is_to_be_done(self, kind: str, title: str) -> None:
        need = need_of_call(replace(EVENT, call=call(3, kind)), TODAY)
        assert need is not None
        assert need.title == title

    @pytest.mark.parametrize("state", ["no_go", "cancelled"])
    def test_not_for_what_is_turned_down(self, state: str) -> None:
        assert need_of_call(replace(EVENT, call=call(0), decision=state), TODAY) is None

    def test_no_open_call_is_no_need(self) -> None:
        assert need_of_call(EVENT, TODAY) is None


class TestDecision:
    """A proposal wants its answer 90 days before the event."""

    @pytest.mark.parametrize(
        ("starts", "words"),
        [
            (-1, None),
            (0, "has passed."),
            (89, "has passed."),
            (90, "is today."),
            (91, "is tomorrow."),
            (94, "is on Monday."),
            (120, "is on 24 August."),
            (121, None),
        ],
    )
    def test_it_is_recalled_from_a_month_before_the_limit(
        self, starts: int, words: str | None
    ) -> None:
        need = need_of_decision(replace(EVENT, starts=days(starts)), TODAY)
        expected = f"Proposed 12 days ago; the limit, 90 days before, {words}" if words else None
        assert (need.sentence if need else None) == expected

    @pytest.mark.parametrize(
        ("decided", "words"),
        [(0, "Proposed today;"), (-1, "Proposed yesterday;"), (-2, "Proposed 2 days ago;")],
    )
    def test_it_says_how_long_it_waits(self, decided: int, words: str) -> None:
        need = need_of_decision(replace(EVENT, decided=days(decided)), TODAY)
        assert need is not None
        assert need.sentence.startswith(words)

    @pytest.mark.parametrize("state", [None, "go", "no_go", "cancelled"])
    def test_only_proposals_wait(self, state: str | None) -> None:
        assert need_of_decision(replace(EVENT, decision=state), TODAY) is None

    def test_a_limit_that_has_passed_is_due_today(self) -> None:
        need = need_of_decision(replace(EVENT, starts=days(3)), TODAY)
        assert need is not None
        assert need.due == TODAY

    def test_an_event_whose_audience_has_news_gets_no_second_line(self) -> None:
        siggraph = replace(EVENT, event_id=2, starts=days(3))
        acts = [need.act for need in needs_of([NEWS], [siggraph, EVENT], 0, TODAY)]
        assert acts == ["why", "event"]

    def test_but_its_call_is_still_recalled(self) -> None:
        siggraph = replace(EVENT, event_id=2, starts=days(3), call=call(1))
        titles = [need.title for need in needs_of([NEWS], [siggraph], 0, TODAY)]
        assert titles[1:] == ["Submit a talk to All Things Open"]


class TestTogether:
    """The lines together: nearest first, never more than five."""

    def test_nothing_needs_nobody(self) -> None:
        assert needs_of([], [], 0, TODAY) == []

    @pytest.mark.parametrize(
        ("count", "words"), [(1, "One pair of events looks"), (3, "3 pairs of events look")]
    )
    def test_duplicates_are_one_line(self, count: int, words: str) -> None:
        (need,) = needs_of([], [], count, TODAY)
        assert need.act == "duplicates"
        assert need.sentence == f"{words} like the same event twice."

    def test_at_most_five_the_nearest_ones(self) -> None:
        calls = [
            replace(EVENT, event_id=n, name=f"Event {n}", decision=None, call=call(n))
            for n in range(8, 0, -1)
        ]
        found = needs_of([NEWS], calls, 2, TODAY)
        assert len(found) == MOST_NEEDS == 5
        assert [need.due for need in found] == sorted(need.due for need in found)
        assert found[0].act == "why"
        assert [need.event_id for need in found[2:]] == [1, 2, 3]

    def test_on_one_day_news_stands_before_everything_else(self) -> None:
        open_call = replace(EVENT, name="A", decision=None, call=call(0))
        assert [need.act for need in needs_of([NEWS], [open_call], 1, TODAY)] == [
            "why",
            "duplicates",
            "send",
        ]

    @pytest.mark.parametrize(("closes", "has_place"), [(1, True), (7, True), (8, False)])
    def test_a_call_that_closes_this_week_always_has_a_place(
        self, closes: int, has_place: bool
    ) -> None:
        news = [replace(NEWS, slug=f"s{n}", issue_id=n) for n in range(9)]
        open_call = replace(EVENT, decision=None, call=call(closes))
        acts = [need.act for need in needs_of(news, [open_call], 0, TODAY)]
        assert acts == ["why"] * 4 + ["send" if has_place else "why"]
