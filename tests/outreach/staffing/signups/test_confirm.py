"""Saying yes to places that staff gave: one or all, once, by the person or by who heard it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models import SignUp
from outreach.accounts.history import undo
from outreach.refusal import Refused
from outreach.staffing.signups.assign import place, take_off
from outreach.staffing.signups.confirm import confirm
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew

DAY = timedelta(days=1)
LATER = NOW + timedelta(minutes=5)


class Scene:
    """Lea put Ada on three shifts in a row of days."""

    def __init__(self, session: Session) -> None:
        self.crew, self.session = Crew(session), session
        self.ada = self.crew.person("Ada A")
        self.shifts = [self.crew.shift(WEDNESDAY + DAY * number) for number in range(3)]
        for shift in self.shifts:
            place(session, shift, self.ada, self.crew.lead, NOW, REAL)
        rows = session.query(SignUp).order_by(SignUp.shift_id)
        self.places = list(rows)

    def said(self) -> list[bool]:
        """Return to which of the shifts she said yes."""
        self.session.flush()
        return [one.confirmed_at is not None for one in self.places]


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_all_at_once_and_back(session: Session, scene: Scene) -> None:
    entry = confirm(session, scene.places, scene.ada, LATER, REAL)
    assert entry is not None and scene.said() == [True] * 3
    assert {one.confirmed_at for one in scene.places} == {LATER}
    undo(session, entry, scene.ada, LATER, REAL)
    assert scene.said() == [False] * 3


def test_one_and_then_the_rest(session: Session, scene: Scene) -> None:
    confirm(session, scene.places[1:2], scene.ada, NOW, REAL)
    assert scene.said() == [False, True, False]
    confirm(session, scene.places, scene.ada, LATER, REAL)
    assert [one.confirmed_at for one in scene.places] == [LATER, NOW, LATER]


def test_pressed_twice_it_is_noted_once(session: Session, scene: Scene) -> None:
    first = confirm(session, scene.places, scene.ada, NOW, REAL)
    again = confirm(session, scene.places, scene.ada, LATER, REAL)
    assert first is not None and again is first
    assert {one.confirmed_at for one in scene.places} == {NOW}


def test_staff_who_heard_it_note_it(session: Session, scene: Scene) -> None:
    entry = confirm(session, scene.places, scene.crew.lead, NOW, REAL)
    assert entry is not None and entry.person_id == scene.crew.lead.id
    assert scene.said() == [True] * 3


def test_what_is_gone_meanwhile_is_left_out(session: Session, scene: Scene) -> None:
    take_off(session, scene.places[0], scene.crew.lead, NOW, REAL)
    scene.shifts[1].cancelled_at = NOW
    confirm(session, scene.places, scene.ada, NOW, REAL)
    assert scene.said() == [False, False, True]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("gone", "no place on Wed 13:00"),
        ("cancelled", "was cancelled"),
        ("over", "is over"),
        ("none", "Say for which shift"),
    ],
)
def test_where_nothing_is_left_it_is_refused(
    session: Session, scene: Scene, case: str, sentence: str
) -> None:
    now = WEDNESDAY + timedelta(hours=2) if case == "over" else NOW
    if case == "gone":
        take_off(session, scene.places[0], scene.crew.lead, NOW, REAL)
    if case == "cancelled":
        scene.shifts[0].cancelled_at = NOW
    with pytest.raises(Refused, match=sentence):
        confirm(session, scene.places[:1] if case != "none" else [], scene.ada, now, REAL)
    assert scene.said() == [False] * 3


def test_who_was_taken_off_since_stays_off(session: Session, scene: Scene) -> None:
    entry = confirm(session, scene.places, scene.ada, NOW, REAL)
    take_off(session, scene.places[0], scene.crew.lead, LATER, REAL)
    assert entry is not None
    undo(session, entry, scene.ada, LATER, REAL)
    assert [one.state for one in scene.places] == ["removed", "taken", "taken"]
    assert scene.said()[1:] == [False, False]
