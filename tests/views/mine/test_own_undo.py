"""What a volunteer did goes back by the browser that knows them, and by nobody else's."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import CoverAsk, Message, Person, Shift, SignUp, Swap
from outreach.staffing.cover.questions import open_cover
from outreach.staffing.cover.swaps import offer_swap
from outreach.staffing.signups.waiting_list import answer_offer
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import Hall
from tests.views.planned import rows_of, sign_in_as, text_of

TOLD_OF = ("sign_up", "swap", "cover", "cover_ask", "availability")


@dataclass
class Scene:
    """Ada and Bob have a shift each; Bob offers to swap, and Cem is asked to take Ada's place."""

    hall: Hall
    ada: int
    bob: int
    cem: int
    mine: int
    bobs: int
    swap: int
    cover: int
    unsaid: int
    """A place that Ada was put on."""

    def act(self, who: str, path: str, given: dict[str, str]) -> tuple[FlaskClient, TestResponse]:
        """Press a button on somebody's page; return their phone and what it shows then."""
        person = getattr(self, who)
        phone = self.hall.phone(person)
        where = f"/my/{self.hall.link(person)}{path}".format(**vars(self), event=self.hall.event)
        sent = {name: value.format(**vars(self)) for name, value in given.items()}
        return phone, phone.post(where, data=sent, follow_redirects=True)


@pytest.fixture
def scene(app: Flask, stored: Stored) -> Scene:
    hall = Hall(app, stored)
    ada, bob, cem = (hall.person(name) for name in ("Ada A", "Bob B", "Cem C"))
    first, second = hall.shift(max_people=1), hall.shift(WEDNESDAY.replace(day=30), max_people=1)
    [mine], [bobs] = hall.puts(first, ada), hall.puts(second, bob)
    with stored() as session:
        places = session.get_one(SignUp, bobs), session.get_one(SignUp, mine)
        swap = offer_swap(session, *places, NOW, REAL).id
        lead, shift = session.get_one(Person, hall.lead), session.get_one(Shift, first)
        cover = open_cover(session, shift, [cem], lead, NOW, REAL, places[1]).id
    unsaid = hall.puts(hall.shift(WEDNESDAY.replace(day=29)), ada, confirmed_at=None)
    return Scene(hall, ada, bob, cem, mine, bobs, swap, cover, *unsaid)


def way_on(page: TestResponse) -> list[str]:
    return re.findall(r'action="(/history/\d+/take-back)"', page.text)


@pytest.mark.parametrize(
    ("who", "path", "given", "line"),
    [
        ("ada", "/coming", {"place": "{unsaid}"}, "Ada A noted that Ada A comes to"),
        ("ada", "/shifts/{mine}/leave", {}, "Ada A gave a place at"),
        ("ada", "/swaps/{swap}", {"says": "no"}, "Ada A said no to a swap of places at"),
        ("bob", "/swaps/{swap}", {"says": "back"}, "Bob B took an offer to swap places at"),
        ("cem", "/covers/{cover}", {"says": "no"}, "Cem C said no to a place at"),
        ("cem", "/events/{event}/times", {"most": "4"}, "Cem C said when they can come to"),
    ],
)
def test_it_is_told_and_goes_back_once(
    scene: Scene, stored: Stored, who: str, path: str, given: dict[str, str], line: str
) -> None:
    before = rows_of(stored)
    phone, page = scene.act(who, path, given)
    [undo] = way_on(page)
    staff = sign_in_as(scene.hall.app, stored, scene.hall.lead)
    assert line in text_of(staff.get(f"/events/{scene.hall.event}/history"))
    assert scene.hall.phone().post(undo).status_code == 401
    assert scene.hall.phone(scene.hall.person("Eve E")).post(undo).status_code == 404
    assert (phone.post(undo).location or "").startswith("/my/")
    assert standing(scene, stored) == ("taken", "taken", "offered", "asked")
    after = rows_of(stored)
    assert {name: len(after[name]) for name in TOLD_OF} == {n: len(before[n]) for n in TOLD_OF}
    again = phone.post(undo)
    assert (again.status_code, "This was taken back already." in text_of(again)) == (422, True)


