"""The list that a volunteer chooses from: its order, its headline, its words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from models import Shift
from outreach.calendars.clock import say_spoken_start
from outreach.staffing.booth.hours import BoothDays, OpenHours
from outreach.staffing.roster.choice import Choice, headline, sort_offers
from outreach.staffing.roster.commitments import load_commitments
from outreach.staffing.roster.coverage import runs_out
from outreach.staffing.roster.sign_up_list import (
    ListedShift,
    find_free_near,
    judge,
    load_offers,
)
from outreach.staffing.rules import Breach, Rules
from tests import cast
from tests.cast import NOW
from tests.outreach.staffing.crew import WEDNESDAY, Crew

DENVER = ZoneInfo("America/Denver")
BY_DAY = BoothDays((), DENVER)
HOUR = timedelta(hours=1)
NUMBERS = iter(range(1, 1000))


def offer(
    held: int = 0, hours: float = 0, least: int = 2, most: int = 3, **more: object
) -> ListedShift:
    starts = WEDNESDAY + hours * HOUR
    made = ListedShift(next(NUMBERS), "booth", starts, starts + HOUR, least, most, (), "", 0)
    made.held = made.taken = held
    made.runs_out = True
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_nobody_first_then_too_few_then_room_each_by_time() -> None:
    room, few, nobody = offer(2), offer(1, 1), offer(0, 2)
    later, free = offer(0, 3), offer(0, -9, least=0)
    choice = sort_offers([room, few, nobody, later, free], BY_DAY)
    assert list(choice.open) == [nobody, later, few, free, room]


def test_full_own_and_clashing_are_no_choice() -> None:
    full, queued = offer(3), offer(2, waiting=1)
    mine, waits = offer(1, mine="taken"), offer(3, mine="waiting")
    choice = sort_offers([full, queued, mine, waits], BY_DAY)
    assert (list(choice.open), list(choice.full)) == ([], [full, queued])
    assert list(choice.mine) == [mine, waits]


def test_a_day_by_the_venues_clock() -> None:
    late = offer(0, 9)  # 22:00 in Denver, the next day in UTC
    early = offer(0, 12)
    choice = sort_offers([late, early], BY_DAY, date(2024, 7, 31))
    assert list(choice.open) == [late]
    assert list(choice.days) == [date(2024, 7, 31), date(2024, 8, 1)]


def test_the_shift_after_midnight_is_found_on_the_day_of_its_evening() -> None:
    wednesday = date(2024, 7, 31)
    night = BoothDays([OpenHours(wednesday, time(18), time(2))], DENVER)
    late = offer(0, 12)  # 01:00 in Denver
    assert sort_offers([late], night, wednesday).open == [late]
    assert sort_offers([late], night, wednesday + timedelta(days=1)).open == [late], "and its own"
    assert sort_offers([late], night).days == [wednesday, wednesday + timedelta(days=1)]


CLASHING = offer(1, breaches=[Breach("overlap", "It overlaps your talk.", is_double=True)])


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ([offer(0, 2), offer(2)], "Wednesday at three has nobody. Can you take it?"),
        ([offer(0), offer(0, 1)], "Two shifts have nobody. Can you take one?"),
        ([offer(1, 0.5), offer(2)], "Wednesday at 13:30 needs one more. Is it you?"),
        ([offer(1), offer(1)], "Two shifts need somebody more. Take one?"),
        ([offer(2)], "Every shift has enough people, and there is room for you."),
        ([offer(2), offer(1, mine="taken")], "There is room for you on other shifts."),
        ([offer(2), CLASHING], "There is room for you on other shifts."),
        (
            [offer(2), offer(2, mine="taken")],
            "Every shift has enough people, and there is room for you.",
        ),
        ([offer(3)], "Every shift is full."),
        ([offer(3), offer(3, mine="taken")], "Every shift is full."),
        ([offer(3), offer(2, mine="taken")], "There is nothing left for you to take."),
        ([CLASHING], "There is nothing left for you to take."),
        ([offer(3, mine="taken")], "There is nothing left for you to take."),
        ([], "No shift is to come."),
    ],
)
def test_the_headline_is_the_answer(offers: list[ListedShift], said: str) -> None:
    choice: Choice = sort_offers(offers, BY_DAY)
    assert headline(choice, DENVER) == said


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ([offer(0, runs_out=False)], "Wednesday at one is free. Can you take it?"),
        (
            [offer(0, hours, runs_out=False) for hours in range(13)],
            "13 shifts are free. Which one do you take?",
        ),
        (
            [offer(1, runs_out=False), offer(2, runs_out=False)],
            "Two shifts are free. Which one do you take?",
        ),
        (
            [offer(0, runs_out=False), offer(1), offer(2)],
            "Wednesday at one has nobody. Can you take it?",
        ),
        (
            [offer(2, runs_out=False)],
            "Every shift has enough people, and there is room for you.",
        ),
    ],
)
def test_where_there_is_time_the_headline_is_calm(offers: list[ListedShift], said: str) -> None:
    choice = sort_offers(offers, BY_DAY)
    assert headline(choice, DENVER) == said
    assert not (choice.is_calm and choice.say_left), "said twice"


@pytest.mark.parametrize(
    ("days", "taken", "warns", "late"),
    [
        (29, 0, False, False),
        (8, 0, False, False),
        (7, 0, True, True),
        (7, 1, False, True),
        (-0.01, 0, True, True),
    ],
)
def test_a_shift_warns_only_where_time_runs_out(
    days: float, taken: int, warns: bool, late: bool
) -> None:
    assert runs_out(NOW + timedelta(days=days), NOW) is late
    assert offer(taken, runs_out=late).warns is warns
    assert not offer(0, least=0, runs_out=late).warns, "nobody is needed"


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (8, "at 08:00"),
        (9, "at nine"),
        (11, "at eleven"),
        (12, "at twelve"),
        (13, "at one"),
        (18, "at six"),
        (19, "at 19:00"),
        (0, "at 00:00"),
    ],
)
def test_hours_as_people_say_them(hour: int, said: str) -> None:
    instant = datetime(2024, 7, 31, hour, tzinfo=DENVER).astimezone(UTC)
    assert say_spoken_start(instant, DENVER) == f"Wednesday {said}"


def test_the_list_holds_what_is_to_come_with_first_names(session: Session) -> None:
    crew = Crew(session)
    reader, other = crew.person("Ada Alpha"), crew.person("Bob Beta")
    coming = crew.shift(needs=["language:fr"], note="Greet.")
    crew.shift(NOW - 3 * HOUR)
    crew.shift(cancelled_at=NOW)
    crew.shift(NOW - HOUR)  # goes on now
    cast.add_sign_up(session, coming, reader)
    cast.add_sign_up(session, coming, other)
    for state in ("waiting", "left", "removed", "passed"):
        cast.add_sign_up(session, coming, crew.person(), state, queue_no=1)
    cast.add_sign_up(session, coming, crew.person(), "offered", offer_ends_at=WEDNESDAY)
    now_on, found = load_offers(session, crew.booth.id, NOW, reader.id)
    assert now_on.starts == NOW - HOUR
    assert (found.starts, found.ends) == (WEDNESDAY, WEDNESDAY + 2 * HOUR)
    assert (found.needs, found.note, found.names) == (("language:fr",), "Greet.", ["Bob"])
    assert (found.held, found.waiting, found.mine) == (3, 1, "taken")
    assert load_offers(session, crew.booth.id, NOW, None, [coming.id])[0].names == ["Ada", "Bob"]
    assert load_offers(session, crew.booth.id + 1, NOW) == []


def test_what_it_would_break_for_the_reader(session: Session) -> None:
    crew = Crew(session)
    reader = crew.person("Ada Alpha")
    first: Shift = crew.shift()
    cast.add_sign_up(session, first, reader)
    crew.shift(WEDNESDAY + HOUR)
    crew.shift(WEDNESDAY + 2 * HOUR - HOUR / 4)
    offers = load_offers(session, crew.booth.id, NOW, reader.id)
    doing = load_commitments(session, [reader.id], crew.event)[reader.id]
    judge(offers, crew.event, doing, Rules(), DENVER)
    mine, clash, fine = offers
    assert mine.breaches == ()
    assert clash.clash is not None and "overlaps your shift Wed 13:00" in clash.clash.sentence
    assert fine.clash is None and "hand-over" in fine.remarks[0]
    choice = sort_offers(offers, BY_DAY)
    assert (choice.mine, choice.clashing) == ([mine], [clash])


def test_what_is_free_beside_a_full_shift(session: Session) -> None:
    crew = Crew(session)
    full = crew.shift(max_people=1)
    cast.add_sign_up(session, full, crew.person())
    queued = crew.shift(WEDNESDAY + HOUR)
    cast.add_sign_up(session, queued, crew.person(), "waiting", queue_no=1)
    queued.min_people = queued.max_people = 1
    crew.shift(WEDNESDAY + HOUR, cancelled_at=NOW)
    after, before = crew.shift(WEDNESDAY + 3 * HOUR), crew.shift(WEDNESDAY - 2 * HOUR)
    far = [crew.shift(WEDNESDAY + number * HOUR).id for number in range(10, 30)]
    session.flush()
    found = find_free_near(session, crew.booth.id, full.starts_at, NOW)
    assert found == [before.id, after.id, *far[:4]]
    assert find_free_near(session, crew.booth.id, full.starts_at, WEDNESDAY + 90 * HOUR) == []
