"""Decisions: what is refused, what undo restores, and that one stands whoever else decides."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import AuditEntry, Decision, Event, Foundation, Person
from outreach.accounts.history import TakenBack, find_subjects, undo
from outreach.matching.store.stored import refresh_events, refresh_foundation
from outreach.planning.decisions.decisions import LONGEST_REASON, decide, find_current
from outreach.refusal import Refused
from tests.cast import NOW, REAL, TODAY, add_clocked, add_decision, add_event, add_segment
from tests.conftest import Stored
from tests.sign_ins import add_person


class Planner:
    """A foundation, its person and events, and the two rules with their usual arguments."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.foundation = add_clocked(session)
        self.person = add_person(session)
        self.osd = add_event(session, self.foundation, "Open Source Days")
        self.siggraph = add_event(session, self.foundation, "SIGGRAPH")

    def decide(self, *events: Event, state: str = "go", reason: str = "") -> AuditEntry:
        entry = decide(
            self.session, self.foundation, events, state, reason, self.person, TODAY, REAL
        )
        assert entry is not None
        return entry

    def undo(self, entry: AuditEntry) -> TakenBack:
        return undo(self.session, entry, self.person, NOW, REAL)

    def states(self) -> list[str | None]:
        standing = find_current(self.session, [self.osd.id, self.siggraph.id])
        return [
            standing[event.id].state if event.id in standing else None
            for event in (self.osd, self.siggraph)
        ]


@pytest.fixture
def planner(session: Session) -> Planner:
    return Planner(session)


class TestDecide:
    """A click decides on one event or on several together."""

    def test_it_keeps_who_when_and_why(self, planner: Planner, session: Session) -> None:
        planner.decide(planner.osd, state="no_go", reason="  same  days \n as SIGGRAPH ")
        (standing,) = find_current(session, [planner.osd.id]).values()
        assert (standing.state, standing.reason) == ("no_go", "same days as SIGGRAPH")
        assert (standing.person_id, standing.decided_on) == (planner.person.id, TODAY)
        assert standing.recorded_at == REAL

    def test_several_are_one_line_of_the_history(self, planner: Planner, session: Session) -> None:
        planner.decide(planner.osd, planner.siggraph)
        assert planner.states() == ["go", "go"]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.at) == ("decided", REAL)
        events = {("event", planner.osd.id), ("event", planner.siggraph.id)}
        assert find_subjects(session, entry) >= events

    @pytest.mark.parametrize("reason", ["", "   ", "\t\n"])
    def test_a_no_go_says_why(self, planner: Planner, reason: str) -> None:
        with pytest.raises(Refused, match="Say why not") as refusal:
            planner.decide(planner.osd, state="no_go", reason=reason)
        assert refusal.value.field == "reason"
        assert planner.states() == [None, None]

    @pytest.mark.parametrize("state", ["proposed", "go", "cancelled"])
    def test_the_other_states_need_no_reason(self, planner: Planner, state: str) -> None:
        planner.decide(planner.osd, state=state)
        assert planner.states() == [state, None]

    def test_a_reason_has_a_length(self, planner: Planner) -> None:
        planner.decide(planner.osd, state="no_go", reason="x" * LONGEST_REASON)
        with pytest.raises(Refused, match="under 300 characters"):
            planner.decide(planner.osd, state="no_go", reason="x" * (LONGEST_REASON + 1))

    def test_the_newest_stands_and_the_older_stay_as_history(
        self, planner: Planner, session: Session
    ) -> None:
        planner.decide(planner.osd, state="proposed")
        planner.decide(planner.osd)
        planner.decide(planner.osd, state="cancelled", reason="hall flooded")
        assert planner.states() == ["cancelled", None]
        assert session.scalar(select(func.count(Decision.id))) == 3


