"""The page of a portfolio: asked for, watched, explained, proposed from, by staff only."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models import (
    Decision,
    Event,
    Foundation,
    Person,
    Portfolio,
    Segment,
    TeamMember,
    Trip,
    TripCost,
    TripStop,
)
from models.database import make_sessions
from outreach.matching.store.stored import refresh_foundation
from outreach.planning.portfolio import propose as proposing
from outreach.planning.portfolio.propose import PortfolioWork
from outreach.solving.searches import run_waiting
from tests import cast
from tests.cast import NOW
from tests.views.planned import add_idea, text_of, undo_of

PAGE = "/season/2024/portfolio"


@pytest.fixture
def ideas(stored, owned):
    """Two ideas: one where web hosting gathers, one where VFX does again."""
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        web = cast.add_segment(session, ours, "web", short_name="Web hosting")
        hosts, films = add_idea(session, owned, 1), add_idea(session, owned, 2)
        hosts.booth_cost = 1_500
        cast.add_gathering(session, web, hosts)
        cast.add_gathering(session, session.get_one(Segment, owned.segment), films)
        refresh_foundation(session, ours, NOW)
        return {"web": web.id, "hosts": hosts.id, "films": films.id}


def typed(owned, ideas, **changes):
    """Return what a browser sends: everything ticked, no limit."""
    standard = {"each": "1", "journey": "100", "unpriced": "200"}
    ticked = {"segments": [owned.segment, ideas["web"]], "people": [owned.staff]}
    return standard | ticked | changes


def work(engine):
    assert run_waiting(
        PortfolioWork, make_sessions(engine), lambda: datetime.now(UTC), lambda: False
    )


def newest(stored):
    with stored() as session:
        return session.scalars(select(Portfolio).order_by(Portfolio.id.desc())).first()


def decision(stored, event_id):
    with stored() as session:
        current = select(Decision.state).where(Decision.event_id == event_id, Decision.is_current)
        return session.scalar(current)


def test_before_anybody_asked(staff, ideas):
    page = staff.get(PAGE)
    assert page.status_code == 200
    assert "Which events make the best season?" in text_of(page)
    assert 'value="1500"' in page.text  # the usual price, for events without one
    assert "Refresh" not in page.headers
    assert "/season/2024/portfolio" in staff.get("/season/2024").text


def test_from_the_question_to_the_plan(staff, owned, ideas, stored, engine):
    assert (
        staff.post(PAGE, data=typed(owned, ideas, money="3000", must=[owned.osd])).status_code
        == 303
    )
    page = staff.get(PAGE)
    assert page.headers["Refresh"] == "3"
    assert "End the search" in page.text
    assert "Refresh" not in staff.get(f"{PAGE}?still=1").headers
    work(engine)
    page, text = staff.get(PAGE), text_of(staff.get(PAGE))
    assert "Refresh" not in page.headers
    assert newest(stored).state == "done"
    assert "Two events for 1,900 of 3,000 USD and 2 people-days reach two of two" in text
    assert "Proven best." in text
    assert "The only one that reaches Web hosting." in text
    assert "VFX: met at Open Source Days already." in text
    assert "1,000 USD more buys nothing." in text
    assert page.text.count('name="events"') == 1  # what is proposed already is not proposed again


def test_a_part_is_taken_over_and_taken_back(staff, owned, ideas, stored, engine):
    staff.post(PAGE, data=typed(owned, ideas, must=[owned.osd]))
    work(engine)
    path = f"{PAGE}/{newest(stored).id}/propose"
    nothing = staff.post(path, data={"events": [ideas["films"], "x", ""]})
    assert nothing.status_code == 422
    assert "Tick at least one event that is in." in text_of(nothing)
    assert decision(stored, ideas["films"]) is None
    done = staff.post(path, data={"events": [ideas["hosts"], owned.osd]}, follow_redirects=True)
    assert "Idea 1: proposed. Decided already: Open Source Days." in text_of(done)
    assert decision(stored, ideas["hosts"]) == "proposed"
    again = staff.post(path, data={"events": [ideas["hosts"]]})
    assert again.status_code == 422
    assert "decided or proposed already" in text_of(again)
    staff.post(undo_of(staff.get(PAGE)))
    assert decision(stored, ideas["hosts"]) is None


def test_events_of_a_trip_that_stands_share_its_costs(staff, owned, ideas, stored, engine):
    """The two are far apart: only the trip that somebody made says that they are one."""
    with stored() as session:
        trip = Trip(foundation_id=owned.foundation, name="Everywhere")
        session.add(trip)
        session.flush()
        for one in ("hosts", "films"):
            session.add(TripStop(trip_id=trip.id, event_id=ideas[one]))
        session.add(TripCost(trip_id=trip.id, what="Car", currency="USD", estimated=30_001))
        session.get_one(Event, ideas["films"]).starts_on = date(2024, 11, 1)
        session.get_one(Event, ideas["films"]).ends_on = date(2024, 11, 2)
        session.commit()
    staff.post(PAGE, data=typed(owned, ideas, must=[ideas["films"]]))
    work(engine)
    text = text_of(staff.get(PAGE))
    assert "are one trip, to Everywhere." in text
    assert (
        "It costs 1,500 USD for the booth and 150.01 USD of what the trip to Everywhere shares."
        in text
    )
    with stored() as session:
        lines = {line["event"]: line for line in newest(stored).found["lines"]}
    assert lines[ideas["hosts"]]["money"] == 1_651 + 100  # and one journey for both
    assert lines[ideas["films"]]["money"] == 200 + 150


def test_a_must_that_reaches_nobody_new_says_what_it_costs(staff, owned, ideas, stored, engine):
    asked = typed(owned, ideas, money="4000", must=[ideas["films"]], must_not=[ideas["hosts"]])
    staff.post(PAGE, data=asked)
    work(engine)
    text = text_of(staff.get(PAGE))
    assert "Without the must:" in text or "It would be in anyway." in text
    assert "It must not be in." in text
    assert "Not reached is Web hosting." in text


def test_what_cannot_be_is_said(staff, owned, ideas, engine):
    staff.post(PAGE, data=typed(owned, ideas, money="10", must=[ideas["hosts"]]))
    work(engine)
    text = text_of(staff.get(PAGE))
    assert "No set of events keeps these limits." in text
    assert "What must be in costs 1,500 USD without any journey." in text


def test_the_search_can_be_ended(staff, owned, ideas, stored, engine):
    staff.post(PAGE, data=typed(owned, ideas))
    path = f"{PAGE}/{newest(stored).id}/cancel"
    assert "The search is ended." in text_of(staff.post(path, follow_redirects=True))
    assert staff.post(path).status_code == 303
    assert "The search was ended before it found a plan." in text_of(staff.get(PAGE))
    assert not run_waiting(
        PortfolioWork, make_sessions(engine), lambda: datetime.now(UTC), lambda: False
    )


def test_asking_again_ends_the_older_question(staff, owned, ideas, stored):
    staff.post(PAGE, data=typed(owned, ideas))
    first = newest(stored).id
    staff.post(PAGE, data=typed(owned, ideas))
    with stored() as session:
        states = [session.get_one(Portfolio, one).state for one in (first, newest(stored).id)]
    assert states == ["cancelled", "waiting"]


def test_what_is_called_off_meanwhile_is_left_out(staff, owned, ideas, stored, engine):
    staff.post(PAGE, data=typed(owned, ideas))
    work(engine)
    staff.post(f"/events/{ideas['hosts']}/decision/no_go", data={"reason": "too far"})
    assert "One of its events is not ahead any more." in text_of(staff.get(PAGE))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"money": "much"}, "Not a valid integer value."),
        ({"money": "-1"}, "Give a whole number from 0."),
        ({"money": "9" * 20}, "Give a whole number from 0."),
        ({"people_days": "1.5"}, "Not a valid integer value."),
        ({"each": ""}, "Give a number."),
        ({"each": "0"}, "Give a whole number from 1 to 50."),
        ({"journey": ""}, "Give a number."),
        ({"region_0": "x"}, "Not a valid integer value."),
        ({"segments": []}, "Tick at least one segment."),
        ({"segments": ["999999"]}, "is not a valid choice"),
        ({"must": ["x"]}, "Invalid choice"),
        ({"people": ["0"]}, "is not a valid choice"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_its_field(staff, owned, ideas, stored, wrong, sentence):
    page = staff.post(PAGE, data=typed(owned, ideas, a_month="7") | wrong)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert 'value="7"' in page.text
    assert newest(stored) is None


def test_an_event_cannot_both_go_and_not_go(staff, owned, ideas, stored):
    both = {"must": [ideas["films"]], "must_not": [ideas["films"]]}
    page = staff.post(PAGE, data=typed(owned, ideas, **both))
    assert page.status_code == 422
    assert "Idea 2 cannot both go and not go." in text_of(page)
    assert newest(stored) is None


def test_a_year_without_events_and_one_that_is_none(staff, owned, ideas):
    page = staff.post("/season/2031/portfolio", data=typed(owned, ideas))
    assert page.status_code == 422
    assert "There is no event ahead that could be chosen." in text_of(page)
    assert staff.get("/season/1066/portfolio").status_code == 404


def test_another_foundations_is_not_found(staff, owned, ideas, theirs, stored):
    with stored() as session:
        columns = {"foundation_id": theirs.foundation, "year": 2024, "asked_at": NOW}
        foreign = Portfolio(planned_from=NOW.date(), **columns)
        session.add(foreign)
        session.flush()
        number = foreign.id
    for act in ("cancel", "propose"):
        assert staff.post(f"{PAGE}/{number}/{act}").status_code == 404
    staff.post(PAGE, data=typed(owned, ideas))
    assert staff.post(f"/season/2025/portfolio/{newest(stored).id}/cancel").status_code == 404


def test_a_worker_that_breaks_off_says_so(staff, owned, ideas, stored, engine, monkeypatch):
    staff.post(PAGE, data=typed(owned, ideas))
    monkeypatch.setattr(proposing, "solve", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work(engine)
    assert newest(stored).state == "failed"
    assert "The search broke off by an error." in text_of(staff.get(PAGE))


def test_a_worker_that_is_to_end_gives_it_back(staff, owned, ideas, stored, engine):
    staff.post(PAGE, data=typed(owned, ideas))
    sessions = make_sessions(engine)
    run_waiting(PortfolioWork, sessions, lambda: datetime.now(UTC), lambda: True)
    assert newest(stored).state == "waiting"
    work(engine)
    assert newest(stored).state == "done"


def test_people_named_for_an_event_go_there(staff, owned, ideas, stored, engine):
    with stored() as session:
        for person in (owned.staff, owned.volunteer):
            row = session.get_one(Event, ideas["hosts"]), session.get_one(Person, person)
            cast.name_person(session, *row)
        assert len(list(session.scalars(select(TeamMember)))) == 2
    staff.post(PAGE, data=typed(owned, ideas))
    work(engine)
    goes = {tuple(pair) for pair in newest(stored).found["goes"]}
    assert {(ideas["hosts"], owned.staff), (ideas["hosts"], owned.volunteer)} <= goes


def test_the_page_asks_no_more_of_many_events(staff, owned, ideas, stored, engine, count_queries):
    staff.post(PAGE, data=typed(owned, ideas))
    work(engine)
    with count_queries() as few:
        staff.get(PAGE)
    with stored() as session:
        web = session.get_one(Segment, ideas["web"])
        for number in range(3, 9):
            cast.add_gathering(session, web, add_idea(session, owned, number))
        refresh_foundation(session, session.get_one(Foundation, owned.foundation), NOW)
    with count_queries() as many:
        staff.get(PAGE)
    assert len(many) == len(few)
