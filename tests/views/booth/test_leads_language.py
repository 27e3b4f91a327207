"""What whoever leads a booth does there is answered in the language of the moment."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AuditEntry, Event, Person, Shift, SignUp
from tests import cast, pseudo
from tests.conftest import Stored
from tests.sign_ins import sign_in
from tests.views.mine.test_languages import Fair, check

HOURS = "2024-07-31 10-18\n2024-07-31 12-19\n2024-08-20 20-02\n2024-07-31 17-18 set-up"
"""They overlap, go past midnight, and are partly after the event."""
DRAWN = {
    "hours": HOURS, "slot_minutes": "120", "rest": "last", "min_people": "2", "max_people": "3",
    "edge_min": "2", "edge_max": "3",
    **{f"need{row}_on": "booth" for row in range(1, 5)},
}  # fmt: skip
SHIFT = {"when": "2024-08-01 15-16", "kind": "booth", "min_people": "2", "max_people": "3"}


@pytest.fixture(autouse=True)
def another_language() -> Iterator[None]:
    with pseudo.spoken():
        yield


@pytest.fixture
def fair(app: Flask, stored: Stored) -> Fair:
    """Return a fair whose shifts ask for nothing that a foundation calls by Latin letters."""
    fair = Fair(app, stored)
    with stored() as session:
        for shift in session.scalars(select(Shift)):
            shift.needs = [need.replace("vfx", "α") for need in shift.needs]
    return fair


@pytest.fixture
def lead(client: FlaskClient, stored: Stored, fair: Fair) -> FlaskClient:
    with stored() as session:
        sign_in(client, session, session.get_one(Person, fair.ada))
    return client


def follow(client: FlaskClient, path: str, **typed: object) -> None:
    """Press a button, and see that the page which it leads to says nothing in English."""
    check(client.post(path, data=typed, follow_redirects=True))


@pytest.mark.parametrize(
    "asked",
    ["as=list", "over=0&under=9", "over=20&under=0", "day=2024-08-01", "day=2024-08-01&as=list",
     "person={ada}", "person={ada}&as=list", "person={ada}&move={mine}"],
)  # fmt: skip
def test_what_is_asked_of_the_roster(lead: FlaskClient, fair: Fair, asked: str) -> None:
    check(lead.get(f"/events/{fair.event}/roster?{asked.format(ada=fair.ada, mine=fair.mine)}"))


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("booth/preview", DRAWN | {"hours": "α\n2024-07-31 10-10"}),
        ("booth/preview", DRAWN | {"slot_minutes": "x", "rest": "x", "max_people": ""}),
        ("booth/preview", DRAWN | {"need1": "knows α"}),
        ("booth/preview", DRAWN | {"need1": "lead", "need1_at": "α"}),
        ("booth/paste/preview", {}),
        ("booth/rules", {"slot_minutes": "x", "lunch_from": "x", "travel_share": "999"}),
        ("shifts/new", SHIFT | {"when": ""}),
        ("shifts/new", SHIFT | {"when": "α"}),
        ("shifts/new", SHIFT | {"max_people": "1", "note": "α" * 999}),
        ("brief/edit", {"goal": "α" * 300}),
        ("brief/edit", {"links": "α: β"}),
        ("brief/edit", {"points": "α\n" * 20}),
        ("edit", {"name": "", "url": "α", "booth_cost": "x", "starts_on": "x"}),
        ("booth/newcomers/remove", {"since": "x"}),
    ],
)
def test_what_cannot_be(lead: FlaskClient, fair: Fair, page: str, typed: dict[str, str]) -> None:
    check(lead.post(f"/events/{fair.event}/{page}", data=typed), 422)


def test_what_changed_meanwhile(lead: FlaskClient, fair: Fair) -> None:
    typed = {"name": "Β", "starts_on": "2024-07-28", "version": "99"}
    check(lead.post(f"/events/{fair.event}/edit", data=typed), 409)
    moved = SHIFT | {"seen": "99"}
    check(lead.post(f"/events/{fair.event}/shifts/{fair.free[0]}/edit", data=moved), 409)


def test_shifts_are_drawn_and_taken_back(lead: FlaskClient, fair: Fair) -> None:
    booth = f"/events/{fair.event}/booth"
    check(seen := lead.post(f"{booth}/preview", data=DRAWN))
    [shown] = re.findall(r'name="seen" value="(\w+)"', seen.text)
    follow(lead, f"{booth}/draw", **DRAWN, seen=shown)
    rows = "2024-08-01\t13:00-14:00\t2\n2024-08-01\t99\tα\n2024-08-01\t15:00-16:00\t2-3"
    check(lead.post(f"{booth}/paste/preview", data={"text": rows}))
    follow(lead, f"{booth}/paste", text=rows, leave_bad="1")
    follow(lead, f"/events/{fair.event}/shifts/new", **SHIFT)
    check(lead.get(f"{booth}/batches"))


def test_people_are_put_moved_and_taken_off(lead: FlaskClient, fair: Fair) -> None:
    event, places = f"/events/{fair.event}", f"/events/{fair.event}/places"
    follow(lead, f"{event}/shifts/{fair.free[0]}/people/{fair.bob}", reason="α")
    check(lead.post(f"{event}/shifts/{fair.free[1]}/people/{fair.bob}"), 422)
    follow(lead, f"{places}/{fair.again}/lead", lead="1")
    follow(lead, f"{places}/{fair.again}/move", to=fair.shifts[2], reason="α")
    with fair.stored() as session:
        mine = SignUp.shift_id == fair.free[0]
        number = session.scalar(select(SignUp.id).where(mine, SignUp.person_id == fair.bob))
    follow(lead, f"{places}/{number}/off")
    follow(lead, f"{event}/shifts/{fair.free[0]}/cover", person=fair.bob)
    follow(lead, f"{event}/covers/2/close")
    follow(lead, f"{event}/shifts/{fair.free[0]}/cancel")
    check(lead.get(f"{event}/booth"))


def test_a_roster_is_proposed_and_used(lead: FlaskClient, fair: Fair) -> None:
    people = [fair.hall.person("Ε"), fair.hall.person("Ζ", is_experienced=False)]
    with fair.stored() as session:
        event = session.get_one(Event, fair.event)
        for number in people:
            cast.name_person(session, event, session.get_one(Person, number))
    page = f"/events/{fair.event}/roster/proposal"
    follow(lead, page)
    follow(lead, f"{page}/1/cancel")
    follow(lead, f"{page}/1/use")


def test_what_was_done_is_taken_back(lead: FlaskClient, fair: Fair) -> None:
    event = f"/events/{fair.event}"
    follow(lead, f"{event}/booth/rules/reset")
    follow(lead, f"{event}/shifts/new", **SHIFT)
    follow(lead, f"{event}/shifts/{fair.free[0]}/cancel")
    follow(lead, f"{event}/booth/newcomers/limit", holds="no")
    with fair.stored() as session:
        done = session.scalars(select(AuditEntry.id).where(AuditEntry.person_id == fair.ada)).all()
    for number in done:
        lead.post(f"/history/{number}/take-back")
        check(lead.get(f"{event}/booth"))
        lead.post(f"/history/{number}/take-back")
        check(lead.get(f"{event}/booth"))
    check(lead.get(f"{event}/booth/history"))
