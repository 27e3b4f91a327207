"""Swaps: two people, two taps, both judged; and both or neither, whatever else happens at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Message, Person, Shift, SignUp, Swap
from outreach.refusal import Refused
from outreach.staffing.cover.swaps import (
    answer_swap,
    find_swap,
    list_partners,
    offer_swap,
    take_swap_back,
)
from outreach.staffing.signups.assign import take_off
from outreach.staffing.signups.withdraw import leave
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY, Crew
from tests.outreach.staffing.signups.test_races import Scene

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Pair:
    """Ada stands on Wednesday at one, Bob on Thursday."""

    def __init__(self, session: Session, **ada: object) -> None:
        self.crew = Crew(session)
        self.ada = self.crew.person("Ada Alpha", **ada)
        self.bob = self.crew.person("Bob Beta")
        self.wednesday, self.thursday = self.crew.shift(), self.crew.shift(WEDNESDAY + DAY)
        self.mine = cast.add_sign_up(session, self.wednesday, self.ada, is_lead=True)
        self.theirs = cast.add_sign_up(session, self.thursday, self.bob)


@pytest.fixture
def pair(session: Session) -> Pair:
    return Pair(session)


def states(session: Session, shift: Shift) -> dict[str, str]:
    """Return who is on a shift by first name, and how."""
    rows = session.execute(
        select(Person.name, SignUp.state)
        .join(SignUp, SignUp.person_id == Person.id)
        .where(SignUp.shift_id == shift.id)
    )
    return {name.split()[0]: state for name, state in rows}


def told(session: Session, person: Person) -> list[str]:
    """Return the kinds of letters that a person got."""
    return list(session.scalars(select(Message.kind).where(Message.person_id == person.id)))


def test_two_taps_exchange_two_places(session: Session, pair: Pair) -> None:
    [partner] = list_partners(session, pair.mine, NOW)
    assert (partner.first_name, partner.sign_up_id) == ("Bob", pair.theirs.id)
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    assert states(session, pair.wednesday) == {"Ada": "taken"}
    assert told(session, pair.bob) == ["swap_offered"]
    answer_swap(session, swap, True, NOW, REAL)
    assert states(session, pair.wednesday) == {"Ada": "left", "Bob": "taken"}
    assert states(session, pair.thursday) == {"Bob": "left", "Ada": "taken"}
    leads = session.scalars(select(SignUp.person_id).where(SignUp.is_lead, SignUp.state == "taken"))
    assert list(leads) == [pair.bob.id]
    assert told(session, pair.ada) == ["swap_done"]
    assert told(session, pair.bob) == ["swap_offered", "swap_done"]
    lines = session.scalars(select(AuditEntry).where(AuditEntry.act == "swapped")).all()
    assert [line.person_id for line in lines] == [pair.bob.id]


def test_a_second_tap_changes_nothing(session: Session, pair: Pair) -> None:
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    assert offer_swap(session, pair.mine, pair.theirs, NOW, REAL) is swap
    answer_swap(session, swap, True, NOW, REAL)
    assert answer_swap(session, swap, True, NOW, REAL).state == "agreed"
    assert told(session, pair.ada) == ["swap_done"]
    with pytest.raises(Refused, match="has ended"):
        answer_swap(session, swap, False, NOW, REAL)
    with pytest.raises(Refused, match="has ended"):
        take_swap_back(session, swap, NOW, REAL)


def test_no_and_taken_back(session: Session, pair: Pair) -> None:
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    assert answer_swap(session, swap, False, NOW, REAL).state == "refused"
    assert told(session, pair.ada) == ["swap_refused"]
    again = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    assert take_swap_back(session, again, NOW, REAL).state == "withdrawn"
    assert take_swap_back(session, again, NOW, REAL).state == "withdrawn"
    with pytest.raises(Refused, match="has ended"):
        answer_swap(session, again, True, NOW, REAL)
    assert states(session, pair.wednesday) == {"Ada": "taken"}


def test_and_back_again(session: Session, pair: Pair) -> None:
    """Who swapped may swap back: the rows that were left are used again."""
    answer_swap(session, offer_swap(session, pair.mine, pair.theirs, NOW, REAL), True, NOW, REAL)
    rows = {
        (row.shift_id, row.person_id): row
        for row in session.scalars(select(SignUp).where(SignUp.state == "taken"))
    }
    mine = rows[pair.thursday.id, pair.ada.id]
    theirs = rows[pair.wednesday.id, pair.bob.id]
    answer_swap(session, offer_swap(session, theirs, mine, NOW, REAL), True, NOW, REAL)
    assert states(session, pair.wednesday) == {"Ada": "taken", "Bob": "left"}
    assert states(session, pair.thursday) == {"Ada": "left", "Bob": "taken"}


def test_both_are_judged_by_the_rules(session: Session, pair: Pair) -> None:
    clash = pair.crew.shift(WEDNESDAY + DAY + HOUR)
    cast.add_sign_up(session, clash, pair.ada)
    assert list_partners(session, pair.mine, NOW) == []
    with pytest.raises(Refused, match=r"Thu 1 Aug, 13:00–15:00 overlaps your shift Thu 14:00"):
        offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    long = pair.crew.shift(WEDNESDAY + 2 * HOUR, 4)
    cast.add_sign_up(session, long, pair.bob)
    with pytest.raises(Refused, match="4 hours a day is the most"):
        offer_swap(session, cast.add_sign_up(
            session, pair.crew.shift(WEDNESDAY + 6 * HOUR), pair.crew.person("Kim K")
        ), pair.theirs, NOW, REAL)  # fmt: skip


def test_what_clashes_by_now_is_refused_at_the_yes(session: Session, pair: Pair) -> None:
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    cast.add_sign_up(session, pair.crew.shift(WEDNESDAY + HOUR), pair.bob)
    with pytest.raises(Refused, match="overlaps your shift"):
        answer_swap(session, swap, True, NOW, REAL)
    assert states(session, pair.wednesday) == {"Ada": "taken"}


def test_a_swap_leaves_newcomers_no_more_alone_than_before(session: Session) -> None:
    pair = Pair(session, is_experienced=False)
    kim = pair.crew.person("Kim Kappa", is_experienced=False)
    cast.add_sign_up(session, pair.thursday, kim)
    pair.thursday.max_people = 2
    with pytest.raises(Refused, match="nobody who has stood at a booth before"):
        offer_swap(session, pair.mine, pair.theirs, NOW, REAL)


def test_who_left_ends_the_offer(session: Session, pair: Pair) -> None:
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    leave(session, pair.theirs, NOW, REAL)
    session.refresh(swap)
    assert swap.state == "void"
    with pytest.raises(Refused, match="has ended"):
        answer_swap(session, swap, True, NOW, REAL)


def test_no_swap_with_oneself_another_booth_or_what_has_begun(session: Session, pair: Pair) -> None:
    other = Crew(session, "theirs")
    far = cast.add_sign_up(session, other.shift(), other.person("Far Away"))
    own = cast.add_sign_up(session, pair.thursday, pair.ada)
    for row in (far, own):
        with pytest.raises(Refused, match="Only two people at the same booth"):
            offer_swap(session, pair.mine, row, NOW, REAL)
    with pytest.raises(Refused, match="has begun"):
        offer_swap(session, pair.mine, pair.theirs, WEDNESDAY + HOUR, REAL)
    found = find_swap(session, 4711)
    assert found is None


def test_a_cancelled_shift_is_not_swapped(session: Session, pair: Pair) -> None:
    swap = offer_swap(session, pair.mine, pair.theirs, NOW, REAL)
    pair.thursday.cancelled_at = NOW
    session.flush()
    with pytest.raises(Refused, match="was cancelled"):
        answer_swap(session, swap, True, NOW, REAL)
    assert list_partners(session, pair.mine, NOW) == []


Rival = Callable[[Session, int, int], object]


def leaves(session: Session, mine: int, _theirs: int) -> object:
    return leave(session, session.get_one(SignUp, mine), NOW, REAL)


def is_taken_off(session: Session, _mine: int, theirs: int) -> object:
    row = session.get_one(SignUp, theirs)
    lead = session.scalars(select(Person).where(Person.role == "staff")).first()
    assert lead is not None
    return take_off(session, row, lead, NOW, REAL)


def is_taken_back(session: Session, mine: int, _theirs: int) -> object:
    swap = session.scalars(select(Swap).where(Swap.mine_id == mine)).one()
    return take_swap_back(session, swap, NOW, REAL)


def says_no(session: Session, mine: int, _theirs: int) -> object:
    swap = session.scalars(select(Swap).where(Swap.mine_id == mine)).one()
    return answer_swap(session, swap, False, NOW, REAL)


@pytest.mark.parametrize("rival", [leaves, is_taken_off, is_taken_back, says_no])
def test_both_or_neither_whatever_comes_at_once(stored: Stored, rival: Rival) -> None:
    outcomes = set()
    for _ in range(6):
        scene = Scene(stored, 2, one=3, two=3)
        with stored() as session:
            second = session.get_one(Shift, scene.shifts[1])
            second.starts_at, second.ends_at = WEDNESDAY + DAY, WEDNESDAY + DAY + HOUR
        rows = []
        for person, shift in ((0, 0), (1, 1)):
            scene.do(scene.takes(person, shift))
            with stored() as session:
                of_person = SignUp.person_id == scene.people[person]
                rows.append(session.scalars(select(SignUp.id).where(of_person)).one())
        mine, theirs = rows
        with stored() as session:
            pair = session.get_one(SignUp, mine), session.get_one(SignUp, theirs)
            swap_id = offer_swap(session, *pair, NOW, REAL).id

        def agrees(session: Session, swap_id: int = swap_id) -> object:
            return answer_swap(session, session.get_one(Swap, swap_id), True, NOW, REAL)

        def other(session: Session, mine: int = mine, theirs: int = theirs) -> object:
            return rival(session, mine, theirs)

        scene.together([agrees, other])
        with stored() as session:
            rows_held = session.execute(
                select(SignUp.person_id, SignUp.shift_id).where(
                    SignUp.state == "taken", SignUp.shift_id.in_(scene.shifts)
                )
            )
            held = {(person_id, shift_id) for person_id, shift_id in rows_held}
            state = session.get_one(Swap, swap_id).state
        (ada, bob), (first, second_id) = scene.people, scene.shifts
        before, after = {(ada, first), (bob, second_id)}, {(ada, second_id), (bob, first)}
        whole = before if state != "agreed" else after
        assert held <= whole, (state, held)
        assert len(held) >= (1 if rival in (leaves, is_taken_off) else 2)
        outcomes.add(state)
    assert outcomes <= {"agreed", "void", "withdrawn", "refused"}
