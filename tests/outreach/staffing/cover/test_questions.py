"""Cover: several are asked, the first yes has the place, the others are told, each once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cover, CoverAsk, Message, Person, Shift, SignUp
from outreach.refusal import Refused
from outreach.staffing.cover.questions import Answered, answer_cover, close_cover, open_cover
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups.change_shift import cancel_shift
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR = timedelta(hours=1)


class Scene:
    """A shift for two with one person on it who cannot come, and three who could."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.crew = Crew(session)
        self.shift = self.crew.shift(max_people=2)
        self.leaver = self.crew.person("Kim Leaves")
        self.row = cast.add_sign_up(session, self.shift, self.leaver)
        self.three = [self.crew.person(f"{name} Could") for name in ("Noor", "Sol", "Ben")]

    def ask(self, people: Sequence[Person], leaving: SignUp | None = None) -> Cover:
        numbers = [person.id for person in people]
        return open_cover(self.session, self.shift, numbers, self.crew.lead, NOW, REAL, leaving)

    def answer(self, cover: Cover, person: Person, yes: bool, reason: str = "") -> None:
        answer_cover(self.session, cover, person, yes, NOW, REAL, reason)

    def states(self) -> dict[str, str]:
        rows = self.session.execute(
            select(Person.name, SignUp.state).join(SignUp, SignUp.person_id == Person.id)
        )
        return {name.split()[0]: state for name, state in rows}

    def answers(self, cover: Cover) -> dict[str, str]:
        rows = self.session.execute(
            select(Person.name, CoverAsk.state)
            .join(CoverAsk, CoverAsk.person_id == Person.id)
            .where(CoverAsk.cover_id == cover.id)
        )
        return {name.split()[0]: state for name, state in rows}

    def told(self) -> list[tuple[str, str]]:
        rows = self.session.execute(
            select(Message.kind, Person.name)
            .join(Person, Person.id == Message.person_id)
            .order_by(Message.id)
        )
        return [(kind, name.split()[0]) for kind, name in rows]


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_the_first_yes_has_the_gap_and_the_others_are_told(scene: Scene) -> None:
    noor, sol, ben = scene.three
    cover = scene.ask(scene.three)
    assert scene.told() == [("cover_asked", "Noor"), ("cover_asked", "Sol"), ("cover_asked", "Ben")]
    scene.answer(cover, ben, False)
    scene.answer(cover, sol, True)
    assert scene.states() == {"Kim": "taken", "Sol": "taken"}
    assert scene.answers(cover) == {"Noor": "closed", "Sol": "yes", "Ben": "no"}
    assert (cover.closed_at, cover.taken_by_id) == (NOW, sol.id)
    assert scene.told()[3:] == [("confirmed", "Sol"), ("cover_closed", "Noor")]
    with pytest.raises(Answered, match="Wed 13:00 is covered: somebody else was quicker"):
        scene.answer(cover, noor, True)
    scene.answer(cover, sol, True)
    assert scene.states() == {"Kim": "taken", "Sol": "taken"}


def test_who_leaves_keeps_the_place_until_somebody_says_yes(scene: Scene) -> None:
    cover = scene.ask(scene.three, scene.row)
    assert scene.states() == {"Kim": "taken"}
    scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "left", "Noor": "taken"}
    assert ("taken_over", "Kim") in scene.told()


def test_a_volunteer_asks_for_cover_and_the_coordinators_hear_of_it(scene: Scene) -> None:
    cover = open_cover(scene.session, scene.shift, [], None, NOW, REAL, scene.row)
    assert scene.told() == [("dropped_out", "Lea")]
    again = open_cover(scene.session, scene.shift, [], None, NOW, REAL, scene.row)
    assert again.id == cover.id
    assert scene.told() == [("dropped_out", "Lea")]
    assert scene.ask(scene.three, scene.row).id == cover.id


def test_who_leaves_after_all_leaves_a_gap_that_can_be_answered(scene: Scene) -> None:
    cover = scene.ask(scene.three, scene.row)
    leave(scene.session, scene.row, NOW, REAL)
    assert cover.leaving_id is None
    scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "left", "Noor": "taken"}


