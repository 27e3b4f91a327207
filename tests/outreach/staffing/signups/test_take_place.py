"""Sign-up: who gets a place, who is refused and in which words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Message, Shift, SignUp
from outreach.refusal import Refused
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups import change_shift
from outreach.staffing.signups.locks import Gone
from outreach.staffing.signups.sign_up import Full, take, wait
from outreach.staffing.signups.waiting_list import queue_place
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import CountQueries
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def letters(session: Session) -> list[tuple[str, int | None]]:
    mails = session.scalars(select(Message).order_by(Message.id))
    return [(mail.kind, mail.person_id) for mail in mails]


def refusal(crew: Crew, shift: Shift, now: datetime = NOW, **person: Any) -> str:
    with pytest.raises(Refused) as refused:
        take(crew.session, shift, crew.person(**person), now)
    return refused.value.sentence


def test_a_place_is_taken_confirmed_and_told(crew: Crew) -> None:
    person = crew.person()
    row = take(crew.session, crew.shift(), person, NOW)
    assert (row.state, row.confirmed_at, row.reason, row.placed_by_id) == ("taken", NOW, "", None)
    assert letters(crew.session) == [("confirmed", person.id)]


def test_the_last_place_goes_to_one_and_the_next_hears_of_the_queue(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    take(crew.session, shift, crew.person(), NOW)
    assert refusal(crew, shift) == "Wed 13:00 is full; you would be first on the waiting list."
    queued = crew.person()
    wait(crew.session, shift, queued, NOW)
    assert refusal(crew, shift) == "Wed 13:00 is full; you would be second on the waiting list."
    with pytest.raises(Full) as full:
        take(crew.session, shift, queued, NOW)
    assert full.value.sentence == "Wed 13:00 is full; you are first on the waiting list."
    assert full.value.queue_place == 1


def test_the_same_person_twice_is_one_place(crew: Crew) -> None:
    shift, person = crew.shift(), crew.person()
    first = take(crew.session, shift, person, NOW, form_key="a")
    assert take(crew.session, shift, person, NOW, form_key="b") is first
    assert wait(crew.session, shift, person, NOW) is first
    assert crew.session.scalar(select(func.count()).select_from(SignUp)) == 1
    assert len(letters(crew.session)) == 1


def test_the_same_form_twice_is_one_place_whoever_sends_it(crew: Crew) -> None:
    shift = crew.shift()
    first = take(crew.session, shift, crew.person(), NOW, form_key="a")
    assert take(crew.session, shift, crew.person(), NOW, form_key="a") is first
    assert wait(crew.session, shift, crew.person(), NOW, form_key="a") is first
    assert take(crew.session, crew.shift(), crew.person(), NOW, form_key="a") is not first


def test_a_form_replayed_after_withdrawal_signs_nobody_up_again(crew: Crew) -> None:
    shift, person = crew.shift(), crew.person()
    row = take(crew.session, shift, person, NOW, form_key="a")
    leave(crew.session, row, NOW, REAL)
    for act in (take, wait):
        with pytest.raises(Refused, match="This form was used before"):
            act(crew.session, shift, person, NOW, form_key="a")
    assert row.state == "left"
    assert take(crew.session, shift, person, NOW, form_key="b") is row
    assert (row.state, row.form_key) == ("taken", "b")


def test_who_comes_back_is_free_of_what_was(crew: Crew) -> None:
    person, shift = crew.person(), crew.shift()
    row = take(crew.session, shift, person, NOW)
    row.is_lead, row.stays_on_at, row.placed_by_id = True, NOW, crew.lead.id
    leave(crew.session, row, NOW, REAL)
    take(crew.session, shift, person, NOW)
    assert (row.is_lead, row.stays_on_at, row.placed_by_id) == (False, None, None)


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (WEDNESDAY + 2 * HOUR, "Wed 13:00 is over."),
        (WEDNESDAY + 9 * HOUR, "Wed 13:00 is over."),
        # Sunday 28 July less 29 days, at midnight in Denver.
        (datetime(2024, 6, 29, 5, 59, tzinfo=UTC), "Sign-up for SIGGRAPH opens on Sat 29 Jun."),
    ],
)
def test_it_is_open_from_a_day_of_the_venue_until_the_shift_ends(
    crew: Crew, at: datetime, sentence: str
) -> None:
    assert refusal(crew, crew.shift(), at) == sentence


@pytest.mark.parametrize(
    "at", [datetime(2024, 6, 29, 6, tzinfo=UTC), WEDNESDAY, WEDNESDAY + HOUR + 59 * HOUR / 60]
)
def test_a_shift_that_goes_on_can_still_be_joined(crew: Crew, at: datetime) -> None:
    assert take(crew.session, crew.shift(), crew.person(), at).state == "taken"


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Pacific/Auckland", datetime(2024, 6, 28, 12, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2024, 6, 28, 10, tzinfo=UTC)),
        (None, datetime(2024, 6, 29, tzinfo=UTC)),
    ],
)
def test_the_day_it_opens_is_the_venues(crew: Crew, zone: str | None, opens: datetime) -> None:
    crew.event.timezone = zone
    shift = crew.shift()
    assert "opens on Sat 29 Jun" in refusal(crew, shift, opens - timedelta(seconds=1))
    assert take(crew.session, shift, crew.person(), opens).state == "taken"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("no_go", "We do not go to SIGGRAPH."),
        ("cancelled", "SIGGRAPH was cancelled."),
    ],
)
def test_not_where_we_do_not_go(session: Session, state: str, sentence: str) -> None:
    crew = Crew(session, decided=None)
    shift = crew.shift()
    cast.add_decision(session, crew.event, state, reason="no")
    assert refusal(crew, shift) == sentence


@pytest.mark.parametrize("state", [None, "proposed"])
def test_while_it_is_still_decided(session: Session, state: str | None) -> None:
    crew = Crew(session, decided=state)
    assert take(session, crew.shift(), crew.person(), NOW).state == "taken"


def test_not_on_a_cancelled_shift_nor_in_a_removed_foundation(crew: Crew) -> None:
    shift = crew.shift()
    change_shift.cancel_shift(crew.session, shift, crew.lead, NOW, REAL)
    assert refusal(crew, shift) == "Wed 13:00 was cancelled."
    crew.ours.removed_at = NOW
    assert refusal(crew, shift) == "The pages of this foundation were removed."


def test_nobody_of_another_foundation(crew: Crew) -> None:
    theirs = cast.add_clocked(crew.session, "theirs")
    assert "another foundation" in refusal(crew, crew.shift(), foundation=theirs)


def test_a_shift_that_was_removed_meanwhile_is_gone(crew: Crew) -> None:
    shift, person = crew.shift(), crew.person()
    change_shift.clear_shifts(crew.session, [shift.id], crew.lead, NOW, REAL)
    with pytest.raises(Gone):
        take(crew.session, shift, person, NOW)


def test_a_double_booking_is_refused_whatever_the_reason(crew: Crew) -> None:
    person = crew.person()
    take(crew.session, crew.shift(), person, NOW)
    for act in (take, wait):
        with pytest.raises(Refused) as refused:
            act(crew.session, crew.shift(WEDNESDAY + HOUR), person, NOW, reason="I run fast")
        assert refused.value.sentence == "Wed 31 Jul, 14:00–16:00 overlaps your shift Wed 13:00."
    assert not isinstance(refused.value, NeedsReason)


def test_an_offered_place_is_a_place(crew: Crew) -> None:
    shift, person = crew.shift(max_people=1), crew.person()
    row = take(crew.session, shift, crew.person(), NOW)
    wait(crew.session, shift, person, NOW)
    leave(crew.session, row, NOW, REAL)
    with pytest.raises(Refused, match="overlaps your shift Wed 13:00"):
        take(crew.session, crew.shift(WEDNESDAY + HOUR), person, NOW)


def test_a_broken_rule_wants_a_reason_and_keeps_it(crew: Crew) -> None:
    person = crew.person()
    for number in (-2, -1):
        take(crew.session, crew.shift(WEDNESDAY + number * HOUR, 1), person, NOW)
    third = crew.shift(hours=1)
    with pytest.raises(NeedsReason) as refused:
        take(crew.session, third, person, NOW)
    assert [one.code for one in refused.value.breaches] == ["row"]
    row = take(crew.session, third, person, NOW, reason="  nobody\n else is there ")
    assert row.reason == "nobody else is there"
    other = take(crew.session, crew.shift(WEDNESDAY + DAY), person, NOW, reason="just so")
    assert other.reason == ""


def test_a_first_timer_does_not_fill_a_slot_of_first_timers(crew: Crew) -> None:
    shift = crew.shift(max_people=2)
    take(crew.session, shift, crew.person(is_experienced=False), NOW)
    crew.person()
    assert refusal(crew, shift, is_experienced=False) == (
        "The last place on Wed 13:00 is kept for somebody who has stood at a booth before;"
        " you would be first on the waiting list."
    )
    waits = wait(crew.session, shift, crew.person(is_experienced=False), NOW)
    assert waits.state == "waiting"
    assert take(crew.session, shift, crew.person(), NOW).state == "taken"


def test_where_nobody_has_experience_first_timers_fill_a_slot(crew: Crew) -> None:
    shift = crew.shift(max_people=2)
    for _place in range(2):
        take(crew.session, shift, crew.person(is_experienced=False), NOW)
    assert "is full" in refusal(crew, shift, is_experienced=False)


def test_a_new_sign_up_does_not_jump_the_queue(crew: Crew) -> None:
    shift, first = crew.shift(max_people=1), crew.person()
    take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, first, NOW)
    shift.max_people = 2  # nobody has been asked yet
    with pytest.raises(Full):
        take(crew.session, shift, crew.person(), NOW)
    assert queued.state == "offered"


def test_whose_turn_it_is_takes_the_free_place(crew: Crew) -> None:
    shift, first = crew.shift(max_people=1), crew.person()
    take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, first, NOW)
    shift.max_people = 2
    assert take(crew.session, shift, first, NOW) is queued
    assert queued.state == "taken"


def test_nobody_holds_up_the_queue_who_cannot_come(crew: Crew) -> None:
    shift, busy = crew.shift(max_people=1), crew.person()
    row = take(crew.session, shift, crew.person(), NOW)
    queued = wait(crew.session, shift, busy, NOW)
    take(crew.session, crew.shift(WEDNESDAY + HOUR), busy, NOW)
    leave(crew.session, row, NOW, REAL)
    assert queued.state == "waiting"
    assert take(crew.session, shift, crew.person(), NOW).state == "taken"


@pytest.mark.parametrize(
    ("place", "word"),
    [(1, "first"), (8, "eighth"), (9, "9th"), (11, "11th"), (21, "21st"), (112, "112th"),
     (42, "42nd"), (103, "103rd")],
)  # fmt: skip
def test_a_place_in_the_queue_is_said_as_people_say_it(place: int, word: str) -> None:
    assert f"would be {word} on the waiting list" in Full("Wed 13:00", place, False, False).sentence


def test_the_queue_counts_who_is_before(crew: Crew) -> None:
    shift = crew.shift(max_people=1)
    row = take(crew.session, shift, crew.person(), NOW)
    queued = [wait(crew.session, shift, crew.person(), NOW) for _ in range(3)]
    assert [queue_place(crew.session, one) for one in (row, *queued)] == [0, 1, 2, 3]
    leave(crew.session, queued[0], NOW, REAL)
    assert [queue_place(crew.session, one) for one in queued] == [0, 1, 2]


def test_a_sign_up_and_its_refusal_are_a_handful_of_statements(
    crew: Crew, count_queries: CountQueries
) -> None:
    shift = crew.shift(max_people=1)
    first, second = crew.person(), crew.person()
    crew.session.flush()
    with count_queries() as accepting:
        take(crew.session, shift, first, NOW, form_key="a")
    with count_queries() as refusing, pytest.raises(Full):
        take(crew.session, shift, second, NOW, form_key="b")
    assert len(refusing) <= len(accepting) <= 8
