"""Shifts drawn from hours: how they are cut, what they take, what is inconsistent, what changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from outreach.staffing.booth.cautions import DrawnFor, remark_on
from outreach.staffing.booth.drawing import (
    Drawn,
    Need,
    Plan,
    Rest,
    count_figures,
    draw_shifts,
    smallest_team,
)
from outreach.staffing.booth.hours import read_hours
from outreach.staffing.booth.redrawing import StandingShift, compare
from outreach.staffing.rules import Commitment, Rules, Slot, breaches_of

DENVER = ZoneInfo("America/Denver")
FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)
NOW = datetime(2024, 7, 25, 15, tzinfo=UTC)
THREE_DAYS = """Tue 30 Jul 08:30-10:00 set-up
Tue 30 Jul 10:00-18:00
Wed 31 Jul 09:00-09:30 set-up
Wed 31 Jul 09:30-18:00
Wed 31 Jul 18:00-18:30 tear-down
Thu 1 Aug 09:30-15:30
Thu 1 Aug 15:30-17:00 tear-down"""


def draw(text: str, plan: Plan | None = None, zone: ZoneInfo = DENVER) -> list[Drawn]:
    return draw_shifts(read_hours(text, FIRST, LAST).stretches, plan or Plan(), zone)


def say(drawn: list[Drawn], zone: ZoneInfo = DENVER) -> list[str]:
    return [
        f"{one.starts.astimezone(zone):%a %H:%M}-{one.ends.astimezone(zone):%H:%M}" for one in drawn
    ]


class TestCut:
    """Hours become shifts of about the length that is wanted."""

    @pytest.mark.parametrize(
        ("rest", "expected"),
        [
            ("last", "09:30-11:30 11:30-13:30 13:30-15:30 15:30-18:00"),
            ("own", "09:30-11:30 11:30-13:30 13:30-15:30 15:30-17:30 17:30-18:00"),
            ("even", "09:30-11:30 11:30-13:45 13:45-16:00 16:00-18:00"),
        ],
    )
    def test_what_is_left_over(self, rest: Rest, expected: str) -> None:
        drawn = draw("Wed 09:30-18:00", Plan(rest=rest))
        assert [one.removeprefix("Wed ") for one in say(drawn)] == expected.split()

    @pytest.mark.parametrize("rest", ["last", "own", "even"])
    def test_hours_that_divide_are_cut_alike(self, rest: Rest) -> None:
        drawn = draw("Wed 10-18", Plan(rest=rest))
        assert say(drawn) == ["Wed 10:00-12:00", "Wed 12:00-14:00", "Wed 14:00-16:00",
                              "Wed 16:00-18:00"]  # fmt: skip

    @pytest.mark.parametrize("rest", ["last", "own", "even"])
    def test_hours_shorter_than_a_shift_are_one(self, rest: Rest) -> None:
        assert say(draw("Wed 10:00-10:45", Plan(rest=rest))) == ["Wed 10:00-10:45"]

    @pytest.mark.parametrize("minutes", [15, 50, 90, 240])
    @pytest.mark.parametrize("rest", ["last", "own", "even"])
    def test_shifts_fill_the_hours_and_no_more(self, minutes: int, rest: Rest) -> None:
        drawn = draw("Wed 09:10-17:25", Plan(slot_minutes=minutes, rest=rest))
        assert all(one.ends == two.starts for one, two in zip(drawn, drawn[1:], strict=False))
        assert say(drawn)[0].startswith("Wed 09:10") and say(drawn)[-1].endswith("17:25")

    def test_set_up_and_tear_down_are_shifts_of_their_own(self) -> None:
        drawn = draw(THREE_DAYS, Plan(edge_min=1, edge_max=4))
        edges = [one for one in drawn if one.kind != "booth"]
        assert [one.kind for one in edges] == ["set_up", "set_up", "tear_down", "tear_down"]
        assert {(one.min_people, one.max_people) for one in edges} == {(1, 4)}

    def test_a_night_of_the_clocks_is_cut_by_elapsed_time(self) -> None:
        text = "2024-11-02 22:00-06:00"
        drawn = draw(text, zone=ZoneInfo("America/Los_Angeles"))
        assert sum((one.length for one in drawn), timedelta()) == timedelta(hours=9)

    def test_needs_hold_for_their_kind_day_and_time(self) -> None:
        at = read_hours("Wed 12-14", FIRST, LAST).stretches[0]
        plan = Plan(
            needs=(
                Need("lead"),
                Need("skill:forklift", "set_up"),
                Need("expert:vfx", day=at.day, starts=at.starts, ends=at.ends),
            )
        )
        drawn = draw(THREE_DAYS, plan)
        experts = [one for one in drawn if "expert:vfx" in one.needs]
        assert say(experts) == ["Wed 11:30-13:30", "Wed 13:30-15:30"]
        assert all(("lead" in one.needs) == (one.kind == "booth") for one in drawn)
        assert all(("skill:forklift" in one.needs) == (one.kind == "set_up") for one in drawn)


class TestFigures:
    """What the shifts take."""

    def test_the_three_days_of_denver(self) -> None:
        figures = count_figures(draw(THREE_DAYS), Rules(), DENVER)
        assert (figures.shifts, figures.days, figures.places) == (15, 3, 30)
        assert figures.open_minutes == (8 * 60) + (8 * 60 + 30) + (6 * 60)
        assert figures.person_minutes == 2 * (figures.open_minutes + 90 + 30 + 30 + 90)

    @pytest.mark.parametrize(
        ("text", "least"), [("Wed 10-12", 2), ("Wed 10-18", 2), ("Wed 9-18", 2), ("Wed 10-16", 3)]
    )
    def test_the_smallest_team_is_the_smallest(self, text: str, least: int) -> None:
        drawn = draw(text, Plan(min_people=least, max_people=least))
        found = smallest_team(drawn, Rules(), DENVER)
        assert found.is_sure
        assert found.people == next(n for n in range(20) if can_fill(drawn, n))

    def test_two_days_want_six_people(self) -> None:
        assert smallest_team(draw("Tue 10-12\nWed 10-12"), Rules(), DENVER).people == 6
        few = Rules(least_people_two_days=0)
        assert smallest_team(draw("Tue 10-12\nWed 10-12"), few, DENVER).people == 2

    def test_no_shifts_want_nobody(self) -> None:
        assert smallest_team([], Rules(), DENVER).people == 0

    def test_a_very_large_booth_is_answered_all_the_same(self) -> None:
        drawn = draw("daily 0-24", Plan(slot_minutes=30, min_people=9, max_people=9))
        found = smallest_team(drawn, Rules(), DENVER)
        assert found.people >= 9 * 24 * 60 / Rules().most_minutes_a_day


def can_fill(drawn: list[Drawn], people: int) -> bool:
    """Try every roster of a few shifts with so many people, by the rules themselves."""
    slots = [Slot(n, one.starts, one.ends, 0) for n, one in enumerate(drawn)]

    def fits(taken: list[list[Slot]], number: int) -> bool:
        if number == len(slots):
            return True
        slot, able = slots[number], []
        for index, mine in enumerate(taken):
            held = [Commitment(o.starts, o.ends, "shift", "", 0, shift_id=o.id) for o in mine]
            if not breaches_of(slot, held, Rules(), DENVER):
                able.append(index)
        for chosen in combinations(able, drawn[number].min_people):
            then = [[*mine, slot] if i in chosen else mine for i, mine in enumerate(taken)]
            if fits(then, number + 1):
                return True
        return False

    return fits([[] for _ in range(people)], 0)


class TestCautions:
    """What somebody should know before the shifts are drawn."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("Fri 2 Aug 10-18", "after the event ends on Thu 1 Aug"),
            ("Sat 27 Jul 10-18", "before the event begins on Sun 28 Jul"),
            ("Tue 10-14, 13-18", "overlap. Their shifts would stand twice."),
            ("Tue 10-18, 9-11 set-up", "overlap."),
            ("Tue 09:30-18:00", "Tue 30 Jul 15:30 is 2 h 30 min, longer than a shift of 2 hours."),
            ("Tue 09:30-10:00", "Tue 30 Jul 09:30 is 30 minutes, shorter than a shift"),
            ("Tue 9-18 set-up", "4 hours a day is the most"),
            ("Tue 10:30-15:00 set-up", "lunch"),
            ("Tue 22:00-02:00", "ends on Wed 31 Jul"),
            ("Wed 24 Jul 10-12", "One shift is over already"),
            ("Tue 10-18", "No opening hours are given for Sun 28 Jul, Mon 29 Jul, Wed 31 Jul and"),
        ],
    )
    def test_each_is_said(self, text: str, says: str) -> None:
        assert any(says in sentence for sentence in self.remarks(text)), self.remarks(text)

    def test_many_of_one_length_share_a_line(self) -> None:
        remarks = self.remarks("daily 10-18", plan=Plan(slot_minutes=15))
        said = [one for one in remarks if "shorter" in one]
        assert said == ["160 shifts are 15 minutes, shorter than a shift of 2 hours."]

    def test_nothing_is_said_of_a_plain_booth(self) -> None:
        assert self.remarks("daily 10-18\nSat 14-18 set-up") == []

    @pytest.mark.parametrize(
        ("team", "least", "says"),
        [
            (2, 3, "A shift wants at least three people, and two are named for the event."),
            (5, 2, "By the rules it takes six people, and five are named for the event."),
            (6, 2, None),
            (0, 2, None),
        ],
    )
    def test_people_who_are_named_are_compared(self, team: int, least: int, says: str) -> None:
        plan = Plan(min_people=least, max_people=3)
        found = self.remarks("daily 10-18", plan=plan, team=team)
        assert found == ([says] if says else [])

    def test_the_clocks_change_in_the_night(self) -> None:
        text = "Sat 9 Mar 10-18\nSat 9 Mar 23:00-05:00\nSun 10 Mar 02:30-04:00\nSun 10 Mar 10-18"
        zone, days = ZoneInfo("America/Los_Angeles"), (date(2024, 3, 9), date(2024, 3, 10))
        found = " ".join(self.remarks(text, days=days, zone=zone))
        assert "The clocks change during Sat 9 Mar 23:00–05:00: it lasts 5 hours." in found
        assert "02:30 on Sun 10 Mar does not exist" in found
        plain = self.remarks("Sat 9 Mar 10-18\nSun 10 Mar 10-18", days=days, zone=zone)
        sentence = (
            "The clocks change before Sun 10 Mar; each day's hours are by the clock of that day."
        )
        assert plain == [sentence]

    def test_an_hour_comes_twice(self) -> None:
        days = (date(2024, 11, 3), date(2024, 11, 3))
        found = self.remarks("Sun 01:30-04:00", days=days, zone=ZoneInfo("America/Denver"))
        assert any("01:30 on Sun 3 Nov comes twice" in sentence for sentence in found)

    def test_an_unknown_zone_is_said_first(self) -> None:
        assert (
            "by the clock of the place, once it is named"
            in self.remarks("daily 10-18", zone=None)[0]
        )

    def remarks(
        self,
        text: str,
        plan: Plan | None = None,
        team: int = 0,
        days: tuple[date, date] = (FIRST, LAST),
        zone: ZoneInfo | None = DENVER,
    ) -> list[str]:
        now = NOW if days[0] == FIRST else datetime(2024, 1, 1, tzinfo=UTC)
        scene = DrawnFor(*days, zone, team, now)
        stretches = read_hours(text, *days).stretches
        drawn = draw_shifts(stretches, plan or Plan(), scene.clock)
        figures = count_figures(drawn, Rules(), scene.clock)
        return [one.sentence for one in remark_on(stretches, drawn, figures, Rules(), scene)]


