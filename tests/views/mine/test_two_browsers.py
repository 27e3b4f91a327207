"""One human in two browsers, and two humans with one address, as their pages tell it."""

import pytest
from flask import Flask
from sqlalchemy import select

from models import Message, Person, SignUp
from tests.conftest import Stored
from tests.views.hall import SOL, Hall

BOB = {"name": "Bob", "contact": "+1 626 555 0100"}


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.mark.parametrize(
    ("given", "again", "server", "said", "kinds"),
    [
        (SOL, SOL | {"name": "sol"}, True, "Your link is on its way by mail.", 1),
        (SOL, SOL, False, "Lost your link? Ask Lea.", 1),
        (BOB, BOB | {"contact": "626-555-0100"}, True, "Lost your link? Ask Lea.", 0),
    ],
)
def test_a_second_browser_is_told_that_the_place_is_theirs_and_gets_no_link(
    hall: Hall, stored: Stored, given: dict[str, str], again: dict[str, str], server: bool,
    said: str, kinds: int,
) -> None:  # fmt: skip
    hall.app.config["MAIL_SERVER"] = object() if server else None
    shift, second = hall.shift(), hall.phone()
    hall.take(hall.phone(), shift, given)
    told = hall.take(second, shift, again)
    assert told.status_code == 303
    page = second.get(told.location)
    assert f"already, {given['name'].split()[0]}. {said}" in page.text
    assert second.get("/my").status_code == 404
    assert hall.states(shift) == {given["name"].split()[0]: "taken"}
    with stored() as session:
        asks = session.scalars(select(Message.id).where(Message.kind == "contact")).all()
        assert len(asks) == kinds


def test_whose_address_is_shown_is_mailed_their_own_link(hall: Hall, stored: Stored) -> None:
    ana = hall.person("Ana Aguilar")
    shift = hall.shift()
    hall.puts(shift, ana)
    hall.take(hall.phone(), shift, {"name": "Ana", "contact": "ANA@example.org"})
    with stored() as session:
        letters = session.scalars(select(Message)).all()
        assert [(one.kind, one.person_id, one.to_address) for one in letters] == [
            ("own_link", ana, "ana@example.org")
        ]
        assert session.scalars(select(SignUp.person_id)).all() == [ana]
        assert session.scalars(select(Person.name).order_by(Person.id)).all() == [
            "Lea Lead", "Ana Aguilar",
        ]  # fmt: skip
