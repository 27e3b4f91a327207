"""Several shifts at once: all, or what is free; no place twice, and nobody waits for ever."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Message, Person, Shift, SignUp
from models.staffing import HOLDS_PLACE
from outreach.accounts.addresses import Newcomer
from outreach.refusal import Refused
from outreach.staffing.signups.several import NoneTaken, Several, join_several
from outreach.staffing.signups.sign_up import Full, ShiftMoved, UsedBefore, Wish, take
from outreach.staffing.signups.states import Origin
from outreach.staffing.signups.withdraw import leave
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew
from tests.outreach.staffing.signups.test_races import Act, Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOL = Newcomer("Sol Sample", "sol@example.org")


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def joins(
    crew: Crew,
    shifts: Sequence[Shift],
    who: Person | Newcomer = SOL,
    form: str = "f" * 43,
    browser: str = "browser",
) -> Several:
    seen = {one.id: one.sequence for one in shifts}
    wish = Wish(form, origin=Origin(browser, f"{browser}'s network"))
    return join_several(crew.session, crew.ours, shifts[0].booth_id, seen, who, wish, NOW)


def people_named(crew: Crew, name: str) -> int:
    count = select(func.count()).select_from(Person).where(Person.name == name)
    return crew.session.scalar(count) or 0


def refusals(several: Several | NoneTaken) -> dict[int, type[Refused]]:
    return {number: type(one) for number, one in several.refused.items()}


def test_a_newcomer_takes_all_and_hears_of_them_in_one_letter(crew: Crew) -> None:
    shifts = [crew.shift(WEDNESDAY + number * DAY) for number in range(3)]
    done = joins(crew, shifts)
    assert done.is_new and [one.shift_id for one in done.taken] == [one.id for one in shifts]
    assert {one.state for one in done.taken} == {"taken"}
    together = select(Message.together, Message.person_id).distinct()
    assert len(crew.session.execute(together).all()) == 1
    again = joins(crew, shifts)
    assert again.person is done.person and not again.is_new
    assert [one.id for one in again.taken] == [one.id for one in done.taken]
    assert people_named(crew, "Sol Sample") == 1


def test_what_is_free_is_taken_and_each_other_has_its_sentence(crew: Crew) -> None:
    full, free, moved = (crew.shift(WEDNESDAY + number * DAY, max_people=1) for number in range(3))
    overlaps = crew.shift(WEDNESDAY + DAY + HOUR)
    take(crew.session, full, crew.person(), NOW)
    seen = {one.id: one.sequence for one in (overlaps, moved, free, full)} | {moved.id: 7}
    done = join_several(
        crew.session, crew.ours, full.booth_id, seen, crew.person(), Wish("f" * 43), NOW
    )
    assert [one.shift_id for one in done.taken] == [free.id]
    assert refusals(done) == {full.id: Full, overlaps.id: Refused, moved.id: ShiftMoved}
    assert "Wed 13:00 is full" in done.refused[full.id].sentence
    assert "overlaps your shift" in done.refused[overlaps.id].sentence


def test_where_nothing_is_free_nobody_is_added(crew: Crew) -> None:
    shifts = [crew.shift(WEDNESDAY + number * DAY, max_people=1) for number in range(2)]
    for shift in shifts:
        take(crew.session, shift, crew.person(), NOW)
    with pytest.raises(NoneTaken) as refused:
        joins(crew, shifts)
    assert refusals(refused.value) == {one.id: Full for one in shifts}
    assert people_named(crew, "Sol Sample") == 0


def test_caps_hold_for_what_is_ticked_together(crew: Crew) -> None:
    shifts = [crew.shift(WEDNESDAY + number * DAY, max_people=9) for number in range(8)]
    done = joins(crew, shifts)
    assert len(done.taken) == 6
    assert {one.sentence for one in done.refused.values()} == {
        "6 shifts are the most until you have confirmed your address."
    }
    with pytest.raises(Refused, match="12 shifts at once"):
        joins(crew, [crew.shift(WEDNESDAY + number * HOUR) for number in range(13)])


def test_rules_of_one_person_hold_among_what_is_ticked(crew: Crew) -> None:
    day = [crew.shift(WEDNESDAY + hours * HOUR, hours=2) for hours in (0, 3, 6, 9)]
    done = joins(crew, day, crew.person())
    assert len(done.taken) < 4 and done.refused
    assert all("Wed" in one.sentence for one in done.refused.values())


def test_an_offered_place_is_accepted_with_the_others(crew: Crew) -> None:
    person, offered, free = crew.person(), crew.shift(), crew.shift(WEDNESDAY + DAY)
    crew.session.add(
        SignUp(
            shift_id=offered.id, person_id=person.id, state="offered",
            offer_ends_at=NOW + HOUR, created_at=NOW, changed_at=NOW,
        )
    )  # fmt: skip
    crew.session.flush()
    done = joins(crew, [offered, free], person)
    assert [one.state for one in done.taken] == ["taken", "taken"]


def test_what_the_same_human_has_in_another_browser_is_said_to_be_theirs(crew: Crew) -> None:
    had, other = crew.shift(max_people=3), crew.shift(WEDNESDAY + DAY, max_people=3)
    first = joins(crew, [had])
    again = joins(crew, [had, other], form="g" * 43, browser="another")
    assert [one.person_id for one in again.elsewhere] == [first.person.id]
    assert [one.shift_id for one in again.taken] == [other.id]


def test_a_form_is_no_key_to_what_others_did_with_it(crew: Crew) -> None:
    shift, other = crew.shift(max_people=3), crew.shift(WEDNESDAY + DAY)
    first = joins(crew, [shift])
    with pytest.raises(UsedBefore):
        joins(crew, [shift, other], crew.person())
    leave(crew.session, first.taken[0], NOW, REAL)
    done = joins(crew, [shift, other])
    assert [one.shift_id for one in done.taken] == [other.id] and shift.id in done.refused


def test_overlapping_sets_in_other_orders_give_every_place_once(stored: Stored) -> None:
    """Known and new, each with three of five shifts: no place twice, and no deadlock."""
    scene = Scene(stored, 8, **{f"shift{number}": 2 for number in range(5)})
    with stored() as session:
        for number, shift_id in enumerate(scene.shifts):
            shift = session.get_one(Shift, shift_id)
            shift.starts_at += number * DAY
            shift.ends_at += number * DAY

    def ticks(number: int) -> Act:
        def act(session: Session) -> object:
            turn = [scene.shifts[(number * step + 1) % 5] for step in (3, 1, 2)]
            wanted = dict.fromkeys(reversed(turn) if number % 2 else turn, 0)
            shift = session.get_one(Shift, turn[0])
            ours = Crew.foundation_of(session, shift)
            who: Person | Newcomer = Newcomer(f"New{number}", f"+1 303 555 {1000 + number}")
            if number < 8:
                who = session.get_one(Person, scene.people[number])
            wish = Wish(f"{number:0>43}", origin=Origin(f"browser {number}", "hall"))
            return len(join_several(session, ours, shift.booth_id, wanted, who, wish, NOW).taken)

        return act

    results = scene.together([ticks(number) for number in range(16)])
    taken = sum(one for one in results if isinstance(one, int))
    with stored() as session:
        of_each = [
            session.scalar(select(func.count()).where(SignUp.shift_id == one, HOLDS_PLACE)) or 0
            for one in scene.shifts
        ]
    assert taken == sum(of_each) and max(of_each) == 2


def test_a_double_tap_adds_one_person_and_each_place_once(stored: Stored) -> None:
    scene = Scene(stored, 0, one=3, other=3)
    with stored() as session:
        other = session.get_one(Shift, scene.shifts[1])
        other.starts_at += DAY
        other.ends_at += DAY

    def tap(session: Session) -> object:
        shift = session.get_one(Shift, scene.shifts[0])
        ours = Crew.foundation_of(session, shift)
        wish = Wish("f" * 43, origin=Origin("browser", "network"))
        wanted = dict.fromkeys(scene.shifts, 0)
        return join_several(session, ours, shift.booth_id, wanted, SOL, wish, NOW).person.id

    assert len(set(scene.together([tap] * 6))) == 1
    assert scene.states(0) == scene.states(1) == {"taken": 1}
