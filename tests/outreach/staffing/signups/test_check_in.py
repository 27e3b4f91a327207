"""On the day: check-in, check-out, staying on, no-shows, and the hours that follow from them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Booth, Person, Shift, SignUp
from outreach.accounts.history import undo
from outreach.refusal import Refused
from outreach.staffing.roster.days import is_there, left_at, time_there
from outreach.staffing.roster.today import load_duty, own_shifts
from outreach.staffing.signups.attendance import check_in
from tests import cast
from tests.cast import REAL
from tests.sign_ins import add_person

NINE = datetime(2024, 7, 31, 15, 0, tzinfo=UTC)
ELEVEN = NINE + timedelta(hours=2)
SPAN = (NINE, ELEVEN)


def at(minutes: int) -> datetime:
    """Return so many minutes after the shift's start."""
    return NINE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("arrived", "left", "now", "minutes"),
    [
        (None, None, 60, 0),
        (0, None, 60, 60),
        (10, None, 60, 50),
        (-20, None, 60, 60),  # early is not counted
        (-20, -10, 60, 0),
        (-20, None, -10, 0),
        (0, None, 119, 119),
        (0, None, 120, 120),
        (0, None, 600, 120),  # forgotten: it ends with the shift
        (0, 130, 600, 130),  # stayed on
        (30, 90, 600, 60),
        (119, None, 600, 1),
    ],
)
def test_hours_counted(arrived: int | None, left: int | None, now: int, minutes: int) -> None:
    came = None if arrived is None else at(arrived)
    gone = None if left is None else at(left)
    assert time_there(SPAN, came, gone, at(now)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("stays", "now", "left"),
    [(False, 60, 60), (False, 120, 120), (False, 150, 120), (True, 150, 150), (True, 60, 60)],
)
def test_a_check_out_after_the_end_counts_only_who_stays_on(
    stays: bool, now: int, left: int
) -> None:
    assert left_at(SPAN, NINE, stays, at(now)) == at(left)


def test_who_is_there() -> None:
    assert not is_there(SPAN, None, None, False, at(60))
    assert is_there(SPAN, NINE, None, False, at(119))
    assert not is_there(SPAN, NINE, None, False, at(120))
    assert is_there(SPAN, NINE, None, True, at(130))
    assert not is_there(SPAN, NINE, at(30), True, at(60))


class Scene:
    """A booth with a shift from nine to eleven in Denver, Lin on it, and the lead Ada."""

    def __init__(self, session: Session) -> None:
        ours = cast.add_clocked(session)
        self.lead: Person = add_person(session, "Ada Example", foundation=ours)
        self.lin: Person = add_person(session, "Lin Example", "volunteer", ours)
        event = cast.add_event(session, ours, ends=date(2024, 8, 1))
        cast.add_decision(session, event)
        self.booth: Booth = cast.add_booth(session, event)
        self.shift: Shift = cast.add_shift(session, self.booth, NINE, min_people=1)
        self.place: SignUp = cast.add_sign_up(session, self.shift, self.lin, confirmed_at=None)


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_check_in_and_out_and_back(session: Session, scene: Scene) -> None:
    came = check_in.check_in(session, scene.place, scene.lin, at(5), REAL)
    assert (scene.place.arrived_at, scene.place.confirmed_at) == (at(5), at(5))
    assert check_in.check_in(session, scene.place, scene.lead, at(9), REAL).id == came.id
    gone = check_in.check_out(session, scene.place, scene.lead, at(100), REAL)
    assert scene.place.left_at == at(100)
    undo(session, gone, scene.lead, at(101), REAL)
    assert (scene.place.arrived_at, scene.place.left_at) == (at(5), None)
    undo(session, came, scene.lead, at(102), REAL)
    assert (scene.place.arrived_at, scene.place.confirmed_at) == (None, None)


def test_undo_of_what_changed_since_is_refused(session: Session, scene: Scene) -> None:
    came = check_in.check_in(session, scene.place, scene.lin, at(5), REAL)
    check_in.check_out(session, scene.place, scene.lin, at(50), REAL)
    with pytest.raises(Refused, match="take that back first"):
        undo(session, came, scene.lin, at(51), REAL)
    with pytest.raises(Refused):
        check_in.check_in(session, scene.place, scene.lin, at(60), REAL)


