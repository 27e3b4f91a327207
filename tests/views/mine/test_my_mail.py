"""Whose an address is: what proof ends, what the page tells first, and what its owner can undo."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models import Foundation, Message, Person, PersonalLink, Shift, SignUp
from outreach.staffing.volunteers import personal_links
from tests.cast import NOW
from tests.conftest import CountQueries, MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import csrf_token
from tests.views.hall import CODE, SOL, Hall, press
from tests.views.mine.test_sign_up import words

DAY = timedelta(days=1)
MAX = {"name": "Max Stein", "contact": "steins@example.org"}
EVA = {"name": "Eva Stein", "contact": "Steins@example.org"}


class Typed:
    """Somebody took a shift with an address that nobody has proven yet."""

    def __init__(self, app: Flask, stored: Stored, given: dict[str, str] = SOL) -> None:
        self.hall, self.stored, self.phone = Hall(app, stored), stored, app.test_client()
        self.shift = self.hall.shift()
        self.token = self.take(self.phone, given)

    def take(self, phone: FlaskClient, given: dict[str, str]) -> str:
        return self.hall.take(phone, self.shift, given).location.removeprefix("/my/")

    def proof(self, name: str = "", age: timedelta = timedelta(0)) -> str:
        with self.stored() as session:
            known = Person.name.startswith(name) if name else Person.email_key.is_(None)
            person = session.scalars(select(Person).where(known)).one()
            key = self.hall.app.config["SECRET_KEY"]
            made = datetime.now(UTC) - age
            return f"/my/address/{personal_links.contact_check(session, key, person, made)}"

    def opens(self, token: str) -> bool:
        return self.hall.phone().get(f"/my/{token}").status_code == 200

    def kinds(self) -> list[tuple[int | None, str]]:
        with self.stored() as session:
            rows = session.execute(select(Message.person_id, Message.kind).order_by(Message.id))
            return [(row[0], row[1]) for row in rows]


@pytest.fixture
def typed(app: Flask, stored: Stored) -> Typed:
    return Typed(app, stored)


def test_proof_ends_what_was_handed_out_to_whoever_typed_the_address(typed: Typed) -> None:
    page = words(typed.hall.phone().get(typed.proof()).text)
    assert "Signed up for" in page and "Wed 31 Jul, 13:00–15:00 , SIGGRAPH" in page
    feed = typed.hall.feed(1 + typed.hall.lead)
    owner = typed.hall.phone()
    done = owner.post(typed.proof())
    assert done.status_code == 303
    assert done.location != f"/my/{typed.token}"
    assert typed.opens(done.location.removeprefix("/my/"))
    assert not typed.opens(typed.token)
    assert typed.hall.phone().get(f"/feeds/{feed}.ics").status_code == 404
    assert "does not know you" in typed.phone.get(f"/s/{CODE}/here").text
    assert typed.hall.states(typed.shift) == {"Sol": "taken"}
    again = owner.post(typed.proof("Sol"))
    assert again.location == done.location


def test_the_confirming_browser_keeps_its_link(typed: Typed) -> None:
    assert typed.phone.post(typed.proof()).location == f"/my/{typed.token}"
    assert typed.opens(typed.token)


def test_a_form_sent_before_the_proof_leads_nowhere_after_it(typed: Typed) -> None:
    other, late = typed.hall.shift(WEDNESDAY + DAY), typed.hall.phone()
    page = late.get(f"/s/{CODE}/shifts/{other}")
    press(late, page, {"name": "Kim", "contact": "kim@example.org"})
    kims = typed.hall.phone().post(typed.proof("Kim")).location
    assert press(typed.hall.phone(), page, SOL).location != kims
    assert typed.hall.states(other) == {"Kim": "taken", "Sol": "taken"}


def test_it_was_not_me_frees_blocks_and_tells(typed: Typed) -> None:
    proof = typed.proof()
    done = press(typed.phone, typed.hall.phone().get(proof))  # the last button of the page
    assert done.status_code == 303
    assert typed.hall.states(typed.shift) == {"Sol": "removed"}
    assert not typed.opens(typed.token)
    assert (typed.hall.lead, "disowned") in typed.kinds()
    with typed.stored() as session:
        assert (
            session.scalars(select(Person.email).where(Person.name == "Sol Sample")).one() is None
        )
        waiting = select(Message.kind).where(Message.state == "waiting")
        assert session.scalars(waiting).all() == ["disowned"]
    for spelling in ("sol@example.org", "S.ol+2@Example.org"):
        again = typed.hall.take(typed.hall.phone(), typed.shift, SOL | {"contact": spelling})
        assert again.status_code == 422
        assert "Its owner does not want" in again.text
    assert typed.hall.phone().post(f"{proof}/not-me").status_code == 404
    fresh = typed.hall.take(typed.hall.phone(), typed.shift, SOL | {"contact": "lin@example.org"})
    assert fresh.status_code == 303


def test_a_proven_address_is_not_disowned(typed: Typed) -> None:
    proof = typed.proof()
    typed.phone.post(proof)
    assert "It was not me" not in typed.phone.get(proof).text
    assert typed.phone.post(f"{proof}/not-me").status_code == 422
    assert typed.hall.states(typed.shift) == {"Sol": "taken"}


def test_whom_staff_accepted_keeps_the_places_and_loses_the_address(
    typed: Typed, stored: Stored
) -> None:
    """Staff's word is no proof of an address: its owner is still asked, and may still say no."""
    proof = typed.proof()
    with stored() as session:
        session.execute(update(Person).where(Person.name == "Sol Sample").values(accepted_at=NOW))
    assert "Yes, I come" in typed.phone.get(proof).text
    assert typed.phone.post(f"{proof}/not-me").status_code == 303
    assert typed.hall.states(typed.shift) == {"Sol": "taken"}
    assert typed.opens(typed.token)
    assert (typed.hall.lead, "disowned") in typed.kinds()
    again = typed.hall.take(typed.hall.phone(), typed.shift, SOL)
    assert again.status_code == 422


