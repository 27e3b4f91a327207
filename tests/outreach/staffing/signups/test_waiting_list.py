"""The waiting list: who is asked, for how long, and what becomes of the place."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEntry, Message, Person, Shift, SignUp, Swap
from outreach.refusal import Refused
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups import change_shift
from outreach.staffing.signups.assign import take_off
from outreach.staffing.signups.sign_up import take, wait
from outreach.staffing.signups.waiting_list import (
    MOST_SHIFTS,
    answer_offer,
    expire_offers,
    offer_lasts,
)
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


class Line:
    """A shift that is full, and who waits for it."""

    def __init__(self, crew: Crew, waiting: int = 2, places: int = 1) -> None:
        self.crew, self.session = crew, crew.session
        self.shift = crew.shift(max_people=places)
        self.held = [take(self.session, self.shift, crew.person(), NOW) for _ in range(places)]
        self.queue = [wait(self.session, self.shift, crew.person(), NOW) for _ in range(waiting)]

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.queue]


def told(session: Session, kind: str) -> list[int | None]:
    return list(
        session.scalars(select(Message.person_id).where(Message.kind == kind).order_by(Message.id))
    )


@pytest.mark.parametrize(
    ("until", "lasts"),
    [
        (30 * DAY, 24 * HOUR),
        (7 * DAY + MINUTE, 24 * HOUR),
        (7 * DAY, 12 * HOUR),
        (3 * DAY + MINUTE, 12 * HOUR),
        (3 * DAY, 4 * HOUR),
        (DAY + MINUTE, 4 * HOUR),
        (DAY, HOUR),
        (6 * HOUR + MINUTE, HOUR),
        (6 * HOUR, 30 * MINUTE),
        (MINUTE, 30 * MINUTE),
        (-HOUR, 30 * MINUTE),
    ],
)
def test_the_time_to_answer_shrinks(until: timedelta, lasts: timedelta) -> None:
    assert offer_lasts(until) == lasts


def test_a_place_given_up_is_offered_to_the_head_once(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    assert line.states == ["offered", "waiting"]
    head = line.queue[0]
    assert head.offer_ends_at == NOW + 12 * HOUR
    assert told(crew.session, "offered") == [head.person_id]
    leave(crew.session, line.held[0], NOW, REAL)
    assert line.states == ["offered", "waiting"]


def test_an_offer_lasts_no_longer_than_the_shift_is_away(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], WEDNESDAY - 10 * MINUTE, REAL)
    assert line.queue[0].offer_ends_at == WEDNESDAY


def test_nobody_is_asked_once_the_shift_has_begun(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], WEDNESDAY, REAL)
    assert line.states == ["waiting", "waiting"]
    with pytest.raises(Refused, match="has begun"):
        wait(crew.session, line.shift, crew.person(), WEDNESDAY)


def test_the_coordinators_hear_of_a_drop_out_at_once(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    assert told(crew.session, "dropped_out") == [crew.lead.id]
    other = crew.person("Lena Leads")
    cast.name_person(crew.session, crew.event, other, is_lead=True)
    answer_offer(crew.session, line.queue[0], True, NOW)
    leave(crew.session, line.queue[0], NOW, REAL)
    assert told(crew.session, "dropped_out") == [crew.lead.id, other.id]
    leave(crew.session, line.queue[1], NOW, REAL)  # only an offer: nobody was counted on
    assert len(told(crew.session, "dropped_out")) == 2
    acts = crew.session.scalars(select(AuditEntry.act).where(AuditEntry.subject == "sign_up"))
    assert list(acts) == ["withdrew"] * 3


def test_yes_takes_the_place_and_a_second_yes_changes_nothing(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    head = line.queue[0]
    for _ in range(2):
        assert answer_offer(crew.session, head, True, NOW + HOUR) is head
    assert (head.state, head.confirmed_at, head.offer_ends_at) == ("taken", NOW + HOUR, None)
    assert told(crew.session, "confirmed").count(head.person_id) == 1


def test_no_passes_it_on_and_a_second_no_changes_nothing(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    for _ in range(2):
        answer_offer(crew.session, line.queue[0], False, NOW)
    assert line.states == ["passed", "offered"]
    with pytest.raises(Refused, match="passed on"):
        answer_offer(crew.session, line.queue[0], True, NOW)


def test_no_answer_passes_it_on_and_on(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    assert expire_offers(crew.session, NOW + 12 * HOUR - MINUTE) == 0
    assert expire_offers(crew.session, NOW + 12 * HOUR) == 2
    assert line.states == ["passed", "offered"]
    assert expire_offers(crew.session, NOW + 24 * HOUR) == 1
    assert expire_offers(crew.session, NOW + 24 * HOUR) == 0
    assert line.states == ["passed", "passed"]
    assert told(crew.session, "passed") == [one.person_id for one in line.queue]


def test_an_answer_in_the_last_second_counts_and_one_after_it_does_not(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    ends = line.queue[0].offer_ends_at or NOW
    with pytest.raises(Refused, match="has ended"):
        answer_offer(crew.session, line.queue[0], True, ends)
    answer_offer(crew.session, line.queue[0], True, ends - timedelta(seconds=1))
    assert line.states == ["taken", "waiting"]


def test_a_newcomer_gets_what_an_unanswered_offer_leaves(crew: Crew) -> None:
    line = Line(crew, waiting=1)
    leave(crew.session, line.held[0], NOW, REAL)
    newcomer = take(crew.session, line.shift, crew.person(), NOW + 2 * DAY)
    assert (newcomer.state, *line.states) == ("taken", "passed")


def test_who_comes_back_goes_to_the_end(crew: Crew) -> None:
    line = Line(crew, waiting=3)
    first, second, third = line.queue
    leave(crew.session, first, NOW, REAL)
    person = crew.session.get_one(Person, first.person_id)
    assert wait(crew.session, line.shift, person, NOW) is first
    leave(crew.session, line.held[0], NOW, REAL)
    for one in (second, third):
        assert one.state == "offered"
        answer_offer(crew.session, one, False, NOW)
    assert first.state == "offered"


def test_more_places_go_to_as_many_who_wait(crew: Crew) -> None:
    line = Line(crew, waiting=3)
    change_shift.change_shift(crew.session, line.shift, {"max_people": 3}, crew.lead, NOW, REAL)
    assert line.states == ["offered", "offered", "waiting"]


def test_a_person_taken_off_leaves_the_place_to_the_queue(crew: Crew) -> None:
    line = Line(crew)
    take_off(crew.session, line.held[0], crew.lead, NOW, REAL)
    assert line.states == ["offered", "waiting"]


def test_an_overfull_shift_offers_nothing_until_it_is_not(crew: Crew) -> None:
    line = Line(crew, places=3)
    change_shift.change_shift(crew.session, line.shift, {"max_people": 2}, crew.lead, NOW, REAL)
    leave(crew.session, line.held[0], NOW, REAL)
    assert line.states == ["waiting", "waiting"]
    leave(crew.session, line.held[1], NOW, REAL)
    assert line.states == ["offered", "waiting"]


def test_a_yes_that_would_be_a_double_booking_is_refused(crew: Crew) -> None:
    line = Line(crew)
    leave(crew.session, line.held[0], NOW, REAL)
    head = line.queue[0]
    overlapping = crew.shift(WEDNESDAY + HOUR)
    cast.add_sign_up(crew.session, overlapping, crew.session.get_one(Person, head.person_id))
    with pytest.raises(Refused, match="overlaps your shift"):
        answer_offer(crew.session, head, True, NOW)


def test_a_yes_that_breaks_a_rule_by_now_wants_a_reason(crew: Crew) -> None:
    line = Line(crew)
    head = line.queue[0]
    person = crew.session.get_one(Person, head.person_id)
    for hours in (-2, -1):
        take(crew.session, crew.shift(WEDNESDAY + hours * HOUR, 1), person, NOW)
    leave(crew.session, line.held[0], NOW, REAL)
    with pytest.raises(NeedsReason):
        answer_offer(crew.session, head, True, NOW)
    assert answer_offer(crew.session, head, True, NOW, "I like it").reason == "I like it"


def test_offers_to_swap_a_place_given_up_are_void(crew: Crew) -> None:
    mine = take(crew.session, crew.shift(), crew.person(), NOW)
    theirs = take(crew.session, crew.shift(WEDNESDAY + DAY), crew.person(), NOW)
    swap = Swap(mine_id=mine.id, theirs_id=theirs.id, state="offered", offered_at=NOW)
    crew.session.add(swap)
    crew.session.flush()
    leave(crew.session, theirs, NOW, REAL)
    crew.session.refresh(swap)
    assert (swap.state, swap.answered_at) == ("void", NOW)


@pytest.mark.parametrize(
    ("arrived", "now", "sentence"),
    [(None, WEDNESDAY + 2 * HOUR, "is over"), (WEDNESDAY, WEDNESDAY + HOUR, "check out instead")],
)
def test_nobody_withdraws_from_what_was_done(
    crew: Crew, arrived: datetime | None, now: datetime, sentence: str
) -> None:
    row = take(crew.session, crew.shift(), crew.person(), NOW)
    row.arrived_at = arrived
    with pytest.raises(Refused, match=sentence):
        leave(crew.session, row, now, REAL)
    assert row.state == "taken"


def test_the_sweep_offers_what_was_left_lying_and_takes_all_in_turns(crew: Crew) -> None:
    """Where a rule was stopped half way nothing stays free that somebody waits for."""
    people = [crew.person() for _ in range(2)]
    found: list[Shift] = []
    for number in range(MOST_SHIFTS + 3):
        shift = crew.shift(WEDNESDAY + number * 3 * HOUR, max_people=1)
        cast.add_sign_up(crew.session, shift, people[number % 2], "waiting", queue_no=1)
        found.append(shift)
    assert expire_offers(crew.session, NOW) == MOST_SHIFTS
    assert expire_offers(crew.session, NOW) == 3
    assert expire_offers(crew.session, NOW) == 0
    offered = select(func.count()).select_from(SignUp).where(SignUp.state == "offered")
    assert crew.session.scalar(offered) == len(found)


def test_shifts_whose_queues_cannot_come_do_not_hold_up_the_sweep(crew: Crew) -> None:
    busy = crew.person()
    take(crew.session, crew.shift(WEDNESDAY - HOUR, hours=3), busy, NOW, reason="long")
    for _ in range(MOST_SHIFTS):
        cast.add_sign_up(crew.session, crew.shift(), busy, "waiting", queue_no=1)
    free = cast.add_sign_up(crew.session, crew.shift(), crew.person(), "waiting", queue_no=1)
    assert expire_offers(crew.session, NOW) == 1
    assert free.state == "offered"
    assert expire_offers(crew.session, NOW) == 0
