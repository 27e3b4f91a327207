"""A talk of the library goes to the call that asks for it: offered, linked, said on both pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from models import Event, Foundation, Proposal, TalkSegment
from tests import cast
from tests.cast import TODAY
from tests.conftest import Stored
from tests.views.planned import Owned, text_of

CLOSES = {"closes_at": datetime(2024, 8, 4, 11, 59, tzinfo=UTC), "zone": "AoE",
          "closes": "3 Aug 23:59 AoE"}  # fmt: skip


@pytest.fixture
def called(stored: Stored, owned: Owned) -> int:
    """Let SIGGRAPH call for talks for nine days, with a talk of ours for who gathers there."""
    with stored() as session:
        ours, event = (session.get_one(Foundation, owned.foundation),
                       session.get_one(Event, owned.event))  # fmt: skip
        cast.add_talk(session, ours, owned.staff, title="A first one, for nobody")
        talk = cast.add_talk(session, ours, owned.staff, title="Moving a farm", abstract="How")
        session.add(TalkSegment(talk_id=talk.id, segment_id=owned.segment))
        call = cast.add_call(session, event, TODAY + timedelta(days=9), **CLOSES)
        return call.id


def form_of(page: str) -> dict[str, str]:
    """Return what the form of a page would send unchanged."""
    found = {name: re.search(rf'<select[^>]*name="{name}".*?<option selected[^>]*value="(\d+)"',
                             page, re.DOTALL) for name in ("talk", "event")}  # fmt: skip
    return {name: one[1] for name, one in found.items() if one} | {"state": "submitted"}


def test_two_clicks_from_season(
    staff: FlaskClient, owned: Owned, called: int, stored: Stored
) -> None:
    address = f"/talks/propose?call={called}"
    for path in ("/season", "/calls", f"/events/{owned.event}"):
        assert f'href="{address}"' in staff.get(path).text, path
    page = staff.get(address)
    for said in ("Which talk goes to SIGGRAPH?", "23:59 Anywhere on Earth",
                 "Sun 4 Aug, 11:59 in UTC", "T-9"):  # fmt: skip
        assert said in text_of(page), said
    answer = staff.post(address, data=form_of(page.text))
    assert "Moving a farm" in text_of(shown := staff.get(answer.location))
    assert "Answers Call for talks" in text_of(shown)
    with stored() as session:
        assert session.query(Proposal).one().call_id == called
    for path in (f"/events/{owned.event}", f"/events/{owned.event}/calls/{called}", "/calls"):
        assert "Moving a farm" in text_of(staff.get(path)), path
    assert "Submit a talk to SIGGRAPH" not in text_of(staff.get("/season"))


def test_the_call_goes_and_the_proposal_stays(
    staff: FlaskClient, owned: Owned, called: int, stored: Stored
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        sent = cast.add_proposal(session, event, state="submitted", call_id=called).id
    assert staff.post(f"/events/{owned.event}/calls/{called}/remove").status_code == 303
    page = staff.get(f"/events/{owned.event}")
    assert staff.post(re.findall(r'action="(/history/\d+/take-back[^"]*)"', page.text)[0]).location
    with stored() as session:
        assert session.get_one(Proposal, sent).call_id == called


def test_which_call_it_answers_can_be_told_later(
    staff: FlaskClient, owned: Owned, called: int, stored: Stored
) -> None:
    with stored() as session:
        event, osd = (session.get_one(Event, one) for one in (owned.event, owned.osd))
        sent = cast.add_proposal(session, event, state="submitted").id
        other = cast.add_call(session, osd, TODAY).id
    path = f"/talks/proposals/{sent}/edit"
    assert staff.post(path, data={"call": str(other), "version": "1"}).status_code == 422
    assert staff.post(path, data={"call": str(called), "version": "1"}).status_code == 303
    with stored() as session:
        assert session.get_one(Proposal, sent).call_id == called
    assert staff.get("/talks/propose?call=99999").status_code == 404


def test_a_day_without_an_hour_says_so(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        cast.add_call(session, event, TODAY + timedelta(days=9))
        cast.add_talk(session, session.get_one(Foundation, owned.foundation))
    said = text_of(staff.get(f"/talks/propose?event={owned.event}"))
    assert "Sat 3 Aug, the day alone" in said
    assert "Perhaps until 11:59 UTC of the next day" in said
