"""One human in two browsers: one place on a shift, one sum of hours, and no link handed out."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Person, Shift, SignUp
from outreach.accounts.addresses import Newcomer
from outreach.refusal import Refused
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.sign_up import Joined, Wish, foresee, join, take
from outreach.staffing.signups.states import Origin
from tests import cast
from tests.cast import NOW
from tests.outreach.staffing.crew import WEDNESDAY, Crew

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANA, BOB = ("Ana Aguilar", "ana@example.org"), ("Bob", "+1 626 555 0100")
FIRST, SECOND = Origin("laptop", "home"), Origin("phone", "hall")


class Browsers:
    """A crew whose shifts are taken from two browsers."""

    def __init__(self, session: Session) -> None:
        self.session, self.crew = session, Crew(session)

    def takes(
        self,
        shift: Shift,
        who: tuple[str, str] | Person,
        origin: Origin = FIRST,
        waits: bool = False,
    ) -> Joined:
        crew = self.crew
        asks = Newcomer(*who) if isinstance(who, tuple) else who
        key = f"{shift.id} of {origin.browser} by {asks.name}"
        wish = Wish(key, shift.sequence, "", waits, origin)
        ground = LockedShift(shift, crew.booth, crew.event, crew.ours, "go")
        seen = foresee(self.session, ground, asks, wish, NOW)
        return join(self.session, crew.ours, shift, asks, wish, NOW, seen)

    def places(self) -> int:
        held = select(func.count()).select_from(SignUp).where(SignUp.state == "taken")
        return self.session.scalar(held) or 0

    def people(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def browsers(session: Session) -> Browsers:
    return Browsers(session)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (ANA, ANA),
        (ANA, ("ana", " ANA@Example.org")),
        (ANA, ("A\u200bna Maria", "ana@example.org")),
        (BOB, BOB),
        (BOB, ("bob", "+1 (626) 555-0100")),
        (BOB, ("BOB B.", "626-555-0100")),
        (BOB, ("Bob", "001 626 555 0100")),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_the_same_name_and_contact_has_one_place_on_a_shift(
    browsers: Browsers, first: tuple[str, str], again: tuple[str, str], waits: bool
) -> None:
    shift = browsers.crew.shift()
    had = browsers.takes(shift, first)
    people = browsers.people()
    told = browsers.takes(shift, again, SECOND, waits)
    assert (told.is_elsewhere, told.sign_up.id, told.person.id) == (
        True, had.sign_up.id, had.sign_up.person_id,
    )  # fmt: skip
    assert (browsers.places(), browsers.people()) == (1, people)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (("Eva Stein", "steins@example.org"), ("Max Stein", "steins@example.org")),
        (("Eva", "+49 170 1234567"), ("Max", "0170 1234567")),
        (("Ana", "ana@example.org"), ("Ana", "ana@example.com")),
        (("Bob", "+1 626 555 0100"), ("Bob", "+49 1626 5550100")),
    ],
)
def test_another_name_or_another_contact_is_somebody_else(
    browsers: Browsers, first: tuple[str, str], other: tuple[str, str]
) -> None:
    shift = browsers.crew.shift()
    one, two = browsers.takes(shift, first), browsers.takes(shift, other, SECOND)
    assert not two.is_elsewhere
    assert browsers.places() == 2
    assert one.sign_up.person_id != two.sign_up.person_id


def test_somebody_who_is_known_has_one_place_too(browsers: Browsers) -> None:
    ana = browsers.crew.person("Ana Aguilar", email=ANA[1], email_key=ANA[1])
    shift, later = browsers.crew.shift(), browsers.crew.shift(WEDNESDAY + DAY)
    browsers.takes(shift, ana)
    assert browsers.takes(shift, ANA, SECOND).person is ana
    browsers.takes(later, ANA, SECOND)
    assert browsers.takes(later, ana).is_elsewhere
    assert browsers.places() == 2


def test_who_waits_in_one_browser_does_not_wait_in_another(browsers: Browsers) -> None:
    shift = browsers.crew.shift(max_people=1)
    take(browsers.session, shift, browsers.crew.person(), NOW)
    browsers.takes(shift, ANA, waits=True)
    assert browsers.takes(shift, ANA, SECOND, waits=True).sign_up.state == "waiting"
    assert browsers.people() == 3  # with the lead


def test_another_shift_makes_a_row_of_its_own_that_opens_nothing_of_the_first(
    browsers: Browsers,
) -> None:
    first = browsers.takes(browsers.crew.shift(), ANA)
    second = browsers.takes(browsers.crew.shift(WEDNESDAY + DAY), ANA, SECOND)
    assert second.is_new
    assert second.person.id != first.person.id


def test_what_both_have_counts_as_one_humans(browsers: Browsers) -> None:
    crew = browsers.crew
    browsers.takes(crew.shift(hours=3), ANA)
    with pytest.raises(Refused, match="overlaps your shift Wed 13:00"):
        browsers.takes(crew.shift(WEDNESDAY + HOUR), ANA, SECOND)
    with pytest.raises(NeedsReason):
        browsers.takes(crew.shift(WEDNESDAY + 3 * HOUR, hours=3), ANA, SECOND)
    assert browsers.places() == 1


def test_nothing_else_of_the_first_is_told_to_the_second(browsers: Browsers) -> None:
    """Their talk is on no public list, so a stranger who types their name learns nothing of it."""
    crew = browsers.crew
    ana = crew.person("Ana Aguilar", email=ANA[1], email_key=ANA[1])
    times = {"starts_at": WEDNESDAY, "ends_at": WEDNESDAY + HOUR}
    cast.add_proposal(browsers.session, crew.event, ana.id, state="confirmed", **times)
    shift = crew.shift()
    with pytest.raises(Refused):
        browsers.takes(shift, ana)
    assert browsers.takes(shift, ANA, SECOND).is_new


def test_what_a_stranger_types_binds_nobody_who_is_known(browsers: Browsers) -> None:
    crew = browsers.crew
    ana = crew.person("Ana Aguilar", email=ANA[1], email_key=ANA[1])
    browsers.takes(crew.shift(hours=3), ANA, SECOND)
    assert browsers.takes(crew.shift(WEDNESDAY + HOUR), ana).sign_up.state == "taken"


def test_a_row_of_another_foundation_is_another(browsers: Browsers) -> None:
    browsers.takes(browsers.crew.shift(), ANA)
    elsewhere = Browsers.__new__(Browsers)
    elsewhere.session, elsewhere.crew = browsers.session, Crew(browsers.session, "theirs")
    assert not elsewhere.takes(elsewhere.crew.shift(), ANA, SECOND).is_elsewhere
