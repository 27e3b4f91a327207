"""A proposed roster: asked for, bettered by a worker, used as far as it still holds, taken back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEntry, Availability, Message, Person, RosterProposal, Shift, SignUp
from models.database import make_sessions
from outreach.accounts.history import undo
from outreach.claims import LEASE, has_waiting
from outreach.refusal import Refused
from outreach.solving import searches
from outreach.solving.searches import cancel, run_waiting
from outreach.staffing.proposed_rosters import propose
from outreach.staffing.proposed_rosters.load_problem import load_problem
from outreach.staffing.proposed_rosters.propose import RosterWork, ask, find_latest
from outreach.staffing.proposed_rosters.solvers.ruin import better
from outreach.staffing.proposed_rosters.use import find_use, use
from outreach.staffing.signups import sign_up
from tests import cast
from tests.outreach.staffing.crew import WEDNESDAY, Crew

NOW, REAL = cast.NOW, cast.REAL
HOUR = timedelta(hours=1)


def say(session: Session, crew: Crew, person: Person, *hours: float, **more) -> None:
    """Let a person say when they could: pairs of hours after Wednesday, 13:00."""
    pairs = zip(hours[::2], hours[1::2], strict=True)
    times = [
        {"from": (WEDNESDAY + a * HOUR).isoformat(), "until": (WEDNESDAY + b * HOUR).isoformat()}
        | {name: value for name, value in more.items() if name == "likes"}
        for a, b in pairs
    ]
    row = Availability(
        booth_id=crew.booth.id,
        person_id=person.id,
        times=times,
        most_minutes=more.get("most"),
        said_at=NOW,
    )
    session.add(row)
    session.flush()


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def placed(proposal: RosterProposal) -> set[tuple[int, int]]:
    return {(one["shift"], one["person"]) for one in proposal.places}


def on(session: Session, shift: Shift) -> set[int]:
    rows = select(SignUp.person_id).where(SignUp.shift_id == shift.id, SignUp.state == "taken")
    return set(session.scalars(rows))


class TestProblem:
    def test_people_are_the_team_who_said_when_and_who_signed_up(self, session, crew):
        shift, other_day = crew.shift(), crew.shift(WEDNESDAY + 24 * HOUR)
        going, told, signed, _stranger = (crew.person() for _ in range(4))
        cast.name_person(session, crew.event, going)
        say(session, crew, told, 0, 2)
        cast.add_sign_up(session, shift, signed)
        problem = load_problem(session, crew.booth, crew.event, NOW)
        assert {one.id for one in problem.people} == {going.id, told.id, signed.id}
        slot, later = problem.by_id[shift.id], problem.by_id[other_day.id]
        free = {one.id: (one.is_free(slot), one.is_free(later)) for one in problem.people}
        assert free[going.id] == (True, True)
        assert free[told.id] == (True, False)
        assert free[signed.id] == (True, False)

    def test_wishes_limits_and_the_queue(self, session, crew):
        shift = crew.shift(max_people=2)
        likes, waits = crew.person(), crew.person()
        say(session, crew, likes, 0, 2, likes=True, most=240)
        cast.add_sign_up(session, shift, waits, "waiting", queue_no=1)
        problem = load_problem(session, crew.booth, crew.event, NOW)
        slot = problem.by_id[shift.id]
        assert [problem.person_by_id[one.id].wishes(slot) for one in (likes, waits)] == [True, True]
        assert problem.person_by_id[likes.id].most_minutes == 240

    def test_who_leads_the_event_may_lead_a_shift(self, session, crew):
        crew.shift(needs=["lead"])
        leads, goes, skilled = crew.person(), crew.person(), crew.person(skills=["lead"])
        cast.name_person(session, crew.event, leads, is_lead=True)
        cast.name_person(session, crew.event, goes)
        cast.name_person(session, crew.event, skilled)
        people = load_problem(session, crew.booth, crew.event, NOW).person_by_id
        may = {one: "lead" in people[one].words for one in people}
        assert may == {leads.id: True, goes.id: False, skilled.id: True}

    def test_shifts_that_began_or_were_cancelled_are_not_filled(self, session, crew):
        crew.shift(NOW - HOUR)
        crew.shift(cancelled_at=NOW)
        coming = crew.shift()
        problem = load_problem(session, crew.booth, crew.event, NOW)
        assert [slot.id for slot in problem.slots] == [coming.id]


class TestAsking:
    def test_a_first_roster_is_there_at_once(self, session, crew):
        shift = crew.shift(needs=["lead"])
        leads, goes = crew.person(), crew.person()
        cast.name_person(session, crew.event, leads, is_lead=True)
        cast.name_person(session, crew.event, goes)
        proposal = ask(session, crew.booth, crew.lead, NOW)
        assert placed(proposal) == {(shift.id, leads.id), (shift.id, goes.id)}
        assert [one["person"] for one in proposal.places if one["lead"]] == [leads.id]
        assert proposal.unfilled == []
        assert proposal.state == "waiting"
        assert find_latest(session, crew.booth) is proposal
        assert session.scalar(select(func.count()).select_from(SignUp)) == 0

    def test_what_stays_open_is_explained(self, session, crew):
        shift = crew.shift()
        proposal = ask(session, crew.booth, crew.lead, NOW)
        (gap,) = [one for one in proposal.unfilled if not one["need"]]
        assert gap["shift"] == shift.id
        assert gap["why"] == "Wed 13:00 lacks two people, and nobody is left to ask."
        assert gap["fixes"] == ["one more person free on Wed 31 Jul, 13:00–15:00"]

    def test_asking_again_ends_the_older_question(self, session, crew):
        first = ask(session, crew.booth, crew.lead, NOW)
        second = ask(session, crew.booth, crew.lead, NOW)
        session.refresh(first)
        assert (first.state, second.state) == ("cancelled", "waiting")

    def test_a_question_can_be_cancelled_once(self, session, crew):
        proposal = ask(session, crew.booth, crew.lead, NOW)
        assert cancel(session, proposal, NOW)
        assert proposal.state == "cancelled"
        assert not cancel(session, proposal, NOW)


@pytest.fixture
def asked(engine):
    """A question that is stored, and the sessions of a worker."""
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        crew = Crew(session)
        shifts = [crew.shift(WEDNESDAY + n * 24 * HOUR) for n in range(2)]
        people = [crew.person() for _ in range(4)]
        for person in people:
            cast.name_person(session, crew.event, person)
        proposal = ask(session, crew.booth, crew.lead, NOW)
        ids = proposal.id, [one.id for one in shifts]
    return sessions, *ids


def never() -> bool:
    return False


def real() -> datetime:
    return datetime.now(UTC)


class TestWorker:
    def test_it_betters_what_waits_and_then_nothing_waits(self, asked):
        sessions, number, shifts = asked
        assert run_waiting(RosterWork, sessions, real, never)
        with sessions() as session:
            proposal = session.get_one(RosterProposal, number)
            assert proposal.state == "done"
            assert proposal.finished_at is not None
            assert proposal.claimed_until is None
            assert {shift for shift, _ in placed(proposal)} == set(shifts)
            assert proposal.progress["stage"] == "done"
        assert not run_waiting(RosterWork, sessions, real, never)

    def test_the_same_question_gets_the_same_answer(self, asked):
        sessions, number, _ = asked
        answers = []
        for _ in range(2):
            with sessions.begin() as session:
                session.get_one(RosterProposal, number).state = "waiting"
            run_waiting(RosterWork, sessions, real, never)
            with sessions() as session:
                answers.append(session.get_one(RosterProposal, number).places)
        assert answers[0] == answers[1]

    def test_a_worker_that_is_to_end_gives_it_back(self, asked):
        sessions, number, _ = asked
        run_waiting(RosterWork, sessions, real, lambda: True)
        with sessions() as session:
            proposal = session.get_one(RosterProposal, number)
            assert (proposal.state, proposal.claimed_until) == ("waiting", None)
            assert proposal.places

    def test_a_killed_workers_proposal_is_taken_up_again(self, asked):
        sessions, number, _ = asked
        now = real()
        with sessions.begin() as session:
            proposal = session.get_one(RosterProposal, number)
            proposal.state, proposal.claimed_until = "running", now + LEASE
        with sessions() as session:
            assert not has_waiting(session, RosterProposal, now)
            assert has_waiting(session, RosterProposal, now + 2 * LEASE)
        assert not run_waiting(RosterWork, sessions, real, never)
        assert run_waiting(RosterWork, sessions, lambda: real() + 2 * LEASE, never)

    def test_cancel_stops_it_and_keeps_the_best_so_far(self, asked, monkeypatch):
        sessions, number, _ = asked
        monkeypatch.setattr(searches, "EVERY", 0.0)

        def cancelled_midway(draft, rounds, **more):
            with sessions.begin() as session:
                assert cancel(session, session.get_one(RosterProposal, number), NOW)
            return better(draft, rounds, **more)

        monkeypatch.setattr(propose, "better", cancelled_midway)
        assert run_waiting(RosterWork, sessions, real, never)
        with sessions() as session:
            proposal = session.get_one(RosterProposal, number)
            assert proposal.state == "cancelled"
            assert proposal.places

    def test_progress_is_told_while_it_runs(self, asked, monkeypatch):
        sessions, number, _ = asked
        monkeypatch.setattr(searches, "EVERY", 0.0)
        seen = []

        def watched(draft, rounds, **more):
            found = better(draft, rounds, **more)
            with sessions() as session:
                seen.append(session.get_one(RosterProposal, number).progress)
            return found

        monkeypatch.setattr(propose, "better", watched)
        run_waiting(RosterWork, sessions, real, never)
        assert seen[0]["stage"] == "search"
        assert 0 < seen[0]["round"] < seen[0]["rounds"]

    def test_an_error_is_noted_and_not_tried_for_ever(self, asked, monkeypatch):
        sessions, number, _ = asked
        monkeypatch.setattr(propose, "better", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_waiting(RosterWork, sessions, real, never)
        with sessions() as session:
            assert session.get_one(RosterProposal, number).state == "failed"
        assert not run_waiting(RosterWork, sessions, real, never)


class TestUse:
    @pytest.fixture
    def proposed(self, session, crew):
        self.shifts = [crew.shift(WEDNESDAY + n * 24 * HOUR, max_people=2) for n in range(2)]
        self.people = [crew.person(name) for name in ("Ada A", "Kim K")]
        for person in self.people:
            cast.name_person(session, crew.event, person)
        return ask(session, crew.booth, crew.lead, NOW)

    def test_people_are_placed_told_and_asked_to_confirm(self, session, crew, proposed):
        used = use(session, proposed, crew.lead, NOW, REAL)
        assert (used.placed, used.left_out) == (4, ())
        rows = session.scalars(select(SignUp)).all()
        assert {row.state for row in rows} == {"taken"}
        assert {row.confirmed_at for row in rows} == {None}
        letters = session.scalars(select(Message.kind)).all()
        assert letters == ["placed"] * 4
        assert proposed.state == "used"

    def test_pressed_twice_it_is_done_once(self, session, crew, proposed):
        first = use(session, proposed, crew.lead, NOW, REAL)
        again = use(session, proposed, crew.lead, NOW, REAL)
        assert again.entry.id == first.entry.id
        assert session.scalar(select(func.count()).select_from(SignUp)) == 4

    def test_what_changed_meanwhile_is_named_and_left_out(self, session, crew, proposed):
        ada, kim = self.people
        other = crew.person()
        for one in (other, kim):
            sign_up.take(session, self.shifts[0], one, NOW)
        self.shifts[1].cancelled_at = NOW
        used = use(session, proposed, crew.lead, NOW, REAL)
        assert used.placed == 0
        assert sorted(used.left_out) == [
            "Ada on Thu 13:00: Thu 13:00 was cancelled.",
            "Ada on Wed 13:00: It is full with 2 people.",
            "Kim on Thu 13:00: Thu 13:00 was cancelled.",
            "Kim on Wed 13:00: Kim is on it already.",
        ]
        assert on(session, self.shifts[0]) == {other.id, kim.id}

    def test_a_removed_shift_is_left_out(self, session, crew, proposed):
        session.delete(self.shifts[0])
        session.flush()
        used = use(session, proposed, crew.lead, NOW, REAL)
        assert used.placed == 2
        assert used.left_out == ("A shift or a person was removed.",) * 2

    def test_one_undo_takes_all_back(self, session, crew, proposed):
        used = use(session, proposed, crew.lead, NOW, REAL)
        assert find_use(session, proposed) is used.entry
        assert undo(session, used.entry, crew.lead, NOW, REAL).remarks == []
        assert on(session, self.shifts[0]) == on(session, self.shifts[1]) == set()
        assert proposed.state == "done"
        with pytest.raises(Refused, match="taken back already"):
            undo(session, used.entry, crew.lead, NOW, REAL)
        assert find_use(session, proposed) is None

    def test_who_said_yes_meanwhile_stays(self, session, crew, proposed):
        used = use(session, proposed, crew.lead, NOW, REAL)
        row = session.scalars(select(SignUp).where(SignUp.shift_id == self.shifts[0].id)).first()
        row.confirmed_at = NOW
        session.flush()
        name = session.get_one(Person, row.person_id).first_name
        stays = undo(session, used.entry, crew.lead, NOW, REAL).remarks
        assert stays == [f"{name} said yes to Wed 13:00 and stays."]
        assert on(session, self.shifts[0]) == {row.person_id}

    def test_it_can_be_used_again_after_undo(self, session, crew, proposed):
        used = use(session, proposed, crew.lead, NOW, REAL)
        undo(session, used.entry, crew.lead, NOW, REAL)
        again = use(session, proposed, crew.lead, NOW, REAL)
        assert again.placed == 4
        assert again.entry.id != used.entry.id

    def test_nobody_to_place_is_refused(self, session, crew):
        crew.shift()
        proposal = ask(session, crew.booth, crew.lead, NOW)
        with pytest.raises(Refused, match="nobody to place"):
            use(session, proposal, crew.lead, NOW, REAL)

    def test_who_holds_a_place_keeps_it_and_it_counts(self, session, crew):
        shift = crew.shift(max_people=2)
        held, new = crew.person(), crew.person()
        cast.add_sign_up(session, shift, held)
        cast.name_person(session, crew.event, new)
        proposal = ask(session, crew.booth, crew.lead, NOW)
        assert placed(proposal) == {(shift.id, new.id)}
        use(session, proposal, crew.lead, NOW, REAL)
        assert on(session, shift) == {held.id, new.id}
        acts = session.scalars(select(AuditEntry.act)).all()
        assert acts.count("used a proposed roster") == 1


def test_two_who_press_use_at_once_place_everybody_once(asked):
    sessions, number, shifts = asked
    start = threading.Barrier(2)

    def press() -> int:
        with sessions() as session:
            proposal = session.get_one(RosterProposal, number)
            lead = session.scalars(select(Person).where(Person.role == "staff")).first()
            session.rollback()
            start.wait()
            placed = use(session, proposal, lead, NOW, REAL).placed
            session.commit()
            return placed

    with ThreadPoolExecutor() as pool:
        placed = [future.result() for future in [pool.submit(press) for _ in range(2)]]
    with sessions() as session:
        there = session.scalars(select(SignUp.shift_id).where(SignUp.state == "taken")).all()
        assert placed == [len(there)] * 2
        assert set(there) == set(shifts)
        assert session.scalars(select(AuditEntry.act)).all().count("used a proposed roster") == 1
