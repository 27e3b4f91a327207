"""How a kit gets from event to event: each rule on its boundary, and in words."""

from datetime import date

import pytest

from outreach.planning.kits.hand_over import Booked, HandOver, find_clashes, find_way

LATE = (
    "Banner kit is in Pasadena until Fri 15 Mar and needs 5 days to Denver, where it should be on"
    " Sun 17 Mar."
)
SCALE = Booked(1, "SCaLE", "Pasadena", date(2024, 3, 14), date(2024, 3, 15), 5, 5)


def then(day: int, place: str = "Denver", before: int = 5, after: int = 5) -> Booked:
    return Booked(2, "DenverCon", place, date(2024, 3, day), date(2024, 3, day + 1), before, after)


@pytest.mark.parametrize(
    ("other", "is_shared", "is_possible", "is_straight"),
    [
        (then(15), True, False, True),
        (then(16), False, False, True),
        (then(19), False, False, True),
        (then(20), False, True, True),
        (then(24), False, True, True),
        (then(25), False, True, False),
        (then(16, "Pasadena"), False, True, True),
        (then(15, "PASADENA"), True, False, True),
        (then(16, before=1), False, True, True),
        (then(16, before=2), False, False, True),
    ],
)
def test_days_between_decide(
    other: Booked, is_shared: bool, is_possible: bool, is_straight: bool
) -> None:
    found = HandOver(SCALE, other)
    assert (found.is_shared, found.is_possible, found.is_straight) == (
        is_shared, is_possible, is_straight,
    )  # fmt: skip
    assert bool(found.say("The kit")) is not is_possible
    assert [one.then for one in find_clashes([other, SCALE])] == [other] * (not is_possible)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (then(17), LATE),
        (then(15, before=0), "Banner kit would be at SCaLE and at DenverCon on Fri 15 Mar."),
        (then(16, before=0), ""),
    ],
)  # fmt: skip
def test_it_is_said_in_words(other: Booked, sentence: str) -> None:
    assert HandOver(SCALE, other).say("Banner kit") == sentence


def test_the_way_is_told_from_stop_to_stop() -> None:
    home = Booked(3, "LinuxFest", "Bellingham", date(2024, 4, 26), date(2024, 4, 28), 6, 6)
    said = [
        (step.say_coming("Raleigh"), step.say_going("Raleigh"))
        for step in find_way([home, then(20), SCALE])
    ]
    assert said == [
        ("from Raleigh, leaves by Sat 9 Mar", "after SCaLE to Denver"),
        ("after SCaLE to Denver", "back in Raleigh by Tue 26 Mar"),
        ("from Raleigh, leaves by Sat 20 Apr", "back in Raleigh by Sat 4 May"),
    ]
    assert find_way([SCALE])[0].say_coming("") == "leaves by Sat 9 Mar"


def test_a_long_event_clashes_with_every_one_within_it() -> None:
    long = Booked(9, "Fair", "Denver", date(2024, 3, 1), date(2024, 3, 30), 0, 0)
    clashes = list(find_clashes([then(20), SCALE, long]))
    assert [(one.first.event, one.then.event) for one in clashes] == [
        ("Fair", "SCaLE"),
        ("Fair", "DenverCon"),
    ]