@pytest.mark.parametrize(
    ("minutes", "by_lead", "is_taken"),
    [
        (-121, True, False),
        (-120, False, True),
        (119, False, True),
        (120, False, False),
        (120, True, True),
        (120 + 24 * 60 - 1, True, True),
        (120 + 24 * 60, True, False),
    ],
)
def test_when_somebody_can_check_in(
    session: Session, scene: Scene, minutes: int, by_lead: bool, is_taken: bool
) -> None:
    by = scene.lead if by_lead else scene.lin
    if not is_taken:
        with pytest.raises(Refused):
            check_in.check_in(session, scene.place, by, at(minutes), REAL)
        return
    check_in.check_in(session, scene.place, by, at(minutes), REAL)
    # Noted afterwards, somebody counts as there from the start.
    assert scene.place.arrived_at == (at(minutes) if minutes < 120 else NINE)


def test_a_no_show_and_somebody_who_comes_after_all(session: Session, scene: Scene) -> None:
    with pytest.raises(Refused, match="has not begun"):
        check_in.miss(session, scene.place, scene.lead, at(-1), REAL)
    missed = check_in.miss(session, scene.place, scene.lead, at(20), REAL)
    assert check_in.miss(session, scene.place, scene.lead, at(21), REAL).id == missed.id
    duty = load_duty(session, scene.booth, at(21))
    assert (duty.on[0].missing, duty.headline) == (1, "Nobody is checked in.")
    check_in.check_in(session, scene.place, scene.lin, at(30), REAL)
    assert not scene.place.was_missed
    with pytest.raises(Refused, match="is checked in"):
        check_in.miss(session, scene.place, scene.lead, at(31), REAL)


def test_staying_on_if_nobody_comes(session: Session, scene: Scene) -> None:
    gap = cast.add_shift(session, scene.booth, ELEVEN)
    with pytest.raises(Refused, match="at the booth"):
        check_in.stay_on(session, scene.place, scene.lin, at(60), REAL)
    check_in.check_in(session, scene.place, scene.lin, at(0), REAL)
    check_in.stay_on(session, scene.place, scene.lin, at(60), REAL)
    duty = load_duty(session, scene.booth, at(61))
    assert [row.id for row in duty.coming] == [gap.id]
    assert [one.first_name for one in duty.can_stay(duty.coming[0])] == ["Lin"]
    later = load_duty(session, scene.booth, at(130))
    assert later.headline == "Lin is at the booth."
    check_in.stay_on(session, scene.place, scene.lin, at(131), REAL, says=False)
    assert scene.place.stays_on_at is None


def test_only_a_place_that_is_taken_can_be_checked_in(session: Session, scene: Scene) -> None:
    scene.place.state = "left"
    with pytest.raises(Refused, match="no place"):
        check_in.check_in(session, scene.place, scene.lin, at(0), REAL)
    with pytest.raises(Refused):
        check_in.check_out(session, scene.place, scene.lin, at(0), REAL)


def test_who_arrives_who_leaves_and_when_they_are_back(session: Session, scene: Scene) -> None:
    noor = add_person(session, "Noor Sample", "volunteer")
    second = cast.add_shift(session, scene.booth, ELEVEN)
    third = cast.add_shift(session, scene.booth, ELEVEN + timedelta(hours=2))
    cast.add_sign_up(session, second, noor)
    cast.add_sign_up(session, third, scene.lin)
    cast.add_sign_up(session, third, noor)
    duty = load_duty(session, scene.booth, at(60))
    following, last = duty.coming
    assert [one.first_name for one in duty.arriving(following)] == ["Noor"]
    assert [(one.first_name, back) for one, back in duty.leaving(following)] == [
        ("Lin", third.starts_at)
    ]
    assert [one.first_name for one in duty.arriving(last)] == ["Lin"]
    assert duty.awaited[0].first_name == "Lin"
    assert [row.id for row, _ in own_shifts(duty, scene.lin.id)] == [scene.shift.id]
    assert load_duty(session, scene.booth, at(60 * 40)).headline == "Nothing is on today."
