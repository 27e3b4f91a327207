"""Cover: staff ask people who are ranked with reasons, and volunteers answer on their own page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    AuditEntry,
    Availability,
    Booth,
    Cover,
    CoverAsk,
    Event,
    Foundation,
    Message,
    Person,
    Shift,
    SignUp,
)
from outreach.staffing.volunteers import personal_links
from tests import cast
from tests.conftest import CountQueries, Stored
from tests.sign_ins import add_person
from tests.views.planned import Owned, rows_of, sign_in_as, text_of

pytestmark = pytest.mark.usefixtures("theirs")
STARTS = datetime(2024, 7, 31, 19, tzinfo=UTC)


class Scene:
    """A shift on Wednesday at one that nobody is on, and three who live near."""

    def __init__(self, app: Flask, stored: Stored, owned: Owned) -> None:
        self.app, self.stored, self.owned = app, stored, owned
        with stored() as session:
            event = session.get_one(Event, owned.event)
            ours = session.get_one(Foundation, owned.foundation)
            cast.add_decision(session, event, is_current=False)
            booth = cast.add_booth(session, event)
            self.booth = booth.id
            self.shift = cast.add_shift(session, booth, STARTS, min_people=1, max_people=1).id
            near = {"latitude": 39.7, "longitude": -104.9, "is_experienced": True}
            self.people = {
                name: add_person(session, f"{name} Near", "volunteer", ours, **near).id
                for name in ("Noor", "Sol", "Ben")
            }
            session.get_one(Person, self.people["Noor"]).phone = "+1 555 0100"
        self.path = f"/events/{owned.event}/shifts/{self.shift}/cover"
        self.staff = sign_in_as(app, stored, owned.staff)

    def ask(self, *names: str) -> int:
        """Ask these people; return the question's number."""
        ticked = {"person": [str(self.people[name]) for name in names]}
        assert self.staff.post(self.path, data=ticked).status_code == 303
        with self.stored() as session:
            return session.scalars(select(Cover.id).order_by(Cover.id.desc())).first() or 0

    def link(self, name: str) -> str:
        """Return the start of somebody's own pages."""
        with self.stored() as session:
            person = session.get_one(Person, self.people[name])
            key = self.app.config["SECRET_KEY"]
            return f"/my/{personal_links.issue(session, person, key, cast.REAL)}"

    def states(self) -> dict[str, str]:
        with self.stored() as session:
            rows = session.execute(
                select(Person.name, SignUp.state).join(SignUp, SignUp.person_id == Person.id)
            )
            return {name.split()[0]: state for name, state in rows}


@pytest.fixture
def scene(app: Flask, stored: Stored, owned: Owned) -> Scene:
    return Scene(app, stored, owned)


def test_people_are_ranked_with_reasons_and_three_are_ticked(scene: Scene) -> None:
    page = scene.staff.get(scene.path)
    said = text_of(page)
    assert "Wed 31 Jul, 13:00–15:00 has nobody ." in said
    assert page.text.count(" checked>") == 3
    assert "lives 8 km away, no hours yet, not asked yet" in said.lower()
    assert 'href="tel:+15550100"' in page.text
    assert 'href="mailto:noor@example.org"' in page.text
    assert "Ask these 3" in said


def test_who_gave_up_or_did_not_come_is_last_and_a_phone_is_called(
    scene: Scene, stored: Stored
) -> None:
    """However near they live; and nobody is ticked whom no letter reaches."""
    with stored() as session:
        shift = session.get_one(Shift, scene.shift)
        noor, sol, ben = (session.get_one(Person, one) for one in scene.people.values())
        noor.email = noor.email_key = None
        cast.add_sign_up(session, shift, sol, "left", changed_at=STARTS - timedelta(hours=3))
        booth = session.get_one(Booth, scene.booth)
        earlier = cast.add_shift(session, booth, STARTS - timedelta(hours=2))
        cast.add_sign_up(session, earlier, ben, was_missed=True)
        for one in (sol, ben):
            one.latitude, one.longitude = 39.74, -104.98
    page = scene.staff.get(scene.path)
    rows = re.findall(r"<tr data-row.*?</tr>", page.text, re.DOTALL)
    names = [re.sub(r"<[^>]+>", " ", one).split()[1:4] for one in rows]
    assert "Noor" in " ".join(names[0])
    assert "Gave it up at 10:00" in rows[-1] + rows[-2]
    assert "Did not come Wed 11:00" in rows[-1] + rows[-2]
    assert " checked>" not in page.text
    assert 'href="tel:+15550100"' in rows[0]