def standing(scene: Scene, stored: Stored) -> tuple[str, ...]:
    """Return how Ada's place, Bob's, the swap and Cem's answer stand."""
    with stored() as session:
        return (
            session.get_one(SignUp, scene.mine).state,
            session.get_one(SignUp, scene.bobs).state,
            session.get_one(Swap, scene.swap).state,
            session.get_one(CoverAsk, (scene.cover, scene.cem)).state,
        )


@pytest.mark.parametrize(
    ("who", "path", "line"),
    [
        ("ada", "/swaps/{swap}", "Ada A agreed to a swap of places at"),
        ("cem", "/covers/{cover}", "Cem C said yes and took a place at"),
    ],
)
def test_what_others_count_on_is_taken_back_by_who_runs_the_booth(
    scene: Scene, stored: Stored, who: str, path: str, line: str
) -> None:
    phone, page = scene.act(who, path, {"says": "yes"})
    assert way_on(page) == []
    staff = sign_in_as(scene.hall.app, stored, scene.hall.lead)
    history = staff.get(f"/events/{scene.hall.event}/history")
    assert line in text_of(history)
    undo = way_on(history)[0]
    assert phone.post(undo).status_code == 404
    assert standing(scene, stored) != ("taken", "taken", "offered", "asked")
    assert staff.post(undo).status_code == 303
    assert standing(scene, stored) == ("taken", "taken", "offered", "asked")


def test_a_shift_that_is_over_stays_as_it_was(scene: Scene, stored: Stored) -> None:
    phone, page = scene.act("ada", "/shifts/{mine}/leave", {})
    with stored() as session:
        shift = session.get_one(Shift, session.get_one(SignUp, scene.mine).shift_id)
        shift.starts_at, shift.ends_at = NOW - timedelta(hours=2), NOW
    answer = phone.post(way_on(page)[0], follow_redirects=True)
    assert "is over" in text_of(answer)


@pytest.mark.parametrize(
    ("path", "given", "state"),
    [
        ("/shifts/{bobs}/swap", {"with": "{mine}"}, "withdrawn"),
        ("/shifts/{bobs}/cover", {}, "closed"),
    ],
)
def test_a_question_that_is_taken_back_ends(
    scene: Scene, stored: Stored, path: str, given: dict[str, str], state: str
) -> None:
    scene.act("bob", "/swaps/{swap}", {"says": "back"})
    sent = {name: value.format(**vars(scene)) for name, value in given.items()}
    phone, page = scene.act("bob", path, sent)
    phone.post(way_on(page)[0])
    with stored() as session:
        newest = session.scalars(select(Swap.state).order_by(Swap.id.desc())).first()
        asked = session.scalars(select(CoverAsk.state).where(CoverAsk.cover_id != scene.cover))
        assert {newest, *asked} <= {state, "withdrawn"}


def test_a_phone_that_knows_nobody_is_offered_none(scene: Scene) -> None:
    path = f"/my/{scene.hall.link(scene.ada)}/shifts/{scene.mine}/leave"
    assert way_on(scene.hall.phone().post(path, follow_redirects=True)) == []


def test_a_place_that_went_to_who_waited_stays_theirs(scene: Scene, stored: Stored) -> None:
    with stored() as session:
        shift = session.get_one(SignUp, scene.mine).shift_id
    [waits] = scene.hall.puts(shift, scene.cem, state="waiting", queue_no=1)
    phone, page = scene.act("ada", "/shifts/{mine}/leave", {})
    with stored() as session:
        answer_offer(session, session.get_one(SignUp, waits), True, NOW)
    answer = phone.post(way_on(page)[0], follow_redirects=True)
    assert "it stays as it is" in text_of(answer)
    assert scene.hall.states(shift) == {"Ada": "left", "Cem": "taken"}


def test_who_comes_back_hears_that_the_place_is_theirs(scene: Scene, stored: Stored) -> None:
    phone, page = scene.act("ada", "/shifts/{mine}/leave", {})
    phone.post(way_on(page)[0])
    with stored() as session:
        kinds = session.scalars(
            select(Message.kind).where(Message.person_id == scene.ada).order_by(Message.id)
        )
        assert list(kinds)[-2:] == ["left", "confirmed"]