def test_two_who_share_an_address_both_stay(app: Flask, stored: Stored) -> None:
    typed = Typed(app, stored, EVA)
    typed.phone.post(typed.proof())
    phone = typed.hall.phone()
    token = typed.take(phone, MAX)
    asked = phone.post(typed.proof("Max"))
    assert asked.status_code == 409
    assert "Are you Eva, or do you share the address?" in asked.text
    done = phone.post(typed.proof("Max"), data={"shares": "yes"})
    assert done.location == f"/my/{token}"
    assert typed.opens(token) and typed.opens(typed.token)
    assert typed.hall.states(typed.shift) == {"Eva": "taken", "Max": "taken"}
    assert "not confirmed yet" not in phone.get(done.location).text
    assert phone.post(typed.proof("Max")).location == f"/my/{token}"  # asked once
    assert {kind for _, kind in typed.kinds()} == {"confirmed"}


def test_who_is_the_one_known_already_becomes_one(app: Flask, stored: Stored) -> None:
    typed = Typed(app, stored, EVA)
    typed.phone.post(typed.proof())
    typed.take(typed.hall.phone(), MAX)
    done = typed.hall.phone().post(typed.proof("Max"), data={"shares": "no"})
    assert done.location == f"/my/{typed.token}"
    assert typed.hall.states(typed.shift) == {"Eva": "taken"}


def test_an_old_proof_proves_nothing_and_is_renewed_by_mail(typed: Typed) -> None:
    old, young = typed.proof(age=31 * DAY), typed.proof(age=29 * DAY)
    page = typed.hall.phone().get(old)
    assert "This link is too old." in page.text and "Yes, I come" not in page.text
    for act in ("", "/not-me"):
        assert typed.hall.phone().post(old + act).status_code == 404
    before = len(typed.kinds())
    assert press(typed.phone, page).status_code == 303
    assert len(typed.kinds()) == before + 1
    codes = [typed.phone.post(f"{old}/again").status_code for _ in range(3)]
    assert codes == [303, 303, 429]
    assert typed.phone.post(young).status_code == 303


def test_acts_on_an_address_need_our_form_and_a_proof(make_app: MakeApp, stored: Stored) -> None:
    typed = Typed(make_app(), stored)
    for act in ("", "/not-me", "/again"):
        assert typed.phone.post(typed.proof() + act).status_code == 400
        secret = {"csrf_token": csrf_token(typed.phone, typed.proof())}
        forged = typed.proof()[:-4] + "AAAA"
        assert typed.phone.post(forged + act, data=secret).status_code == 404
        assert typed.phone.put(typed.proof() + act).status_code == 405
    assert typed.hall.states(typed.shift) == {"Sol": "taken"}


def test_a_link_ends_90_days_after_the_last_shift_unless_it_is_used(
    typed: Typed, stored: Stored
) -> None:
    now = datetime.now(UTC)

    def age(link: timedelta, shift: timedelta) -> None:
        with stored() as session:
            session.execute(update(Foundation).values(clock=None))
            session.execute(update(PersonalLink).values(renewed_at=now - link))
            ended = {"starts_at": now - shift - DAY, "ends_at": now - shift}
            session.execute(update(Shift).values(**ended))

    age(91 * DAY, 89 * DAY)
    assert typed.opens(typed.token)
    age(91 * DAY, 91 * DAY)
    assert not typed.opens(typed.token)
    assert typed.phone.post(f"/my/{typed.token}/keep").status_code == 404
    age(89 * DAY, 91 * DAY)
    assert typed.phone.post(f"/my/{typed.token}/keep").status_code == 303
    with stored() as session:
        assert session.scalars(select(PersonalLink.renewed_at)).one() >= now
    age(0 * DAY, 91 * DAY)
    with stored() as session:
        session.execute(update(SignUp).values(state="left"))
    assert typed.opens(typed.token)


