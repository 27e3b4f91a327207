"""Somebody signs up with a name and one contact: what they become, and what they never become."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Availability, Message, Person, PersonalLink, SignUp
from outreach.accounts.addresses import new_person
from outreach.refusal import Refused
from outreach.staffing.signups.sign_up import CONTACT_MAILS, take, wait
from outreach.staffing.volunteers import personal_links
from outreach.staffing.volunteers.one_person import OtherName, check_contact
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import CountQueries
from tests.outreach.staffing.crew import WEDNESDAY, Crew


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [
        ("sol@example.net", "sol@example.net", None),
        (" Sol+Booth@Example.net ", "Sol+Booth@Example.net", None),
        ("+1 (303) 555-0100", None, "+1 (303) 555-0100"),
    ],
)
def test_one_contact_is_kept_as_typed_and_proves_nothing(
    crew: Crew, contact: str, email: str | None, phone: str | None
) -> None:
    person = crew.newcomer("  Sol   Reyes ", contact)
    assert (person.name, person.email, person.phone) == ("Sol Reyes", email, phone)
    assert (person.email_key, person.role, person.is_experienced) == (None, "volunteer", False)


@pytest.mark.parametrize(
    ("name", "contact", "field"),
    [
        ("", "sol@example.net", "name"),
        (" \n ", "sol@example.net", "name"),
        ("x" * 201, "sol@example.net", "name"),
        ("Sol", "", "contact"),
        ("Sol", "sol@", "contact"),
        ("Sol", "sol@nowhere", "contact"),
        ("Sol", "12345", "contact"),
        ("Sol", "call me", "contact"),
        ("Sol", "1" * 41, "contact"),
    ],
)
def test_what_is_neither_is_refused_beside_its_field(
    crew: Crew, name: str, contact: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        new_person(crew.ours, name, contact, NOW)
    assert refused.value.field == field


def test_a_known_address_gets_the_same_answer_as_an_unknown_one(
    crew: Crew, count_queries: CountQueries
) -> None:
    known = crew.person("Ada Known", email="ada@example.org", email_key="ada@example.org")
    before = (known.name, known.email, known.phone, known.version)
    with count_queries() as for_known:
        twin = crew.newcomer("Mallory", "ADA@example.org")
    with count_queries() as for_unknown:
        fresh = crew.newcomer("Mallory", "new@example.org")
    assert for_known == for_unknown
    assert (twin.email_key, fresh.email_key) == (None, None)
    assert twin.id != known.id
    crew.session.refresh(known)
    assert (known.name, known.email, known.phone, known.version) == before


def test_strangers_cannot_flood_an_address(crew: Crew) -> None:
    for number in range(CONTACT_MAILS.most + 5):
        address = f"ad.a+{number}@example.org"
        crew.newcomer(f"Sol {number}", address)
    mails = select(func.count()).select_from(Message).where(Message.kind == "contact")
    assert crew.session.scalar(mails) == CONTACT_MAILS.most
    everybody = select(func.count()).select_from(Person).where(Person.name.startswith("Sol"))
    assert crew.session.scalar(everybody) == CONTACT_MAILS.most + 5


def test_an_address_that_nobody_had_becomes_theirs(crew: Crew) -> None:
    person = crew.newcomer("Sol", "Sol@Example.net")
    token = personal_links.issue(crew.session, person, "key", NOW)
    assert check_contact(crew.session, person, NOW, REAL, kept=token) is person
    assert person.email_key == "sol@example.net"
    assert check_contact(crew.session, person, NOW, REAL) is person
    assert personal_links.find_owner(crew.session, token, NOW) is person


class Twins:
    """Ada, whose address is proven, and a later row that somebody made with her address."""

    def __init__(self, crew: Crew) -> None:
        self.session = crew.session
        self.ada = crew.person("Ada Known", email="ada@example.org", email_key="ada@example.org")
        self.twin = crew.newcomer("ada", "ada@example.org")
        self.twin.is_experienced = True

    def unite(self) -> None:
        twin = self.twin.id
        assert check_contact(self.session, self.twin, NOW, REAL) is self.ada
        assert self.session.get(Person, twin) is None

    def states(self) -> list[tuple[int, str]]:
        mine = select(SignUp).where(SignUp.person_id == self.ada.id).order_by(SignUp.shift_id)
        return [(row.shift_id, row.state) for row in self.session.scalars(mine)]


def test_two_rows_become_the_one_that_was_proven_first(crew: Crew) -> None:
    twins = Twins(crew)
    first, later = crew.shift(), crew.shift(WEDNESDAY + timedelta(days=1))
    take(crew.session, first, twins.ada, NOW)
    take(crew.session, later, twins.twin, NOW)
    twins.unite()
    assert twins.states() == [(first.id, "taken"), (later.id, "taken")]
    assert (twins.ada.name, twins.ada.role) == ("Ada Known", "volunteer")


def test_the_link_of_whoever_typed_the_address_opens_nothing_of_its_owner(crew: Crew) -> None:
    twins = Twins(crew)
    own = personal_links.issue(crew.session, twins.ada, "key", NOW)
    typed = personal_links.issue(crew.session, twins.twin, "key", NOW)
    twins.unite()
    assert personal_links.find_owner(crew.session, typed, NOW) is None
    assert personal_links.find_owner(crew.session, own, NOW) is twins.ada
    assert crew.session.scalar(select(func.count()).select_from(PersonalLink)) == 1


@pytest.mark.parametrize(
    ("own", "theirs", "kept"),
    [("taken", "taken", "own"), ("taken", "left", "own"), ("left", "taken", "theirs"),
     ("left", "left", "own")],
)  # fmt: skip
def test_on_one_shift_the_living_place_stands_and_else_the_older(
    crew: Crew, own: str, theirs: str, kept: str
) -> None:
    twins, shift = Twins(crew), crew.shift()
    rows = {}
    for whose, person, state in (("own", twins.ada, own), ("theirs", twins.twin, theirs)):
        rows[whose] = cast.add_sign_up(crew.session, shift, person, state)
    number = rows[kept].id
    twins.unite()
    assert crew.session.scalars(select(SignUp.id)).all() == [number]


def test_a_place_that_becomes_free_goes_to_who_waits(crew: Crew) -> None:
    twins, shift = Twins(crew), crew.shift(max_people=2)
    for person in (twins.ada, twins.twin):
        cast.add_sign_up(crew.session, shift, person)
    queued = wait(crew.session, shift, crew.person(), NOW)
    twins.unite()
    assert queued.state == "offered"


def test_a_double_booking_that_comes_to_light_is_given_up(crew: Crew) -> None:
    twins = Twins(crew)
    one, other = crew.shift(), crew.shift(WEDNESDAY + timedelta(hours=1))
    take(crew.session, one, twins.ada, NOW)
    take(crew.session, other, twins.twin, NOW)
    twins.unite()
    assert twins.states() == [(one.id, "taken"), (other.id, "removed")]


def test_everything_else_that_named_the_later_row_names_the_first(crew: Crew) -> None:
    twins = Twins(crew)
    for person in (twins.ada, twins.twin):
        said = Availability(booth_id=crew.booth.id, person_id=person.id, times=[], said_at=NOW)
        crew.session.add(said)
    cast.name_person(crew.session, crew.event, twins.twin, is_lead=True)
    twins.unite()
    assert crew.session.scalar(select(func.count()).select_from(Availability)) == 1
    crew.session.refresh(crew.event, ["team"])
    assert [(one.person_id, one.is_lead) for one in crew.event.team] == [(twins.ada.id, True)]


@pytest.mark.parametrize("later_first", [False, True])
@pytest.mark.parametrize("owner", ["none", "eva"])
def test_a_couple_with_one_address_stays_two_in_every_order(
    crew: Crew, owner: str, later_first: bool
) -> None:
    """Both keep their places and links, and both are mailed, whoever presses the button first."""
    session, shift = crew.session, crew.shift()
    steins = [crew.newcomer(name, "steins@example.org") for name in ("Eva Stein", "Max Stein")]
    if owner == "eva":
        crew.person("Eva Stein", email="steins@example.org", email_key="steins@example.org")
    links = {one.id: personal_links.issue(session, one, "key", NOW) for one in steins}
    for one in steins:
        cast.add_sign_up(session, shift, one)
    order = list(reversed(steins)) if later_first else steins
    for one in order:
        try:
            check_contact(session, one, NOW, REAL, kept=links[one.id])
        except OtherName:
            check_contact(session, one, NOW, REAL, kept=links[one.id], shares=True)
    names = session.scalars(select(Person.name).where(Person.address_key == "steins@example.org"))
    assert sorted(names) == ["Eva Stein", "Max Stein"]
    rows = session.scalars(select(SignUp).where(SignUp.shift_id == shift.id)).all()
    assert [row.state for row in rows] == ["taken", "taken"]
    assert len({row.person_id for row in rows}) == 2
    people = [session.get_one(Person, row.person_id) for row in rows]
    assert [(one.has_shown_address, one.email) for one in people] == [
        (True, "steins@example.org")
    ] * 2
    alive = [personal_links.find_owner(session, link, NOW) for link in links.values()]
    assert [one.first_name if one else None for one in alive] == [
        None if owner == "eva" else "Eva", "Max",
    ]  # fmt: skip
