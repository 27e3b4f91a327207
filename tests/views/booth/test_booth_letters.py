"""Whoever runs a booth writes to all its people, to a day's or a shift's: seen first, sent once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AuditEntry, BoothLetter, Event, Message, Person, SignUp
from outreach.accounts.tokens import new_token
from outreach.messages.written import Dropped, Written
from outreach.staffing import booth_letters
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from tests import cast, pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import sign_in
from tests.views.hall import Hall
from tests.views.planned import rows_of, text_of, undo_of

DESK = Desk("http://where.example", "k" * 40, "booth@where.example")
TEXT = "Doors open at 8:30.\n\nThe map: https://maps.example/hall?b=7"
THURSDAY = WEDNESDAY + timedelta(days=1)


@dataclass
class Booth:
    """Ada and Bob on Wednesday, Bob and Cy on Thursday; Dee waits, Eve gave up."""

    hall: Hall
    lead: FlaskClient
    first: int
    ada: int
    bob: int
    cy: int

    @property
    def path(self) -> str:
        return f"/events/{self.hall.event}/roster/write"

    def sent(self, **fields: str) -> dict[str, str]:
        return {
            "to": "all", "subject": "Doors", "text": TEXT, "form_key": new_token(),
        } | fields  # fmt: skip

    def told(self) -> dict[str, int]:
        """Return to whom letters were posted, by first name and how many."""
        with self.hall.stored() as session:
            found = session.scalars(
                select(Person.name)
                .join(Message, Message.person_id == Person.id)
                .where(Message.kind == booth_letters.KIND)
            )
            names = sorted(found)
        return {name.split()[0]: names.count(name) for name in names}


@pytest.fixture
def booth(app: Flask, stored: Stored) -> Booth:
    hall = Hall(app, stored)
    first, second = hall.shift(max_people=5), hall.shift(THURSDAY, max_people=5)
    ada, bob, cy, dee, eve = (
        hall.person(f"{name} Example", **columns)
        for name, columns in {
            "Ada": {}, "Bob": {}, "Cy": {"email": None, "email_key": None, "phone": "+49 170 1"},
            "Dee": {}, "Eve": {},
        }.items()
    )  # fmt: skip
    hall.puts(first, ada, bob)
    hall.puts(second, bob, cy)
    hall.puts(first, dee, state="waiting", queue_no=1)
    hall.puts(first, eve, state="left")
    client = app.test_client()
    with stored() as session:
        person = session.get_one(Person, hall.lead)
        person.role = "volunteer"
        cast.name_person(session, session.get_one(Event, hall.event), person, is_lead=True)
        sign_in(client, session, person)
    return Booth(hall, client, first, ada, bob, cy)


GROUPS: dict[str, Callable[[Booth], tuple[str, dict[str, int]]]] = {
    "all": lambda _one: ("all", {"Ada": 1, "Bob": 1}),
    "a day": lambda _one: ("2024-08-01", {"Bob": 1}),
    "a shift": lambda one: (f"shift-{one.first}", {"Ada": 1, "Bob": 1}),
}


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_each_gets_one_letter_once_it_was_seen(
    booth: Booth, group: Callable[[Booth], tuple[str, dict[str, int]]]
) -> None:
    to, readers = group(booth)
    fields = booth.sent(to=to)
    assert booth.lead.post(booth.path, data=fields).status_code == 200
    assert booth.told() == {}
    done = booth.lead.post(booth.path, data=fields | {"sure": "y"}, follow_redirects=True)
    assert "Written to" in text_of(done) and booth.told() == readers
    booth.lead.post(booth.path, data=fields | {"sure": "y"})
    assert booth.told() == readers
    with booth.hall.stored() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
        assert acts.count(booth_letters.WROTE) == 1
        assert len(session.scalars(select(BoothLetter)).all()) == 1


def test_the_letter_and_its_readers_are_seen_before_it_leaves(booth: Booth, stored: Stored) -> None:
    before = rows_of(stored)
    shown = booth.lead.post(booth.path, data=booth.sent(to="2024-08-01"))
    said = text_of(shown)
    assert "To two people on Thu 1 Aug" in said and "Nothing has left yet." in said
    assert "Hello Bob," in said and TEXT.splitlines()[-1] in said
    assert "1 to call: Cy" in said and 'href="tel:+491701"' in shown.text
    assert rows_of(stored) == before
    again = booth.lead.post(booth.path, data=booth.sent(to="2024-08-01", again="y"))
    kept = pages.tree_of(again.text).find(".//textarea")
    assert again.status_code == 200 and kept is not None and (kept.text or "").strip() == TEXT


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": " "}, "Say in a few words what it is about."),
        ({"text": ""}, "Write a few words first."),
        ({"text": "x" * 3001}, "3,000"),
        ({"subject": "x" * 121}, "120"),
        ({"to": "2024-07-30"}, "Not a valid choice."),
        ({"to": "shift-999"}, "Not a valid choice."),
    ],
)
@pytest.mark.parametrize("step", [{}, {"sure": "y"}], ids=["seen", "sent"])
def test_what_is_wrong_stands_beside_its_field(
    booth: Booth, wrong: dict[str, str], sentence: str, step: dict[str, str]
) -> None:
    refused = booth.lead.post(booth.path, data=booth.sent(**wrong) | step)
    assert refused.status_code == 422 and sentence in text_of(refused)
    assert booth.told() == {}


def test_ten_a_day_are_enough(booth: Booth) -> None:
    answers = [
        booth.lead.post(booth.path, data=booth.sent(sure="y")).status_code for _ in range(11)
    ]
    assert answers == [303] * 10 + [429]
    assert booth.told() == {"Ada": 10, "Bob": 10}


def letter_to(booth: Booth, reader: int, **change: object) -> Written | Dropped:
    """Return what the reader's letter says, written to all and changed since."""
    booth.lead.post(booth.path, data=booth.sent(sure="y"))
    with booth.hall.stored() as session:
        for name, value in change.items():
            setattr(session.get_one(Person, reader), name, value)
        mine = Message.kind == booth_letters.KIND, Message.person_id == reader
        return writing.draft(session, [session.scalars(select(Message).where(*mine)).all()[-1]],
                             cast.REAL, DESK)  # fmt: skip


