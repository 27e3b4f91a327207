"""The roster: its answer, why and why not, acts with Undo, and the ways out of it."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import AuditEntry, Booth, Decision, Event, Foundation, Person, Shift, SignUp
from tests import cast
from tests.conftest import CountQueries, Stored
from tests.sign_ins import add_person
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of

SATURDAY = date(2024, 7, 27)


def at(clock: str, day: int = 27) -> datetime:
    """Return an instant by Denver's clock, six hours behind."""
    hour, minute = clock.split(":")
    return datetime(2024, 7, day, tzinfo=UTC) + timedelta(hours=int(hour) + 6, minutes=int(minute))


@dataclass(frozen=True)
class Staffed:
    """The numbers of a roster: Saturday 11-13 Ada and Lin, 13-15 Ada, 15-17 nobody."""

    event: int
    first: int
    second: int
    gap: int
    ada: int
    lin: int
    sol: int
    ada_second: int
    lin_first: int


def staff_booth(session: Session, owned: Owned) -> Staffed:
    """Draw a Saturday at the booth of a planned foundation."""
    ours = session.get_one(Foundation, owned.foundation)
    event = session.get_one(Event, owned.event)
    event.starts_on = SATURDAY
    decided = select(Decision).where(Decision.event_id == event.id, Decision.is_current)
    session.scalars(decided).one().state = "go"
    ada, lin = (session.get_one(Person, key) for key in (owned.staff, owned.volunteer))
    ada.is_experienced = True
    sol = add_person(session, "Sol Sample", "volunteer", ours, is_experienced=True)
    cast.name_person(session, event, sol)
    booth = cast.add_booth(
        session,
        event,
        hours=[{"day": "2024-07-27", "kind": "booth", "from": "11:00", "until": "17:00"}],
    )
    first, second, gap = (cast.add_shift(session, booth, at(f"{hour}:00")) for hour in (11, 13, 15))
    cast.add_sign_up(session, first, ada, is_lead=True)
    lin_first = cast.add_sign_up(session, first, lin)
    ada_second = cast.add_sign_up(session, second, ada)
    return Staffed(
        event.id, first.id, second.id, gap.id, ada.id, lin.id, sol.id, ada_second.id, lin_first.id
    )


@pytest.fixture
def booth(stored: Stored, owned: Owned) -> Staffed:
    with stored() as session:
        return staff_booth(session, owned)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned, booth: Staffed) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def look(staff: FlaskClient, booth: Staffed, query: str = "") -> str:
    """Return what the roster says."""
    return text_of(staff.get(f"/events/{booth.event}/roster{query}"))


def place(
    staff: FlaskClient, booth: Staffed, shift: int, person: int, reason: str = ""
) -> TestResponse:
    """Put a person on a shift."""
    return staff.post(
        f"/events/{booth.event}/shifts/{shift}/people/{person}",
        data={"person": person, "reason": reason},
    )


def on(stored: Stored, shift: int) -> list[int]:
    """Return who is on a shift."""
    with stored() as session:
        return sorted(
            session.scalars(
                select(SignUp.person_id).where(SignUp.shift_id == shift, SignUp.state == "taken")
            )
        )


def test_the_headline_is_the_answer(staff: FlaskClient, booth: Staffed) -> None:
    page = look(staff, booth)
    assert "Saturday is covered, except from one to five." in page
    assert "2 of 6 open hours have two people. All times are Denver time." in page
    assert "nobody, 2 missing" in page
    assert "1 missing" in page
    assert "Two slots" not in page
    assert "Sat 15:00 has nobody" in page
    assert "Sat 13:00 has one person" in page


