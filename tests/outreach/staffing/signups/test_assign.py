"""Staff put people on shifts, move them and take them off, and take it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Cover, Message, Person, SignUp, Swap
from outreach.accounts.history import undo
from outreach.refusal import Refused
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups.assign import move, place, set_lead, take_off
from outreach.staffing.signups.attendance.check_in import check_in
from outreach.staffing.signups.change_shift import cancel_shift
from outreach.staffing.signups.sign_up import take, wait
from outreach.staffing.signups.waiting_list import answer_offer
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
    """Everything about sign-ups and swaps, but for the sequence that only goes up."""
    session.flush()
    rows: list[tuple[object, ...]] = []
    for table in (SignUp.__table__, Swap.__table__):
        columns = [column for column in table.columns if column.name != "sequence"]
        rows += [tuple(row) for row in session.execute(select(*columns).order_by(table.c.id))]
    return rows


def row_of(session: Session, entry: AuditEntry) -> SignUp:
    return session.get_one(SignUp, entry.subject_id)


def letters(session: Session, person: Person) -> list[str]:
    mails = select(Message.kind).where(Message.person_id == person.id).order_by(Message.id)
    return list(session.scalars(mails))


def test_a_person_is_placed_told_and_has_yet_to_confirm(crew: Crew) -> None:
    person = crew.person()
    entry = place(crew.session, crew.shift(), person, crew.lead, NOW, REAL, is_lead=True)
    row = row_of(crew.session, entry)
    assert (row.state, row.confirmed_at, row.is_lead) == ("taken", None, True)
    assert (row.placed_by_id, row.reason) == (crew.lead.id, "")
    assert letters(crew.session, person) == ["placed"]
    assert (entry.act, entry.person_id, entry.at) == ("placed", crew.lead.id, REAL)


def test_a_double_click_places_once(crew: Crew) -> None:
    person, shift = crew.person(), crew.shift()
    first = place(crew.session, shift, person, crew.lead, NOW, REAL)
    assert place(crew.session, shift, person, crew.lead, NOW, REAL) is first
    assert letters(crew.session, person) == ["placed"]


def test_who_signed_up_already_is_not_placed(crew: Crew) -> None:
    person, shift = crew.person("Sol Reyes"), crew.shift()
    take(crew.session, shift, person, NOW)
    with pytest.raises(Refused, match="Sol is on Wed 13:00 already"):
        place(crew.session, shift, person, crew.lead, NOW, REAL)


def test_against_a_rule_only_with_a_reason(crew: Crew) -> None:
    sol = crew.person("Sol Reyes")
    for hours in (-2, -1):
        take(crew.session, crew.shift(WEDNESDAY + hours * HOUR, 1), sol, NOW)
    third = crew.shift(hours=1)
    with pytest.raises(NeedsReason) as refused:
        place(crew.session, third, sol, crew.lead, NOW, REAL)
    assert "would be Sol's third slot in a row" in refused.value.sentence
    entry = place(crew.session, third, sol, crew.lead, NOW, REAL, reason="Sol offered")
    assert row_of(crew.session, entry).reason == "Sol offered"


def test_on_a_full_shift_only_with_a_reason(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    take(crew.session, shift, crew.person(), NOW)
    person = crew.person()
    with pytest.raises(NeedsReason) as refused:
        place(crew.session, shift, person, crew.lead, NOW, REAL)
    assert [one.code for one in refused.value.breaches] == ["full"]
    entry = place(crew.session, shift, person, crew.lead, NOW, REAL, reason="a shadow")
    assert row_of(crew.session, entry).reason == "a shadow"


def test_never_in_two_places_and_never_where_nothing_is(crew: Crew) -> None:
    sol, shift = crew.person("Sol Reyes"), crew.shift()
    take(crew.session, shift, sol, NOW)
    with pytest.raises(Refused, match=r"overlaps Sol's shift Wed 13:00\.") as refused:
        place(crew.session, crew.shift(WEDNESDAY + HOUR), sol, crew.lead, NOW, REAL, reason="fast")
    assert not isinstance(refused.value, NeedsReason)
    gone = crew.shift(WEDNESDAY + DAY)
    cancel_shift(crew.session, gone, crew.lead, NOW, REAL)
    with pytest.raises(Refused, match="was cancelled"):
        place(crew.session, gone, sol, crew.lead, NOW, REAL)


def test_staff_may_plan_before_sign_up_opens_and_note_who_stood_there(crew: Crew) -> None:
    shift = crew.shift()
    early, late = crew.person(), crew.person()
    place(crew.session, shift, early, crew.lead, NOW - 60 * DAY, REAL)
    place(crew.session, shift, late, crew.lead, NOW + 60 * DAY, REAL)
    assert letters(crew.session, early) == ["placed"]
    assert letters(crew.session, late) == []


def test_a_person_out_of_the_queue_is_placed_and_undo_puts_them_back(crew: Crew) -> None:
    shift, person = crew.shift(max_people=1), crew.person()
    take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, person, NOW)
    before = picture(crew.session)
    entry = place(crew.session, shift, person, crew.lead, LATER, REAL, reason="a shadow")
    assert queued.state == "taken"
    undo(crew.session, entry, crew.lead, LATER, REAL)
    assert picture(crew.session) == before


def test_nobody_who_has_come_is_taken_off_by_a_way_back(crew: Crew) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    off = take_off(crew.session, row, crew.lead, NOW, REAL)
    on = undo(crew.session, off, crew.lead, NOW, REAL)
    check_in(crew.session, row, crew.lead, WEDNESDAY, REAL)
    with pytest.raises(Refused, match="at the booth: check them out"):
        undo(crew.session, on.entry, crew.lead, WEDNESDAY, REAL)


def test_undo_of_a_placing_ends_what_hangs_on_the_place_since(crew: Crew) -> None:
    shift, person = crew.shift(max_people=1), crew.person()
    take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, person, NOW)
    entry = place(crew.session, shift, person, crew.lead, LATER, REAL, reason="a shadow")
    other = take(crew.session, crew.shift(WEDNESDAY + DAY), crew.person(), NOW)
    swap = Swap(mine_id=other.id, theirs_id=queued.id, offered_at=LATER, state="offered")
    cover = Cover(shift_id=shift.id, leaving_id=queued.id, opened_at=LATER)
    crew.session.add_all([swap, cover])
    undo(crew.session, entry, crew.lead, LATER, REAL)
    for row in (swap, cover):
        crew.session.refresh(row)
    assert (queued.state, swap.state, cover.leaving_id) == ("waiting", "void", None)


def test_undo_of_a_first_placing_takes_off_and_tells(crew: Crew) -> None:
    person, shift = crew.person(), crew.shift()
    entry = place(crew.session, shift, person, crew.lead, NOW, REAL)
    undo(crew.session, entry, crew.lead, NOW, REAL)
    with pytest.raises(Refused, match="taken back already"):
        undo(crew.session, entry, crew.lead, NOW, REAL)
    assert row_of(crew.session, entry).state == "removed"
    assert letters(crew.session, person) == ["placed", "removed"]


def test_undo_of_taking_off_restores_exactly_with_queue_and_swaps(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW, form_key="f")
    other = take(crew.session, crew.shift(WEDNESDAY + DAY), crew.person(), NOW)
    crew.session.add(Swap(mine_id=row.id, theirs_id=other.id, offered_at=NOW, state="offered"))
    row.is_lead = True
    queued = wait(crew.session, shift, crew.person(), NOW)
    before = picture(crew.session)
    entry = take_off(crew.session, row, crew.lead, LATER, REAL)
    assert (row.state, queued.state) == ("removed", "offered")
    assert take_off(crew.session, row, crew.lead, LATER, REAL) is entry
    undo(crew.session, entry, crew.lead, LATER, REAL)
    assert picture(crew.session) == before


def test_undo_is_refused_when_the_place_went_to_somebody(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, crew.person(), NOW)
    entry = take_off(crew.session, row, crew.lead, NOW, REAL)
    answer_offer(crew.session, queued, True, NOW)
    before = picture(crew.session)
    with pytest.raises(Refused, match="changed meanwhile"):
        undo(crew.session, entry, crew.lead, NOW, REAL)
    assert picture(crew.session) == before


def test_undo_puts_nobody_on_what_was_cancelled_since(crew: Crew) -> None:
    shift = crew.shift()
    row = take(crew.session, shift, crew.person(), NOW)
    entry = take_off(crew.session, row, crew.lead, NOW, REAL)
    cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
    with pytest.raises(Refused, match="was cancelled"):
        undo(crew.session, entry, crew.lead, NOW, REAL)


def test_an_offer_about_a_place_that_is_gone_by_now_does_not_come_back(crew: Crew) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    other = take(crew.session, crew.shift(WEDNESDAY + DAY), crew.person(), NOW)
    swap = Swap(mine_id=row.id, theirs_id=other.id, offered_at=NOW, state="offered")
    crew.session.add(swap)
    entry = take_off(crew.session, row, crew.lead, NOW, REAL)
    leave(crew.session, other, NOW, REAL)
    undo(crew.session, entry, crew.lead, NOW, REAL)
    crew.session.refresh(swap)
    assert (row.state, swap.state) == ("taken", "void")


def test_undo_is_refused_when_a_newcomer_took_the_place(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW)
    entry = take_off(crew.session, row, crew.lead, NOW, REAL)
    take(crew.session, shift, crew.person(), NOW)
    with pytest.raises(Refused, match="filled meanwhile"):
        undo(crew.session, entry, crew.lead, NOW, REAL)


def test_undo_of_taking_off_an_overfull_shift_is_exact_too(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW)
    place(crew.session, shift, crew.person(), crew.lead, NOW, REAL, reason="a shadow")
    before = picture(crew.session)
    undo(crew.session, take_off(crew.session, row, crew.lead, NOW, REAL), crew.lead, NOW, REAL)
    assert picture(crew.session) == before


def test_undo_brings_nobody_back_who_is_elsewhere_by_now(crew: Crew) -> None:
    person = crew.person()
    row = take(crew.session, crew.shift(), person, NOW)
    entry = take_off(crew.session, row, crew.lead, NOW, REAL)
    take(crew.session, crew.shift(WEDNESDAY + HOUR), person, NOW)
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert row.state == "removed"


def test_a_person_is_moved_and_moved_back(crew: Crew) -> None:
    here, there = crew.shift(), crew.shift(WEDNESDAY + HOUR)
    person = crew.person()
    row = take(crew.session, here, person, NOW)
    before = picture(crew.session)
    entry = move(crew.session, row, there, crew.lead, NOW, REAL)
    new = row_of(crew.session, entry)
    assert (row.state, new.state, new.shift_id) == ("removed", "taken", there.id)
    assert letters(crew.session, person) == ["confirmed", "removed", "placed"]
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert picture(crew.session)[:1] == before
    assert new.state == "removed"


def test_a_move_leaves_the_place_to_the_queue_and_keeps_the_rules(crew: Crew) -> None:
    here, full = crew.shift(max_people=1), crew.shift(WEDNESDAY + DAY, max_people=1)
    row = take(crew.session, here, crew.person(), NOW)
    queued = wait(crew.session, here, crew.person(), NOW)
    take(crew.session, full, crew.person(), NOW)
    with pytest.raises(NeedsReason):
        move(crew.session, row, full, crew.lead, NOW, REAL)
    move(crew.session, row, full, crew.lead, NOW, REAL, "needed there")
    assert (row.state, queued.state) == ("removed", "offered")
    with pytest.raises(Refused, match="not on this shift"):
        move(crew.session, row, full, crew.lead, NOW, REAL)


def test_a_move_stays_at_its_booth(crew: Crew) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    other = cast.add_booth(crew.session, cast.add_event(crew.session, crew.ours, "SeaGL"))
    elsewhere = cast.add_shift(crew.session, other, WEDNESDAY + DAY)
    for target in (elsewhere, crew.session.get_one(type(elsewhere), row.shift_id)):
        with pytest.raises(Refused, match="another shift of this booth"):
            move(crew.session, row, target, crew.lead, NOW, REAL)


def test_who_is_at_the_booth_is_checked_out_instead(crew: Crew) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    row.arrived_at = WEDNESDAY
    for act in (
        lambda: take_off(crew.session, row, crew.lead, WEDNESDAY, REAL),
        lambda: move(crew.session, row, crew.shift(), crew.lead, WEDNESDAY, REAL),
    ):
        with pytest.raises(Refused, match="check them out"):
            act()


def test_the_lead_of_a_shift_is_set_and_unset(crew: Crew) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    entry = set_lead(crew.session, row, True, crew.lead, NOW, REAL)
    assert row.is_lead
    undo(crew.session, entry, crew.lead, NOW, REAL)
    assert not row.is_lead
    leave(crew.session, row, NOW, REAL)
    with pytest.raises(Refused, match="not on this shift"):
        set_lead(crew.session, row, True, crew.lead, NOW, REAL)