def test_it_names_who_writes_and_keeps_lines_and_addresses(booth: Booth) -> None:
    written = letter_to(booth, booth.ada)
    assert isinstance(written, Written)
    assert written.subject == "Doors"
    assert written.body.startswith(
        "Hello Ada,\n\nLea writes to everybody who has a shift at our booth at SIGGRAPH.\n\n"
        f"{TEXT}\n\n"
    )
    assert "answer this mail: it goes to Lea" in written.body
    assert written.reply_to is not None and "lea" in written.reply_to.addr_spec.lower()


def test_it_is_said_in_the_readers_language_around_what_was_typed(booth: Booth) -> None:
    written = letter_to(booth, booth.ada, letters_language="de")
    assert isinstance(written, Written) and "Hallo Ada," in written.body and TEXT in written.body
    assert "writes to" not in written.body


def test_who_wants_no_reminders_gets_it_and_who_left_does_not(booth: Booth) -> None:
    assert isinstance(letter_to(booth, booth.ada, letters_stopped_at=cast.NOW), Written)
    with booth.hall.stored() as session:
        for row in session.scalars(select(SignUp).where(SignUp.person_id == booth.ada)):
            row.state = "left"
    with booth.hall.stored() as session:
        mine = Message.kind == booth_letters.KIND, Message.person_id == booth.ada
        message = session.scalars(select(Message).where(*mine)).one()
        assert isinstance(writing.draft(session, [message], cast.REAL, DESK), Dropped)


def test_signs_that_turn_text_around_do_not_leave(booth: Booth) -> None:
    fields = booth.sent(sure="y", subject="Do\u202eors", text="a\u202eb\nc\u200bd")
    booth.lead.post(booth.path, data=fields)
    with booth.hall.stored() as session:
        message = session.scalars(select(Message).where(Message.kind == booth_letters.KIND)).first()
        assert message is not None
        written = writing.draft(session, [message], cast.REAL, DESK)
    assert isinstance(written, Written)
    assert "\u202e" not in written.subject + written.body and "ab\ncd" in written.body


CHAT = "https://matrix.to/#/#booth:example.org"


def test_the_chat_is_told_to_whoever_is_known_and_on_no_public_page(booth: Booth) -> None:
    path = f"/events/{booth.hall.event}/roster/chat"
    done = booth.lead.post(path, data={"chat_url": CHAT}, follow_redirects=True)
    assert "The group chat is on My shifts" in text_of(done) and CHAT in done.text
    phone = booth.hall.phone()
    mine = phone.get(f"/my/{booth.hall.link(booth.ada)}")
    assert CHAT in mine.text
    assert CHAT not in phone.get(f"/s/{booth.hall.code}").text
    written = letter_to(booth, booth.ada)
    assert isinstance(written, Written) and CHAT in written.body
    stranger = letter_to(booth, booth.bob, email_key=None, accepted_at=None)
    assert isinstance(stranger, Written) and CHAT not in stranger.body
    assert booth.lead.post(undo_of(done)).status_code == 303
    assert CHAT not in phone.get(f"/my/{booth.hall.link(booth.ada)}").text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "matrix", "https://" + "x" * 600])
def test_a_chat_without_a_web_address_is_refused(booth: Booth, address: str) -> None:
    path = f"/events/{booth.hall.event}/roster/chat"
    refused = booth.lead.post(path, data={"chat_url": address})
    assert refused.status_code == 422
    box = pages.tree_of(refused.text).find(".//input[@name='chat_url']")
    assert box is not None and box.get("value") == address
    assert booth.hall.app.test_client().post(path).status_code in (302, 303, 401)


def test_nobody_to_write_to(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored)
    hall.shift()
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, hall.lead))
    path = f"/events/{hall.event}/roster/write"
    assert "Nobody else has a shift yet." in text_of(client.get(path))
    assert client.post(path, data={"sure": "y", "text": "x", "subject": "x"}).status_code == 200


def test_who_does_not_run_the_booth_writes_to_nobody(booth: Booth, stored: Stored) -> None:
    client = booth.hall.app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, booth.bob))
    assert client.post(booth.path, data=booth.sent(sure="y")).status_code in (403, 404)
    anonymous = booth.hall.app.test_client().post(booth.path, data=booth.sent(sure="y"))
    assert anonymous.status_code in (302, 303, 401)
    assert booth.lead.put(booth.path).status_code == 405
    assert booth.told() == {}
