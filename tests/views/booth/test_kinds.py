"""Kinds of shift: named by the booth, with a place, a note and a link wherever a shift stands."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from models import Event, Foundation, Message, Person, Shift, ShiftKind
from outreach.messages.outbox import WORD_JOINER
from outreach.messages.written import Written
from outreach.planning.editions import next_edition, shifts
from outreach.staffing import shift_kinds
from outreach.staffing.booth.booths import find_booth, list_kinds
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from tests import cast, pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import sign_in
from tests.views.hall import Hall
from tests.views.planned import text_of, undo_of

DESK = Desk("http://where.example", "k" * 40, "booth@where.example")
SAID = "Install fest, room 2.14: bring a laptop"
LINK = "https://fest.example/how"
FIELDS = {"name": "Install fest", "place": "room 2.14", "note": "bring a laptop", "url": LINK}
NEXT_DAY = WEDNESDAY + timedelta(days=1)


@dataclass
class Fest:
    """Two shifts at a booth in hall B; Ada is on the first, with an entry in her calendar."""

    hall: Hall
    lead: FlaskClient
    first: int
    second: int
    ada: int

    @property
    def path(self) -> str:
        return f"/events/{self.hall.event}/booth/kinds"

    def adds(self, *shifts: int, **fields: str) -> str:
        """Name a kind; return what the page says."""
        sent = FIELDS | fields | {"shifts": [str(one) for one in shifts]}
        return text_of(self.lead.post(self.path, data=sent, follow_redirects=True))

    def kind(self) -> int:
        with self.hall.stored() as session:
            return session.scalars(select(ShiftKind.id)).one()

    def entry(self) -> dict[str, str]:
        """Return what Ada's calendar has of her shift."""
        feed = self.hall.phone().get(f"/feeds/{self.hall.feed(self.ada)}.ics")
        [entry] = Calendar.from_ical(feed.data).walk("VEVENT")
        return {name: str(entry.get(name, "")) for name in ("LOCATION", "DESCRIPTION", "SEQUENCE")}


@pytest.fixture
def fest(app: Flask, stored: Stored) -> Fest:
    hall = Hall(app, stored, label="Hall B")
    first, second = hall.shift(max_people=5), hall.shift(NEXT_DAY, max_people=5)
    ada = hall.person("Ada Example")
    hall.puts(first, ada, confirmed_at=cast.NOW)
    client = app.test_client()
    with stored() as session:
        person = session.get_one(Person, hall.lead)
        person.role = "volunteer"
        cast.name_person(session, session.get_one(Event, hall.event), person, is_lead=True)
        sign_in(client, session, person)
    return Fest(hall, client, first, second, ada)


def test_it_is_said_wherever_its_shifts_stand(fest: Fest) -> None:
    assert "Install fest is saved." in fest.adds(fest.first)
    phone, event, code = fest.hall.phone(), fest.hall.event, fest.hall.code
    day = f"/events/{event}/roster?day=2024-07-31"
    for path in (f"/s/{code}", f"/s/{code}/shifts/{fest.first}", f"/s/{code}/several"):
        assert SAID in text_of(phone.get(path)), path
    for path in (day, f"{day}&as=list", f"/events/{event}/roster/print", f"/events/{event}/booth"):
        assert SAID in text_of(fest.lead.get(path)), path
    assert LINK in phone.get(f"/s/{code}/shifts/{fest.first}").text
    mine = phone.get(f"/my/{fest.hall.link(fest.ada)}")
    assert LINK in mine.text and "room 2.14 SIGGRAPH, Denver" in text_of(mine)
    assert SAID in text_of(mine)
    other = pages.tree_of(phone.get(f"/s/{code}/shifts/{fest.second}").text)
    assert "Install fest" not in pages.says(other)


def test_calendars_hear_of_place_note_and_link(fest: Fest) -> None:
    before = fest.entry()
    assert before["LOCATION"].startswith("Hall B")
    fest.adds(fest.first)
    after = fest.entry()
    assert after["LOCATION"].startswith("room 2.14, Denver")
    assert SAID in after["DESCRIPTION"] and LINK in after["DESCRIPTION"]
    fest.lead.post(f"{fest.path}/{fest.kind()}",
                   data=FIELDS | {"place": "room 9", "shifts": [str(fest.first)]})  # fmt: skip
    moved = fest.entry()
    assert moved["LOCATION"].startswith("room 9")
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"]) < int(moved["SEQUENCE"])