class TestDifference:
    """New hours keep, move, remove and add."""

    def stand(self, text: str, people: tuple[tuple[int, str], ...] = ()) -> list[StandingShift]:
        return [
            StandingShift(n, one.kind, one.starts, one.ends, people)
            for n, one in enumerate(draw(text), start=1)
        ]

    def told(self, before: str, after: str, now: datetime = NOW) -> tuple[list[int], ...]:
        found = compare(self.stand(before, ((7, "Sol"),)), draw(after), now)
        return (
            [one.id for one in found.kept],
            [one.id for one, _ in found.moved],
            [one.id for one in found.removed],
            [len(found.added)],
        )

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ("Wed 10-14", "Wed 10-14", ([1, 2], [], [], [0])),
            ("Wed 10-14", "Wed 10-16", ([1, 2], [], [], [1])),
            ("Wed 10-16", "Wed 10-14", ([1, 2], [], [3], [0])),
            ("Wed 10-14", "Wed 11-15", ([], [1, 2], [], [0])),
            ("Wed 10-14", "Thu 10-14", ([], [], [1, 2], [2])),
            ("Wed 10-12", "Wed 10-12 set-up", ([], [], [1], [1])),
            ("Wed 10-12\nThu 10-12", "Thu 10-12", ([2], [], [1], [0])),
            ("", "Wed 10-12", ([], [], [], [1])),
        ],
    )
    def test_tables(self, before: str, after: str, expected: tuple[list[int], ...]) -> None:
        assert self.told(before, after) == expected

    def test_people_on_what_moves_or_goes_are_told(self) -> None:
        standing = self.stand("Wed 10-14", ((7, "Sol"), (8, "Kim")))
        assert compare(standing, draw("Wed 10-14"), NOW).told == {}
        assert compare(standing, draw("Wed 11-13"), NOW).told == {7: "Sol", 8: "Kim"}

    def test_what_is_over_stays_and_nothing_is_drawn_that_is_over(self) -> None:
        later = datetime(2024, 7, 31, 23, tzinfo=UTC)
        assert self.told("Wed 10-14", "Thu 10-14", later) == ([1, 2], [], [], [2])
        assert self.told("", "Wed 10-14\nThu 10-12", later) == ([], [], [], [1])

    def test_the_fingerprint_is_of_what_is_touched(self) -> None:
        one = compare(self.stand("Wed 10-14", ((7, "Sol"),)), draw("Wed 11-15"), NOW)
        same = compare(self.stand("Wed 10-14", ((7, "Sol"),)), draw("Wed 11-15"), NOW)
        other = compare(self.stand("Wed 10-14", ((8, "Kim"),)), draw("Wed 11-15"), NOW)
        assert one.fingerprint == same.fingerprint != other.fingerprint