def test_who_came_after_all_keeps_the_place(scene: Scene) -> None:
    cover = scene.ask(scene.three, scene.row)
    cast.add_sign_up(scene.session, scene.shift, scene.crew.person("Ada Other"))
    scene.row.arrived_at = NOW
    with pytest.raises(Answered, match="is full by now"):
        scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "taken", "Ada": "taken"}


def test_a_late_yes_to_a_question_that_staff_ended_fills_the_gap_only(scene: Scene) -> None:
    """Kim stays, as the end of the question said; the shift wants a second person all the same."""
    cover = scene.ask(scene.three, scene.row)
    close_cover(scene.session, cover, scene.crew.lead, NOW, REAL)
    scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "taken", "Noor": "taken"}


def test_nobody_is_asked_twice(scene: Scene) -> None:
    first = scene.ask(scene.three[:2])
    second = scene.ask(scene.three)
    assert first.id == second.id
    assert [name for kind, name in scene.told()] == ["Noor", "Sol", "Ben"]


def test_who_is_on_the_shift_is_not_asked(scene: Scene) -> None:
    cover = scene.ask([scene.leaver, scene.three[0]])
    assert scene.answers(cover) == {"Noor": "asked"}


def test_a_second_yes_counts_while_somebody_is_missing(scene: Scene) -> None:
    scene.row.state = "left"
    cover = scene.ask(scene.three)
    scene.answer(cover, scene.three[0], True)
    scene.answer(cover, scene.three[1], True)
    assert scene.states() == {"Kim": "left", "Noor": "taken", "Sol": "taken"}
    assert cover.taken_by_id == scene.three[0].id
    with pytest.raises(Answered):
        scene.answer(cover, scene.three[2], True)


def test_a_no_can_become_a_yes(scene: Scene) -> None:
    cover = scene.ask(scene.three)
    scene.answer(cover, scene.three[0], False)
    scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "taken", "Noor": "taken"}


def test_rules_hold_for_cover_too(scene: Scene) -> None:
    noor, sol, _ = scene.three
    cast.add_sign_up(scene.session, scene.crew.shift(WEDNESDAY - HOUR), noor)
    cast.add_sign_up(scene.session, scene.crew.shift(WEDNESDAY + 2 * HOUR, 4), sol)
    cover = scene.ask(scene.three)
    with pytest.raises(Refused, match="overlaps your shift Wed 12:00"):
        scene.answer(cover, noor, True)
    with pytest.raises(NeedsReason):
        scene.answer(cover, sol, True)
    scene.answer(cover, sol, True, "I am rested")
    row = scene.session.scalars(
        select(SignUp).where(SignUp.shift_id == scene.shift.id, SignUp.person_id == sol.id)
    ).one()
    assert (row.state, row.reason) == ("taken", "I am rested")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("full", "has as many people as it takes"),
        ("over", "is over"),
        ("cancelled", "was cancelled"),
        ("gone", "That person is not on this shift any more"),
        ("there", "at the booth already"),
        ("nobody", "Tick at least one person"),
        ("foreign", "belongs to another foundation"),
    ],
)
def test_what_cannot_be_asked(scene: Scene, spoil: str, says: str) -> None:
    people, leaving, now = scene.three, None, NOW
    match spoil:
        case "full":
            cast.add_sign_up(scene.session, scene.shift, scene.crew.person())
        case "over":
            now = scene.shift.ends_at
        case "cancelled":
            cancel_shift(scene.session, scene.shift, scene.crew.lead, NOW, REAL)
        case "gone":
            scene.row.state, leaving = "left", scene.row
        case "there":
            scene.row.arrived_at, leaving = NOW, scene.row
        case "nobody":
            people = []
        case "foreign":
            people = [Crew(scene.session, "theirs").person()]
    scene.session.flush()
    numbers = [person.id for person in people]
    with pytest.raises(Refused, match=says):
        open_cover(scene.session, scene.shift, numbers, scene.crew.lead, now, REAL, leaving)


def test_who_was_not_asked_cannot_answer(scene: Scene) -> None:
    cover = scene.ask(scene.three[:1])
    with pytest.raises(Refused, match="You were not asked"):
        scene.answer(cover, scene.three[1], True)