def test_letters_say_it(fest: Fest) -> None:
    fest.adds(fest.second)
    phone = fest.hall.phone(fest.ada)
    phone.post(f"/s/{fest.hall.code}/shifts/{fest.second}", data={"form_key": "k" * 43})
    with fest.hall.stored() as session:
        message = session.scalars(select(Message).where(Message.kind == "confirmed")).one()
        written = writing.draft(session, [message], cast.REAL, DESK)
    assert isinstance(written, Written)
    body = written.body.replace(WORD_JOINER, "")
    assert "SIGGRAPH, Denver, room 2.14" in body and "Hall B" not in body
    assert LINK in written.body and SAID in body


def test_taken_away_its_shifts_stay_and_undo_brings_it_back(fest: Fest) -> None:
    fest.adds(fest.first)
    heard = int(fest.entry()["SEQUENCE"])
    done = fest.lead.post(f"{fest.path}/{fest.kind()}/remove", follow_redirects=True)
    assert "its shifts stay" in text_of(done)
    gone = fest.entry()
    assert gone["LOCATION"].startswith("Hall B") and int(gone["SEQUENCE"]) > heard
    assert fest.lead.post(undo_of(done)).status_code == 303
    back = fest.entry()
    assert back["LOCATION"].startswith("room 2.14")
    assert int(back["SEQUENCE"]) > int(gone["SEQUENCE"])


def test_one_shift_is_given_a_kind_by_its_own_form(fest: Fest) -> None:
    assert (
        "Kind that you named"
        not in fest.lead.get(f"/events/{fest.hall.event}/shifts/{fest.second}/edit").text
    )
    fest.adds()
    path = f"/events/{fest.hall.event}/shifts/{fest.second}/edit"
    sent = {
        "kind": "booth", "when": "Thu 1 Aug 13:00-15:00", "min_people": "2", "max_people": "5",
        "own_kind": str(fest.kind()), "seen": "0",
    }  # fmt: skip
    done = fest.lead.post(path, data=sent, follow_redirects=True)
    assert SAID in text_of(fest.hall.phone().get(f"/s/{fest.hall.code}/shifts/{fest.second}"))
    assert fest.lead.post(undo_of(done)).status_code == 303
    new = f"/events/{fest.hall.event}/shifts/new"
    fest.lead.post(new, data=sent | {"when": "Thu 1 Aug 16:00-17:00"})
    with fest.hall.stored() as session:
        kinds = [row.own_kind_id for row in session.scalars(select(Shift).order_by(Shift.id))]
    assert kinds == [None, None, fest.kind()]
    assert fest.lead.post(path, data=sent | {"own_kind": "77"}).status_code == 422


def test_the_next_edition_has_the_same_kinds(fest: Fest) -> None:
    fest.adds(fest.second)
    with fest.hall.stored() as session:
        event = session.get_one(Event, fest.hall.event)
        ours = session.get_one(Foundation, fest.hall.foundation)
        lead = session.get_one(Person, fest.hall.lead)
        starts = event.starts_on.replace(year=2025)
        ends = event.ends_on.replace(year=2025)
        other = cast.add_event(session, ours, "SIGGRAPH 2025", starts=starts, ends=ends)
        next_edition._take_booth(session, event, other)
        shifts.take_shifts(session, event, other, lead, cast.NOW, cast.REAL)
        booth = find_booth(session, other.id)
        assert booth is not None
        [kind] = list_kinds(session, booth)
        assert (kind.name, kind.place, kind.note, kind.url) == tuple(FIELDS.values())
        of_it = select(Shift.starts_at).where(Shift.own_kind_id == kind.id)
        assert len(session.scalars(of_it).all()) == 1


def told(fest: Fest) -> list[str]:
    """Return the kinds of letters about another place that wait for Ada, written out."""
    with fest.hall.stored() as session:
        waiting = Message.kind == "elsewhere", Message.person_id == fest.ada
        found = session.scalars(select(Message).where(*waiting).order_by(Message.id)).all()
        written = [writing.draft(session, [one], cast.REAL, DESK) for one in found]
    return [one.body.replace(WORD_JOINER, "") for one in written if isinstance(one, Written)]