class TestUndo:
    """Undo takes a click back and nothing else."""

    def test_it_restores_what_stood_before_and_leaves_nothing(
        self, planner: Planner, session: Session
    ) -> None:
        planner.decide(planner.osd, state="proposed")
        planner.undo(planner.decide(planner.osd, planner.siggraph))
        assert planner.states() == ["proposed", None]
        assert session.scalars(select(Decision.state)).all() == ["proposed"]

    def test_it_passes_over_what_was_undone_already(self, planner: Planner) -> None:
        planner.decide(planner.osd, state="proposed")
        planner.undo(planner.decide(planner.osd))
        planner.undo(planner.decide(planner.osd, state="no_go", reason="too far"))
        assert planner.states() == ["proposed", None]

    def test_clicks_can_be_taken_back_one_after_the_other(self, planner: Planner) -> None:
        clicks = [planner.decide(planner.osd, state=s) for s in ("proposed", "go", "cancelled")]
        seen = []
        for click in reversed(clicks):
            planner.undo(click)
            seen.append(planner.states()[0])
        assert seen == ["go", "proposed", None]

    def test_something_newer_blocks_the_whole_trip(
        self, planner: Planner, session: Session
    ) -> None:
        entry = planner.decide(planner.osd, planner.siggraph)
        planner.decide(planner.siggraph, state="no_go", reason="no booth left")
        session.commit()
        with pytest.raises(Refused, match="changed meanwhile"):
            planner.undo(entry)
        session.rollback()
        assert planner.states() == ["go", "no_go"]

    def test_twice_is_once(self, planner: Planner) -> None:
        entry = planner.decide(planner.osd)
        planner.undo(entry)
        with pytest.raises(Refused, match="taken back already"):
            planner.undo(entry)

    def test_done_again_it_stands_again(self, planner: Planner) -> None:
        planner.decide(planner.osd, state="proposed")
        back = planner.undo(planner.decide(planner.osd, planner.siggraph))
        again = planner.undo(back.entry)
        assert planner.states() == ["go", "go"]
        planner.undo(again.entry)
        assert planner.states() == ["proposed", None]

    @pytest.mark.parametrize("before", [True, False])
    def test_it_does_not_stand_again_over_something_newer(
        self, planner: Planner, session: Session, before: bool
    ) -> None:
        first = planner.decide(planner.osd, state="proposed") if before else None
        back = planner.undo(planner.decide(planner.osd))
        if first is not None:
            planner.undo(first)
        planner.decide(planner.osd, state="cancelled")
        session.commit()
        with pytest.raises(Refused, match="stays as it is"):
            planner.undo(back.entry)
        session.rollback()
        assert planner.states() == ["cancelled", None]


class TestDoubleClick:
    """The same decision again changes nothing, so Undo goes back to before the first."""

    def test_undo_restores_what_was_before_the_first_click(self, planner: Planner) -> None:
        planner.decide(planner.osd, state="proposed")
        first = planner.decide(planner.osd, planner.siggraph)
        assert planner.decide(planner.osd, planner.siggraph) == first
        planner.undo(first)
        assert planner.states() == ["proposed", None]

    def test_only_what_stands_otherwise_is_decided(self, planner: Planner) -> None:
        planner.decide(planner.osd)
        second = planner.decide(planner.osd, planner.siggraph)
        planner.undo(second)
        assert planner.states() == ["go", None]

    def test_another_reason_is_another_decision(self, planner: Planner) -> None:
        first = planner.decide(planner.osd, state="no_go", reason="same days")
        assert planner.decide(planner.osd, state="no_go", reason="too dear") != first


class TestConstraints:
    """What the rules keep, the tables keep too."""

    def test_one_current_decision(self, planner: Planner, session: Session) -> None:
        add_decision(session, planner.osd, "proposed")
        with pytest.raises(IntegrityError):
            add_decision(session, planner.osd, "go")

    @pytest.mark.parametrize(
        "columns",
        [{"state": "no_go"}, {"state": "maybe"}],
    )
    def test_no_nonsense(
        self, planner: Planner, session: Session, columns: dict[str, object]
    ) -> None:
        with pytest.raises(IntegrityError):
            add_decision(session, planner.osd, **columns)  # type: ignore[arg-type]


def at_once(count: int, act: object) -> list[object]:
    """Run act(number) in as many threads, started together; return results and errors."""
    ready, results = Barrier(count), [None] * count

    def run(number: int) -> None:
        ready.wait()
        try:
            results[number] = act(number)  # type: ignore[operator]
        except Exception as error:
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


STATES = ("go", "proposed", "cancelled", "go")


@pytest.mark.parametrize("same_event", [True, False])
def test_people_who_decide_at_once_leave_one_decision_each_event(
    stored: Stored, same_event: bool
) -> None:
    """Matches of neighbours are refreshed in the same transaction, as the pages do."""
    with stored() as session:
        planner = Planner(session)
        add_segment(session, planner.foundation, keywords=["graphics"])
        refresh_foundation(session, planner.foundation, NOW)
        owner, who = planner.foundation.id, planner.person.id
        both = [planner.osd.id, planner.siggraph.id]

    def act(number: int) -> str:
        with stored() as session:
            foundation = session.get_one(Foundation, owner)
            event = session.get_one(Event, both[0 if same_event else number % 2])
            person = session.get_one(Person, who)
            state = STATES[number]
            reason = f"click {number}"
            entry = decide(session, foundation, [event], state, reason, person, TODAY, REAL)
            refresh_events(session, foundation, [event.id], NOW)
            assert entry is not None
            return entry.act

    assert [type(result) for result in at_once(len(STATES), act)] == [str] * len(STATES)
    with stored() as session:
        standing = session.execute(
            select(Decision.event_id, func.count())
            .where(Decision.is_current)
            .group_by(Decision.event_id)
        ).all()
        assert len(standing) == (1 if same_event else 2)
        assert {count for _, count in standing} == {1}
        assert session.scalar(select(func.count(Decision.id))) == len(STATES)