def test_asked_shown_and_ended(scene: Scene, stored: Stored) -> None:
    scene.ask("Noor", "Sol")
    said = text_of(scene.staff.get(scene.path))
    assert said.count("has not answered yet") == 2
    page = scene.staff.get(scene.path)
    undo = re.search(r'action="([^"]+/close)"', page.text)
    assert undo is not None
    assert scene.staff.post(undo[1]).status_code == 303
    with stored() as session:
        assert sorted(session.scalars(select(CoverAsk.state))) == ["closed", "closed"]
        kinds = sorted(session.scalars(select(Message.kind)))
        assert kinds == ["cover_asked"] * 2 + ["cover_closed"] * 2


@pytest.mark.parametrize(
    "ticked", [[], ["x"], ["99999"], ["-1"]], ids=["nobody", "a word", "nobody's", "negative"]
)
def test_nobody_to_ask(scene: Scene, stored: Stored, ticked: list[str]) -> None:
    before = rows_of(stored)
    answer = scene.staff.post(scene.path, data={"person": ticked})
    assert answer.status_code in {404, 422}
    assert rows_of(stored) == before


def test_somebody_of_another_foundation_is_not_asked(scene: Scene, stored: Stored) -> None:
    with stored() as session:
        other = session.scalars(
            select(Person.id).where(Person.foundation_id != scene.owned.foundation)
        ).first()
    before = rows_of(stored)
    assert scene.staff.post(scene.path, data={"person": [str(other)]}).status_code == 404
    assert rows_of(stored) == before


def test_yes_then_too_late(scene: Scene) -> None:
    cover = scene.ask("Noor", "Sol")
    noor, sol = scene.app.test_client(), scene.app.test_client()
    first, second = (f"{scene.link(name)}/covers/{cover}" for name in ("Noor", "Sol"))
    assert "Can you come?" in text_of(noor.get(first))
    answer = noor.post(first, data={"says": "yes"}, follow_redirects=True)
    assert "The shift is yours. Thank you." in text_of(answer)
    late = sol.post(second, data={"says": "yes"})
    assert late.status_code == 409
    assert "Wed 13:00 is covered: somebody else was quicker." in text_of(late)
    assert scene.states() == {"Noor": "taken"}
    assert "You have it." in text_of(noor.get(first))
    assert noor.post(first, data={"says": "yes"}).status_code == 303
    assert scene.states() == {"Noor": "taken"}


def test_too_late_for_somebody_who_is_signed_in(scene: Scene, stored: Stored) -> None:
    cover = scene.ask("Noor", "Sol")
    noor = f"{scene.link('Noor')}/covers/{cover}"
    scene.app.test_client().post(noor, data={"says": "yes"})
    sol = sign_in_as(scene.app, stored, scene.people["Sol"])
    late = sol.post(f"/my/own/covers/{cover}", data={"says": "yes"})
    assert late.status_code == 409
    assert "Somebody else was quicker." in text_of(late)


def test_no(scene: Scene, stored: Stored) -> None:
    cover = scene.ask("Noor")
    path = f"{scene.link('Noor')}/covers/{cover}"
    answer = scene.app.test_client().post(path, data={"says": "no"}, follow_redirects=True)
    assert "Thank you for saying it." in text_of(answer)
    assert scene.states() == {}
    assert "Noor Near cannot" in text_of(scene.staff.get(scene.path))
    with stored() as session:
        assert session.scalars(select(Cover.closed_at)).one() is None


def test_a_rule_is_named_and_a_second_yes_is_enough(scene: Scene, stored: Stored) -> None:
    with stored() as session:
        noor = session.get_one(Person, scene.people["Noor"])
        event = session.get_one(Event, scene.owned.event)
        cast_talk(session, event, noor)
    cover = scene.ask("Noor")
    path = f"{scene.link('Noor')}/covers/{cover}"
    client = scene.app.test_client()
    asked = client.post(path, data={"says": "yes"})
    assert asked.status_code == 422
    assert "less than 30 minutes after your talk" in text_of(asked)
    assert 'name="reason"' not in asked.text
    client.post(path, data={"says": "yes", "anyway": str(cover)})
    with stored() as session:
        assert (
            session.scalars(select(SignUp.reason)).one() == "read the rule and said that it is fine"
        )


def cast_talk(session: Session, event: Event, speaker: Person) -> None:
    """Let somebody speak until fifteen minutes before the shift."""
    starts, ends = (datetime(2024, 7, 31, 18, minute, tzinfo=UTC) for minute in (0, 45))
    slot = {"starts_at": starts, "ends_at": ends}
    cast.add_proposal(session, event, speaker.id, title="Linux on set", state="confirmed", **slot)


def test_looking_answers_nothing(scene: Scene, stored: Stored) -> None:
    cover = scene.ask("Noor")
    path = f"{scene.link('Noor')}/covers/{cover}"
    before = rows_of(stored)
    client = scene.app.test_client()
    for _ in range(20):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert rows_of(stored) == before


