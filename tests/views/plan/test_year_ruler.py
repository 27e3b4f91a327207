"""The arithmetic of the year's line and of the score's."""

from datetime import date

import pytest

from outreach.matching.engine.terms import EvidenceRow, Reason
from views.plan.year_ruler import LEAST_WIDTH, ScoreRuler, YearRuler

TODAY = date(2024, 7, 25)
LEAP, COMMON = YearRuler(2024, TODAY), YearRuler(2023, TODAY)


class TestYear:
    """Days become places."""

    @pytest.mark.parametrize(
        ("ruler", "day", "place"),
        [
            (LEAP, date(2024, 1, 1), 0),
            (LEAP, date(2024, 2, 29), 59),
            (LEAP, date(2024, 3, 1), 60),
            (LEAP, date(2024, 12, 31), 365),
            (COMMON, date(2023, 3, 1), 59),
            (COMMON, date(2023, 12, 31), 364),
            (LEAP, date(2023, 12, 30), 0),
            (LEAP, date(2025, 6, 1), 366),
        ],
    )
    def test_a_day_has_its_place_inside_the_year(
        self, ruler: YearRuler, day: date, place: int
    ) -> None:
        assert ruler.at(day) == place

    def test_a_thread_leads_from_where_a_call_closes_to_its_event(self) -> None:
        assert LEAP.thread(date(2024, 7, 30), date(2024, 11, 8)) == "M211 0V14M211 7H312"
        assert LEAP.thread(date(2023, 12, 30), date(2024, 2, 3)) == ""

    def test_today_is_the_middle_of_its_day_and_nowhere_else(self) -> None:
        assert LEAP.today_at == 206.5
        assert LEAP.today_percent == 56
        assert COMMON.today_at is None
        assert COMMON.today_percent == 0

    def test_twelve_months_and_only_the_one_under_today_hides(self) -> None:
        assert [month.name for month in LEAP.months][:2] == ["Jan", "Feb"]
        assert [month.at for month in LEAP.months][:3] == [0, 31, 60]
        hidden = [
            (month.name, month.is_hidden)
            for month in YearRuler(2024, date(2024, 7, 5)).months
            if month.is_hidden
        ]
        assert hidden == [("Jul", True)]
        assert not any(month.is_hidden for month in COMMON.months)

    @pytest.mark.parametrize(
        ("first", "last", "x", "width"),
        [
            (date(2024, 7, 28), date(2024, 7, 28), 209, LEAST_WIDTH),
            (date(2024, 7, 28), date(2024, 8, 1), 209, 5),
            (date(2023, 12, 30), date(2024, 1, 2), 0, 2),
            (date(2024, 12, 31), date(2025, 1, 3), 365, LEAST_WIDTH),
        ],
    )
    def test_a_bar_covers_its_days_inside_the_year(
        self, first: date, last: date, x: float, width: float
    ) -> None:
        bar = LEAP.bar(first, last, "X")
        assert (bar.x, bar.width) == (x, width)
        assert 0 <= bar.before <= bar.after <= 100

    @pytest.mark.parametrize(
        ("day", "name", "is_left"),
        [
            (date(2024, 1, 10), "FOSDEM", False),
            (date(2024, 12, 20), "FOSDEM", True),
            (date(2024, 7, 20), "FOSDEM", True),  # past: today would be under its name
            (date(2024, 7, 28), "FOSDEM", False),
            (date(2024, 7, 28), "A very long name of a very long conference", False),  # no room
            (date(2024, 12, 20), "A long name of a conference", True),
            (date(2024, 11, 12), "A longer name than either side has room for", True),
        ],
    )
    def test_a_name_stands_where_there_is_room(self, day: date, name: str, is_left: bool) -> None:
        assert LEAP.bar(day, day, name).name_is_left is is_left

    @pytest.mark.parametrize(
        ("first", "name", "chip", "more"),
        [
            (date(2024, 8, 1), "FOSDEM", True, True),
            (date(2024, 11, 5), "FOSDEM", False, False),
            (date(2024, 7, 28), "A very long name of a very long conference", False, False),
        ],
    )
    def test_signs_give_way_before_the_name_does(
        self, first: date, name: str, chip: bool, more: bool
    ) -> None:
        bar = LEAP.bar(first, first, name)
        assert (bar.has_chip, bar.has_more) == (chip, more)


def reason(weight: float, points: float, known: bool = True) -> Reason:
    evidence = (EvidenceRow(sentence="x", source="y"),) if known else ()
    return Reason("community", "There", "They are.", points, weight, evidence)


class TestScore:
    """Reasons are laid end to end."""

    def test_each_begins_where_the_one_before_could_have_ended(self) -> None:
        ruler = ScoreRuler((reason(30, 30), reason(10, 5), reason(60, 0, known=False)))
        assert [(s.at, s.reached, s.room) for s in ruler.stretches] == [
            (0, 30, 30),
            (30, 5, 10),
            (40, 0, 60),
        ]
        assert (ruler.known_percent, ruler.point_percent) == (40, 35)

    def test_points_of_the_unknown_do_not_count(self) -> None:
        ruler = ScoreRuler((reason(50, 50, known=False), reason(50, 25)))
        assert (ruler.known_percent, ruler.point_percent) == (50, 25)
        assert ruler.stretches[0].reached == 0

    @pytest.mark.parametrize("reasons", [(), (reason(0, 0), reason(0, 0))])
    def test_nothing_divides_by_nothing(self, reasons: tuple[Reason, ...]) -> None:
        ruler = ScoreRuler(reasons)
        assert (ruler.known_percent, ruler.point_percent) == (0, 0)
        assert [stretch.room for stretch in ruler.stretches] == [0] * len(reasons)
