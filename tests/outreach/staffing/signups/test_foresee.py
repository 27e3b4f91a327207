"""What was seen before the locks: it holds behind them, or is looked at once more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import BlockedAddress, Decision, Message, Person, SignUp
from outreach.accounts.addresses import Newcomer
from outreach.accounts.tokens import token_hash
from outreach.refusal import Refused
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.sign_up import Asking, Joined, Wish, foresee, join, take, wait
from outreach.staffing.signups.states import Origin
from outreach.staffing.signups.withdraw import leave
from tests.cast import NOW, REAL
from tests.conftest import CountQueries
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR = timedelta(hours=1)
SOL = Newcomer("Sol Sample", "sol@example.org")
BROWSER = Origin("browser", "network")


class Asked:
    """A crew with a shift that somebody is about to take: what they saw, and then the press."""

    def __init__(self, session: Session) -> None:
        self.session, self.crew = session, Crew(session)
        self.shift = self.crew.shift(max_people=2)
        self.vol = self.crew.person(is_experienced=False)
        self.wish = Wish("form", self.shift.sequence, origin=BROWSER)

    def sees(self, who: Person | Newcomer) -> Asking:
        crew = self.crew
        ground = LockedShift(self.shift, crew.booth, crew.event, crew.ours, "go")
        return foresee(self.session, ground, who, self.wish, NOW)

    def presses(self, who: Person | Newcomer, seen: Asking) -> Joined:
        return join(self.session, self.crew.ours, self.shift, who, self.wish, NOW, seen)

    def joins(self, who: Person | Newcomer) -> SignUp:
        return self.presses(who, self.sees(who)).sign_up

    def count(self, table: type[Person] | type[SignUp]) -> int:
        return self.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def asked(session: Session) -> Asked:
    return Asked(session)


@pytest.mark.parametrize("who", ["known", "new", "unknown"])
def test_a_place_that_nothing_stands_against_is_whole(asked: Asked, who: str) -> None:
    if who == "unknown":
        asked.vol.email_key = None
        asked.session.flush()
    row = asked.joins(SOL if who == "new" else asked.vol)
    row = asked.session.get_one(SignUp, row.id)
    assert (row.state, row.confirmed_at, row.created_at, row.reason) == ("taken", NOW, NOW, "")
    assert (row.is_lead, row.was_missed, row.queue_no, row.placed_by_id) == (
        False,
        False,
        None,
        None,
    )
    assert row.form_key == token_hash("form")[:43]
    assert (row.browser, row.network) == ((None, None) if who == "known" else BROWSER)
    person = asked.session.get_one(Person, row.person_id)
    assert (person.name, person.is_known) == (
        ("Sol Sample", False) if who == "new" else (asked.vol.name, who == "known")
    )
    kinds = asked.session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["confirmed"]


def test_who_is_known_costs_one_statement_behind_the_locks(
    asked: Asked, count_queries: CountQueries
) -> None:
    asked.vol.email = asked.vol.email_key = None
    asked.session.flush()
    seen = asked.sees(asked.vol)
    assert seen.seen
    with count_queries() as counted:
        asked.presses(asked.vol, seen)
    most = 2 if asked.session.get_bind().dialect.name == "postgresql" else 1
    assert len(counted) <= most, counted


def call_off(asked: Asked) -> None:
    asked.session.execute(update(Decision).values(state="cancelled"))


def fill(asked: Asked) -> None:
    for _ in range(asked.shift.max_people):
        take(asked.session, asked.shift, asked.crew.person(), NOW)


def queue(asked: Asked) -> None:
    rows = [take(asked.session, asked.shift, asked.crew.person(), NOW) for _ in range(2)]
    wait(asked.session, asked.shift, asked.crew.person(), NOW)
    leave(asked.session, rows[0], NOW, REAL)


def leave_one_place_to_first_timers(asked: Asked) -> None:
    asked.crew.person()
    take(asked.session, asked.shift, asked.crew.person(is_experienced=False), NOW)


def move(asked: Asked) -> None:
    asked.shift.starts_at += HOUR
    asked.shift.sequence += 1
    asked.session.flush()


def cancel(asked: Asked) -> None:
    asked.shift.cancelled_at = NOW
    asked.session.flush()


def take_another(asked: Asked) -> None:
    take(asked.session, asked.crew.shift(WEDNESDAY + HOUR), asked.vol, NOW)


def fill_lunch(asked: Asked) -> None:
    take(asked.session, asked.crew.shift(WEDNESDAY - 2 * HOUR), asked.vol, NOW, reason="so be it")


REFUSED: dict[Callable[[Asked], None], str] = {
    call_off: "SIGGRAPH was cancelled.",
    fill: "Wed 13:00 is full; you would be first on the waiting list.",
    queue: "Wed 13:00 is full; you would be first on the waiting list.",
    leave_one_place_to_first_timers: "The last place on Wed 13:00 is kept for somebody",
    move: "This shift was changed since you opened the page. Look at it again.",
    cancel: "Wed 13:00 was cancelled.",
    take_another: "Wed 31 Jul, 13:00–15:00 overlaps your shift Wed 14:00.",
    fill_lunch: "Wed 31 Jul, 13:00–15:00 would leave no 60 minutes free around your lunch",
}


@pytest.mark.parametrize("meanwhile", REFUSED, ids=lambda one: one.__name__)
def test_what_changed_since_is_refused_in_its_words(
    asked: Asked, meanwhile: Callable[[Asked], None]
) -> None:
    seen = asked.sees(asked.vol)
    assert seen.seen
    meanwhile(asked)
    with pytest.raises(Refused) as refused:
        asked.presses(asked.vol, seen)
    assert refused.value.sentence.startswith(REFUSED[meanwhile])


def block(asked: Asked) -> None:
    row = {"booth_id": asked.crew.booth.id, "blocked_at": NOW}
    asked.session.add(BlockedAddress(address_hash=token_hash("sol@example.org"), **row))
    asked.session.flush()


def hold(browser: str, network: str, count: int) -> Callable[[Asked], None]:
    def act(asked: Asked) -> None:
        for number in range(count):
            other = asked.crew.newcomer(f"New{number}", f"+1 303 555 {1000 + number}")
            shift = asked.crew.shift(WEDNESDAY + (number + 3) * HOUR, 1)
            take(asked.session, shift, other, NOW, origin=Origin(browser, network))

    return act


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (block, "Its owner does not want this address to be used here."),
        (hold("browser", "elsewhere", 6), "6 shifts are the most until you have confirmed"),
        (hold("another", "network", 2), "Your network holds all that it may"),
    ],
)
def test_a_newcomer_who_is_refused_since_is_nobody(
    asked: Asked, meanwhile: Callable[[Asked], None], sentence: str
) -> None:
    seen = asked.sees(SOL)
    assert seen.seen
    meanwhile(asked)
    with pytest.raises(Refused) as refused:
        asked.presses(SOL, seen)
    assert refused.value.sentence.startswith(sentence)
    asked.session.expunge_all()
    names = asked.session.scalars(select(Person.name)).all()
    assert "Sol Sample" not in names


def test_a_form_that_came_twice_makes_one_newcomer(asked: Asked) -> None:
    first, second = asked.sees(SOL), asked.sees(SOL)
    row = asked.presses(SOL, first)
    again = asked.presses(SOL, second)
    assert (again.sign_up.id, again.is_new, row.is_new) == (row.sign_up.id, False, True)
    people, places = asked.count(Person), asked.count(SignUp)
    assert (people, places) == (3, 1)


def test_whose_own_row_is_there_is_put_on_the_shift_once(asked: Asked) -> None:
    first, second = asked.sees(asked.vol), asked.sees(asked.vol)
    row = asked.presses(asked.vol, first).sign_up
    assert asked.presses(asked.vol, second).sign_up.id == row.id
    leave(asked.session, asked.session.get_one(SignUp, row.id), NOW, REAL)
    asked.wish = Wish("another form")
    seen = asked.sees(asked.vol)
    assert not seen.seen
    assert asked.presses(asked.vol, seen).sign_up.id == row.id
