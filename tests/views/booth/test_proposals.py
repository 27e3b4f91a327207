"""The page of a proposed roster: asked for, watched, used, taken back, by the event's lead only."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import Event, Foundation, Person, RosterProposal, SignUp
from models.database import make_sessions
from outreach.solving.searches import run_waiting
from outreach.staffing.proposed_rosters.propose import RosterWork
from tests import cast, pages, sign_ins
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import Hall


@pytest.fixture
def hall(app, stored):
    return Hall(app, stored)


@pytest.fixture
def desk(hall, client, stored):
    """The browser of somebody who leads."""
    with stored() as session:
        sign_ins.sign_in(client, session, session.get_one(Person, hall.lead))
    return client


def goes(hall, name, is_lead=False, **columns):
    number = hall.person(name, **columns)
    with hall.stored() as session:
        person = session.get_one(Person, number)
        cast.name_person(session, session.get_one(Event, hall.event), person, is_lead)
    return number


def path(hall, act=""):
    if not act:
        return f"/events/{hall.event}/roster/proposal"
    with hall.stored() as session:
        newest = select(RosterProposal.id).order_by(RosterProposal.id.desc()).limit(1)
        return f"/events/{hall.event}/roster/proposal/{session.scalar(newest)}/{act}"


def _real():
    return datetime.now(UTC)


def worked(hall, engine):
    assert run_waiting(RosterWork, make_sessions(engine), _real, lambda: False)


def test_before_anybody_asked(hall, desk):
    hall.shift()
    page = desk.get(path(hall))
    assert "Who could stand where?" in page.text
    assert "Propose a roster" in page.text
    assert "Refresh" not in page.headers


def test_a_proposal_shows_what_it_adds_and_why(hall, desk):
    first = hall.shift(needs=["lead"], max_people=2)
    goes(hall, "Ada Lovelace", is_lead=True)
    kim = goes(hall, "Kim Keen", is_experienced=False)
    hall.puts(first, kim)
    asked = desk.post(path(hall))
    assert asked.status_code == 303
    page = desk.get(path(hall))
    assert "One more place taken, no slot is short of people." in page.text
    assert "leads, has done it before, up to 2 of 2 h" in page.text
    assert "Covered: 0 of 2 open hours now, 2 with it." in page.text
    assert page.headers["Refresh"] == "3"
    assert "Refresh" not in desk.get(f"{path(hall)}?still=1").headers


def test_what_stays_open_says_why_and_what_would_help(hall, desk):
    hall.shift()
    desk.post(path(hall))
    page = desk.get(path(hall))
    assert "There is nobody to add." in page.text
    assert "Wed 13:00 lacks two people, and nobody is left to ask." in page.text
    assert "one more person free on Wed 31 Jul, 13:00–15:00" in page.text


def test_the_search_is_watched_and_ends_with_what_is_proven(hall, desk, engine):
    hall.shift()
    goes(hall, "Ada Lovelace")
    desk.post(path(hall))
    assert "The first roster." in desk.get(path(hall)).text
    worked(hall, engine)
    page = desk.get(path(hall))
    assert "Refresh" not in page.headers
    assert "proven" in page.text


def test_the_search_can_be_ended(hall, desk):
    hall.shift()
    goes(hall, "Ada Lovelace")
    desk.post(path(hall))
    assert desk.post(path(hall, "cancel")).status_code == 303
    page = desk.get(path(hall))
    assert "The search is ended." in page.text
    assert "Use it" in page.text


def test_use_and_undo(hall, desk, stored):
    shift = hall.shift(max_people=2)
    for name in ("Ada Lovelace", "Kim Keen"):
        goes(hall, name)
    desk.post(path(hall))
    desk.post(path(hall, "use"))
    page = desk.get(path(hall))
    assert "Two places are given; each is to be confirmed." in page.text
    assert "The proposed roster is in use." in page.text
    assert hall.states(shift) == {"Ada": "taken", "Kim": "taken"}
    with stored() as session:
        assert set(session.scalars(select(SignUp.confirmed_at))) == {None}
    back = re.search(r'action="([^"]+/take-back)"', page.text)
    assert back is not None
    desk.post(back[1])
    assert "Undone" in desk.get(path(hall)).text
    assert set(hall.states(shift).values()) == {"removed"}
    assert "taken back already" in desk.post(back[1], follow_redirects=True).text


def test_what_changed_meanwhile_is_said_before_and_after(hall, desk):
    first, second = hall.shift(max_people=1), hall.shift(WEDNESDAY + timedelta(days=1))
    ada = goes(hall, "Ada Lovelace")
    desk.post(path(hall))
    hall.puts(first, ada)
    assert "One of its places changed meanwhile" in desk.get(path(hall)).text
    desk.post(path(hall, "use"))
    page = desk.get(path(hall))
    assert "Left out: Ada on Wed 13:00: Ada is on it already." in page.text
    assert hall.states(second) == {"Ada": "taken"}


def test_nothing_to_use_is_refused_in_words(hall, desk):
    hall.shift()
    desk.post(path(hall))
    answer = desk.post(path(hall, "use"))
    assert answer.status_code == 422
    assert "This proposal has nobody to place." in answer.text


def test_anothers_proposal_is_not_found(hall, desk, stored):
    hall.shift()
    desk.post(path(hall))
    with stored() as session:
        event = session.get_one(Event, hall.event)
        ours = cast.add_event(session, session.get_one(Foundation, event.foundation_id), "Other")
        cast.add_booth(session, ours)
        other = ours.id
    for act in ("use", "cancel"):
        there = path(hall, act).replace(f"/events/{hall.event}/", f"/events/{other}/")
        assert desk.post(there).status_code == 404


def test_a_volunteer_may_not_see_it(hall, stored, client):
    hall.shift()
    with stored() as session:
        sign_ins.sign_in(client, session, session.get_one(Person, hall.person("Vol Unteer")))
    assert client.get(path(hall)).status_code in (403, 404)


def test_more_rows_need_no_more_queries(hall, desk, count_queries):
    def ask(people, shifts):
        for n in range(people):
            goes(hall, f"P{people}{n} Person")
        for n in range(shifts):
            hall.shift(WEDNESDAY + timedelta(hours=3 * n, days=people))
        desk.post(path(hall))
        with count_queries() as queries:
            assert desk.get(path(hall)).status_code == 200
        return len(queries)

    assert ask(1, 1) == ask(3, 3)


def boxes(page, name):
    """Return the values of the form's boxes of a name, and which of them are ticked."""
    found = [one for one in pages.tree_of(page.text).iter("input") if one.get("name") == name]
    return {one.get("value"): "checked" in one.attrib for one in found}


