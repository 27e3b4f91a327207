"""What tests of pages begin with: a plan and who is signed in; to walk every route, the example."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import (
    Ask,
    Booth,
    Call,
    ChecklistItem,
    Cover,
    CoverAsk,
    Event,
    EventNote,
    Foundation,
    Kit,
    KitBooking,
    MoneyLine,
    MoneyRequest,
    Person,
    Segment,
    Shift,
    SignUp,
    Swag,
    Talk,
    TeamMember,
    Trip,
    TripCost,
    TripPerson,
)
from outreach.accounts import feeds, passwords
from outreach.planning.deadlines.choices import choice_of, find_feed_token, renew_feed
from outreach.staffing.volunteers import personal_links
from tests import cast
from tests.conftest import Stored
from tests.sign_ins import SENTENCE, add_person, sign_in
from tests.views.planned import Owned, plan, sign_in_as

ENDS_THE_WALK = re.compile("sign-out|/foundation/|/account/|/my/.*/link$|/keep$|/people/.*remove")
"""What signs out, or leaves nothing to walk over."""


def path_of(rule: Rule, parts: dict[str, str]) -> str:
    """Fill an address with what is there."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts.get(found[1], "1"), rule.rule)


@pytest.fixture
def parts(app: Flask, stored: Stored) -> dict[str, str]:
    """Load the example and return what stands for each part of an address."""
    with stored() as session:
        cast.add_example(session)
    with stored() as session:
        return {name: str(value) for name, value in _found(session, app)}


def _found(session: Session, app: Flask) -> Iterator[tuple[str, object]]:
    booth = session.scalars(select(Booth).join(Shift, Shift.booth_id == Booth.id)).first()
    assert booth is not None
    of_booth = select(SignUp).join(Shift, Shift.id == SignUp.shift_id)
    place = session.scalars(
        of_booth.where(Shift.booth_id == booth.id, SignUp.state == "taken")
    ).first()
    assert place is not None
    foundation_id = session.get_one(Event, booth.event_id).foundation_id
    person = session.get_one(Person, place.person_id)
    cover = Cover(shift_id=place.shift_id, opened_at=datetime.now(UTC))
    session.add(cover)
    session.flush()
    session.add(CoverAsk(cover_id=cover.id, person_id=person.id, asked_at=datetime.now(UTC)))
    clock = session.get_one(Foundation, foundation_id).now(datetime.now(UTC))
    key = app.config["SECRET_KEY"]
    ask = session.scalars(select(Ask)).first()
    assert ask is not None
    call = Call(foundation_id=foundation_id, event_id=booth.event_id, kind="talks")
    session.add(call)
    session.flush()
    yield from {
        "event_id": booth.event_id, "call_id": call.id, "code": booth.code,
        "shift_id": place.shift_id,
        "sign_up_id": place.id, "person_id": person.id, "cover_id": cover.id,
        "issue_id": ask.issue_id, "ask_id": ask.id, "state": "go", "year": 2024,
        "filename": "sheet.css",
        "token": personal_links.copy(session, person, key, clock),
        "feed": personal_links.find_feed_token(session, person, key),
        "proof": personal_links.contact_check(session, key, person, datetime.now(UTC)),
    }.items()  # fmt: skip
    journey = MoneyRequest(
        foundation_id=foundation_id, person_id=person.id, currency="USD", asked_on=clock.date(),
        changed_at=clock,
    )  # fmt: skip
    session.add(journey)
    session.flush()
    session.add(MoneyLine(request_id=journey.id, what="Bus"))
    session.merge(TeamMember(event_id=booth.event_id, person_id=person.id))
    yield "request_id", journey.id
    trip = session.scalars(select(Trip)).one()
    session.merge(TripPerson(trip_id=trip.id, person_id=person.id, arrives_on=clock.date(),
                             leaves_on=clock.date()))  # fmt: skip
    yield "trip_id", trip.id
    yield "cost_id", session.scalars(select(TripCost.id)).first()
    booking = KitBooking(
        foundation_id=foundation_id, event_id=booth.event_id, days_before=0, days_after=0,
        kit_id=session.scalars(select(Kit.id).order_by(Kit.id.desc())).first() or 0,
    )  # fmt: skip
    swag = Swag(foundation_id=foundation_id, event_id=booth.event_id, item="Pens")
    session.add_all([booking, swag])
    session.flush()
    yield from {"kit_id": booking.kit_id, "booking_id": booking.id, "swag_id": swag.id}.items()
    note = EventNote(
        foundation_id=foundation_id, event_id=booth.event_id, text="Look", written_at=clock
    )
    session.add(note)
    session.flush()
    yield "note_id", note.id
    staff = select(Person).where(Person.foundation_id == foundation_id, Person.role == "staff")
    owner = session.scalars(staff).first()
    assert owner is not None
    foundation = session.get_one(Foundation, foundation_id)
    renew_feed(session, foundation, owner, key, datetime.now(UTC))
    season = feeds.make(session, foundation, "season", key, datetime.now(UTC))
    yield "feed_id", season.id
    yield "calendar", find_feed_token(choice_of(session, owner), key)
    items = select(ChecklistItem.id).where(ChecklistItem.event_id == booth.event_id)
    yield "item_id", session.scalars(items.order_by(ChecklistItem.id)).first()
    yield "talk_id", session.scalars(select(Talk.id)).first()
    yield "step", "confirmed"
    yield "slug", session.scalars(select(Segment.slug).order_by(Segment.id)).first()


@pytest.fixture
def example_staff(app: Flask, stored: Stored, parts: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    with stored() as session:
        first = select(Person).where(Person.role == "staff").order_by(Person.id)
        person = session.scalars(first).first()
        assert person is not None
        sign_in(client, session, person)
    return client


@pytest.fixture
def owned(stored: Stored) -> Owned:
    """Plan for our foundation."""
    with stored() as session:
        return plan(session)


@pytest.fixture
def theirs(stored: Stored, owned: Owned) -> Owned:
    """Plan for another foundation, beside ours."""
    with stored() as session:
        return plan(session, "theirs")


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


@pytest.fixture
def volunteer(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.volunteer)


@pytest.fixture
def ada(stored: Stored) -> Person:
    """Add somebody of staff who has a password."""
    with stored() as session:
        return add_person(session, password_hash=passwords.hash_password(SENTENCE))


@pytest.fixture
def bob(stored: Stored) -> Person:
    with stored() as session:
        return add_person(session, "Bob Example", "volunteer")