def test_what_others_were_asked_is_not_there(scene: Scene, stored: Stored) -> None:
    cover = scene.ask("Noor")
    path = f"{scene.link('Ben')}/covers/{cover}"
    before = rows_of(stored)
    client = scene.app.test_client()
    for answer in (client.get(path), client.post(path, data={"says": "yes"})):
        assert answer.status_code == 404
        assert "Noor" not in answer.text
    assert client.get(f"{scene.link('Ben')}/covers/99999").status_code == 404
    assert client.get(f"/my/{'x' * 43}/covers/{cover}").status_code == 404
    after = rows_of(stored)
    assert {table for table in before if before[table] != after[table]} <= {"personal_link"}
    with stored() as session:
        lines = session.scalars(
            select(AuditEntry.subject_id).where(
                AuditEntry.act == "was refused", AuditEntry.subject == "cover"
            )
        ).all()
        assert set(lines) == {cover}


def test_others_do_not_ask_or_end(scene: Scene, stored: Stored) -> None:
    cover = scene.ask("Noor")
    end = f"/events/{scene.owned.event}/covers/{cover}/close"
    bob = sign_in_as(scene.app, stored, scene.people["Ben"])
    before = rows_of(stored)
    elsewhere = f"/events/{scene.owned.osd}/covers/{cover}/close"
    assert scene.staff.post(elsewhere).status_code == 404
    for path in (scene.path, end):
        assert bob.post(path, data={"person": "1"}).status_code == 404
    assert bob.get(scene.path).status_code == 404
    assert rows_of(stored) == before


def test_the_page_asks_as_often_for_many_people(
    scene: Scene, stored: Stored, count_queries: CountQueries
) -> None:
    scene.staff.get(scene.path)
    with count_queries() as few:
        scene.staff.get(scene.path)
    with stored() as session:
        ours = session.get_one(Foundation, scene.owned.foundation)
        for number in range(30):
            add_person(session, f"Uli{number} Far", "volunteer", ours, latitude=48, longitude=11)
    with count_queries() as many:
        scene.staff.get(scene.path)
    assert len(few) == len(many) <= 25


def signed_in_lead(scene: Scene, stored: Stored) -> FlaskClient:
    with stored() as session:
        event = session.get_one(Event, scene.owned.event)
        cast.name_person(
            session, event, session.get_one(Person, scene.owned.volunteer), is_lead=True
        )
    return sign_in_as(scene.app, stored, scene.owned.volunteer)


def test_a_lead_sees_contacts_of_who_has_to_do_with_the_event_and_asks_the_others(
    scene: Scene, stored: Stored
) -> None:
    lead = signed_in_lead(scene, stored)
    assert "noor@example.org" in scene.staff.get(scene.path).text
    page = lead.get(scene.path)
    assert "noor@example.org" not in page.text
    assert "Ask Noor" in text_of(page)
    with stored() as session:
        said = {"booth_id": scene.booth, "person_id": scene.people["Noor"], "said_at": cast.NOW}
        session.add(Availability(**said))
    assert "mailto:noor@example.org" in lead.get(scene.path).text


def test_the_lead_of_the_event_sees_nothing_of_other_events(scene: Scene, stored: Stored) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, scene.owned.foundation)
        other = cast.add_event(session, ours, "Secret Summit", STARTS.date())
        shift = cast.add_shift(session, cast.add_booth(session, other), STARTS)
        cast.add_sign_up(session, shift, session.get_one(Person, scene.people["Noor"]))
    page = signed_in_lead(scene, stored).get(scene.path)
    assert "has something else then" in text_of(page).lower()
    assert "Secret Summit" not in page.text
    assert "Secret Summit" in scene.staff.get(scene.path).text


@pytest.mark.parametrize(
    ("is_cancelled", "said"),
    [(False, "This shift is full."), (True, "This shift does not take place.")],
)
def test_nobody_is_asked_where_nobody_is_wanted(
    scene: Scene, stored: Stored, is_cancelled: bool, said: str
) -> None:
    """Who wants to leave a full shift is looked for a successor all the same."""
    with stored() as session:
        shift = session.get_one(Shift, scene.shift)
        sol = cast.add_sign_up(session, shift, session.get_one(Person, scene.people["Sol"]))
        shift.cancelled_at = cast.NOW if is_cancelled else None
    page = scene.staff.get(scene.path)
    assert said in text_of(page) and 'name="person"' not in page.text
    with stored() as session:
        session.add(Cover(shift_id=scene.shift, leaving_id=sol.id, opened_at=cast.NOW))
    asks = 'name="person"' in scene.staff.get(scene.path).text
    assert asks is not is_cancelled