def as_told_before(fest: Fest, place: str) -> None:
    """Note that Ada was told of her shift, and where it is."""
    with fest.hall.stored() as session:
        shift, ada = session.get_one(Shift, fest.first), session.get_one(Person, fest.ada)
        ours = session.get_one(Foundation, fest.hall.foundation)
        place_told = {
            "shift_id": shift.id, "state": "taken", "starts_at": shift.starts_at.isoformat(),
            "ends_at": shift.ends_at.isoformat(), "until": None, "place": place,
        }  # fmt: skip
        session.add(
            Message(
                foundation_id=ours.id, person_id=ada.id, to_address=ada.email, subject="x",
                body="x", fact_key="told", kind="confirmed", facts={"places": [place_told]},
                state="sent", attempts=1, created_at=cast.NOW, due_at=cast.NOW, sent_at=cast.NOW,
            )
        )  # fmt: skip


def test_who_is_on_a_shift_hears_that_it_is_at_another_place(fest: Fest) -> None:
    as_told_before(fest, "Hall B")
    fest.adds(fest.first)
    [first] = told(fest)
    assert "Your shift is at another place now:" in first
    assert "SIGGRAPH, Denver, room 2.14" in first


def test_of_another_note_nobody_is_told(fest: Fest) -> None:
    as_told_before(fest, "Hall B")
    fest.adds(fest.first, place="")
    kind = {"name": "Install fest", "note": "bring two", "shifts": [str(fest.first)]}
    fest.lead.post(f"{fest.path}/{fest.kind()}", data=kind)
    assert told(fest) == []
    done = fest.lead.post(f"{fest.path}/{fest.kind()}", data=kind | {"place": "Hall A"})
    assert done.status_code == 303 and len(told(fest)) == 1


def test_back_where_it_was_before_anybody_was_told_is_no_news(fest: Fest) -> None:
    as_told_before(fest, "Hall B")
    fest.adds(fest.first)
    fest.lead.post(f"{fest.path}/{fest.kind()}/remove")
    assert told(fest) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give it a short name."),
        ({"name": "x" * 41}, "40"),
        ({"place": "x" * 81}, "80"),
        ({"note": "x" * 161}, "160"),
        ({"url": "javascript:alert(1)"}, "http"),
        ({"name": "INSTALL FEST"}, "There is a kind of this name already."),
        ({"shifts": "999"}, "not a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    fest: Fest, wrong: dict[str, str], sentence: str
) -> None:
    fest.adds(fest.first)
    refused = fest.lead.post(fest.path, data=FIELDS | {"name": "Party"} | wrong)
    assert refused.status_code == 422 and sentence in text_of(refused)
    with fest.hall.stored() as session:
        assert len(session.scalars(select(ShiftKind)).all()) == 1


def test_a_booth_names_twelve_at_most(fest: Fest) -> None:
    answers = [fest.adds(name=f"Kind {number}") for number in range(shift_kinds.MOST + 1)]
    assert "A booth names 12 kinds at most." in answers[-1]
    assert all("is saved." in one for one in answers[:-1])


def test_shifts_and_kinds_of_others_stay_out_of_reach(fest: Fest, stored: Stored) -> None:
    other = Hall(fest.hall.app, stored, code="hgfedcba", slug="theirs")
    theirs = other.shift()
    refused = fest.lead.post(fest.path, data=FIELDS | {"shifts": [str(theirs)]})
    assert refused.status_code == 422
    with stored() as session:
        kind = ShiftKind(booth_id=other.booth, name="Theirs")
        session.add(kind)
        session.flush()
        number = kind.id
    for path in (f"{fest.path}/{number}", f"{fest.path}/{number}/remove"):
        assert fest.lead.post(path, data=FIELDS).status_code == 404
    volunteer = fest.hall.app.test_client()
    with stored() as session:
        sign_in(volunteer, session, session.get_one(Person, fest.ada))
    assert volunteer.post(fest.path, data=FIELDS).status_code in (403, 404)
    assert fest.hall.app.test_client().post(fest.path).status_code in (302, 303, 401)
    assert fest.lead.put(fest.path).status_code == 405