def test_what_is_refused_renews_no_link(typed: Typed, count_queries: CountQueries) -> None:
    """The page that says why only reads: others may write meanwhile."""
    with typed.stored() as session:
        number = session.scalars(select(SignUp.id)).one()
    with count_queries() as queries:
        refused = typed.phone.post(f"/my/{typed.token}/shifts/{number}/cover")
    assert refused.status_code == 422 and "First ask whoever runs the booth" in refused.text
    renewals = [one for one in queries if one.startswith("UPDATE personal_link")]
    assert len(renewals) == 1


def test_whom_to_call_and_the_brief_wait_for_the_proof_or_the_last_day(
    typed: Typed, stored: Stored
) -> None:
    with stored() as session:
        session.execute(update(Person).where(Person.name == "Lea Lead").values(phone="+1 303 1234"))
    brief = f"/my/{typed.token}/events/{typed.hall.event}/brief"

    def tells() -> tuple[bool, int]:
        page = typed.phone.get(f"/my/{typed.token}").text
        assert "Lea Lead" in page and ("+1 303 1234" in page) == (brief in page)
        return "+1 303 1234" in page, typed.phone.get(brief).status_code

    assert tells() == (False, 403)
    with stored() as session:
        session.execute(update(Foundation).values(clock=WEDNESDAY - DAY))
    assert tells() == (True, 200)
    with stored() as session:
        session.execute(update(Foundation).values(clock=WEDNESDAY - 2 * DAY))
    assert tells() == (False, 403)
    typed.phone.post(typed.proof())
    assert tells() == (True, 200)


def test_a_second_phone_is_known_by_a_button(typed: Typed) -> None:
    phone, own = typed.hall.phone(), f"/my/{typed.token}"
    page = phone.get(own)
    assert "This is my phone" in page.text
    assert phone.post(f"{own}/keep").location == own
    assert "This is my phone" not in phone.get(own).text
    here = phone.get(f"/s/{CODE}/here").text
    assert "does not know you" not in here and "I am not <bdi>Sol</bdi>" in here


def test_one_button_says_whose_the_address_is_and_that_they_come(
    typed: Typed, stored: Stored
) -> None:
    with stored() as session:
        session.execute(update(SignUp).values(confirmed_at=None, placed_by_id=typed.hall.lead))

    def has_said_yes() -> tuple[bool, bool]:
        with stored() as session:
            sol = session.scalars(select(Person).where(Person.name == "Sol Sample")).one()
            return sol.has_shown_address, session.scalar(select(SignUp.confirmed_at)) is not None

    proof = typed.proof()
    for look in (typed.hall.phone().get, typed.hall.phone().head):
        assert look(proof).status_code == 200
        assert typed.hall.phone().get(f"/my/{typed.token}").status_code == 200
    assert has_said_yes() == (False, False)
    assert "Do you come?" in typed.hall.phone().get(proof).text
    assert typed.hall.phone().post(proof).status_code == 303
    assert has_said_yes() == (True, True)


def test_who_cannot_come_shows_the_address_all_the_same(typed: Typed, stored: Stored) -> None:
    with stored() as session:
        session.execute(update(SignUp).values(confirmed_at=None, placed_by_id=typed.hall.lead))
    phone = typed.hall.phone()
    done = phone.post(typed.proof(), data={"comes": "no"})
    assert "Give up here what you cannot come to." in phone.get(done.location).text
    with stored() as session:
        assert session.scalars(select(SignUp.confirmed_at)).one() is None


def test_reminders_stop_by_the_letter_whatever_became_of_its_link(
    make_app: MakeApp, stored: Stored
) -> None:
    typed = Typed(make_app(), stored)
    proof, old = typed.proof(), typed.proof(age=31 * DAY)
    one_click = {"List-Unsubscribe": "One-Click"}

    def stopped() -> bool:
        with stored() as session:
            sol = select(Person.letters_stopped_at).where(Person.name == "Sol Sample")
            return session.scalar(sol) is not None

    page = typed.hall.phone().get(f"{proof}/mail")
    assert "Stop reminders?" in page.text and "we still write" in words(page.text)
    assert not stopped()
    phone = typed.phone
    press(phone, phone.get(f"{proof}/mail"))
    assert stopped()
    press(phone, phone.get(f"{proof}/mail"))
    assert not stopped()
    press(phone, phone.get(proof))  # it was not me: the address is gone, and its letters with it
    assert phone.post(f"{proof}/mail", data=one_click).status_code == 404
    with stored() as session:
        values = {"email": "sol@example.org", "email_key": "sol@example.org"}
        session.execute(update(Person).where(Person.name == "Sol Sample").values(**values))
        session.execute(update(PersonalLink).values(ended_at=None))
    assert typed.hall.phone().post(f"{proof}/mail").status_code == 400
    assert typed.hall.phone().post(f"{old}/mail", data=one_click).status_code == 204
    assert stopped()
    assert typed.hall.phone().post(f"{proof[:-4]}AAAA/mail", data=one_click).status_code == 404