def test_a_cancelled_shift_ends_its_question(scene: Scene) -> None:
    cover = scene.ask(scene.three)
    cancel_shift(scene.session, scene.shift, scene.crew.lead, NOW, REAL)
    scene.session.refresh(cover)
    assert cover.closed_at == NOW
    with pytest.raises(Refused, match="was cancelled|is covered"):
        scene.answer(cover, scene.three[0], True)
    assert scene.states() == {"Kim": "removed"}


def test_staff_end_a_question_once(scene: Scene) -> None:
    cover = scene.ask(scene.three)
    for _ in range(2):
        close_cover(scene.session, cover, scene.crew.lead, NOW, REAL)
    assert [kind for kind, _ in scene.told()].count("cover_closed") == 3
    assert scene.answers(cover) == {"Noor": "closed", "Sol": "closed", "Ben": "closed"}


class TestTogether:
    """Everybody answers at once, each in a transaction of their own."""

    Act = Callable[[Session], object]

    def run(self, stored: Stored, acts: Sequence[Act]) -> list[object]:
        ready, results = Barrier(len(acts)), list[object]([None] * len(acts))

        def go(number: int) -> None:
            ready.wait()
            try:
                with stored() as session:
                    results[number] = acts[number](session)
            except Exception as error:
                results[number] = error

        threads = [Thread(target=go, args=[number]) for number in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        broken = [one for one in results if isinstance(one, Exception)]
        assert [one for one in broken if not isinstance(one, Refused)] == []
        return results

    def prepare(self, stored: Stored, with_leaver: bool) -> tuple[int, int, list[int], int]:
        with stored() as session:
            scene = Scene(session)
            cast.add_sign_up(session, scene.shift, scene.crew.person("Uli There"))
            if not with_leaver:
                scene.row.state = "left"
            people = [*scene.three, *(scene.crew.person() for _ in range(5))]
            cover = scene.ask(people, scene.row if with_leaver else None)
            return cover.id, scene.shift.id, [person.id for person in people], scene.row.id

    def says_yes(self, cover: int, person: int) -> Act:
        def act(session: Session) -> None:
            found = session.get_one(Cover, cover), session.get_one(Person, person)
            answer_cover(session, *found, True, NOW, REAL)

        return act

    @pytest.mark.parametrize("with_leaver", [True, False], ids=["for somebody", "for a gap"])
    def test_eight_yes_are_one(self, stored: Stored, with_leaver: bool) -> None:
        cover, shift, people, _ = self.prepare(stored, with_leaver)
        results = self.run(stored, [self.says_yes(cover, person) for person in people])
        assert sum(result is None for result in results) == 1
        with stored() as session:
            states = session.scalars(select(SignUp.state).where(SignUp.shift_id == shift)).all()
            assert sorted(states).count("taken") == 2
            answers = select(CoverAsk.state).where(CoverAsk.cover_id == cover)
            assert sorted(session.scalars(answers)) == ["closed"] * 7 + ["yes"]
            kinds = session.scalars(select(Message.kind)).all()
            assert kinds.count("cover_closed") == 7

    def test_a_yes_while_the_other_withdraws(self, stored: Stored) -> None:
        cover, shift, people, row = self.prepare(stored, with_leaver=True)

        def withdraw(session: Session) -> None:
            leave(session, session.get_one(SignUp, row), NOW, REAL)

        acts = [withdraw, *(self.says_yes(cover, person) for person in people[:3])]
        self.run(stored, acts)
        with stored() as session:
            assert session.get_one(SignUp, row).state == "left"
            held = select(SignUp.id).where(SignUp.shift_id == shift, SignUp.state == "taken")
            assert len(session.scalars(held).all()) == 2
            assert session.get_one(Shift, shift).max_people == 2

    def test_a_yes_while_the_shift_is_cancelled(self, stored: Stored) -> None:
        cover, shift, people, _ = self.prepare(stored, with_leaver=True)

        def cancel(session: Session) -> None:
            lead = session.scalars(select(Person).where(Person.role == "staff")).first()
            assert lead is not None
            cancel_shift(session, session.get_one(Shift, shift), lead, NOW, REAL)

        self.run(stored, [cancel, *(self.says_yes(cover, person) for person in people)])
        with stored() as session:
            states = session.scalars(select(SignUp.state).where(SignUp.shift_id == shift)).all()
            assert "taken" not in states
            assert session.get_one(Cover, cover).closed_at == NOW
