"""Calling off: first who is mailed and whom to call; then every page says that we do not go."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Decision, Message, Person, Shift
from outreach.messages.smtp import MailServer
from tests.conftest import Stored
from tests.sign_ins import sign_in
from tests.views.hall import CODE, Hall
from tests.views.planned import rows_of, text_of

SERVER = MailServer("127.0.0.1", 25, "booth@example.org", "booth@example.org", "", "", "none")
OFF = "We do not go to SIGGRAPH."
OFFERS = re.compile(
    "Find cover|Ask somebody|missing|Take [0-9]|to take a shift|Draw shifts|who has nobody", re.I
)


class SoCal(Hall):
    """An event with three by mail and two by telephone on its shifts."""

    def __init__(self, app: Flask, stored: Stored) -> None:
        super().__init__(app, stored)
        self.first, self.second = self.shift(min_people=4, max_people=6), self.shift(hours=4)
        self.mailed = [self.person(f"Mail{number} Sample") for number in range(3)]
        phones = {"email": None, "email_key": None}
        self.called = [
            self.person(name, phone=f"+49 170 {number}", **phones)
            for number, name in enumerate(("Jonas Sample", "Bob Sample"))
        ]
        self.puts(self.first, self.mailed[0], self.called[0], self.called[1])
        self.puts(self.second, self.mailed[0], self.mailed[1])
        self.puts(self.second, self.mailed[2], state="waiting", queue_no=1)

    def staff(self) -> FlaskClient:
        client = self.app.test_client()
        with self.stored() as session:
            sign_in(client, session, session.get_one(Person, self.lead))
        return client

    def decide(self, client: FlaskClient, state: str = "no_go", **given: str) -> str:
        data = {"reason": "too dear"} | given
        return text_of(
            client.post(f"/events/{self.event}/decision/{state}", data=data, follow_redirects=True)
        )


@pytest.fixture
def hall(app: Flask, stored: Stored, monkeypatch: pytest.MonkeyPatch) -> SoCal:
    monkeypatch.setitem(app.config, "MAIL_SERVER", SERVER)
    return SoCal(app, stored)


def letters(stored: Stored) -> list[tuple[int | None, str]]:
    with stored() as session:
        return [(one.person_id, one.kind) for one in session.scalars(select(Message))]


def standing(stored: Stored, event: int) -> Decision:
    with stored() as session:
        wanted = select(Decision).where(Decision.event_id == event, Decision.is_current)
        return session.scalars(wanted).one()


@pytest.mark.parametrize("state", ["no_go", "cancelled"])
def test_it_says_first_who_is_mailed_and_whom_to_call(
    hall: SoCal, stored: Stored, state: str
) -> None:
    staff, before = hall.staff(), rows_of(stored)
    said = hall.decide(staff, state)
    assert "5 people have a shift at SIGGRAPH." in said
    assert "3 are mailed, 2 to call: Bob and Jonas." in said
    assert rows_of(stored) == before
    page = staff.post(f"/events/{hall.event}/decision/{state}", data={"reason": "too dear"})
    assert page.text.count('href="tel:+49170') == 2


def test_then_one_press_tells_them_and_says_so(hall: SoCal, stored: Stored) -> None:
    staff = hall.staff()
    said = hall.decide(staff, sure="y", told_why="The hall burnt down.")
    assert "SIGGRAPH: no-go. 3 are mailed, 2 to call: Bob and Jonas." in said
    now = standing(stored, hall.event)
    assert (now.state, now.reason, now.told_why) == ("no_go", "too dear", "The hall burnt down.")
    assert {person for person, _kind in letters(stored)} == set(hall.mailed)
    assert "no-go" in hall.decide(staff, sure="y", told_why="The hall burnt down.")
    assert len(letters(stored)) == 4


def test_the_letter_says_why(hall: SoCal, stored: Stored) -> None:
    staff = hall.staff()
    hall.decide(staff, sure="y", told_why="The hall burnt down.")
    with stored() as session:
        number = session.scalars(select(Message.id)).first()
    assert "The hall burnt down." in text_of(staff.get(f"/outbox/{number}"))


def test_who_says_no_reason_is_asked_for_it_first(hall: SoCal, stored: Stored) -> None:
    staff = hall.staff()
    assert "Say why not" in hall.decide(staff, reason="")
    long = hall.decide(staff, sure="y", told_why="x" * 301)
    assert "5 people have a shift" in long
    assert "x" * 301 in long or "301" in long or "Keep" in long
    assert standing(stored, hall.event).state == "go"


def test_where_nobody_has_a_shift_one_press_is_enough(hall: SoCal, stored: Stored) -> None:
    with stored() as session:
        for shift in session.scalars(select(Shift)):
            session.delete(shift)
    assert "SIGGRAPH: no-go." in hall.decide(hall.staff())
    assert letters(stored) == []


SURFACES = {
    "the event's page": "/events/{event}",
    "the roster": "/events/{event}/roster",
    "the roster as a list": "/events/{event}/roster?as=list",
    "on the day": "/events/{event}/today",
    "the booth": "/events/{event}/booth",
    "the brief": "/events/{event}/brief",
    "cover": "/events/{event}/shifts/{shift}/cover",
    "the link to share": "/events/{event}/booth/share",
}
OWN = {
    "the sign-up page": f"/s/{CODE}",
    "a shift of it": f"/s/{CODE}/shifts/{{shift}}",
    "My shifts": "/my/{link}",
}


def test_every_page_says_that_we_do_not_go_and_undo_puts_all_back(
    hall: SoCal, stored: Stored
) -> None:
    staff, link = hall.staff(), hall.link(hall.called[0])
    pages = {
        where: (staff if where in SURFACES else hall.phone(), path)
        for where, path in (SURFACES | OWN).items()
    }

    def read() -> dict[str, str]:
        parts = {"event": hall.event, "shift": hall.first, "link": link}
        return {
            where: text_of(client.get(path.format(**parts)))
            for where, (client, path) in pages.items()
        }

    before = read()
    assert [where for where, said in before.items() if OFF in said] == []
    done = hall.decide(staff, sure="y", told_why="The hall burnt down.")
    assert "Find cover" not in done
    undo = re.search(r'action="(/history/[^"]+)"', staff.get(f"/events/{hall.event}").text)
    assert undo is not None
    after = read()
    assert [where for where, said in after.items() if OFF not in said] == []
    assert {where: OFFERS.findall(said) for where, said in after.items()} == dict.fromkeys(
        after, []
    )
    assert "You need not come." in after["My shifts"]
    assert "The hall burnt down." in after["My shifts"]
    season = text_of(staff.get("/season"))
    assert "Ask somebody" not in season
    staff.post(undo[1])
    assert read().keys() == before.keys()
    assert [where for where, said in read().items() if OFF in said] == []
    assert "Ask somebody" in read()["the roster"]


def test_one_shift_is_cancelled_with_who_is_on_it_in_sight(hall: SoCal, stored: Stored) -> None:
    staff = hall.staff()
    path = f"/events/{hall.event}/shifts/{hall.first}/cancel"
    said = text_of(staff.post(path))
    assert "3 people are on Wed 13:00, or waits" not in said
    assert "3 people are on Wed 13:00." in said
    assert "1 is mailed, 2 to call: Bob and Jonas." in said
    assert hall.states(hall.first)["Jonas"] == "taken"
    done = text_of(staff.post(path, data={"sure": "y", "told_why": "No power."},
                              follow_redirects=True))  # fmt: skip
    assert "Wed 13:00 is cancelled. 1 is mailed, 2 to call: Bob and Jonas." in done
    own = text_of(hall.phone().get(f"/my/{hall.link(hall.called[0])}"))
    assert "No power." in own
    assert OFF not in own


def test_without_a_server_the_links_are_handed_over_right_after(app: Flask, stored: Stored) -> None:
    hall = SoCal(app, stored)
    staff = hall.staff()
    assert "2 to call: Bob and Jonas; 3 not reached: Mail0, Mail1 and Mail2." in hall.decide(staff)
    done = staff.post(f"/events/{hall.event}/decision/no_go", follow_redirects=True,
                      data={"reason": "too dear", "sure": "y"})  # fmt: skip
    assert "3 links to hand over" in text_of(done)
    assert not re.search("mailed", text_of(done))
    numbers = re.findall(r'name="letter" value="(\d+)"', done.text)
    page = staff.post("/outbox/links", data={"letter": numbers})
    assert "Three links to hand over." in text_of(page)
    assert page.text.count("http://localhost/my/") == 3
    assert "data-copy" in page.text
    again = staff.post("/outbox/links", data={"letter": numbers})
    assert "No link is left to hand over." in text_of(again)
    assert "links to hand over" not in text_of(staff.get(f"/events/{hall.event}"))


def test_links_of_others_are_not_handed_over(app: Flask, stored: Stored) -> None:
    hall = SoCal(app, stored)
    hall.decide(hall.staff(), sure="y")
    theirs = Hall(app, stored, "bbbbbbbb", slug="theirs")
    with stored() as session:
        numbers = [str(one) for one in session.scalars(select(Message.id))]
        client = app.test_client()
        sign_in(client, session, session.get_one(Person, theirs.lead))
    page = client.post("/outbox/links", data={"letter": [*numbers, "x", "-1"]})
    assert "No link is left to hand over." in text_of(page)
    assert "/my/" not in page.text


def test_nobody_is_counted_as_going_where_we_do_not(hall: SoCal, stored: Stored) -> None:
    """On the event, a person's page and Season; taken back they go again."""
    staff, event = hall.staff(), hall.event
    pages = {
        f"/events/{event}": ("people go", "Nobody goes"),
        f"/people/{hall.mailed[0]}": ("Goes to one event", "Goes nowhere yet"),
    }
    before = {path: text_of(staff.get(path)) for path in pages}
    assert all(pages[path][0] in page for path, page in before.items())
    hall.decide(staff, sure="y")
    for path, (going, nowhere) in pages.items():
        page = text_of(staff.get(path))
        assert nowhere in page and going not in page, path
    hall.decide(staff, "go")
    assert all(pages[path][0] in text_of(staff.get(path)) for path in pages)


def test_who_is_on_a_shift_and_who_waits_for_it_are_told_apart(hall: SoCal) -> None:
    staff = hall.staff()
    asked = {
        shift: text_of(staff.post(f"/events/{hall.event}/shifts/{shift}/cancel"))
        for shift in (hall.first, hall.second)
    }
    assert "3 people are on Wed 13:00." in asked[hall.first]
    assert "2 people are on Wed 13:00. 1 person waits for Wed 13:00." in asked[hall.second]
