"""Whatever people do and in whatever order: a shift and its sign-ups stay in order.

One example is one transaction that is rolled back; a refused act is a savepoint that is.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Cover, CoverAsk, Person, Shift, SignUp, Swap
from models.staffing import HOLDING
from outreach.accounts import history
from outreach.refusal import Refused
from outreach.staffing.booth.booths import slot_of
from outreach.staffing.cover import questions, swaps
from outreach.staffing.rules import Commitment, Rules, is_double_booked
from outreach.staffing.signups import assign, change_shift, sign_up, waiting_list
from outreach.staffing.signups.attendance import check_in
from outreach.staffing.signups.withdraw import leave
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew
from tests.sampling import times

HOUR = timedelta(hours=1)
STARTS = (0, 1, 2, 24)
"""Hours after Wednesday at one: the second overlaps its neighbours."""
PEOPLE = 5
RULES = Rules()

OFTEN = "take wait leave answer place offer_swap answer_swap ask_for_cover answer_cover undo"
SELDOM = "take_off move resize put_off cancel take_swap_back close_cover time_passes sweep"
ACTS = [*OFTEN.split() * 2, *SELDOM.split(), "be_there", "be_there"]
reasons = st.sampled_from(["because", ""])
picks = st.integers(0, 11)


class Draw(NamedTuple):
    """What chance says about an act: which rows, yes or no, and why."""

    a: int
    b: int
    yes: bool
    reason: str


GONE = {"left", "removed", "passed"}
LIVING = {*HOLDING, "waiting"}
Seen = dict[tuple[int, int], tuple[str, int | None, bool]]
"""Of each shift and person the state, the place in the queue, and whether they hold a place."""
WAYS_IN = {(old, "taken") for old in (None, "offered", "waiting", *GONE)}
BY_ACT: dict[str, set[tuple[str | None, str]]] = {
    "take": WAYS_IN,
    "wait": {(old, "waiting") for old in (None, *GONE)},
    "leave": {(old, "left") for old in LIVING},
    "answer": {("offered", "taken"), ("offered", "passed")},
    "place": WAYS_IN,
    "take_off": {(old, "removed") for old in LIVING},
    "move": {("taken", "removed"), *WAYS_IN},
    "cancel": {(old, "removed") for old in LIVING},
    "swap": {("taken", "left"), *WAYS_IN} - {("offered", "taken")},
    "cover": {("taken", "left"), *WAYS_IN},
}
"""The only ways out of a state, by what is done; Undo goes back along them."""
BY_THE_QUEUE = {("waiting", "offered"), ("offered", "passed"), (None, "offered")} | {
    (old, "offered") for old in GONE
}
"""What follows of itself where a place is free or an offer has run out."""


class Booth(RuleBasedStateMachine):
    """A booth with four shifts and five people who do whatever they may."""

    session: Session

    @initialize()
    def open(self) -> None:
        """Begin with some places taken and a queue, so that acts find something to act on."""
        self.crew = Crew(self.session)
        self.now = NOW
        self.people = [self.crew.person().id for _ in range(PEOPLE)]
        self.shifts = [
            self.crew.shift(WEDNESDAY + hours * HOUR, max_people=2 - number % 2).id
            for number, hours in enumerate(STARTS)
        ]
        self.entries: list[AuditEntry] = []
        for person, shift in ((0, 0), (1, 0), (2, 1), (3, 3)):
            sign_up.take(self.session, self.shift(shift), self.person(person), NOW)
        sign_up.wait(self.session, self.shift(1), self.person(4), NOW)

    @rule(act=st.sampled_from(ACTS), a=picks, b=picks, yes=st.booleans(), reason=reasons)
    def somebody_does(self, act: str, a: int, b: int, yes: bool, reason: str) -> None:
        getattr(self, act)(Draw(a, b, yes, reason))

    def teardown(self) -> None:
        self.session.rollback()

    # What people do: of people, shifts and rows the one that a number picks

    def take(self, do: Draw) -> None:
        self.do("take", lambda: sign_up.take(
            self.session, self.shift(do.b), self.person(do.a), self.now, reason=do.reason
        ))  # fmt: skip

    def wait(self, do: Draw) -> None:
        self.do("wait", lambda: sign_up.wait(
            self.session, self.shift(do.b), self.person(do.a), self.now, reason=do.reason
        ))  # fmt: skip

    def leave(self, do: Draw) -> None:
        self.with_row(LIVING, do, "leave", lambda row: leave(self.session, row, self.now, REAL))

    def answer(self, do: Draw) -> None:
        self.with_row({"offered"}, do, "answer", lambda row: waiting_list.answer_offer(
            self.session, row, do.yes, self.now, do.reason))  # fmt: skip

    def place(self, do: Draw) -> None:
        self.do("place", lambda: assign.place(
            self.session, self.shift(do.b), self.person(do.a), self.crew.lead, self.now, REAL,
            reason=do.reason), may_overfill=bool(do.reason))  # fmt: skip

    def take_off(self, do: Draw) -> None:
        self.with_row(LIVING, do, "take_off", lambda row: assign.take_off(
            self.session, row, self.crew.lead, self.now, REAL))  # fmt: skip

    def move(self, do: Draw) -> None:
        self.with_row({"taken"}, do, "move", lambda row: assign.move(
            self.session, row, self.shift(do.b), self.crew.lead, self.now, REAL, do.reason),
            may_overfill=bool(do.reason))  # fmt: skip

    def resize(self, do: Draw) -> None:
        self.change(do, {"min_people": 1, "max_people": 1 + do.a % 3})

    def put_off(self, do: Draw) -> None:
        row, hours = self.shift(do.b), (-1, 1, 2)[do.a % 3] * HOUR
        self.change(do, {"starts_at": row.starts_at + hours, "ends_at": row.ends_at + hours})

    def change(self, do: Draw, facts: dict[str, Any]) -> None:
        self.do("change", lambda: change_shift.change_shift(
            self.session, self.shift(do.b), facts, self.crew.lead, self.now, REAL))  # fmt: skip

    def cancel(self, do: Draw) -> None:
        self.do("cancel", lambda: change_shift.cancel_shift(
            self.session, self.shift(do.b), self.crew.lead, self.now, REAL))  # fmt: skip

    def undo(self, do: Draw) -> None:
        """Take one of the last acts back, whatever it was."""
        if not self.entries:
            return
        entry = self.entries[-1 - do.a % min(3, len(self.entries))]
        self.do("undo", lambda: history.undo(self.session, entry, self.crew.lead, self.now, REAL),
                may_overfill=True)  # fmt: skip

    def offer_swap(self, do: Draw) -> None:
        theirs = self.find(SignUp, SignUp.state == "taken", pick=do.b)
        if theirs is not None:
            self.with_row({"taken"}, do, "offer", lambda row: swaps.offer_swap(
                self.session, row, theirs, self.now, REAL))  # fmt: skip

    def answer_swap(self, do: Draw) -> None:
        swap = self.find(Swap, Swap.state == "offered", pick=do.a)
        if swap is not None:
            self.do("swap", lambda: swaps.answer_swap(
                self.session, swap, do.yes, self.now, REAL))  # fmt: skip

    def take_swap_back(self, do: Draw) -> None:
        swap = self.find(Swap, Swap.state == "offered", pick=do.a)
        if swap is not None:
            self.do("back", lambda: swaps.take_swap_back(self.session, swap, self.now, REAL))

    def ask_for_cover(self, do: Draw) -> None:
        """Ask two people about a gap, or to take the place of somebody who leaves."""
        on_it = SignUp.shift_id == self.shift(do.b).id, SignUp.state == "taken"
        leaving = self.find(SignUp, *on_it, pick=do.a) if do.yes else None
        asked = [self.person(do.a + one).id for one in (1, 2)]
        self.do("ask", lambda: questions.open_cover(
            self.session, self.shift(do.b), asked, self.crew.lead, self.now, REAL, leaving
        ))  # fmt: skip

    def answer_cover(self, do: Draw) -> None:
        ask = self.find(CoverAsk, pick=do.a)
        if ask is not None:
            cover = self.session.get_one(Cover, ask.cover_id)
            person = self.session.get_one(Person, ask.person_id)
            self.do("cover", lambda: questions.answer_cover(
                self.session, cover, person, do.yes, self.now, REAL, do.reason))  # fmt: skip

    def close_cover(self, do: Draw) -> None:
        cover = self.find(Cover, Cover.closed_at.is_(None), pick=do.a)
        if cover is not None:
            self.do("close", lambda: questions.close_cover(
                self.session, cover, self.crew.lead, self.now, REAL))  # fmt: skip

    def be_there(self, do: Draw) -> None:
        """On the day of whatever somebody is on."""
        act = ("check_in", "check_in", "check_out", "stay_on", "miss")[do.b % 5]
        row = self.find(SignUp, SignUp.state == "taken", pick=do.a)
        if row is not None:
            starts = self.session.get_one(Shift, row.shift_id).starts_at
            self.now = max(self.now, starts + (do.b % 3 - 1) * HOUR)
        self.with_row({"taken"}, do, act, lambda row: getattr(check_in, act)(
            self.session, row, self.crew.lead, self.now, REAL))  # fmt: skip

    # What time does

    def time_passes(self, do: Draw) -> None:
        self.now += (1, 3, 13, 25)[do.a % 4] * HOUR

    def sweep(self, _do: Draw) -> None:
        """Nothing is free any more that somebody waits for who could come."""
        self.do("sweep", self.sweep_all)
        for shift in self.all(Shift):
            held = sum(row.holds_place for row in self.on(shift))
            if shift.cancelled_at or self.now >= shift.starts_at or held >= shift.max_people:
                continue
            waiting = [row.person_id for row in self.on(shift) if row.state == "waiting"]
            assert [one for one in waiting if not self.is_busy(one, shift)] == []
        assert [row for row in self.all(SignUp)
                if row.state == "offered" and row.offer_ends_at <= self.now] == []  # fmt: skip

    def sweep_all(self) -> None:
        while waiting_list.expire_offers(self.session, self.now):
            pass

    # What always holds

    @invariant()
    def everything_is_in_order(self) -> None:
        rows, all_shifts = self.all(SignUp), self.all(Shift)
        keys = Counter((row.shift_id, row.person_id) for row in rows)
        assert set(keys.values()) <= {1}, "one row per person and shift"
        busy = self.doing(rows, all_shifts)
        for shift in all_shifts:
            living = [row for row in rows if row.shift_id == shift.id and row.state in LIVING]
            assert shift.cancelled_at is None or not living, "nobody on what was cancelled"
            slot = slot_of(shift, self.crew.event)
            for row in living:
                if row.holds_place:
                    assert not is_double_booked(slot, busy[row.person_id], RULES), "two places"
        assert {row.state for row in rows if row.arrived_at is not None} <= {"taken"}
        self.look_at_questions({row.id: row for row in rows}, all_shifts)

    def look_at_questions(self, rows: dict[int, SignUp], all_shifts: list[Shift]) -> None:
        """Open offers to swap and calls for cover are about places that are held."""
        for swap in self.all(Swap, Swap.state == "offered"):
            assert {rows[swap.mine_id].state, rows[swap.theirs_id].state} == {"taken"}
        cancelled = {shift.id for shift in all_shifts if shift.cancelled_at is not None}
        calls = {cover.id: cover for cover in self.all(Cover)}
        for cover in calls.values():
            if cover.closed_at is None:
                assert cover.shift_id not in cancelled
                assert cover.leaving_id is None or rows[cover.leaving_id].state == "taken"
        for ask in self.all(CoverAsk, CoverAsk.state == "asked"):
            assert calls[ask.cover_id].closed_at is None

    # How it is looked at

    def do(self, act: str, what: Callable[[], object], *, may_overfill: bool = False) -> None:
        """Do one act, or nothing where it is refused, and look at every way that rows went."""
        before = self.look()
        nested = self.session.begin_nested()
        try:
            what()
            self.session.flush()
            nested.commit()
        except Refused:
            nested.rollback()
            self.session.expire_all()
            history.take_fresh(self.session)
            assert self.look() == before
            return
        self.session.expire_all()
        self.entries += history.take_fresh(self.session)
        self.judge(act, before, may_overfill)

    def judge(
        self,
        act: str,
        before: Seen,
        may_overfill: bool,
    ) -> None:
        after = self.look()
        assert before.keys() <= after.keys()
        went = {(before.get(key, (None, None))[0], new[0]) for key, new in after.items()
                if before.get(key, (None,))[0] != new[0]}  # fmt: skip
        if act == "undo":
            backwards = {(new, old) for ways in BY_ACT.values() for old, new in ways}
            allowed = backwards | {(old, "removed") for old in LIVING} | {("offered", "waiting")}
            allowed |= BY_THE_QUEUE | {("passed", "offered")}
            # What is put back may be an offer that has run out meanwhile, or wait for a free place
            allowed |= {(new, then) for new, old in allowed for since, then in BY_THE_QUEUE
                        if since == old}  # fmt: skip
        else:
            allowed = BY_ACT.get(act, set()) | BY_THE_QUEUE
        assert went <= allowed, (act, went - allowed)
        for shift in self.all(Shift):
            held, was = (
                sum(key[0] == shift.id and row[2] for key, row in rows.items())
                for rows in (after, before)
            )
            assert may_overfill or held <= max(shift.max_people, was)
            if act != "undo":
                self.judge_queue(shift, before, after)

    def judge_queue(self, shift: Shift, before: Any, after: Any) -> None:
        """Of those who wait nobody is passed over who could come, and nobody changes places."""
        stay = [key for key in before if key[0] == shift.id and before[key][0] == "waiting"
                and after[key][0] == "waiting"]  # fmt: skip
        assert all(before[key][1] == after[key][1] for key in stay)
        asked = [before[key][1] for key in before if key[0] == shift.id
                 and (before[key][0], after[key][0]) == ("waiting", "offered")]  # fmt: skip
        for key in stay:
            passed_over = any((before[key][1], key) < (number, key) for number in asked)
            is_newcomer = not self.session.get_one(Person, key[1]).is_experienced
            assert not passed_over or is_newcomer or self.is_busy(key[1], shift)

    def look(self) -> Seen:
        return {
            (row.shift_id, row.person_id): (row.state, row.queue_no, row.holds_place)
            for row in self.all(SignUp)
        }

    def doing(self, rows: list[SignUp], all_shifts: list[Shift]) -> dict[int, list[Commitment]]:
        """Tell what everybody is on, by their numbers."""
        by_id = {shift.id: shift for shift in all_shifts}
        found: dict[int, list[Commitment]] = {person: [] for person in self.people}
        for row in rows:
            if row.holds_place:
                on, event = by_id[row.shift_id], self.crew.event
                found[row.person_id].append(
                    Commitment(on.starts_at, on.ends_at, "shift", "", event.id, None, on.id)
                )
        return found

    def is_busy(self, person_id: int, shift: Shift) -> bool:
        doing = self.doing(self.all(SignUp), self.all(Shift))[person_id]
        return is_double_booked(slot_of(shift, self.crew.event), doing, RULES)

    def with_row(
        self, states: set[str], do: Draw, act: str, what: Callable[[SignUp], object], **how: bool
    ) -> None:
        row = self.find(SignUp, SignUp.state.in_(states), pick=do.a)
        if row is not None:
            self.do(act, lambda: what(row), **how)

    def find(self, model: Any, *where: Any, pick: int) -> Any:
        found = self.all(model, *where)
        return found[pick % len(found)] if found else None

    def all(self, model: Any, *where: Any) -> list[Any]:
        keys = model.__table__.primary_key.columns
        return list(self.session.scalars(select(model).where(*where).order_by(*keys)))

    def on(self, shift: Shift) -> list[SignUp]:
        return self.all(SignUp, SignUp.shift_id == shift.id)

    def shift(self, number: int) -> Shift:
        return self.session.get_one(Shift, self.shifts[number % len(STARTS)])

    def person(self, number: int) -> Person:
        return self.session.get_one(Person, self.people[number % PEOPLE])


@pytest.mark.sampled
def test_a_booth_stays_in_order(session: Session) -> None:
    class OnThisDatabase(Booth):
        pass

    OnThisDatabase.session = session
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=times(8, 400),
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