def test_every_day_of_the_booth_is_a_tab(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        table = session.scalars(select(Booth).where(Booth.event_id == booth.event)).one()
        cast.add_shift(session, table, at("22:00", 28), hours=4)
    answer = staff.get(f"/events/{booth.event}/roster?day=2024-07-28")
    assert "Sunday has nobody yet." in text_of(answer)
    assert "22:00–Mon 02:00" in text_of(answer)
    assert 'aria-current="page"' in answer.text
    for nonsense in ("?day=x", "?day=2030-01-01", "?person=x", "?over=a&under=-1", "?move=99"):
        assert "Saturday is covered" in look(staff, booth, nonsense)


def test_a_gap_says_of_each_person_why_or_why_not(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    page = look(staff, booth)
    assert "Sol and Lin can, and Ada if need be." in page
    assert "free, would reach 6 h" in page
    assert "free all day" in page
    with stored() as session:
        event = session.get_one(Event, booth.event)
        add_talk(session, event, booth.sol, at("15:15"))
    page = look(staff, booth)
    assert "Lin can, and Ada if need be." in page
    assert "Talk 15:15 room 401" in page


def add_talk(session: Session, event: Event, speaker: int, starts: datetime) -> None:
    """Add a talk of three quarters of an hour in room 401."""
    slot = {"starts_at": starts, "ends_at": starts + timedelta(minutes=45), "room": "401"}
    cast.add_proposal(session, event, speaker, **slot)


def test_a_talk_during_a_shift_is_named_and_leads_to_cover(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    """The speaker of a talk on Saturday at two stands at the booth from one to three."""
    with stored() as session:
        add_talk(session, session.get_one(Event, booth.event), booth.ada, at("14:00"))
    answer = staff.get(f"/events/{booth.event}/roster")
    assert "Ada: talk 14:00 in room 401" in text_of(answer)
    clash = answer.text.partition("Ada: talk 14:00")[2].partition("</li>")[0]
    link = re.search(r'href="([^"]+)">Find cover', clash)
    assert link is not None
    assert link[1].endswith(f"/shifts/{booth.second}/cover")
    assert staff.get(link[1]).status_code == 200


def test_a_person_is_picked_and_put_into_a_slot(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    page = look(staff, booth, f"?person={booth.sol}")
    assert "Sol Sample is picked" in page
    assert page.count("Put Sol here") == 3
    answer = place(staff, booth, booth.gap, booth.sol)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"day=2024-07-27#shift-{booth.gap}")
    assert on(stored, booth.gap) == [booth.sol]
    page = staff.get(answer.headers["Location"])
    assert "Sol stands Sat 15:00." in page.text
    assert "no answer yet" in page.text
    staff.post(undo_of(page))
    assert on(stored, booth.gap) == []


def undo_of(page: TestResponse) -> str:
    """Return the address that takes back what the page tells of."""
    found = re.search(r'action="([^"]+)"[^>]*>(?:<[^>]+>)*<button class="btn" data-undo', page.text)
    assert found is not None
    return found[1]


def test_against_a_rule_only_with_a_reason(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    answer = place(staff, booth, booth.gap, booth.ada)
    assert answer.status_code == 422
    assert "would make 6 hours" in text_of(answer)
    assert 'name="reason"' in answer.text
    assert on(stored, booth.gap) == []
    answer = place(staff, booth, booth.gap, booth.ada, "  Ada asked\nfor it ")
    assert answer.status_code == 303
    assert on(stored, booth.gap) == [booth.ada]
    assert "Ada by choice: Ada asked for it" in look(staff, booth)


def test_nobody_is_in_two_places_whatever_the_reason(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        add_talk(session, session.get_one(Event, booth.event), booth.sol, at("15:30"))
    answer = place(staff, booth, booth.gap, booth.sol, "it is fine")
    assert answer.status_code == 422
    assert "overlaps" in text_of(answer)
    assert 'name="reason"' not in answer.text
    assert on(stored, booth.gap) == []


def test_move_take_off_and_lead_each_with_undo(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    before = on(stored, booth.first), on(stored, booth.gap)
    page = look(staff, booth, f"?person={booth.lin}&move={booth.lin_first}")
    assert page.count("Move Lin here") == 2
    address = f"/events/{booth.event}/places/{booth.lin_first}"
    moved = staff.post(f"{address}/move", data={"to": booth.gap, "person": booth.lin})
    assert (on(stored, booth.first), on(stored, booth.gap)) == ([booth.ada], [booth.lin])
    page = staff.get(moved.headers["Location"])
    assert "Lin moved to Sat 15:00." in page.text
    staff.post(undo_of(page))
    assert (on(stored, booth.first), on(stored, booth.gap)) == before
    led = staff.get(staff.post(f"{address}/lead", data={"lead": "1"}).headers["Location"])
    assert "Lin leads Sat 11:00." in led.text
    staff.post(undo_of(led))
    off = staff.get(staff.post(f"{address}/off").headers["Location"])
    assert on(stored, booth.first) == [booth.ada]
    staff.post(undo_of(off))
    assert (on(stored, booth.first), on(stored, booth.gap)) == before
    with stored() as session:
        assert session.get_one(SignUp, booth.lin_first).is_lead is False


def test_who_waits_and_who_is_asked_is_seen(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        first = session.get_one(Shift, booth.first)
        first.min_people, first.max_people = 1, 1
        sol = session.get_one(Person, booth.sol)
        cast.add_sign_up(session, first, sol, "waiting", queue_no=1, confirmed_at=None)
        gap = session.get_one(Shift, booth.gap)
        ends = cast.NOW + timedelta(hours=24)
        cast.add_sign_up(session, gap, sol, "offered", offer_ends_at=ends, confirmed_at=None)
    page = look(staff, booth)
    assert "Waiting: Sol." in page
    assert "Over-full: 2 for 1 place." in page
    assert "Sol is asked until" in page


def test_a_search_in_the_address_finds_hours_and_gaps(staff: FlaskClient, booth: Staffed) -> None:
    page = look(staff, booth, "?day=2024-07-27&over=3.5&under=2")
    assert "More than 3.5 h on Sat 27 Jul: Ada 4 h." in page
    assert "Put Lin there" in page
    assert "Put Sol there" in page
    assert "Nobody has more than 4 h on Sat 27 Jul." in look(staff, booth, "?over=4")
    assert "Every slot of Sat 27 Jul has 0 people or more." in look(staff, booth, "?under=0")


@pytest.mark.parametrize("query", ["?as=list", "?as=list&day=2024-07-27&under=2"])
def test_the_list_says_the_same(staff: FlaskClient, booth: Staffed, query: str) -> None:
    page = look(staff, booth, query)
    for words in ("11:00–13:00", "nobody, 2 missing", "Sol and Lin can", "Ask somebody", "4 h, at"):
        assert words in page


def test_the_roster_as_rows(staff: FlaskClient, booth: Staffed, stored: Stored) -> None:
    with stored() as session:
        session.get_one(Person, booth.lin).name = "=HYPERLINK(1) Sample"
    answer = staff.get(f"/events/{booth.event}/roster.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    said = [(row["day"], row["from"], row["until"], row["person"], row["state"]) for row in rows]
    assert said[:2] == [
        ("2024-07-27", "11:00", "13:00", "Ada Ours", "taken"),
        ("2024-07-27", "11:00", "13:00", "'=HYPERLINK(1) Sample", "taken"),
    ]
    assert [row["state"] for row in rows[2:]] == ["taken", "missing", "missing", "missing"]
    copied = staff.get(f"/events/{booth.event}/roster/rows")
    assert "6 rows to copy." in copied.text
    assert "2024-07-27\t11:00\t13:00\tbooth\tAda Ours\tlead\ttaken\tyes" in copied.text
    assert "\t&#39;=HYPERLINK(1) Sample" in copied.text


def test_the_roster_as_a_calendar(staff: FlaskClient, booth: Staffed) -> None:
    answer = staff.get(f"/events/{booth.event}/roster.ics")
    assert answer.mimetype == "text/calendar"
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    assert sorted(str(entry["SUMMARY"]) for entry in entries) == [
        "Ada Ours: SIGGRAPH",
        "Ada Ours: SIGGRAPH",
        "Lin Ours: SIGGRAPH",
    ]
    assert len({str(entry["UID"]) for entry in entries}) == 3
    assert entries[0]["DTSTART"].params["TZID"] == "America/Denver"
    assert staff.get(f"/events/{booth.event}/roster.ics").data == answer.data


def test_the_printed_roster(staff: FlaskClient, booth: Staffed, stored: Stored) -> None:
    with stored() as session:
        event, ada = session.get_one(Event, booth.event), session.get_one(Person, booth.ada)
        ada.phone = "+1 303 555 0100"
        cast.name_person(session, event, ada, is_lead=True)
    page = look(staff, booth, "/print")
    for words in ("Sat 27 Jul 2024", "Ada Ours", "Lin Ours", "+1 303 555 0100", "2 missing."):
        assert words in page
    assert page.count("write here") == 3


def test_an_event_without_a_booth_or_without_shifts(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    assert staff.get(f"/events/{owned.osd}/roster").status_code == 404
    with stored() as session:
        cast.add_booth(session, session.get_one(Event, owned.osd))
    page = text_of(staff.get(f"/events/{owned.osd}/roster"))
    assert "No shift is drawn yet." in page
    assert "Draw the shifts" in page
    for way in ("/print", ".csv", ".ics", "/rows"):
        assert staff.get(f"/events/{owned.osd}/roster{way}").status_code == 200


def test_what_belongs_to_others_is_not_there(
    app: Flask, staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        theirs = staff_booth(session, plan(session, "theirs"))
    before = rows_of(stored)
    ours, lin = booth.event, booth.lin_first
    for address in (
        f"/events/{theirs.event}/shifts/{theirs.gap}/people/{booth.sol}",
        f"/events/{ours}/shifts/{theirs.gap}/people/{booth.sol}",
        f"/events/{ours}/shifts/{booth.gap}/people/{theirs.sol}",
        f"/events/{ours}/places/{theirs.lin_first}/off",
        f"/events/{ours}/places/{theirs.lin_first}/lead",
        f"/events/{ours}/places/{theirs.lin_first}/move",
        f"/events/{ours}/places/{theirs.lin_first}/note/in",
        "/history/99/take-back",
    ):
        assert staff.post(address, data={"to": booth.gap}).status_code == 404, address
    moved = staff.post(f"/events/{ours}/places/{lin}/move", data={"to": theirs.gap})
    assert moved.status_code == 404
    for way in ("", "/print", ".csv", ".ics", "/rows", f"?person={booth.sol}"):
        assert staff.get(f"/events/{theirs.event}/roster{way}").status_code == 404
    assert staff.get(f"/events/{ours}/roster?person={theirs.sol}").status_code == 404
    assert rows_of(stored) == before
    with stored() as session:
        refused = select(AuditEntry).where(AuditEntry.act == "was refused")
        assert session.scalars(refused).first() is not None


def test_the_lead_of_the_event_may_and_other_volunteers_may_not(
    app: Flask, booth: Staffed, stored: Stored
) -> None:
    sol = sign_in_as(app, stored, booth.sol)
    assert sol.get(f"/events/{booth.event}/roster").status_code == 404
    assert place(sol, booth, booth.gap, booth.sol).status_code == 404
    with stored() as session:
        cast.name_person(
            session,
            session.get_one(Event, booth.event),
            session.get_one(Person, booth.lin),
            is_lead=True,
        )
    lin = sign_in_as(app, stored, booth.lin)
    assert lin.get(f"/events/{booth.event}/roster").status_code == 200
    with stored() as session:
        ours = session.get_one(Event, booth.event).foundation_id
        kim = add_person(session, "Kim Far", "volunteer", session.get_one(Foundation, ours)).id
    # Who has nothing to do with the event is no business of its lead.
    assert "Kim" not in lin.get(f"/events/{booth.event}/roster?person={kim}").text
    assert place(lin, booth, booth.gap, kim).status_code == 404
    assert place(lin, booth, booth.gap, booth.sol).status_code == 303


def test_more_shifts_and_people_are_no_question_more(
    staff: FlaskClient, booth: Staffed, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    def asked() -> dict[str, int]:
        found = {}
        for way in ("", "?as=list", f"?person={booth.sol}", "?under=9", "/print", ".csv", ".ics"):
            with count_queries() as queries:
                assert staff.get(f"/events/{booth.event}/roster{way}").status_code == 200
            found[way] = len(queries)
        return found

    with stored() as session:
        add_talk(session, session.get_one(Event, booth.event), booth.sol, at("10:00"))
    before = asked()
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        event = session.get_one(Event, booth.event)
        table = session.scalars(select(Booth).where(Booth.event_id == event.id)).one()
        for number in range(3):
            person = add_person(session, f"Kim{number} Sample", "volunteer", ours)
            shift = cast.add_shift(session, table, at("17:00") + timedelta(hours=2 * number))
            cast.add_sign_up(session, shift, person)
            add_talk(session, event, person.id, at("11:00"))
    assert asked() == before
    assert max(before.values()) <= 18
