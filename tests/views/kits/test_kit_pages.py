"""The pages of kits and swag: all of them by time, the forms, each act with its refusals."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Foundation, Kit, KitBooking, KitCount, Swag
from tests.cast import ATLANTA, TODAY, add_event
from tests.conftest import CountQueries, Stored
from tests.views.planned import Owned, rows_of, text_of, undo_of

KIT = {"name": "Banner kit", "place": "Raleigh", "state": "ready", "contents": "2 × banner\ntape"}
DAYS = {"days_before": "5", "days_after": "5"}


def ids(stored: Stored, model: type) -> list[int]:
    with stored() as session:
        return list(session.scalars(select(model.id).order_by(model.id)))  # type: ignore[attr-defined]


def version_of(stored: Stored, model: type, number: int) -> dict[str, str]:
    with stored() as session:
        return {"version": str(session.get_one(model, number).version)}  # type: ignore[attr-defined]


@pytest.fixture
def kit(staff: FlaskClient, stored: Stored) -> int:
    staff.post("/kits/new", data=KIT)
    (number,) = ids(stored, Kit)
    return number


def test_a_kit_is_added_changed_removed_and_brought_back(
    staff: FlaskClient, kit: int, stored: Stored
) -> None:
    page = staff.get(f"/kits/{kit}").text
    assert "Banner kit, kept in Raleigh." in page and "banner" in page
    changed = KIT | {"state": "needs_repair"} | version_of(stored, Kit, kit)
    page = text_of(staff.post(f"/kits/{kit}/edit", data=changed, follow_redirects=True))
    assert "Banner kit is changed." in page and "needs repair" in page
    assert staff.post(f"/kits/{kit}/edit", data=changed).status_code == 409
    gone = staff.post(f"/kits/{kit}/remove", follow_redirects=True)
    assert ids(stored, Kit) == []
    staff.post(undo_of(gone))
    assert ids(stored, Kit) == [kit]
    history = text_of(staff.get("/history"))
    assert "removed Banner kit from the kits" in history and "state ready → needs repair" in history


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Give the kit a name."),
        ({"name": "x" * 121}, "under 120 characters"),
        ({"name": "Banner kit"}, "of that name already"),
        ({"state": "broken"}, "Not a valid choice"),
        ({"contents": "0 × banner"}, "write it like 2 × banner"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    staff: FlaskClient, kit: int, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    before = rows_of(stored)
    answer = staff.post("/kits/new", data=KIT | {"name": "Other", "place": "Kept"} | given)
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="Kept"' in answer.text
    assert rows_of(stored) == before


def test_a_kit_is_booked_sent_counted_and_taken_back(
    staff: FlaskClient, owned: Owned, kit: int, stored: Stored
) -> None:
    path = f"/events/{owned.event}/kits"
    page = staff.post(f"{path}/new", data=DAYS | {"kit": str(kit)}, follow_redirects=True)
    assert "The kit is booked." in page.text
    assert "From Raleigh, leaves by Tue 23 Jul; back in Raleigh by Tue 6 Aug" in text_of(page)
    (booking,) = ids(stored, KitBooking)
    form = staff.get(f"{path}/{booking}").text
    number = form.partition('name="before_')[2].partition('"')[0]
    counted = DAYS | {"sent_on": "2024-07-23", f"before_{number}": "2", f"after_{number}": "1"}
    counted |= version_of(stored, KitBooking, booking)
    page = staff.post(f"{path}/{booking}", data=counted, follow_redirects=True)
    assert "1 × banner did not go back." in text_of(page) and "sent Tue 23 Jul" in text_of(page)
    assert (
        staff.get("/kits.csv")
        .text.splitlines()[1]
        .startswith("Banner kit,Raleigh,ready,SIGGRAPH,2024-07-28,5,5,2024-07-23,,banner,2,2,1")
    )
    gone = staff.post(f"{path}/{booking}/remove", follow_redirects=True)
    assert ids(stored, KitBooking) == []
    staff.post(undo_of(gone))
    with stored() as session:
        assert session.scalars(select(KitCount.after)).one() == 1


def test_shared_days_are_refused_without_a_reason(
    staff: FlaskClient, owned: Owned, kit: int, stored: Stored
) -> None:
    given = DAYS | {"kit": str(kit)}
    staff.post(f"/events/{owned.osd}/kits/new", data=given)
    answer = staff.post(f"/events/{owned.event}/kits/new", data=given)
    assert answer.status_code == 422
    assert "would be at Open Source Days and at SIGGRAPH on Sun 28 Jul." in answer.text
    assert len(ids(stored, KitBooking)) == 1
    given |= {"reason": "one hall"}
    assert staff.post(f"/events/{owned.event}/kits/new", data=given).status_code == 303


def test_a_hand_over_that_is_too_short_is_the_headline(
    staff: FlaskClient, owned: Owned, kit: int, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        sc = add_event(session, ours, "SC", date(2024, 8, 3), **ATLANTA).id
    given = DAYS | {"kit": str(kit)}
    staff.post(f"/events/{sc}/kits/new", data=given)
    page = staff.post(f"/events/{owned.event}/kits/new", data=given, follow_redirects=True)
    sentence = (
        "Banner kit is in Denver until Thu 1 Aug and needs 5 days to Atlanta, where it should be"
        " on Sat 3 Aug."
    )
    assert sentence in page.text
    assert sentence in text_of(staff.get("/kits")).partition("Where they go")[0]
    assert "after SIGGRAPH to Atlanta" in text_of(staff.get(f"/kits/{kit}"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kit": "999"}, "Not a valid choice"),
        ({"days_before": ""}, "Give a whole number of days"),
        ({"days_after": "121"}, "Give a whole number of days"),
        ({"sent_on": "2020-01-01"}, "too far from the days"),
        ({"sent_on": "2024-07-23", "arrived_on": "2024-07-22"}, "before it was sent"),
    ],
)
def test_a_booking_that_cannot_be(
    staff: FlaskClient, owned: Owned, kit: int, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    sent = DAYS | {"kit": str(kit)} | given
    answer = staff.post(f"/events/{owned.event}/kits/new", data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert ids(stored, KitBooking) == []


def test_swag_is_added_counted_removed_and_brought_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/swag"
    given = {"item": "Stickers", "ordered": "1000", "file_by": "2024-07-26"}
    page = staff.post(f"{path}/new", data=given, follow_redirects=True)
    assert "Printer’s file of Stickers, Fri 26 Jul" in text_of(page)
    (swag,) = ids(stored, Swag)
    given |= {"before": "1000", "after": "0"} | version_of(stored, Swag, swag)
    page = staff.post(f"{path}/{swag}", data=given, follow_redirects=True)
    assert "All 1,000 given away" in text_of(page)
    more = given | {"after": "1001"} | version_of(stored, Swag, swag)
    assert staff.post(f"{path}/{swag}", data=more).status_code == 422
    table = staff.get("/swag.csv").text.splitlines()
    assert table[1] == "SIGGRAPH,2024-07-28,Stickers,1000,,2024-07-26,,,,1000,0"
    gone = staff.post(f"{path}/{swag}/remove", follow_redirects=True)
    assert ids(stored, Swag) == []
    staff.post(undo_of(gone))
    assert ids(stored, Swag) == [swag]


def test_what_is_of_another_event_is_not_here(
    staff: FlaskClient, owned: Owned, theirs: Owned, kit: int, stored: Stored
) -> None:
    staff.post(f"/events/{owned.osd}/kits/new", data=DAYS | {"kit": str(kit)})
    staff.post(f"/events/{owned.osd}/swag/new", data={"item": "Pens"})
    for path in (f"kits/{ids(stored, KitBooking)[0]}", f"swag/{ids(stored, Swag)[0]}", "kits/9"):
        for event in (owned.event, theirs.event):
            assert staff.get(f"/events/{event}/{path}").status_code == 404
            assert staff.post(f"/events/{event}/{path}/remove").status_code == 404


def test_many_kits_ask_no_more(
    staff: FlaskClient, owned: Owned, kit: int, stored: Stored, count_queries: CountQueries
) -> None:
    def add(first: int, last: int) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            for number in range(first, last):
                event = add_event(session, ours, f"E{number}", TODAY + timedelta(days=9 * number))
                other = Kit(foundation_id=ours.id, name=f"Kit {number}")
                session.add_all([other, Swag(foundation_id=ours.id, event_id=event.id, item="x")])
                session.flush()
                for one in (other.id, kit):
                    session.add(KitBooking(foundation_id=ours.id, kit_id=one, event_id=event.id,
                                           days_before=1, days_after=1))  # fmt: skip

    pages = ("/kits", f"/kits/{kit}", "/kits.csv", "/swag.csv")
    counts = []
    for first, last in ((1, 2), (2, 20)):
        add(first, last)
        for page in pages:
            with count_queries() as queries:
                assert staff.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:4] == counts[4:] and max(counts) <= 10


def test_a_lead_books_and_counts_and_takes_it_back(
    staff: FlaskClient, volunteer: FlaskClient, owned: Owned, kit: int, stored: Stored
) -> None:
    path = f"/events/{owned.event}/kits/new"
    assert volunteer.get(path).status_code == 404
    staff.post(f"/events/{owned.event}/team/{owned.volunteer}", data={"lead": "1"})
    page = volunteer.post(path, data=DAYS | {"kit": str(kit)}, follow_redirects=True)
    assert len(ids(stored, KitBooking)) == 1
    volunteer.post(undo_of(page))
    assert ids(stored, KitBooking) == []
