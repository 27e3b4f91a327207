"""Staff change, cancel, restore and remove shifts: what becomes of the people on them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Cover, CoverAsk, Message, Person, Shift, SignUp, Swap
from outreach.accounts.history import undo
from outreach.refusal import Refused
from outreach.staffing.booth.booths import (
    CODE_LETTERS,
    coordinators_of,
    find_booth,
    find_booth_by_code,
    open_booth,
)
from outreach.staffing.signups.change_shift import (
    cancel_shift,
    cancel_shifts,
    change_shift,
    change_shifts,
    clear_shifts,
)
from outreach.staffing.signups.sign_up import Full, take, wait
from outreach.staffing.signups.ways_back import STAY_OFF
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + HOUR


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def picture(session: Session) -> list[tuple[object, ...]]:
    """Everything about shifts and who is on them, but for what calendars hear that only goes up."""
    session.flush()
    rows: list[tuple[object, ...]] = []
    for model in (Shift, SignUp, Swap, Cover, CoverAsk):
        table = model.__table__
        rising = {"sequence", "changed_at"} if model is Shift else {"sequence"}
        columns = [column for column in table.columns if column.name not in rising]
        keys = list(table.primary_key.columns)
        rows += [tuple(row) for row in session.execute(select(*columns).order_by(*keys))]
    return rows


def told(session: Session) -> list[tuple[str, int | None]]:
    mails = session.scalars(select(Message).order_by(Message.id))
    return [(mail.kind, mail.person_id) for mail in mails]


def test_fewer_places_remove_nobody_and_let_nobody_in(crew: Crew) -> None:
    shift = crew.shift(max_people=5)
    rows = [take(crew.session, shift, crew.person(), NOW) for _ in range(5)]
    change_shift(crew.session, shift, {"max_people": 2}, crew.lead, NOW, REAL)
    assert [row.state for row in rows] == ["taken"] * 5
    with pytest.raises(Full):
        take(crew.session, shift, crew.person(), NOW)
    for row in rows[:3]:
        leave(crew.session, row, NOW, REAL)
    with pytest.raises(Full):
        take(crew.session, shift, crew.person(), NOW)
    leave(crew.session, rows[3], NOW, REAL)
    assert take(crew.session, shift, crew.person(), NOW).state == "taken"


def test_other_times_are_told_to_everybody_on_it(crew: Crew) -> None:
    shift = crew.shift(max_people=2)
    on_it = [take(crew.session, shift, crew.person(), NOW).person_id for _ in range(2)]
    wait(crew.session, shift, crew.person(), NOW)
    times = {"starts_at": WEDNESDAY + HOUR, "ends_at": WEDNESDAY + 3 * HOUR}
    before = picture(crew.session)
    entry = change_shift(crew.session, shift, times, crew.lead, NOW, REAL)
    assert (shift.starts_at, shift.sequence) == (WEDNESDAY + HOUR, 1)
    assert told(crew.session)[-2:] == [("changed", person) for person in on_it]
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert picture(crew.session) == before
    assert shift.sequence == 2
    assert told(crew.session)[-2:] == [("changed", person) for person in on_it]


@pytest.mark.parametrize(
    "facts", [{"note": "Bring water"}, {"needs": ["lead"]}, {"min_people": 1}, {"max_people": 9}]
)
def test_what_no_calendar_must_hear_is_not_told(crew: Crew, facts: dict[str, Any]) -> None:
    shift = crew.shift()
    take(crew.session, shift, crew.person(), NOW)
    entry = change_shift(crew.session, shift, facts, crew.lead, NOW, REAL)
    assert [kind for kind, _ in told(crew.session)] == ["confirmed"]
    assert shift.sequence == 0
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert (shift.note, shift.needs, shift.min_people, shift.max_people) == ("", [], 2, 3)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_at": WEDNESDAY}, "ends_at"),
        ({"max_people": 1}, "max_people"),
        ({"min_people": 0, "max_people": 0}, "max_people"),
        ({"min_people": -1}, "min_people"),
        ({"max_people": 100}, "max_people"),
        ({"note": "x" * 301}, "note"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_what_makes_no_shift_is_refused_beside_its_field(
    crew: Crew, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        change_shift(crew.session, crew.shift(), facts, crew.lead, NOW, REAL)
    assert refused.value.field == field


def test_nobody_is_moved_into_two_places(crew: Crew) -> None:
    shift, later, sol = crew.shift(), crew.shift(WEDNESDAY + 2 * HOUR), crew.person("Sol Reyes")
    take(crew.session, shift, sol, NOW)
    take(crew.session, later, sol, NOW)
    times = {"starts_at": WEDNESDAY + HOUR, "ends_at": WEDNESDAY + 3 * HOUR}
    with pytest.raises(Refused, match="Sol is somewhere else then"):
        change_shift(crew.session, shift, times, crew.lead, NOW, REAL)


def test_a_whole_day_moves_at_once(crew: Crew) -> None:
    person = crew.person()
    day = [crew.shift(WEDNESDAY + number * 2 * HOUR) for number in range(2)]
    for shift in day:
        take(crew.session, shift, person, NOW)
    wanted = [
        (shift, {"starts_at": shift.starts_at + HOUR, "ends_at": shift.ends_at + HOUR})
        for shift in day
    ]
    before = picture(crew.session)
    entry = change_shifts(crew.session, wanted, crew.lead, NOW, REAL)
    assert [shift.starts_at for shift in day] == [WEDNESDAY + HOUR, WEDNESDAY + 3 * HOUR]
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert picture(crew.session) == before


def test_a_nearer_shift_leaves_less_time_to_answer(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, crew.person(), NOW)
    leave(crew.session, row, NOW, REAL)
    soon = {"starts_at": NOW + 2 * HOUR, "ends_at": NOW + 4 * HOUR}
    change_shift(crew.session, shift, soon, crew.lead, NOW, REAL)
    assert queued.offer_ends_at == NOW + HOUR / 2


class Full2:
    """A shift with everything that can hang on it: places, queue, swap, call for cover."""

    def __init__(self, crew: Crew) -> None:
        self.crew, session = crew, crew.session
        self.shift = crew.shift(max_people=2)
        people = [crew.person() for _ in range(5)]
        self.rows = [take(session, self.shift, person, NOW) for person in people[:2]]
        self.queue = [wait(session, self.shift, person, NOW) for person in people[2:4]]
        other = take(session, crew.shift(WEDNESDAY + DAY), people[4], NOW)
        self.swap = Swap(
            mine_id=self.rows[0].id, theirs_id=other.id, state="offered", offered_at=NOW
        )
        self.cover = Cover(shift_id=self.shift.id, leaving_id=self.rows[1].id, opened_at=NOW)
        session.add_all([self.swap, self.cover])
        session.flush()
        self.asked = people[4]
        session.add(CoverAsk(cover_id=self.cover.id, person_id=people[4].id, asked_at=NOW))
        session.flush()


def test_a_cancelled_shift_tells_everybody_and_undo_restores_exactly(crew: Crew) -> None:
    full = Full2(crew)
    before, mails = picture(crew.session), len(told(crew.session))
    entry = cancel_shift(crew.session, full.shift, crew.lead, LATER, REAL)
    assert [row.state for row in (*full.rows, *full.queue)] == ["removed"] * 4
    for row in (full.swap, full.cover):
        crew.session.refresh(row)
    assert (full.swap.state, full.cover.closed_at) == ("void", LATER)
    everybody = [("cancelled", row.person_id) for row in (*full.rows, *full.queue)]
    assert told(crew.session)[mails:] == [*everybody, ("cover_closed", full.asked.id)]
    assert cancel_shift(crew.session, full.shift, crew.lead, LATER, REAL) is entry
    assert undo(crew.session, entry, crew.lead, LATER, REAL).remarks == []
    with pytest.raises(Refused, match="taken back already"):
        undo(crew.session, entry, crew.lead, LATER, REAL)
    assert picture(crew.session) == before
    assert full.shift.sequence == 2
    assert [kind for kind, _ in told(crew.session)[-4:]] == [
        "restored", "restored", "waiting", "waiting"
    ]  # fmt: skip


def test_who_took_another_shift_meanwhile_stays_off_and_the_queue_is_asked(crew: Crew) -> None:
    full = Full2(crew)
    entry = cancel_shift(crew.session, full.shift, crew.lead, NOW, REAL)
    gone = crew.session.get_one(Person, full.rows[0].person_id)
    take(crew.session, crew.shift(WEDNESDAY + HOUR), gone, NOW)
    assert undo(crew.session, entry, crew.lead, NOW, REAL).remarks == [str(STAY_OFF)]
    states = [row.state for row in (*full.rows, *full.queue)]
    assert states == ["removed", "taken", "offered", "waiting"]


def test_several_are_cancelled_and_restored_in_one_act(crew: Crew) -> None:
    both = [crew.shift(), crew.shift(WEDNESDAY + DAY)]
    for shift in both:
        take(crew.session, shift, crew.person(), NOW)
    before = picture(crew.session)
    entry = cancel_shifts(crew.session, both, crew.lead, NOW, REAL)
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert picture(crew.session) == before


def test_what_was_done_is_not_cancelled(crew: Crew) -> None:
    shift = crew.shift()
    with pytest.raises(Refused, match="is over"):
        cancel_shift(crew.session, shift, crew.lead, WEDNESDAY + 2 * HOUR, REAL)
    take(crew.session, shift, crew.person(), NOW).arrived_at = WEDNESDAY
    with pytest.raises(Refused, match="checked in"):
        cancel_shift(crew.session, shift, crew.lead, WEDNESDAY, REAL)


def test_a_shift_that_somebody_had_to_do_with_is_cancelled_and_another_forgotten(
    crew: Crew,
) -> None:
    left, held, unused = crew.shift(), crew.shift(), crew.shift()
    leave(crew.session, take(crew.session, left, crew.person(), NOW), NOW, REAL)
    row = take(crew.session, held, crew.person("Sol Sample"), NOW)
    clear_shifts(crew.session, [left.id, held.id, unused.id], crew.lead, NOW, REAL)
    assert set(crew.session.scalars(select(Shift))) == {left, held}
    assert (left.cancelled_at, held.cancelled_at, row.state) == (NOW, NOW, "removed")


def test_a_booth_is_opened_once_with_a_code_for_paper(crew: Crew) -> None:
    event = cast.add_event(crew.session, crew.ours, "SeaGL")
    booth = open_booth(crew.session, event)
    assert open_booth(crew.session, event) is booth
    assert find_booth(crew.session, event.id) is booth
    assert len(booth.code) == 8
    assert set(booth.code) <= set(CODE_LETTERS)
    assert not set("0o1liOI") & set(CODE_LETTERS)
    found = find_booth_by_code(crew.session, booth.code.upper())
    assert found is not None
    assert found == (booth, event, crew.ours, None, None, False)


@pytest.mark.parametrize("code", ["", "a" * 7, "a" * 9, "aaaaaaa%", "bbbbbbbb", "ｂbbbbbbb"])
def test_what_is_no_code_finds_no_booth(crew: Crew, code: str) -> None:
    assert find_booth_by_code(crew.session, code) is None


def test_the_booth_of_a_removed_foundation_is_not_found(crew: Crew) -> None:
    booth = open_booth(crew.session, cast.add_event(crew.session, crew.ours, "SeaGL"))
    crew.ours.removed_at = NOW
    crew.session.flush()
    assert find_booth_by_code(crew.session, booth.code) is None
    assert isinstance(crew.session.get(Booth, booth.id), Booth)


def test_leads_coordinate_and_else_staff(crew: Crew) -> None:
    assert coordinators_of(crew.session, crew.event) == [crew.lead]
    ann = crew.person("Ann Other")
    cast.name_person(crew.session, crew.event, ann)
    assert coordinators_of(crew.session, crew.event) == [crew.lead]
    ben = crew.person("Ben Leads")
    cast.name_person(crew.session, crew.event, ben, is_lead=True)
    assert coordinators_of(crew.session, crew.event) == [ben]
