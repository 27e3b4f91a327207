"""What staff can do in the outbox: look at letters as they would leave, send again, drop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Foundation, Message, Person, SignUp
from outreach.messages.written import LINK_PLACE
from outreach.staffing.signups.sign_up import take
from outreach.staffing.signups.withdraw import leave
from outreach.staffing.volunteers.personal_links import find_owner
from tests.cast import NOW, REAL
from tests.conftest import MakeApp, Stored
from tests.outreach.staffing.crew import Crew
from tests.sign_ins import sign_in
from tests.views.planned import undo_of
from views.web.paging import PER_PAGE

MAIL = {"SMTP_HOST": "mail.example", "MAIL_FROM": "booth@where.example"}


@pytest.fixture
def letter(client: FlaskClient, stored: Stored) -> int:
    """Post a confirmation, sign staff in, and return the letter's number."""
    with stored() as session:
        crew = Crew(session)
        take(session, crew.shift(), crew.person("Sol Vol"), NOW)
        sign_in(client, session, crew.lead)
        return session.scalars(select(Message.id)).one()


def change(stored: Stored, number: int, **columns: Any) -> None:
    with stored() as session:
        for name, value in columns.items():
            setattr(session.get_one(Message, number), name, value)


def state(stored: Stored, number: int) -> str:
    with stored() as session:
        return session.get_one(Message, number).state


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_a_waiting_letter_shows_what_is_true_now(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    page = client.get(f"/outbox/{letter}").text
    assert "Wed 31 Jul, 13:00: you are at the booth of SIGGRAPH" in page
    assert LINK_PLACE in page
    assert "a file with the shifts for a calendar" in page
    assert "Mail is not set up" in page
    with stored() as session:
        message = session.get_one(Message, letter)
        leave(session, take_of(session), NOW, REAL)
        assert message.body == ""
    page = client.get(f"/outbox/{letter}").text
    assert "It would not be sent now: A newer letter tells it." in page
    assert "Show the link" not in page
    assert client.post(f"/outbox/{letter}/link").status_code == 422


def take_of(session: Session) -> Any:
    return session.scalars(select(SignUp)).one()


def test_its_link_is_handed_over(client: FlaskClient, stored: Stored, letter: int) -> None:
    page = client.post(f"/outbox/{letter}/link").text
    token = page.partition("http://localhost/my/")[2][:43]
    with stored() as session:
        owner = find_owner(session, token, datetime.now(UTC))
        assert owner is not None
        assert owner.name == "Sol Vol"
        message = session.get_one(Message, letter)
        assert (message.state, message.facts["shift_id"]) == ("sent", 1)
        assert LINK_PLACE in message.body
        assert token not in message.body
        assert "handed over a link" in acts(session)
    assert client.get(f"/my/{token}").status_code == 200


def test_it_is_dropped_and_let_wait_again(client: FlaskClient, stored: Stored, letter: int) -> None:
    assert client.post(f"/outbox/{letter}/drop").status_code == 303
    assert state(stored, letter) == "dropped"
    page = client.get(f"/outbox/{letter}").text
    assert "This mail is not sent." in page
    assert f'action="/outbox/{letter}/retry"' in page
    assert client.post(f"/outbox/{letter}/drop").status_code == 422
    assert client.post(f"/outbox/{letter}/retry").status_code == 303
    assert state(stored, letter) == "waiting"
    with stored() as session:
        assert acts(session)[-2:] == ["dropped mail", "sent again"]


def test_dropping_is_undone_while_it_lies_there(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    undo = undo_of(client.post(f"/outbox/{letter}/drop", follow_redirects=True))
    change(stored, letter, claimed_until=datetime.now(UTC) + timedelta(minutes=1))
    client.post(undo)
    assert state(stored, letter) == "dropped"
    change(stored, letter, claimed_until=None)
    assert client.post(undo).location == f"/outbox/{letter}"
    assert state(stored, letter) == "waiting"
    assert "kept a mail from leaving" in client.get("/history").text


def test_what_bounced_is_sent_again_and_its_address_is_good_again(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    change(stored, letter, state="bounced", attempts=3, trouble="550 unknown")
    with stored() as session:
        sol = session.scalars(select(Person).where(Person.name == "Sol Vol")).one()
        sol.bounces = 2
    page = client.get(f"/outbox/{letter}").text
    assert "550 unknown" in page
    assert "Tried 3 times." in page
    assert client.post(f"/outbox/{letter}/retry").status_code == 303
    with stored() as session:
        message = session.get_one(Message, letter)
        assert (message.state, message.attempts, message.trouble) == ("waiting", 0, "")
        assert session.scalars(select(Person.bounces).where(Person.name == "Sol Vol")).one() == 0
    assert client.post(f"/outbox/{letter}/drop").status_code == 303
    assert state(stored, letter) == "dropped"


def test_what_a_worker_has_is_left_to_it(client: FlaskClient, stored: Stored, letter: int) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=2)
    change(stored, letter, claimed_until=soon)
    for act in ("retry", "drop", "link"):
        answer = client.post(f"/outbox/{letter}/{act}")
        assert answer.status_code == 422
        assert "just being sent" in answer.text
    assert state(stored, letter) == "waiting"


def test_what_was_sent_stays_sent(client: FlaskClient, stored: Stored, letter: int) -> None:
    change(stored, letter, state="sent", sent_at=NOW)
    for act in ("retry", "drop", "link"):
        assert client.post(f"/outbox/{letter}/{act}").status_code == 422
    assert state(stored, letter) == "sent"


def test_others_letters_are_not_there(client: FlaskClient, stored: Stored, letter: int) -> None:
    with stored() as session:
        theirs = Crew(session, "theirs")
        other = theirs.person(email="eve@example.org", email_key="eve@example.org")
        take(session, theirs.shift(), other, NOW)
        number = session.scalars(select(Message.id).order_by(Message.id.desc())).first()
    assert client.get(f"/outbox/{number}").status_code == 404
    for act in ("retry", "drop", "link"):
        assert client.post(f"/outbox/{number}/{act}").status_code == 404
        assert client.get(f"/outbox/{letter}/{act}").status_code == 405


def test_the_list_is_filtered_by_the_address(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    page = client.get("/outbox").text
    assert "One mail waits, and none is sent." in page
    assert "Mail is not set up" in page
    assert "You have the shift" in client.get("/outbox?state=waiting").text
    assert "None is bounced." in client.get("/outbox?state=bounced").text
    assert "You have the shift" in client.get("/outbox?state=nonsense").text
    change(stored, letter, trouble="The mail server refused the connection.", attempts=1)
    assert "refused the connection" in client.get("/outbox?state=troubled").text
    change(stored, letter, state="bounced")
    assert "One mail bounced." in client.get("/outbox").text


def test_the_filter_stays_from_page_to_page(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    with stored() as session:
        first = session.get_one(Message, letter)
        for number in range(PER_PAGE + 1):
            session.add(
                Message(
                    foundation_id=first.foundation_id, to_address="x@example.org", body="",
                    subject=f"No. {number}", fact_key=f"f{number}", state="dropped",
                    created_at=NOW, due_at=NOW,
                )
            )  # fmt: skip
    page = client.get("/outbox?state=dropped").text
    assert "state=dropped&amp;page=2" in page
    assert client.get("/outbox?state=dropped&page=2").text.count("<tr data-row>") == 1


def test_it_says_through_which_server_mail_leaves(
    make_app: MakeApp, stored: Stored, letter: int
) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, **MAIL).test_client()
    with stored() as session:
        lead = session.scalars(select(Person).where(Person.role == "staff")).one()
        sign_in(client, session, lead)
    said = "Mail leaves through mail.example, from booth@where.example."
    assert said in client.get("/outbox").text
    later = datetime.now(UTC) + timedelta(minutes=15)
    change(stored, letter, attempts=1, trouble="x", due_at=later)
    page = client.get(f"/outbox/{letter}").text
    assert "It is tried again in 15 minutes." in page
    assert "Send it now" in page


def test_the_example_says_that_it_sends_nothing(
    client: FlaskClient, stored: Stored, letter: int
) -> None:
    with stored() as session:
        message = session.get_one(Message, letter)
        session.get_one(Foundation, message.foundation_id).is_example = True
    assert "The example sends nothing." in client.get("/outbox").text
    assert "The example sends nothing." in client.get(f"/outbox/{letter}").text