@pytest.fixture
def three(hall, desk):
    """Three days for Ada and Kim, who are named; the proposal gives somebody to each."""
    shifts = [
        hall.shift(WEDNESDAY + timedelta(days=day), min_people=1, max_people=1) for day in range(3)
    ]
    ada, kim = goes(hall, "Ada Lovelace"), goes(hall, "Kim Keen")
    desk.post(path(hall))
    return shifts, ada, kim


def test_rows_are_left_out_and_the_rest_is_used(hall, desk, three):
    shifts, _ada, _kim = three
    keys = boxes(desk.get(path(hall)), "out")
    assert len(keys) == 3 and not any(keys.values())
    out = next(key for key in keys if key.startswith(f"{shifts[1]}-"))
    done = desk.post(path(hall, "use"), data={"out": out}, follow_redirects=True)
    assert "Two places are given" in done.text
    assert [len(hall.states(one)) for one in shifts] == [1, 0, 1]


def test_what_is_kept_stays_and_what_is_left_out_does_not_come_again(hall, desk, three, engine):
    shifts, ada, kim = three
    before = boxes(desk.get(path(hall)), "keep")
    kept = next(key for key in before if key.startswith(f"{shifts[0]}-"))
    out = next(key for key in before if key.startswith(f"{shifts[1]}-"))
    assert desk.post(path(hall), data={"keep": kept, "out": out}).status_code == 303
    for _round in range(2):
        page = desk.get(path(hall))
        assert boxes(page, "keep")[kept] is True
        assert boxes(page, "out")[out] is True and "Left out by you" in page.text
        other = {str(ada), str(kim)} - {out.partition("-")[2]}
        assert f"{shifts[1]}-{other.pop()}" in boxes(page, "keep")
        worked(hall, engine) if _round == 0 else None
    desk.post(path(hall, "use"), data={"keep": kept, "out": out})
    assert [len(hall.states(one)) for one in shifts] == [1, 1, 1]


def test_kept_and_left_out_at_once_is_refused_with_both_ticked(hall, desk, three):
    key = next(iter(boxes(desk.get(path(hall)), "keep")))
    answer = desk.post(path(hall), data={"keep": key, "out": key})
    assert answer.status_code == 422 and "kept and left out at once" in answer.text
    assert boxes(answer, "keep")[key] and boxes(answer, "out")[key]


def test_nobody_is_left_or_the_boxes_are_odd(hall, desk, three):
    page = desk.get(path(hall))
    answer = desk.post(path(hall, "use"), data={"out": list(boxes(page, "out"))})
    assert answer.status_code == 422 and "nobody to place" in answer.text
    assert all(boxes(answer, "out").values())
    odd = {"keep": ["x", "1", "-", "9" * 30 + "-1", "1-²"], "out": "0-0"}
    assert desk.post(path(hall), data=odd).status_code == 303


def test_people_by_days_with_their_hours(hall, desk, three):
    said = " ".join(re.sub(r"<[^>]+>", " ", desk.get(path(hall)).text).split())
    assert "Who Wed 31 Jul Thu 1 Aug Fri 2 Aug With it Now" in said
    assert "13:00–15:00" in said and "up to 2 of" in said
