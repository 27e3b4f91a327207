"""Booths: hours drawn, previewed, changed, taken back, pasted; rules, share sheet, one shift."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from models import AuditEntry, Booth, Event, Foundation, Message, Person, Shift, SignUp
from tests import cast
from tests.conftest import CountQueries, Stored
from tests.sign_ins import add_person
from tests.views.planned import Owned, rows_of, sign_in_as, text_of

pytestmark = pytest.mark.usefixtures("theirs")
HOURS = """Tue 30 Jul 08:30-10:00 set-up
Tue 30 Jul 10:00-18:00
Wed 31 Jul 09:30-18:00
Thu 1 Aug 09:30-15:30
Thu 1 Aug 15:30-17:00 tear-down"""
TYPED = {
    "hours": HOURS,
    "slot_minutes": "120",
    "rest": "last",
    "min_people": "2",
    "max_people": "3",
    "edge_min": "2",
    "edge_max": "3",
    "label": "Booth 1131",
    "note": "Say hello.",
    **{f"need{row}_on": "booth" for row in range(1, 5)},
}


def draw(client: FlaskClient, owned: Owned, **typed: str) -> TestResponse:
    path = f"/events/{owned.event}/booth/draw"
    return client.post(path, data=TYPED | typed, follow_redirects=True)


def shifts(stored: Stored) -> list[Shift]:
    with stored() as session:
        found = session.scalars(select(Shift).order_by(Shift.starts_at, Shift.id)).all()
        session.expunge_all()
    return list(found)


def undo(client: FlaskClient, page: TestResponse) -> TestResponse:
    found = re.search(r'action="([^"]+)"><input[^>]*><button[^>]*data-undo', page.text)
    assert found is not None
    return client.post(found[1].replace("&amp;", "&"), follow_redirects=True)


def rules_in(stored: Stored) -> dict[str, object]:
    """Return what the booths have for rules of their own."""
    with stored() as session:
        rules = session.scalars(select(Booth.rules)).all()
        return {name: value for one in rules for name, value in one.items()}


def sign_up(stored: Stored, shift_id: int, person_id: int) -> None:
    with stored() as session:
        shift, person = session.get_one(Shift, shift_id), session.get_one(Person, person_id)
        cast.add_sign_up(session, shift, person)


class TestDraw:
    """From hours to shifts, and back."""

    def test_the_form_begins_with_the_events_days(self, staff: FlaskClient, owned: Owned) -> None:
        page = staff.get(f"/events/{owned.event}/booth/draw")
        assert "Sun 28 Jul 10:00–18:00" in page.text and "Thu 1 Aug 10:00–18:00" in page.text

    def test_the_preview_stores_nothing(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        before = rows_of(stored)
        page = staff.post(f"/events/{owned.event}/booth/preview", data=TYPED)
        said = text_of(page)
        assert page.status_code == 200
        assert "13 shifts on three days, 51 person-hours." in said
        assert "26 places want somebody at least. By the rules six people are enough" in said
        assert "No opening hours are given for Sun 28 Jul and Mon 29 Jul." in said
        assert rows_of(stored) == before

    def test_drawn_and_undone(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        page = draw(staff, owned)
        assert "13 shifts drawn." in page.text
        drawn = shifts(stored)
        assert len(drawn) == 13
        assert drawn[0].kind == "set_up"
        assert drawn[0].starts_at == datetime(2024, 7, 30, 14, 30, tzinfo=UTC)
        assert {shift.batch for shift in drawn} == {drawn[0].batch}
        with stored() as session:
            booth = session.scalars(select(Booth)).one()
            assert (booth.label, booth.note, len(booth.hours)) == ("Booth 1131", "Say hello.", 5)
        page = undo(staff, page)
        assert "Undone: 13 shifts taken back." in page.text
        assert shifts(stored) == []
        with stored() as session:
            booth = session.scalars(select(Booth)).one()
            assert (booth.label, booth.hours) == ("", [])

    def test_a_double_click_draws_once(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        page = draw(staff, owned)
        assert "its shifts stay as they are" in page.text
        assert len(shifts(stored)) == 13

    def test_needs_are_read(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        typed = {"need1": "lead, knows VFX", "need2": "forklift", "need2_on": "set_up"}
        draw(staff, owned, **typed, need1_at="Wed 12:00-14:00")
        needs = [shift.needs for shift in shifts(stored) if shift.needs]
        assert needs == [
            ["skill:forklift"],
            *[["lead", f"expert:{owned.slug}"]] * 2,
        ]

    @pytest.mark.parametrize(
        ("typed", "says", "field"),
        [
            ({"hours": ""}, "Type or paste the hours of at least one day.", "hours"),
            ({"hours": "Tue 31 Jul 10-18"}, "the weekday or the date is wrong", "hours"),
            ({"hours": "Tue: closed"}, "There are no hours in these lines.", "hours"),
            ({"slot_minutes": "5"}, "Give a whole number from 15 to 720.", "slot_minutes"),
            ({"slot_minutes": "two"}, "Give a whole number from 15 to 720.", "slot_minutes"),
            ({"min_people": "4"}, "It cannot be less than the fewest.", "max_people"),
            ({"edge_min": "4"}, "It cannot be less than the fewest.", "edge_max"),
            ({"need1": "knows cooking"}, "No segment is called “cooking”.", "need1"),
            ({"need1": "lead", "need1_at": "teatime"}, "is no time like", "need1_at"),
            ({"rest": "other"}, "choice", "rest"),
        ],
    )
    @pytest.mark.parametrize("act", ["preview", "draw"])
    def test_what_cannot_be_is_said_beside_its_field(
        self,
        staff: FlaskClient,
        owned: Owned,
        stored: Stored,
        typed: dict[str, str],
        says: str,
        field: str,
        act: str,
    ) -> None:
        before = rows_of(stored)
        page = staff.post(f"/events/{owned.event}/booth/{act}", data=TYPED | typed)
        assert page.status_code == 422
        beside = re.search(rf'id="{field}-wrong">([^<]+)<', page.text)
        assert beside is not None and says in beside[1]
        assert "Booth 1131" in page.text
        assert rows_of(stored) == before


class TestChangedHours:
    """Hours change later: the difference is shown, then done."""

    def change(
        self, client: FlaskClient, owned: Owned, hours: str, seen: str | None = None
    ) -> TestResponse:
        if seen is None:
            path = f"/events/{owned.event}/booth/preview"
            page = client.post(path, data=TYPED | {"hours": hours})
            found = re.search(r'name="seen" value="(\w+)"', page.text)
            seen = found[1] if found else ""
        return draw(client, owned, hours=hours, seen=seen)

    def test_the_difference_is_shown_and_people_are_named(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        wednesday = next(one for one in shifts(stored) if one.starts_at.day == 31)
        sign_up(stored, wednesday.id, owned.volunteer)
        later = HOURS.replace("Wed 31 Jul 09:30-18:00", "Wed 31 Jul 10:00-16:00")
        path = f"/events/{owned.event}/booth/preview"
        said = text_of(staff.post(path, data=TYPED | {"hours": later}))
        assert "3 moved, 1 removed, 9 kept." in said
        assert "1 not reached: Lin." in said
        assert "09:30–11:30 moves to 10:00–12:00" in said

    def test_people_stay_on_what_moves_and_are_told(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        wednesday = next(one for one in shifts(stored) if one.starts_at.day == 31)
        sign_up(stored, wednesday.id, owned.volunteer)
        later = HOURS.replace("Wed 31 Jul 09:30-18:00", "Wed 31 Jul 10:00-16:00")
        page = self.change(staff, owned, later)
        assert "3 shifts moved, 1 removed." in page.text
        moved = next(one for one in shifts(stored) if one.id == wednesday.id)
        assert (moved.starts_at.hour, moved.sequence) == (16, 1)
        with stored() as session:
            assert session.scalars(select(SignUp.state)).all() == ["taken"]
            assert session.scalars(select(Message.kind)).all() == ["changed"]
        page = undo(staff, page)
        assert len(shifts(stored)) == 13
        back = next(one for one in shifts(stored) if one.id == wednesday.id)
        assert (back.starts_at, back.sequence) == (wednesday.starts_at, 2)

    def test_what_nobody_saw_is_not_done(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        before = rows_of(stored)
        page = self.change(staff, owned, "Fri 2 Aug 10-12", seen="another")
        assert page.status_code == 409
        assert "Somebody changed shifts or signed up meanwhile" in text_of(page)
        assert 'name="seen"' in page.text
        assert rows_of(stored) == before

    def test_days_whose_hours_stay_keep_their_shifts(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        path = f"/events/{owned.event}/booth/preview"
        said = text_of(staff.post(path, data=TYPED | {"slot_minutes": "60"}))
        assert "Every shift stays as it is." in said
        said = text_of(staff.post(path, data=TYPED | {"slot_minutes": "60", "draws_all": "y"}))
        assert "new" in said and "moved" in said

    def test_the_length_that_is_drawn_is_the_rule_from_then_on(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        page = draw(staff, owned, slot_minutes="15")
        assert rules_in(stored) == {"slot_minutes": 15}
        form = TYPED | {"slot_minutes": "15"}
        said = staff.post(f"/events/{owned.event}/booth/preview", data=form)
        assert "shorter than" not in text_of(said)
        undo(staff, page)
        assert rules_in(stored) == {}

    def test_a_shift_with_people_is_cancelled_and_comes_back_with_them(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        first = next(one for one in shifts(stored) if one.starts_at.day == 31)
        sign_up(stored, first.id, owned.volunteer)
        page = self.change(staff, owned, HOURS.replace("Wed 31 Jul 09:30-18:00\n", ""))
        assert "4 shifts removed." in page.text
        left = [one for one in shifts(stored) if one.starts_at.day == 31 and one.kind == "booth"]
        assert [one.id for one in left if one.starts_at.hour < 24] == [first.id]
        assert left[0].cancelled_at is not None
        undo(staff, page)
        assert len([one for one in shifts(stored) if one.cancelled_at is None]) == 13
        with stored() as session:
            assert session.scalars(select(SignUp.state)).all() == ["taken"]


class TestBatches:
    """What was drawn together is taken back together."""

    def test_listed_and_taken_back(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        draw(staff, owned)
        page = staff.get(f"/events/{owned.event}/booth/batches")
        assert "13 shifts" in text_of(page)
        way = re.search(
            r'action="(/history/[^"]+)"[^>]*><input[^>]*><button[^>]*>Take back', page.text
        )
        assert way is not None
        assert staff.post(way[1]).status_code == 303
        assert shifts(stored) == []

    def test_people_are_asked_about_and_told(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        page = draw(staff, owned)
        shift = shifts(stored)[0]
        sign_up(stored, shift.id, owned.volunteer)
        asked = undo(staff, page)
        assert "Take 13 shifts back?" in text_of(asked)
        assert "One person is on them or waits for a place" in text_of(asked)
        assert len(shifts(stored)) == 13
        way = re.search(r'action="(/history/[^"]+)".*Take back and tell', asked.text)
        assert way is not None
        done = staff.post(way[1], data={"sure": "y"}, follow_redirects=True)
        assert "Undone: 13 shifts taken back. 1 not reached: Lin." in text_of(done)
        assert [one.id for one in shifts(stored)] == [shift.id]
        assert shifts(stored)[0].cancelled_at is not None
        with stored() as session:
            assert session.scalars(select(SignUp.state)).all() == ["removed"]
            assert session.scalars(select(Message.kind)).all() == ["cancelled"]

    def test_what_the_history_does_not_tell_of_is_removed_once(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        with stored() as session:
            session.execute(delete(AuditEntry))
        batch = shifts(stored)[0].batch
        for status in (303, 404):
            answer = staff.post(f"/events/{owned.event}/booth/batches/{batch}/remove")
            assert answer.status_code == status
        assert shifts(stored) == []
        undo(staff, staff.get(f"/events/{owned.event}/booth"))
        assert len(shifts(stored)) == 13

    def test_a_batch_of_others_is_not_there(
        self, app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        draw(staff, owned)
        batch = shifts(stored)[0].batch
        staff.post(f"/events/{owned.osd}/booth/draw", data=TYPED)
        answer = staff.get(f"/events/{owned.osd}/booth/batches/{batch}/remove")
        assert answer.status_code == 404
        with stored() as session:
            stranger = session.scalars(
                select(Person.id).where(
                    Person.foundation_id != owned.foundation, Person.role == "staff"
                )
            ).first()
        other = sign_in_as(app, stored, stranger or 0)
        for path in ("booth", "booth/draw", "booth/batches", "booth/share", "booth/rules"):
            assert other.get(f"/events/{owned.event}/{path}").status_code == 404
        before = rows_of(stored)
        assert other.post(f"/events/{owned.event}/booth/draw", data=TYPED).status_code == 404
        assert rows_of(stored) == before


class TestPaste:
    """Shifts from a sheet."""

    TABLE = (
        "Day\tTime\tPeople\tNeeds\tWho\n"
        "Tue 30 Jul\t10:00-12:00\t2-3\tlead\tAda\n"
        "\t12:00-14:00\t2\t\tLin\n"
        "Wed 31 Jul\tteatime\t2\t\t\n"
        "Tue 30 Jul\t10:00-12:00\t2\t\t\n"
    )

    def post(self, client: FlaskClient, owned: Owned, act: str = "", **more: str) -> TestResponse:
        path = f"/events/{owned.event}/booth/paste{act}"
        return client.post(path, data={"text": self.TABLE} | more, follow_redirects=True)

    def test_the_preview_marks_the_cell(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        before = rows_of(stored)
        page = self.post(staff, owned, "/preview")
        said = text_of(page)
        assert "1 row of 4 needs another look." in said
        assert "2 new, 1 here already." in said
        assert "Names are not taken over" in said
        assert "“teatime” is no time like 09:30–11:30." in said
        assert 'name="cell-3-1" value="teatime"' in page.text
        assert rows_of(stored) == before

    def test_nothing_is_added_while_a_cell_is_wrong(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        assert self.post(staff, owned).status_code == 422
        assert shifts(stored) == []

    def test_mended_in_place_and_added_then_undone(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        page = self.post(staff, owned, **{"cell-3-1": "15:00-16:00"})
        assert "3 shifts added." in page.text
        found = [(one.starts_at.hour, one.min_people, one.needs) for one in shifts(stored)]
        assert found == [(16, 2, ["lead"]), (18, 2, []), (21, 2, [])]
        again = self.post(staff, owned, "/preview", **{"cell-3-1": "15:00-16:00"})
        assert "Nothing is new here." in text_of(again)
        undo(staff, page)
        assert shifts(stored) == []

    def test_bad_and_unwanted_rows_are_left_out(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        self.post(staff, owned, leave_bad="1", left_out="2")
        assert len(shifts(stored)) == 1

    def test_a_column_is_read_as_somebody_says(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        roles = {"column-0": "day", "column-1": "time", "column-2": "aside", "column-3": "note"}
        self.post(staff, owned, leave_bad="1", **roles, **{"column-4": "names"})
        assert [(one.needs, one.note) for one in shifts(stored)] == [([], "lead"), ([], "")]

    def test_an_empty_text_is_refused(self, staff: FlaskClient, owned: Owned) -> None:
        page = staff.post(f"/events/{owned.event}/booth/paste/preview", data={"text": " "})
        assert page.status_code == 422
        assert "Paste the rows of a table first." in text_of(page)


class TestOneShift:
    """Added, changed, cancelled, restored: each with its way back."""

    def edit(self, client: FlaskClient, owned: Owned, number: int, **typed: str) -> TestResponse:
        plain = {
            "kind": "booth",
            "when": "Wed 31 Jul 13:00-15:00",
            "min_people": "2",
            "max_people": "3",
            "needs": "",
            "note": "",
            "seen": "0",
        }
        path = f"/events/{owned.event}/shifts/{number}/edit"
        return client.post(path, data=plain | typed, follow_redirects=True)

    @pytest.fixture
    def shift(self, stored: Stored, owned: Owned) -> int:
        with stored() as session:
            booth = cast.add_booth(session, session.get_one(Event, owned.event))
            starts = datetime(2024, 7, 31, 19, tzinfo=UTC)
            shift = cast.add_shift(session, booth, starts)
            cast.add_sign_up(session, shift, session.get_one(Person, owned.volunteer))
            return shift.id

    def test_added(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        typed = {"kind": "booth", "when": "Wed 13-15", "min_people": "1", "max_people": "2"}
        path = f"/events/{owned.event}/shifts/new"
        page = staff.post(path, data=typed | {"needs": "speaks French"}, follow_redirects=True)
        assert "The shift is added." in page.text
        assert [(one.needs, one.max_people) for one in shifts(stored)] == [(["language:fr"], 2)]
        undo(staff, page)
        assert shifts(stored) == []

    def test_changed_and_undone(
        self, staff: FlaskClient, owned: Owned, stored: Stored, shift: int
    ) -> None:
        page = self.edit(staff, owned, shift, when="Wed 31 Jul 14:00-16:00", needs="lead")
        assert "Wed 14:00 is changed." in page.text
        assert [(one.starts_at.hour, one.needs) for one in shifts(stored)] == [(20, ["lead"])]
        page = undo(staff, page)
        assert "Undone: Wed 13:00 is as before." in page.text
        assert [(one.starts_at.hour, one.needs) for one in shifts(stored)] == [(19, [])]

    @pytest.mark.parametrize(
        ("typed", "says", "status"),
        [
            ({"when": "sometime"}, "is no date", 422),
            ({"when": "Wed 10-12, 13-15"}, "Give one day and one time.", 422),
            ({"max_people": "1"}, "It cannot be less than the fewest.", 422),
            ({"needs": "knows cooking"}, "No segment is called", 422),
            ({"note": "x" * 301}, "Keep it under 300 characters.", 422),
            ({"seen": "4"}, "Somebody moved this shift meanwhile", 409),
        ],
    )
    def test_refused(
        self,
        staff: FlaskClient,
        owned: Owned,
        stored: Stored,
        shift: int,
        typed: dict[str, str],
        says: str,
        status: int,
    ) -> None:
        before = rows_of(stored)
        page = self.edit(staff, owned, shift, **typed)
        assert page.status_code == status
        assert says in text_of(page)
        assert rows_of(stored) == before

    def test_cancelled_and_restored_with_its_people(
        self, staff: FlaskClient, owned: Owned, stored: Stored, shift: int
    ) -> None:
        path = f"/events/{owned.event}/shifts/{shift}"
        page = staff.post(f"{path}/cancel", data={"sure": "y"}, follow_redirects=True)
        assert "Wed 13:00 is cancelled." in page.text
        assert "Restore" in text_of(page)
        way = re.search(r'action="([^"]+)"[^>]*><input[^>]*><button[^>]*>Restore', page.text)
        assert way is not None
        page = staff.post(way[1], follow_redirects=True)
        assert "Undone: Wed 13:00 is as before." in page.text
        with stored() as session:
            assert session.scalars(select(SignUp.state)).all() == ["taken"]
        again = staff.post(way[1], follow_redirects=True)
        assert "This was taken back already." in text_of(again)

    def test_a_shift_of_another_event_is_not_there(
        self, staff: FlaskClient, owned: Owned, shift: int
    ) -> None:
        for act in ("edit", "cancel", "cover"):
            path = f"/events/{owned.osd}/shifts/{shift}/{act}"
            assert staff.post(path).status_code == 404, act


class TestRules:
    """Rules of one booth."""

    def typed(self, page: TestResponse) -> dict[str, str]:
        found = re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page.text)
        return {name: value for name, value in found if name not in {"csrf_token", "q"}}

    def test_changed_marked_and_undone(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/events/{owned.event}/booth/rules"
        page = staff.get(path)
        assert "The usual rules hold here." in text_of(page)
        typed = self.typed(page) | {"min_people": "1", "needs_experience": "y"}
        page = staff.post(path, data=typed, follow_redirects=True)
        assert "This booth has rules of its own." in text_of(page)
        assert "changed , default 2" in text_of(page)
        with stored() as session:
            assert session.scalars(select(Booth)).one().rules == {"min_people": 1}
        page = undo(staff, page)
        assert "The usual rules hold here." in text_of(page)
        staff.post(path, data=typed)
        staff.post(f"{path}/reset")
        with stored() as session:
            assert session.scalars(select(Booth)).one().rules == {}

    @pytest.mark.parametrize(
        ("typed", "kept", "read"),
        [
            ({}, {}, ""),
            ({"travel_share": ""}, {}, ""),
            ({"travel_share": "0"}, {}, ""),
            ({"travel_share": "50"}, {"travel_share": 0.5}, ""),
            ({"travel_words": "Shirts."}, {"travel_words": "Shirts."}, "Shirts."),
            (
                {"travel_share": "50", "travel_words": "We pay the train."},
                {"travel_share": 0.5, "travel_words": "We pay the train."},
                "We pay the train.",
            ),
        ],
    )
    def test_nothing_is_promised_unless_staff_promise_it(
        self,
        staff: FlaskClient,
        owned: Owned,
        stored: Stored,
        typed: dict[str, str],
        kept: dict[str, object],
        read: str,
    ) -> None:
        path = f"/events/{owned.event}/booth/rules"
        all_typed = self.typed(staff.get(path)) | {"needs_experience": "y"} | typed
        assert staff.post(path, data=all_typed).status_code == 303
        with stored() as session:
            booth = session.scalars(select(Booth)).one()
            assert booth.rules == kept
        said = text_of(staff.get(f"/s/{booth.code}"))
        assert read in said
        assert "paid" not in said

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"min_people": "0"}, "Give a whole number from 1 to 99."),
            ({"max_people": "1"}, "It cannot be less than the fewest."),
            ({"lunch_from": "noon"}, "Give a time like 09:30."),
            ({"lunch_until": "24:00"}, "Give a time like 09:30. The last of a day is 23:59."),
            ({"lunch_until": "2\u0663:30"}, "Give a time like 09:30."),
            ({"lunch_from": "15:00"}, "Lunch ends after it begins."),
            ({"travel_share": "101"}, "Give a whole number from 0 to 100."),
        ],
    )
    def test_refused(
        self,
        staff: FlaskClient,
        owned: Owned,
        stored: Stored,
        typed: dict[str, str],
        says: str,
    ) -> None:
        path = f"/events/{owned.event}/booth/rules"
        before = rows_of(stored)
        page = staff.post(path, data=self.typed(staff.get(path)) | typed)
        assert page.status_code == 422
        assert says in text_of(page)
        assert rows_of(stored) == before


def test_the_share_sheet_has_link_code_and_words(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    draw(staff, owned)
    with stored() as session:
        code = session.scalars(select(Booth.code)).one()
    for page in ("share", "poster"):
        text = staff.get(f"/events/{owned.event}/booth/{page}").text
        assert f"http://localhost/s/{code}" in text or f"localhost/s/{code}" in text
        assert "<svg" in text


def test_the_overview_asks_as_often_for_many_shifts(
    staff: FlaskClient, owned: Owned, count_queries: CountQueries
) -> None:
    draw(staff, owned, hours="Tue 10-12")
    path = f"/events/{owned.event}/booth"
    with count_queries() as few:
        staff.get(path)
    draw(staff, owned)
    with count_queries() as many:
        staff.get(path)
    assert len(few) == len(many)


def test_the_lead_of_the_event_draws_and_other_volunteers_do_not(
    app: Flask, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        ours = session.get_one(Person, owned.volunteer)
        cast.name_person(session, event, ours, is_lead=True)
        foundation = session.get_one(Foundation, owned.foundation)
        other = add_person(session, "Bob Example", "volunteer", foundation)
    lead = sign_in_as(app, stored, owned.volunteer)
    assert "13 shifts drawn." in draw(lead, owned).text
    bob = sign_in_as(app, stored, other.id)
    before = len(shifts(stored))
    assert draw(bob, owned, hours="Fri 2 Aug 10-12").status_code == 404
    assert len(shifts(stored)) == before
    assert date(2024, 8, 2) not in {one.starts_at.date() for one in shifts(stored)}
