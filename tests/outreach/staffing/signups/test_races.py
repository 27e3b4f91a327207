"""Everybody at once: no place twice, nobody twice, nothing lost, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from itertools import count
from random import Random
from threading import Barrier, Thread
from threading import Event as Signal
from time import sleep

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import AuditEntry, BlockedAddress, Booth, Event, Message, Person, Shift, SignUp
from models.staffing import HOLDING
from outreach.accounts.addresses import Newcomer, new_person
from outreach.accounts.history import TakenBack, undo
from outreach.refusal import Refused
from outreach.staffing.signups import locks
from outreach.staffing.signups.assign import move, place, take_off
from outreach.staffing.signups.change_shift import cancel_shift, change_shift, clear_shifts
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.sign_up import Full, Wish, foresee, join, take, wait
from outreach.staffing.signups.states import Origin
from outreach.staffing.signups.waiting_list import answer_offer, expire_offers
from outreach.staffing.signups.withdraw import WITHDREW, leave
from outreach.staffing.volunteers.one_person import check_contact, disown
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLIENTS = 32
NUMBERS = count()
"""Of the foundations: a test may set the scene several times."""

Act = Callable[[Session], object]


class Scene:
    """A stored crew by its numbers, and acts that many do at once, each in its transaction."""

    def __init__(self, stored: Stored, people: int, **shifts: int) -> None:
        self.stored = stored
        with stored() as session:
            crew = Crew(session, f"ours{next(NUMBERS)}")
            self.lead = crew.lead.id
            self.people = [crew.person().id for _ in range(people)]
            self.shifts = [crew.shift(max_people=most).id for most in shifts.values()]

    def together(self, acts: Sequence[Act]) -> list[object]:
        """Do the acts at once; return what each returned, or its refusal. Others raise."""
        ready, results = Barrier(len(acts)), list[object]([None] * len(acts))

        def run(number: int) -> None:
            ready.wait()
            try:
                with self.stored() as session:
                    results[number] = acts[number](session)
            except Exception as error:
                results[number] = error

        threads = [Thread(target=run, args=[number]) for number in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        broken = [one for one in results if isinstance(one, Exception)]
        assert [one for one in broken if not isinstance(one, Refused)] == []
        return results

    def do(self, act: Act) -> object:
        """Do one act by itself."""
        with self.stored() as session:
            return act(session)

    def states(self, shift: int = 0) -> Counter[str]:
        """Count the states of who is on a shift."""
        with self.stored() as session:
            rows = select(SignUp.state).where(SignUp.shift_id == self.shifts[shift])
            return Counter(session.scalars(rows))

    def takes(self, person: int, shift: int = 0, form: str | None = None) -> Act:
        return lambda session: (
            take(session, *self._both(session, person, shift), NOW, form_key=form).state
        )

    def waits(self, person: int, shift: int = 0) -> Act:
        return lambda session: wait(session, *self._both(session, person, shift), NOW).state

    def leaves(self, person: int, shift: int = 0) -> Act:
        return lambda session: leave(session, self._row(session, person, shift), NOW, REAL)

    def says(self, yes: bool, person: int, shift: int = 0) -> Act:
        return lambda session: (
            answer_offer(session, self._row(session, person, shift), yes, NOW).state
        )

    def places(self, person: int, shift: int = 0, reason: str = "") -> Act:
        def act(session: Session) -> int:
            one, other = self._both(session, person, shift)
            return place(session, one, other, self._lead(session), NOW, REAL, reason=reason).id

        return act

    def takes_off(self, person: int, shift: int = 0) -> Act:
        def act(session: Session) -> int:
            row = self._row(session, person, shift)
            return take_off(session, row, self._lead(session), NOW, REAL).id

        return act

    def moves(self, person: int, shift: int, to: int) -> Act:
        def act(session: Session) -> int:
            row, target = self._row(session, person, shift), self._shift(session, to)
            return move(session, row, target, self._lead(session), NOW, REAL, "needed").id

        return act

    def changes(self, shift: int = 0, **facts: object) -> Act:
        def act(session: Session) -> int:
            row = self._shift(session, shift)
            return change_shift(session, row, facts, self._lead(session), NOW, REAL).id

        return act

    def cancels(self, shift: int = 0) -> Act:
        def act(session: Session) -> int:
            row = self._shift(session, shift)
            return cancel_shift(session, row, self._lead(session), NOW, REAL).id

        return act

    def undoes(self, entry: object) -> Act:
        def act(session: Session) -> object:
            line, lead = session.get_one(AuditEntry, entry), self._lead(session)
            return undo(session, line, lead, NOW, REAL)

        return act

    def clears(self, shift: int = 0) -> Act:
        def act(session: Session) -> None:
            clear_shifts(session, [self.shifts[shift]], self._lead(session), NOW, REAL)

        return act

    def _both(self, session: Session, person: int, shift: int) -> tuple[Shift, Person]:
        return self._shift(session, shift), session.get_one(Person, self.people[person])

    def _lead(self, session: Session) -> Person:
        return session.get_one(Person, self.lead)

    def _shift(self, session: Session, shift: int) -> Shift:
        found = session.get(Shift, self.shifts[shift])
        if found is None:
            raise Refused("gone")
        return found

    def _row(self, session: Session, person: int, shift: int) -> SignUp:
        found = session.scalar(
            select(SignUp).where(
                SignUp.person_id == self.people[person], SignUp.shift_id == self.shifts[shift]
            )
        )
        if found is None:
            raise Refused("nobody")
        return found


def refusals(results: list[object]) -> list[Refused]:
    return [one for one in results if isinstance(one, Refused)]


def test_the_last_place_goes_to_one_of_many(stored: Stored) -> None:
    scene = Scene(stored, CLIENTS, one=1)
    results = scene.together([scene.takes(number) for number in range(CLIENTS)])
    assert results.count("taken") == 1
    lost = refusals(results)
    assert [type(one) for one in lost] == [Full] * (CLIENTS - 1)
    assert {one.queue_place for one in lost if isinstance(one, Full)} == {1}
    assert scene.states() == {"taken": 1}


def test_everybody_finds_a_place_of_their_own_in_the_queue(stored: Stored) -> None:
    scene = Scene(stored, 17, one=1)
    scene.do(scene.takes(16))
    scene.together([scene.waits(number) for number in range(16)])
    with stored() as session:
        numbers = list(session.scalars(select(SignUp.queue_no).where(SignUp.state == "waiting")))
    assert sorted(number or 0 for number in numbers) == list(range(1, 17))


@pytest.mark.parametrize("queue", [0, 2])
def test_who_takes_a_withdrawal_back_has_the_place_or_a_sentence(
    stored: Stored, queue: int
) -> None:
    scene = Scene(stored, 10, one=2)
    for person in range(2):
        scene.do(scene.takes(person))
    for person in range(2, 2 + queue):
        scene.do(scene.waits(person))
    scene.do(scene.leaves(0))
    with stored() as session:
        newest = select(AuditEntry.id).where(AuditEntry.act == WITHDREW).order_by(AuditEntry.id)
        entry = session.scalars(newest).all()[-1]
    rivals = [scene.takes(person) for person in range(2 + queue, 10)]
    accepts = [scene.says(True, 2)] if queue else []
    results = scene.together([scene.undoes(entry), *accepts, *rivals, scene.undoes(entry)])
    held = scene.states()
    assert held["taken"] + held["offered"] == 2
    assert len([one for one in results if isinstance(one, TakenBack)]) <= 1


def test_a_double_click_and_a_replay_sign_up_once(stored: Stored) -> None:
    scene = Scene(stored, 1, one=3)
    results = scene.together([scene.takes(0, form="f") for _ in range(8)])
    assert results == ["taken"] * 8
    assert scene.states() == {"taken": 1}
    with stored() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1
    scene.do(scene.leaves(0))
    results = scene.together([scene.takes(0, form="f") for _ in range(8)])
    assert len(refusals(results)) == 8
    assert scene.states() == {"left": 1}


def test_a_newcomers_double_click_makes_one_person(stored: Stored) -> None:
    scene = Scene(stored, 0, one=3)

    def sign_up(session: Session) -> int:
        shift = session.get_one(Shift, scene.shifts[0])
        sol = new_person(Crew.foundation_of(session, shift), "Sol", "sol@example.net", NOW)
        return take(session, shift, sol, NOW, form_key="f", reason="new").id

    results = scene.together([sign_up] * 8)
    assert len(set(results)) == 1
    with stored() as session:
        sols = select(func.count()).select_from(Person).where(Person.name == "Sol")
        assert session.scalar(sols) == 1


def test_two_tabs_with_overlapping_shifts_leave_one_place(stored: Stored) -> None:
    scene = Scene(stored, 1, one=3, other=3)
    for _ in range(5):
        results = scene.together([scene.takes(0, shift) for shift in (0, 1)] * 3)
        assert "taken" in results
        assert sum((scene.states(0) + scene.states(1))[one] for one in HOLDING) == 1
        scene.together([scene.leaves(0, 0), scene.leaves(0, 1)])


def test_a_place_given_up_goes_to_the_head_exactly_once(stored: Stored) -> None:
    for _ in range(4):
        scene = Scene(stored, 8, one=1)
        scene.do(scene.takes(0))
        scene.do(scene.waits(1))
        scene.do(scene.waits(2))
        scene.together(
            [
                scene.leaves(0),
                scene.leaves(0),
                lambda session: expire_offers(session, NOW),
                lambda session: expire_offers(session, NOW),
                *(scene.takes(number) for number in (3, 4, 5)),
                *(scene.waits(number) for number in (6, 7)),
            ]
        )
        assert scene.states() == {"left": 1, "offered": 1, "waiting": 3}
        with stored() as session:
            asked = session.scalar(select(SignUp.person_id).where(
                SignUp.state == "offered", SignUp.shift_id == scene.shifts[0]))  # fmt: skip
        assert asked == scene.people[1]


def test_a_yes_a_no_and_the_end_of_the_offer_settle_it_once(stored: Stored) -> None:
    for _ in range(4):
        scene = Scene(stored, 3, one=1)
        scene.do(scene.takes(0))
        scene.do(scene.waits(1))
        scene.do(scene.waits(2))
        scene.do(scene.leaves(0))
        scene.together(
            [
                scene.says(True, 1),
                scene.says(False, 1),
                scene.says(True, 1),
                lambda session: expire_offers(session, NOW + DAY),
            ]
        )
        states = scene.states()
        settled = {"left": 1, "taken": 1, "waiting": 1}
        assert states in (settled, {"left": 1, "passed": 1, "offered": 1}, {"left": 1, "passed": 2})


def test_a_shrinking_shift_removes_nobody_and_takes_nobody_more(stored: Stored) -> None:
    scene = Scene(stored, 16, one=5)
    acts = [scene.takes(number) for number in range(16)]
    results = scene.together([*acts[:8], scene.changes(max_people=2), *acts[8:]])
    held = scene.states()["taken"]
    assert 2 <= held <= 5
    assert results.count("taken") == held
    assert len(refusals(results)) == 16 - held


def test_a_cleared_shift_leaves_no_orphan_and_one_that_was_taken_is_cancelled(
    stored: Stored,
) -> None:
    for _ in range(4):
        scene = Scene(stored, 8, one=3)
        acts = [scene.takes(number) for number in range(8)]
        results = scene.together([*acts[:4], scene.clears(), *acts[4:]])
        with stored() as session:
            shift = session.get(Shift, scene.shifts[0])
            assert (shift is not None and shift.cancelled_at) == (
                results.count("taken") > 0 and NOW
            )
        assert scene.states()["taken"] == 0


def test_a_cancelled_shift_holds_nobody(stored: Stored) -> None:
    for _ in range(4):
        scene = Scene(stored, 8, one=3)
        acts = [*(scene.takes(number) for number in range(6)), scene.waits(6), scene.waits(7)]
        scene.together([*acts[:4], scene.cancels(), scene.cancels(), *acts[4:]])
        states = scene.states()
        assert states["taken"] == states["offered"] == states["waiting"] == 0


def test_staff_and_a_volunteer_do_not_fill_one_place_twice(stored: Stored) -> None:
    scene = Scene(stored, 8, one=1)
    acts = [scene.takes(number) for number in range(4)]
    scene.together([*acts, *(scene.places(number) for number in range(4, 8))])
    assert scene.states() == {"taken": 1}


def test_an_address_is_proven_once(stored: Stored) -> None:
    with stored() as session:
        crew = Crew(session)
        sols = [crew.newcomer("Sol", "sol@example.net").id for _ in range(3)]

    def press(number: int) -> Act:
        return lambda session: (
            check_contact(session, session.get(Person, sols[number]) or gone(), NOW, REAL).id
        )

    def gone() -> Person:
        raise Refused("one person already")

    scene = Scene(stored, 0)
    scene.together([press(number) for number in (0, 1, 2, 0, 1, 2)])
    with stored() as session:
        keys = session.scalars(select(Person.email_key).where(Person.name == "Sol")).all()
    assert keys == ["sol@example.net"]


def test_strangers_from_one_place_hold_no_more_than_it_may(stored: Stored) -> None:
    scene = Scene(stored, 0, **{f"shift{number}": 3 for number in range(10)})
    origin = Origin("browser", "network")

    def joins(number: int, origin: Origin) -> Act:
        def act(session: Session) -> object:
            shift = session.get_one(Shift, scene.shifts[number % 10])
            ours = Crew.foundation_of(session, shift)
            who = Newcomer(f"New{number}", f"+1 303 555 {1000 + number}")
            wish = Wish(f"{number:0>43}", origin=origin)
            return join(session, ours, shift, who, wish, NOW).sign_up.state

        return act

    scene.together([joins(number, origin) for number in range(12)])
    assert sum(scene.states(number)["taken"] for number in range(10)) == 6
    others = [joins(number, Origin(f"browser {number}", "hall")) for number in range(12, 36)]
    scene.together(others)
    # 30 places, of which six are held from elsewhere: a third of 24.
    assert sum(scene.states(number)["taken"] for number in range(10)) == 6 + 8


class TwoBrowsers:
    """One human with many spellings of one number, and two shifts that overlap."""

    SPELLINGS = ("+1 626 555 0100", "626-555-0100", "001 626 555 0100", "+1 (626) 555-0100")

    def __init__(self, stored: Stored) -> None:
        with stored() as session:
            crew = Crew(session, f"ours{next(NUMBERS)}")
            self.shifts = [crew.shift(start, max_people=9).id
                           for start in (WEDNESDAY, WEDNESDAY + HOUR)]  # fmt: skip

    def joins(self, number: int, shift: int, pause: float = 0) -> Act:
        """Sign up with a pause between the look at the shift and the locks."""

        def act(session: Session) -> object:
            wanted = session.get_one(Shift, self.shifts[shift])
            ours = Crew.foundation_of(session, wanted)
            wish = Wish(f"{number:0>43}", origin=Origin(f"browser {number}", f"place {number}"))
            booth = session.get_one(Booth, wanted.booth_id)
            ground = LockedShift(wanted, booth, session.get_one(Event, booth.event_id), ours, "go")
            who = Newcomer("Bob", self.SPELLINGS[number % 4])
            seen = foresee(session, ground, who, wish, NOW)
            sleep(pause)
            return join(session, ours, wanted, who, wish, NOW, seen).is_elsewhere

        return act


@pytest.mark.parametrize("shifts", [[0], [0, 1]], ids=["one shift", "two that overlap"])
def test_one_human_in_many_browsers_has_one_place(stored: Stored, shifts: list[int]) -> None:
    human = TwoBrowsers(stored)
    acts = [human.joins(number, shifts[number % len(shifts)]) for number in range(8)]
    results = Scene(stored, 0).together(acts)
    with stored() as session:
        rows = session.scalars(select(SignUp).where(SignUp.shift_id.in_(human.shifts))).all()
        assert [row.state for row in rows] == ["taken"]
        assert session.scalar(select(func.count()).where(Person.name == "Bob")) == 1
    assert results.count(False) == 1


def test_who_saw_their_first_place_and_who_did_not_lock_in_one_order(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    human, has_begun, lock_people = TwoBrowsers(stored), Signal(), locks.lock_people

    def dawdle(session: Session, people: Collection[int]) -> None:
        if not has_begun.is_set():
            has_begun.set()
            sleep(0.3)  # the other locks now what it locks first
        lock_people(session, people)

    def later(session: Session) -> object:
        has_begun.wait(5)
        return human.joins(2, 0)(session)

    monkeypatch.setattr(locks, "lock_people", dawdle)
    results = Scene(stored, 0).together([human.joins(0, 0, 0.1), human.joins(1, 1, 0.3), later])
    # Whoever of the first two was quicker; anything but a place or a refusal has raised.
    assert results.count(False) == 1


def test_who_signs_up_twice_at_once_waits_for_the_first(stored: Stored) -> None:
    human, scene, results = TwoBrowsers(stored), Scene(stored, 0), list[object]()
    second = Thread(target=lambda: results.extend(scene.together([human.joins(1, 1)])))
    with stored() as session:
        human.joins(0, 0)(session)
        second.start()
        second.join(0.2)
        assert second.is_alive()
    second.join()
    assert [str(one) for one in results] == [
        "Wed 31 Jul, 14:00–16:00 overlaps your shift Wed 13:00."
    ]


def test_who_confirms_who_disowns_and_who_takes_more_agree(stored: Stored) -> None:
    for _ in range(3):
        scene = Scene(stored, 1, one=2, two=2)
        number = scene.people[0]
        with stored() as session:
            session.get_one(Person, number).email_key = None
        scene.do(scene.takes(0))

        def proves(session: Session, number: int = number) -> object:
            return check_contact(session, session.get_one(Person, number), NOW, REAL)

        def disowns(session: Session, number: int = number) -> object:
            return disown(session, session.get_one(Person, number), NOW, REAL)

        scene.together([proves, disowns, proves, disowns, scene.takes(0, 1)])
        taken = scene.states()["taken"]
        with stored() as session:
            person = session.get_one(Person, number)
            is_blocked = session.scalar(select(func.count()).select_from(BlockedAddress)) or 0
            assert (person.email is None) == (person.email_key is None) == bool(is_blocked)
            assert taken == (0 if is_blocked else 1)
            session.execute(delete(BlockedAddress))


@pytest.mark.parametrize("seed", range(3))
def test_a_random_crowd_ends_in_order(stored: Stored, seed: int) -> None:
    """Nobody waits for somebody who waits for them, and what counts still holds."""
    random, most = Random(seed), {"a": 1, "b": 2, "c": 3}
    scene = Scene(stored, 10, **most)
    everyone = [(person, shift) for person in range(10) for shift in range(3)]
    kinds: list[Callable[[int, int], Act]] = [
        scene.takes,
        scene.takes,
        scene.waits,
        scene.leaves,
        scene.takes_off,
        scene.places,
        lambda person, shift: scene.moves(person, shift, (shift + 1) % 3),
        lambda person, shift: scene.says(True, person, shift),
        lambda person, shift: scene.changes(shift, max_people=2 + person % 2),
        lambda person, shift: lambda session: expire_offers(session, NOW + person * HOUR),
    ]
    for _ in range(4):
        acts = [random.choice(kinds)(*random.choice(everyone)) for _ in range(16)]
        scene.together(acts)
        with stored() as session:
            rows = session.scalars(select(SignUp)).all()
            assert len({(row.shift_id, row.person_id) for row in rows}) == len(rows)
            holding = Counter(row.person_id for row in rows if row.state in HOLDING)
            assert set(holding.values()) <= {1}  # the three shifts are at the same time
            for shift in session.scalars(select(Shift)).all():
                free = [r for r in rows if r.shift_id == shift.id and r.state in HOLDING]
                overridden = [row for row in free if row.reason]
                assert len(free) - len(overridden) <= 3
