"""Hours are by the venue's clock: which one is asked, never guessed, and they outlive a guess."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import (
    Availability,
    Booth,
    DuplicateOffer,
    Event,
    Foundation,
    Message,
    Person,
    Shift,
)
from outreach.accounts.history import undo
from outreach.catalog.facts import EventFacts, SourceRow
from outreach.catalog.importing.import_rows import import_rows
from outreach.catalog.merging.merge import merge_duplicate
from outreach.planning.following import follow_acts
from outreach.staffing.roster.stated.availability import load_said
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.sign_ins import add_person
from tests.views.planned import Owned, text_of

HOURS = {
    "hours": "Mon 5 Aug 10:00-14:00",
    "slot_minutes": "120",
    "rest": "last",
    "min_people": "2",
    "max_people": "3",
    "edge_min": "2",
    "edge_max": "3",
    **{f"need{row}_on": "booth" for row in range(1, 5)},
}
PLACED = {"latitude": None, "longitude": None, "timezone": None, "admin1": None}


def add_event(stored: Stored, owned: Owned, city: str | None, country: str | None) -> int:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        event = cast.add_event(
            session, ours, "Clock Conf", date(2024, 8, 5), date(2024, 8, 7),
            **PLACED | {"city": city, "country": country},
        )  # fmt: skip
        return event.id


def stood(stored: Stored, event: int) -> None:
    """Let shifts stand that were drawn when no place had to be known for it."""
    with stored() as session:
        booth = cast.add_booth(session, session.get_one(Event, event))
        for hour in (10, 12):
            ten = datetime(2024, 8, 5, hour, tzinfo=UTC)
            cast.add_shift(session, booth, ten, 2, min_people=2, max_people=3)


def drawn(staff: FlaskClient, event: int) -> None:
    page = staff.post(f"/events/{event}/booth/draw", data=HOURS)
    assert page.status_code == 303, text_of(page)


def taken(stored: Stored, owned: Owned, event: int) -> int:
    """Let somebody take the first shift."""
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        person = add_person(session, "Vi Volunteer", "volunteer", ours, email="vi@example.org")
        shift = session.scalars(_shifts(event)).first()
        assert shift is not None
        cast.add_sign_up(session, shift, person)
        return shift.id


def _shifts(event: int) -> Any:
    here = select(Shift).join(Booth).where(Booth.event_id == event)
    return here.order_by(Shift.starts_at)


def local(stored: Stored, event: int) -> list[str]:
    """Say the shifts by the clock of the venue."""
    with stored() as session:
        zone = ZoneInfo(session.get_one(Event, event).timezone or "UTC")
        return [
            f"{one.starts_at.astimezone(zone):%H:%M}-{one.ends_at.astimezone(zone):%H:%M}"
            for one in session.scalars(_shifts(event))
        ]


def told(stored: Stored) -> list[str]:
    with stored() as session:
        return list(session.scalars(select(Message.kind)))


def version(stored: Stored, event: int) -> str:
    with stored() as session:
        return str(session.get_one(Event, event).version)


def waits_for_its_place(staff: FlaskClient, event: int, refusal: str) -> None:
    """Nothing is drawn, pasted or added; what was typed is kept beside the question."""
    for page in ("booth/paste", "shifts/new"):
        assert staff.get(f"/events/{event}/{page}").location == f"/events/{event}/booth/draw"
    posts = {
        "booth/preview": HOURS,
        "booth/draw": HOURS,
        "booth/paste": {"text": "date\tstart\tend\n2024-08-05\t10:00\t12:00"},
        "shifts/new": {
            "kind": "booth", "when": "Mon 5 Aug 10:00-12:00", "min_people": "2", "max_people": "3"
        },
    }  # fmt: skip
    for page, typed in posts.items():
        refused = staff.post(f"/events/{event}/{page}", data=typed)
        assert refused.status_code == 422, page
        assert refusal in text_of(refused), page


AMBIGUOUS = [
    ("Pasadena", "United States", "Pasadena, TX"),
    ("Portland", "United States", "Portland, OR"),
    ("Portland", None, "Portland, ME"),
    ("Springfield", "United States", "Springfield, MO"),
    ("London", None, "London, England"),
]


@pytest.mark.parametrize(("city", "country", "choice"), AMBIGUOUS)
def test_of_several_places_one_is_asked_for_before_shifts_are_drawn(
    staff: FlaskClient, owned: Owned, stored: Stored, city: str, country: str | None, choice: str
) -> None:
    event = add_event(stored, owned, city, country)
    asks = staff.get(f"/events/{event}/booth/draw")
    assert f"Which {city} is it?" in text_of(asks) and choice in text_of(asks)
    assert 'name="hours"' not in asks.text
    waits_for_its_place(staff, event, "More than one place may be meant")
    assert local(stored, event) == []


@pytest.mark.parametrize("city", [None, "Kleinkleckersdorf an der Wümme"])
def test_a_place_that_nobody_knows_is_asked_for_before_shifts_are_drawn(
    staff: FlaskClient, owned: Owned, stored: Stored, city: str | None
) -> None:
    event = add_event(stored, owned, city, None)
    asks = staff.get(f"/events/{event}/booth/draw")
    assert "Where is Clock Conf?" in text_of(asks) and 'name="hours"' not in asks.text
    waits_for_its_place(staff, event, "Say the city first: the hours are by its clock.")
    assert local(stored, event) == []


@pytest.mark.parametrize(
    ("written", "city", "country", "zone", "named"),
    [
        (None, "Berlin", "Germany", "Europe/Berlin", "Berlin"),
        ("Kleinkleckersdorf", "Bremen", "Germany", "Europe/Berlin", "Kleinkleckersdorf"),
        (None, "Kathmandu", "Nepal", "Asia/Kathmandu", "Kathmandu"),
        (None, "Adelaide", "Australia", "Australia/Adelaide", "Adelaide"),
    ],
)
def test_the_town_gives_the_clock(
    staff: FlaskClient, owned: Owned, stored: Stored, written: str | None, city: str,
    country: str, zone: str, named: str,
) -> None:  # fmt: skip
    event = add_event(stored, owned, written, None)
    typed = {"version": version(stored, event), "city": city, "country": country}
    answer = staff.post(f"/events/{event}/booth/city", data=typed)
    assert answer.location == f"/events/{event}/booth/draw"
    with stored() as session:
        assert session.get_one(Event, event).timezone == zone
        assert session.get_one(Event, event).city == named
    drawn(staff, event)
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]


@pytest.mark.parametrize(
    ("city", "said"),
    [
        ("", "Name the city, or a larger town near it."),
        ("Xyzzyville", "No list of ours knows “Xyzzyville”."),
        ("x" * 121, "Keep it under 120 characters."),
    ],
)
def test_a_town_that_cannot_be_taken_is_asked_for_again(
    staff: FlaskClient, owned: Owned, stored: Stored, city: str, said: str
) -> None:
    event = add_event(stored, owned, None, None)
    typed = {"version": version(stored, event), "city": city, "country": "Germany"}
    page = staff.post(f"/events/{event}/booth/city", data=typed)
    assert page.status_code == 422 and said in text_of(page) and f'value="{city}"' in page.text
    with stored() as session:
        assert session.get_one(Event, event).timezone is None


def test_of_several_towns_one_is_asked_for_next(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    event = add_event(stored, owned, None, None)
    typed = {"version": version(stored, event), "city": "Portland", "country": "United States"}
    page = staff.post(f"/events/{event}/booth/city", data=typed, follow_redirects=True)
    assert "Which Portland is it?" in text_of(page) and "Portland, OR" in text_of(page)


def test_what_is_online_goes_by_utc(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    event = add_event(stored, owned, None, None)
    with stored() as session:
        session.get_one(Event, event).is_online = True
    drawn(staff, event)
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]


def test_the_answer_leads_to_the_hours_and_gives_the_clock(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    event = add_event(stored, owned, "Pasadena", "United States")
    page = staff.get(f"/events/{event}/booth/draw").text
    (place,) = re.findall(r'value="(Pasadena\|CA\|[^"]+)"', page)
    typed = {"version": version(stored, event), "place": place, "to": "draw"}
    answer = staff.post(f"/events/{event}/place", data=typed)
    assert answer.location == f"/events/{event}/booth/draw"
    drawn(staff, event)
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]
    with stored() as session:
        first = session.scalars(_shifts(event)).first()
        assert first and first.starts_at == datetime(2024, 8, 5, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("city", "country", "zone"),
    [
        ("Berlin", "Germany", "Europe/Berlin"),
        ("Pasadena, CA", "United States", "America/Los_Angeles"),
        ("Auckland", "New Zealand", "Pacific/Auckland"),
        ("Reykjavík", "Iceland", "Atlantic/Reykjavik"),
    ],
)
def test_a_place_that_becomes_known_moves_no_hands_of_its_clock(
    staff: FlaskClient, owned: Owned, stored: Stored, city: str, country: str, zone: str
) -> None:
    """Who is on a shift is told where it is at another instant now; a way back is a way back."""
    event = add_event(stored, owned, None, None)
    stood(stored, event)
    shift = taken(stored, owned, event)
    typed = {
        "name": "Clock Conf", "starts_on": "2024-08-05", "ends_on": "2024-08-07",
        "city": city, "country": country, "version": version(stored, event),
    }  # fmt: skip
    page = staff.post(f"/events/{event}/edit", data=typed, follow_redirects=True)
    assert "Its shifts keep their hours by the clock there" in text_of(page)
    with stored() as session:
        assert session.get_one(Event, event).timezone == zone
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]
    moves = zone != "Atlantic/Reykjavik"
    assert told(stored).count("changed") == moves
    with stored() as session:
        assert session.get_one(Shift, shift).sequence == moves
    form = re.search(r'action="([^"]+)"><input[^>]*><button[^>]*data-undo', page.text)
    assert form is not None
    staff.post(form[1].replace("&amp;", "&"))
    with stored() as session:
        assert session.get_one(Event, event).timezone is None
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]


def test_a_place_that_changes_keeps_the_clock_too(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    event = add_event(stored, owned, "Berlin", "Germany")
    with stored() as session:
        session.get_one(Event, event).timezone = "Europe/Berlin"
        session.get_one(Event, event).latitude = 52.5
    drawn(staff, event)
    taken(stored, owned, event)
    typed = {
        "name": "Clock Conf", "starts_on": "2024-08-05", "ends_on": "2024-08-07",
        "city": "Lisbon", "country": "Portugal", "version": version(stored, event),
    }  # fmt: skip
    staff.post(f"/events/{event}/edit", data=typed)
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00"]
    assert told(stored) == ["changed"]
    again = staff.post(f"/events/{event}/booth/preview", data=HOURS)
    assert "Every shift stays as it is." in text_of(again)


def test_nobody_is_told_a_reader_s_time_while_the_place_is_unknown(
    staff: FlaskClient, owned: Owned, stored: Stored, client: FlaskClient
) -> None:
    event = add_event(stored, owned, None, None)
    stood(stored, event)
    with stored() as session:
        code = session.scalars(select(Booth.code).where(Booth.event_id == event)).one()
    page = text_of(client.get(f"/s/{code}?zone=America/Los_Angeles"))
    assert "All times are local time." in page and "10:00" in page
    assert "your time" not in page


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-08-12", "2024-08-14", "Two shifts to come are outside the days of the event"),
        ("2024-07-29", "2024-08-04", "Two shifts to come are outside the days of the event"),
        ("2024-08-04", "2024-08-05", ""),
    ],
)
def test_an_event_that_moves_says_that_its_shifts_stay(
    staff: FlaskClient, owned: Owned, stored: Stored, first: str, last: str, said: str
) -> None:
    event = add_event(stored, owned, None, None)
    stood(stored, event)
    taken(stored, owned, event)
    typed = {
        "name": "Clock Conf", "starts_on": first, "ends_on": last,
        "version": version(stored, event),
    }  # fmt: skip
    page = staff.post(f"/events/{event}/edit", data=typed, follow_redirects=True)
    pages = [page, staff.get(f"/events/{event}/booth")]
    season = text_of(staff.get("/season/2024"))
    assert [said in text_of(one) for one in pages] == [True, True]
    if said:
        assert said in season and "Move the shifts of Clock Conf" in season
    else:
        assert all("outside the days" not in text_of(one) for one in pages)
        assert "Move the shifts" not in season


def test_a_booth_is_on_season_and_asks_for_people_whatever_is_decided(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    event = add_event(stored, owned, None, None)
    stood(stored, event)
    with stored() as session:
        session.get_one(Event, event).best_rank = 0
    season = text_of(staff.get("/season/2024"))
    assert "Find cover for Clock Conf, four missing" in season or "Clock Conf, 4 missing" in season


def test_times_that_somebody_said_keep_their_clock_too(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    event = add_event(stored, owned, None, None)
    stood(stored, event)
    with stored() as session:
        shift = session.scalars(_shifts(event)).first()
        assert shift is not None
        times = [{"from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()}]
        session.add(
            Availability(
                booth_id=shift.booth_id, person_id=owned.volunteer, times=times, said_at=NOW
            )
        )
    typed = {
        "name": "Clock Conf", "starts_on": "2024-08-05", "ends_on": "2024-08-07",
        "city": "Berlin", "country": "Germany", "version": version(stored, event),
    }  # fmt: skip
    staff.post(f"/events/{event}/edit", data=typed)
    with stored() as session:
        said = load_said(
            session, session.scalars(select(Booth).where(Booth.event_id == event)).one()
        )
        shift = session.scalars(_shifts(event)).first()
        assert shift is not None
        assert said[owned.volunteer].covers(shift.starts_at, shift.ends_at)


@pytest.mark.parametrize("keeps_placed", [True, False])
def test_a_merge_keeps_the_clock(owned: Owned, stored: Stored, keeps_placed: bool) -> None:
    """The booth moves to the event whose place is known, or the place comes to its event."""
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        staff = session.get_one(Person, owned.staff)
        days = (date(2024, 8, 5), date(2024, 8, 7))
        nowhere = PLACED | {"city": None, "country": None}
        ours_first = cast.add_event(session, ours, "Clock Conf", *days, **nowhere)
        placed = cast.add_event(session, ours, "Clock Conf 24", *days, timezone="Europe/Berlin")
        booth = cast.add_booth(session, ours_first)
        ten = datetime(2024, 8, 5, 10, tzinfo=UTC)
        shift = cast.add_shift(session, booth, ten, 2)
        kept, other = (placed, ours_first) if keeps_placed else (ours_first, placed)
        offer = DuplicateOffer(
            foundation_id=ours.id, kept_id=kept.id, other_id=other.id, sentence="x", offered_at=NOW
        )
        session.add(offer)
        session.flush()
        entry = merge_duplicate(session, offer, kept.id, REAL, staff)
        follow_acts(session, REAL)
        session.refresh(shift)
        assert shift.starts_at == datetime(2024, 8, 5, 8, tzinfo=UTC)
        undo(session, entry, staff, NOW, REAL)
        follow_acts(session, REAL)
        session.refresh(shift)
        assert shift.starts_at == ten


def as_record(facts: EventFacts) -> dict[str, Any]:
    said = {"name": facts.name, "startDate": str(facts.starts_on), "endDate": str(facts.ends_on)}
    return said | {"city": facts.city, "country": facts.country}


def test_an_import_that_names_the_place_keeps_the_clock(owned: Owned, stored: Stored) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        facts = EventFacts("Clock Conf", date(2024, 8, 5), date(2024, 8, 7))
        import_rows(session, ours, [SourceRow(1, as_record(facts), facts)], "table", REAL)
        event = session.scalars(select(Event).where(Event.name == "Clock Conf")).one()
        shift = cast.add_shift(
            session, cast.add_booth(session, event), datetime(2024, 8, 5, 10, tzinfo=UTC), 2
        )
        follow_acts(session, REAL)
        named = replace(facts, city="Berlin", country="Germany")
        import_rows(session, ours, [SourceRow(1, as_record(named), named)], "table", REAL)
        follow_acts(session, REAL)
        session.refresh(shift)
        assert shift.starts_at == datetime(2024, 8, 5, 8, tzinfo=UTC)
