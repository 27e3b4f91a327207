"""Calendars by address: what each opens and nothing besides, as it was changed or cancelled."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from models import AuditEntry, Decision, Event, Feed, Foundation, Person, Shift, SignUp
from outreach.accounts import feeds
from tests import cast
from tests.conftest import CountQueries, Stored
from tests.sign_ins import sign_in
from tests.views.booth.test_booths import TYPED
from tests.views.hall import Hall
from tests.views.planned import Owned, add_idea, undo_of


def entries(content: bytes) -> dict[str, Any]:
    """Read a calendar back: its entries by their titles."""
    return {str(one["SUMMARY"]): one for one in Calendar.from_ical(content).walk("VEVENT")}


def made(staff: FlaskClient, app: Flask, stored: Stored, what: str) -> str:
    """Make an address on the page, and return its path."""
    answer = staff.post("/feeds", data={"what": what})
    assert answer.status_code == 303, answer.text
    with stored() as session:
        feed = session.scalars(select(Feed).order_by(Feed.id.desc())).first()
        assert feed is not None
        return f"/feeds/{feeds.find_token(feed, app.config['SECRET_KEY'])}.ics"


def go(staff: FlaskClient, event: int, state: str = "go", **data: str) -> None:
    assert staff.post(f"/events/{event}/decision/{state}", data=data).status_code == 303


def asked(app: Flask, path: str, known: str = "") -> Any:
    """Ask as a calendar program does: without a cookie."""
    headers = {"If-None-Match": known} if known else {}
    return app.test_client().get(path, headers=headers)


def test_a_go_that_becomes_a_no_go_is_cancelled_for_a_month(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    go(staff, owned.event)
    path = made(staff, app, stored, "season")
    before = entries(asked(app, path).data)["SIGGRAPH"]
    assert (str(before["STATUS"]), str(before["TRANSP"])) == ("CONFIRMED", "TRANSPARENT")
    go(staff, owned.event, "no_go", reason="No money")
    after = entries(asked(app, path).data)["SIGGRAPH"]
    assert str(after["STATUS"]) == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt
    assert "SIGGRAPH" in entries(staff.get("/season/2024.ics").data)
    with stored() as session:
        long_ago = datetime.now(UTC) - timedelta(days=31)
        session.execute(update(Decision).values(recorded_at=long_ago))
    assert "SIGGRAPH" not in entries(staff.get("/season/2024.ics").data)


def test_what_was_never_planned_is_never_told(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        number = add_idea(session, owned, 1).id
    go(staff, number, "no_go", reason="No money")
    found = entries(asked(app, made(staff, app, stored, "season")).data)
    assert found.keys() == {"Open Source Days", "SIGGRAPH"}


def test_what_is_taken_back_raises_the_number_all_the_same(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    go(staff, owned.event)
    path, numbers = made(staff, app, stored, "season"), []
    numbers.append(entries(asked(app, path).data)["SIGGRAPH"]["SEQUENCE"])
    page = staff.post(f"/events/{owned.event}/decision/proposed", follow_redirects=True)
    numbers.append(entries(asked(app, path).data)["SIGGRAPH"]["SEQUENCE"])
    assert staff.post(undo_of(page)).status_code == 303
    numbers.append(entries(asked(app, path).data)["SIGGRAPH"]["SEQUENCE"])
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("what", ["season", "deadlines", "event"])
def test_nothing_new_is_304_after_few_questions(
    app: Flask,
    staff: FlaskClient,
    owned: Owned,
    stored: Stored,
    count_queries: CountQueries,
    what: str,
) -> None:
    go(staff, owned.event)
    path = made(staff, app, stored, f"event:{owned.event}" if what == "event" else what)
    with count_queries() as queries:
        first = asked(app, path)
    assert first.status_code == 200 and len(queries) <= 10
    assert asked(app, path).data == first.data
    with count_queries() as queries:
        again = asked(app, path, first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"") and len(queries) <= 3
    assert again.headers["ETag"] == first.headers["ETag"]
    go(staff, owned.event, "proposed")
    assert asked(app, path, first.headers["ETag"]).status_code == 200


def test_an_event_has_its_hours_shifts_and_talks_and_names_nobody(
    app: Flask, stored: Stored
) -> None:
    hall = Hall(app, stored)
    ada = hall.person("Ada Secret", email="ada@example.org")
    hall.puts(hall.shift(), ada)
    with stored() as session:
        event = session.get_one(Event, hall.event)
        slot = {"starts_at": cast.NOW + timedelta(days=3), "ends_at": cast.NOW + timedelta(days=4)}
        talk = cast.add_proposal(session, event, title="Rays", state="confirmed", **slot)
        assert talk.id
        ours = session.get_one(Foundation, hall.foundation)
        feed = feeds.make(
            session, ours, "event", app.config["SECRET_KEY"], cast.NOW, event_id=event.id
        )
        token = feeds.find_token(feed, app.config["SECRET_KEY"])
        titles = {f"{event.name}: booth shift", f"{event.name}: Rays"}
    answer = asked(app, f"/feeds/{token}.ics")
    assert titles <= entries(answer.data).keys()
    assert b"Ada" not in answer.data and b"@" not in answer.data
    shift = entries(answer.data)[f"{event.name}: booth shift"]
    assert str(shift["TRANSP"]) == "OPAQUE" and "TZID" in shift["DTSTART"].params


def test_a_segment_has_the_events_where_it_gathers(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        segment = cast.add_segment(session, ours, "rays")
        cast.add_gathering(session, segment, session.get_one(Event, owned.event))
        number = segment.id
    path = made(staff, app, stored, f"segment:{number}")
    assert entries(asked(app, path).data).keys() == {"SIGGRAPH"}


def test_an_address_ends_and_is_renewed_at_once(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = made(staff, app, stored, "season")
    with stored() as session:
        feed = session.scalars(select(Feed)).one()
        number, kept = feed.id, f"{feed.seed} {feed.token_hash}"
    assert path[7:50] not in kept
    page = staff.get("/feeds").text
    assert path in page and "8 to 24 hours" in page and "webcal://localhost" in page
    assert "calendar.google.com/calendar/r?cid=webcal%3A%2F%2F" in page
    assert staff.post(f"/feeds/{number}/renew").status_code == 303
    assert asked(app, path).status_code == 404
    assert path not in staff.get("/feeds").text
    with stored() as session:
        key = app.config["SECRET_KEY"]
        path = f"/feeds/{feeds.find_token(session.scalars(select(Feed)).one(), key)}.ics"
    assert asked(app, path).status_code == 200
    assert staff.post(f"/feeds/{number}/end").status_code == 303
    gone, unknown = asked(app, path), asked(app, f"/feeds/{'x' * 43}.ics")
    assert (gone.status_code, gone.data) == (404, unknown.data)
    with stored() as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc()).limit(3)).all()
    assert acts == ["ended a calendar", "renewed a calendar", "opened a calendar"]


@pytest.mark.parametrize("what", ["", "party", "event:0", "event:99999", "own", "segment:99999"])
def test_what_cannot_have_an_address_is_said(
    staff: FlaskClient, stored: Stored, owned: Owned, what: str
) -> None:
    answer = staff.post("/feeds", data={"what": what})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    with stored() as session:
        assert session.scalars(select(Feed)).all() == []


def test_addresses_of_others_are_not_there(
    app: Flask, staff: FlaskClient, volunteer: FlaskClient, theirs: Owned, stored: Stored
) -> None:
    with stored() as session:
        other = session.get_one(Foundation, theirs.foundation)
        number = feeds.make(session, other, "season", app.config["SECRET_KEY"], cast.NOW).id
    for act in ("renew", "end"):
        assert staff.post(f"/feeds/{number}/{act}").status_code == 404
        assert volunteer.post(f"/feeds/{number}/{act}").status_code == 404
        assert app.test_client().post(f"/feeds/{number}/{act}").status_code == 401
        assert staff.get(f"/feeds/{number}/{act}").status_code == 405
    assert volunteer.get("/feeds").status_code == 404


def test_ones_own_address_is_renewed_without_the_link(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored)
    ada = hall.person("Ada Example")
    hall.puts(hall.shift(), ada, confirmed_at=cast.NOW)
    link, old = hall.link(ada), f"/feeds/{hall.feed(ada)}.ics"
    assert asked(app, old).status_code == 200
    phone = app.test_client()
    assert old in phone.get(f"/my/{link}").text
    assert phone.post(f"/my/{link}/calendar").status_code == 303
    page = phone.get(f"/my/{link}").text
    assert asked(app, old).status_code == 404 and old not in page
    with stored() as session:
        feed = session.scalars(select(Feed)).one()
        number = feed.id
        new = f"/feeds/{feeds.find_token(feed, app.config['SECRET_KEY'])}.ics"
    assert new in page
    assert len(entries(asked(app, new).data)) == 1
    desk = app.test_client()
    with stored() as session:
        sign_in(desk, session, session.get_one(Person, hall.lead))
    assert desk.post(f"/feeds/{number}/end").status_code == 404
    assert desk.post(f"/people/{ada}/link/renew").status_code == 200
    assert asked(app, new).status_code == 404


def test_a_talk_is_in_ones_own_calendar(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored)
    ada = hall.person("Ada Example")
    with stored() as session:
        event = session.get_one(Event, hall.event)
        slot = {"starts_at": cast.NOW + timedelta(days=3), "ends_at": cast.NOW + timedelta(days=4)}
        cast.add_proposal(session, event, ada, title="Rays", state="confirmed", **slot)
        name = event.name
    assert f"{name}: Rays" in entries(asked(app, f"/feeds/{hall.feed(ada)}.ics").data)


def test_deadlines_keep_nobody_busy(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        cast.add_item(session, session.get_one(Event, owned.event), "Badges", date(2024, 8, 2))
    found = entries(asked(app, made(staff, app, stored, "deadlines")).data)["SIGGRAPH: Badges"]
    assert str(found["TRANSP"]) == "TRANSPARENT"
    assert found["DTSTART"].dt == date(2024, 8, 2)
    assert "SEQUENCE" in found


def test_entries_of_two_installations_are_never_one(stored: Stored) -> None:
    with stored() as session:
        scopes = [cast.add_clocked(session, slug).calendar_scope for slug in ("one", "two")]
    assert len({*scopes, "one", "two"}) == 4


def test_ones_own_shift_is_cancelled_for_a_month(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored)
    ada = hall.person("Ada Example")
    shift = hall.shift()
    [row] = hall.puts(shift, ada, confirmed_at=cast.NOW)
    path = f"/feeds/{hall.feed(ada)}.ics"

    def found() -> list[str]:
        return [str(one["STATUS"]) for one in entries(asked(app, path).data).values()]

    def change(model: Any, number: int, **columns: Any) -> None:
        with stored() as session:
            session.execute(update(model).where(model.id == number).values(**columns))

    assert found() == ["CONFIRMED"]
    off, long_ago = cast.NOW - timedelta(days=29), cast.NOW - timedelta(days=31)
    change(Shift, shift, cancelled_at=off, sequence=1)
    assert found() == ["CANCELLED"]
    change(Shift, shift, cancelled_at=long_ago, sequence=2)
    assert found() == []
    change(Shift, shift, cancelled_at=None, sequence=3)
    change(SignUp, row, state="left", changed_at=off)
    assert found() == ["CANCELLED"]
    change(SignUp, row, changed_at=long_ago)
    assert found() == []
    change(SignUp, row, state="taken", sequence=1)
    assert found() == ["CONFIRMED"]
    with stored() as session:
        said = {"decided_on": cast.TODAY, "recorded_at": cast.NOW, "reason": "No money"}
        session.execute(update(Decision).values(is_current=False))
        session.add(Decision(event_id=hall.event, state="no_go", **said))
    change(Shift, shift, changed_at=off, sequence=4)
    assert found() == ["CANCELLED"]
    change(Shift, shift, changed_at=long_ago, sequence=5)
    assert found() == []


def test_shifts_that_were_taken_away_are_cancelled_for_a_month(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = made(staff, app, stored, f"event:{owned.event}")
    page = staff.post(f"/events/{owned.event}/booth/draw", data=TYPED, follow_redirects=True)
    assert page.status_code == 200

    def shifts() -> dict[str, tuple[str, int]]:
        found = Calendar.from_ical(asked(app, path).data).walk("VEVENT")
        return {
            str(one["UID"]): (str(one["STATUS"]), one["SEQUENCE"])
            for one in found
            if str(one["SUMMARY"]).endswith("booth shift")
        }

    drawn = shifts()
    assert drawn and {state for state, _ in drawn.values()} == {"CONFIRMED"}
    with stored() as session:
        batch = session.scalars(select(Shift.batch)).first()
    answer = staff.post(
        f"/events/{owned.event}/booth/batches/{batch}/remove", follow_redirects=True
    )
    gone = shifts()
    assert gone.keys() == drawn.keys()
    assert {state for state, _ in gone.values()} == {"CANCELLED"}
    assert all(gone[uid][1] > drawn[uid][1] for uid in drawn)
    staff.post(undo_of(answer))
    assert {state for state, _ in shifts().values()} == {"CONFIRMED"}
    staff.post(f"/events/{owned.event}/booth/batches/{batch}/remove")
    with stored() as session:
        session.execute(update(AuditEntry).values(at=datetime.now(UTC) - timedelta(days=31)))
    assert shifts() == {}
